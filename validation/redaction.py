"""Keep secrets out of errors that show more than one value: a record, or a union, that holds one.

A secret's own errors are hidden where it is read (``walker_custom``). What stands around it, such as the
record in which another field is missing, is shown as it was given; here the values under the keys of secrets
are replaced in it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

from bolide.validation.errors import HIDDEN, ErrorDetails, hide_inputs
from bolide.validation.tree import CustomNode, FieldNode, Node, RecordNode, RefNode, TypeTree, children

__all__ = ["with_hidden_secrets"]

_MAX_DEPTH: Final = 200


def with_hidden_secrets(walk: Callable[..., Any], tree: TypeTree) -> Callable[..., Any]:
    """Return the walker *walk* of *tree*, or one that hides what its errors would show of secrets."""
    if not tree.reaches(tree.root, _is_secret):
        return walk
    records = (each for each in tree.definitions.values() if isinstance(each, RecordNode))
    secrets = [field for record in records for field in record.fields if _holds_secret(field.node, tree)]
    keys = frozenset(name for field in secrets for name in _names(field))
    is_all_secret = _holds_secret(tree.root, tree)

    def walk_secretly(value: Any, loc: Any, errors: list[ErrorDetails], *info: Any) -> Any:
        start = len(errors)
        result = walk(value, loc, errors, *info)
        for at in range(start, len(errors)):
            if is_all_secret or not keys.isdisjoint(errors[at]["loc"][len(loc) :]):
                hide_inputs(errors[at : at + 1], 0)
            else:
                errors[at]["input"] = _without(keys, errors[at]["input"])
        return result

    return walk_secretly


def _is_secret(node: Node) -> bool:
    return isinstance(node, CustomNode) and node.spec.is_secret


def _holds_secret(node: Node, tree: TypeTree) -> bool:
    """Tell whether a value of *node* is a secret, or holds one outside of records."""
    aliases: set[Any] = set()

    def visit(node: Node) -> bool:
        if isinstance(node, RefNode):
            alias = tree.alias(node)
            if alias is None or node.target in aliases:
                return False
            aliases.add(node.target)
            node = alias.inner
        return _is_secret(node) or any(map(visit, children(node)))

    return visit(node)


def _names(field: FieldNode) -> set[str]:
    """Return the keys under which *field* may stand."""
    inside = [[step for step in path if isinstance(step, str)][-1:] for path in field.paths]
    return {field.name, field.wire_name, *(name for names in inside for name in names)}


def _without(keys: frozenset[str], value: Any, depth: int = 0) -> Any:
    """Return *value* with everything under *keys* replaced; itself when it has no such key."""
    if depth > _MAX_DEPTH:
        return HIDDEN
    kind: Any = value.__class__
    if kind is dict:
        shown: Any = {
            key: HIDDEN if key in keys else _without(keys, item, depth + 1) for key, item in value.items()
        }
        return shown if any(shown[key] is not value[key] for key in shown) else value
    if kind in (list, tuple):
        parts = [_without(keys, item, depth + 1) for item in value]
        if any(map(operator.is_not, parts, value)):
            return parts if kind is list else tuple(parts)
    return value
