"""The application: declarations, and the compiled parts that are made from them."""

from __future__ import annotations

import threading
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, Unpack, overload

import msgspec

from bolide._declaring.addon_attributes import AddonAttributes
from bolide._declaring.application_options import check_application_options
from bolide._declaring.overrides import DependencyOverrides
from bolide._limits import MAX_BODY_BYTES
from bolide._serving.server_signals import ServerSignals
from bolide.exceptions import BolideError
from bolide.routing import AnyRoute, APIRouter, LifespanFunction, Route, RouteCollection
from bolide.validation.errors import MAX_ERRORS

# What compiles and serves routes is imported when it is first used: declaring an application (in tests, in
# tools that only read it) costs a third of the import time then.
if TYPE_CHECKING:
    import asyncio

    from bolide._declaring.layers import Layer, RouterOptions
    from bolide._printing.handler import Handler
    from bolide._routing.slashes import TrailingSlash
    from bolide._serving.application import Serving
    from bolide._serving.lifespan import RunningLifespan
    from bolide._serving.middleware import MiddlewareInstances
    from bolide.params import Depends
    from bolide.server_adapters.asgi import Receive, Scope, Send, ServeAsgi
    from bolide.server_adapters.contract import Exchange, Reply, WebSocketExchange
    from bolide.server_adapters.rsgi import RsgiEntry, RsgiProtocol, RsgiScope

__all__ = ["Bolide"]

T = TypeVar("T")

_COMPILED: Final = frozenset(
    {"_asgi", "_dispatch", "_document", "_lock", "_middleware_instances", "_rsgi", "_serving", "_static"}
)
"""Attributes of an application that are made again from its declarations."""


class Bolide(RouteCollection, AddonAttributes, ServerSignals):
    """A typed HTTP application; runs on the native server, on any ASGI server and on Granian's RSGI.

    Args:
        title: Shown in the OpenAPI document and on the docs page.
        version: The API's version.
        summary: One sentence about the API.
        description: More about the API, in Markdown.
        openapi_url: Path of the OpenAPI document; None switches it and the docs pages off.
        docs_url: Path of the docs page with Swagger UI; None switches it off.
        redoc_url: Path of the docs page with ReDoc; None switches it off.
        scalar_url: Path of a docs page with Scalar.
        docs_assets_url: URL of a CDN for npm packages that serves the docs pages' files instead of us.
        openapi_version: Of the document: ``"3.1.0"`` or ``"3.2.0"``.
        openapi_tags: The document's Tag Objects, in the words of OpenAPI 3.2.
        servers: The document's Server Objects.
        terms_of_service: URL of the terms.
        contact: The document's Contact Object.
        license_info: The document's License Object.
        openapi_external_docs: The document's External Documentation Object.
        webhooks: Router whose routes the document shows as webhooks.
        root_path: Where a proxy mounts the application, if the server does not say so.
        root_path_in_servers: Put ``root_path`` first among the document's servers.
        separate_input_output_schemas: Describe a model twice where what is read differs from what is written.
        swagger_ui_oauth2_redirect_url: Path of the page to which logins from Swagger UI come back.
        swagger_ui_init_oauth: What Swagger UI knows of logins: the options of ``initOAuth``.
        swagger_ui_parameters: Options of Swagger UI, by its names.
        redoc_parameters: Options of ReDoc, by its names.
        scalar_parameters: Options of Scalar, by its names.
        debug: Show a page with the source of the error instead of a bare 500. Never in production.
        problem_details: Answer errors with problem details (RFC 9457) instead of ``{"detail": ...}``.
        compatibility: ``"fastapi"`` for an application that moves over: of routes for the same requests the
            first one wins, and ``bolide check`` lists the others.
        lifespan: An async context manager around the application's life; what it yields is in
            ``request.state``.
        on_startup: Functions without parameters, called when the application starts, within its lifespan.
        on_shutdown: The same for its end.
        trailing_slash: What happens to ``/items/`` when only ``/items`` is a route, and the other way round:
            ``redirect`` (307), ``strict`` (404), or ``both`` are served.
        redirect_slashes: False is FastAPI's word for ``trailing_slash="strict"``.
        max_errors: So many errors of one request are reported at most.
        options: What holds for every route, like ``dependencies``; see ``LayerOptions``. ``max_body_size`` is
            1 MiB unless it is given.

    Raises:
        BolideError: an option is not what it should be, or there is no such option.
    """

    _asgi: ServeAsgi | None
    _rsgi: RsgiEntry | None
    _static: dict[str, dict[str, Handler]]
    _serving: Serving | None
    _document: dict[str, Any] | None

    def __init__(
        self,
        *,
        title: str = "Bolide",
        version: str = "0.1.0",
        summary: str | None = None,
        description: str | None = None,
        openapi_url: str | None = "/openapi.json",
        docs_url: str | None = "/docs",
        redoc_url: str | None = "/redoc",
        scalar_url: str | None = None,
        docs_assets_url: str | None = None,
        openapi_version: Literal["3.1.0", "3.2.0"] = "3.1.0",
        openapi_tags: Sequence[Mapping[str, Any]] | None = None,
        servers: Sequence[Mapping[str, Any]] | None = None,
        terms_of_service: str | None = None,
        contact: Mapping[str, Any] | None = None,
        license_info: Mapping[str, Any] | None = None,
        openapi_external_docs: Mapping[str, Any] | None = None,
        webhooks: APIRouter | None = None,
        root_path: str = "",
        root_path_in_servers: bool = True,
        separate_input_output_schemas: bool = True,
        swagger_ui_oauth2_redirect_url: str | None = "/docs/oauth2-redirect",
        swagger_ui_init_oauth: Mapping[str, Any] | None = None,
        swagger_ui_parameters: Mapping[str, Any] | None = None,
        redoc_parameters: Mapping[str, Any] | None = None,
        scalar_parameters: Mapping[str, Any] | None = None,
        debug: bool = False,
        problem_details: bool = False,
        compatibility: Literal["fastapi"] | None = None,
        lifespan: LifespanFunction | None = None,
        on_startup: Iterable[Callable[[], Any]] | None = None,
        on_shutdown: Iterable[Callable[[], Any]] | None = None,
        trailing_slash: TrailingSlash = "redirect",
        redirect_slashes: bool = True,
        max_errors: int = MAX_ERRORS,
        **options: Unpack[RouterOptions],
    ) -> None:
        check_application_options(locals())
        super().__init__(lifespan=lifespan, on_startup=on_startup, on_shutdown=on_shutdown, **options)
        self.title = title
        self.version = version
        self.summary = summary
        self.description = description
        self.openapi_url = openapi_url
        self.docs_url = docs_url
        self.redoc_url = redoc_url
        self.scalar_url = scalar_url
        self.docs_assets_url = docs_assets_url
        self.openapi_version: Literal["3.1.0", "3.2.0"] = openapi_version
        self.openapi_tags = openapi_tags
        self.servers = servers
        self.terms_of_service = terms_of_service
        self.contact = contact
        self.license_info = license_info
        self.openapi_external_docs = openapi_external_docs
        self.webhooks = APIRouter() if webhooks is None else webhooks
        self.webhooks._included_in.append(self)
        self.root_path = root_path
        self.root_path_in_servers = root_path_in_servers
        self.separate_input_output_schemas = separate_input_output_schemas
        self.swagger_ui_oauth2_redirect_url = swagger_ui_oauth2_redirect_url
        self.swagger_ui_init_oauth = swagger_ui_init_oauth
        self.swagger_ui_parameters = swagger_ui_parameters
        self.redoc_parameters = redoc_parameters
        self.scalar_parameters = scalar_parameters
        self.debug = debug
        self.problem_details = problem_details
        self.compatibility: Literal["fastapi"] | None = compatibility
        declared = self._layer.max_body_size
        self.max_body_size = MAX_BODY_BYTES if declared is None else declared
        self.max_errors = max_errors
        self.trailing_slash = trailing_slash if redirect_slashes else "strict"
        self._overrides = DependencyOverrides({}, self._routes_changed)
        self._make_uncompiled()

    @property
    def dependency_overrides(self) -> DependencyOverrides:
        """Return the mapping of dependencies to what stands in for them, for tests."""
        return self._overrides

    @dependency_overrides.setter
    def dependency_overrides(self, overrides: Mapping[Callable[..., Any], Callable[..., Any]]) -> None:
        self._overrides = DependencyOverrides(overrides, self._routes_changed)
        self._routes_changed()

    @property
    def router(self) -> Bolide:
        """Return the router of the application: itself. What Starlette's add-ons look for is there."""
        return self

    @property
    def lifespan_context(self) -> LifespanFunction:
        """Return the function that makes the context manager around the application's life.

        It runs the lifespan and, within it, dependencies with ``scope="app"``. What is assigned takes the
        place of the lifespan; it may call what stood here before.
        """
        from bolide._serving.lifespan import run_lifespan

        return partial(run_lifespan, self._lifespan, lambda: self._compiled().app_dependencies)

    @lifespan_context.setter
    def lifespan_context(self, lifespan: LifespanFunction) -> None:
        self._lifespan = lifespan

    @overload
    def dependency(self, dependency: Callable[..., AsyncIterator[T]]) -> AbstractAsyncContextManager[T]: ...
    @overload
    def dependency(self, dependency: Callable[..., Iterator[T]]) -> AbstractAsyncContextManager[T]: ...
    @overload
    def dependency(self, dependency: Callable[..., Awaitable[T]]) -> AbstractAsyncContextManager[T]: ...
    @overload
    def dependency(self, dependency: Callable[..., T]) -> AbstractAsyncContextManager[T]: ...
    @overload
    def dependency(self, dependency: Depends) -> AbstractAsyncContextManager[Any]: ...
    def dependency(self, dependency: Callable[..., Any] | Depends) -> AbstractAsyncContextManager[Any]:
        """Return a context manager that makes the value of *dependency* outside of requests.

        For commands, workers and tests: ``async with app.dependency(get_database) as database``. Leaving it
        finishes what yields, as the end of a request does. Dependencies with ``scope="app"`` are those of the
        running lifespan.

        Raises:
            RouteError: *dependency* needs what only a request has.
        """
        from bolide._scopes.injection import inject

        return inject(self._compiled().injection(dependency))

    def handle(self, exchange: Exchange) -> Coroutine[Any, Any, Reply]:
        """Return the coroutine that answers *exchange*; it never raises ``Exception``."""
        # hot: one lookup. A change of the routes empties the table, so that nothing has to be checked here.
        handlers = self._static.get(exchange.path)
        if handlers is not None and (handler := handlers.get(exchange.method)) is not None:
            return handler(exchange, ())
        return self._dispatch(exchange)

    def handle_websocket(self, exchange: WebSocketExchange) -> Coroutine[Any, Any, Exception | None]:
        """Return the coroutine that serves the WebSocket connection *exchange* up to its end."""
        return self._compiled().websockets.handle(exchange)

    async def startup(self) -> RunningLifespan:
        """Compile every route, then enter the lifespan.

        Raises:
            RouteError: a route cannot be served.
        """
        from bolide._serving.lifespan import start_lifespan

        self.compile()
        self.draining = False
        return await start_lifespan(self.lifespan_context(self))

    def compile(self) -> None:
        """Compile every route now rather than at its first request.

        Raises:
            RouteError: a route cannot be served.
        """
        self._compiled().compile_all()

    def serving_of(self, routes: Iterable[AnyRoute]) -> Serving:
        """Return what serves *routes* within this application; requests are served by that of all routes.

        Raises:
            RouteError: one of them cannot be served.
        """
        from bolide._serving.application import Serving
        from bolide._serving.surroundings import Surroundings

        limit = self.max_body_size
        surroundings = Surroundings(self, self._layer, self._middleware_instances, max_body_bytes=limit)
        return Serving(list(routes), self._overrides, self, surroundings)

    def iter_served_routes(self) -> Iterator[AnyRoute]:
        """Yield what :meth:`iter_routes` does, and the routes of the document and its pages."""
        from bolide._openapi.docs import docs_routes

        yield from self.iter_routes()
        yield from docs_routes(self)

    def handler_source(self, method: str, path: str) -> str:
        """Return the generated source that serves *method* of the route declared with *path*.

        Raises:
            BolideError: there is no such route.
        """
        source = self._compiled().source(method.upper(), path)
        if source is None:
            routes = (route for route in self.iter_routes() if isinstance(route, Route))
            known = sorted({f"{method} {route.path}" for route in routes for method in route.methods})
            raise BolideError(f"no route {method.upper()} {path}; there are: {', '.join(known) or 'none'}")
        return source

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document; the same object until the routes change."""
        if self._document is None:
            from bolide._openapi.description import openapi_document

            plans, called = self._compiled().declared_plans, self.webhooks.iter_routes()
            self._document = openapi_document(plans, self, routes=self.iter_routes(), webhooks=called)
        return self._document

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve as an ASGI 3 application."""
        serve = self._asgi
        if serve is None:
            serve = self._asgi_entry(scope)
        await serve(self, scope, receive, send)

    def __rsgi__(self, scope: RsgiScope, protocol: RsgiProtocol) -> Coroutine[Any, Any, None]:
        """Serve one request of an RSGI server (RSGI specification 1.6)."""
        return self._rsgi_entry().handle(scope, protocol)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start up on the RSGI server's event loop, which is not running yet."""
        self._rsgi_entry().init(loop)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Shut down on the RSGI server's event loop, which is not running any more."""
        self._rsgi_entry().close(loop)

    def __getstate__(self) -> dict[str, Any]:
        """Return the declarations; compiled parts are made again."""
        return {name: value for name, value in self.__dict__.items() if name not in _COMPILED}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._make_uncompiled()

    def _make_uncompiled(self) -> None:
        self._lock = threading.Lock()
        self._rsgi = None
        self._middleware_instances: MiddlewareInstances = {}
        self._drop_compiled()

    def _drop_compiled(self) -> None:
        self._asgi = None
        self._dispatch: Callable[[Exchange], Coroutine[Any, Any, Reply]] = self._compile_and_dispatch
        self._static = {}
        self._serving = None
        self._document = None

    def _shared_layer(self) -> Layer:
        # Its middleware stands around the routing, not around each route.
        return msgspec.structs.replace(self._layer, middleware=())

    def _routes_changed(self) -> None:
        super()._routes_changed()
        self._drop_compiled()

    def _asgi_entry(self, scope: Scope) -> ServeAsgi:
        from bolide.server_adapters.asgi import serve_asgi

        if scope["type"] != "http":
            return serve_asgi
        try:
            serving = self._compiled()
        except BolideError:
            return serve_asgi  # it answers with what the mistake deserves
        self._asgi = serving.asgi_entry or serve_asgi
        return self._asgi

    def _rsgi_entry(self) -> RsgiEntry:
        if self._rsgi is None:
            from bolide.server_adapters.rsgi import RsgiEntry

            self._rsgi = RsgiEntry(self)
        return self._rsgi

    def _compiled(self) -> Serving:
        serving = self._serving
        if serving is not None:
            return serving
        with self._lock:
            if self._serving is None:
                serving = self.serving_of(self.iter_served_routes())
                self._static = {} if serving.sees_every_request else serving.static
                self._dispatch = serving.dispatch
                self._serving = serving
            return self._serving

    def _compile_and_dispatch(self, exchange: Exchange) -> Coroutine[Any, Any, Reply]:
        return self._compiled().dispatch(exchange)
