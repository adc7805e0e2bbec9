"""Decode documents that are unreadable only where their type does not look.

The fast path skips the values of unknown keys, and does not read them: text that is not UTF-8, numbers
out of range and deep nesting pass there. The verdict must not depend on whether something else in the body
had to be coerced, so the slow path leaves out the same, by letting msgspec skip for it too.
"""

from __future__ import annotations

import typing
from typing import Any, Final

import msgspec

from bolide.validation.tagged import TagReader
from bolide.validation.tagged_node import TaggedUnionNode
from bolide.validation.tree import (
    AnyNode,
    ArrayNode,
    CustomNode,
    MapNode,
    Node,
    RecordNode,
    TupleNode,
    TypeTree,
    UnionNode,
)
from bolide.validation.untyped import MAX_DEPTH, check_depth

__all__ = ["KnownPartsDecoder"]

_ITEMS: Final = msgspec.json.Decoder(list[msgspec.Raw])
_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ANYTHING: Final = AnyNode()


class KnownPartsDecoder:
    """Decodes what a type tree knows of a document; records come without their unknown keys."""

    __slots__ = ("_members", "_tree")

    def __init__(self, tree: TypeTree) -> None:
        self._tree = tree
        self._members: dict[Any, msgspec.json.Decoder[Any]] = {}

    def decode(self, data: bytes) -> Any:
        """Return the known parts of *data* without types.

        Raises:
            ValueError: They are no JSON, or nested too deep.
            RecursionError: Skipped parts are nested deeper than msgspec itself can follow.
        """
        return self._decode(self._tree.root, data.lstrip(), MAX_DEPTH)

    def _decode(self, node: Node, data: bytes, limit: int) -> Any:
        """Decode *data*, in which *limit* levels may open."""
        node = self._option(self._tree.resolve(node), data)
        if isinstance(node, CustomNode):
            return self._decode(node.wire, data, limit)
        if limit > 0 and data[:1] == b"[":
            if isinstance(node, ArrayNode):
                return [self._decode(node.items, bytes(item), limit - 1) for item in _ITEMS.decode(data)]
            if isinstance(node, RecordNode) and node.is_array:
                return self._decode_array_record(node, data, limit)
            if isinstance(node, TupleNode):
                return self._decode_tuple(node, data, limit)
        elif limit > 0 and data[:1] == b"{":
            if isinstance(node, MapNode):
                members = _MEMBERS.decode(data).items()
                return {key: self._decode(node.values, bytes(item), limit - 1) for key, item in members}
            if isinstance(node, RecordNode):
                return self._decode_record(node, data, limit)
        check_depth(data, limit)
        return msgspec.json.decode(data)

    def _decode_tuple(self, node: TupleNode, data: bytes, limit: int) -> list[Any]:
        items = _ITEMS.decode(data)
        extra = len(items) - len(node.items) - len(node.suffix)
        nodes = [*node.items, *[node.rest or _ANYTHING] * extra, *node.suffix]
        return [
            self._decode(child, bytes(item), limit - 1) for child, item in zip(nodes, items, strict=False)
        ]

    def _decode_array_record(self, node: RecordNode, data: bytes, limit: int) -> list[Any]:
        # Of items beyond the known ones the fast path reads nothing, unless they are an error.
        items = _ITEMS.decode(data)[: len(node.read_fields) if node.extra == "ignore" else None]
        nodes = [field.node for field in node.read_fields] + [_ANYTHING] * len(items)
        return [
            self._decode(child, bytes(item), limit - 1) for child, item in zip(nodes, items, strict=False)
        ]

    def _decode_record(self, node: RecordNode, data: bytes, limit: int) -> dict[str, Any]:
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
        return {
            name: self._decode(nodes.get(name, _ANYTHING), bytes(item), limit - 1)
            for name, item in decoder.decode(data).items()
        }

    def _option(self, node: Node, data: bytes) -> Node:
        """Return the one option of a union that *data* may belong to; *node* itself when unclear."""
        if isinstance(node, TaggedUnionNode):
            return self._tagged_option(node, data)
        if not isinstance(node, UnionNode):
            return node
        kinds = (ArrayNode, TupleNode, RecordNode) if data[:1] == b"[" else (MapNode, RecordNode)
        options = [
            resolved
            for resolved in map(self._tree.resolve, node.options)
            if isinstance(resolved, (*kinds, TaggedUnionNode))
            and not (data[:1] == b"[" and isinstance(resolved, RecordNode) and not resolved.is_array)
        ]
        return self._option(options[0], data) if len(options) == 1 else node

    def _tagged_option(self, node: TaggedUnionNode, data: bytes) -> Node:
        """Return the option whose tag *data* has; *node* itself when a function would have to look for it."""
        if data[:1] != b"{" or not node.keys:
            return node
        typed_dict: Any = typing.TypedDict
        tags = msgspec.json.decode(
            data, type=typed_dict("Tags", dict.fromkeys(node.keys, msgspec.Raw), total=False)
        )
        reader = TagReader(node)
        position = reader.position(reader.tag({key: msgspec.json.decode(raw) for key, raw in tags.items()}))
        return node if position is None else self._option(self._tree.resolve(node.options[position]), data)


def _first_keys(record: RecordNode) -> list[str]:
    """Return the keys under which the fields of *record* may stand, or begin."""
    paths = [path for field in record.read_fields for path in field.paths or ((field.wire_name,),)]
    return [str(path[0]) for path in paths]
