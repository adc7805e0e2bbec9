"""What the frozen data of the type tree is made of: comparing by meaning, steps, the mark of no default."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

import msgspec

__all__ = ["NO_DEFAULT", "Documentation", "FunctionStep", "Meaning", "NoDefault", "Node"]


class NoDefault(enum.Enum):
    """Type of :data:`NO_DEFAULT`."""

    NO_DEFAULT = enum.auto()

    def __repr__(self) -> str:
        return "NO_DEFAULT"


NO_DEFAULT: Final = NoDefault.NO_DEFAULT
"""Marks the absence of a default, where ``None`` is a possible default."""


class Meaning(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Frozen data that compares, hashes and prints without the fields in ``_meaningless``.

    Structs, because this module stands in the import path of every application: 24 dataclasses with slots
    take 19 ms to define, these take 1.
    """

    _meaningless: ClassVar[frozenset[str]] = frozenset()

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._meaning() == other._meaning()

    def __ne__(self, other: object) -> bool:  # Struct has its own, which does not ask __eq__
        return not self == other

    def __hash__(self) -> int:
        return hash((type(self), self._meaning()))

    def __repr__(self) -> str:
        names = (name for name in self.__struct_fields__ if name not in self._meaningless)
        shown = (f"{name}={value!r}" for name in names if (value := getattr(self, name)) is not None)
        return f"{type(self).__name__}({', '.join(shown)})"

    def _meaning(self) -> tuple[Any, ...]:
        return tuple(getattr(self, n) for n in self.__struct_fields__ if n not in self._meaningless)


class FunctionStep(Meaning, frozen=True, kw_only=True, eq=False):
    """A function of the user's that a value goes through, with a ``ValidationInfo`` if it takes one."""

    function: Callable[..., Any]
    takes_info: bool = False

    def __hash__(self) -> int:  # a callable may have no hash
        return hash(FunctionStep)


class Documentation(msgspec.Struct, frozen=True, kw_only=True):
    """What a schema says about a value beside its constraints (JSON Schema 2020-12 §9).

    *extra* is more keywords, or a function that changes the schema in place.
    """

    title: str | None = None
    description: str | None = None
    examples: tuple[Any, ...] = ()
    deprecated: bool = False
    extra: Mapping[str, Any] | Callable[..., None] | None = None


class Node(Meaning, frozen=True, kw_only=True, eq=False):
    """Common to all nodes: what takes no part in equality, and *strict*, which overrides the walker's."""

    _meaningless: ClassVar[frozenset[str]] = frozenset({"hint", "documentation"})

    hint: Any = None
    documentation: Documentation | None = None
    strict: bool | None = None
