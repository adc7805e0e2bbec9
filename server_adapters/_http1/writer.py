"""Frame replies: the one place that decides what stands around a body on the wire (RFC 9112 §6)."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from bolide.server_adapters._framing import (
    BODILESS,
    FRAMING,
    bytes_length,
    declared_length,
    sendable_trailers,
    stream_length,
)
from bolide.server_adapters._http1.errors import LocalProtocolError
from bolide.server_adapters._http1.reader import RequestHead
from bolide.server_adapters.contract import HeaderPairs, Reply, check_headers, check_links

__all__ = ["CONTINUE", "ReplyStream", "connection_line", "frame_early_hints", "frame_reply", "frame_switch"]

CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"

_STATUS_LINES: Final = {status: b"HTTP/1.1 %d \r\n" % status for status in range(200, 600)} | {
    int(status): f"HTTP/1.1 {status} {status.phrase}\r\n".encode() for status in HTTPStatus if status >= 200
}


def connection_line(version: str, keep_alive: bool) -> bytes:
    """Return the Connection line of a response, empty where the version implies it (RFC 9112 §9.3)."""
    if not keep_alive:
        return b"connection: close\r\n"
    return b"" if version == "1.1" else b"connection: keep-alive\r\n"


def frame_reply(reply: Reply, body: bytes, method: str, connection: bytes, date: bytes) -> bytes:
    """Return the whole response of a *reply* with *body*.

    Args:
        reply: Its own ``body`` is not looked at.
        body: All of it.
        method: Of the request.
        connection: See :func:`connection_line`.
        date: The Date line, or nothing.

    Raises:
        LocalProtocolError: the status or the content length cannot be sent.
        InvalidHeader: one of the reply's ``headers`` cannot be sent.
    """
    status = reply.status
    # hot: almost every response leaves here, with one formatting of bytes.
    if reply.headers is None and method != "HEAD" and status not in BODILESS and status in _STATUS_LINES:
        return b"%b%b%b%bcontent-length: %d\r\n\r\n%b" % (
            _STATUS_LINES[status],
            reply.head.wire,
            connection,
            date,
            len(body),
            body,
        )
    head, declared = _frame_head(reply, connection, date)
    length = bytes_length(status, method, declared, len(body))
    if length is not None:
        head += b"content-length: %d\r\n" % length
    if method == "HEAD" or status in BODILESS:
        return head + b"\r\n"
    return b"%b\r\n%b" % (head, body)


def frame_early_hints(links: Sequence[bytes]) -> bytes:
    """Return an interim response with a Link line for each of *links* (RFC 8297 §2).

    Raises:
        InvalidHeader: one of them cannot be sent.
    """
    check_links(links)
    return b"HTTP/1.1 103 Early Hints\r\n%b\r\n" % b"".join(b"link: %b\r\n" % link for link in links)


def frame_switch(protocol: bytes, headers: HeaderPairs, date: bytes) -> bytes:
    """Return the response that ends HTTP on a connection in favour of *protocol* (RFC 9110 §15.2.2).

    Raises:
        InvalidHeader: one of *headers* cannot be sent.
    """
    check_headers(headers)
    lines = b"".join(b"%b: %b\r\n" % pair for pair in headers if pair[0] not in FRAMING)
    start = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: %b\r\nconnection: upgrade\r\n" % protocol
    return b"%b%b%b\r\n" % (start, lines, date)


class ReplyStream:
    """Framing of one reply whose body comes in pieces.

    Attributes:
        start: The response up to its body.
        sends_body: False when no byte of the body goes on the wire (HEAD, 204, 304 …).
        keep_alive: False when the end of the body is the end of the connection.
        sent: Bytes of the body so far.
    """

    __slots__ = ("_chunked", "_declared", "_trailers", "keep_alive", "sends_body", "sent", "start")

    def __init__(self, reply: Reply, request: RequestHead, *, keep_alive: bool, date: bytes) -> None:
        """Frame the head of the *reply* to *request*.

        Raises:
            LocalProtocolError: the status or the content length cannot be sent.
            InvalidHeader: one of the reply's ``headers`` cannot be sent.
        """
        declared = declared_length(reply.headers)
        has_body = reply.status not in BODILESS
        self.sends_body = has_body and request.method != "HEAD"
        self._declared = declared
        self.sent = 0
        self._chunked = has_body and declared is None and request.version == "1.1"
        self._trailers = reply.trailers if reply.trailers is not None and request.takes_trailers else None
        self.keep_alive = keep_alive and (not self.sends_body or self._chunked or declared is not None)
        head, _ = _frame_head(reply, connection_line(request.version, self.keep_alive), date)
        if self._chunked:
            head += b"transfer-encoding: chunked\r\n"
        elif (length := stream_length(reply.status, declared)) is not None:
            head += b"content-length: %d\r\n" % length
        self.start = head + b"\r\n"

    def piece(self, data: bytes) -> bytes:
        """Frame a part of the body; what exceeds a declared length is cut."""
        if self._declared is not None:
            room = self._declared - self.sent
            self.sent += len(data)
            return data if len(data) <= room else data[: max(0, room)]
        self.sent += len(data)
        if self._chunked and data:
            return b"%x\r\n%b\r\n" % (len(data), data)
        return data  # an empty chunk would end the body

    def end(self) -> bytes:
        """Return what ends the body: of a chunked one with the reply's trailers behind it.

        Raises:
            InvalidHeader: a trailer cannot be sent.
            LocalProtocolError: the body was not as long as declared; the connection must be closed.
        """
        if self._declared is not None and self.sent != self._declared:
            raise LocalProtocolError(
                f"the reply declared content-length {self._declared}, its body has {self.sent} bytes"
            )
        if not self._chunked:
            return b""
        if self._trailers is None:
            return b"0\r\n\r\n"
        lines = b"".join(b"%b: %b\r\n" % pair for pair in sendable_trailers(self._trailers()))
        return b"0\r\n%b\r\n" % lines


def _frame_head(reply: Reply, connection: bytes, date: bytes) -> tuple[bytes, int | None]:
    """Return the lines before Content-Length or Transfer-Encoding, and the length the reply declares."""
    status_line = _STATUS_LINES.get(reply.status)
    if status_line is None:
        raise LocalProtocolError(f"status {reply.status!r} is not one of 200 to 599")
    extra = b""
    if reply.headers:
        pairs = [(name.lower(), value) for name, value in reply.headers]
        check_headers(pairs)
        if any(name == b"date" for name, _ in pairs):
            date = b""
        extra = b"".join(b"%b: %b\r\n" % pair for pair in pairs if pair[0] not in FRAMING)
    head = b"%b%b%b%b%b" % (status_line, reply.head.wire, extra, connection, date)
    return head, declared_length(reply.headers)
