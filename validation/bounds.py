"""Bounds of lowered types."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

__all__ = ["greatest_of", "least_of", "with_length"]


def with_length(bare: Any, least: int | None, most: int | None, pattern: str | None = None) -> Any:
    """Return the type *bare* with limits of its length, and a pattern."""
    if least is None and most is None and pattern is None:
        return bare
    return Annotated[bare, msgspec.Meta(min_length=least, max_length=most, pattern=pattern)]


def greatest_of(one: int | None, other: int | None) -> int | None:
    """Return the greater of two bounds, either of which may be missing."""
    return max(bound for bound in (one, other) if bound is not None) if (one, other) != (None, None) else None


def least_of(one: int | None, other: int | None) -> int | None:
    """Return the lesser of two bounds, either of which may be missing."""
    return min(bound for bound in (one, other) if bound is not None) if (one, other) != (None, None) else None
