"""Resolve what the calls in a function's source refer to, as far as that is certain without running it."""

from __future__ import annotations

import ast
import builtins
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from importlib.util import resolve_name
from types import ModuleType
from typing import Any, Final

from bolide._check.blocking import PACKAGES
from bolide._check.source_files import FunctionNode
from bolide._locations import unwrap

__all__ = ["UNKNOWN", "calls_of", "object_of", "qualified_name"]

UNKNOWN: Final = object()
"""What a name refers to that is local, or the result of something."""

_SCOPES = FunctionNode | ast.Lambda | ast.ClassDef


def calls_of(node: FunctionNode) -> Iterator[tuple[ast.Call, ast.AST]]:
    """Yield each call of *node* itself, not of functions inside of it, with what the call stands in."""
    pending: list[tuple[ast.AST, ast.AST]] = [(statement, node) for statement in reversed(node.body)]
    while pending:
        each, parent = pending.pop()
        if isinstance(each, ast.Call):
            yield each, parent
        if not isinstance(each, _SCOPES):
            pending.extend((child, each) for child in reversed(list(ast.iter_child_nodes(each))))


def object_of(expression: ast.expr, node: FunctionNode, function: Callable[..., Any]) -> object:
    """Return what *expression* in the body of *function* refers to.

    A name, attributes of modules, methods of ``self``; ``UNKNOWN`` for everything else.
    """
    if isinstance(expression, ast.Attribute):
        if (owner := _class_of_self(expression.value, node, function)) is not None:
            return getattr(owner, expression.attr, UNKNOWN)
        module = object_of(expression.value, node, function)
        if isinstance(module, ModuleType):
            return getattr(module, expression.attr, UNKNOWN)
        return UNKNOWN
    if not isinstance(expression, ast.Name) or expression.id in _local_names(node):
        return UNKNOWN
    for names in (_imported_names(node, function), *_names_around(function)):
        if expression.id in names:
            return names[expression.id]
    return UNKNOWN


def _class_of_self(
    expression: ast.expr, node: FunctionNode, function: Callable[..., Any]
) -> type[Any] | None:
    """Return the class in which the method *function* is defined, if *expression* is its first argument."""
    target = inspect.unwrap(unwrap(function))
    target = getattr(target, "__func__", target)
    first = node.args.args[0].arg if node.args.args else None
    if not inspect.isfunction(target) or not isinstance(expression, ast.Name) or expression.id != first:
        return None
    found: object = None
    names: Mapping[str, Any] = target.__globals__
    for name in target.__qualname__.split(".")[:-1]:
        found = names.get(name)
        if not inspect.isclass(found):
            return None
        names = vars(found)
    return found if inspect.isclass(found) else None


def qualified_name(called: object) -> str:
    """Return ``module.name`` of a function or class, "" of anything else."""
    module, name = getattr(called, "__module__", None), getattr(called, "__qualname__", None)
    return f"{module}.{name}" if isinstance(module, str) and isinstance(name, str) else ""


def _local_names(node: FunctionNode) -> set[str]:
    """Return the parameters of *node* and the names that it binds itself."""
    arguments = node.args
    declared = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    names = {each.arg for each in declared if each is not None}
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            names.add(each.id)
    return names


def _imported_names(node: FunctionNode, function: Callable[..., Any]) -> dict[str, object]:
    """Return what the imports in the body of *node* bind, ``UNKNOWN`` where finding out would import more."""
    names: dict[str, object] = {}
    for each in ast.walk(node):
        if isinstance(each, ast.Import):
            for alias in each.names:
                bound = alias.name if alias.asname else alias.name.partition(".")[0]
                loaded = _module(alias.name)
                names[alias.asname or bound] = loaded if loaded is UNKNOWN else _module(bound)
        elif isinstance(each, ast.ImportFrom):
            module = _module("." * each.level + (each.module or ""), function)
            for alias in each.names:
                names[alias.asname or alias.name] = getattr(module, alias.name, UNKNOWN)
    return names


def _module(name: str, function: Callable[..., Any] | None = None) -> object:
    """Return the module *name* if it is imported, or one whose import does nothing else."""
    if name.startswith("."):
        package = getattr(unwrap(function), "__globals__", {}).get("__package__") if function else None
        name = resolve_name(name, package) if package else ""
    top = name.partition(".")[0]
    if name not in sys.modules and (top in sys.stdlib_module_names or top in PACKAGES):
        with suppress(ImportError):
            import_module(name)
    return sys.modules.get(name, UNKNOWN)


def _names_around(function: Callable[..., Any]) -> list[Mapping[str, Any]]:
    target = inspect.unwrap(unwrap(function))
    target = getattr(target, "__func__", target)
    if not inspect.isfunction(target):
        return []
    known = inspect.getclosurevars(target)
    return [known.nonlocals, target.__globals__, vars(builtins)]
