"""Security schemes find and refuse the same on every kind of server."""

import json
import shutil
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.conftest import SERVERS_BY_ENTRY, RunningServer, run_server

APP = Path(__file__).parent / "secured" / "app.py"


@pytest.fixture(scope="module", params=SERVERS_BY_ENTRY)
def secured(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """Run the application with security schemes on one server after the other."""
    name: str = request.param
    folder = tmp_path_factory.mktemp(f"secured-{name}")
    shutil.copy(APP, folder)
    with run_server(name, folder, expected_error="no error is expected") as running:
        yield running


def test_token_is_found_with_the_scopes_of_the_endpoint(secured: RunningServer) -> None:
    headers = {"authorization": "bearer  abc.def", "content-type": "application/json"}
    answer = secured.request("POST", "/items", b'{"a": 1}', headers=headers)
    assert (answer.status, answer.body) == (200, b'"abc.def for items"')


def test_refusal_comes_before_the_body_is_read(secured: RunningServer) -> None:
    answer = secured.request("POST", "/items", b"no JSON")
    assert (answer.status, answer.body) == (401, b'{"detail":"Not authenticated"}')
    assert answer.headers["www-authenticate"] == "Bearer"


def test_form_asks_for_a_token(secured: RunningServer) -> None:
    form = b"grant_type=password&username=ann&password=blue+door&scope=a+b"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = secured.request("POST", "/token", form, headers=headers)
    assert json.loads(answer.body) == ["ann", "blue door", "a", "b"]


def test_basic_is_read_as_utf_8(secured: RunningServer) -> None:
    credentials = b64encode("änn:gehe:im".encode()).decode()
    answer = secured.request("GET", "/office", headers={"authorization": f"Basic {credentials}"})
    assert json.loads(answer.body) == ["änn", "gehe:im"]
    refused = secured.request("GET", "/office", headers={"authorization": "Basic !"})
    assert refused.headers["www-authenticate"] == 'Basic realm="office", charset="UTF-8"'


def test_keys_are_found_in_header_query_and_cookie(secured: RunningServer) -> None:
    headers = {"x-key": "a", "cookie": "other=1; key=c"}
    assert json.loads(secured.request("GET", "/keys?key=b", headers=headers).body) == ["a", "b", "c"]
    refused = secured.request("GET", "/keys?key=b", headers={"cookie": "key=c"})
    assert (refused.status, refused.headers["www-authenticate"]) == (401, "APIKey")


@pytest.mark.parametrize(
    "lines",
    [
        b"Authorization: Bearer abc\r\nAuthorization: Bearer def\r\n",
        b"Authorization: Bearer abc\r\nauthorization: Basic def\r\n",
        b"Authorization: Bearer kl\xfc\r\n",
        b"Authorization: Bearer \r\n",
        b"Authorization:\r\n",
    ],
    ids=["repeated", "two schemes", "not ASCII", "no token", "empty"],
)
def test_ambiguous_and_malformed_tokens_are_refused(secured: RunningServer, lines: bytes) -> None:
    body = b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    reply = secured.talk(b"POST /items HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + lines + body)
    assert b" 401 " in reply.partition(b"\r\n")[0]
    assert b"www-authenticate: bearer" in reply.lower()
