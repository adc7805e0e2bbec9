"""Enumerations of any value, and literals of more than JSON knows."""

from __future__ import annotations

import datetime
import decimal
import enum
from typing import Any, Literal

import pydantic
import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.build import build_tree
from bolide.validation.errors import ValidationError
from bolide.validation.response import compile_response_encoder
from bolide.validation.schema_emitter import SchemaEmitter


class Various(enum.Enum):
    PAIR = (1, 2)
    NOTHING = None
    HALF = 1.5
    DATA = b"x"
    TEXT = "s"
    LIST = [1]


class Precise(enum.Enum):
    PRICE = decimal.Decimal("1.5")
    DAY = datetime.date(2020, 1, 1)


class Fraction(float, enum.Enum):
    HALF = 0.5


class Fallback(enum.Enum):
    A = "a"
    B = "b"

    @classmethod
    def _missing_(cls, value: object) -> Fallback | None:
        return cls.A if value == "z" else None


class Permission(enum.Flag):
    READ = 1
    WRITE = 2


class Mask(enum.IntFlag):
    READ = 1
    WRITE = 2


class Word(enum.StrEnum):
    A = "a"


class Level(enum.IntEnum):
    LOW = 1


INPUTS: tuple[Any, ...] = (
    *((1, 2), None, 1.5, b"x", "s", [1], "x2", 1, 2, 3, 0, 4, "1", 0.5, "0.5", "z", "a", "b", "q", True, 1.0),
    *(Various.PAIR, Precise.DAY, Fallback.B, Permission.READ | Permission.WRITE, Word.A, Level.LOW),
    *(decimal.Decimal("1.5"), datetime.date(2020, 1, 1), object, {}),
)

# Hints, and the inputs that Pydantic knows from Python alone.
HINTS: tuple[tuple[Any, tuple[Any, ...]], ...] = (
    (Various, ("x",)),
    (Precise, ("1.5", "2020-01-01")),
    (Fraction, ()),
    (Fallback, ()),
    (Permission, ()),
    (Mask, (Various.PAIR, Precise.DAY, Fallback.B, Permission.READ | Permission.WRITE)),
    (Literal[Word.A, 2], ()),
    (Literal[Level.LOW, 2], ()),
    (Literal[Fallback.A, "q"], ("a",)),
    (Literal[1.5, b"x"], ("x", decimal.Decimal("1.5"))),
    (Literal[None, True, 1], ()),
)


def result(validate: Any, value: object, error_type: Any) -> Any:
    try:
        read = validate(value)
    except error_type as error:
        return [(each["type"], each["loc"], each["msg"], each.get("ctx")) for each in error.errors()]
    return type(read), read


@pytest.mark.parametrize(("hint", "excepted"), HINTS, ids=str)
def test_choices_are_read_as_pydantic_reads_them(hint: Any, excepted: tuple[Any, ...]) -> None:
    for value in INPUTS:
        if value not in excepted:
            mine = result(Adapter(hint).validate, value, ValidationError)
            assert mine == result(pydantic.TypeAdapter(hint).validate_python, value, pydantic.ValidationError)


@pytest.mark.parametrize(
    ("hint", "text", "value"),
    [
        (Various, b"[1,2]", Various.PAIR),
        (Various, b'"x"', Various.DATA),
        (Various, b"null", Various.NOTHING),
        (Various, b"1.5", Various.HALF),
        (Various, b"[1]", Various.LIST),
        (Precise, b'"1.5"', Precise.PRICE),
        (Precise, b'"2020-01-01"', Precise.DAY),
        (Fraction, b"0.5", Fraction.HALF),
        (Permission, b"3", Permission.READ | Permission.WRITE),
        (Literal[Fallback.A, "q"], b'"a"', Fallback.A),
        (Literal[Various.PAIR], b"[1,2]", Various.PAIR),
        (Literal[1.5], b"1.5", 1.5),
        (Literal[b"x"], b'"x"', b"x"),
        (dict[Literal[Fallback.A], int], b'{"a":1}', {Fallback.A: 1}),
    ],
    ids=str,
)
def test_choices_survive_a_round_trip_through_json(hint: Any, text: bytes, value: object) -> None:
    for strict in (False, True):
        assert Adapter(hint, strict=strict).decode_json(text) == value
    assert compile_response_encoder(build_tree(hint))(value) == text


def test_missing_hook_is_asked_on_both_paths() -> None:
    assert Adapter(Fallback).decode_json(b'"z"') is Fallback.A
    assert Adapter(list[Fallback]).validate(["z"]) == [Fallback.A]


@pytest.mark.parametrize("hint", [hint for hint, _ in HINTS if "Literal" in str(hint)], ids=str)
def test_schemas_of_literals_are_pydantics(hint: Any) -> None:
    emitted = SchemaEmitter("validation", str, definitions={}).emit(build_tree(hint).root)
    assert emitted == pydantic.TypeAdapter(hint).json_schema()


@pytest.mark.parametrize("cls", [Various, Precise, Fraction])
def test_schemas_of_enumerations_are_pydantics(cls: Any) -> None:
    definition = build_tree(cls).definitions[cls]
    emitted = SchemaEmitter("validation", str, definitions={}).emit_definition(definition, title=cls.__name__)
    assert emitted == pydantic.TypeAdapter(cls).json_schema()


HUGE = 2**63


@pytest.mark.parametrize("hint", [Permission, Literal[1], Literal[1, "a"], enum.IntEnum("Level", {"LOW": 1})])
@pytest.mark.parametrize("value", [HUGE, -HUGE - 1, 10**40])
def test_integers_beyond_64_bits_are_among_no_choices(hint: Any, value: int) -> None:
    expected = [("int_parsing_size", ())]
    for adapter in (Adapter(hint), pydantic.TypeAdapter(hint)):
        with pytest.raises(ValueError, match="exceeded maximum size") as caught:
            adapter.validate(value) if isinstance(adapter, Adapter) else adapter.validate_python(value)
        assert [(each["type"], each["loc"]) for each in caught.value.errors()] == expected  # type: ignore[attr-defined]
    with pytest.raises(ValidationError, match="exceeded maximum size"):
        Adapter(hint).decode_json(str(value).encode())


def test_choices_of_huge_integers_are_found() -> None:
    assert Adapter(Literal[18446744073709551616]).decode_json(b"18446744073709551616") == 2**64
