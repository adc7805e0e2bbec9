"""Rules about the lazy public names of the root package.

``framework/__init__.py`` names each public object three times: in ``_EXPORTS`` (name → home module) for
the running program, under ``TYPE_CHECKING`` for type checkers and editors, and in ``__all__``. Of its own
it has ``__version__``, which the metadata repeat.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Sequence
from typing import Final

from tests.architecture.rules.source_tree import SourceTree

__all__ = ["imports_nothing", "same_names", "same_version"]

FILE: Final = "framework/__init__.py"
VERSION: Final = "__version__"
AT_RUN_TIME: Final = frozenset({"__future__", "importlib", "typing"})


def same_names(tree: SourceTree) -> Iterator[str]:
    """Yield names that the three lists do not agree about."""
    body = _body(tree)
    exports, public = _value(body, "_EXPORTS"), _value(body, "__all__")
    if not isinstance(exports, ast.Dict):
        yield f"{FILE}: _EXPORTS is no literal dict"
        return
    if not isinstance(public, ast.List):
        yield f"{FILE}: __all__ is no literal list"
        return
    table = dict(zip(map(_string, exports.keys), map(_string, exports.values), strict=True))
    typed = dict(_typed_names(body))
    for name in sorted(table.keys() | typed.keys()):
        if table.get(name) != typed.get(name):
            yield f"{FILE}: {name} is {table.get(name)} in _EXPORTS, {typed.get(name)} under TYPE_CHECKING"
    for name in sorted(table.keys() ^ set(map(_string, public.elts)) - {VERSION}):
        yield f"{FILE}: {name} stands in only one of _EXPORTS and __all__"


def same_version(tree: SourceTree) -> Iterator[str]:
    """Yield a breach when the version is not the one in pyproject.toml."""
    version = _string(_value(_body(tree), VERSION))
    project = tomllib.loads((tree.root / "pyproject.toml").read_text())["project"]
    if version != project["version"]:
        yield f"{FILE}: version {version}, in pyproject.toml {project['version']}"


def imports_nothing(tree: SourceTree) -> Iterator[str]:
    """Yield modules that importing the root package would load with it."""
    for node in _body(tree):
        names: list[str] = []
        match node:
            case ast.Import(names=aliases):
                names = [alias.name for alias in aliases]
            case ast.ImportFrom(module=str(source)):
                names = [source]
            case _:
                pass
        for name in names:
            if name not in AT_RUN_TIME:
                yield f"{FILE}:{node.lineno} imports {name} at run time"


def _body(tree: SourceTree) -> Sequence[ast.stmt]:
    (module,) = (module for module in tree.modules if module.file == FILE)
    return module.syntax.body


def _value(body: Sequence[ast.stmt], name: str) -> ast.expr | None:
    """Return the expression that *name* is set to, None when it is not set."""
    for node in body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=found)], value=value)
                | ast.AnnAssign(target=ast.Name(id=found), value=value)
            ) if found == name:
                return value
            case _:
                pass
    return None


def _string(node: ast.expr | None) -> str:
    """Return the text that *node* stands for, its source when it is computed."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case None:
            return "nothing"
        case _:
            return ast.unparse(node)


def _typed_names(body: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Yield each name imported under ``TYPE_CHECKING``, with its module."""
    for node in body:
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING"), body=block):
                for statement in block:
                    if isinstance(statement, ast.ImportFrom):
                        for alias in statement.names:
                            yield alias.asname or alias.name, statement.module or ""
            case _:
                pass
