"""Declarations of other applications: below a path, or for a host. Nothing is compiled here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from bolide._declaring.layers import PLAIN, Layer
from bolide._routing.matching import Match, match_host, match_mount
from bolide._routing.templates import HostPattern, TemplateError, parse_host
from bolide.exceptions import RouteError

if TYPE_CHECKING:
    from bolide.server_adapters.asgi import Scope

__all__ = ["Host", "Mount", "declare_host", "declare_mount", "is_own_application", "shows"]


class _Inner(msgspec.Struct, frozen=True, kw_only=True):
    """An application within another one.

    Attributes:
        app: An application of Bolide's, or any ASGI 3 application.
        name: For ``url_for``; without one its routes are found by their own names.
        lifespan: Whether its lifespan is run with that of the application around it.
        include_in_schema: Whether the document of the application around it shows its operations.
        layer: What the routers around it say together.
    """

    app: Any
    name: str | None = None
    lifespan: bool = False
    include_in_schema: bool = False
    layer: Layer = PLAIN

    @property
    def tags(self) -> tuple[str, ...]:
        return self.layer.tags

    @property
    def routes(self) -> Sequence[Any]:
        """Return the routes of the application, as far as it shows them."""
        return getattr(self.app, "routes", None) or ()


class Mount(_Inner, frozen=True, kw_only=True):
    """An application that serves all paths below one.

    Attributes:
        path: Template of the prefix, without a slash at its end; empty at the root.
    """

    path: str

    def matches(self, scope: Scope) -> tuple[Match, dict[str, Any]]:
        """Return whether *scope* is for the application, and what its scope has then; for add-ons."""
        return match_mount(self.path, self.app, {"route": self}, scope)


class Host(_Inner, frozen=True, kw_only=True):
    """An application that serves all requests to a host.

    Attributes:
        host: Template of the host name: ``api.example.com`` or ``{tenant}.example.com``.
        pattern: The same, parsed.
    """

    host: str
    pattern: HostPattern

    def matches(self, scope: Scope) -> tuple[Match, dict[str, Any]]:
        """Return whether *scope* is for the application, and what its scope has then; for add-ons."""
        return match_host(self.pattern, self.app, {"route": self}, scope)


def is_own_application(app: object) -> bool:
    """Tell whether *app* takes exchanges, without a detour over ASGI."""
    return callable(getattr(app, "handle", None)) and callable(getattr(app, "startup", None))


def declare_mount(
    path: str, app: Any, *, name: str | None, lifespan: bool | None, include_in_schema: bool
) -> Mount:
    """Return the mount of *app* at *path*.

    Raises:
        RouteError: *path* is malformed, *app* is no application, or has no operations that could be shown.
    """
    where = f"mount({path!r})"
    if not isinstance(path, str) or (path and not path.startswith("/")):
        raise RouteError(f"{where}: the path must start with '/'")
    if include_in_schema and not is_own_application(app):
        raise RouteError(
            f"{where}: include_in_schema=True shows the operations of an application of Bolide's, not {app!r}"
        )
    return Mount(
        path=path.rstrip("/"),
        include_in_schema=include_in_schema,
        **_application(where, app, name, lifespan),
    )


def shows(app: Any, other: object) -> bool:
    """Tell whether the document of *app* shows the operations of *other*, itself included."""
    return app is other or any(
        isinstance(each, Mount) and each.include_in_schema and shows(each.app, other)
        for each in app.iter_routes()
    )


def declare_host(host: str, app: Any, *, name: str | None, lifespan: bool | None) -> Host:
    """Return the declaration of *app* for *host*; raises as :func:`declare_mount` does."""
    where = f"host({host!r})"
    try:
        pattern = parse_host(host)
    except TemplateError as error:
        raise RouteError(f"{where}: {error}") from error
    return Host(host=host, pattern=pattern, **_application(where, app, name, lifespan))


def _application(where: str, app: Any, name: str | None, lifespan: bool | None) -> Mapping[str, Any]:
    if hasattr(app, "include_router") and not callable(app):
        raise RouteError(f"{where}: a router is no application; use include_router()")
    if callable(getattr(app, "wsgi_app", None)):
        raise RouteError(
            f"{where}: {type(app).__name__} is a WSGI application; "
            f"wrap it: from bolide.middleware.wsgi import WSGIMiddleware"
        )
    if not callable(app):
        raise RouteError(f"{where} takes an ASGI application, not {app!r}")
    # Whoever mounts a foreign application may run its lifespan in another one, as FastAPI's users must.
    run = is_own_application(app) if lifespan is None else lifespan
    return {"app": app, "name": name, "lifespan": run}
