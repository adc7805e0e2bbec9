"""Describe the application's routes in OpenAPI's terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from bolide._openapi.operation_ids import operation_ids
from bolide._openapi.operations import describe_operation
from bolide._openapi.security import security_schemes
from bolide._planning.plan import RoutePlan
from bolide.openapi.description import Info, Operation
from bolide.openapi.document import build_document

__all__ = ["openapi_document"]


class DescribedApplication(Protocol):
    """What the document says of the application itself; attributes are those of :class:`~bolide.Bolide`."""

    title: str
    version: str
    summary: str | None
    description: str | None
    terms_of_service: str | None
    contact: Mapping[str, Any] | None
    license_info: Mapping[str, Any] | None
    servers: Sequence[Mapping[str, Any]] | None
    openapi_tags: Sequence[Mapping[str, Any]] | None
    openapi_external_docs: Mapping[str, Any] | None
    problem_details: bool


def openapi_document(plans: Sequence[RoutePlan], app: DescribedApplication) -> dict[str, Any]:
    """Return the OpenAPI document of the routes of *app*."""
    info = Info(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        terms_of_service=app.terms_of_service,
        contact=app.contact,
        license_info=app.license_info,
    )
    return build_document(
        info,
        _operations(plans, app),
        servers=app.servers or (),
        tags=app.openapi_tags or (),
        external_docs=app.openapi_external_docs,
        security_schemes=security_schemes(plans),
        problem_details=app.problem_details,
    )


def _operations(plans: Sequence[RoutePlan], app: DescribedApplication) -> Iterator[Operation]:
    """Yield one operation per route and method, those with ``include_in_schema=False`` left out."""
    names = operation_ids(plans)
    for plan in plans:
        if plan.route.include_in_schema:
            for method in plan.route.methods:
                operation_id = names[plan.route.path, method]
                yield describe_operation(plan, method, operation_id, problem_details=app.problem_details)
