"""A request as an application below another one sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from bolide.server_adapters.contract import Exchange, HeaderPairs

__all__ = ["MountedExchange"]


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
