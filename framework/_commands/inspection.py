"""The commands that look at an application without serving it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType

import msgspec.json

from bolide._check.application import check_app
from bolide._check.findings import Finding
from bolide._commands.loading import LoadError, load_app
from bolide._commands.route_table import list_routes, print_table
from bolide._commands.tracebacks import place_of_mistake
from bolide._declaring.routes import EndpointRoute
from bolide._locations import describe, is_users_file
from bolide.applications import Bolide
from bolide.exceptions import BolideError
from bolide.routing import WebSocketRoute

__all__ = ["check", "findings_of", "routes", "source"]


def check(options: argparse.Namespace) -> int:
    """Print everything suspicious; return 1 if there is something.

    Raises:
        LoadError: there is no application to look at.
    """
    try:
        app = load_app(options.app, app_dir=options.app_dir, factory=options.factory)
        findings = findings_of(app, options.app_dir)
    except BolideError as error:
        findings = [_while_loading(error)]
    ignored = options.ignore.split(",")
    findings = [each for each in findings if each.level == "error" or each.code not in ignored]
    if options.json:
        print(_json([_as_data(each) for each in findings]))
        return int(bool(findings))
    for each in findings:
        print(each)
    errors = sum(each.level == "error" for each in findings)
    print(f"{options.app}: {_count(errors, 'error')}, {_count(len(findings) - errors, 'warning')}")
    return int(bool(findings))


def routes(options: argparse.Namespace) -> int:
    """Print a table of the routes."""
    rows = list_routes(load_app(options.app, app_dir=options.app_dir, factory=options.factory))
    if options.json:
        print(_json(rows))
    else:
        print("\n".join(print_table(rows)) if rows else f"{options.app} has no routes")
    return 0


def source(options: argparse.Namespace) -> int:
    """Print the code generated for a route, or for all."""
    app = load_app(options.app, app_dir=options.app_dir, factory=options.factory)
    print("\n\n".join(_sources(app, " ".join(options.route) or None)), end="")
    return 0


def _sources(app: Bolide, wanted: str | None) -> Iterator[str]:
    """Yield the source of the route ``METHOD /path``, of those with a path or a name, or of all for None.

    Raises:
        LoadError: there is none.
    """
    method, _, path = (wanted or "").partition(" ")
    if path:
        yield app.handler_source(method, path.strip())
        return
    routes = [each for each in app.iter_routes() if isinstance(each, EndpointRoute)]
    found = [each for each in routes if wanted in (None, each.path, each.path_format, each.name)]
    if not found and wanted is None:
        raise LoadError("the application has no routes")
    if not found:
        raise LoadError(f"no route has the path or the name {wanted!r}; write it as 'GET /path'")
    for route in found:
        methods = ("WEBSOCKET",) if isinstance(route, WebSocketRoute) else route.methods
        head = f"# {','.join(methods)} {route.path}: {describe(route.endpoint)}\n" if len(found) > 1 else ""
        yield head + app.handler_source(methods[0], route.path)


def findings_of(app: Bolide, app_dir: str) -> list[Finding]:
    """Return everything suspicious in *app* and the modules below *app_dir* that are imported."""
    return check_app(app, _modules_below(app_dir))


def _modules_below(directory: str) -> Iterator[ModuleType]:
    root = os.path.join(os.path.abspath(directory), "")
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if file is not None and is_users_file(file) and os.path.abspath(file).startswith(root):
            yield module


def _while_loading(error: BolideError) -> Finding:
    """Return the finding that *error* is, which stopped the import of the application's module."""
    place = place_of_mistake(error)
    file, line = place or ("", 0)
    message = str(error).replace(f" ({file}:{line})", "", 1)
    return Finding(file=file, line=line, code="B001", message=f"{message}; nothing after it was looked at")


def _as_data(finding: Finding) -> dict[str, object]:
    return {"level": finding.level, **msgspec.structs.asdict(finding)}


def _json(rows: Sequence[object]) -> str:
    return msgspec.json.format(msgspec.json.encode(rows), indent=2).decode()


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
