"""What the lax and strict rules read as a scalar, value by value."""

from __future__ import annotations

import decimal
import enum
import math
import uuid
from typing import Any

import pytest

from bolide.validation import lax
from bolide.validation.choices import compile_enum, compile_literal
from bolide.validation.errors import ErrorDetails
from bolide.validation.lax import INVALID, is_multiple, parse_decimal
from bolide.validation.spellings import json_int

D = decimal.Decimal
HYPHENATED = "12345678-1234-5678-1234-567812345678"
PLAIN = "12345678123456781234567812345678"


class Word(enum.StrEnum):
    ONE = "1"
    X = "x"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Mixed(enum.Enum):
    NAME = "name"
    SEVEN = 7
    HALF = 0.5


def read(parse: lax.ScalarParser, value: object) -> Any:
    """Return the value, or the error type and what its text was made from."""
    errors: list[ErrorDetails] = []
    result = parse(value, ("q",), errors)
    if result is not INVALID:
        assert errors == []
        return result
    (error,) = errors
    assert error["loc"] == ("q",)
    assert error["input"] is value
    return Refused(error["type"])


class Refused(str):
    """An error type; differs from any value."""


ACCEPTED: list[tuple[lax.ScalarParser, list[tuple[object, object]]]] = [
    (
        lax.lax_int,
        [
            ("1", 1),
            (" 1\n", 1),
            ("\xa01", 1),
            ("+1", 1),
            ("-0", 0),
            ("01", 1),
            ("1_000", 1000),
            ("1.00", 1),
            ("1.0_0", 1),
            (True, 1),
            (1.0, 1),
            (b" 12 ", 12),
            (D("1.0"), 1),
            (Level.HIGH, 2),
            (Word.ONE, 1),
            ("1" * 4300, int("1" * 4300)),
            ("0" * 5000 + "1", 1),
            (2**70, 2**70),
            (Mixed.SEVEN, 7),
        ],
    ),
    (lax.strict_int, [(1, 1), (Level.HIGH, 2)]),
    (
        lax.lax_float,
        [
            ("1", 1.0),
            (" 1.5 ", 1.5),
            ("1_0.5", 10.5),
            (".5", 0.5),
            ("5.", 5.0),
            ("1e400", math.inf),
            ("-Infinity", -math.inf),
            (True, 1.0),
            (2**70, 2.0**70),
            (D("1.5"), 1.5),
            (b"1.5", 1.5),
        ],
    ),
    (json_int, [(1, 1), (2**70, 2**70), (1.0, 1), (-3e2, -300)]),
    (lax.strict_float, [(1, 1.0), (1.5, 1.5), (D("1.5"), 1.5)]),
    (
        lax.lax_bool,
        [
            ("true", True),
            ("tRue", True),
            ("T", True),
            ("y", True),
            ("on", True),
            ("1", True),
            (1, True),
            ("off", False),
            ("N", False),
            ("0", False),
            (0.0, False),
            (D(1), True),
            (b"yes", True),
        ],
    ),
    (lax.strict_bool, [(True, True), (False, False)]),
    (
        lax.lax_str,
        [
            ("a", "a"),
            (b"abc", "abc"),
            (bytearray(b"x"), "x"),
            (Word.X, "x"),
            (Mixed.NAME, "name"),
            (Mixed.SEVEN, "7"),
        ],
    ),
    (lax.strict_str, [("a", "a"), (Word.X, "x")]),
    (lax.lax_bytes, [(b"a", b"a"), ("é", b"\xc3\xa9"), (bytearray(b"x"), b"x")]),
    (lax.strict_bytes, [(b"a", b"a"), ("é", b"\xc3\xa9")]),
    (
        lax.lax_decimal,
        [("1.50", D("1.50")), (" 1 ", D(1)), (1, D(1)), (0.1, D("0.1")), ("1e400", D("1e400")), (D(2), D(2))],
    ),
    (
        lax.lax_uuid,
        [
            (text, uuid.UUID(PLAIN))
            for text in (
                HYPHENATED,
                PLAIN,
                f"{{{HYPHENATED}}}",
                f"urn:uuid:{HYPHENATED}",
                HYPHENATED.encode(),
            )
        ]
        + [(b"x" * 16, uuid.UUID(bytes=b"x" * 16)), (uuid.UUID(int=1), uuid.UUID(int=1))],
    ),
    (lax.parse_none, [(None, None)]),
    (compile_enum(Word), [("x", Word.X), (Word.X, Word.X)]),
    (compile_enum(Level), [(1, Level.LOW), ("1", Level.LOW), (" 1 ", Level.LOW), (2.0, Level.HIGH)]),
    (compile_enum(Mixed), [(7, Mixed.SEVEN), (7.0, Mixed.SEVEN), (0.5, Mixed.HALF)]),
    (compile_enum(Mixed, from_text=True), [("7", Mixed.SEVEN), ("name", Mixed.NAME)]),
    (compile_enum(Level, strict=True), [(1, Level.LOW), (Level.LOW, Level.LOW)]),
    (compile_literal(("a", 1, None)), [("a", "a"), (1, 1), (True, 1), (None, None)]),
    (compile_literal((1, True)), [(True, True), (1, 1)]),
    (compile_literal(("a", 1), from_text=True), [("1", 1)]),
]

REFUSED: list[tuple[lax.ScalarParser, list[tuple[object, str]]]] = [
    (
        lax.lax_int,
        [
            (text, "int_parsing")
            for text in ("", " ", "--1", "1__0", "_1", "1.", "1.5", "1e2", "\u0661", "0x1")
        ]
        + [("1" * 4301, "int_parsing_size"), (1e22, "int_parsing_size"), (D("1e5000"), "int_parsing_size")]
        + [
            (1.5, "int_from_float"),
            (D("1.5"), "int_from_float"),
            (math.nan, "finite_number"),
            (None, "int_type"),
        ]
        + [
            (D("-inf"), "finite_number"),
            ([], "int_type"),
            ("\ud800", "string_unicode"),
            (b"\xff", "int_parsing"),
        ],
    ),
    (lax.strict_int, [("1", "int_type"), (True, "int_type"), (1.0, "int_type"), (None, "int_type")]),
    (json_int, [("1", "int_type"), (True, "int_type"), (1.5, "int_type"), (None, "int_type")]),
    (json_int, [(math.inf, "int_type"), (math.nan, "int_type"), (D("1"), "int_type")]),
    (
        lax.lax_float,
        [
            ("", "float_parsing"),
            ("1__0", "float_parsing"),
            ("\u0661", "float_parsing"),
            ("0x1p3", "float_parsing"),
            (10**400, "float_type"),
            (None, "float_type"),
            ("\ud800", "string_unicode"),
            (D("sNaN"), "float_type"),
        ],
    ),
    (lax.strict_float, [("1", "float_type"), (True, "float_type")]),
    (
        lax.lax_bool,
        [
            ("2", "bool_parsing"),
            ("", "bool_parsing"),
            (" true", "bool_parsing"),
            (2, "bool_parsing"),
            (0.5, "bool_type"),
            (math.nan, "bool_type"),
            (2**64, "bool_type"),
            (None, "bool_type"),
        ],
    ),
    (lax.strict_bool, [(1, "bool_type"), ("true", "bool_type")]),
    (
        lax.lax_str,
        [
            (1, "string_type"),
            (None, "string_type"),
            (b"\xff", "string_unicode"),
        ],
    ),
    (lax.strict_str, [(b"a", "string_type")]),
    (lax.lax_bytes, [(1, "bytes_type"), ("\ud800", "string_unicode")]),
    (lax.strict_bytes, [(bytearray(b"x"), "bytes_type")]),
    (
        lax.lax_decimal,
        [
            ("x", "decimal_parsing"),
            ("", "decimal_parsing"),
            ("nan", "finite_number"),
            (math.inf, "finite_number"),
            (True, "decimal_type"),
            (b"1", "decimal_type"),
            (D("sNaN"), "finite_number"),
        ],
    ),
    (
        lax.lax_uuid,
        [("x", "uuid_parsing"), (b"x", "uuid_parsing"), (1, "uuid_type"), ("\ud800", "string_unicode")],
    ),
    (lax.parse_none, [("null", "none_required"), (0, "none_required")]),
    (compile_enum(Word), [("y", "enum"), (1, "enum"), ([], "enum")]),
    (compile_enum(Mixed), [("7", "enum"), (None, "enum")]),
    (compile_enum(Level, strict=True), [(True, "enum"), ("1", "enum"), (1.0, "enum")]),
    (compile_literal(("a", 1)), [("b", "literal_error"), ("1", "literal_error"), ([], "literal_error")]),
    (compile_literal((1,), strict=True), [(True, "literal_error"), (1.0, "literal_error")]),
]


@pytest.mark.parametrize(
    ("parse", "value", "expected"),
    [(parse, value, expected) for parse, cases in ACCEPTED for value, expected in cases],
)
def test_value_is_read_as(parse: lax.ScalarParser, value: object, expected: object) -> None:
    result = read(parse, value)
    assert (type(result), result) == (type(expected), expected)


@pytest.mark.parametrize(
    ("parse", "value", "error_type"),
    [(parse, value, error_type) for parse, cases in REFUSED for value, error_type in cases],
)
def test_value_is_refused_with(parse: lax.ScalarParser, value: object, error_type: str) -> None:
    assert read(parse, value) == Refused(error_type)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "invalid length: found 0"),
        ("ab", "invalid length: found 2"),
        ("x" + HYPHENATED[1:], "invalid character: found `x` at 0"),
        (HYPHENATED + " ", "invalid character: found ` ` at 36"),
        ("{g}", "invalid character: found `g` at 1"),
        (HYPHENATED[:-1], "invalid group length in group 4: expected 12, found 11"),
        (HYPHENATED.replace("-", "", 1), "invalid group count: expected 5, found 4"),
        ("{}", "invalid group count: expected 5, found 1"),
    ],
)
def test_wrong_uuid_says_what_is_wrong(text: str, reason: str) -> None:
    errors: list[ErrorDetails] = []
    lax.lax_uuid(text, (), errors)
    assert errors[0]["msg"] == f"Input should be a valid UUID, {reason}"


def test_choices_are_listed_in_order_of_declaration() -> None:
    errors: list[ErrorDetails] = []
    compile_literal(("a", 1, None, "it's"))("q", (), errors)
    compile_enum(Mixed)("q", (), errors)
    assert [error["msg"] for error in errors] == [
        "Input should be 'a', 1, None or \"it's\"",
        "Input should be 'name', 7 or 0.5",
    ]


@pytest.mark.parametrize(
    ("value", "divisor", "expected"),
    [
        (0.3, 0.1, True),
        (0.35, 0.1, False),
        (1e300, 0.1, True),
        (math.inf, 2.0, True),
        (math.nan, 2.0, True),
        (-0.3, 0.1, True),
        (0.0, 0.1, True),
        (7.0, 2.0, False),
        (5e-324, 0.1, True),
    ],
)
def test_multiples_of_floats_have_a_tolerance(value: float, divisor: float, expected: bool) -> None:
    assert is_multiple(value, divisor) is expected


@pytest.mark.parametrize("text", ["x", "nan", "inf", "", "sNaN", "1e99999999999999999999"])
def test_decimal_text_must_be_finite(text: str) -> None:
    with pytest.raises(ValueError, match="not"):
        parse_decimal(text)
