"""What the objects of ``annotated_types`` demand that is more than a limit."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Callable
from typing import Annotated, Any, Final

import msgspec

from bolide.validation.custom_types import NO_SCHEMA, TypeSpec
from bolide.validation.errors import CustomError
from bolide.validation.hints import TypeHintError
from bolide.validation.types.moments import LOCAL_FORMAT

__all__ = ["DESCRIPTIONS"]


def _predicate(item: Any, hint: Any) -> TypeSpec:
    return _checked(hint, item.func, expected=True, error=("predicate_failed", "Predicate {name}failed"))


def _negation(item: Any, hint: Any) -> TypeSpec:
    return _checked(hint, item.func, expected=False, error=("not_operation_failed", "Not of {name}failed"))


def _checked(
    hint: Any, function: Callable[[Any], Any], *, expected: bool, error: tuple[str, str]
) -> TypeSpec:
    name = getattr(function, "__qualname__", None) or getattr(function, "__name__", "")
    message = error[1].replace("{name}", f"'{name}' " if name else "")

    def load_checked(value: Any) -> Any:
        if bool(function(value)) is not expected:
            raise CustomError(error[0], message)
        return value

    return TypeSpec(wire=hint, value=hint, load=load_checked, label=f"function-after[{name}()]")


def _timezone(item: Any, hint: Any) -> TypeSpec:
    zone = item.tz
    if zone is None or zone is ...:
        native = Annotated[datetime.datetime, msgspec.Meta(tz=zone is not None)]
        load = _naive if zone is None else _aware
        schema = LOCAL_FORMAT if zone is None else NO_SCHEMA
        return TypeSpec(wire=hint, value=hint, load=load, label="datetime", native=native, schema=schema)
    if isinstance(zone, str):
        try:
            zone = zoneinfo.ZoneInfo(zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
            raise TypeHintError(f"{item!r} names no time zone: {error}") from error
    expected: datetime.tzinfo = zone

    def load_zoned(value: Any) -> Any:
        moment = _aware(value)
        wanted, found = moment.astimezone(expected).utcoffset(), moment.utcoffset()
        if wanted != found:
            message = "Timezone offset of {tz_expected} required, got {tz_actual}"
            ctx = {"tz_expected": _seconds(wanted), "tz_actual": _seconds(found)}
            raise CustomError("timezone_offset", message, ctx)
        return value

    return TypeSpec(wire=hint, value=hint, load=load_zoned, label="datetime")


def _naive(value: Any) -> Any:
    if value.tzinfo is not None:
        raise CustomError("timezone_naive", "Input should not have timezone info")
    return value


def _aware(value: Any) -> Any:
    if value.tzinfo is None:
        raise CustomError("timezone_aware", "Input should have timezone info")
    return value


def _seconds(offset: datetime.timedelta | None) -> int:
    return 0 if offset is None else int(offset.total_seconds())


DESCRIPTIONS: Final[dict[str, Callable[[Any, Any], TypeSpec]]] = {
    "Not": _negation,
    "Predicate": _predicate,
    "Timezone": _timezone,
}
"""How the type is read that such an object, by the name of its class, makes of the hint inside of it."""
