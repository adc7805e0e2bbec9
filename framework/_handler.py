"""Print and compile a route's handler: straight-line source that does what the plan says, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from bolide._exits import does_not_yield, enter_generator
from bolide._failures import fail, fail_after_exits
from bolide._plan import Call, RoutePlan
from bolide._print_inputs import print_inputs
from bolide._print_result import print_result
from bolide._printing import Printing
from bolide.concurrency import run_in_threadpool
from bolide.requests import Request
from bolide.server_adapters.contract import Exchange, Reply
from bolide.validation.codegen import compile_function

__all__ = ["Handler", "compile_handler", "print_handler"]

Handler = Callable[[Exchange, Sequence[str]], Coroutine[Any, Any, Reply]]
"""Takes the exchange and the values of the path's parameters."""


def compile_handler(plan: RoutePlan, app: Any, *, max_body_bytes: int) -> Handler:
    """Compile the handler of *plan*; *app* is what ``request.app`` shows."""
    printing = print_handler(plan, app, max_body_bytes=max_body_bytes)
    label = f"{'|'.join(plan.route.methods)} {plan.template}"
    return compile_function(printing.function, printing.out.source(), printing.names, label=label)


def print_handler(plan: RoutePlan, app: Any, *, max_body_bytes: int) -> Printing:
    """Print the handler of *plan*."""
    printing = Printing(plan, app)
    out = printing.out
    with out.block(f"async def {printing.function}(exchange, segments):"):
        if plan.has_exits:
            out.line("exits = []")
        with out.block("try:"):
            print_inputs(printing, max_body_bytes=max_body_bytes)
            if plan.needs_request:
                _print_request(printing, max_body_bytes=max_body_bytes)
            for call, target in zip(plan.steps, printing.steps, strict=True):
                _print_step(printing, call, target)
            out.line(f"result = {_call_expression(printing, plan.endpoint, name=plan.route.name)}")
            print_result(printing)
        _print_failure(printing)
    return printing


def _print_request(printing: Printing, *, max_body_bytes: int) -> None:
    names = printing.plan.path_parameters
    pairs = ", ".join(f"{name!r}: segments[{index}]" for index, name in enumerate(names))
    request, app = printing.bind("Request", Request), printing.bind("app", printing.app)
    arguments = f"app={app}, path_params={{{pairs}}}, max_body_bytes={max_body_bytes}"
    printing.line(f"request = {request}(exchange, {arguments})")


def _print_step(printing: Printing, call: Call, target: str) -> None:
    """Print the call of a dependency; one that yields notes its exit."""
    name = getattr(call.function, "__name__", "dependency")
    if call.kind in ("async", "sync"):
        printing.line(f"{target} = {_call_expression(printing, call, name=name)}")
        return
    function = printing.bind(name, call.function)
    generator = f"{function}({printing.arguments(call.arguments)})"
    if call.kind == "generator":
        enter = printing.bind("enter_generator", enter_generator)
        mode = "inline" if call.inline else "sync"
        printing.line(f"{target} = await {enter}(exits, {function}, {generator}, {mode!r})")
        return
    variable = printing.names.local(f"{name}_generator")
    printing.line(f"{variable} = {generator}")
    with printing.out.block("try:"):
        printing.line(f"{target} = await anext({variable})")
    with printing.out.block("except StopAsyncIteration:"):
        printing.line(f"raise {printing.bind('does_not_yield', does_not_yield)}({function}) from None")
    printing.line(f"exits.append(({variable}, {function}, 'async'))")


def _call_expression(printing: Printing, call: Call, *, name: str) -> str:
    function = printing.bind(name, call.function)
    arguments = printing.arguments(call.arguments)
    if call.kind == "async":
        return f"await {function}({arguments})"
    if call.inline:
        return f"{function}({arguments})"
    run = printing.bind("run_in_threadpool", run_in_threadpool)
    return f"await {run}({', '.join(filter(None, (function, arguments)))})"


def _print_failure(printing: Printing) -> None:
    """Print the way out of every failure: exits see it first, then it becomes a reply."""
    if printing.plan.has_exits:
        with printing.out.block("except BaseException as error:"):
            name = printing.bind("fail_after_exits", fail_after_exits)
            printing.line(f"return await {name}(exchange, error, exits)")
        return
    with printing.out.block("except Exception as error:"):
        printing.line(f"return {printing.bind('fail', fail)}(exchange, error)")
