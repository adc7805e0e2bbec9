"""Slow and idle clients: each wait has an end, and one sweep finds it."""

from __future__ import annotations

from tests.server_adapters.conftest import StartServer
from tests.server_adapters.raw import connect, parse, read_response, read_to_end, statuses

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def test_d07_a_head_that_stands_still_gets_408(start_server: StartServer) -> None:
    server = start_server(timeout_request_header=0.2)
    with connect(server.address) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost:")
        (response,) = parse(read_to_end(client))
    assert (response.status, response.headers["connection"]) == (408, "close")


def test_d07_a_head_that_drips_gets_408(start_server: StartServer) -> None:
    server = start_server(timeout_request_header=0.3)
    with connect(server.address) as client:
        client.sendall(b"GET / HTTP/1.1\r\nX: ")
        client.settimeout(0.02)
        received = b""
        while True:
            try:
                data = client.recv(65536)
            except TimeoutError:
                client.sendall(b"y")
                continue
            except ConnectionResetError:
                break
            if not data:
                break
            received += data
    assert statuses(received) == [408]


def test_d07_an_idle_connection_is_closed_without_a_word(start_server: StartServer) -> None:
    server = start_server(timeout_keep_alive=0.2)
    with connect(server.address) as new, connect(server.address) as used:
        used.sendall(GET)
        assert read_response(used).status == 200
        assert read_to_end(used) == b""
        assert read_to_end(new) == b""


def test_the_keep_alive_time_begins_anew_with_each_response(start_server: StartServer) -> None:
    server = start_server(timeout_keep_alive=0.4)
    with connect(server.address) as busy, connect(server.address) as idle:
        idle.settimeout(0.05)
        answered = 0
        while True:  # until the other connection, idle all the time, is closed
            busy.sendall(GET)
            assert read_response(busy).status == 200
            answered += 1
            try:
                assert idle.recv(1) == b""
                break
            except TimeoutError:
                continue
        assert answered > 3
        busy.sendall(GET)
        assert read_response(busy).status == 200


def test_d07_a_body_that_stands_still_gets_408(start_server: StartServer) -> None:
    server = start_server(timeout_request_body=0.2)
    with connect(server.address) as client:
        client.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nxx")
        (response,) = parse(read_to_end(client))
    assert (response.status, response.headers["connection"]) == (408, "close")
    assert server.app.events == ["startup", "disconnect"]


def test_d07_a_skipped_body_that_stands_still_closes(start_server: StartServer) -> None:
    server = start_server(timeout_request_body=0.2)
    with connect(server.address) as client:
        client.sendall(b"POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nxx")
        assert statuses(read_to_end(client)) == [200]


def test_a_handler_may_take_longer_than_every_timeout(start_server: StartServer) -> None:
    server = start_server(
        timeout_request_header=0.1,
        timeout_keep_alive=0.1,
        timeout_request_body=0.1,
        timeout_response_write=0.1,
    )
    with connect(server.address) as client, connect(server.address) as other:
        client.sendall(b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
        server.wait_for("waiting")
        assert read_to_end(other) == b""  # closed as idle: the timeouts have passed
        server.release()
        assert read_response(client).body == b"released"


def test_a_lingering_connection_ends(start_server: StartServer) -> None:
    server = start_server(timeout_keep_alive=0.1)
    with connect(server.address) as client:
        client.sendall(b"nonsense\r\n\r\n")
        assert statuses(read_to_end(client)) == [400]
        client.settimeout(15)
        while True:  # the server has closed its side; in the end it refuses what still comes
            try:
                client.sendall(b"x" * 1000)
            except (BrokenPipeError, ConnectionResetError):
                break
