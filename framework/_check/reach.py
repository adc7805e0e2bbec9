"""Find declarations that no request reaches: hidden routes of mounted applications, forgotten routers."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from types import ModuleType

from bolide._check.findings import Finding, finding_at
from bolide._check.source_files import SourceFiles
from bolide._declaring.mounts import Host, Mount
from bolide._declaring.routes import EndpointRoute
from bolide._locations import describe, is_users_file, quoted_name, relative
from bolide._openapi.documented import routes_of
from bolide._routing.router import ANY_METHOD, Router
from bolide._routing.templates import PathTemplate, TemplateError, parse_template
from bolide._serving.mounting import mount_template
from bolide.applications import Bolide
from bolide.exceptions import RouteError
from bolide.routing import APIRouter, Route

__all__ = ["check_reach", "check_routers"]


def check_reach(app: Bolide) -> Iterator[Finding]:
    """Yield the routes of applications mounted in *app* that a route of *app* hides, and repeated hosts."""
    router: Router[Route | Mount] = Router()
    hosts: set[str] = set()
    mounts: list[Mount] = []
    for route in app.iter_served_routes():
        if isinstance(route, Host):
            if route.host in hosts:
                message = (
                    f"host({route.host!r}): an application that was declared before answers its requests"
                )
                yield Finding(file="", line=0, code="B108", message=message)
            hosts.add(route.host)
        elif isinstance(route, Route | Mount) and (template := _template(route)) is not None:
            methods = (ANY_METHOD,) if isinstance(route, Mount) else route.methods
            for method in methods:
                router.add(template, method, route)
            if isinstance(route, Mount) and isinstance(route.app, Bolide):
                mounts.append(route)
    for mount in mounts:
        yield from _hidden(mount, router)


def _hidden(mount: Mount, router: Router[Route | Mount]) -> Iterator[Finding]:
    for route in mount.app.iter_routes():
        if not isinstance(route, Route):
            continue
        path = mount.path + route.path
        for method in route.methods:
            owner = _owner(path, method, router)
            if isinstance(owner, Route):
                message = (
                    f"endpoint {quoted_name(route.endpoint)}: {method} {path} is answered by "
                    f"endpoint {describe(owner.endpoint)} of the application around"
                )
                yield finding_at(route.endpoint, "B108", message)


def _owner(path: str, method: str, router: Router[Route | Mount]) -> Route | Mount | None:
    """Return what answers all requests below the template *path*, None when it is not one alone."""
    try:
        template = parse_template(path)
    except TemplateError:
        return None
    if template.parameters:
        return router.find(template, method)
    found = router.match(path, method)
    return None if found is None else found[0]


def _template(route: Route | Mount) -> PathTemplate | None:
    try:
        return mount_template(route) if isinstance(route, Mount) else parse_template(route.path)
    except (RouteError, TemplateError):
        return None  # it was reported with the route


def check_routers(
    modules: Iterable[ModuleType], apps: Sequence[Bolide], files: SourceFiles
) -> Iterator[Finding]:
    """Yield the routers in *modules* that have routes and are neither included nor used by *apps*."""
    used = {id(each) for app in apps for each in app.webhooks.iter_routers()}
    callbacks = {
        id(callback.endpoint)
        for app in apps
        for route in app.iter_routes()
        for callback in routes_of(route.layer.callbacks)
    }
    for module in modules:
        file = getattr(module, "__file__", None) or ""
        for name, router in vars(module).items() if is_users_file(file) else ():
            if not isinstance(router, APIRouter) or router.is_included or id(router) in used:
                continue
            endpoints = {
                id(each.endpoint) for each in router.iter_routes() if isinstance(each, EndpointRoute)
            }
            line = _line_of(name, file, files)
            if line is not None and endpoints - callbacks:
                used.add(id(router))  # it may have other names
                message = f"router {name!r} has routes, and is included nowhere"
                yield Finding(file=relative(file), line=line, code="B107", message=message)


def _line_of(name: str, file: str, files: SourceFiles) -> int | None:
    """Return the line in which the module *file* assigns *name*, None when it was imported there."""
    tree = files.tree(file)
    for statement in [] if tree is None else tree.body:
        targets = (
            statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        )
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return statement.lineno
    return None
