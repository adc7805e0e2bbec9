"""String parsers: what text stands for which value, fast and collecting."""

from __future__ import annotations

import datetime
import decimal
import enum
import uuid
from types import UnionType
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge, Gt, Le, Len, Lt, MultipleOf
from hypothesis import given, settings
from hypothesis import strategies as st

from bolide.validation.build import build_tree
from bolide.validation.codegen import Namespace, SourceBuilder
from bolide.validation.errors import ErrorDetails
from bolide.validation.fields import Field
from bolide.validation.model import Model
from bolide.validation.strings import StringParser


class Colour(enum.Enum):
    RED = "red"
    ONE = 1


class Level(enum.IntEnum):
    LOW = 1


class Item(Model):
    name: str


HINTS: tuple[Any, ...] = (
    bool,
    int,
    float,
    str,
    bytes,
    Any,
    decimal.Decimal,
    datetime.datetime,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    uuid.UUID,
    Colour,
    Level,
    Literal["a", 1],
    int | None,
    int | float,
    int | str,
    datetime.date | int | None,
    Annotated[int, Ge(0), Lt(10)],
    Annotated[int, MultipleOf(3)],
    Annotated[float, Gt(0), Le(10.5)],
    Annotated[str, Len(1, 3)],
    Annotated[str, Field(pattern="^[a-z]+$")],
    Annotated[bytes, Len(1, 3)],
)

PARSERS = [StringParser(build_tree(hint)) for hint in HINTS]
EXACT_PARSERS = [StringParser(build_tree(hint), exact=True) for hint in HINTS]

TEXTS = st.one_of(
    st.text(max_size=6),
    st.text("0123456789+-._ eE\u0661\uff11\x1c\n", max_size=8),
    st.integers().map(str),
    st.floats().map(str),
    st.datetimes(timezones=st.sampled_from([None, datetime.UTC])).map(lambda value: value.isoformat()),
    st.dates().map(str),
    st.times().map(str),
    st.uuids().map(str),
    st.decimals().map(str),
    st.from_regex(r"\A[-+]?[Pp]([0-9]{1,3}[DWd])?([Tt][0-9]{1,2}(\.[0-9]{1,7})?[HMSs])?\Z"),
    st.sampled_from(["true", "1", "off", "null", "None", "red", "a", "nan", "1e400"]),
    st.sampled_from(["\ud800", '"', '1"', "\\u0031", "\x00", "1" + "_0" * 9]),
    st.sampled_from(["1" * 4300, "1" * 4301, "0" * 5000]),
    st.sampled_from(["23:59:59.9999999", "9999-12-31T23:59:59.9999999Z"]),
)


def collect(parser: StringParser, raw: Any) -> tuple[Any, list[ErrorDetails]]:
    errors: list[ErrorDetails] = []
    return parser.collect(raw, ("query", "q"), errors), errors


@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(PARSERS + EXACT_PARSERS), TEXTS)
def test_what_the_fast_form_accepts_the_collecting_form_accepts(parser: StringParser, raw: str) -> None:
    try:
        fast = parser.parse(raw)
    except ValueError:
        fast = None
    value, errors = collect(parser, raw)
    if fast is not None:
        assert errors == []
        assert (type(fast), repr(fast)) == (type(value), repr(value))


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(HINTS), TEXTS)
def test_what_an_exact_parser_accepts_every_parser_accepts(hint: Any, raw: str) -> None:
    """With the same value, unless further options of a union read the text once more spellings do."""
    value, errors = collect(StringParser(build_tree(hint), exact=True), raw)
    if not errors:
        read, errors = collect(StringParser(build_tree(hint)), raw)
        assert errors == []
        assert read == value or isinstance(hint, UnionType)


@pytest.mark.parametrize(
    ("hint", "accepted", "refused"),
    [
        (int, ["7", "-7", "0", "7.0"], ["+7", "07", " 7", "1_0", "7.5", "1e1", "\u0667", ""]),
        (float, ["7", "-7.5", "1e3", "1E-3"], ["+7", ".5", "5.", "nan", "inf", " 7.5", "1_0.5"]),
        (bool, ["true", "false"], ["True", "1", "0", "on", "yes", "t"]),
        (decimal.Decimal, ["1.50", "-1", "+.5", "5.", "1e3"], [" 1", "1_0", "nan", "."]),
        (
            uuid.UUID,
            ["86d6893c-fe25-4b57-a362-10649f0b0d11", "86D6893C-FE25-4B57-A362-10649F0B0D11"],
            ["86d6893cfe254b57a36210649f0b0d11", "{86d6893c-fe25-4b57-a362-10649f0b0d11}"],
        ),
        (datetime.date, ["2024-01-31"], ["0", "1706659200", "2024-01-31T00:00:00"]),
        (datetime.datetime, ["2024-01-31T12:30:00Z"], ["0.5", "2024-01-31"]),
        (datetime.time, ["12:30:00"], ["3600", "1.5"]),
        (datetime.timedelta, ["P1DT2H"], ["90", "1.5"]),
        (int | None, ["7"], ["null", "+7"]),
        (int | bool, ["7", "true"], ["on", "+7"]),
        (Annotated[int, Ge(5)], ["7"], ["+7", "4"]),
        (Colour, ["red", "1"], ["RED"]),
    ],
)
def test_exact_parsers_take_the_spellings_of_json(hint: Any, accepted: list[str], refused: list[str]) -> None:
    parser = StringParser(build_tree(hint), exact=True)
    for raw in accepted + refused:
        _, errors = collect(parser, raw)
        assert (raw, errors == []) == (raw, raw in accepted)


@pytest.mark.parametrize(
    ("hint", "raw", "expected"),
    [
        (int, "12", 12),
        (int, "-3", -3),
        (float, "1.5", 1.5),
        (bool, "true", True),
        (bool, "0", False),
        (str, "null", "null"),
        (bytes, "é", b"\xc3\xa9"),
        (decimal.Decimal, "1.10", decimal.Decimal("1.10")),
        (datetime.date, "2020-01-02", datetime.date(2020, 1, 2)),
        (
            datetime.datetime,
            "2020-01-02T03:04:05Z",
            datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=datetime.UTC),
        ),
        (Colour, "red", Colour.RED),
        (Colour, "1", Colour.ONE),
        (Level, "1", Level.LOW),
        (Literal["a", 1], "1", 1),
        (int | None, "1", 1),
        (int | str, "1", "1"),
        (list[int], ["1", "2"], [1, 2]),
        (list[str] | None, ["a"], ["a"]),
        (set[Colour], ["red", "red"], {Colour.RED}),
        (tuple[int, ...], ["1"], (1,)),
        (tuple[int, str], ["1", "b"], (1, "b")),
    ],
)
def test_fast_form_reads_the_usual_spelling(hint: Any, raw: Any, expected: object) -> None:
    value = StringParser(build_tree(hint)).parse(raw)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("hint", "raw", "expected"),
    [
        (int, " 1 ", 1),
        (int, "1.0", 1),
        (int, "1_000", 1000),
        (bool, "on", True),
        (bool, "No", False),
        (datetime.datetime, "2020-01-02", datetime.datetime(2020, 1, 2)),
        (datetime.time, "01:02", datetime.time(1, 2)),
        (list[int], [" 1", "2.0"], [1, 2]),
    ],
)
def test_collecting_form_reads_more(hint: Any, raw: Any, expected: object) -> None:
    assert collect(StringParser(build_tree(hint)), raw) == (expected, [])


def test_null_is_never_none() -> None:
    assert collect(StringParser(build_tree(int | None)), "null")[1] == [
        {
            "type": "int_parsing",
            "loc": ("query", "q"),
            "msg": "Input should be a valid integer, unable to parse string as an integer",
            "input": "null",
        }
    ]


def test_every_item_of_a_list_is_reported() -> None:
    errors = collect(StringParser(build_tree(list[Annotated[int, Ge(0)]])), ["x", "1", "-1"])[1]
    assert [(error["type"], error["loc"], error["input"]) for error in errors] == [
        ("int_parsing", ("query", "q", 0), "x"),
        ("greater_than_equal", ("query", "q", 2), "-1"),
    ]


@pytest.mark.parametrize("hint", [list[int], set[str], list[int] | None, tuple[int, str], tuple[int, ...]])
def test_arrays_take_many_strings(hint: Any) -> None:
    assert StringParser(build_tree(hint)).multiple


@pytest.mark.parametrize("hint", [int, str | None, int | str, Any, Colour])
def test_scalars_take_one_string(hint: Any) -> None:
    assert not StringParser(build_tree(hint)).multiple


@pytest.mark.parametrize(
    ("hint", "named"),
    [
        (Item, "Item"),
        (dict[str, int], r"dict\[str, int\]"),
        (list[Item], r"list\[Item\]"),
        (list[list[int]], r"list\[list\[int\]\]"),
        (int | list[int], r"int \| list\[int\]"),
    ],
)
def test_types_with_parts_are_refused_by_name(hint: Any, named: str) -> None:
    with pytest.raises(TypeError, match=named):
        StringParser(build_tree(hint))


def test_plain_text_costs_one_assignment() -> None:
    source = SourceBuilder()
    StringParser(build_tree(str)).emit_fast(source, Namespace(), "raw", "name")
    assert source.source() == "name = raw\n"


def test_bounds_are_checked_in_one_line() -> None:
    source = SourceBuilder()
    StringParser(build_tree(Annotated[int, Ge(0), Le(9)])).emit_fast(source, Namespace(), "raw", "page")
    assert source.source() == (
        "page = int(raw)\nif not raw.isascii() or page > 9 or page < 0:\n    raise ValueError\n"
    )


def test_numbers_of_one_hash_are_refused_before_they_are_hashed() -> None:
    texts = [str((2**61 - 1) * n) for n in range(1, 200)]
    parser = StringParser(build_tree(set[int]))
    with pytest.raises(ValueError, match=r"^$"):
        parser.parse(texts)
    errors: list[ErrorDetails] = []
    parser.collect(texts, ("q",), errors)
    assert [error["type"] for error in errors] == ["too_long"]
