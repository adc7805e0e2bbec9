"""Parse and judge a header section (RFC 9112 §5, §6, §7.1.2).

Owns the httptools parser: llhttp checks the field grammar, this module the meaning of the fields that
frame a message. A section is judged without its request line, so that the result depends on nothing
but the section's bytes and may be kept for the next request of the same client.
"""

from __future__ import annotations

import re
from typing import Final

import httptools
import msgspec

from bolide.server_adapters._framing import accepts_trailers
from bolide.server_adapters._http1.errors import RemoteProtocolError
from bolide.server_adapters.host import is_valid_host

__all__ = ["Fields", "SectionParser", "check_trailers"]

Pairs = tuple[tuple[bytes, bytes], ...]

# llhttp wants a whole request. POST may have any body framing and has no rules of its own.
_REQUEST_LINE: Final = b"POST / HTTP/1.1\r\n"

_CONTENT_LENGTH: Final = re.compile(rb"[0-9]{1,18}")  # 18 digits stay below 2**63

_KEEP_ALIVE: Final = frozenset({b"keep-alive"})
_KNOWN_CODINGS: Final = frozenset({b"chunked", b"gzip", b"x-gzip", b"deflate", b"compress", b"x-compress"})
_FRAMING: Final = frozenset(
    {b"host", b"content-length", b"transfer-encoding", b"connection", b"expect", b"upgrade", b"te"}
)


class Fields(msgspec.Struct, frozen=True, eq=False, gc=False):
    """A valid header section. Immutable: several requests may share one.

    Attributes:
        pairs: Names in lower case, values without surrounding whitespace.
        hosts: Number of Host lines, each of valid syntax.
        content_length: None when not declared.
        chunked: Whether the body is chunked.
        connection: Lower-case options of all Connection lines.
        expects_continue: Whether ``Expect: 100-continue`` was sent.
        offers_websocket: Whether the client would go on with WebSocket messages (RFC 9110 §7.8).
        accepts_trailers: Whether the client wants header lines behind a chunked body (RFC 9110 §10.1.4).
    """

    pairs: Pairs
    hosts: int = 0
    content_length: int | None = None
    chunked: bool = False
    connection: frozenset[bytes] = frozenset()
    expects_continue: bool = False
    offers_websocket: bool = False
    accepts_trailers: bool = False

    def with_host(self, authority: bytes) -> Fields:
        """Return a copy whose Host is *authority*: an absolute target overrides it (RFC 9112 §3.2.2)."""
        pairs = ((b"host", authority), *(pair for pair in self.pairs if pair[0] != b"host"))
        return msgspec.structs.replace(self, pairs=pairs, hosts=1)


class _Recorder:
    """Callbacks of httptools: they only record."""

    __slots__ = ("complete", "pairs")

    def __init__(self) -> None:
        self.pairs: list[tuple[bytes, bytes]] = []
        self.complete = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self.pairs.append((name.lower(), value.strip(b" \t")))

    def on_message_complete(self) -> None:
        self.complete = True


class SectionParser:
    """Parses header sections, one after the other.

    A parser of llhttp is used again when it has seen the end of its message. It refuses what follows a
    message that ends the connection, so only the refusal of a new one counts: whatever one section says, it
    cannot change how the next one is read.
    """

    __slots__ = ("_parser", "_recorder")

    def __init__(self) -> None:
        self._recorder = _Recorder()
        self._parser: httptools.HttpRequestParser | None = None

    def parse(self, section: bytes) -> Fields:
        """Parse *section*: header lines, each ended by CRLF, and the empty line.

        Raises:
            RemoteProtocolError: 400, 417 or 501.
        """
        return _judge(self.pairs(section))

    def pairs(self, section: bytes) -> Pairs:
        """Return the lines of *section*, which is syntactically valid.

        Raises:
            RemoteProtocolError: 400.
        """
        # hot: a new parser costs as much as reading eight lines.
        if (known := self._parser) is not None and self._feed(known, section):
            return tuple(self._recorder.pairs)
        if self._feed(httptools.HttpRequestParser(self._recorder), section):
            return tuple(self._recorder.pairs)
        raise RemoteProtocolError(400, "malformed header section")

    def _feed(self, parser: httptools.HttpRequestParser, section: bytes) -> bool:
        """Record *section* with *parser* and tell whether it is valid; keep a parser that can go on."""
        recorder = self._recorder
        recorder.pairs = []
        recorder.complete = False
        self._parser = None
        try:
            parser.feed_data(_REQUEST_LINE + section)
        except httptools.HttpParserUpgrade:
            return True  # Upgrade is optional to follow (RFC 9110 §7.8); the message is framed as any other
        except httptools.HttpParserError:
            return False
        if recorder.complete:
            self._parser = parser
        return True


def check_trailers(section: bytes) -> None:
    """Check the syntax of trailer lines; they are dropped, none may act as a header (RFC 9110 §6.5.1).

    Raises:
        RemoteProtocolError: 400.
    """
    if section != b"\r\n":
        SectionParser().pairs(section)


def _judge(pairs: Pairs) -> Fields:
    """Read the lines that frame the message."""
    hosts = 0
    length: int | None = None
    codings: list[bytes] = []
    connection: frozenset[bytes] = frozenset()
    expects_continue = offers_websocket = takes_trailers = False
    for name, value in pairs:
        if name not in _FRAMING:
            continue
        if name == b"host":
            if not is_valid_host(value):
                raise RemoteProtocolError(400, "malformed Host")
            hosts += 1
        elif name == b"content-length":
            if length is not None or _CONTENT_LENGTH.fullmatch(value) is None:
                raise RemoteProtocolError(400, "malformed or repeated Content-Length")
            length = int(value)
        elif name == b"transfer-encoding":
            codings.append(value)
        elif name == b"connection":
            connection |= _KEEP_ALIVE if value == b"keep-alive" else _options(value)
        elif name == b"upgrade":
            offers_websocket = offers_websocket or b"websocket" in _options(value)
        elif name == b"te":
            takes_trailers = takes_trailers or accepts_trailers(value)
        elif value.lower() == b"100-continue":
            expects_continue = True
        else:
            raise RemoteProtocolError(417, "unknown expectation")
    if codings:
        _check_codings(codings, length)
    offers_websocket = offers_websocket and b"upgrade" in connection
    return Fields(
        pairs, hosts, length, bool(codings), connection, expects_continue, offers_websocket, takes_trailers
    )


def _options(value: bytes) -> frozenset[bytes]:
    return frozenset(option.strip(b" \t").lower() for option in value.split(b","))


def _check_codings(codings: list[bytes], length: int | None) -> None:
    """Accept ``chunked`` alone."""
    if length is not None:
        raise RemoteProtocolError(400, "Content-Length and Transfer-Encoding")
    if len(codings) == 1 and codings[0].lower() == b"chunked":
        return
    names = [name.strip(b" \t").lower() for value in codings for name in value.split(b",")]
    if names[-1] == b"chunked" and names.count(b"chunked") == 1 and _KNOWN_CODINGS.issuperset(names):
        raise RemoteProtocolError(501, "unsupported transfer coding")
    raise RemoteProtocolError(400, "malformed Transfer-Encoding")
