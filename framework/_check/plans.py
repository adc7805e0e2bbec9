"""Find what is suspicious in the plans of routes: parameters, bodies, defaults and results."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, Final

from bolide._check.findings import Finding, finding_at
from bolide._check.idle_options import idle_options
from bolide._check.scopes import undeclared_scopes
from bolide._check.source_files import FunctionNode, SourceFiles
from bolide._locations import quoted_name
from bolide._planning.plan import Call, Input, InputValue, RoutePlan, WebSocketValue
from bolide._planning.signature import NO_HINT, read_parameters, read_return_hint
from bolide._responses.response import JSONResponse
from bolide.routing import Route
from bolide.validation.adapter import Adapter
from bolide.validation.errors import ValidationError
from bolide.validation.hints import split_annotated
from bolide.validation.tree import NO_DEFAULT

__all__ = ["check_plans"]

# RFC 9110 §9.3: content of such a request has no meaning, and clients and proxies may drop it.
_WITHOUT_BODY: Final = frozenset({"GET", "HEAD", "TRACE"})

# Those of Flask and Django, and of Express.
_FOREIGN_PARAMETER: Final = re.compile(r"<(?:\w+:)?\w+>|:\w+")


def check_plans(plans: Sequence[RoutePlan], files: SourceFiles) -> Iterator[Finding]:
    """Yield what is suspicious in *plans*."""
    for plan in plans:
        yield from _foreign_parameters(plan)
        yield from _unread_path_parameters(plan)
        yield from _bodies_without_meaning(plan)
        yield from _unfitting_defaults(plan)
        yield from _forgotten_dependencies(plan)
        yield from _results(plan.route, files)
        for message in idle_options(plan):
            yield _of_endpoint(plan.route, "B106", message)
        for message in undeclared_scopes(plan):
            yield _of_endpoint(plan.route, "B114", message)
    yield from _places_that_differ(plans)


def _foreign_parameters(plan: RoutePlan) -> Iterator[Finding]:
    for segment in plan.route.path.split("/"):
        if _FOREIGN_PARAMETER.fullmatch(segment):
            message = f"{segment!r} of the path {plan.route.path!r} is text"
            yield _of_endpoint(plan.route, "B113", message)


def _unread_path_parameters(plan: RoutePlan) -> Iterator[Finding]:
    if plan.needs_request or WebSocketValue() in plan.sources:
        return  # path_params holds them all
    read = {each.wire_name for each in plan.inputs if each.location == "path"}
    others = {each.name for each in plan.inputs if each.location == "query"}
    for name in plan.path_parameters:
        if name not in read:
            close = get_close_matches(name, others, 1)
            hint = f"; parameter {close[0]!r}, which may be meant, reads the query" if close else ""
            message = f"nothing reads {name!r} of the path {plan.route.path!r}{hint}"
            yield _of_endpoint(plan.route, "B101", message)


def _bodies_without_meaning(plan: RoutePlan) -> Iterator[Finding]:
    methods = [method for method in plan.route.methods if method in _WITHOUT_BODY]
    reads = [*plan.bodies, *plan.form]
    if methods and reads:
        names = ", ".join(sorted(repr(each.name) for each in reads))
        message = f"{methods[0]} requests have no body, which {names} would be read from"
        yield _of_endpoint(plan.route, "B102", message)


def _unfitting_defaults(plan: RoutePlan) -> Iterator[Finding]:
    for call, each in _reads(plan):
        if each.default is NO_DEFAULT or each.default is None or each.is_model:
            continue
        try:
            Adapter[Any](each.tree).validate(each.default)
        except ValidationError as error:
            why = error.errors()[0]["msg"]
            message = f"{quoted_name(call.function)}: the default {each.default!r} of {each.name!r}: {why}"
            yield finding_at(call.function, "B110", message)


def _forgotten_dependencies(plan: RoutePlan) -> Iterator[Finding]:
    for call in (*plan.steps, plan.endpoint):
        is_method = call is plan.endpoint and plan.route.instance is not None
        for parameter in read_parameters(call.function, plan.route.local_names, is_method=is_method):
            for item in split_annotated(parameter.hint)[1]:
                if inspect.isfunction(item):
                    name = quoted_name(call.function)
                    message = (
                        f"{name}: {quoted_name(item)} in Annotated has no meaning for {parameter.name!r}"
                    )
                    yield finding_at(call.function, "B112", message)


def _results(route: Route, files: SourceFiles) -> Iterator[Finding]:
    if route.response_class is not None and not issubclass(route.response_class, JSONResponse):
        return
    hint = route.response_model
    if not route.declares_response_model:
        hint = read_return_hint(route.endpoint, route.local_names)
    if hint is NO_HINT:
        node = files.function(route.endpoint)
        if node is not None and _returns_value(node):
            yield _of_endpoint(route, "B105", "it has no return annotation")


def _returns_value(node: FunctionNode) -> bool:
    """Tell whether the function returns something that is not spelled None, or yields."""
    pending: list[ast.AST] = [*node.body]
    while pending:
        each = pending.pop()
        if isinstance(each, ast.Yield | ast.YieldFrom):
            return True
        if isinstance(each, ast.Return) and not _is_none(each.value):
            return True
        if not isinstance(each, FunctionNode | ast.Lambda | ast.ClassDef):
            pending.extend(ast.iter_child_nodes(each))
    return False


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _places_that_differ(plans: Sequence[RoutePlan]) -> Iterator[Finding]:
    """Yield dependencies that read a parameter of the path, which in other routes falls back to the query."""
    by_location: dict[tuple[Callable[..., Any], str], dict[str, Route]] = {}
    for plan in plans:
        for call, each in _reads(plan):
            if call is not plan.endpoint:
                seen = by_location.setdefault((call.function, each.name), {})
                seen.setdefault(each.location, plan.route)
    for (function, name), routes in by_location.items():
        if {"path", "query"} <= routes.keys():
            message = (
                f"{quoted_name(function)}: {name!r} comes from the path in {routes['path'].path!r}, "
                f"but from the query in {routes['query'].path!r}"
            )
            yield finding_at(function, "B111", message)


def _reads(plan: RoutePlan) -> Iterator[tuple[Call, Input]]:
    """Yield every call of *plan* with each of the inputs that it receives."""
    for call in (*plan.steps, plan.endpoint):
        for argument in call.arguments:
            if isinstance(argument.source, InputValue):
                yield call, plan.inputs[argument.source.index]


def _of_endpoint(route: Route, code: str, message: str) -> Finding:
    return finding_at(route.endpoint, code, f"endpoint {quoted_name(route.endpoint)}: {message}")
