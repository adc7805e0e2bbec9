"""What the native server accepts, over real sockets."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
from pathlib import Path

import pytest

from tests.server_adapters.conftest import StartServer
from tests.server_adapters.raw import Address, connect, parse, read_response, read_to_end, statuses, talk

CLOSE = b"Connection: close\r\n"
LAST = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def get(path: bytes = b"/", *lines: bytes) -> bytes:
    return b"GET %b HTTP/1.1\r\nHost: a\r\n%b\r\n" % (path, b"".join(line + b"\r\n" for line in lines))


def post(path: bytes, body: bytes) -> bytes:
    return b"POST %b HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%b" % (path, len(body), body)


def chunked(path: bytes, body: bytes) -> bytes:
    return b"POST %b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n%b" % (path, body)


def inspect(address: Address, data: bytes) -> dict[str, object]:
    (response,) = parse(talk(address, data))
    assert response.status == 200
    seen: dict[str, object] = json.loads(response.body)
    return seen


def test_an_exchange_shows_the_request(address: Address) -> None:
    data = (
        b"POST /inspect?a=%20b&c HTTP/1.1\r\nHost: example.org:8000\r\nX-One: 1\r\nX-MANY: a\r\n"
        b"X-Many:  b \t\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody"
    )
    assert inspect(address, data) == {
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


def test_paths_are_percent_decoded_once(address: Address) -> None:
    (response,) = parse(talk(address, get(b"/caf%C3%A9", b"Connection: close")))
    assert (response.status, response.body) == (200, "/café".encode())
    seen = inspect(address, get(b"/inspec%74?%41", b"Connection: close"))
    assert (seen["path"], seen["query"]) == ("/inspect", "%41")
    assert statuses(talk(address, get(b"/%2569nspect", b"Connection: close"))) == [404]


def test_b11_invalid_utf_8_in_a_path_is_replaced(address: Address) -> None:
    assert statuses(talk(address, get(b"/%ff%fe", b"Connection: close"))) == [404]


def test_a17_high_bytes_in_a_value_stay_one_header(address: Address) -> None:
    seen = inspect(address, get(b"/inspect", b"X-One: a\x85b\xe9", b"Connection: close"))
    assert seen["x"] == "a\x85b\xe9"


def test_b13_an_underscore_is_not_a_hyphen(address: Address) -> None:
    seen = inspect(address, get(b"/inspect", b"X_One: no", b"Connection: close"))
    assert seen["x"] is None


def test_b04_an_absolute_target_overrides_host(address: Address) -> None:
    data = b"GET http://other.example/inspect?q HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    seen = inspect(address, data)
    assert (seen["path"], seen["query"]) == ("/inspect", "q")


def test_an_absolute_target_without_path_is_the_root(address: Address) -> None:
    data = b"GET http://other.example?q HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    assert statuses(talk(address, data)) == [200]


@pytest.mark.parametrize(
    "host",
    [
        b"a",
        b"a.b-c.example:8000",
        b"127.0.0.1",
        b"[::1]:80",
        b"[::1]",
        b"a:",
        b"a_b",
        b"xn--caf-dma.example",
        b"a%20b",
    ],
)
def test_b02_hosts_of_valid_syntax_are_accepted(address: Address, host: bytes) -> None:
    assert statuses(talk(address, b"GET / HTTP/1.1\r\nHost: %b\r\nConnection: close\r\n\r\n" % host)) == [200]


def test_b03_options_asterisk_is_answered_for_the_server(address: Address) -> None:
    assert statuses(talk(address, b"OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")) == [204]


def test_a23_pipelined_requests_are_answered_in_order(address: Address) -> None:
    bodies = [b"%d" % number for number in range(100)]
    data = b"".join(post(b"/echo", body) for body in bodies) + LAST
    responses = parse(talk(address, data))
    assert [response.body for response in responses] == [*bodies, b"hello"]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="each request waits for its turn of the event loop")
def test_a23_answers_to_pipelined_requests_are_written_together(address: Address) -> None:
    with connect(address) as client:
        client.sendall(get() * 16)
        assert len(parse(client.recv(65536))) == 16  # one piece, as it was sent


def test_a23_a_slow_request_holds_back_the_ones_behind_it(start_server: StartServer) -> None:
    server = start_server()
    with connect(server.address) as client:
        client.sendall(get(b"/wait") + post(b"/echo", b"second") + LAST)
        server.wait_for("waiting")
        server.release()
        data = b""
        while piece := client.recv(65536):
            data += piece
    assert [response.body for response in parse(data)] == [b"released", b"second", b"hello"]


def test_a19_a_request_after_connection_close_is_not_served(address: Address) -> None:
    assert statuses(talk(address, LAST + get())) == [200]
    assert statuses(talk(address, get(b"/", b"Connection: Keep-Alive, CLOSE") + get())) == [200]


def test_a19_http_1_0_closes_unless_asked_to_stay(address: Address) -> None:
    plain = b"GET / HTTP/1.0\r\n\r\n"
    (response,) = parse(talk(address, plain + plain))
    assert response.headers["connection"] == "close"
    staying = b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    first, second = parse(talk(address, staying + plain))
    assert (first.headers["connection"], second.headers["connection"]) == ("keep-alive", "close")


@pytest.mark.parametrize("method", [b"GET", b"HEAD", b"DELETE", b"OPTIONS"])
def test_a21_a_body_of_any_method_is_never_a_request(address: Address, method: bytes) -> None:
    smuggled = get(b"/smuggled")
    data = b"%b /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%b" % (
        method,
        len(smuggled),
        smuggled,
    )
    responses = parse(talk(address, data + LAST), ["HEAD" if method == b"HEAD" else "GET"])
    assert [response.status for response in responses] == [200, 200]
    assert responses[1].body == b"hello"


def test_a22_an_unread_body_that_comes_late_is_skipped(address: Address) -> None:
    with connect(address) as client:
        client.sendall(b"POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\n")
        assert read_response(client).body == b"ignored"
        client.sendall(get() * 1851)  # 49,977 bytes that look like requests
        client.sendall(b"x" * 23 + get())
        assert read_response(client).body == b"hello"


def test_a22_a_large_unread_body_closes_after_the_answer(address: Address) -> None:
    with connect(address) as client:
        client.sendall(b"POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n")
        response = read_response(client)
        assert (response.body, response.headers["connection"]) == (b"ignored", "close")
        client.sendall(b"x" * 65536)  # read and dropped: the client never sees a reset
        assert client.recv(10) == b""


def test_a22_an_unread_chunked_body_is_skipped_or_closes(address: Address) -> None:
    whole = chunked(b"/ignore", b"3\r\nabc\r\n0\r\n\r\n")
    assert statuses(talk(address, whole + LAST)) == [200, 200]
    assert statuses(talk(address, chunked(b"/ignore", b"3\r\nabc\r\n"))) == [200]
    assert statuses(talk(address, chunked(b"/ignore", b"3\r\nabcX") + LAST)) == [200]


def test_chunked_bodies_are_joined(address: Address) -> None:
    data = chunked(b"/echo", b'5;a=b\r\nhello\r\n001;q="x"\r\n \r\nA ; b\r\n0123456789\r\n0\r\n\r\n')
    assert [r.body for r in parse(talk(address, data + LAST))] == [b"hello 0123456789", b"hello"]


def test_a18_trailers_are_dropped(address: Address) -> None:
    trailers = b"Authorization: x\r\nX-One: 1\r\nHost: evil\r\nContent-Length: 3\r\n"
    seen, last = parse(talk(address, chunked(b"/inspect", b"1\r\nx\r\n0\r\n" + trailers + b"\r\n") + LAST))
    assert json.loads(seen.body)["names"] == ["host", "transfer-encoding"]
    assert last.status == 200


def test_d06_a_body_of_one_byte_chunks_is_read(address: Address) -> None:
    size = 100_000
    (response,) = parse(
        talk(address, chunked(b"/echo", b"1\r\nx\r\n" * size + b"0\r\n\r\n"), half_close=True)
    )
    assert response.body == b"x" * size


def test_a_body_that_comes_late_is_awaited(address: Address) -> None:
    with connect(address) as client:
        client.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\nab")
        client.sendall(b"c" * 299_998)
        assert read_response(client).body == b"ab" + b"c" * 299_998


def test_a_body_streams_in_and_out(address: Address) -> None:
    body = bytes(range(256)) * 4000
    with connect(address) as client:
        client.sendall(post(b"/echo-stream", body))
        assert read_response(client).body == body


@pytest.mark.parametrize("path", [b"/small", b"/echo"])
def test_e02_a_declared_length_over_the_limit_is_refused_before_it_is_sent(
    address: Address, path: bytes
) -> None:
    with connect(address) as client:
        client.sendall(b"POST %b HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n" % path)
        response = read_response(client)
        assert (response.status, response.headers["connection"]) == (413, "close")


def test_e01_a_chunked_body_over_the_limit_is_refused(address: Address) -> None:
    assert statuses(talk(address, chunked(b"/small", b"b\r\n0123456789a\r\n0\r\n\r\n") + LAST)) == [413, 200]
    assert statuses(talk(address, chunked(b"/small", b"a\r\n0123456789\r\n0\r\n\r\n") + LAST)) == [200, 200]


def test_a25_100_continue_is_sent_when_the_body_is_read(address: Address) -> None:
    with connect(address) as client:
        client.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-Continue\r\n\r\n")
        assert read_response(client).status == 100
        client.sendall(b"body")
        assert read_response(client).body == b"body"


def test_a25_an_early_answer_closes_instead_of_100(address: Address) -> None:
    data = b"POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
    (response,) = parse(talk(address, data))
    assert (response.status, response.headers["connection"]) == (200, "close")


def test_a25_a_body_that_came_along_needs_no_100(address: Address) -> None:
    data = b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\nbody"
    assert [r.status for r in parse(talk(address, data + LAST))] == [200, 200]


def test_a25_http_1_0_never_gets_100(address: Address) -> None:
    with connect(address) as client:
        client.sendall(b"POST /echo HTTP/1.0\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        client.sendall(b"body")
        assert read_response(client).status == 200


@pytest.mark.parametrize("upgrade", [b"h2c", b"websocket", b"foo", b"TLS/1.0"])
def test_a24_an_upgrade_is_ignored_and_its_body_framed(address: Address, upgrade: bytes) -> None:
    data = (
        b"POST /echo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: %b\r\n"
        b"HTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: 4\r\n\r\nbody" % upgrade
    )
    first, last = parse(talk(address, data + LAST))
    assert (first.body, last.body) == (b"body", b"hello")


def test_d04_two_leading_empty_lines_are_ignored(address: Address) -> None:
    assert statuses(talk(address, b"\r\n\r\n" + get() + b"\r\n" + LAST)) == [200, 200]


def test_d02_limits_are_inclusive(address: Address) -> None:
    line = b"X: " + b"a" * 8189
    assert len(line) == 8192
    assert statuses(talk(address, get(b"/", line, b"Connection: close"))) == [200]
    assert statuses(talk(address, get(b"/", *[b"X: y"] * 98, b"Connection: close"))) == [200]
    assert statuses(talk(address, get(b"/" + b"a" * (8192 - 14), b"Connection: close"))) == [404]


def test_limits_are_settings(start_server: StartServer) -> None:
    address = start_server(
        limit_request_line=20, limit_request_fields=3, limit_request_field_size=30, limit_request_head=50
    ).address
    assert statuses(talk(address, get(b"/1234567"))) == [414]
    assert statuses(talk(address, get(b"/", b"A: b", b"C: d", b"E: f"))) == [431]
    assert statuses(talk(address, get(b"/", b"A: " + b"b" * 28))) == [431]
    assert statuses(talk(address, get(b"/", b"A: " + b"b" * 24, b"A: " + b"b" * 24))) == [431]
    assert statuses(talk(address, LAST)) == [200]


def test_m10_a_half_closed_client_gets_its_answer(start_server: StartServer) -> None:
    server = start_server()
    with connect(server.address) as client:
        client.sendall(get(b"/wait"))
        client.shutdown(socket.SHUT_WR)
        server.wait_for("waiting")
        server.release()
        assert read_response(client).body == b"released"
        assert client.recv(1) == b""


def test_m10_a_client_that_leaves_within_a_head_is_closed(address: Address) -> None:
    assert talk(address, b"GET / HT", half_close=True) == b""
    assert talk(address, half_close=True) == b""


def test_e20_a_client_that_leaves_within_a_body_disconnects_its_reader(start_server: StartServer) -> None:
    server = start_server()
    with connect(server.address) as client:
        client.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo")
    server.wait_for("disconnect")


def test_e20_a_broken_body_of_a_streamed_echo_is_no_error(
    start_server: StartServer, caplog: pytest.LogCaptureFixture
) -> None:
    server = start_server()
    with connect(server.address) as client:
        client.sendall(b"POST /echo-stream HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo")
        assert client.recv(65536)
        client.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            assert b"\r\n0\r\n" not in read_to_end(client)
    server.stop()
    assert caplog.records == []


def test_a_disconnect_does_not_cancel_a_handler(start_server: StartServer) -> None:
    server = start_server()
    with connect(server.address) as client:
        client.sendall(get(b"/wait"))
        server.wait_for("waiting")
    with connect(server.address) as other:  # the server has seen the end of the first by now
        other.sendall(get())
        read_response(other)
    server.release()
    server.stop()
    assert server.app.events == ["startup", "waiting", "shutdown"]


def test_a_unix_socket_is_served(start_server: StartServer, tmp_path: Path) -> None:
    path = str(tmp_path / "server.sock")
    server = start_server(uds=path)
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(15)
        client.connect(path)
        client.sendall(get(b"/inspect"))
        seen = json.loads(read_response(client).body)
    assert (seen["host"], seen["server"]) == (None, None)
    server.stop()
    assert not Path(path).exists()
