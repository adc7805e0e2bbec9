"""Describe the application's routes in OpenAPI's terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Literal, Protocol

from bolide._openapi.documented import documented_operations, documented_webhooks, shown_plans
from bolide._openapi.operation_ids import operation_ids
from bolide._openapi.operations import describe_operation
from bolide._openapi.security import security_schemes
from bolide._planning.plan import RoutePlan
from bolide.openapi.description import Info
from bolide.openapi.document import build_document
from bolide.openapi.versions import VersionNumber

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
    openapi_version: VersionNumber
    openapi_tags: Sequence[Mapping[str, Any]] | None
    openapi_external_docs: Mapping[str, Any] | None
    separate_input_output_schemas: bool
    problem_details: bool
    compatibility: Literal["fastapi"] | None


def openapi_document(
    plans: Sequence[RoutePlan], app: DescribedApplication, webhooks: Iterable[Any]
) -> dict[str, Any]:
    """Return the OpenAPI document of the routes of *app*; *webhooks* are routes, too."""
    info = Info(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        terms_of_service=app.terms_of_service,
        contact=app.contact,
        license_info=app.license_info,
    )
    operations = documented_operations(plans)
    called = documented_webhooks(webhooks)
    names = operation_ids([*operations, *called], as_fastapi=app.compatibility == "fastapi")
    described = partial(describe_operation, operation_ids=names, problem_details=app.problem_details)
    return build_document(
        info,
        map(described, operations),
        version=app.openapi_version,
        servers=app.servers or (),
        tags=app.openapi_tags or (),
        external_docs=app.openapi_external_docs,
        security_schemes=security_schemes(shown_plans([*operations, *called])),
        webhooks=map(described, called),
        problem_details=app.problem_details,
        merge_schemas=not app.separate_input_output_schemas,
    )
