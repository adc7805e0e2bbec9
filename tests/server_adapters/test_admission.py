"""Limits on connections, on requests at once, and on what one process serves in its life."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.server_adapters.conftest import StartServer
from tests.server_adapters.frames import CLOSE, RawSocket, frame, handshake
from tests.server_adapters.raw import (
    connect,
    parse,
    read_response,
    read_to_end,
    statuses,
    talk,
    wait_until_refused,
)
from tests.server_adapters.websocket_application import WebSocketContractApplication

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
LAST = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
WAIT = b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"

ROOT = Path(__file__).parents[2]

OPEN_FILES = """
import json, os, resource, signal, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (100, int(sys.argv[1])))
from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.native import run
from bolide.server_adapters.native._open_files import connection_limit
from tests.server_adapters.application import app
config = ServerConfig(port=0, access_log=False, **json.loads(sys.argv[2]))
def ready(address):
    print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], connection_limit(config))
    os.kill(os.getpid(), signal.SIGINT)
run(app, config, on_ready=ready)
"""

FEW_FILES = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (48, 48))
from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.native import run
from tests.server_adapters.application import app
config = ServerConfig(port=0, loop=sys.argv[1], limit_connections=1000, backlog=128, log_level="critical")
run(app, config, on_ready=lambda address: print(*address, flush=True))
"""


def test_d10_requests_beyond_the_limit_get_503_and_the_others_go_on(start_server: StartServer) -> None:
    server = start_server(limit_concurrency=2)
    with connect(server.address) as first, connect(server.address) as second:
        first.sendall(WAIT)
        second.sendall(WAIT)
        server.wait_for("waiting", count=2)
        with connect(server.address) as third:
            third.sendall(GET)
            refused = read_response(third)
            assert (refused.status, refused.body) == (503, b"Service Unavailable")
            assert (refused.headers["retry-after"], "connection" in refused.headers) == ("1", False)
            server.release()
            assert [read_response(client).status for client in (first, second)] == [200, 200]
            third.sendall(GET)
            assert read_response(third).status == 200


def test_d10_a_stream_counts_until_it_has_ended(start_server: StartServer) -> None:
    server = start_server(limit_concurrency=1, timeout_keep_alive=0.4)
    with connect(server.address) as client:
        client.sendall(b"GET /stream-forever HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.recv(65536)
        assert statuses(talk(server.address, LAST)) == [503]
    server.wait_for("after stream")
    assert statuses(talk(server.address, LAST)) == [200]


def test_d10_a_websocket_connection_counts_from_its_handshake_to_its_end(start_server: StartServer) -> None:
    server = start_server(WebSocketContractApplication(), limit_concurrency=1)
    with connect(server.address) as other:
        with RawSocket(server.address, handshake()) as first:
            assert first.response.startswith(b"HTTP/1.1 101")
            with RawSocket(server.address, handshake()) as second:
                assert second.response.startswith(b"HTTP/1.1 503")
            other.sendall(GET)
            assert read_response(other).status == 503
            first.send(frame(CLOSE, b"\x03\xe8"))
            first.read_to_end()
        server.wait_for("ended 1000")
        other.sendall(GET)
        assert read_response(other).status == 200


def test_d10_failures_give_their_place_back(start_server: StartServer) -> None:
    server = start_server(limit_concurrency=1)
    for path in (b"/boom", b"/stream-fails", b"/none", b"/after"):
        talk(server.address, b"GET %b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" % path)
    assert statuses(talk(server.address, LAST)) == [200]


def test_d10_a_connection_beyond_the_limit_is_answered_503(start_server: StartServer) -> None:
    server = start_server(limit_connections=2)
    with connect(server.address) as first, connect(server.address) as second:
        for client in (first, second):
            client.sendall(GET)
            assert read_response(client).status == 200
        with connect(server.address) as third:
            (refused,) = parse(read_to_end(third))
            third.sendall(GET)  # no reset before the client has seen the answer
            assert third.recv(1) == b""
        assert (refused.status, refused.headers["retry-after"]) == (503, "1")
        assert refused.headers["connection"] == "close"
        first.sendall(GET)
        assert read_response(first).status == 200
        second.close()
        _wait_until_served(server.address)


def test_d11_a_flood_of_connections_does_not_keep_requests_from_being_answered(
    start_server: StartServer,
) -> None:
    server = start_server(limit_connections=8)
    with ExitStack() as flood, connect(server.address) as client:
        client.sendall(GET)
        assert read_response(client).status == 200
        for _ in range(200):  # far beyond the limit: the last ones are closed without a word
            flood.enter_context(connect(server.address))
        for _ in range(20):
            client.sendall(GET)
            assert read_response(client).status == 200


def test_d08_slow_and_idle_connections_leave_the_others_alone(start_server: StartServer) -> None:
    server = start_server(timeout_request_header=0.4, timeout_keep_alive=0.4)
    with ExitStack() as slow, connect(server.address) as client:
        clients = [slow.enter_context(connect(server.address)) for _ in range(400)]
        for each in clients[300:]:
            each.sendall(b"GET / HTTP/1.1\r\nX: ")
        for _ in range(50):
            client.sendall(GET)
            assert read_response(client).status == 200
        answers = [read_to_end(each) for each in clients]
    assert answers[:300] == [b""] * 300
    assert [statuses(answer) for answer in answers[300:]] == [[408]] * 100


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
@pytest.mark.parametrize(
    ("most", "settings", "limits"),
    [
        (4096, {}, "4096 3686"),
        (2000, {"limit_connections": 900}, "1001 900"),
        (100, {}, "100 90"),
    ],
)
def test_a_process_may_open_the_files_that_its_connections_need(
    most: int, settings: dict[str, int], limits: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", OPEN_FILES, str(most), json.dumps(settings)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == limits


@pytest.mark.skipif(sys.platform != "linux", reason="reads the CPU time from /proc")
@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_d09_without_a_file_for_a_connection_the_server_goes_on(loop: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", FEW_FILES, loop], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            host, port = process.stdout.readline().split()
            address = host, int(port)
            with ExitStack() as flood, connect(address) as client:
                for _ in range(100):
                    flood.enter_context(connect(address))
                client.sendall(GET)
                assert read_response(client).status == 200
                before = _cpu_seconds(process.pid)
                client.settimeout(0.5)
                with pytest.raises(TimeoutError):
                    client.recv(1)
                assert _cpu_seconds(process.pid) - before < 0.3
            _wait_until_served(address)
        finally:
            process.kill()


def test_a_server_stops_in_order_after_its_last_request(
    start_server: StartServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bolide")
    server = start_server(limit_max_requests=3)
    with connect(server.address) as client:
        answered = 0
        while True:  # what was on its way is answered, too
            client.sendall(GET)
            response = read_response(client)
            assert response.status == 200
            answered += 1
            if response.headers.get("connection") == "close":
                break
        assert client.recv(1) == b""
        assert answered >= 3
    server.join()
    assert server.server.retired
    assert server.app.events == ["startup", "shutdown"]
    assert "stop: it has served 3 requests" in caplog.text


def test_a_websocket_connection_counts_among_the_requests(start_server: StartServer) -> None:
    server = start_server(WebSocketContractApplication(), limit_max_requests=1)
    with RawSocket(server.address, handshake()) as client:
        assert client.read() == (CLOSE, b"\x03\xf4")
        client.send(frame(CLOSE, b"\x03\xf4"))
    server.join()
    assert server.server.retired


def test_jitter_adds_requests(start_server: StartServer) -> None:
    server = start_server(limit_max_requests=1, limit_max_requests_jitter=5)
    served = 0
    while True:
        try:
            if statuses(talk(server.address, LAST)) == [200]:
                served += 1
        except OSError:
            break
    server.join()
    assert 1 <= served <= 20


def test_a_server_stops_in_order_when_its_lifetime_is_over(start_server: StartServer) -> None:
    server = start_server(workers_lifetime=0.3, workers_lifetime_jitter=0.1)
    with connect(server.address) as client:
        client.sendall(WAIT)
        server.wait_for("waiting")
        wait_until_refused(server.address)
        server.release()
        assert read_response(client).body == b"released"
    server.join()
    assert server.server.retired


@pytest.mark.parametrize("path", [b"/echo", b"/ignore"])
def test_e02_a_declared_body_over_the_servers_limit_is_refused(
    start_server: StartServer, path: bytes
) -> None:
    server = start_server(limit_request_body=10)
    head = b"POST %b HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: " % path
    (response,) = parse(talk(server.address, head + b"11\r\n\r\n"))
    assert (response.status, response.headers["connection"]) == (413, "close")
    (response,) = parse(talk(server.address, head + b"10\r\nConnection: close\r\n\r\n" + b"x" * 10))
    assert response.status == 200


def test_e01_a_chunked_body_over_the_servers_limit_is_refused_while_it_comes(
    start_server: StartServer,
) -> None:
    server = start_server(limit_request_body=10)
    head = b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    with connect(server.address) as client:
        client.sendall(head + b"6\r\nabcdef\r\n")
        client.sendall(b"5\r\n")  # refused before the chunk itself is there
        (response,) = parse(read_to_end(client))
    assert (response.status, response.headers["connection"]) == (413, "close")
    (response,) = parse(talk(server.address, head + b"a\r\nabcdefghij\r\n0\r\n\r\n", half_close=True))
    assert response.body == b"abcdefghij"


def _wait_until_served(address: tuple[str, int]) -> None:
    """Connect until there is room: the server has seen that another client has left."""
    while True:
        try:
            if statuses(talk(address, LAST)) == [200]:
                return
        except ConnectionResetError:
            pass  # no file for this connection


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
