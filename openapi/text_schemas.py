"""Schemas of parameters: text has no word for null, what is null is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from bolide.openapi.description import Parameter
from bolide.validation.schema_collection import collect
from bolide.validation.schema_emitter import Schema, SchemaEmitter
from bolide.validation.schema_names import definition_title
from bolide.validation.tree import Node, NoneNode, RecordNode, RefNode, TypeTree, UnionNode, children

__all__ = ["object_schema", "stands_inline", "without_null", "without_null_members"]


def stands_inline(parameter: Parameter) -> bool:
    """Tell whether *parameter* is an object whose component would say that a member may be null."""
    if parameter.style != "deepObject":
        return False
    root, definitions = parameter.tree.root, parameter.tree.definitions
    options = root.options if isinstance(root, UnionNode) else (root,)
    waiting: list[Node] = [each for each in options if not isinstance(each, NoneNode)]
    seen: set[Any] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, NoneNode):
            return True
        if isinstance(node, RefNode) and node.target not in seen:
            seen.add(node.target)
            node = definitions[node.target]
        waiting += (each.node for each in node.fields) if isinstance(node, RecordNode) else children(node)
    return False


def object_schema(tree: TypeTree) -> Schema:
    """Return the schema of an object with all that it refers to inside, and no null in it.

    An object that contains itself is any object there.
    """
    collection = collect([(tree, "validation")])
    targets = list(collection.definitions)
    emitter = SchemaEmitter(
        "validation", lambda target: str(targets.index(target)), definitions=collection.definitions
    )

    def emit(reference: str) -> Schema:
        target = targets[int(reference)]
        return emitter.emit_definition(collection.definitions[target], title=definition_title(target))

    return _inline(emitter.emit(tree.root), emit, ())


def _inline(schema: Schema, emit: Callable[[str], Schema], around: tuple[str, ...]) -> Schema:
    """Return *schema* with what *emit* returns in place of references; *around* are those it stands in."""
    schema = without_null(schema)
    if "$ref" in schema:
        reference: str = schema.pop("$ref")
        if reference in around:
            return {"type": "object"}
        return _inline(emit(reference) | schema, emit, (*around, reference))
    return {word: _inline_value(value, emit, around) for word, value in schema.items()}


def _inline_value(value: Any, emit: Callable[[str], Schema], around: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return _inline(cast("Schema", value), emit, around)
    if isinstance(value, list):
        return [_inline_value(each, emit, around) for each in cast("Sequence[Any]", value)]
    return value


def without_null_members(value: Any) -> Any:
    """Return a default or an example as text can say it: what is null is not there."""
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {name: without_null_members(each) for name, each in members.items() if each is not None}
    return value


def without_null(schema: Schema) -> Schema:
    """Return *schema* without the option null, also of items."""
    schema = _without_option(schema)
    items: Any = schema.get("items")
    if isinstance(items, dict):
        schema["items"] = without_null(cast("Schema", items))
    if "prefixItems" in schema:
        schema["prefixItems"] = [without_null(each) for each in schema["prefixItems"]]
    return schema


def _without_option(schema: Schema) -> Schema:
    options: list[Schema] = schema.get("anyOf", [])
    rest = [each for each in options if each != {"type": "null"}]
    if len(rest) == len(options) or not rest:
        return dict(schema)
    if len(rest) > 1:
        return {**schema, "anyOf": rest}
    return rest[0] | {word: value for word, value in schema.items() if word != "anyOf"}
