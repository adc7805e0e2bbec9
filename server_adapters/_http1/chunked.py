"""Decode the chunked transfer coding (RFC 9112 §7.1).

Written here and not left to llhttp, which bounds neither zeros in a chunk size nor extensions nor
trailers, hands trailers over as headers, and does not tell where the message ended.
"""

from __future__ import annotations

import re
from typing import Final

from bolide.server_adapters._http1.errors import RemoteProtocolError
from bolide.server_adapters._http1.fields import check_trailers
from bolide.server_adapters._http1.limits import MAX_CHUNK_EXCESS, MAX_CHUNK_LINE, Limits
from bolide.server_adapters._http1.section import SectionScanner

__all__ = ["ChunkedBody"]

# Extensions are ignored (RFC 9112 §7.1.1), but are visible characters, space or tab, with no open quote.
_SIZE_LINE: Final = re.compile(
    rb"([0-9a-fA-F]{1,16})(?:[ \t]*;(?:[\t !\x23-\x7e]|\"[\t !\x23-\x7e]*\")*)?\r\n"
)


class ChunkedBody:
    """Decoder of one body.

    Attributes:
        complete: Whether the last chunk and the trailers have been read.
    """

    __slots__ = ("_excess", "_limits", "_remaining", "_room", "_trailers", "complete")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._remaining = 0  # of the current chunk: payload and its CRLF
        self._excess = 0
        self._room = limits.body
        self._trailers: SectionScanner | None = None
        self.complete = False

    def decode(self, data: bytes | bytearray, start: int) -> tuple[bytes, int]:
        """Decode *data* from *start* and return the payload found and where to go on.

        What is left over after a return is the beginning of something incomplete, and must be there
        again, with more behind it, at the next call.

        Raises:
            RemoteProtocolError: 400, 413 or 431.
        """
        pieces: list[bytes | bytearray] = []
        position = start
        while not self.complete:
            if self._trailers is not None:
                position, done = self._read_trailers(self._trailers, data, position)
            elif self._remaining:
                position, done = self._read_payload(data, position, pieces)
            else:
                position, done = self._read_size(data, position)
            if not done:
                break
        return b"".join(pieces), position

    def _read_size(self, data: bytes | bytearray, position: int) -> tuple[int, bool]:
        end = data.find(b"\n", position, position + MAX_CHUNK_LINE)
        if end < 0:
            if len(data) - position >= MAX_CHUNK_LINE:
                raise RemoteProtocolError(400, "chunk-size line too long")
            return position, False
        match = _SIZE_LINE.fullmatch(data, position, end + 1)
        if match is None:
            raise RemoteProtocolError(400, "malformed chunk size")
        size = int(match.group(1), 16)
        if size == 0:
            self._trailers = SectionScanner(self._limits)
            return end + 1, True
        self._excess = max(0, self._excess + end + 1 - position + 2 - 16 - 2 * size)
        if self._excess > MAX_CHUNK_EXCESS:
            raise RemoteProtocolError(400, "too much chunk framing for too little payload")
        if self._room is not None:
            self._room -= size
            if self._room < 0:
                raise RemoteProtocolError(413, "body too large")
        self._remaining = size + 2
        return end + 1, True

    def _read_payload(
        self, data: bytes | bytearray, position: int, pieces: list[bytes | bytearray]
    ) -> tuple[int, bool]:
        available = len(data) - position
        payload = self._remaining - 2
        if available < self._remaining:
            taken = min(available, payload)
            if taken > 0:
                pieces.append(data[position : position + taken])
                self._remaining -= taken
            # Do not wait for the second byte to refuse a wrong first one.
            if available > payload and data[position + payload] != 13:
                raise RemoteProtocolError(400, "chunk not ended by CRLF")
            return position + taken, False
        end = position + payload
        if data[end : end + 2] != b"\r\n":
            raise RemoteProtocolError(400, "chunk not ended by CRLF")
        pieces.append(data[position:end])
        self._remaining = 0
        return end + 2, True

    def _read_trailers(
        self, scanner: SectionScanner, data: bytes | bytearray, position: int
    ) -> tuple[int, bool]:
        end = scanner.scan(data, position)
        if end < 0:
            return position, False
        check_trailers(bytes(data[position:end]))
        self.complete = True
        return end, True
