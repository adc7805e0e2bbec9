"""What stands around handlers: middleware and the answers to errors, of the application and of each route."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from bolide._declaring.layers import PLAIN, ExceptionHandlers, Layer
from bolide._declaring.mounts import Host, Mount
from bolide._errors.failures import fail
from bolide._planning.plan import RoutePlan
from bolide._printing.guards import check_guard
from bolide._printing.handler import Handler
from bolide._routing.templates import parse_template
from bolide.server_adapters.contract import Exchange, Reply

# What most applications do not need is imported by those that do.
if TYPE_CHECKING:
    from bolide._errors.handling import ErrorHandling
    from bolide._serving.asgi_middleware import AnswerError
    from bolide._serving.middleware import Declared, Layering, MiddlewareInstances
    from bolide.server_adapters.asgi import ServeAsgi

__all__ = ["Entry", "Surroundings"]

Entry = Callable[[Exchange], Coroutine[Any, Any, Reply]]
"""Answers any request."""

_NO_HANDLERS: Final[ExceptionHandlers] = {}


class Surroundings:
    """Composes what the layers of one application declare.

    Args:
        app: The application.
        layer: Its own layer.
        instances: What was made of middleware before.
        max_body_bytes: Largest request body of routes that say nothing else.
    """

    def __init__(
        self, app: Any, layer: Layer, instances: MiddlewareInstances, *, max_body_bytes: int
    ) -> None:
        self._app = app
        self._instances = instances
        self._max_body_bytes = max_body_bytes
        self._table = layer.exception_handlers[0] if layer.exception_handlers else _NO_HANDLERS
        self._declares_errors = bool(self._table) or app.problem_details or app.debug
        self._known_models: set[int] = set()
        self._middleware = self._prepare(layer.middleware)
        self._codecs = layer.codecs

    def in_formats(self, handler: Handler) -> Handler:
        """Return *handler*, which is no route's, with replies in the formats of the application."""
        if not self._codecs:
            return handler
        from bolide._responses.negotiation import negotiated

        return negotiated(handler, self._codecs)

    def errors(self, plan: RoutePlan | None) -> ErrorHandling | None:
        """Return what answers the errors of a route, or of no route; None where nothing was declared."""
        if plan is None:
            return self.errors_of(PLAIN, ())
        return self.errors_of(plan.route.layer, plan.path_parameters)

    def answer(self, layer: Layer) -> AnswerError:
        """Return what turns errors into replies for what is no route, in *layer*."""
        return _answer_with(self.errors_of(layer, ()))

    def around_mount(self, mount: Mount | Host, handler: Handler) -> Handler:
        """Return *handler*, which hands over to another application, with guards and middleware."""
        layer = mount.layer
        limit, answer = self.limit_of(layer), self.answer(layer)
        if layer.guards:
            from bolide._serving.guarding import guard_mount

            handler = guard_mount(handler, mount, self._app, max_body_bytes=limit, answer=answer)
        if self.shows_scope(layer):
            from bolide._serving.matched_scope import recording

            template = parse_template(mount.path or "/") if isinstance(mount, Mount) else None
            handler = recording(handler, mount, mount.app, template, self._app)
        return self._surround(layer, handler, answer)

    def limit(self, plan: RoutePlan) -> int:
        """Return how many bytes a body for the route may have."""
        return self.limit_of(plan.route.layer)

    def limit_of(self, layer: Layer) -> int:
        """Return how many bytes a body may have in *layer*."""
        declared = layer.max_body_size
        return self._max_body_bytes if declared is None else declared

    def check(self, plan: RoutePlan) -> None:
        """Look at what the layers of the route declare, so that every mistake shows at start-up.

        Raises:
            RouteError: a middleware cannot be called with its options, a guard with a request, or a declared
                response cannot be described.
        """
        if plan.route.layer.responses or plan.route.layer.raises:
            from bolide._openapi.responses import check_responses

            check_responses(plan, self._known_models)
        self.check_guards(plan)
        self._prepare(plan.route.layer.middleware)

    def check_guards(self, plan: RoutePlan) -> None:
        """Refuse guards of the route that cannot be called with a request.

        Raises:
            RouteError: names the guard.
        """
        for guard in plan.route.layer.guards:
            check_guard(guard)

    def around_route(self, plan: RoutePlan, handler: Handler) -> Handler:
        """Return *handler* with the middleware of its route and routers around it."""
        route = plan.route
        if self.shows_scope(route.layer):
            from bolide._serving.matched_scope import recording

            handler = recording(handler, route, route.endpoint, parse_template(route.path), self._app)
        return self._surround(route.layer, handler, _answer_with(self.errors(plan)))

    def around_all(self, handler: Handler, plans: Iterable[RoutePlan]) -> Entry | None:
        """Return *handler*, which serves *plans*, with the application's middleware around it.

        None when there is none.
        """
        if not self._middleware:
            return None
        from bolide._serving.middleware import surround

        limit = self._largest_limit(plans)
        surrounded = surround(handler, self._middleware, self.answer(PLAIN), max_body_bytes=limit)
        # hot: a middleware's function needs no segments, so that no call has to add none of them.
        return cast("Entry", surrounded)

    def asgi_entry(self, handler: Handler, plans: Iterable[RoutePlan]) -> ServeAsgi | None:
        """Return what serves requests of ASGI servers as :meth:`around_all` does those of others.

        None when the outermost middleware is no ASGI application.
        """
        if not self._middleware:
            return None
        from bolide._serving.asgi_middleware import serve_through
        from bolide._serving.middleware import leading_run, surround

        run = leading_run(self._middleware)
        if not run:
            return None
        limit, answer = self._largest_limit(plans), self.answer(PLAIN)
        inner = surround(handler, self._middleware[len(run) :], answer, max_body_bytes=limit)
        return serve_through(run, inner, answer, max_body_bytes=limit)

    def middleware_of(self, layer: Layer | None) -> list[Layering]:
        """Return what was made of the middleware of *layer*; of the application's for None."""
        return self._middleware if layer is None else self._prepare(layer.middleware)

    def _largest_limit(self, plans: Iterable[RoutePlan]) -> int:
        return max([self._max_body_bytes, *map(self.limit, plans)])  # a route may allow more

    def errors_of(self, layer: Layer, path_parameters: Sequence[str] = ()) -> ErrorHandling | None:
        """Return what answers errors in *layer*; None where nothing was declared."""
        tables = [self._table, *(table for table in layer.exception_handlers if table is not self._table)]
        if len(tables) == 1 and not self._declares_errors:
            return None
        from bolide._errors.handling import ErrorHandling

        limit = self.limit_of(layer)
        return ErrorHandling(self._app, tables, path_parameters=path_parameters, max_body_bytes=limit)

    def shows_scope(self, layer: Layer) -> bool:
        """Tell whether middleware around a route of *layer* may look for it in the scope."""
        return any(each.sees_scope for each in (*self._middleware, *self._prepare(layer.middleware)))

    def _surround(self, layer: Layer, handler: Handler, answer: AnswerError) -> Handler:
        middleware = self._prepare(layer.middleware)
        if not middleware:
            return handler
        from bolide._serving.middleware import surround

        return surround(handler, middleware, answer, max_body_bytes=self.limit_of(layer))

    def _prepare(self, declared: Sequence[Declared]) -> list[Layering]:
        if not declared:
            return []
        from bolide._serving.middleware import prepare

        return [prepare(each, self._app, self._instances) for each in declared]


def _answer_with(errors: ErrorHandling | None) -> AnswerError:
    return _fail if errors is None else errors.answer


async def _fail(exchange: Exchange, segments: Sequence[str], error: Exception) -> Reply:
    return fail(exchange, error)
