"""Find at start-up what would fail when the document is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Protocol

from bolide._openapi.documented import documented_operations, documented_webhooks, shown_plans
from bolide._openapi.links import check_links, has_links
from bolide._openapi.mounted import join_schemes, mounted_apis
from bolide._openapi.operation_ids import operation_ids
from bolide._openapi.responses import check_responses
from bolide._openapi.security import security_schemes
from bolide._openapi.tags import check_tags, join_tags
from bolide._planning.plan import RoutePlan
from bolide.routing import APIRouter

__all__ = ["check_documented"]


class CheckedApplication(Protocol):
    """What says how operations are identified; attributes are those of :class:`~bolide.Bolide`."""

    compatibility: Literal["fastapi"] | None
    openapi_tags: Sequence[Mapping[str, Any]] | None
    openapi_url: str | None
    problem_details: bool
    webhooks: APIRouter

    def iter_served_routes(self) -> Iterator[Any]: ...


def check_documented(plans: Sequence[RoutePlan], app: CheckedApplication, routes: Sequence[Any]) -> None:
    """Look at security schemes, webhooks, callbacks, links, tags and identifiers that somebody decided on.

    What FastAPI lets pass is left alone with ``compatibility="fastapi"``.

    Args:
        plans: Those of the routes.
        app: Whose document it is.
        routes: May hold mounts that show their operations, too. Links are looked at if they are all of *app*.

    Raises:
        RouteError: one of them cannot be described, two security schemes of one name differ, an identifier
            is that of several operations, or a link leads nowhere.
        BolideError: tags do not go together.
    """
    as_fastapi = app.compatibility == "fastapi"
    webhooks = documented_webhooks(app.webhooks.iter_routes())
    apis = list(mounted_apis(app, routes))
    mounted = [each for api in apis for each in api.operations]
    # Names of all operations are needed only where links or several applications meet.
    needs_all = bool(apis) or any(map(has_links, plans))
    shown = plans if needs_all else [plan for plan in plans if _is_remarkable(plan)]
    operations = [*documented_operations(shown), *mounted]
    unserved = list(shown_plans([*webhooks, *(each for one in operations for each in one.callbacks)]))
    own = security_schemes([*plans, *unserved], last_wins=as_fastapi)
    join_schemes(own, apis, last_wins=as_fastapi)
    ids = operation_ids([*operations, *webhooks], as_fastapi=as_fastapi)
    if not as_fastapi:
        if needs_all and len(routes) == sum(1 for _ in app.iter_served_routes()):
            check_links(ids)
        check_tags(join_tags(app.openapi_tags or (), *(api.tags for api in apis)))
    known: set[int] = set()
    for plan in unserved:
        check_responses(plan, known)


def _is_remarkable(plan: RoutePlan) -> bool:
    layer = plan.route.layer
    return bool(plan.route.operation_id or layer.generate_unique_id_function or layer.callbacks)
