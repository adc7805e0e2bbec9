"""Who gets in: limits on connections, on requests at once, and on what one process serves in its life.

All of it is composed when the server starts; a limit that is not set costs nothing.
"""

from __future__ import annotations

import asyncio
import logging
import resource
import secrets
from collections.abc import Callable, Coroutine
from typing import Any, Final, cast

from bolide.server_adapters._http1.writer import connection_line, frame_reply
from bolide.server_adapters._replies import PLAIN
from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.contract import Exchange, Reply
from bolide.server_adapters.native._context import Handle, ServerContext

__all__ = ["admission", "connection_limit", "is_full", "retire_later", "turn_away"]

_MOST_CONNECTIONS: Final = 10_000
_SPARE_CONNECTIONS: Final = 64
"""Connections beyond the limit that are told so; further ones are closed without a word."""

_LINGER_SECONDS: Final = 1.0

_BODY: Final = b"Service Unavailable"

_log: Final = logging.getLogger("bolide.error")


def connection_limit(config: ServerConfig) -> int:
    """Return how many connections may be open at once; what is left of the files is for the application."""
    if config.limit_connections is not None:
        return config.limit_connections
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    unlimited = files == resource.RLIM_INFINITY
    return _MOST_CONNECTIONS if unlimited else max(1, min(_MOST_CONNECTIONS, files * 9 // 10))


def admission(handle: Handle, config: ServerConfig, retire: Callable[[str], None]) -> Handle:
    """Return what answers requests within the limits that are set, or *handle* itself.

    Args:
        handle: Of the application.
        config: The settings.
        retire: Stops the server in order; takes the reason.
    """
    if config.limit_concurrency is not None:
        handle = _at_once(handle, config.limit_concurrency)
    if config.limit_max_requests is not None:
        handle = _in_total(
            handle,
            config.limit_max_requests + secrets.randbelow(config.limit_max_requests_jitter + 1),
            retire,
        )
    return handle


def retire_later(
    loop: asyncio.AbstractEventLoop, config: ServerConfig, retire: Callable[[str], None]
) -> asyncio.TimerHandle | None:
    """Call *retire* when the server's lifetime is over, if that is set."""
    if config.workers_lifetime is None:
        return None
    jitter = config.workers_lifetime_jitter * secrets.randbelow(1_000_001) / 1_000_000
    return loop.call_later(config.workers_lifetime + jitter, retire, "its lifetime is over")


def _in_total(handle: Handle, limit: int, retire: Callable[[str], None]) -> Handle:
    served = 0

    def count(exchange: Exchange) -> Coroutine[Any, Any, Reply]:
        nonlocal served
        served += 1
        if served == limit:
            retire(f"it has served {limit} requests")
        return handle(exchange)

    return count


def _at_once(handle: Handle, limit: int) -> Handle:
    running = 0

    async def admit(exchange: Exchange) -> Reply:
        nonlocal running
        if running >= limit:
            return _overloaded()
        running += 1
        try:
            reply = await handle(exchange)
            if not isinstance(reply.body, bytes):
                reply.after = until_written(reply)  # called whatever becomes of the body
                return reply
        except BaseException:
            running -= 1
            raise
        running -= 1
        return reply

    def until_written(reply: Reply) -> Callable[[], Coroutine[Any, Any, None]]:
        after = reply.after

        async def leave() -> None:
            nonlocal running
            running -= 1
            if after is not None:
                await after()

        return leave

    return admit


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
