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
from pathlib import Path
from typing import Final

from bolide.server_adapters.config import ServerConfig

__all__ = [
    "Address",
    "BindError",
    "accept_waiting",
    "address_of",
    "bind",
    "remove_socket",
    "stop_arrivals",
]

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


async def bind(config: ServerConfig) -> list[socket.socket]:
    """Bind, but do not listen: clients are refused until the application has started.

    Raises:
        BindError: the address is in use, or may not be used.
    """
    try:
        if config.uds is not None:
            return [_bind_unix(config.uds)]
        return await _bind_tcp(config.host, config.port)
    except OSError as error:
        where = config.uds if config.uds is not None else f"{config.host}:{config.port}"
        raise BindError(error.errno, f"cannot listen on {where}: {error.strerror or error}") from error


async def _bind_tcp(host: str, port: int) -> list[socket.socket]:
    """Bind every address of *host* that this machine has; all get the same port."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
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
    listener = socket.socket(family, socket.SOCK_STREAM)
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


def remove_socket(path: str | None) -> None:
    """Remove the file of a Unix socket, if there is one."""
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
