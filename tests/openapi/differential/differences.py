"""Say where two documents differ, place by place, so that a failing test can be read."""

from collections.abc import Iterator
from typing import Any

__all__ = ["differences"]

_ABSENT = object()


def differences(ours: Any, theirs: Any, place: str = "") -> Iterator[str]:
    """Yield one line for each place at which JSON value *ours* is not *theirs*."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in sorted(ours.keys() | theirs.keys()):
            yield from differences(ours.get(name, _ABSENT), theirs.get(name, _ABSENT), f"{place}.{name}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for position, (left, right) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(left, right, f"{place}[{position}]")
    elif ours != theirs or (ours is True) != (theirs is True) or (ours is False) != (theirs is False):
        yield f"{place.removeprefix('.')}: {_shown(ours)}, FastAPI: {_shown(theirs)}"


def _shown(value: object) -> str:
    return "nothing" if value is _ABSENT else repr(value)
