"""Read requests from the bytes of one connection (RFC 9112).

The reader never looks beyond the current request: what follows it stays unread until
:meth:`RequestReader.next_head` is called again. So nothing is parsed ahead, and nothing behind a
refused request is ever interpreted.
"""

from __future__ import annotations

import sys
from typing import Final

import msgspec

from bolide.server_adapters._http1.chunked import ChunkedBody
from bolide.server_adapters._http1.errors import RemoteProtocolError
from bolide.server_adapters._http1.fields import Fields, SectionParser
from bolide.server_adapters._http1.limits import MAX_LEADING_LINES, Limits
from bolide.server_adapters._http1.request_line import RequestLine, parse_request_line
from bolide.server_adapters._http1.section import SectionScanner
from bolide.server_adapters._received import ReceiveBuffer

__all__ = ["RequestHead", "RequestReader"]

# A head up to this size whose limits cannot be exceeded is not scanned line by line.
_SMALL_HEAD: Final = 4096
# The last header section, and the last head without a body, are kept up to this size, per connection.
_REMEMBERED: Final = 2048


class RequestHead(msgspec.Struct, frozen=True, eq=False, gc=False):
    """What a request says before its body.

    Attributes:
        method: As sent, a token of at most 64 letters.
        path: Percent-decoded; ``*`` for ``OPTIONS *``.
        raw_path: As sent.
        query: Raw, without ``?``.
        version: ``1.0`` or ``1.1``.
        fields: The header section.
        keep_alive: Whether the client wants the connection to stay open.
    """

    method: str
    path: str
    raw_path: str
    query: str
    version: str
    fields: Fields
    keep_alive: bool

    @property
    def takes_trailers(self) -> bool:
        """Whether the client wants header lines behind a chunked body."""
        return self.version == "1.1" and self.fields.accepts_trailers


class RequestReader(ReceiveBuffer):
    """Reading side of one connection.

    The order of calls per request: :meth:`next_head` until it returns a head, then :meth:`next_data`
    until :attr:`body_complete`. Call :meth:`receive_data` whenever one of them returned None.

    Attributes:
        body_complete: Whether the body of the current request has been read to its end.
        body_remaining: Bytes of it still to come, None when they are not declared.
        head_started: Whether a part of the next head has been received.
    """

    __slots__ = (
        "_chunked",
        "_failure",
        "_known_fields",
        "_known_head",
        "_known_request",
        "_known_section",
        "_largest_body",
        "_leading_lines",
        "_limits",
        "_most_lines",
        "_request_line",
        "_scanner",
        "_sections",
        "_small_head",
        "body_complete",
        "body_remaining",
    )

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._limits = limits
        # A head of at most this size and so many lines exceeds no limit.
        self._small_head = min(_SMALL_HEAD, limits.request_line, limits.field_size, limits.head)
        self._most_lines = limits.fields + 2
        self._largest_body = sys.maxsize if limits.body is None else limits.body
        self._sections = SectionParser()
        self._known_section = b""
        self._known_fields: Fields | None = None
        self._known_request = b""
        self._known_head: RequestHead | None = None
        self._leading_lines = 0
        self._request_line: RequestLine | None = None
        self._scanner: SectionScanner | None = None
        self._chunked: ChunkedBody | None = None
        self._failure: RemoteProtocolError | None = None
        self.body_complete = True
        self.body_remaining: int | None = 0

    @property
    def head_started(self) -> bool:
        return self._request_line is not None or len(self._data) > self._position

    def take_rest(self) -> bytes:
        """Return what has not been read: it belongs to another protocol."""
        rest = bytes(self._data[self._position :])
        self._position = len(self._data)
        return rest

    def next_head(self) -> RequestHead | None:
        """Return the head of the next request, or None when it has not arrived completely.

        Raises:
            RemoteProtocolError: the connection must be closed after the answer with its status.
        """
        data, start = self._data, self._position
        if start == len(data):
            return None
        # hot: equal bytes mean an equal request, and a client that asks again asks with the same bytes.
        if data == self._known_request and start == 0 and self._request_line is None:
            self._position = len(data)
            self._leading_lines = 0
            return self._known_head
        # hot: the same among pipelined requests; each costs a third less.
        if (
            data.startswith(self._known_request, start)
            and self._request_line is None
            and (head := self._known_head) is not None
        ):
            self._position = start + len(self._known_request)
            self._leading_lines = 0
            return head
        end = data.find(b"\r\n\r\n", start) + 4
        # hot: one find() instead of a scan per line; only where no limit can be exceeded.
        if (
            end < start + 6
            or end - start > self._small_head
            or self._request_line is not None
            or data.count(b"\n", start, end) > self._most_lines
        ):
            return self._scan_head()
        line_end = data.find(b"\r\n", start)
        if line_end == start:
            return self._scan_head()
        request_line = parse_request_line(data[start:line_end])
        self._position = end
        head = self._finish_head(request_line, data[line_end + 2 : end])
        if self.body_complete and end - start <= _REMEMBERED:
            self._known_request, self._known_head = bytes(data[start:end]), head
        return head

    def next_data(self) -> bytes | None:
        """Return what has arrived of the current body, or None when nothing new has.

        Raises:
            RemoteProtocolError: the chunked coding is malformed, or payload or trailers break a limit.
        """
        if self._chunked is not None:
            return self._next_chunked(self._chunked)
        data, start = self._data, self._position
        wanted = self.body_remaining or 0
        available = len(data) - start
        if available <= 0 or wanted == 0:
            return None
        taken = min(available, wanted)
        self._position = start + taken
        self.body_remaining = wanted - taken
        self.body_complete = taken == wanted
        return bytes(data[start : start + taken])

    def _next_chunked(self, chunked: ChunkedBody) -> bytes | None:
        if self._failure is not None:
            raise self._failure
        try:
            piece, self._position = chunked.decode(self._data, self._position)
        except RemoteProtocolError as error:
            self._failure = error
            raise
        if chunked.complete:
            self._chunked = None
            self.body_complete = True
            self.body_remaining = 0
        return piece or None

    def _scan_head(self) -> RequestHead | None:
        """Read the head line by line: the way for what is large, late or strange."""
        request_line = self._request_line
        if request_line is None:
            request_line = self._request_line = self._scan_request_line()
            if request_line is None:
                return None
        if self._scanner is None:
            self._scanner = SectionScanner(self._limits)
        start = self._position
        end = self._scanner.scan(self._data, start)
        if end < 0:
            return None
        self._position = end
        self._request_line = None
        self._scanner = None
        return self._finish_head(request_line, bytes(self._data[start:end]))

    def _scan_request_line(self) -> RequestLine | None:
        data, limit = self._data, self._limits.request_line
        while True:
            start = self._position
            end = data.find(b"\n", start, start + limit + 2)
            if end < 0:
                if len(data) - start > limit + 1:
                    raise RemoteProtocolError(414, "request line too long")
                return None
            if end == start or data[end - 1] != 13:
                raise RemoteProtocolError(400, "line not ended by CRLF")
            self._position = end + 1
            if end > start + 1:
                return parse_request_line(data[start : end - 1])
            self._leading_lines += 1
            if self._leading_lines > MAX_LEADING_LINES:
                raise RemoteProtocolError(400, "too many empty lines before the request line")

    def _finish_head(self, request_line: RequestLine, section: bytes | bytearray) -> RequestHead:
        self._leading_lines = 0
        # hot: clients repeat their header section on a connection, and equal bytes mean equal fields.
        fields = self._known_fields
        if fields is None or section != self._known_section:
            fields = self._parse_section(bytes(section))
        method, path, raw_path, query, version, authority = request_line
        keep_alive = b"close" not in fields.connection
        if version == "1.0":
            keep_alive = keep_alive and b"keep-alive" in fields.connection
            if fields.chunked:
                raise RemoteProtocolError(400, "Transfer-Encoding in HTTP/1.0")
            if fields.hosts > 1:
                raise RemoteProtocolError(400, "repeated Host")
        elif fields.hosts != 1:
            raise RemoteProtocolError(400, "missing or repeated Host")
        if authority is not None:
            fields = fields.with_host(authority)
        if fields.chunked:
            self._chunked = ChunkedBody(self._limits)
            self.body_remaining = None
            self.body_complete = False
        else:
            self.body_remaining = length = fields.content_length or 0
            self.body_complete = length == 0
            if length > self._largest_body:
                raise RemoteProtocolError(413, "body too large")
        return RequestHead(method, path, raw_path, query, version, fields, keep_alive)

    def _parse_section(self, section: bytes) -> Fields:
        fields = self._sections.parse(section)
        if len(section) <= _REMEMBERED:
            self._known_section = section
            self._known_fields = fields
        return fields
