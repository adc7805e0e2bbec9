"""Plan, print and compile the handler of a WebSocket route: as for HTTP, with another way out."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from bolide._declaring.websocket_routes import WebSocketRoute
from bolide._locations import describe
from bolide._planning.dependencies import plan_route
from bolide._planning.plan import RoutePlan, WebSocketValue
from bolide._planning.signature import call_kind
from bolide._printing.exits import exits_on_failure, print_exits
from bolide._printing.guards import print_guards
from bolide._printing.inputs import print_inputs
from bolide._printing.printing import Printing
from bolide._printing.steps import print_app_values, print_endpoint, print_steps
from bolide._printing.values import path_params_expression
from bolide._scopes.exits import close_exits
from bolide._websocket.ending import WebSocketEnding
from bolide.background import BackgroundTasks
from bolide.exceptions import RouteError
from bolide.routing import Route
from bolide.server_adapters.contract import WebSocketExchange
from bolide.validation.codegen import compile_function
from bolide.websockets import WebSocket

__all__ = ["WebSocketHandler", "compile_websocket_handler", "plan_websocket", "print_websocket_handler"]

WebSocketHandler = Callable[[WebSocketExchange, Sequence[str]], Coroutine[Any, Any, Exception | None]]
"""Takes the exchange and the values of the path's parameters; returns the unhandled error, for the log."""


def plan_websocket(
    route: WebSocketRoute, overrides: Mapping[Callable[..., Any], Callable[..., Any]]
) -> RoutePlan:
    """Return the plan of *route*, as :func:`~bolide._planning.dependencies.plan_route` does.

    Raises:
        RouteError: something cannot be bound; names the function, its file and line.
    """
    if call_kind(route.endpoint) != "async":
        raise RouteError(f"endpoint {describe(route.endpoint)} of a WebSocket route must be 'async def'")
    stand_in = Route(
        path=route.path,
        methods=("WEBSOCKET",),
        endpoint=route.endpoint,
        name=route.name,
        layer=route.layer,
        local_names=route.local_names,
        instance=route.instance,
        response_model=None,
    )
    plan = plan_route(stand_in, overrides, is_websocket=True)
    if WebSocketValue() not in plan.sources:
        raise RouteError(
            f"endpoint {describe(route.endpoint)} of a WebSocket route has no parameter of type WebSocket, "
            f"so nothing can accept the connection"
        )
    return plan


def compile_websocket_handler(printing: Printing) -> WebSocketHandler:
    """Compile what :func:`print_websocket_handler` has printed."""
    label = f"WEBSOCKET {printing.plan.template}"
    return compile_function(printing.function, printing.out.source(), printing.names, label=label)


def print_websocket_handler(
    plan: RoutePlan, route: WebSocketRoute, app: Any, ending: WebSocketEnding
) -> Printing:
    """Print the handler of *plan*.

    Args:
        plan: What the handler does.
        route: What ``websocket.scope["route"]`` shows.
        app: What ``websocket.app`` shows.
        ending: Ends the connection.
    """
    printing = Printing(plan, app, connection="websocket")
    out = printing.out
    with out.block(f"async def {printing.function}(exchange, segments):"):
        _print_websocket(printing, route)
        print_exits(printing)
        with out.block("try:"):
            print_guards(printing)
            print_app_values(printing)
            if plan.needs_lifespan_state:
                printing.line("state = dict(exchange.state)")
            if plan.needs_tasks:
                printing.line(f"tasks = {printing.bind('BackgroundTasks', BackgroundTasks)}()")
            print_steps(printing, 0, plan.free_steps)
            print_inputs(printing, 0, plan.early_inputs, max_body_bytes=0)
            print_steps(printing, plan.free_steps, plan.early_steps)
            print_inputs(printing, plan.early_inputs, len(plan.inputs), max_body_bytes=0)
            print_steps(printing, plan.early_steps, len(plan.steps))
            print_endpoint(printing)
            if plan.has_function_exits:
                close = printing.bind("close_exits", close_exits)
                printing.line(f"await {close}(function_exits)")
        _print_failure(printing, ending)
        _print_end(printing, ending)
    return printing


def _print_websocket(printing: Printing, route: WebSocketRoute) -> None:
    websocket, app = printing.bind("WebSocket", WebSocket), printing.bind("app", printing.app)
    path_params, bound = path_params_expression(printing), printing.bind("route", route)
    printing.line(f"websocket = {websocket}(exchange, {app}, {path_params}, {bound})")


def _print_failure(printing: Printing, ending: WebSocketEnding) -> None:
    fail = printing.bind("fail", ending.fail)
    if exits := exits_on_failure(printing.plan):
        with printing.out.block("except BaseException as error:"):
            printing.line(f"return await {fail}(websocket, error, {exits})")
        return
    with printing.out.block("except Exception as error:"):
        printing.line(f"return await {fail}(websocket, error, [])")


def _print_end(printing: Printing, ending: WebSocketEnding) -> None:
    plan = printing.plan
    tasks = "tasks" if plan.needs_tasks else "None"
    exits = "exits" if plan.has_exits else "[]"
    printing.line(f"return await {printing.bind('end', ending.end)}(websocket, {tasks}, {exits})")
