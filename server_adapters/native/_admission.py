"""Who gets in: limits on connections, on requests at once, and on what one process serves in its life.

All of it is composed when the server starts; a limit that is not set costs nothing.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar, cast

from bolide.server_adapters._http1.writer import connection_line, frame_reply
from bolide.server_adapters._replies import PLAIN
from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.contract import Exchange, Reply, WebSocketExchange
from bolide.server_adapters.native._context import Handle, HandleWebSocket, ServerContext

__all__ = ["Admission", "is_full", "retire_later", "turn_away"]

_SPARE_CONNECTIONS: Final = 64
"""Connections beyond the limit that are told so; further ones are closed without a word."""

E = TypeVar("E")
R = TypeVar("R")

_LINGER_SECONDS: Final = 1.0

_BODY: Final = b"Service Unavailable"

_log: Final = logging.getLogger("bolide.error")


class Admission:
    """What lets requests and WebSocket connections to an application, within the limits that are set.

    Args:
        config: The settings.
        retire: Stops the server in order; takes the reason.
    """

    def __init__(self, config: ServerConfig, retire: Callable[[str], None]) -> None:
        self._most_at_once = config.limit_concurrency
        self._at_once = 0
        self._last: int | None = None
        if config.limit_max_requests is not None:
            self._last = config.limit_max_requests + secrets.randbelow(config.limit_max_requests_jitter + 1)
        self._served = 0
        self._retire = retire

    def of_requests(self, handle: Handle) -> Handle:
        """Return what answers requests, or *handle* itself without limits."""
        if self._most_at_once is not None:
            handle = self._bounded(handle, self._most_at_once)
        return handle if self._last is None else self._counted(handle)

    def of_websockets(self, handle: HandleWebSocket) -> HandleWebSocket:
        """Return what serves WebSocket connections; each counts as one request, up to its end."""
        if self._most_at_once is not None:
            handle = self._bounded_connections(handle, self._most_at_once)
        return handle if self._last is None else self._counted(handle)

    def _counted(self, handle: Callable[[E], R]) -> Callable[[E], R]:
        def count(exchange: E) -> R:
            self._served += 1
            if self._served == self._last:
                self._retire(f"it has served {self._last} requests")
            return handle(exchange)

        return count

    def _bounded(self, handle: Handle, limit: int) -> Handle:
        async def admit(exchange: Exchange) -> Reply:
            if self._at_once >= limit:
                return _overloaded()
            self._at_once += 1
            try:
                reply = await handle(exchange)
                if not isinstance(reply.body, bytes):
                    reply.after = self._until_written(reply)  # called whatever becomes of the body
                    return reply
            except BaseException:
                self._at_once -= 1
                raise
            self._at_once -= 1
            return reply

        return admit

    def _until_written(self, reply: Reply) -> Callable[[], Coroutine[Any, Any, None]]:
        after = reply.after

        async def leave() -> None:
            self._at_once -= 1
            if after is not None:
                await after()

        return leave

    def _bounded_connections(self, handle: HandleWebSocket, limit: int) -> HandleWebSocket:
        async def admit(exchange: WebSocketExchange) -> Exception | None:
            if self._at_once >= limit:
                await exchange.deny(_overloaded())
                return None
            self._at_once += 1
            try:
                return await handle(exchange)
            finally:
                self._at_once -= 1

        return admit


def retire_later(
    loop: asyncio.AbstractEventLoop, config: ServerConfig, retire: Callable[[str], None]
) -> asyncio.TimerHandle | None:
    """Call *retire* when the server's lifetime is over, if that is set."""
    if config.workers_lifetime is None:
        return None
    jitter = config.workers_lifetime_jitter * secrets.randbelow(1_000_001) / 1_000_000
    return loop.call_later(config.workers_lifetime + jitter, retire, "its lifetime is over")


def _overloaded() -> Reply:
    return Reply(503, PLAIN, _BODY, [(b"retry-after", b"1")])


def is_full(context: ServerContext, arriving: int) -> bool:
    """Tell whether a connection beyond the limit is closed without a word.

    Args:
        context: Of the server.
        arriving: Number of connections that the context does not know yet.
    """
    return len(context.connections) + arriving >= context.connection_limit + _SPARE_CONNECTIONS


def turn_away(context: ServerContext) -> asyncio.Protocol:
    """Return the protocol of a connection beyond the limit."""
    return _TurnedAway(context, answers=not is_full(context, 0))


class _TurnedAway(asyncio.Protocol):
    """Answers 503 before anything was asked, and closes when the client has, or soon.

    The client's request is on its way: a socket closed with unread bytes would reset the connection, and the
    client would never see the answer.
    """

    __slots__ = ("_answers", "_context", "_since", "_transport", "task")

    def __init__(self, context: ServerContext, *, answers: bool) -> None:
        self._context = context
        self._answers = answers
        self._since = context.now
        self._transport: asyncio.Transport | None = None
        self.task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop: no subclass
        if not self._answers:
            self._transport.abort()
            return
        self._context.connections.add(self)
        close = connection_line("1.1", keep_alive=False)
        self._transport.write(frame_reply(_overloaded(), _BODY, "GET", close, self._context.date_line))
        if self._transport.can_write_eof():
            self._transport.write_eof()

    def connection_lost(self, exc: Exception | None) -> None:
        self._context.connections.discard(self)
        self._transport = None

    def check_timeouts(self, now: float) -> None:
        if now - self._since > _LINGER_SECONDS:
            self.abort()

    def close_idle(self) -> None:
        self.abort()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()
