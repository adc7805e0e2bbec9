"""A WebSocket connection of the native server, as applications see it."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

from bolide.server_adapters.contract import HeaderPairs, Reply, WebSocketStage, check_links
from bolide.server_adapters.native._exchange import BodySource, NativeExchange

__all__ = ["NativeWebSocketExchange", "WebSocketPeer"]


class WebSocketPeer(BodySource, Protocol):
    """The connection, as the exchange sees it."""

    @property
    def stage(self) -> WebSocketStage: ...
    @property
    def scheme(self) -> str: ...
    def accept(self, subprotocol: str | None, headers: HeaderPairs) -> None: ...
    async def receive(self) -> str | bytes: ...
    async def send_text(self, text: str) -> None: ...
    async def send_bytes(self, data: bytes) -> None: ...
    def close(self, code: int, reason: str) -> None: ...
    async def deny(self, reply: Reply) -> None: ...


class NativeWebSocketExchange(NativeExchange, eq=False, kw_only=True):
    """One connection; see :class:`~.contract.WebSocketExchange`."""

    _peer: WebSocketPeer

    @property
    def scheme(self) -> str:
        return self._peer.scheme

    @property
    def stage(self) -> WebSocketStage:
        return self._peer.stage

    @property
    def subprotocols(self) -> list[str]:
        lines = ",".join(self.header_values(b"sec-websocket-protocol")).split(",")
        return [name.strip() for name in lines if name.strip()]

    @property
    def takes_early_hints(self) -> bool:
        return False  # what is written behind the handshake's answer are messages

    async def send_early_hints(self, links: Sequence[bytes]) -> None:
        check_links(links)

    async def accept(self, subprotocol: str | None = None, headers: HeaderPairs | None = None) -> None:
        self._peer.accept(subprotocol, headers or [])

    # hot: the peer's coroutines are handed on, so that there is one less for each message.

    def receive(self) -> Coroutine[Any, Any, str | bytes]:
        return self._peer.receive()

    def send_text(self, text: str) -> Coroutine[Any, Any, None]:
        return self._peer.send_text(text)

    def send_bytes(self, data: bytes) -> Coroutine[Any, Any, None]:
        return self._peer.send_bytes(data)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        self._peer.close(code, reason)

    async def deny(self, reply: Reply) -> None:
        await self._peer.deny(reply)
