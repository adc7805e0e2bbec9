"""A request that comes from a test instead of a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from bolide.server_adapters.bodies import single_piece, within
from bolide.server_adapters.contract import HeaderPairs, check_links

__all__ = ["TestExchange"]


class TestExchange:
    """Implements :class:`~bolide.server_adapters.contract.Exchange` over bytes that are all there."""

    __test__ = False  # not a test class, whatever pytest thinks of its name

    __slots__ = (
        "answered",
        "body",
        "client",
        "early_hints",
        "headers",
        "http_version",
        "method",
        "path",
        "query",
        "raw_path",
        "root_path",
        "scheme",
        "server",
        "state",
        "tls",
    )

    def __init__(
        self,
        method: str,
        path: str,
        *,
        query: str,
        headers: HeaderPairs,
        body: bytes,
        server: tuple[str, int],
        scheme: str,
        state: dict[str, Any],
    ) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body: bytes | None = body
        self.client: tuple[str, int] | None = ("testclient", 50000)
        self.server: tuple[str, int | None] | None = server
        self.scheme = scheme
        self.http_version = "1.1"
        self.raw_path: bytes | None = None
        self.tls: dict[str, Any] | None = None
        self.root_path = ""
        self.state = state
        self.answered = False
        self.early_hints: list[str] = []

    def header(self, name: bytes) -> str | None:
        """Return the first value of *name*."""
        return next((value.decode("latin-1") for known, value in self.headers if known == name), None)

    def header_values(self, name: bytes) -> list[str]:
        """Return all values of *name*."""
        return [value.decode("latin-1") for known, value in self.headers if known == name]

    async def read_body(self, limit: int) -> bytes:
        """Return the body."""
        return within(self.body or b"", limit)

    def stream(self, limit: int) -> AsyncIterator[bytes]:
        """Yield the body in one piece."""
        return single_piece(self.body or b"", limit)

    async def disconnect(self) -> None:
        """Wait for ever: a test never leaves."""
        await asyncio.Event().wait()

    @property
    def takes_early_hints(self) -> bool:
        """Return that a test takes them."""
        return True

    async def send_early_hints(self, links: Sequence[bytes]) -> None:
        """Keep *links* for the test, unless there is a reply."""
        check_links(links)
        if not self.answered:
            self.early_hints += [link.decode("latin-1") for link in links]

    @property
    def takes_trailers(self) -> bool:
        """Return that a test takes none."""
        return False
