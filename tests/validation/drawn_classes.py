"""Classes that strategies take for types: described by a ``TypeSpec``, of Pydantic, or by nothing."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import pydantic

from bolide.validation.custom_types import TypeSpec

T = TypeVar("T")


class Stick:
    """A plain class that is made from something else, and has no hash of its own."""

    def __init__(self, marks: list[int]) -> None:
        if len(marks) > 2:
            raise ValueError("more than two marks")
        self.marks = marks

    @classmethod
    def __bolide_type__(cls) -> TypeSpec:
        return TypeSpec(wire=list[int], load=cls, dump=lambda stick: stick.marks)

    @classmethod
    def of_marks(cls, marks: list[int]) -> Stick:
        return cls(marks[:2])

    def __repr__(self) -> str:
        return f"Stick({self.marks!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stick) and self.marks == other.marks

    __hash__ = None  # type: ignore[assignment]


class Grown:
    """Contains itself."""

    def __init__(self, parts: int | list[Grown]) -> None:
        self.parts = parts

    @classmethod
    def __bolide_type__(cls) -> TypeSpec:
        return TypeSpec(wire="int | list[Grown]", load=cls, dump=lambda grown: grown.parts)

    def __repr__(self) -> str:
        return f"Grown({self.parts!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Grown) and self.parts == other.parts

    __hash__ = None  # type: ignore[assignment]


class Wrapping(Generic[T]):
    """Holds a value of any type, which is written as its type says."""

    def __init__(self, item: T) -> None:
        self.item = item

    @classmethod
    def __bolide_type__(cls, item: Any = Any) -> TypeSpec:
        return TypeSpec(wire=item, load=cls, dump=lambda wrapping: wrapping.item, wraps=True)

    def __repr__(self) -> str:
        return f"Wrapping({self.item!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Wrapping) and self.item == other.item

    __hash__ = None  # type: ignore[assignment]


class Unknown:
    """Is not described; only instances are values of it."""


class TheirPoint(pydantic.BaseModel):
    x: int
    y: float = pydantic.Field(default=0.0, le=100)


class TheirTree(pydantic.BaseModel):
    name: str = ""
    children: list[TheirTree] = []
