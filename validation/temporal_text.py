"""Read dates, times and durations from their text forms.

Owns the accepted spellings, ISO 8601 as RFC 3339 profiles it and a few shorter ones, and the reason that is
given when a text is none of them. Works on bytes, where a digit is an ASCII digit. Digits beyond
microseconds are rounded as the JSON fast path rounds them.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

__all__ = ["Malformed", "YearZero", "parse_date", "parse_datetime", "parse_time", "parse_timedelta"]

_DAY_SECONDS = 86_400
_MAX_DAYS = 999_999_999
# More digits than any accepted duration has; keeps the arithmetic on small integers.
_MAX_DURATION_DIGITS = 15
_MAX_HOUR_DIGITS = 10

_SIGNS = (b"+", b"-", "\u2212".encode())
# Sources, not compiled: re compiles them at their first use and keeps them.
_ZONE = rb"(?P<sign>\+|-|\xe2\x88\x92)(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2})"
_CLOCK = rb"(?P<hours>[0-9]+):(?P<minutes>[0-9]{2})(?::(?P<seconds>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?"
_DAYS = rb"(?i:(?P<days>[0-9]+) *d(?:ays?)?,? *)"
_DURATION_PART = rb"(?s:(?P<whole>[0-9]+)(?:[.,](?P<fraction>[0-9]*))?(?P<unit>.?))"
_DATE_UNITS = {b"Y": 365 * _DAY_SECONDS, b"M": 30 * _DAY_SECONDS, b"W": 7 * _DAY_SECONDS, b"D": _DAY_SECONDS}
_TIME_UNITS = {b"H": 3600, b"M": 60, b"S": 1}


class Malformed(ValueError):
    """A text or number does not fit; the message is the reason that a client reads."""


class YearZero(Malformed):
    """A moment of the year 0, which ISO 8601 has and Python has not; *is_midnight* as for a date."""

    def __init__(self, *, is_midnight: bool) -> None:
        super().__init__("year 0 is out of range")
        self.is_midnight = is_midnight


def parse_date(raw: bytes) -> date:
    """Return the date that *raw* spells as ``YYYY-MM-DD``."""
    found = _date_prefix(raw)
    if len(raw) > 10:
        raise Malformed("unexpected extra characters at the end of the input")
    return _moment(found, time()).date()


def parse_datetime(raw: bytes) -> datetime:
    """Return the datetime that *raw* spells: date, separator, ``HH:MM[:SS[.f]]``, optional offset."""
    found = _date_prefix(raw)
    if len(raw) == 10:
        raise Malformed("input is too short")
    if raw[10:11] not in b"Tt_ ":
        raise Malformed("invalid datetime separator, expected `T`, `t`, `_` or space")
    clock, carry = _clock(raw[11:])
    moment = _moment(found, clock)
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
    sign = -1 if raw[:1] == b"-" else 1
    body = raw[1:] if raw[:1] in (b"+", b"-") else raw
    if not body:
        raise Malformed("input is too short")
    if body[:1] in (b"P", b"p"):
        microseconds = _iso_duration(body[1:])
    elif b"d" in raw.lower() or len(body) < 5:
        microseconds = _days_duration(body)
    else:
        microseconds = _clock_duration(body)
    try:
        return timedelta(microseconds=sign * microseconds)
    except OverflowError:
        raise Malformed("durations may not exceed 999,999,999 days") from None


def _date_prefix(raw: bytes) -> tuple[int, int, int]:
    """Return year, which may be 0, month and day."""
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
        date(year or 4, month, day)
    except ValueError:
        raise Malformed("day value is outside expected range") from None
    return year, month, day


def _moment(day: tuple[int, int, int], clock: time) -> datetime:
    if day[0] == 0:
        raise YearZero(is_midnight=clock.replace(tzinfo=None) == time())
    return datetime.combine(date(*day), clock)


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
        match = re.match(_ZONE, raw)
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
    return timezone(offset) if offset else UTC


def _zone_fault(raw: bytes) -> str:
    sign = next((sign for sign in _SIGNS if raw.startswith(sign)), None)
    if sign is None:
        return "invalid timezone sign"
    digits = raw[len(sign) : len(sign) + 2]
    return "invalid timezone minute" if len(digits) == 2 and digits.isdigit() else "invalid timezone hour"


def _iso_duration(raw: bytes) -> int:
    """Return the microseconds of what follows the ``P``."""
    if not raw.strip(b"Tt"):
        raise Malformed("input is too short")
    units, part = _DATE_UNITS, "date"
    pattern = re.compile(_DURATION_PART)
    total = position = 0
    while position < len(raw):
        if raw[position : position + 1] in b"Tt":
            if units is _TIME_UNITS:
                raise Malformed("`t` character repeated in duration")
            units, part = _TIME_UNITS, "time"
            position += 1
            continue
        match = pattern.match(raw, position)
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
    scale = int(b"1" + b"0" * len(fraction))
    parts = (int(whole) * scale + int(fraction or b"0")) * seconds * 1_000_000
    return (2 * parts + scale) // (2 * scale)


def _days_duration(raw: bytes) -> int:
    match = re.match(_DAYS, raw)
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
    match = re.match(_CLOCK, raw)
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
    if raw.find(b":") > _MAX_HOUR_DIGITS:  # counted before they are read
        return "durations may not exceed 999,999,999 hours"
    hours = len(raw) - len(raw.lstrip(b"0123456789"))
    if raw[hours : hours + 1] != b":":
        return "invalid character in hour"
    return "invalid character in minute"
