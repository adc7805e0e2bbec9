"""Serve WebSocket connections on ASGI servers (https://asgi.readthedocs.io, WebSocket specification 2.5)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from bolide.server_adapters._replies import ERROR_BODY, close_iterator, extra_headers, substitute
from bolide.server_adapters.asgi_exchange import AsgiExchange, Message, Receive, Scope, Send
from bolide.server_adapters.contract import (
    Application,
    HeaderPairs,
    Reply,
    WebSocketDisconnect,
    WebSocketExchange,
    WebSocketStage,
)

__all__ = ["AsgiWebSocketExchange", "handle_websocket", "serve_websocket"]

HandleWebSocket = Callable[[WebSocketExchange], Coroutine[Any, Any, Exception | None]]
"""As :meth:`~.contract.WebSocketApplication.handle_websocket`."""


class AsgiWebSocketExchange(AsgiExchange):
    """One WebSocket connection of an ASGI server; see :class:`~.contract.WebSocketExchange`.

    Attributes:
        receive_message: The server's ``receive``; ``websocket.connect`` was taken from it.
    """

    __slots__ = ("receive_message", "stage")

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        super().__init__(scope, receive, send)
        self.body: bytes | None = b""
        self.receive_message = receive
        self.stage: WebSocketStage = "connecting"

    @property
    def scheme(self) -> str:
        scheme: str = self.scope.get("scheme", "ws")  # daphne does not say it
        return scheme

    @property
    def subprotocols(self) -> list[str]:
        return list(self.scope.get("subprotocols", ()))

    async def accept(self, subprotocol: str | None = None, headers: HeaderPairs | None = None) -> None:
        lines = list(headers or ())
        self.stage = "open"
        await self._send({"type": "websocket.accept", "subprotocol": subprotocol, "headers": lines})

    async def receive(self) -> str | bytes:
        message = await self.receive_message()
        if message["type"] == "websocket.disconnect":
            self.stage = "ended"
            raise WebSocketDisconnect(message.get("code", 1005), message.get("reason"))
        text: str | None = message.get("text")
        if text is not None:
            return text
        data: bytes = message["bytes"]
        return data

    async def send_text(self, text: str) -> None:
        await self._send({"type": "websocket.send", "text": text})

    async def send_bytes(self, data: bytes) -> None:
        await self._send({"type": "websocket.send", "bytes": data})

    async def close(self, code: int = 1000, reason: str = "") -> None:
        self.stage = "ended"
        await self._send({"type": "websocket.close", "code": code, "reason": reason})

    async def deny(self, reply: Reply) -> None:
        if "websocket.http.response" not in (self.scope.get("extensions") or {}):
            await self.close()
            return
        self.stage = "ended"
        body = reply.body
        if (other := substitute(reply, self.method, self.path)) is not None:
            reply, body = other, ERROR_BODY
        headers = [*reply.head.pairs, *extra_headers(reply)]
        if isinstance(body, bytes):
            headers.append((b"content-length", b"%d" % len(body)))
        start = {"type": "websocket.http.response.start", "status": reply.status, "headers": headers}
        try:
            await self._send(start)
            if not isinstance(body, bytes):
                await self._send_stream(body)
                body = b""
            await self._send({"type": "websocket.http.response.body", "body": body, "more_body": False})
        finally:
            if not isinstance(reply.body, bytes):
                await close_iterator(reply.body)

    async def _send_stream(self, body: AsyncIterator[bytes]) -> None:
        async for piece in body:
            await self._send({"type": "websocket.http.response.body", "body": piece, "more_body": True})

    async def _send(self, message: Message) -> None:
        try:
            await self.send(message)
        except OSError as error:  # specification 2.4: the client has left
            self.stage = "ended"
            raise WebSocketDisconnect(1006) from error


async def serve_websocket(app: Application, scope: Scope, receive: Receive, send: Send) -> None:
    """Handle one connection; an application without WebSockets refuses it.

    Raises:
        Exception: what ended the connection unexpectedly, after its end.
    """
    handle: HandleWebSocket | None = getattr(app, "handle_websocket", None)
    if handle is not None:
        await handle_websocket(handle, scope, receive, send)
    elif (await receive())["type"] == "websocket.connect":
        await send({"type": "websocket.close", "code": 1000})


async def handle_websocket(handle: HandleWebSocket, scope: Scope, receive: Receive, send: Send) -> None:
    """Let *handle* serve one connection; raises as :func:`serve_websocket` does."""
    if (await receive())["type"] != "websocket.connect":
        return
    exchange = AsgiWebSocketExchange(scope, receive, send)
    error = await (handle if exchange.has_valid_host else _refuse)(exchange)
    if error is not None:
        raise error


async def _refuse(exchange: WebSocketExchange) -> Exception | None:
    await exchange.close()
    return None
