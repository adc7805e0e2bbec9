"""Open the containers that a walker meets: arrays, objects, attributes.

Owns what counts as a list, a mapping or an object with fields when the exact type does not match.
The generated walkers call these functions only off the exact-type path.
"""

from __future__ import annotations

from collections import ChainMap, deque
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeAlias, TypeGuard

from bolide.validation.errors import ErrorDetails, Loc, report
from bolide.validation.hashing import MAX_COLLIDING, collide
from bolide.validation.instance import EXTRA, UNSET_FIELDS
from bolide.validation.lax import INVALID, Invalid
from bolide.validation.records import LEAVES_OUT_UNSET

__all__ = [
    "append_hashable",
    "deque_of",
    "find_value",
    "has_no_fields",
    "hashable_key",
    "is_array",
    "is_mapping",
    "is_sequence",
    "key_loc",
    "lax_items",
    "lax_mapping",
    "map_of",
    "path_loc",
    "read_attributes",
    "report_extras",
    "sequence_items",
    "set_of",
    "strict_items",
    "strict_mapping",
]

Paths: TypeAlias = tuple[tuple[Any, ...], ...]

_NO_ARRAYS = (str, bytes, bytearray, Mapping)
_JSON_SCALARS = frozenset({str, int, float, bool, type(None)})

# Values of these modules have attributes, but are never meant as records.
_VALUE_MODULES = frozenset({"builtins", "collections", "datetime", "decimal", "uuid"})


def lax_items(value: object, error_type: str, loc: Loc, errors: list[ErrorDetails]) -> list[Any] | Invalid:
    """Return the items of any iterable except text, bytes and mappings."""
    if is_array(value):
        return list(value)
    report(errors, error_type, loc, value)
    return INVALID


def strict_items(value: object, error_type: str, loc: Loc, errors: list[ErrorDetails]) -> list[Any] | Invalid:
    """Return the items of a list, the wire form, or of the container that *error_type* speaks of."""
    if isinstance(value, (list, _STRICT_CONTAINERS[error_type])) and is_array(value):
        return list(value)
    report(errors, error_type, loc, value)
    return INVALID


_STRICT_CONTAINERS: Final[Mapping[str, type]] = {
    "list_type": list,
    "tuple_type": tuple,
    "set_type": set,
    "frozen_set_type": frozenset,
    "deque_type": deque,
    "iterable_type": Iterable,
}


def sequence_items(
    value: object, error_type: str, loc: Loc, errors: list[ErrorDetails]
) -> list[Any] | Invalid:
    """Return the items of a sequence that is no text."""
    if isinstance(value, (str, bytes, bytearray)):
        report(errors, "sequence_str", loc, value, type_name=type(value).__name__)
    elif is_sequence(value):
        return list(value)
    else:
        report(errors, error_type, loc, value, **{"class": "Sequence"})
    return INVALID


def deque_of(items: list[Any], raw: object) -> deque[Any]:
    """Return *items* as a deque, which is as bounded as the one that they come from."""
    return deque(items, raw.maxlen if isinstance(raw, deque) else None)


def lax_mapping(
    value: object, error_type: str, loc: Loc, errors: list[ErrorDetails]
) -> dict[Any, Any] | Invalid:
    """Return any mapping as a dictionary."""
    if is_mapping(value):
        return dict(value)
    report(errors, error_type, loc, value)
    return INVALID


def strict_mapping(
    value: object, error_type: str, loc: Loc, errors: list[ErrorDetails]
) -> dict[Any, Any] | Invalid:
    """Return a dictionary, also of a subclass, or a mapping that is made of dictionaries."""
    if is_mapping(value) and isinstance(value, (dict, ChainMap, MappingProxyType)):
        return dict(value)
    report(errors, error_type, loc, value)
    return INVALID


def is_array(value: object) -> TypeGuard[Iterable[Any]]:
    """Tell whether *value* has items, but is no text and no mapping."""
    if type(value) in _JSON_SCALARS:  # hot: the usual fault; abstract classes take 0.2 µs to say so
        return False
    return isinstance(value, Iterable) and not isinstance(value, _NO_ARRAYS)


def is_mapping(value: object) -> TypeGuard[Mapping[Any, Any]]:
    """Tell whether *value* is a mapping."""
    return isinstance(value, Mapping)


def is_sequence(value: object) -> TypeGuard[Sequence[Any]]:
    """Tell whether *value* is a sequence, text included."""
    return isinstance(value, Sequence)


def read_attributes(
    value: object, names: tuple[tuple[Any, ...], ...], owner: type | None = None
) -> dict[Any, Any] | None:
    """Return the attributes of *value* by key, None when it is no object with fields.

    Args:
        value: Any object; nothing but the named attributes is read.
        names: The name of an attribute, the key under which it is returned, and more names to try. Absent
            attributes are left out, and fields of a ``Partial`` that were not given.
        owner: The model whose instances have more items, which its class does not declare.

    Raises:
        Exception: Whatever a property raises, except ``AttributeError``: a failing getter is a bug of the
            application and must not read as a missing field.
    """
    if has_no_fields(value):
        return None
    found: dict[Any, Any] = {}
    absent: set[str] = set()
    if getattr(type(value), LEAVES_OUT_UNSET, False):
        absent = getattr(value, "__dict__", {}).get(UNSET_FIELDS, absent)
    for name, *keys in names:
        if name in absent:
            continue
        item = getattr(value, name, INVALID)
        for other in keys:
            if item is INVALID and type(other) is str and other != name:
                item = getattr(value, other, INVALID)
        if item is not INVALID:
            found[keys[0]] = item
    if owner is not None and isinstance(value, owner):
        found |= value.__dict__.get(EXTRA, {})
    return found


def find_value(fields: Mapping[Any, Any], paths: Paths) -> tuple[Any, tuple[Any, ...]]:
    """Return the value at the first of *paths* that *fields* has, and that path; else INVALID and ``()``."""
    for path in paths:
        value: Any = fields
        for step in path:
            try:
                value = INVALID if isinstance(value, str) else value[step]
            except (LookupError, TypeError):
                value = INVALID
            if value is INVALID:
                break
        else:
            return value, path
    return INVALID, ()


def path_loc(path: tuple[Any, ...]) -> tuple[str | int, ...]:
    """Return *path* as it stands in a ``loc``; the key of an attribute is its name in a tuple."""
    first: Any = path[0]
    return first if first.__class__ is tuple else path


def has_no_fields(value: object) -> bool:
    """Tell whether *value* is none that a record can be read from: a class, or a value of the language."""
    return isinstance(value, type) or type(value).__module__ in _VALUE_MODULES


def report_extras(
    fields: Mapping[Any, Any],
    known: frozenset[str],
    loc: Loc,
    errors: list[ErrorDetails],
    error_type: str = "extra_forbidden",
) -> None:
    """Report every key of *fields* that is not *known*."""
    for name, value in fields.items():
        if not isinstance(name, str):
            report(errors, "invalid_key", (*loc, key_loc(name)), name)
        elif name not in known:
            report(errors, error_type, (*loc, name), value)


def key_loc(key: object) -> str | int:
    """Return *key* as it stands in a ``loc``."""
    return key if type(key) is str or type(key) is int else str(key)


def append_hashable(items: list[Any], item: Any, raw: object, loc: Loc, errors: list[ErrorDetails]) -> None:
    """Append *item*, which goes into a set later, or report that it cannot be hashed."""
    try:
        hash(item)
    except TypeError:
        report(errors, "set_item_not_hashable", loc, raw)
    else:
        items.append(item)


def hashable_key(key: Any, raw: object, loc: Loc, errors: list[ErrorDetails]) -> Any:
    """Return *key*, or report that it cannot be one."""
    try:
        hash(key)
    except TypeError:
        report(errors, "is_hashable", loc, raw)
        return INVALID
    return key


def set_of(items: list[Any], raw: object, loc: Loc, errors: list[ErrorDetails]) -> set[Any]:
    """Return *items* as a set, or report that too many have one hash."""
    if collide(items):
        ctx = {"field_type": "Set", "max_length": MAX_COLLIDING, "actual_length": None}
        report(errors, "too_long", loc, raw, **ctx)
        return set()
    return set(items)


def map_of(pairs: list[tuple[Any, Any]], raw: object, loc: Loc, errors: list[ErrorDetails]) -> dict[Any, Any]:
    """Return *pairs* as a dictionary, or report that too many keys have one hash."""
    if collide([key for key, _ in pairs]):
        ctx = {"field_type": "Dictionary", "max_length": MAX_COLLIDING, "actual_length": None}
        report(errors, "too_long", loc, raw, **ctx)
        return {}
    return dict(pairs)
