"""Lowering: which msgspec type stands for which tree."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import gc
import typing
import uuid
from contextlib import suppress
from typing import Annotated, Any, Literal, NewType, TypedDict

import annotated_types
import msgspec
import pytest

from bolide.validation.adapter import FAST_PATH_ERRORS, Adapter
from bolide.validation.build import build_tree
from bolide.validation.fields import Field
from bolide.validation.lower import lower
from bolide.validation.model import Model, ModelMeta
from bolide.validation.placeholder import is_placeholder

LARGEST = 2**61 - 2


class Colour(enum.Enum):
    RED = "red"


class Mixed(enum.Enum):
    ONE = 1
    TWO = "two"


class Flags(enum.IntFlag):
    A = 1


class Item(Model):
    a: int


@dataclasses.dataclass(slots=True)
class Plain:
    a: int
    b: Annotated[str, msgspec.Meta(min_length=1)]
    c: list[Plain]
    d: Item | None = None
    e: Colour = Colour.RED


@dataclasses.dataclass
class Constrained:
    a: Annotated[int, annotated_types.Gt(0)]


@dataclasses.dataclass
class HoldsConstrained:
    a: list[Constrained]


class Binary(msgspec.Struct):
    a: bytes


class Numbers(msgspec.Struct):
    a: set[int]


class Dollar(msgspec.Struct):
    a: Annotated[str, msgspec.Meta(pattern="a$")]


class Aliased(msgspec.Struct):
    a: NewType("Positive", Annotated[int, msgspec.Meta(gt=0)])  # type: ignore[valid-type]


class Pair(TypedDict):
    a: Annotated[int, Field(ge=0)]


class Chain(TypedDict):
    next: Chain | None


@pytest.mark.parametrize(
    ("hint", "lowered"),
    [
        (Any, Any),
        (None, None),
        (int, int),
        (Annotated[int, Field(gt=1, le=5)], Annotated[int, msgspec.Meta(ge=2, le=5)]),
        (Annotated[int, Field(gt=1, ge=3)], Annotated[int, msgspec.Meta(ge=3)]),
        (Annotated[float, Field(gt=1, ge=1)], Annotated[float, msgspec.Meta(gt=1.0)]),
        (Annotated[float, Field(lt=2, le=1)], Annotated[float, msgspec.Meta(le=1.0)]),
        (Annotated[str, Field(pattern="^a$")], Annotated[str, msgspec.Meta(pattern=r"^a\Z")]),
        (Literal["a", 1, None, True], Literal["a", 1, None, True]),
        (list[int], list[int]),
        (tuple[int, str], tuple[int, str]),
        (tuple[()], tuple[()]),
        (
            Annotated[tuple[int, ...], Field(max_length=2)],
            Annotated[tuple[int, ...], msgspec.Meta(max_length=2)],
        ),
        (set[int], set[Annotated[int, msgspec.Meta(ge=-LARGEST, le=LARGEST)]]),
        (set[Annotated[int, Field(ge=0)]], set[Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]]),
        (dict[int, str], dict[Annotated[int, msgspec.Meta(ge=-LARGEST, le=LARGEST)], str]),
        (dict[str, Item], dict[str, Item]),
        (int | None, typing.Optional[int]),  # noqa: UP045
        (
            int | float | str | bool | list[int] | Item | None,
            int | float | str | bool | list[int] | Item | None,
        ),
        (datetime.datetime | int, datetime.datetime | int),
        (Colour | None, Colour | None),
        (Plain, Plain),
    ],
    ids=lambda case: str(case)[:40],
)
def test_what_msgspec_reads_alike_is_native(hint: Any, lowered: Any) -> None:
    assert lower(build_tree(hint)) == lowered


@pytest.mark.parametrize(
    "hint",
    [
        bytes,
        decimal.Decimal,
        Mixed,
        Flags,
        Annotated[float, Field(multiple_of=0.1)],
        Annotated[int, Field(lt=2**64)],
        Literal[2**64],
        int | bytes,
        str | datetime.date,
        int | Annotated[int, Field(ge=0)],
        list[int] | set[str],
        Item | dict[str, int],
        Item | Plain,
        int | uuid.UUID,
        int | Colour,
        set[float],
        set[Any],
        dict[float, int],
        dict[int | str, int],
        dict[Literal[1], int],
        Binary,
        Numbers,
        Dollar,
        Aliased,
    ],
    ids=lambda hint: str(hint)[:40],
)
def test_what_msgspec_cannot_say_goes_to_the_walker(hint: Any) -> None:
    assert is_placeholder(lower(build_tree(hint)))


def test_an_optional_placeholder_leaves_null_to_msgspec() -> None:
    lowered = lower(build_tree(bytes | None))
    one, other = typing.get_args(lowered)
    assert is_placeholder(one)
    assert other is type(None)


@pytest.mark.parametrize("cls", [Constrained, HoldsConstrained])
def test_a_dataclass_that_msgspec_reads_differently_gets_a_private_twin(cls: Any) -> None:
    twin = lower(build_tree(cls))
    assert twin is not cls
    assert twin.__base__ is cls


def test_a_typed_dict_gets_a_private_twin() -> None:
    twin = lower(build_tree(Pair))
    assert twin is not Pair
    assert twin.__annotations__ == {"a": Annotated[int, msgspec.Meta(ge=0)]}


def test_a_recursive_typed_dict_ends_in_a_placeholder() -> None:
    inner, _none = typing.get_args(lower(build_tree(Chain)).__annotations__["next"])
    assert is_placeholder(inner)


@pytest.mark.parametrize(
    "other",
    [
        Annotated[float, Field(gt=0)],
        Annotated[int, Field(ge=0)],
        Annotated[str, Field(min_length=1)],
        Annotated[str, Field(pattern="a")],
    ],
    ids=str,
)
@pytest.mark.parametrize("pair", [tuple[int, str], tuple[int, Annotated[int, Field(ge=2)]]], ids=str)
def test_fixed_tuple_beside_a_constraint_does_not_crash_the_collector(pair: Any, other: Any) -> None:
    record = dataclasses.make_dataclass("Record", [("value", pair | other)])
    holder = ModelMeta("Holder", (Model,), {"__annotations__": {"value": pair | other}})
    adapters: list[Adapter[Any]] = [Adapter(hint) for hint in (pair | other, record, holder)]
    for adapter in adapters:
        with suppress(*FAST_PATH_ERRORS):
            adapter.fast_decode_json(b"null")
    gc.collect()
    assert adapters[0].decode_json(b"[1, 2]" if pair != tuple[int, str] else b'[1, "a"]')
