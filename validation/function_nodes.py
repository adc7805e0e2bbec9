"""Questions about the functions of users in a type tree."""

from __future__ import annotations

from msgspec.structs import replace

from bolide.validation.tagged_node import TaggedUnionNode
from bolide.validation.tree import AnyNode, FunctionNode, Node, RecordNode, UnionNode

__all__ = ["is_function", "is_informed", "without_functions"]


def is_function(node: Node) -> bool:
    """Tell whether *node* itself calls a function of the user's."""
    return isinstance(node, FunctionNode) or (isinstance(node, RecordNode) and bool(node.before))


def is_informed(node: Node) -> bool:
    """Tell whether *node* itself calls a function that takes a ``ValidationInfo``."""
    if isinstance(node, RecordNode):
        return any(step.takes_info for step in node.before)
    return isinstance(node, FunctionNode) and node.takes_info


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
