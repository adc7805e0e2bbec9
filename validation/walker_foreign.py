"""Print how walkers read records that are arrays in JSON: named tuples, and structs with ``array_like``.

Owns how positions become fields, so that the rest of a record's walker need not know which form was given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bolide.validation.errors import ErrorDetails, Loc, report
from bolide.validation.lax import INVALID, Invalid
from bolide.validation.shapes import is_array, is_mapping
from bolide.validation.tree import RecordNode
from bolide.validation.walker_context import WalkerContext

__all__ = ["open_array_record", "print_array_record_opening"]


def print_array_record_opening(context: WalkerContext, node: RecordNode) -> None:
    """Print the statements that set ``fields`` to a dictionary by name, and ``keys`` to where each stands."""
    source = context.source
    name = node.cls.__name__
    if node.kind != "named_tuple" and not context.options.from_attributes:
        with source.block(f"if isinstance(value, {context.type(node.cls)}):"):
            source.line("return value")
    names = context.namespace.bind(f"NAMES_OF_{name}", tuple(each.wire_name for each in node.read_fields))
    limit = len(node.read_fields) if node.extra == "forbid" else None
    record = f"({context.type(node.cls)}, {limit})"
    call = f"{context.function(open_array_record)}(value, {names}, {record}, loc, errors)"
    with source.block(f"if (opened := {call}) is {context.invalid}:"):
        source.line(f"return {context.invalid}")
    source.line("fields, keys = opened")


def open_array_record(
    value: object,
    names: tuple[str, ...],
    record: tuple[type, int | None],
    loc: Loc,
    errors: list[ErrorDetails],
) -> tuple[dict[Any, Any], Mapping[str, str | int]] | Invalid:
    """Return the fields of *value* by name, and by name their key in it: a position, or the name itself.

    Args:
        value: An array, or an object with the fields by name.
        names: The names of the fields, in order.
        record: The class, and how many items it takes at most.
        loc: Where *value* stands.
        errors: Takes what is wrong with it.
    """
    cls, most = record
    if is_mapping(value):
        return dict(value), dict(zip(names, names, strict=True))
    if not is_array(value):
        report(errors, "named_tuple_type", loc, value, class_name=cls.__name__)
        return INVALID
    items = list(value)
    if most is not None and len(items) > most:
        ctx = {"field_type": "NamedTuple", "max_length": most, "actual_length": len(items)}
        report(errors, "too_long", loc, value, **ctx)
        return INVALID
    fields = dict(zip(names, items, strict=False))
    if isinstance(value, cls):
        return fields, dict(zip(names, names, strict=True))
    return fields, {name: at for at, name in enumerate(names)}
