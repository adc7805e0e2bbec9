"""One request of an ASGI server, and the types of ASGI 3 (https://asgi.readthedocs.io)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping, Sequence
from typing import Any, Final

from bolide.server_adapters._framing import accepts_trailers
from bolide.server_adapters._replies import parse_length
from bolide.server_adapters.bodies import collect, iterate, single_piece, within
from bolide.server_adapters.contract import ClientDisconnect, HeaderPairs, check_links
from bolide.server_adapters.host import is_valid_host

__all__ = ["PATHSEND", "AsgiExchange", "Message", "Receive", "Scope", "Send"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Extensions of ASGI.
_EARLY_HINT: Final = "http.response.early_hint"
PATHSEND: Final = "http.response.pathsend"
_TRAILERS: Final = "http.response.trailers"


class AsgiExchange:
    """One request of an ASGI server; see :class:`~.contract.Exchange`.

    Attributes:
        scope: The server's.
        send: The server's.
        answered: Whether there is a reply.
    """

    __slots__ = (
        "_complete",
        "_gone",
        "_held",
        "_receive",
        "_receiving",
        "_turn",
        "answered",
        "body",
        "method",
        "path",
        "query",
        "scope",
        "send",
        "state",
    )

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.send = send
        self._receive = receive
        # One call of receive at a time: granian answers a second one as if the client had left.
        self._gone: asyncio.Task[None] | None = None  # receives from its beginning on
        self._receiving = False  # whoever reads the body does
        self._held: Message | None = None  # what _gone has received for whoever reads the body
        self._turn: asyncio.Future[None] | None = None  # one of the two waits for the other
        self._complete = False
        self.answered = False
        # WebSocket scopes have no method: a handshake is a GET request (RFC 6455 §4.1).
        self.method: str = scope.get("method", "GET")
        self.path: str = _path(scope)
        self.query = scope.get("query_string", b"").decode("latin-1")
        self.body: bytes | None = None
        state: dict[str, Any] | None = scope.get("state")
        self.state = {} if state is None else state

    @property
    def headers(self) -> HeaderPairs:
        return [(name, value) for name, value in self.scope["headers"]]

    @property
    def client(self) -> tuple[str, int] | None:
        client = self.scope.get("client")
        return (client[0], int(client[1])) if client else None  # granian gives the port as text

    @property
    def server(self) -> tuple[str, int | None] | None:
        server = self.scope.get("server")
        return (server[0], None if server[1] is None else int(server[1])) if server else None

    @property
    def scheme(self) -> str:
        scheme: str = self.scope.get("scheme", "http")
        return scheme

    @property
    def http_version(self) -> str:
        version: str = self.scope.get("http_version", "1.1")
        return version

    @property
    def raw_path(self) -> bytes | None:
        raw_path: bytes | None = self.scope.get("raw_path")
        return raw_path

    @property
    def tls(self) -> dict[str, Any] | None:
        extensions: dict[str, Any] | None = self.scope.get("extensions")
        return extensions.get("tls") if extensions else None

    @property
    def sends_files(self) -> bool:
        """Whether the server sends files whose path it is told."""
        return PATHSEND in (self.scope.get("extensions") or ())

    @property
    def root_path(self) -> str:
        root_path: str = self.scope.get("root_path", "")
        return root_path.rstrip("/")  # some servers are told one that ends with a slash

    def header(self, name: bytes) -> str | None:
        for key, value in self.scope["headers"]:
            if key == name:
                text: str = value.decode("latin-1")
                return text
        return None

    def header_values(self, name: bytes) -> list[str]:
        # hot: on Python 3.11 a comprehension takes 1.6 times as long.
        values: list[str] = []
        for key, value in self.scope["headers"]:
            if key == name:
                values.append(value.decode("latin-1"))
        return values

    @property
    def has_valid_host(self) -> bool:
        """Whether the Host is valid, or absent: then the server has judged that."""
        for name, value in self.scope["headers"]:
            if name == b"host":
                return is_valid_host(value)
        return True

    @property
    def is_read(self) -> bool:
        """Whether no body is left to read: only then may something else call ``receive``."""
        if self._complete:
            return True
        if not self.http_version.startswith("1."):
            return False  # HTTP/2 tells the end of a body without a header (RFC 9113 §8.1.1)
        return not (self.header(b"content-length") or self.header(b"transfer-encoding"))

    async def disconnect(self) -> None:
        # One task for all that wait: a server may tell it only once.
        if self._gone is None:
            self._gone = asyncio.get_running_loop().create_task(self._watch())
        await asyncio.shield(self._gone)

    @property
    def takes_early_hints(self) -> bool:
        return _EARLY_HINT in (self.scope.get("extensions") or ())

    async def send_early_hints(self, links: Sequence[bytes]) -> None:
        check_links(links)
        if self.takes_early_hints and not self.answered:
            await self.send({"type": _EARLY_HINT, "links": list(links)})

    @property
    def takes_trailers(self) -> bool:
        if _TRAILERS not in (self.scope.get("extensions") or ()):
            return False
        return any(accepts_trailers(value) for name, value in self.headers if name == b"te")

    def end_watch(self) -> None:
        """Let go of what waits for the client to leave."""
        if self._gone is not None:
            self._gone.cancel()

    async def read_body(self, limit: int) -> bytes:
        if self.body is not None:
            return within(self.body, limit)
        self.body = body = await collect(self._next_piece, self._declared_length(), limit)
        return body

    def stream(self, limit: int) -> AsyncIterator[bytes]:
        if self.body is not None:
            return single_piece(self.body, limit)
        return iterate(self._next_piece, self._declared_length(), limit)

    def _declared_length(self) -> int | None:
        return parse_length(self.header(b"content-length"))

    async def _next_piece(self) -> bytes | None:
        if self._complete:
            return None
        if self._gone is None:
            self._receiving = True
            try:
                message = await self._receive()
            finally:
                self._receiving = False
                self._end_turn()
        else:
            message = await self._take_held(self._gone)
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        self._complete = not message.get("more_body", False)
        piece: bytes = message.get("body", b"")
        return piece

    async def _watch(self) -> None:
        """Wait for the client to leave; what comes of the body before that is held, a piece at a time."""
        while self._receiving:
            await self._wait_for_turn()
        is_read = self._complete
        while (message := await self._receive())["type"] != "http.disconnect":
            if not is_read:
                self._held = message
                self._end_turn()
                is_read = not message.get("more_body", False)
                if not is_read:
                    await self._wait_for_turn()  # until it is taken

    async def _take_held(self, watch: asyncio.Task[None]) -> Message:
        while self._held is None:
            if watch.done():
                raise ClientDisconnect
            self._turn = asyncio.get_running_loop().create_future()
            await asyncio.wait([self._turn, watch], return_when=asyncio.FIRST_COMPLETED)
        message, self._held = self._held, None
        self._end_turn()
        return message

    async def _wait_for_turn(self) -> None:
        self._turn = asyncio.get_running_loop().create_future()
        await self._turn

    def _end_turn(self) -> None:
        if self._turn is not None and not self._turn.done():
            self._turn.set_result(None)


def _path(scope: Scope) -> str:
    """Return the path below ``root_path``; ASGI's ``path`` contains it (HTTP spec, "root_path")."""
    path: str = scope["path"]
    root_path: str = scope.get("root_path", "")
    if root_path and path.startswith(root_path) and path[len(root_path) :][:1] in {"", "/"}:
        return path[len(root_path) :] or "/"
    return path
