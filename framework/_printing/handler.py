"""Print and compile a route's handler: straight-line source that does what the plan says, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from bolide._planning.bodies import form_reader
from bolide._planning.plan import RoutePlan
from bolide._printing.exits import print_exits
from bolide._printing.failure import print_failure
from bolide._printing.guards import print_guards
from bolide._printing.inputs import print_inputs
from bolide._printing.printing import Printing
from bolide._printing.result import print_result
from bolide._printing.shared_codecs import SharedCodecs
from bolide._printing.steps import print_app_values, print_endpoint, print_steps
from bolide._printing.values import path_params_expression
from bolide._reading.forms import FormRequest
from bolide._responses.injected import make_injected
from bolide._responses.negotiation import negotiated
from bolide.background import BackgroundTasks
from bolide.requests import Request
from bolide.server_adapters.contract import Exchange, Reply
from bolide.validation.codegen import compile_function

if TYPE_CHECKING:
    from bolide._errors.handling import ErrorHandling

__all__ = ["Handler", "compile_handler", "print_handler"]

Handler = Callable[[Exchange, Sequence[str]], Coroutine[Any, Any, Reply]]
"""Takes the exchange and the values of the path's parameters."""


def compile_handler(printing: Printing) -> Handler:
    """Compile what :func:`print_handler` has printed."""
    plan = printing.plan
    label = f"{'|'.join(plan.route.methods)} {plan.template}"
    handler = compile_function(printing.function, printing.out.source(), printing.names, label=label)
    codecs = plan.route.layer.codecs
    return negotiated(handler, codecs) if codecs else handler


def print_handler(
    plan: RoutePlan,
    app: Any,
    *,
    max_body_bytes: int,
    errors: ErrorHandling | None = None,
    codecs: SharedCodecs | None = None,
) -> Printing:
    """Print the handler of *plan*.

    Args:
        plan: What the handler does.
        app: What ``request.app`` shows.
        max_body_bytes: Largest body of a request.
        errors: What answers errors; None where the usual answers do.
        codecs: What other handlers have in common with this one.
    """
    printing = Printing(plan, app, codecs=codecs)
    out = printing.out
    with out.block(f"async def {printing.function}(exchange, segments):"):
        print_exits(printing)
        with out.block("try:"):
            # A form is read by the request object, if there is one.
            needs_reader = plan.needs_request and plan.form
            values_first = bool(plan.early_steps or plan.route.layer.guards or needs_reader)
            if values_first:
                _print_values(printing, max_body_bytes=max_body_bytes)
            print_guards(printing)
            if plan.early_steps:
                print_steps(printing, 0, plan.free_steps)
                print_inputs(printing, 0, plan.early_inputs, max_body_bytes=max_body_bytes)
                print_steps(printing, plan.free_steps, plan.early_steps)
            print_inputs(printing, plan.early_inputs, len(plan.inputs), max_body_bytes=max_body_bytes)
            if not values_first:
                _print_values(printing, max_body_bytes=max_body_bytes)
            print_steps(printing, plan.early_steps, len(plan.steps))
            print_endpoint(printing)
            print_result(printing)
        print_failure(printing, errors)
    return printing


def _print_values(printing: Printing, *, max_body_bytes: int) -> None:
    """Print what the calls may receive that is neither an input nor the result of a call."""
    print_app_values(printing)
    if printing.plan.needs_request:
        _print_request(printing, max_body_bytes=max_body_bytes)
    if printing.plan.needs_response:
        printing.line(f"response = {printing.bind('make_injected', make_injected)}()")
    if printing.plan.needs_lifespan_state:
        printing.line("state = dict(exchange.state)")
    if printing.plan.needs_tasks:
        printing.line(f"tasks = {printing.bind('BackgroundTasks', BackgroundTasks)}()")


def _print_request(printing: Printing, *, max_body_bytes: int) -> None:
    request, app = printing.bind("Request", Request), printing.bind("app", printing.app)
    route = printing.bind("route", printing.plan.route)
    path_params = path_params_expression(printing)
    arguments = f"{app}, {path_params}, {route}, _max_body_bytes={max_body_bytes}"
    if printing.plan.form:
        form = printing.bind("FormRequest", FormRequest)
        reader = printing.bind("form_reader", form_reader(printing.plan, max_body_bytes=max_body_bytes))
        arguments += f", _form={form}({reader}, exchange)"
    printing.line(f"request = {request}(exchange, {arguments})")
