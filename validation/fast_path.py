"""The fast path of one type: msgspec's decoder, and what has to be known before it may see a document.

Owns which documents are too deep for it. Says nothing about what is wrong: it raises, and the walker decides.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import msgspec

from bolide.validation.decoder import build_decoder, build_msgpack_decoder
from bolide.validation.msgpack_depth import check_msgpack_depth
from bolide.validation.skipped import SKIPPED_DEPTH, is_unbounded
from bolide.validation.stack_room import levels_of_thread
from bolide.validation.tree import CustomNode, TypeTree
from bolide.validation.untyped import MAX_DEPTH, as_bytes, check_depth

__all__ = [
    "FAST_PATH_ERRORS",
    "NO_FAST_PATH",
    "JsonFastPath",
    "json_fast_path",
    "msgpack_fast_path",
    "no_fast_path",
]

_DEPTH_IN_SMALL_STACKS: Final = 40
_LEVELS_FOR_HOOKS: Final = 4 * MAX_DEPTH

FAST_PATH_ERRORS: Final = (ValueError, TypeError, RecursionError, AssertionError)
"""What a fast path may raise; msgspec's own errors and bad UTF-8 are ValueErrors. Each means: walk."""


class JsonFastPath(NamedTuple):
    """Decodes JSON.

    Attributes:
        decode: The decoder; it takes documents that are not longer than *shallow_length*, or are admitted.
        shallow_length: Shorter text cannot be nested too deep.
        is_bounded: Whether documents can be nested no deeper than their type, but for what it skips.
    """

    decode: Callable[[Any], Any]
    shallow_length: int = SKIPPED_DEPTH
    is_bounded: bool = True

    def admit(self, data: object) -> bytes:
        """Return a document that may be decoded.

        Raises:
            ValueError: It is nested too deep.
            TypeError: It is neither bytes nor text.
        """
        document = data if isinstance(data, bytes) else as_bytes(data)
        if not self.is_bounded:
            check_depth(document, _decodable_depth())
        elif levels_of_thread() is not None:
            # The stack of this thread is smaller than msgspec needs for what it skips.
            check_depth(document, SKIPPED_DEPTH)
        return document

    def decoder(self) -> Callable[[bytes], Any]:
        """Return the function that decodes any document; the decoder itself where depth has its bounds."""
        if self.is_bounded:
            return self.decode
        decode = self.decode

        def decode_bounded(data: bytes) -> Any:
            if len(data) > MAX_DEPTH:  # hot: shorter text is not nested deeper
                check_depth(data, _decodable_depth())
            return decode(data)

        return decode_bounded


def json_fast_path(tree: TypeTree, *, strict: bool) -> JsonFastPath:
    """Return what decodes JSON."""
    root = tree.root
    if isinstance(root, CustomNode) and root.spec.load_json is not None and not strict:
        return JsonFastPath(root.spec.load_json)
    try:
        decode = build_decoder(tree, strict=strict)
    except TypeError:  # the walker alone is correct too, only slower
        return NO_FAST_PATH
    if is_unbounded(tree):
        return JsonFastPath(decode, MAX_DEPTH, is_bounded=False)
    return JsonFastPath(decode)


def msgpack_fast_path(tree: TypeTree, *, strict: bool) -> Callable[[bytes], Any]:
    """Return what decodes MessagePack."""
    try:
        decode = build_msgpack_decoder(tree, strict=strict)
    except TypeError:
        return no_fast_path
    if is_unbounded(tree):

        def decode_bounded(data: bytes) -> Any:
            check_msgpack_depth(data, _decodable_depth())
            return decode(data)

        return decode_bounded

    def decode_known(data: bytes) -> Any:
        if len(data) > SKIPPED_DEPTH and levels_of_thread() is not None:  # see JsonFastPath.admit
            check_msgpack_depth(data, SKIPPED_DEPTH)
        return decode(data)

    return decode_known


def _decodable_depth() -> int:
    """Return how deep a document may be nested that is decoded in the running thread.

    The decoder calls itself through hooks where msgspec cannot choose among records, which takes several
    times the room that the walker needs on a stack.
    """
    levels = levels_of_thread()
    return MAX_DEPTH if levels is None or levels >= _LEVELS_FOR_HOOKS else _DEPTH_IN_SMALL_STACKS


def no_fast_path(_data: bytes) -> Any:
    """Refuse everything: the walker decides."""
    raise msgspec.DecodeError("no fast path")


NO_FAST_PATH: Final = JsonFastPath(no_fast_path)
"""Refuses every document."""
