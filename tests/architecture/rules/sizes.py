"""Rules about how large a module, a function and a signature may grow."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Final

from tests.architecture.rules.source_tree import SourceTree

__all__ = ["EXCEPTIONS", "sizes"]

MAX_MODULE_LINES: Final = 400
MAX_FUNCTION_LINES: Final = 50
MAX_PARAMETERS: Final = 7

EXCEPTIONS: Final[Mapping[str, str]] = {
    f"validation/types/constrained.py:{name}": "the options that Pydantic's users give there"
    for name in ("condecimal", "constr")
} | {
    "validation/computed_fields.py:computed_field": "the options that Pydantic's users give there",
    "validation/types/urls.py:AnyUrl.build": "one for each part of a URL",
    "framework/_responses/response.py:Response.set_cookie": "the signature is Starlette's",
    "framework/encoders.py:jsonable_encoder": "the signature is FastAPI's",
    "framework/docs.py:get_swagger_ui_html": "the signature is FastAPI's",
    "framework/docs.py:get_redoc_html": "the signature is FastAPI's",
    "framework/docs.py:get_openapi": "the signature is FastAPI's",
    "framework/applications.py:Bolide.__init__": "FastAPI's options, each an attribute of its own",
}
"""``folder/file.py`` or ``folder/file.py:Class.function`` → why it may be larger."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def sizes(tree: SourceTree, exceptions: Mapping[str, str]) -> Iterator[str]:
    """Yield what is too large and not in *exceptions*, and the rows of *exceptions* that nothing needs."""
    needed: set[str] = set()
    for place, breach in _too_large(tree):
        needed.add(place)
        if place not in exceptions:
            yield f"{place}: {breach}"
    for place in exceptions.keys() - needed:
        yield f"{place}: is within the limits, its exception can go"


def _too_large(tree: SourceTree) -> Iterator[tuple[str, str]]:
    for module in tree.modules:
        lines = len(module.text.splitlines())
        if lines > MAX_MODULE_LINES:
            yield module.file, f"{lines} lines > {MAX_MODULE_LINES}"
        for path, function, is_method in _functions(module.syntax):
            place = f"{module.file}:{'.'.join(path)}"
            lines = _lines_without_docstring(function)
            if lines > MAX_FUNCTION_LINES:
                yield place, f"{lines} lines > {MAX_FUNCTION_LINES}"
            parameters = _count_parameters(function, is_method=is_method)
            if parameters > MAX_PARAMETERS and not _may_have_many_parameters(path, function):
                yield place, f"{parameters} parameters > {MAX_PARAMETERS}"


def _functions(
    node: ast.AST, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], _Function, bool]]:
    """Yield every function below *node*: the names that lead to it, itself, whether it is a method."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _Function):
            yield (*path, child.name), child, isinstance(node, ast.ClassDef)
        inner = (*path, child.name) if isinstance(child, _Function | ast.ClassDef) else path
        yield from _functions(child, inner)


def _lines_without_docstring(function: _Function) -> int:
    """Count from ``def`` to the end; what a docstring takes is not held against the function."""
    last = function.end_lineno or function.lineno
    first_statement = function.body[0]
    docstring = 0
    if ast.get_docstring(function, clean=False) is not None:
        docstring = (first_statement.end_lineno or first_statement.lineno) - first_statement.lineno + 1
    return last - function.lineno + 1 - docstring


def _count_parameters(function: _Function, *, is_method: bool) -> int:
    arguments = function.args
    static = any(isinstance(mark, ast.Name) and mark.id == "staticmethod" for mark in function.decorator_list)
    positional = len(arguments.posonlyargs) + len(arguments.args) - (is_method and not static)
    variadic = (arguments.vararg is not None) + (arguments.kwarg is not None)
    return positional + len(arguments.kwonlyargs) + variadic


def _may_have_many_parameters(path: tuple[str, ...], function: _Function) -> bool:
    """Tell whether *function* is a public constructor or a public decorator.

    A constructor is ``__init__``, ``__new__`` or a function with a class's name (``Field``, ``Query``);
    a decorator says so by returning a callable.
    """
    *owners, name = path
    if any(owner.startswith("_") for owner in owners):
        return False
    if name in {"__init__", "__new__"} or name[0].isupper():
        return True
    returned = "" if function.returns is None else ast.unparse(function.returns)
    return not name.startswith("_") and (returned.startswith("Callable") or returned.endswith("Decorator"))
