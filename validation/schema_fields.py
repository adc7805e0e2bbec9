"""Tell which properties the schema of a record has in which mode."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from bolide.validation.dump_plan import FieldPlan, leaves_out_unset, plan_record
from bolide.validation.tree import NO_DEFAULT, AnyNode, Documentation, FunctionNode, Node, RecordNode

__all__ = ["Mode", "Property", "properties_of"]

Mode = Literal["validation", "serialization"]


class Property(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One property; *computed* ones are written and never read."""

    name: str
    node: Node
    required: bool
    default: Any
    documentation: Documentation | None
    computed: bool = False


def properties_of(record: RecordNode, mode: Mode, *, by_alias: bool) -> list[Property]:
    """Return the properties of *record*: what is read of it, or what is written."""
    absent = leaves_out_unset(record.cls)
    if mode == "validation":
        return [
            Property(
                name=field.wire_name if by_alias else field.name,
                node=field.node,
                required=field.required,
                default=NO_DEFAULT if absent else field.default,
                documentation=field.documentation,
            )
            for field in record.fields
            if field.access != "output"
        ]
    required = {field.name for field in record.fields if field.required}
    return [
        Property(
            name=field.alias if by_alias else field.name,
            node=_written_node(field),
            required=(field.computed and field.exclude_if is None) or field.name in required,
            default=NO_DEFAULT if absent else _written_default(field),
            documentation=field.documentation,
            computed=field.computed,
        )
        for field in plan_record(record).fields
        if not field.exclude
    ]


def _written_node(field: FieldPlan) -> Node:
    """Return what is written of *field*; a serializer that does not say what it returns changes nothing."""
    if field.serializer is None or isinstance(field.serializer.returns, AnyNode):
        return field.node
    return field.serializer.returns


def _written_default(field: FieldPlan) -> Any:
    """Return what is written of the default of *field*, nothing where only a call of a dump could tell.

    A user's function is called if it needs nothing but the value; one that does not take its own default
    leaves it untold.
    """
    serializer = field.serializer
    if serializer is None and isinstance(field.node, FunctionNode):
        serializer = field.node.serializer
    if serializer is None or field.default is NO_DEFAULT or isinstance(serializer.returns, AnyNode):
        return field.default
    if serializer.takes_owner or serializer.takes_info or serializer.mode == "wrap":
        return NO_DEFAULT
    if field.default is None and serializer.when_used.endswith("unless-none"):
        return None
    try:
        return serializer.function(field.default)
    except Exception:
        return NO_DEFAULT
