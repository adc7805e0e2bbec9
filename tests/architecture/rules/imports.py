"""Rules about who imports whom.

Every import counts: those inside functions and under ``TYPE_CHECKING``, and ``import_module`` with a
literal name.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

from tests.architecture.rules.source_tree import FOLDERS, Module, SourceTree

__all__ = [
    "cycles",
    "folder_names",
    "layering",
    "private_modules",
    "relative",
    "root_package",
    "sans_io",
    "third_party",
]

LAYERS: Final[Mapping[str, Set[str]]] = {
    "framework": {"openapi", "server_adapters", "validation"},
    "openapi": {"validation"},
    "server_adapters": set(),
    "validation": set(),
}
"""Folder → the other folders that it may import."""

THIRD_PARTY: Final[Mapping[str, Set[str]]] = {
    "framework": {"a2wsgi", "msgspec", "multipart", "watchfiles"},
    "openapi": set(),
    "server_adapters": {"httptools", "msgspec", "uvloop", "websockets"},
    "validation": {"msgspec", "email_validator"},
}
"""Folder → the top-level names that it may import from outside the standard library."""

SANS_IO: Final = ("server_adapters/_http1/", "server_adapters/_websocket/")
"""Protocols: bytes in, events out."""

IO: Final = frozenset({"asyncio", "selectors", "socket", "ssl", "threading", "time", "uvloop"})
"""What a protocol needs none of: transports, timers and threads are for those who call it."""

TYPE_CHECKERS_OWN: Final = "_typeshed"
"""Exists for type checkers only; the checkers refuse it outside ``TYPE_CHECKING``."""


@dataclass(frozen=True)
class _Import:
    """One imported name.

    Attributes:
        source: The module named in the statement.
        name: What ``from source import name`` asks for, else the empty string.
        level: Leading dots.
    """

    source: str
    name: str
    level: int
    line: int

    @property
    def target(self) -> str:
        return f"{self.source}.{self.name}" if self.name else self.source


def layering(tree: SourceTree) -> Iterator[str]:
    """Yield imports that point upward or sideways in ``LAYERS``."""
    for module in tree.modules:
        for found in _imports(module):
            folder = _folder_of(found.target)
            if folder is None or folder == module.folder or folder in LAYERS[module.folder]:
                continue
            yield f"{_place(module, found)} imports {found.target}: {module.folder} may not use {folder}"


def third_party(tree: SourceTree) -> Iterator[str]:
    """Yield imports from distributions that the package is not allowed to use."""
    for module in tree.modules:
        known = sys.stdlib_module_names | THIRD_PARTY[module.folder] | {"bolide", TYPE_CHECKERS_OWN}
        for found in _imports(module):
            top = found.source.partition(".")[0]
            if found.level == 0 and top not in known:
                yield f"{_place(module, found)} imports {top}: {module.folder} may not use it"


def sans_io(tree: SourceTree) -> Iterator[str]:
    """Yield imports of transports, timers and threads in the modules of a protocol."""
    for module in tree.modules:
        if not module.file.startswith(SANS_IO):
            continue
        for found in _imports(module):
            if (top := found.source.partition(".")[0]) in IO:
                yield f"{_place(module, found)} imports {top}: a protocol does no I/O"


def root_package(tree: SourceTree) -> Iterator[str]:
    """Yield imports of the root ``bolide``; inside the packages everything is imported from its home."""
    names = {module.name for module in tree.modules}
    for module in tree.modules:
        for found in _imports(module):
            if found.level == 0 and "bolide" in (found.target, _known_module(found.target, names)):
                yield f"{_place(module, found)} imports the root package: name the home module"


def relative(tree: SourceTree) -> Iterator[str]:
    """Yield relative imports."""
    for module in tree.modules:
        for found in _imports(module):
            if found.level:
                yield f"{_place(module, found)} has a relative import: write the absolute name"


def private_modules(tree: SourceTree) -> Iterator[str]:
    """Yield imports of a module whose underscore keeps it inside a package that the importer is not in."""
    names = {module.name for module in tree.modules}
    for module in tree.modules:
        for found in _imports(module):
            target = _known_module(found.target, names)
            owner = _owner_of_private(target)
            if owner is not None and not f"{module.name}.".startswith(f"{owner}."):
                yield f"{_place(module, found)} imports {target}: private to {owner}"


def cycles(tree: SourceTree) -> Iterator[str]:
    """Yield import cycles, each with the modules in the order in which they import each other.

    That a module's package is initialised before it is no import of the package by the module.
    """
    names = {module.name for module in tree.modules}
    graph = {
        module.name: {_known_module(found.target, names) for found in _imports(module)}
        & names - {module.name}
        for module in tree.modules
    }
    while (cycle := _find_cycle(graph)) is not None:
        yield "import cycle: " + " -> ".join(cycle)
        graph[cycle[0]].discard(cycle[1])


def folder_names(tree: SourceTree) -> Iterator[str]:
    """Yield imports of a package by its folder's name, which would load a second copy of it."""
    elsewhere = (module for folder in ("bench", "docs", "tests") for module in tree.modules_in(folder))
    for module in (*tree.modules, *elsewhere):
        if sys.version_info < (3, 12) and Path(module.file).name.startswith("py312_"):
            continue  # it cannot be parsed
        for found in _imports(module):
            top = found.source.partition(".")[0]
            if found.level == 0 and top in FOLDERS:
                yield f"{_place(module, found)} imports {top}: its name is {FOLDERS[top]}"


def _imports(module: Module) -> Iterator[_Import]:
    for node in ast.walk(module.syntax):
        match node:
            case ast.Import(names=aliases):
                for alias in aliases:
                    yield _Import(alias.name, "", 0, node.lineno)
            case ast.ImportFrom(module=source, names=aliases, level=level):
                for alias in aliases:
                    yield _Import(source or "", alias.name, level, node.lineno)
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(source)), *_],
            ):
                yield _Import(source.lstrip("."), "", len(source) - len(source.lstrip(".")), node.lineno)
            case _:
                pass


def _place(module: Module, found: _Import) -> str:
    return f"{module.file}:{found.line}"


def _folder_of(target: str) -> str | None:
    """Return the folder that *target* comes from, None when it is not one of the packages."""
    for folder, installed in sorted(FOLDERS.items(), key=lambda item: -len(item[1])):
        if target == installed or target.startswith(f"{installed}."):
            return folder
    return None


def _known_module(target: str, names: Set[str]) -> str:
    """Return the module that *target* names: itself, or what it is an attribute of."""
    return target if target in names else target.rpartition(".")[0]


def _owner_of_private(name: str) -> str | None:
    """Return the package that the innermost private part of *name* belongs to."""
    parts = name.split(".")
    for index in range(len(parts) - 1, 0, -1):
        if parts[index].startswith("_") and not parts[index].startswith("__"):
            return ".".join(parts[:index])
    return None


def _find_cycle(graph: Mapping[str, Set[str]]) -> list[str] | None:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        reversed_cycle: list[str] = error.args[1]
        return reversed_cycle[::-1]
    return None
