"""What is written of a record, and under which names: the one place that decides it.

Everything that writes records asks :func:`plan_record`: dumps, adapters, response encoders, schemas of
what is written. A new way to influence writing (a serializer, a computed field) is added here, as one more
:class:`FieldPlan` or as a :class:`Serializer` of a plan; the printers follow the plan and know nothing of
where it came from. To hook in:

- a function for the value of one field: set ``FieldPlan.serializer``;
- a property that is written like a field: append a ``FieldPlan(computed=True, node=<its type>)``;
- a function for the whole record: set ``RecordPlan.serializer``;
- a function in the metadata of a hint belongs to its node: see ``dump_printer``.

Where nothing is said, a plan is *native*: msgspec may write the record itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from bolide.validation.tree import (
    NO_DEFAULT,
    AnyNode,
    BytesNode,
    CustomNode,
    Node,
    RecordNode,
    TypeTree,
    children,
)

__all__ = [
    "FieldPlan",
    "RecordPlan",
    "Serializer",
    "WhenUsed",
    "has_wrapping",
    "is_native",
    "plan_record",
    "tracks_fields_set",
    "written_parts",
]

WhenUsed = Literal["always", "unless-none", "json", "json-unless-none"]


class Serializer(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A user's function that writes a value.

    It is called with the record when *takes_owner*, then the value (not if the value is the record), then
    for ``wrap`` the handler that writes it as if there were no serializer, then a ``SerializationInfo`` when
    *takes_info*. What it returns is written as *returns* says.
    """

    function: Callable[..., Any]
    mode: Literal["plain", "wrap"] = "plain"
    takes_owner: bool = False
    takes_info: bool = False
    when_used: WhenUsed = "always"
    returns: Node = AnyNode()


class FieldPlan(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """How one field is written: from the attribute *name*, as *node*, by alias under *alias*."""

    name: str
    alias: str
    node: Node
    exclude: bool = False
    exclude_if: Callable[[Any], bool] | None = None
    default: Any = NO_DEFAULT
    default_factory: Callable[[], Any] | None = None
    serializer: Serializer | None = None
    computed: bool = False


class RecordPlan(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """How a record is written: its fields in order, unless *serializer* decides."""

    record: RecordNode
    fields: tuple[FieldPlan, ...]
    serializer: Serializer | None = None

    @property
    def is_native(self) -> bool:
        """Tell whether msgspec's encoder writes the record as planned, by alias and without options."""
        if self.serializer is not None or len(self.fields) != len(self.record.written_fields):
            return False
        return all(
            not field.exclude
            and field.exclude_if is None
            and field.serializer is None
            and field.alias == wire.wire_name
            for field, wire in zip(self.fields, self.record.written_fields, strict=True)
        )

    @property
    def has_aliases(self) -> bool:
        """Whether a field has another name by alias than without."""
        return any(field.alias != field.name for field in self.fields)


def plan_record(record: RecordNode) -> RecordPlan:
    """Return how *record* is written."""
    fields = tuple(
        FieldPlan(
            name=field.name,
            alias=field.written_name or field.wire_name,
            node=field.node,
            exclude=field.exclude,
            exclude_if=field.exclude_if,
            default=field.default,
            default_factory=field.default_factory,
        )
        for field in record.written_fields
    )
    return RecordPlan(record=record, fields=fields)


def tracks_fields_set(cls: Any) -> bool:
    """Tell whether instances of the model *cls* know which of their fields were set."""
    return hasattr(cls, "model_fields_set")


def written_parts(node: Node) -> tuple[Node, ...]:
    """Return the nodes by which the parts of a value of *node* are written.

    For a node that only wraps another, that is the other one; for a scalar there are none.
    """
    if isinstance(node, CustomNode):
        return () if node.value is None else (node.value,)
    return children(node)


def has_wrapping(tree: TypeTree) -> bool:
    """Tell whether a serializer of *tree* is handed what a record was made into."""
    plans = (plan_record(each) for each in tree.definitions.values() if isinstance(each, RecordNode))
    serializers = (each for plan in plans for each in (plan.serializer, *(f.serializer for f in plan.fields)))
    return any(serializer is not None and serializer.mode == "wrap" for serializer in serializers)


def is_native(tree: TypeTree, *, by_alias: bool) -> bool:
    """Tell whether msgspec's encoder writes every exact value of *tree* as its plans say.

    Below Any, objects of every class may stand, so a tree with one is not native.
    """

    def visit(node: Node) -> bool:
        return not isinstance(node, AnyNode | BytesNode) and all(map(visit, written_parts(node)))

    if not visit(tree.root):
        return False
    for record in tree.definitions.values():
        if isinstance(record, RecordNode):
            plan = plan_record(record)
            if not plan.is_native or (plan.has_aliases and not by_alias):
                return False
            if not all(visit(field.node) for field in plan.fields):
                return False
    return True
