"""A service of systemd: sockets that it passes, and what it is told."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.native import BindError
from bolide.server_adapters.native._listeners import bind
from tests.server_adapters.conftest import StartServer
from tests.server_adapters.raw import connect, read_response, wait_until_refused
from tests.server_adapters.supervised import Supervised

ROOT = Path(__file__).parents[2]
GET = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

PROGRAM = """
import os, socket, sys
manager = socket.create_server(("127.0.0.1", 0))
kept = manager.dup()
os.dup2(manager.detach(), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="api")
from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.native import run
from tests.server_adapters.application import app
app.on_event = lambda event: None
run(app, ServerConfig(port=1), on_ready=lambda address: print(*address, sorted(os.environ), flush=True))
with socket.create_connection(kept.getsockname()):
    print("still open", flush=True)
"""


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "notify"))
        receiver.settimeout(20)
        yield receiver


def told(manager: socket.socket) -> str:
    """Return the first word of what the service says next, without signs of life."""
    while (message := manager.recv(1000)) == b"WATCHDOG=1":
        pass
    return message.decode().partition("\n")[0]


def test_the_sockets_that_systemd_passes_are_served() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            host, port, environment = process.stdout.readline().split(maxsplit=2)
            assert "LISTEN_" not in environment
            with connect((host, int(port))) as client:
                client.sendall(GET)
                assert read_response(client).status == 200
            process.send_signal(signal.SIGTERM)
            assert process.communicate(timeout=20)[0].splitlines()[-1] == "still open"
        finally:
            process.kill()


def test_an_inherited_socket_is_served(start_server: StartServer) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    address = listener.getsockname()
    start_server(fd=listener.detach())
    with connect(address) as client:
        client.sendall(GET)
        assert read_response(client).status == 200


def test_what_cannot_be_listened_on_is_one_clear_sentence() -> None:
    with pytest.raises(BindError, match="fd is 999, which is no socket: Bad file descriptor"):
        asyncio.run(bind(ServerConfig(fd=999)))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        number = os.dup(datagrams.fileno())
        with pytest.raises(BindError, match=f"file descriptor {number} is no stream socket"):
            asyncio.run(bind(ServerConfig(fd=number)))


def test_a_unix_socket_has_the_mode_that_is_asked_for(start_server: StartServer, tmp_path: Path) -> None:
    path = tmp_path / "server.sock"
    server = start_server(uds=str(path), uds_permissions=0o600)
    assert path.stat().st_mode & 0o777 == 0o600
    server.close()
    server.join()
    assert not path.exists()


def test_the_manager_is_told_how_the_supervisor_is(
    manager: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(manager.getsockname()))
    monkeypatch.setenv("WATCHDOG_USEC", "200000")
    code = tmp_path / "code"
    code.write_text("code")
    with Supervised(code) as server:
        server.wait_until_ready()
        assert told(manager) == "READY=1"
        server.send(signal.SIGHUP)
        assert told(manager) == "RELOADING=1"
        assert told(manager) == "READY=1"
        assert manager.recv(1000) == b"WATCHDOG=1"
        server.send(signal.SIGTERM)
        assert told(manager) == "STOPPING=1"
        assert server.end()[0] == 0


def test_the_manager_is_told_how_one_process_is(
    manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.server_adapters.test_process import Process

    monkeypatch.setenv("NOTIFY_SOCKET", str(manager.getsockname()))
    monkeypatch.setenv("WATCHDOG_USEC", "100000")
    with Process("0", "auto") as server:
        server.address()
        assert told(manager) == "READY=1"
        server.process.send_signal(signal.SIGHUP)
        assert told(manager) == "RELOADING=1"
        assert told(manager) == "READY=1"
        assert manager.recv(1000) == b"WATCHDOG=1"
        server.process.send_signal(signal.SIGTERM)
        assert told(manager) == "STOPPING=1"
        assert server.end()[0] == 0


@pytest.mark.parametrize("workers", [1, 2])
def test_a_service_that_stops_is_ready_no_longer_and_goes_on_for_a_while(
    tmp_path: Path, workers: int
) -> None:
    code = tmp_path / "code"
    code.write_text("code")
    with Supervised(code, workers=workers, shutdown_delay=1.0).wait_until_ready(workers) as server:
        assert server.get()["draining"] is False
        server.send(signal.SIGTERM)
        while not server.get()["draining"]:
            pass
        with connect(server.address) as client:
            client.sendall(GET)
            assert read_response(client).status == 200
        wait_until_refused(server.address)
        assert server.end()[0] == 0
