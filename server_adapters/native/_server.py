"""A running server: listeners, the sweep over its connections, the orderly stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from math import inf
from typing import Final

from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.contract import Application, Lifespan
from bolide.server_adapters.native._admission import (
    Admission,
    is_full,
    retire_later,
    turn_away,
)
from bolide.server_adapters.native._connection import Connection
from bolide.server_adapters.native._context import Handle, ServerContext
from bolide.server_adapters.native._gate import Client, Gate
from bolide.server_adapters.native._listeners import Address, Listeners, address_of, bind
from bolide.server_adapters.native._metrics import MetricsMemory, ProcessMetrics
from bolide.server_adapters.native._metrics_endpoint import MetricsEndpoint, log_address
from bolide.server_adapters.native._observers import beginning, observed, observers
from bolide.server_adapters.native._open_files import connection_limit
from bolide.server_adapters.native._proxies import as_proxies_say
from bolide.server_adapters.native._redirect import RedirectConnection
from bolide.server_adapters.native._tls import Tls

__all__ = ["IDLE_GRACE_SECONDS", "Server", "ShutdownError", "StartupError"]

_error_log: Final = logging.getLogger("bolide.error")

_ABORT_SECONDS: Final = 5.0
"""How long cancelled requests may take to clean up before their connections are aborted."""

IDLE_GRACE_SECONDS: Final = 1.0
"""How long idle connections stay open after a stop was asked for, unless the caller says otherwise."""

_SWEPT_PER_TURN: Final = 250
"""Connections that the sweep looks at before requests have their turn: 0.15 ms."""


class ShutdownError(Exception):
    """The application's shutdown code failed; the cause is chained."""


class StartupError(Exception):
    """The application's start-up code failed; the cause is chained."""


class Server:
    """One native server; serves once.

    Args:
        app: The application.
        config: The settings.
        listeners: Bound sockets to serve on, instead of those that the settings name. Other processes may
            serve on them too; the server closes its own copies, and leaves the file of a Unix socket.
        metrics: Memory in which metrics are kept, and the number of this process's slot, instead of memory of
            this server's own.
        on_worn_out: Called instead of a stop when the server has served enough, or for long enough.

    Attributes:
        retired: Whether the server stopped by itself: it had served enough, or for long enough.
        interruption: The SystemExit or KeyboardInterrupt of a handler that stopped the server.
        unfinished: Number of requests that went on after their cancellation: they wait for threads.
    """

    def __init__(
        self,
        app: Application,
        config: ServerConfig,
        *,
        listeners: Listeners | None = None,
        metrics: tuple[MetricsMemory, int] | None = None,
        on_worn_out: Callable[[], None] | None = None,
    ) -> None:
        self._app = app
        self._config = config
        self._inherited = listeners
        self._metrics = metrics
        self._tls: Tls | None = None
        self._on_worn_out = on_worn_out
        self._stop = asyncio.Event()
        self._forced = asyncio.Event()
        self._idle_seconds = IDLE_GRACE_SECONDS
        self._replaced = False
        self._starting: asyncio.Task[object] | None = None
        self.retired = False
        self.interruption: BaseException | None = None
        self.unfinished = 0

    def close(self, *, idle_seconds: float = IDLE_GRACE_SECONDS, replaced: bool = False) -> None:
        """Ask the server to stop: requests in flight are finished. A second call cancels them,
        and a call after that does not wait for their end.

        Call it in the thread of the server's loop.

        Args:
            idle_seconds: How long idle connections stay open: a request that is already on its way to the
                server is then answered, with ``connection: close``. With 0 there is no shutdown delay either.
            replaced: Whether another process serves on the same sockets: nobody needs to notice the stop.
        """
        if self._stop.is_set():
            self._forced.set()
        self._idle_seconds = idle_seconds
        self._replaced = replaced
        self._stop.set()
        if self._starting is not None:
            self._starting.cancel()  # nobody is served yet

    async def serve(self, *, on_ready: Callable[[Address], None] | None = None) -> None:
        """Start the application, serve until :meth:`close` is called, shut the application down.

        Args:
            on_ready: Called with the bound address when connections are accepted.

        Raises:
            BindError: the address is in use, or may not be used.
            ConfigError: a file of a certificate cannot be used.
            StartupError: the application did not start.
            ShutdownError: the application did not shut down cleanly.
        """
        tls = None if self._config.ssl_certfile is None else Tls(self._config)
        metrics = None
        if self._config.metrics:
            metrics = ProcessMetrics(*(self._metrics or (MetricsMemory(), 0)))
            if (name_routes := getattr(self._app, "name_routes", None)) is not None:
                name_routes()
        listeners = await bind(self._config) if self._inherited is None else self._inherited
        lifespan = None
        try:
            lifespan = await self._start()
        finally:
            if lifespan is None:
                listeners.close()
                self._remove_file(listeners)
        if lifespan is None:
            return
        try:
            loop = asyncio.get_running_loop()
            context = ServerContext(
                self._app,
                self._config,
                loop,
                state=lifespan.state,
                interrupt=self._interrupt,
                observers=observers(self._config, loop, None if metrics is None else metrics.counting()),
                begin=beginning(self._config),
            )
            endpoint = None if metrics is None else MetricsEndpoint(context, metrics)
            await self._accept(context, listeners, tls, endpoint, on_ready)
        finally:
            await self._shut_down(lifespan)

    def _remove_file(self, listeners: Listeners) -> None:
        if self._inherited is None:
            listeners.remove_file()

    async def _start(self) -> Lifespan | None:
        """Run the start-up code, in this task; None when the server was asked to stop meanwhile."""
        if self._stop.is_set():
            return None
        self._starting = task = asyncio.current_task()
        try:
            return await self._app.startup()
        except asyncio.CancelledError:
            if not self._stop.is_set() or task is None:
                raise
            task.uncancel()
            return None
        except Exception as error:
            raise StartupError(f"application failed to start: {error!r}") from error
        finally:
            self._starting = None

    async def _shut_down(self, lifespan: Lifespan) -> None:
        seconds = max(self._config.timeout_graceful_shutdown, _ABORT_SECONDS)
        try:
            async with asyncio.timeout(seconds):
                await lifespan.shutdown()
        except Exception as error:
            raise ShutdownError(f"application failed to shut down: {error!r}") from error

    async def _accept(
        self,
        context: ServerContext,
        listeners: Listeners,
        tls: Tls | None,
        endpoint: MetricsEndpoint | None,
        on_ready: Callable[[Address], None] | None,
    ) -> None:
        config, loop = self._config, context.loop
        self._compose(context)
        address = address_of(listeners.serving[0])
        context.port = 0 if isinstance(address, str) else address[1]
        gates = await self._open_gates(context, listeners, tls)
        self._tls = tls
        jobs = [loop.create_task(_sweep(context))]
        if endpoint is not None:
            await endpoint.open(listeners.measuring)
            jobs.append(loop.create_task(_sweep(endpoint.context)))
            if self._inherited is None:
                log_address(listeners.measuring)
        if tls is not None:
            jobs.append(loop.create_task(_look_at_files(tls, config.ssl_check_interval)))
        end = retire_later(loop, config, self._retire)
        try:
            if on_ready is not None:
                on_ready(address)
            await self._stop.wait()
            await self._go_on()
        finally:
            context.stopping = True
            if self._inherited is None:
                listeners.stop_arrivals()
            for gate in gates:
                await gate.close()
            closing = None if endpoint is None else loop.create_task(endpoint.close())
            await self._finish(context)
            if endpoint is not None and closing is not None:
                await closing
                endpoint.clear()
            for job in jobs:
                job.cancel()
            if end is not None:
                end.cancel()
            self._remove_file(listeners)

    async def _open_gates(self, context: ServerContext, listeners: Listeners, tls: Tls | None) -> list[Gate]:
        config = self._config
        full = partial(is_full, context)
        # A foreign application brings connections of its own kind.
        kind: type[Connection] = getattr(self._app, "connection_type", Connection)
        gates = [Gate(config, partial(_protocol, context, kind), tls, full)]
        await gates[0].open(listeners.serving)
        if listeners.redirecting:
            gates.append(Gate(config, partial(_protocol, context, RedirectConnection), None, full))
            await gates[1].open(listeners.redirecting)
        return gates

    def _compose(self, context: ServerContext) -> None:
        """Put around the application what the settings ask for."""
        config = self._config
        handle: Handle = self._app.handle
        if context.proxies is not None:
            handle = as_proxies_say(handle, context.proxies)
        admission = Admission(config, self._retire)
        context.handle = observed(admission.of_requests(handle), context.begin)
        if context.handle_websocket is not None:
            context.handle_websocket = admission.of_websockets(context.handle_websocket)
        context.connection_limit = connection_limit(config)

    def drain(self) -> None:
        """Let the application know that the server will stop: it is ready no longer."""
        if (drain := getattr(self._app, "drain", None)) is not None:
            drain()

    async def _go_on(self) -> None:
        """Serve for as long as others need to see that the application is ready no longer."""
        if not self._replaced:
            self.drain()
        # Workers are told when the time is over.
        if self._config.shutdown_delay and self._idle_seconds and self._inherited is None:
            await _pause(self._forced, self._config.shutdown_delay)

    def reload_certificates(self) -> None:
        """Load the files of the certificates anew, if there are any; connections that exist keep theirs."""
        if self._tls is not None:
            self._tls.reload()

    def _interrupt(self, interruption: BaseException) -> None:
        self.interruption = interruption
        self.close(idle_seconds=0)

    def _retire(self, reason: str) -> None:
        if self._on_worn_out is not None:
            self._on_worn_out()
        elif not self._stop.is_set():
            self.retired = True
            _error_log.info("stop: %s", reason)
            self.close()

    async def _finish(self, context: ServerContext) -> None:
        """Let requests in flight finish, within the time they are given; then cancel, then abort."""
        loop = context.loop
        now = loop.time()
        deadline = now + self._config.timeout_graceful_shutdown
        idle_until = min(now + self._idle_seconds, deadline)
        while _is_busy(context) and loop.time() < deadline and not self._forced.is_set():
            if loop.time() >= idle_until:
                for connection in list(context.connections):
                    connection.close_idle()
            await _pause(self._forced, 0.02)
        if tasks := _tasks(context):
            _error_log.warning("stop: %d requests did not finish in time and are cancelled", len(tasks))
            for task in tasks:
                task.cancel()
            self._forced.clear()
            deadline = loop.time() + _ABORT_SECONDS
            while (
                not all(task.done() for task in tasks)
                and loop.time() < deadline
                and not self._forced.is_set()
            ):
                await _pause(self._forced, 0.02)
            self.unfinished = sum(not task.done() for task in tasks)
        for connection in list(context.connections):
            connection.abort()
        await asyncio.sleep(0)  # connection_lost is called in the loop's next turn


def _protocol(
    context: ServerContext,
    kind: Callable[[ServerContext, Client], asyncio.Protocol],
    client: Client,
) -> asyncio.Protocol:
    """Return the protocol of a connection that has just been accepted."""
    if len(context.connections) < context.connection_limit:
        return kind(context, client)
    return turn_away(context)


async def _look_at_files(tls: Tls, interval: float) -> None:
    while True:
        await asyncio.sleep(interval)
        tls.reload_if_changed()


def _tasks(context: ServerContext) -> set[asyncio.Task[None]]:
    own = {connection.task for connection in context.connections if connection.task is not None}
    return own | context.tasks


def _is_busy(context: ServerContext) -> bool:
    return bool(context.connections or context.tasks)


async def _pause(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass


async def _sweep(context: ServerContext) -> None:
    """Keep the clock, and close what has lasted too long: one timer for all connections."""
    config = context.config
    shortest = min(
        config.timeout_keep_alive,
        config.timeout_request_header,
        config.timeout_request_body,
        config.timeout_response_write,
        config.ws_ping_interval or inf,
        config.ws_ping_timeout or inf,
        config.ws_close_timeout,
    )
    interval = min(1.0, shortest / 4)
    while True:
        context.tick()
        for number, connection in enumerate(list(context.connections), 1):
            if not number % _SWEPT_PER_TURN:
                await asyncio.sleep(0)
            if connection not in context.connections:
                continue  # lost meanwhile
            try:
                connection.check_timeouts(context.now)
            except Exception:  # one connection must not end the timeouts of all others
                _error_log.exception("a connection could not be checked for timeouts")
                connection.abort()
        await asyncio.sleep(interval)
