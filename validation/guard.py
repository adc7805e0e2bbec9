"""What models promise about their fields, so that responses need not look.

A response is filtered by comparing types before it is encoded. Comparing everything would cost half as much
again as the whole encoding, so models promise what they can. (Nothing else is validated on assignment.)

- A field of scalars holds scalars: what is decoded or constructed is validated, and assigning anything with
  fields of its own is refused.
- A field of secrets may get anything. When it gets what is no secret, what has no declared type is written by
  plans, which hide it; see ``dump_plan``.
- A field of one record or one collection holds exactly that type. Assigning anything else is allowed and ends
  the promise of the model; a subclass of the record's model ends it too. Then responses look again.

What a collection holds can be changed from outside, so nobody promises that.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import uuid
from collections.abc import Mapping
from typing import Any, Final

from bolide.validation.dump_plan import FieldPlan, secret_classes
from bolide.validation.planned import note_planned
from bolide.validation.tree import (
    NO_DEFAULT,
    AnyNode,
    ArrayNode,
    CustomNode,
    FieldNode,
    FunctionNode,
    MapNode,
    Node,
    NoneNode,
    RecordNode,
    RefNode,
    TupleNode,
    TypeTree,
    UnionNode,
)

__all__ = [
    "SCALARS",
    "breaches",
    "check_assignment",
    "flat_options",
    "is_guarded",
    "promised_types",
    "promises_of",
    "without_none",
]

SCALARS: Final = (
    type(None),
    bool,
    int,
    float,
    str,
    bytes,
    bytearray,
    enum.Enum,
    decimal.Decimal,
    datetime.datetime,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    uuid.UUID,
)
"""Types whose values are written without any field."""

_NOT_SCALAR: Final = (AnyNode, ArrayNode, CustomNode, FunctionNode, TupleNode, MapNode, RecordNode)
_BREACHES: Final = "__bolide_breaches__"


class _Secrets(tuple[type, ...]):
    """The classes of the secrets that a field is to hold."""

    __slots__ = ()


def is_guarded(field: FieldNode | FieldPlan, tree: TypeTree) -> bool:
    """Tell whether a model's *field* can hold nothing but scalars; a factory's values are not checked."""
    if field.default_factory is not None or not _is_scalar(field.node, tree):
        return False
    return field.default is NO_DEFAULT or isinstance(field.default, SCALARS)


def promised_types(field: FieldNode, tree: TypeTree) -> tuple[Any, ...]:
    """Return the types that a model's *field* promises to hold, each exactly; empty without a promise."""
    node, optional = without_none(field.node)
    optional = optional or field.default is None
    expected: Any = None
    if isinstance(node, RefNode):
        record = tree.definitions[node.target]
        expected = record.cls if isinstance(record, RecordNode) and record.kind == "model" else None
    elif isinstance(node, ArrayNode | MapNode):
        expected = node.container
    types = (expected, type(None)) if optional else (expected,)
    if expected is None or field.default_factory not in (None, expected):
        return ()
    return types if field.default is NO_DEFAULT or type(field.default) in types else ()


def breaches(cls: Any) -> list[str]:
    """Return how the promises of the model *cls* were broken: a list that is empty while they hold."""
    found: list[str] | None = cls.__dict__.get(_BREACHES)
    if found is None:
        found = []
        setattr(cls, _BREACHES, found)
    return found


def check_assignment(cls: Any, name: str, value: object, *, promises: Mapping[str, tuple[Any, ...]]) -> None:
    """Take note that the field *name* of the model *cls*, whose promises are *promises*, gets *value*.

    Raises:
        TypeError: the field holds scalars, and *value* is none; names the field and the type of the value.
    """
    types = promises.get(name)
    if types is None or type(value) in types:
        return
    if isinstance(types, _Secrets):
        if value is not None and not isinstance(value, types):
            note_planned(cls.__qualname__)
        return
    if types is SCALARS:
        if not isinstance(value, SCALARS):
            found = type(value).__name__
            raise TypeError(f"{cls.__name__}.{name} holds scalars; a {found} cannot be put there")
    elif not (broken := breaches(cls)):
        broken.append(f"{name} got a {type(value).__name__}")


def promises_of(record: RecordNode, tree: TypeTree) -> dict[str, tuple[Any, ...]]:
    """Return the types that the fields of the model *record* promise; :data:`SCALARS` for scalars."""
    promises: dict[str, tuple[Any, ...]] = {}
    for field in record.fields:
        types = SCALARS if is_guarded(field, tree) else promised_types(field, tree)
        types = types or _Secrets(secret_classes(field.node) or ())
        if types:
            promises[field.name] = types
    return promises


def without_none(node: Node) -> tuple[Node, bool]:
    """Return the one option of *node* beside None, and True; else *node*, and False."""
    if isinstance(node, UnionNode):
        others = [option for option in node.options if not isinstance(option, NoneNode)]
        if len(others) == 1:
            return others[0], True
    return node, False


def _is_scalar(node: Node, tree: TypeTree) -> bool:
    node = tree.resolve(node)
    if isinstance(node, UnionNode):
        return all(_is_scalar(option, tree) for option in node.options)
    return not isinstance(node, _NOT_SCALAR)


def flat_options(node: UnionNode) -> tuple[Node, ...]:
    """Return the options of *node*, and instead of a union among them its own."""
    found: list[Node] = []
    for option in node.options:
        found += flat_options(option) if isinstance(option, UnionNode) else (option,)
    return tuple(found)
