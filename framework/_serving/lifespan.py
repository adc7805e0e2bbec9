"""A started application: the lifespan's state and its end."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

from bolide._planning.plan import AppDependency
from bolide._scopes.app_scope import run_app_scope
from bolide._serving.inner_lifespans import checked_state, run_inner_lifespans
from bolide.concurrency import shutdown_threadpool

__all__ = ["RunningLifespan", "run_lifespan", "start_lifespan"]

State = Mapping[str, Any] | None


class RunningLifespan:
    """What :meth:`Bolide.startup` returns; belongs to one server and one event loop."""

    __slots__ = ("_manager", "_state")

    def __init__(self, manager: AbstractAsyncContextManager[State], state: dict[str, Any]) -> None:
        self._manager: AbstractAsyncContextManager[State] | None = manager
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


async def start_lifespan(manager: AbstractAsyncContextManager[State]) -> RunningLifespan:
    """Enter *manager* and return the running lifespan."""
    yielded = await manager.__aenter__()
    return RunningLifespan(manager, {} if yielded is None else dict(yielded))


@asynccontextmanager
async def run_lifespan(
    lifespan: Callable[[Any], AbstractAsyncContextManager[State]] | None,
    dependencies: Callable[[], Iterable[AppDependency]],
    app: Any,
) -> AsyncGenerator[State, None]:
    """Enter *lifespan*, if there is one, then those of what *app* includes and mounts.

    Then make the *dependencies* with ``scope="app"``.
    """
    entered = nullcontext() if lifespan is None else lifespan(app)
    async with entered as state, run_inner_lifespans(app) as inner, run_app_scope(app, dependencies):
        yield {**inner, **checked_state(lifespan, state)}
