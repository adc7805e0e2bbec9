"""The transport of one connection, with its flow control."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from bolide.server_adapters.native._tls_scope import tls_scope

__all__ = ["Link", "ip_address"]


class Link:
    """One accepted socket as the rest of the server sees it.

    Attributes:
        peer: Address of the other side, None on Unix sockets.
        transport: None when the connection is lost.
        reading_paused: Whether nothing is read from the socket for now.
        writing_paused: Whether the client takes less than is written to it.
    """

    __slots__ = (
        "_departure",
        "_left",
        "_loop",
        "_room",
        "_tls",
        "_unsent",
        "_watcher",
        "_wrote",
        "peer",
        "reading_paused",
        "transport",
        "writing_paused",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._departure: asyncio.Event | None = None
        self._left = False
        self._room: asyncio.Future[None] | None = None
        self._tls: dict[str, Any] | None = None
        self._unsent = 0
        self._watcher: asyncio.Task[object] | None = None
        self._wrote = False
        self.transport: asyncio.Transport | None = None
        self.peer: tuple[str, int] | None = None
        self.reading_paused = False
        self.writing_paused = False

    @property
    def tls(self) -> dict[str, Any] | None:
        """What is known of TLS, None without it; the same object each time."""
        if self._tls is None and self.transport is not None:
            connection = self.transport.get_extra_info("ssl_object")
            self._tls = None if connection is None else tls_scope(connection)
        return self._tls

    @property
    def lost(self) -> bool:
        """Whether the connection is gone."""
        return self.transport is None

    @property
    def left(self) -> bool:
        """Whether the client sends nothing any more."""
        return self._left

    @property
    def waiting_for_room(self) -> bool:
        """Whether somebody waits for the client to take what was written."""
        return self._room is not None

    @property
    def can_half_close(self) -> bool:
        """Whether one side can go on when the other has ended; TLS cannot (asyncio says so)."""
        return self.transport is not None and self.transport.can_write_eof()

    def write(self, data: bytes) -> None:
        """Write *data*, unless the connection is lost."""
        if self.transport is not None:
            self._wrote = True
            self.transport.write(data)

    async def room(self) -> None:
        """Wait until the client has taken most of what was written, or is gone; several may wait."""
        if not self.writing_paused or self.transport is None:
            return
        if self._room is None:
            self._room = self._loop.create_future()
        await asyncio.shield(self._room)

    async def departure(self) -> None:
        """Wait until the client has left, or sends nothing any more: one looks like the other from here."""
        if not self._left:
            if self._departure is None:
                self._departure = asyncio.Event()
            await self._departure.wait()

    def watch(self, task: asyncio.Task[object] | None) -> None:
        """Cancel *task*, which writes a stream, when the connection is lost; None ends that."""
        self._watcher = task

    def check_stream(self, *, client_done: bool) -> None:
        """Close when a stream has paused since the last call, for a client that sends nothing any more.

        One that has left cannot be told from one that only finished sending until something is written.
        Streams that go on are finished; one that waits would wait for ever.
        """
        if client_done and self._watcher is not None and not self._wrote:
            self.abort()
        self._wrote = False

    def set_left(self) -> None:
        """Take note that the client sends nothing any more."""
        self._left = True
        if self._departure is not None:
            self._departure.set()

    def set_lost(self) -> None:
        """Take note that the connection is gone."""
        self.transport = None
        self._give_room()
        self.set_left()
        if self._watcher is not None:
            self._watcher.cancel()

    def set_writing_paused(self, paused: bool) -> None:
        """Take note of what the transport says about its write buffer."""
        self.writing_paused = paused
        if not paused:
            self._give_room()

    def pause_reading(self) -> None:
        if not self.reading_paused and self.transport is not None:
            self.reading_paused = True
            self.transport.pause_reading()

    def resume_reading(self) -> None:
        if self.reading_paused and self.transport is not None:
            self.reading_paused = False
            self.transport.resume_reading()

    def unsent(self) -> tuple[int, bool]:
        """Return how many bytes the client has not taken, and whether it took some since the last call."""
        before = self._unsent
        self._unsent = 0 if self.transport is None else self.transport.get_write_buffer_size()
        return self._unsent, self._unsent < before

    def close(self) -> None:
        """Close when everything is written."""
        if self.transport is not None:
            self.transport.close()

    def close_writing(self) -> None:
        """Close the write side when everything is written, and go on reading.

        TLS has no such half: the client sees the end of the response by its length, and closes.
        """
        if self.transport is not None and self.transport.can_write_eof():
            try:
                self.transport.write_eof()
            except OSError:  # of asyncio's own loop: the client has closed already
                self.transport.abort()
                return
        self.resume_reading()

    def abort(self) -> None:
        """Close now."""
        if self.transport is not None:
            self.transport.abort()

    def _give_room(self) -> None:
        if self._room is not None:
            self._room.set_result(None)
            self._room = None


def ip_address(name: object) -> tuple[str, int] | None:
    """Return address and port of a socket's name, None for a Unix socket."""
    if not isinstance(name, tuple):
        return None
    host, port, *_ = cast("tuple[str, int]", name)
    return host, port
