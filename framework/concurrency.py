"""Run sync code in threads: one pool per event loop, with a copy of the caller's context."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, Final, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

__all__ = ["run_in_threadpool", "shutdown_threadpool"]

P = ParamSpec("P")
T = TypeVar("T")

_MAX_THREADS: Final = 40
"""Threads per event loop; FastAPI's users know this number (anyio's default limiter)."""

# Nothing about a loop is stored on an application, which may serve several loops.
_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, ThreadPoolExecutor] = WeakKeyDictionary()


async def run_in_threadpool(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call *function* in a thread and return its result.

    Context variables are visible to the function; what it sets is not visible to the caller. When the
    caller is cancelled, the cancellation waits until the thread is done: whatever the function holds (a
    connection, a lock) is free again before the request ends.

    Raises:
        RuntimeError: the function raised StopIteration, which no coroutine can pass on (PEP 479).
    """
    loop = asyncio.get_running_loop()
    pool = _pools.get(loop)
    if pool is None:
        pool = _pools[loop] = ThreadPoolExecutor(_MAX_THREADS, thread_name_prefix="bolide")
    call = partial(function, *args, **kwargs) if args or kwargs else function
    future: Future[Any] = pool.submit(contextvars.copy_context().run, _call, call)
    try:
        result: T = await asyncio.wrap_future(future, loop=loop)
    except asyncio.CancelledError:
        # A call that still waited for a thread is cancelled by now and never runs.
        if not future.cancelled():
            await _wait_through_cancellation(future, loop)
        raise
    return result


def _call(function: Callable[[], T]) -> T:
    try:
        return function()
    except StopIteration as error:
        # A future refuses it, and before Python 3.12 whoever waits for that future waits forever.
        raise RuntimeError(f"{function!r} raised StopIteration") from error


async def _wait_through_cancellation(future: Future[Any], loop: asyncio.AbstractEventLoop) -> None:
    """Wait until *future* is done, however often the current task is cancelled."""
    finished = asyncio.Event()
    future.add_done_callback(lambda _: loop.call_soon_threadsafe(finished.set))
    while not finished.is_set():
        with suppress(asyncio.CancelledError):
            await finished.wait()


def shutdown_threadpool() -> None:
    """Release the threads of the running loop; the next call makes new ones."""
    pool = _pools.pop(asyncio.get_running_loop(), None)
    if pool is not None:
        pool.shutdown(wait=False)
