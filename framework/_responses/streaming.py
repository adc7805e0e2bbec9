"""Responses whose body is made while it is sent."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping
from typing import Any

from bolide._responses.response import Background, Response, forbids_body
from bolide._scopes.exits import shield
from bolide.concurrency import iterate_in_threadpool
from bolide.server_adapters.contract import Exchange, Reply

__all__ = ["StreamingResponse", "close_source", "encode_pieces", "items_of"]


class StreamingResponse(Response):
    """A body in pieces, sent as they come; ``text/*`` and other types by subclass or *media_type*.

    When the client leaves, the iterator is cancelled where it waits. What it raises after its first piece
    cuts the connection: the status is sent already.

    Args:
        content: Iterates over ``str`` (sent as UTF-8) or ``bytes``. What is not asynchronous runs in threads.
        status_code: HTTP status.
        headers: Further header fields; a ``content-length`` is kept, and what is sent must be as long.
        media_type: Overrides the class's.
        background: Called and awaited when the whole body has been sent.
    """

    __slots__ = ("body_iterator",)

    def __init__(
        self,
        content: AsyncIterable[Any] | Iterable[Any],
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
        background: Background | None = None,
    ) -> None:
        super().__init__(None, status_code, headers, media_type, background)
        self.body_iterator = self.pieces_of(content)

    def pieces_of(self, content: AsyncIterable[Any] | Iterable[Any]) -> AsyncIterator[bytes]:
        """Return the pieces of the body that *content* makes.

        Raises:
            TypeError: *content* is no iterable.
        """
        return encode_pieces(content, self.charset)

    def render(self, content: Any) -> bytes:
        del content
        return b""

    def to_reply(self, exchange: Exchange | None = None) -> Reply:
        reply = super().to_reply(exchange)
        if not forbids_body(self.status_code):
            reply.body = self.body_iterator
        return reply


def encode_pieces(
    content: AsyncIterable[Any] | Iterable[Any], charset: str = "utf-8"
) -> AsyncIterator[bytes]:
    """Return the pieces of *content* as bytes; raises as :func:`items_of` does."""
    return _encode_pieces(items_of(content), charset)


def items_of(content: AsyncIterable[Any] | Iterable[Any]) -> AsyncIterable[Any]:
    """Return *content*, which is iterated over in threads if it is not asynchronous.

    Raises:
        TypeError: it is no iterable, or one text.
    """
    if isinstance(content, AsyncIterable):
        return content
    if isinstance(content, str | bytes) or not isinstance(content, Iterable):
        raise TypeError(f"a stream is an iterable of str or bytes, not {type(content).__name__}")
    return iterate_in_threadpool(content)


async def _encode_pieces(content: AsyncIterable[Any], charset: str) -> AsyncIterator[bytes]:
    try:
        async for piece in content:
            yield piece if type(piece) is bytes else Response.render_text(piece, charset)
    finally:
        await close_source(content)


async def close_source(source: object) -> None:
    """Run the cleanup of an iterator that may not have been read to its end; nothing cuts it short."""
    if (close := getattr(source, "aclose", None)) is not None:
        with shield():
            await close()
