"""Run the lifespans of what an application includes and mounts, within its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, cast
from weakref import WeakKeyDictionary

from bolide._declaring.mounts import Host, Mount, is_own_application
from bolide._locations import describe
from bolide.exceptions import BolideError
from bolide.server_adapters.asgi_lifespan import AsgiLifespan
from bolide.server_adapters.contract import RequestState

__all__ = ["MountStates", "checked_state", "mount_states_of", "run_inner_lifespans"]

_apps: WeakKeyDictionary[Any, MountStates] = WeakKeyDictionary()


class MountStates:
    """What the lifespans of the applications below one have yielded, for each event loop that runs them."""

    def __init__(self) -> None:
        self._by_loop: dict[asyncio.AbstractEventLoop, dict[int, dict[str, Any]]] = {}

    def begin(self) -> dict[int, dict[str, Any]] | None:
        """Return the states of the running loop, which are empty; None when it has some already."""
        loop = asyncio.get_running_loop()
        if loop in self._by_loop:
            return None
        states = self._by_loop[loop] = {}
        return states

    def end(self) -> None:
        """Forget the states of the running loop."""
        self._by_loop.pop(asyncio.get_running_loop(), None)

    def below(self, app: object, outer: dict[str, Any]) -> dict[str, Any]:
        """Return the state that requests to *app* see: its own beside that of the application around it."""
        if not self._by_loop:
            return outer
        own = self._by_loop.get(asyncio.get_running_loop(), {}).get(id(app))
        return RequestState({**outer, **own}) if own else outer


def mount_states_of(app: Any) -> MountStates:
    """Return where the states of the applications below *app* stand while it runs."""
    return _apps.setdefault(app, MountStates())


@asynccontextmanager
async def run_inner_lifespans(app: Any) -> AsyncGenerator[dict[str, Any], None]:
    """Enter the lifespans of included routers, then those of mounted applications; leave them in reverse.

    Yields what the routers' lifespans have yielded; the outer router wins. Inside of itself, for the same
    application and event loop, it does nothing: a lifespan that wraps another is one life.
    """
    states = mount_states_of(app)
    if (running := states.begin()) is None:
        yield {}
        return
    async with AsyncExitStack() as stack:
        stack.callback(states.end)
        yielded: dict[str, Any] = {}
        for router in app.iter_routers():
            if router is not app and (lifespan := router.lifespan_context) is not None:
                state = await stack.enter_async_context(lifespan(app))
                yielded = {**checked_state(lifespan, state), **yielded}
        for mount in app.iter_routes():
            if isinstance(mount, Mount | Host) and mount.lifespan and id(mount.app) not in running:
                running[id(mount.app)] = await _start(mount.app, stack)
        yield yielded


async def _start(app: Any, stack: AsyncExitStack) -> dict[str, Any]:
    """Start *app*, let *stack* shut it down, and return the state that it made."""
    if is_own_application(app):
        lifespan = await app.startup()
        stack.push_async_callback(lifespan.shutdown)
        state: dict[str, Any] = lifespan.state
        return state
    return (await stack.enter_async_context(AsgiLifespan(app))).state


def checked_state(lifespan: Callable[..., Any] | None, yielded: Any) -> Mapping[str, Any]:
    """Return what *lifespan* has yielded, nothing when it was None.

    Raises:
        BolideError: it is no mapping.
    """
    if yielded is None or lifespan is None:
        return {}
    if not isinstance(yielded, Mapping):
        raise BolideError(
            f"lifespan {describe(lifespan)} yields {yielded!r}; expected a mapping, which becomes the "
            f"state of requests, or nothing"
        )
    return cast("Mapping[str, Any]", yielded)
