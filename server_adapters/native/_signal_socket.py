"""Signals as bytes of a socket, for processes that wait for several things and have no event loop."""

from __future__ import annotations

import signal
import socket
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from bolide.server_adapters.native._worker_process import SUPERVISED_SIGNALS

__all__ = ["name_of_signal", "signal_socket"]


@contextmanager
def signal_socket() -> Generator[socket.socket]:
    """Yield a socket from which the numbers of :data:`SUPERVISED_SIGNALS` can be read; it does not block."""
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    before: dict[signal.Signals, Any] = {
        number: signal.signal(number, _wake_up) for number in SUPERVISED_SIGNALS
    }
    before_fd = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(before_fd)
        for number, handler in before.items():
            signal.signal(number, handler)
        reader.close()
        writer.close()


def _wake_up(number: int, frame: object) -> None:
    """Let the signal write its number to the wake-up socket, as those without a handler do not."""


def name_of_signal(number: int) -> str:
    """Return ``SIGTERM`` and the like."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
