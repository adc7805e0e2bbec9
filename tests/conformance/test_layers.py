"""Middleware, exception handlers and exits of dependencies do the same on every kind of server."""

import json
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.conftest import SERVERS_BY_ENTRY, RunningServer, run_server

APP = Path(__file__).parent / "layered" / "app.py"


@pytest.fixture(scope="module", params=SERVERS_BY_ENTRY)
def layered(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """Run the application with layers on one server after the other."""
    name: str = request.param
    folder = tmp_path_factory.mktemp(f"layered-{name}")
    shutil.copy(APP, folder)
    with run_server(name, folder, expected_error="RuntimeError: expected in the log") as running:
        yield running


def counts(server: RunningServer) -> dict[str, int]:
    found: dict[str, int] = json.loads(server.request("GET", "/counts").body)
    return found


def test_all_kinds_of_middleware_see_the_response(layered: RunningServer) -> None:
    answer = layered.request("GET", "/me", headers={"x-user": "Ann"})
    assert (answer.status, answer.body) == (200, b'"Ann"')
    assert [answer.headers[name] for name in ("x-own", "x-app", "x-router", "x-http")] == ["200"] * 4
    assert answer.headers["content-length"] == "5"


def test_exception_handlers_answer_and_exits_are_run(layered: RunningServer) -> None:
    before = counts(layered)
    answer = layered.request("GET", "/provoked", headers={"x-user": "Ann"})
    assert (answer.status, json.loads(answer.body)) == (418, {"provoked": "here", "user": "Ann"})
    assert answer.headers["x-own"] == answer.headers["x-router"] == "418"
    after = counts(layered)
    assert after["opened"] - before["opened"] == after["closed"] - before["closed"] == 1


def test_what_no_route_answers_passes_the_layers_of_the_application(layered: RunningServer) -> None:
    answer = layered.request("GET", "/nowhere")
    assert (answer.status, answer.body) == (404, b"nothing at /nowhere")
    assert answer.headers["x-app"] == "404"
    assert "x-router" not in answer.headers


def test_unhandled_errors_are_responses_for_middleware(layered: RunningServer) -> None:
    answer = layered.request("GET", "/bug")
    assert (answer.status, answer.body) == (500, b"Internal Server Error")
    assert answer.headers["x-own"] == answer.headers["x-router"] == "500"


def test_bodies_pass_in_both_directions(layered: RunningServer) -> None:
    body = bytes(range(256)) * 500
    assert layered.request("POST", "/echo", body).body == body
    assert layered.request("GET", "/stream").body == b"a" * 100_000


def test_105_endpoint_is_not_cancelled_when_the_client_leaves(layered: RunningServer) -> None:
    """#105: endpoints are not cancelled on disconnect for normal responses."""
    before = counts(layered)
    with socket.create_connection(("127.0.0.1", layered.port), 10) as client:
        client.sendall(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        assert layered.request("GET", "/is-waiting").body == b"true"
    deadline = time.monotonic() + 10
    while (after := counts(layered))["closed"] != after["opened"] and time.monotonic() < deadline:
        time.sleep(0.02)  # nothing else tells when the endpoint has ended
    assert after["finished"] - before["finished"] == 1
    assert after["opened"] == after["closed"]
