"""A worker as its supervisor sees it: a process, the connection with it, and its last sign of life."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.process import BaseProcess
from typing import Final

from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.native._worker import FORCE, LOOPS, READY, WORN_OUT

__all__ = ["ABORT_SECONDS", "SUPERVISED_SIGNALS", "WorkerProcess", "fork", "stop_deadline"]

ABORT_SECONDS: Final = 7.0
"""After the time for requests in flight: what a worker has for cancelled ones, and a little more."""

SUPERVISED_SIGNALS: Final[tuple[signal.Signals, ...]] = tuple(
    getattr(signal, name)
    for name in ("SIGCHLD", "SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGTTIN", "SIGTTOU")
    if hasattr(signal, name)
)
"""Those that a supervisor acts on."""


class WorkerProcess:
    """One worker.

    Attributes:
        slot: Where it counts requests; no two that live have the same.
        generation: Number of reloads before it was started.
        loops: Whether its event loop runs: from then on it can be talked to.
        ready: Whether it serves.
        worn_out: Whether it has asked to be replaced.
        asked: Whether it was asked to stop.
        kill_at: When it is killed if it has not ended.
        seen: When it gave its last sign of life.
        started: When its process was made.
        silent: Whether it has closed its end of the connection: it is about to end.
    """

    __slots__ = (
        "_asked_to",
        "_connection",
        "_process",
        "_ready_at",
        "asked",
        "generation",
        "kill_at",
        "loops",
        "ready",
        "seen",
        "silent",
        "slot",
        "started",
        "worn_out",
    )

    def __init__(
        self,
        process: BaseProcess,
        connection: socket.socket,
        *,
        slot: int,
        generation: int,
    ) -> None:
        self._process = process
        self._connection = connection
        self.slot = slot
        self.generation = generation
        self.loops = False
        self.ready = False
        self.silent = False
        self._ready_at = 0.0
        self.worn_out = False
        self.asked = False
        self._asked_to = b""
        self.kill_at: float | None = None
        self.started = self.seen = time.monotonic()

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    def fileno(self) -> int:
        """Return what becomes readable when the worker says something, or has ended."""
        return self._connection.fileno()

    def becomes_ready(self) -> bool:
        """Take note of what the worker has said, and tell whether it has become ready."""
        before = self.ready
        try:
            messages = self._connection.recv(4096)
        except BlockingIOError:
            return False
        except ConnectionError:
            messages = b""
        self.silent = not messages
        self.seen = time.monotonic()  # every message is a sign of life, BEAT is nothing else
        if LOOPS in messages:
            self.loops = True
            self.tell(self._asked_to)  # the signal may have come when it had a handler already
        self.worn_out |= WORN_OUT in messages
        if READY in messages:
            self.ready, self._ready_at = True, self.seen
        return self.ready and not before

    def served_for(self) -> float:
        """Return for how many seconds the worker has been ready."""
        return time.monotonic() - self._ready_at if self.ready else 0.0

    def ask(self, message: bytes, *, kill_at: float) -> None:
        """Ask the worker to stop, see :mod:`._worker`; kill it if it has not done so at *kill_at*."""
        self.asked = True
        self._asked_to = message
        self.kill_at = kill_at if self.kill_at is None else min(self.kill_at, kill_at)
        if self.loops:
            self.tell(message)
        else:
            # What loads an application ends as programs do. It may have set a handler of its own.
            self.send_signal(signal.SIGTERM if message != FORCE else signal.SIGKILL)

    def tell(self, message: bytes) -> None:
        """Send *message*, see :mod:`._worker`."""
        with suppress(OSError):  # it has ended, or does not listen
            self._connection.sendall(message)

    def send_signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def disconnect(self) -> None:
        """Close this end of the connection."""
        self._connection.close()

    def exit_code(self) -> int | None:
        """Return the exit code of the process, negative for a signal; None while it runs."""
        return self._process.exitcode


def fork(
    work: Callable[[socket.socket], int],
    *,
    generation: int,
    others: Sequence[WorkerProcess],
    slot: int = 0,
) -> WorkerProcess:
    """Start a process that calls *work* with its end of a connection and exits with what it returns.

    Call it in a process with one thread.
    """
    ours, theirs = socket.socketpair()
    ours.setblocking(False)

    def main() -> None:
        signal.set_wakeup_fd(-1)
        for number in SUPERVISED_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, _ignore)  # the supervisor tells what the terminal's Ctrl+C means
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        # What only the supervisor may hold: the others would not see its end.
        ours.close()
        for other in others:
            other.disconnect()
        raise SystemExit(work(theirs))

    process = multiprocessing.get_context("fork").Process(target=main, name="bolide-worker")
    # A signal that a child gets before it has handlers of its own would be written to the supervisor's.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, SUPERVISED_SIGNALS)
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        theirs.close()
    return WorkerProcess(process, ours, slot=slot, generation=generation)


def _ignore(number: int, frame: object) -> None: ...


def stop_deadline(config: ServerConfig) -> float:
    """Return until when (monotonic seconds) a worker that is asked now to stop may take for it."""
    # Requests in flight, then the shutdown of the application, which has as long.
    graceful = config.timeout_graceful_shutdown
    return time.monotonic() + graceful + max(graceful, ABORT_SECONDS) + ABORT_SECONDS
