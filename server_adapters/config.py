"""Settings of the native server, named as uvicorn's users know them where uvicorn has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["AccessLogFormat", "ConfigError", "ServerConfig", "split_list"]

LogLevel = Literal["critical", "error", "warning", "info", "debug"]
AccessLogFormat = Literal["short", "common", "combined", "json"]


class ConfigError(ValueError):
    """A setting has a value that the server cannot use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerConfig:
    """Settings of one server. Times are seconds, sizes are bytes.

    Attributes:
        host: Address to bind; a name may stand for several, ``::`` and nothing for all, of IPv4 and IPv6.
        port: TCP port; 0 lets the system choose.
        uds: Path of a Unix socket to bind in place of host and port.
        uds_permissions: Mode of its file, like ``0o660``; None leaves it to the umask.
        fd: Number of a listening socket that was inherited, in place of all these. Without it those are taken
            that systemd has passed, if it has.
        access_log: Whether each response is a line of the logger ``bolide.access``.
        access_log_format: ``short`` is uvicorn's line, ``common`` and ``combined`` are Apache's and nginx's;
            None is ``json`` when ``log_format`` is, otherwise ``short``.
        log_level: Of the ``bolide`` loggers when :func:`~bolide.server_adapters.native.run` sets them up.
        log_format: ``text``, or ``json``: an object per line.
        log_config: A file for :mod:`logging.config` to read instead: ``.json``, ``.yaml``, or its own format.
        request_id: Whether each request has an id, that of its ``X-Request-ID`` or a new one, which stands in
            logs of JSON and in the response. None is yes where ``log_format`` is ``json``.
        metrics: Whether metrics are served at ``/metrics``, on a port of their own.
        metrics_host: Address of that port.
        metrics_port: Its number; 0 lets the system choose.
        backlog: Connections the system queues before they are accepted.
        timeout_keep_alive: How long a connection may wait for its next request.
        timeout_request_header: From the first byte of a request to the end of its header section; then 408.
        timeout_request_body: How long a body may stand still while the application waits for it. After 10
            seconds of waiting it must also have come with ``limit_request_body_rate``.
        timeout_response_write: How long a client may take nothing of a response.
        timeout_graceful_shutdown: How long requests in flight may go on after a stop was asked for.
        timeout_worker_healthcheck: How long the event loop of a worker may stand still; then it is replaced.
        timeout_worker_startup: How long a worker may take to load the application and to start it; then it is
            ended, and the log shows where it was.
        workers: Number of processes that :func:`~bolide.server_adapters.native.supervise` keeps serving;
            ``auto`` is one per CPU that this process may use.
        shutdown_delay: How long connections are still accepted after a stop was asked for, while the
            application knows that it is draining: what sends requests here should find out in that time.
        ssl_certfile: Certificate with its chain, in PEM form; the server speaks HTTPS then.
        ssl_keyfile: Its key, unless it stands in the same file.
        ssl_keyfile_password: Of an encrypted key.
        ssl_sni: Host or ``*.domain`` to paths of certificate and key, for names that have one of their own.
        ssl_minimum_version: ``TLSv1.2`` or ``TLSv1.3``.
        ssl_ciphers: For TLS 1.2, in OpenSSL's words; None for what Python chooses.
        ssl_ca_certs: Who may have signed certificates of clients, in PEM form.
        ssl_cert_reqs: Whether clients show a certificate: ``none``, ``optional`` or ``required``.
        ssl_check_interval: How often the files are looked at: new ones are used for new connections.
        redirect_port: A port on which plain HTTP is answered with the way to HTTPS.
        proxy_headers: Whether what trusted proxies say about their clients counts.
        forwarded_allow_ips: Those proxies: addresses, networks, ``unix``, separated by commas, or ``*``.
        forwarded_header: What they say it with: ``x-forwarded`` or ``forwarded`` (RFC 7239).
        proxy_protocol: Whether connections begin with a PROXY header: ``off``, ``v1``, ``v2`` or ``auto``.
        proxy_allow_from: Who sends it, as ``forwarded_allow_ips``; others are refused.
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
        lifespan: Whether a foreign ASGI application has one: ``on``, ``off``, or ``auto``: both will do.
        date_header: Whether responses carry a Date.
        root_path: Where a proxy mounts the application.
        loop: ``auto`` is uvloop where it is installed.

    Raises:
        ConfigError: a value is out of its range.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    uds: str | None = None
    uds_permissions: int | None = None
    fd: int | None = None
    access_log: bool = True
    access_log_format: AccessLogFormat | None = None
    log_level: LogLevel = "info"
    log_format: Literal["text", "json"] = "text"
    log_config: str | None = None
    request_id: bool | None = None
    metrics: bool = False
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 9090
    backlog: int = 2048
    timeout_keep_alive: float = 15
    timeout_request_header: float = 10
    timeout_request_body: float = 20
    timeout_response_write: float = 30
    timeout_graceful_shutdown: float = 30
    timeout_worker_healthcheck: float = 30
    timeout_worker_startup: float = 300
    workers: int | Literal["auto"] = 1
    shutdown_delay: float = 0
    ssl_certfile: str | None = None
    ssl_keyfile: str | None = None
    ssl_keyfile_password: str | None = field(default=None, repr=False)
    ssl_sni: Mapping[str, tuple[str, str | None]] = field(default_factory=dict[str, tuple[str, str | None]])
    ssl_minimum_version: Literal["TLSv1.2", "TLSv1.3"] = "TLSv1.2"
    ssl_ciphers: str | None = None
    ssl_ca_certs: str | None = None
    ssl_cert_reqs: Literal["none", "optional", "required"] = "none"
    ssl_check_interval: float = 60
    redirect_port: int | None = None
    proxy_headers: bool = True
    forwarded_allow_ips: str = ""
    forwarded_header: Literal["x-forwarded", "forwarded"] = "x-forwarded"
    proxy_protocol: Literal["off", "v1", "v2", "auto"] = "off"
    proxy_allow_from: str = "127.0.0.1,::1,unix"
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
    lifespan: Literal["auto", "on", "off"] = "auto"
    date_header: bool = True
    root_path: str = ""
    loop: Literal["auto", "uvloop", "asyncio"] = "auto"

    def __post_init__(self) -> None:
        for name in ("port", "metrics_port"):
            if not 0 <= (port := getattr(self, name)) <= 65535:
                raise ConfigError(f"{name} is {port!r}; expected 0 to 65535")
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
        for name, values in _CHOICES.items():
            if (value := getattr(self, name)) is not None and value not in values:
                *most, last = map(repr, values)
                raise ConfigError(f"{name} is {value!r}; expected {', '.join(most)} or {last}")
        for name in _ADDRESSES:
            if (value := getattr(self, name)) != self.__dataclass_fields__[name].default:
                _check_addresses(name, value)
        for origin in self.ws_allowed_origins:
            if origin not in ("*", "null") and not ("://" in origin and origin[-1] != "/"):
                raise ConfigError(
                    f"ws_allowed_origins has {origin!r}; "
                    "expected an origin like 'https://example.com', or '*'"
                )
        self._check_tls()

    @property
    def effective_access_log_format(self) -> AccessLogFormat:
        """Return the form of the access log's lines."""
        return self.access_log_format or ("json" if self.log_format == "json" else "short")

    def _check_tls(self) -> None:
        if self.ssl_certfile is None:
            for name in ("ssl_keyfile", "ssl_sni", "redirect_port"):
                if getattr(self, name):
                    raise ConfigError(f"{name} is {getattr(self, name)!r}, which needs ssl_certfile")
        if self.ssl_cert_reqs != "none" and self.ssl_ca_certs is None:
            raise ConfigError(f"ssl_cert_reqs is {self.ssl_cert_reqs!r}, which needs ssl_ca_certs")


def split_list(text: str) -> list[str]:
    """Return the items of a list that is separated by commas."""
    return [item for each in text.split(",") if (item := each.strip())]


def _check_addresses(name: str, value: str) -> None:
    from ipaddress import ip_network  # not for those who only ask for the version

    try:
        for each in split_list(value):
            if each not in ("*", "unix"):
                ip_network(each)
    except ValueError as error:
        raise ConfigError(
            f"{name} is {value!r}: {error}; expected addresses, networks like 10.0.0.0/8, 'unix' or '*'"
        ) from error


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "loop": ("auto", "uvloop", "asyncio"),
    "lifespan": ("auto", "on", "off"),
    "access_log_format": ("short", "common", "combined", "json"),
    "log_format": ("text", "json"),
    "log_level": ("critical", "error", "warning", "info", "debug"),
    "ssl_minimum_version": ("TLSv1.2", "TLSv1.3"),
    "ssl_cert_reqs": ("none", "optional", "required"),
    "forwarded_header": ("x-forwarded", "forwarded"),
    "proxy_protocol": ("off", "v1", "v2", "auto"),
}

_ADDRESSES = ("forwarded_allow_ips", "proxy_allow_from")

_POSITIVE = (
    "backlog",
    "timeout_keep_alive",
    "timeout_request_header",
    "timeout_request_body",
    "timeout_response_write",
    "timeout_worker_healthcheck",
    "timeout_worker_startup",
    "workers",
    "ssl_check_interval",
    "redirect_port",
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
    "shutdown_delay",
    "limit_request_body",
    "limit_request_body_rate",
    "limit_max_requests_jitter",
    "workers_lifetime_jitter",
    "ws_ping_interval",
    "ws_ping_timeout",
)
