"""Say where two documents differ, place by place, so that a failing test can be read."""

from collections.abc import Iterator
from typing import Any

__all__ = ["differences"]

_ABSENT = object()

# Objects whose order people see; "" is the document.
_ORDERED = frozenset({"", "paths", "webhooks", "schemas", "properties"})


def differences(ours: Any, theirs: Any, place: str = "") -> Iterator[str]:
    """Yield one line for each place at which JSON value *ours* is not *theirs*, or in another order."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if place.rpartition(".")[2] in _ORDERED and (orders := _orders(ours, theirs)) is not None:
            yield f"{place.removeprefix('.')}: {orders[0]}, FastAPI: {orders[1]}"
        for name in sorted(ours.keys() | theirs.keys()):
            yield from differences(ours.get(name, _ABSENT), theirs.get(name, _ABSENT), f"{place}.{name}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for position, (left, right) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(left, right, f"{place}[{position}]")
    elif ours != theirs or (ours is True) != (theirs is True) or (ours is False) != (theirs is False):
        yield f"{place.removeprefix('.')}: {_shown(ours)}, FastAPI: {_shown(theirs)}"


def _orders(ours: dict[str, Any], theirs: dict[str, Any]) -> tuple[list[str], list[str]] | None:
    """Return the names that both have in the order of each, None where that is the same."""
    own, other = [name for name in ours if name in theirs], [name for name in theirs if name in ours]
    return None if own == other else (own, other)


def _shown(value: object) -> str:
    return "nothing" if value is _ABSENT else repr(value)
