"""Values of dependencies with ``scope="app"``: made when the application starts, ended when it stops.

They belong to a running lifespan, that is to an application and an event loop: nothing of them is stored on
the application, which several loops may serve.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakKeyDictionary

from bolide._locations import describe
from bolide._planning.plan import AppDependency, AppValue
from bolide._scopes.exits import Entered, close_exits, throw_into_exits
from bolide._scopes.invoke import invoke

__all__ = ["AppValues", "app_values_of", "late_dependencies", "make_app_values", "run_app_scope"]

AppValues = dict[asyncio.AbstractEventLoop, "Values"]
"""The values of one application, by event loop."""

_apps: WeakKeyDictionary[Any, AppValues] = WeakKeyDictionary()


class Values(dict[object, Any]):
    """The values of one running lifespan by the keys of their dependencies, and how they end."""

    __slots__ = ("exits", "lock")

    def __init__(self) -> None:
        super().__init__()
        self.exits: Entered = []
        self.lock = asyncio.Lock()

    async def make(self, dependency: AppDependency) -> Any:
        """Return the value of *dependency*, which is made unless it exists; the caller holds the lock."""
        if dependency.key in self:
            return self[dependency.key]
        positional, named = list[Any](), dict[str, Any]()
        for argument in dependency.call.arguments:
            assert isinstance(argument.source, AppValue)  # checked when the dependency was read
            value = await self.make(argument.source.dependency)
            if argument.keyword_only:
                named[argument.name] = value
            else:
                positional.append(value)
        self[dependency.key] = value = await invoke(dependency.call, positional, named, self.exits)
        return value


def app_values_of(app: Any) -> AppValues:
    """Return where the values of *app* stand while it runs."""
    return _apps.setdefault(app, {})


def late_dependencies(app: Any, dependencies: Iterable[AppDependency]) -> list[AppDependency]:
    """Return those of *dependencies* that *app* was started without: they are newer, or overridden."""
    running = list(app_values_of(app).values())
    return [each for each in dependencies if any(each.key not in values for values in running)]


@asynccontextmanager
async def run_app_scope(
    app: Any, dependencies: Callable[[], Iterable[AppDependency]]
) -> AsyncGenerator[None, None]:
    """Make the values of *dependencies*; at the end finish them, the last one first.

    Inside of itself, for the same application and event loop, it does nothing: a lifespan that wraps another
    is one life of the application.
    """
    running, loop = app_values_of(app), asyncio.get_running_loop()
    if loop in running:
        yield
        return
    values = running[loop] = Values()
    try:
        for dependency in dependencies():
            await values.make(dependency)
        yield
    except BaseException as error:
        raise await throw_into_exits(values.exits, error) from None
    else:
        await close_exits(values.exits)
    finally:
        del running[loop]


async def make_app_values(running: AppValues, dependencies: Sequence[AppDependency]) -> list[Any]:
    """Return the values of *dependencies*; make those that were declared, or overridden, since the start.

    Raises:
        RuntimeError: the application's lifespan does not run here.
    """
    values = running.get(asyncio.get_running_loop())
    if values is None:
        raise RuntimeError(
            f"dependency {describe(dependencies[0].call.function)} has scope='app': it is made when the "
            f"application starts. Run the lifespan, in tests by 'with TestClient(app)'"
        )
    async with values.lock:
        return [await values.make(each) for each in dependencies]
