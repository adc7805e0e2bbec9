"""Which parts of a collection are left out when they are not valid, as hints say it.

Knows hints, not nodes.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from bolide.validation.hints import alias_value, is_alias, split_annotated

__all__ = ["MISPLACED", "OnErrorOmit", "is_omitting", "split_omitting"]

T = TypeVar("T")

MISPLACED = (
    "has OnErrorOmit where nothing can be left out; it goes around the whole type of the items of a list, "
    "a set or a tuple of any length, of the keys or of the values of a dictionary"
)


class _Mark:
    """Metadata of :data:`OnErrorOmit`."""

    def __repr__(self) -> str:
        return "OnErrorOmit"


OnErrorOmit = Annotated[T, _Mark()]
"""``list[OnErrorOmit[X]]`` leaves out what is no X, where ``list[X]`` refuses the list."""


def is_omitting(item: object) -> bool:
    """Tell whether *item*, metadata of ``Annotated``, is the mark of :data:`OnErrorOmit`, or Pydantic's."""
    return isinstance(item, _Mark) or getattr(item, "__name__", None) == "_OnErrorOmit"


def split_omitting(hint: Any) -> tuple[Any, bool]:
    """Return the hint inside of ``OnErrorOmit[...]`` and True; *hint* and False when it is something else."""
    bare, metadata = split_annotated(hint)
    if metadata:
        if not is_omitting(metadata[-1]):
            return hint, False
        rest = metadata[:-1]
        return (Annotated[(bare, *rest)] if rest else bare), True
    if is_alias(hint):
        inner, omits = split_omitting(alias_value(hint))
        return (inner, True) if omits else (hint, False)
    return hint, False
