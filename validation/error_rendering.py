"""Write errors for people and as JSON.

Knows the shape of errors, not where they come from. Nothing here may fail: what cannot be shown is described.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from bolide.validation.stack_room import check_nesting

__all__ = ["errors_as_json", "errors_as_text", "short_repr"]

_SHOWN_ERRORS: Final = 20
_SHOWN_INPUT: Final = 50  # characters, as Pydantic shows


def errors_as_text(title: str, errors: list[Any], *, hide_input: bool) -> str:
    """Return *errors* below a heading, one place and one text each."""
    count = len(errors)
    lines = [f"{count} validation error{'' if count == 1 else 's'} for {title}"]
    for error in errors[:_SHOWN_ERRORS]:
        if error["loc"]:
            lines.append(".".join(map(str, error["loc"])))
        value = error["input"]
        shown = "" if hide_input else f", input_value={short_repr(value)}, input_type={type(value).__name__}"
        lines.append(f"  {error['msg']} [type={error['type']}{shown}]")
    if count > _SHOWN_ERRORS:
        lines.append(f"… {count - _SHOWN_ERRORS} more")
    return "\n".join(lines)


def errors_as_json(errors: Iterable[Mapping[str, Any]], *, indent: int | None) -> str:
    """Return *errors* as a JSON array; exceptions become their text, what has no JSON form its repr."""
    plain = [{name: _plain(value) for name, value in error.items()} for error in errors]
    separators = (",", ":") if indent is None else None
    return json.dumps(plain, indent=indent, separators=separators, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    try:
        check_nesting(value)
        plain = msgspec.to_builtins(value, str_keys=True, enc_hook=_describe)
        json.dumps(plain, ensure_ascii=False).encode()
    except Exception:  # too deep, without end, no text, or a broken __str__
        return short_repr(value)
    return plain


def _describe(value: object) -> str:
    return str(value) if isinstance(value, BaseException) else repr(value)


def short_repr(value: object) -> str:
    """Return the ``repr`` of *value*, without its middle if that is long; else the name of its class."""
    try:
        check_nesting(value)
        text = repr(value)
        text.encode()
    except Exception:  # a broken or too deep __repr__ must not hide the error itself
        return f"<{type(value).__name__}>"
    if len(text) <= _SHOWN_INPUT:
        return text
    return f"{text[:25]}...{text[-24:]}"
