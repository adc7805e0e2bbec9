"""Describe the application's routes in OpenAPI's terms."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Protocol

from bolide._locations import unwrap
from bolide._openapi.inputs import offered_media_types, parameters_of, request_body_of
from bolide._openapi.operation_ids import operation_ids
from bolide._openapi.responses import declared_responses, raised_responses
from bolide._planning.plan import RoutePlan
from bolide._responses.response import JSONResponse, forbids_body
from bolide._responses.response import Response as HttpResponse
from bolide.openapi.description import Info, Operation, Response
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
        problem_details=app.problem_details,
    )


def _operations(plans: Sequence[RoutePlan], app: DescribedApplication) -> Iterator[Operation]:
    """Yield one operation per route and method, those with ``include_in_schema=False`` left out."""
    names = operation_ids(plans)
    for plan in plans:
        if plan.route.include_in_schema:
            for method in plan.route.methods:
                yield _operation(plan, method, names[plan.route.path, method], app)


def _operation(plan: RoutePlan, method: str, operation_id: str, app: DescribedApplication) -> Operation:
    route = plan.route
    raised = raised_responses(plan, problem_details=app.problem_details)
    return Operation(
        path=plan.template,
        method=method.lower(),
        operation_id=operation_id,
        responses=(*_responses(plan), *declared_responses(plan), *raised),
        parameters=tuple(parameters_of(plan)),
        request_body=request_body_of(plan, operation_id),
        tags=tuple(dict.fromkeys(route.tags)),
        summary=route.summary or route.name.replace("_", " ").title(),
        description=route.description or inspect.getdoc(unwrap(route.endpoint)),
        deprecated=route.deprecated,
        extra=route.openapi_extra or {},
    )


def _responses(plan: RoutePlan) -> Iterator[Response]:
    if not plan.statuses:
        yield _response(plan)
    for each in plan.statuses:
        status = each.option.status
        description = status.description or HTTPStatus(status.code).phrase
        if forbids_body(status.code):
            yield Response(status=str(status.code), description=description, media_type=None)
        else:
            yield Response(status=str(status.code), description=description, tree=each.tree)


def _response(plan: RoutePlan) -> Response:
    route = plan.route
    if plan.stream in ("json_lines", "events"):
        lines = plan.stream == "json_lines"
        return Response(
            status=str(route.status),
            description=route.response_description,
            media_type="application/jsonl" if lines else "text/event-stream",
            tree=plan.response_tree,
            sequence="lines" if lines else "events",
        )
    status, description = str(route.status), route.response_description
    if forbids_body(route.status):
        return Response(status=status, description=description, media_type=None)
    response_class: type[HttpResponse] = route.response_class or JSONResponse
    return Response(
        status=status,
        description=description,
        media_type=response_class.media_type,
        other_media_types=offered_media_types(plan) if response_class is JSONResponse else (),
        tree=plan.response_tree,
    )
