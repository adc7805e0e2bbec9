"""Decode JSON without a type, and say what is wrong with text that is no JSON.

The slow path of every body starts here. Refuses what the fast path refuses too: NaN, numbers out of
range, lone surrogates, text that is not UTF-8, and nesting beyond :data:`MAX_DEPTH`.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from typing import Any, Final, cast

import msgspec

from bolide.validation.errors import ErrorDetails, Loc, append_error

__all__ = ["MAX_DEPTH", "as_bytes", "check_depth", "decode_untyped"]

MAX_DEPTH: Final = 200
"""Arrays and objects may be nested this deep; deeper text could exhaust the C stack of a small thread."""

# Possessive, with an optional end: one pass also over hostile text.
_STRING: Final = r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
_BRACKETS: Final = re.compile(_STRING.encode() + rb"|([\[{])|([\]}])", re.DOTALL)
_STRINGS: Final = re.compile(_STRING.encode(), re.DOTALL)
_AS_SQUARE: Final = bytes.maketrans(b"{}", b"[]")
_STEPS: Final = bytes.maketrans(b"[]", b"\x01\xff")  # as signed bytes: 1 and -1
_USUAL_DEPTH: Final = 6
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_NO_BRACKETS_NOR_QUOTES: Final = bytes(set(_NO_BRACKETS) - set(b'"'))
# What cannot be the fault, passed over in C: a step of Python for each token takes a second per megabyte.
_PLAIN_STRING: Final = r'"[^"\\]*+(?:\\(?:[^u]|u[^dD])[^"\\]*+)*+"'
_PLAIN_NUMBER: Final = r"-?[0-9]{1,200}+(?:\.[0-9]++)?+(?:[eE][+-]?+[0-9]{1,2}+)?+(?![0-9.eE+-])"
_TOKENS: Final = re.compile(
    rf'(?:[^"NI0-9-]++|{_PLAIN_STRING}|{_PLAIN_NUMBER})*+'
    rf"(?:(?P<string>{_STRING})|(?P<constant>NaN|-?Infinity)|(?P<number>-?[0-9][0-9.eE+-]*+)|.|\Z)",
    re.DOTALL,
)


class _InvalidJSONError(ValueError):
    def __init__(self, reason: str, position: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position


def decode_untyped(data: bytes, loc: Loc, errors: list[ErrorDetails]) -> Any:
    """Return the JSON value in *data*; when it is no JSON append one ``json_invalid`` error.

    The error has FastAPI's shape: the position is the last part of its ``loc``, and its text is that of the
    standard library's decoder. Its ``ctx`` has line and column, too, counted from 1; columns are bytes.
    """
    try:
        check_depth(data)
        return msgspec.json.decode(data)
    except _InvalidJSONError as error:
        invalid = error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        invalid = _explain(data, error)
    before = data[: invalid.position]
    line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
    place = (*loc, invalid.position)
    append_error(errors, "json_invalid", place, {}, error=invalid.reason, line=line, column=column)
    return None


def as_bytes(data: object) -> bytes:
    """Return a JSON document as bytes.

    Raises:
        TypeError: It is neither bytes nor text.
    """
    if isinstance(data, str):
        return data.encode("utf-8", "surrogatepass")  # what is no UTF-8 then is an error of the document
    if isinstance(data, bytearray | memoryview):
        return bytes(cast("bytearray", data))
    raise TypeError(f"a JSON document is bytes or text, not {type(data).__name__}")


def check_depth(data: bytes, limit: int = MAX_DEPTH) -> None:
    """Refuse JSON text that is nested deeper than *limit*; fast when it has few brackets.

    Raises:
        ValueError: It is.
    """
    # hot: short bodies pay for one comparison; counting costs others 10 % of their decode at most.
    if len(data) <= limit or data.count(b"[") + data.count(b"{") <= limit:
        return
    if _is_shallow(data, limit):
        return
    depth = 0
    for match in _BRACKETS.finditer(data):
        if match[1] is not None:
            depth += 1
            if depth > limit:
                raise _InvalidJSONError(f"Nested deeper than {MAX_DEPTH} levels", match.start())
        elif match[2] is not None:
            depth -= 1


def _is_shallow(data: bytes, limit: int) -> bool:
    """Tell whether the brackets of *data* are nested within *limit*; False when in doubt."""
    # hot: all in C, 30 times as fast as a scan.
    brackets = data.translate(_AS_SQUARE, _NO_BRACKETS_NOR_QUOTES).replace(b'""', b"")
    # A quote that is left over is one of an odd number between two brackets: one of them stands in a string.
    if b'"' in brackets or b"\\" in data:
        brackets = _STRINGS.sub(b"", data).translate(_AS_SQUARE, _NO_BRACKETS)
    usual_depth = min(_USUAL_DEPTH, limit)
    for _ in range(usual_depth):  # takes one level away; what is left of usual text is nothing
        brackets = brackets.replace(b"[]", b"")
        if not brackets:
            return True
    steps = memoryview(brackets.translate(_STEPS)).cast("b")
    return not any(map((limit - usual_depth).__lt__, itertools.accumulate(steps)))


def _explain(data: bytes, refusal: Exception) -> _InvalidJSONError:
    """Find the position and the reason why msgspec refuses *data*."""
    try:
        text = data.decode()
        json.loads(text, parse_int=str)
    except UnicodeDecodeError as error:
        return _InvalidJSONError("Invalid UTF-8", error.start)
    except json.JSONDecodeError as error:
        return _InvalidJSONError(error.msg, error.pos)
    # The standard library takes more than RFC 8259 allows, or than Python's numbers hold.
    for token in _TOKENS.finditer(text):
        if token.lastgroup is not None and (reason := _token_fault(token)) is not None:
            return _InvalidJSONError(reason, token.start(token.lastgroup))
    return _InvalidJSONError(str(refusal), 0)


def _token_fault(token: re.Match[str]) -> str | None:
    if token["constant"] is not None:
        return "Expecting value"
    if token["number"] is not None:
        try:
            is_finite = math.isfinite(json.loads(token["number"]))
        except (ValueError, OverflowError):  # too many digits
            is_finite = False
        return None if is_finite else "Number out of range"
    try:
        json.loads(token["string"]).encode()
    except UnicodeEncodeError:
        return "Invalid unicode surrogate pair"
    return None
