"""Write a reply whose body is an iterator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from bolide.server_adapters._http1.writer import ReplyStream
from bolide.server_adapters._replies import PIECES_PER_TURN
from bolide.server_adapters.native._link import Link

__all__ = ["write_stream"]


async def write_stream(link: Link, framing: ReplyStream, body: AsyncIterator[bytes]) -> None:
    """Write the response that *framing* describes; stop reading *body* when the client leaves.

    Raises:
        LocalProtocolError: the body is not as long as the reply declared.
        Exception: whatever the iterator raises.
    """
    task = asyncio.current_task()
    link.watch(task)
    try:
        link.write(framing.start)
        if framing.sends_body and not link.lost:
            await _write_pieces(link, framing, body)
    except asyncio.CancelledError:
        if not link.lost or task is None:
            raise
        task.uncancel()  # it was the loss of the connection that cancelled
    finally:
        link.watch(None)


async def _write_pieces(link: Link, framing: ReplyStream, body: AsyncIterator[bytes]) -> None:
    count = 0
    async for piece in body:
        if link.lost:
            return
        if piece:
            link.write(framing.piece(piece))
        count += 1
        if link.writing_paused:
            await link.room()
        elif not count % PIECES_PER_TURN:
            await asyncio.sleep(0)
    link.write(framing.end())
