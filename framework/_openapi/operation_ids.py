"""Identify the operations of the OpenAPI document (OpenAPI 3.1 §4.8.10.1: unique among all).

Generated clients call their functions so: an identifier is the name of the route. Where several routes have
one name, all of them get path and method behind it, so that neither the order of routes nor a route of
another name matters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec.structs import replace

from bolide._declaring.unique_ids import generate_unique_id
from bolide._locations import describe
from bolide._openapi.documented import Documented
from bolide.exceptions import RouteError
from bolide.routing import Route

__all__ = ["operation_ids"]

_NOT_WORDS: Final = re.compile(r"\W+")


def operation_ids(operations: Sequence[Documented], *, as_fastapi: bool) -> Mapping[Documented, str]:
    """Return the identifier of each of *operations* and of their callbacks.

    A declared one is used as it is, with the method behind it when its route has several; next counts what
    the nearest ``generate_unique_id_function`` returns, or FastAPI's with *as_fastapi*.

    Raises:
        RouteError: two routes declare the same one, or a function returns the same one for both; names both
            endpoints. Or a function returned no text.
    """
    names: dict[Documented, str] = {}
    owners: dict[str, Route] = {}
    for each in operations:
        if (name := _stated(each, as_fastapi=as_fastapi)) is not None:
            names[each] = _claim(name, each, owners, as_fastapi=as_fastapi)
    _name_others([each for each in operations if each not in names], owners, names)
    for each in operations:
        _name_callbacks(each, owners, names, as_fastapi=as_fastapi)
    return names


def _stated(operation: Documented, *, as_fastapi: bool) -> str | None:
    """Return the identifier that somebody decided on, None if nobody did."""
    route, method = operation.plan.route, operation.method
    several = len(route.methods) > 1
    if route.operation_id is not None:
        return f"{route.operation_id}_{method.lower()}" if several else route.operation_id
    generate = route.layer.generate_unique_id_function or (generate_unique_id if as_fastapi else None)
    if generate is None:
        return None
    made = [_call(generate, replace(route, methods=(each,)) if several else route) for each in route.methods]
    name = made[route.methods.index(method)]
    return name if made.count(name) == 1 else f"{name}_{method.lower()}"


def _call(generate: Callable[[Any], str], route: Route) -> str:
    name: object = generate(route)
    if not isinstance(name, str):
        raise RouteError(
            f"generate_unique_id_function {describe(generate)} returned {name!r} for endpoint "
            f"{describe(route.endpoint)}; expected a text"
        )
    return name


def _claim(name: str, operation: Documented, owners: dict[str, Route], *, as_fastapi: bool) -> str:
    """Return *name* for the operation; FastAPI's are numbered where they repeat."""
    route = operation.plan.route
    owner = owners.setdefault(name, route)
    if owner is route:
        return name
    if as_fastapi and route.operation_id is None:
        name = _free_name(name, owners)
        owners[name] = route
        return name
    raise RouteError(
        f"operation id {name!r} of endpoint {describe(route.endpoint)} is already that of "
        f"endpoint {describe(owner.endpoint)}"
    )


def _name_others(
    operations: Iterable[Documented], owners: dict[str, Route], names: dict[Documented, str]
) -> None:
    """Give the operations the first name that no other one could have."""
    candidates = {each: _candidates(each) for each in operations}
    claims = Counter(name for each in candidates.values() for name in each)
    unique = {name for name, count in claims.items() if count == 1}
    for each, wanted in candidates.items():
        free = (name for name in wanted if name in unique and name not in owners)
        name = next(free, None) or _free_name(wanted[-1], {*unique, *owners})
        names[each] = name
        owners[name] = each.plan.route


def _candidates(operation: Documented) -> tuple[str, str]:
    route, method = operation.plan.route, operation.method.lower()
    name, path = _NOT_WORDS.sub("_", route.name), _NOT_WORDS.sub("_", operation.path).strip("_")
    short = f"{name}_{method}" if len(route.methods) > 1 else name
    return short, "_".join(filter(None, (name, path, method)))


def _name_callbacks(
    operation: Documented, owners: dict[str, Route], names: dict[Documented, str], *, as_fastapi: bool
) -> None:
    """Name callbacks after their operation, since one route may be called back for several."""
    for each in operation.callbacks:
        stated = _stated(each, as_fastapi=as_fastapi)
        name = _free_name(stated or f"{names[operation]}_{_candidates(each)[0]}", owners)
        names[each] = name
        owners[name] = each.plan.route
        _name_callbacks(each, owners, names, as_fastapi=as_fastapi)


def _free_name(stem: str, taken: Collection[str]) -> str:
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}_{number}"
    return name
