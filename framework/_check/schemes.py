"""Find security schemes that the document cannot tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from bolide._check.declarations import finding_of
from bolide._check.findings import Finding
from bolide._openapi.security import security_schemes
from bolide._planning.plan import RoutePlan
from bolide.exceptions import RouteError

__all__ = ["check_schemes"]


def check_schemes(plans: Sequence[RoutePlan]) -> Iterator[Finding]:
    """Yield the first scheme of *plans* that has the name of another one, which is an error elsewhere."""
    try:
        security_schemes(plans, last_wins=False)
    except RouteError as error:
        found = finding_of(error)
        yield replace(found, code="B115", message=found.message.partition(";")[0])
