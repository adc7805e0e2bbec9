"""Let msgspec choose the option of a tagged union.

msgspec does so for structs with a tag, but a tag is no field there. So every member of a tagged union gets a
twin for every tag: a subclass with the same fields and so the same layout, whose tag field has another name
in JSON that nobody may use, and the tag as its default. What msgspec decodes as a twin becomes an instance of
the member itself at once. Members that are finished have twins of their finishing twins.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from bolide.validation.finishing import FinishingTwin, has_own_ways
from bolide.validation.placeholder import refusal
from bolide.validation.tagged_node import TaggedUnionNode
from bolide.validation.tree import Definition, FieldNode, LiteralNode, RecordNode, RefNode, TypeTree

__all__ = ["Twin", "twins_of"]

_TWINS: Final = "__bolide_twins__"
_INT64: Final = range(-(2**63), 2**63)
_SET_CLASS: Final[Callable[[object, type], None]] = object.__dict__["__class__"].__set__


class Twin(msgspec.Struct, frozen=True):
    """The class that stands in for *record* where its field *tag_field* is the tag."""

    cls: Any
    record: RecordNode
    tag_field: FieldNode
    finishing: FinishingTwin | None = None

    def annotations(self, lower: Callable[[Any], Any]) -> dict[str, Any]:
        """Return the lowered types of all fields; that of the tag takes nothing."""
        if self.finishing is None:
            lowered = {field.name: lower(field.node) for field in self.record.fields}
        else:
            lowered = self.finishing.annotations(lower)
        return {**lowered, self.tag_field.name: refusal()}


def twins_of(
    node: TaggedUnionNode, tree: TypeTree, finish: Callable[[RecordNode], FinishingTwin | None]
) -> tuple[Twin, ...] | None:
    """Return one twin for every tag of *node*; None when msgspec cannot choose.

    *finish* returns the finishing twin of a model.
    """
    kinds: set[Any] = {type(tag) for tag, _ in node.tags}
    # A single struct with a tag would accept an input without it.
    if len(node.tags) < 2 or (kinds != {str} and kinds != {int}):
        return None
    if kinds == {int} and not all(tag in _INT64 for tag, _ in node.tags):
        return None
    members = [_member(option, node.keys, tree) for option in node.options]
    if any(member is None for member in members):
        return None
    return tuple(
        _twin(record, field, tag, finish(record) if record.kind == "model" else None)
        for tag, position in node.tags
        if (member := members[position]) is not None
        for record, field in (member,)
    )


def _member(option: Any, keys: tuple[str, ...], tree: TypeTree) -> tuple[RecordNode, FieldNode] | None:
    definition: Definition | None = tree.definitions[option.target] if isinstance(option, RefNode) else None
    if not isinstance(definition, RecordNode) or definition.kind not in ("model", "struct"):
        return None
    if not keys or definition.is_array or option.target is not definition.cls:
        return None
    if has_own_ways(definition.cls):
        return None
    # The key that is looked at first; an input with only the other one is for the walker.
    field = next((field for field in definition.fields if field.wire_name == keys[0]), None)
    # A function on the field would not see the tag.
    return (definition, field) if field is not None and isinstance(field.node, LiteralNode) else None


def _twin(record: RecordNode, tag_field: FieldNode, tag: str | int, finishing: FinishingTwin | None) -> Twin:
    cls: Any = record.cls
    known: dict[tuple[Any, ...], Any] | None = cls.__dict__.get(_TWINS)
    if known is None:
        known = {}
        setattr(cls, _TWINS, known)
    key = tag_field.wire_name, type(tag), tag, None if finishing is None else finishing.cls
    if key not in known:
        known[key] = _make_twin(cls, tag_field, tag, finishing)
    return Twin(known[key], record, tag_field, finishing)


def _make_twin(cls: Any, tag_field: FieldNode, tag: str | int, finishing: FinishingTwin | None) -> Any:
    finish: Callable[[Any], None] | None = getattr(cls, "__post_init__", None)

    def become_member(self: Any) -> None:
        _SET_CLASS(self, cls)

    def become_finished_member(self: Any) -> None:
        _SET_CLASS(self, cls)
        self.__post_init__()

    namespace: dict[str, Any] = {
        "__annotations__": {tag_field.name: Any},
        "__module__": cls.__module__,
        "__qualname__": cls.__qualname__,
        tag_field.name: msgspec.field(default=tag, name=_unused_name(cls)),
    }
    if finishing is None:  # whose class makes members of its instances already
        namespace["__post_init__"] = become_member if finish is None else become_finished_member
    base = cls if finishing is None else finishing.cls
    # The metaclass of models would read a declaration here.
    make: Any = msgspec.StructMeta.__new__
    return make(
        type(cls), cls.__name__, (base,), namespace, tag=tag, tag_field=tag_field.wire_name, kw_only=True
    )


def _unused_name(cls: Any) -> str:
    name = "(tag)"
    while name in cls.__struct_encode_fields__:
        name = f"({name})"
    return name
