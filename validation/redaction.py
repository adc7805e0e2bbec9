"""Keep secrets out of errors that show more than one value: a record, or a union, that holds one.

A secret's own errors are hidden where it is read (``walker_custom``). What stands around it, such as the
record in which another field is missing, is shown as it was given; here the values under the keys of secrets
are replaced in it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from bolide.validation.errors import HIDDEN, MESSAGES, ErrorDetails, Loc
from bolide.validation.tree import (
    CustomNode,
    FieldNode,
    MapNode,
    Node,
    RecordNode,
    RefNode,
    TypeTree,
    children,
)

__all__ = ["hide_inputs", "hide_secrets", "with_hidden_secrets"]

_MAX_DEPTH: Final = 200
# What comes from the input in the context of an error of a known type; the rest is said by the type.
_QUOTING: Final = frozenset(("encoding_error", "error", "tag", "type_name", "tz_actual"))
_NO_RECORD: Final = frozenset(
    ("dataclass_type", "dict_type", "model_attributes_type", "model_type", "named_tuple_type")
)


def with_hidden_secrets(walk: Callable[..., Any], tree: TypeTree) -> Callable[..., Any]:
    """Return the walker *walk* of *tree*, or one that hides what its errors would show of secrets."""
    if not tree.reaches(tree.root, _has_secret):
        return walk
    redact = _Redaction(tree)

    def walk_secretly(value: Any, loc: Loc, errors: list[ErrorDetails], *info: Any) -> Any:
        start = len(errors)
        result = walk(value, loc, errors, *info)
        for at in range(start, len(errors)):
            redact(errors[at], len(loc))
        return result

    return walk_secretly


def hide_secrets(errors: list[ErrorDetails], tree: TypeTree) -> None:
    """Take out of *errors* about a value of *tree* what they would show of secrets."""
    if tree.reaches(tree.root, _has_secret):
        redact = _Redaction(tree)
        for error in errors:
            redact(error, 0)


def hide_inputs(errors: list[ErrorDetails], start: int) -> None:
    """Replace the inputs of *errors* from *start* on, which would show a secret, and quotations of them."""
    for error in errors[start:]:
        quotations = [_quotation(text) for text in sorted(_texts(error["input"]), key=len, reverse=True)]
        error["input"] = HIDDEN
        ctx = error.get("ctx", {})
        for name, shown in ctx.items():
            may_quote = name in _QUOTING or error["type"] not in MESSAGES
            if may_quote and any(quotation.search(str(shown)) for quotation in quotations):
                error["ctx"] = ctx = ctx | {name: HIDDEN}
        if error["type"] not in MESSAGES or HIDDEN in ctx.values():
            for quotation in quotations:
                error["msg"] = quotation.sub(HIDDEN, error["msg"])


def _quotation(text: str) -> re.Pattern[str]:
    """Return what finds *text* in a message; a short one only between other words."""
    found = re.escape(text)
    return re.compile(found if len(text) > 3 else rf"(?<!\w){found}(?!\w)")


def _texts(value: Any, depth: int = 0) -> list[str]:
    """Return the texts and numbers in *value* as errors may quote them; empty ones say nothing."""
    if hasattr(value, "get_secret_value"):
        value = value.get_secret_value()
    if depth > _MAX_DEPTH or value is None or isinstance(value, bool):
        return []
    kind: Any = value.__class__
    if kind is dict:
        return [text for pair in value.items() for part in pair for text in _texts(part, depth + 1)]
    if kind in (list, tuple):
        return [text for item in value for text in _texts(item, depth + 1)]
    text = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
    return [text] if text else []


class _Redaction:
    """Takes secrets out of errors.

    Everything under the key of a secret is one; so is everything when the whole type holds a secret outside
    of records. What should have been a record, and is none, may be one that somebody wrote as text.
    """

    __slots__ = ("_are_keys_secret", "_is_all_secret", "_keys")

    def __init__(self, tree: TypeTree) -> None:
        records = (each for each in tree.definitions.values() if isinstance(each, RecordNode))
        secrets = [field for record in records for field in record.fields if _holds_secret(field.node, tree)]
        self._keys = frozenset(name for field in secrets for name in _names(field)).union(_foreign_keys(tree))
        self._is_all_secret = _holds_secret(tree.root, tree)
        self._are_keys_secret = tree.reaches(
            tree.root, lambda node: isinstance(node, MapNode) and _holds_secret(node.keys, tree)
        )

    def __call__(self, error: ErrorDetails, outer: int) -> None:
        """Change *error*, whose ``loc`` has *outer* steps that lead to the value that was walked."""
        loc = error["loc"]
        at = next((at for at in range(outer, len(loc)) if loc[at] in self._keys), None)
        if at is None and not self._is_all_secret:
            given = error["input"]
            is_record = isinstance(given, Mapping) or error["type"] not in _NO_RECORD
            error["input"] = _without(self._keys, given) if is_record else HIDDEN
            return
        hide_inputs([error], 0)
        if self._are_keys_secret:
            start = outer if at is None else at + 1
            error["loc"] = loc[:start] + tuple(
                HIDDEN if isinstance(step, str) and step != "[key]" else step for step in loc[start:]
            )


def _is_secret(node: Node) -> bool:
    return isinstance(node, CustomNode) and node.spec.is_secret


def _has_secret(node: Node) -> bool:
    return isinstance(node, CustomNode) and (node.spec.is_secret or bool(node.spec.secret_keys))


def _foreign_keys(tree: TypeTree) -> frozenset[str]:
    """Return the keys of secrets in records that others read."""
    keys: set[str] = set()

    def collect(node: Node) -> bool:
        if isinstance(node, CustomNode):
            keys.update(node.spec.secret_keys)
        return False

    tree.reaches(tree.root, collect)
    return frozenset(keys)


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
        if isinstance(node, CustomNode) and node.value is not None and tree.reaches(node.value, _has_secret):
            return True  # given in another form, such as a text that holds JSON
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
