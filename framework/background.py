"""Work that is done after the response has been sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ParamSpec

from bolide._planning.signature import call_kind
from bolide.concurrency import run_in_threadpool

__all__ = ["BackgroundTask", "BackgroundTasks"]

P = ParamSpec("P")


class BackgroundTask:
    """One call to make later; a sync function runs in a thread."""

    __slots__ = ("args", "func", "is_async", "kwargs")

    def __init__(self, func: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None:
        if not callable(func):
            raise TypeError(
                f"a background task is a function and, apart from it, its arguments: add_task(f, 1), not "
                f"add_task(f(1)); got {func!r}"
            )
        self.func = func
        self.args = args
        self.kwargs = kwargs
        self.is_async = call_kind(func) == "async"

    async def __call__(self) -> None:
        """Make the call and drop what it returns."""
        if self.is_async:
            await self.func(*self.args, **self.kwargs)
        else:
            await run_in_threadpool(self.func, *self.args, **self.kwargs)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.func!r}, *{self.args!r}, **{self.kwargs!r})"


class BackgroundTasks(BackgroundTask):
    """Calls to make one after the other when the response has been sent.

    Declare a parameter of this type to receive the one of the request, which its endpoint and all of its
    dependencies share. An exception ends the sequence and goes to the server's log.
    """

    __slots__ = ("tasks",)

    def __init__(self, tasks: Sequence[BackgroundTask] | None = None) -> None:
        # Not a call itself: a class of the same kind, so that ``background=`` takes both.
        self.tasks: list[BackgroundTask] = list(tasks or ())

    def add_task(self, func: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None:
        """Call *func* with these arguments later."""
        self.tasks.append(BackgroundTask(func, *args, **kwargs))

    async def __call__(self) -> None:
        """Make the calls; tasks that they add are done too."""
        for task in self.tasks:
            await task()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.tasks!r})"
