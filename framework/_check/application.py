"""Find what is wrong with an application, all at once: ``bolide check``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import ModuleType

from bolide._check.declarations import Declared, read_declarations
from bolide._check.findings import Finding
from bolide._check.functions import check_functions
from bolide._check.plans import check_plans
from bolide._check.reach import check_reach, check_routers
from bolide._check.schemes import check_schemes
from bolide._check.source_files import SourceFiles
from bolide._declaring.mounts import Host, Mount
from bolide.applications import Bolide

__all__ = ["check_app"]


def check_app(app: Bolide, modules: Iterable[ModuleType] = ()) -> list[Finding]:
    """Return everything suspicious in *app* and in the applications mounted in it, sorted by place.

    Args:
        app: Its routes are compiled, nothing is started.
        modules: Where routers are looked for that are not included anywhere.
    """
    files = SourceFiles()
    found: set[Finding] = set()
    apps = list(_applications(app, []))
    for each in apps:
        declared = read_declarations(each)
        found.update(declared.errors)
        found.update(_suspicions(declared, files))
    found.update(check_routers(modules, apps, files))
    return sorted(each for each in found if not files.silences(each))


def _suspicions(declared: Declared, files: SourceFiles) -> Iterator[Finding]:
    yield from check_plans(declared.plans, files)
    yield from check_functions(declared.plans, declared.app, files)
    yield from check_reach(declared.app)
    if declared.app.compatibility == "fastapi":
        yield from check_schemes(declared.plans)


def _applications(app: Bolide, seen: list[Bolide]) -> Iterator[Bolide]:
    """Yield *app* and those that are mounted in it, each once."""
    if any(app is known for known in seen):
        return
    seen.append(app)
    yield app
    for route in app.iter_routes():
        if isinstance(route, Mount | Host) and isinstance(route.app, Bolide):
            yield from _applications(route.app, seen)
