"""Declare applications below a path or for a host; find URLs by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from bolide._declaring.declarations import Declarations
from bolide._declaring.mounts import declare_host, declare_mount, shows
from bolide._declaring.names import refuse_bare_decorator
from bolide.exceptions import NoMatchFound, RouteError

if TYPE_CHECKING:
    from bolide.datastructures import URLPath

__all__ = ["MountDeclarations"]

F = TypeVar("F", bound=Callable[..., Any])


class MountDeclarations(Declarations):
    """The part of an application or a router that is not about endpoints."""

    @property
    def routes(self) -> list[Any]:
        """Return what ``iter_routes()`` yields."""
        return list(self.iter_routes())

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        """Return the path of the route *name*, percent-encoded; ``mount:route`` for a mounted application.

        Raises:
            NoMatchFound: there is no such route, or its parameters are others.
        """
        from bolide._routing.urls import UrlMap

        # hot: the routes of the document's pages are made for the question, which takes 80 µs.
        with suppress(NoMatchFound):
            return UrlMap(self.iter_routes()).path_for(name, path_params)
        return UrlMap(self.iter_served_routes()).path_for(name, path_params)

    def mount(
        self,
        path: str,
        app: Any,
        name: str | None = None,
        *,
        lifespan: bool | None = None,
        include_in_schema: bool = False,
    ) -> None:
        """Serve everything below *path* by *app*: an application of Bolide's, or any ASGI application.

        Args:
            path: Prefix; it may hold parameters.
            app: Sees the rest of the path; its ``root_path`` grows.
            name: For ``url_for("name:route")``, or ``url_for("name", path="...")``.
            lifespan: Run its start-up and shutdown within this one's. By default that of an application of
                Bolide's is run, that of others is not.
            include_in_schema: The document of this application shows the operations of *app*, too.

        Raises:
            RouteError: *path* is malformed, *app* is no application, or its operations cannot be shown.
        """
        mount = declare_mount(path, app, name=name, lifespan=lifespan, include_in_schema=include_in_schema)
        if include_in_schema:
            if shows(app, self):
                raise RouteError(f"mount({path!r}): the application would show its own operations again")
            app._included_in.append(self)  # its changes are changes of the document
        self._add_declaration(mount)

    def host(self, host: str, app: Any, name: str | None = None, *, lifespan: bool | None = None) -> None:
        """Serve every request to *host*, such as ``{tenant}.example.com``, by *app*; see :meth:`mount`.

        Hosts are asked before paths, in order of declaration.
        """
        self._add_declaration(declare_host(host, app, name=name, lifespan=lifespan))

    def add_route(
        self,
        path: str,
        route: Callable[..., Any],
        methods: Sequence[str] | None = None,
        name: str | None = None,
        include_in_schema: bool = False,
    ) -> None:
        """Serve *path* by a function that takes the request and returns a response, as Starlette does.

        A response of Starlette's own, or any other that is an ASGI application, is served too.

        Raises:
            RouteError: *route* is no such function.
        """
        from bolide._declaring.plain_routes import plain_endpoint

        endpoint = plain_endpoint(path, route)
        allowed = methods or ("GET",)
        self.add_api_route(path, endpoint, methods=allowed, name=name, include_in_schema=include_in_schema)

    def route(
        self,
        path: str,
        methods: Sequence[str] | None = None,
        name: str | None = None,
        include_in_schema: bool = False,
    ) -> Callable[[F], F]:
        """Serve *path* by the decorated function of a request, see :meth:`add_route`."""
        refuse_bare_decorator(path, "@app.route('/path')")

        def decorate(function: F) -> F:
            self.add_route(path, function, methods, name, include_in_schema)
            return function

        return decorate
