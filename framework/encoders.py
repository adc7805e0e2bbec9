"""Turn values into what JSON can hold, as FastAPI's ``jsonable_encoder`` does.

Responses do not need it. It is for values that other libraries write: databases, caches, templates.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import ipaddress
import pathlib
import re
import types
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, Final, TypeGuard, cast

import msgspec

from bolide.validation.dump_options import IncludeExclude

__all__ = ["jsonable_encoder"]

_TEXT: Final = (
    ipaddress.IPv4Address,
    ipaddress.IPv4Interface,
    ipaddress.IPv4Network,
    ipaddress.IPv6Address,
    ipaddress.IPv6Interface,
    ipaddress.IPv6Network,
    pathlib.PurePath,
    uuid.UUID,
)
_PATTERN: Final[type[Any]] = re.Pattern
_COLLECTIONS: Final = (list, tuple, set, frozenset, deque, types.GeneratorType)


def jsonable_encoder(
    obj: Any,
    include: IncludeExclude | None = None,
    exclude: IncludeExclude | None = None,
    by_alias: bool = True,
    exclude_unset: bool = False,
    exclude_defaults: bool = False,
    exclude_none: bool = False,
    custom_encoder: Mapping[Any, Callable[[Any], Any]] | None = None,
    sqlalchemy_safe: bool = True,
) -> Any:
    """Return *obj* as dictionaries, lists, strings, numbers, booleans and None.

    Args:
        obj: Anything: models, dataclasses, structs, collections, scalars, objects with attributes.
        include: Names of fields or keys to keep.
        exclude: Names of fields or keys to leave out; wins over *include*.
        by_alias: Write fields of models by their aliases.
        exclude_unset: Leave out fields of models that were not given; the models have to track that.
        exclude_defaults: Leave out fields of models that equal their default.
        exclude_none: Leave out fields and keys that are None.
        custom_encoder: Functions by class, for instances of it; what they return is taken as it is.
        sqlalchemy_safe: Leave out keys that begin with ``_sa``, SQLAlchemy's own.

    Raises:
        ValueError: there is something in it that has neither items nor attributes.
        UnicodeDecodeError: there are bytes in it that are no UTF-8.
    """
    encoder = _Encoder(
        by_alias=by_alias,
        exclude_unset=exclude_unset,
        exclude_defaults=exclude_defaults,
        exclude_none=exclude_none,
        custom=custom_encoder or {},
        sqlalchemy_safe=sqlalchemy_safe,
    )
    return encoder.encode(obj, _selection(include), _selection(exclude))


class _Encoder(msgspec.Struct, frozen=True, kw_only=True):
    """The options of one call that hold at every depth."""

    by_alias: bool
    exclude_unset: bool
    exclude_defaults: bool
    exclude_none: bool
    custom: Mapping[Any, Callable[[Any], Any]]
    sqlalchemy_safe: bool

    def encode(self, obj: Any, include: Any = None, exclude: Any = None) -> Any:
        for cls in (_class_of(obj), *self.custom):
            if cls in self.custom and isinstance(obj, cls):
                return self.custom[cls](obj)
        if _is_model(obj):
            return self._encode_model(obj, include, exclude)
        if isinstance(obj, Enum):
            return obj.value
        if obj is None or isinstance(obj, str | int | float):
            return obj
        if _is_mapping(obj):
            return self._encode_mapping(obj, include, exclude)
        if isinstance(obj, _COLLECTIONS):
            return [self.encode(item, include, exclude) for item in cast("Iterable[Any]", obj)]
        found, encoded = _encode_scalar(obj)
        return encoded if found else self._encode_mapping(_fields_of(obj), include, exclude)

    def _encode_model(self, obj: Any, include: Any, exclude: Any) -> Any:
        dumped = obj.model_dump(
            mode="json",
            include=include,
            exclude=exclude,
            by_alias=self.by_alias,
            exclude_unset=self.exclude_unset,
            exclude_defaults=self.exclude_defaults,
            exclude_none=self.exclude_none,
        )
        return msgspec.structs.replace(self, custom={}).encode(dumped)

    def _encode_mapping(self, obj: Mapping[Any, Any], include: Any, exclude: Any) -> dict[Any, Any]:
        return {
            self.encode(key): self.encode(value)
            for key, value in obj.items()
            if (include is None or key in include)
            and (exclude is None or key not in exclude)
            and not (self.exclude_none and value is None)
            and not (self.sqlalchemy_safe and isinstance(key, str) and key.startswith("_sa"))
        }


def _selection(selection: Any) -> Any:
    return set(selection) if selection.__class__ in (list, tuple) else selection


def _is_mapping(obj: Any) -> TypeGuard[Mapping[Any, Any]]:
    return isinstance(obj, Mapping)


def _is_model(obj: Any) -> TypeGuard[Any]:
    """Tell whether *obj* is an instance of a model: ours, or one of Pydantic's."""
    return all(hasattr(_class_of(obj), name) for name in ("model_dump", "model_validate"))


def _class_of(obj: object) -> type[Any]:
    return obj.__class__


def _encode_scalar(obj: Any) -> tuple[bool, Any]:
    """Return whether *obj* is a scalar that JSON has no type for, and what stands for it."""
    if isinstance(obj, bytes):
        return True, obj.decode()
    if isinstance(obj, dt.date | dt.time):
        return True, obj.isoformat()
    if isinstance(obj, dt.timedelta):
        return True, obj.total_seconds()
    if isinstance(obj, Decimal):
        exponent = obj.as_tuple().exponent
        return True, int(obj) if isinstance(exponent, int) and exponent >= 0 else float(obj)
    if isinstance(obj, _PATTERN):
        return True, obj.pattern
    # Types of values, of ours and of Pydantic's: secrets show asterisks, URLs and addresses their text.
    is_value = _class_of(obj).__module__.partition(".")[0] in ("bolide", "pydantic")
    return (True, str(obj)) if isinstance(obj, _TEXT) or is_value else (False, None)


def _fields_of(obj: Any) -> Mapping[Any, Any]:
    """Return what an object is made of.

    Raises:
        ValueError: it has no items and no attributes.
    """
    if dataclasses.is_dataclass(_class_of(obj)):
        return dataclasses.asdict(obj)
    if isinstance(obj, msgspec.Struct):
        return msgspec.structs.asdict(obj)
    try:
        items: Mapping[Any, Any] = dict(obj)
    except Exception as no_items:
        try:
            return cast("Mapping[Any, Any]", vars(obj))
        except TypeError as no_attributes:
            raise ValueError([no_items, no_attributes]) from no_attributes
    return items
