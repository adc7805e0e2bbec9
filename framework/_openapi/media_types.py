"""Tell which media types a route reads and writes beside JSON."""

from __future__ import annotations

from typing import Final

from bolide._planning.plan import RoutePlan

__all__ = ["JSON", "offered_media_types"]

JSON: Final = "application/json"


def offered_media_types(plan: RoutePlan, media_type: str | None = JSON) -> tuple[str, ...]:
    """Return what stands for *media_type* in bodies of the route beside it; nothing unless it is JSON."""
    if media_type != JSON:
        return ()
    return tuple(codec.media_types[0] for codec in plan.route.layer.codecs or ())
