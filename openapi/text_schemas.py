"""Schemas of parameters: text has no word for null, what is null is left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from bolide.openapi.description import Parameter
from bolide.validation.schema_collection import collect
from bolide.validation.schema_emitter import Schema, SchemaEmitter
from bolide.validation.schema_names import definition_title
from bolide.validation.tree import (
    LiteralNode,
    Node,
    NoneNode,
    RecordNode,
    RefNode,
    TypeTree,
    UnionNode,
    children,
)

__all__ = ["add_text_default", "object_schema", "stands_inline", "without_null"]

# Keywords of JSON Schema that this package writes; what others hold is data.
_SCHEMA: Final = frozenset({"additionalProperties", "contentSchema", "items", "propertyNames"})
_SCHEMAS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_NAMED_SCHEMAS: Final = frozenset({"patternProperties", "properties"})


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
        if isinstance(node, NoneNode) or (isinstance(node, LiteralNode) and None in node.values):
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
    schema.pop("discriminator", None)  # it maps to components (OpenAPI 3.1 §4.8.25)
    inlined = {word: _inline_word(word, value, emit, around) for word, value in schema.items()}
    if "default" in inlined:
        add_text_default(inlined, inlined.pop("default"))
    return inlined


def _inline_word(word: str, value: Any, emit: Callable[[str], Schema], around: tuple[str, ...]) -> Any:
    """Return *value* of the keyword *word*: a schema, several of them in a list or by name, or data."""
    if word in _SCHEMA and isinstance(value, dict):
        return _inline(cast("Schema", value), emit, around)
    if word in _SCHEMAS:
        return [_inline(each, emit, around) for each in value]
    if word in _NAMED_SCHEMAS:
        return {name: _inline(each, emit, around) for name, each in value.items()}
    return value


def add_text_default(schema: Schema, default: Any) -> None:
    """Add *default* as text can say it to *schema*: what is null is not there, so that it may be left out."""
    if default is None:
        return
    if not isinstance(default, dict):
        schema["default"] = default
    elif (said := _said_members(default)).keys() >= set(schema.get("required", ())):
        schema["default"] = said


def _said_members(value: Any) -> Any:
    """Return a default or an example as text can say it: what is null is not there."""
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {name: _said_members(each) for name, each in members.items() if each is not None}
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
    if None in schema.get("enum", ()) and len(schema["enum"]) > 1:
        return {**schema, "enum": [each for each in schema["enum"] if each is not None]}
    options: list[Schema] = schema.get("anyOf", [])
    rest = [each for each in options if each != {"type": "null"}]
    if len(rest) == len(options) or not rest:
        return dict(schema)
    if len(rest) > 1:
        return {**schema, "anyOf": rest}
    return rest[0] | {word: value for word, value in schema.items() if word != "anyOf"}
