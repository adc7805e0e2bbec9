"""Serve with one process that is replaced when something changes: the parent process of ``bolide dev``.

Like the supervisor of workers it keeps the sockets, never loads the application, and has one thread. But the
old process stops accepting at once, so that what is sent after a change is answered by new code; and one that
cannot start or has crashed is not started again before something changes: another application stands in.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

from bolide.server_adapters.config import ConfigError, ServerConfig
from bolide.server_adapters.contract import Application
from bolide.server_adapters.native._listeners import Address, BindError, bind
from bolide.server_adapters.native._logging import set_up_logging
from bolide.server_adapters.native._process import EXIT_CANNOT_BIND, new_event_loop
from bolide.server_adapters.native._signal_socket import name_of_signal, signal_socket
from bolide.server_adapters.native._tls import Tls
from bolide.server_adapters.native._worker import FORCE, INTERRUPT, work
from bolide.server_adapters.native._worker_process import ABORT_SECONDS, WorkerProcess, fork, stop_deadline

__all__ = ["Program", "serve_reloading"]

_error_log: Final = logging.getLogger("bolide.error")

_TICK_SECONDS: Final = 1.0

_MESSAGE_BYTES: Final = 65536


class Program(Protocol):
    """What is served, and who hears about it."""

    def load(self) -> Application:
        """Return the application; called in each process that serves it."""
        ...

    def idle(self) -> None:
        """Begin to watch, and import what later processes need; what changed before has to be told as well.

        Called in the parent, when the first process is ready, or has ended.
        """
        ...

    def ready(self, address: Address) -> None:
        """Take note that a process accepts connections on *address*; called in that process."""
        ...

    def change(self, what: str) -> None:
        """Take note of a change; called in the parent, before it starts another process."""
        ...

    def stand_in(self, how: str) -> Application:
        """Return what is served in place of an application that ended *how*: ``with code 3``."""
        ...


def serve_reloading(program: Program, config: ServerConfig, changes: int) -> int:
    """Serve until SIGINT or SIGTERM, with a new process after each change; return the exit code.

    Call it in the main thread of a process that has no other, and before anything is imported that a change
    should load anew: processes are forked.

    Args:
        program: The application.
        config: The settings; ``workers`` does not matter.
        changes: A file descriptor from which a line can be read for each change.

    Returns:
        0 after a stop that was asked for, 2 when the address cannot be bound.

    Raises:
        ConfigError: this system cannot fork processes, uvloop is asked for and not installed, or a file of a
            certificate cannot be used.
    """
    if not hasattr(os, "fork"):
        raise ConfigError("this system cannot fork processes, which reloading needs; use --no-reload")
    if config.ssl_certfile is not None:
        Tls(config)  # what is wrong with its files is said here, and once
    new_event_loop(config.loop).close()  # so that it is imported; and this says if it cannot be
    undo_logging = set_up_logging(config, of_several=False)
    try:
        listeners = asyncio.run(bind(config))
    except BindError as error:
        _error_log.error("%s", error.strerror)
        return EXIT_CANNOT_BIND

    def serve(
        load: Callable[[], Application], ready: Callable[[Address], None], parent: socket.socket
    ) -> int:
        undo_logging()  # the application may set up its own
        os.close(changes)
        return work(load, config, listeners, parent, ready)

    gc.freeze()  # or the collector of each process would copy all pages that they share
    try:
        return _Reloader(program, config, changes, serve).run()
    finally:
        listeners.close()
        listeners.remove_file()
        gc.unfreeze()
        undo_logging()


_Serve = Callable[[Callable[[], Application], Callable[[Address], None], socket.socket], int]


class _Reloader:
    def __init__(self, program: Program, config: ServerConfig, changes: int, serve: _Serve) -> None:
        self._program = program
        self._config = config
        self._changes: int | None = changes
        self._serve = serve
        self._current: WorkerProcess | None = None
        self._stands_in = False
        self._leaving: list[WorkerProcess] = []
        self._stops = 0

    def run(self) -> int:
        """Work until the last process has ended after a stop; return the exit code."""
        with signal_socket() as signals:
            self._start(self._program.load, self._program.ready)
            idled = False
            while self._processes():
                self._wait(signals)
                if not idled and (self._current is None or self._current.ready or self._current.silent):
                    idled = True
                    self._program.idle()
                    gc.freeze()
                for number in _read(signals.fileno()):
                    if number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
                        self._stop()
                if not self._stops and (what := self._read_change()) is not None:
                    self._program.change(what)
                    self._replace(self._program.load, self._program.ready)
                self._check()
        return 0

    def _processes(self) -> list[WorkerProcess]:
        return self._leaving if self._current is None else [*self._leaving, self._current]

    def _start(self, load: Callable[[], Application], ready: Callable[[Address], None]) -> None:
        self._stands_in = ready is _nothing
        self._current = fork(partial(self._serve, load, ready), generation=0, others=self._processes())

    def _replace(self, load: Callable[[], Application], ready: Callable[[Address], None]) -> None:
        """Start a process, and let the one that is there finish what is in flight."""
        if self._current is not None:
            self._current.ask(INTERRUPT, kill_at=stop_deadline(self._config))
            self._leaving.append(self._current)
        self._start(load, ready)

    def _wait(self, signals: socket.socket) -> None:
        """Wait until something happens, for a second at most."""
        poll = select.poll()
        poll.register(signals, select.POLLIN)
        if self._changes is not None:
            poll.register(self._changes, select.POLLIN)
        for process in self._processes():
            if not process.silent:
                poll.register(process, select.POLLIN)
        # One that has closed its end is about to end; nothing else says when it has.
        ending = any(process.silent for process in self._processes())
        poll.poll(20 if ending else _TICK_SECONDS * 1000)
        for process in self._processes():
            process.becomes_ready()

    def _read_change(self) -> str | None:
        """Return the last change, None if there is none."""
        if self._changes is None:
            return None
        try:
            data = os.read(self._changes, _MESSAGE_BYTES)
        except BlockingIOError:
            return None
        if not data:
            self._changes = None
            _error_log.error("files are no longer watched")
            return None
        return data.decode(errors="replace").splitlines()[-1]

    def _stop(self) -> None:
        """Ask all processes to stop; the second time they cancel what is in flight, then they are killed."""
        self._stops += 1
        for process in self._processes():
            if self._stops == 1:
                process.ask(INTERRUPT, kill_at=stop_deadline(self._config))
            elif self._stops == 2:
                process.ask(FORCE, kill_at=time.monotonic() + 2 * ABORT_SECONDS)
            else:
                process.send_signal(signal.SIGKILL)

    def _check(self) -> None:
        """Take note of processes that have ended, and end those that take too long."""
        for process in self._processes():
            if (code := process.exit_code()) is not None:
                process.disconnect()
                if process is not self._current:
                    self._leaving.remove(process)
                    continue
                self._current = None
                if not self._stops:
                    self._fall_back(code)
            elif process.kill_at is not None and time.monotonic() >= process.kill_at:
                process.send_signal(signal.SIGKILL)

    def _fall_back(self, code: int) -> None:
        """Serve something else until a change, as the application has ended by itself."""
        how = f"by {name_of_signal(-code)}" if code < 0 else f"with code {code}"
        if self._stands_in:
            raise RuntimeError(f"what stands in for the application has ended {how}")
        _error_log.error("the application has ended %s; the next change starts it again", how)
        self._start(partial(self._program.stand_in, how), _nothing)


def _read(signals: int) -> bytes:
    try:
        return os.read(signals, 4096)
    except BlockingIOError:
        return b""


def _nothing(address: Address) -> None: ...
