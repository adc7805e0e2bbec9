"""What is said of text that is a number, or ASCII, which Pydantic's schemas do not say."""

from __future__ import annotations

from typing import Any

DECIMAL = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
ANY_DECIMAL = r"^(?:[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|NaN|-?Infinity)$"
ASCII = r"^[\x00-\x7F]*$"
INTEGER = "^-?(?:0|[1-9][0-9]*)$"

_PATTERNS = (DECIMAL, ANY_DECIMAL, ASCII, INTEGER)


def without_number_patterns(value: Any) -> Any:
    """Return a schema, or what contains some, without what it says of text that is a number."""
    if isinstance(value, list):
        return [without_number_patterns(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        word: without_number_patterns(member)
        for word, member in value.items()
        if not (word == "pattern" and member in _PATTERNS)
        and not (word == "propertyNames" and _are_integers(member))
    }


def _are_integers(names: dict[str, Any]) -> bool:
    return names == {"pattern": INTEGER} or all(map(str.isdigit, names.get("enum", "no choice")))
