"""The type tree: what a type hint means, as frozen data.

Every engine part works from these nodes: lowering to msgspec, walkers, string parsers, response
encoders, JSON Schema. Constraints carry JSON Schema's words (``minimum``, ``maxLength`` → ``max_length``).
Nodes compare and hash by meaning; the source hint and documentation do not take part.

Records (models, dataclasses, structs, typed dictionaries) and enums never stand inline: a
:class:`RefNode` points into the tree's ``definitions``, so recursion and sharing need no special case.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

__all__ = [
    "NO_DEFAULT",
    "AnyNode",
    "ArrayNode",
    "BoolNode",
    "BytesNode",
    "DateNode",
    "DateTimeNode",
    "DecimalNode",
    "Definition",
    "Documentation",
    "EnumNode",
    "FieldNode",
    "FloatNode",
    "IntNode",
    "LiteralNode",
    "MapNode",
    "NoDefault",
    "Node",
    "NoneNode",
    "RecordNode",
    "RefNode",
    "StrNode",
    "TimeDeltaNode",
    "TimeNode",
    "TupleNode",
    "TypeTree",
    "UUIDNode",
    "UnionNode",
    "children",
]


class NoDefault(enum.Enum):
    """Type of :data:`NO_DEFAULT`."""

    NO_DEFAULT = enum.auto()

    def __repr__(self) -> str:
        return "NO_DEFAULT"


NO_DEFAULT: Final = NoDefault.NO_DEFAULT
"""Marks the absence of a default, where ``None`` is a possible default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Documentation:
    """What a schema says about a value beside its constraints (JSON Schema 2020-12 §9)."""

    title: str | None = None
    description: str | None = None
    examples: tuple[Any, ...] = ()
    deprecated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Common to all nodes: what does not take part in equality."""

    hint: Any = field(default=None, compare=False, repr=False)
    documentation: Documentation | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyNode(Node):
    """Any JSON value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoneNode(Node):
    """``null``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoolNode(Node):
    """``true`` or ``false``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntNode(Node):
    """An integer of any size."""

    minimum: int | None = None
    exclusive_minimum: int | None = None
    maximum: int | None = None
    exclusive_maximum: int | None = None
    multiple_of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FloatNode(Node):
    """A binary floating-point number."""

    minimum: float | None = None
    exclusive_minimum: float | None = None
    maximum: float | None = None
    exclusive_maximum: float | None = None
    multiple_of: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StrNode(Node):
    """A string; lengths count code points, *pattern* is a Python regular expression (search)."""

    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BytesNode(Node):
    """Bytes, on the wire a UTF-8 string; lengths count bytes."""

    min_length: int | None = None
    max_length: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecimalNode(Node):
    """``decimal.Decimal``; accepts JSON strings and numbers, is written as a string."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateTimeNode(Node):
    """``datetime.datetime``, RFC 3339 on the wire."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateNode(Node):
    """``datetime.date``, RFC 3339 full-date on the wire."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeNode(Node):
    """``datetime.time``, RFC 3339 on the wire."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeDeltaNode(Node):
    """``datetime.timedelta``, ISO 8601 duration on the wire."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UUIDNode(Node):
    """``uuid.UUID``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteralNode(Node):
    """One of *values* (``None``, booleans, integers, strings), compared with their types."""

    values: tuple[bool | int | str | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrayNode(Node):
    """A JSON array of equal items; *container* is the Python type it becomes."""

    items: Node
    container: type[list[Any]] | type[set[Any]] | type[frozenset[Any]] | type[tuple[Any, ...]]
    min_items: int | None = None
    max_items: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TupleNode(Node):
    """A JSON array of fixed length with one node per position."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapNode(Node):
    """A JSON object with arbitrary keys."""

    keys: Node
    values: Node
    min_properties: int | None = None
    max_properties: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnionNode(Node):
    """One of *options*, in declaration order; flat, and ``None`` is an option like any other."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefNode(Node):
    """A record or an enum, found in the tree's definitions under *target* (the class or alias)."""

    target: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldNode:
    """One field of a record.

    *name* is Python's, *wire_name* the one in JSON. A field is required when it has neither a default
    nor a factory (``TypedDict``: when it is in ``__required_keys__``).
    """

    name: str
    wire_name: str
    node: Node
    required: bool
    default: Any = field(default=NO_DEFAULT, compare=False)
    default_factory: Callable[[], Any] | None = field(default=None, compare=False)
    documentation: Documentation | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordNode(Node):
    """A JSON object with known fields; *cls* is what it becomes."""

    cls: Any
    kind: Literal["model", "struct", "dataclass", "typed_dict"]
    fields: tuple[FieldNode, ...]
    extra: Literal["ignore", "forbid"] = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumNode(Node):
    """An enumeration; JSON carries the member's value."""

    cls: type[enum.Enum]


Definition = RecordNode | EnumNode


@dataclass(frozen=True, slots=True)
class TypeTree:
    """A node and every record and enum that it reaches, keyed by :attr:`RefNode.target`."""

    root: Node
    definitions: Mapping[Any, Definition] = field(default_factory=lambda: MappingProxyType({}), compare=False)

    def resolve(self, node: Node) -> Node:
        """Return what *node* stands for: a definition for a :class:`RefNode`, else *node*."""
        return self.definitions[node.target] if isinstance(node, RefNode) else node


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly inside of *node*; a :class:`RefNode` has none."""
    if isinstance(node, UnionNode):
        return node.options
    if isinstance(node, TupleNode):
        return node.items
    if isinstance(node, ArrayNode):
        return (node.items,)
    return (node.keys, node.values) if isinstance(node, MapNode) else ()
