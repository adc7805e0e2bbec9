"""Put middleware and guards around what serves WebSocket connections.

Middleware of Bolide's own kind has a method ``handle_websocket(exchange, call_next)`` for them. ASGI
middleware sees them as on an ASGI server. Middleware of requests does not see them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from bolide._declaring.layers import Guard
from bolide._declaring.mounts import Host, Mount
from bolide._locations import describe
from bolide._printing.guards import check_guard
from bolide._serving.asgi_middleware import AsgiKind, shared_scope
from bolide._serving.guarding import is_denied_by
from bolide._serving.middleware import Layering
from bolide._websocket.ending import WebSocketEnding
from bolide._websocket.handler import WebSocketHandler
from bolide.exceptions import HTTPException
from bolide.server_adapters.asgi_exchange import Receive, Scope, Send
from bolide.server_adapters.asgi_websocket import handle_websocket
from bolide.server_adapters.asgi_websocket_bridge import asgi_websocket_scope, run_asgi_websocket
from bolide.server_adapters.contract import WebSocketExchange
from bolide.websockets import WebSocket

__all__ = ["guard_websocket_mount", "surround_websocket"]

Served = Coroutine[Any, Any, Exception | None]
Call = Callable[..., Awaitable[Exception | None]]


def surround_websocket(
    handler: WebSocketHandler, middleware: Sequence[Layering], app: Any, ending: WebSocketEnding
) -> WebSocketHandler:
    """Return *handler* with *middleware* around it, the first outermost.

    Args:
        handler: Serves connections.
        middleware: What was made of the declarations; those for requests only are passed over.
        app: What the scope of ASGI middleware shows.
        ending: Ends a connection after an error of a middleware.
    """
    asgi: list[AsgiKind] = []
    for layering in reversed(middleware):
        if isinstance(layering, AsgiKind):
            asgi.append(layering)  # neighbours share one scope
        elif layering.websocket_call is not None:
            handler = _around(layering.websocket_call, _through(asgi, handler, app), app, ending)
            asgi = []
    return _through(asgi, handler, app)


def guard_websocket_mount(
    handler: WebSocketHandler, mount: Mount | Host, app: Any, ending: WebSocketEnding
) -> WebSocketHandler:
    """Return *handler* behind the guards around *mount*, which get the connection, and *mount* as its route.

    Raises:
        RouteError: a guard cannot be called with a connection.
    """
    guards: Sequence[Guard] = mount.layer.guards
    for guard in guards:
        check_guard(guard)

    async def handle(exchange: WebSocketExchange, segments: Sequence[str]) -> Exception | None:
        websocket = WebSocket(exchange, app, {}, mount)
        try:
            for guard in guards:
                if await is_denied_by(guard, websocket, mount):
                    raise HTTPException(403)
        except Exception as error:
            return await ending.fail(websocket, error, [])
        return await handler(exchange, segments)

    return handle


def _around(call: Call, handler: WebSocketHandler, app: Any, ending: WebSocketEnding) -> WebSocketHandler:
    async def run_middleware(exchange: WebSocketExchange, segments: Sequence[str] = ()) -> Exception | None:
        inside: list[Exception | None] = []

        async def call_next(exchange: WebSocketExchange) -> Exception | None:
            inside.append(await handler(exchange, segments))
            return inside[-1]

        try:
            result: object = await call(exchange, call_next)
            if result is not None and not isinstance(result, Exception):
                raise TypeError(
                    f"middleware {describe(call)} returned {result!r}; expected an error, or None"
                )
        except Exception as error:
            if any(error is known for known in inside):
                return error  # it has ended the connection
            return await ending.fail(WebSocket(exchange, app, {}), error, [])
        if exchange.stage == "connecting":
            await exchange.close()  # nobody wanted it
        return result

    return run_middleware


def _through(layers: Sequence[AsgiKind], handler: WebSocketHandler, app: Any) -> WebSocketHandler:
    """Return *handler* inside of *layers*, the first innermost."""
    if not layers:
        return handler

    def serve_through(exchange: WebSocketExchange, segments: Sequence[str] = ()) -> Served:
        def serve(inner: WebSocketExchange) -> Served:
            return handler(inner, segments)

        async def serve_rest(scope: Scope, receive: Receive, send: Send) -> None:
            await handle_websocket(serve, scope, receive, send)

        asgi = serve_rest
        for layering in layers:
            asgi = partial(layering.serve, asgi)
        scope = shared_scope(exchange) or asgi_websocket_scope(exchange)
        scope["app"] = app
        return run_asgi_websocket(asgi, exchange, scope)

    return serve_through
