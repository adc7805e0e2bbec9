"""Keep a number of workers serving on the same sockets: the parent process of ``--workers``.

It never loads the application, so that a reload finds the code of the day, and has one thread and no event
loop, so that workers can be forked from it at any time.
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
from itertools import count
from math import inf
from typing import Final

from bolide.server_adapters.config import ConfigError, ServerConfig
from bolide.server_adapters.contract import Application
from bolide.server_adapters.native._backoff import Backoff
from bolide.server_adapters.native._cpus import available_cpus
from bolide.server_adapters.native._listeners import Address, BindError, Listeners, bind
from bolide.server_adapters.native._logging import set_up_logging
from bolide.server_adapters.native._metrics import MetricsMemory
from bolide.server_adapters.native._metrics_endpoint import log_address
from bolide.server_adapters.native._process import EXIT_CANNOT_BIND, EXIT_LIFESPAN_FAILED, terminal_watch
from bolide.server_adapters.native._signal_socket import name_of_signal, signal_socket
from bolide.server_adapters.native._systemd import Notifier
from bolide.server_adapters.native._tls import Tls
from bolide.server_adapters.native._worker import DRAIN, FORCE, INTERRUPT, RETIRE, STOP, work
from bolide.server_adapters.native._worker_process import ABORT_SECONDS, WorkerProcess, fork, stop_deadline

__all__ = ["supervise"]

_error_log: Final = logging.getLogger("bolide.error")

_TICK_SECONDS: Final = 1.0

_TRACEBACK_SECONDS: Final = 1.0
"""What a worker that hangs has to show where."""

_EXPLAINED: Final = (2, EXIT_LIFESPAN_FAILED)
"""Exit codes of workers that have said why they cannot start."""


def supervise(
    load: Callable[[], Application],
    config: ServerConfig,
    *,
    on_ready: Callable[[Address], None] | None = None,
) -> int:
    """Serve with ``config.workers`` processes until SIGINT or SIGTERM, and return the exit code.

    SIGHUP replaces all workers, one by one, by ones that load the application anew; SIGTTIN adds a worker,
    SIGTTOU takes one away. Call it in the main thread of a process that has no other, and before anything is
    imported that a reload should load anew: workers are forked.

    Args:
        load: Called in each worker; returns the application. It ends the worker by SystemExit when it cannot.
        config: The settings.
        on_ready: Called in the first worker, with the bound address, when connections are accepted.

    Returns:
        0 after a stop that was asked for, 2 when the address cannot be bound, or the exit code of the first
        worker when it could not start: 3 when the application's start-up failed.

    Raises:
        ConfigError: this system cannot fork processes, or a file of a certificate cannot be used.
    """
    if not hasattr(os, "fork"):
        raise ConfigError(f"workers is {config.workers!r}, which needs a system that forks; run one process")
    if config.ssl_certfile is not None:
        Tls(config)  # what is wrong with its files is said here, and once
    undo_logging = set_up_logging(config, of_several=True)
    try:
        listeners = asyncio.run(bind(config))
    except BindError as error:
        _error_log.error("%s", error.strerror)
        return EXIT_CANNOT_BIND

    memory = MetricsMemory() if config.metrics else None

    def work_of_one(slot: int, first: bool) -> Callable[[socket.socket], int]:
        def work_of_worker(supervisor: socket.socket) -> int:
            undo_logging()  # the application may set up its own
            ready = on_ready if first and on_ready is not None else _nothing
            metrics = None if memory is None else (memory, slot)
            return work(load, config, listeners, supervisor, ready, metrics=metrics)

        return work_of_worker

    if memory is not None:
        log_address(listeners.measuring)
    notifier = Notifier()
    gc.collect()
    gc.freeze()  # or the collector of each worker would copy all pages that they share
    try:
        return _Supervisor(config, listeners, work_of_one, notifier, memory).run()
    finally:
        listeners.close()
        listeners.remove_file()
        gc.unfreeze()
        undo_logging()


class _Supervisor:
    def __init__(
        self,
        config: ServerConfig,
        listeners: Listeners,
        work_of_one: Callable[[int, bool], Callable[[socket.socket], int]],
        notifier: Notifier,
        memory: MetricsMemory | None,
    ) -> None:
        self._config = config
        self._listeners = listeners
        self._work_of_one = work_of_one
        self._notifier = notifier
        self._is_hung_up = terminal_watch()
        self._memory = memory
        self._alive_at = 0.0
        self._reloading = False
        self._workers: list[WorkerProcess] = []
        self._wanted = available_cpus() if config.workers == "auto" else config.workers
        self._generation = 0
        self._backoff = Backoff()
        self._served = False
        self._stopping = False
        self._forced = False
        self._exit_code = 0
        self._stop_message = STOP
        self._stop_at = 0.0

    def run(self) -> int:
        """Work until the last worker has ended after a stop; return the exit code."""
        with signal_socket() as signals:
            while not self._stopping or self._workers:
                if not self._stopping:
                    self._replace()
                    self._start()
                for number in self._wait(signals):
                    self._act_on(number)
                self._check()
        return self._exit_code

    # Starting and replacing.

    def _start(self) -> None:
        """Start what is missing; the first of all alone, so that one that cannot start says so once."""
        while self._is_missing() and time.monotonic() >= self._backoff.until:
            taken = {worker.slot for worker in self._workers}
            slot = next(number for number in count() if number not in taken)
            self._clear_gauges(slot)
            worker = fork(
                self._work_of_one(slot, not self._served),
                slot=slot,
                generation=self._generation,
                others=self._workers,
            )
            self._workers.append(worker)
            _error_log.debug("worker %d is started", worker.pid)

    def _clear_gauges(self, slot: int) -> None:
        if self._memory is not None:
            self._memory.reserve(slot)

    def _is_missing(self) -> bool:
        starting = [worker for worker in self._workers if not worker.asked and not worker.ready]
        if not self._served:
            return not starting
        staying = [worker for worker in self._workers if not worker.asked]
        if len(staying) < self._wanted:
            return True
        # A replacement comes before the one that it replaces goes, one at a time.
        return any(map(self._is_outdated, staying)) and len(staying) == self._wanted and not starting

    def _replace(self) -> None:
        """Let go of the workers that are too many, the outdated ones first."""
        serving = [worker for worker in self._workers if worker.ready and not worker.asked]
        serving.sort(key=lambda worker: (not self._is_outdated(worker), worker.generation))
        for worker in serving[: max(0, len(serving) - self._wanted)]:
            worker.ask(RETIRE, kill_at=stop_deadline(self._config))

    def _is_outdated(self, worker: WorkerProcess) -> bool:
        return worker.worn_out or worker.generation != self._generation

    # Events.

    def _wait(self, signals: socket.socket) -> bytes:
        """Wait until something happens, for a second at most; return the signals that have come."""
        poll = select.poll()
        poll.register(signals, select.POLLIN)
        for worker in self._workers:
            if not worker.silent:
                poll.register(worker, select.POLLIN)
        now = time.monotonic()
        until = (each for each in (self._backoff.until, self._stop_at, self._alive_at) if now < each)
        pause = min(_TICK_SECONDS, *(each - now for each in until), _TICK_SECONDS)
        poll.poll(pause * 1000)
        if time.monotonic() - now > pause + _TICK_SECONDS:
            for worker in self._workers:  # all processes have slept, as those of a suspended machine do
                worker.started = worker.seen = time.monotonic()
        for worker in self._workers:
            if worker.becomes_ready():
                if not self._served:
                    self._served = True
                    self._notifier.ready()
                _error_log.info("worker %d is ready", worker.pid)
        try:
            return signals.recv(4096)
        except BlockingIOError:
            return b""

    def _act_on(self, number: int) -> None:
        hung_up = number == signal.SIGHUP and self._is_hung_up()
        if number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT) or hung_up:
            self._stop(STOP if number == signal.SIGTERM else INTERRUPT)
        elif self._stopping:
            return
        elif number == signal.SIGHUP:
            self._generation += 1
            self._reloading = True
            self._notifier.reloading()
            self._backoff.reset()
            _error_log.info("reload: replacing %d workers", self._wanted)
        elif number in (signal.SIGTTIN, signal.SIGTTOU):
            self._wanted = max(1, self._wanted + (1 if number == signal.SIGTTIN else -1))
            _error_log.info("%d workers are wanted", self._wanted)

    def _stop(self, message: bytes) -> None:
        """Ask all workers to stop; the second time they cancel what is in flight, then they are killed."""
        if not self._stopping:
            self._stopping = True
            self._notifier.stopping()
            self._stop_message = message
            self._stop_at = time.monotonic() + (self._config.shutdown_delay if message == STOP else 0)
            _error_log.info("stopping %d workers", len(self._workers))
            for worker in self._workers:
                worker.tell(DRAIN)
        elif not self._forced:
            self._forced = True
            self._stop_workers()
            for worker in self._workers:
                worker.ask(FORCE, kill_at=time.monotonic() + 2 * ABORT_SECONDS)
        else:
            for worker in self._workers:
                worker.send_signal(signal.SIGKILL)

    def _stop_workers(self) -> None:
        """Ask the workers to stop, unless they have been asked."""
        if self._stop_at == inf:
            return
        self._stop_at = inf
        # Workers hold copies. Each accepts what waits before it closes its own.
        self._listeners.stop_arrivals()
        self._listeners.close()
        for worker in self._workers:
            worker.ask(self._stop_message, kill_at=stop_deadline(self._config))

    # Health.

    def _check(self) -> None:
        """Take note of workers that have ended, and end those that hang."""
        now = time.monotonic()
        if (pause := self._notifier.watchdog_seconds) is not None and now >= self._alive_at:
            self._alive_at = now + pause
            self._notifier.alive()
        if self._reloading and not any(map(self._is_outdated, self._workers)):
            self._reloading = False
            self._notifier.ready()
        if self._stopping and now >= self._stop_at:
            self._stop_workers()
        for worker in list(self._workers):
            if (code := worker.exit_code()) is not None:
                self._workers.remove(worker)
                worker.disconnect()
                self._clear_gauges(worker.slot)
                self._take_note_of_end(worker, code)
            elif worker.kill_at is not None:
                if now >= worker.kill_at:
                    _error_log.error("worker %d has not stopped in time and is killed", worker.pid)
                    worker.send_signal(signal.SIGKILL)
                    worker.kill_at = now + _TICK_SECONDS
            else:
                self._end_if_stuck(worker, now)

    def _end_if_stuck(self, worker: WorkerProcess, now: float) -> None:
        """End *worker* if it has given no sign of life for too long; it shows where it was."""
        if worker.ready:
            since, limit = worker.seen, self._config.timeout_worker_healthcheck
            fate = f"answered for {limit:g} seconds and is replaced"
        else:
            since, limit = worker.started, self._config.timeout_worker_startup
            fate = f"become ready in {limit:g} seconds and is ended"
        if now - since > limit:
            _error_log.error("worker %d has not %s; this is where it was:", worker.pid, fate)
            worker.send_signal(signal.SIGABRT)
            worker.kill_at = now + _TRACEBACK_SECONDS

    def _take_note_of_end(self, worker: WorkerProcess, code: int) -> None:
        how = f"by {name_of_signal(-code)}" if code < 0 else f"with code {code}"
        if worker.asked or self._stopping:
            _error_log.debug("worker %d has ended %s", worker.pid, how)
        elif not self._served:
            self._exit_code = code if code > 0 else EXIT_LIFESPAN_FAILED
            self._stopping, self._stop_at = True, inf
            if code not in _EXPLAINED:
                _error_log.error("worker %d, the first one, ended %s before it was ready", worker.pid, how)
        elif self._is_failed_reload(worker):
            for each in self._workers:
                each.generation = self._generation  # nobody is outdated
            _error_log.error(
                "reload: worker %d ended %s before it was ready; the old workers stay", worker.pid, how
            )
        else:
            pause = self._backoff.failed(served_for=worker.served_for())
            state = "" if worker.ready else " before it was ready"
            when = f"in {pause:g} s" if pause else "now"
            _error_log.error("worker %d ended %s%s; another starts %s", worker.pid, how, state, when)

    def _is_failed_reload(self, worker: WorkerProcess) -> bool:
        """Tell whether *worker* is the first of a reload and could not start, while older ones serve."""
        serving = [each.generation for each in self._workers if each.ready and not each.asked]
        return not worker.ready and bool(serving) and max(serving) < worker.generation


def _nothing(address: Address) -> None: ...
