"""Read dates, times and durations from whatever stands for them.

Owns the lax rules, which add epoch numbers and whole days to the text forms of
:mod:`~bolide.validation.temporal_text`, the strict ones, and their errors.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Final, Generic, TypeVar

import msgspec

from bolide.validation.errors import ErrorDetails, Loc, report
from bolide.validation.lax import INVALID, Invalid
from bolide.validation.temporal_text import (
    Malformed,
    YearZero,
    parse_date,
    parse_datetime,
    parse_time,
    parse_timedelta,
)

__all__ = [
    "lax_date",
    "lax_datetime",
    "lax_time",
    "lax_timedelta",
    "strict_date",
    "strict_datetime",
    "strict_time",
    "strict_timedelta",
]

T = TypeVar("T")

EPOCH_MILLISECONDS_ABOVE: Final = 20_000_000_000
"""Seconds until the year 2603; a number beyond must count milliseconds."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FLOAT_BITS = 1024  # larger integers are no numbers for Pydantic either
_YEAR_ONE_SECONDS = -62_135_596_800
_YEAR_ZERO_SECONDS = -62_167_219_200
_YEAR_10000_SECONDS = 253_402_300_800
_DAY_SECONDS = 86_400
_MAX_DAYS = 999_999_999


def lax_datetime(value: object, loc: Loc, errors: list[ErrorDetails]) -> datetime | Invalid:
    """Accept datetimes, dates (midnight), ISO 8601 text, a date's text, and epoch numbers."""
    if type(value) is str and _usual_datetime().fullmatch(value) is not None:
        try:
            return datetime.fromisoformat(value)
        except ValueError:  # hot: suppress() costs as much as all the rest; what is raised below says more
            pass
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    raw = _wire_bytes(value)
    try:
        if raw is not None:
            return _datetime_from_text(raw)
        if _is_number(value):
            return _from_epoch(_as_float(value))
    except Malformed as exc:
        fault = exc if raw is None else _date_fault(raw, exc)
        is_date_fault = raw is not None and not isinstance(fault, YearZero)
        error_type = "datetime_from_date_parsing" if is_date_fault else "datetime_parsing"
        report(errors, error_type, loc, value, error=str(fault))
        return INVALID
    return _wrong_type("datetime_type", value, loc, errors)


@cache
def _usual_datetime() -> re.Pattern[str]:
    """Return the pattern of the forms that ``fromisoformat`` reads alike in every version of Python."""
    clock = r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{6}|\.\d{3})?)?"
    zone = r"(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?"
    return re.compile(rf"\d{{4}}-\d\d-\d\d(?:[T ]{clock}{zone})?", re.ASCII)


def _date_fault(raw: bytes, fault: Malformed) -> Malformed:
    # A text that is no datetime is tried as a date last, so its fault is the one to report.
    if isinstance(fault, YearZero) or _integer_of(raw) is not None:
        return fault
    try:
        parse_date(raw)
    except Malformed as exc:
        return exc
    return fault


def strict_datetime(value: object, loc: Loc, errors: list[ErrorDetails]) -> datetime | Invalid:
    """Accept datetimes and their RFC 3339 text."""
    return _read_strictly(_DATETIME, value, loc, errors)


def lax_date(value: object, loc: Loc, errors: list[ErrorDetails]) -> date | Invalid:
    """Accept dates, their text, and whatever is a datetime at midnight."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raw = _wire_bytes(value)
    try:
        if isinstance(value, datetime):
            moment = value
        elif raw is not None:
            moment = _datetime_from_text(raw)
        elif _is_number(value):
            moment = _from_epoch(_as_float(value))
        else:
            return _wrong_type("date_type", value, loc, errors)
    except Malformed as exc:
        if not isinstance(exc, YearZero):
            report(errors, "date_from_datetime_parsing", loc, value, error=str(exc))
        elif exc.is_midnight:
            report(errors, "date_parsing", loc, value, error=str(exc))
        else:
            report(errors, "date_from_datetime_inexact", loc, value)
        return INVALID
    if moment.time() != time():
        report(errors, "date_from_datetime_inexact", loc, value)
        return INVALID
    return moment.date()


def strict_date(value: object, loc: Loc, errors: list[ErrorDetails]) -> date | Invalid:
    """Accept dates and their RFC 3339 text; a datetime is no date."""
    if isinstance(value, datetime):
        return _wrong_type("date_type", value, loc, errors)
    return _read_strictly(_DATE, value, loc, errors)


def lax_time(value: object, loc: Loc, errors: list[ErrorDetails]) -> time | Invalid:
    """Accept times, their text, and seconds since midnight in UTC."""
    return _read_laxly(_TIME, value, loc, errors)


def strict_time(value: object, loc: Loc, errors: list[ErrorDetails]) -> time | Invalid:
    """Accept times and their RFC 3339 text."""
    return _read_strictly(_TIME, value, loc, errors)


def lax_timedelta(value: object, loc: Loc, errors: list[ErrorDetails]) -> timedelta | Invalid:
    """Accept durations, their text, and seconds."""
    number = int(value) if isinstance(value, bool) else value
    return _read_laxly(_TIMEDELTA, number, loc, errors)


def strict_timedelta(value: object, loc: Loc, errors: list[ErrorDetails]) -> timedelta | Invalid:
    """Accept durations and their text."""
    return _read_strictly(_TIMEDELTA, value, loc, errors)


def _read_laxly(kind: _Kind[T], value: object, loc: Loc, errors: list[ErrorDetails]) -> T | Invalid:
    if isinstance(value, kind.cls):
        return value
    raw = _wire_bytes(value)
    try:
        if raw is not None:
            return kind.from_text(raw)
        if _is_number(value):
            return kind.from_number(_as_float(value))
    except Malformed as exc:
        report(errors, f"{kind.name}_parsing", loc, value, error=str(exc))
        return INVALID
    return _wrong_type(f"{kind.name}_type", value, loc, errors)


def _read_strictly(kind: _Kind[T], value: object, loc: Loc, errors: list[ErrorDetails]) -> T | Invalid:
    if isinstance(value, kind.cls):
        return value
    raw = _wire_bytes(value) if isinstance(value, str) else None
    if raw is None:
        return _wrong_type(f"{kind.name}_type", value, loc, errors)
    try:
        return kind.from_text(raw)
    except Malformed as exc:
        report(errors, f"{kind.name}_parsing", loc, value, error=str(exc))
        return INVALID


def _wrong_type(error_type: str, value: object, loc: Loc, errors: list[ErrorDetails]) -> Invalid:
    # Text without a UTF-8 form (a lone surrogate) is no text for any format.
    report(errors, "string_unicode" if isinstance(value, str) else error_type, loc, value)
    return INVALID


def _datetime_from_text(raw: bytes) -> datetime:
    integer = _integer_of(raw)
    if integer is not None:
        return _from_epoch(integer)
    if _is_fraction_text(raw):
        return _from_epoch(float(raw))
    if len(raw) == 10:
        return datetime.combine(parse_date(raw), time())
    return parse_datetime(raw)


def _integer_of(raw: bytes) -> int | None:
    """Return the integer of 64 bits that *raw* spells; a longer one is no time."""
    # Compiled at first use, then cached by re.
    match = re.fullmatch(rb"([+-]?)(?=[0-9])0*+([0-9]{0,19})", raw)
    if match is None:
        return None
    integer = int(match[1] + b"0" + match[2])
    return integer if -(2**63) <= integer < 2**63 else None


def _is_fraction_text(raw: bytes) -> bool:
    return re.fullmatch(rb"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", raw) is not None


def _wire_bytes(value: object) -> bytes | None:
    """Return the bytes of a text value, None when it is no text or has no UTF-8 form."""
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str):
        return None
    try:
        return str.__str__(value).encode()
    except UnicodeEncodeError:
        return None


def _is_number(value: object) -> bool:
    if isinstance(value, int):
        return not isinstance(value, bool) and value.bit_length() <= _FLOAT_BITS
    return isinstance(value, (float, Decimal))


def _as_float(value: Any) -> float:
    if isinstance(value, int):
        # Beyond any accepted number; float() would overflow.
        return int(value) if abs(value) < 10**18 else math.inf if value > 0 else -math.inf
    return float(value) if not (isinstance(value, Decimal) and value.is_snan()) else math.nan


def _from_epoch(number: float) -> datetime:
    """Return the moment *number* seconds, or when it is large milliseconds, after 1970 in UTC."""
    if math.isnan(number):
        raise Malformed("NaN values not permitted")
    per_unit = 1_000 if abs(number) > EPOCH_MILLISECONDS_ABOVE else 1_000_000
    units_per_second = 1_000_000 // per_unit
    if number >= _YEAR_10000_SECONDS * units_per_second:
        raise Malformed("dates after 9999 are not supported as unix timestamps")
    if number < _YEAR_ZERO_SECONDS * units_per_second:
        raise Malformed("dates before 0000 are not supported as unix timestamps")
    whole = math.floor(number)
    microseconds = whole * per_unit + math.floor((number - whole) * per_unit + 0.5)
    if number < _YEAR_ONE_SECONDS * units_per_second:
        raise YearZero(is_midnight=microseconds % (_DAY_SECONDS * 1_000_000) == 0)
    try:
        return _EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        raise Malformed("dates after 9999 are not supported as unix timestamps") from None


def _time_from_number(number: float) -> time:
    if math.isnan(number):
        raise Malformed("NaN values not permitted")
    if number < 0:
        raise Malformed("time in seconds should be positive")
    if number >= _DAY_SECONDS:
        raise Malformed("numeric times may not exceed 86,399 seconds")
    whole = math.floor(number)
    # Rounding up must not reach the next day.
    microseconds = min(math.floor((number - whole) * 1_000_000 + 0.5), 999_999)
    return (_EPOCH + timedelta(seconds=whole, microseconds=microseconds)).timetz()


def _timedelta_from_number(number: float) -> timedelta:
    if math.isnan(number):
        raise Malformed("NaN values not permitted")
    if abs(number) >= (_MAX_DAYS + 1) * _DAY_SECONDS:
        raise Malformed("durations may not exceed 999,999,999 days")
    whole = math.floor(number)
    try:
        return timedelta(seconds=whole, microseconds=math.floor((number - whole) * 1_000_000 + 0.5))
    except OverflowError:
        raise Malformed("durations may not exceed 999,999,999 days") from None


class _Kind(msgspec.Struct, Generic[T], frozen=True):
    """A type with one text form; *name* starts its error types."""

    name: str
    cls: type[T]
    from_text: Callable[[bytes], T]
    from_number: Callable[[float], T]


_DATETIME = _Kind(name="datetime", cls=datetime, from_text=parse_datetime, from_number=_from_epoch)
_DATE = _Kind("date", date, parse_date, lambda number: _from_epoch(number).date())
_TIME = _Kind("time", time, parse_time, _time_from_number)
_TIMEDELTA = _Kind("time_delta", timedelta, parse_timedelta, _timedelta_from_number)
