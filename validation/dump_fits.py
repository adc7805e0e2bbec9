"""Tell which branch of a union a value belongs to, where its class does not say: ``list[A] | list[B]``."""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Mapping
from typing import Any, Final

from bolide.validation.codegen import Namespace, is_builtin
from bolide.validation.dump_plan import written_parts
from bolide.validation.function_nodes import without_functions
from bolide.validation.tree import (
    AliasNode,
    ArrayNode,
    BoolNode,
    BytesNode,
    CustomNode,
    DateNode,
    DateTimeNode,
    DecimalNode,
    EnumNode,
    FloatNode,
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

__all__ = ["SCALAR_CLASSES", "Fit", "branch_test", "class_name", "class_of", "is_scalar", "scalar_test"]

SCALAR_CLASSES: Final[Mapping[type[Node], type]] = {
    NoneNode: type(None),
    BoolNode: bool,
    IntNode: int,
    FloatNode: float,
    StrNode: str,
    BytesNode: bytes,
    DecimalNode: decimal.Decimal,
    DateTimeNode: datetime.datetime,
    DateNode: datetime.date,
    TimeNode: datetime.time,
    TimeDeltaNode: datetime.timedelta,
    UUIDNode: uuid.UUID,
}


def class_of(node: Node, tree: TypeTree) -> Any:
    """Return the class by which values of *node*, a branch of a union, are known; None when nothing tells."""
    if (cls := SCALAR_CLASSES.get(type(node))) is not None:
        return cls
    if isinstance(node, LiteralNode):
        return object
    if isinstance(node, RefNode):
        definition = tree.definitions[node.target]
        if isinstance(definition, AliasNode):
            return class_of(definition.inner, tree)
        is_typed_dict = isinstance(definition, RecordNode) and definition.kind == "typed_dict"
        return dict if is_typed_dict else definition.cls
    if isinstance(node, ArrayNode | MapNode):
        return node.container
    if isinstance(node, TupleNode):
        return tuple
    if isinstance(node, CustomNode) and (node.value is None or node.spec.wraps):
        return node.cls if isinstance(node.cls, type) else None
    inner = written_parts(node)
    return class_of(inner[0], tree) if len(inner) == 1 else None


def is_scalar(node: Node, tree: TypeTree) -> bool:
    """Tell whether values of *node* have no parts, and their class or value tells whether they fit."""
    if isinstance(node, RefNode):
        return isinstance(tree.definitions[node.target], EnumNode)
    return type(node) in SCALAR_CLASSES or isinstance(node, LiteralNode)


def class_name(cls: Any, namespace: Namespace) -> str:
    """Return how generated code calls *cls*."""
    return cls.__name__ if is_builtin(cls) else namespace.bind(cls.__name__, cls)


def scalar_test(node: Node, it: str, tree: TypeTree, namespace: Namespace) -> str:
    """Return the test whether *it* may be written as the scalar *node*."""
    if isinstance(node, LiteralNode):
        return f"{namespace.bind('fits', Fit(tree, node))}({it})"
    cls = class_of(node, tree)
    # An int stands for a float as well, as it does where floats are read.
    return f"isinstance({it}, {'int | float' if cls is float else class_name(cls, namespace)})"


def branch_test(
    option: Node, tree: TypeTree, namespace: Namespace, *, exact: bool, alone: bool
) -> str | None:
    """Return the test whether ``it`` belongs to *option* of a union; None when nothing tells.

    Args:
        option: The branch.
        tree: The tree with the definitions.
        namespace: Takes the objects that the test needs.
        exact: Ask for the class itself, which goes before inheritance.
        alone: No other branch has values of this class.
    """
    cls = class_of(option, tree)
    if cls is None:
        return None
    is_choice = isinstance(without_functions(option), LiteralNode)
    if is_choice or not alone:
        return f"{namespace.bind('fits', Fit(tree, option))}(it)" if exact == is_choice else None
    if exact:
        return "it is None" if cls is type(None) else f"type(it) is {class_name(cls, namespace)}"
    return f"isinstance(it, {'int | float' if cls is float else class_name(cls, namespace)})"


class Fit:
    """Tell of a value whether it could be one of *node*, by the classes of everything in it."""

    __slots__ = ("_node", "_tree")

    def __init__(self, tree: TypeTree, node: Node) -> None:
        self._tree = tree
        self._node = node

    def __call__(self, value: Any) -> bool:
        return self._fits(self._node, value)

    def _fits(self, node: Node, value: Any) -> bool:
        if (cls := SCALAR_CLASSES.get(type(node))) is not None:
            return isinstance(value, cls) and (cls is bool or not isinstance(value, bool))
        match node:
            case LiteralNode():
                return any(type(value) is type(each) and value == each for each in node.values)
            case UnionNode():
                return any(self._fits(option, value) for option in node.options)
            case ArrayNode() | MapNode():
                return isinstance(value, node.container) and self._fits_items(node, value)
            case TupleNode():
                return value.__class__ is tuple and self._fits_places(node, value)
            case RefNode():
                return self._fits_definition(node, value)
            case CustomNode() if node.spec.wraps or (node.value is None and isinstance(node.cls, type)):
                return isinstance(value, node.cls)
            case _:
                inner = written_parts(node)
                return len(inner) != 1 or self._fits(inner[0], value)

    def _fits_items(self, node: ArrayNode | MapNode, value: Any) -> bool:
        if isinstance(node, ArrayNode):
            return all(self._fits(node.items, item) for item in value)
        pairs = value.items()
        return all(self._fits(node.keys, key) and self._fits(node.values, item) for key, item in pairs)

    def _fits_places(self, node: TupleNode, value: Any) -> bool:
        more = len(value) - len(node.items) - len(node.suffix)
        if more < 0 or (more and node.rest is None):
            return False
        rest = () if node.rest is None else (node.rest,) * more
        return all(map(self._fits, (*node.items, *rest, *node.suffix), value))

    def _fits_definition(self, node: RefNode, value: Any) -> bool:
        definition = self._tree.definitions[node.target]
        if isinstance(definition, AliasNode):
            return self._fits(definition.inner, value)
        if not isinstance(definition, RecordNode) or definition.kind != "typed_dict":
            return isinstance(value, definition.cls)
        return isinstance(value, dict) and all(
            self._fits(field.node, value[field.name]) if field.name in value else not field.required
            for field in definition.written_fields
        )
