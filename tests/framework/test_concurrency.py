"""Sync code in threads keeps its context, and cancellation waits for it."""

import asyncio
import contextvars
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from bolide.concurrency import contextmanager_in_threadpool, run_in_threadpool, shutdown_threadpool

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


class Resource:
    """Counts, and tells in which threads it was opened and closed."""

    def __init__(self, suppresses: type[Exception] | None = None) -> None:
        self.events: list[str] = []
        self.opening, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()
        self._suppresses = suppresses

    @contextmanager
    def open(self) -> Iterator[str]:
        self._note("opened")
        self.opening.set()
        self.go_on.wait(10)
        try:
            yield "value"
        except BaseException as error:
            self._note(repr(error))
            if self._suppresses is None or not isinstance(error, self._suppresses):
                raise
        finally:
            self._note("closed")

    def _note(self, event: str) -> None:
        self.events.append(event)
        assert threading.current_thread() is not threading.main_thread()


async def use(resource: Resource, act: Callable[[str], object]) -> None:
    try:
        async with contextmanager_in_threadpool(resource.open()) as value:
            act(value)
    finally:
        shutdown_threadpool()


def test_context_manager_is_entered_and_left_in_threads() -> None:
    resource, values = Resource(), list[str]()
    asyncio.run(use(resource, values.append))
    assert (values, resource.events) == (["value"], ["opened", "closed"])


def test_context_manager_in_a_thread_gets_errors_and_may_suppress_them() -> None:
    resource = Resource()
    with pytest.raises(ValueError, match="invalid literal"):
        asyncio.run(use(resource, int))
    error = "ValueError(\"invalid literal for int() with base 10: 'value'\")"
    assert resource.events == ["opened", error, "closed"]
    suppressing = Resource(suppresses=ValueError)
    asyncio.run(use(suppressing, int))
    assert suppressing.events == ["opened", error, "closed"]


def test_context_manager_that_was_entered_while_its_caller_was_cancelled_is_left() -> None:
    resource = Resource()
    resource.go_on.clear()

    async def main() -> None:
        task = asyncio.create_task(use(resource, int))
        await asyncio.to_thread(resource.opening.wait, 10)
        task.cancel()
        await asyncio.sleep(0)
        resource.go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert resource.events == ["opened", "CancelledError()", "closed"]
