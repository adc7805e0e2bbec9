"""Serve WebSocket connections on RSGI servers (RSGI specification 1.6).

The protocol has no subprotocols, no headers of the handshake's response, no close codes and no bodies of
refusals: what an application says of these is lost.
"""

from __future__ import annotations

from typing import Any, cast

from bolide.server_adapters._replies import close_iterator, log_exception
from bolide.server_adapters.contract import (
    Application,
    HeaderPairs,
    Reply,
    WebSocketApplication,
    WebSocketDisconnect,
    WebSocketStage,
)
from bolide.server_adapters.rsgi_exchange import RsgiExchange, RsgiProtocol, RsgiScope, RsgiTransport

__all__ = ["RsgiWebSocketExchange", "serve_websocket"]

_REFUSED = 403

# Kinds of messages.
_CLOSE = 0
_BYTES = 1


class RsgiWebSocketExchange(RsgiExchange):
    """One WebSocket connection of an RSGI server; see :class:`~.contract.WebSocketExchange`."""

    __slots__ = ("_connection", "_transport", "stage")

    def __init__(self, scope: RsgiScope, protocol: RsgiProtocol, state: dict[str, Any]) -> None:
        super().__init__(scope, protocol, state)
        self.body: bytes | None = b""
        self._connection = protocol
        self._transport: RsgiTransport | None = None
        self.stage: WebSocketStage = "connecting"

    @property
    def scheme(self) -> str:
        return "wss" if super().scheme in ("https", "wss") else "ws"

    @property
    def subprotocols(self) -> list[str]:
        lines = ",".join(self.header_values(b"sec-websocket-protocol")).split(",")
        return [name.strip() for name in lines if name.strip()]

    async def accept(self, subprotocol: str | None = None, headers: HeaderPairs | None = None) -> None:
        del subprotocol, headers
        self.stage = "open"
        try:
            self._transport = await self._connection.accept()
        except RuntimeError as error:
            self.stage = "ended"
            raise WebSocketDisconnect(1006) from error

    async def receive(self) -> str | bytes:
        message = await self._accepted.receive()
        if message.kind == _CLOSE:
            self.stage = "ended"
            raise WebSocketDisconnect(1005)
        data: str | bytes = message.data
        return data

    async def send_text(self, text: str) -> None:
        try:
            await self._accepted.send_str(text)
        except RuntimeError as error:  # the server's class for a connection that is closed
            self.stage = "ended"
            raise WebSocketDisconnect(1006) from error

    async def send_bytes(self, data: bytes) -> None:
        try:
            await self._accepted.send_bytes(data)
        except RuntimeError as error:
            self.stage = "ended"
            raise WebSocketDisconnect(1006) from error

    async def close(self, code: int = 1000, reason: str = "") -> None:
        del code, reason
        self.stage = "ended"
        # The server ends the connection when nothing holds its transport: an error may hold this object.
        transport, self._transport = self._transport, None
        self._connection.close(_REFUSED if transport is None else None)

    async def deny(self, reply: Reply) -> None:
        self.stage = "ended"
        self._connection.close(reply.status)
        if not isinstance(reply.body, bytes):
            await close_iterator(reply.body)

    @property
    def _accepted(self) -> RsgiTransport:
        if self._transport is None:
            raise RuntimeError("the connection was not accepted")
        return self._transport


async def serve_websocket(
    app: Application, scope: RsgiScope, protocol: RsgiProtocol, state: dict[str, Any]
) -> None:
    """Handle one connection; an application without WebSockets refuses it."""
    exchange = RsgiWebSocketExchange(scope, protocol, state)
    if not hasattr(app, "handle_websocket") or not exchange.has_valid_host:
        protocol.close(_REFUSED)
        return
    error = await cast("WebSocketApplication", app).handle_websocket(exchange)
    if error is not None:
        log_exception(exchange.method, exchange.path, error)
