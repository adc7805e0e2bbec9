"""Print the calls of guards: they come before anything is read of the request."""

from __future__ import annotations

import inspect

from bolide._declaring.layers import Guard
from bolide._locations import describe
from bolide._planning.signature import call_kind
from bolide._printing.printing import Printing
from bolide.concurrency import is_inline, run_in_threadpool
from bolide.exceptions import HTTPException, RouteError

__all__ = ["check_guard", "print_guards", "takes_route"]


def print_guards(printing: Printing) -> None:
    """Print the statements that let the guards of the route deny; the request is bound."""
    route = printing.plan.route
    for guard in route.layer.guards:
        name = printing.bind(getattr(guard, "__name__", "guard"), guard)
        arguments = [printing.connection]
        if takes_route(guard):
            arguments.append(printing.bind("route", route))
        allowed = f"{name}({', '.join(arguments)})"
        if call_kind(guard) == "async":
            allowed = f"await {allowed}"
        elif not is_inline(guard):
            run = printing.bind("run_in_threadpool", run_in_threadpool)
            allowed = f"await {run}({', '.join([name, *arguments])})"
        with printing.out.block(f"if {allowed} is False:"):
            printing.line(f"raise {printing.bind('HTTPException', HTTPException)}(403)")


def check_guard(guard: Guard) -> None:
    """Refuse what cannot be called with a request, or with a request and a route.

    Raises:
        RouteError: names the guard.
    """
    if call_kind(guard) in ("generator", "async_generator"):
        raise RouteError(
            f"guard {describe(guard)} is a generator; expected a function that returns or raises"
        )
    try:
        takes_route(guard)
    except (TypeError, ValueError) as error:
        raise RouteError(
            f"guard {describe(guard)}: {error}; expected (request) or (request, route)"
        ) from error


def takes_route(guard: Guard) -> bool:
    """Tell whether *guard* takes the route too.

    Raises:
        TypeError: it takes other parameters.
    """
    signature = inspect.signature(guard)
    try:
        signature.bind(None, None)
    except TypeError:
        signature.bind(None)
        return False
    return True
