"""Run sync code in threads: one pool per event loop, with a copy of the caller's context."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager
from functools import partial
from typing import Any, Final, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from bolide.params import ConcurrencyLimit

__all__ = [
    "contextmanager_in_threadpool",
    "inline",
    "is_inline",
    "iterate_in_threadpool",
    "run_in_threadpool",
    "run_to_free",
    "semaphore_of",
    "shutdown_threadpool",
]

P = ParamSpec("P")
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

_END: Final[Any] = object()

_MAX_THREADS: Final = 40
"""Threads per event loop; FastAPI's users know this number (anyio's default limiter)."""

# Nothing about a loop is stored on an application, which may serve several loops.
_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, ThreadPoolExecutor] = WeakKeyDictionary()
_freeing_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, ThreadPoolExecutor] = WeakKeyDictionary()
_semaphores: WeakKeyDictionary[
    asyncio.AbstractEventLoop, WeakKeyDictionary[ConcurrencyLimit, asyncio.Semaphore]
] = WeakKeyDictionary()


def inline(function: F) -> F:
    """Mark a cheap sync function that never blocks: it runs in the event loop's thread."""
    function.__bolide_inline__ = True  # type: ignore[attr-defined]
    return function


def is_inline(function: Callable[..., Any]) -> bool:
    """Tell whether *function* is marked with :func:`inline`."""
    return getattr(function, "__bolide_inline__", False) is True


def semaphore_of(limit: ConcurrencyLimit) -> asyncio.Semaphore:
    """Return what counts the calls under *limit* in the running event loop."""
    loop = asyncio.get_running_loop()
    semaphores = _semaphores.get(loop)
    if semaphores is None:
        semaphores = _semaphores[loop] = WeakKeyDictionary()
    semaphore = semaphores.get(limit)
    if semaphore is None:
        semaphore = semaphores[limit] = asyncio.Semaphore(limit.maximum)
    return semaphore


async def run_in_threadpool(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call *function* in a thread and return its result.

    Context variables are visible to the function; what it sets is not visible to the caller. When the
    caller is cancelled, the cancellation waits until the thread is done: whatever the function holds (a
    connection, a lock) is free again before the request ends.

    Raises:
        RuntimeError: the function raised StopIteration, which no coroutine can pass on (PEP 479).
    """
    loop = asyncio.get_running_loop()
    call = partial(function, *args, **kwargs) if args or kwargs else function
    future = _submit(_pools, loop, call)
    try:
        result: T = await asyncio.wrap_future(future, loop=loop)
    except asyncio.CancelledError:
        # A call that still waited for a thread is cancelled by now and never runs.
        if not future.cancelled():
            await _wait_through_cancellation(future, loop)
        raise
    return result


async def iterate_in_threadpool(iterable: Iterable[T]) -> AsyncIterator[T]:
    """Iterate over *iterable*, each step in a thread; a generator is closed in one, too."""
    iterator = await run_in_threadpool(iter, iterable)
    try:
        while (item := await run_in_threadpool(next, iterator, _END)) is not _END:
            yield item
    finally:
        if (close := getattr(iterator, "close", None)) is not None:
            await run_to_free(close)


@asynccontextmanager
async def contextmanager_in_threadpool(manager: AbstractContextManager[T]) -> AsyncGenerator[T, None]:
    """Enter and leave *manager* in threads; what was entered is left, whatever is cancelled."""
    entered: list[T] = []
    try:
        await run_in_threadpool(lambda: entered.append(manager.__enter__()))
    except BaseException as error:
        if entered:  # cancelled while the thread went on
            await run_to_free(manager.__exit__, type(error), error, error.__traceback__)
        raise
    try:
        yield entered[0]
    except BaseException as error:
        if not await run_to_free(manager.__exit__, type(error), error, error.__traceback__):
            raise
    else:
        await run_to_free(manager.__exit__, None, None, None)


async def run_to_free(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do as :func:`run_in_threadpool`, for functions that free what others wait for.

    They run whatever is cancelled, and have threads of their own: forty calls that wait for a connection,
    each in a thread, would otherwise keep out the one that gives a connection back.
    """
    loop = asyncio.get_running_loop()
    future = _submit(_freeing_pools, loop, partial(function, *args, **kwargs))
    cancelled = await _wait_through_cancellation(future, loop)
    if cancelled is not None:
        raise cancelled
    return future.result()


def _submit(
    pools: WeakKeyDictionary[asyncio.AbstractEventLoop, ThreadPoolExecutor],
    loop: asyncio.AbstractEventLoop,
    call: Callable[[], T],
) -> Future[T]:
    pool = pools.get(loop)
    if pool is None:
        pool = pools[loop] = ThreadPoolExecutor(_MAX_THREADS, thread_name_prefix="bolide")
    return pool.submit(contextvars.copy_context().run, _call, call)


def _call(function: Callable[[], T]) -> T:
    try:
        return function()
    except StopIteration as error:
        # A future refuses it, and before Python 3.12 whoever waits for that future waits forever.
        raise RuntimeError(f"{function!r} raised StopIteration") from error


async def _wait_through_cancellation(
    future: Future[Any], loop: asyncio.AbstractEventLoop
) -> asyncio.CancelledError | None:
    """Wait until *future* is done, however often the current task is cancelled; return the last time."""
    finished = asyncio.Event()
    future.add_done_callback(lambda _: loop.call_soon_threadsafe(finished.set))
    cancelled: asyncio.CancelledError | None = None
    while not finished.is_set():
        try:
            await finished.wait()
        except asyncio.CancelledError as error:
            cancelled = error
    return cancelled


def shutdown_threadpool() -> None:
    """Release the threads of the running loop; the next call makes new ones."""
    for pools in (_pools, _freeing_pools):
        pool = pools.pop(asyncio.get_running_loop(), None)
        if pool is not None:
            pool.shutdown(wait=False)
