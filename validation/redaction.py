"""Keep secrets out of errors that show more than one value: a record, or a union, that holds one.

A secret's own errors are hidden where it is read (``walker_custom``). What stands around it, such as the
record in which another field is missing, is shown as it was given; here the values under the keys of secrets
are replaced in it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from bolide.validation.errors import HIDDEN, MESSAGES, ErrorDetails, Loc
from bolide.validation.tree import (
    AliasNode,
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
        if len(errors) != start:
            redact(errors[start:], len(loc), value)
        return result

    return walk_secretly


def hide_secrets(errors: list[ErrorDetails], tree: TypeTree, *given: Any) -> None:
    """Take out of *errors* about a value of *tree* what they would show of secrets, those in *given* too."""
    if tree.reaches(tree.root, _has_secret):
        _Redaction(tree)(errors, 0, *given)


def hide_inputs(errors: list[ErrorDetails], start: int) -> None:
    """Replace the inputs of *errors* from *start* on, which would show a secret, and quotations of them."""
    for error in errors[start:]:
        texts = _texts(error["input"])
        error["input"] = HIDDEN
        _hide_quotations(error, texts)


def _may_quote(error: ErrorDetails) -> bool:
    return error["type"] not in MESSAGES or not _QUOTING.isdisjoint(error.get("ctx", ()))


def _hide_quotations(error: ErrorDetails, texts: list[str]) -> None:
    """Replace *texts* in what *error* says, as they are and as they stand in a ``repr``."""
    if not _may_quote(error):
        return
    said = "\n".join((error["msg"], *map(str, error.get("ctx", {}).values())))
    forms = {form for text in texts for form in (text, repr(text)[1:-1]) if form in said}
    quotations = [_quotation(text) for text in sorted(forms, key=len, reverse=True)]
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

    __slots__ = ("_are_keys_secret", "_is_all_secret", "_places")

    def __init__(self, tree: TypeTree) -> None:
        self._places = _Places(tree)
        self._is_all_secret = _holds_secret(tree.root, tree)
        self._are_keys_secret = tree.reaches(
            tree.root, lambda node: isinstance(node, MapNode) and _holds_secret(node.keys, tree)
        )

    def __call__(self, errors: list[ErrorDetails], outer: int, *given: Any) -> None:
        """Change *errors* about the value *given*, to which the first *outer* steps of their ``loc`` lead."""
        texts: list[str] | None = None
        for error in errors:
            around = given or (error["input"],)
            self._hide_input(error, outer)
            if _may_quote(error):
                texts = self._texts(around) if texts is None or not given else texts
                _hide_quotations(error, texts)

    def _texts(self, value: Any) -> list[str]:
        """Return the texts of the secrets in *value*."""
        if self._is_all_secret:
            return _texts(value)
        found = _Found([], {})
        self._places.shown(value, found, is_expected=True)
        return list(dict.fromkeys(_texts(found.secrets)))

    def _hide_input(self, error: ErrorDetails, outer: int) -> None:
        loc, places = error["loc"], self._places
        at = next((at for at in range(outer, len(loc)) if loc[at] in places.keys), None)
        if at is None and not self._is_all_secret:
            found = _Found([], {})
            shown = places.shown(error["input"], found, is_expected=places.expects(loc[outer:]))
            is_record = isinstance(error["input"], Mapping) or error["type"] not in _NO_RECORD
            error["input"] = shown if is_record else HIDDEN
            _hide_quotations(error, _texts(found.secrets))
            return
        hide_inputs([error], 0)
        if self._are_keys_secret:
            start = outer if at is None else at + 1
            error["loc"] = loc[:start] + tuple(
                HIDDEN if isinstance(step, str) and step != "[key]" else step for step in loc[start:]
            )


class _Found(NamedTuple):
    """The *secrets* found in one value, and what is *shown* instead of its parts, by identity."""

    secrets: list[Any]
    shown: dict[tuple[int, bool], Any]


class _Places:
    """Where secrets stand in the input: under which keys, and what should be a record that holds some.

    A text where such a record is expected may be the secret in a wrong form, and is one.
    """

    __slots__ = ("_are_unknown_expected", "_classes", "_expecting", "_known", "keys")

    def __init__(self, tree: TypeTree) -> None:
        records = [each for each in tree.definitions.values() if isinstance(each, RecordNode)]
        fields = [field for record in records for field in record.fields]
        self._classes = frozenset(record.cls for record in records)
        secrets = [field for field in fields if _holds_secret(field.node, tree)]
        around = [field for field in fields if tree.reaches(field.node, _has_secret)]
        self.keys = frozenset(name for field in secrets for name in _names(field)).union(_foreign_keys(tree))
        self._known = frozenset(name for field in fields for name in _names(field))
        outer = {step for field in secrets for path in field.paths for step in path if isinstance(step, str)}
        self._expecting = frozenset(name for field in around for name in _names(field)) | outer
        self._are_unknown_expected = any(
            record.extra_values is not None and tree.reaches(record.extra_values, _has_secret)
            for record in records
        ) or tree.reaches(
            tree.root, lambda node: isinstance(node, MapNode) and tree.reaches(node, _has_secret)
        )

    def expects(self, loc: Loc) -> bool:
        """Tell whether a record that holds a secret may be expected at *loc*."""
        key = next((step for step in reversed(loc) if isinstance(step, str)), None)
        return key is None or self._is_expected(key)

    def shown(self, value: Any, found: _Found, *, is_expected: bool, depth: int = 0) -> Any:
        """Return *value* without its secrets, itself when it has none, and add those to *found*.

        *is_expected* says that there should be a record that holds one.
        """
        kind: Any = value.__class__
        if issubclass(kind, str | bytes | bytearray | int | float):
            if not is_expected or kind is bool:
                return value
            found.secrets.append(value)
            return HIDDEN
        known = found.shown.get((id(value), is_expected))
        if depth > _MAX_DEPTH or known is not None:
            return HIDDEN if known is None else known
        found.shown[id(value), is_expected] = HIDDEN  # where it contains itself
        result: Any = value
        if issubclass(kind, Mapping):
            result = self._shown_items(value, found, depth)
        elif kind in (list, tuple):
            parts = [self.shown(item, found, is_expected=is_expected, depth=depth + 1) for item in value]
            if any(map(operator.is_not, parts, value)):
                result = parts if kind is list else tuple(parts)
        elif not self._classes.isdisjoint(kind.__mro__):
            # What an instance shows is its own affair, but messages may quote it.
            names: Any = (*getattr(kind, "__struct_fields__", ()), *getattr(value, "__dict__", ()))
            self._shown_items({name: getattr(value, name, None) for name in names}, found, depth)
        found.shown[id(value), is_expected] = result
        return result

    def _shown_items(self, value: Mapping[Any, Any], found: _Found, depth: int) -> Mapping[Any, Any]:
        shown: dict[Any, Any] = {}
        for key, item in value.items():
            if key in self.keys:
                found.secrets.append(item)
                shown[key] = HIDDEN
            else:
                is_expected = self._is_expected(key)
                shown[key] = self.shown(item, found, is_expected=is_expected, depth=depth + 1)
        return shown if any(shown[key] is not value[key] for key in shown) else value

    def _is_expected(self, key: Any) -> bool:
        return key in self._expecting or (self._are_unknown_expected and key not in self._known)


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
    """Tell whether a value of *node* is a secret, or holds one that stands under no key."""
    seen: set[Any] = set()

    def visit(node: Node) -> bool:
        if isinstance(node, RefNode):
            if node.target in seen:
                return False
            seen.add(node.target)
            definition = tree.definitions[node.target]
            if isinstance(definition, RecordNode):
                is_positional = definition.is_array or definition.kind == "named_tuple"
                return is_positional and any(map(visit, definition.nodes))
            if not isinstance(definition, AliasNode):
                return False
            node = definition.inner
        if isinstance(node, CustomNode) and node.value is not None and tree.reaches(node.value, _has_secret):
            return True  # given in another form, such as a text that holds JSON
        return _is_secret(node) or any(map(visit, children(node)))

    return visit(node)


def _names(field: FieldNode) -> set[str]:
    """Return the keys under which *field* may stand."""
    inside = [[step for step in path if isinstance(step, str)][-1:] for path in field.paths]
    return {field.name, field.wire_name, *(name for names in inside for name in names)}
