"""Turn models into dictionaries."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Any, Final

import msgspec

__all__ = ["dump_record"]

_CONTAINERS: Final[tuple[Any, ...]] = (list, tuple, set, frozenset)


def dump_record(
    record: Any,
    *,
    by_alias: bool = False,
    exclude_none: bool = False,
    include: Collection[str] | None = None,
    exclude: Collection[str] | None = None,
) -> dict[str, Any]:
    """Return the fields of a model, struct or dataclass, nested ones as dictionaries too.

    Args:
        record: The instance.
        by_alias: Use the names in JSON instead of Python's.
        exclude_none: Leave out fields that are ``None``, at every depth.
        include: Keep only these fields of the outermost record, named as in Python.
        exclude: Leave out these fields of the outermost record.
    """
    dumped: dict[str, Any] = {}
    for name, wire_name in _field_names(record):
        if (include is not None and name not in include) or (exclude is not None and name in exclude):
            continue
        value = getattr(record, name)
        if value is None and exclude_none:
            continue
        dumped[wire_name if by_alias else name] = _dump(value, by_alias, exclude_none)
    return dumped


def _field_names(record: Any) -> list[tuple[str, str]]:
    if isinstance(record, msgspec.Struct):
        cls = type(record)
        return list(zip(cls.__struct_fields__, cls.__struct_encode_fields__, strict=True))
    return [(field.name, field.name) for field in dataclasses.fields(record)]


def _dump(value: Any, by_alias: bool, exclude_none: bool) -> Any:
    kind: Any = value.__class__
    if kind in _CONTAINERS:
        items = [_dump(item, by_alias, exclude_none) for item in value]
        # Dictionaries cannot stand in a set: what was a set of records becomes a list.
        hashable = kind in _CONTAINERS[:2] or not any(isinstance(item, dict) for item in items)
        return kind(items) if hashable else items
    if kind is dict:
        return {
            _dump(key, by_alias, exclude_none): _dump(item, by_alias, exclude_none)
            for key, item in value.items()
        }
    if isinstance(value, msgspec.Struct) or (dataclasses.is_dataclass(value) and not isinstance(value, type)):
        return dump_record(value, by_alias=by_alias, exclude_none=exclude_none)
    return value
