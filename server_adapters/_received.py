"""Bytes of one connection that have arrived and are not yet read."""

from __future__ import annotations

__all__ = ["ReceiveBuffer"]


class ReceiveBuffer:
    """Base of what reads a protocol: it looks at ``_data`` from ``_position`` on, and moves that."""

    __slots__ = ("_data", "_position")

    def __init__(self) -> None:
        self._data: bytes | bytearray = b""
        self._position: int = 0

    @property
    def buffered(self) -> int:
        """Number of bytes received and not yet read."""
        return len(self._data) - self._position

    def receive_data(self, data: bytes) -> None:
        """Take bytes from the network."""
        if self._position == len(self._data):
            self._data = data
            self._position = 0
            return
        # Appending to bytes would copy the buffer for each byte of a client that drips.
        if isinstance(self._data, bytes):
            self._data = bytearray(self._data[self._position :])
        elif self._position:
            del self._data[: self._position]
        self._position = 0
        self._data += data
