"""The compiled side of an application: plans, router and handlers. Dropped and rebuilt when routes change."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from bolide._declaring.claims import Claims
from bolide._declaring.mounts import Host, Mount
from bolide._openapi.checking import check_documented
from bolide._planning.dependencies import plan_injection, plan_route, template_of
from bolide._planning.plan import AppDependency, RoutePlan
from bolide._planning.providers import key_of
from bolide._planning.signature import share_signatures
from bolide._printing.handler import Handler, compile_handler, print_handler
from bolide._printing.printing import Printing
from bolide._printing.shared_codecs import SharedCodecs
from bolide._responses.response import content_type_head
from bolide._routing.router import ANY_METHOD, Router
from bolide._routing.slashes import TrailingSlash, other_path, redirect_to
from bolide._routing.templates import PathTemplate
from bolide._scopes.injection import Injection
from bolide._serving.mounting import handler_of_host, handler_of_mount, hosted, mount_template, rooted
from bolide._serving.route_names import name_inner_routes, naming
from bolide._serving.surroundings import Entry, Surroundings
from bolide.exceptions import HTTPException
from bolide.params import Depends
from bolide.routing import AnyRoute, Route, WebSocketRoute
from bolide.server_adapters.contract import Exchange, Head, Reply
from bolide.validation.sharing import share_trees

if TYPE_CHECKING:
    from bolide._websocket.serving import WebSocketServing

__all__ = ["Serving"]

_MAX_INJECTIONS: Final = 256
"""So many plans of dependencies outside of requests are kept."""

_JSON_HEAD: Final = content_type_head("application/json")
_EMPTY_HEAD: Final = Head()


class Serving:
    """Everything that requests need of a set of routes.

    Plans are made here at once, so that every mistake in a route shows; the text of a handler is compiled
    at its route's first request, or by :meth:`compile_all`.

    Attributes:
        static: Path → method → handler, of templates without parameters.
        routes: Those that are served, in order of declaration.
        plans: One per route.
        sees_every_request: Every request must go through :attr:`dispatch`.
        dispatch: Returns the coroutine that answers an exchange, through the application's middleware.
        asgi_entry: Does so for requests of ASGI servers, where the outermost middleware is made for them.
    """

    def __init__(
        self,
        routes: Sequence[AnyRoute],
        overrides: Mapping[Callable[..., Any], Callable[..., Any]],
        app: Any,
        surroundings: Surroundings,
    ) -> None:
        self._app = app
        self._surroundings = surroundings
        self._router: Router[Handler] = Router()
        self.static = self._router.static
        self._pending: list[_PendingHandler] = []
        self.routes: list[Route] = []
        self.plans: list[RoutePlan] = []
        self._codecs = SharedCodecs()
        self._overrides = overrides
        self._injections: dict[object, Injection] = {}
        self._slashes: TrailingSlash = app.trailing_slash
        self._claims = Claims(first_wins=app.compatibility == "fastapi")
        hosts: list[Host] = []
        self._all_routes = routes
        with share_trees(), share_signatures():
            for route in routes:
                if isinstance(route, Route):
                    self._add_route(route)
                elif isinstance(route, Mount):
                    self._add_mount(route)
                elif isinstance(route, Host):
                    hosts.append(route)
            has_websockets = any(isinstance(route, WebSocketRoute) for route in routes)
            # Mistakes in their declarations show now.
            self._websockets = self._serve_websockets() if has_websockets else None
        self._answer_head()
        check_documented(self.plans, app, routes)
        self._errors = surroundings.errors(None)
        self._without_route: Handler = surroundings.in_formats(self._answer_without_route)
        root_path: str = app.root_path
        self._root_path = root_path.rstrip("/")
        self._hosted = hosted([(host, self._host_handler(host)) for host in hosts]) if hosts else None
        begin = self._find_application if hosts or self._root_path else self._route
        entry = surroundings.around_all(begin, self.plans)
        self.sees_every_request = entry is not None or bool(hosts or self._root_path)
        self.dispatch: Entry = entry or begin
        self.asgi_entry = surroundings.asgi_entry(begin, self.plans)

    @property
    def declared_plans(self) -> list[RoutePlan]:
        """Return the plans as they are without overrides: what the document describes."""
        return [plan_route(plan.route, {}) for plan in self.plans] if self._overrides else self.plans

    @property
    def websockets(self) -> WebSocketServing:
        """Return what serves WebSocket connections; without routes for them it is made at the first one."""
        if self._websockets is None:
            self._websockets = self._serve_websockets()
        return self._websockets

    def _serve_websockets(self) -> WebSocketServing:
        from bolide._websocket.serving import WebSocketServing

        return WebSocketServing(self._all_routes, self._overrides, self._app, self._surroundings)

    @property
    def app_dependencies(self) -> list[AppDependency]:
        """Return what routes need of the dependencies with ``scope="app"``, in order of declaration."""
        plans = [*self.plans, *(self._websockets.plans if self._websockets is not None else ())]
        return [dependency for plan in plans for dependency in plan.app_dependencies]

    def injection(self, function: Callable[..., Any] | Depends) -> Injection:
        """Return what makes the value of a dependency outside of requests."""
        marker = function if isinstance(function, Depends) else Depends(dependency=function)
        key = key_of(function)
        if key not in self._injections:
            if len(self._injections) == _MAX_INJECTIONS:  # a worker may ask for a new partial() each time
                del self._injections[next(iter(self._injections))]
            self._injections[key] = plan_injection(marker, self._app, self._overrides)
        return self._injections[key]

    def _find_application(
        self, exchange: Exchange, segments: Sequence[str] = ()
    ) -> Coroutine[Any, Any, Reply]:
        """Hand over to the application of the host, or match the path below the application's root."""
        if self._root_path:
            exchange = rooted(exchange, self._root_path)
        if self._hosted is not None and (answer := self._hosted(exchange)) is not None:
            return answer
        return self._route(exchange)

    def _route(self, exchange: Exchange, segments: Sequence[str] = ()) -> Coroutine[Any, Any, Reply]:
        """Match *exchange* against all templates and return the coroutine that answers it."""
        # hot: what Bolide.handle does without middleware; a call of match() costs 0.2 µs more.
        handlers = self.static.get(exchange.path)
        if handlers is not None and (handler := handlers.get(exchange.method)) is not None:
            return handler(exchange, ())
        found = self._router.match(exchange.path, exchange.method)
        if found is None and self._slashes == "both" and (other := other_path(exchange.path)) is not None:
            found = self._router.match(other, exchange.method)
        if found is not None:
            handler, segments = found
            return handler(exchange, segments)
        return self._without_route(exchange, ())

    def compile_all(self) -> None:
        """Compile every handler that is not compiled yet."""
        for pending in self._pending:
            pending.compile()
        if self._websockets is not None:
            self._websockets.compile_all()

    def source(self, method: str, path: str) -> str | None:
        """Return the text of the handler for a route's *path* template, None when there is none."""
        if method == "WEBSOCKET":
            return self.websockets.source(path)
        for pending in self._pending:
            plan = pending.plan
            if method in pending.methods and path in (plan.route.path, plan.template):
                return self._print(plan).out.source()
        return None

    def _add_route(self, route: Route) -> None:
        template = template_of(route)
        methods = tuple(method for method in route.methods if self._claims.add(template, method, route))
        if not methods:
            return
        self.routes.append(route)
        if methods != route.methods:
            route = replace(route, methods=methods)
        plan = plan_route(route, self._overrides)

        def compile_plan() -> Handler:
            handler = self._surroundings.around_route(plan, compile_handler(self._print(plan)))
            return naming(handler, plan.route.path) if self._app.names_routes else handler

        self._surroundings.check(plan)
        self.plans.append(plan)
        pending = _PendingHandler(self._router, template, plan, compile_plan)
        self._pending.append(pending)
        for method in plan.route.methods:
            self._router.add(template, method, pending)

    def _print(self, plan: RoutePlan) -> Printing:
        around = self._surroundings
        return print_handler(
            plan,
            self._app,
            max_body_bytes=around.limit(plan),
            errors=around.errors(plan),
            codecs=self._codecs,
        )

    def _add_mount(self, mount: Mount) -> None:
        template = mount_template(mount)
        if not self._claims.add(template, ANY_METHOD, mount):
            return
        around, limit = self._surroundings, self._surroundings.limit_of(mount.layer)
        answer = around.answer(mount.layer)
        handler = handler_of_mount(mount, template, self._app, max_body_bytes=limit, answer_error=answer)
        handler = around.around_mount(mount, handler)
        if self._app.names_routes:
            handler = naming(handler, mount.path)
            name_inner_routes(mount)
        self._router.add(template, ANY_METHOD, handler)

    def _host_handler(self, host: Host) -> Handler:
        around, limit = self._surroundings, self._surroundings.limit_of(host.layer)
        answer = around.answer(host.layer)
        handler = handler_of_host(host, self._app, max_body_bytes=limit, answer_error=answer)
        if self._app.names_routes:
            name_inner_routes(host)
        return around.around_mount(host, handler)

    def _answer_head(self) -> None:
        """Let GET handlers answer HEAD where no route for HEAD was declared (RFC 9110 §9.3.2)."""
        for pending in self._pending:
            if "GET" in pending.methods and self._router.find(pending.template, "HEAD") is None:
                pending.methods.append("HEAD")
                self._router.add(pending.template, "HEAD", pending)

    async def _answer_without_route(self, exchange: Exchange, segments: Sequence[str]) -> Reply:
        reply = self._reply_without_route(exchange)
        if self._errors is None or reply.status < 400:
            return reply
        return await self._errors.answer(exchange, segments, _as_error(reply))

    def _reply_without_route(self, exchange: Exchange) -> Reply:
        allowed = self._router.allowed_methods(exchange.path)
        if not allowed and self._slashes != "strict" and (other := other_path(exchange.path)) is not None:
            allowed = self._router.allowed_methods(other)
            if allowed and self._slashes == "redirect":
                return redirect_to(exchange, other)
        if not allowed:
            return Reply(404, _JSON_HEAD, b'{"detail":"Not Found"}')
        # OPTIONS is answered for every path that exists (RFC 9110 §9.3.7).
        allow = ", ".join(sorted({*allowed, "OPTIONS"})).encode("ascii")
        if exchange.method == "OPTIONS":
            return Reply(204, _EMPTY_HEAD, b"", [(b"allow", allow)])
        return Reply(405, _JSON_HEAD, b'{"detail":"Method Not Allowed"}', [(b"allow", allow)])


class _PendingHandler:
    """Stands in the router for a handler that is compiled at its first request."""

    __slots__ = ("_compile", "_compiled", "_router", "methods", "plan", "template")

    def __init__(
        self,
        router: Router[Handler],
        template: PathTemplate,
        plan: RoutePlan,
        compile_plan: Callable[[], Handler],
    ) -> None:
        self._router = router
        self.template = template
        self.plan = plan
        self.methods = list(plan.route.methods)
        self._compile = compile_plan
        self._compiled: Handler | None = None

    def __call__(self, exchange: Exchange, segments: Sequence[str]) -> Coroutine[Any, Any, Reply]:
        return self.compile()(exchange, segments)

    def compile(self) -> Handler:
        """Return the compiled handler, which takes this one's place in the router."""
        if self._compiled is None:
            self._compiled = self._compile()
            for method in self.methods:
                self._router.add(self.template, method, self._compiled)
        return self._compiled


def _as_error(reply: Reply) -> HTTPException:
    """Return the exception that stands for a 404 or 405, for exception handlers."""
    headers = {name.decode(): value.decode() for name, value in reply.headers or ()}
    return HTTPException(reply.status, headers=headers)
