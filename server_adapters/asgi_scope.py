"""Describe an exchange of any entry as an ASGI scope, for foreign applications and middleware."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote

from bolide.server_adapters.asgi_exchange import PATHSEND, AsgiExchange, Scope
from bolide.server_adapters.contract import Exchange, RequestState
from bolide.server_adapters.mounted import MountedExchange

__all__ = ["EARLY_HINT", "SPEC_VERSION", "TRAILERS", "asgi_scope"]

SPEC_VERSION: Final = "2.3"
"""As uvicorn tells applications. From 2.4 on, Starlette looks whether the client is there only when it sends
something: a stream that waits for ever would be kept for ever."""

EARLY_HINT: Final = "http.response.early_hint"
TRAILERS: Final = "http.response.trailers"

# RFC 3986 §3.3: what may stand in a path as it is.
_PATH_SAFE: Final = "/:@!$&'()*+,;=~-._"
_PLAIN_PATH: Final = re.compile(r"[A-Za-z0-9/~\-._]*")

# Extensions whose messages need what a reply does not carry: a body is bytes or an iterator, so that
# middleware can read it; who may not send a path reads the file.
_UNSUPPORTED: Final = frozenset(
    {
        PATHSEND,
        "http.response.push",
        "http.response.zerocopysend",
    }
)


def asgi_scope(exchange: Exchange) -> Scope:
    """Return an ``http`` scope for *exchange* (ASGI 3).

    On an ASGI server it is a copy of the server's own scope, so that everything comes through that servers
    and middleware put there.
    """
    state = exchange.state
    if not isinstance(state, RequestState):
        exchange.state = state = RequestState(state)
    if isinstance(exchange, MountedExchange):
        scope = asgi_scope(exchange.inner)
        path = exchange.root_path + exchange.path
        if path != scope["path"]:
            scope["path"], scope["raw_path"] = path, _raw_path(path)
        scope["root_path"] = exchange.root_path
        scope["state"] = state
        return scope
    if isinstance(exchange, AsgiExchange):
        scope = dict(exchange.scope)
        extensions: dict[str, Any] = scope.get("extensions") or {}
        scope["extensions"] = {name: extensions[name] for name in extensions.keys() - _UNSUPPORTED}
        # Sending to a client that has left is an OSError here, whatever the server does.
        scope["asgi"] = {**scope.get("asgi", {}), "version": "3.0", "spec_version": SPEC_VERSION}
        scope["state"] = state
        return scope
    if (kept := state.scope_of(exchange)) is not None:
        return dict(kept)
    path, raw_path = exchange.root_path + exchange.path, exchange.raw_path
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": SPEC_VERSION},
        "http_version": exchange.http_version,
        "method": exchange.method,
        "scheme": exchange.scheme,
        "path": path,
        "raw_path": _raw_path(path) if raw_path is None else exchange.root_path.encode() + raw_path,
        "query_string": exchange.query.encode("latin-1", "replace"),
        "root_path": exchange.root_path,
        "headers": exchange.headers,
        "client": exchange.client,
        "server": exchange.server,
        "state": state,
        "extensions": _extensions(exchange),
    }


def _extensions(exchange: Exchange) -> dict[str, dict[str, Any]]:
    tls = exchange.tls
    found: dict[str, dict[str, Any]] = {} if tls is None else {"tls": dict(tls)}
    if exchange.takes_early_hints:
        found[EARLY_HINT] = {}
    if exchange.takes_trailers:
        found[TRAILERS] = {}
    return found


def _raw_path(path: str) -> bytes:
    # hot: most paths have nothing to quote, which takes 1 µs to find out.
    plain = _PLAIN_PATH.fullmatch(path) is not None
    return (path if plain else quote(path, safe=_PATH_SAFE)).encode("ascii")
