"""An ASGI application of another framework gets on the native server what it gets on uvicorn."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.conformance.conftest import RunningServer, run_server

APP = Path(__file__).parent / "foreign" / "app.py"

# What is the server's own.
_OWN_HEADERS = {"date", "server", "connection", "transfer-encoding"}


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, RunningServer]]:
    """Run the application on the native server and on uvicorn."""
    folders = [tmp_path_factory.mktemp(f"foreign-{name}") for name in ("native", "uvicorn")]
    for folder in folders:
        shutil.copy(APP, folder)
    with (
        run_server("native", folders[0], expected_error=_EXPECTED) as native,
        run_server("uvicorn", folders[1], expected_error=_EXPECTED) as uvicorn,
    ):
        yield native, uvicorn
    for folder in folders:
        assert "the application was shut down" in (folder / "server.log").read_text()


_EXPECTED = "Error: "
"""The application breaks rules on purpose, and its servers say so."""


@pytest.fixture(params=["native", "uvicorn"])
def server(request: pytest.FixtureRequest, servers: tuple[RunningServer, RunningServer]) -> RunningServer:
    return servers[0] if request.param == "native" else servers[1]


def wait_for_log(server: RunningServer, entry: str) -> None:
    deadline = time.monotonic() + 30
    while entry not in (log := server.request("GET", "/show-log").body.decode()):
        assert time.monotonic() < deadline, log
        time.sleep(0.02)  # the application learns of it by itself


ANSWERS: list[Any] = [
    pytest.param("GET", "/", None, (200, b"hello"), id="whole"),
    pytest.param("HEAD", "/", None, (200, b""), id="head"),
    pytest.param("GET", "/nowhere", None, (404, b"no such path"), id="status"),
    pytest.param("GET", "/pieces", None, (200, b"one,two,three"), id="pieces"),
    pytest.param("HEAD", "/pieces", None, (200, b""), id="head of pieces"),
    pytest.param("GET", "/declared?5", None, (200, b"abcde"), id="declared length"),
    pytest.param("GET", "/large", None, (200, b"".join(bytes([n]) * 65536 for n in range(64))), id="large"),
    pytest.param("GET", "/status?204", None, (204, b""), id="204"),
    pytest.param("GET", "/status?304", None, (304, b""), id="304"),
    pytest.param("POST", "/unread", b"x" * 1000, (403, b"the body was not read"), id="unread body"),
    pytest.param("GET", "/closes", None, (200, b"the last one"), id="connection: close"),
    pytest.param("GET", "/raises", None, (500, b"Internal Server Error"), id="raises"),
    pytest.param("GET", "/nothing", None, (500, b"Internal Server Error"), id="no response"),
    pytest.param("GET", "/raises-afterwards", None, (200, b"whole"), id="raises afterwards"),
]


@pytest.mark.parametrize(("method", "path", "body", "expected"), ANSWERS)
def test_answers_are_those_of_uvicorn(
    servers: tuple[RunningServer, RunningServer],
    method: str,
    path: str,
    body: bytes | None,
    expected: tuple[int, bytes],
) -> None:
    native, uvicorn = (server.request(method, path, body) for server in servers)
    assert (native.status, native.body) == (uvicorn.status, uvicorn.body) == expected
    for answer in (native, uvicorn):
        for name in _OWN_HEADERS:
            answer.headers.pop(name, None)
    assert native.headers == uvicorn.headers


def test_the_scope_is_that_of_uvicorn(servers: tuple[RunningServer, RunningServer]) -> None:
    target = "/show-scope/caf%C3%A9%2Fa%20b;c?q=%20x&r=1"
    headers = {"X-Upper": "Case", "te": "trailers", "host": "example.com"}
    for _ in range(2):  # what one request changes in its scope, no other sees
        native, uvicorn = (
            json.loads(server.request("GET", target, None, headers).body) for server in servers
        )
        assert native == uvicorn
        assert native["asgi"] == {"version": "3.0", "spec_version": "2.3"}
        assert native["path"] == "/show-scope/café/a b;c"
        assert native["raw_path"] == "/show-scope/caf%C3%A9%2Fa%20b;c"
        assert (native["query_string"], native["root_path"]) == ("q=%20x&r=1", "")
        assert (native["state"], native["hosts"]) == ({"started": True}, ["127.0.0.1", "127.0.0.1"])


@pytest.mark.parametrize("size", [1, 70_000, 3_000_000])
@pytest.mark.parametrize("chunked", [False, True])
def test_bodies_of_requests_arrive_whole(server: RunningServer, size: int, chunked: bool) -> None:
    body = bytes(range(256)) * (size // 256 + 1)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        pieces = (body[start : start + 10_000] for start in range(0, len(body), 10_000))
        connection.request("POST", "/echo", pieces if chunked else body, encode_chunked=chunked)
        response = connection.getresponse()
        assert response.read().startswith(b"%d " % len(body))
    finally:
        connection.close()


def test_a_body_is_asked_for_when_the_application_reads_it(server: RunningServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 30) as client:
        client.sendall(b"POST /echo HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n")
        reader = client.makefile("rb")
        assert reader.readline() == b"HTTP/1.1 100 Continue\r\n"
        assert reader.readline() == b"\r\n"
        client.sendall(b"hello")
        assert reader.readline() == b"HTTP/1.1 200 OK\r\n"


def test_a_response_begins_before_its_body_is_there(server: RunningServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 30) as client:
        client.sendall(b"GET /begins HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        reader = client.makefile("rb")
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += reader.readline()
        assert b"x-early: 1\r\n" in head
        server.request("GET", "/release")
        assert b"late" in reader.read()


def test_a_connection_goes_on_while_the_application_works_on(server: RunningServer) -> None:
    before = server.request("GET", "/show-log").body.count(b"went on")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        for path, body in (("/goes-on", b"answered"), ("/", b"hello"), ("/release", b""), ("/", b"hello")):
            connection.request("GET", path)
            assert connection.getresponse().read() == body
    finally:
        connection.close()
    wait_for_log(server, ",".join(["went on"] * (before + 1)))


def test_pipelined_requests_are_answered_in_order(server: RunningServer) -> None:
    paths = ["/", "/pieces", "/echo", "/nowhere", "/status?204", "/begins-not", "/"]
    requests = b"".join(f"GET {path} HTTP/1.1\r\nhost: a\r\n\r\n".encode() for path in paths)
    received = server.talk(requests + b"GET /closes HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
    statuses = re.findall(rb"HTTP/1\.1 (\d+) ", received)
    assert statuses == [b"200", b"200", b"200", b"404", b"204", b"404", b"200", b"200"]
    assert received.endswith(b"the last one")


@pytest.mark.parametrize("path", ["/raises-late", "/declared?9", "/declared?3"])
def test_a_body_that_is_not_whole_is_seen_by_the_client(server: RunningServer, path: str) -> None:
    with suppress(http.client.IncompleteRead, ConnectionError):
        answer = server.request("GET", path)
        assert (path, answer.body) == ("/declared?3", b"abc")
    assert server.request("GET", "/").body == b"hello"


def test_a_response_cannot_be_split(server: RunningServer) -> None:
    received = server.talk(b"GET /splits HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
    assert b"set-cookie" not in received
    if server.name == "native":  # uvicorn closes without a word
        assert received.startswith(b"HTTP/1.1 500 ")


def test_receive_tells_the_end_of_a_response(server: RunningServer) -> None:
    server.request("GET", "/messages")
    wait_for_log(server, "http.request False http.disconnect")


def test_receive_tells_that_the_client_has_left(server: RunningServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 30) as client:
        client.sendall(b"GET /waits HTTP/1.1\r\nhost: a\r\n\r\n")
        reader = client.makefile("rb")
        while reader.readline() != b"waiting\r\n":
            pass
        reader.close()
    wait_for_log(server, "left by http.disconnect")


def test_receive_tells_that_the_client_has_left_before_the_end_of_its_body(server: RunningServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 30) as client:
        client.sendall(b"POST /cut HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nhalf")
    wait_for_log(server, "cut by http.disconnect")


def test_an_application_waits_for_a_client_that_reads_slowly(server: RunningServer) -> None:
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", server.port))
        client.sendall(b"GET /floods HTTP/1.1\r\nhost: a\r\n\r\n")
        wait_for_log(server, "piece 0")
        counts = []
        for _ in range(3):
            counts.append(server.request("GET", "/show-log").body.count(b"piece"))
        assert max(counts) < 100


def url(server: RunningServer, path: str) -> str:
    return f"ws://127.0.0.1:{server.port}{path}"


def test_websocket_messages_go_both_ways(server: RunningServer) -> None:
    with connect(url(server, "/"), subprotocols=[Subprotocol("v1"), Subprotocol("v2")]) as client:
        assert client.response is not None
        assert (client.subprotocol, client.response.headers["x-accepted"]) == ("v2", "1")
        for message in ("text", b"\x00\xff"):
            client.send(message)
            assert client.recv(30) == message
        client.close(4004, "bye")
    wait_for_log(server, "websocket.disconnect 4004 bye")


@pytest.mark.parametrize(("path", "code", "reason"), [("/", 4001, "enough"), ("/raises", 1011, "")])
def test_the_end_of_a_websocket_is_the_applications(
    server: RunningServer, path: str, code: int, reason: str
) -> None:
    with connect(url(server, path)) as client:
        if path == "/":
            client.send("close")
        with pytest.raises(ConnectionClosed) as caught:
            client.recv(30)
    received = caught.value.rcvd
    if server.name == "uvicorn" and path == "/raises":
        assert received is None  # it cuts the connection
    else:
        assert received is not None
        assert (received.code, received.reason) == (code, reason)


@pytest.mark.parametrize(("path", "status", "body"), [("/denied", 402, b"pay "), ("/refused", 403, b"")])
def test_a_refused_websocket_is_an_http_response(
    server: RunningServer, path: str, status: int, body: bytes
) -> None:
    with pytest.raises(InvalidStatus) as caught, connect(url(server, path)):
        pass
    response = caught.value.response
    assert response.status_code == status
    if path == "/denied":
        assert (bytes(response.body or b""), response.headers["x-denied"]) == (body, "1")
