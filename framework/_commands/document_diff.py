"""What differs between two documents of JSON data, in the notation of a unified diff.

Each hunk names where in the document it stands. The order of an object's members does not count. Subtrees are
compared member by member, so that documents of a thousand routes take no longer than reading them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any, TypeGuard

import msgspec.json

__all__ = ["document_diff"]


def document_diff(old: Any, new: Any) -> Iterator[str]:
    """Yield the lines that lead from *old* to *new*; none if they say the same."""
    yield from _hunks(old, new, ())


def _hunks(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[str]:
    """Yield a hunk of the members that differ here, then those of the objects below."""
    if not _is_object(old) or not _is_object(new):
        if not _same(old, new):
            yield _head(path)
            yield from _lines_of_values(old, new)
        return
    below = [name for name in new if name in old and _is_object(new[name]) and _is_object(old[name])]
    here = list(_lines_of_members(old, new, skipped=set(below)))
    if here:
        yield _head(path)
        yield from here
    for name in below:
        yield from _hunks(old[name], new[name], (*path, name))


def _lines_of_members(old: dict[str, Any], new: dict[str, Any], *, skipped: set[str]) -> Iterator[str]:
    names = [*(name for name in old if name not in new), *new]
    for name in names:
        if name in skipped or (name in old and name in new and _same(old[name], new[name])):
            continue
        before = _rendered({name: old[name]})[1:-1] if name in old else []
        after = _rendered({name: new[name]})[1:-1] if name in new else []
        yield from _changed_lines(before, after)


def _lines_of_values(old: Any, new: Any) -> Iterator[str]:
    yield from _changed_lines(_rendered(old), _rendered(new))


def _changed_lines(before: list[str], after: list[str]) -> Iterator[str]:
    if not before or not after:
        yield from (f"-{line}" for line in before)
        yield from (f"+{line}" for line in after)
        return
    for line in difflib.unified_diff(before, after, lineterm="", n=2):
        if not line.startswith(("---", "+++", "@@")):
            yield line


def _same(old: Any, new: Any) -> bool:
    """Tell whether both are the same JSON; ``True == 1`` in Python only."""
    if _is_array(old) and _is_array(new):
        return len(old) == len(new) and all(map(_same, old, new))
    if _is_object(old) and _is_object(new):
        return old.keys() == new.keys() and all(_same(value, new[name]) for name, value in old.items())
    return isinstance(old, bool) == isinstance(new, bool) and old == new


def _rendered(value: Any) -> list[str]:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode().splitlines()


def _head(path: tuple[str, ...]) -> str:
    return f"@@ {' > '.join(path) or 'the document'} @@"


def _is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _is_array(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list)
