"""WebSocket routes on every server, over real sockets."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.conformance.conftest import NO_DENIAL_RESPONSES, SERVERS, RunningServer, run_server

APP = Path(__file__).parent / "sockets" / "app.py"

_NO_CODES = {"granian-rsgi"}
"""Servers whose protocol has neither close codes nor subprotocols."""

_COMPLETE = {"native", "uvicorn", "gunicorn", "gunicorn-uvicorn"}
"""Servers that send an acceptance's headers (granian does not) and tell close codes (hypercorn does not)."""

_NO_REASONS = {"daphne"}
"""Servers that end a connection with a code alone."""


@pytest.fixture(scope="module", params=SERVERS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    name: str = request.param
    folder = tmp_path_factory.mktemp(f"sockets-{name}")
    shutil.copy(APP, folder)
    with run_server(name, folder, expected_error="broken on purpose") as running:
        yield running


def url(server: RunningServer, path: str) -> str:
    return f"ws://127.0.0.1:{server.port}{path}"


def test_messages_go_both_ways(server: RunningServer) -> None:
    large = "é" * 100_000
    with connect(url(server, "/echo/a?limit=3")) as client:
        assert json.loads(client.recv(10)) == ["a", 3, True, "/echo/a", "ws"]
        client.send("text")
        assert client.recv(10) == "text"
        client.send(b"\x00\xff")
        assert client.recv(10) == b"\x00\xff"
        client.send(large)
        assert client.recv(10) == large


def test_a_subprotocol_is_agreed_on(server: RunningServer) -> None:
    if server.name in _NO_CODES:
        pytest.skip("RSGI cannot choose one")
    offered = [Subprotocol("v1"), Subprotocol("v2")]
    with connect(url(server, "/echo/a"), subprotocols=offered) as client:
        assert client.subprotocol == "v2"


def test_exits_run_when_the_client_has_left(server: RunningServer) -> None:
    with connect(url(server, "/echo/leaves")) as client:
        client.recv(10)
    for _ in range(100):
        if b"leaves" in server.request("GET", "/exits").body:
            return
    raise AssertionError("the exit did not run")


@pytest.mark.parametrize(("path", "code", "reason"), [("/close", 4001, "enough"), ("/broken", 1011, "")])
def test_the_client_sees_how_the_endpoint_has_ended(
    server: RunningServer, path: str, code: int, reason: str
) -> None:
    with connect(url(server, path)) as client, pytest.raises(ConnectionClosed) as caught:
        client.recv(10)
    received = caught.value.rcvd
    assert received is not None
    expected = (1005, "") if server.name in _NO_CODES else (code, reason)
    if server.name in _NO_REASONS:
        expected = (code, "")
    assert (received.code, received.reason) == expected


@pytest.mark.parametrize(("path", "status"), [("/denied", 401), ("/nowhere", 403), ("/echo/a?limit=x", 403)])
def test_the_client_sees_the_status_of_a_refusal(server: RunningServer, path: str, status: int) -> None:
    """#119: a validation failure before accept becomes a 403; #120: HTTPException is a denial response."""
    with pytest.raises(InvalidStatus) as caught, connect(url(server, path)):
        pass
    response = caught.value.response
    denies = server.name not in NO_DENIAL_RESPONSES
    assert response.status_code == (status if denies or server.name == "granian-rsgi" else 403)
    if path == "/denied" and denies:
        assert bytes(response.body or b"") == b'{"detail":"who are you?"}'


def test_a_mounted_application_of_another_framework_is_served(server: RunningServer) -> None:
    with connect(url(server, "/foreign/deep"), subprotocols=[Subprotocol("v1")]) as client:
        *seen, extensions = json.loads(client.recv(10))
        assert seen == ["websocket", "ws", "/foreign/deep", "/foreign", ["v1"]]
        assert "websocket.http.response" in extensions
        assert "http.response.early_hint" not in extensions
        client.send("text")
        assert client.recv(10) == b"text"
        if server.name in _COMPLETE:
            assert client.response is not None
            assert (client.subprotocol, client.response.headers["x-foreign"]) == ("v1", "1")
        client.close(4004, "enough")
    seen_end = b"foreign 4004" if server.name in _COMPLETE else b"foreign "
    for _ in range(100):
        if seen_end in server.request("GET", "/exits").body:
            return
    raise AssertionError("the application did not see the end")


def test_a_mounted_application_can_send_another_response(server: RunningServer) -> None:
    with pytest.raises(InvalidStatus) as caught, connect(url(server, "/foreign/?deny")):
        pass
    response = caught.value.response
    denies = server.name not in NO_DENIAL_RESPONSES
    assert response.status_code == (418 if denies or server.name == "granian-rsgi" else 403)
    if denies:
        assert (response.headers["x-foreign"], bytes(response.body or b"")) == ("1", b"no tea")


@pytest.mark.parametrize("path", ["/layered/ws", "/layered/inner/ws"])
def test_layers_stand_around_routes_and_mounts(server: RunningServer, path: str) -> None:
    with connect(url(server, path)) as client:
        assert json.loads(client.recv(10)) == [path, True]
    for query, status in (("pay", 402), ("denied=1", 403)):
        with pytest.raises(InvalidStatus) as caught, connect(url(server, f"{path}?{query}")):
            pass
        denies = server.name == "granian-rsgi" or server.name not in NO_DENIAL_RESPONSES
        assert caught.value.response.status_code == (status if denies else 403)
