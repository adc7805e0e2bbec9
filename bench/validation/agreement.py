"""Check that contenders did the same before they are compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bench.errors import BenchError
from bench.validation.timing import Run

__all__ = ["require_agreement"]


def require_agreement(contenders: Mapping[str, Run]) -> None:
    """Run every contender once and compare the results.

    Raises:
        BenchError: Two of them differ.
    """
    results = {contender: _plain(run()) for contender, run in contenders.items()}
    first, *others = results
    for other in others:
        if results[other] != results[first]:
            raise BenchError(
                f"{first} gives {_short(results[first])}, {other} gives {_short(results[other])}"
            )


def _plain(value: Any) -> Any:
    """Return *value* in plain types, equal for both libraries."""
    if isinstance(value, dict):
        if "msg" in value and "loc" in value:  # an error: texts differ between Python values and JSON
            return value["type"], value["loc"]
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in (value if isinstance(value, list | tuple) else sorted(value))]
    names = getattr(type(value), "__struct_fields__", None) or getattr(type(value), "model_fields", None)
    if names:
        return {name: _plain(getattr(value, name)) for name in names}
    if hasattr(value, "root"):
        return _plain(value.root)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC) if value.tzinfo else value
    if type(value).__module__.partition(".")[0] in ("bolide", "pydantic", "types"):
        return str(value)
    return value


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
