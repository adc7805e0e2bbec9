"""Identifiers of parametrized tests."""

from __future__ import annotations

import re
from typing import Any, Final

__all__ = ["stable_id"]

_ADDRESS: Final = re.compile(r" at 0x[0-9a-f]+")


def stable_id(value: Any) -> str:
    """Return the text of *value* that is the same in every process: no addresses, sets in order."""
    return value if isinstance(value, str) else _ADDRESS.sub("", _text(value))


def _text(value: Any) -> str:
    if type(value) is dict:
        return "{" + ", ".join(f"{key!r}: {_text(value[key])}" for key in value) + "}"
    if type(value) in (set, frozenset) and value:
        return "{" + ", ".join(sorted(map(repr, value))) + "}"
    return repr(value) if not isinstance(value, type) else value.__name__
