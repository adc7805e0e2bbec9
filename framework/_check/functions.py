"""Find what is suspicious in the source of endpoints, dependencies, guards, handlers and middleware."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import is_dataclass
from typing import Any, Final

from bolide._check.blocking import instead_of
from bolide._check.called_names import UNKNOWN, calls_of, object_of, qualified_name
from bolide._check.findings import Finding, finding_at
from bolide._check.source_files import FunctionNode, SourceFiles
from bolide._declaring.layers import Layer
from bolide._locations import locate, quoted_name
from bolide._planning.plan import Call, RoutePlan
from bolide._responses.response import Response
from bolide.applications import Bolide
from bolide.concurrency import is_inline
from bolide.middleware import Middleware
from bolide.validation.model import Model

__all__ = ["check_functions"]

# Methods of pathlib.Path; the same names of async libraries are awaited.
_BLOCKING_METHODS: Final = frozenset({"read_bytes", "read_text", "write_bytes", "write_text"})

# Of builtins.
_NEVER_WAITS: Final = frozenset(
    {
        "abs",
        "bool",
        "dict",
        "float",
        "int",
        "isinstance",
        "len",
        "list",
        "max",
        "min",
        "range",
        "repr",
        "round",
    }
    | {"set", "sorted", "str", "sum", "tuple", "zip"}
)


def check_functions(plans: Sequence[RoutePlan], app: Bolide, files: SourceFiles) -> Iterator[Finding]:
    """Yield what is suspicious in every function that serves *plans*, or stands around the whole of *app*."""
    calls = {id(call.function): call for plan in plans for call in (*plan.steps, plan.endpoint)}
    for call in calls.values():
        function = _body_of(call.function)
        if (node := files.function(function)) is not None:
            yield from _check(function, node, inline=call.inline)
            if function is call.function:
                yield from _needless_threads(call, node)
    around = [function for plan in plans for function in _around(plan.route.layer)]
    around.extend(_of_middleware(app.user_middleware))
    around.extend(app.exception_handlers.values())
    for function in {id(each): each for each in around}.values():
        if (node := files.function(function)) is not None:
            yield from _check(function, node, inline=is_inline(function))


def _body_of(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return what runs when *function* is called: of a class the constructor, where it has one."""
    constructor = vars(function).get("__init__") if inspect.isclass(function) else None
    return constructor if inspect.isfunction(constructor) else function


def _check(function: Callable[..., Any], node: FunctionNode, *, inline: bool) -> Iterator[Finding]:
    if isinstance(node, ast.AsyncFunctionDef):
        yield from _blocking_calls(function, node)
        yield from _forgotten_awaits(function, node)
    elif inline:
        yield from _blocking_calls(function, node)


def _blocking_calls(function: Callable[..., Any], node: FunctionNode) -> Iterator[Finding]:
    is_async = isinstance(node, ast.AsyncFunctionDef)
    for call, parent in calls_of(node):
        if isinstance(parent, ast.Await):
            continue
        instead = _instead_of(call, node, function)
        if instead is not None:
            shown = f"{ast.unparse(call.func)}()"
            reason, advice = (
                ("is async", f"use {instead}") if is_async else ("runs inline", "run it in a thread")
            )
            message = f"{quoted_name(function)} {reason}, and {shown} blocks the event loop; {advice}"
            yield _in_body(function, call, "B103", message)


def _instead_of(call: ast.Call, node: FunctionNode, function: Callable[..., Any]) -> str | None:
    """Return what to use instead of *call*, None when it is not known to block."""
    called = object_of(call.func, node, function)
    if called is UNKNOWN:
        is_method = isinstance(call.func, ast.Attribute) and call.func.attr in _BLOCKING_METHODS
        return "run_in_threadpool()" if is_method else None
    if inspect.iscoroutinefunction(called):
        return None
    return instead_of(qualified_name(called))


def _forgotten_awaits(function: Callable[..., Any], node: FunctionNode) -> Iterator[Finding]:
    for call, parent in calls_of(node):
        if not isinstance(parent, ast.Expr):
            continue  # what becomes of its value is not known
        if inspect.iscoroutinefunction(object_of(call.func, node, function)):
            message = f"{quoted_name(function)} calls {ast.unparse(call.func)}() without await"
            yield _in_body(function, call, "B104", message)


def _needless_threads(call: Call, node: FunctionNode) -> Iterator[Finding]:
    if call.kind != "sync" or call.inline or not isinstance(node, ast.FunctionDef):
        return
    loops = (ast.For, ast.While, ast.comprehension, ast.With)
    if any(isinstance(each, loops) for each in ast.walk(node)):
        return
    if all(_never_waits(object_of(each.func, node, call.function)) for each, _ in calls_of(node)):
        message = f"{quoted_name(call.function)} runs in a thread, but nothing in it can wait"
        yield finding_at(call.function, "B109", message)


def _never_waits(called: object) -> bool:
    """Tell whether a call of *called* only computes: it is simple, or makes a record."""
    module, _, name = qualified_name(called).rpartition(".")
    if module == "builtins" and name in _NEVER_WAITS:
        return True
    records = (Model, Response, BaseException)
    return inspect.isclass(called) and (is_dataclass(called) or issubclass(called, records))


def _around(layer: Layer) -> Iterator[Callable[..., Any]]:
    yield from layer.guards
    yield from (handler for table in layer.exception_handlers for handler in table.values())
    yield from _of_middleware(layer.middleware)


def _of_middleware(declared: Sequence[Middleware | Callable[..., Any]]) -> Iterator[Callable[..., Any]]:
    """Yield the functions that *declared* consists of: themselves, or methods and options of classes."""
    for each in declared:
        if not isinstance(each, Middleware):
            yield each
            continue
        candidates: list[Any] = [each.cls, each.kwargs.get("dispatch")]
        if inspect.isclass(each.cls):
            candidates += [vars(each.cls).get(name) for name in ("__call__", "handle_websocket", "dispatch")]
        yield from filter(inspect.isfunction, candidates)


def _in_body(function: Callable[..., Any], call: ast.Call, code: str, message: str) -> Finding:
    file, _ = locate(function) or ("", 0)
    return Finding(file=file, line=call.lineno, code=code, message=message)
