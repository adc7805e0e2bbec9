"""Settings of the native server, named as uvicorn's users know them where uvicorn has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["ConfigError", "ServerConfig"]

LogLevel = Literal["critical", "error", "warning", "info", "debug"]


class ConfigError(ValueError):
    """A setting has a value that the server cannot use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerConfig:
    """Settings of one server. Times are seconds, sizes are bytes.

    Attributes:
        host: Address to bind; a name may stand for several.
        port: TCP port; 0 lets the system choose.
        uds: Path of a Unix socket to bind in place of host and port.
        access_log: Whether each response is a line of the logger ``bolide.access``.
        log_level: Of the ``bolide`` loggers when :func:`~bolide.server_adapters.native.run` sets them up.
        backlog: Connections the system queues before they are accepted.
        timeout_keep_alive: How long a connection may wait for its next request.
        timeout_request_header: From the first byte of a request to the end of its header section; then 408.
        timeout_request_body: How long a body may stand still while the application waits for it. After 10
            seconds of waiting it must also have come with ``limit_request_body_rate``.
        timeout_response_write: How long a client may take nothing of a response.
        timeout_graceful_shutdown: How long requests in flight may go on after a stop was asked for.
        timeout_worker_healthcheck: How long the event loop of a worker may stand still; then it is replaced.
        workers: Number of processes that :func:`~bolide.server_adapters.native.supervise` keeps serving;
            ``auto`` is one per CPU that this process may use.
        limit_request_line: Longer ones get 414.
        limit_request_fields: Number of header lines; more get 431.
        limit_request_field_size: One header line; longer ones get 431.
        limit_request_head: All header lines together; more get 431.
        limit_request_body: A body, whoever reads it; larger ones get 413. None leaves it to the application.
        limit_request_body_rate: Bytes per second that a body must come with, see ``timeout_request_body``;
            0 accepts every rate.
        limit_concurrency: Requests that the application may work on at once; others get 503.
        limit_connections: Connections open at once; others get 503. None is nine tenths of the files that
            the process may open, but at most 10,000.
        limit_max_requests: Requests after which the server stops in order, for a supervisor to replace it.
        limit_max_requests_jitter: Up to so many more, by chance: workers should not stop together.
        workers_lifetime: Time after which the server stops in order.
        workers_lifetime_jitter: Up to so much more, by chance.
        ws_max_size: Longest WebSocket message; longer ones end their connection with 1009.
        ws_max_queue: Messages that wait for the application before the server reads no more of them.
        ws_ping_interval: Silence after which a WebSocket client is pinged; None or 0 for never.
        ws_ping_timeout: How long it may take to answer; None or 0 for any time.
        ws_close_timeout: How long it may take to answer the end of a connection.
        ws_per_message_deflate: Whether messages are compressed where the client offers it (RFC 7692).
        ws_context_takeover: Whether that goes on from message to message: better, for 60 KiB per connection.
        ws_allowed_origins: Origins like ``https://example.com``, besides the host's own, whose pages may open
            WebSocket connections; ``*`` for all. Without any, only handshakes with cookies are checked.
        date_header: Whether responses carry a Date.
        root_path: Where a proxy mounts the application.
        loop: ``auto`` is uvloop where it is installed.

    Raises:
        ConfigError: a value is out of its range.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    uds: str | None = None
    access_log: bool = True
    log_level: LogLevel = "info"
    backlog: int = 2048
    timeout_keep_alive: float = 15
    timeout_request_header: float = 10
    timeout_request_body: float = 20
    timeout_response_write: float = 30
    timeout_graceful_shutdown: float = 30
    timeout_worker_healthcheck: float = 30
    workers: int | Literal["auto"] = 1
    limit_request_line: int = 8192
    limit_request_fields: int = 100
    limit_request_field_size: int = 8192
    limit_request_head: int = 32 * 1024
    limit_request_body: int | None = None
    limit_request_body_rate: int = 250
    limit_concurrency: int | None = None
    limit_connections: int | None = None
    limit_max_requests: int | None = None
    limit_max_requests_jitter: int = 0
    workers_lifetime: float | None = None
    workers_lifetime_jitter: float = 0
    ws_max_size: int = 1024 * 1024
    ws_max_queue: int = 32
    ws_ping_interval: float | None = 20
    ws_ping_timeout: float | None = 20
    ws_close_timeout: float = 10
    ws_per_message_deflate: bool = True
    ws_context_takeover: bool = True
    ws_allowed_origins: tuple[str, ...] = ()
    date_header: bool = True
    root_path: str = ""
    loop: Literal["auto", "uvloop", "asyncio"] = "auto"

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise ConfigError(f"port is {self.port!r}; expected 0 to 65535")
        for name in _POSITIVE:
            value = getattr(self, name)
            if value not in (None, "auto") and not value > 0:
                raise ConfigError(f"{name} is {value!r}; expected a number above 0")
        for name in _NOT_NEGATIVE:
            value = getattr(self, name)
            if value is not None and not value >= 0:
                raise ConfigError(f"{name} is {value!r}; expected 0 or more")
        if self.root_path and not self.root_path.startswith("/"):
            raise ConfigError(f"root_path is {self.root_path!r}; expected it to start with '/'")
        if self.loop not in {"auto", "uvloop", "asyncio"}:
            raise ConfigError(f"loop is {self.loop!r}; expected 'auto', 'uvloop' or 'asyncio'")
        if self.log_level not in {"critical", "error", "warning", "info", "debug"}:
            raise ConfigError(
                f"log_level is {self.log_level!r}; expected 'critical', 'error', 'warning', 'info' or 'debug'"
            )


_POSITIVE = (
    "backlog",
    "timeout_keep_alive",
    "timeout_request_header",
    "timeout_request_body",
    "timeout_response_write",
    "timeout_worker_healthcheck",
    "workers",
    "limit_request_line",
    "limit_request_fields",
    "limit_request_field_size",
    "limit_request_head",
    "limit_concurrency",
    "limit_connections",
    "limit_max_requests",
    "workers_lifetime",
    "ws_max_size",
    "ws_max_queue",
    "ws_close_timeout",
)

_NOT_NEGATIVE = (
    "timeout_graceful_shutdown",
    "limit_request_body",
    "limit_request_body_rate",
    "limit_max_requests_jitter",
    "workers_lifetime_jitter",
    "ws_ping_interval",
    "ws_ping_timeout",
)
