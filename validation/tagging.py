"""Turn unions into tagged unions when trees are built: which tag belongs to which option.

Owns what can be told apart by a tag. Errors are raised with a text that the caller completes with the place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from bolide.validation.discriminators import Discriminator, Tag
from bolide.validation.fields import FieldInfo
from bolide.validation.foreign_records import foreign_record
from bolide.validation.hints import TypeHintError, split_annotated
from bolide.validation.records import declared_record
from bolide.validation.tagged_node import TaggedUnionNode
from bolide.validation.tree import (
    AnyNode,
    BoolNode,
    CustomNode,
    Definition,
    FunctionNode,
    IntNode,
    LiteralNode,
    Node,
    NoneNode,
    RecordNode,
    RefNode,
    StrNode,
    UnionNode,
)

__all__ = ["TagField", "choose_by", "distinct_options", "smart_options", "tag_of", "tagged_union"]

_PYDANTIC_FIELDS: Final = "__pydantic_fields__"
"""Class attribute of Pydantic's models and dataclasses."""


class TagField(NamedTuple):
    """Where the options of a union have their tag, and how hints become nodes."""

    name: str
    definitions: Mapping[Any, Definition]
    build: Callable[[Any], Node]


def _changes_nothing(option: Node) -> bool:
    """Tell whether *option* makes the same of every value as Any beside it, which wins over lax rules."""
    if tag_of(option) is not None:
        return False
    if isinstance(option, StrNode):
        return not option.strip and option.case is None
    return isinstance(option, AnyNode | NoneNode | BoolNode | IntNode)


def tag_of(node: Node) -> str | None:
    """Return the :class:`Tag` in the hint of *node*."""
    _, metadata = split_annotated(node.hint)
    return next((item.tag for item in reversed(metadata) if isinstance(item, Tag)), None)


def smart_options(node: Node) -> tuple[Node, ...]:
    """Return the options that *node* adds to a union around it: its own when it chooses the same way."""
    is_plain = type(node) is UnionNode and not node.is_ordered and tag_of(node) is None
    return node.options if is_plain and isinstance(node, UnionNode) else (node,)


def choose_by(
    node: Node, info: FieldInfo, definitions: Mapping[Any, Definition], build: Callable[[Any], Node]
) -> Node:
    """Return *node* with what *info* says about how an option is chosen; see :func:`tagged_union`."""
    if info.discriminator is not None:
        return tagged_union(node, info.discriminator, definitions=definitions, build=build)
    if info.union_mode not in (None, "smart", "left_to_right"):
        raise TypeHintError(f"union_mode={info.union_mode!r} is neither 'smart' nor 'left_to_right'")
    if info.union_mode == "left_to_right" and isinstance(node, UnionNode):
        return replace(node, is_ordered=True)
    if type(node) is UnionNode and all(map(_changes_nothing, node.options)):
        return AnyNode() if any(isinstance(option, AnyNode) for option in node.options) else node
    return node


def tagged_union(
    node: Node,
    discriminator: str | Discriminator,
    *,
    definitions: Mapping[Any, Definition],
    build: Callable[[Any], Node],
) -> Node:
    """Return *node*, a union or one record, with its option chosen by *discriminator*; ``None`` stays apart.

    Args:
        node: The union.
        discriminator: What the user gave.
        definitions: Knows of every record which kind it is; their fields may still be missing.
        build: Makes the node of a hint.

    Raises:
        TypeHintError: An option has no tag, or two have the same.
    """
    if not isinstance(discriminator, Discriminator):
        discriminator = Discriminator(discriminator)
    by = discriminator.discriminator
    options = node.options if type(node) is UnionNode else (node,)
    others = [option for option in options if not isinstance(option, NoneNode)]
    if isinstance(by, str):
        tagged = _by_field(others, TagField(by, definitions, build))
    else:
        tagged = _by_function(others, by)
    tagged = replace(tagged, error=discriminator.error(), hint=node.hint)
    if len(others) == len(options):
        return tagged
    return UnionNode(options=(tagged, NoneNode()))


def _by_function(options: list[Node], function: Callable[[Any], Any]) -> TaggedUnionNode:
    tags: list[tuple[Any, int]] = []
    for position, option in enumerate(options):
        tag = tag_of(option)
        if tag is None:
            raise TypeHintError(
                "has a callable discriminator, but an option without a tag; "
                "write every option as Annotated[..., Tag('...')]"
            )
        tags.append((tag, position))
    _refuse_doubles(tags)
    name = getattr(function, "__name__", type(function).__name__)
    return TaggedUnionNode(
        options=tuple(options), tags=tuple(tags), find_tag=function, discriminator=f"{name}()"
    )


def _by_field(given: list[Node], field: TagField) -> TaggedUnionNode:
    options = list(_with_shared_opened(given, field.name))
    keys: list[str] = []
    tags: list[tuple[Any, int]] = []
    for position, option in enumerate(options):
        for tag in _tags_of(option, field, keys):
            if (tag, position) not in tags:
                tags.append((tag, position))
    _refuse_doubles(tags)
    names = [field.name, *(key for key in dict.fromkeys(keys) if key != field.name)]
    return TaggedUnionNode(
        options=tuple(options),
        tags=tuple(tags),
        keys=tuple(reversed(names)),
        discriminator=" | ".join(map(repr, names)),
    )


def _with_shared_opened(options: Iterable[Node], name: str) -> Iterator[Node]:
    """Yield *options*, and instead of a union by the same field its own options."""
    for option in options:
        if isinstance(option, TaggedUnionNode) and name in option.keys:
            yield from option.options
        else:
            yield option


def _tags_of(option: Node, field: TagField, keys: list[str]) -> Iterator[Any]:
    """Yield the tags of *option*; append the name that the field has in JSON to *keys*."""
    if isinstance(option, UnionNode):
        for inner in option.options:
            yield from _tags_of(inner, field, keys)
        return
    if isinstance(option, FunctionNode) and option.mode != "plain":
        yield from _tags_of(option.inner, field, keys)
        return
    owner, declared = _fields_of(option, field)
    if field.name not in declared:
        raise TypeHintError(f"has the discriminator {field.name!r}, which {owner} has no field for")
    key, hint = declared[field.name]
    if keys and key != keys[0]:
        raise TypeHintError(
            f"has options that differ in the alias of {field.name!r}: {keys[0]!r} and {key!r}"
        )
    keys.append(key)
    values = _literal_values(field.build(hint))
    if values is None:
        raise TypeHintError(f"needs a Literal as the type of {owner}.{field.name}")
    yield from values


def _fields_of(option: Node, field: TagField) -> tuple[str, dict[str, tuple[str, Any]]]:
    """Return the name of the record *option*, and of its fields the key in JSON and the hint, by name.

    Raises:
        TypeHintError: It is no record.
    """
    if isinstance(option, CustomNode) and option.spec.is_record and hasattr(option.cls, _PYDANTIC_FIELDS):
        fields: Mapping[str, Any] = getattr(option.cls, _PYDANTIC_FIELDS)
        return option.cls.__name__, {
            name: (_key_of(name, each), each.annotation) for name, each in fields.items()
        }
    record = field.definitions.get(option.target) if isinstance(option, RefNode) else None
    if not isinstance(option, RefNode) or not isinstance(record, RecordNode):
        raise TypeHintError(
            f"has the discriminator {field.name!r}, but an option that is no record; "
            f"only models, dataclasses, structs and typed dictionaries have fields"
        )
    # Read anew, because in a recursive type the record's own node is not finished yet.
    is_model = record.kind == "model"
    whole = declared_record(record.cls) if is_model else foreign_record(option.target, record.kind)
    return record.cls.__name__, {each.name: (each.wire_name, each.hint) for each in whole.fields}


def _key_of(name: str, pydantic_field: Any) -> str:
    alias: object = pydantic_field.validation_alias or pydantic_field.alias
    return alias if isinstance(alias, str) else name


def _literal_values(node: Node) -> tuple[Any, ...] | None:
    if isinstance(node, NoneNode):
        return (None,)
    if isinstance(node, LiteralNode):
        return node.values
    if isinstance(node, FunctionNode) and node.mode == "after":
        return _literal_values(node.inner)
    if not isinstance(node, UnionNode):
        return None
    values: list[Any] = []
    for option in node.options:
        inner = _literal_values(option)
        if inner is None:
            return None
        values += inner
    return tuple(values)


def _refuse_doubles(tags: list[tuple[Any, int]]) -> None:
    positions: dict[Any, int] = {}
    for tag, position in tags:
        if positions.setdefault(tag, position) != position:
            raise TypeHintError(f"has two options with the tag {tag!r}")


def distinct_options(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Return the options of a union of *nodes*, in order: those of unions in it too, each once."""
    options: list[Node] = []
    for node in nodes:
        for option in smart_options(node):
            if not any(_same(option, known) for known in options):
                options.append(option)
    return tuple(options)


def _same(one: Node, other: Node) -> bool:
    # Literal[1] and Literal[True] compare equal, but do not mean the same; nor do two tags for one type.
    return one == other and repr(one) == repr(other) and tag_of(one) == tag_of(other)
