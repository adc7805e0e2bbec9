"""Bind the sockets that a server listens on."""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from ctypes import addressof, create_string_buffer
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.native._port_in_use import advice
from bolide.server_adapters.native._systemd import passed_sockets

__all__ = ["Address", "BindError", "Listeners", "accept_waiting", "address_of", "bind", "stop_arrivals"]

Address = tuple[str, int] | str
"""Host and port, or the path of a Unix socket."""


_UNAVAILABLE: Final = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
"""A name may stand for an IPv6 address on a machine without IPv6."""


_KEEPALIVE: Final = (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3))
"""Seconds and probes until a silent client is given up, where the system has these options."""


class BindError(OSError):
    """The address cannot be bound; the message says which and why."""


_SO_ATTACH_FILTER: Final = 26  # Linux, asm-generic/socket.h

_RETURN_ZERO: Final = struct.pack("@HBBI", 0x06, 0, 0, 0)
"""The program of a classic packet filter that keeps no byte of any packet."""


@dataclass(frozen=True)
class Listeners:
    """The sockets of one service.

    Attributes:
        serving: Those on which the application is served.
        redirecting: Those on which plain HTTP is redirected to HTTPS.
        measuring: Those on which metrics are read.
        path: Of a Unix socket that was made here, and is removed at the end.
        ours: Whether nobody else keeps them: they were made by this process or its supervisor.
    """

    serving: list[socket.socket]
    redirecting: list[socket.socket] = field(default_factory=list[socket.socket])
    measuring: list[socket.socket] = field(default_factory=list[socket.socket])
    path: str | None = None
    ours: bool = True

    def __iter__(self) -> Iterator[socket.socket]:
        return iter([*self.serving, *self.redirecting, *self.measuring])

    def stop_arrivals(self) -> None:
        """Let no further client come; see :func:`stop_arrivals`."""
        if self.ours:
            stop_arrivals(list(self))

    def close(self) -> None:
        for listener in self:
            listener.close()

    def remove_file(self) -> None:
        """Remove the file of a Unix socket that was made here."""
        if self.path is not None:
            Path(self.path).unlink(missing_ok=True)


async def bind(config: ServerConfig) -> Listeners:
    """Bind, but do not listen: clients are refused until the application has started.

    Raises:
        BindError: an address is in use, or may not be used.
    """
    inherited = _inherited(config)
    path = config.uds if inherited is None else None
    bound = list(inherited or ())
    try:
        if path is not None:
            bound.append(_bind_unix_path(path, config.uds_permissions))
        elif inherited is None:
            bound += await _bind_port(config.host, config.port)
        serving = list(bound)
        redirecting: list[socket.socket] = []
        measuring: list[socket.socket] = []
        if config.redirect_port is not None:
            redirecting = await _bind_port(config.host, config.redirect_port)
            bound += redirecting
        if config.metrics:
            measuring = await _bind_port(config.metrics_host, config.metrics_port)
    except BindError:
        for listener in bound:
            listener.close()
        raise
    return Listeners(serving, redirecting, measuring, path=path, ours=inherited is None)


def _inherited(config: ServerConfig) -> list[socket.socket] | None:
    """Return the listening sockets that somebody else has made, None when there are none."""
    if config.fd is None:
        passed = passed_sockets()
    else:
        try:
            passed = [socket.socket(fileno=config.fd)]
        except OSError as error:
            raise BindError(
                error.errno, f"fd is {config.fd}, which is no socket: {error.strerror}"
            ) from error
    for each in passed:
        if each.type != socket.SOCK_STREAM:
            number = each.fileno()
            for other in passed:
                other.close()
            raise BindError(errno.EINVAL, f"file descriptor {number} is no stream socket")
        each.setblocking(False)
    return passed or None


async def _bind_port(host: str, port: int) -> list[socket.socket]:
    try:
        return await _bind_tcp(host, port)
    except OSError as error:
        told = advice(host, port) if error.errno == errno.EADDRINUSE else ""
        raise BindError(
            error.errno, f"cannot listen on {host}:{port}: {error.strerror or error}{told}"
        ) from error


async def _bind_tcp(host: str, port: int) -> list[socket.socket]:
    """Bind every address of *host* that this machine has; all get the same port."""
    loop = asyncio.get_running_loop()
    # Two sockets, not one for both: that would show clients of IPv4 as ::ffff:1.2.3.4.
    every = host in ("", "::")
    found = await loop.getaddrinfo(
        None if every else host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    bound: list[socket.socket] = []
    missing: OSError | None = None
    for family, _, _, _, address in dict.fromkeys(found):
        chosen = bound[0].getsockname()[1] if bound else port
        try:
            bound.append(_listener(family, (address[0], chosen, *address[2:])))
        except OSError as error:
            if error.errno in _UNAVAILABLE:
                missing = error
                continue
            for listener in bound:
                listener.close()
            raise
    if missing is not None and not bound:
        raise missing
    return bound


def _listener(family: socket.AddressFamily, address: tuple[object, ...]) -> socket.socket:
    # asyncio's own loop switches off Nagle's algorithm only where the protocol is said.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setblocking(False)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        _probe_silent_clients(listener)
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener


def _probe_silent_clients(listener: socket.socket) -> None:
    """Let the system find out which clients are gone; connections have the options of their listener.

    A client that has closed looks like one that has only finished sending and waits for its answer. A
    response that waits for something to send, as server-sent events do, would wait with it for ever.
    """
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE:
        if (option := getattr(socket, name, None)) is not None:
            listener.setsockopt(socket.IPPROTO_TCP, option, value)


def _bind_unix_path(path: str, permissions: int | None) -> socket.socket:
    try:
        return _bind_unix(path, permissions)
    except OSError as error:
        raise BindError(error.errno, f"cannot listen on {path}: {error.strerror or error}") from error


def _bind_unix(path: str, permissions: int | None) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.setblocking(False)
    try:
        if Path(path).is_socket() and not _is_alive(path):
            Path(path).unlink()
        listener.bind(path)
        if permissions is not None:
            Path(path).chmod(permissions)  # nobody can connect yet: it does not listen
    except OSError:
        listener.close()
        raise
    return listener


def _is_alive(path: str) -> bool:
    """Tell whether a process listens on the Unix socket *path*."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            return False
        return True


def stop_arrivals(listeners: list[socket.socket]) -> None:
    """Let no further client reach *listeners*: then those that wait can be accepted, and closing loses none.

    Without it those are reset that connect between the last accept and the close. It holds for all processes
    that share a socket. Clients get no answer, and are refused when they try again in a second, for the
    socket is closed then. Linux only; elsewhere it does nothing.
    """
    if sys.platform != "linux":
        return
    drop_all = create_string_buffer(_RETURN_ZERO)
    program = struct.pack("@HP", 1, addressof(drop_all))
    for listener in listeners:
        if listener.family != socket.AF_UNIX:
            listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


def accept_waiting(listener: socket.socket) -> Iterator[socket.socket]:
    """Yield the connections that wait to be accepted."""
    with suppress(OSError):  # none waits any more, or no further file may be opened
        while True:
            connection, _ = listener.accept()
            connection.setblocking(False)
            yield connection


def address_of(listener: socket.socket) -> Address:
    """Return what *listener* is bound to."""
    name = listener.getsockname()
    return name if isinstance(name, str) else (name[0], name[1])
