"""Type trees as single calls want them read: by which names, and with which unknown keys.

Owns what ``by_alias``, ``by_name`` and ``extra`` of a call change about records; knows nothing of walkers.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, TypedDict, cast

from msgspec.structs import replace

from bolide.validation.config import DEFAULT_CONFIG, Extra, ModelConfig
from bolide.validation.foreign_records import foreign_record
from bolide.validation.naming import name_field
from bolide.validation.records import declared_record
from bolide.validation.tree import AliasNode, CustomNode, Definition, FieldNode, Node, RecordNode, TypeTree

__all__ = ["ReadKeywords", "RecordKeywords", "given_options", "tree_for_call"]


class RecordKeywords(TypedDict, total=False):
    """How one call reads records, at whatever depth; what is left out or None, the classes say themselves.

    Such calls are read by the slow path. The options end at functions of users that validate by themselves.

    Keys:
        by_alias: Accept fields by alias; False needs ``by_name=True``.
        by_name: Accept fields by name.
        extra: What becomes of keys that no field has. ``"allow"`` is possible where they have a place: in
            typed dictionaries, and in models that are declared with it.
    """

    by_alias: bool | None
    by_name: bool | None
    extra: Extra | None


class ReadKeywords(RecordKeywords, total=False):
    """The options of :class:`RecordKeywords`, and *strict*, which forbids conversions."""

    strict: bool | None


_EXTRAS: Final = ("ignore", "forbid", "allow")


def given_options(keywords: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of *keywords* that say something.

    Raises:
        TypeError: They contradict each other, or there is no such option.
    """
    if unknown := keywords.keys() - ReadKeywords.__annotations__.keys():
        raise TypeError(f"there is no option {min(unknown)!r}")
    given = {name: value for name, value in keywords.items() if value is not None}
    if given.get("by_alias") is False and not given.get("by_name"):
        raise TypeError("by_alias=False needs by_name=True: fields must have some name")
    if given.get("extra", "ignore") not in _EXTRAS:
        raise TypeError(f"extra={given['extra']!r} is none of {', '.join(map(repr, _EXTRAS))}")
    return given


def tree_for_call(tree: TypeTree, options: Mapping[str, Any]) -> TypeTree:
    """Return *tree* as a call with *options*, some of :class:`RecordKeywords`, reads it.

    Raises:
        TypeError: Unknown keys are to be kept where there is no place for them, or no name is left.
    """
    definitions: dict[Any, Definition] = {}
    for target, definition in tree.definitions.items():
        if isinstance(definition, RecordNode):
            definitions[target] = _record(target, definition, options)
        elif isinstance(definition, AliasNode):
            definitions[target] = replace(definition, inner=_rewritten(definition.inner, options))
        else:
            definitions[target] = definition
    return TypeTree(_rewritten(tree.root, options), MappingProxyType(definitions))


def _rewritten(node: Node, options: Mapping[str, Any]) -> Node:
    """Return *node*, whose parts may be types that validate by themselves, for a call with *options*."""
    changes: dict[str, Any] = {}
    for name in node.__struct_fields__:
        part: object = getattr(node, name)
        parts = cast("tuple[object, ...]", part) if isinstance(part, tuple) else ()
        if isinstance(part, Node):
            changes[name] = _rewritten(part, options)
        elif nodes := [each for each in parts if isinstance(each, Node)]:
            changes[name] = tuple(_rewritten(each, options) for each in nodes)
    if isinstance(node, CustomNode) and node.spec.for_call is not None:
        changes["spec"] = node.spec.for_call(node.spec, options)
    return replace(node, **changes) if changes else node


def _record(hint: Any, record: RecordNode, options: Mapping[str, Any]) -> RecordNode:
    fields = tuple(replace(field, node=_rewritten(field.node, options)) for field in record.fields)
    if not record.is_array and ("by_alias" in options or "by_name" in options):
        fields = _renamed(hint, record, fields, options)
    extra: Extra = record.extra if record.kind == "named_tuple" else options.get("extra", record.extra)
    if extra == "allow" != record.extra and record.kind != "typed_dict":
        raise TypeError(
            f"extra='allow' has no place for unknown keys in {record.cls.__name__}; "
            f"only typed dictionaries, and models that are declared with it, can keep them"
        )
    values = None if record.extra_values is None else _rewritten(record.extra_values, options)
    return replace(record, fields=fields, extra=extra, extra_values=values)


def _renamed(
    hint: Any, record: RecordNode, fields: tuple[FieldNode, ...], options: Mapping[str, Any]
) -> tuple[FieldNode, ...]:
    whole = declared_record(record.cls) if record.kind == "model" else foreign_record(hint, record.kind)
    config = whole.config or DEFAULT_CONFIG
    by_alias = options.get("by_alias", config.validate_by_alias)
    by_name = options.get("by_name", config.validate_by_name)
    if not by_alias and not by_name:
        raise TypeError(f"by_name=False leaves the fields of {record.cls.__name__} without a name")
    config = replace(config, validate_by_alias=by_alias, validate_by_name=by_name)
    declared = {each.name: each for each in whole.fields}
    return tuple(
        field
        if field.access == "tag" or field.name not in declared
        else _named(record, field, declared[field.name].info, config)
        for field in fields
    )


def _named(record: RecordNode, field: FieldNode, info: Any, config: ModelConfig) -> FieldNode:
    if record.kind == "struct" and field.wire_name != field.name:  # renamed by msgspec, not by Field()
        info = replace(info, alias=field.wire_name)
    names = name_field(record.cls.__qualname__, field.name, info, config)
    return replace(field, wire_name=names.wire_name, paths=names.paths, written_name=names.written_name)
