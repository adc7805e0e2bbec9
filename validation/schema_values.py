"""Turn defaults and examples into the JSON values that a document carries.

Owns nothing about schemas: a value is written by its own type, records with the names of their definitions.
"""

from __future__ import annotations

import enum
import json
import math
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from bolide.validation.known_types import dump_function
from bolide.validation.schema_shared import Shared
from bolide.validation.tree import RecordNode

__all__ = ["NotJSON", "to_json"]


class NotJSON(ValueError):
    """The value has no JSON form (NaN, an object of an unknown class, bytes that are not UTF-8)."""


def to_json(value: object, definitions: Mapping[Any, Shared]) -> Any:
    """Return *value* as plain JSON data that the type it belongs to would accept.

    Args:
        value: A default or an example as the user wrote it.
        definitions: Records by class; instances of others are refused.

    Raises:
        NotJSON: *value* or something in it has no JSON form.
    """
    match value:
        case enum.Enum():
            return to_json(value.value, definitions)
        case None | bool() | int() | str():
            return value
        case float():
            return _finite(value)
        case list() | tuple() | deque():
            return [to_json(item, definitions) for item in cast("Iterable[object]", value)]
        case set() | frozenset():
            items = [to_json(item, definitions) for item in cast("Iterable[object]", value)]
            # A set's order changes between processes; the document must not.
            return sorted(items, key=_sort_key)
        case Mapping():
            pairs = cast("Mapping[object, object]", value).items()
            return {_key(key, definitions): to_json(item, definitions) for key, item in pairs}
        case _:
            return _from_object(value, definitions)


def _from_object(value: object, definitions: Mapping[Any, Shared]) -> Any:
    record = definitions.get(type(value))
    if isinstance(record, RecordNode):
        return {
            field.wire_name: to_json(getattr(value, field.name), definitions)
            for field in record.written_fields
        }
    match value:
        case datetime() | time():
            text = value.isoformat()
            return text[:-6] + "Z" if text.endswith("+00:00") else text
        case date():
            return value.isoformat()
        case timedelta():
            return _duration(value)
        case Decimal() | UUID():
            return str(value)
        case bytes() | bytearray():
            return _text(value)
        case _:
            if (dump := dump_function(type(value))) is not None:
                return to_json(dump(value), definitions)
            raise NotJSON(f"{value!r} has no JSON form")


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise NotJSON(f"{value!r} has no JSON form (RFC 8259 §6)")
    return value


def _text(value: bytes | bytearray) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise NotJSON("bytes that are not UTF-8 have no JSON form") from error


def _key(value: object, definitions: Mapping[Any, Shared]) -> str:
    key = to_json(value, definitions)
    return key if isinstance(key, str) else json.dumps(key)


def _sort_key(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def _duration(value: timedelta) -> str:
    """Return the ISO 8601-1 §5.5.2 form, days being the largest unit: ``P1DT1H1M1.000005S``."""
    sign = "-" if value < timedelta() else ""
    rest = abs(value)
    minutes, seconds = divmod(rest.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{rest.microseconds:06d}".rstrip("0") if rest.microseconds else ""
    days = f"{rest.days}D" if rest.days else ""
    clock = "".join(
        (
            f"{hours}H" if hours else "",
            f"{minutes}M" if minutes else "",
            f"{seconds}{fraction}S" if seconds or fraction else "",
        )
    )
    return f"{sign}P{days}T{clock}" if clock else f"{sign}P{days or 'T0S'}"
