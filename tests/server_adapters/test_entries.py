"""The same requests against every server: native, and uvicorn, hypercorn and granian as processes."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bolide.server_adapters.config import ServerConfig
from tests.server_adapters.application import ContractApplication
from tests.server_adapters.conftest import ServerThread
from tests.server_adapters.raw import Address, Response, connect, read_response, statuses, talk

ROOT = Path(__file__).parents[2]
APP = "tests.server_adapters.application:app"
COMMANDS = {
    "uvicorn": ["uvicorn", APP, "--port", "{port}", "--log-level", "warning"],
    "hypercorn": ["hypercorn", "--bind", "127.0.0.1:{port}", APP],
    "granian-asgi": ["granian", "--interface", "asgi", "--port", "{port}", "--no-log", APP],
    "granian-rsgi": ["granian", "--interface", "rsgi", "--port", "{port}", "--no-log", APP],
}


@pytest.fixture(scope="module", params=["native", *COMMANDS])
def entry(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """Return the address of one server that serves the contract application."""
    name: str = request.param
    if name == "native":
        thread = ServerThread(ContractApplication(), ServerConfig(port=0, access_log=False))
        yield thread.address
        thread.stop()
        return
    address = ("127.0.0.1", _free_port())
    command = [part.format(port=address[1]) for part in COMMANDS[name]]
    log = tmp_path_factory.mktemp(name) / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_served(address, process, log)
            yield address
            process.terminate()
            assert process.wait(20) in {0, -15}, log.read_text()
        finally:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _wait_until_served(address: Address, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            with connect(address):
                return
        except ConnectionRefusedError:
            time.sleep(0.02)  # a process of somebody else tells in no other way that it listens
    pytest.fail(f"not served: {log.read_text()}")


def ask(address: Address, path: str, *lines: str, method: str = "GET", body: bytes = b"") -> Response:
    headers = [f"{method} {path} HTTP/1.1", "Host: example.org:8000", "Connection: close", *lines]
    if body:
        headers.append(f"Content-Length: {len(body)}")
    with connect(address) as client:
        client.sendall("\r\n".join(headers).encode("latin-1") + b"\r\n\r\n" + body)
        return read_response(client, method=method)


def test_an_exchange_shows_the_request(entry: Address) -> None:
    response = ask(
        entry,
        "/inspec%74?a=%20b&c",
        "X-One: 1",
        "X-MANY: a",
        "X-Many: b",
        method="POST",
        body=b"body",
    )
    assert response.headers["content-type"] == "application/json"
    assert json.loads(response.body) == {
        "method": "POST",
        "path": "/inspect",
        "query": "a=%20b&c",
        "x": "1",
        "xs": ["a", "b"],
        "missing": None,
        "names": ["connection", "content-length", "host", "x-many", "x-one"],
        "host": "127.0.0.1",
        "server": "127.0.0.1",
        "scheme": "http",
        "version": "1.1",
        "root_path": "",
        "state": {"made_by": "startup"},
        "body": "body",
    }


def test_a_reply_has_its_head_and_length(entry: Address) -> None:
    response = ask(entry, "/")
    assert (response.status, response.body) == (200, b"hello")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["content-length"] == "5"
    assert "date" in response.headers


def test_paths_are_percent_decoded(entry: Address) -> None:
    response = ask(entry, "/caf%C3%A9")
    assert (response.status, response.body) == (200, "/café".encode())


def test_b03_options_asterisk_is_about_the_server(entry: Address) -> None:
    response = ask(entry, "*", method="OPTIONS")
    assert (response.status, response.body) == (204, b"")


@pytest.mark.parametrize("size", [0, 1, 100_000, 1_000_000])
def test_bodies_of_any_size_come_back(entry: Address, size: int) -> None:
    body = b"x" * size
    assert ask(entry, "/echo", method="POST", body=body).body == body


def test_a_chunked_body_comes_back(entry: Address) -> None:
    with connect(entry) as client:
        client.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        client.sendall(b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")
        assert read_response(client).body == b"hello world"


def test_e02_a_declared_length_over_the_limit_is_413(entry: Address) -> None:
    with connect(entry) as client:
        client.sendall(b"POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n0123456789a")
        assert read_response(client).status == 413


def test_e01_a_chunked_body_over_the_limit_is_413(entry: Address) -> None:
    with connect(entry) as client:
        client.sendall(b"POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        client.sendall(b"b\r\n0123456789a\r\n0\r\n\r\n")
        assert read_response(client).status == 413


def test_streams_go_out_and_through(entry: Address) -> None:
    assert ask(entry, "/stream").body == b"one,two,three"
    body = bytes(range(256)) * 1000
    assert ask(entry, "/echo-stream", method="POST", body=body).body == body


def test_a_stream_may_declare_its_length(entry: Address) -> None:
    response = ask(entry, "/stream-declared?length=5")
    assert (response.headers["content-length"], response.body) == ("5", b"abcde")


def test_early_hints_come_first_where_they_are_sent(entry: Address, request: pytest.FixtureRequest) -> None:
    native = "native" in request.node.name
    received = talk(entry, b"GET /early-hints HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
    assert statuses(received) == ([103, 200] if native else [200])
    assert received.endswith(b"hinted")


def test_c06_head_has_no_body(entry: Address) -> None:
    with connect(entry) as client:
        client.sendall(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        response = read_response(client, method="HEAD")
        assert (response.status, response.headers["content-length"]) == (200, "5")
        client.sendall(b"HEAD /flood HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert read_response(client, method="HEAD").status == 200
        assert client.recv(1) == b""


@pytest.mark.parametrize("status", [204, 304])
def test_c06_statuses_without_a_body_have_none(entry: Address, status: int) -> None:
    response = ask(entry, f"/status?{status}")
    assert (response.status, response.body) == (status, b"")


def test_dynamic_headers_are_sent_and_framing_ones_dropped(entry: Address) -> None:
    response = ask(entry, "/headers?X-Kept=1&Content-Length=99&Transfer-Encoding=chunked")
    assert (response.status, response.body) == (200, b"with headers")
    assert response.headers["x-kept"] == "1"


def test_c01_invalid_headers_are_a_clean_500(entry: Address) -> None:
    response = ask(entry, "/headers?x=a%0d%0aSet-Cookie:+a")
    assert (response.status, response.body) == (500, b"Internal Server Error")
    assert "x" not in response.headers


def test_an_unhandled_exception_is_a_500(entry: Address) -> None:
    response = ask(entry, "/boom")
    assert (response.status, response.body) == (500, b"Internal Server Error")


@pytest.mark.parametrize("path", ["/base-exception", "/cancelled-task"])
def test_whatever_a_handler_raises_is_a_500(entry: Address, path: str) -> None:
    response = ask(entry, path)
    assert (response.status, response.body) == (500, b"Internal Server Error")


@pytest.mark.parametrize("query", ["Content-Length=x", "Content-Length=12&content-length=12"])
def test_an_unusable_declared_length_is_a_clean_500(entry: Address, query: str) -> None:
    response = ask(entry, f"/headers?{query}")
    assert (response.status, response.body) == (500, b"Internal Server Error")
