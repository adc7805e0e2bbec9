"""Choose the format of a response by what the client accepts (RFC 9110 §12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from bolide._responses.response import content_type_head
from bolide.codecs import Codec
from bolide.server_adapters.contract import Exchange, Reply

__all__ = ["Preferences", "negotiated"]

Handler = Callable[[Exchange, Sequence[str]], Coroutine[Any, Any, Reply]]

_JSON: Final = "application/json"
_JSON_LINES: Final = content_type_head(_JSON).pairs
_VARY: Final = (b"vary", b"accept")

# RFC 9110 §12.4.2: 0 to 1 with at most three decimals.
_QUALITY: Final = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)


def negotiated(handler: Handler, codecs: Sequence[Codec]) -> Handler:
    """Return a handler whose JSON replies have the format that the client likes best.

    What nobody accepts is answered as JSON all the same, which RFC 9110 §12.5.1 allows.
    """
    offered = {codec.media_types[0]: codec for codec in codecs}
    choose = lru_cache(maxsize=128)(Preferences((_JSON, *offered)).choose)

    async def handle(exchange: Exchange, segments: Sequence[str]) -> Reply:
        reply = await handler(exchange, segments)
        if reply.head.pairs != _JSON_LINES or not isinstance(reply.body, bytes):
            return reply
        reply.headers = [*(reply.headers or ()), _VARY]
        chosen = choose(",".join(exchange.header_values(b"accept")))
        if (codec := offered.get(chosen)) is not None:
            reply.head = content_type_head(chosen)
            # What the response may hold was decided when it became JSON.
            reply.body = codec.encode(msgspec.json.decode(reply.body))
        return reply

    return handle


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
