"""Options of ``bolide run`` and ``dev``: the fields of the native server's configuration."""

from __future__ import annotations

import argparse
from typing import Any, Final, Literal

from bolide._commands.options import SWITCH, Option
from bolide.server_adapters.config import ServerConfig

__all__ = ["server_options"]


def _origins(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(",") if each.strip())


def _octal(text: str) -> int:
    try:
        return int(text, 8)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a mode like 660") from None


def _cert_reqs(text: str) -> str:
    return {"0": "none", "1": "optional", "2": "required"}.get(text, text)  # uvicorn's numbers


def _certificates(text: str) -> dict[str, tuple[str, str | None]]:
    pairs = [each.strip().partition("=") for each in text.split(",")]
    return {host: (paths.partition(":")[0], paths.partition(":")[2] or None) for host, _, paths in pairs}


def _workers(text: str) -> int | Literal["auto"]:
    try:
        return "auto" if text == "auto" else int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number nor auto") from None


# Options of ServerConfig with uvicorn's names: field, type, metavar, help.
_OPTIONS: Final[tuple[tuple[str, Any, str, str], ...]] = (
    ("host", str, "HOST", "address to bind"),
    ("port", int, "PORT", "port to bind; 0 picks a free one"),
    ("uds", str, "PATH", "Unix socket to bind instead of host and port"),
    ("uds_permissions", _octal, "MODE", "mode of its file, like 660"),
    ("fd", int, "N", "number of an inherited socket to listen on instead"),
    ("access_log_format", str, "FORM", "short, common, combined or json"),
    ("log_format", str, "FORM", "of all logs: text or json"),
    ("log_config", str, "PATH", "file for logging.config: .json, .yaml, or its own format"),
    ("metrics_host", str, "HOST", "address to bind for metrics"),
    ("metrics_port", int, "PORT", "port for metrics"),
    ("log_level", str, "LEVEL", "critical, error, warning, info or debug"),
    ("loop", str, "LOOP", "auto, uvloop or asyncio"),
    ("lifespan", str, "WHEN", "whether a foreign ASGI application has one: auto, on or off"),
    ("backlog", int, "N", "connections that may wait to be accepted"),
    ("root_path", str, "PATH", "where a proxy mounts the application"),
    ("timeout_keep_alive", float, "SECONDS", "idle time after which a connection is closed"),
    ("timeout_request_header", float, "SECONDS", "time for a request's head to arrive"),
    ("timeout_request_body", float, "SECONDS", "time without a byte of a request's body"),
    ("timeout_response_write", float, "SECONDS", "time a client may take nothing of a response"),
    ("timeout_graceful_shutdown", float, "SECONDS", "time for requests in flight at a stop"),
    ("timeout_worker_healthcheck", float, "SECONDS", "a worker that stands still for longer is replaced"),
    ("timeout_worker_startup", float, "SECONDS", "a worker that takes longer to start is ended"),
    ("workers", _workers, "N", "processes that serve; auto is one per CPU"),
    ("shutdown_delay", float, "SECONDS", "time for which a server that stops goes on accepting"),
    ("ssl_certfile", str, "PATH", "certificate with its chain; makes it HTTPS"),
    ("ssl_keyfile", str, "PATH", "its key, unless it stands in the same file"),
    ("ssl_keyfile_password", str, "TEXT", "password of the key"),
    ("ssl_sni", _certificates, "HOST=CERT:KEY", "further certificates, separated by commas"),
    ("ssl_minimum_version", str, "VERSION", "TLSv1.2 or TLSv1.3"),
    ("ssl_ciphers", str, "CIPHERS", "for TLS 1.2, in OpenSSL's words"),
    ("ssl_ca_certs", str, "PATH", "who may have signed certificates of clients"),
    ("ssl_cert_reqs", _cert_reqs, "WHEN", "whether clients need one: none, optional or required"),
    ("ssl_check_interval", float, "SECONDS", "how often the certificates' files are looked at"),
    ("redirect_port", int, "PORT", "plain HTTP on it is redirected to HTTPS"),
    ("forwarded_allow_ips", str, "ADDRESSES", "proxies that are trusted to name their clients; * for all"),
    ("forwarded_header", str, "NAME", "how they do: x-forwarded or forwarded"),
    ("proxy_protocol", str, "VERSION", "connections begin with a PROXY header: off, v1, v2 or auto"),
    ("proxy_allow_from", str, "ADDRESSES", "who sends it"),
    ("limit_request_line", int, "BYTES", "longest request line"),
    ("limit_request_fields", int, "N", "most header lines of a request"),
    ("limit_request_field_size", int, "BYTES", "longest header line"),
    ("limit_request_head", int, "BYTES", "largest header section"),
    ("limit_request_body", int, "BYTES", "largest body, whoever reads it"),
    ("limit_request_body_rate", int, "BYTES", "least that must come of a body per second"),
    ("limit_concurrency", int, "N", "requests worked on at once"),
    ("limit_connections", int, "N", "open connections"),
    ("limit_max_requests", int, "N", "requests after which the server stops"),
    ("limit_max_requests_jitter", int, "N", "up to so many requests more, by chance"),
    ("workers_lifetime", float, "SECONDS", "time after which the server stops"),
    ("workers_lifetime_jitter", float, "SECONDS", "up to so much more time, by chance"),
    ("ws_max_size", int, "BYTES", "longest WebSocket message"),
    ("ws_max_queue", int, "N", "WebSocket messages that may wait for the application"),
    ("ws_ping_interval", float, "SECONDS", "silence after which a WebSocket client is pinged; 0 for never"),
    ("ws_ping_timeout", float, "SECONDS", "time for its answer; 0 for any"),
    ("ws_close_timeout", float, "SECONDS", "time to answer the end of a WebSocket connection"),
    (
        "ws_allowed_origins",
        _origins,
        "ORIGINS",
        "whose pages may open WebSockets, like https://a.example,https://b.example",
    ),
)


_SWITCHES: Final = (
    ("access_log", "log every request"),
    ("request_id", "give requests an id, for logs and clients; on where logs are JSON"),
    ("metrics", "serve metrics for Prometheus on a port of their own"),
    ("date_header", "send a Date header"),
    ("proxy_headers", "let trusted proxies name clients and schemes"),
    ("ws_per_message_deflate", "compress WebSocket messages where the client offers it"),
    ("ws_context_takeover", "compress them better, for more memory per connection"),
)


def server_options() -> list[Option]:
    """Return an option for each field of the server's configuration, with its default there."""
    defaults = ServerConfig()
    valued = [
        Option(name, kind, metavar, text, _default(defaults, name)) for name, kind, metavar, text in _OPTIONS
    ]
    switches = [
        Option(name, SWITCH, "", text, _default(defaults, name), negatable=True) for name, text in _SWITCHES
    ]
    return valued + switches


def _default(config: ServerConfig, name: str) -> object:
    return getattr(config, name)
