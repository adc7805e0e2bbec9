"""What happens once a reply is written: background tasks, then exits of dependencies."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from bolide._scopes.exits import Entered, close_exits, throw_into_exits
from bolide.server_adapters.contract import Reply

__all__ = ["finish_after_tasks", "finish_later"]

Tasks = Callable[[], Awaitable[None]]


def finish_later(reply: Reply, tasks: Tasks | None, exits: Entered) -> Reply:
    """Return *reply*, which an endpoint made, with what is to be done after it.

    Background tasks of its own count instead of *tasks*.
    """
    reply.after = finish = _Finish(reply.after or tasks, exits)
    if not isinstance(reply.body, bytes):
        reply.body = finish.watch(reply.body)
    return reply


async def finish_after_tasks(tasks: Tasks | None, exits: Entered) -> None:
    """Run *tasks*, then what stands after each ``yield``; the exits see an error of the tasks.

    Raises:
        BaseException: what came out of the last exit.
    """
    if tasks is not None:
        try:
            await tasks()
        except BaseException as error:
            raise await throw_into_exits(exits, error) from None
    await close_exits(exits)


class _Finish:
    """What is left to do; less when the body fails."""

    __slots__ = ("_body", "_exits", "_tasks")

    def __init__(self, tasks: Tasks | None, exits: Entered) -> None:
        self._tasks = tasks
        self._exits = exits
        self._body: AsyncIterator[bytes] | None = None

    async def __call__(self) -> None:
        try:
            if self._body is not None:
                # What watches it is a generator, which closes nothing if nobody has asked it for a piece.
                await _close(self._body)
        finally:
            await finish_after_tasks(self._tasks, self._exits)

    def watch(self, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Return *body*, watched; it is closed at the end at the latest."""
        self._body = body
        return self._pieces(body)

    async def _pieces(self, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yield the pieces of *body*. When it fails, the exits see the error, and the tasks are not run.

        That the client leaves, which cancels a body or closes it, is no failure.
        """
        try:
            async for piece in body:
                yield piece
        except Exception as error:
            self._tasks = None
            raise await throw_into_exits(self._exits, error) from None
        finally:
            await _close(body)


async def _close(body: AsyncIterator[bytes]) -> None:
    if (close := getattr(body, "aclose", None)) is not None:
        await close()
