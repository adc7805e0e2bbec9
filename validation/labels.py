"""Name nodes the way error messages do.

Owns the branch labels that a failing union puts into ``loc`` and the ``'a', 'b' or 3`` lists of choices.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from typing import Any, Final

from msgspec.structs import replace

from bolide.validation.tagged_node import TaggedUnionNode
from bolide.validation.tree import (
    AnyNode,
    ArrayNode,
    BoolNode,
    BytesNode,
    CustomNode,
    DateNode,
    DateTimeNode,
    DecimalNode,
    EnumNode,
    FloatNode,
    FunctionNode,
    IntNode,
    LiteralNode,
    MapNode,
    Node,
    NoneNode,
    RecordNode,
    StrNode,
    TimeDeltaNode,
    TimeNode,
    TupleNode,
    TypeTree,
    UnionNode,
    UUIDNode,
)

__all__ = ["expected_choices", "node_label"]

_NAMES: Final[dict[type[Node], str]] = {
    AnyNode: "any",
    NoneNode: "none",
    BoolNode: "bool",
    IntNode: "int",
    FloatNode: "float",
    StrNode: "str",
    BytesNode: "bytes",
    DecimalNode: "decimal",
    DateTimeNode: "datetime",
    DateNode: "date",
    TimeNode: "time",
    TimeDeltaNode: "timedelta",
    UUIDNode: "uuid",
}

_CONSTRAINABLE: Final = (IntNode, FloatNode, StrNode, BytesNode)


def expected_choices(values: Iterable[object]) -> str:
    """Return the values as prose: ``'a', 'b' or 3``."""
    shown = [repr(value) for value in values]
    return " or ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def node_label(tree: TypeTree, node: Node) -> str:
    """Return the label of *node* as a branch of a union, as in ``list[constrained-int]``."""

    def label(inner: Node) -> str:
        return node_label(tree, inner)

    if (alias := tree.alias(node)) is not None:  # its own label would never end
        return alias.name
    resolved = tree.resolve(node)
    if (name := _NAMES.get(type(resolved))) is not None:
        bare = replace(resolved, strict=None) if isinstance(resolved, _CONSTRAINABLE) else resolved
        if isinstance(bare, FloatNode):
            bare = replace(bare, finite=None)
        return name if bare == type(bare)() or not isinstance(bare, _CONSTRAINABLE) else f"constrained-{name}"
    return _COMPOSED[type(resolved)](resolved, label)


def _array_label(node: Any, label: Callable[[Node], str]) -> str:
    rest = ", ..." if node.container is tuple else ""
    return f"{node.protocol or node.container.__name__}[{label(node.items)}{rest}]"


def _tuple_label(node: Any, label: Callable[[Node], str]) -> str:
    rest = [] if node.rest is None else [f"*tuple[{label(node.rest)}, ...]"]
    return f"tuple[{', '.join([*map(label, node.items), *rest, *map(label, node.suffix)])}]"


def _map_label(node: Any, label: Callable[[Node], str]) -> str:
    name = {"OrderedDict": "ordered-dict"}.get(node.container.__name__, node.container.__name__.lower())
    return f"{name}[{label(node.keys)},{label(node.values)}]"


def _union_label(node: Any, label: Callable[[Node], str]) -> str:
    options = [option for option in node.options if not isinstance(option, NoneNode)]
    inner = label(options[0]) if len(options) == 1 else f"union[{','.join(map(label, options))}]"
    return inner if len(options) == len(node.options) else f"nullable[{inner}]"


def _tagged_union_label(node: Any, label: Callable[[Node], str]) -> str:
    return f"tagged-union[{','.join(label(node.options[position]) for _, position in node.tags)}]"


def _literal_label(node: Any, _label: Callable[[Node], str]) -> str:
    return f"literal[{','.join(map(repr, node.values))}]"


def _function_label(node: Any, label: Callable[[Node], str]) -> str:
    if node.mode == "dump":
        return label(node.inner)
    name = getattr(node.function, "__name__", None) or repr(node.function)
    inner = f", {label(node.inner)}" if node.mode in ("before", "after") else ""
    return f"function-{node.mode}[{name}(){inner}]"


def _enum_label(node: Any, _label: Callable[[Node], str]) -> str:
    cls: type[enum.Enum] = node.cls
    mixed = next((mixin.__name__ for mixin in (str, int, float) if issubclass(cls, mixin)), None)
    return f"{mixed}-enum[{cls.__name__}]" if mixed else f"enum[{cls.__name__}]"


def _custom_label(node: Any, label: Callable[[Node], str]) -> str:
    text = str(node.spec.label or node.cls.__name__)
    return text if "{value}" not in text else text.replace("{value}", label(node.value))


def _record_label(node: Any, _label: Callable[[Node], str]) -> str:
    return str(node.cls.__name__)


_COMPOSED: Final[dict[type[Node], Callable[[Any, Callable[[Node], str]], str]]] = {
    ArrayNode: _array_label,
    TupleNode: _tuple_label,
    MapNode: _map_label,
    UnionNode: _union_label,
    FunctionNode: _function_label,
    TaggedUnionNode: _tagged_union_label,
    LiteralNode: _literal_label,
    EnumNode: _enum_label,
    CustomNode: _custom_label,
    RecordNode: _record_label,
}
