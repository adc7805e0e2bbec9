"""Finish the generators of dependencies that ``yield``: last entered, first finished.

A handler keeps a list of :class:`Exit`; it is finished after the reply was written, or the error that
ended the request is thrown into each generator.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any, Final

from bolide._locations import describe
from bolide.concurrency import run_in_threadpool

__all__ = ["Exit", "close_exits", "does_not_yield", "enter_generator", "throw_into_exits"]

_FINISHED: Final = object()


class Exit:
    """A generator that has yielded once, and the dependency that it belongs to."""

    __slots__ = ("function", "generator", "inline")

    def __init__(
        self,
        generator: AsyncGenerator[Any, None] | Generator[Any, None, None],
        function: Callable[..., Any],
        inline: bool,
    ) -> None:
        self.generator = generator
        self.function = function
        self.inline = inline

    async def close(self) -> None:
        """Run what stands after the ``yield``.

        Raises:
            RuntimeError: the dependency yields a second time.
        """
        generator = self.generator
        if isinstance(generator, AsyncGenerator):
            try:
                await anext(generator)
            except StopAsyncIteration:
                return
            await generator.aclose()
        else:
            if await self._in_thread(next, generator, _FINISHED) is _FINISHED:
                return
            generator.close()
        raise RuntimeError(f"dependency {describe(self.function)} yields more than once")

    async def throw(self, error: BaseException) -> BaseException:
        """Raise *error* at the ``yield`` and return what comes out of the dependency.

        A dependency must raise *error* again or raise another; one that swallows it leaves no value for
        the reply.
        """
        generator = self.generator
        try:
            if isinstance(generator, AsyncGenerator):
                await generator.athrow(error)
            else:
                await self._in_thread(_throw, generator, error)
        except (StopAsyncIteration, _Finished):
            what = f"swallowed {error!r}: raise it again, or raise another exception"
        except BaseException as raised:
            return raised
        else:
            what = "yields more than once"
        failure = RuntimeError(f"dependency {describe(self.function)} {what}")
        failure.__cause__ = error
        return failure if isinstance(error, Exception) else error

    async def _in_thread(self, function: Callable[..., Any], *args: Any) -> Any:
        return function(*args) if self.inline else await run_in_threadpool(function, *args)


async def close_exits(exits: list[Exit]) -> None:
    """Finish every generator; an error in one is thrown into those entered before it.

    Raises:
        BaseException: what came out of the last of them.
    """
    while exits:
        try:
            await exits.pop().close()
        except BaseException as error:
            raise await throw_into_exits(exits, error) from None


async def throw_into_exits(exits: list[Exit], error: BaseException) -> BaseException:
    """Throw *error* through every generator and return what comes out at the end."""
    while exits:
        error = await exits.pop().throw(error)
    return error


async def enter_generator(
    exits: list[Exit],
    function: Callable[..., Any],
    generator: Generator[Any, None, None],
    inline: bool,
) -> Any:
    """Run a sync generator up to its ``yield``, note its exit and return the value."""
    value = next(generator, _FINISHED) if inline else await run_in_threadpool(next, generator, _FINISHED)
    if value is _FINISHED:
        raise does_not_yield(function)
    exits.append(Exit(generator, function, inline))
    return value


def does_not_yield(function: Callable[..., Any]) -> RuntimeError:
    """Return the error of a dependency that is a generator and ends before its ``yield``."""
    return RuntimeError(f"dependency {describe(function)} does not yield")


class _Finished(Exception):
    """Stands for StopIteration, which cannot travel through a future."""


def _throw(generator: Generator[Any, None, None], error: BaseException) -> None:
    try:
        generator.throw(error)
    except StopIteration:
        raise _Finished from None
