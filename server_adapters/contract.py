"""The neutral contract between a server and an application.

A server turns a request into an :class:`Exchange`, calls :meth:`Application.handle` and writes the
:class:`Reply`. Nothing here knows HTTP/1.1 framing, ASGI or RSGI, so that other protocols can come.
"""

from __future__ import annotations

import re
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Mapping,
    MutableMapping,
    Sequence,
)
from typing import Any, Final, Literal, Protocol, Self

import msgspec

__all__ = [
    "Application",
    "BodyTooLarge",
    "ClientDisconnect",
    "Exchange",
    "FilePart",
    "Head",
    "HeaderPairs",
    "InvalidHeader",
    "Lifespan",
    "Reply",
    "RequestState",
    "WebSocketApplication",
    "WebSocketDisconnect",
    "WebSocketExchange",
    "WebSocketStage",
    "check_headers",
    "check_links",
]

HeaderPairs = list[tuple[bytes, bytes]]
"""Header lines in order: lower-case name, value. Both are latin-1 (RFC 9110 §5.5)."""


class RequestState(dict[str, Any]):
    """The state of one request: its own copy of what the lifespan yielded, shared by all that handle it."""

    __slots__ = ("_exchange", "_scope")

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self._exchange: object = None
        self._scope: MutableMapping[str, Any] | None = None

    def scope_of(self, exchange: object) -> MutableMapping[str, Any] | None:
        """Return *exchange* as an ASGI scope, once somebody has asked for it; whoever asks gets the same."""
        return self._scope if self._exchange is exchange else None

    def keep_scope(self, exchange: object, scope: MutableMapping[str, Any]) -> None:
        """Let *scope* be what *exchange* is as an ASGI scope."""
        self._exchange, self._scope = exchange, scope


class BodyTooLarge(Exception):
    """The request body exceeds *limit* bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"request body exceeds {limit} bytes")
        self.limit = limit


class ClientDisconnect(Exception):
    """The client went away before the request body was complete."""


class WebSocketDisconnect(Exception):
    """The other side has ended a WebSocket connection (RFC 6455 §7.1.5, §7.1.6).

    Args:
        code: Its close code; 1005 when it sent none, 1006 when the connection was lost.
        reason: Its reason, may be empty.
    """

    def __init__(self, code: int = 1000, reason: str | None = None) -> None:
        super().__init__(code, reason or "")
        self.code = code
        self.reason = reason or ""


class InvalidHeader(ValueError):
    """A response header that must not go on the wire (RFC 9110 §5.1, §5.5)."""


# RFC 9110 §5.6.2 token; field values: visible characters, SP, HTAB, obs-text.
_NAME: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE: Final = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")


def check_headers(pairs: Iterable[tuple[bytes, bytes]]) -> None:
    """Refuse header lines that would split or corrupt the response.

    Raises:
        InvalidHeader: a name is not a token, or a value holds a control character.
    """
    for name, value in pairs:
        if _NAME.fullmatch(name) is None:
            raise InvalidHeader(f"invalid response header name {name!r}")
        if _VALUE.fullmatch(value) is None:
            raise InvalidHeader(f"invalid value of response header {name!r}: {value!r}")


def check_links(links: Iterable[bytes]) -> None:
    """Refuse values of ``Link`` fields as :func:`check_headers` does."""
    check_headers((b"link", value) for value in links)


class Head:
    """Header lines made once at start-up, in the three forms that servers want.

    Attributes:
        pairs: For ASGI; lower-case names.
        wire: For HTTP/1.1: ``name: value CRLF`` per line, without the blank line.
        strings: For RSGI.

    Raises:
        InvalidHeader: see :func:`check_headers`.
    """

    __slots__ = ("pairs", "strings", "wire")

    def __init__(self, pairs: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self.pairs: HeaderPairs = [(name.lower(), value) for name, value in pairs]
        check_headers(self.pairs)
        self.wire = b"".join(b"%b: %b\r\n" % pair for pair in self.pairs)
        self.strings = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in self.pairs]

    @classmethod
    def on_wire(cls, wire: bytes) -> Self:
        """Return a head of lines that are valid, for a reply that goes nowhere but on the wire."""
        # hot: the other forms, which nobody would read, take longer than the rest of a response.
        head = cls.__new__(cls)
        head.wire = wire
        return head


class FilePart(msgspec.Struct, frozen=True):
    """The bytes of a file that a body consists of.

    Attributes:
        path: Absolute.
        start: The first one.
        stop: Behind the last one.
        is_whole: Whether the file has no others.
    """

    path: str
    start: int
    stop: int
    is_whole: bool


class Reply(msgspec.Struct, eq=False):
    """What a handler returns; the server entry writes it, once.

    Attributes:
        status: HTTP status code, 200 to 599.
        head: Header lines known at start-up. Never holds ``content-length``, ``transfer-encoding``,
            ``connection`` or ``date``: framing belongs to the entry.
        body: All of it, or an async iterator of chunks that the entry consumes and closes. One with an
            attribute ``part``, a :class:`FilePart`, may be closed unread by an entry that has its server read
            the file.
        headers: Further header lines of this reply, or None. A ``content-length`` in it is honoured
            for an iterator body (and for a reply to HEAD), and dropped otherwise.
        after: Called and awaited once by the entry, in the task of the handler, when the body has been
            written or could not be (exits of request-scoped dependencies, background tasks).
        error: The unhandled exception behind a 500, for the server's log.
        trailers: Called when the body, an iterator, has ended: header lines to send behind it (RFC 9110
            §6.5). Left out where :attr:`Exchange.takes_trailers` is false.
    """

    # hot: a struct is made in a third of the time that a class with slots takes.
    status: int
    head: Head
    body: bytes | AsyncIterator[bytes] = b""
    headers: HeaderPairs | None = None
    after: Callable[[], Awaitable[None]] | None = None
    error: Exception | None = None
    trailers: Callable[[], HeaderPairs] | None = None


class Exchange(Protocol):
    """One HTTP request, as every server entry presents it.

    Entries implement it as separate concrete classes with ``__slots__``; nothing inherits from this.

    Attributes:
        method: As sent, for example ``GET``.
        path: Percent-decoded (UTF-8), without the query, starts with ``/``; ``%2F`` is a separator.
        query: Raw, without ``?``; empty when absent.
        headers: All header lines, names in lower case.
        body: The whole body when it has arrived (``b""`` when there is none), else None: then use
            :meth:`read_body` or :meth:`stream`.
        client: Address and port of the peer, None when unknown (Unix sockets).
        server: Address and port that the request came in on; the port is None for a Unix socket.
        scheme: ``http`` or ``https``.
        http_version: ``1.0``, ``1.1``, ``2``.
        raw_path: The path as sent, None where the server does not tell it.
        tls: What is known of the TLS connection, in the words of ASGI's TLS extension; None without one.
        root_path: Where the application is mounted; not part of :attr:`path`.
        state: What the application's lifespan yielded, shared by all requests of this server until somebody
            puts a :class:`RequestState` in its place.
    """

    method: str
    path: str
    query: str
    body: bytes | None
    state: dict[str, Any]

    @property
    def headers(self) -> HeaderPairs: ...
    @property
    def client(self) -> tuple[str, int] | None: ...
    @property
    def server(self) -> tuple[str, int | None] | None: ...
    @property
    def scheme(self) -> str: ...
    @property
    def http_version(self) -> str: ...
    @property
    def raw_path(self) -> bytes | None: ...
    @property
    def tls(self) -> dict[str, Any] | None: ...
    @property
    def root_path(self) -> str: ...

    def header(self, name: bytes) -> str | None:
        """Return the first value of the header *name* (lower case), decoded as latin-1."""
        ...

    def header_values(self, name: bytes) -> list[str]:
        """Return all values of the header *name* (lower case), in order, decoded as latin-1."""
        ...

    async def read_body(self, limit: int) -> bytes:
        """Return the whole body; a second call returns the same bytes.

        Raises:
            BodyTooLarge: more than *limit* bytes are declared or arrive.
            ClientDisconnect: the client left before the end.
        """
        ...

    def stream(self, limit: int) -> AsyncIterator[bytes]:
        """Iterate over the body as it arrives; raises as :meth:`read_body` does.

        A body can be consumed once: use either this or :meth:`read_body`.
        """
        ...

    async def disconnect(self) -> None:
        """Return when the client has left; several may wait.

        Only for a request whose body has been read, or that has none. A client that has closed its write
        side counts as one that has left, as on other servers.
        """
        ...

    @property
    def takes_early_hints(self) -> bool:
        """Return whether :meth:`send_early_hints` can reach the client."""
        ...

    async def send_early_hints(self, links: Sequence[bytes]) -> None:
        """Send an interim response with *links*, values of ``Link`` fields (RFC 8297, RFC 8288 §3).

        Nothing is sent where the server or the client cannot have one, nor when the reply has been returned.

        Raises:
            InvalidHeader: one of *links* cannot be sent, here or elsewhere.
        """
        ...

    @property
    def takes_trailers(self) -> bool:
        """Return whether trailers reach the client, who asks for them with ``TE: trailers``."""
        ...


WebSocketStage = Literal["connecting", "open", "ended"]
"""How far a WebSocket connection has come: not answered yet, accepted, or refused, closed or lost."""


class WebSocketExchange(Exchange, Protocol):
    """One WebSocket connection: its opening handshake, which is a GET request without a body, and messages.

    The application calls one of :meth:`accept`, :meth:`close` and :meth:`deny` first: entries do not look
    whether the order is right. ``scheme`` is ``ws`` or ``wss``.
    """

    @property
    def stage(self) -> WebSocketStage: ...

    @property
    def subprotocols(self) -> list[str]:
        """Return the subprotocols that the client offers, in its order of preference."""
        ...

    async def accept(self, subprotocol: str | None = None, headers: HeaderPairs | None = None) -> None:
        """Complete the handshake, with *headers* in the response."""
        ...

    def receive(self) -> Coroutine[Any, Any, str | bytes]:
        """Return the next message of an accepted connection.

        Raises:
            WebSocketDisconnect: there is none any more.
        """
        ...

    def send_text(self, text: str) -> Coroutine[Any, Any, None]:
        """Send a text message, and wait while the client reads more slowly than this sends.

        Raises:
            WebSocketDisconnect: the connection is lost.
        """
        ...

    def send_bytes(self, data: bytes) -> Coroutine[Any, Any, None]:
        """Send a binary message; see :meth:`send_text`."""
        ...

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """End the connection; one that was not accepted is refused (403); it has no code."""
        ...

    async def deny(self, reply: Reply) -> None:
        """Refuse the connection with *reply*, or as :meth:`close` does if the server cannot."""
        ...


class Lifespan(Protocol):
    """A started application; made by :meth:`Application.startup`, ended by ``shutdown``."""

    @property
    def state(self) -> dict[str, Any]:
        """Return what the application's lifespan yielded; entries hand it to every exchange."""
        ...

    async def shutdown(self) -> None:
        """Run the application's shutdown code, in the task that started it up."""
        ...


class Application(Protocol):
    """What a server needs to know about an application."""

    def handle(self, exchange: Exchange) -> Coroutine[Any, Any, Reply]:
        """Match *exchange* and return the handler's coroutine.

        The coroutine never raises ``Exception``: failures are replies. It may raise
        ``CancelledError``, ``KeyboardInterrupt`` and ``SystemExit``.
        """
        ...

    async def startup(self) -> Lifespan:
        """Run the application's start-up code; whatever it raises means that it cannot serve."""
        ...


class WebSocketApplication(Application, Protocol):
    """An application that serves WebSocket connections too."""

    def handle_websocket(self, exchange: WebSocketExchange) -> Coroutine[Any, Any, Exception | None]:
        """Match *exchange* and return the coroutine that serves the connection up to its end.

        Its result is the unhandled exception behind that end, for the server's log. The coroutine raises
        no ``Exception``.
        """
        ...
