"""Read request bodies piece by piece within a limit, whichever server the pieces come from."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from bolide.server_adapters.contract import BodyTooLarge

__all__ = ["NextPiece", "collect", "iterate", "single_piece", "within"]

NextPiece = Callable[[], Awaitable[bytes | None]]
"""Returns the next piece of a body, None at its end; raises ``ClientDisconnect`` if it will not come."""


def within(body: bytes, limit: int) -> bytes:
    """Return *body*.

    Raises:
        BodyTooLarge: It has more than *limit* bytes.
    """
    if len(body) > limit:
        raise BodyTooLarge(limit)
    return body


async def single_piece(body: bytes, limit: int) -> AsyncIterator[bytes]:
    """Yield a *body* that is there; nothing if it is empty."""
    if within(body, limit):
        yield body


async def collect(next_piece: NextPiece, declared: int | None, limit: int) -> bytes:
    """Return the whole body, of which the client has *declared* the length.

    Raises:
        BodyTooLarge: It has more than *limit* bytes, or will have.
    """
    if declared is not None and declared > limit:
        raise BodyTooLarge(limit)
    pieces: list[bytes] = []
    size = 0
    while (piece := await next_piece()) is not None:
        size += len(piece)
        if size > limit:
            raise BodyTooLarge(limit)
        pieces.append(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


async def iterate(next_piece: NextPiece, declared: int | None, limit: int) -> AsyncIterator[bytes]:
    """Yield the pieces of a body as they come, without empty ones.

    Raises:
        BodyTooLarge: As :func:`collect`.
    """
    if declared is not None and declared > limit:
        raise BodyTooLarge(limit)
    size = 0
    while (piece := await next_piece()) is not None:
        size += len(piece)
        if size > limit:
            raise BodyTooLarge(limit)
        if piece:
            yield piece
