"""Forms, files, parameter models and codecs do the same on every kind of server."""

import hashlib
import http.client
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.conformance.conftest import SERVERS_BY_ENTRY, RunningServer, run_server
from tests.framework.form_bodies import URLENCODED, Part, multipart

APP = Path(__file__).parent / "forms" / "app.py"


@pytest.fixture(scope="module", params=SERVERS_BY_ENTRY)
def forms(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """Run the application with forms on one server after the other."""
    name: str = request.param
    folder = tmp_path_factory.mktemp(f"forms-{name}")
    shutil.copy(APP, folder)
    with run_server(name, folder, expected_error="no error is expected") as running:
        yield running


def test_parameter_model_is_read(forms: RunningServer) -> None:
    answer = forms.request("GET", "/page?limit=5&tags=a%20b&tags=c")
    assert json.loads(answer.body) == {"limit": 5, "tags": ["a b", "c"]}
    assert forms.request("GET", "/page?limit=500").status == 422


def test_urlencoded_form_is_read(forms: RunningServer) -> None:
    """#24: an empty field is missing."""
    assert forms.request("POST", "/login", b"username=a+b", URLENCODED).body == b'"a b"'
    assert forms.request("POST", "/login", b"username=", URLENCODED).status == 422


@pytest.mark.parametrize("size", [10, 70_000, 3_000_000])
def test_file_arrives_whole(forms: RunningServer, size: int) -> None:
    """#53: also when it is larger than what is kept in memory."""
    content = bytes(range(256)) * (size // 256) + b"end"
    body, headers = multipart(Part("file", content, "a.bin"), Part("title", b"T"))
    answer = forms.request("POST", "/upload", body, headers)
    expected = ["T", "a.bin", len(content), hashlib.sha256(content).hexdigest()]
    assert (answer.status, json.loads(answer.body)) == (200, expected)


def test_file_may_arrive_in_chunks(forms: RunningServer) -> None:
    content = b"\r\n--limi" * 1000
    body, headers = multipart(Part("title", b"T"), Part("file", content, "a.bin"))
    connection = http.client.HTTPConnection("127.0.0.1", forms.port, timeout=10)
    pieces = (body[start : start + 777] for start in range(0, len(body), 777))
    connection.request("POST", "/upload", pieces, headers, encode_chunked=True)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    assert answer[3] == hashlib.sha256(content).hexdigest()


def test_malformed_and_oversized_forms_are_refused(forms: RunningServer) -> None:
    """E7, E10 and E4 on the wire."""
    body, headers = multipart(Part("title", b"T"))
    assert forms.request("POST", "/upload", body[:-5], headers).status == 400
    assert forms.request("POST", "/upload", body, {"content-type": "multipart/form-data"}).status == 400
    body, headers = multipart(*[Part("title", b"T")] * 1001)
    assert forms.request("POST", "/upload", body, headers).status == 413


def test_messagepack_is_read_and_written(forms: RunningServer) -> None:
    headers = {"content-type": "application/msgpack", "accept": "application/msgpack"}
    answer = forms.request("POST", "/items", msgspec.msgpack.encode({"name": "a"}), headers)
    assert answer.headers["content-type"] == "application/msgpack"
    assert msgspec.msgpack.decode(answer.body) == {"name": "a"}


@pytest.mark.parametrize("size", [10, 3_000_000])
def test_json_part_stands_beside_a_file_that_is_received_twice(forms: RunningServer, size: int) -> None:
    body, headers = multipart(
        Part("title", b"T"),
        Part("file", bytes(size), "a.bin"),
        Part("item", b'{"name": "axe"}', "blob", "application/json"),
    )
    answer = forms.request("POST", "/picture", body, headers)
    expected = [{"title": "T", "item": {"name": "axe"}}, "a.bin", True, size]
    assert (answer.status, json.loads(answer.body)) == (200, expected)
