"""Merge what users say of an object of the document into what is written of it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

__all__ = ["merge"]


def merge(into: dict[str, Any], extra: Mapping[str, Any]) -> None:
    """Add *extra* to *into*: mappings are merged, lists joined, anything else replaced."""
    for name, value in extra.items():
        known: Any = into.get(name)
        if _both(dict, known, value):
            merge(known, value)
        elif _both(list, known, value):
            into[name] = [*known, *value]
        else:
            into[name] = copy.deepcopy(value)


def _both(kind: type, left: object, right: object) -> bool:
    return isinstance(left, kind) and isinstance(right, kind)
