"""List what an application serves: ``bolide routes``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Literal, cast

import msgspec

from bolide._declaring.mounts import Host, Mount
from bolide._locations import locate, quoted_name
from bolide._planning.plan import Call, RoutePlan
from bolide.applications import Bolide
from bolide.middleware import Middleware
from bolide.security.base import SecurityBase

__all__ = ["RouteRow", "list_routes", "print_table"]


class RouteRow(msgspec.Struct, frozen=True, kw_only=True):
    """One route, or a mounted application whose routes are not known.

    Attributes:
        path: With the path below which the application is mounted that has the route.
        host: Template of the host that requests must be for; None for any.
        endpoint: Name of the function, or of the mounted application's class.
        file: Of the endpoint, relative to the working directory.
        dependencies: All that are called for a request, also those of dependencies, in order.
        middleware: The outermost first, beginning with the application's.
    """

    kind: Literal["route", "mount"]
    methods: Sequence[str]
    path: str
    host: str | None
    name: str | None
    endpoint: str
    file: str | None
    line: int | None
    dependencies: Sequence[str]
    guards: Sequence[str]
    middleware: Sequence[str]
    tags: Sequence[str]


class _Around(msgspec.Struct, frozen=True):
    """What the application around a mounted one adds to its routes."""

    path: str = ""
    host: str | None = None
    name: str = ""
    middleware: tuple[str, ...] = ()


def list_routes(app: Bolide) -> list[RouteRow]:
    """Return a row per route of *app* and of the applications mounted in it, in order of declaration.

    Raises:
        RouteError: one of them cannot be served.
    """
    return list(_rows(app, _Around()))


def _rows(app: Bolide, around: _Around) -> Iterator[RouteRow]:
    routes = list(app.iter_routes())
    serving = app.serving_of(routes)
    websockets = serving.websockets
    plans = {
        id(route): plan
        for route, plan in (
            *zip(serving.routes, serving.plans, strict=True),
            *zip(websockets.routes, websockets.plans, strict=True),
        )
    }
    middleware = (*around.middleware, *map(_name_of_middleware, app.user_middleware))
    for route in routes:
        if not isinstance(route, Mount | Host):
            if (plan := plans.get(id(route))) is not None:  # another one may answer its requests
                yield _row(plan, around, middleware)
            continue
        inner = _Around(
            path=around.path + (route.path if isinstance(route, Mount) else ""),
            host=route.host if isinstance(route, Host) else around.host,
            name=f"{around.name}{route.name}:" if route.name else around.name,
            middleware=(*middleware, *map(_name_of_middleware, route.layer.middleware)),
        )
        if isinstance(route.app, Bolide):
            yield from _rows(route.app, inner)
        else:
            yield _row_of_application(route, inner)


def _row(plan: RoutePlan, around: _Around, middleware: Sequence[str]) -> RouteRow:
    route = plan.route
    place = locate(route.endpoint)
    kept = (dependency.call for dependency in plan.app_dependencies)
    return RouteRow(
        kind="route",
        methods=route.methods,
        path=around.path + route.path,
        host=around.host,
        name=around.name + route.name,
        endpoint=_name(route.endpoint),
        file=place[0] if place else None,
        line=place[1] if place else None,
        dependencies=[_name_of_step(call) for call in (*kept, *plan.steps)],
        guards=[_name(guard) for guard in route.layer.guards],
        middleware=[*middleware, *map(_name_of_middleware, route.layer.middleware)],
        tags=route.tags,
    )


def _row_of_application(route: Mount | Host, around: _Around) -> RouteRow:
    place = locate(route.app)
    return RouteRow(
        kind="mount",
        methods=(),
        path=around.path + "/",
        host=around.host,
        name=route.name,
        endpoint=_name(route.app),
        file=place[0] if place else None,
        line=place[1] if place else None,
        dependencies=(),
        guards=(),
        middleware=around.middleware,
        tags=(),
    )


def _name_of_step(call: Call) -> str:
    scheme = getattr(call.function, "__self__", None)
    return _name(cast("Callable[..., Any]", scheme) if isinstance(scheme, SecurityBase) else call.function)


def _name(function: Callable[..., Any]) -> str:
    return quoted_name(function).strip("'")


def _name_of_middleware(declared: Middleware | Callable[..., Any]) -> str:
    if not isinstance(declared, Middleware):
        return _name(declared)
    dispatch = declared.kwargs.get("dispatch")
    return _name(dispatch if callable(dispatch) else declared.cls)


_COLUMNS: Final = (
    "METHODS",
    "HOST",
    "PATH",
    "NAME",
    "ENDPOINT",
    "DEPENDENCIES",
    "GUARDS",
    "MIDDLEWARE",
    "TAGS",
)


def print_table(rows: Sequence[RouteRow]) -> Iterator[str]:
    """Yield the lines of a table of *rows*, without the columns in which nothing stands."""
    cells = [_cells(row) for row in rows]
    used = [i for i in range(len(_COLUMNS)) if any(row[i] for row in cells)]
    lines = [[row[i] for i in used] for row in (_COLUMNS, *cells)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def _cells(row: RouteRow) -> tuple[str, ...]:
    return (
        ",".join(row.methods) or row.kind.upper(),
        row.host or "",
        row.path,
        row.name or "",
        f"{row.endpoint} ({row.file}:{row.line})" if row.file else row.endpoint,
        ", ".join(row.dependencies),
        ", ".join(row.guards),
        ", ".join(row.middleware),
        ", ".join(row.tags),
    )
