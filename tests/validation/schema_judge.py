"""JSON Schema as its standards have it: validation of JSON text with formats asserted.

``jsonschema`` does the work. Numbers are those of mathematics (core §4.2.1), patterns are those of ECMA 262
(core §6.4), which Python's floats and regular expressions are not. Formats are checked here, by the
documents that define them: ``jsonschema`` leaves out those whose packages are not installed.
"""

from __future__ import annotations

import datetime
import ipaddress
import json
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import jsonschema

_DATE = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?"
_OFFSET = r"(?:[zZ]|[+-](?:[01]\d|2[0-3]):[0-5]\d)"
_CLOCK = r"T(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S)"
_DAYS = r"(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)"

# RFC 3339 §5.6 and appendix A, RFC 9562 §4, RFC 3986 §3; date-time-local: the OpenAPI format registry.
_SPELLINGS: dict[str, str] = {
    "date": _DATE,
    "date-time": f"{_DATE}[tT]{_TIME}{_OFFSET}",
    "date-time-local": f"{_DATE}[tT]{_TIME}",
    "duration": rf"P(?:\d+W|{_DAYS}(?:{_CLOCK})?|{_CLOCK})",
    "email": r"[^@]+@[^@]+",
    "time": f"{_TIME}{_OFFSET}",
    "uri": r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*",
    "uuid": r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
}


def _is_day(text: str) -> bool:
    """Tell whether the month has the day; the year 0 of RFC 3339 is a leap year, as 2000 is."""
    year = text[:4] if text[:4] != "0000" else "2000"
    try:
        datetime.date.fromisoformat(year + text[4:10])
    except ValueError:
        return False
    return True


def _spelled(name: str, spelling: str) -> Callable[[str], bool]:
    matches = re.compile(spelling, re.ASCII).fullmatch
    if not name.startswith("date"):
        return lambda text: matches(text) is not None
    return lambda text: matches(text) is not None and _is_day(text)


def _is_ip(cls: type[ipaddress.IPv4Address | ipaddress.IPv6Address]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            cls(text)
        except ValueError:
            return False
        return "%" not in text  # a zone is no part of RFC 4291 §2.2

    return check


def _is_regex(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


FORMATS: dict[str, Callable[[str], bool]] = {
    **{name: _spelled(name, spelling) for name, spelling in _SPELLINGS.items()},
    "ipv4": _is_ip(ipaddress.IPv4Address),
    "ipv6": _is_ip(ipaddress.IPv6Address),
    "regex": _is_regex,
}

_CHECKER = jsonschema.FormatChecker(formats=())
for _name, _check in FORMATS.items():
    _CHECKER.checks(_name)(lambda value, check=_check: not isinstance(value, str) or check(value))


def _number(text: str) -> int | Fraction:
    number = Fraction(text)
    return int(number) if number.denominator == 1 else number


_DOLLAR = re.compile(r"\\.|\[(?:\\.|[^\]])*\]|\$", re.DOTALL)


def _as_python(pattern: str) -> str:
    """Return a pattern of ECMA 262 in Python's words: ``$`` is the very end, classes are of ASCII."""
    return "(?a)" + _DOLLAR.sub(lambda found: r"\Z" if found[0] == "$" else found[0], pattern)


def _with_patterns(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_with_patterns(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    read = {word: _with_patterns(value) for word, value in schema.items()}
    if isinstance(pattern := read.get("pattern"), str):
        read["pattern"] = _as_python(pattern)
    if isinstance(patterns := read.get("patternProperties"), dict):
        read["patternProperties"] = {_as_python(key): value for key, value in patterns.items()}
    return read


def judge(schema: dict[str, Any]) -> Callable[[bytes], bool]:
    """Return what tells whether a JSON document is valid against *schema*."""
    exact = json.loads(json.dumps(_with_patterns(schema)), parse_float=_number)
    validator = jsonschema.Draft202012Validator(exact, format_checker=_CHECKER)
    return lambda document: validator.is_valid(json.loads(document, parse_float=_number))
