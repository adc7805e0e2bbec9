"""Run a foreign ASGI application for one WebSocket connection of any entry.

The other way round than :mod:`~bolide.server_adapters.asgi_websocket`: here Bolide is the server.
"""

from __future__ import annotations

from bolide.server_adapters._replies import internal_error
from bolide.server_adapters.asgi_bridge import AsgiApp
from bolide.server_adapters.asgi_exchange import Message, Scope
from bolide.server_adapters.asgi_scope import asgi_scope
from bolide.server_adapters.contract import Head, Reply, WebSocketDisconnect, WebSocketExchange

__all__ = ["asgi_websocket_scope", "run_asgi_websocket"]

_INTERNAL_ERROR = 1011  # RFC 6455 §7.4.1


def asgi_websocket_scope(exchange: WebSocketExchange) -> Scope:
    """Return a ``websocket`` scope for *exchange* (ASGI 3, WebSocket specification 2.5)."""
    scope = asgi_scope(exchange)
    scope.pop("method", None)
    scope["type"] = "websocket"
    scope.setdefault("scheme", exchange.scheme)  # daphne leaves it out
    scope["subprotocols"] = exchange.subprotocols
    scope["extensions"] = {**scope["extensions"], "websocket.http.response": {}}
    return scope


async def run_asgi_websocket(app: AsgiApp, exchange: WebSocketExchange, scope: Scope) -> Exception | None:
    """Call *app*, end the connection if it has not, and return what it has raised."""
    call = _Call(exchange)
    error: Exception | None = None
    try:
        await app(scope, call.receive, call.send)
    except Exception as failure:
        error = None if call.is_lost else failure
    try:
        await call.end(is_failure=error is not None)
    except WebSocketDisconnect:
        return error
    return error


class _Call:
    """One run of an application.

    Attributes:
        is_lost: The client has left.
    """

    __slots__ = ("_body", "_exchange", "_is_accepted", "_is_connected", "_is_over", "_start", "is_lost")

    def __init__(self, exchange: WebSocketExchange) -> None:
        self._exchange = exchange
        self._is_connected = False
        self._is_accepted = False
        self._is_over = False
        self._start: Message | None = None  # of a response in place of the handshake's
        self._body = b""
        self.is_lost = False

    async def receive(self) -> Message:
        if not self._is_connected:
            self._is_connected = True
            return {"type": "websocket.connect"}
        try:
            data = await self._exchange.receive()
        except WebSocketDisconnect as end:
            self.is_lost = True
            return {"type": "websocket.disconnect", "code": end.code, "reason": end.reason}
        return {"type": "websocket.receive", "text" if isinstance(data, str) else "bytes": data}

    async def send(self, message: Message) -> None:
        if self._is_over:
            raise RuntimeError(f"{message['type']} was sent after the end of the connection")
        try:
            await self._send(message)
        except WebSocketDisconnect as error:
            self.is_lost = True
            raise ConnectionResetError("the client has left") from error  # WebSocket specification 2.4

    async def end(self, *, is_failure: bool) -> None:
        """End the connection unless it has ended."""
        if self._is_over or self.is_lost:
            return
        if self._is_accepted:
            await self._exchange.close(_INTERNAL_ERROR if is_failure else 1000)
        elif is_failure:
            await self._exchange.deny(internal_error())
        else:
            await self._exchange.close()

    async def _send(self, message: Message) -> None:
        kind, exchange = message["type"], self._exchange
        if kind == "websocket.accept":
            self._is_accepted = True
            await exchange.accept(message.get("subprotocol"), list(message.get("headers") or ()))
        elif kind == "websocket.send":
            text: str | None = message.get("text")
            await (exchange.send_bytes(message["bytes"]) if text is None else exchange.send_text(text))
        elif kind == "websocket.close":
            self._is_over = True
            await exchange.close(message.get("code", 1000), message.get("reason") or "")
        elif kind == "websocket.http.response.start":
            self._start = message
        elif kind == "websocket.http.response.body":
            await self._deny(message)

    async def _deny(self, message: Message) -> None:
        if self._start is None:
            raise RuntimeError("websocket.http.response.body was sent before the start")
        self._body += message.get("body", b"")
        if not message.get("more_body", False):
            self._is_over = True
            head = Head(self._start.get("headers") or ())
            await self._exchange.deny(Reply(self._start["status"], Head(), self._body, head.pairs))
