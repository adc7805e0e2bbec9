"""How components of a document may be called (OpenAPI 3.1 §4.8.7)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count
from typing import Final

__all__ = ["component_name", "free_name"]

_FORBIDDEN: Final = re.compile(r"[^a-zA-Z0-9.\-_]")


def free_name(name: str, taken: Iterable[str]) -> str:
    """Return *name*, numbered when it is already *taken*."""
    known = frozenset(taken)
    if name not in known:
        return name
    return next(numbered for n in count(1) if (numbered := f"{name}__{n}") not in known)


def component_name(text: str) -> str:
    """Return *text* as OpenAPI allows it for components (OpenAPI 3.1 §4.8.7)."""
    return _FORBIDDEN.sub("_", text).replace(".", "__")
