"""What the native server puts on the wire."""

from __future__ import annotations

import logging
import re
import socket

import pytest

from tests.server_adapters.conftest import StartServer
from tests.server_adapters.raw import Address, connect, parse, read_response, read_to_end, read_until, talk


def get(path: bytes = b"/", *, method: bytes = b"GET", version: bytes = b"HTTP/1.1") -> bytes:
    return b"%b %b %b\r\nHost: a\r\nConnection: close\r\n\r\n" % (method, path, version)


def test_a_response_on_the_wire(address: Address) -> None:
    data = talk(address, get())
    assert re.fullmatch(
        rb"HTTP/1\.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n"
        rb"date: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\r\n"
        rb"content-length: 5\r\n\r\nhello",
        data,
    )


def test_date_can_be_switched_off(start_server: StartServer) -> None:
    (response,) = parse(talk(start_server(date_header=False).address, get()))
    assert sorted(response.headers) == ["connection", "content-length", "content-type"]


def test_c06_head_has_the_length_and_no_body(address: Address) -> None:
    (response,) = parse(talk(address, get(method=b"HEAD")), ["HEAD"])
    assert (response.headers["content-length"], response.body) == ("5", b"")


def test_c06_head_of_a_stream_reads_none_of_it(address: Address) -> None:
    (response,) = parse(talk(address, get(b"/flood", method=b"HEAD")), ["HEAD"])
    assert (response.headers["transfer-encoding"], response.body) == ("chunked", b"")


@pytest.mark.parametrize(("status", "length"), [(204, None), (205, "0"), (304, None)])
def test_c06_statuses_without_a_body_have_none(address: Address, status: int, length: str | None) -> None:
    (response,) = parse(talk(address, get(b"/status?%d" % status)))
    assert (response.status, response.headers.get("content-length"), response.body) == (status, length, b"")


def test_an_unusual_status_has_no_reason(address: Address) -> None:
    assert talk(address, get(b"/status?299")).startswith(b"HTTP/1.1 299 \r\n")


@pytest.mark.parametrize("status", [99, 100, 199, 600, 1000])
def test_a_status_that_cannot_be_sent_is_a_500(
    address: Address, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    (response,) = parse(talk(address, get(b"/status?%d" % status)))
    assert (response.status, response.body) == (500, b"Internal Server Error")
    assert f"status {status} is not one of 200 to 599" in caplog.text


def test_a_stream_is_chunked(address: Address) -> None:
    data = talk(address, get(b"/stream"))
    assert data.endswith(b"\r\n\r\n4\r\none,\r\n4\r\ntwo,\r\n5\r\nthree\r\n0\r\n\r\n")
    assert b"content-length" not in data


def test_a_stream_to_http_1_0_ends_with_the_connection(address: Address) -> None:
    data = talk(address, b"GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    assert data.endswith(b"\r\n\r\none,two,three")
    assert b"transfer-encoding" not in data
    assert b"connection: close\r\n" in data


def test_a_stream_of_declared_length_is_not_chunked(address: Address) -> None:
    (response,) = parse(talk(address, get(b"/stream-declared?length=5")))
    assert (response.headers["content-length"], response.body) == ("5", b"abcde")
    assert "transfer-encoding" not in response.headers


def test_c04_bytes_beyond_the_declared_length_are_cut(
    address: Address, caplog: pytest.LogCaptureFixture
) -> None:
    data = talk(address, b"GET /stream-declared?length=4 HTTP/1.1\r\nHost: a\r\n\r\n")
    assert data.endswith(b"\r\n\r\nabcd")
    assert "declared content-length 4, its body has 5 bytes" in caplog.text


def test_c04_a_body_shorter_than_declared_closes_the_connection(
    address: Address, caplog: pytest.LogCaptureFixture
) -> None:
    data = _read_until_reset(address, b"GET /stream-declared?length=9 HTTP/1.1\r\nHost: a\r\n\r\n")
    assert data.endswith(b"\r\n\r\nabcde")
    assert "declared content-length 9, its body has 5 bytes" in caplog.text


def test_c04_a_length_that_is_no_number_is_a_500(address: Address, caplog: pytest.LogCaptureFixture) -> None:
    (response,) = parse(talk(address, get(b"/stream-declared?length=-1")))
    assert response.status == 500
    assert "no usable content-length" in caplog.text


def test_c05_framing_headers_of_an_application_are_dropped(address: Address) -> None:
    query = b"Content-Length=99&Transfer-Encoding=chunked&Connection=upgrade&X-Kept=1"
    (response,) = parse(talk(address, get(b"/headers?" + query)))
    assert response.body == b"with headers"
    assert sorted(response.headers) == ["connection", "content-length", "content-type", "date", "x-kept"]
    assert (response.headers["connection"], response.headers["content-length"]) == ("close", "12")


def test_a_date_of_the_application_is_kept(address: Address) -> None:
    (response,) = parse(talk(address, get(b"/headers?Date=yesterday")))
    assert response.headers["date"] == "yesterday"


@pytest.mark.parametrize(
    "query",
    [
        b"x=a%0d%0aSet-Cookie:+a",
        b"x=a%0ab",
        b"x=a%0db",
        b"x=a%00b",
        b"x%0d%0ay=a",
        b"x+y=a",
        b"x=a%7fb",
        b"=a",
    ],
)
def test_c01_invalid_headers_are_a_clean_500(
    address: Address, query: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (response,) = parse(talk(address, get(b"/headers?" + query)))
    assert (response.status, response.body) == (500, b"Internal Server Error")
    assert sorted(response.headers) == ["connection", "content-length", "content-type", "date"]
    assert "cannot be sent" in caplog.text


def test_c07_a_failure_within_a_stream_leaves_it_unfinished(
    address: Address, caplog: pytest.LogCaptureFixture
) -> None:
    data = _read_until_reset(address, b"GET /stream-fails HTTP/1.1\r\nHost: a\r\n\r\n")
    assert b"9\r\nbeginning\r\n" in data
    assert b"\r\n0\r\n" not in data
    assert "in the middle of the body" in caplog.text


def test_an_unhandled_exception_is_logged_with_its_traceback(
    address: Address, caplog: pytest.LogCaptureFixture
) -> None:
    (response,) = parse(talk(address, get(b"/boom")))
    assert (response.status, response.body) == (500, b"Internal Server Error")
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("bolide.error", logging.ERROR)
    assert record.getMessage() == "exception while answering GET '/boom'"
    assert record.exc_info is not None
    assert str(record.exc_info[1]) == "boom"


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        (b"/raise", "RuntimeError: breaks the contract"),
        (b"/none", "'NoneType' object has no attribute 'after'"),
        (b"/text-headers", "the reply to GET '/text-headers' cannot be sent"),
    ],
)
def test_an_application_that_breaks_the_contract_is_a_500(
    address: Address, path: bytes, logged: str, caplog: pytest.LogCaptureFixture
) -> None:
    (response,) = parse(talk(address, get(path)))
    assert (response.status, response.body) == (500, b"Internal Server Error")
    assert logged in caplog.text


@pytest.mark.parametrize(
    ("path", "name"), [(b"/base-exception", "Unusual"), (b"/cancelled-task", "CancelledError")]
)
def test_whatever_a_handler_raises_is_a_logged_500(
    address: Address, path: bytes, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    (response,) = parse(talk(address, get(path)))
    assert (response.status, response.body) == (500, b"Internal Server Error")
    assert f"RuntimeError: the handler raised {name}" in caplog.text


def test_a_stream_that_awaits_a_cancelled_task_is_cut_and_logged(
    address: Address, caplog: pytest.LogCaptureFixture
) -> None:
    received = _read_until_reset(address, get(b"/stream-cancelled-task"))
    assert received.endswith(b"9\r\nbeginning\r\n")
    assert "exception while answering GET '/stream-cancelled-task'" in caplog.text


def test_what_runs_after_and_awaits_a_cancelled_task_is_logged(
    start_server: StartServer, caplog: pytest.LogCaptureFixture
) -> None:
    server = start_server()
    (response,) = parse(talk(server.address, get(b"/after-cancelled-task")))
    assert response.body == b"answered"
    server.close()
    server.join()
    assert "exception while answering GET '/after-cancelled-task'" in caplog.text


def test_after_runs_in_the_task_of_the_handler(start_server: StartServer) -> None:
    server = start_server()
    assert parse(talk(server.address, get(b"/after")))[0].body == b"before"
    server.wait_for("same task")


def test_what_runs_after_a_response_does_not_hold_the_connection(start_server: StartServer) -> None:
    server = start_server()
    with connect(server.address) as client:
        for path in (b"/long-after", b"/"):
            client.sendall(b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n" % path)
            assert read_response(client).status == 200
        assert "after" not in server.app.events
        server.release()
        server.wait_for("after")


def test_pipelined_requests_do_not_wait_for_what_runs_after(start_server: StartServer) -> None:
    server = start_server()
    data = b"GET /long-after HTTP/1.1\r\nHost: a\r\n\r\n" * 3 + get()
    assert [r.body for r in parse(talk(server.address, data))] == [b"answered"] * 3 + [b"hello"]
    server.release()
    server.wait_for("after", count=3)


def test_a_stream_ends_when_the_client_leaves(start_server: StartServer) -> None:
    server = start_server()
    with connect(server.address) as client:
        client.sendall(b"GET /stream-forever HTTP/1.1\r\nHost: a\r\n\r\n")
        read_until(client, b"first")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")  # close with a reset
    server.wait_for("stream closed")
    server.wait_for("after stream")


def test_c08_a_client_that_does_not_read_stops_the_stream(start_server: StartServer) -> None:
    server = start_server(timeout_response_write=0.3)
    with connect(server.address) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.sendall(b"GET /flood HTTP/1.1\r\nHost: a\r\n\r\n")
        server.wait_for("piece")
        # The write timeout ends it; until then only what buffers hold was produced.
        with pytest.raises(ConnectionResetError):
            _send_for_ever(client)
    assert server.app.events.count("piece") < 200


def test_l05_the_access_log_is_uvicorns_line_and_cannot_be_forged(
    start_server: StartServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bolide.access")
    server = start_server(access_log=True)
    with connect(server.address) as client:
        port = client.getsockname()[1]
        client.sendall(b'GET /a%20b%0a"?c="d HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
        read_to_end(client)
    assert [record.getMessage() for record in caplog.records if record.name == "bolide.access"] == [
        f'127.0.0.1:{port} - "GET /a%20b%0A%22?c=%22d HTTP/1.1" 404'
    ]


def _send_for_ever(client: socket.socket) -> None:
    while True:
        client.send(b"x" * 65536)


def _read_until_reset(address: Address, data: bytes) -> bytes:
    received = b""
    with connect(address) as client:
        client.sendall(data)
        try:
            while piece := client.recv(65536):
                received += piece
        except ConnectionResetError:
            pass
    return received
