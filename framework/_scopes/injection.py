"""The values of dependencies outside of requests: in commands, workers, tests."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bolide._locations import describe
from bolide._planning.plan import (
    AppDependency,
    AppValue,
    Argument,
    Call,
    ConstantValue,
    Input,
    InputValue,
    StepValue,
    TasksValue,
)
from bolide._reading.readers import default_of
from bolide._scopes.after import finish_after_tasks
from bolide._scopes.app_scope import app_values_of, make_app_values
from bolide._scopes.exits import Entered, close_exits, throw_into_exits
from bolide._scopes.invoke import invoke
from bolide.background import BackgroundTasks
from bolide.exceptions import RouteError

__all__ = ["Injection", "inject"]


class Injection:
    """The calls that make the value of one dependency, and the dependencies that they need, in order.

    Args:
        app: The application whose running lifespan has the values with ``scope="app"``.
        function: The dependency, for messages.
        result: Where its value stands.

    Raises:
        RouteError: something comes from a request and has no default.
    """

    def __init__(
        self,
        app: Any,
        function: Callable[..., Any],
        *,
        inputs: Sequence[Input],
        steps: Sequence[Call],
        result: StepValue | AppValue,
    ) -> None:
        self._app = app
        self._inputs = inputs
        self._steps = steps
        self._result = result
        for each in inputs:
            if each.required:
                raise _needs_request(function, f"{each.location} parameter {each.name!r}")
        for source in (argument.source for step in steps for argument in step.arguments):
            if not isinstance(source, InputValue | StepValue | AppValue | ConstantValue | TasksValue):
                raise _needs_request(function, "the request")

    async def run(self, exits: Entered, function_exits: Entered, tasks: BackgroundTasks) -> Any:
        """Make the calls and return the value."""
        values = _Values(self._app, [default_of(each) for each in self._inputs], tasks)
        for step in self._steps:
            positional = [await values.of(each) for each in step.arguments if not each.keyword_only]
            named = {each.name: await values.of(each) for each in step.arguments if each.keyword_only}
            held = function_exits if step.scope == "function" else exits
            values.steps.append(await invoke(step, positional, named, held))
        return await values.of(Argument("", False, self._result))


class _Values:
    """What the calls receive."""

    def __init__(self, app: Any, inputs: Sequence[Any], tasks: BackgroundTasks) -> None:
        self.steps: list[Any] = []
        self._app = app
        self._inputs = inputs
        self._tasks = tasks

    async def of(self, argument: Argument) -> Any:
        source = argument.source
        if isinstance(source, StepValue):
            return self.steps[source.index]
        if isinstance(source, InputValue):
            return self._inputs[source.index]
        if isinstance(source, ConstantValue):
            return source.value
        if isinstance(source, AppValue):
            return await self._of_app(source.dependency)
        return self._tasks

    async def _of_app(self, dependency: AppDependency) -> Any:
        (value,) = await make_app_values(app_values_of(self._app), [dependency])
        return value


@asynccontextmanager
async def inject(injection: Injection) -> AsyncGenerator[Any, None]:
    """Make a value as a request would; on leaving, run background tasks and finish what yields.

    An error inside the block is thrown into the dependencies, as that of an endpoint.
    """
    exits: Entered = []
    function_exits: Entered = []
    tasks = BackgroundTasks()
    try:
        yield await injection.run(exits, function_exits, tasks)
        await close_exits(function_exits)
    except BaseException as error:
        raise await throw_into_exits(exits + function_exits, error) from None
    await finish_after_tasks(tasks, exits)


def _needs_request(function: Callable[..., Any], what: str) -> RouteError:
    return RouteError(
        f"dependency {describe(function)} cannot be used outside of a request: it needs {what}, directly or "
        f"through its dependencies"
    )
