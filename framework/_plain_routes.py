"""Functions that take a request and return a response, as Starlette's users write them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from bolide._locations import describe, unwrap
from bolide.exceptions import RouteError
from bolide.requests import Request

__all__ = ["plain_endpoint"]


def plain_endpoint(path: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return an endpoint that hands the request to *function*, whatever its parameter is called.

    Raises:
        RouteError: *function* is no function of one parameter; names it with file and line.
    """
    where = f"add_route({path!r})"
    if inspect.isclass(function) or not callable(function):
        raise RouteError(
            f"{where} takes a function of a request, not {function!r}; mount() takes applications"
        )
    target: Any = unwrap(function) if inspect.isroutine(unwrap(function)) else type(function).__call__
    if inspect.isgeneratorfunction(target) or inspect.isasyncgenfunction(target):
        raise RouteError(f"{where}: {describe(function)} is a generator; return a StreamingResponse")
    try:
        inspect.signature(function).bind(None)
    except TypeError as error:
        raise RouteError(f"{where}: {describe(function)} must take a request: {error}") from None

    async def answer(request: Request) -> Any:
        return await function(request)

    def answer_in_thread(request: Request) -> Any:
        return function(request)

    endpoint: Any = answer if inspect.iscoroutinefunction(target) else answer_in_thread
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(endpoint, name, getattr(function, name, getattr(endpoint, name)))
    endpoint.__annotations__ = {"request": Request}
    made: Callable[..., Any] = endpoint
    return made
