"""What limits on decimals, dates, times and values of custom types mean, and how errors show them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from operator import ge, gt, le, lt
from typing import Any, Final

from bolide.validation.errors import ErrorDetails, Loc, report
from bolide.validation.lax import INVALID

__all__ = [
    "has_more_digits",
    "has_more_places",
    "has_more_whole_digits",
    "is_decimal_multiple",
    "is_earlier",
    "limited",
    "shown_bound",
]


def has_more_digits(value: Decimal, limit: int) -> bool:
    """Tell whether *value* needs more than *limit* digits, those before the point included."""
    return _digits(value)[0] > limit


def has_more_places(value: Decimal, limit: int) -> bool:
    """Tell whether *value* needs more than *limit* digits after the point."""
    return _digits(value)[1] > limit


def has_more_whole_digits(value: Decimal, limit: int) -> bool:
    """Tell whether *value* has more than *limit* digits before the point."""
    digits, places = _digits(value)
    return digits - places > limit


def _digits(value: Decimal) -> tuple[int, int]:
    """Return how many digits *value* needs, and how many of them after the point; zeros at its end none."""
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):  # not finite
        return 0, 0
    if not value:
        return 1, 0
    count = len(digits)
    while exponent < 0 and count > 1 and digits[count - 1] == 0:
        count, exponent = count - 1, exponent + 1
    if exponent >= 0:
        return count + exponent, 0
    return max(count, -exponent), -exponent


def is_decimal_multiple(value: Decimal, divisor: Decimal) -> bool:
    """Tell whether *value* is a multiple of *divisor*; no number is, that is too large to tell."""
    try:
        return value % divisor == 0
    except InvalidOperation:
        return False


def is_earlier(one: Any, other: Any) -> bool:
    """Tell whether the time *one* is before *other*, by their clocks when only one has a time zone."""
    if (one.tzinfo is None) is not (other.tzinfo is None):
        one, other = one.replace(tzinfo=None), other.replace(tzinfo=None)
    is_before: bool = one < other
    return is_before


def shown_bound(bound: Any) -> Any:
    """Return *bound* as it stands in the context of an error."""
    if isinstance(bound, datetime | time):
        text = bound.isoformat()
        return text[:-6] + "Z" if text.endswith("+00:00") else text
    if isinstance(bound, date):
        return bound.isoformat()
    return _shown_duration(bound) if isinstance(bound, timedelta) else bound


def _shown_duration(duration: timedelta) -> str:
    minutes, seconds = divmod(duration.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = (
        (duration.days, "day"),
        (hours, "hour"),
        (minutes, "minute"),
        (seconds, "second"),
        (duration.microseconds, "microsecond"),
    )
    shown = (f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count)
    return " and ".join(shown) or "0 seconds"


def limited(
    value: Any, limits: tuple[tuple[str, Any], ...], raw: object, loc: Loc, errors: list[ErrorDetails]
) -> Any:
    """Return *value*, made from *raw*, or report the first of *limits* that it breaks."""
    for name, bound in limits:
        if name in _LENGTHS:
            actual = len(value)
            if actual < bound if name == "min_length" else actual > bound:
                error_type = "too_short" if name == "min_length" else "too_long"
                ctx = {"field_type": "Value", name: bound, "actual_length": actual}
                report(errors, error_type, loc, raw, **ctx)
                return INVALID
        elif not _HOLDS[name][1](value, bound):
            report(errors, _HOLDS[name][0], loc, raw, **{name: bound})
            return INVALID
    return value


_LENGTHS: Final = ("min_length", "max_length")

_HOLDS: Final[Mapping[str, tuple[str, Callable[[Any, Any], bool]]]] = {
    "gt": ("greater_than", gt),
    "ge": ("greater_than_equal", ge),
    "lt": ("less_than", lt),
    "le": ("less_than_equal", le),
    "multiple_of": ("multiple_of", lambda value, divisor: not value % divisor),
}
