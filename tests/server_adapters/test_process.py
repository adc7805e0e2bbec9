"""The server as the main job of a process: signals, exit codes, what it prints."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server_adapters.raw import Address, connect, read_response, wait_until_refused

ROOT = Path(__file__).parents[2]

PROGRAM = """
import sys
from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.native import run
from tests.server_adapters.application import app

app.startup_error = RuntimeError("no database") if "fail" in sys.argv else None
app.on_event = lambda event: print(event, flush=True)
config = ServerConfig(port=int(sys.argv[1]), loop=sys.argv[2], timeout_graceful_shutdown=5)
sys.exit(run(app, config, on_ready=lambda address: print(*address, flush=True)))
"""

ON_A_TERMINAL = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # SIGHUP comes from this one
from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.native import run, supervise
from tests.server_adapters.application import app

config = ServerConfig(port=0, workers=int(sys.argv[1]))
ready = lambda address: print("ready", flush=True)
if config.workers == 1:
    sys.exit(run(app, config, on_ready=ready))
sys.exit(supervise(lambda: app, config, on_ready=ready))
"""


class Process:
    """A server process whose standard output tells what happens in it."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def address(self) -> Address:
        assert self.line() == "startup"
        host, port = self.line().split()
        return host, int(port)

    def end(self) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_m01_a_signal_finishes_requests_in_flight(loop: str, number: signal.Signals) -> None:
    with Process("0", loop) as server:
        address = server.address()
        with connect(address) as client, connect(address) as body:
            client.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo")
            body.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert read_response(body).status == 200
            server.process.send_signal(number)
            wait_until_refused(address)  # the signal has been handled
            client.sendall(b"dy")
            response = read_response(client)
        assert (response.body, response.headers["connection"]) == (b"body", "close")
        code, out, err = server.end()
    assert (code, out.splitlines()[-1]) == (0, "shutdown")
    assert "ERROR" not in err


def test_a_second_signal_cancels() -> None:
    with Process("0", "auto") as server, connect(server.address()) as client:
        client.sendall(b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
        assert server.line() == "waiting"
        server.process.send_signal(signal.SIGTERM)
        server.process.send_signal(signal.SIGINT)
        code, out, err = server.end()
    assert (code, out) == (0, "cancelled\nshutdown\n")
    assert "1 requests did not finish in time" in err


@pytest.mark.parametrize(
    "hurry",
    [pytest.param(True, id="third signal"), pytest.param(False, id="after 5 s", marks=pytest.mark.full)],
)
def test_a_thread_that_never_ends_does_not_keep_the_process(hurry: bool) -> None:
    with Process("0", "auto") as server, connect(server.address()) as client:
        client.sendall(b"GET /thread HTTP/1.1\r\nHost: a\r\n\r\n")
        assert server.line() == "waiting"
        server.process.send_signal(signal.SIGTERM)
        server.process.send_signal(signal.SIGINT)
        assert server.line() == "cancelled"
        if hurry:
            server.process.send_signal(signal.SIGTERM)
        code, out, err = server.end()
    assert (code, out) == (0, "shutdown\n")
    assert "stop: 1 requests still wait for threads and are abandoned" in err


def test_the_code_of_system_exit_is_the_exit_code() -> None:
    with Process("0", "auto") as server:
        with connect(server.address()) as client:
            client.sendall(b"GET /exit HTTP/1.1\r\nHost: a\r\n\r\n")
            assert read_response(client).status == 500
        assert server.end()[0] == 7


def test_m04_a_failed_startup_exits_with_3_and_a_traceback() -> None:
    with Process("0", "auto", "fail") as server:
        code, out, err = server.end()
    assert (code, out) == (3, "startup\n")
    assert "application failed to start: RuntimeError('no database')" in err
    assert "Traceback (most recent call last)" in err


def test_a_port_in_use_exits_with_2_and_names_who_uses_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with Process(str(port), "auto") as server:
            code, out, err = server.end()
    assert (code, out) == (2, "")
    start = rf"ERROR:     cannot listen on 127\.0\.0\.1:{port}: Address already in use"
    match = re.fullmatch(rf"{start}( by .*)?; port \d+ is free\n", err)
    assert match, err
    if sys.platform == "linux":
        assert f"(process {os.getpid()})" in match.group(1)


def test_the_access_log_goes_to_standard_output() -> None:
    with Process("0", "auto") as server:
        with connect(server.address()) as client:
            port = client.getsockname()[1]
            client.sendall(b"GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert read_response(client).status == 404
        assert server.line() == f'INFO:     127.0.0.1:{port} - "GET /a HTTP/1.1" 404'


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no terminals of this kind")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_closed_terminal_ends_the_server(workers: str) -> None:
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", ON_A_TERMINAL, workers],
        cwd=ROOT,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            os.close(ours)
            assert process.wait(30) == 0
        finally:
            process.kill()
