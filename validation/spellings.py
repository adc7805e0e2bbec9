"""The spellings of scalars where nothing else shall pass: those that JSON has.

Text from a query says what a document would: JSON Schema describes both with the same words. Dates and times
have one spelling (RFC 3339) anyway, read by :mod:`bolide.validation.temporal`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from bolide.validation import lax, temporal
from bolide.validation.errors import ErrorDetails, Loc, report
from bolide.validation.tree import (
    BoolNode,
    DateNode,
    DateTimeNode,
    DecimalNode,
    FloatNode,
    IntNode,
    Node,
    TimeDeltaNode,
    TimeNode,
    UUIDNode,
)

__all__ = ["exact_parser", "json_int", "pattern_of", "spelling_of"]


class _Spelling(NamedTuple):
    pattern: str
    parse: lax.ScalarParser
    error_type: str
    ctx: Mapping[str, str] = {}


_SPELLINGS: Final[Mapping[type[Node], _Spelling]] = {
    BoolNode: _Spelling("true|false", lax.lax_bool, "bool_parsing"),
    # 7.0 is an integer in JSON Schema (2020-12 validation, §6.1.1).
    IntNode: _Spelling(r"-?(?:0|[1-9][0-9]*)(?:\.0+)?", lax.lax_int, "int_parsing"),
    FloatNode: _Spelling(
        r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", lax.lax_float, "float_parsing"
    ),
    # Decimals are text in JSON, too, with a sign or without zeros.
    DecimalNode: _Spelling(
        r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", lax.lax_decimal, "decimal_parsing"
    ),
    UUIDNode: _Spelling(
        "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
        lax.lax_uuid,
        "uuid_parsing",
        {"error": "expected five groups of digits with hyphens between them"},
    ),
}

_TEMPORAL: Final[Mapping[type[Node], lax.ScalarParser]] = {
    DateTimeNode: temporal.strict_datetime,
    DateNode: temporal.strict_date,
    TimeNode: temporal.strict_time,
    TimeDeltaNode: temporal.strict_timedelta,
}


@cache
def spelling_of(kind: type[Node]) -> re.Pattern[str] | None:
    """Return what the text of a scalar must match; None where its fast parser tells, or any will do."""
    spelling = _SPELLINGS.get(kind)
    return None if spelling is None else re.compile(spelling.pattern, re.ASCII)


def pattern_of(kind: type[Node], *, finite: bool = True) -> str:
    """Return the ``pattern`` in JSON Schema of the text of a number, of no number too unless *finite*."""
    if kind is IntNode:  # a name is one integer, not the same written as a float
        return "^-?(?:0|[1-9][0-9]*)$"
    text = _SPELLINGS[kind].pattern
    return f"^{text}$" if finite else f"^(?:{text}|NaN|-?Infinity)$"


@cache
def exact_parser(kind: type[Node]) -> lax.ScalarParser | None:
    """Return what reads the text of a scalar and reports other spellings, None where any text will do."""
    spelling = _SPELLINGS.get(kind)
    if spelling is None:
        return _TEMPORAL.get(kind)
    pattern = re.compile(spelling.pattern, re.ASCII)

    def parse_exactly(value: object, loc: Loc, errors: list[ErrorDetails]) -> Any:
        if isinstance(value, str) and pattern.fullmatch(value) is None:
            report(errors, spelling.error_type, loc, value, **spelling.ctx)
            return lax.INVALID
        return spelling.parse(value, loc, errors)

    return parse_exactly


def json_int(value: object, loc: Loc, errors: list[ErrorDetails]) -> int | lax.Invalid:
    """Accept integers, be they written as ``1.0``: JSON has one kind of numbers (JSON Schema, §4.2.3)."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return lax.strict_int(value, loc, errors)
