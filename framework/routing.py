"""Declare routes: decorators, routers, and how routers nest. Nothing is resolved or compiled here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Unpack, cast

import msgspec

from bolide._declaring.addon_attributes import EventDeclarations
from bolide._declaring.layer_methods import LayerDeclarations
from bolide._declaring.layers import PLAIN, Layer, RouterOptions, nest
from bolide._declaring.mount_methods import MountDeclarations
from bolide._declaring.mounts import Host, Mount
from bolide._declaring.names import check_lifespan, check_prefix, local_names_of, read_methods, show
from bolide._declaring.route_options import RouteOptions, read_options
from bolide._declaring.websocket_routes import WebSocketDeclarations, WebSocketRoute, read_websocket_route
from bolide._routing.matching import Match, match_route, path_regex
from bolide._routing.templates import without_convertors
from bolide.exceptions import RouteError
from bolide.params import Depends
from bolide.validation.tree import NO_DEFAULT

if TYPE_CHECKING:
    from bolide._responses.response import Response
    from bolide.server_adapters.asgi import Scope

__all__ = [
    "APIRouter",
    "AnyRoute",
    "Host",
    "LifespanFunction",
    "Match",
    "Mount",
    "Route",
    "RouteCollection",
    "RouteOptions",
    "WebSocketRoute",
]

F = TypeVar("F", bound=Callable[..., Any])
C = TypeVar("C", bound=type[Any])


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One declared path operation, with everything that its routers add.

    Attributes:
        path: Full path template.
        methods: Upper-case HTTP methods, as declared.
        endpoint: The user's function.
        layer: What the route, its routers and the application say together.
        response_model: Type that filters the return value; ``NO_DEFAULT`` when the annotation decides.
        validate_response: Whether results of exactly the declared type are validated, too.
        status_code: Status of its responses; None where the response class decides, see :attr:`status`.
        response_model_options: The other ``response_model_...`` options that were given, without that prefix.
        local_names: Names of the function that declared the endpoint, for annotations that are text.
        instance: What makes the first argument of an endpoint that is a method.
    """

    path: str
    methods: tuple[str, ...]
    endpoint: Callable[..., Any]
    name: str
    layer: Layer = PLAIN
    response_model: Any = NO_DEFAULT
    response_model_options: Mapping[str, Any] = msgspec.field(default_factory=dict[str, Any])
    validate_response: bool = False
    status_code: int | None = None
    summary: str | None = None
    description: str | None = None
    response_description: str = "Successful Response"
    operation_id: str | None = None
    openapi_extra: Mapping[str, Any] | None = None
    inline: bool = False
    local_names: Mapping[str, Any] = msgspec.field(default_factory=dict[str, Any])
    instance: Depends | None = None

    @property
    def path_format(self) -> str:
        """Return the path template without convertors, as the document shows it."""
        return without_convertors(self.path)

    @property
    def path_regex(self) -> re.Pattern[str]:
        return path_regex(self.path)

    def matches(self, scope: Scope) -> tuple[Match, dict[str, Any]]:
        """Return how the route matches *scope*, and what its scope has then; for add-ons."""
        return match_route(self.path, self.methods, {"route": self, "endpoint": self.endpoint}, scope)

    @property
    def declares_response_model(self) -> bool:
        """Tell whether ``response_model`` was given, be it None."""
        return self.response_model is not NO_DEFAULT

    @property
    def tags(self) -> tuple[str, ...]:
        return self.layer.tags

    @property
    def dependencies(self) -> tuple[Depends, ...]:
        return self.layer.dependencies

    @property
    def deprecated(self) -> bool:
        return self.layer.deprecated

    @property
    def include_in_schema(self) -> bool:
        return self.layer.include_in_schema

    @property
    def response_class(self) -> type[Response] | None:
        """Return the nearest declared class; None means :class:`~bolide.responses.JSONResponse`."""
        return self.layer.response_class

    @property
    def status(self) -> int:
        """Return the status of a successful response: the declared one, else that of its class."""
        from bolide._responses.response import status_of_class

        return self.status_code or status_of_class(self.response_class)


class _Inclusion(msgspec.Struct, frozen=True):
    router: RouteCollection
    prefix: str
    layer: Layer


AnyRoute = Route | WebSocketRoute | Mount | Host

LifespanFunction = Callable[[Any], AbstractAsyncContextManager[Mapping[str, Any] | None]]
"""Takes the application; what its context manager yields is in ``request.state``."""


class RouteCollection(LayerDeclarations, MountDeclarations, WebSocketDeclarations, EventDeclarations):
    """Routes and included routers, in order of declaration."""

    def __init__(
        self, *, prefix: str = "", lifespan: LifespanFunction | None = None, **options: Unpack[RouterOptions]
    ) -> None:
        check_prefix(prefix)
        check_lifespan(lifespan)
        self._lifespan = lifespan
        self._prefix = prefix
        self._layer = _read_layer(options, type(self))
        self._declarations: list[AnyRoute | _Inclusion] = []
        self._included_in: list[RouteCollection] = []

    def iter_routes(self) -> Iterator[AnyRoute]:
        """Yield every route and mount, also of included routers, with full paths; the order is stable."""
        return self._walk("", PLAIN)

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
        router._included_in.append(self)
        self._add_declaration(_Inclusion(router, prefix, _read_layer(options, "include_router()")))

    def controller(
        self, prefix: str = "", *, scope: Literal["app"] | None = None, **options: Unpack[RouterOptions]
    ) -> Callable[[C], C]:
        """Declare a class whose methods are endpoints, see :mod:`bolide.controllers`."""

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
        methods: Sequence[str] = ("GET",),
        **options: Unpack[RouteOptions],
    ) -> None:
        """Serve *endpoint* at *path*.

        Mistakes in the path or the signature show when the application starts, with file and line.
        """
        self._declare(path, endpoint, methods, options, local_names_of(endpoint, depth=2))

    def api_route(
        self, path: str, *, methods: Sequence[str] = ("GET",), **options: Unpack[RouteOptions]
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

    def _decorator(self, path: str, methods: Sequence[str], options: RouteOptions) -> Callable[[F], F]:
        if not isinstance(path, str):
            raise RouteError(f"{show(path)}: the decorator needs a path, like @app.get('/items')")

        def decorate(endpoint: F) -> F:
            self._declare(path, endpoint, methods, options, local_names_of(endpoint, depth=2))
            return endpoint

        return decorate

    def _declare(
        self,
        path: str,
        endpoint: Callable[..., Any],
        methods: Sequence[str],
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
