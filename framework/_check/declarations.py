"""Collect what keeps an application from starting: of every route, not of the first wrong one."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from bolide._check.findings import Finding, finding_at
from bolide._declaring.claims import Claims
from bolide._declaring.mounts import Mount
from bolide._declaring.routes import EndpointRoute
from bolide._locations import locate
from bolide._planning.plan import RoutePlan
from bolide._routing.router import ANY_METHOD
from bolide._routing.templates import TemplateError, parse_template
from bolide._serving.mounting import mount_template
from bolide.applications import Bolide
from bolide.exceptions import BolideError, RouteError
from bolide.routing import AnyRoute, Route, WebSocketRoute

__all__ = ["Declared", "finding_of", "read_declarations"]


class Declared(msgspec.Struct, frozen=True):
    """The routes of an application that can be served, and why the others cannot.

    Attributes:
        plans: Those of WebSocket routes come last.
    """

    app: Bolide
    plans: list[RoutePlan]
    errors: list[Finding]


def read_declarations(app: Bolide) -> Declared:
    """Return the plans of the routes of *app*, without those that Bolide adds, and every error."""
    routes = list(app.iter_routes())
    errors: list[Finding] = []
    plans: list[RoutePlan] = []
    of_websockets: list[RoutePlan] = []
    try:
        app.serving_of(())
    except BolideError as error:  # it would be that of every route
        errors.append(finding_of(error))
        return Declared(app, plans, errors)
    for route in routes:
        try:
            serving = app.serving_of((route,))
            plans.extend(serving.plans)
            if isinstance(route, WebSocketRoute):
                of_websockets.extend(serving.websockets.plans)
            serving.compile_all()
        except BolideError as error:
            errors.append(finding_of(error, route))
    errors.extend(_conflicts(app))
    if all(each.level == "warning" for each in errors):
        try:
            app.openapi()
        except BolideError as error:
            errors.append(finding_of(error))
    return Declared(app, plans + of_websockets, errors)


def finding_of(error: BolideError, route: AnyRoute | None = None) -> Finding:
    """Return the finding that *error* of *route* is."""
    code = error.code if isinstance(error, RouteError) else "B001"
    function = error.function if isinstance(error, RouteError) else None
    if function is None and isinstance(route, EndpointRoute):
        function = route.endpoint
    if function is None:
        return Finding(file="", line=0, code=code, message=str(error))
    place = locate(function)
    shown = "" if place is None else f" ({place[0]}:{place[1]})"
    return finding_at(function, code, str(error).replace(shown, "", 1) if shown else str(error))


def _conflicts(app: Bolide) -> Iterator[Finding]:
    claims = Claims()
    for route in app.iter_served_routes():
        try:
            if isinstance(route, Mount):
                claims.add(mount_template(route), ANY_METHOD, route)
        except RouteError as error:
            if error.code == "B002":
                yield _conflict(error, route, app)
        if isinstance(route, EndpointRoute):
            yield from _conflicts_of(route, claims, app)


def _conflicts_of(route: Route | WebSocketRoute, claims: Claims, app: Bolide) -> Iterator[Finding]:
    try:
        template = parse_template(route.path)
    except TemplateError:
        return  # it was reported with the route
    for method in route.methods if isinstance(route, Route) else ("WEBSOCKET",):
        try:
            claims.add(template, method, route)
        except RouteError as error:
            yield _conflict(error, route, app)


def _conflict(error: RouteError, route: AnyRoute, app: Bolide) -> Finding:
    """Return what is wrong with *route*: that it is never reached, where the first one wins."""
    finding = finding_of(error, route)
    return replace(finding, code="B108") if app.compatibility == "fastapi" else finding
