"""Choose the format of a response by what the client accepts (RFC 9110 §12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from bolide._errors.failures import fail
from bolide._responses.response import JSON_HEAD, content_type_head
from bolide.codecs import Codec
from bolide.server_adapters.contract import Exchange, Reply

__all__ = ["Preferences", "negotiated"]

Handler = Callable[[Exchange, Sequence[str]], Coroutine[Any, Any, Reply]]

_JSON: Final = "application/json"
_VARY: Final = (b"vary", b"accept")

# RFC 9110 §12.4.2: 0 to 1 with at most three decimals.
_QUALITY: Final = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)

# What encoders raise for a value that their format cannot hold: MessagePack has no integers beyond 64 bits.
_CANNOT_HOLD: Final = (ValueError, TypeError, ArithmeticError, RecursionError, msgspec.MsgspecError)


def negotiated(handler: Handler, codecs: Sequence[Codec]) -> Handler:
    """Return a handler whose JSON replies have the format that the client likes best.

    What nobody accepts, or what the format cannot hold, is answered as JSON all the same, which RFC 9110
    §12.5.1 allows.
    """
    # Further names of a format come after the first ones: they are chosen when a client names them.
    names = [(name, codec) for codec in codecs for name in codec.media_types]
    names.sort(key=lambda pair: pair[0] != pair[1].media_types[0])
    offered = dict(names)
    choose = lru_cache(maxsize=128)(Preferences((_JSON, *offered)).choose)

    async def handle(exchange: Exchange, segments: Sequence[str]) -> Reply:
        reply = await handler(exchange, segments)
        if not isinstance(reply.body, bytes) or not _is_json(reply):
            return reply
        chosen = choose(",".join(exchange.header_values(b"accept")))
        if (codec := offered.get(chosen)) is not None:
            try:
                # What the response may hold was decided when it became JSON.
                _rewrite(reply, chosen, codec.encode(msgspec.json.decode(reply.body)))
            except _CANNOT_HOLD:
                pass
            except Exception as error:
                failed = fail(exchange, error)
                failed.after = reply.after
                return failed
        reply.headers = [*(reply.headers or ()), _VARY]
        return reply

    return handle


def _is_json(reply: Reply) -> bool:
    """Tell whether the body is plain JSON, neither compressed nor of a type of its own."""
    if reply.head is JSON_HEAD and not reply.headers:
        return True
    lines = [*reply.head.pairs, *(reply.headers or ())]
    types = [value for name, value in lines if name == b"content-type"]
    return types == [b"application/json"] and all(name != b"content-encoding" for name, _ in lines)


def _rewrite(reply: Reply, media_type: str, body: bytes) -> None:
    """Let *reply* have another body than its JSON."""
    reply.body = body
    # Lines that users add may hold the media type, and the length of the JSON.
    lines = [*reply.head.pairs, *(reply.headers or ())]
    kept = [line for line in lines if line[0] not in (b"content-type", b"content-length")]
    reply.head = content_type_head(media_type)
    reply.headers = kept


class Preferences:
    """Chooses one of some media types, which stand in the order of the server's own preference."""

    def __init__(self, media_types: Sequence[str]) -> None:
        self._media_types = media_types

    def choose(self, accept: str) -> str:
        """Return the media type with the highest quality in *accept*; the first one if none has any.

        >>> Preferences(["application/json", "application/msgpack"]).choose("application/*;q=0.5, */*;q=0.1")
        'application/json'
        """
        ranges = dict(_media_range(text) for text in accept.split(",") if text.strip())
        if not ranges:
            return self._media_types[0]
        return max(self._media_types, key=lambda media_type: _quality(media_type, ranges))


def _media_range(text: str) -> tuple[str, float]:
    """Return a range of ``Accept`` and its quality; parameters other than ``q`` are of no use here."""
    media_range, *parameters = [part.strip() for part in text.split(";")]
    found = [match for part in parameters if (match := _QUALITY.fullmatch(part)) is not None]
    return media_range.lower(), float(found[0].group(1)) if found else 1.0


def _quality(media_type: str, ranges: dict[str, float]) -> float:
    """Return the quality of *media_type*: the most specific range counts (RFC 9110 §12.5.1)."""
    main_type = media_type.partition("/")[0]
    for media_range in (media_type, f"{main_type}/*", "*/*"):
        if media_range in ranges:
            return ranges[media_range]
    return 0.0
