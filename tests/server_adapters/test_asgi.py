"""The ASGI entry, spoken to in ASGI's own messages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from bolide.server_adapters.asgi import AsgiExchange, serve_asgi
from bolide.server_adapters.contract import ClientDisconnect
from tests.server_adapters.application import ContractApplication

Message = dict[str, Any]

DISCONNECT: Message = {"type": "http.disconnect"}
EMPTY: Message = {"type": "http.request", "body": b"", "more_body": False}


class Server:
    """The other side of one ASGI connection: hands out *incoming*, then waits for ever."""

    def __init__(self, incoming: Iterable[Message] = (EMPTY,)) -> None:
        self.incoming = list(incoming)
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        if self.incoming:
            return self.incoming.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    async def send(self, message: Any) -> None:
        self.sent.append(message)


def scope(path: str, **changes: Any) -> Message:
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [],
        "http_version": "1.1",
        **changes,
    }


def run(
    path: str, incoming: Iterable[Message] = (EMPTY,), app: ContractApplication | None = None, **changes: Any
) -> list[Message]:
    server = Server(incoming)
    asyncio.run(serve_asgi(app or ContractApplication(), scope(path, **changes), server.receive, server.send))
    return server.sent


def test_bytes_are_sent_as_one_start_and_one_body() -> None:
    assert run("/") == [
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"5")],
        },
        {"type": "http.response.body", "body": b"hello"},
    ]


def test_a_stream_is_sent_piece_by_piece() -> None:
    start, *bodies = run("/stream")
    assert start["headers"] == [(b"content-type", b"text/plain; charset=utf-8")]
    assert bodies == [
        {"type": "http.response.body", "body": b"one,", "more_body": True},
        {"type": "http.response.body", "body": b"two,", "more_body": True},
        {"type": "http.response.body", "body": b"three", "more_body": True},
        {"type": "http.response.body", "body": b""},
    ]


def test_the_state_is_empty_without_a_lifespan() -> None:
    (_, body) = run("/inspect")
    assert b'"state": {}' in body["body"]


def test_a_slash_at_the_end_of_the_root_path_is_none() -> None:
    for path in ("/inspect", "/api//inspect"):
        (_, body) = run(path, root_path="/api/")
        assert b'"root_path": "/api"' in body["body"]


def test_the_path_is_the_part_below_the_root_path() -> None:
    (_, body) = run("/api/inspect", root_path="/api")
    assert b'"path": "/inspect"' in body["body"]
    assert b'"root_path": "/api"' in body["body"]
    (start, _) = run("/apinspect", root_path="/api")
    assert start["status"] == 404


def test_a_body_in_pieces_is_joined() -> None:
    pieces: list[Message] = [
        {"type": "http.request", "body": b"a", "more_body": True},
        {"type": "http.request", "more_body": True},
        {"type": "http.request", "body": b"b"},
    ]
    assert run("/echo", pieces, method="POST")[1]["body"] == b"ab"


def test_e20_a_disconnect_within_a_body_ends_its_reader() -> None:
    app = ContractApplication()
    run("/echo", [{"type": "http.request", "body": b"a", "more_body": True}, DISCONNECT], app, method="POST")
    assert app.events == ["disconnect"]


def test_an_unhandled_exception_is_raised_after_the_response() -> None:
    server = Server()
    with pytest.raises(RuntimeError, match="boom"):
        asyncio.run(serve_asgi(ContractApplication(), scope("/boom"), server.receive, server.send))
    assert [message["type"] for message in server.sent] == ["http.response.start", "http.response.body"]


@pytest.mark.parametrize(
    ("path", "name"), [("/base-exception", "Unusual"), ("/cancelled-task", "CancelledError")]
)
def test_what_is_no_exception_is_raised_as_one_after_the_response(path: str, name: str) -> None:
    server = Server()
    with pytest.raises(RuntimeError, match=f"the handler raised {name}") as raised:
        asyncio.run(serve_asgi(ContractApplication(), scope(path), server.receive, server.send))
    assert type(raised.value.__cause__).__name__ == name
    assert [message["type"] for message in server.sent] == ["http.response.start", "http.response.body"]


def test_a_cancelled_request_stays_cancelled() -> None:
    app = ContractApplication()

    async def main() -> None:
        await app.startup()
        server = Server()
        task = asyncio.create_task(serve_asgi(app, scope("/wait"), server.receive, server.send))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert server.sent == []

    asyncio.run(main())
    assert app.events == ["startup", "waiting", "cancelled"]


def test_after_runs_in_the_task_of_the_handler() -> None:
    app = ContractApplication()
    run("/after", app=app)
    assert app.events == ["same task"]


def test_a_stream_ends_when_the_client_leaves() -> None:
    app = ContractApplication()
    sent = run("/stream-forever", [EMPTY, DISCONNECT], app)
    assert [message.get("body") for message in sent][:2] == [None, b"first"]
    assert app.events == ["stream closed", "after stream"]


def test_a_stream_that_never_waits_ends_when_the_client_leaves() -> None:
    assert len(run("/flood", [EMPTY, DISCONNECT])) < 200


def test_a_cancelled_stream_stays_cancelled() -> None:
    app = ContractApplication()

    async def main() -> None:
        server = Server()
        task = asyncio.create_task(serve_asgi(app, scope("/stream-forever"), server.receive, server.send))
        for _ in range(20):  # turns of the loop, more than the first piece takes
            await asyncio.sleep(0)
        assert server.sent[-1]["body"] == b"first"
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert app.events == ["stream closed", "after stream"]


def test_a_stream_that_reads_the_body_keeps_its_messages() -> None:
    pieces: list[Message] = [
        {"type": "http.request", "body": b"ab", "more_body": True},
        {"type": "http.request", "body": b"cd"},
    ]
    sent = run("/echo-stream", pieces, method="POST", headers=[(b"content-length", b"4")])
    assert [message["body"] for message in sent[1:]] == [b"ab", b"cd", b""]


def test_a_length_of_thousands_of_digits_is_too_large() -> None:
    headers = [(b"content-length", b"9" * 5000)]
    assert run("/small", method="POST", headers=headers)[0]["status"] == 413


def test_an_invalid_host_is_400() -> None:
    start, body = run("/", headers=[(b"host", b"[:::::::.]")])
    assert (start["status"], body["body"]) == (400, b'{"detail":"Invalid Host header"}')
    assert start["headers"][0] == (b"content-type", b"application/json")


def test_an_http2_body_needs_no_header_to_be_there() -> None:
    pieces: list[Message] = [
        {"type": "http.request", "body": b"ab", "more_body": True},
        {"type": "http.request", "body": b"cd"},
    ]
    server = Server(pieces)

    async def receive() -> Message:
        await asyncio.sleep(0)  # whoever else receives has its turn
        return await server.receive()

    connection = scope("/echo-stream", method="POST", http_version="2")
    asyncio.run(serve_asgi(ContractApplication(), connection, receive, server.send))
    assert [message["body"] for message in server.sent[1:]] == [b"ab", b"cd", b""]


@pytest.mark.parametrize("reads_first", [True, False])
def test_one_receives_at_a_time(reads_first: bool) -> None:
    """granian answers a second call of receive as if the client had left."""
    messages: asyncio.Queue[Message] = asyncio.Queue()
    calls = 0

    async def receive() -> Message:
        nonlocal calls
        calls += 1
        assert calls == 1
        try:
            return await messages.get()
        finally:
            calls -= 1

    async def main() -> None:
        exchange = AsgiExchange(scope("/", method="POST"), receive, Server().send)
        begin = [exchange.read_body(100), exchange.disconnect()]
        tasks = [asyncio.create_task(each) for each in (begin if reads_first else reversed(begin))]
        body, leaving = tasks if reads_first else reversed(tasks)
        for piece in (b"ab", b"cd", b"ef"):
            await asyncio.sleep(0)
            messages.put_nowait({"type": "http.request", "body": piece, "more_body": piece != b"ef"})
        assert await body == b"abcdef"
        assert not leaving.done()
        messages.put_nowait(DISCONNECT)
        await leaving
        exchange.end_watch()

    asyncio.run(main())


def test_a_body_that_waits_for_its_reader_is_not_received_any_further() -> None:
    messages: list[Message] = [{"type": "http.request", "body": b"x", "more_body": True} for _ in range(5)]

    async def receive() -> Message:
        return messages.pop() if messages else DISCONNECT

    async def main() -> None:
        exchange = AsgiExchange(scope("/", method="POST"), receive, Server().send)
        leaving = asyncio.create_task(exchange.disconnect())
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(messages) == 4
        with pytest.raises(ClientDisconnect):
            await exchange.read_body(100)
        await leaving

    asyncio.run(main())


def test_the_lifespan_hands_over_its_state() -> None:
    app = ContractApplication()
    server = Server([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    connection: Message = {"type": "lifespan", "state": {"kept": 1}}
    asyncio.run(serve_asgi(app, connection, server.receive, server.send))
    assert server.sent == [{"type": "lifespan.startup.complete"}, {"type": "lifespan.shutdown.complete"}]
    assert connection["state"] == {"kept": 1, "made_by": "startup"}
    assert app.events == ["startup", "shutdown"]


def test_m04_a_failed_startup_is_told_with_its_traceback() -> None:
    app = ContractApplication()
    app.startup_error = RuntimeError("no database")
    server = Server([{"type": "lifespan.startup"}])
    with pytest.raises(RuntimeError, match="no database"):
        asyncio.run(serve_asgi(app, {"type": "lifespan"}, server.receive, server.send))
    (message,) = server.sent
    assert message["type"] == "lifespan.startup.failed"
    assert "RuntimeError: no database" in message["message"]


def test_a_failed_shutdown_is_told() -> None:
    app = ContractApplication()
    app.shutdown_error = RuntimeError("cannot flush")
    server = Server([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    with pytest.raises(RuntimeError, match="cannot flush"):
        asyncio.run(serve_asgi(app, {"type": "lifespan"}, server.receive, server.send))
    assert server.sent[1]["type"] == "lifespan.shutdown.failed"


def test_a_websocket_is_refused() -> None:
    server = Server([{"type": "websocket.connect"}])
    asyncio.run(serve_asgi(ContractApplication(), {"type": "websocket"}, server.receive, server.send))
    assert server.sent == [{"type": "websocket.close", "code": 1000}]


def test_an_unknown_scope_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown ASGI scope type 'carrier-pigeon'"):
        run("/", type="carrier-pigeon")


def test_c01_a_stream_with_invalid_headers_is_a_clean_500() -> None:
    app = ContractApplication()
    app.stream_headers = [(b"x", b"a\r\nb")]
    start, body = run("/stream", app=app)
    assert (start["status"], body["body"]) == (500, b"Internal Server Error")
