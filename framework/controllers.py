"""Declare the methods of a class as endpoints.

    @app.controller("/items", tags=["items"])
    class Items:
        def __init__(self, database: Annotated[Database, Depends(get_database)]) -> None:
            self.database = database

        @get("/{item_id}")
        async def read(self, item_id: int) -> Item: ...

The class is a dependency like any other: its constructor may have every kind of parameter, and each request
has one instance. Options and meaning of the decorators are those of :meth:`bolide.APIRouter.get` and so on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar, Unpack

from bolide._declaring.controllers import WEBSOCKET, Declaration, declare_on
from bolide._declaring.names import refuse_bare_decorator
from bolide._declaring.websocket_routes import WebSocketOptions
from bolide.routing import RouteOptions

__all__ = [
    "api_route",
    "delete",
    "get",
    "head",
    "options",
    "patch",
    "post",
    "put",
    "query",
    "trace",
    "websocket",
]

F = TypeVar("F", bound=Callable[..., Any])


def api_route(
    path: str = "", *, methods: Collection[str] | None = ("GET",), **options: Unpack[RouteOptions]
) -> Callable[[F], F]:
    """Declare a route for several methods."""
    refuse_bare_decorator(path, "@get('/items') or @get()")

    def decorate(method: F) -> F:
        declare_on(method, Declaration(path, methods, options))
        return method

    return decorate


def get(path: str = "", **options: Unpack[RouteOptions]) -> Callable[[F], F]:
    """Declare a GET route; it answers HEAD too (RFC 9110 §9.3.2)."""
    return api_route(path, methods=("GET",), **options)


def post(path: str = "", **options: Unpack[RouteOptions]) -> Callable[[F], F]:
    """Declare a POST route."""
    return api_route(path, methods=("POST",), **options)


def put(path: str = "", **options: Unpack[RouteOptions]) -> Callable[[F], F]:
    """Declare a PUT route."""
    return api_route(path, methods=("PUT",), **options)


def patch(path: str = "", **options: Unpack[RouteOptions]) -> Callable[[F], F]:
    """Declare a PATCH route."""
    return api_route(path, methods=("PATCH",), **options)


def delete(path: str = "", **options: Unpack[RouteOptions]) -> Callable[[F], F]:
    """Declare a DELETE route."""
    return api_route(path, methods=("DELETE",), **options)


def head(path: str = "", **options: Unpack[RouteOptions]) -> Callable[[F], F]:
    """Declare a HEAD route of its own, instead of the one that comes with GET."""
    return api_route(path, methods=("HEAD",), **options)


def options(path: str = "", **options: Unpack[RouteOptions]) -> Callable[[F], F]:
    """Declare an OPTIONS route of its own, instead of the automatic answer."""
    return api_route(path, methods=("OPTIONS",), **options)


def trace(path: str = "", **options: Unpack[RouteOptions]) -> Callable[[F], F]:
    """Declare a TRACE route."""
    return api_route(path, methods=("TRACE",), **options)


def query(path: str = "", **options: Unpack[RouteOptions]) -> Callable[[F], F]:
    """Declare a QUERY route: safe as GET, with a body (RFC 10008)."""
    return api_route(path, methods=("QUERY",), **options)


def websocket(
    path: str = "", name: str | None = None, **options: Unpack[WebSocketOptions]
) -> Callable[[F], F]:
    """Declare a WebSocket route; each connection has one instance of the class."""
    refuse_bare_decorator(path, "@websocket('/events') or @websocket()")

    def decorate(method: F) -> F:
        given = options if name is None else {**options, "name": name}
        declare_on(method, Declaration(path, WEBSOCKET, given))
        return method

    return decorate
