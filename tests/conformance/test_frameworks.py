"""Applications of other frameworks answer on the native server as they do on uvicorn."""

from __future__ import annotations

import json
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.conformance.conftest import Answer, RunningServer, run_server

APPS = Path(__file__).parent / "frameworks"
CONTENT = bytes(range(256)) * 2000

Pair = tuple[RunningServer, RunningServer]


def run_pair(app: str, stack: ExitStack, folder: Path) -> Pair:
    """Run *app* on the native server and on uvicorn."""
    servers: list[RunningServer] = []
    for name in ("native", "uvicorn"):
        own = folder / name
        own.mkdir()
        shutil.copy(APPS / app, own / "app.py")
        (own / "data.bin").write_bytes(CONTENT)
        servers.append(stack.enter_context(run_server(name, own, expected_error="broken on purpose")))
    return servers[0], servers[1]


@pytest.fixture(scope="module")
def starlettes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("starlette")
        yield run_pair("starlette_app.py", stack, folder)
    for log in folder.glob("*/server.log"):
        assert "the application was shut down" in log.read_text()


@pytest.fixture(scope="module")
def djangos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with ExitStack() as stack:
        yield run_pair("django_app.py", stack, tmp_path_factory.mktemp("django"))


def same_answer(
    servers: Pair, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> Answer:
    """Return what both servers answer."""
    native, uvicorn = (server.request(method, path, body, headers) for server in servers)
    for name in ("date", "server", "last-modified", "etag", "vary"):
        native.headers.pop(name, None)
        uvicorn.headers.pop(name, None)
    assert native == uvicorn
    return native


def test_starlette_reads_requests(starlettes: Pair) -> None:
    answer = same_answer(starlettes, "POST", "/inner/a%20b?q=1", b"x" * 100_000)
    assert json.loads(answer.body) == ["POST", "http://127.0.0.1:PORT/inner/a b?q=1", "db", 100_000]
    assert same_answer(starlettes, "GET", "/nowhere").status == 404
    assert same_answer(starlettes, "GET", "/fails").status == 500
    # Middleware may want another form of the body.
    assert (
        "content-encoding"
        in same_answer(starlettes, "GET", "/inner/" + "x" * 1000, None, {"accept-encoding": "gzip"}).headers
    )


def test_starlette_sends_files(starlettes: Pair) -> None:
    assert same_answer(starlettes, "GET", "/file").body == CONTENT
    assert same_answer(starlettes, "HEAD", "/file").headers["content-length"] == str(len(CONTENT))
    part = same_answer(starlettes, "GET", "/file", None, {"range": "bytes=100-300000"})
    assert (part.status, part.body) == (206, CONTENT[100:300_001])


def test_starlette_works_on_and_notices_that_clients_leave(starlettes: Pair) -> None:
    for server in starlettes:
        assert server.request("GET", "/background").body == b"answered"
        with socket.create_connection(("127.0.0.1", server.port), 30) as client:
            client.sendall(b"GET /waits HTTP/1.1\r\nhost: a\r\n\r\n")
            received = b""
            while b"first" not in received:
                received += client.recv(65536)
        deadline = time.monotonic() + 30
        while server.request("GET", "/events").body != b'["background","stream closed"]':
            assert time.monotonic() < deadline
            time.sleep(0.02)  # the server learns of it by itself


def test_starlette_speaks_websocket(starlettes: Pair) -> None:
    for server in starlettes:
        url = f"ws://127.0.0.1:{server.port}/echo"
        with connect(url, subprotocols=[Subprotocol("v1")]) as client:
            client.send("text")
            assert (client.subprotocol, client.recv(30)) == ("v1", "text")
            with pytest.raises(ConnectionClosedError) as caught:
                client.recv(30)
        assert caught.value.rcvd is not None
        assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (4000, "done")


@pytest.mark.full
def test_django_is_served(djangos: Pair) -> None:
    answer = same_answer(djangos, "POST", "/show/a%20b/c?q=1&q=2", b"x" * 2_000_000)
    assert (answer.status, json.loads(answer.body)) == (200, ["POST", "a b/c", {"q": "2"}, 2_000_000])
    assert json.loads(same_answer(djangos, "GET", "/async?x").body) == {"path": "/async?x", "scheme": "http"}
    assert same_answer(djangos, "GET", "/stream").body.endswith(b"98,99,")
    assert same_answer(djangos, "GET", "/file").body == CONTENT
    assert same_answer(djangos, "GET", "/nowhere").status == 404
    assert same_answer(djangos, "GET", "/fails").status == 500
