"""Functions of a request that return a response, or of a connection, as Starlette's users write them."""

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
from bolide.websockets import WebSocket

__all__ = ["plain_endpoint", "plain_websocket_endpoint"]


def plain_endpoint(path: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return an endpoint that hands the request to *function*, whatever its parameter is called.

    Raises:
        RouteError: *function* is no function of one parameter; names it with file and line.
    """
    where = f"add_route({path!r})"
    target = _called(where, function, "a request")
    if inspect.isgeneratorfunction(target) or inspect.isasyncgenfunction(target):
        raise RouteError(f"{where}: {describe(function)} is a generator; return a StreamingResponse")
    is_async = inspect.iscoroutinefunction(target)

    async def answer(request: Request) -> Any:
        result = await function(request) if is_async else await run_in_threadpool(function, request)
        if isinstance(result, Response) or not callable(result):
            return result
        return await _response_of(result, request)

    return _named(answer, function, {"request": Request})


def plain_websocket_endpoint(path: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return an endpoint that hands the connection to *function*, whatever its parameter is called.

    A function with annotations says itself what it takes, and is returned.

    Raises:
        RouteError: *function* is no async function of one parameter; names it with file and line.
    """
    if getattr(function, "__annotations__", None):
        return function
    where = f"add_websocket_route({path!r})"
    if not inspect.iscoroutinefunction(_called(where, function, "a WebSocket connection")):
        raise RouteError(f"{where}: {describe(function)} must be 'async def'")

    async def serve(websocket: WebSocket) -> None:
        await function(websocket)

    return _named(serve, function, {"websocket": WebSocket})


def _called(where: str, function: Callable[..., Any], taken: str) -> Any:
    """Return what runs when *function* is called with one argument.

    Raises:
        RouteError: it cannot be called so.
    """
    if inspect.isclass(function) or not callable(function):
        raise RouteError(f"{where} takes a function of {taken}, not {function!r}; mount() takes applications")
    try:
        inspect.signature(function).bind(None)
    except TypeError as error:
        raise RouteError(f"{where}: {describe(function)} must take {taken}: {error}") from None
    return unwrap(function) if inspect.isroutine(unwrap(function)) else type(function).__call__


def _named(endpoint: Any, function: Callable[..., Any], annotations: dict[str, Any]) -> Callable[..., Any]:
    """Return *endpoint* with the name of *function*."""
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(endpoint, name, getattr(function, name, getattr(endpoint, name)))
    endpoint.__annotations__ = annotations
    made: Callable[..., Any] = endpoint
    return made


async def _response_of(app: Callable[..., Any], request: Request) -> Response:
    """Return what *app* sends, a response of another framework: they are ASGI applications."""
    exchange = request.exchange
    scope = {**asgi_scope(exchange), **request.scope}
    return PassedResponse(await run_asgi(app, exchange, scope, max_body_bytes=MAX_BODY_BYTES))
