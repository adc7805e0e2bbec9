"""Messages of one WebSocket connection that wait for the application."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from bolide.server_adapters.contract import WebSocketDisconnect

__all__ = ["LARGE", "Inbox"]

LARGE: Final = 64 * 1024
"""Length of a message that fills the inbox alone."""


class Inbox:
    """A queue with an end.

    Attributes:
        end: Code and reason that are raised behind the last message, once they are known.
        is_full: Whether no more may be put in before it is empty.
        put: Adds a message.
    """

    __slots__ = ("_limit", "_loop", "_messages", "_refill", "_waiter", "end", "is_full", "put")

    def __init__(self, loop: asyncio.AbstractEventLoop, limit: int, refill: Callable[[], None]) -> None:
        """Begin empty.

        Args:
            loop: Whoever waits runs there.
            limit: Number of messages that make it full.
            refill: Called when it is empty and a message is asked for.
        """
        self._loop = loop
        self._limit = limit
        self._refill = refill
        self._messages: deque[str | bytes] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self.put = self._messages.append
        self.end: tuple[int, str] | None = None
        self.is_full = False

    def __len__(self) -> int:
        return len(self._messages)

    @property
    def room(self) -> int:
        """Number of messages that still may be put in."""
        return self._limit - len(self._messages)

    def clear(self) -> None:
        """Throw away what waits."""
        self._messages.clear()

    def finish(self, end: tuple[int, str]) -> None:
        """Take *end* for the end, unless there is one."""
        if self.end is None:
            self.end = end
            self._refill = (
                _nothing  # or connection and inbox would wait for the collector, with their windows
            )
        self.wake()

    def wake(self) -> None:
        """Let who waits look again."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def receive(self) -> str | bytes:
        """Return the next message.

        Raises:
            WebSocketDisconnect: there is none any more.
            RuntimeError: somebody else waits for it.
        """
        messages = self._messages
        while not messages:
            if self.end is None:
                self._refill()
                if messages:
                    break
            if self.end is not None:
                raise WebSocketDisconnect(*self.end)
            if self._waiter is not None and not self._waiter.done():
                raise RuntimeError("another task waits for the next message of this WebSocket connection")
            self._waiter = waiter = self._loop.create_future()
            await waiter
        return messages.popleft()


def _nothing() -> None: ...
