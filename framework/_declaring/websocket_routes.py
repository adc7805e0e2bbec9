"""Declare WebSocket routes. Nothing is resolved or compiled here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

from bolide._declaring.declarations import Declarations
from bolide._declaring.layer_options import read_layer
from bolide._declaring.layers import PLAIN, ExceptionHandlers, Guard
from bolide._declaring.names import endpoint_name, local_names_of, refuse_bare_decorator
from bolide._declaring.routes import EndpointRoute
from bolide._locations import describe
from bolide._routing.matching import Match, match_websocket
from bolide.exceptions import RouteError

if TYPE_CHECKING:
    from bolide.middleware import Middleware
    from bolide.params import Depends
    from bolide.server_adapters.asgi import Scope

__all__ = ["WebSocketDeclarations", "WebSocketOptions", "WebSocketRoute", "read_websocket_route"]

F = TypeVar("F", bound=Callable[..., Any])


class WebSocketOptions(TypedDict, total=False):
    """Options of WebSocket routes; they add up with those of routers as :class:`LayerOptions` do."""

    dependencies: Sequence[Depends] | None
    middleware: Sequence[Middleware | Callable[..., Any]] | None
    guards: Sequence[Guard]
    exception_handlers: ExceptionHandlers | None


class WebSocketRoute(EndpointRoute, frozen=True, kw_only=True):
    """One declared WebSocket endpoint."""

    def matches(self, scope: Scope) -> tuple[Match, dict[str, Any]]:
        """Return whether *scope* is a connection to the route, and what its scope has then; for add-ons."""
        return match_websocket(self.path, {"route": self, "endpoint": self.endpoint}, scope)


class WebSocketDeclarations(Declarations):
    """The part of an application or a router that is about WebSocket routes."""

    def websocket(
        self, path: str, name: str | None = None, **options: Unpack[WebSocketOptions]
    ) -> Callable[[F], F]:
        """Declare a WebSocket route: an ``async def`` that takes a :class:`~bolide.websockets.WebSocket`."""
        refuse_bare_decorator(path, "@app.websocket('/path')")

        def decorate(endpoint: F) -> F:
            names = local_names_of(endpoint, depth=2)
            self._add_declaration(read_websocket_route(path, endpoint, {**options, "name": name}, names))
            return endpoint

        return decorate

    def add_api_websocket_route(
        self,
        path: str,
        endpoint: Callable[..., Any],
        name: str | None = None,
        **options: Unpack[WebSocketOptions],
    ) -> None:
        """Serve WebSocket connections to *path* by *endpoint*; see :meth:`websocket`.

        Raises:
            RouteError: an option does not exist or has the wrong type.
        """
        names = local_names_of(endpoint, depth=2)
        self._add_declaration(read_websocket_route(path, endpoint, {**options, "name": name}, names))

    def add_websocket_route(self, path: str, route: Callable[..., Any], name: str | None = None) -> None:
        """Serve WebSocket connections to *path* by a function of the connection, as Starlette's method does.

        Raises:
            RouteError: *route* is no such function.
        """
        from bolide._declaring.plain_routes import plain_websocket_endpoint

        endpoint = plain_websocket_endpoint(path, route)
        names = local_names_of(route, depth=2)
        self._add_declaration(read_websocket_route(path, endpoint, {"name": name}, names))

    def websocket_route(self, path: str, name: str | None = None) -> Callable[[F], F]:
        """Serve connections to *path* by the decorated function, see :meth:`add_websocket_route`."""
        from bolide._declaring.plain_routes import plain_websocket_endpoint

        refuse_bare_decorator(path, "@app.websocket_route('/path')")

        def decorate(function: F) -> F:
            endpoint = plain_websocket_endpoint(path, function)
            names = local_names_of(function, depth=2)
            self._add_declaration(read_websocket_route(path, endpoint, {"name": name}, names))
            return function

        return decorate


def read_websocket_route(
    path: str,
    endpoint: Callable[..., Any],
    options: Mapping[str, Any],
    local_names: Mapping[str, Any],
    instance: Depends | None = None,
) -> WebSocketRoute:
    """Return the declaration of a WebSocket route; *options* are those of the layer, and ``name``.

    Raises:
        RouteError: an option does not exist or has the wrong type.
    """
    name, layer = options.get("name"), PLAIN
    of_layer: Any = {key: value for key, value in options.items() if key != "name"}
    if of_layer:
        try:
            layer = read_layer(of_layer, WebSocketOptions.__annotations__)
        except RouteError as error:
            message = f"endpoint {describe(endpoint)}, WebSocket path {path!r}: {error}"
            raise RouteError(message) from None
    return WebSocketRoute(
        path=path,
        endpoint=endpoint,
        name=name or endpoint_name(endpoint),
        layer=layer,
        local_names=local_names,
        instance=instance,
    )
