"""Streams and files over real sockets: what is sent, and what happens when one side gives up."""

import http.client
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.conftest import SERVERS_BY_ENTRY, RunningServer, run_server

APP = Path(__file__).parent / "streamed" / "app.py"
CONTENT = bytes(range(256)) * 4096


@pytest.fixture(scope="module", params=SERVERS_BY_ENTRY)
def streams(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """Run the application on one server after the other."""
    folder = tmp_path_factory.mktemp(f"streams-{request.param}")
    shutil.copy(APP, folder)
    (folder / "data.bin").write_bytes(CONTENT)
    with run_server(request.param, folder, expected_error="broken on purpose") as running:
        yield running


@pytest.mark.parametrize("path", ["/lines?count=2000", "/threads"])
def test_lines_arrive_whole_and_in_order(streams: RunningServer, path: str) -> None:
    answer = streams.request("GET", path)
    count = 2000 if path.startswith("/lines") else 2
    first = 0 if path.startswith("/lines") else 1
    assert answer.headers["content-type"] == "application/jsonl"
    assert answer.body.splitlines() == [b'{"number":%d}' % (first + i) for i in range(count)]


def test_a_client_that_leaves_cancels_the_endpoint_and_frees_what_it_holds(streams: RunningServer) -> None:
    """#104: on every server, whatever its version of ASGI."""
    before = streams.request("GET", "/log").body.count(b"disconnected")
    with socket.create_connection(("127.0.0.1", streams.port), 10) as client:
        client.sendall(b"GET /endless HTTP/1.1\r\nhost: a\r\n\r\n")
        received = b""
        while b'data: "db"\n\n' not in received:
            piece = client.recv(65536)
            assert piece, received
            received += piece
    deadline = time.monotonic() + 10
    while (log := streams.request("GET", "/log").body).count(b"disconnected") == before:
        assert time.monotonic() < deadline, log
        time.sleep(0.02)  # the server learns of it by itself
    assert log.count(b"cancelled") == log.count(b"disconnected")


def test_an_error_in_the_middle_is_seen_by_the_client(streams: RunningServer) -> None:
    if streams.name == "daphne":
        pytest.skip("it neither ends the body nor closes the connection")
    if (
        streams.name == "granian-rsgi"
    ):  # RSGI has no way to say it: its server ends the body as if it were whole
        assert streams.request("GET", "/broken").body == b"half"
    else:
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            streams.request("GET", "/broken")
    assert streams.request("GET", "/lines?count=1").body == b'{"number":0}\n'


def test_files_are_sent_whole_and_in_parts(streams: RunningServer) -> None:
    whole = streams.request("GET", "/file")
    assert (whole.status, whole.body, whole.headers["content-length"]) == (200, CONTENT, str(len(CONTENT)))
    head = streams.request("HEAD", "/file")
    assert (head.body, head.headers["content-length"]) == (b"", str(len(CONTENT)))
    part = streams.request("GET", "/file", headers={"range": "bytes=100000-299999"})
    assert (part.status, part.body) == (206, CONTENT[100000:300000])
    parts = streams.request("GET", "/file", headers={"range": "bytes=0-1,10-11"})
    assert parts.headers["content-type"].startswith("multipart/byteranges; boundary=")
    assert len(parts.body) == int(parts.headers["content-length"])
