"""A running server: listeners, the sweep over its connections, the orderly stop."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.contract import Application, Lifespan
from bolide.server_adapters.native._access_log import access_log
from bolide.server_adapters.native._connection import Connection
from bolide.server_adapters.native._context import ServerContext

__all__ = ["Address", "BindError", "Server", "ShutdownError", "StartupError"]

Address = tuple[str, int] | str
"""Host and port, or the path of a Unix socket."""

_error_log: Final = logging.getLogger("bolide.error")

_ABORT_SECONDS: Final = 5.0
"""How long cancelled requests may take to clean up before their connections are aborted."""


_IDLE_GRACE_SECONDS: Final = 1.0


class BindError(OSError):
    """The address cannot be bound; the message says which and why."""


class ShutdownError(Exception):
    """The application's shutdown code failed; the cause is chained."""


class StartupError(Exception):
    """The application's start-up code failed; the cause is chained."""


class Server:
    """One native server; serves once.

    Attributes:
        interruption: The SystemExit or KeyboardInterrupt of a handler that stopped the server.
    """

    def __init__(self, app: Application, config: ServerConfig) -> None:
        self._app = app
        self._config = config
        self._stop: asyncio.Event | None = None
        self._close_called = False
        self._patient = True
        self._forced: asyncio.Event | None = None
        self.interruption: BaseException | None = None

    def close(self, *, patient: bool = True) -> None:
        """Ask the server to stop: requests in flight are finished. A second call cancels them.

        Call it in the thread of the server's loop.

        Args:
            patient: Whether idle connections stay open for a second: a request that is already on its
                way to the server is then answered, with ``connection: close``.
        """
        if self._close_called and self._forced is not None:
            self._forced.set()
        self._close_called = True
        self._patient = patient
        if self._stop is not None:
            self._stop.set()

    async def serve(self, *, on_ready: Callable[[Address], None] | None = None) -> None:
        """Start the application, serve until :meth:`close` is called, shut the application down.

        Args:
            on_ready: Called with the bound address when connections are accepted.

        Raises:
            BindError: the address is in use, or may not be used.
            StartupError: the application did not start.
            ShutdownError: the application did not shut down cleanly.
        """
        loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._forced = asyncio.Event()
        if self._close_called:
            self._stop.set()
        listeners = await _bind(self._config)
        try:
            lifespan = await self._app.startup()
        except Exception as error:
            for listener in listeners:
                listener.close()
            raise StartupError(f"application failed to start: {error!r}") from error
        try:
            context = ServerContext(
                self._app,
                self._config,
                loop,
                state=lifespan.state,
                interrupt=self._interrupt,
                access_log=access_log(logging.getLogger("bolide.access"))
                if self._config.access_log
                else None,
            )
            await self._accept(context, listeners, on_ready)
        finally:
            await _shut_down(lifespan)

    async def _accept(
        self,
        context: ServerContext,
        listeners: list[socket.socket],
        on_ready: Callable[[Address], None] | None,
    ) -> None:
        assert self._stop is not None
        loop = context.loop
        servers: list[asyncio.Server] = []
        for listener in listeners:
            create = loop.create_unix_server if listener.family == socket.AF_UNIX else loop.create_server
            servers.append(
                await create(lambda: Connection(context), sock=listener, backlog=self._config.backlog)
            )
        sweep = loop.create_task(_sweep(context))
        try:
            if on_ready is not None:
                on_ready(_address(listeners[0]))
            await self._stop.wait()
            # One turn of the loop accepts what the listening sockets have queued.
            await asyncio.sleep(0)
        finally:
            for server in servers:
                server.close()
            await self._finish(context)
            sweep.cancel()
            _remove_socket(self._config.uds)

    def _interrupt(self, interruption: BaseException) -> None:
        self.interruption = interruption
        self.close(patient=False)

    async def _finish(self, context: ServerContext) -> None:
        """Let requests in flight finish, within the time they are given; then cancel, then abort."""
        assert self._forced is not None
        context.stopping = True
        loop = context.loop
        now = loop.time()
        deadline = now + self._config.timeout_graceful_shutdown
        idle_until = min(now + _IDLE_GRACE_SECONDS, deadline) if self._patient else now
        while _is_busy(context) and loop.time() < deadline and not self._forced.is_set():
            if loop.time() >= idle_until:
                for connection in list(context.connections):
                    connection.close_idle()
            await _pause(self._forced, 0.02)
        if tasks := _tasks(context):
            _error_log.warning("stop: %d requests did not finish in time and are cancelled", len(tasks))
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=_ABORT_SECONDS)
        for connection in list(context.connections):
            connection.abort()
        await asyncio.sleep(0)  # connection_lost is called in the loop's next turn


async def _shut_down(lifespan: Lifespan) -> None:
    try:
        await lifespan.shutdown()
    except Exception as error:
        raise ShutdownError(f"application failed to shut down: {error!r}") from error


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
    )
    interval = min(1.0, shortest / 4)
    while True:
        context.tick()
        for connection in list(context.connections):
            connection.check_timeouts(context.now)
        await asyncio.sleep(interval)


async def _bind(config: ServerConfig) -> list[socket.socket]:
    """Bind, but do not listen: clients are refused until the application has started."""
    try:
        if config.uds is not None:
            return [_bind_unix(config.uds)]
        return await _bind_tcp(config.host, config.port)
    except OSError as error:
        where = config.uds if config.uds is not None else f"{config.host}:{config.port}"
        raise BindError(error.errno, f"cannot listen on {where}: {error.strerror or error}") from error


async def _bind_tcp(host: str, port: int) -> list[socket.socket]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    bound: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in dict.fromkeys(found):
            listener = socket.socket(family, kind, protocol)
            bound.append(listener)
            listener.setblocking(False)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            chosen = bound[0].getsockname()[1] if len(bound) > 1 else port
            listener.bind((address[0], chosen, *address[2:]))
    except OSError:
        for listener in bound:
            listener.close()
        raise
    return bound


def _bind_unix(path: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.setblocking(False)
    try:
        if Path(path).is_socket() and not _is_alive(path):
            Path(path).unlink()
        listener.bind(path)
    except OSError:
        listener.close()
        raise
    return listener


def _remove_socket(path: str | None) -> None:
    if path is not None:
        Path(path).unlink(missing_ok=True)


def _is_alive(path: str) -> bool:
    """Tell whether a process listens on the Unix socket *path*."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            return False
        return True


def _address(listener: socket.socket) -> Address:
    name = listener.getsockname()
    return name if isinstance(name, str) else (name[0], name[1])
