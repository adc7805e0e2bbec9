"""Foreign ASGI applications run for an exchange of any entry; what they send becomes a reply."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import suppress
from contextvars import ContextVar
from typing import Any, cast

import pytest

from bolide.server_adapters.asgi import AsgiExchange, Receive, Scope, Send, serve_asgi
from bolide.server_adapters.asgi_bridge import AsgiApp, run_asgi
from bolide.server_adapters.asgi_scope import asgi_scope
from bolide.server_adapters.contract import BodyTooLarge, ClientDisconnect, Exchange, HeaderPairs, Reply
from tests.server_adapters import raw
from tests.server_adapters.application import ContractApplication
from tests.server_adapters.conftest import StartServer

Message = dict[str, Any]

LIMIT = 1000


class PlainExchange:
    """An exchange whose body arrives in *pieces*; None among them is the client leaving."""

    def __init__(self, pieces: tuple[bytes | None, ...] = (), method: str = "GET") -> None:
        self.method = method
        self.path = "/Zürich/x y"
        self.query = "a=1&b=%20"
        self.body: bytes | None = None if pieces else b""
        self.state: dict[str, Any] = {"db": 1}
        self.headers: HeaderPairs = [(b"host", b"example.com"), (b"x-a", b"1"), (b"x-a", b"2")]
        self.client: tuple[str, int] | None = ("10.0.0.1", 5)
        self.server: tuple[str, int | None] | None = ("10.0.0.2", 80)
        self.scheme = "http"
        self.http_version = "1.1"
        self.raw_path: bytes | None = None
        self.tls: dict[str, Any] | None = None
        self.root_path = "/api"
        self.left = asyncio.Event()
        self.hints: list[bytes] | None = None
        self._pieces = list(pieces)

    def header(self, name: bytes) -> str | None:
        raise NotImplementedError

    def header_values(self, name: bytes) -> list[str]:
        raise NotImplementedError

    async def read_body(self, limit: int) -> bytes:
        raise NotImplementedError

    async def stream(self, limit: int) -> AsyncIterator[bytes]:
        while self._pieces:
            piece = self._pieces.pop(0)
            if piece is None:
                raise ClientDisconnect
            if piece == b"wait":
                await asyncio.Event().wait()
            yield piece

    async def disconnect(self) -> None:
        await self.left.wait()

    @property
    def takes_early_hints(self) -> bool:
        return self.hints is not None

    async def send_early_hints(self, links: Sequence[bytes]) -> None:
        if self.hints is not None:
            self.hints += links

    @property
    def takes_trailers(self) -> bool:
        return False


async def answer(app: AsgiApp, exchange: Exchange) -> Reply:
    return await run_asgi(app, exchange, asgi_scope(exchange), max_body_bytes=LIMIT)


async def finish(reply: Reply) -> None:
    assert reply.after is not None
    await reply.after()


def stream_of(reply: Reply) -> AsyncGenerator[bytes, None]:
    assert not isinstance(reply.body, bytes)
    return cast("AsyncGenerator[bytes, None]", reply.body)


def responding(*messages: Message) -> AsgiApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for message in messages:
            await send(message)

    return app


START: Message = {"type": "http.response.start", "status": 201, "headers": [(b"X-Name", b"v"), [b"b", b"w"]]}


def piece(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


def test_scope_holds_what_the_specification_asks_for() -> None:
    async def main() -> None:
        exchange = PlainExchange()
        shared = exchange.state
        scope = asgi_scope(exchange)
        assert scope == {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/api/Zürich/x y",
            "raw_path": b"/api/Z%C3%BCrich/x%20y",
            "query_string": b"a=1&b=%20",
            "root_path": "/api",
            "headers": [(b"host", b"example.com"), (b"x-a", b"1"), (b"x-a", b"2")],
            "client": ("10.0.0.1", 5),
            "server": ("10.0.0.2", 80),
            "state": {"db": 1},
            "extensions": {},
        }
        assert scope["state"] is exchange.state
        assert scope["state"] is not shared

    asyncio.run(main())


def test_scope_tells_what_the_server_knows_of_path_and_tls() -> None:
    async def main() -> None:
        exchange = PlainExchange()
        exchange.raw_path, exchange.tls = b"/Z%C3%BCrich%2Fx", {"tls_version": 0x0304}
        scope = asgi_scope(exchange)
        assert scope["raw_path"] == b"/api/Z%C3%BCrich%2Fx"
        assert scope["extensions"] == {"tls": {"tls_version": 0x0304}}

    asyncio.run(main())


def test_scope_of_an_asgi_server_comes_through() -> None:
    async def receive() -> Message:
        raise AssertionError

    async def send(message: Any) -> None:
        raise AssertionError

    theirs: Message = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "path": "/a",
        "raw_path": b"/%61",
        "query_string": b"",
        "headers": [],
        "state": {"x": 1},
        "extensions": {"tls": {"version": 1}, "http.response.pathsend": {}, "http.response.debug": {}},
        "user": "set by a middleware",
    }
    scope = asgi_scope(AsgiExchange(theirs, receive, send))
    assert scope["user"] == "set by a middleware"
    assert scope["raw_path"] == b"/%61"
    assert scope["state"] == {"x": 1}
    assert scope["extensions"] == {"tls": {"version": 1}, "http.response.debug": {}}
    assert scope["asgi"] == {"version": "3.0", "spec_version": "2.3"}
    assert theirs["extensions"].keys() == {"tls", "http.response.pathsend", "http.response.debug"}


def test_one_body_message_is_a_reply_of_bytes_whose_header_names_are_lower_case() -> None:
    async def main() -> None:
        reply = await answer(responding(START, piece(b"all", more=False)), PlainExchange())
        assert (reply.status, reply.headers, reply.body) == (201, [(b"x-name", b"v"), (b"b", b"w")], b"all")
        await finish(reply)

    asyncio.run(main())


def test_what_follows_the_last_message_waits_until_the_reply_is_written() -> None:
    events: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await responding(START, piece(b"", more=False))(scope, receive, send)
        events.append("background work")

    async def main() -> None:
        reply = await answer(app, PlainExchange())
        await asyncio.sleep(0)
        events.append("written")
        await finish(reply)

    asyncio.run(main())
    assert events == ["written", "background work"]


def test_pieces_are_handed_over_one_by_one_as_the_entry_asks() -> None:
    events: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        for number in range(3):
            await send(piece(b"%d" % number))
            events.append(f"{number} accepted")
        await send({"type": "http.response.body"})
        events.append("end")

    async def main() -> None:
        reply = await answer(app, PlainExchange())
        async for each in stream_of(reply):
            await asyncio.sleep(0)
            events.append(f"{each!r} written")
        await finish(reply)

    asyncio.run(main())
    assert events == [
        "b'0' written",
        "0 accepted",
        "b'1' written",
        "1 accepted",
        "b'2' written",
        "2 accepted",
        "b'' written",
        "end",
    ]


def test_response_begins_although_the_first_piece_is_not_there_yet() -> None:
    async def main() -> None:
        go_on = asyncio.Event()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await send(START)
            await go_on.wait()
            await send(piece(b"late", more=False))

        reply = await answer(app, PlainExchange())
        assert reply.status == 201
        go_on.set()
        assert [each async for each in stream_of(reply)] == [b"late"]
        await finish(reply)

    asyncio.run(main())


def test_body_of_a_request_comes_in_its_pieces() -> None:
    received: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        more = True
        while more:
            received.append(dict(message := await receive()))
            more = message["more_body"]
        await responding(START, piece(b"", more=False))(scope, receive, send)

    async def main() -> None:
        await finish(await answer(app, PlainExchange((b"one", b"two"))))
        exchange = PlainExchange()
        exchange.body = b"whole"
        await finish(await answer(app, exchange))

    asyncio.run(main())
    assert received == [
        {"type": "http.request", "body": b"one", "more_body": True},
        {"type": "http.request", "body": b"two", "more_body": True},
        {"type": "http.request", "body": b"", "more_body": False},
        {"type": "http.request", "body": b"whole", "more_body": False},
    ]


def test_cancelled_receive_loses_nothing_of_the_body() -> None:
    received: list[bytes] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        received.append((await receive())["body"])
        waiting = asyncio.ensure_future(receive())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        received.append((await receive())["body"])
        await responding(START, piece(b"", more=False))(scope, receive, send)

    async def main() -> None:
        await finish(await answer(app, PlainExchange((b"one", b"wait", b"two"))))

    asyncio.run(main())
    assert received == [b"one", b"two"]


@pytest.mark.parametrize("pieces", [(b"x" * 600, b"y" * 600), (b"x" * 1001,)])
def test_too_large_body_ends_the_application_and_is_raised(pieces: tuple[bytes, ...]) -> None:
    events: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            while (await receive())["more_body"]:
                pass
        except BodyTooLarge:
            events.append("too large")
            await responding({**START, "status": 500}, piece(b"ours", more=False))(scope, receive, send)
            raise

    async def main() -> None:
        with pytest.raises(BodyTooLarge):
            await answer(app, PlainExchange(pieces))

    asyncio.run(main())
    assert events == ["too large"]


@pytest.mark.parametrize("times", [1, 3])
def test_cancelled_request_waits_for_the_application_however_often_it_is_cancelled(times: int) -> None:
    """The application is cancelled once: a second time would cut its clean-up short."""
    events: list[str] = []
    waits = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            with suppress(BodyTooLarge):
                await receive()
            waits.set()
            await asyncio.Event().wait()
        finally:
            for number in range(4):
                await asyncio.sleep(0)
                events.append(str(number))

    async def run(exchange: PlainExchange) -> None:
        answering = asyncio.create_task(answer(app, exchange))
        await waits.wait()
        for _ in range(times):
            answering.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await answering
        assert events == ["0", "1", "2", "3"]
        events.clear()
        waits.clear()

    async def run_both() -> None:
        await run(PlainExchange())
        await run(PlainExchange((b"x" * (LIMIT + 1),)))  # is being ended as too large

    asyncio.run(run_both())


def test_body_in_one_piece_is_limited_too() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()

    async def main() -> None:
        exchange = PlainExchange()
        exchange.body = bytes(LIMIT + 1)
        with pytest.raises(BodyTooLarge):
            await answer(app, exchange)

    asyncio.run(main())


def test_error_before_the_response_is_raised() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise ZeroDivisionError

    async def late(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        raise ZeroDivisionError

    async def main() -> None:
        for each in (app, late):
            with pytest.raises(ZeroDivisionError):
                await answer(each, PlainExchange())

    asyncio.run(main())


def test_no_response_at_all_is_an_error() -> None:
    async def main() -> None:
        with pytest.raises(RuntimeError, match="has ended without a response"):
            await answer(responding(), PlainExchange())

    asyncio.run(main())


def test_error_within_the_body_is_raised_to_the_entry_once() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        await send(piece(b"beginning"))
        raise ZeroDivisionError

    async def main() -> None:
        reply = await answer(app, PlainExchange())
        body = stream_of(reply)
        assert await anext(body) == b"beginning"
        with pytest.raises(ZeroDivisionError):
            await anext(body)
        await finish(reply)

    asyncio.run(main())


def test_body_without_an_end_is_an_error() -> None:
    async def main() -> None:
        reply = await answer(responding(START, piece(b"x")), PlainExchange())
        with pytest.raises(RuntimeError, match="ended before its response was complete"):
            assert [each async for each in stream_of(reply)]
        await finish(reply)

    asyncio.run(main())


def test_error_after_the_response_comes_out_of_after() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await responding({**START, "status": 500}, piece(b"oops", more=False))(scope, receive, send)
        raise ZeroDivisionError

    async def main() -> None:
        reply = await answer(app, PlainExchange())
        assert (reply.status, reply.body) == (500, b"oops")
        with pytest.raises(ZeroDivisionError):
            await finish(reply)

    asyncio.run(main())


def test_what_is_no_exception_is_raised_as_one() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise asyncio.CancelledError

    async def main() -> None:
        with pytest.raises(RuntimeError, match="raised CancelledError"):
            await answer(app, PlainExchange())

    asyncio.run(main())


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param((START, START), id="two starts"),
        pytest.param((piece(b"x"),), id="body first"),
    ],
)
def test_messages_out_of_order_are_refused(messages: tuple[Message, ...]) -> None:
    async def main() -> None:
        with pytest.raises(RuntimeError, match="was sent"):
            await answer(responding(*messages), PlainExchange())

    asyncio.run(main())


def test_body_after_the_end_is_refused() -> None:
    async def main() -> None:
        reply = await answer(responding(START, piece(b"x", more=False), piece(b"y")), PlainExchange())
        with pytest.raises(RuntimeError, match="after the end of the response"):
            await finish(reply)

    asyncio.run(main())


def test_unknown_messages_are_ignored() -> None:
    async def main() -> None:
        hint = {"type": "http.response.early_hint", "links": []}
        reply = await answer(responding(hint, START, piece(b"x", more=False)), PlainExchange())
        assert reply.body == b"x"
        await finish(reply)

    asyncio.run(main())


def test_client_that_leaves_within_the_body_of_the_response_is_told_to_the_application() -> None:
    events: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(START)
        try:
            while True:
                await send(piece(b"x"))
        except OSError:
            events.append("send failed")
        events.append((await receive())["type"])
        with pytest.raises(OSError, match="left"):
            await send(piece(b"x"))

    async def main() -> None:
        reply = await answer(app, PlainExchange())
        body = stream_of(reply)
        await anext(body)
        await body.aclose()
        await finish(reply)

    asyncio.run(main())
    assert events == ["send failed", "http.disconnect"]


def test_client_that_leaves_before_the_response_is_told_to_the_application() -> None:
    events: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        events.append((await receive())["type"])
        events.append((await receive())["type"])
        await responding(START, piece(b"for nobody", more=False))(scope, receive, send)

    async def leaves_within_the_body() -> None:
        with pytest.raises(ClientDisconnect):
            await answer(app, PlainExchange((b"part", None)))

    async def leaves_after_the_body() -> None:
        exchange = PlainExchange()
        task = asyncio.ensure_future(answer(app, exchange))
        await asyncio.sleep(0)
        exchange.left.set()
        with pytest.raises(ClientDisconnect):
            await task

    asyncio.run(leaves_within_the_body())
    asyncio.run(leaves_after_the_body())
    assert events == ["http.request", "http.disconnect"] * 2


def test_failure_to_send_to_a_client_that_has_left_is_no_error() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        try:
            while True:
                await send(piece(b"x"))
        except OSError as error:
            raise ValueError("as frameworks wrap it") from error

    async def main() -> None:
        reply = await answer(app, PlainExchange())
        body = stream_of(reply)
        await anext(body)
        await body.aclose()
        await finish(reply)

    asyncio.run(main())


def test_receive_tells_the_end_of_the_response_as_a_disconnect() -> None:
    events: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        listener = asyncio.ensure_future(receive())
        await responding(START, piece(b"x", more=False))(scope, receive, send)
        events.append((await listener)["type"])

    async def main() -> None:
        await finish(await answer(app, PlainExchange()))

    asyncio.run(main())
    assert events == ["http.disconnect"]


def test_reply_whose_body_nobody_reads_does_not_hold_the_application() -> None:
    async def main() -> None:
        reply = await answer(
            responding(START, piece(b"x"), piece(b"y"), piece(b"", more=False)), PlainExchange()
        )
        await stream_of(reply).aclose()  # what an entry does for HEAD
        await finish(reply)

    asyncio.run(main())


@pytest.mark.parametrize("stage", ["before the response", "after the response"])
def test_cancellation_of_the_request_reaches_the_application(stage: str) -> None:
    events: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if stage == "after the response":
            await responding(START, piece(b"x", more=False))(scope, receive, send)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            events.append("cancelled")
            raise

    async def request() -> None:
        await finish(await answer(app, PlainExchange()))

    async def main() -> None:
        task = asyncio.ensure_future(request())
        for _ in range(5):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert events == ["cancelled"]


def test_context_variables_of_the_request_are_seen_inside() -> None:
    variable: ContextVar[str] = ContextVar("variable")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await responding(START, piece(variable.get().encode(), more=False))(scope, receive, send)

    async def main() -> None:
        variable.set("set outside")
        reply = await answer(app, PlainExchange())
        assert reply.body == b"set outside"
        await finish(reply)

    asyncio.run(main())


class BridgingApplication(ContractApplication):
    """The contract application behind ASGI: exchange → ASGI → exchange, and back."""

    def __init__(self) -> None:
        super().__init__()
        self.behind = ContractApplication()

    async def startup(self) -> Any:
        lifespan = await super().startup()
        self.behind.release, self.behind.on_event = self.release, self.record
        return lifespan

    def handle(self, exchange: Exchange) -> Any:
        async def inner(scope: Scope, receive: Receive, send: Send) -> None:
            await serve_asgi(self.behind, scope, receive, send)

        return run_asgi(inner, exchange, asgi_scope(exchange), max_body_bytes=1 << 40)


BRIDGED: dict[str, tuple[bytes, bytes]] = {
    "bytes": (b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", b"hello"),
    "stream": (b"GET /stream HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", b"three\r\n0\r\n\r\n"),
    "body": (
        b"POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\nconnection: close\r\n\r\nabcd",
        b"\r\n\r\nabcd",
    ),
    "chunked body": (
        b"POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
        b"2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n",
        b"\r\n\r\nabcd",
    ),
    "streams both ways": (
        b"POST /echo-stream HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
        b"2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n",
        b"0\r\n\r\n",
    ),
    "head": (b"HEAD /stream HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", b"\r\n\r\n"),
}


@pytest.mark.parametrize(("request_bytes", "ending"), BRIDGED.values(), ids=BRIDGED)
def test_native_server_runs_asgi_applications(
    start_server: StartServer, request_bytes: bytes, ending: bytes
) -> None:
    server = start_server(BridgingApplication())
    response = raw.talk(server.address, request_bytes)
    assert response.startswith(b"HTTP/1.1 200 OK\r\n")
    assert response.endswith(ending)


def reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    client.close()


def test_client_that_leaves_ends_a_stream_through_the_bridge(start_server: StartServer) -> None:
    server = start_server(BridgingApplication())
    with raw.connect(server.address) as client:
        client.sendall(b"GET /stream-forever HTTP/1.1\r\nhost: a\r\n\r\n")
        received = b""
        while b"first" not in received:
            received += client.recv(65536)
        reset(client)
    server.wait_for("stream closed")
    server.wait_for("after stream")


def test_client_that_leaves_is_noticed_while_the_application_waits(start_server: StartServer) -> None:
    class Waiting(ContractApplication):
        def handle(self, exchange: Exchange) -> Any:
            async def app(scope: Scope, receive: Receive, send: Send) -> None:
                await receive()
                self.record("waiting")
                self.record((await receive())["type"])
                await responding(START, piece(b"", more=False))(scope, receive, send)

            return run_asgi(app, exchange, asgi_scope(exchange), max_body_bytes=LIMIT)

    server = start_server(Waiting())
    with raw.connect(server.address) as client:
        client.sendall(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        server.wait_for("waiting")
        reset(client)
    server.wait_for("http.disconnect")
