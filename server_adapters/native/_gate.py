"""Accept connections on listening sockets: plainly, with TLS, or behind a PROXY header."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Final

from bolide.server_adapters.config import ServerConfig, split_list
from bolide.server_adapters.native._link import ip_address
from bolide.server_adapters.native._listeners import accept_waiting
from bolide.server_adapters.native._proxies import TrustedProxies
from bolide.server_adapters.native._proxy_protocol import BadProxyHeader, read_header
from bolide.server_adapters.native._tls import Tls

__all__ = ["Client", "Gate", "MakeProtocol"]

Client = tuple[str, int] | None

MakeProtocol = Callable[[Client], asyncio.Protocol]
"""Makes the protocol of a connection; takes the client that a PROXY header names."""

_error_log: Final = logging.getLogger("bolide.error")

_SHUTDOWN_SECONDS: Final = 5.0
"""How long a client may take to answer the end of TLS."""

_NO_FILE_SECONDS: Final = 0.5

_ARRIVAL_SECONDS: Final = 1.0
"""What the last connections have for their handshakes when the server stops."""

_NO_FILE: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class Gate:
    """Listens until it is closed.

    Args:
        config: The settings.
        make: Makes the protocols.
        tls: For its connections, None for plain ones.
        is_full: Tells of so many connections that have no protocol yet whether there may be no more.
    """

    def __init__(
        self, config: ServerConfig, make: MakeProtocol, tls: Tls | None, is_full: Callable[[int], bool]
    ) -> None:
        self._config = config
        self._make = make
        self._is_full = is_full
        # asyncio wants no times without TLS.
        self._ssl = None if tls is None else tls.context
        self._handshake_seconds = None if tls is None else config.timeout_request_header
        self._shutdown_seconds = None if tls is None else _SHUTDOWN_SECONDS
        self._loop = asyncio.get_running_loop()
        self._listeners: list[socket.socket] = []
        self._servers: list[asyncio.Server] = []
        self._acceptors: list[asyncio.Task[None]] = []
        self._arriving: set[asyncio.Task[None]] = set()
        self._proxies: TrustedProxies | None = None
        if config.proxy_protocol != "off":
            self._proxies = TrustedProxies(split_list(config.proxy_allow_from), "")

    async def open(self, listeners: list[socket.socket]) -> None:
        """Begin to accept."""
        self._listeners = listeners
        for listener in listeners:
            if self._proxies is not None or self._ssl is not None:
                # Not by the loop's own server: it does not say how many clients let it wait.
                listener.listen(self._config.backlog)
                self._acceptors.append(self._loop.create_task(self._accept(listener)))
                continue
            create: Callable[..., Awaitable[asyncio.Server]] = self._loop.create_server
            if listener.family == socket.AF_UNIX:
                create = _create_unix_server(self._loop)
            self._servers.append(
                await create(lambda: self._make(None), sock=listener, backlog=self._config.backlog)
            )

    async def close(self) -> None:
        """Accept what waits, and close the listening sockets."""
        for acceptor in self._acceptors:
            acceptor.cancel()
        waiting = [connection for listener in self._listeners for connection in accept_waiting(listener)]
        for server in self._servers:
            server.close()
        for listener in self._listeners:
            listener.close()
        for connection in waiting:
            self._take(connection)
        if self._arriving:
            # So that they are seen by whoever waits for connections to end; slow ones have had their time.
            await asyncio.wait(self._arriving, timeout=_ARRIVAL_SECONDS)
        for task in self._arriving:
            task.cancel()

    async def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = await self._loop.sock_accept(listener)
            except OSError as error:
                if error.errno not in _NO_FILE:
                    continue  # the client has left before it was accepted
                _error_log.error("cannot accept: %s", error.strerror)
                await asyncio.sleep(_NO_FILE_SECONDS)
            else:
                if self._is_full(len(self._arriving)):
                    connection.close()
                else:
                    self._take(connection)
                # asyncio's own loop does not wait where a client does: others would have no turn in a flood.
                await asyncio.sleep(0)

    def _take(self, connection: socket.socket) -> None:
        task = self._loop.create_task(self._welcome(connection))
        self._arriving.add(task)
        task.add_done_callback(self._arriving.discard)

    async def _welcome(self, connection: socket.socket) -> None:
        """Read the PROXY header, if there has to be one, then hand over to the protocol."""
        try:
            client = None if self._proxies is None else await self._read_client(connection, self._proxies)
            with suppress(OSError):  # also errors of TLS
                await self._loop.connect_accepted_socket(
                    lambda: self._make(client),
                    connection,
                    ssl=self._ssl,
                    ssl_handshake_timeout=self._handshake_seconds,
                    ssl_shutdown_timeout=self._shutdown_seconds,
                )
        except (BadProxyHeader, OSError, TimeoutError) as error:
            connection.close()
            _error_log.warning("connection refused: %s", error or "no PROXY header in time")
        except asyncio.CancelledError:
            connection.close()
            raise

    async def _read_client(self, connection: socket.socket, proxies: TrustedProxies) -> Client:
        peer = ip_address(connection.getpeername())
        if not proxies.trusts(peer[0] if peer is not None else None):
            raise BadProxyHeader(f"{peer[0] if peer else 'a Unix socket'} is no proxy of proxy_allow_from")
        async with asyncio.timeout(self._config.timeout_request_header):
            return await read_header(
                lambda count: self._loop.sock_recv(connection, count), self._config.proxy_protocol
            )


def _create_unix_server(loop: asyncio.AbstractEventLoop) -> Callable[..., Awaitable[asyncio.Server]]:
    """Return what makes a server that leaves the file of its socket: others may serve on it, too."""
    if sys.version_info >= (3, 13):
        return partial(loop.create_unix_server, cleanup_socket=False)
    return loop.create_unix_server
