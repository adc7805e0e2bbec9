"""Words of JSON Schema for limits and choices."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from bolide.validation.tree import Node, StrNode

__all__ = ["add_limit", "choice_of", "facets_of", "flags_of", "type_of"]

_LIMIT_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "string": {"min_length": "minLength", "max_length": "maxLength"},
    "array": {"min_length": "minItems", "max_length": "maxItems"},
    "object": {"min_length": "minProperties", "max_length": "maxProperties"},
    "number": {"gt": "exclusiveMinimum", "ge": "minimum", "lt": "exclusiveMaximum", "le": "maximum"}
    | {"multiple_of": "multipleOf"},
}

_ASCII: Final = r"^[\x00-\x7F]*$"


def add_limit(schema: dict[str, Any], name: str, bound: Any) -> None:
    """Add a limit on a value of a custom type to every part of *schema* that has a word for it."""
    for part in (schema, *schema.get("anyOf", ())):
        kind: str = part.get("type", "")
        word = _LIMIT_WORDS.get("number" if kind == "integer" else kind, {}).get(name)
        if word is not None and isinstance(bound, int | float):
            part[word] = bound


def facets_of(node: Node, words: Mapping[str, str]) -> dict[str, Any]:
    """Return the keywords for the attributes of *node* that are set; *words* names them in JSON Schema."""
    schema: dict[str, Any] = {}
    for attribute, word in words.items():
        value: object = getattr(node, attribute)
        # An infinite bound bounds nothing, and JSON cannot write it.
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            continue
        schema[word] = value
    if isinstance(node, StrNode) and node.is_ascii:
        return schema | ({"allOf": [{"pattern": _ASCII}]} if "pattern" in schema else {"pattern": _ASCII})
    return schema


_JSON_TYPES: Final[Mapping[type[Any], str]] = MappingProxyType(
    {
        bool: "boolean",
        int: "integer",
        float: "number",
        str: "string",
        type(None): "null",
        list: "array",
        dict: "object",
    }
)


def choice_of(values: list[Any]) -> dict[str, Any]:
    """Return the schema of one of *values*, which are repeated where two have the same JSON form."""
    values = [
        value for at, value in enumerate(values) if not any(_is_same(value, other) for other in values[:at])
    ]
    choice: dict[str, Any] = {"const": values[0]} if len(values) == 1 else {"enum": values}
    return choice | type_of(values)


def _is_same(left: object, right: object) -> bool:
    """Tell whether two values are one in JSON, where a boolean is no number."""
    return left == right and (left is True or left is False) == (right is True or right is False)


def flags_of(cls: type[enum.Flag]) -> dict[str, Any]:
    """Return the schema of the sums of members of *cls*; of any integer if it takes unknown bits."""
    schema: dict[str, Any] = {"type": "integer"}
    if getattr(cls, "_boundary_", enum.STRICT) is not enum.STRICT:
        return schema
    every = 0
    for member in cls:
        every |= member.value
    return schema | {"minimum": 0, "maximum": every}


def type_of(values: Iterable[object]) -> dict[str, Any]:
    """Return the keyword for the one type of *values*; nothing when they have several."""
    names = {_JSON_TYPES.get(type(value)) for value in values}
    name = names.pop() if len(names) == 1 else None
    return {} if name is None else {"type": name}
