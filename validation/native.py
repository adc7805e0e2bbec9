"""Tell which dataclasses and structs msgspec reads exactly as their type tree says.

msgspec reads the annotations of such classes itself. It does not know ``Field()`` and
``annotated_types`` and so would let too much through.
"""

from __future__ import annotations

import datetime
import types
import typing
import uuid
from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from bolide.validation.constraints import constrain
from bolide.validation.fields import read_metadata
from bolide.validation.foreign_records import constructor_of
from bolide.validation.hints import split_annotated
from bolide.validation.patterns import anchor_pattern
from bolide.validation.tree import (
    NO_DEFAULT,
    AliasNode,
    AnyNode,
    ArrayNode,
    EnumNode,
    FloatNode,
    IntNode,
    MapNode,
    Node,
    RecordNode,
    RefNode,
    StrNode,
    TypeTree,
    children,
)

__all__ = [
    "defaults_left_out",
    "foreign_records_read_alike",
    "has_other_names",
    "is_found_elsewhere",
    "is_plain",
]

_CONSTRAINTS: Final[dict[type[Node], tuple[str, ...]]] = {
    IntNode: ("minimum", "exclusive_minimum", "maximum", "exclusive_maximum", "multiple_of"),
    FloatNode: ("minimum", "exclusive_minimum", "maximum", "exclusive_maximum", "multiple_of"),
    StrNode: ("min_length", "max_length", "pattern"),
    ArrayNode: ("min_items", "max_items"),
    MapNode: ("min_properties", "max_properties"),
}

# Scalars that msgspec decodes with the walker's meaning, and the forms of hints that it knows.
_LIKE_MSGSPEC: Final = frozenset(
    {Any, None, type(None), bool, int, float, str, datetime.datetime, datetime.date, datetime.time}
    | {datetime.timedelta, uuid.UUID, list, tuple, set, frozenset, dict}
)
_GENERIC_FORMS: Final = frozenset(
    {list, tuple, set, frozenset, dict, typing.Union, types.UnionType, typing.Literal}
)


def foreign_records_read_alike(tree: TypeTree, is_walked: Callable[[Node], bool]) -> frozenset[Any]:
    """Return the dataclasses and structs of *tree* that may be decoded by their own annotations.

    Args:
        tree: The tree whose definitions are judged.
        is_walked: Tells of a node, not looking into records, that it is no business of msgspec's.
    """
    records = {
        target: definition
        for target, definition in tree.definitions.items()
        if isinstance(definition, RecordNode) and definition.kind in ("struct", "dataclass", "named_tuple")
    }
    alike = {
        target for target, record in records.items() if is_plain(record) and not defaults_left_out(record)
    }
    while True:
        # One that refers to a record which is not read alike is not either; recursion needs the loop.
        kept = {
            target
            for target, record in records.items()
            if target in alike
            and all(_reads_alike(field.node, tree, alike, is_walked) for field in record.fields)
        }
        if kept == alike:
            return frozenset(kept)
        alike = kept


def is_plain(record: RecordNode) -> bool:
    """Tell whether msgspec knows all of the class: no fields of its own kind, no names of a function."""
    if any(field.access not in ("both", "tag") for field in record.fields):
        return False
    if record.kind != "struct" and has_other_names(record):
        return False
    if record.kind != "struct" and constructor_of(record.cls, record.kind) is not record.cls:
        return False
    if record.kind == "dataclass" and (record.extra != "ignore" or _has_own_constructor(record.cls)):
        return False
    attributes: Iterable[Any] = getattr(record.cls, "__attrs_attrs__", ())
    if any(each.converter is not None or hasattr(each.default, "takes_self") for each in attributes):
        return False
    try:
        hints = typing.get_type_hints(record.cls, include_extras=True)
    except (NameError, TypeError, SyntaxError, AttributeError):
        return False
    return record.kind != "dataclass" or all(field.name in hints for field in record.fields)


def defaults_left_out(record: RecordNode) -> dict[str, Any]:
    """Return the defaults of the dataclass *record* that msgspec does not give to an instance.

    It leaves them in the class, where attributes are found, but nothing that lists them, such as its encoder.
    """
    if record.kind != "dataclass" or hasattr(record.cls, "__attrs_attrs__"):
        return {}
    return {
        field.name: field.default
        for field in record.fields
        if field.access == "both"
        and field.default is not NO_DEFAULT
        and getattr(record.cls, field.name, NO_DEFAULT) is field.default
    }


def _has_own_constructor(cls: Any) -> bool:
    """Tell whether somebody wrote the constructor, which msgspec does not call; else it is generated."""
    code = getattr(cls.__init__, "__code__", None)
    return code is None or not code.co_filename.startswith("<")


def _reads_alike(node: Node, tree: TypeTree, alike: set[Any], is_walked: Callable[[Node], bool]) -> bool:
    if is_walked(node) or not _constraints_are_msgspecs(node):
        return False
    if isinstance(node, RefNode):
        definition = tree.definitions[node.target]
        if isinstance(definition, AliasNode) or split_annotated(node.hint)[0] != node.target:  # Self, say
            return False
        return isinstance(definition, EnumNode) or definition.kind == "model" or node.target in alike
    bare, _ = split_annotated(node.hint)
    if isinstance(node, AnyNode):  # object, or a union with it, is a class like others for msgspec
        return bare is Any
    if bare not in _LIKE_MSGSPEC and typing.get_origin(bare) not in _GENERIC_FORMS:
        return False
    return all(_reads_alike(child, tree, alike, is_walked) for child in children(node))


def _constraints_are_msgspecs(node: Node) -> bool:
    names = _CONSTRAINTS.get(type(node), ())
    if all(getattr(node, name) is None for name in names):
        return True
    pattern = getattr(node, "pattern", None)
    if pattern is not None and anchor_pattern(pattern) != pattern:
        return False
    _, metadata = split_annotated(node.hint)
    free = replace(node, **dict.fromkeys(names))
    return constrain(free, read_metadata(item for item in metadata if isinstance(item, msgspec.Meta))) == node


def has_other_names(record: RecordNode) -> bool:
    """Tell whether a field of *record* has another name in the input than in Python."""
    return any(field.paths or field.wire_name != field.name for field in record.fields)


def is_found_elsewhere(record: RecordNode) -> bool:
    """Tell whether msgspec could take a value for a field that the walker finds in another place.

    Keys that no field has make msgspec give up, so only a place inside of a field, or a name that another
    field has too, goes unnoticed.
    """
    known = {field.wire_name for field in record.fields}
    return any(
        (field.wire_name,) not in field.paths
        or any(path[0] in known and path != (field.wire_name,) for path in field.paths)
        for field in record.fields
        if field.paths
    )
