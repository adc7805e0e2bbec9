"""Read files for bodies: what the system has in memory at once, the rest in threads (decision 0022)."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Sequence
from typing import Any, Final

from bolide.concurrency import run_in_threadpool, run_to_free
from bolide.server_adapters.contract import FilePart

__all__ = ["FileBody", "Piece"]

Piece = bytes | tuple[int, int]
"""A part of a body: bytes, or start and stop of bytes in the file."""

_ONLY_CACHED: Final[int | None] = getattr(os, "RWF_NOWAIT", None)
"""Linux: read what is in memory, and do not wait for a disk."""


class FileBody(AsyncGenerator[bytes, None]):
    """The pieces of a body from a file, which is open from the start: a missing one is no half body.

    Attributes:
        part: What of the file the body is, None for one of several pieces.
    """

    def __init__(self, path: str | os.PathLike[str], pieces: Sequence[Piece], chunk_size: int) -> None:
        self._pieces = list(reversed(pieces))
        self._chunk_size = chunk_size
        self._scratch: memoryview | None = None
        self._file = open(path, "rb", buffering=0)  # noqa: SIM115 - closed by aclose
        self.part = self._only_part()

    def _only_part(self) -> FilePart | None:
        if len(self._pieces) != 1 or isinstance(piece := self._pieces[0], bytes):
            return None
        start, stop = piece
        size = os.fstat(self._file.fileno()).st_size
        return FilePart(os.path.abspath(self._file.name), start, stop, (start, stop) == (0, size))

    def at_once(self) -> bytes | None:
        """Return the whole body and close the file, if it is one piece that can be read without waiting."""
        if len(self._pieces) != 1 or isinstance(piece := self._pieces[0], bytes):
            return None
        start, stop = piece
        if stop - start > self._chunk_size:
            return None
        data = self._read_cached(start, stop) if stop > start else b""
        if data is None or len(data) < stop - start:
            return None
        self._pieces.clear()
        self._file.close()
        return data

    async def asend(self, value: None) -> bytes:
        del value
        if not self._pieces:
            await self.aclose()
            raise StopAsyncIteration
        piece = self._pieces.pop()
        if isinstance(piece, bytes):
            return piece
        start, stop = piece
        end = min(stop, start + self._chunk_size)
        data = self._read_cached(start, end)
        if data is None:
            data = await run_in_threadpool(os.pread, self._file.fileno(), end - start, start)
        if not data and stop > start:
            raise RuntimeError(f"file {self._file.name!r} became shorter while it was sent")
        if (start := start + len(data)) < stop:
            self._pieces.append((start, stop))
        return data

    def _read_cached(self, start: int, stop: int) -> bytes | None:
        """Return what is in memory of the file from *start* on, None when that is nothing."""
        if _ONLY_CACHED is None:
            return None
        if self._scratch is None or len(self._scratch) < stop - start:
            self._scratch = memoryview(bytearray(stop - start))
        scratch = self._scratch[: stop - start]
        try:
            count = os.preadv(self._file.fileno(), [scratch], start, _ONLY_CACHED)
        except OSError:  # not in memory, or a file system that cannot tell
            return None
        return bytes(scratch[:count]) or None

    async def athrow(self, typ: Any, val: Any = None, tb: Any = None) -> bytes:
        await self.aclose()
        raise typ if val is None else val

    async def aclose(self) -> None:
        if not self._file.closed:
            await run_to_free(self._file.close)
