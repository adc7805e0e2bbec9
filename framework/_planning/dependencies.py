"""Solve a route: bind its endpoint and wire its dependencies into one flat, ordered plan.

Everything recursive happens here, at start-up; the plan is a list of calls.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from bolide._locations import describe
from bolide._planning.bodies import check_bodies
from bolide._planning.form_documents import strict_documents
from bolide._planning.markers import BindingError
from bolide._planning.order import put_security_first
from bolide._planning.plan import (
    AppDependency,
    AppValue,
    Argument,
    Call,
    ConstantValue,
    Input,
    InputValue,
    RoutePlan,
    SecurityUse,
    Source,
    StepValue,
)
from bolide._planning.providers import Dependency, Provider, ProviderReader, key_of
from bolide._planning.received import NeedsScopes
from bolide._planning.results import read_result
from bolide._routing.templates import PathTemplate, TemplateError, parse_template
from bolide._scopes.injection import Injection
from bolide.concurrency import is_inline
from bolide.exceptions import RouteError
from bolide.params import Depends, Location
from bolide.routing import Route
from bolide.security.base import SecurityBase
from bolide.security.scopes import SecurityScopes

__all__ = ["plan_injection", "plan_route", "template_of"]

# In FastAPI's order, which is also that of the errors that a client sees.
LOCATION_ORDER: Final[tuple[Location, ...]] = ("path", "query", "header", "cookie", "body", "form")


def template_of(route: Route) -> PathTemplate:
    """Parse the path of *route*.

    Raises:
        RouteError: the path is malformed; names the endpoint.
    """
    try:
        return parse_template(route.path)
    except TemplateError as error:
        raise RouteError(f"endpoint {describe(route.endpoint)}: {error}", code="B005") from error


def plan_route(
    route: Route,
    overrides: Mapping[Callable[..., Any], Callable[..., Any]],
    template: PathTemplate | None = None,
    *,
    is_websocket: bool = False,
) -> RoutePlan:
    """Return the plan of *route*, with *overrides* in place of the dependencies that they replace.

    *template* stands for the route's path if given, *is_websocket* tells that *route* stands for a WebSocket
    route.

    Raises:
        RouteError: the endpoint or a dependency cannot be bound, or dependencies form a cycle. The message
            names the function, its file and line.
    """
    template = template or template_of(route)
    reader = ProviderReader(route.local_names, template, overrides, is_websocket=is_websocket)
    solver = _Solver()
    try:
        for marker in route.dependencies:
            if marker.dependency is not None:  # checked at declaration
                solver.solve(reader.dependency(marker.dependency, marker), ())
        endpoint = reader.endpoint(route.endpoint, route.instance)
        call = solver.call(endpoint, ())
    except BindingError as error:  # of a dependency that no parameter receives
        raise RouteError(f"endpoint {describe(route.endpoint)}: {error}", code=error.code) from error
    except RecursionError:
        raise _too_deep(f"endpoint {describe(route.endpoint)}") from None
    if route.inline:
        endpoint.check_inline()
        call = replace(call, inline=True)
    result = read_result(route, endpoint.kind)
    exact = bool(route.layer.strict)
    plan = RoutePlan(
        route=route,
        template=template.text,
        path_parameters=template.parameters,
        inputs=tuple(map(_exact, solver.inputs) if exact else solver.inputs),
        steps=tuple(solver.steps),
        endpoint=call,
        app_dependencies=tuple(solver.app_dependencies.values()),
        security=(*_security_of_guards(route), *solver.security),
        response_tree=result.tree,
        stream=result.stream,
        statuses=result.statuses,
        convertors=template.convertors,
    )
    return put_security_first(plan, solver.secure)


def _exact(each: Input) -> Input:
    tree = strict_documents(each.tree) if each.location == "form" else each.tree
    return replace(each, exact=True, tree=tree)


def plan_injection(
    marker: Depends, app: Any, overrides: Mapping[Callable[..., Any], Callable[..., Any]]
) -> Injection:
    """Return what makes the value of a dependency outside of requests.

    Raises:
        RouteError: it cannot be bound, or needs what only a request has.
    """
    if not callable(marker.dependency):
        raise RouteError(f"app.dependency() takes a callable or Depends(callable), not {marker.dependency!r}")
    solver = _Solver()
    try:
        dependency = ProviderReader({}, None, overrides).dependency(marker.dependency, marker)
        result = solver.solve(dependency, ())
    except BindingError as error:
        raise RouteError(str(error), code=error.code) from error
    except RecursionError:
        raise _too_deep(f"dependency {describe(marker.dependency)}") from None
    return Injection(app, marker.dependency, inputs=solver.inputs, steps=solver.steps, result=result)


def _too_deep(what: str) -> RouteError:
    return RouteError(
        f"{what}: its dependencies need one another in a chain that is longer than Python's stack is deep"
        f" ({sys.getrecursionlimit()} calls); shorten it, or raise sys.setrecursionlimit()",
        code="B007",
    )


class _Solver:
    """Collects the inputs and calls of one route, depth first.

    Attributes:
        secure: Indexes of the steps that contain a security scheme.
        security: The schemes themselves.
        app_dependencies: Those with ``scope="app"``, after those that they need.
    """

    def __init__(self) -> None:
        self.inputs: list[Input] = []
        self.steps: list[Call] = []
        self.secure: set[int] = set()
        self.security: list[SecurityUse] = []
        self._solved: dict[object, StepValue] = {}
        self.app_dependencies: dict[Provider, AppDependency] = {}

    def solve(self, dependency: Dependency, scopes: tuple[str, ...]) -> StepValue | AppValue:
        """Return where the value of *dependency* stands, adding its call unless it is shared.

        *scopes* are the security scopes above it.
        """
        if dependency.scope == "app":
            return AppValue(self._solve_for_app(dependency))
        scopes = tuple(dict.fromkeys((*scopes, *dependency.own_scopes)))
        # What is shared per request is FastAPI's: the callable with what else its value depends on.
        key = (
            key_of(dependency.declared),
            frozenset(scopes) if dependency.uses_scopes else None,
            dependency.scope,
        )
        marker = dependency.marker
        if marker.use_cache and (known := self._solved.get(key)) is not None:
            return known
        if dependency.provider.scheme is not None:
            self.security.append(SecurityUse(dependency.provider.scheme, scopes))
        call = self.call(dependency.provider, scopes)
        call = replace(
            call,
            inline=call.inline or marker.inline,
            scope="function" if dependency.scope == "function" else "request",
            limit=marker.limit,
        )
        value = StepValue(len(self.steps))
        self.steps.append(call)
        if dependency.is_secure:
            self.secure.add(value.index)
        self._solved.setdefault(key, value)
        return value

    def call(self, provider: Provider, scopes: tuple[str, ...]) -> Call:
        """Return the call of *provider*, after solving what its parameters need: dependencies first."""
        sources: dict[str, Source] = {}
        inputs: dict[str, Input] = {}
        for name, received in provider.received.items():
            if isinstance(received, Dependency):
                sources[name] = self.solve(received, scopes)
            elif isinstance(received, Input):
                inputs[name] = received
            elif isinstance(received, NeedsScopes):
                sources[name] = ConstantValue(SecurityScopes(scopes))
            else:
                sources[name] = received
        for name, each in sorted(inputs.items(), key=lambda item: LOCATION_ORDER.index(item[1].location)):
            sources[name] = InputValue(self._add_input(each, provider))
        return _call(provider, sources)

    def _solve_for_app(self, dependency: Dependency) -> AppDependency:
        provider = dependency.provider
        known = self.app_dependencies.get(provider)
        if known is None:
            needed = zip(provider.received, provider.dependencies, strict=True)
            made = {name: self._solve_for_app(each) for name, each in needed}
            call = _call(provider, {name: AppValue(each) for name, each in made.items()})
            # With what it needs: an override of that makes another value.
            key = key_of(provider.function)
            key = (key, *(each.key for each in made.values())) if made else key
            known = AppDependency(key, replace(call, inline=call.inline or dependency.marker.inline))
            self.app_dependencies[provider] = known
        return known

    def _add_input(self, new: Input, provider: Provider) -> int:
        for index, known in enumerate(self.inputs):
            if known == new:
                return index
            if (conflict := check_bodies(known, new)) is not None:
                raise RouteError(f"{provider}: {conflict}", code="B006", function=provider.function)
        self.inputs.append(new)
        return len(self.inputs) - 1


def _security_of_guards(route: Route) -> Iterator[SecurityUse]:
    guards: Sequence[object] = route.layer.guards
    for guard in guards:
        if isinstance(guard, SecurityBase):
            yield SecurityUse(guard, ())


def _call(provider: Provider, sources: Mapping[str, Source]) -> Call:
    return Call(
        function=provider.function,
        kind=provider.kind,
        inline=is_inline(provider.function),
        arguments=tuple(Argument(p.name, p.keyword_only, sources[p.name]) for p in provider.parameters),
    )
