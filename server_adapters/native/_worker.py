"""One worker: a process that serves on sockets of its supervisor and does what that tells it.

Both talk through a pair of sockets, one byte per message. A worker whose supervisor is gone stops.
"""

from __future__ import annotations

import asyncio
import faulthandler
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.contract import Application
from bolide.server_adapters.native._listeners import Address, Listeners
from bolide.server_adapters.native._logging import set_up_logging
from bolide.server_adapters.native._metrics import MetricsMemory
from bolide.server_adapters.native._process import on_signal, run_server
from bolide.server_adapters.native._server import Server

__all__ = [
    "DRAIN",
    "FORCE",
    "INTERRUPT",
    "LOOPS",
    "READY",
    "RETIRE",
    "STOP",
    "WORN_OUT",
    "heartbeat_seconds",
    "work",
]

# What a worker tells its supervisor: its loop runs, it serves, its loop still runs, it wants to be replaced.
LOOPS: Final = b"l"
READY: Final = b"r"
BEAT: Final = b"."
WORN_OUT: Final = b"w"

# What a supervisor tells its workers: that they will have to stop; to stop; to stop at once when nothing is
# in flight; to leave the work to a newer worker, for which clients may take their time; to stop whatever is
# in flight.
DRAIN: Final = b"d"
STOP: Final = b"s"
INTERRUPT: Final = b"i"
RETIRE: Final = b"t"
FORCE: Final = b"f"

_MAX_HEARTBEAT_SECONDS: Final = 5.0


def heartbeat_seconds(config: ServerConfig) -> float:
    """Return how often a worker says that its loop still runs."""
    return min(_MAX_HEARTBEAT_SECONDS, config.timeout_worker_healthcheck / 4)


def work(
    load: Callable[[], Application],
    config: ServerConfig,
    listeners: Listeners,
    supervisor: socket.socket,
    on_ready: Callable[[Address], None],
    *,
    metrics: tuple[MetricsMemory, int] | None = None,
) -> int:
    """Load the application, serve it until the supervisor ends that, return the exit code."""
    faulthandler.enable()  # a worker that hangs is ended by SIGABRT, and this shows where it was
    app = load()
    set_up_logging(config, of_several=True)
    reporter = _Reporter(supervisor, config)
    server = Server(
        app,
        config,
        listeners=listeners,
        metrics=metrics,
        on_worn_out=partial(reporter.send, WORN_OUT),
    )

    def ready(address: Address) -> None:
        on_ready(address)
        reporter.send(READY)

    return run_server(server, config, prepare=partial(reporter.connect, server), on_ready=ready)


class _Reporter:
    """The worker's end of the connection with its supervisor."""

    def __init__(self, supervisor: socket.socket, config: ServerConfig) -> None:
        self._supervisor = supervisor
        self._config = config
        self._beating: asyncio.Task[None] | None = None
        supervisor.setblocking(False)

    def connect(self, server: Server, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to report, and to do what the supervisor and signals say."""
        # Signals for all, from a terminal or from systemd, reach the workers too: the supervisor, which gets
        # them as well, tells them what to do. Two ways to the same stop would be a stop in a hurry.
        on_signal(loop, signal.SIGTERM, partial(self.send, WORN_OUT))
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
            on_signal(loop, number, _nothing)
        loop.add_reader(self._supervisor, self._obey, server, loop)
        self.send(LOOPS)
        self._beating = loop.create_task(self._beat())

    def send(self, message: bytes) -> None:
        # It may be gone, which reading tells, or may not read: then it has enough to read.
        with suppress(OSError):
            self._supervisor.send(message)

    async def _beat(self) -> None:
        pause = heartbeat_seconds(self._config)
        while True:
            await asyncio.sleep(pause)
            self.send(BEAT)

    def _obey(self, server: Server, loop: asyncio.AbstractEventLoop) -> None:
        try:
            messages = self._supervisor.recv(64)
        except BlockingIOError:
            return
        except ConnectionError:
            messages = b""
        if not messages:
            loop.remove_reader(self._supervisor)
            server.close()
        for message in messages:
            if message == DRAIN[0]:
                server.drain()
            elif message == RETIRE[0]:
                server.close(idle_seconds=self._config.timeout_keep_alive, replaced=True)
            elif message == INTERRUPT[0]:
                server.close(idle_seconds=0)
            else:  # STOP, or FORCE after any of them
                server.close()


def _nothing() -> None: ...
