"""Decode the usual values of what msgspec cannot express, faster than a walker does.

A shortcut finds the one type that the walker would choose and has msgspec convert the value to it. It may
refuse any value, which is the walker's then, but must never choose otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from bolide.validation.placeholder import Hook, Shortcut, is_placeholder
from bolide.validation.tagged import TagReader
from bolide.validation.tagged_node import TaggedUnionNode

__all__ = ["tag_shortcut"]


def tag_shortcut(node: TaggedUnionNode, kinds: Sequence[Any]) -> Shortcut:
    """Return the shortcut of a tagged union; *kinds* holds the lowered types of its options."""
    reader = TagReader(node)
    converters = [_converter(kind) for kind in kinds]

    def decode_tagged(value: Any, hook: Hook) -> Any:
        position = reader.position(reader.tag(value))
        if position is None:
            raise ValueError
        return converters[position](value, hook)

    return decode_tagged


def _converter(kind: Any) -> Shortcut:
    """Return a function that converts values to the lowered type *kind*, strictly."""
    if isinstance(kind, type) and not is_placeholder(kind):
        # hot: msgspec keeps what it knows of a class, but reads any other hint at every call.
        cls: Any = kind

        def convert(value: Any, hook: Hook) -> Any:
            return msgspec.convert(value, cls, dec_hook=hook, str_keys=True)

        return convert
    holder: Any = msgspec.defstruct("Holder", [("value", kind)])

    def convert_held(value: Any, hook: Hook) -> Any:
        return msgspec.convert({"value": value}, holder, dec_hook=hook, str_keys=True).value

    return convert_held
