"""Which operations the document shows: those of routes, of their callbacks, and of webhooks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bolide._planning.dependencies import plan_route
from bolide._planning.plan import RoutePlan
from bolide._routing.templates import unmatched_template
from bolide.routing import Route

__all__ = ["Documented", "documented_operations", "documented_webhooks", "routes_of", "shown_plans"]


@dataclass(frozen=True, slots=True, eq=False)
class Documented:
    """One operation.

    Attributes:
        plan: Its route.
        method: One of the route's, in upper case.
        callbacks: What the API may call because of it.
        prefix: Template of where its application is mounted.
        outer_tags: Those that the mount's layers add.
    """

    plan: RoutePlan
    method: str
    callbacks: tuple[Documented, ...] = ()
    prefix: str = ""
    outer_tags: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Return the path template, that of the whole API."""
        return self.prefix + self.plan.template


def documented_operations(plans: Iterable[RoutePlan]) -> list[Documented]:
    """Return the operations of the routes, one per method, but for those with ``include_in_schema=False``.

    Raises:
        RouteError: a callback cannot be described.
    """
    reader = _Reader()
    return [each for plan in plans for each in reader.operations(plan)]


def documented_webhooks(routes: Iterable[Any]) -> list[Documented]:
    """Return the operations of *routes*, whose paths are names of webhooks.

    Raises:
        RouteError: one of them cannot be described.
    """
    reader = _Reader()
    plans = [reader.plan(route) for route in routes_of(routes)]
    return [each for plan in plans for each in reader.operations(plan)]


def shown_plans(operations: Iterable[Documented]) -> Iterator[RoutePlan]:
    """Yield the plan of each of *operations* and of its callbacks."""
    for each in operations:
        yield each.plan
        yield from shown_plans(each.callbacks)


def routes_of(declared: Iterable[Any]) -> Iterator[Route]:
    """Yield the routes in *declared*, which holds routes and routers; others have no place in a document."""
    for each in declared:
        if isinstance(each, Route):
            yield each
        elif hasattr(each, "iter_routes"):
            yield from routes_of(each.iter_routes())


class _Reader:
    """Plans routes that are never served, each once: a router's callbacks are those of all its routes."""

    def __init__(self) -> None:
        self._plans: dict[int, tuple[Route, RoutePlan]] = {}

    def operations(self, plan: RoutePlan) -> Iterator[Documented]:
        if not plan.route.include_in_schema:
            return
        called = [self.plan(route) for route in routes_of(plan.route.layer.callbacks)]
        for method in plan.route.methods:
            # Each operation has callbacks of its own: identifiers tell them apart.
            yield Documented(plan, method, tuple(each for one in called for each in self.operations(one)))

    def plan(self, route: Route) -> RoutePlan:
        # The route is kept with its plan, so that no other one gets its identity.
        known = self._plans.get(id(route))
        if known is None:
            known = self._plans[id(route)] = (route, plan_route(route, {}, unmatched_template(route.path)))
        return known[1]
