"""Encode values of which no type is declared."""

from __future__ import annotations

import functools
from collections.abc import Callable

from bolide.validation.encode import encode_dumped, is_plain
from bolide.validation.planned import PLANNED_MODELS
from bolide.validation.tree import AnyNode, TypeTree

__all__ = ["encode_any"]


def encode_any(value: object) -> bytes:
    """Return *value* as JSON, whatever it is made of; models as their fields say.

    Writes the standard library's scalars (dates and times by RFC 3339, Decimal as a string, bytes as
    base64), enums by value, lists, tuples, sets, iterators, dictionaries, models, structs and dataclasses.
    NaN and infinities become ``null``; of keys, None is ``"None"``, and a tuple its parts between commas.

    Raises:
        TypeError: Something in *value* has no JSON form.
        RecursionError: It is nested too deeply.
    """
    if PLANNED_MODELS and not is_plain(value):
        return _planned_encoder()(value)
    return encode_dumped(value, None)


@functools.cache
def _planned_encoder() -> Callable[[object], bytes]:
    # Most applications have no such models, and never import this.
    from bolide.validation.dump import compile_planned_encoder

    return compile_planned_encoder(TypeTree(AnyNode()))
