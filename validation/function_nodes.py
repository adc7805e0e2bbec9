"""Questions about the functions of users in a type tree."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from bolide.validation.tagged_node import TaggedUnionNode
from bolide.validation.tree import (
    AnyNode,
    ArrayNode,
    CustomNode,
    Definition,
    FunctionNode,
    MapNode,
    Node,
    RecordNode,
    TupleNode,
    TypeTree,
    UnionNode,
)

__all__ = [
    "is_function",
    "is_informed",
    "is_walked_whole",
    "takes_context",
    "tree_without_functions",
    "without_functions",
]


def is_function(node: Node) -> bool:
    """Tell whether *node* itself may call a function of the user's."""
    if isinstance(node, FunctionNode):
        return node.mode != "dump"
    return isinstance(node, RecordNode) and bool(node.before)


def is_informed(node: Node) -> bool:
    """Tell whether *node* itself calls a function that takes a ``ValidationInfo``."""
    if isinstance(node, RecordNode):
        # model_post_init gets the context, factories the fields before theirs.
        return (
            node.runs_post_init
            or any(step.takes_info for step in node.before)
            or any(field.factory_takes_data for field in node.fields)
        )
    return isinstance(node, FunctionNode) and node.takes_info


def takes_context(node: Node) -> bool:
    """Tell whether *node* itself may be read in another way when there is a context."""
    return is_informed(node) or (isinstance(node, CustomNode) and node.spec.load_part is not None)


def without_functions(node: Node) -> Node:
    """Return what *node* is declared to become, whatever functions do on the way; parts keep theirs."""
    if isinstance(node, FunctionNode):
        return without_functions(node.inner)
    if isinstance(node, TaggedUnionNode):
        return replace(node, options=tuple(map(without_functions, node.options)))
    if not isinstance(node, UnionNode) or not any(isinstance(each, FunctionNode) for each in node.options):
        return node
    options: list[Node] = []
    for option in map(without_functions, node.options):
        if isinstance(option, AnyNode):
            return option
        options.extend(option.options if isinstance(option, UnionNode) else (option,))
    return UnionNode(options=tuple(options), hint=node.hint, documentation=node.documentation)


def tree_without_functions(tree: TypeTree) -> TypeTree | None:
    """Return what *tree* declares, without any function; None when it has none."""
    if not tree.reaches(tree.root, is_function):
        return None
    definitions: dict[Any, Definition] = {}
    for target, definition in tree.definitions.items():
        if isinstance(definition, RecordNode):
            fields = tuple(
                replace(field, node=_without_any_function(field.node)) for field in definition.fields
            )
            extra = (
                None if definition.extra_values is None else _without_any_function(definition.extra_values)
            )
            definitions[target] = replace(
                definition, fields=fields, extra_values=extra, before=(), runs_post_init=False
            )
        else:
            definitions[target] = definition
    return TypeTree(_without_any_function(tree.root), MappingProxyType(definitions))


def _without_any_function(node: Node) -> Node:
    """Return *node* without the functions of its own and of its parts."""
    node = without_functions(node)
    if isinstance(node, UnionNode):
        return replace(node, options=tuple(map(_without_any_function, node.options)))
    if isinstance(node, ArrayNode):
        return replace(node, items=_without_any_function(node.items))
    if isinstance(node, MapNode):
        keys, values = _without_any_function(node.keys), _without_any_function(node.values)
        return replace(node, keys=keys, values=values)
    if isinstance(node, TupleNode):
        return replace(
            node,
            items=tuple(map(_without_any_function, node.items)),
            rest=None if node.rest is None else _without_any_function(node.rest),
            suffix=tuple(map(_without_any_function, node.suffix)),
        )
    return node


def is_walked_whole(record: RecordNode, tree: TypeTree) -> bool:
    """Tell whether functions of the user's see more of *record* than the value of one field."""
    if record.before or tree.reaches(record, is_informed):
        return True
    return any(field.validate_default and not field.required for field in record.fields)
