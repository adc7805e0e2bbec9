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

import enum
import os
from collections.abc import Callable
from typing import Any, Final, Literal, TypeGuard

import msgspec

from bolide.validation.planned import PLANNED_MODELS, note_planned
from bolide.validation.records import LEAVES_OUT_UNSET, MODEL_DECLARATION, ModelDeclaration
from bolide.validation.recursion import is_recursive
from bolide.validation.tree import (
    NO_DEFAULT,
    AnyNode,
    ArrayNode,
    BytesNode,
    CustomNode,
    Documentation,
    EnumNode,
    FieldNode,
    FunctionNode,
    LiteralNode,
    MapNode,
    Node,
    RecordNode,
    RefNode,
    Serializer,
    TupleNode,
    TypeTree,
    UnionNode,
    children,
)

__all__ = [
    "FieldPlan",
    "RecordPlan",
    "Serializer",
    "WhenUsed",
    "has_own_dump",
    "has_wrapping",
    "is_bytes",
    "is_instance",
    "is_native",
    "is_secret",
    "leaves_out_unset",
    "note_model",
    "note_secrets",
    "plan_record",
    "plans_are_native",
    "secret_classes",
    "stands_alone",
    "writes_any",
    "writes_anything",
    "written_parts",
]

_MAKES_TEXT: Final = (str, os.fspath)
_HOLDS_PARTS: Final = (AnyNode, ArrayNode, CustomNode, FunctionNode, MapNode, RefNode, TupleNode, UnionNode)

WhenUsed = Literal["always", "unless-none", "json", "json-unless-none"]


class FieldPlan(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """How one field is written: from the attribute *name*, as *node*, by alias under *alias*.

    A factory that takes data needs the other fields as they were read: nothing is known to be its default.
    What *is_kept* is written as it is, without a look.
    """

    name: str
    alias: str
    node: Node
    exclude: bool = False
    exclude_if: Callable[[Any], bool] | None = None
    default: Any = NO_DEFAULT
    default_factory: Callable[[], Any] | None = None
    factory_takes_data: bool = False
    serializer: Serializer | None = None
    computed: bool = False
    is_kept: bool = False
    documentation: Documentation | None = None


class RecordPlan(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """How a record is written: its fields in order, unless *serializer* decides.

    *extras* is the type of the values of unknown keys that a model kept. *tag* is the key and the value that
    a tagged struct has beside its fields, and is always written. *uses_aliases* says which names are
    written when a call does not say; *tracks_fields_set*, whether instances know which fields were given, and
    *leaves_out_unset*, whether the others are never written.
    """

    record: RecordNode
    fields: tuple[FieldPlan, ...]
    serializer: Serializer | None = None
    extras: Node | None = None
    tag: tuple[str, str | int] | None = None
    uses_aliases: bool = False
    tracks_fields_set: bool = False
    leaves_out_unset: bool = False

    @property
    def is_native(self) -> bool:
        """Tell whether msgspec's encoder writes the record as planned, by alias and without options."""
        if self.serializer is not None or self.extras is not None or self.leaves_out_unset:
            return False
        if self.record.kind == "dataclass" and any(map(_is_class_attribute, self.record.written_fields)):
            return False  # msgspec writes what stands in the instance
        if hasattr(self.record.cls, "__attrs_attrs__"):
            return False  # of these everything that stands there, but for private attributes
        if len(self.fields) != len(self.record.written_fields):
            return False
        is_named_by_msgspec = self.record.kind in ("model", "struct")
        return all(
            not field.exclude
            and field.exclude_if is None
            and field.serializer is None
            and field.alias == (wire.wire_name if is_named_by_msgspec else wire.name)
            for field, wire in zip(self.fields, self.record.written_fields, strict=True)
        )

    @property
    def may_have_unset_fields(self) -> bool:
        """Whether an instance can be made without giving every field; only models track that."""
        return self.record.kind == "model" and any(
            field.default is not NO_DEFAULT or field.default_factory is not None for field in self.fields
        )

    @property
    def has_aliases(self) -> bool:
        """Whether a field has another name by alias than without."""
        return any(field.alias != field.name for field in self.fields)


def note_model(cls: Any, declaration: ModelDeclaration) -> None:
    """Take note of a new model class, if msgspec would not write it as it says."""
    other_names = any(names.written_name != names.wire_name for names in declaration.names.values())
    excludes = any(info.exclude or info.exclude_if for info in declaration.fields.values())
    if other_names or excludes or declaration.config.extra == "allow" or leaves_out_unset(cls):
        PLANNED_MODELS.append(cls.__name__)


def note_secrets(record: RecordNode) -> None:
    """Take note of a record that may hold something that is no secret where one belongs.

    Defaults are not validated, nor what is put into collections. Of assignments ``guard`` takes note.
    """
    for field in record.fields:
        classes = secret_classes(field.node)
        has_default = field.default is not NO_DEFAULT and field.default is not None
        if classes is None or (classes and has_default and not isinstance(field.default, classes)):
            note_planned(record.cls.__qualname__)


def secret_classes(node: Node) -> tuple[type, ...] | None:
    """Return the classes of the secrets that a value of *node* itself may be; None if it may hold some."""
    found: tuple[type, ...] = ()
    for part in written_parts(node):
        inner = secret_classes(part)
        if inner is None or (inner and not isinstance(node, UnionNode | FunctionNode)):
            return None
        found += inner
    return (*found, node.cls) if isinstance(node, CustomNode) and is_secret(node) else found


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
            factory_takes_data=field.factory_takes_data,
            serializer=field.serializer,
            documentation=field.documentation,
        )
        for field in record.written_fields
    )
    computed = tuple(
        FieldPlan(
            name=field.name,
            alias=field.written_name or field.name,
            node=field.node,
            exclude_if=field.exclude_if,
            serializer=field.serializer,
            documentation=field.documentation,
            computed=True,
        )
        for field in record.computed
    )
    declaration: ModelDeclaration | None = getattr(record.cls, MODEL_DECLARATION, None)
    if declaration is None:
        return RecordPlan(
            record=record,
            fields=(*fields, *computed),
            serializer=record.serializer,
            extras=record.extra_values,
            tag=next(
                ((each.wire_name, each.default) for each in record.fields if each.access == "tag"), None
            ),
        )
    return RecordPlan(
        record=record,
        fields=(*fields, *computed),
        serializer=record.serializer,
        extras=(record.extra_values or AnyNode()) if record.extra == "allow" else None,
        uses_aliases=declaration.config.serialize_by_alias,
        tracks_fields_set=declaration.config.track_fields_set,
        leaves_out_unset=leaves_out_unset(record.cls),
    )


def _is_class_attribute(field: FieldNode) -> bool:
    """Tell whether the constructor of a dataclass leaves the default of *field* in the class."""
    return field.access == "output" and field.default is not NO_DEFAULT


def leaves_out_unset(cls: Any) -> bool:
    """Tell whether fields of *cls* that were not given are never written: a default of theirs is no value."""
    return bool(getattr(cls, LEAVES_OUT_UNSET, False))


def stands_alone(cls: Any, tree: TypeTree) -> bool:
    """Tell whether *cls* stands in *tree* elsewhere than in records that leave out what is unset."""
    seen: set[Any] = set()

    def finds(node: Node) -> bool:
        if not isinstance(node, RefNode):
            return any(map(finds, written_parts(node)))
        if node.target in seen:
            return False
        seen.add(node.target)
        definition = tree.definitions[node.target]
        if not isinstance(definition, RecordNode):
            return any(map(finds, children(definition)))
        if definition.cls is cls:
            return True
        parts = () if leaves_out_unset(definition.cls) else definition.nodes
        return any(map(finds, (*parts, *(field.node for field in definition.computed))))

    return finds(tree.root)


def written_parts(node: Node) -> tuple[Node, ...]:
    """Return the nodes by which the parts of a value of *node* are written.

    For a node that only wraps another, that is the other one; for a scalar there are none.
    """
    if isinstance(node, CustomNode):
        if node.spec.wraps:
            return (node.wire,)
        return () if node.value is None else (node.value,)
    return children(node)


def has_own_dump(node: Node) -> bool:
    """Tell whether values of *node* are dumped in a way of their own type, in Python too."""
    if not isinstance(node, CustomNode):
        return False
    return node.spec.wraps or node.spec.dump_part is not None or is_secret(node)


def writes_anything(node: Node) -> bool:
    """Tell whether what the function of *node* makes of a value may be, or hold, records."""
    if not isinstance(node, CustomNode) or node.value is not None or has_own_dump(node):
        return False
    return node.spec.dump not in _MAKES_TEXT and isinstance(node.wire, _HOLDS_PARTS)


def is_instance(node: Node) -> TypeGuard[CustomNode]:
    """Tell whether values of *node* are instances of its class, and no plan is needed to write them."""
    if not isinstance(node, CustomNode) or node.value is not None or not isinstance(node.cls, type):
        return False
    return not (has_own_dump(node) or writes_anything(node))


def is_secret(node: CustomNode) -> bool:
    """Tell whether nothing but instances of a class may be shown."""
    return node.spec.is_secret and node.value is None and isinstance(node.cls, type)


def is_bytes(node: Node, tree: TypeTree) -> bool:
    """Tell whether a value of *node* itself may be, or stand for, bytes: those are text in JSON."""
    if isinstance(node, LiteralNode):
        return any(map(_is_bytes_choice, node.values))
    if isinstance(node, RefNode):
        definition = tree.definitions[node.target]
        return isinstance(definition, EnumNode) and any(map(_is_bytes_choice, definition.cls))
    return isinstance(node, BytesNode)


def _is_bytes_choice(choice: object) -> bool:
    # Values of enums may be anything, so what is not known to hold none may hold some.
    value: object = choice.value if isinstance(choice, enum.Enum) else choice
    return not isinstance(value, str | int | float | None)


def has_wrapping(tree: TypeTree) -> bool:
    """Tell whether a serializer of *tree* is handed what a record was made into."""
    plans = (plan_record(each) for each in tree.definitions.values() if isinstance(each, RecordNode))
    serializers = (each for plan in plans for each in (plan.serializer, *(f.serializer for f in plan.fields)))
    if any(serializer is not None and serializer.mode == "wrap" for serializer in serializers):
        return True
    return tree.reaches(tree.root, _is_written_by_function)


def _is_written_by_function(node: Node) -> bool:
    return isinstance(node, FunctionNode) and node.serializer is not None


def _is_planned(node: Node) -> bool:
    """Tell whether something else than msgspec writes *node*, and needs to know the options of the call."""
    if _is_written_by_function(node) or writes_anything(node):
        return True
    return isinstance(node, CustomNode) and node.spec.dump_part is not None


def plans_are_native(tree: TypeTree, *, by_alias: bool | None) -> bool:
    """Tell whether msgspec's encoder writes *tree* as planned: its records, and no function writes a part."""
    records = (record for record in tree.definitions.values() if isinstance(record, RecordNode))
    return all(
        plan.is_native and (not plan.has_aliases or (plan.uses_aliases if by_alias is None else by_alias))
        for plan in map(plan_record, records)
    ) and not writes_any(tree, _is_planned)


def is_native(tree: TypeTree, *, by_alias: bool | None) -> bool:
    """Tell whether msgspec's encoder writes every exact value of *tree* as its plans say.

    Below Any, objects of every class may stand, so a tree with one is not native. Bytes are text here.
    """
    if not plans_are_native(tree, by_alias=by_alias):
        return False
    return not writes_any(tree, lambda node: isinstance(node, AnyNode) or is_bytes(node, tree))


def nests_freely(tree: TypeTree) -> bool:
    """Tell whether exact values of *tree* may be deeper than their type is: it holds itself, or anything."""
    return is_recursive(tree) or writes_any(tree, lambda node: isinstance(node, AnyNode))


def writes_any(tree: TypeTree, test: Callable[[Node], bool]) -> bool:
    """Tell whether *test* holds for a node by which something of *tree* is written."""

    def visit(node: Node) -> bool:
        return test(node) or any(map(visit, written_parts(node)))

    nodes = [tree.root]
    for definition in tree.definitions.values():
        nodes += definition.nodes if isinstance(definition, RecordNode) else children(definition)
    return any(map(visit, nodes))
