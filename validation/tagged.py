"""Choose the option of a tagged union by the tag of the input.

What walkers do at run time; which tags there are is decided when the tree is built.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from bolide.validation.errors import ErrorDetails, Loc, report, report_exception
from bolide.validation.lax import INVALID
from bolide.validation.shapes import has_no_fields
from bolide.validation.tagged_node import TaggedUnionNode

__all__ = ["NO_RECORD", "NO_TAG", "TagReader", "TaggedBranches"]

NO_TAG: Final = object()
"""Stands for the tag of an input that has none."""

NO_RECORD: Final = object()
"""Stands for the tag of an input that can have none: a number, a list."""


class TagReader:
    """Finds the tag of an input, and the position of the option that has it."""

    __slots__ = ("_by_type", "_by_value", "_find_tag", "_keys")

    def __init__(self, node: TaggedUnionNode) -> None:
        self._keys = node.keys
        self._find_tag = node.find_tag
        self._by_type: dict[tuple[Any, Any], int] = {(type(tag), tag): n for tag, n in node.tags}
        # Lax as literals are: 1.0 is 1. The first of several equal ones counts.
        self._by_value: dict[Any, int] = dict(reversed(node.tags))

    def tag(self, raw: Any) -> Any:
        """Return the tag of *raw*, :data:`NO_TAG` or :data:`NO_RECORD`.

        Raises:
            Exception: whatever the user's function raises.
        """
        if self._find_tag is not None:
            found = self._find_tag(raw)
            return NO_TAG if found is None else found
        if isinstance(raw, Mapping):
            mapping = cast("Mapping[str, Any]", raw)
            return next((mapping[key] for key in self._keys if key in mapping), NO_TAG)
        if has_no_fields(raw):
            return NO_RECORD
        return next((getattr(raw, key) for key in self._keys if hasattr(raw, key)), NO_TAG)

    def position(self, tag: Any) -> int | None:
        """Return the position of the option with *tag*."""
        try:
            found = self._by_type.get((cast("object", type(tag)), tag))
            return self._by_value.get(tag) if found is None else found
        except TypeError:  # no hash
            return None


class TaggedBranches:
    """The options of one union; *walks* are their generated functions, by position."""

    __slots__ = ("_node", "_reader", "_walks")

    def __init__(self, node: TaggedUnionNode, walks: tuple[Callable[..., Any], ...]) -> None:
        self._node = node
        self._reader = TagReader(node)
        self._walks = walks

    def walk(self, raw: Any, loc: Loc, errors: list[ErrorDetails], *passed: Any) -> Any:
        """Return *raw* as its option reads it, or report that it has none."""
        tag = self._reader.tag(raw)
        position = self._reader.position(tag)
        if position is not None:
            return self._walks[position](raw, (*loc, _tag_loc(tag)), errors, *passed)
        self._report(tag, raw, loc, errors)
        return INVALID

    def _report(self, tag: object, raw: object, loc: Loc, errors: list[ErrorDetails]) -> None:
        node = self._node
        if tag is NO_RECORD:
            report(errors, "model_attributes_type", loc, raw)
        elif isinstance(node.error, ValueError):
            report_exception(errors, node.error, loc, raw)
        elif tag is NO_TAG:
            report(errors, "union_tag_not_found", loc, raw, discriminator=node.discriminator)
        else:
            expected = ", ".join(repr(each) for each, _ in node.tags)
            ctx = {"discriminator": node.discriminator, "tag": str(tag), "expected_tags": expected}
            report(errors, "union_tag_invalid", loc, raw, **ctx)


def _tag_loc(tag: object) -> str | int:
    if isinstance(tag, str):
        return tag
    return int(tag) if isinstance(tag, int) and type(tag) in (int, bool) else str(tag)
