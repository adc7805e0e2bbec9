"""Tell which media types a route reads and writes beside JSON."""

from __future__ import annotations

from bolide._planning.plan import RoutePlan

__all__ = ["offered_media_types"]


def offered_media_types(plan: RoutePlan) -> tuple[str, ...]:
    """Return the media types that stand for JSON in bodies of the route, beside its own."""
    return tuple(codec.media_types[0] for codec in plan.route.layer.codecs or ())
