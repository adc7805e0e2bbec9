"""Identify the operations of the OpenAPI document (OpenAPI 3.1 §4.8.10.1: unique among all)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final

from bolide._locations import describe
from bolide._planning.plan import RoutePlan
from bolide.exceptions import RouteError
from bolide.routing import Route

__all__ = ["operation_ids"]

_NOT_A_WORD: Final = re.compile(r"\W")


def operation_ids(plans: Iterable[RoutePlan]) -> dict[tuple[str, str], str]:
    """Return the identifier of each documented operation, by the route's path and the method.

    A declared one is used as it is, with the method behind it when its route has several. The others are
    FastAPI's, numbered where they would repeat.

    Raises:
        RouteError: two routes declare the same one; names both endpoints. Or a function returned no text.
    """
    documented = [plan for plan in plans if plan.route.include_in_schema]
    owners: dict[str, Route] = {}
    names: dict[tuple[str, str], str] = {}
    for plan in documented:
        for name, method in _declared(plan.route):
            if (owner := owners.setdefault(name, plan.route)) is not plan.route:
                raise RouteError(
                    f"operation id {name!r} of endpoint {describe(plan.route.endpoint)} is already that of "
                    f"endpoint {describe(owner.endpoint)}"
                )
            names[plan.route.path, method] = name
    for plan in documented:
        for method in plan.route.methods:
            if (key := (plan.route.path, method)) not in names:
                names[key] = _free_name(_derived(plan, method), owners)
                owners[names[key]] = plan.route
    return names


def _declared(route: Route) -> list[tuple[str, str]]:
    """Return the declared identifier of each method of *route*, if there is one."""
    if route.operation_id is None:
        return []
    if len(route.methods) == 1:
        return [(route.operation_id, route.methods[0])]
    return [(f"{route.operation_id}_{method.lower()}", method) for method in route.methods]


def _derived(plan: RoutePlan, method: str) -> str:
    """Return what the nearest ``generate_unique_id_function`` says, FastAPI's identifier without one."""
    generate = plan.route.layer.generate_unique_id_function
    if generate is not None:
        name: object = generate(plan.route)
        if not isinstance(name, str):
            raise RouteError(
                f"generate_unique_id_function {describe(generate)} returned {name!r} for endpoint "
                f"{describe(plan.route.endpoint)}; expected a text"
            )
        return name
    return _NOT_A_WORD.sub("_", f"{plan.route.name}{plan.template}_{method.lower()}")


def _free_name(stem: str, taken: Collection[str]) -> str:
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}_{number}"
    return name
