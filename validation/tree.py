"""The type tree: what a type hint means, as frozen data.

Every engine part works from these nodes: lowering to msgspec, walkers, string parsers, response
encoders, JSON Schema. Constraints carry JSON Schema's words (``minimum``, ``maxLength`` → ``max_length``).
Nodes compare and hash by meaning; the source hint and documentation do not take part.

Records (models, dataclasses, structs, typed dictionaries) and enums never stand inline: a
:class:`RefNode` points into the tree's ``definitions``, so recursion and sharing need no special case.
"""

from __future__ import annotations

import collections
import enum
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final, Literal

import msgspec

from bolide.validation.custom_types import TypeSpec
from bolide.validation.meaning import NO_DEFAULT, Documentation, FunctionStep, Meaning, Node, NoDefault
from bolide.validation.scalar_nodes import (
    AnyNode,
    BoolNode,
    BytesNode,
    DateNode,
    DateTimeNode,
    DecimalNode,
    FloatNode,
    IntNode,
    LiteralNode,
    NoneNode,
    StrNode,
    TimeDeltaNode,
    TimeNode,
    UUIDNode,
)

__all__ = [
    "NO_DEFAULT",
    "Access",
    "AliasNode",
    "AnyNode",
    "ArrayNode",
    "BoolNode",
    "BytesNode",
    "CustomNode",
    "DateNode",
    "DateTimeNode",
    "DecimalNode",
    "Definition",
    "Documentation",
    "EnumNode",
    "FieldNode",
    "FloatNode",
    "FunctionNode",
    "FunctionStep",
    "IntNode",
    "LiteralNode",
    "MapNode",
    "NoDefault",
    "Node",
    "NoneNode",
    "RecordNode",
    "RefNode",
    "Serializer",
    "StrNode",
    "TimeDeltaNode",
    "TimeNode",
    "TupleNode",
    "TypeTree",
    "UUIDNode",
    "UnionNode",
    "children",
    "takes_anything",
]


class ArrayNode(Node, frozen=True, kw_only=True, eq=False):
    """A JSON array of equal items; *container* is the Python type it becomes.

    *protocol* is what the hint asks for where it names no class. With *fail_fast*, reading ends at the first
    item that is not valid. With *omits*, such items are left out.
    """

    items: Node
    container: (
        type[list[Any]]
        | type[set[Any]]
        | type[frozenset[Any]]
        | type[tuple[Any, ...]]
        | type[collections.deque[Any]]
    )
    protocol: Literal["sequence", "iterable"] | None = None
    min_items: int | None = None
    max_items: int | None = None
    fail_fast: bool | None = None
    omits: bool | None = None


class TupleNode(Node, frozen=True, kw_only=True, eq=False):
    """A JSON array with one node per position.

    With *rest*, any number of such items may stand between *items* and *suffix*, as in
    ``tuple[int, *tuple[str, ...], bool]``. Without, *suffix* is empty and there are no bounds. *fail_fast* is
    that of an array.
    """

    items: tuple[Node, ...]
    rest: Node | None = None
    suffix: tuple[Node, ...] = ()
    min_items: int | None = None
    max_items: int | None = None
    fail_fast: bool | None = None


class MapNode(Node, frozen=True, kw_only=True, eq=False):
    """A JSON object with arbitrary keys; *container* is the Python type it becomes.

    *default_factory* is that of a ``defaultdict``. With *fail_fast*, reading ends at the first key or
    value that is not valid. With *omits_keys* or *omits_values*, entries with such a key or value are left
    out.
    """

    keys: Node
    values: Node
    container: type[Mapping[Any, Any]] = dict
    default_factory: Callable[[], Any] | None = None
    min_properties: int | None = None
    max_properties: int | None = None
    fail_fast: bool | None = None
    omits_keys: bool | None = None
    omits_values: bool | None = None


class UnionNode(Node, frozen=True, kw_only=True, eq=False):
    """One of *options*, in declaration order; flat, and ``None`` is an option like any other.

    The best match wins, or, when *is_ordered*, the first option that accepts.
    """

    options: tuple[Node, ...]
    is_ordered: bool = False


class FunctionNode(Node, frozen=True, kw_only=True, eq=False):
    """What a function of the user's makes of a value: before, after or around reading *inner*.

    In mode ``plain`` nothing but the function reads; *inner* is what it should return. *accepts* describes
    the input in schemas, if not *inner*. In mode ``dump`` the function only writes: see *serializer*.
    """

    mode: Literal["before", "after", "wrap", "plain", "dump"]
    function: Callable[..., Any]
    inner: Node
    takes_info: bool = False
    accepts: Node | None = None
    serializer: Serializer | None = None

    def __hash__(self) -> int:  # a callable may have no hash
        return hash((FunctionNode, self.mode, self.inner))


class RefNode(Node, frozen=True, kw_only=True, eq=False):
    """A record or an enum, found in the tree's definitions under *target* (the class or alias)."""

    target: Any


class Serializer(Meaning, frozen=True, kw_only=True, eq=False):
    """A user's function that writes a value.

    It is called with the record when *takes_owner*, then the value (not if the value is the record), then
    for ``wrap`` the handler that writes it as if there were no serializer, then a ``SerializationInfo`` when
    *takes_info*. What it returns is written as *returns* says. One that *keeps* the value changes nothing
    but how it is written: what is selected inside of the value stays selected.
    """

    function: Callable[..., Any]
    mode: Literal["plain", "wrap"] = "plain"
    takes_owner: bool = False
    takes_info: bool = False
    when_used: Literal["always", "unless-none", "json", "json-unless-none"] = "always"
    returns: Node = AnyNode()
    keeps: bool = False

    def __hash__(self) -> int:  # a callable may have no hash
        return hash((Serializer, self.mode, self.when_used))


Access = Literal["both", "input", "output", "tag"]
"""Whether a field is read, written, or both; the tag of a struct is read, and written by msgspec itself."""


class FieldNode(Meaning, frozen=True, kw_only=True, eq=False):
    """One field of a record.

    *name* is Python's, *wire_name* the one in JSON. A field is required when it has neither a default
    nor a factory (``TypedDict``: when it is in ``__required_keys__``). *written_name* is its name in the
    JSON that is written, where that differs; *exclude* and *exclude_if* keep it from being written.
    *paths* are the places in the input that are tried in turn; without any, the only one is *wire_name*.
    A factory that takes data gets the fields before it. *serializer* writes the value.
    """

    _meaningless: ClassVar[frozenset[str]] = frozenset({"default", "default_factory", "documentation"})

    name: str
    wire_name: str
    node: Node
    required: bool
    access: Access = "both"
    default: Any = NO_DEFAULT
    default_factory: Callable[[], Any] | None = None
    written_name: str | None = None
    paths: tuple[tuple[str | int, ...], ...] = ()
    exclude: bool = False
    exclude_if: Callable[[Any], bool] | None = None
    documentation: Documentation | None = None
    validate_default: bool = False
    factory_takes_data: bool = False
    serializer: Serializer | None = None


class RecordNode(Node, frozen=True, kw_only=True, eq=False):
    """A JSON object with known fields; *cls* is what it becomes.

    *extra* says what happens to unknown keys; those allowed have values of *extra_values*. With
    *from_attributes*, objects that have the fields as attributes are read too; *revalidate* says which
    instances are not taken as they are; *loc_by_alias* names fields in errors; *title* is the name of a model
    in errors and schema. With *is_array*, it is written as an array of the fields' values, and read from
    both forms. The input goes through the functions of *before* first, unless it is an instance;
    *runs_post_init* says that ``model_post_init`` is called with a new instance. Properties in *computed*
    are written like fields, and *serializer* writes the whole.
    """

    cls: Any
    kind: Literal["model", "struct", "dataclass", "typed_dict", "named_tuple"]
    fields: tuple[FieldNode, ...]
    extra: Literal["ignore", "forbid", "allow"] = "ignore"
    extra_values: Node | None = None
    from_attributes: bool = False
    revalidate: Literal["never", "always", "subclass-instances"] = "never"
    loc_by_alias: bool = True
    title: str | None = None
    before: tuple[FunctionStep, ...] = ()
    is_array: bool = False
    runs_post_init: bool = False
    computed: tuple[FieldNode, ...] = ()
    serializer: Serializer | None = None

    @property
    def nodes(self) -> tuple[Node, ...]:
        """What the record holds: the nodes of its fields, and that of unknown keys' values."""
        nodes = tuple(field.node for field in self.fields)
        return nodes if self.extra_values is None else (*nodes, self.extra_values)

    @property
    def read_fields(self) -> tuple[FieldNode, ...]:
        """The fields that are read from the input."""
        return tuple(field for field in self.fields if field.access != "output")

    @property
    def written_fields(self) -> tuple[FieldNode, ...]:
        """The fields that instances have as attributes."""
        return tuple(field for field in self.fields if field.access in ("both", "output"))


class EnumNode(Node, frozen=True, kw_only=True, eq=False):
    """An enumeration; JSON carries the member's value, which is of any type that has a JSON form."""

    cls: type[enum.Enum]


class CustomNode(Node, frozen=True, kw_only=True, eq=False):
    """A value that is read as *wire* and then made by the function of *spec*.

    *cls* is what it becomes; where *value* is given, it becomes that instead, and *cls* only names it.
    *constraints* hold for what it becomes: pairs of their names in ``Field`` and the bounds.
    """

    cls: Any
    spec: TypeSpec
    wire: Node
    value: Node | None = None
    constraints: tuple[tuple[str, Any], ...] = ()

    def read_as(self, *, strict: bool) -> Node:
        """Return what the value is made from, in calls that convert nothing or in others."""
        return StrNode() if strict and self.spec.is_text else self.wire


class AliasNode(Node, frozen=True, kw_only=True, eq=False):
    """An alias (PEP 695) that contains itself, like ``type Tree = dict[str, Tree] | int``."""

    name: str
    inner: Node


Definition = RecordNode | EnumNode | AliasNode


class TypeTree(Meaning, frozen=True, eq=False):
    """A node and every record and enum that it reaches, keyed by :attr:`RefNode.target`."""

    _meaningless: ClassVar[frozenset[str]] = frozenset({"definitions"})

    root: Node
    definitions: Mapping[Any, Definition] = msgspec.field(default_factory=lambda: MappingProxyType({}))

    def resolve(self, node: Node) -> Node:
        """Return what *node* stands for: a definition for a :class:`RefNode`, else *node*."""
        while isinstance(node, RefNode):
            definition = self.definitions[node.target]
            if not isinstance(definition, AliasNode):
                return definition
            node = definition.inner
        return node

    def alias(self, node: Node) -> AliasNode | None:
        """Return the recursive alias that *node* refers to, None when it is something else."""
        definition = self.definitions[node.target] if isinstance(node, RefNode) else None
        return definition if isinstance(definition, AliasNode) else None

    def reaches(self, node: Node, test: Callable[[Node], bool]) -> bool:
        """Tell whether *test* holds for *node* or for anything below it, fields of records included."""
        seen: set[Any] = set()
        waiting = [node]
        while waiting:
            current = waiting.pop()
            if isinstance(current, RefNode):
                if current.target in seen:
                    continue
                seen.add(current.target)
                current = self.definitions[current.target]
            if test(current):
                return True
            if isinstance(current, RecordNode):
                waiting.extend(current.nodes)
            else:
                waiting.extend(children(current))
        return False


_LEAVES: Final = frozenset(
    {AnyNode, BoolNode, BytesNode, DateNode, DateTimeNode, DecimalNode, EnumNode, FloatNode, IntNode}
    | {LiteralNode, NoneNode, RefNode, StrNode, TimeDeltaNode, TimeNode, UUIDNode}
)


def takes_anything(node: Node) -> bool:
    """Tell whether *node* is Any, or a union with it."""
    return isinstance(node, AnyNode) or (
        isinstance(node, UnionNode) and any(map(takes_anything, node.options))
    )


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly inside of *node*; a :class:`RefNode` has none."""
    if type(node) in _LEAVES:
        return ()
    if isinstance(node, UnionNode):
        return node.options
    if isinstance(node, TupleNode):
        return (*node.items, *(() if node.rest is None else (node.rest,)), *node.suffix)
    if isinstance(node, ArrayNode):
        return (node.items,)
    if isinstance(node, CustomNode):
        return (node.wire,) if node.value is None else (node.wire, node.value)
    if isinstance(node, FunctionNode | AliasNode):
        return (node.inner,)
    return (node.keys, node.values) if isinstance(node, MapNode) else ()
