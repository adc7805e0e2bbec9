"""What the fast path accepts, the walker accepts with the same value."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bolide.validation.adapter import FAST_PATH_ERRORS, Adapter
from bolide.validation.errors import ErrorDetails
from bolide.validation.hints import TypeHintError
from tests.validation.strategies import hints, json_values


def shape(value: Any) -> Any:
    """Return *value* with the type of every part, so that equality means sameness."""
    if isinstance(value, msgspec.Struct):
        return type(value), {name: shape(getattr(value, name)) for name in value.__struct_fields__}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return type(value), {field.name: shape(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return dict, {(type(key), key): shape(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value), [shape(item) for item in value]
    if isinstance(value, set | frozenset):
        return type(value), {(type(item), repr(item)) for item in value}
    return type(value), repr(value)


def check_agreement(adapter: Adapter[Any], data: bytes) -> bool:
    """Return whether the fast path accepts *data*; fail when the walker then disagrees."""
    try:
        fast = adapter.fast_decode_json(data)
    except FAST_PATH_ERRORS:
        return False
    errors: list[ErrorDetails] = []
    walked = adapter.collect_json(data, (), errors)
    assert errors == [], f"{adapter.tree.root}: only the fast path accepts {data!r}"
    assert shape(fast) == shape(walked)
    return True
