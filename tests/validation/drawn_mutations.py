"""Strategies for JSON values that are nearly another: what a client gets wrong, one thing at a time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

Path = tuple[Any, ...]


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        yield from _paths(item, (*path, key))


def _replaced(value: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    changed = value.copy()
    changed[path[0]] = _replaced(value[path[0]], path[1:], new)
    return changed


def _near_number(value: float) -> Iterator[Any]:
    yield from (value + 1, value - 1, -value, str(value), [value])
    if isinstance(value, int):
        if abs(value) < 10**15:
            yield from (value + 0.5, float(value))
    elif value.is_integer():
        yield int(value)
    else:
        yield from (round(value), value / 10, value * 1e300)


def _near_text(value: str) -> Iterator[Any]:
    yield from (value + "\n", " " + value, value + "é", value[:-1], value[1:], value * 2, [value], "")
    yield from (
        value.upper(),
        value.lower(),
        value.swapcase(),
        value.replace("-", ""),
        value.replace("T", " "),
    )
    if value.isascii() and value.isdigit():
        yield int(value)
    if value.endswith(("Z", "+00:00")):
        yield value.removesuffix("Z").removesuffix("+00:00")
    else:
        yield value + "Z"


def _near_array(value: list[Any]) -> Iterator[Any]:
    yield from (
        value[:-1],
        value[1:],
        value[::-1],
        [*value, None],
        [*value, 1],
        [value],
        dict(enumerate(value)),
    )
    if value:
        yield from ([*value, value[-1]], value[0])


def _near_object(value: dict[str, Any]) -> Iterator[Any]:
    yield from ({**value, "unknown": 1}, {**value, "": None}, [value], [*value.values()], [*value])
    for key in value:
        without = {each: item for each, item in value.items() if each != key}
        yield from (without, {**without, key.upper(): value[key]}, {**without, key + "0": value[key]})
    for one, other in itertools.pairwise(value):
        yield {**value, one: value[other], other: value[one]}


def _near(value: Any) -> list[Any]:
    """Return values that are nearly *value*."""
    if value is None:
        return [False, 0, "", "null", [], {}]
    if isinstance(value, bool):
        return [not value, int(value), float(value), str(value).lower(), None]
    others = [None, True]
    if isinstance(value, int | float):
        return [*_near_number(value), *others]
    near = {str: _near_text, list: _near_array, dict: _near_object}[type(value)]
    return [*near(value), *others]


def mutations(value: Any) -> Any:
    """Draw values in which one part of *value* is nearly what it was; the whole is drawn seldom."""
    paths = list(_paths(value))
    return st.sampled_from(paths[len(paths) > 2 :]).flatmap(
        lambda path: st.sampled_from(_near(_at(value, path))).map(lambda new: _replaced(value, path, new))
    )


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value
