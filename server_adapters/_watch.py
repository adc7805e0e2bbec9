"""End what works for a client when the client leaves, and wait until it has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any

__all__ = ["UntilDisconnect", "outlast"]


class UntilDisconnect:
    """Context manager that leaves its block, quietly, when the client has left.

    The block is cancelled where it waits; a cancellation that comes from elsewhere goes on.
    """

    __slots__ = ("_disconnect", "_gone", "_task", "_watcher")

    def __init__(self, disconnect: Callable[[], Awaitable[object]]) -> None:
        """Take a function whose result is done when the client has left."""
        self._disconnect = disconnect
        self._gone = False
        self._task: asyncio.Task[Any] | None = None
        self._watcher: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        self._task = asyncio.current_task()
        self._watcher = asyncio.get_running_loop().create_task(self._watch())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if self._watcher is not None:
            self._watcher.cancel()
        if not self._gone or self._task is None:
            return False
        self._task.uncancel()
        return isinstance(error, asyncio.CancelledError)

    async def _watch(self) -> None:
        await self._disconnect()
        self._gone = True
        if self._task is not None:
            self._task.cancel()


async def outlast(task: asyncio.Task[None], *, is_cancelled: bool = False) -> None:
    """Wait until *task* is done, whatever is cancelled; the first cancellation goes on to *task*.

    Whoever waits has its resources, such as the connection, until then.
    """
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
            if not is_cancelled:
                is_cancelled = True
                task.cancel()
    if cancelled is not None:
        raise cancelled
