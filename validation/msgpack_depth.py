"""Decode MessagePack without types, and refuse what is nested too deeply before a decoder recurses into it.

The format: https://github.com/msgpack/msgpack/blob/master/spec.md.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import msgspec

from bolide.validation.errors import CustomError, ErrorDetails, report_exception
from bolide.validation.untyped import MAX_DEPTH

__all__ = ["check_msgpack_depth", "decode_untyped_msgpack"]


class _Form(NamedTuple):
    """What follows a first byte: *size* bytes of length, *fixed* more bytes or items, *per_item* parts each.

    *per_item* is 0 for what holds no values.
    """

    size: int = 0
    fixed: int = 0
    per_item: int = 0


def _forms() -> tuple[_Form, ...]:
    forms = [_Form()] * 256  # integers of one byte, nil, booleans
    for count in range(16):
        forms[0x80 + count] = _Form(fixed=count, per_item=2)
        forms[0x90 + count] = _Form(fixed=count, per_item=1)
    for length in range(32):
        forms[0xA0 + length] = _Form(fixed=length)
    for n, size in enumerate((1, 2, 4)):
        forms[0xC4 + n] = _Form(size=size)  # binary
        forms[0xC7 + n] = _Form(size=size, fixed=1)  # extension, with a byte for its type
        forms[0xD9 + n] = _Form(size=size)  # text
    for first, lengths in (
        (0xCA, (4, 8)),
        (0xCC, (1, 2, 4, 8)),
        (0xD0, (1, 2, 4, 8)),
        (0xD4, (2, 3, 5, 9, 17)),
    ):
        for n, length in enumerate(lengths):
            forms[first + n] = _Form(fixed=length)
    for n, size in enumerate((2, 4)):
        forms[0xDC + n] = _Form(size=size, per_item=1)
        forms[0xDE + n] = _Form(size=size, per_item=2)
    return tuple(forms)


_FORMS: Final = _forms()
_COLLECTIONS: Final = bytes(n for n, form in enumerate(_FORMS) if form.per_item)


def check_msgpack_depth(data: bytes, limit: int = MAX_DEPTH) -> None:
    """Refuse a document that is nested deeper than *limit*; fast when it holds few collections.

    Raises:
        ValueError: It is.
    """
    # Every level begins with one of these bytes; others may be the same, so this is a bound.
    if len(data) <= limit or len(data) - len(data.translate(None, _COLLECTIONS)) <= limit:
        return
    position, end = 0, len(data)
    open_collections: list[int] = []  # values that are still to come in each
    while position < end:
        form = _FORMS[data[position]]
        position += 1 + form.size
        count = form.fixed + int.from_bytes(data[position - form.size : position], "big")
        if form.per_item and count:
            open_collections.append(count * form.per_item)
            if len(open_collections) > limit:
                raise ValueError(f"Nested deeper than {limit} levels")
            continue
        position += 0 if form.per_item else count
        while open_collections:
            open_collections[-1] -= 1
            if open_collections[-1]:
                break
            open_collections.pop()


def decode_untyped_msgpack(data: bytes, errors: list[ErrorDetails]) -> Any:
    """Return what the document *data* holds, or append to *errors* what is wrong with it."""
    try:
        check_msgpack_depth(data)
        return msgspec.msgpack.decode(data)
    except (ValueError, RecursionError) as error:
        report_exception(errors, CustomError("msgpack_invalid", f"Invalid MessagePack: {error}"), (), {})
        return None
