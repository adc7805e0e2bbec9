"""The compiled side of WebSocket routes; made when there are some, or at the first connection."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any, cast

from bolide._declaring.claims import Claims
from bolide._declaring.mounts import Host, Mount, is_own_application
from bolide._declaring.websocket_routes import WebSocketRoute
from bolide._locations import describe
from bolide._planning.plan import RoutePlan
from bolide._printing.printing import Printing
from bolide._routing.router import Router
from bolide._routing.slashes import other_path
from bolide._routing.templates import PathTemplate, TemplateError, parse_template
from bolide._serving.matched_scope import recording
from bolide._serving.mounting import below, converted, host_name, mount_template, place_of, rooted
from bolide._serving.route_names import naming
from bolide._serving.surroundings import Surroundings
from bolide._websocket.ending import WebSocketEnding
from bolide._websocket.handler import (
    WebSocketHandler,
    compile_websocket_handler,
    plan_websocket,
    print_websocket_handler,
)
from bolide._websocket.surrounding import guard_websocket_mount, surround_websocket
from bolide.exceptions import RouteError
from bolide.routing import AnyRoute
from bolide.server_adapters.asgi_websocket_bridge import asgi_websocket_scope, run_asgi_websocket
from bolide.server_adapters.contract import WebSocketExchange
from bolide.server_adapters.mounted import MountedWebSocketExchange

__all__ = ["WebSocketServing"]

_METHOD = "GET"  # RFC 6455 §4.1

Served = Coroutine[Any, Any, Exception | None]


class WebSocketServing:
    """Everything that WebSocket connections need of a set of routes.

    Attributes:
        handle: Returns the coroutine that serves a connection, through the application's middleware.
        routes: Those that are served, in order of declaration.
        plans: One per route.
    """

    def __init__(
        self,
        routes: Iterable[AnyRoute],
        overrides: Mapping[Callable[..., Any], Callable[..., Any]],
        app: Any,
        surroundings: Surroundings,
    ) -> None:
        self._app = app
        self._overrides = overrides
        self._surroundings = surroundings
        self._router: Router[WebSocketHandler] = Router()
        self._claims = Claims(first_wins=app.compatibility == "fastapi")
        self._pending: list[_PendingHandler] = []
        self.routes: list[WebSocketRoute] = []
        self.plans: list[RoutePlan] = []
        hosts: list[Host] = []
        for route in routes:
            if isinstance(route, WebSocketRoute):
                self._add_route(route)
            elif isinstance(route, Mount):
                self._add_mount(route)
            elif isinstance(route, Host):
                hosts.append(route)
        root_path: str = app.root_path
        self._root_path = root_path.rstrip("/")
        middleware, ending = surroundings.middleware_of(None), WebSocketEnding(surroundings.errors(None))
        handle = surround_websocket(self._match, middleware, app, ending)
        # Without middleware it is _match, and what surrounds it needs no segments either.
        self.handle = cast("Callable[[WebSocketExchange], Served]", handle)
        self._hosts = [(host, self._server_of(host)) for host in hosts]

    def _match(self, exchange: WebSocketExchange, segments: Sequence[str] = ()) -> Served:
        if self._root_path:
            exchange = rooted(exchange, self._root_path, view=MountedWebSocketExchange)
        for host, serve in self._hosts:
            if (values := host.pattern.match(host_name(exchange))) is not None:
                return serve(self._below(exchange, host, "", exchange.path, values), ())
        found = self._router.match(exchange.path, _METHOD)
        if found is None and self._app.trailing_slash == "both":
            other = other_path(exchange.path)
            found = None if other is None else self._router.match(other, _METHOD)
        if found is None:
            return _refuse(exchange)
        handler, segments = found
        return handler(exchange, segments)

    def compile_all(self) -> None:
        """Compile every handler that is not compiled yet."""
        for pending in self._pending:
            pending.compile()

    def source(self, path: str) -> str | None:
        """Return the text of the handler for a route's *path* template, None when there is none."""
        for pending in self._pending:
            if path in (pending.route.path, pending.template.text):
                return pending.print().out.source()
        return None

    def _add_route(self, route: WebSocketRoute) -> None:
        try:
            template = parse_template(route.path)
        except TemplateError as error:
            raise RouteError(f"endpoint {describe(route.endpoint)}: {error}") from error
        if not self._claims.add(template, "WEBSOCKET", route):
            return
        self.routes.append(route)
        plan = plan_websocket(route, self._overrides)
        around = self._surroundings
        around.check_guards(plan)
        middleware, ending = around.middleware_of(route.layer), WebSocketEnding(around.errors(plan))
        shows_scope = around.shows_scope(route.layer)

        def surround(handler: WebSocketHandler) -> WebSocketHandler:
            if shows_scope:
                handler = recording(handler, route, route.endpoint, template, self._app)
            handler = surround_websocket(handler, middleware, self._app, ending)
            return naming(handler, route.path) if self._app.names_routes else handler

        self.plans.append(plan)
        pending = _PendingHandler(self._router, template, route, plan, self._app, ending, surround)
        self._pending.append(pending)
        self._router.add(template, _METHOD, pending)

    def _add_mount(self, mount: Mount) -> None:
        template = mount_template(mount)
        serve = self._server_of(mount)

        def serve_mount(exchange: WebSocketExchange, segments: Sequence[str]) -> Served:
            rest = segments[-1]
            prefix = exchange.path[: len(exchange.path) - len(rest)].rstrip("/")
            values = converted(template, template.parameters[:-1], segments)
            return serve(self._below(exchange, mount, prefix, f"/{rest}", values), ())

        self._router.add(template, _METHOD, serve_mount)

    def _server_of(self, mount: Mount | Host) -> WebSocketHandler:
        """Return what serves *mount*, behind the guards and the middleware around it."""
        around, app, layer = self._surroundings, self._app, mount.layer
        ending = WebSocketEnding(around.errors_of(layer))
        handler = _server_of(mount, app)
        if layer.guards:
            handler = guard_websocket_mount(handler, mount, app, ending)
        return surround_websocket(handler, around.middleware_of(layer), app, ending)

    def _below(
        self,
        exchange: WebSocketExchange,
        mount: Mount | Host,
        prefix: str,
        path: str,
        path_params: Mapping[str, Any],
    ) -> MountedWebSocketExchange:
        view = MountedWebSocketExchange
        mounted: MountedWebSocketExchange = below(
            exchange, self._app, mount, prefix=prefix, path=path, path_params=path_params, view=view
        )
        return mounted


class _PendingHandler:
    """Stands in the router for a handler that is compiled at its first connection."""

    __slots__ = ("_app", "_compiled", "_ending", "_plan", "_router", "_surround", "route", "template")

    def __init__(
        self,
        router: Router[WebSocketHandler],
        template: PathTemplate,
        route: WebSocketRoute,
        plan: RoutePlan,
        app: Any,
        ending: WebSocketEnding,
        surround: Callable[[WebSocketHandler], WebSocketHandler],
    ) -> None:
        self._router = router
        self.template = template
        self.route = route
        self._plan = plan
        self._app = app
        self._ending = ending
        self._surround = surround
        self._compiled: WebSocketHandler | None = None

    def __call__(self, exchange: WebSocketExchange, segments: Sequence[str]) -> Served:
        return self.compile()(exchange, segments)

    def print(self) -> Printing:
        """Print the handler."""
        return print_websocket_handler(self._plan, self.route, self._app, self._ending)

    def compile(self) -> WebSocketHandler:
        """Return the compiled handler, which takes this one's place in the router."""
        if self._compiled is None:
            self._compiled = self._surround(compile_websocket_handler(self.print()))
            self._router.add(self.template, _METHOD, self._compiled)
        return self._compiled


def _server_of(mount: Mount | Host, outer: Any) -> WebSocketHandler:
    app = mount.app
    if is_own_application(app) and hasattr(app, "handle_websocket"):
        serve: Callable[[WebSocketExchange], Served] = app.handle_websocket

        def serve_own(exchange: WebSocketExchange, segments: Sequence[str]) -> Served:
            return serve(exchange)

        return serve_own

    def serve_foreign(exchange: WebSocketExchange, segments: Sequence[str]) -> Served:
        place = place_of(exchange, outer)
        scope = asgi_websocket_scope(exchange)
        scope.update(app=outer, endpoint=app, path_params=place.path_params, route=mount)
        scope.update(router=place.app, app_root_path=place.root_path)
        return run_asgi_websocket(app, exchange, scope)

    return serve_foreign


async def _refuse(exchange: WebSocketExchange) -> Exception | None:
    """Refuse a connection to a path that nobody serves."""
    await exchange.close()
    return None
