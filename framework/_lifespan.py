"""A started application: the lifespan's state and its end."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any

from bolide.concurrency import shutdown_threadpool

__all__ = ["RunningLifespan", "start_lifespan"]


class RunningLifespan:
    """What :meth:`Bolide.startup` returns; belongs to one server and one event loop."""

    __slots__ = ("_manager", "_state")

    def __init__(self, manager: AbstractAsyncContextManager[Any] | None, state: dict[str, Any]) -> None:
        self._manager = manager
        self._state = state

    @property
    def state(self) -> dict[str, Any]:
        """Return what the lifespan yielded; each request works on a copy."""
        return self._state

    async def shutdown(self) -> None:
        """Run what stands after the lifespan's ``yield``, then release the loop's threads."""
        manager, self._manager = self._manager, None
        try:
            if manager is not None:
                await manager.__aexit__(None, None, None)
        finally:
            shutdown_threadpool()


async def start_lifespan(manager: AbstractAsyncContextManager[Any] | None) -> RunningLifespan:
    """Enter *manager* and return the running lifespan."""
    if manager is None:
        return RunningLifespan(None, {})
    yielded = await manager.__aenter__()
    return RunningLifespan(manager, {} if yielded is None else dict(yielded))
