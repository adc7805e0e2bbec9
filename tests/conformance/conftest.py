"""The quickstart on every server, each as a real process on loopback."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conformance.other_servers import other_scripts

QUICKSTART = Path(__file__).parents[2] / "docs" / "examples" / "quickstart" / "app.py"

COMMANDS = {
    "native": ("bolide", "run", "app:app", "--port", "{port}", "--no-access-log"),
    "uvicorn": ("uvicorn", "app:app", "--port", "{port}", "--no-access-log"),
    "hypercorn": ("hypercorn", "app:app", "--bind", "127.0.0.1:{port}"),
    "granian-asgi": ("granian", "app:app", "--interface", "asgi", "--port", "{port}"),
    "granian-rsgi": ("granian", "app:app", "--interface", "rsgi", "--port", "{port}"),
    "daphne": ("daphne", "-b", "127.0.0.1", "-p", "{port}", "app:app"),
    "gunicorn": ("gunicorn", "app:app", "-k", "asgi", "-b", "127.0.0.1:{port}", "--no-control-socket"),
    "gunicorn-uvicorn": (
        *("gunicorn", "app:app", "-k", "uvicorn_worker.UvicornWorker"),
        *("-b", "127.0.0.1:{port}", "--no-control-socket"),
    ),
}

_INSTALLED_APART = {"daphne", "gunicorn", "gunicorn-uvicorn"}

SERVERS = [
    pytest.param(name, marks=pytest.mark.full if name in _INSTALLED_APART else ()) for name in COMMANDS
]
"""Every server, for fixtures: those that are not installed beside the tests are asked in full runs."""

_ONE_PER_ENTRY = {"native", "uvicorn", "granian-rsgi"}

SERVERS_BY_ENTRY = [
    pytest.param(name, marks=() if name in _ONE_PER_ENTRY else pytest.mark.full) for name in COMMANDS
]
"""The same for what depends less on the server: short runs ask one of each kind."""

EXPECTED_ERROR = "DatabaseError: file is not a database"
"""What a database of garbage raises in the quickstart."""

_START_SECONDS = 30

NO_DENIAL_RESPONSES = {"daphne", "granian-rsgi", "gunicorn"}
"""Servers that refuse WebSocket connections with a 403, or at least without a body."""

NO_LIFESPAN = {"daphne"}
"""Servers that never call the start-up code of an application."""


@dataclass(frozen=True)
class Answer:
    """What came back: status, header fields with lower-case names, body."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class RunningServer:
    """A server process, its port and the folder it runs in."""

    name: str
    port: int
    folder: Path

    def talk(self, data: bytes) -> bytes:
        """Send *data* as it is and return all that comes until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), 10) as client:
            client.sendall(data)
            received = b""
            while piece := client.recv(65536):
                received += piece
            return received

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """Send one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            with suppress(BrokenPipeError):  # refused, with an answer, before the body was sent
                connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            fields = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, fields, response.read())
        finally:
            connection.close()


@pytest.fixture(scope="module", params=SERVERS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """Run the quickstart on one server after the other, with a fresh database each."""
    name: str = request.param
    folder = tmp_path_factory.mktemp(name)
    shutil.copy(QUICKSTART, folder)
    with run_server(name, folder, expected_error=EXPECTED_ERROR) as running:
        yield running


@contextmanager
def run_server(name: str, folder: Path, *, expected_error: str) -> Iterator[RunningServer]:
    """Run the ``app.py`` in *folder*; its log may hold tracebacks of *expected_error* only."""
    port = _free_port()
    program, *arguments = COMMANDS[name]
    scripts = other_scripts() if name in _INSTALLED_APART else Path(sys.executable).parent
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [scripts / program, *(argument.format(port=port) for argument in arguments)],
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_ready(process, port, log)
            yield RunningServer(name, port, folder)
        finally:
            process.terminate()
            code = process.wait(15)
    if name == "native":
        assert code == 0
    text = log.read_text()
    tracebacks = text.split("Traceback (most recent call last)")[1:]
    assert [each for each in tracebacks if expected_error not in each] == [], text


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)  # a foreign server has no other way to say that it listens
        else:
            return
    raise RuntimeError(f"the server did not start:\n{log.read_text()}")
