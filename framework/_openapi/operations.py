"""Describe single routes in OpenAPI's terms."""

from __future__ import annotations

import inspect

from bolide._locations import unwrap
from bolide._openapi.bodies import request_body_of
from bolide._openapi.parameters import parameters_of
from bolide._openapi.responses import declared_responses, raised_responses
from bolide._openapi.results import responses_of_results
from bolide._openapi.security import security_of
from bolide._planning.plan import RoutePlan
from bolide.openapi.description import Operation

__all__ = ["describe_operation"]


def describe_operation(
    plan: RoutePlan, method: str, operation_id: str, *, problem_details: bool
) -> Operation:
    """Return the operation of *method*, which is one of the route's."""
    route = plan.route
    raised = raised_responses(plan, problem_details=problem_details)
    return Operation(
        path=plan.template,
        method=method.lower(),
        operation_id=operation_id,
        responses=(*responses_of_results(plan), *declared_responses(plan), *raised),
        parameters=tuple(parameters_of(plan)),
        request_body=request_body_of(plan, operation_id),
        tags=tuple(dict.fromkeys(route.tags)),
        summary=route.summary or route.name.replace("_", " ").title(),
        description=route.description or inspect.getdoc(unwrap(route.endpoint)),
        deprecated=route.deprecated,
        security=security_of(plan),
        extra=route.openapi_extra or {},
    )
