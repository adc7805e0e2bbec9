"""Parse and judge a header section (RFC 9112 §5, §6, §7.1.2).

Owns the httptools parser: llhttp checks the field grammar, this module the meaning of the fields that
frame a message. A section is judged without its request line, so that the result depends on nothing
but the section's bytes and may be kept for the next request of the same client.
"""

from __future__ import annotations

import re
from typing import Final

import httptools

from bolide.server_adapters._http1.errors import RemoteProtocolError

__all__ = ["Fields", "check_trailers", "is_valid_host", "parse_fields"]

Pairs = tuple[tuple[bytes, bytes], ...]

# llhttp wants a whole request. POST may have any body framing and has no rules of its own.
_REQUEST_LINE: Final = b"POST / HTTP/1.1\r\n"

_CONTENT_LENGTH: Final = re.compile(rb"[0-9]{1,18}")  # 18 digits stay below 2**63

# RFC 9110 §7.2, RFC 3986 §3.2.2; the comma is refused: it is how a joined duplicate looks.
_HOST: Final = re.compile(
    rb"(?:\[[0-9A-Fa-f:.]{2,}\]|(?:[A-Za-z0-9._~!$&'()*+;=-]|%[0-9A-Fa-f]{2})+)(?::([0-9]{0,5}))?"
)
_KNOWN_CODINGS: Final = frozenset({b"chunked", b"gzip", b"x-gzip", b"deflate", b"compress", b"x-compress"})
_FRAMING: Final = frozenset({b"host", b"content-length", b"transfer-encoding", b"connection", b"expect"})


class Fields:
    """A valid header section. Immutable: several requests may share one.

    Attributes:
        pairs: Names in lower case, values without surrounding whitespace.
        hosts: Number of Host lines, each of valid syntax.
        content_length: None when not declared.
        chunked: Whether the body is chunked.
        connection: Lower-case options of all Connection lines.
        expects_continue: Whether ``Expect: 100-continue`` was sent.
    """

    __slots__ = ("chunked", "connection", "content_length", "expects_continue", "hosts", "pairs")

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs
        self.hosts = 0
        self.content_length: int | None = None
        self.chunked = False
        self.connection: frozenset[bytes] = frozenset()
        self.expects_continue = False

    def with_host(self, authority: bytes) -> Fields:
        """Return a copy whose Host is *authority*: an absolute target overrides it (RFC 9112 §3.2.2)."""
        copy = Fields(((b"host", authority), *(pair for pair in self.pairs if pair[0] != b"host")))
        copy.hosts = 1
        copy.content_length = self.content_length
        copy.chunked = self.chunked
        copy.connection = self.connection
        copy.expects_continue = self.expects_continue
        return copy


class _Recorder:
    """Callbacks of httptools: they only record."""

    __slots__ = ("pairs",)

    def __init__(self) -> None:
        self.pairs: list[tuple[bytes, bytes]] = []

    def on_header(self, name: bytes, value: bytes) -> None:
        self.pairs.append((name.lower(), value.strip(b" \t")))


def is_valid_host(host: bytes) -> bool:
    """Tell whether *host* is ``uri-host [":" port]`` and not empty (RFC 9110 §4.2.1, §7.2)."""
    if (match := _HOST.fullmatch(host)) is None:
        return False
    port = match.group(1)
    return not port or int(port) <= 65535


def parse_fields(section: bytes) -> Fields:
    """Parse *section*: header lines, each ended by CRLF, and the empty line.

    Raises:
        RemoteProtocolError: 400, 417 or 501.
    """
    fields = Fields(_parse_pairs(section))
    codings: list[bytes] = []
    for name, value in fields.pairs:
        if name not in _FRAMING:
            continue
        if name == b"host":
            _add_host(fields, value)
        elif name == b"content-length":
            _add_content_length(fields, value)
        elif name == b"transfer-encoding":
            codings.append(value)
        elif name == b"connection":
            options = (option.strip(b" \t").lower() for option in value.split(b","))
            fields.connection = fields.connection.union(options)
        elif value.lower() == b"100-continue":
            fields.expects_continue = True
        else:
            raise RemoteProtocolError(417, "unknown expectation")
    if codings:
        _set_chunked(fields, codings)
    return fields


def check_trailers(section: bytes) -> None:
    """Check the syntax of trailer lines; they are dropped, none may act as a header (RFC 9110 §6.5.1).

    Raises:
        RemoteProtocolError: 400.
    """
    if section != b"\r\n":
        _parse_pairs(section)


def _parse_pairs(section: bytes) -> Pairs:
    recorder = _Recorder()
    parser = httptools.HttpRequestParser(recorder)
    try:
        parser.feed_data(_REQUEST_LINE + section)
    except httptools.HttpParserUpgrade:
        pass  # Upgrade is optional to follow (RFC 9110 §7.8); the message is framed as any other
    except httptools.HttpParserError as error:
        raise RemoteProtocolError(400, "malformed header section") from error
    return tuple(recorder.pairs)


def _add_host(fields: Fields, value: bytes) -> None:
    if not is_valid_host(value):
        raise RemoteProtocolError(400, "malformed Host")
    fields.hosts += 1


def _add_content_length(fields: Fields, value: bytes) -> None:
    if fields.content_length is not None or _CONTENT_LENGTH.fullmatch(value) is None:
        raise RemoteProtocolError(400, "malformed or repeated Content-Length")
    fields.content_length = int(value)


def _set_chunked(fields: Fields, codings: list[bytes]) -> None:
    if fields.content_length is not None:
        raise RemoteProtocolError(400, "Content-Length and Transfer-Encoding")
    if len(codings) == 1 and codings[0].lower() == b"chunked":
        fields.chunked = True
        return
    names = [name.strip(b" \t").lower() for value in codings for name in value.split(b",")]
    if names[-1] == b"chunked" and names.count(b"chunked") == 1 and _KNOWN_CODINGS.issuperset(names):
        raise RemoteProtocolError(501, "unsupported transfer coding")
    raise RemoteProtocolError(400, "malformed Transfer-Encoding")
