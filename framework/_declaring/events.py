"""Functions that are called when an application starts and stops: what lifespans have taken the place of."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any, Literal

from bolide._locations import describe
from bolide.exceptions import BolideError

__all__ = ["EventLifespan", "Lifespan", "with_event"]

Lifespan = Callable[[Any], AbstractAsyncContextManager[Mapping[str, Any] | None]]
EventHandler = Callable[[], Any]


class EventLifespan:
    """A lifespan within another one; its handlers are called in order of declaration."""

    def __init__(self, around: Lifespan | None) -> None:
        self._around = around
        self.handlers: dict[str, list[EventHandler]] = {"startup": [], "shutdown": []}

    @asynccontextmanager
    async def __call__(self, app: Any) -> AsyncGenerator[Mapping[str, Any] | None, None]:
        around = nullcontext() if self._around is None else self._around(app)
        async with around as state:
            await _call_all(self.handlers["startup"])
            yield state
            await _call_all(self.handlers["shutdown"])


def with_event(
    lifespan: Lifespan | None, event_type: Literal["startup", "shutdown"], handler: EventHandler
) -> Lifespan:
    """Return *lifespan* with a call of *handler* within.

    Raises:
        BolideError: the type of the event is another one, or the handler cannot be called without arguments.
    """
    events = lifespan if isinstance(lifespan, EventLifespan) else EventLifespan(lifespan)
    if event_type not in events.handlers:
        raise BolideError(f"event {event_type!r}: expected 'startup' or 'shutdown'")
    try:
        inspect.signature(handler).bind()
    except TypeError as error:
        raise BolideError(
            f"{event_type} handler {describe(handler)} is called without arguments: {error}"
        ) from error
    events.handlers[event_type].append(handler)
    return events


async def _call_all(handlers: list[EventHandler]) -> None:
    for handler in handlers:
        result = handler()
        if inspect.isawaitable(result):
            await result
