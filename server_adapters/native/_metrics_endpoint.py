"""The port on which metrics are read."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Coroutine
from functools import partial
from typing import Any, Final

from bolide.server_adapters._replies import PLAIN
from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.contract import Exchange, Head, Lifespan, Reply
from bolide.server_adapters.native._admission import is_full, turn_away
from bolide.server_adapters.native._connection import Connection
from bolide.server_adapters.native._context import ServerContext
from bolide.server_adapters.native._gate import Gate
from bolide.server_adapters.native._metrics import Gauges, ProcessMetrics
from bolide.server_adapters.native._metrics_text import MEDIA_TYPE, exposition

__all__ = ["MetricsEndpoint", "log_address"]

_HEAD: Final = Head([(b"content-type", MEDIA_TYPE), (b"cache-control", b"no-store")])

_error_log: Final = logging.getLogger("bolide.error")

_MOST_CONNECTIONS: Final = 64

_GRACE_SECONDS: Final = 1.0
"""How long connections stay open at a stop: a request may be on its way."""

_PAUSE_SECONDS: Final = 0.02

_GAUGE_SECONDS: Final = 1.0
"""How often each process writes down its gauges; the one that is asked does so at once."""


class _Uneventful:
    state: dict[str, Any]

    def __init__(self) -> None:
        self.state = {}

    async def shutdown(self) -> None: ...


class MetricsEndpoint:
    """Answers ``GET /metrics`` on a port of its own with the metrics of all processes.

    Args:
        context: Of the server whose gauges are written down here.
        metrics: Of this process, and of those that it shares memory with.
    """

    def __init__(self, context: ServerContext, metrics: ProcessMetrics) -> None:
        self._observed = context
        self._metrics = metrics
        # Whoever reads metrics is no client of the application: no proxies, no TLS, limits that suffice.
        config = ServerConfig(access_log=False)
        self.context = ServerContext(self, config, context.loop, state={}, interrupt=context.interrupt)
        self.context.connection_limit = _MOST_CONNECTIONS
        self._gate = Gate(config, partial(_protocol, self.context), None, partial(is_full, self.context))
        self._gauging: asyncio.Task[None] | None = None

    async def open(self, listeners: list[socket.socket]) -> None:
        """Begin to accept on *listeners*."""
        self._gauging = self.context.loop.create_task(self._write_gauges())
        await self._gate.open(listeners)

    async def close(self) -> None:
        """Answer what is on its way, and close; what has been counted remains for others to read."""
        self.context.stopping = True
        await self._gate.close()
        deadline = self.context.loop.time() + _GRACE_SECONDS
        while self.context.connections and self.context.loop.time() < deadline:  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(_PAUSE_SECONDS)
        for connection in list(self.context.connections):
            connection.abort()

    def clear(self) -> None:
        """Let the gauges say that nothing is worked on here any more."""
        if self._gauging is not None:
            self._gauging.cancel()
        self._metrics.slot.set_gauges(Gauges())

    def handle(self, exchange: Exchange) -> Coroutine[Any, Any, Reply]:
        return self._answer(exchange)

    async def startup(self) -> Lifespan:
        return _Uneventful()

    async def _answer(self, exchange: Exchange) -> Reply:
        if exchange.path != "/metrics":
            return Reply(404, PLAIN, b"Not Found: there is /metrics")
        if exchange.method not in ("GET", "HEAD"):
            return Reply(405, PLAIN, b"Method Not Allowed", [(b"allow", b"GET, HEAD")])
        self._metrics.slot.set_gauges(_gauges(self._observed))
        return Reply(200, _HEAD, exposition(self._metrics.memory.read()).encode())

    async def _write_gauges(self) -> None:
        while True:
            self._metrics.slot.set_gauges(_gauges(self._observed))
            await asyncio.sleep(_GAUGE_SECONDS)


def log_address(listeners: list[socket.socket]) -> None:
    """Tell where metrics are read."""
    host, port = listeners[0].getsockname()[:2]
    _error_log.info("metrics: http://%s:%d/metrics", f"[{host}]" if ":" in host else host, port)


def _protocol(context: ServerContext, client: tuple[str, int] | None) -> asyncio.Protocol:
    full = len(context.connections) >= context.connection_limit
    return turn_away(context) if full else Connection(context, client)


def _gauges(context: ServerContext) -> Gauges:
    requests = websockets = 0
    for connection in context.connections:
        if isinstance(connection, Connection):
            requests += connection.task is not None
        else:
            websockets += connection.task is not None
    return Gauges(len(context.connections), requests, websockets)
