"""Keep objects with fields of their own out of the scalar fields of models.

A response is filtered by comparing types before it is encoded. Comparing every scalar too would cost half as
much again as the whole encoding, so models promise theirs: what is decoded or constructed is validated, and
what is assigned later must at least be a scalar. (Nothing else is validated on assignment.)
"""

from __future__ import annotations

import datetime
import decimal
import enum
import uuid
from typing import Any, Final

from bolide.validation.tree import (
    NO_DEFAULT,
    AnyNode,
    ArrayNode,
    FieldNode,
    MapNode,
    Node,
    RecordNode,
    TupleNode,
    TypeTree,
    UnionNode,
)

__all__ = ["SCALARS", "is_guarded", "refuse_in_scalar_field"]

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

_GUARDED: Final = "__bolide_guarded__"


def is_guarded(field: FieldNode, tree: TypeTree) -> bool:
    """Tell whether a model's *field* can hold nothing but scalars; a factory's values are not checked."""
    if field.default_factory is not None or not _is_scalar(field.node, tree):
        return False
    return field.default is NO_DEFAULT or isinstance(field.default, SCALARS)


def refuse_in_scalar_field(cls: Any, tree: TypeTree, name: str, value: object) -> None:
    """Refuse *value*, which is no scalar, if the model's field *name* is guarded.

    Raises:
        TypeError: names the field and the type of the value.
    """
    guarded: frozenset[str] | None = cls.__dict__.get(_GUARDED)
    if guarded is None:
        record = tree.definitions[cls]
        fields = record.fields if isinstance(record, RecordNode) else ()
        guarded = frozenset(field.name for field in fields if is_guarded(field, tree))
        setattr(cls, _GUARDED, guarded)
    if name in guarded:
        raise TypeError(f"{cls.__name__}.{name} holds scalars; a {type(value).__name__} cannot be put there")


def _is_scalar(node: Node, tree: TypeTree) -> bool:
    node = tree.resolve(node)
    if isinstance(node, UnionNode):
        return all(_is_scalar(option, tree) for option in node.options)
    return not isinstance(node, AnyNode | ArrayNode | TupleNode | MapNode | RecordNode)
