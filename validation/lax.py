"""Turn loosely typed values into scalars, or say what is wrong with them.

Owns the conversions of the lax rules (``"3"`` is an int, ``1`` a bool) and their strict counterparts.
Every function takes ``(value, loc, errors)``, returns the scalar, or reports an error and returns
:data:`INVALID`. The generated walker calls them only when a value does not have the exact type already.
"""

from __future__ import annotations

import enum
import math
import re
import uuid
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final, TypeAlias

from bolide.validation.errors import ErrorDetails, Loc, report

__all__ = [
    "FALSE_WORDS",
    "INVALID",
    "TRUE_WORDS",
    "Invalid",
    "ScalarParser",
    "any_decimal",
    "is_multiple",
    "lax_bool",
    "lax_bytes",
    "lax_decimal",
    "lax_float",
    "lax_int",
    "lax_str",
    "lax_uuid",
    "number_text",
    "parse_decimal",
    "parse_none",
    "strict_bool",
    "strict_bytes",
    "strict_decimal",
    "strict_float",
    "strict_int",
    "strict_str",
    "trimmed",
]


class Invalid(enum.Enum):
    """Type of :data:`INVALID`."""

    INVALID = enum.auto()

    def __repr__(self) -> str:
        return "INVALID"


INVALID: Final = Invalid.INVALID
"""Stands for a value whose error has been reported."""

ScalarParser: TypeAlias = Callable[[object, Loc, list[ErrorDetails]], Any]

TRUE_WORDS: Final = frozenset({"true", "1", "t", "y", "yes", "on"})
FALSE_WORDS: Final = frozenset({"false", "0", "f", "n", "no", "off"})

# CPython converts at most this many digits unless told otherwise; the limit must not depend on the process.
_MAX_INT_DIGITS = 4300
_FLOAT_INT_LIMIT = 2.0**63
_FLOAT_STARTS = frozenset("0123456789.+-iInN")
_UUID_GROUPS = (8, 4, 4, 4, 12)


def lax_int(value: object, loc: Loc, errors: list[ErrorDetails]) -> int | Invalid:
    """Accept integers, integral floats and decimals, booleans and integer text."""
    if isinstance(value, str):
        return _int_from_text(str.__str__(value), value, loc, errors)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, (float, Decimal)):
        return _int_from_number(value, loc, errors)
    if isinstance(value, bytes):
        return _int_from_text(value.decode("utf-8", "replace"), value, loc, errors)
    if isinstance(value, enum.Enum):
        return lax_int(value.value, loc, errors)
    report(errors, "int_type", loc, value)
    return INVALID


def strict_int(value: object, loc: Loc, errors: list[ErrorDetails]) -> int | Invalid:
    """Accept integers only; a bool is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    report(errors, "int_type", loc, value)
    return INVALID


def _int_from_text(text: str, value: object, loc: Loc, errors: list[ErrorDetails]) -> int | Invalid:
    if text.isdigit() and text.isascii() and len(text) < _MAX_INT_DIGITS:
        return int(text)
    match = _int_pattern().fullmatch(trimmed(text))
    if match is None:
        report(errors, "string_unicode" if _has_surrogates(text) else "int_parsing", loc, value)
        return INVALID
    digits = match[2].replace("_", "").lstrip("0") or "0"
    if len(digits) > _MAX_INT_DIGITS:
        report(errors, "int_parsing_size", loc, value)
        return INVALID
    return -int(digits) if match[1] == "-" else int(digits)


def _int_from_number(value: float | Decimal, loc: Loc, errors: list[ErrorDetails]) -> int | Invalid:
    if not _is_finite(value):
        report(errors, "finite_number", loc, value)
        return INVALID
    if isinstance(value, Decimal):
        is_too_large, is_whole = value.adjusted() >= _MAX_INT_DIGITS, value == value.to_integral_value()
    else:
        # Beyond 64 bits a float no longer says which integer was meant.
        is_too_large, is_whole = abs(value) >= _FLOAT_INT_LIMIT, value == math.floor(value)
    if is_too_large or not is_whole:
        report(errors, "int_parsing_size" if is_whole else "int_from_float", loc, value)
        return INVALID
    return int(value)


def lax_float(value: object, loc: Loc, errors: list[ErrorDetails]) -> float | Invalid:
    """Accept numbers, booleans and numeric text, including ``nan`` and ``inf``."""
    if isinstance(value, str):
        return _float_from_text(str.__str__(value), value, loc, errors)
    if isinstance(value, (float, int, Decimal)):
        return _float_from_number(value, loc, errors)
    if isinstance(value, bytes):
        return _float_from_text(value.decode("utf-8", "replace"), value, loc, errors)
    report(errors, "float_type", loc, value)
    return INVALID


def strict_float(value: object, loc: Loc, errors: list[ErrorDetails]) -> float | Invalid:
    """Accept floats and integers; a bool is neither."""
    if isinstance(value, (float, int, Decimal)) and not isinstance(value, bool):
        return _float_from_number(value, loc, errors)
    report(errors, "float_type", loc, value)
    return INVALID


def _float_from_text(text: str, value: object, loc: Loc, errors: list[ErrorDetails]) -> float | Invalid:
    digits = trimmed(text)
    if digits[:1] in _FLOAT_STARTS and digits.isascii():  # hot: most wrong texts cost no exception, 0.8 µs
        try:
            return float(digits)
        except ValueError:
            pass
    report(errors, "string_unicode" if _has_surrogates(text) else "float_parsing", loc, value)
    return INVALID


def _float_from_number(value: float | Decimal, loc: Loc, errors: list[ErrorDetails]) -> float | Invalid:
    try:
        return float(value)
    except (OverflowError, ValueError):  # an int over 1e308; a signalling NaN
        report(errors, "float_type", loc, value)
        return INVALID


def lax_bool(value: object, loc: Loc, errors: list[ErrorDetails]) -> bool | Invalid:
    """Accept ``0``, ``1`` and the words on/off, yes/no, true/false and their first letters."""
    if isinstance(value, bytes):
        text: str | None = value.decode("utf-8", "replace")
    else:
        text = str.__str__(value) if isinstance(value, str) else None
    if text is not None:
        word = text.lower()
        if word in TRUE_WORDS:
            return True
        if word in FALSE_WORDS:
            return False
        report(errors, "string_unicode" if _has_surrogates(text) else "bool_parsing", loc, value)
        return INVALID
    if not isinstance(value, (int, float, Decimal)) or not _is_finite(value):
        report(errors, "bool_type", loc, value)
        return INVALID
    if value == 0 or value == 1:
        return bool(value)
    # A whole number of ordinary size could have been meant as a flag; 0.5 and 2**64 could not.
    is_flag = -(2**63) <= value < 2**63 and value == int(value)
    report(errors, "bool_parsing" if is_flag else "bool_type", loc, value)
    return INVALID


def strict_bool(value: object, loc: Loc, errors: list[ErrorDetails]) -> bool | Invalid:
    """Accept ``True`` and ``False``."""
    if isinstance(value, bool):
        return value
    report(errors, "bool_type", loc, value)
    return INVALID


def lax_str(value: object, loc: Loc, errors: list[ErrorDetails]) -> str | Invalid:
    """Accept strings, members of enumerations by their value, and UTF-8 bytes."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, (bytes, bytearray)):
        try:
            return value.decode()
        except UnicodeDecodeError:
            report(errors, "string_unicode", loc, value)
            return INVALID
    if isinstance(value, enum.Enum):
        return str(value.value)
    report(errors, "string_type", loc, value)
    return INVALID


def number_text(value: object, loc: Loc, errors: list[ErrorDetails]) -> str | Invalid:
    """Accept what :func:`lax_str` does, and numbers as their text."""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return str(value)
    return lax_str(value, loc, errors)


def strict_str(value: object, loc: Loc, errors: list[ErrorDetails]) -> str | Invalid:
    """Accept strings only."""
    if isinstance(value, str):
        return str.__str__(value)
    report(errors, "string_type", loc, value)
    return INVALID


def lax_bytes(value: object, loc: Loc, errors: list[ErrorDetails]) -> bytes | Invalid:
    """Accept bytes, and text as its UTF-8 form."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    return strict_bytes(value, loc, errors)


def strict_bytes(value: object, loc: Loc, errors: list[ErrorDetails]) -> bytes | Invalid:
    """Accept bytes, and text: on the wire bytes are a UTF-8 string."""
    if isinstance(value, bytes):
        return bytes(value)
    if not isinstance(value, str):
        report(errors, "bytes_type", loc, value)
        return INVALID
    try:
        return value.encode()
    except UnicodeEncodeError:
        report(errors, "string_unicode", loc, value)
        return INVALID


def parse_decimal(text: str) -> Decimal:
    """Return the finite decimal that *text* spells.

    Raises:
        ValueError: It spells none, or NaN or an infinity.
    """
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("not a decimal") from None
    if not number.is_finite():
        raise ValueError("not finite")
    return number


def lax_decimal(value: object, loc: Loc, errors: list[ErrorDetails]) -> Decimal | Invalid:
    """Accept decimals, numbers and numeric text; they must be finite."""
    number: Decimal | Invalid = any_decimal(value, loc, errors)
    if isinstance(number, Invalid) or number.is_finite():
        return number
    report(errors, "finite_number", loc, value)
    return INVALID


def any_decimal(value: object, loc: Loc, errors: list[ErrorDetails]) -> Any:
    """Accept decimals, numbers and numeric text, NaN and infinities among them."""
    if isinstance(value, bool) or not isinstance(value, (Decimal, int, float, str)):
        report(errors, "decimal_type", loc, value)
        return INVALID
    try:
        # The text of a float, not its binary expansion: 0.1 means 0.1.
        return Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    except (InvalidOperation, ValueError):
        report(errors, "decimal_parsing", loc, value)
        return INVALID


strict_decimal = lax_decimal
"""JSON has no decimals: text and numbers are their wire form, so strict mode accepts the same."""


def lax_uuid(value: object, loc: Loc, errors: list[ErrorDetails]) -> uuid.UUID | Invalid:
    """Accept UUIDs, their text forms (hyphenated, plain, braced, URN), and 16 or more bytes of either."""
    if isinstance(value, uuid.UUID):
        return value
    if isinstance(value, str):
        text = str.__str__(value)
    elif isinstance(value, bytes):
        if len(value) == 16:
            return uuid.UUID(bytes=value)
        text = value.decode("utf-8", "replace")
        if not _is_uuid_text(text):
            reason = f"invalid length: expected 16 bytes, found {len(value)}"
            report(errors, "uuid_parsing", loc, value, error=reason)
            return INVALID
    else:
        report(errors, "uuid_type", loc, value)
        return INVALID
    if _is_uuid_text(text):
        return uuid.UUID(text)
    if _has_surrogates(text):
        report(errors, "string_unicode", loc, value)
    else:
        report(errors, "uuid_parsing", loc, value, error=_uuid_fault(text))
    return INVALID


# Patterns are compiled at their first use: an application that starts has no wrong value yet.
@cache
def _int_pattern() -> re.Pattern[str]:
    return re.compile(r"([+-]?)([0-9]+(?:_[0-9]+)*)(?:\.0+(?:_0+)*)?", re.ASCII)


@cache
def _uuid_pattern() -> re.Pattern[str]:
    hyphenated = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    forms = (r"[0-9a-f]{32}", hyphenated, rf"\{{{hyphenated}\}}", rf"(?-i:urn:uuid:){hyphenated}")
    return re.compile("|".join(forms), re.IGNORECASE | re.ASCII)


def _is_uuid_text(text: str) -> bool:
    return _uuid_pattern().fullmatch(text) is not None


def _uuid_fault(text: str) -> str:
    inner = text.removeprefix("urn:uuid:")
    if text.startswith("{") and text.endswith("}") and len(text) > 1:
        inner = text[1:-1]
    for position, character in enumerate(inner, text.index(inner)):
        if character not in "-0123456789abcdefABCDEF":
            return f"invalid character: found `{character}` at {position}"
    groups = inner.split("-")
    if len(groups) == 1 and inner == text:
        return f"invalid length: found {len(text)}"
    if len(groups) != len(_UUID_GROUPS):
        # A sixth group ends the count: the parser that set these texts counts hyphens at the first fault.
        return f"invalid group count: expected 5, found {len(groups)}"
    for number, (group, expected) in enumerate(zip(groups, _UUID_GROUPS, strict=True)):
        if len(group) != expected:
            return f"invalid group length in group {number}: expected {expected}, found {len(group)}"
    return f"invalid length: found {len(text)}"


def parse_none(value: object, loc: Loc, errors: list[ErrorDetails]) -> Invalid | None:
    """Accept ``None``; the text ``"null"`` is text."""
    if value is None:
        return None
    report(errors, "none_required", loc, value)
    return INVALID


def is_multiple(value: float, divisor: float) -> bool:
    """Tell whether *value* is a multiple of *divisor*, give or take 1e-9 (0.3 is one of 0.1)."""
    if not math.isfinite(value):
        return True
    quotient = value / divisor
    if not math.isfinite(quotient):
        return False
    whole = math.trunc(quotient)
    if abs(quotient - whole) >= 0.5:
        whole += 1 if quotient > 0 else -1
    return abs(value - whole * divisor) <= 1e-9


def _is_finite(value: float | Decimal) -> bool:
    # math.isfinite() converts to float, which fails for large integers and signalling NaNs.
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, Decimal) or value.is_finite()


# Unicode's White_Space; str.strip() would take U+001C..U+001F as well.
_WHITE_SPACE = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)


def trimmed(text: str) -> str:
    """Return *text* without Unicode's white space at its ends."""
    return text.strip(_WHITE_SPACE)


def _has_surrogates(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
