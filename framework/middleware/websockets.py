"""Middleware that takes WebSocket connections as endpoints see them."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from bolide._locations import describe
from bolide.exceptions import RouteError
from bolide.server_adapters.contract import WebSocketExchange
from bolide.websockets import WebSocket

__all__ = ["CallNextWebSocket", "WebSocketMiddleware"]

CallNextWebSocket = Callable[[WebSocket], Awaitable[None]]
"""Serves the connection up to its end; raises what was not expected and has ended it."""


class WebSocketMiddleware:
    """A middleware that sees each WebSocket connection; requests do not notice it.

    Override :meth:`dispatch`, or hand in a function as *dispatch*. A connection that is neither answered nor
    handed on is refused. What is raised ends it as if the endpoint had raised it.

    Args:
        app: The application, which ``websocket.app`` shows.
        dispatch: Stands in for the method.

    Raises:
        RouteError: *dispatch* is not async, or takes other parameters.
    """

    def __init__(
        self,
        app: Any,
        dispatch: Callable[[WebSocket, CallNextWebSocket], Awaitable[None]] | None = None,
    ) -> None:
        self.app = app
        self.dispatch_func = function = self.dispatch if dispatch is None else dispatch
        if not inspect.iscoroutinefunction(function) or len(inspect.signature(function).parameters) != 2:
            raise RouteError(f"middleware {describe(function)} must be 'async def' (websocket, call_next)")

    async def dispatch(self, websocket: WebSocket, call_next: CallNextWebSocket) -> None:
        """Serve *websocket*, usually by ``await call_next(websocket)``.

        Raises:
            NotImplementedError: a subclass does not override it.
        """
        raise NotImplementedError

    async def handle_websocket(
        self,
        exchange: WebSocketExchange,
        call_next: Callable[[WebSocketExchange], Awaitable[Exception | None]],
    ) -> Exception | None:
        """Let :meth:`dispatch` serve *exchange*."""

        async def serve_rest(websocket: WebSocket) -> None:
            error = await call_next(websocket.exchange)
            websocket.follow_exchange()
            if error is not None:
                raise error

        await self.dispatch_func(WebSocket(exchange, self.app, {}), serve_rest)
        return None
