"""A request as an application below another one sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from bolide.server_adapters.contract import Exchange, HeaderPairs, Reply, WebSocketExchange, WebSocketStage

__all__ = ["MountedExchange", "MountedWebSocketExchange"]


class MountedExchange:
    """Another view of an exchange: a part of the path belongs to ``root_path``.

    Attributes:
        inner: The exchange that this one stands for.
        place: What the application above wants to know again; nothing here looks at it.
    """

    __slots__ = ("body", "inner", "method", "path", "place", "query", "root_path", "state")

    def __init__(
        self, inner: Exchange, *, root_path: str, path: str, state: dict[str, Any], place: object
    ) -> None:
        self.inner = inner
        self.place = place
        self.method = inner.method
        self.path = path
        self.query = inner.query
        self.body = inner.body
        self.root_path = root_path
        self.state = state

    @property
    def headers(self) -> HeaderPairs:
        return self.inner.headers

    @property
    def client(self) -> tuple[str, int] | None:
        return self.inner.client

    @property
    def server(self) -> tuple[str, int | None] | None:
        return self.inner.server

    @property
    def scheme(self) -> str:
        return self.inner.scheme

    @property
    def http_version(self) -> str:
        return self.inner.http_version

    @property
    def raw_path(self) -> bytes | None:
        return self.inner.raw_path

    @property
    def tls(self) -> dict[str, Any] | None:
        return self.inner.tls

    def header(self, name: bytes) -> str | None:
        return self.inner.header(name)

    def header_values(self, name: bytes) -> list[str]:
        return self.inner.header_values(name)

    async def read_body(self, limit: int) -> bytes:
        self.body = body = await self.inner.read_body(limit)
        return body

    def stream(self, limit: int) -> AsyncIterator[bytes]:
        return self.inner.stream(limit)

    async def disconnect(self) -> None:
        await self.inner.disconnect()

    @property
    def takes_early_hints(self) -> bool:
        return self.inner.takes_early_hints

    async def send_early_hints(self, links: Sequence[bytes]) -> None:
        await self.inner.send_early_hints(links)

    @property
    def takes_trailers(self) -> bool:
        return self.inner.takes_trailers


class MountedWebSocketExchange(MountedExchange):
    """The same for a WebSocket connection; see :class:`~.contract.WebSocketExchange`."""

    __slots__ = ("connection",)

    def __init__(
        self, inner: WebSocketExchange, *, root_path: str, path: str, state: dict[str, Any], place: object
    ) -> None:
        super().__init__(inner, root_path=root_path, path=path, state=state, place=place)
        self.connection = inner

    @property
    def stage(self) -> WebSocketStage:
        return self.connection.stage

    @property
    def subprotocols(self) -> list[str]:
        return self.connection.subprotocols

    async def accept(self, subprotocol: str | None = None, headers: HeaderPairs | None = None) -> None:
        await self.connection.accept(subprotocol, headers)

    async def receive(self) -> str | bytes:
        return await self.connection.receive()

    async def send_text(self, text: str) -> None:
        await self.connection.send_text(text)

    async def send_bytes(self, data: bytes) -> None:
        await self.connection.send_bytes(data)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        await self.connection.close(code, reason)

    async def deny(self, reply: Reply) -> None:
        await self.connection.deny(reply)
