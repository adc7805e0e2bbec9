"""Print how walkers read scalars, enumerations and literals.

Owns the table of scalar types: the exact type that passes at once, and the parsers for all other values.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from bolide.validation import lax, temporal
from bolide.validation.checks import transformation, value_checks
from bolide.validation.choices import compile_enum, compile_literal
from bolide.validation.codegen import Namespace
from bolide.validation.spellings import exact_parser, json_int
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
from bolide.validation.walker_context import Place, WalkerContext

__all__ = ["alters", "exact_type", "print_enum", "print_literal", "print_scalar", "scalar_type"]


class _Scalar(NamedTuple):
    exact: type | None  # None: no value passes without a look at it
    lax: lax.ScalarParser
    strict: lax.ScalarParser


_SCALARS: Final[Mapping[type[Node], _Scalar]] = {
    NoneNode: _Scalar(None, lax.parse_none, lax.parse_none),
    BoolNode: _Scalar(bool, lax.lax_bool, lax.strict_bool),
    IntNode: _Scalar(int, lax.lax_int, lax.strict_int),
    FloatNode: _Scalar(float, lax.lax_float, lax.strict_float),
    StrNode: _Scalar(str, lax.lax_str, lax.strict_str),
    BytesNode: _Scalar(bytes, lax.lax_bytes, lax.strict_bytes),
    # A Decimal may be NaN, which is refused.
    DecimalNode: _Scalar(None, lax.lax_decimal, lax.strict_decimal),
    DateTimeNode: _Scalar(datetime, temporal.lax_datetime, temporal.strict_datetime),
    DateNode: _Scalar(date, temporal.lax_date, temporal.strict_date),
    TimeNode: _Scalar(time, temporal.lax_time, temporal.strict_time),
    TimeDeltaNode: _Scalar(timedelta, temporal.lax_timedelta, temporal.strict_timedelta),
    UUIDNode: _Scalar(UUID, lax.lax_uuid, lax.lax_uuid),
}


def exact_type(node: Node) -> type | None:
    """Return the type whose values *node* takes without any look at them, None if there is none."""
    return None if value_checks(node, "", Namespace()) else scalar_type(node)


def scalar_type(node: Node) -> type | None:
    """Return the type whose values *node* takes as they are after ``value_checks``, None if there is none."""
    scalar = _SCALARS.get(type(node))
    return None if scalar is None or alters(node) else scalar.exact


def alters(node: Node) -> bool:
    """Tell whether *node* makes something else of a value that has its type already."""
    return any(transformation(node, "", Namespace()))


def print_scalar(context: WalkerContext, node: Node, place: Place) -> bool:
    """Print the statements that read a scalar; return False for a node that is none."""
    scalar = _SCALARS.get(type(node))
    if scalar is None:
        return False
    # Keys are text: only what is no text has to be read from it.
    is_strict = context.is_strict(node) if isinstance(node, StrNode) else context.is_strict(node, place)
    parse = _parser(node, scalar, is_strict=is_strict)
    if place.from_text and context.reads_exact_text:
        parse = exact_parser(type(node)) or parse
    call = f"{context.function(parse)}({place.raw}, {place.loc_text}, errors)"
    if scalar.exact is None:
        context.line(f"{place.target} = {call}")
    else:
        exact = context.type(scalar.exact)
        context.line(f"{place.target} = {place.raw} if type({place.raw}) is {exact} else {call}")
    _print_checks(context, node, place)
    return True


def _parser(node: Node, scalar: _Scalar, *, is_strict: bool) -> lax.ScalarParser:
    if isinstance(node, DecimalNode) and not node.finite:
        return lax.any_decimal
    if isinstance(node, StrNode) and node.from_numbers and not is_strict:
        return lax.number_text
    if isinstance(node, IntNode) and node.strict is None and is_strict:
        return json_int  # StrictInt is stricter than JSON
    return scalar.strict if is_strict else scalar.lax


def _print_checks(context: WalkerContext, node: Node, place: Place) -> None:
    checks = value_checks(node, place.target, context.namespace)
    before, after = transformation(node, place.target, context.namespace)
    if not checks and before is None and after is None:
        return
    with context.source.block(f"if {place.target} is not {context.invalid}:"):
        if before is not None:
            context.line(f"{place.target} = {before}")
        for index, check in enumerate(checks):
            with context.source.block(f"{'elif' if index else 'if'} {check.broken}:"):
                context.print_report(check.error_type, place.loc_text, place.raw, dict(check.ctx))
                context.line(f"{place.target} = {context.invalid}")
        if after is not None and checks:
            with context.source.block("else:"):
                context.line(f"{place.target} = {after}")
        elif after is not None:
            context.line(f"{place.target} = {after}")


def print_literal(context: WalkerContext, node: LiteralNode, place: Place) -> None:
    """Print the statement that reads one of the values of a ``Literal``."""
    parse = compile_literal(node.values, strict=context.is_strict(node), from_text=place.from_text)
    name = context.namespace.bind("parse_literal", parse)
    context.line(f"{place.target} = {name}({place.raw}, {place.loc_text}, errors)")


def print_enum(context: WalkerContext, node: EnumNode, place: Place) -> None:
    """Print the statement that reads a member of an enumeration."""
    cls = context.type(node.cls)
    parse = compile_enum(node.cls, strict=context.is_strict(node), from_text=place.from_text)
    name = context.namespace.bind(f"parse_{node.cls.__name__}", parse)
    call = f"{name}({place.raw}, {place.loc_text}, errors)"
    context.line(f"{place.target} = {place.raw} if type({place.raw}) is {cls} else {call}")
