"""Sync code in threads keeps its context, and cancellation waits for it."""

import asyncio
import contextvars
import threading

import pytest

from bolide.concurrency import run_in_threadpool, shutdown_threadpool

variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="unset")


def test_context_goes_in_and_changes_stay_in() -> None:
    def read_and_set() -> str:
        value = variable.get()
        variable.set("thread")
        return value

    async def main() -> tuple[str, str]:
        variable.set("caller")
        try:
            return await run_in_threadpool(read_and_set), variable.get()
        finally:
            shutdown_threadpool()

    assert asyncio.run(main()) == ("caller", "caller")


def test_exceptions_come_back() -> None:
    async def main() -> None:
        try:
            await run_in_threadpool(int, "x")
        finally:
            shutdown_threadpool()

    with pytest.raises(ValueError, match="invalid literal"):
        asyncio.run(main())


def test_cancelled_call_waits_for_its_thread() -> None:
    started, release, events = threading.Event(), threading.Event(), []

    def work() -> None:
        started.set()
        release.wait(10)
        events.append("thread done")

    async def main() -> None:
        task = asyncio.create_task(run_in_threadpool(work))
        await asyncio.to_thread(started.wait, 10)
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        assert not task.done()
        release.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        events.append("caller done")
        shutdown_threadpool()

    asyncio.run(main())
    assert events == ["thread done", "caller done"]


def test_stop_iteration_is_an_error_and_not_a_hang() -> None:
    async def main() -> None:
        try:
            await asyncio.wait_for(run_in_threadpool(next, iter(())), 10)
        finally:
            shutdown_threadpool()

    with pytest.raises(RuntimeError, match="raised StopIteration"):
        asyncio.run(main())


def test_call_that_waits_for_a_thread_is_cancelled_at_once() -> None:
    release, ran = threading.Event(), []

    async def main() -> None:
        busy = [asyncio.create_task(run_in_threadpool(release.wait, 10)) for _ in range(40)]
        await asyncio.sleep(0)
        waiting = asyncio.create_task(run_in_threadpool(ran.append, "ran"))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        release.set()
        assert await asyncio.gather(*busy) == [True] * 40
        shutdown_threadpool()

    asyncio.run(main())
    assert ran == []
