"""Encode Python values as JSON.

Owns what happens to objects that msgspec does not write itself, and that bytes are text here.
"""

from __future__ import annotations

import collections
import decimal
import enum
import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import CoroutineType, MappingProxyType
from typing import Any, Final, cast

import msgspec

from bolide.validation.dump_plan import is_bytes, nests_freely, writes_any
from bolide.validation.known_types import dump_function
from bolide.validation.stack_room import THREAD, check_nesting
from bolide.validation.tree import TypeTree

__all__ = [
    "collection_encoder",
    "compile_collection_encoder",
    "compile_encoder",
    "dump_bytes",
    "encode_dumped",
    "encode_msgpack",
    "is_plain",
    "is_writable",
    "json_key",
    "to_builtins",
]

Fallback = Callable[[Any], Any]

_LARGEST_KEPT: Final = 128 * 1024  # bytes

_SUBCLASSED: Final[tuple[Any, ...]] = (str, int, float, bytes, decimal.Decimal)


def _encode_unsupported(value: object) -> object:
    """Replace what msgspec cannot write: its ``enc_hook``."""
    if isinstance(value, enum.Enum):
        return value.value
    if value is None or isinstance(value, bool | tuple):  # msgspec writes them itself, but for keys
        return json_key(value)
    if (dump := dump_function(type(value))) is not None:
        return dump(value)
    for base in _SUBCLASSED:
        if isinstance(value, base):
            return base(value)
    if isinstance(value, collections.deque | Iterator | range):
        return list(cast("Iterable[object]", value))
    if isinstance(value, collections.ChainMap | MappingProxyType):
        return dict(cast("Mapping[object, object]", value))
    if isinstance(value, CoroutineType):
        raise TypeError(f"{cast('Any', value).__qualname__}() was not awaited; write 'await' before the call")
    raise TypeError(
        f"{type(value).__qualname__} cannot be written as JSON; declare a return type, or return a Model, "
        f"a dataclass, or standard types"
    )


_ENCODER: Final = msgspec.json.Encoder(enc_hook=_encode_unsupported)


def compile_encoder(tree: TypeTree) -> Callable[[object], bytes]:
    """Return the encoder for values of *tree*: declared bytes are text.

    It raises RecursionError for what is nested too deeply, as all functions here do.
    """
    if _holds_bytes(tree):
        return _encode_with_text
    return encode_dumped if nests_freely(tree) else _ENCODER.encode


def compile_collection_encoder(tree: TypeTree) -> Callable[[object], bytes]:
    """Return the same as :func:`compile_encoder`, for values that are large as a rule."""
    return _encode_with_text if _holds_bytes(tree) else collection_encoder()


def collection_encoder() -> Callable[[object], bytes]:
    """Return an encoder that writes into a buffer which is used again.

    Growing a new one costs 7 % of a list of 50 records, but keeping one costs more than growing it for a text
    of 100 bytes.
    """
    encode_into = _ENCODER.encode_into
    idle: list[bytearray] = []

    def encode_collection(value: object) -> bytes:
        if THREAD.levels is not None:
            check_nesting(value)
        # An encoder can be called by several threads, and again by what it encodes (an iterator).
        buffer = idle.pop() if idle else bytearray()
        encode_into(value, buffer)
        encoded = bytes(buffer)
        if len(encoded) <= _LARGEST_KEPT:
            idle.append(buffer)
        return encoded

    return encode_collection


def json_key(key: Any) -> Any:
    """Return the *key* of a mapping as JSON has it: text, or a value that is written as text."""
    if isinstance(key, enum.Enum):
        return json_key(key.value)
    if key is None:
        return "None"
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, tuple):
        parts = cast("tuple[object, ...]", key)
        return ",".join(next(iter(to_builtins({json_key(part): None}))) for part in parts)
    return dump_bytes(key)


def dump_bytes(value: Any) -> Any:
    """Return bytes as the text that they are in JSON; anything else as it is.

    Raises:
        UnicodeDecodeError: They are not UTF-8.
    """
    return value.decode() if isinstance(value, bytes | bytearray) else value


def is_plain(value: object) -> bool:
    """Tell whether *value* is made of nothing but scalars and collections of the language, at any depth."""
    if THREAD.levels is not None:
        check_nesting(value)
    # hot: marshal refuses all other objects, 12 times faster than a walk in Python would find them.
    try:
        marshal.dumps(cast("Any", value))
    except ValueError:
        return False
    return True


def is_writable(constant: object) -> bool:
    """Tell whether JSON can carry *constant*, or the value of that member of an enumeration."""
    try:
        to_builtins(constant.value if isinstance(constant, enum.Enum) else constant)
    except (TypeError, ValueError):
        return False
    return True


def to_builtins(value: object, fallback: Fallback | None = None) -> Any:
    """Return *value* in the types that JSON has, bytes as text; *fallback* replaces unknown objects."""
    if THREAD.levels is not None:
        check_nesting(value)
    hook = _encode_unsupported if fallback is None else _hook(fallback)
    return _with_text(msgspec.to_builtins(value, builtin_types=(bytes,), str_keys=True, enc_hook=hook))


def encode_dumped(value: object, fallback: Fallback | None = None) -> bytes:
    """Return what a dump made as JSON; *fallback* replaces objects of unknown classes."""
    if THREAD.levels is not None:
        check_nesting(value)
    if fallback is None:
        return _ENCODER.encode(value)
    return msgspec.json.Encoder(enc_hook=_hook(fallback)).encode(value)


def encode_msgpack(value: object, fallback: Fallback | None) -> bytes:
    """Return what a dump made as MessagePack; *fallback* replaces objects of unknown classes."""
    if THREAD.levels is not None:
        check_nesting(value)
    hook = _encode_unsupported if fallback is None else _hook(fallback)
    return msgspec.msgpack.Encoder(enc_hook=hook).encode(value)


def _hook(fallback: Fallback) -> Callable[[object], object]:
    def encode_unsupported(value: object) -> object:
        try:
            return _encode_unsupported(value)
        except TypeError:
            return fallback(value)

    return encode_unsupported


def _encode_with_text(value: object) -> bytes:
    # msgspec writes bytes as base64 and has no option; only types with bytes pay for a copy.
    return _ENCODER.encode(to_builtins(value))


def _with_text(value: Any) -> Any:
    kind: Any = value.__class__  # msgspec builds no subclasses
    if kind is bytes:
        return value.decode()
    if kind is dict:
        return {key: _with_text(item) for key, item in value.items()}
    return [_with_text(item) for item in value] if kind in (list, tuple) else value


def _holds_bytes(tree: TypeTree) -> bool:
    return writes_any(tree, lambda node: is_bytes(node, tree))
