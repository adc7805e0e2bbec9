"""What makes two values the same for tests: equal, and of one type in every part."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Mapping
from typing import Any

import msgspec

from bolide.validation.records import MODEL_DECLARATION
from bolide.validation.root_model import RootModel


def shape(value: Any) -> Any:
    """Return *value* with the type of every part, so that equality means sameness."""
    if isinstance(value, msgspec.Struct):
        fields = {name: shape(getattr(value, name)) for name in value.__struct_fields__}
        return type(value), fields, shape(getattr(value, "model_extra", None)), _given_fields(value)
    if isinstance(value, RootModel):
        return type(value), shape(value.root)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        fields = {name: shape(getattr(value, name)) for name in names}
        return type(value), fields, getattr(value, "__dict__", {}).keys()
    if hasattr(value, "get_secret_value"):
        return type(value), shape(value.get_secret_value())
    if isinstance(value, collections.defaultdict):
        return shape(dict(value)), value.default_factory
    if isinstance(value, Mapping):
        return type(value), {(type(key), repr(shape(key))): shape(item) for key, item in value.items()}
    if isinstance(value, list | tuple | collections.deque):
        return type(value), [shape(item) for item in value]
    if isinstance(value, set | frozenset):
        return type(value), {(type(item), repr(item)) for item in value}
    return type(value), repr(value)


def _given_fields(value: Any) -> Any:
    """Return which fields of a model were given, if it knows."""
    declaration = getattr(value, MODEL_DECLARATION, None)
    is_known = declaration is not None and declaration.config.track_fields_set
    return value.model_fields_set if is_known else None
