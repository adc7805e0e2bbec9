"""Applications below others answer alike on every server."""

from __future__ import annotations

import json
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.conftest import NO_LIFESPAN, SERVERS, RunningServer, run_server
from tests.server_adapters.raw import read_until

MOUNTED = Path(__file__).parent / "mounted" / "app.py"


@pytest.fixture(scope="module", params=[each for each in SERVERS if each.values[0] not in NO_LIFESPAN])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    name: str = request.param
    folder = tmp_path_factory.mktemp(name)
    shutil.copy(MOUNTED, folder)
    with run_server(name, folder, expected_error="the foreign application fails") as running:
        yield running


def test_mounted_application_has_its_path_and_both_states(server: RunningServer) -> None:
    got = server.request("GET", "/sub/items/7")
    url = f"http://127.0.0.1:{server.port}/sub/items/1"
    assert json.loads(got.body) == [7, "/sub", "hello", "sub", url]
    assert server.request("GET", "/sub/items/x").status == 404


def test_host_decides(server: RunningServer) -> None:
    got = server.request("GET", "/items/7", headers={"host": "sub.example.com"})
    assert json.loads(got.body)[:2] == [7, ""]


def test_slash_redirects(server: RunningServer) -> None:
    got = server.request("GET", "/events/?a=1")
    assert (got.status, got.headers["location"]) == (307, "/events?a=1")


@pytest.mark.parametrize("body", [None, b"x" * 100_000], ids=["no body", "large body"])
def test_foreign_application_streams(server: RunningServer, body: bytes | None) -> None:
    got = server.request("POST", "/foreign/a%20b", body)
    assert (got.status, json.loads(got.body)) == (
        203,
        ["POST", "/foreign", "/foreign/a b", len(body or b""), "hello"],
    )


def test_foreign_application_works_on_after_its_response(server: RunningServer) -> None:
    server.request("GET", "/foreign/")
    assert json.loads(server.request("GET", "/events").body)[-1] == "after the response"


def test_stream_of_a_foreign_application_that_waits_ends_when_the_client_leaves(
    server: RunningServer,
) -> None:
    before = json.loads(server.request("GET", "/events").body).count("stream closed")
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(b"GET /starlette/waits HTTP/1.1\r\nhost: a\r\n\r\n")
        read_until(client, b"first")
    deadline = time.monotonic() + 30
    while json.loads(server.request("GET", "/events").body).count("stream closed") == before:
        assert time.monotonic() < deadline
        time.sleep(0.02)  # the server learns of it by itself


def test_head_of_a_foreign_application_has_no_body(server: RunningServer) -> None:
    got = server.request("HEAD", "/foreign/")
    assert (got.status, got.body) == (203, b"")


def test_error_of_a_foreign_application_is_a_500(server: RunningServer) -> None:
    assert server.request("GET", "/foreign/fails").status == 500
    assert server.request("GET", "/events").status == 200
