"""Read dates, times and durations from text and numbers.

Owns the accepted formats and the reasons given when one does not fit: ISO 8601 as RFC 3339 profiles it,
and for the lax rules shorter spellings and epoch numbers. Above :data:`EPOCH_MILLISECONDS_ABOVE` a number
counts milliseconds. Digits beyond microseconds are rounded, as the JSON fast path rounds them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

from bolide.validation.errors import ErrorDetails, Loc, report
from bolide.validation.lax import INVALID, Invalid

__all__ = [
    "Malformed",
    "lax_date",
    "lax_datetime",
    "lax_time",
    "lax_timedelta",
    "parse_date",
    "parse_datetime",
    "parse_time",
    "parse_timedelta",
    "strict_date",
    "strict_datetime",
    "strict_time",
    "strict_timedelta",
]

EPOCH_MILLISECONDS_ABOVE: Final = 20_000_000_000
"""Seconds until the year 2603; a larger number must be milliseconds."""

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_YEAR_ONE_SECONDS = -62_135_596_800
_YEAR_ZERO_SECONDS = -62_167_219_200
_YEAR_10000_SECONDS = 253_402_300_800
_DAY_SECONDS = 86_400
_MAX_DAYS = 999_999_999
# More digits than any accepted duration has; keeps the arithmetic on small integers.
_MAX_DURATION_DIGITS = 15

_NUMBER = re.compile(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_ZONE = re.compile(rb"(?P<sign>\+|-|\xe2\x88\x92)(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2})")
_CLOCK = re.compile(
    rb"(?P<hours>[0-9]+):(?P<minutes>[0-9]{2})(?::(?P<seconds>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?"
)
_DAYS = re.compile(rb"(?P<days>[0-9]+) *d(?:ays?)?,? *", re.IGNORECASE)
_DURATION_PART = re.compile(rb"(?P<whole>[0-9]+)(?:[.,](?P<fraction>[0-9]*))?(?P<unit>.?)", re.DOTALL)
_DATE_UNITS = {b"Y": 365 * _DAY_SECONDS, b"M": 30 * _DAY_SECONDS, b"W": 7 * _DAY_SECONDS, b"D": _DAY_SECONDS}
_TIME_UNITS = {b"H": 3600, b"M": 60, b"S": 1}


class Malformed(ValueError):
    """A text does not have the format; the message is the reason that a client reads."""


def parse_date(raw: bytes) -> date:
    """Return the date that *raw* spells as ``YYYY-MM-DD``."""
    found = _date_prefix(raw)
    if len(raw) > 10:
        raise Malformed("unexpected extra characters at the end of the input")
    return found


def parse_datetime(raw: bytes) -> datetime:
    """Return the datetime that *raw* spells: date, separator, ``HH:MM[:SS[.f]]``, optional offset."""
    day = _date_prefix(raw)
    if len(raw) == 10:
        raise Malformed("input is too short")
    if raw[10:11] not in b"Tt_ ":
        raise Malformed("invalid datetime separator, expected `T`, `t`, `_` or space")
    clock, carry = _clock(raw[11:])
    moment = datetime.combine(day, clock)
    if not carry:
        return moment
    try:
        return moment + timedelta(days=1)
    except OverflowError:
        raise Malformed("dates after 9999 are not supported") from None


def parse_time(raw: bytes) -> time:
    """Return the time of day that *raw* spells as ``HH:MM[:SS[.f]]`` with an optional offset."""
    return _clock(raw)[0]


def parse_timedelta(raw: bytes) -> timedelta:
    """Return the duration that *raw* spells: ISO 8601, ``[D days, ]HH:MM[:SS[.f]]`` or ``D days``."""
    if not raw:
        raise Malformed("input is too short")
    sign = -1 if raw[:1] == b"-" else 1
    body = raw[1:] if raw[:1] in (b"+", b"-") else raw
    if body[:1] in (b"P", b"p"):
        microseconds = _iso_duration(body[1:])
    elif b"d" in raw.lower() or len(raw) < 5:
        microseconds = _days_duration(body)
    else:
        microseconds = _clock_duration(body)
    try:
        return timedelta(microseconds=sign * microseconds)
    except OverflowError:
        raise Malformed("durations may not exceed 999,999,999 days") from None


def _date_prefix(raw: bytes) -> date:
    if len(raw) < 10:
        raise Malformed("input is too short")
    for start, end, name in ((0, 4, "year"), (5, 7, "month"), (8, 10, "day")):
        if not raw[start:end].isdigit():
            raise Malformed(f"invalid character in {name}")
        if end < 10 and raw[end : end + 1] != b"-":
            raise Malformed("invalid date separator, expected `-`")
    year, month, day = int(raw[0:4]), int(raw[5:7]), int(raw[8:10])
    if not 1 <= month <= 12:
        raise Malformed("month value is outside expected range of 1-12")
    try:
        # Year 0 is a leap year in ISO 8601; 4 stands in, so that a wrong day is reported as such.
        found = date(year or 4, month, day)
    except ValueError:
        raise Malformed("day value is outside expected range") from None
    if year == 0:
        raise Malformed("year 0 is out of range")
    return found


def _clock(raw: bytes) -> tuple[time, bool]:
    """Return the time of day, and whether rounding carried it past midnight."""
    if len(raw) < 5:
        raise Malformed("input is too short")
    hour = _two_digits(raw, 0, "hour")
    if raw[2:3] != b":":
        raise Malformed("invalid time separator, expected `:`")
    minute = _two_digits(raw, 3, "minute")
    if hour > 23:
        raise Malformed("hour value is outside expected range of 0-23")
    if minute > 59:
        raise Malformed("minute value is outside expected range of 0-59")
    second = microsecond = 0
    end = 5
    if raw[5:6] == b":":
        second = _two_digits(raw, 6, "second")
        if second > 59:
            raise Malformed("second value is outside expected range of 0-59")
        end = 8
        if raw[8:9] in (b".", b","):
            digits = len(raw) - 9 - len(raw[9:].lstrip(b"0123456789"))
            if not digits:
                raise Malformed("second fraction digits missing after `.`")
            end = 9 + digits
            microsecond = _rounded_microseconds(raw[9:end])
    zone = _zone(raw[end:])
    total = ((hour * 60 + minute) * 60 + second) * 1_000_000 + microsecond
    carry, total = divmod(total, _DAY_SECONDS * 1_000_000)
    seconds, microsecond = divmod(total, 1_000_000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return time(hour, minute, second, microsecond, zone), bool(carry)


def _two_digits(raw: bytes, start: int, name: str) -> int:
    digits = raw[start : start + 2]
    if len(digits) != 2 or not digits.isdigit():
        raise Malformed(f"invalid character in {name}")
    return int(digits)


def _rounded_microseconds(digits: bytes) -> int:
    return int(digits[:6].ljust(6, b"0")) + (digits[6:7] >= b"5")


def _zone(raw: bytes) -> timezone | None:
    if not raw:
        return None
    if raw[:1] in b"Zz":
        end, offset = 1, timedelta()
    else:
        match = _ZONE.match(raw)
        if match is None:
            raise Malformed(_zone_fault(raw))
        end, minutes = match.end(), int(match["minutes"])
        if minutes > 59:
            raise Malformed("timezone minute value is outside expected range of 0-59")
        if int(match["hours"]) > 23:
            raise Malformed("timezone offset must be less than 24 hours")
        offset = timedelta(hours=int(match["hours"]), minutes=minutes)
        if match["sign"] != b"+":
            offset = -offset
    if len(raw) > end:
        raise Malformed("unexpected extra characters at the end of the input")
    return timezone(offset) if offset else timezone.utc


def _zone_fault(raw: bytes) -> str:
    body = raw[3:] if raw.startswith("\u2212".encode()) else raw[1:]
    if body is not raw[1:] and body == raw[3:] or raw[:1] in (b"+", b"-"):
        return "invalid timezone minute" if body[:2].isdigit() and len(body) >= 2 else "invalid timezone hour"
    return "invalid timezone sign"


def _iso_duration(raw: bytes) -> int:
    """Return the microseconds of what follows the ``P``."""
    if not raw.strip(b"Tt"):
        raise Malformed("input is too short")
    units, part = _DATE_UNITS, "date"
    total = position = 0
    while position < len(raw):
        if raw[position : position + 1] in b"Tt":
            if units is _TIME_UNITS:
                raise Malformed("`t` character repeated in duration")
            units, part = _TIME_UNITS, "time"
            position += 1
            continue
        match = _DURATION_PART.match(raw, position)
        if match is None:
            raise Malformed("invalid digit in duration")
        seconds = units.get(match["unit"].upper())
        if seconds is None:
            raise Malformed(f"quantity invalid in {part} part of duration")
        total += _scaled(match["whole"], match["fraction"] or b"", seconds)
        position = match.end()
    return total


def _scaled(whole: bytes, fraction: bytes, seconds: int) -> int:
    """Return ``whole.fraction * seconds`` in microseconds, half a microsecond rounded up."""
    if len(whole) > _MAX_DURATION_DIGITS:
        raise Malformed("a numeric value in the duration is too large")
    fraction = fraction[:_MAX_DURATION_DIGITS]
    scale = 10 ** len(fraction)
    parts = (int(whole) * scale + int(fraction or b"0")) * seconds * 1_000_000
    return (2 * parts + scale) // (2 * scale)


def _days_duration(raw: bytes) -> int:
    match = _DAYS.match(raw)
    if match is None:
        if raw[:1].isdigit():
            raise Malformed('"day" identifier in duration not correctly formatted')
        raise Malformed("invalid digit in duration")
    if len(match["days"]) > _MAX_DURATION_DIGITS or int(match["days"]) > _MAX_DAYS:
        raise Malformed("durations may not exceed 999,999,999 days")
    microseconds = int(match["days"]) * _DAY_SECONDS * 1_000_000
    rest = raw[match.end() :]
    return microseconds + _clock_duration(rest, max_hours=23) if rest else microseconds


def _clock_duration(raw: bytes, *, max_hours: int = _MAX_DAYS) -> int:
    if len(raw) < 4:
        raise Malformed("input is too short")
    match = _CLOCK.match(raw)
    if match is None:
        raise Malformed(_clock_fault(raw))
    if len(match["hours"]) > _MAX_DURATION_DIGITS or int(match["hours"]) > max_hours:
        raise Malformed("durations may not exceed 999,999,999 hours")
    hours, minutes, seconds = int(match["hours"]), int(match["minutes"]), int(match["seconds"] or 0)
    if minutes > 59:
        raise Malformed("minute value is outside expected range of 0-59")
    if seconds > 59:
        raise Malformed("second value is outside expected range of 0-59")
    if match.end() != len(raw):
        raise Malformed("unexpected extra characters at the end of the input")
    return (hours * 3600 + minutes * 60 + seconds) * 1_000_000 + _truncated_microseconds(match["fraction"])


def _truncated_microseconds(digits: bytes | None) -> int:
    return int((digits or b"0")[:6].ljust(6, b"0"))


def _clock_fault(raw: bytes) -> str:
    hours = len(raw) - len(raw.lstrip(b"0123456789"))
    if not hours or raw[hours : hours + 1] != b":":
        return "invalid character in hour" if raw[:1].isdigit() else "invalid digit in duration"
    return "invalid character in minute"


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
    if number < _YEAR_ONE_SECONDS * units_per_second:
        raise Malformed("year 0 is out of range")
    whole = math.floor(number)
    microseconds = whole * per_unit + math.floor((number - whole) * per_unit + 0.5)
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


def _datetime_from_text(raw: bytes) -> datetime:
    if _NUMBER.fullmatch(raw):
        return _from_epoch(_number(raw))
    if len(raw) == 10:
        return datetime.combine(parse_date(raw), time())
    return parse_datetime(raw)


def _number(raw: bytes) -> float:
    text = raw.decode()
    if text.lstrip("+-").isdecimal() and len(text) < 20:
        return int(text)
    return float(text)


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
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _as_float(value: Any) -> float:
    if isinstance(value, int):
        # Beyond any accepted number; float() would overflow.
        return int(value) if abs(value) < 10**18 else math.copysign(math.inf, value)
    return float(value) if not (isinstance(value, Decimal) and value.is_snan()) else math.nan


def lax_datetime(value: object, loc: Loc, errors: list[ErrorDetails]) -> datetime | Invalid:
    """Accept datetimes, dates (midnight), ISO 8601 text, a date's text, and epoch numbers."""
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
        reason = str(exc) if raw is None else _date_fault(raw, str(exc))
        is_date_fault = raw is not None and reason != "year 0 is out of range"
        error_type = "datetime_from_date_parsing" if is_date_fault else "datetime_parsing"
        report(errors, error_type, loc, value, error=reason)
        return INVALID
    return _wrong_type("datetime_type", value, loc, errors)


def _date_fault(raw: bytes, reason: str) -> str:
    # A text that is no datetime is tried as a date last, so its fault is the one to report.
    if _NUMBER.fullmatch(raw):
        return reason
    try:
        parse_date(raw)
    except Malformed as exc:
        return str(exc)
    return reason


def strict_datetime(value: object, loc: Loc, errors: list[ErrorDetails]) -> datetime | Invalid:
    """Accept datetimes and their RFC 3339 text."""
    return _strict(value, loc, errors, (datetime, parse_datetime, "datetime"))


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
        is_plain_date = raw is not None and str(exc) == "year 0 is out of range"
        error_type = "date_parsing" if is_plain_date else "date_from_datetime_parsing"
        report(errors, error_type, loc, value, error=str(exc))
        return INVALID
    if moment.time() != time():
        report(errors, "date_from_datetime_inexact", loc, value)
        return INVALID
    return moment.date()


def strict_date(value: object, loc: Loc, errors: list[ErrorDetails]) -> date | Invalid:
    """Accept dates and their RFC 3339 text; a datetime is no date."""
    if isinstance(value, datetime):
        return _wrong_type("date_type", value, loc, errors)
    return _strict(value, loc, errors, (date, parse_date, "date"))


def lax_time(value: object, loc: Loc, errors: list[ErrorDetails]) -> time | Invalid:
    """Accept times, their text, and seconds since midnight in UTC."""
    return _converted(value, loc, errors, (time, parse_time, _time_from_number, "time"))


def strict_time(value: object, loc: Loc, errors: list[ErrorDetails]) -> time | Invalid:
    """Accept times and their RFC 3339 text."""
    return _strict(value, loc, errors, (time, parse_time, "time"))


def lax_timedelta(value: object, loc: Loc, errors: list[ErrorDetails]) -> timedelta | Invalid:
    """Accept durations, their text, and seconds."""
    number = int(value) if isinstance(value, bool) else value
    return _converted(number, loc, errors, (timedelta, parse_timedelta, _timedelta_from_number, "time_delta"))


def strict_timedelta(value: object, loc: Loc, errors: list[ErrorDetails]) -> timedelta | Invalid:
    """Accept durations and their text."""
    return _strict(value, loc, errors, (timedelta, parse_timedelta, "time_delta"))


def _converted(
    value: object,
    loc: Loc,
    errors: list[ErrorDetails],
    kind: tuple[type[Any], Callable[[bytes], Any], Callable[[float], Any], str],
) -> Any:
    cls, from_text, from_number, name = kind
    if isinstance(value, cls):
        return value
    raw = _wire_bytes(value)
    try:
        if raw is not None:
            return from_text(raw)
        if _is_number(value):
            return from_number(_as_float(value))
    except Malformed as exc:
        report(errors, f"{name}_parsing", loc, value, error=str(exc))
        return INVALID
    return _wrong_type(f"{name}_type", value, loc, errors)


def _strict(
    value: object,
    loc: Loc,
    errors: list[ErrorDetails],
    kind: tuple[type[Any], Callable[[bytes], Any], str],
) -> Any:
    cls, from_text, name = kind
    if isinstance(value, cls):
        return value
    raw = _wire_bytes(value) if isinstance(value, str) else None
    if raw is None:
        return _wrong_type(f"{name}_type", value, loc, errors)
    try:
        return from_text(raw)
    except Malformed as exc:
        report(errors, f"{name}_parsing", loc, value, error=str(exc))
        return INVALID


def _wrong_type(error_type: str, value: object, loc: Loc, errors: list[ErrorDetails]) -> Invalid:
    # Text without a UTF-8 form (a lone surrogate) is no text for any format.
    report(errors, "string_unicode" if isinstance(value, str) else error_type, loc, value)
    return INVALID
