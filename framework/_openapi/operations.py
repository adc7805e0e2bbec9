"""Describe single routes in OpenAPI's terms."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

from bolide._locations import unwrap
from bolide._openapi.bodies import request_body_of
from bolide._openapi.documented import Documented
from bolide._openapi.media_types import offered_media_types
from bolide._openapi.parameters import parameters_of
from bolide._openapi.responses import declared_responses, raised_responses
from bolide._openapi.results import responses_of_results
from bolide._openapi.security import security_of
from bolide.openapi.description import Operation

__all__ = ["describe_operation"]


def describe_operation(
    documented: Documented, operation_ids: Mapping[Documented, str], *, problem_details: bool
) -> Operation:
    """Return the description of the operation."""
    plan, operation_id = documented.plan, operation_ids[documented]
    route = plan.route
    raised = raised_responses(plan, problem_details=problem_details)
    return Operation(
        path=documented.path,
        method=documented.method.lower(),
        operation_id=operation_id,
        responses=(*responses_of_results(plan), *raised, *declared_responses(plan)),
        parameters=tuple(parameters_of(plan)),
        request_body=request_body_of(plan, operation_id),
        reads_input=bool(plan.inputs),
        error_media_types=() if problem_details else offered_media_types(plan),
        tags=tuple(dict.fromkeys((*documented.outer_tags, *route.tags))),
        summary=route.summary or route.name.replace("_", " ").title(),
        description=route.description or inspect.getdoc(unwrap(route.endpoint)),
        deprecated=route.deprecated,
        callbacks=_callbacks(documented, operation_ids, problem_details=problem_details),
        security=security_of(plan),
        extra=route.openapi_extra or {},
    )


def _callbacks(
    documented: Documented, operation_ids: Mapping[Documented, str], *, problem_details: bool
) -> dict[str, tuple[Operation, ...]]:
    """Return what the API may call, by the names of the routes that describe it."""
    by_name: dict[str, tuple[Operation, ...]] = {}
    for each in documented.callbacks:
        name = each.plan.route.name
        described = describe_operation(each, operation_ids, problem_details=problem_details)
        by_name[name] = (*by_name.get(name, ()), described)
    return by_name
