"""What systemd passes to a service: its sockets, and where it wants to be told how the service is.

See sd_listen_fds(3) and sd_notify(3).
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from contextlib import suppress
from typing import Final

__all__ = ["Notifier", "passed_sockets"]

_FIRST_FD: Final = 3


def passed_sockets() -> list[socket.socket]:
    """Return the listening sockets that were passed to this process, none if there are none.

    They can be asked for once: children and later calls get none.
    """
    pid, count = os.environ.pop("LISTEN_PID", ""), os.environ.pop("LISTEN_FDS", "")
    os.environ.pop("LISTEN_FDNAMES", None)
    if pid != str(os.getpid()) or not count.isdecimal():
        return []
    passed = [socket.socket(fileno=fd) for fd in range(_FIRST_FD, _FIRST_FD + int(count))]
    for each in passed:
        each.set_inheritable(False)
    return passed


class Notifier:
    """Tells the service manager how this process is, if there is one that wants to know.

    Attributes:
        watchdog_seconds: How often to say that the process is alive; None when nobody waits for that.
    """

    def __init__(self) -> None:
        # Children must not speak for this process.
        address = os.environ.pop("NOTIFY_SOCKET", "")
        microseconds = os.environ.pop("WATCHDOG_USEC", "")
        pid = os.environ.pop("WATCHDOG_PID", str(os.getpid()))
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        watched = bool(address) and microseconds.isdecimal() and pid == str(os.getpid())
        self.watchdog_seconds = int(microseconds) / 1_000_000 / 2 if watched else None

    def ready(self) -> None:
        """Say that the service serves, for the first time or after a reload."""
        self._send("READY=1")

    def reloading(self) -> None:
        """Say that the service loads its code or its certificates anew."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """Say that the service ends."""
        self._send("STOPPING=1")

    def alive(self) -> None:
        """Say that the process works."""
        self._send("WATCHDOG=1")

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Say that the process works for as long as *loop* does, if somebody waits for that."""
        if self.watchdog_seconds is not None:
            self.alive()
            loop.call_later(self.watchdog_seconds, self.watch, loop)

    def _send(self, state: str) -> None:
        if not self._address:
            return
        # A manager that is gone is no reason not to serve.
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
            client.sendto(state.encode(), self._address)
