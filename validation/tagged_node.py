"""The node of a discriminated union.

Everything that knows unions in general knows it as one; what chooses among options has to look at the tag.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bolide.validation.tree import UnionNode

__all__ = ["TaggedUnionNode"]


class TaggedUnionNode(UnionNode, frozen=True, kw_only=True, eq=False):
    """A union whose option is chosen by a tag, before anything else is looked at.

    *tags* pairs every tag with the position of its option. The tag is what the input has under the first of
    *keys* that it has, or what *find_tag* returns; *discriminator* is how errors name that.
    """

    tags: tuple[tuple[Any, int], ...]
    keys: tuple[str, ...] = ()
    find_tag: Callable[[Any], Any] | None = None
    discriminator: str
    error: Exception | None = None
