"""Say in JSON Schema what the names of an object's properties are, which JSON has as text.

Numbers have the spellings of JSON there; a choice that is no text is one of its spelled values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bolide.validation.schema_shared import Shared
from bolide.validation.spellings import pattern_of
from bolide.validation.tree import (
    DecimalNode,
    EnumNode,
    FloatNode,
    IntNode,
    LiteralNode,
    Node,
    RefNode,
    UnionNode,
)

__all__ = ["property_names"]


def property_names(
    node: Node, definitions: Mapping[Any, Shared], emit: Callable[[Node], dict[str, Any]]
) -> dict[str, Any]:
    """Return what is known of the names that *node* reads; nothing if it takes any, or nobody can tell.

    Args:
        node: The keys of a map.
        definitions: What references refer to.
        emit: Returns the schema of what is text.
    """
    if isinstance(node, IntNode | FloatNode | DecimalNode):
        return {"pattern": pattern_of(type(node))}
    if isinstance(node, UnionNode):
        options = [property_names(option, definitions, emit) for option in node.options]
        return {"anyOf": options} if all(options) else {}
    if (values := _values_of(node, definitions)) is not None and not _are(str, values):
        return {"enum": list(map(str, values))} if _are((str, int), values) else {}
    schema = emit(node)
    kinds = {option.get("type") for option in schema.get("anyOf", [schema])}
    if not kinds <= {"string", None}:
        return {}
    return {word: keyword for word, keyword in schema.items() if word not in ("type", "title")}


def _values_of(node: Node, definitions: Mapping[Any, Shared]) -> list[Any] | None:
    if isinstance(node, LiteralNode):
        return list(node.values)
    definition = definitions.get(node.target) if isinstance(node, RefNode) else None
    return [member.value for member in definition.cls] if isinstance(definition, EnumNode) else None


def _are(kinds: type[Any] | tuple[type[Any], ...], values: Iterable[object]) -> bool:
    return all(isinstance(value, kinds) and not isinstance(value, bool) for value in values)
