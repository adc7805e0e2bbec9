"""Every server gives the same answers to the same requests."""

import http.client
import json
import re
from typing import Any
from urllib.parse import urljoin

import pytest

from tests.conformance.conftest import RunningServer

JSON = {"content-type": "application/json"}


def test_order_is_stored_and_read_back(server: RunningServer) -> None:
    created = server.request("POST", "/orders", b'{"item": "tea", "quantity": 2}', JSON)
    order = json.loads(created.body)
    assert (created.status, order["item"], order["quantity"]) == (201, "tea", 2)
    assert created.headers["content-type"] == "application/json"
    assert created.headers["content-length"] == str(len(created.body))
    read = server.request("GET", f"/orders/{order['id']}")
    assert (read.status, json.loads(read.body)) == (200, order)


MISSING: dict[str, Any] = {"type": "missing", "msg": "Field required"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "answer"),
    [
        pytest.param("GET", "/nowhere", None, 404, {"detail": "Not Found"}, id="unknown path"),
        pytest.param("GET", "/orders/999", None, 404, {"detail": "No such order"}, id="http exception"),
        pytest.param("PUT", "/orders", b"{}", 405, {"detail": "Method Not Allowed"}, id="wrong method"),
        pytest.param(
            "POST",
            "/orders",
            b"",
            422,
            {"detail": [{**MISSING, "loc": ["body"], "input": None}]},
            id="no body",
        ),
        pytest.param(
            "POST",
            "/orders",
            b'{"item": "", "quantity": 1001}',
            422,
            {
                "detail": [
                    {
                        "type": "string_too_short",
                        "loc": ["body", "item"],
                        "msg": "String should have at least 1 character",
                        "input": "",
                        "ctx": {"min_length": 1},
                    },
                    {
                        "type": "less_than_equal",
                        "loc": ["body", "quantity"],
                        "msg": "Input should be less than or equal to 1000",
                        "input": 1001,
                        "ctx": {"le": 1000},
                    },
                ]
            },
            id="every error",
        ),
        pytest.param(
            "GET",
            "/orders/two",
            None,
            422,
            {
                "detail": [
                    {
                        "type": "int_parsing",
                        "loc": ["path", "order_id"],
                        "msg": "Input should be a valid integer, unable to parse string as an integer",
                        "input": "two",
                    }
                ]
            },
            id="wrong path parameter",
        ),
        pytest.param(
            "POST",
            "/orders",
            b'{"item": "tea", "quantity": 2' + b" " * (1024 * 1024) + b"}",
            413,
            {"detail": "Content Too Large"},
            id="body over the limit",
        ),
    ],
)
def test_failures_are_answered_alike(
    server: RunningServer, method: str, path: str, body: bytes | None, status: int, answer: Any
) -> None:
    got = server.request(method, path, body, JSON)
    assert (got.status, json.loads(got.body)) == (status, answer)
    assert got.headers["content-type"] == "application/json"


def test_malformed_json_is_422(server: RunningServer) -> None:
    got = server.request("POST", "/orders", b'{"item": ', JSON)
    (error,) = json.loads(got.body)["detail"]
    assert (got.status, error["type"], error["msg"]) == (422, "json_invalid", "JSON decode error")


def test_chunked_body_is_read(server: RunningServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        chunks = iter([b'{"item": "tea", ', b'"quantity": 3}'])
        connection.request("POST", "/orders", chunks, JSON, encode_chunked=True)
        response = connection.getresponse()
        assert (response.status, json.loads(response.read())["quantity"]) == (201, 3)
    finally:
        connection.close()


def test_connection_is_kept_alive(server: RunningServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        for status, path in ((404, "/orders/999"), (200, "/docs"), (404, "/nowhere"), (422, "/orders/x")):
            connection.request("GET", path)
            response = connection.getresponse()
            response.read()
            assert response.status == status
    finally:
        connection.close()


def test_allow_is_complete(server: RunningServer) -> None:
    refused = server.request("DELETE", "/orders/1")
    assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    options = server.request("OPTIONS", "/orders")
    assert (options.status, options.headers["allow"], options.body) == (204, "OPTIONS, POST", b"")


def test_head_has_the_headers_of_get_and_no_body(server: RunningServer) -> None:
    get, head = server.request("GET", "/docs"), server.request("HEAD", "/docs")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"] == "text/html; charset=utf-8"
    assert head.headers["content-length"] == get.headers["content-length"] == str(len(get.body))


def test_encoded_slash_separates_segments(server: RunningServer) -> None:
    assert server.request("GET", "/orders%2F999").status == 404
    assert json.loads(server.request("GET", "/orders%2F999").body) == {"detail": "No such order"}


def test_document_and_docs_page_are_served(server: RunningServer) -> None:
    document = json.loads(server.request("GET", "/openapi.json").body)
    assert document["openapi"] == "3.1.0"
    assert list(document["paths"]) == ["/orders", "/orders/{order_id}"]
    page = server.request("GET", "/docs")
    source = re.search(r'<script src="([^"]+/swagger-ui-bundle\.js)"', page.body.decode())
    assert source is not None
    script = server.request("GET", urljoin("/docs", source[1]))
    assert (script.status, script.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert len(script.body) > 1_000_000


def test_dates_and_servers_do_not_repeat(server: RunningServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request("GET", "/orders/999")
        names = [name.lower() for name, _ in connection.getresponse().getheaders()]
    finally:
        connection.close()
    assert ("date" in names) == (server.name != "daphne")
    assert sorted(set(names)) == sorted(names)


def test_an_unhandled_exception_is_a_500_that_tells_nothing(server: RunningServer) -> None:
    database = server.folder / "orders.sqlite3"
    kept = database.read_bytes() if database.exists() else None
    database.write_bytes(b"this is no database, and longer than the header of one would be. " * 32)
    try:
        failed = server.request("GET", "/orders/1")
    finally:
        database.unlink()
        if kept is not None:
            database.write_bytes(kept)
    assert (failed.status, failed.body) == (500, b"Internal Server Error")
    assert failed.headers["content-type"] == "text/plain; charset=utf-8"
    assert server.request("GET", "/orders/999").status == 404


@pytest.mark.parametrize(
    "server", ["native"], indirect=True
)  # foreign ones have limits and words of their own
@pytest.mark.parametrize(
    ("data", "status_line"),
    [
        pytest.param(
            b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: %b\r\n" % (b"x" * 4000) * 9 + b"\r\n",
            b"HTTP/1.1 431 Request Header Fields Too Large",
            id="header section over the limit",
        ),
        pytest.param(b"GET\r\n\r\n", b"HTTP/1.1 400 Bad Request", id="malformed request line"),
        pytest.param(
            b"GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n",
            b"HTTP/1.1 400 Bad Request",
            id="malformed header line",
        ),
    ],
)
def test_what_is_no_request_is_refused_and_closes(
    server: RunningServer, data: bytes, status_line: bytes
) -> None:
    received = server.talk(data)
    assert received.startswith(status_line + b"\r\n")
    assert b"\r\nconnection: close\r\n" in received
