"""Find the end of a header or trailer section, however its bytes are split.

Lines are judged in the order of their bytes and as early as possible, so that any split of the same
bytes gives the same verdict.
"""

from __future__ import annotations

from bolide.server_adapters._http1.errors import RemoteProtocolError
from bolide.server_adapters._http1.limits import Limits

__all__ = ["SectionScanner"]


class SectionScanner:
    """Scanner of one section, which must stay at the same place of the buffer until it is complete."""

    __slots__ = ("_count", "_limits", "_offset", "_size")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._offset = 0  # of the first line not seen whole, from the section's start
        self._count = 0
        self._size = 0

    def scan(self, data: bytes | bytearray, start: int) -> int:
        """Return the position after the empty line, or -1 when *data* does not hold it yet.

        Raises:
            RemoteProtocolError: 400 for a line not ended by CRLF, 431 for a broken limit.
        """
        limits = self._limits
        while True:
            line = start + self._offset
            end = data.find(b"\n", line, line + limits.field_size + 2)
            if end < 0:
                # One byte of slack: the last one may be the CR of a line that just fits.
                if len(data) - line > limits.field_size + 1:
                    raise RemoteProtocolError(431, "header line too long")
                return -1
            if end == line or data[end - 1] != 13:
                raise RemoteProtocolError(400, "line not ended by CRLF")
            self._offset = end + 1 - start
            if end == line + 1:
                return end + 1
            self._count += 1
            self._size += end + 1 - line
            if self._count > limits.fields or self._size > limits.head:
                raise RemoteProtocolError(431, "too many or too large header lines")
