"""Decode the usual values of what msgspec cannot express, faster than a walker does.

A shortcut finds the one type that the walker would choose and has msgspec convert the value to it. It may
refuse any value, which is the walker's then, but must never choose otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from bolide.validation.placeholder import Hook, Shortcut, is_placeholder
from bolide.validation.tagged import TagReader
from bolide.validation.tagged_node import TaggedUnionNode
from bolide.validation.tree import (
    ArrayNode,
    BoolNode,
    BytesNode,
    DateNode,
    DateTimeNode,
    DecimalNode,
    FloatNode,
    IntNode,
    LiteralNode,
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

__all__ = ["record_shortcut", "tag_shortcut"]

# What becomes one of these is never an object in JSON, whatever the rules.
_NEVER_OBJECTS = (
    ArrayNode,
    BoolNode,
    BytesNode,
    DateNode,
    DateTimeNode,
    DecimalNode,
    FloatNode,
    IntNode,
    NoneNode,
    StrNode,
    TimeDeltaNode,
    TimeNode,
    TupleNode,
    UUIDNode,
)
# What strict rules accept for one of these has needed no conversion.
_EXACT = (BoolNode, FloatNode, IntNode, LiteralNode, NoneNode, StrNode)
_FLAT = (*(kind for kind in _NEVER_OBJECTS if kind not in (ArrayNode, TupleNode)), LiteralNode)


def tag_shortcut(node: TaggedUnionNode, kinds: Sequence[Any]) -> Shortcut:
    """Return the shortcut of a tagged union; *kinds* holds the lowered types of its options."""
    reader = TagReader(node)
    converters = [_converter(kind) for kind in kinds]

    def decode_tagged(value: Any, hook: Hook) -> Any:
        position = reader.position(reader.tag(value))
        if position is None:
            raise ValueError
        return converters[position](value, hook)

    return decode_tagged


class _Candidate(msgspec.Struct, frozen=True):
    """One record of a union, and what shows that an object cannot be it."""

    required: frozenset[str]
    known: frozenset[str]
    is_closed: bool
    literals: tuple[tuple[str, frozenset[str]], ...]
    is_built: bool
    is_exact: bool
    convert: Shortcut

    def is_possible(self, value: dict[str, Any]) -> bool:
        if not self.required <= value.keys() or (self.is_closed and not value.keys() <= self.known):
            return False
        for key, values in self.literals:
            given = value.get(key)
            if type(given) is str and given not in values:
                return False
        return True


def record_shortcut(node: UnionNode, tree: TypeTree, lower: Callable[[Node], Any]) -> Shortcut | None:
    """Return the shortcut of a union of records and what is no object; None when it could choose wrongly.

    It leaves out the records whose required keys are missing, and takes the only one that is left, or the one
    with the most fields found; of several such the first, if nothing had to be converted. The latter is only
    known for fields that are no records themselves.
    """
    if node.is_ordered:
        return None
    records = [record for option in node.options if isinstance(record := tree.resolve(option), RecordNode)]
    others = [option for option in node.options if not isinstance(tree.resolve(option), RecordNode)]
    if len(records) < 2 or not all(isinstance(other, _NEVER_OBJECTS) for other in others):
        return None
    if any(record.before or record.is_array or any(f.paths for f in record.fields) for record in records):
        return None
    kinds = [lower(option) for option in node.options if isinstance(tree.resolve(option), RecordNode)]
    if any(is_placeholder(kind) for kind in kinds):
        return None
    candidates = [_candidate(record, kind) for record, kind in zip(records, kinds, strict=True)]
    is_flat = all(isinstance(field.node, _FLAT) for record in records for field in record.fields)

    def decode_record(value: Any, hook: Hook) -> Any:
        if value.__class__ is not dict:
            raise ValueError
        given: dict[str, Any] = value
        possible = [candidate for candidate in candidates if candidate.is_possible(given)]
        if len(possible) == 1:
            return possible[0].convert(given, hook)
        if not possible or not is_flat:
            raise ValueError
        counts = [len(candidate.known & given.keys()) for candidate in possible]
        best = [each for each, count in zip(possible, counts, strict=True) if count == max(counts)]
        if len(best) > 1 and not (best[0].is_exact and all(each.is_built for each in best)):
            raise ValueError  # another may need less conversion
        return best[0].convert(given, hook)

    return decode_record


def _candidate(record: RecordNode, kind: Any) -> _Candidate:
    return _Candidate(
        required=frozenset(field.wire_name for field in record.fields if field.required),
        known=frozenset(field.wire_name for field in record.fields),
        is_closed=record.extra == "forbid",
        literals=tuple(
            (field.wire_name, frozenset(field.node.values))
            for field in record.fields
            if isinstance(field.node, LiteralNode) and all(type(value) is str for value in field.node.values)
        ),
        is_built=record.kind != "typed_dict",
        is_exact=all(isinstance(field.node, _EXACT) for field in record.fields),
        convert=_converter(kind),
    )


def _converter(kind: Any) -> Shortcut:
    """Return a function that converts values to the lowered type *kind*, strictly."""
    if isinstance(kind, type) and not is_placeholder(kind):
        # hot: msgspec keeps what it knows of a class, but reads any other hint at every call.
        cls: Any = kind

        def convert(value: Any, hook: Hook) -> Any:
            return msgspec.convert(value, cls, dec_hook=hook, str_keys=True)

        return convert
    holder: Any = msgspec.defstruct("Holder", [("value", kind)])

    def convert_held(value: Any, hook: Hook) -> Any:
        return msgspec.convert({"value": value}, holder, dec_hook=hook, str_keys=True).value

    return convert_held
