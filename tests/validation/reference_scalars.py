"""The reference interpreter's rules of scalars: which constraint is told first, and how exact a match is."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from bolide.validation import lax, limits, temporal
from bolide.validation.choices import compile_enum, compile_literal
from bolide.validation.errors import (
    ErrorDetails,
    Loc,
    append_error,
)
from bolide.validation.lax import is_multiple
from bolide.validation.patterns import anchor_pattern
from bolide.validation.spellings import json_int
from bolide.validation.tree import (
    BoolNode,
    BytesNode,
    DateNode,
    DateTimeNode,
    DecimalNode,
    EnumNode,
    FloatNode,
    IntNode,
    LiteralNode,
    Node,
    NoneNode,
    StrNode,
    TimeDeltaNode,
    TimeNode,
    UUIDNode,
)
from tests.validation.reference_parts import (
    EXACT,
    FAILED,
    LAX,
    STRICT,
    Found,
    Reader,
)

LIMITED = (IntNode, FloatNode, DecimalNode, DateTimeNode, DateNode, TimeNode, TimeDeltaNode)

SCALARS: dict[type[Node], tuple[lax.ScalarParser, lax.ScalarParser]] = {
    NoneNode: (lax.parse_none, lax.parse_none),
    BoolNode: (lax.lax_bool, lax.strict_bool),
    IntNode: (lax.lax_int, lax.strict_int),
    FloatNode: (lax.lax_float, lax.strict_float),
    StrNode: (lax.lax_str, lax.strict_str),
    BytesNode: (lax.lax_bytes, lax.strict_bytes),
    DecimalNode: (lax.lax_decimal, lax.strict_decimal),
    DateTimeNode: (temporal.lax_datetime, temporal.strict_datetime),
    DateNode: (temporal.lax_date, temporal.strict_date),
    TimeNode: (temporal.lax_time, temporal.strict_time),
    TimeDeltaNode: (temporal.lax_timedelta, temporal.strict_timedelta),
    UUIDNode: (lax.lax_uuid, lax.lax_uuid),
}


def read_scalar(reader: Reader, node: Node, raw: Any, loc: Loc, errors: list[ErrorDetails]) -> Found:
    if isinstance(node, EnumNode):
        parse = compile_enum(node.cls, strict=reader.is_strict(node), from_text=reader.from_text)
    elif isinstance(node, LiteralNode):
        parse = compile_literal(node.values, strict=reader.is_strict(node), from_text=reader.from_text)
    else:
        parse = parser(reader, node)
    before = len(errors)
    value = parse(raw, loc, errors)
    if len(errors) != before:
        return FAILED
    if isinstance(node, StrNode) and node.strip:
        value = lax.trimmed(value)
    for broken, error_type, ctx in constraints(node, value):
        if broken:
            append_error(errors, error_type, loc, raw, **ctx)
            return FAILED
    if isinstance(node, StrNode) and node.case is not None:
        value = value.lower() if node.case == "lower" else value.upper()
    if type(raw) is type(value):
        return Found(value, EXACT)
    is_choice = isinstance(node, (EnumNode, LiteralNode, BoolNode)) or isinstance(raw, bool)
    wider = int if isinstance(node, FloatNode) else type(value)
    return Found(value, STRICT if isinstance(raw, wider) and not is_choice else LAX)


def parser(reader: Reader, node: Node) -> lax.ScalarParser:
    is_strict = reader.is_strict(node) and (isinstance(node, StrNode) or not reader.from_text)
    if isinstance(node, DecimalNode) and not node.finite:
        return lax.any_decimal
    if isinstance(node, StrNode) and node.from_numbers and not is_strict:
        return lax.number_text
    if isinstance(node, IntNode) and node.strict is None and is_strict:
        return json_int
    return SCALARS[type(node)][is_strict]


def constraints(node: Node, value: Any) -> Iterable[tuple[bool, str, dict[str, Any]]]:
    if isinstance(node, FloatNode) and node.finite:
        yield not math.isfinite(value), "finite_number", {}
    if isinstance(node, DecimalNode):
        yield from digits(node, value)
    if isinstance(node, (IntNode, FloatNode, DecimalNode)) and (by := node.multiple_of) is not None:
        fits = is_multiple(value, by) if isinstance(node, FloatNode) else value % by == 0
        yield not fits, "multiple_of", {"multiple_of": by}
    if isinstance(node, LIMITED):
        if (bound := node.maximum) is not None:
            yield not is_at_most(value, bound), "less_than_equal", {"le": limits.shown_bound(bound)}
        if (bound := node.exclusive_maximum) is not None:
            yield not is_below(value, bound), "less_than", {"lt": limits.shown_bound(bound)}
        if (bound := node.minimum) is not None:
            yield not is_at_most(bound, value), "greater_than_equal", {"ge": limits.shown_bound(bound)}
        if (bound := node.exclusive_minimum) is not None:
            yield not is_below(bound, value), "greater_than", {"gt": limits.shown_bound(bound)}
    if isinstance(node, (StrNode, BytesNode)):
        kind = "string" if isinstance(node, StrNode) else "bytes"
        if isinstance(node, StrNode) and node.is_ascii:
            yield not value.isascii(), "string_not_ascii", {}
        if (length := node.min_length) is not None:
            yield len(value) < length, f"{kind}_too_short", {"min_length": length}
        if (length := node.max_length) is not None:
            yield len(value) > length, f"{kind}_too_long", {"max_length": length}
        if isinstance(node, StrNode) and node.pattern is not None:
            is_found = re.search(anchor_pattern(node.pattern), value) is not None
            yield not is_found, "string_pattern_mismatch", {"pattern": node.pattern}


def digits(node: DecimalNode, value: Decimal) -> Iterable[tuple[bool, str, dict[str, Any]]]:
    plain = f"{value:f}"
    whole, _, places = plain.lstrip("-").partition(".")
    places = places.rstrip("0")
    count = len(whole.lstrip("0") + places) if whole.strip("0") else len(places)
    if node.max_digits is not None:
        yield max(count, 1) > node.max_digits, "decimal_max_digits", {"max_digits": node.max_digits}
    if node.decimal_places is not None:
        ctx = {"decimal_places": node.decimal_places}
        yield len(places) > node.decimal_places, "decimal_max_places", ctx
    if node.max_digits is not None and node.decimal_places is not None:
        most = max(node.max_digits - node.decimal_places, 0)
        yield len(whole.lstrip("0")) > most, "decimal_whole_digits", {"whole_digits": most}


def is_below(one: Any, other: Any) -> bool:
    if isinstance(one, (datetime.datetime, datetime.time)) and (one.tzinfo is None) != (other.tzinfo is None):
        return bool(one.replace(tzinfo=None) < other.replace(tzinfo=None))
    return bool(one < other)


def is_at_most(one: Any, other: Any) -> bool:
    return is_below(one, other) or one == other or (hasattr(one, "tzinfo") and not is_below(other, one))
