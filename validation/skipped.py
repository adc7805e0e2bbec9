"""Decode documents that are unreadable only where their type does not look.

The fast path skips the values of unknown keys, and does not read them: text that is not UTF-8, numbers
out of range and deep nesting pass there. The verdict must not depend on whether something else in the body
had to be coerced, so the slow path leaves out the same, by letting msgspec skip for it too.
"""

from __future__ import annotations

import typing
from typing import Any, Final, TypeAlias

import msgspec

from bolide.validation.errors import ErrorDetails, Loc
from bolide.validation.tagged import TagReader
from bolide.validation.tagged_node import TaggedUnionNode
from bolide.validation.tree import (
    AnyNode,
    ArrayNode,
    CustomNode,
    FunctionNode,
    MapNode,
    Node,
    RecordNode,
    RefNode,
    TupleNode,
    TypeTree,
    UnionNode,
    children,
    takes_anything,
)
from bolide.validation.untyped import MAX_DEPTH, check_depth, decode_untyped

__all__ = ["SKIPPED_DEPTH", "KnownPartsDecoder", "is_read_whole", "is_unbounded"]

SKIPPED_DEPTH: Final = 1000
"""What a type does not know may be nested this deep.

On Python 3.13 msgspec follows 10,000 levels, for which a stack of 256 KiB is too small.
"""

_ITEMS: Final = msgspec.json.Decoder(list[msgspec.Raw])
_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ANYTHING: Final = AnyNode()

_Part: TypeAlias = bytes | msgspec.Raw


class KnownPartsDecoder:
    """Decodes what a type tree knows of a document; records come without their unknown keys."""

    __slots__ = ("_members", "_skips", "_tree")

    def __init__(self, tree: TypeTree) -> None:
        self._tree = tree
        self._members: dict[Any, msgspec.json.Decoder[Any]] = {}
        self._skips: dict[int, bool] = {}  # by id, because nodes are hashed by all that they hold

    def decode_untyped(self, data: bytes, loc: Loc, errors: list[ErrorDetails]) -> Any:
        """Return *data* without types; what the fast path skips is no reason to refuse it."""
        count = len(errors)
        value = decode_untyped(data, loc, errors)
        if len(errors) == count:
            return value
        try:
            value = self.decode(data)
        except (ValueError, RecursionError):  # the error is reported already
            return None
        del errors[count:]
        return value

    def decode(self, data: bytes) -> Any:
        """Return the known parts of *data* without types.

        Raises:
            ValueError: They are no JSON, or nested too deep.
            RecursionError: Skipped parts are nested deeper than msgspec itself can follow.
        """
        check_depth(data, SKIPPED_DEPTH)
        return self._decode(self._tree.root, data.lstrip(), MAX_DEPTH)

    def _decode(self, node: Node, data: _Part, limit: int) -> Any:
        """Decode *data*, in which *limit* levels may open."""
        node = self._option(self._tree.resolve(node), data)
        if isinstance(node, CustomNode):
            return self._decode(node.wire, data, limit)
        if isinstance(node, FunctionNode) and not is_read_whole(node, self._tree):
            return self._decode(node.inner, data, limit)
        parts = self._split(node, data) if limit > 0 and self._skips_below(node) else None
        if isinstance(parts, dict):
            return {name: self._decode(child, part, limit - 1) for name, (child, part) in parts.items()}
        if parts is not None:
            return [self._decode(child, part, limit - 1) for child, part in parts]
        whole = bytes(data)
        check_depth(whole, limit)
        return msgspec.json.decode(whole)

    def _skips_below(self, node: Node) -> bool:
        """Tell whether *node* reaches a record: nothing else has unknown keys, the rest is read whole."""
        known = self._skips.get(id(node))
        if known is None:
            known = self._tree.reaches(node, _is_record)
            self._skips[id(node)] = known
        return known

    def _split(
        self, node: Node, data: _Part
    ) -> list[tuple[Node, msgspec.Raw]] | dict[str, tuple[Node, msgspec.Raw]] | None:
        """Return the parts of *data* with their nodes; None when it is no container of the kind of *node*.

        Parts are views: copies would live at every level, 200 times the document.
        """
        try:
            if isinstance(node, ArrayNode):
                return [(node.items, item) for item in _ITEMS.decode(data)]
            if isinstance(node, RecordNode):
                is_array = node.is_array and _opening(data) == b"["
                return _split_array_record(node, data) if is_array else self._split_record(node, data)
            if isinstance(node, TupleNode):
                return _split_tuple(node, data)
            if isinstance(node, MapNode):
                return {key: (node.values, member) for key, member in _MEMBERS.decode(data).items()}
        except msgspec.ValidationError:
            pass
        return None

    def _split_record(self, node: RecordNode, data: _Part) -> dict[str, tuple[Node, msgspec.Raw]]:
        decoder = _MEMBERS  # a record that forbids unknown keys has none that are skipped
        if node.extra == "ignore":
            known = self._members.get(id(node))
            if known is None:
                raw_fields: Any = dict.fromkeys(_first_keys(node), msgspec.Raw)
                typed_dict: Any = typing.TypedDict
                known_parts = typed_dict("KnownParts", raw_fields, total=False)
                known = self._members[id(node)] = msgspec.json.Decoder(known_parts)
            decoder = known
        nodes = {
            path[0]: field.node
            for field in node.read_fields
            for path in field.paths or ((field.wire_name,),)
            if len(path) == 1
        }
        return {name: (nodes.get(name, _ANYTHING), part) for name, part in decoder.decode(data).items()}

    def _option(self, node: Node, data: _Part) -> Node:
        """Return the one option of a union that *data* may belong to; *node* itself when unclear."""
        if isinstance(node, TaggedUnionNode):
            return self._tagged_option(node, data)
        if not isinstance(node, UnionNode) or takes_anything(node):
            return node
        is_array = _opening(data) == b"["
        options = _containers(node, self._tree, is_array=is_array)
        return self._option(options[0], data) if len(options) == 1 else node

    def _tagged_option(self, node: TaggedUnionNode, data: _Part) -> Node:
        """Return the option whose tag *data* has; *node* itself when a function would have to look for it."""
        if _opening(data) != b"{" or not node.keys:
            return node
        typed_dict: Any = typing.TypedDict
        tags = msgspec.json.decode(
            data, type=typed_dict("Tags", dict.fromkeys(node.keys, msgspec.Raw), total=False)
        )
        reader = TagReader(node)
        position = reader.position(reader.tag({key: msgspec.json.decode(raw) for key, raw in tags.items()}))
        return node if position is None else self._option(self._tree.resolve(node.options[position]), data)


def _is_record(node: Node) -> bool:
    return isinstance(node, RecordNode)


def is_read_whole(node: Node, tree: TypeTree) -> bool:
    """Tell whether what *node* is read from is decoded without types first, unknown keys and all."""
    if isinstance(node, FunctionNode):
        return node.mode not in ("after", "dump")
    if isinstance(node, TaggedUnionNode):
        return not node.keys
    if isinstance(node, UnionNode):
        return takes_anything(node) or any(
            len(_containers(node, tree, is_array=is_array)) > 1 for is_array in (False, True)
        )
    return isinstance(node, AnyNode)


def is_unbounded(tree: TypeTree) -> bool:
    """Tell whether documents of any depth are decoded for *tree*.

    It reads something before it knows the type, as for Any, or a record that reaches itself.
    """
    open_records: set[Any] = set()
    closed_records: set[Any] = set()

    def visit(node: Node) -> bool:
        if is_read_whole(node, tree):
            return True
        if not isinstance(node, RefNode):
            return any(map(visit, children(node)))
        record = tree.definitions[node.target]
        if node.target in closed_records:
            return False
        if node.target in open_records:
            return True
        open_records.add(node.target)
        unbounded = any(map(visit, record.nodes if isinstance(record, RecordNode) else children(record)))
        open_records.remove(node.target)
        closed_records.add(node.target)
        return unbounded

    return visit(tree.root)


def _containers(node: UnionNode, tree: TypeTree, *, is_array: bool) -> list[Node]:
    """Return the options of *node* that may read an array, or an object."""
    kinds = (ArrayNode, TupleNode, RecordNode) if is_array else (MapNode, RecordNode)
    return [
        resolved
        for resolved in map(tree.resolve, node.options)
        if isinstance(resolved, (*kinds, CustomNode, FunctionNode, TaggedUnionNode))
        and not (is_array and isinstance(resolved, RecordNode) and not resolved.is_array)
    ]


def _first_keys(record: RecordNode) -> list[str]:
    """Return the keys under which the fields of *record* may stand, or begin."""
    paths = [path for field in record.read_fields for path in field.paths or ((field.wire_name,),)]
    return [str(path[0]) for path in paths]


def _opening(data: _Part) -> bytes:
    return bytes(memoryview(data)[:1])


def _split_array_record(node: RecordNode, data: _Part) -> list[tuple[Node, msgspec.Raw]]:
    # Of items beyond the known ones the fast path reads nothing, unless they are an error.
    items = _ITEMS.decode(data)[: len(node.read_fields) if node.extra == "ignore" else None]
    nodes = [field.node for field in node.read_fields] + [_ANYTHING] * len(items)
    return list(zip(nodes, items, strict=False))


def _split_tuple(node: TupleNode, data: _Part) -> list[tuple[Node, msgspec.Raw]]:
    items = _ITEMS.decode(data)
    extra = len(items) - len(node.items) - len(node.suffix)
    nodes = [*node.items, *[node.rest or _ANYTHING] * extra, *node.suffix]
    return list(zip(nodes, items, strict=False))
