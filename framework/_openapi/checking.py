"""Find at start-up what would fail when the document is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from bolide._openapi.documented import documented_operations, documented_webhooks, shown_plans
from bolide._openapi.operation_ids import operation_ids
from bolide._openapi.responses import check_responses
from bolide._openapi.security import security_schemes
from bolide._planning.plan import RoutePlan
from bolide.routing import APIRouter

__all__ = ["check_documented"]


class CheckedApplication(Protocol):
    """What says how operations are identified; attributes are those of :class:`~bolide.Bolide`."""

    compatibility: Literal["fastapi"] | None
    webhooks: APIRouter


def check_documented(plans: Sequence[RoutePlan], app: CheckedApplication) -> None:
    """Look at security schemes, webhooks, callbacks and identifiers, as far as somebody decided on them.

    Raises:
        RouteError: one of them cannot be described, two security schemes of one name differ, or an identifier
            is that of several operations.
    """
    webhooks = documented_webhooks(app.webhooks.iter_routes())
    operations = documented_operations(plan for plan in plans if _is_remarkable(plan))
    unserved = list(shown_plans([*webhooks, *(each for one in operations for each in one.callbacks)]))
    security_schemes([*plans, *unserved])
    operation_ids([*operations, *webhooks], as_fastapi=app.compatibility == "fastapi")
    known: set[int] = set()
    for plan in unserved:
        check_responses(plan, known)


def _is_remarkable(plan: RoutePlan) -> bool:
    layer = plan.route.layer
    return bool(plan.route.operation_id or layer.generate_unique_id_function or layer.callbacks)
