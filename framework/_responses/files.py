"""Send files: whole, in parts, or not at all when the client has them (RFC 9110 §13, §14)."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from email.utils import formatdate
from secrets import token_hex
from typing import ClassVar
from urllib.parse import quote

from bolide._responses.file_body import FileBody, Piece
from bolide._responses.ranges import MalformedRange, RangeNotSatisfiable, parse_ranges
from bolide._responses.response import Background, PlainTextResponse, Response
from bolide.server_adapters.contract import Exchange, Reply

__all__ = ["FileResponse"]


class FileResponse(Response):
    """A file, or the parts of it that the client asks for with ``Range``.

    The file is looked up when the response is sent. What the system has in memory of it is read at once,
    the rest in threads, piece by piece.

    Args:
        path: Where the file is.
        status_code: HTTP status; only with 200 parts can be asked for.
        headers: Further header fields; they replace ``etag``, ``last-modified`` and the like.
        media_type: Guessed from the name unless given; ``application/octet-stream`` when that fails.
        background: Called and awaited when the response has been sent.
        filename: Name for the client to save it under; sets ``content-disposition``.
        stat_result: What ``os.stat`` says about it, if that is known.
        content_disposition_type: ``attachment``, or ``inline`` to show it.

    Raises:
        RuntimeError: when it is sent: there is no such file.
    """

    chunk_size: ClassVar[int] = 256 * 1024
    max_ranges: ClassVar[int] = 100

    __slots__ = ("path", "stat_result")

    def __init__(
        self,
        path: str | os.PathLike[str],
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
        background: Background | None = None,
        *,
        filename: str | None = None,
        stat_result: os.stat_result | None = None,
        content_disposition_type: str = "attachment",
    ) -> None:
        guessed = mimetypes.guess_type(filename or os.fspath(path))[0]
        media_type = media_type or self.media_type or guessed or "application/octet-stream"
        super().__init__(None, status_code, headers, media_type, background)
        self.path = path
        self.stat_result = stat_result
        self.headers.setdefault("accept-ranges", "bytes")
        if filename is not None:
            disposition = _disposition(content_disposition_type, filename)
            self.headers.setdefault("content-disposition", disposition)

    def to_reply(self, exchange: Exchange | None = None) -> Reply:
        found = self.stat_result or _stat(self.path)
        modified = formatdate(found.st_mtime, usegmt=True)
        tag = hashlib.md5(f"{found.st_mtime}-{found.st_size}".encode(), usedforsecurity=False).hexdigest()
        self.headers.setdefault("last-modified", modified)
        self.headers.setdefault("etag", f'"{tag}"')
        try:
            ranges = self._ranges(exchange, found.st_size)
        except MalformedRange as error:
            return PlainTextResponse(str(error), 400).to_reply()
        except RangeNotSatisfiable:
            headers = {"content-range": f"bytes */{found.st_size}"}
            return PlainTextResponse("", 416, headers).to_reply()
        if not ranges:
            return self._file_reply([(0, found.st_size)], exchange)
        self.status_code = 206
        if len(ranges) == 1:
            start, stop = ranges[0]
            self.headers["content-range"] = f"bytes {start}-{stop - 1}/{found.st_size}"
            return self._file_reply(ranges, exchange)
        boundary = token_hex(13)
        pieces = list(_multipart(ranges, boundary, found.st_size, self.headers["content-type"]))
        self.headers["content-type"] = f"multipart/byteranges; boundary={boundary}"
        return self._file_reply(pieces, exchange)

    def _ranges(self, exchange: Exchange | None, size: int) -> list[tuple[int, int]]:
        """Return the parts that the request asks for; none for the whole file."""
        if exchange is None or self.status_code != 200 or exchange.method not in ("GET", "HEAD"):
            return []
        asked, condition = exchange.header(b"range"), exchange.header(b"if-range")
        # Weak validators never match (RFC 9110 §13.1.5).
        if asked is None or condition not in (None, self.headers["last-modified"], self.headers["etag"]):
            return []
        return parse_ranges(asked, size, max_ranges=self.max_ranges)

    def _file_reply(self, pieces: Sequence[Piece], exchange: Exchange | None) -> Reply:
        length = sum(len(each) if isinstance(each, bytes) else each[1] - each[0] for each in pieces)
        self.headers.setdefault("content-length", str(length))
        reply = super().to_reply()
        body = FileBody(self.path, pieces, self.chunk_size)
        is_read = exchange is not None and exchange.method != "HEAD"
        whole = body.at_once() if is_read else None
        reply.body = body if whole is None else whole
        return reply


def _stat(path: str | os.PathLike[str]) -> os.stat_result:
    try:
        found = os.stat(path)
    except OSError as error:
        raise RuntimeError(f"file {os.fspath(path)!r} cannot be sent: {error.strerror}") from error
    if not stat.S_ISREG(found.st_mode):
        raise RuntimeError(f"{os.fspath(path)!r} is not a file")
    return found


def _multipart(
    ranges: Sequence[tuple[int, int]], boundary: str, size: int, content_type: str
) -> Iterator[Piece]:
    """Yield the pieces of a ``multipart/byteranges`` body (RFC 9110 §14.6)."""
    for start, stop in ranges:
        yield (
            f"--{boundary}\r\nContent-Type: {content_type}\r\n"
            f"Content-Range: bytes {start}-{stop - 1}/{size}\r\n\r\n"
        ).encode("latin-1")
        yield start, stop
        yield b"\r\n"
    yield f"--{boundary}--".encode("latin-1")


def _disposition(kind: str, filename: str) -> str:
    """Return a ``content-disposition`` (RFC 6266), extended where the name is more than ASCII (RFC 8187)."""
    quoted = quote(filename)
    return f'{kind}; filename="{filename}"' if quoted == filename else f"{kind}; filename*=utf-8''{quoted}"
