"""Single types of the standard library."""

from __future__ import annotations

import fractions
import re
import zoneinfo
from collections.abc import Callable, Hashable
from decimal import Decimal
from typing import Any, Final

from bolide.validation.custom_types import TypeSpec
from bolide.validation.errors import CustomError
from bolide.validation.types.objects import class_spec

__all__ = ["STANDARD_SPECS"]

_MOST_DIGITS: Final = 4300  # sys.int_info.default_max_str_digits
_COMPLEX_TYPE: Final = (
    "Input should be a valid python complex object, a number, or a valid complex string following the rules "
    "at https://docs.python.org/3/library/functions.html#complex"
)


def _pattern_spec(text_type: Any = Any) -> TypeSpec:
    def load_pattern(value: Any) -> Any:
        is_compiled = issubclass(value.__class__, re.Pattern)
        text = value.pattern if is_compiled else value
        if not isinstance(text, str | bytes):
            raise CustomError("pattern_type", "Input should be a valid pattern")
        if text_type is str and not isinstance(text, str):
            raise CustomError("pattern_str_type", "Input should be a string pattern")
        if text_type is bytes and not isinstance(text, bytes):
            raise CustomError("pattern_bytes_type", "Input should be a bytes pattern")
        try:
            return value if is_compiled else re.compile(text)
        except (re.error, OverflowError, RecursionError):
            raise CustomError("pattern_regex", "Input should be a valid regular expression") from None

    return TypeSpec(
        load=load_pattern,
        unload=lambda pattern: pattern,
        dump=_text_of_pattern,
        schema={"type": "string", "format": "regex"},
        label="pattern",
    )


def _text_of_pattern(pattern: Any) -> str:
    text: str | bytes = pattern.pattern
    return text.decode() if isinstance(text, bytes) else text


def _load_zone(value: Any) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise CustomError("zoneinfo_str", "invalid timezone: {value}", {"value": value}) from None


def _load_fraction(value: Any) -> fractions.Fraction:
    if not isinstance(value, int | float | str | Decimal):
        message = "Fraction input should be an integer, float, string or Fraction object"
        raise CustomError("fraction_type", message)
    try:
        if _has_huge_exponent(value):
            raise OverflowError
        return fractions.Fraction(value)
    except (ValueError, ZeroDivisionError, OverflowError):
        raise CustomError("fraction_parsing", "Input is not a valid fraction") from None


def _dump_fraction(value: Any, *_options: object) -> str:
    """Return *value* as Pydantic dumps it, to Python too."""
    return str(value)


def _has_huge_exponent(value: float | str | Decimal) -> bool:
    """Tell whether *value* would be a fraction of more digits than Python reads into an integer."""
    if isinstance(value, Decimal):
        return value.is_finite() and abs(value.adjusted()) > _MOST_DIGITS
    _, _, exponent = value.lower().partition("e") if isinstance(value, str) else ("", "", "")
    digits = exponent.strip().lstrip("+-").replace("_", "").lstrip("0")
    return len(digits) > 4 or int(digits or 0) > _MOST_DIGITS if digits.isdigit() else False


def _load_complex(value: Any) -> complex:
    if isinstance(value, int | float | str | Decimal):
        try:
            return complex(value)
        except (ValueError, OverflowError):
            pass
    raise CustomError("complex_type", _COMPLEX_TYPE)


def _dump_complex(value: complex) -> str:
    return str(value).strip("()")


def _callable_spec(*_signature: Any) -> TypeSpec:
    def load_callable(value: Any) -> Any:
        if not callable(value):
            raise CustomError("callable_type", "Input should be callable")
        return value

    return TypeSpec(load=load_callable, value=Any, label="callable")


def _hashable_spec() -> TypeSpec:
    def load_hashable(value: Any) -> Any:
        if not isinstance(value, Hashable):
            raise CustomError("is_hashable", "Input should be hashable")
        return value

    return TypeSpec(load=load_hashable, value=Any, label="hashable")


_FRACTION: Final = TypeSpec(
    load=_load_fraction,
    dump_part=_dump_fraction,
    schema={"anyOf": [{"type": "number"}, {"type": "string", "format": "fraction"}]},
    output_schema={"type": "string", "format": "fraction"},
    label="fraction",
)
_ZONE: Final = TypeSpec(load=_load_zone, schema={"type": "string", "format": "zoneinfo"}, label="zoneinfo")
_COMPLEX: Final = TypeSpec(
    load=_load_complex, dump=_dump_complex, schema={"type": "string"}, label="complex", is_text=True
)

STANDARD_SPECS: Final[dict[str, Callable[..., TypeSpec]]] = {
    "Callable": _callable_spec,
    "Fraction": lambda: _FRACTION,
    "Hashable": _hashable_spec,
    "Pattern": _pattern_spec,
    "ZoneInfo": lambda: _ZONE,
    "complex": lambda: _COMPLEX,
    "type": class_spec,
}
"""How classes of the standard library are read, by name; functions of the arguments of a generic alias."""
