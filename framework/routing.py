"""Declare routes: decorators, routers, and how routers nest. Nothing is resolved or compiled here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Literal, TypeVar, Unpack, cast

import msgspec

from bolide._declaring.addon_attributes import EventDeclarations
from bolide._declaring.layer_methods import LayerDeclarations
from bolide._declaring.layers import PLAIN, Layer, RouterOptions, nest
from bolide._declaring.mount_methods import MountDeclarations
from bolide._declaring.mounts import Host, Mount
from bolide._declaring.names import (
    check_lifespan,
    check_prefix,
    local_names_of,
    read_methods,
    refuse_bare_decorator,
)
from bolide._declaring.route_options import RouteOptions, read_options
from bolide._declaring.routes import Route
from bolide._declaring.unique_ids import generate_unique_id
from bolide._declaring.websocket_routes import WebSocketDeclarations, WebSocketRoute, read_websocket_route
from bolide._routing.matching import Match
from bolide.exceptions import NoMatchFound, RouteError
from bolide.params import Depends

__all__ = [
    "APIRoute",
    "APIRouter",
    "APIWebSocketRoute",
    "AnyRoute",
    "Host",
    "LifespanFunction",
    "Match",
    "Mount",
    "NoMatchFound",
    "Route",
    "RouteCollection",
    "RouteOptions",
    "WebSocketRoute",
    "generate_unique_id",
]

F = TypeVar("F", bound=Callable[..., Any])
C = TypeVar("C", bound=type[Any])


class _Inclusion(msgspec.Struct, frozen=True):
    router: RouteCollection
    prefix: str
    layer: Layer


# FastAPI's names, which functions that are handed a route are annotated with.
APIRoute = Route
APIWebSocketRoute = WebSocketRoute

AnyRoute = Route | WebSocketRoute | Mount | Host

LifespanFunction = Callable[[Any], AbstractAsyncContextManager[Mapping[str, Any] | None]]
"""Takes the application; what its context manager yields is in ``request.state``."""


class RouteCollection(LayerDeclarations, MountDeclarations, WebSocketDeclarations, EventDeclarations):
    """Routes and included routers, in order of declaration."""

    def __init__(
        self,
        *,
        prefix: str = "",
        lifespan: LifespanFunction | None = None,
        on_startup: Iterable[Callable[[], Any]] | None = None,
        on_shutdown: Iterable[Callable[[], Any]] | None = None,
        **options: Unpack[RouterOptions],
    ) -> None:
        check_prefix(prefix)
        check_lifespan(lifespan)
        self._lifespan = lifespan
        for function in on_startup or ():
            self.add_event_handler("startup", function)
        for function in on_shutdown or ():
            self.add_event_handler("shutdown", function)
        self._prefix = prefix
        self._layer = _read_layer(options, type(self))
        self._declarations: list[AnyRoute | _Inclusion] = []
        self._included_in: list[RouteCollection] = []

    def iter_routes(self) -> Iterator[AnyRoute]:
        """Yield every route and mount, also of included routers, with full paths; the order is stable."""
        return self._walk("", PLAIN)

    @property
    def prefix(self) -> str:
        return self._prefix

    @property
    def is_included(self) -> bool:
        """Tell whether another router or an application includes this one."""
        return bool(self._included_in)

    def iter_routers(self) -> Iterator[RouteCollection]:
        """Yield this router or application and those that it includes, each once, in their order."""
        seen: list[RouteCollection] = []
        waiting: list[RouteCollection] = [self]
        while waiting:
            router = waiting.pop(0)
            if all(router is not known for known in seen):
                seen.append(router)
                waiting[:0] = [d.router for d in router._declarations if isinstance(d, _Inclusion)]
        return iter(seen)

    def include_router(
        self, router: RouteCollection, *, prefix: str = "", **options: Unpack[RouterOptions]
    ) -> None:
        """Serve the routes of *router* below *prefix*; routes that it gets later are served too.

        Raises:
            RouteError: *prefix* is malformed, or *router* would contain itself.
        """
        check_prefix(prefix)
        if not isinstance(router, APIRouter):
            hint = "; an application is mounted" if isinstance(router, RouteCollection) else ""
            raise RouteError(f"include_router() takes an APIRouter, not {router!r}{hint}")
        if router is self or router.contains(self):
            raise RouteError("a router cannot include itself, directly or through another router")
        layer = _read_layer(options, "include_router()")
        router._included_in.append(self)
        self._add_declaration(_Inclusion(router, prefix, layer))

    def controller(
        self, prefix: str = "", *, scope: Literal["app"] | None = None, **options: Unpack[RouterOptions]
    ) -> Callable[[C], C]:
        """Declare a class whose methods are endpoints, see :mod:`bolide.controllers`."""
        refuse_bare_decorator(prefix, "@app.controller('/items')")

        def decorate(controller: C) -> C:
            self._add_controller(controller, prefix, scope, options)
            return controller

        return decorate

    def add_controller(
        self,
        controller: type[Any],
        *,
        prefix: str = "",
        scope: Literal["app"] | None = None,
        **options: Unpack[RouterOptions],
    ) -> None:
        """Serve the methods of *controller* that are declared as endpoints, below *prefix*.

        Each request has one instance; with ``scope="app"`` there is one for all, made when the application
        starts.

        Raises:
            RouteError: *controller* declares no endpoints, or something that cannot be one.
        """
        self._add_controller(controller, prefix, scope, options)

    def contains(self, other: RouteCollection) -> bool:
        """Tell whether *other* is included here, directly or through another router."""
        inclusions = [d for d in self._declarations if isinstance(d, _Inclusion)]
        return any(i.router is other or i.router.contains(other) for i in inclusions)

    def add_api_route(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        methods: Collection[str] | None = ("GET",),
        **options: Unpack[RouteOptions],
    ) -> None:
        """Serve *endpoint* at *path*.

        Mistakes in the path or the signature show when the application starts, with file and line.
        """
        self._declare(path, endpoint, methods, options, local_names_of(endpoint, depth=2))

    def api_route(
        self, path: str, *, methods: Collection[str] | None = ("GET",), **options: Unpack[RouteOptions]
    ) -> Callable[[F], F]:
        """Declare a route for several methods."""
        return self._decorator(path, methods, options)

    def get(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[F], F]:
        """Declare a GET route; it answers HEAD too (RFC 9110 §9.3.2)."""
        return self._decorator(path, ("GET",), options)

    def post(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[F], F]:
        """Declare a POST route."""
        return self._decorator(path, ("POST",), options)

    def put(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[F], F]:
        """Declare a PUT route."""
        return self._decorator(path, ("PUT",), options)

    def patch(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[F], F]:
        """Declare a PATCH route."""
        return self._decorator(path, ("PATCH",), options)

    def delete(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[F], F]:
        """Declare a DELETE route."""
        return self._decorator(path, ("DELETE",), options)

    def head(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[F], F]:
        """Declare a HEAD route of its own, instead of the one that comes with GET."""
        return self._decorator(path, ("HEAD",), options)

    def options(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[F], F]:
        """Declare an OPTIONS route of its own, instead of the automatic answer."""
        return self._decorator(path, ("OPTIONS",), options)

    def query(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[F], F]:
        """Declare a QUERY route: safe and idempotent like GET, with a body (RFC 10008)."""
        return self._decorator(path, ("QUERY",), options)

    def trace(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[F], F]:
        """Declare a TRACE route."""
        return self._decorator(path, ("TRACE",), options)

    def _add_controller(
        self,
        controller: type[Any],
        prefix: str,
        scope: Literal["app"] | None,
        options: RouterOptions,
    ) -> None:
        from bolide._declaring.controllers import WEBSOCKET, read_controller, specialise

        router = APIRouter(prefix=prefix, **options)
        marker = Depends(dependency=controller, scope=scope, inline=True)
        for function, (path, methods, given) in read_controller(controller):
            names = local_names_of(function, depth=3) or local_names_of(controller.__init__, depth=3)
            function = specialise(function, controller, names)
            if methods == WEBSOCKET:
                router._add_declaration(read_websocket_route(path, function, given, names, marker))
            else:
                router._declare(path, function, methods, cast("RouteOptions", given), names, instance=marker)
        self.include_router(router)

    def _decorator(
        self, path: str, methods: Collection[str] | None, options: RouteOptions
    ) -> Callable[[F], F]:
        refuse_bare_decorator(path, "@app.get('/items')")
        if not isinstance(path, str):
            raise RouteError(f"{path!r}: the decorator needs a path, like @app.get('/items')")

        def decorate(endpoint: F) -> F:
            self._declare(path, endpoint, methods, options, local_names_of(endpoint, depth=2))
            return endpoint

        return decorate

    def _declare(
        self,
        path: str,
        endpoint: Callable[..., Any],
        methods: Collection[str] | None,
        options: RouteOptions,
        local_names: Mapping[str, Any],
        *,
        instance: Depends | None = None,
    ) -> None:
        if not callable(endpoint):
            raise RouteError(f"path {path!r}: the endpoint is {endpoint!r}, which cannot be called")
        given = read_options(path, endpoint, options)
        route = Route(
            path=path,
            methods=read_methods(methods, path, endpoint),
            endpoint=endpoint,
            local_names=local_names,
            instance=instance,
            **given,
        )
        self._add_declaration(route)

    def _routes_changed(self) -> None:
        """Tell every collection that includes this one."""
        for collection in self._included_in:
            collection._routes_changed()

    def _shared_layer(self) -> Layer:
        """Return what this collection says of its routes."""
        return self._layer

    def _add_declaration(self, declaration: AnyRoute | _Inclusion) -> None:
        self._declarations.append(declaration)
        self._routes_changed()

    def _walk(self, prefix: str, outer: Layer) -> Iterator[AnyRoute]:
        """Yield the routes below *prefix*, with what *outer* adds to them."""
        prefix += self._prefix
        layer = nest(outer, self._shared_layer())
        for declaration in self._declarations:
            if isinstance(declaration, _Inclusion):
                inner = nest(layer, declaration.layer)
                yield from declaration.router._walk(prefix + declaration.prefix, inner)
                continue
            whole = nest(layer, declaration.layer)
            if isinstance(declaration, Host):
                yield msgspec.structs.replace(declaration, layer=whole)
            elif prefix or layer is not PLAIN:
                yield msgspec.structs.replace(declaration, path=prefix + declaration.path, layer=whole)
            else:
                yield declaration


class APIRouter(RouteCollection):
    """A group of routes with a common prefix, tags and dependencies, to be included in an application.

    Its ``lifespan`` is run within that of the application, once however often it is included.
    """

    @property
    def lifespan_context(self) -> LifespanFunction | None:
        """Return the function that makes the context manager around the router's life; it may be replaced."""
        return self._lifespan

    @lifespan_context.setter
    def lifespan_context(self, lifespan: LifespanFunction | None) -> None:
        self._lifespan = lifespan


def _read_layer(options: RouterOptions, owner: type | str) -> Layer:
    if not options:
        return PLAIN
    from bolide._declaring.layer_options import read_layer_of

    return read_layer_of(owner, options, RouterOptions.__annotations__)
