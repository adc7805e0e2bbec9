"""Lower unions: which of them msgspec can tell apart, and what helps it.

msgspec chooses by the kind of the JSON value, and among structs by a tag. Records without a discriminator may
still differ in a required literal, which then serves as their tag.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Sequence
from typing import Any, Final

from msgspec.structs import replace

from bolide.validation.placeholder import is_placeholder
from bolide.validation.tagged_node import TaggedUnionNode
from bolide.validation.tree import (
    AnyNode,
    ArrayNode,
    BoolNode,
    CustomNode,
    DateNode,
    DateTimeNode,
    FieldNode,
    FloatNode,
    FunctionNode,
    IntNode,
    LiteralNode,
    MapNode,
    Node,
    NoneNode,
    RecordNode,
    RefNode,
    StrNode,
    TimeDeltaNode,
    TimeNode,
    TupleNode,
    TypeTree,
    UnionNode,
    UUIDNode,
)

__all__ = ["LITERAL_KINDS", "join_records", "lower_options"]

_COLLECTIONS: Final = (list, set, frozenset, tuple, dict)

LITERAL_KINDS: Final[dict[type[Any], str]] = {bool: "bool", int: "int", str: "str", type(None): "null"}

_KINDS: Final[dict[type[Node], str]] = {
    NoneNode: "null",
    BoolNode: "bool",
    IntNode: "int",
    FloatNode: "float",
    StrNode: "str",
    DateTimeNode: "str",
    DateNode: "str",
    TimeNode: "str",
    TimeDeltaNode: "str",
    UUIDNode: "str",
    ArrayNode: "array",
    TupleNode: "array",
    MapNode: "object",
}


def lower_options(node: UnionNode, tree: TypeTree, lower: Callable[[Node], Any]) -> Any:
    """Return the msgspec type of *node*, whose options are lowered by *lower*; None when there is none."""
    if node.is_ordered:  # lax rules may take a value for an option before the one that it fits
        return None
    kinds: list[str] = []
    options: list[Any] = []
    for option in node.options:
        lowered = lower(option)
        kinds.extend(_json_kinds(option, lowered, tree))
        options.append(lowered)
    # A placeholder takes any kind, and so goes with null only.
    if (
        _is_number_like_uuid(node)
        or _crashes_collector(options)
        or len(set(kinds)) != len(kinds)
        or ("any" in kinds and set(kinds) != {"any", "null"})
    ):
        return None
    return typing.Union[tuple(options)]  # noqa: UP007 - made from a tuple


def join_records(node: UnionNode, tree: TypeTree) -> UnionNode:
    """Return *node* with one tagged union in place of all its records, if they differ in a literal.

    What the tagged union accepts, no other record of *node* does.
    """
    records = [option for option in node.options if isinstance(tree.resolve(option), RecordNode)]
    if len(records) < 2 or node.is_ordered:
        return node
    literals = [_required_literals(tree.resolve(record)) for record in records]
    for key, first in literals[0].items():
        values = [each.get(key, ()) for each in literals]
        flat = [value for each in values for value in each]
        if first and all(values) and len(set(flat)) == len(flat):
            tags = tuple((value, position) for position, each in enumerate(values) for value in each)
            tagged = TaggedUnionNode(
                options=tuple(records), tags=tags, keys=(key,), discriminator=repr(key), hint=node.hint
            )
            others = [option for option in node.options if option not in records]
            return replace(node, options=(tagged, *others))
    return node


def _required_literals(record: Any) -> dict[str, Sequence[str]]:
    fields: Sequence[FieldNode] = record.fields
    return {
        field.wire_name: field.node.values
        for field in fields
        if field.required
        and not field.paths
        and isinstance(field.node, LiteralNode)
        and all(type(value) is str for value in field.node.values)
    }


def _json_kinds(node: Node, lowered: Any, tree: TypeTree) -> tuple[str, ...]:
    if isinstance(node, AnyNode) or is_placeholder(lowered):
        return ("any",)
    if isinstance(node, FunctionNode):
        return _json_kinds(node.inner, lowered, tree)
    if isinstance(node, CustomNode):
        return _json_kinds(node.wire, lowered, tree)
    if isinstance(node, LiteralNode):
        return tuple({LITERAL_KINDS[type(value)] for value in node.values})
    if isinstance(node, TaggedUnionNode):
        return ("object",)
    if isinstance(node, RefNode):
        # Lax rules may take an enum's string or number for another branch, which then comes first.
        definition = tree.definitions[node.target]
        if not isinstance(definition, RecordNode):
            return ("any",)
        return ("array", "object") if definition.is_array else ("object",)
    return (_KINDS[type(node)],)


def _crashes_collector(lowered: list[Any]) -> bool:
    """Tell whether msgspec (0.22.0) would crash the garbage collector, for which it miscounts its own parts.

    That happens in a union of a collection and a string with a pattern, and in one of a tuple with a type per
    position and anything with a constraint: ``Decoder(list[int] | Annotated[str, Meta(pattern="a")])`` is a
    segmentation fault at the next collection.
    """
    metas = [each.__metadata__[0] for each in lowered if typing.get_origin(each) is typing.Annotated]
    bare = [each.__origin__ if typing.get_origin(each) is typing.Annotated else each for each in lowered]
    has_positions = any(
        typing.get_origin(each) is tuple and ... not in typing.get_args(each) for each in bare
    )
    if has_positions and metas:
        return True
    has_collection = any(typing.get_origin(each) in _COLLECTIONS for each in bare)
    return has_collection and any(meta.pattern is not None for meta in metas)


def _is_number_like_uuid(node: UnionNode) -> bool:
    # A UUID may be written as 32 digits, which lax rules read as a number.
    has_uuid = any(isinstance(option, UUIDNode) for option in node.options)
    return has_uuid and any(isinstance(option, IntNode | FloatNode) for option in node.options)
