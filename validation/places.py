"""Which types may stand where Python or JSON sets limits: items of sets, keys of objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bolide.validation.tree import (
    AliasNode,
    AnyNode,
    ArrayNode,
    CustomNode,
    DateNode,
    DateTimeNode,
    DecimalNode,
    Definition,
    EnumNode,
    FloatNode,
    FunctionNode,
    IntNode,
    LiteralNode,
    MapNode,
    Node,
    RefNode,
    StrNode,
    TimeDeltaNode,
    TimeNode,
    TupleNode,
    UnionNode,
    UUIDNode,
    children,
)

__all__ = ["is_hashable", "is_key", "is_nothing_but"]

# What a JSON object's key can become; both decoders and encoders agree on these.
_KEYS: Final = (
    AnyNode,
    StrNode,
    IntNode,
    FloatNode,
    DecimalNode,
    DateNode,
    DateTimeNode,
    TimeNode,
    TimeDeltaNode,
    UUIDNode,
)


def is_hashable(node: Node) -> bool:
    """Tell whether values of *node* may stand in a set."""
    if isinstance(node, UnionNode | TupleNode):
        return all(map(is_hashable, children(node)))
    if isinstance(node, FunctionNode):
        return is_hashable(node.inner)
    if isinstance(node, ArrayNode):
        return node.container in (tuple, frozenset) and is_hashable(node.items)
    if isinstance(node, RefNode):
        return getattr(node.target, "__origin__", node.target).__hash__ is not None
    if isinstance(node, CustomNode):
        return node.cls.__hash__ is not None if node.value is None else is_hashable(node.value)
    return not isinstance(node, MapNode)


def is_key(node: Node, definitions: Mapping[Any, Definition]) -> bool:
    """Tell whether values of *node* may be keys of JSON objects."""
    if isinstance(node, FunctionNode):
        return is_key(node.inner, definitions)
    if isinstance(node, UnionNode):
        return all(is_key(option, definitions) for option in node.options)
    if isinstance(node, CustomNode):
        return is_key(node.wire, definitions) and (node.value is None or is_key(node.value, definitions))
    if isinstance(node, LiteralNode):
        return all(type(getattr(value, "value", value)) in (int, str) for value in node.values)
    if isinstance(node, RefNode):
        definition = definitions[node.target]
        return isinstance(definition, EnumNode) and all(
            isinstance(member.value, int | str) and not isinstance(member.value, bool)
            for member in definition.cls
        )
    return isinstance(node, _KEYS)


def is_nothing_but(node: Node, alias: AliasNode, definitions: Mapping[Any, Definition]) -> bool:
    """Tell whether a value of *node* may be one of *alias* itself, not only hold one."""
    if isinstance(node, RefNode):
        definition = definitions[node.target]
        if not isinstance(definition, AliasNode):
            return False
        return definition is alias or is_nothing_but(definition.inner, alias, definitions)
    return isinstance(node, UnionNode | FunctionNode) and any(
        is_nothing_but(child, alias, definitions) for child in children(node)
    )
