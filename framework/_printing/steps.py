"""Print the calls of dependencies and endpoint, and what they have to leave behind."""

from __future__ import annotations

from asyncio import get_running_loop

from bolide._planning.plan import Call
from bolide._printing.printing import Printing
from bolide._scopes.app_scope import app_values_of, make_app_values
from bolide._scopes.exits import does_not_yield, enter_generator, hold_limit
from bolide.concurrency import run_in_threadpool, semaphore_of

__all__ = ["print_app_values", "print_endpoint", "print_steps"]


def print_app_values(printing: Printing) -> None:
    """Print how the handler gets the values that were made when the application started."""
    if not printing.app_values:
        return
    running = printing.bind("running", app_values_of(printing.app))
    get_loop = printing.bind("get_running_loop", get_running_loop)
    with printing.out.block("try:"):
        printing.line(f"app_values = {running}[{get_loop}()]")
        for dependency, target in printing.app_values.items():
            key = printing.bind(f"key_of_{target}", dependency.key)
            printing.line(f"{target} = app_values[{key}]")
    with printing.out.block("except KeyError:"):
        make = printing.bind("make_app_values", make_app_values)
        dependencies = printing.bind("app_dependencies", tuple(printing.app_values))
        targets = ", ".join(printing.app_values.values()) + "," * (len(printing.app_values) == 1)
        printing.line(f"{targets} = await {make}({running}, {dependencies})")


def print_steps(printing: Printing, start: int, stop: int) -> None:
    """Print the calls of the dependencies from index *start* up to *stop*."""
    for index in range(start, stop):
        _print_step(printing, printing.plan.steps[index], printing.steps[index])


def print_endpoint(printing: Printing) -> None:
    """Print the call of the endpoint; ``result`` holds what it returns."""
    plan = printing.plan
    printing.line(f"result = {_call_expression(printing, plan.endpoint, name=plan.route.name)}")


def _print_step(printing: Printing, call: Call, target: str) -> None:
    name = _name_of(call)
    if call.has_exit:
        _print_generator(printing, call, target)
    elif call.limit is None:
        printing.line(f"{target} = {_call_expression(printing, call, name=name)}")
    else:
        semaphore = printing.bind("semaphore_of", semaphore_of)
        limit = printing.bind(f"{name}_limit", call.limit)
        with printing.out.block(f"async with {semaphore}({limit}):"):
            printing.line(f"{target} = {_call_expression(printing, call, name=name)}")


def _print_generator(printing: Printing, call: Call, target: str) -> None:
    """Print the call of a dependency that yields; it notes its exit."""
    name = _name_of(call)
    exits = "exits" if call.scope == "request" else "function_exits"
    function = printing.bind(name, call.function)
    generator = f"{function}({printing.arguments(call.arguments)})"
    if call.limit is not None:
        hold, limit = printing.bind("hold_limit", hold_limit), printing.bind(f"{name}_limit", call.limit)
        printing.line(f"await {hold}({exits}, {limit}, {function})")
    if call.kind == "generator":
        enter = printing.bind("enter_generator", enter_generator)
        mode = "inline" if call.inline else "sync"
        printing.line(f"{target} = await {enter}({exits}, {function}, {generator}, {mode!r})")
        return
    variable = printing.names.local(f"{name}_generator")
    printing.line(f"{variable} = {generator}")
    with printing.out.block("try:"):
        printing.line(f"{target} = await anext({variable})")
    with printing.out.block("except StopAsyncIteration:"):
        printing.line(f"raise {printing.bind('does_not_yield', does_not_yield)}({function}) from None")
    printing.line(f"{exits}.append(({variable}, {function}, 'async'))")
    if call.scope == "request":
        printing.lone_exit = f"{variable}, {function}"


def _call_expression(printing: Printing, call: Call, *, name: str) -> str:
    function = printing.bind(name, call.function)
    arguments = printing.arguments(call.arguments)
    if call.kind == "async":
        return f"await {function}({arguments})"
    if call.inline or call.has_exit:  # a generator runs later
        return f"{function}({arguments})"
    run = printing.bind("run_in_threadpool", run_in_threadpool)
    return f"await {run}({', '.join(filter(None, (function, arguments)))})"


def _name_of(call: Call) -> str:
    return getattr(call.function, "__name__", "dependency")
