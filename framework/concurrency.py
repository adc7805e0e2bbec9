"""Run sync code in threads: one pool per event loop, with a copy of the caller's context."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Final, ParamSpec, TypeVar
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
    """
    loop = asyncio.get_running_loop()
    pool = _pools.get(loop)
    if pool is None:
        pool = _pools[loop] = ThreadPoolExecutor(_MAX_THREADS, thread_name_prefix="bolide")
    call = partial(contextvars.copy_context().run, function, *args, **kwargs)
    future: Future[T] = pool.submit(call)
    waiter = asyncio.wrap_future(future, loop=loop)
    try:
        return await asyncio.shield(waiter)
    except asyncio.CancelledError:
        await _wait_through_cancellation(waiter)
        raise


async def _wait_through_cancellation(waiter: asyncio.Future[T]) -> None:
    """Wait until *waiter* is done, however often the current task is cancelled."""
    while not waiter.done():
        try:
            await asyncio.wait([waiter])
        except asyncio.CancelledError:
            continue
    if not waiter.cancelled():
        waiter.exception()  # retrieved: the cancellation is what the caller sees


def shutdown_threadpool() -> None:
    """Release the threads of the running loop; the next call makes new ones."""
    pool = _pools.pop(asyncio.get_running_loop(), None)
    if pool is not None:
        pool.shutdown(wait=False)
