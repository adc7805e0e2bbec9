"""Formats of bodies beside JSON, chosen by ``Content-Type`` and ``Accept``.

Routes speak JSON alone until a layer says otherwise: ``Bolide(codecs=["msgpack"])``, or an option of a router
or a route.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from bolide.validation.adapter import Adapter

__all__ = ["MSGPACK", "Codec", "codec_of", "register_codec"]


class Codec(msgspec.Struct, frozen=True, kw_only=True):
    """A format of bodies.

    Attributes:
        name: How the option ``codecs`` names it.
        media_types: Media types that mean it, in lower case and without parameters; the first is the one of
            responses.
        decode: Takes the adapter of a type and a body, and returns a value of the type. It raises
            :class:`~bolide.validation.errors.ValidationError` for one that does not fit, or any other
            ``ValueError`` for what is not in this format.
        encode: Makes a body of what JSON has: None, booleans, numbers, text, lists, dictionaries.
    """

    name: str
    media_types: tuple[str, ...]
    decode: Callable[[Adapter[Any], bytes], Any]
    encode: Callable[[Any], bytes]


def _decode_msgpack(adapter: Adapter[Any], body: bytes) -> Any:
    return adapter.decode_msgpack(body)


MSGPACK: Final = Codec(
    name="msgpack",
    media_types=("application/msgpack", "application/x-msgpack", "application/vnd.msgpack"),
    decode=_decode_msgpack,
    encode=msgspec.msgpack.encode,
)
"""MessagePack; binary data and timestamps are those of bodies, responses have what JSON has."""

# The one registry of the process, like that of types.
_REGISTERED: Final[dict[str, Codec]] = {"msgpack": MSGPACK}


def register_codec(codec: Codec) -> None:
    """Let the option ``codecs`` name *codec*.

    >>> import json
    >>> register_codec(
    ...     Codec(
    ...         name="indented",
    ...         media_types=("application/vnd.indented+text",),
    ...         decode=lambda adapter, body: adapter.decode_json(body),
    ...         encode=lambda value: json.dumps(value, indent=2).encode(),
    ...     )
    ... )
    """
    _REGISTERED[codec.name] = codec


def codec_of(named: Codec | str) -> Codec:
    """Return a codec, or the one that is registered under its name.

    Raises:
        LookupError: there is none of this name.
    """
    if isinstance(named, Codec):
        return named
    if named not in _REGISTERED:
        raise LookupError(f"there is no codec {named!r}; there are: {', '.join(sorted(_REGISTERED))}")
    return _REGISTERED[named]
