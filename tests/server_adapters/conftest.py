"""A native server in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.native import Server
from bolide.server_adapters.native._process import new_event_loop
from tests.server_adapters.application import ContractApplication
from tests.server_adapters.raw import Address


class ServerThread:
    """Serve one application until :meth:`stop`; a failure of the server is raised there."""

    def __init__(self, app: ContractApplication, config: ServerConfig, *, wait: bool = True) -> None:
        self.app = app
        self.server = Server(app, config)
        self.address: Address = ("", 0)
        self.error: BaseException | None = None
        self._ready = threading.Event()
        self._seen = threading.Condition()
        self._loop = new_event_loop(config.loop)
        app.on_event = self._notify
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        if wait:
            assert self._ready.wait(10)

    def close(self, *, patient: bool = False) -> None:
        """Ask the server to stop, and do not wait; *patient* leaves idle connections open for a minute."""
        self._loop.call_soon_threadsafe(lambda: self.server.close(idle_seconds=60.0 if patient else 0.0))

    def release(self) -> None:
        """Let the requests that wait go on."""
        release = self.app.release
        assert release is not None
        self._loop.call_soon_threadsafe(release.set)

    def wait_for(self, event: str, *, count: int = 1) -> None:
        """Wait until the application has recorded *event*."""
        with self._seen:
            assert self._seen.wait_for(lambda: self.app.events.count(event) >= count, timeout=15), event

    def join(self) -> None:
        self._thread.join(15)
        assert not self._thread.is_alive()
        if self.error is not None:
            raise self.error

    def stop(self) -> None:
        if self._thread.is_alive():
            self.release()
            self.close()
        self.join()

    def _notify(self, event: str) -> None:
        with self._seen:
            self._seen.notify_all()

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self.server.serve(on_ready=self._set_ready))
        except BaseException as error:
            self.error = error
        finally:
            self._ready.set()

    def _set_ready(self, address: Any) -> None:
        self.address = address
        self._ready.set()


StartServer = Callable[..., ServerThread]


@pytest.fixture
def start_server() -> Iterator[StartServer]:
    """Return a function that serves the contract application with settings of the test."""
    threads: list[ServerThread] = []

    def start(app: ContractApplication | None = None, **settings: Any) -> ServerThread:
        config = ServerConfig(**{"port": 0, "access_log": False, **settings})
        thread = ServerThread(app or ContractApplication(), config)
        threads.append(thread)
        return thread

    yield start
    for thread in threads:
        thread.stop()


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    """Return the address of a server with default settings, shared by the tests of a module."""
    thread = ServerThread(ContractApplication(), ServerConfig(port=0, access_log=False))
    yield thread.address
    thread.stop()
