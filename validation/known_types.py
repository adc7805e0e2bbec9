"""Find out how a class that the engine does not know by itself is read and written.

Owns the order of the places to look: the registry, the class's own word. Modules that describe types of the
standard library are imported when a hint or a value of such a type is met.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import Any

from bolide.validation.custom_types import TypeSpec, registered_type

__all__ = ["dump_function", "find_type"]


def find_type(hint: Any) -> TypeSpec | None:
    """Return how values of *hint* are read; None when it is no custom type."""
    cls = typing.get_origin(hint) or hint
    return registered_type(cls, typing.get_args(hint)) if isinstance(cls, type) else None


def dump_function(cls: type[Any]) -> Callable[[Any], Any] | None:
    """Return what writes instances of *cls*, which msgspec does not; None when nothing is known."""
    for base in cls.__mro__[:-1]:
        if (spec := registered_type(base)) is not None:
            return spec.dump
    return None
