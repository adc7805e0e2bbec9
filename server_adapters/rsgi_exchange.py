"""One request of an RSGI server, and the types of RSGI (specification 1.6)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Sequence
from typing import Any, Protocol

from bolide.server_adapters._replies import parse_length
from bolide.server_adapters.bodies import NextPiece, collect, iterate, single_piece, within
from bolide.server_adapters.contract import ClientDisconnect, HeaderPairs, check_links
from bolide.server_adapters.host import is_valid_host

__all__ = ["RsgiExchange", "RsgiHeaders", "RsgiProtocol", "RsgiScope", "RsgiStream", "RsgiTransport"]


class RsgiHeaders(Protocol):
    """The header mapping of a request; it cannot be iterated, its keys can."""

    def get(self, key: str) -> str | None: ...
    def get_all(self, key: str) -> list[str]: ...
    def keys(self) -> list[str]: ...


class RsgiScope(Protocol):
    """One request."""

    proto: str
    http_version: str
    method: str
    path: str
    query_string: str
    scheme: str
    server: str
    client: str
    headers: RsgiHeaders


class RsgiStream(Protocol):
    """Sending end of a streamed response."""

    def send_bytes(self, data: bytes) -> Awaitable[None]: ...


class RsgiMessage(Protocol):
    """A message of a WebSocket connection: ``kind`` is 0 at its end, 1 for bytes and 2 for text."""

    kind: int
    data: Any


class RsgiTransport(Protocol):
    """An accepted WebSocket connection."""

    async def receive(self) -> RsgiMessage: ...
    async def send_bytes(self, data: bytes) -> None: ...
    async def send_str(self, data: str) -> None: ...


class RsgiProtocol(Protocol):
    """Receiving and sending end of one request, or of a WebSocket connection."""

    def __call__(self) -> Awaitable[bytes]: ...
    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def client_disconnect(self) -> Awaitable[None]: ...
    async def accept(self) -> RsgiTransport: ...
    def close(self, status: int | None) -> None: ...
    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None: ...
    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...
    def response_file(self, status: int, headers: list[tuple[str, str]], file: str) -> None: ...
    def response_file_range(
        self, status: int, headers: list[tuple[str, str]], file: str, start: int, end: int
    ) -> None: ...
    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> RsgiStream: ...


class RsgiExchange:
    """One request of an RSGI server; see :class:`~.contract.Exchange`.

    Every attribute of an RSGI scope is computed when it is read: each is read at most once here.
    """

    __slots__ = ("_headers", "_protocol", "_scope", "body", "method", "path", "query", "state")

    def __init__(self, scope: RsgiScope, protocol: RsgiProtocol, state: dict[str, Any]) -> None:
        self._scope = scope
        self._protocol = protocol
        self._headers: RsgiHeaders | None = None
        self.method = scope.method
        self.path = scope.path
        self.query = scope.query_string
        self.body: bytes | None = None
        self.state = state

    @property
    def headers(self) -> HeaderPairs:
        mapping = self._header_mapping()
        return [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name in mapping.keys()  # noqa: SIM118 - no dict
            for value in mapping.get_all(name)
        ]

    @property
    def client(self) -> tuple[str, int] | None:
        return _split_address(self._scope.client)

    @property
    def server(self) -> tuple[str, int | None] | None:
        return _split_address(self._scope.server)

    @property
    def scheme(self) -> str:
        return self._scope.scheme

    @property
    def http_version(self) -> str:
        version = self._scope.http_version
        return "1.1" if version == "1" else version

    @property
    def raw_path(self) -> bytes | None:
        return None  # RSGI has none of these three

    @property
    def tls(self) -> dict[str, Any] | None:
        return None

    @property
    def root_path(self) -> str:
        return ""

    def header(self, name: bytes) -> str | None:
        return self._header_mapping().get(name.decode("latin-1"))

    def header_values(self, name: bytes) -> list[str]:
        return self._header_mapping().get_all(name.decode("latin-1"))

    @property
    def has_valid_host(self) -> bool:
        """Whether the Host is valid, or absent: then the server has judged that."""
        host = self.header(b"host")
        return host is None or is_valid_host(host.encode("latin-1", "replace"))

    async def read_body(self, limit: int) -> bytes:
        if self.body is not None:
            return within(self.body, limit)
        declared = self._declared_length()
        if declared is not None and declared <= limit:
            # One call for the whole body: the server holds the client to the declared length.
            body = await self._protocol()
            if len(body) < declared:
                raise ClientDisconnect
        else:
            body = await collect(self._next_piece_of(declared), declared, limit)
        self.body = body
        return body

    def stream(self, limit: int) -> AsyncIterator[bytes]:
        if self.body is not None:
            return single_piece(self.body, limit)
        declared = self._declared_length()
        return iterate(self._next_piece_of(declared), declared, limit)

    def _next_piece_of(self, declared: int | None) -> NextPiece:
        pieces = self._pieces(declared)
        return lambda: anext(pieces, None)

    async def _pieces(self, declared: int | None) -> AsyncIterator[bytes]:
        missing = declared or 0
        async for piece in self._protocol:
            missing -= len(piece)
            yield piece
        if missing > 0:
            raise ClientDisconnect

    async def disconnect(self) -> None:
        await self._protocol.client_disconnect()

    @property
    def takes_early_hints(self) -> bool:
        return False  # RSGI has no interim responses

    async def send_early_hints(self, links: Sequence[bytes]) -> None:
        check_links(links)

    @property
    def takes_trailers(self) -> bool:
        return False  # RSGI has none

    def _header_mapping(self) -> RsgiHeaders:
        if self._headers is None:
            self._headers = self._scope.headers
        return self._headers

    def _declared_length(self) -> int | None:
        return parse_length(self._header_mapping().get("content-length"))


def _split_address(address: str) -> tuple[str, int] | None:
    """Split ``host:port``; a Unix socket has none."""
    host, _, port = address.rpartition(":")
    return (host.strip("[]"), int(port)) if port.isdecimal() else None
