"""Solve a route: bind its endpoint and wire its dependencies into one flat, ordered plan.

Everything recursive happens here, at start-up; the plan is a list of calls.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

from bolide._binding import BindingError, bind, is_request, split_marker
from bolide._locations import describe
from bolide._plan import Argument, Call, Input, InputValue, RequestValue, RoutePlan, StepValue
from bolide._response import JSONResponse, Response
from bolide._signature import NO_HINT, Parameter, call_kind, read_parameters, read_return_hint
from bolide._templates import PathTemplate, TemplateError, parse_template
from bolide.exceptions import RouteError
from bolide.params import Depends, Location
from bolide.routing import Route
from bolide.validation.build import build_tree
from bolide.validation.hints import TypeHintError
from bolide.validation.tree import TypeTree

__all__ = ["plan_route", "template_of"]

Overrides = Mapping[Callable[..., Any], Callable[..., Any]]
Source = InputValue | StepValue | RequestValue

# In FastAPI's order, which is also that of the errors that a client sees.
LOCATION_ORDER: Final[tuple[Location, ...]] = ("path", "query", "header", "cookie", "body")


def template_of(route: Route) -> PathTemplate:
    """Parse the path of *route*.

    Raises:
        RouteError: the path is malformed; names the endpoint.
    """
    try:
        return parse_template(route.path)
    except TemplateError as error:
        raise RouteError(f"endpoint {describe(route.endpoint)}: {error}") from error


def plan_route(route: Route, overrides: Overrides) -> RoutePlan:
    """Return the plan of *route*, with *overrides* in place of the dependencies that they replace.

    Raises:
        RouteError: the endpoint or a dependency cannot be bound, or dependencies form a cycle. The message
            names the function, its file and line.
    """
    template = template_of(route)
    solver = _Solver(route, template, overrides)
    for dependency in route.dependencies:
        solver.solve_discarded(dependency)
    endpoint = solver.call(route.endpoint, inline=route.inline)
    if endpoint.kind in ("generator", "async_generator"):
        raise RouteError(f"endpoint {describe(route.endpoint)}: generators cannot be endpoints")
    return RoutePlan(
        route=route,
        template=template.text,
        path_parameters=template.parameters,
        inputs=tuple(solver.inputs),
        steps=tuple(solver.steps),
        endpoint=endpoint,
        response_tree=_response_tree(route),
    )


class _Solver:
    """Collects the inputs and calls of one route, depth first."""

    def __init__(self, route: Route, template: PathTemplate, overrides: Overrides) -> None:
        self.inputs: list[Input] = []
        self.steps: list[Call] = []
        self._route = route
        self._template = template
        self._overrides = overrides
        self._solved: dict[Callable[..., Any], StepValue] = {}
        self._pending: list[Callable[..., Any]] = []

    def solve_discarded(self, marker: Depends) -> None:
        """Add the call of a dependency whose value nobody receives."""
        if marker.dependency is not None:  # checked at declaration
            self.solve(marker.dependency, marker)

    def solve(self, declared: Callable[..., Any], marker: Depends) -> StepValue:
        """Return where the value of a dependency stands, adding the call unless it is shared."""
        function = self._overrides.get(declared, declared)
        if function in self._pending:
            cycle = [*self._pending[self._pending.index(function) :], function]
            raise RouteError("dependency cycle: " + " -> ".join(map(describe, cycle)))
        if marker.use_cache and (known := self._solved.get(function)) is not None:
            return known
        self._pending.append(function)
        call = self.call(function, inline=marker.inline)
        self._pending.pop()
        value = StepValue(len(self.steps))
        self.steps.append(call)
        self._solved.setdefault(function, value)
        return value

    def call(self, function: Callable[..., Any], *, inline: bool) -> Call:
        """Return the call of *function*, after solving what its parameters need."""
        parameters = read_parameters(function, self._route.local_names)
        try:
            sources = self._sources(parameters)
        except BindingError as error:
            role = "dependency" if self._pending else "endpoint"
            raise RouteError(f"{role} {describe(function)}: {error}") from error
        arguments = (Argument(p.name, p.keyword_only, sources[p.name]) for p in parameters)
        kind = call_kind(function)
        return Call(function=function, kind=kind, inline=inline, arguments=tuple(arguments))

    def _sources(self, parameters: tuple[Parameter, ...]) -> dict[str, Source]:
        """Return where each parameter's value comes from; dependencies are solved before the others."""
        sources: dict[str, Source] = {}
        inputs: list[Input] = []
        for declared in parameters:
            parameter, marker = split_marker(declared)
            if isinstance(marker, Depends):
                sources[parameter.name] = self.solve(_dependency_of(parameter, marker), marker)
            elif marker is None and is_request(parameter.hint):
                sources[parameter.name] = RequestValue()
            else:
                inputs.append(bind(parameter, marker, self._template.parameters))
        for each in sorted(inputs, key=lambda i: LOCATION_ORDER.index(i.location)):
            sources[each.name] = InputValue(self._add_input(each))
        return sources

    def _add_input(self, new: Input) -> int:
        for index, known in enumerate(self.inputs):
            if known == new:
                return index
            if known.location == new.location == "body":
                raise BindingError(
                    f"parameters {known.name!r} and {new.name!r} both read the request body; at most one "
                    f"may. Embed them in one model, or make one a query parameter."
                )
        self.inputs.append(new)
        return len(self.inputs) - 1


def _dependency_of(parameter: Parameter, marker: Depends) -> Callable[..., Any]:
    if marker.dependency is not None:
        if not callable(marker.dependency):
            raise BindingError(f"parameter {parameter.name!r}: Depends() takes a callable")
        return marker.dependency
    hint: Any = parameter.hint
    if not inspect.isclass(hint):
        raise BindingError(f"parameter {parameter.name!r}: Depends() without a callable needs a class hint")
    return hint


def _response_tree(route: Route) -> TypeTree | None:
    """Return the type that filters the return value; None when there is none."""
    if route.response_class not in (None, JSONResponse) and not route.declares_response_model:
        return None
    hint = route.response_model
    if not route.declares_response_model:
        hint = read_return_hint(route.endpoint, route.local_names)
    elif hint is None:
        return None
    hint = _without_responses(hint)
    if hint is NO_HINT:
        return None
    try:
        return build_tree(hint)
    except TypeHintError as error:
        raise RouteError(f"endpoint {describe(route.endpoint)}: return type: {error}") from error


def _without_responses(hint: Any) -> Any:
    """Return *hint* without the Response classes in it, which are no models; ``NO_HINT`` when that is all."""
    options: tuple[Any, ...] = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    models = [option for option in options if not (inspect.isclass(option) and issubclass(option, Response))]
    if len(models) == len(options):
        return hint
    return Union[tuple(models)] if models else NO_HINT  # noqa: UP007 - of a computed tuple
