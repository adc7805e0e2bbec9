"""Functions that take a request and return a response, as Starlette's users write them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from bolide._limits import MAX_BODY_BYTES
from bolide._locations import describe, unwrap
from bolide._responses.response import Response
from bolide.concurrency import run_in_threadpool
from bolide.exceptions import RouteError
from bolide.middleware.base import PassedResponse
from bolide.requests import Request
from bolide.server_adapters.asgi_bridge import run_asgi
from bolide.server_adapters.asgi_scope import asgi_scope

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

    is_async = inspect.iscoroutinefunction(target)

    async def answer(request: Request) -> Any:
        result = await function(request) if is_async else await run_in_threadpool(function, request)
        if isinstance(result, Response) or not callable(result):
            return result
        return await _response_of(result, request)

    endpoint: Any = answer
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(endpoint, name, getattr(function, name, getattr(endpoint, name)))
    endpoint.__annotations__ = {"request": Request}
    made: Callable[..., Any] = endpoint
    return made


async def _response_of(app: Callable[..., Any], request: Request) -> Response:
    """Return what *app* sends, a response of another framework: they are ASGI applications."""
    exchange = request.exchange
    scope = {**asgi_scope(exchange), **request.scope}
    return PassedResponse(await run_asgi(app, exchange, scope, max_body_bytes=MAX_BODY_BYTES))
