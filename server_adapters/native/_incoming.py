"""The body of a connection's current request, on its way in."""

from __future__ import annotations

import asyncio
from typing import Final

from bolide.server_adapters._http1.errors import RemoteProtocolError
from bolide.server_adapters._http1.reader import RequestHead, RequestReader
from bolide.server_adapters._http1.writer import CONTINUE
from bolide.server_adapters.contract import ClientDisconnect
from bolide.server_adapters.native._exchange import NativeExchange
from bolide.server_adapters.native._link import Link

__all__ = ["IncomingBody"]

_MAX_SKIPPED: Final = 64 * 1024
"""Bytes of an unread body that are read and dropped to keep the connection."""


_RATE_GRACE_SECONDS: Final = 10.0
"""How long a client may be below the minimum; the rate is the average of all that time."""


class IncomingBody:
    """Hands the body to whoever reads it, and keeps the client waiting while nobody does.

    Attributes:
        client_done: The client has closed its write side: nothing more will come.
        received: Bytes that came after the head, as far as the minimum rate is concerned.
        refusal: Why the rest of the body was refused; the answer to the request then.
    """

    __slots__ = (
        "_checked",
        "_continue_pending",
        "_link",
        "_loop",
        "_more",
        "_reader",
        "_waited",
        "client_done",
        "received",
        "refusal",
    )

    def __init__(self, reader: RequestReader, link: Link, loop: asyncio.AbstractEventLoop) -> None:
        self._reader = reader
        self._link = link
        self._loop = loop
        self._continue_pending = False
        self._more: asyncio.Future[None] | None = None
        self._waited = 0.0
        self._checked = 0.0
        self.client_done = False
        self.received = 0
        self.refusal: RemoteProtocolError | None = None

    @property
    def is_awaited(self) -> bool:
        """Whether somebody waits for data from the client."""
        return self._more is not None

    def begin(self, exchange: NativeExchange, head: RequestHead) -> None:
        """Hand over what of the body came with the head."""
        try:
            piece = self._reader.next_data()
        except RemoteProtocolError:
            piece = None  # raised again for whoever reads the body
        if self._reader.body_complete:
            exchange.body = piece or b""
            return
        exchange.body = None
        exchange.early_body = piece
        self.received = 0
        self._waited = 0.0
        self._checked = self._loop.time()
        self._continue_pending = piece is None and head.fields.expects_continue and head.version == "1.1"

    async def receive(self) -> bytes:
        """Return the next piece of the body, empty at its end.

        Raises:
            ClientDisconnect: the rest will not come: the client left, stood still or broke the coding.
        """
        reader = self._reader
        while not reader.body_complete:
            if self.refusal is not None:
                raise ClientDisconnect from self.refusal
            try:
                piece = reader.next_data()
            except RemoteProtocolError as error:
                self.refusal = error
                raise ClientDisconnect from error
            if piece is not None:
                return piece
            if not reader.body_complete:
                await self._wait()
        if not reader.buffered:
            self._link.resume_reading()  # only who reads learns that the client leaves
        return b""

    def refuse(self, error: RemoteProtocolError) -> None:
        """Give up on the rest of the body."""
        self.refusal = error
        self.wake()

    def end(self) -> None:
        """Take note that the client sends nothing any more."""
        self.client_done = True
        self._link.set_left()
        self.wake()

    def wake(self) -> None:
        """Tell a waiting reader that something has changed."""
        if self._more is not None and not self._more.done():
            self._more.set_result(None)

    def is_too_slow(self, now: float, minimum: int, *, waiting: bool) -> bool:
        """Tell whether the client has sent less than the minimum while it was waited for; for the sweep.

        Args:
            now: Of the sweep.
            minimum: Bytes per second.
            waiting: Whether the time since the last call counts: the application may be the slow one.
        """
        since_check, self._checked = now - self._checked, now
        if waiting:
            self._waited += since_check
        return waiting and self._waited > _RATE_GRACE_SECONDS and self.received < self._waited * minimum

    def can_be_skipped(self) -> bool:
        """Drop what is there, and tell whether dropping the rest is cheaper than closing."""
        if self.refusal is not None:
            return False
        if self._continue_pending:
            return False  # the client waits for a word before it sends the body, or it may not
        reader = self._reader
        try:
            while reader.next_data() is not None:
                pass
        except RemoteProtocolError:
            return False
        remaining = reader.body_remaining
        return reader.body_complete or (remaining is not None and remaining <= _MAX_SKIPPED)

    async def _wait(self) -> None:
        if self.client_done or self._link.lost:
            raise ClientDisconnect
        if self._continue_pending:
            self._continue_pending = False
            self._link.write(CONTINUE)
        self._link.resume_reading()
        self._more = self._loop.create_future()
        try:
            await self._more
        finally:
            self._more = None
