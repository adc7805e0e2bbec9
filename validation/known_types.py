"""Find out how a class that the engine does not know by itself is read and written.

Owns the order of the places to look: the registry, the class's own word, Pydantic if it is there. Modules
that describe types of the standard library are imported when a hint or a value of such a type is met.
"""

from __future__ import annotations

import sys
import typing
from collections.abc import Callable, Iterable
from typing import Any, Final

from bolide.validation.custom_types import TypeSpec, registered_type

__all__ = ["Foreign", "dump_function", "find_type", "foreign_type", "is_foreign"]

_PYDANTIC: Final = "pydantic"


class Foreign:
    """Stands for the class of values whose hint is no class, and that Pydantic reads."""


def find_type(hint: Any) -> TypeSpec | None:
    """Return how values of *hint* are read; None when it is no custom type."""
    cls = typing.get_origin(hint) or hint
    if not isinstance(cls, type):
        return None
    if (spec := registered_type(cls, typing.get_args(hint))) is not None:
        return spec
    if not _is_pydantics(cls):
        return None
    from bolide.validation.pydantic_interop import pydantic_type

    return pydantic_type(hint)


def is_foreign(metadata: Iterable[object]) -> bool:
    """Tell whether ``Annotated`` *metadata* holds something that only Pydantic understands."""
    if _PYDANTIC not in sys.modules:
        return False
    from bolide.validation.pydantic_interop import has_foreign

    return has_foreign(metadata)


def foreign_type(bare: Any, metadata: tuple[Any, ...]) -> tuple[TypeSpec, tuple[Any, ...]]:
    """Return how ``Annotated[bare, *metadata]`` is read by Pydantic, and the *metadata* that is left."""
    from bolide.validation.pydantic_interop import foreign_type as foreign

    return foreign(bare, metadata)


def dump_function(cls: type[Any]) -> Callable[[Any], Any] | None:
    """Return what writes instances of *cls*, which msgspec does not; None when nothing is known."""
    for base in cls.__mro__[:-1]:
        if (spec := registered_type(base)) is not None:
            return spec.dump
    if not _is_pydantics(cls):
        return None
    from bolide.validation.pydantic_interop import to_json_value

    return to_json_value


def _is_pydantics(cls: type[Any]) -> bool:
    if _PYDANTIC not in sys.modules:
        return False
    return hasattr(cls, "__pydantic_core_schema__") or hasattr(cls, "__get_pydantic_core_schema__")
