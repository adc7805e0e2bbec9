"""Assignments that are validated (``validate_assignment=True``).

Owns the order of functions around an assignment, and that a refused one leaves the instance as it was, which
Pydantic does not promise. What may be assigned at all is :mod:`~bolide.validation.assignment`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, cast

from msgspec.structs import force_setattr

from bolide.validation.adapter import Adapter
from bolide.validation.config import ModelConfig
from bolide.validation.errors import ErrorDetails, Loc, ValidationError, report_exception
from bolide.validation.function_nodes import is_informed
from bolide.validation.functions import FROM_PYTHON, ValidationInfo
from bolide.validation.instance import EXTRA, UNSET_FIELDS
from bolide.validation.metaclass import adapter_of
from bolide.validation.records import ModelDeclaration
from bolide.validation.redaction import hide_secrets
from bolide.validation.tree import AnyNode, FunctionNode, Node, RecordNode, TypeTree
from bolide.validation.walker_info import stated_options

__all__ = ["assign_validated"]

_WALKS: Final = "__bolide_assignment_walks__"
_PLAIN_WALKS: Final = "__bolide_plain_assignment_walks__"

_Walk: TypeAlias = Callable[[object, Loc, list[ErrorDetails], ValidationInfo], Any]


def assign_validated(
    instance: Any, name: str, value: object, *, promise: Callable[[Any, str, object], None]
) -> None:
    """Put *value* into the field or unknown key *name*, with the validators of the field and of the model.

    Args:
        instance: A model.
        name: Of a field, or of none if the model allows unknown keys.
        value: Not validated yet.
        promise: Refuses what must not stand in a field of a class, whatever validators say.

    Raises:
        ValidationError: It is refused; the instance is as before.
    """
    cls: Any = instance.__class__
    walk = _plain_walk_of(cls, name)
    if walk is not None:
        errors: list[ErrorDetails] = []
        value = walk(value, (name,), errors)
        if errors:
            raise _failure(cls, errors)
        promise(cls, name, value)
        force_setattr(instance, name, value)
        if cls.__bolide_declaration__.config.track_fields_set:
            instance.__dict__.get(UNSET_FIELDS, set()).discard(name)
        return
    assignment = _Assignment(instance, name, value, promise)
    saved = _saved(instance, assignment.declaration)
    try:
        assignment.run(assignment.tree.root)
    except BaseException:
        _restore(instance, *saved)
        raise


class _Assignment:
    """One assignment to *instance*."""

    __slots__ = ("_cls", "_instance", "_name", "_promise", "_value", "declaration", "tree")

    def __init__(
        self, instance: Any, name: str, value: object, promise: Callable[[Any, str, object], None]
    ) -> None:
        self._cls: Any = instance.__class__
        self._instance = instance
        self._name = name
        self._value = value
        self._promise = promise
        self.declaration: ModelDeclaration = self._cls.__bolide_declaration__
        self.tree = adapter_of(self._cls).tree

    def run(self, node: Node) -> Any:
        """Assign with the functions of *node*, which stand around the record; return what they make of it."""
        if not isinstance(node, FunctionNode):
            self._assign(cast("RecordNode", self.tree.definitions[self._cls]))
            return self._instance
        if node.mode == "wrap":

            def handler(_value: object, _outer_location: str | int | None = None, /) -> Any:
                return self.run(node.inner)

            return self._call(node, self._instance, handler)
        return self._call(node, self.run(node.inner))

    def _call(self, node: FunctionNode, *arguments: object) -> Any:
        info = (FROM_PYTHON.of(stated_options(self._cls)),) if node.takes_info else ()
        try:
            return node.function(*arguments, *info)
        except (ValueError, AssertionError) as exc:
            errors: list[ErrorDetails] = []
            report_exception(errors, exc, (), self._instance)
            raise self._failure(errors) from exc

    def _assign(self, record: RecordNode) -> None:
        given = self._prepared(record)
        others = {name: value for name, value in given.items() if name != self._name}
        errors: list[ErrorDetails] = []
        info = ValidationInfo(None, "python", others, self._name, stated_options(self._cls))
        value = _walk_of(self._cls, self._name, record, self.tree)(self._value, (self._name,), errors, info)
        if errors:
            raise self._failure(errors)
        for name, each in {**others, self._name: value}.items():
            if name not in self.declaration.fields:
                self._instance.__dict__.setdefault(EXTRA, {})[name] = each
            elif getattr(self._instance, name, None) is not each:
                self._promise(self._cls, name, each)
                force_setattr(self._instance, name, each)
        if self.declaration.config.track_fields_set:
            self._instance.__dict__.get(UNSET_FIELDS, set()).discard(self._name)

    def _failure(self, errors: list[ErrorDetails]) -> ValidationError:
        hide_secrets(errors, self.tree, self._instance, {self._name: self._value})
        return _failure(self._cls, errors)

    def _prepared(self, record: RecordNode) -> Mapping[str, Any]:
        """Return the fields with the new value, after the functions that run before they are read."""
        extras: Mapping[str, Any] = getattr(self._instance, "__dict__", {}).get(EXTRA, {})
        fields = {name: getattr(self._instance, name) for name in self.declaration.fields}
        given: Any = {**fields, **extras, self._name: self._value}
        for step in record.before:
            node = FunctionNode(
                mode="before", function=step.function, inner=AnyNode(), takes_info=step.takes_info
            )
            given = self._call(node, given)
        return cast("Mapping[str, Any]", given)


def _failure(cls: Any, errors: list[ErrorDetails]) -> ValidationError:
    config: ModelConfig = cls.__bolide_declaration__.config
    return ValidationError(config.title or cls.__name__, errors, hide_input=config.hide_input_in_errors)


def _plain_walk_of(cls: Any, name: str) -> Callable[..., Any] | None:
    """Return the walker of the field *name*; None where functions see more than its value."""
    # hot: 3 µs less per assignment than with everything that functions may see.
    walks: dict[str, Callable[..., Any] | None] | None = cls.__dict__.get(_PLAIN_WALKS)
    if walks is None:
        walks = {}
        setattr(cls, _PLAIN_WALKS, walks)
    if name not in walks:
        tree = adapter_of(cls).tree
        record = cast("RecordNode", tree.definitions[cls])
        nodes = {field.name: field.node for field in record.fields}
        walks[name] = None
        if name in nodes and not isinstance(tree.root, FunctionNode) and not record.before:
            inner = TypeTree(nodes[name], tree.definitions)
            if not inner.reaches(inner.root, is_informed):
                walks[name] = Adapter[Any](inner).walker
    return walks[name]


def _walk_of(cls: Any, name: str, record: RecordNode, tree: TypeTree) -> _Walk:
    """Return the walker of the field *name*, or of unknown keys, made at its first use."""
    walks: dict[str, _Walk] | None = cls.__dict__.get(_WALKS)
    if walks is None:
        walks = {}
        setattr(cls, _WALKS, walks)
    key = name if name in cls.__bolide_declaration__.fields else EXTRA
    if key not in walks:
        nodes = {field.name: field.node for field in record.fields}
        walks[key] = _compile(TypeTree(nodes.get(name) or record.extra_values or AnyNode(), tree.definitions))
    return walks[key]


def _compile(tree: TypeTree) -> _Walk:
    walk: Any = Adapter(tree).walker
    if tree.reaches(tree.root, is_informed):
        return cast("_Walk", walk)
    return lambda value, loc, errors, _info: walk(value, loc, errors)


def _saved(instance: Any, declaration: ModelDeclaration) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what an assignment may change: fields, and copies of what stands beside them."""
    state = getattr(instance, "__dict__", {})
    kept = {name: state[name].copy() for name in (EXTRA, UNSET_FIELDS) if name in state}
    return {name: getattr(instance, name) for name in declaration.fields}, kept


def _restore(instance: Any, fields: dict[str, Any], kept: dict[str, Any]) -> None:
    for name, value in fields.items():
        force_setattr(instance, name, value)
    state: dict[str, Any] | None = getattr(instance, "__dict__", None)
    if state is not None:
        for name in (EXTRA, UNSET_FIELDS):
            state.pop(name, None)
        state.update(kept)
