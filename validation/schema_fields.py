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
            default=NO_DEFAULT if absent or _is_written_otherwise(field) else field.default,
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


def _is_written_otherwise(field: FieldPlan) -> bool:
    """Tell whether a function writes *field*, so that its default is not what is written."""
    serializer = field.serializer
    if serializer is None and isinstance(field.node, FunctionNode):
        serializer = field.node.serializer
    return serializer is not None and not isinstance(serializer.returns, AnyNode)
