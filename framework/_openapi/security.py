"""Describe what routes ask for: their security schemes, and which of them an operation needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

from bolide._locations import describe
from bolide._planning.plan import RoutePlan
from bolide.exceptions import HTTPException, RouteError
from bolide.security.base import HeadScheme

__all__ = ["refusals", "scheme_model", "security_of", "security_schemes"]

# OpenAPI 3.1 §4.8.7: the keys of components.
_COMPONENT: Final = re.compile(r"[A-Za-z0-9._-]+")


def security_schemes(plans: Iterable[RoutePlan], *, last_wins: bool) -> dict[str, Mapping[str, Any]]:
    """Return the Security Scheme Objects of the documented routes, by name (OpenAPI 3.1 §4.8.27).

    Of different schemes with one name the last is described with *last_wins*, as FastAPI does.

    Raises:
        RouteError: two schemes of one name are not the same, or a name is none of a component; names the
            schemes, and an endpoint of each.
    """
    found: dict[str, tuple[Mapping[str, Any], object, RoutePlan]] = {}
    for plan in plans:
        for use in plan.security if plan.route.include_in_schema else ():
            if (model := scheme_model(use.scheme)) is None:
                continue
            name: str = use.scheme.scheme_name
            if _COMPONENT.fullmatch(name) is None:
                raise RouteError(
                    f"security scheme {use.scheme!r} of endpoint {describe(plan.route.endpoint)} is called "
                    f"{name!r}; a scheme_name has letters, digits, '.', '-' and '_' only",
                    function=plan.route.endpoint,
                )
            known, scheme, owner = found.setdefault(name, (model, use.scheme, plan))
            if known == model:
                continue
            if not last_wins:
                raise RouteError(
                    f"security scheme {use.scheme!r} of endpoint {describe(plan.route.endpoint)} and "
                    f"{scheme!r} of endpoint {describe(owner.route.endpoint)} differ, but both are called "
                    f"{name!r} in the document; give one of them another scheme_name",
                    function=plan.route.endpoint,
                )
            found[name] = (model, use.scheme, plan)
    return {name: model for name, (model, _, _) in found.items()}


def security_of(plan: RoutePlan) -> tuple[Mapping[str, tuple[str, ...]], ...]:
    """Return the Security Requirement Objects of *plan*: alternatives (OpenAPI 3.1 §4.8.30).

    Schemes that refuse a request without their credentials are needed together. Those with
    ``auto_error=False`` are alternatives to each other.
    """
    scopes: dict[str, tuple[str, ...]] = {}
    needed: set[str] = set()
    for use in plan.security:
        if scheme_model(use.scheme) is not None:
            name: str = use.scheme.scheme_name
            scopes[name] = tuple(dict.fromkeys((*scopes.get(name, ()), *use.scopes)))
            if getattr(use.scheme, "auto_error", True):
                needed.add(name)
    together = {name: scopes[name] for name in scopes if name in needed}
    alternatives = [{**together, name: scopes[name]} for name in scopes if name not in needed]
    return (together, *alternatives) if together else tuple(alternatives)


def refusals(plan: RoutePlan) -> Iterator[HTTPException]:
    """Yield the errors by which the schemes of *plan* refuse a request.

    Those of statuses that the route or its layers describe are left out, and those whose class has no status.
    """
    described = {str(status) for status in plan.route.layer.responses}
    for use in plan.security:
        if isinstance(use.scheme, HeadScheme):
            error = use.scheme.make_not_authenticated_error()
            status = getattr(type(error), "status_code", None)
            if status is not None and str(status) not in described:
                yield error


def scheme_model(scheme: Any) -> Mapping[str, Any] | None:
    """Return the Security Scheme Object of *scheme*; None if it has none, and stands in no document."""
    model: Any = getattr(scheme, "model", None)
    if model is None or isinstance(model, Mapping):
        return cast("Mapping[str, Any] | None", model)
    if hasattr(model, "to_json"):  # of bolide.openapi.models
        written: dict[str, Any] = model.to_json()
    else:  # a scheme of FastAPI has a model of Pydantic's
        written = model.model_dump(mode="json", by_alias=True, exclude_none=True)
    return written
