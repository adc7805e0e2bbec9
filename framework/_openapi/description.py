"""Describe the application's routes in OpenAPI's terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Literal, Protocol

from bolide._openapi.documented import documented_operations, documented_webhooks, shown_plans
from bolide._openapi.mounted import join_schemes, mounted_apis
from bolide._openapi.operation_ids import operation_ids
from bolide._openapi.operations import describe_operation
from bolide._openapi.security import security_schemes
from bolide._openapi.tags import join_tags
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
    openapi_url: str | None
    openapi_version: VersionNumber
    openapi_tags: Sequence[Mapping[str, Any]] | None
    openapi_external_docs: Mapping[str, Any] | None
    separate_input_output_schemas: bool
    problem_details: bool
    compatibility: Literal["fastapi"] | None


def openapi_document(
    plans: Sequence[RoutePlan],
    app: DescribedApplication,
    *,
    routes: Iterable[Any],
    webhooks: Iterable[Any],
) -> dict[str, Any]:
    """Return the OpenAPI document of *app*.

    Args:
        plans: Those of the routes.
        app: What it says of itself.
        routes: May hold mounts that show their operations, too.
        webhooks: Routes that describe them.
    """
    info = Info(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        terms_of_service=app.terms_of_service,
        contact=app.contact,
        license_info=app.license_info,
    )
    as_fastapi = app.compatibility == "fastapi"
    apis = list(mounted_apis(app, routes))
    own = documented_operations(plans)
    operations = [*own, *(each for api in apis for each in api.operations)]
    called = documented_webhooks(webhooks)
    names = operation_ids([*operations, *called], as_fastapi=as_fastapi)
    own_schemes = security_schemes(shown_plans([*own, *called]), last_wins=as_fastapi)
    described = partial(describe_operation, operation_ids=names, problem_details=app.problem_details)
    return build_document(
        info,
        map(described, operations),
        version=app.openapi_version,
        servers=app.servers or (),
        tags=join_tags(app.openapi_tags or (), *(api.tags for api in apis)),
        external_docs=app.openapi_external_docs,
        security_schemes=join_schemes(own_schemes, apis, last_wins=as_fastapi),
        webhooks=map(described, called),
        problem_details=app.problem_details,
        merge_schemas=not app.separate_input_output_schemas,
    )
