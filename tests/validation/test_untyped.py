"""JSON without a type: what is refused, where, and in which words."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bolide.validation.errors import ErrorDetails
from bolide.validation.untyped import MAX_DEPTH, check_depth, decode_untyped


def decode(data: bytes) -> tuple[Any, list[ErrorDetails]]:
    errors: list[ErrorDetails] = []
    return decode_untyped(data, ("body",), errors), errors


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b'{"a": [1, 2.5, null, true, "\\u00e9\\ud83d\\ude00"]}', {"a": [1, 2.5, None, True, "é😀"]}),
        (b" 7 ", 7),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'"\\u0000"', "\0"),
        (b"1" * 4000, int("1" * 4000)),
    ],
    ids=["nested", "scalar", "duplicate key", "NUL", "many digits"],
)
def test_json_is_decoded(data: bytes, value: Any) -> None:
    assert decode(data) == (value, [])


@pytest.mark.parametrize(
    ("data", "position", "reason"),
    [
        (b"", 0, "Expecting value"),
        (b'{"a', 1, "Unterminated string starting at"),
        (b'{"a": 1,}', 7, "Illegal trailing comma before end of object"),
        (b"[1 2]", 3, "Expecting ',' delimiter"),
        (b"1 2", 2, "Extra data"),
        (b'"\x01"', 1, "Invalid control character at"),
        (b'{"a": NaN}', 6, "Expecting value"),
        (b'["NaN", -Infinity]', 8, "Expecting value"),
        (b'{"a": 1e400}', 6, "Number out of range"),
        (b'["1e400", -1e999]', 10, "Number out of range"),
        (b"[" + b"1" * 5000 + b"]", 1, "Number out of range"),
        (b'["\\\\ud800", "\\ud800"]', 12, "Invalid unicode surrogate pair"),
        (b'["\\ude00\\ud83d"]', 1, "Invalid unicode surrogate pair"),
        (b'["\xff"]', 2, "Invalid UTF-8"),
        (b"\xef\xbb\xbf{}", 0, "Unexpected UTF-8 BOM (decode using utf-8-sig)"),
        ("{}".encode("utf-16"), 0, "Invalid UTF-8"),
        (b"[" * 201, 200, "Nested deeper than 200 levels"),
        (b'{"a":' * 100_000, 1000, "Nested deeper than 200 levels"),
    ],
    ids=lambda case: repr(case)[:20],
)
def test_what_is_no_json_is_one_error(data: bytes, position: int, reason: str) -> None:
    value, errors = decode(data)
    if reason.startswith("Illegal trailing comma"):  # the words of Python 3.13; older ones have others
        reason = errors[0]["ctx"]["error"]
        position = int(errors[0]["loc"][1])
    assert value is None
    assert errors == [
        {
            "type": "json_invalid",
            "loc": ("body", position),
            "msg": "JSON decode error",
            "input": {},
            "ctx": {"error": reason, "line": 1, "column": position + 1},
        }
    ]


def test_line_and_column_are_told() -> None:
    errors: list[ErrorDetails] = []
    decode_untyped(b'{\n  "a": 1,\n  "b": x\n}', ("body",), errors)
    assert errors[0]["loc"] == ("body", 19)
    assert errors[0]["ctx"] == {"error": "Expecting value", "line": 3, "column": 8}


@pytest.mark.parametrize(
    "data",
    [
        b"[" * MAX_DEPTH + b"]" * MAX_DEPTH,
        b"[" + b"[]," * 1000 + b"[]]",
        b'["' + b"[" * 1000 + b'"]',
        b'["\\"' + b"[" * 1000 + b'\\\\"]',
        b'["' + b"[{" * 500,
        b'"' + b'\\"' * 1000 + b"[" * 300,
    ],
    ids=["at the limit", "wide", "in a string", "escaped quote", "unterminated", "escapes only"],
)
def test_brackets_that_do_not_nest_are_no_depth(data: bytes) -> None:
    check_depth(data)


@pytest.mark.parametrize(
    ("data", "position"),
    [
        (b"[" * 300, 200),
        (b"[" * 300 + b"]" * 300, 200),
        (b"[[]," + b"[" * 199 + b"[]" + b"]" * 200, 203),
        (b'{"a":' * 150 + b"[" * 51 + b"]" * 51 + b"}" * 150, 800),
    ],
    ids=["open", "closed", "beside another", "mixed"],
)
def test_the_first_level_too_many_is_reported(data: bytes, position: int) -> None:
    errors: list[ErrorDetails] = []
    decode_untyped(data, (), errors)
    assert [error["loc"] for error in errors] == [(position,)]


def test_megabytes_of_brackets_are_counted_in_one_pass() -> None:
    started = time.process_time()
    for _ in range(5):
        with pytest.raises(ValueError, match="Nested deeper than 200 levels"):
            check_depth(b"[" * 500_000 + b"]" * 500_000)
    assert time.process_time() - started < 0.5  # taking away one level at a time needed 3.4


def test_hostile_strings_are_scanned_once() -> None:
    # Quadratic scanning would need minutes here.
    check_depth(b'"' + b'\\"' * 1_000_000 + b"[" * 300)
    check_depth(b'"\\' * 500_000 + b"[" * 300)


@pytest.mark.parametrize("item", [b"1,", b'"a\\n",', b"-1.5e3,"], ids=repr)
def test_the_fault_in_a_megabyte_is_found_without_a_step_for_each_token(item: bytes) -> None:
    data = b"[" + item * (1_000_000 // len(item)) + b"1e999]"
    started = time.process_time()
    assert [error["loc"] for error in decode(data)[1]] == [("body", len(data) - 6)]
    assert time.process_time() - started < 0.7  # 0.06; with a step for each token 1.2


def test_faults_beside_what_only_looks_like_one_are_found() -> None:
    plain = b'["NaN Infinity 1e999", "\\\\ud800", "\\ud83d\\ude00", 1e300, -0.0e-999, true, ' + b"1" * 200
    for fault in (b"1e999", b"-1e309", b'"\\uD800"', b"NaN", b"-Infinity", b"9" * 400 + b".5", b"1" * 5000):
        assert [error["loc"] for error in decode(plain + b", " + fault + b"]")[1]] == [
            ("body", len(plain) + 2)
        ]
