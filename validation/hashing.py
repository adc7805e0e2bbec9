"""Keep clients from filling a set or dictionary with values of one hash.

Each insertion of such a value compares it with all before, which is quadratic. Owns which types are
exposed to it, and the limit, which is checked before a value is hashed into anything. The same for both
paths: what the fast path may put into hash tables itself follows from :func:`has_chosen_hash`.
"""

from __future__ import annotations

import enum
from collections.abc import Collection
from typing import Any, Final

from bolide.validation.tree import (
    AnyNode,
    ArrayNode,
    BytesNode,
    CustomNode,
    DateNode,
    DecimalNode,
    FloatNode,
    FunctionNode,
    IntNode,
    Node,
    RefNode,
    StrNode,
    TupleNode,
    UnionNode,
    UUIDNode,
)

__all__ = ["MAX_COLLIDING", "collide", "has_chosen_hash"]

MAX_COLLIDING: Final = 100
"""So many values in a set, or keys in a map, may share their hash with a different one. None do by chance."""

# Python hashes these with a secret of the process.
_SECRETLY_HASHED: Final = (StrNode, BytesNode, DateNode)
# Numbers are hashed modulo 2**61 - 1, on purpose the same in every process.
_NUMBERS: Final = (IntNode, FloatNode, DecimalNode, UUIDNode)


def has_chosen_hash(node: Node) -> bool:
    """Tell whether a client can choose many different values of *node* with one hash.

    Booleans, choices, times and time deltas have no secret either, but too few values for it.
    """
    if isinstance(node, UnionNode):
        return any(map(has_chosen_hash, node.options))
    if isinstance(node, TupleNode):
        return node.rest is not None or any(map(has_chosen_hash, node.items))
    if isinstance(node, ArrayNode):  # of any length, so that few values for an item do not help
        return not isinstance(node.items, _SECRETLY_HASHED)
    if isinstance(node, FunctionNode) and node.mode == "dump":
        return has_chosen_hash(node.inner)
    if isinstance(node, RefNode):  # records are hashed by their fields
        return not (isinstance(node.target, type) and issubclass(node.target, enum.Enum))
    return isinstance(node, (AnyNode, CustomNode, FunctionNode, *_NUMBERS))


def collide(values: Collection[Any]) -> bool:
    """Tell whether more than :data:`MAX_COLLIDING` of *values* share their hash with a different one.

    Raises:
        TypeError: One of them has no hash.
    """
    if len(values) <= MAX_COLLIDING:
        return False
    # Hashes of hashes: small integers hash to themselves.
    firsts: dict[int, Any] = {}
    colliding = 0
    for value in values:
        first = firsts.setdefault(hash(value), value)
        if first is not value and first != value:
            colliding += 1
            if colliding > MAX_COLLIDING:
                return True
    return False
