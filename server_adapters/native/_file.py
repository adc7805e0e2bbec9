"""Read a file piece by piece, without keeping the event loop waiting for a disk (decision 0022)."""

from __future__ import annotations

import asyncio
import os
from types import TracebackType
from typing import BinaryIO, Final, Self

__all__ = ["OpenFile"]

_PIECE: Final = 256 * 1024

_ONLY_CACHED: Final[int | None] = getattr(os, "RWF_NOWAIT", None)
"""Linux: read what is in memory, and do not wait for a disk."""


class OpenFile:
    """A file that is read from its beginning to where its end was when it was opened.

    Attributes:
        is_at_end: Nothing is left to read.
    """

    __slots__ = ("_file", "_left", "_path", "_position", "_scratch", "is_at_end")

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self._position = self._left = 0
        self._scratch = bytearray()
        self.is_at_end = False

    async def __aenter__(self) -> Self:
        """Open the file; raises what the system says about one that cannot be."""
        loop = asyncio.get_running_loop()
        self._file, self._left = await loop.run_in_executor(None, _open, self._path)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    async def read(self) -> bytes:
        """Return the next piece.

        Raises:
            RuntimeError: the file has become shorter.
        """
        if self._file is None:
            raise RuntimeError("the file is not open")
        number, size = self._file.fileno(), min(self._left, _PIECE)
        data = self._read_cached(number, size)
        if data is None:
            loop = asyncio.get_running_loop()
            data = await loop.run_in_executor(None, os.pread, number, size, self._position)
        if not data and size:
            raise RuntimeError(f"file {os.fspath(self._path)!r} became shorter while it was sent")
        self._position += len(data)
        self._left -= len(data)
        self.is_at_end = not self._left
        return data

    def _read_cached(self, number: int, size: int) -> bytes | None:
        """Return what is in memory of the next piece, None when that is nothing."""
        if _ONLY_CACHED is None:
            return None
        if len(self._scratch) < size:
            self._scratch = bytearray(size)
        view = memoryview(self._scratch)[:size]
        try:
            count = os.preadv(number, [view], self._position, _ONLY_CACHED)
        except OSError:  # not in memory, or a file system that cannot tell
            return None
        return bytes(view[:count]) or None


def _open(path: str | os.PathLike[str]) -> tuple[BinaryIO, int]:
    file = open(path, "rb", buffering=0)  # noqa: SIM115 - closed by who opens an OpenFile
    return file, os.fstat(file.fileno()).st_size
