"""Values of a class that are read as another type and made of it by a function."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from bolide.validation.collection_types import ARRAYS, MAPS
from bolide.validation.custom_types import TypeSpec
from bolide.validation.hints import describe_hint
from bolide.validation.known_types import find_type
from bolide.validation.records import record_kind
from bolide.validation.scalars import SCALARS

__all__ = ["ValidateAs"]

T = TypeVar("T")


class ValidateAs(Generic[T]):
    """Metadata of ``Annotated``: a value is read as *from_type*, and the hook makes the value of it.

    It is written as the annotated type says, or, where that is an unknown class, by what the value is.

    Args:
        from_type: The hint of what is read.
        instantiation_hook: Takes the value of *from_type* and returns the one of the annotated type. A
            ``ValueError`` or an ``AssertionError`` becomes an error of the input.

    >>> from typing import Annotated
    >>> from bolide.validation.adapter import Adapter
    >>> class Point:
    ...     def __init__(self, x: int, y: int) -> None:
    ...         self.x, self.y = x, y
    >>> hint = Annotated[Point, ValidateAs(tuple[int, int], lambda pair: Point(*pair))]
    >>> Adapter(hint).decode_json(b"[3, 4]").y
    4
    """

    __slots__ = ("from_type", "instantiation_hook")

    def __init__(self, from_type: Any, /, instantiation_hook: Callable[[T], Any]) -> None:
        self.from_type = from_type
        self.instantiation_hook = instantiation_hook

    def __bolide_type__(self, hint: Any) -> TypeSpec:
        name = getattr(self.instantiation_hook, "__name__", type(self.instantiation_hook).__name__)
        return TypeSpec(
            wire=self.from_type,
            load=self.instantiation_hook,
            value=hint if _is_described(hint) else Any,
            label=f"function-after[{name}(), {describe_hint(self.from_type)}]",
        )


def _is_described(hint: Any) -> bool:
    """Tell whether *hint* is more than a class of which nothing is known."""
    if not isinstance(hint, type) or hint in SCALARS or hint in ARRAYS or hint in MAPS:
        return True
    return issubclass(hint, enum.Enum) or record_kind(hint) is not None or find_type(hint) is not None
