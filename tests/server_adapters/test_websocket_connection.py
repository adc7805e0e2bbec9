"""WebSocket connections of the native server, over real sockets."""

from __future__ import annotations

import gc
import json
import logging
import socket
import struct
import sys
from contextlib import suppress
from typing import Any

import pytest
from websockets.extensions.permessage_deflate import PerMessageDeflate

from tests.server_adapters.conftest import ServerThread, StartServer
from tests.server_adapters.frames import BINARY, CLOSE, KEY, PING, PONG, TEXT, RawSocket, frame, handshake
from tests.server_adapters.raw import connect, parse, read_to_end, talk
from tests.server_adapters.websocket_application import WebSocketContractApplication

GOODBYE = frame(CLOSE, b"\x03\xe8")


@pytest.fixture
def start(start_server: StartServer) -> Any:
    """Return a function that serves the application with settings of the test."""

    def start(**settings: Any) -> ServerThread:
        return start_server(WebSocketContractApplication(), **settings)

    return start


# The handshake.


def test_the_handshake_is_answered_as_the_standard_shows(start: Any) -> None:
    """RFC 6455 §1.3."""
    with RawSocket(start(date_header=False).address, handshake()) as client:
        assert client.response == (
            b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
            b"sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        )


def test_the_application_sees_the_request(start: Any) -> None:
    request = handshake("/inspect?a=1", sec_websocket_protocol="v1, v2")
    with RawSocket(start(date_header=False).address, request) as client:
        opcode, payload = client.read()
        assert opcode == TEXT
        assert json.loads(payload) == [
            "GET", "/inspect", "a=1", "ws", "1.1", True, "connecting", ["v1", "v2"], "open",
        ]  # fmt: skip
        lines = client.response.split(b"\r\n")[1:]
        assert lines[3:] == [b"x-one: 1", b"sec-websocket-protocol: v2"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"sec_websocket_key": None}, 400),
        ({"sec_websocket_key": "short"}, 400),
        ({"sec_websocket_key": "dGhlIHNhbXBsZSBub25jZQ"}, 400),
        ({"sec_websocket_key": f"{KEY}\r\nsec-websocket-key: {KEY}"}, 400),
        ({"sec_websocket_version": None}, 426),
        ({"sec_websocket_version": "8"}, 426),
        ({"sec_websocket_version": "13, 8"}, 426),
        ({"content_length": "3"}, 400),
        ({"transfer_encoding": "chunked"}, 400),
        ({"sec_websocket_extensions": "permessage-deflate;"}, 400),
        ({"host": "a b"}, 400),
        ({"cookie": "a=1", "origin": "http://evil.example"}, 403),
        ({"cookie": "a=1", "origin": "null"}, 403),
        ({"cookie": "a=1", "origin": "http://localhost:8000"}, 403),
        ({"cookie": "a=1", "origin": "http://localhost\r\norigin: http://evil.example"}, 403),
        ({"cookie": "a=1", "origin": "http://localhost"}, 101),
        ({"cookie": "a=1", "origin": "https://LOCALHOST:443"}, 101),
        ({"cookie": "a=1"}, 101),
        ({"origin": "http://evil.example"}, 101),
        ({"connection": "keep-alive, Upgrade", "upgrade": "h2c, WebSocket"}, 101),
    ],
)  # fmt: skip
def test_handshakes_are_judged(start: Any, fields: dict[str, str | None], status: int) -> None:
    """Security I7, I8."""
    with RawSocket(start().address, handshake(**fields)) as client:
        assert client.response.split(b" ", 2)[1] == b"%d" % status
        if status != 101:
            assert b"connection: close" in client.response.split(b"\r\n")


def test_another_version_is_told_ours(start: Any) -> None:
    """RFC 6455 §4.4."""
    answer = talk(start().address, handshake(sec_websocket_version="25"))
    (response,) = parse(answer)
    assert (response.status, response.headers["sec-websocket-version"]) == (426, "13")


@pytest.mark.parametrize(
    ("origins", "origin", "status"),
    [
        (("https://shop.example",), "https://shop.example", 101),
        (("https://shop.example",), "http://localhost", 101),
        (("https://shop.example",), "https://evil.example", 403),
        (("https://shop.example",), "https://shop.example:8443", 403),
        (("https://Shop.example",), "https://shop.example", 101),
        (("*",), "https://evil.example", 101),
    ],
)
def test_origins_can_be_allowed(start: Any, origins: tuple[str, ...], origin: str, status: int) -> None:
    with RawSocket(start(ws_allowed_origins=origins).address, handshake(origin=origin)) as client:
        assert client.response.split(b" ", 2)[1] == b"%d" % status


@pytest.mark.parametrize(
    "request_bytes",
    [
        handshake("/", connection="keep-alive"),
        handshake("/", upgrade="h2c"),
        handshake("/").replace(b"GET", b"POST").replace(b"host:", b"content-length: 0\r\nhost:"),
        handshake("/").replace(b"HTTP/1.1", b"HTTP/1.0"),
    ],
    ids=["no option", "another protocol", "POST", "HTTP/1.0"],
)
def test_what_is_no_handshake_is_a_request(start: Any, request_bytes: bytes) -> None:
    """RFC 9110 §7.8: a server may ignore Upgrade."""
    with RawSocket(start().address, request_bytes) as client:
        assert client.response.startswith(b"HTTP/1.1 200 OK")


def test_an_application_without_websockets_answers_handshakes_as_requests(start_server: StartServer) -> None:
    with RawSocket(start_server().address, handshake("/")) as client:
        assert client.response.startswith(b"HTTP/1.1 200 OK")


def test_a_handshake_may_come_behind_another_request(start: Any) -> None:
    with RawSocket(start().address, b"GET / HTTP/1.1\r\nhost: a\r\n\r\n" + handshake()) as client:
        assert client.response.startswith(b"HTTP/1.1 200 OK")
        client.send(frame(TEXT, b"hi"), GOODBYE)
        data = client.read_to_end()
        assert b"\r\n\r\n\x81\x02hi\x88" in data


def test_messages_may_come_with_the_handshake(start: Any) -> None:
    with RawSocket(start().address, handshake() + frame(TEXT, b"early")) as client:
        assert client.read() == (TEXT, b"early")


def test_many_messages_may_come_before_the_answer(start: Any) -> None:
    server = start()
    with RawSocket(
        server.address, b"GET / HTTP/1.1\r\nhost: a\r\n\r\n" + handshake("/slow-accept")
    ) as client:
        server.wait_for("asked")
        texts = frame(TEXT, b"x" * 1000) * 200
        client.send(texts)
        server.release()
        client.send(GOODBYE)
        assert client.read_to_end().count(b"x" * 1000) == 200
    server.wait_for("ended 1000")


def test_a_client_that_leaves_before_the_answer_is_not_accepted(start: Any) -> None:
    server = start()
    client = socket.create_connection(server.address)
    client.sendall(handshake("/slow-accept"))
    server.wait_for("asked")
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
    talk(server.address, b"GET / HTTP/1.0\r\n\r\n")  # comes after the loss
    server.release()
    server.wait_for("accept 1006")


# Refusals.


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/nowhere", 403, b"Forbidden"),
        ("/deny", 402, b"pay first"),
        ("/deny-stream", 402, b"pay first"),
        ("/deny-unsendable", 500, b"Internal Server Error"),
        ("/undecided", 500, b"Internal Server Error"),
        ("/fail", 500, b"Internal Server Error"),
        ("/split", 500, b"Internal Server Error"),
    ],
)
def test_a_refusal_is_a_response(start: Any, path: str, status: int, body: bytes) -> None:
    (response,) = parse(talk(start().address, handshake(path)))
    assert (response.status, response.body) == (status, body)
    assert response.headers["connection"] == "close"


def test_a_refusal_that_breaks_off_is_cut(start: Any, caplog: pytest.LogCaptureFixture) -> None:
    data = talk(start().address, handshake("/deny-stream-fails"))
    assert data.endswith(b"4\r\npay \r\n")
    assert "in the middle of the refusal" in str(caplog.records[-1].exc_info)


# Messages.


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_messages_are_echoed(start: Any, loop: str) -> None:
    with RawSocket(start(loop=loop).address, handshake()) as client:
        for opcode, payload in ((TEXT, "é".encode()), (BINARY, b"\x00\xff"), (TEXT, b"x" * 100_000)):
            client.send(frame(opcode, payload))
            assert client.read() == (opcode, payload)


def test_pings_are_answered(start: Any) -> None:
    with RawSocket(start().address, handshake()) as client:
        client.send(frame(PING, b"there?"))
        assert client.read() == (PONG, b"there?")


def test_nothing_but_frames_follows_the_handshake(start: Any) -> None:
    """Early hints would be bytes in the middle of messages."""
    with RawSocket(start().address, handshake("/hints")) as client:
        assert client.read() == (TEXT, b"no hints")


def test_what_came_before_a_violation_is_answered_before_it(start: Any) -> None:
    """Security I12."""
    with RawSocket(start().address, handshake()) as client:
        client.send(frame(TEXT, b"one"), frame(TEXT, b"two"), frame(3, b""), frame(TEXT, b"three"))
        assert client.read() == (TEXT, b"one")
        assert client.read() == (TEXT, b"two")
        opcode, payload = client.read()
        assert (opcode, payload[:2]) == (CLOSE, b"\x03\xea")
        assert client.read_to_end() == b""


def test_nothing_is_read_behind_a_violation_while_the_application_is_slow(start: Any) -> None:
    server = start(ws_max_queue=2)
    with RawSocket(server.address, handshake("/count")) as client:
        client.read()
        client.send(frame(TEXT, b"x") * 10, frame(3, b""))
        client.send(frame(BINARY, bytes(50_000)) * 10)
        server.release()
        server.wait_for("10 then 1002")
        assert client.read() == (CLOSE, b"\x03\xeainvalid opcode")


def test_a_message_above_the_limit_ends_the_connection_before_it_has_come(start: Any) -> None:
    """Security I2; the client reads why, whatever it still sends."""
    server = start(ws_max_size=1000)
    with RawSocket(server.address, handshake()) as client:
        client.send(b"\x82\xff" + (1 << 40).to_bytes(8), bytes(300_000))
        opcode, payload = client.read()
        assert (opcode, payload[:2]) == (CLOSE, b"\x03\xf1")
    server.wait_for(f"ended 1009 {payload[2:].decode()}")


def test_messages_wait_for_the_application_up_to_a_limit(start: Any) -> None:
    """The client cannot send more than the queue and the buffers of the system hold."""
    server = start(ws_max_queue=4, timeout_response_write=60)
    with RawSocket(server.address, handshake("/count")) as client:
        client.read()
        client.socket.setblocking(False)
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
        data, sent = frame(BINARY, bytes(10_000)) * 4000, 0
        with suppress(BlockingIOError):
            while sent < len(data):
                sent += client.socket.send(data[sent:])
        assert sent < len(data)
        client.socket.setblocking(True)
        server.release()
        client.send(data[sent:], GOODBYE)
        assert client.read()[0] == CLOSE
    server.wait_for("4000 then 1000")


def test_senders_wait_for_a_client_that_does_not_read(start: Any) -> None:
    server = start(timeout_response_write=0.4)
    with RawSocket(server.address, handshake("/flood"), receive_buffer=4096):
        server.wait_for("lost 1006")
    assert server.app.events.count("sent") * 65536 < 16 << 20


def test_one_task_receives_at_a_time(start: Any) -> None:
    server = start()
    with RawSocket(server.address, handshake("/two-readers")) as client:
        server.wait_for("another task waits for the next message of this WebSocket connection")
        client.send(frame(TEXT, b"a"))
        assert client.read() == (TEXT, b"a")


# The end.


def test_a_clients_close_frame_is_answered(start: Any) -> None:
    server = start()
    with RawSocket(server.address, handshake()) as client:
        client.send(frame(CLOSE, (4002).to_bytes(2) + b"done"))
        assert client.read() == (CLOSE, (4002).to_bytes(2) + b"done")
        assert client.read_to_end() == b""
    server.wait_for("ended 4002 done")


def test_an_application_closes_with_code_and_reason(start: Any) -> None:
    server = start()
    with RawSocket(server.address, handshake("/close")) as client:
        assert client.read() == (CLOSE, (4001).to_bytes(2) + b"enough")
        client.send(frame(TEXT, b"crossed"), frame(CLOSE, (4001).to_bytes(2)))
        assert client.read_to_end() == b""
    server.wait_for("ended")
    server.wait_for("send 4001")


def test_a_client_that_does_not_answer_the_end_is_cut_off(start: Any) -> None:
    with RawSocket(start(ws_close_timeout=0.2).address, handshake("/close")) as client:
        assert client.read()[0] == CLOSE
        assert client.read_to_end() == b""


@pytest.mark.parametrize("path", ["/raise", "/unsendable"])
def test_an_application_that_fails_closes_with_1011(
    start: Any, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Security I10."""
    with RawSocket(start().address, handshake(path)) as client:
        assert client.read() == (CLOSE, b"\x03\xf3")
        client.send(frame(CLOSE, b"\x03\xf3"))
        assert client.read_to_end() == b""
    assert f"exception while answering GET '{path}'" in caplog.text


def test_a_lost_connection_is_1006(start: Any) -> None:
    server = start()
    client = RawSocket(server.address, handshake())
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.socket.close()
    server.wait_for("ended 1006")


def test_a_client_that_only_stops_sending_is_gone(start: Any) -> None:
    server = start()
    with RawSocket(server.address, handshake()) as client:
        client.send(frame(TEXT, b"last"))
        client.socket.shutdown(socket.SHUT_WR)
        assert client.read_to_end() in (b"", b"\x81\x04last")
    server.wait_for("ended 1006")


def test_a_client_that_stopped_sending_before_its_turn_is_gone(start: Any) -> None:
    server = start()
    with connect(server.address) as client:
        client.sendall(b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n" + handshake("/slow-accept"))
        client.shutdown(socket.SHUT_WR)
        server.wait_for("waiting")
        server.release()
        server.wait_for("accept 1006")
        assert b"101" not in read_to_end(client)


def test_nothing_waits_for_the_collector_when_connections_have_ended(start: Any) -> None:
    """Compression takes 60 KiB for each."""
    server = start()
    gc.collect()
    gc.disable()
    try:
        for goodbye in (GOODBYE, b"", frame(TEXT, b"\xff")):
            request = handshake(sec_websocket_extensions="permessage-deflate")
            with RawSocket(server.address, request) as client:
                assert b"permessage-deflate" in client.response
                client.send(frame(TEXT, b"a"), goodbye)
                assert client.read() == (TEXT, b"a")
        server.stop()
        assert not [each for each in gc.get_objects() if isinstance(each, PerMessageDeflate)]
    finally:
        gc.enable()


def test_messages_before_the_loss_are_delivered(start: Any) -> None:
    server = start(ws_max_queue=2)
    with RawSocket(server.address, handshake("/count")) as client:
        client.read()
        client.send(frame(TEXT, b"x") * 10)
    server.release()
    server.wait_for("10 then 1006")


def test_a_close_frame_is_answered_for_an_application_that_does_not_receive(start: Any) -> None:
    server = start()
    with RawSocket(server.address, handshake("/deaf")) as client:
        server.wait_for("deaf")
        client.send(GOODBYE)
        assert client.read() == (CLOSE, b"\x03\xe8")


def test_messages_nobody_takes_do_not_hold_up_the_end_for_ever(start: Any) -> None:
    with RawSocket(start(ws_close_timeout=1).address, handshake("/deaf")) as client:
        client.send(frame(TEXT, b"unread"), GOODBYE)
        assert client.read() == (CLOSE, b"\x03\xe8")


def test_a_silent_client_is_pinged_and_given_up(start: Any) -> None:
    """Security I6."""
    server = start(ws_ping_interval=0.2, ws_ping_timeout=0.2)
    with RawSocket(server.address, handshake()) as client:
        assert client.read() == (PING, b"")
        client.send(frame(PONG, b""))
        assert client.read() == (PING, b"")
        assert client.read() == (CLOSE, b"\x03\xf3keepalive ping timeout")
        assert client.read_to_end() == b""
    server.wait_for("ended 1006")


def test_a_server_that_stops_says_so(start: Any) -> None:
    """Security I11."""
    server = start()
    with RawSocket(server.address, handshake()) as client:
        client.send(frame(TEXT, b"a"))
        client.read()
        server.close()
        assert client.read() == (CLOSE, b"\x03\xf4")
        client.send(frame(CLOSE, b"\x03\xf4"))
        assert client.read_to_end() == b""
    server.join()
    assert "ended 1012" in server.app.events


def test_an_exit_stops_the_server(start: Any) -> None:
    server = start()
    with RawSocket(server.address, handshake("/exit")) as client:
        assert client.read() == (CLOSE, b"\x03\xf3")
        client.send(frame(CLOSE, b"\x03\xf3"))
    server.join()
    assert isinstance(server.server.interruption, SystemExit)


# Around it.


def test_handshakes_and_refusals_are_in_the_access_log(start: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "bolide.access"):
        server = start(access_log=True)
        with RawSocket(server.address, handshake("/echo?a=1")) as client:
            client.send(GOODBYE)
            client.read_to_end()
        talk(server.address, handshake("/nowhere"))
    texts = [record.getMessage().split(" - ")[1] for record in caplog.records]
    assert texts == ['"GET /echo?a=1 HTTP/1.1" 101', '"GET /nowhere HTTP/1.1" 403']


def test_without_the_package_the_log_says_what_to_install(
    start: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delitem(sys.modules, "bolide.server_adapters._websocket.protocol", raising=False)
    monkeypatch.setitem(sys.modules, "websockets.exceptions", None)
    (response,) = parse(talk(start().address, handshake()))
    assert (response.status, response.body) == (501, b"Not Implemented")
    assert "pip install 'bolide[websocket]'" in caplog.text
