"""Header lines behind a body: who gets them, which may stand there (RFC 9110 §6.5)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest

from bolide.server_adapters.asgi import Receive, Scope, Send, serve_asgi
from bolide.server_adapters.asgi_bridge import run_asgi
from bolide.server_adapters.asgi_scope import asgi_scope
from bolide.server_adapters.contract import Exchange, HeaderPairs, Reply
from tests.server_adapters.application import TEXT, ContractApplication
from tests.server_adapters.conftest import StartServer
from tests.server_adapters.raw import connect, talk

Message = dict[str, Any]

GET = b"GET / HTTP/1.1\r\nhost: a\r\nte: deflate, Trailers\r\nconnection: close\r\n\r\n"


class TrailingApplication(ContractApplication):
    """Streams two pieces with *trailers* behind them."""

    def __init__(self, trailers: HeaderPairs, headers: HeaderPairs | None = None) -> None:
        super().__init__()
        self._trailers = trailers
        self._headers = headers

    def handle(self, exchange: Exchange) -> Coroutine[Any, Any, Reply]:
        return self._answer()

    async def _answer(self) -> Reply:
        sent = 0

        async def pieces() -> AsyncIterator[bytes]:
            nonlocal sent
            for piece in (b"one", b"two"):
                sent += len(piece)
                yield piece

        def trailers() -> HeaderPairs:
            return [*self._trailers, (b"X-Sent", b"%d" % sent)]

        return Reply(200, TEXT, pieces(), self._headers, trailers=trailers)


def test_trailers_stand_behind_a_chunked_body(start_server: StartServer) -> None:
    server = start_server(TrailingApplication([(b"x-a", b"b")]))
    data = talk(server.address, GET)
    assert data.endswith(b"\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\nx-a: b\r\nx-sent: 6\r\n\r\n")


@pytest.mark.parametrize(
    ("request_", "end"),
    [
        (b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", b"\r\n0\r\n\r\n"),
        (b"GET / HTTP/1.1\r\nhost: a\r\nte: gzip, x-trailers\r\nconnection: close\r\n\r\n", b"\r\n0\r\n\r\n"),
        (b"GET / HTTP/1.0\r\nte: trailers\r\n\r\n", b"\r\n\r\nonetwo"),
        (GET.replace(b"GET", b"HEAD"), b"transfer-encoding: chunked\r\n\r\n"),
    ],
)
def test_who_did_not_ask_for_trailers_gets_none(
    start_server: StartServer, request_: bytes, end: bytes
) -> None:
    server = start_server(TrailingApplication([]))
    assert talk(server.address, request_).endswith(end)


def test_a_body_of_declared_length_has_none(start_server: StartServer) -> None:
    server = start_server(TrailingApplication([], [(b"content-length", b"6")]))
    assert talk(server.address, GET).endswith(b"\r\n\r\nonetwo")


@pytest.mark.parametrize(
    "pair",
    [
        (b"x", b"a\r\n\r\nb"),
        (b"x y", b"a"),
        (b"Content-Length", b"3"),
        (b"set-cookie", b"a=b"),
        (b"host", b"b"),
    ],
)
def test_c02_what_must_not_stand_there_cuts_the_response(
    start_server: StartServer, caplog: pytest.LogCaptureFixture, pair: tuple[bytes, bytes]
) -> None:
    server = start_server(TrailingApplication([pair]))
    received = b""
    with connect(server.address) as client:
        client.sendall(GET)
        try:
            while data := client.recv(65536):
                received += data
        except ConnectionResetError:
            pass
    assert received.endswith(b"3\r\ntwo\r\n")
    assert "InvalidHeader" in caplog.text


def messages_of(te: bytes | None, extensions: dict[str, Any]) -> list[Message]:
    """Serve one ASGI request and return what was sent."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "headers": [(b"host", b"a")] + ([(b"te", te)] if te else []),
        "http_version": "1.1",
        "extensions": extensions,
    }
    asyncio.run(serve_asgi(TrailingApplication([(b"x-a", b"b")]), scope, receive, send))
    return sent


def test_an_asgi_server_with_the_extension_gets_them() -> None:
    sent = messages_of(b"trailers", {"http.response.trailers": {}})
    assert sent[0]["trailers"] is True
    assert sent[-2] == {"type": "http.response.body", "body": b""}
    assert sent[-1] == {
        "type": "http.response.trailers",
        "headers": [(b"x-a", b"b"), (b"x-sent", b"6")],
    }


@pytest.mark.parametrize(("te", "extensions"), [(None, {"http.response.trailers": {}}), (b"trailers", {})])
def test_another_asgi_server_gets_none(te: bytes | None, extensions: dict[str, Any]) -> None:
    sent = messages_of(te, extensions)
    assert "trailers" not in sent[0]
    assert sent[-1] == {"type": "http.response.body", "body": b""}


class BridgingApplication(ContractApplication):
    """Answers by an ASGI application."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]) -> None:
        super().__init__()
        self._app = app

    def handle(self, exchange: Exchange) -> Coroutine[Any, Any, Reply]:
        return run_asgi(self._app, exchange, asgi_scope(exchange), max_body_bytes=1000)


async def trailing(scope: Scope, receive: Receive, send: Send) -> None:
    offered = "http.response.trailers" in scope["extensions"]
    await send({"type": "http.response.start", "status": 200, "headers": [], "trailers": offered})
    await send({"type": "http.response.body", "body": b"body", "more_body": True})
    await send({"type": "http.response.body", "body": b""})
    for number in (1, 2):
        trailers = [(b"X-N", b"%d" % number)]
        await send({"type": "http.response.trailers", "headers": trailers, "more_trailers": number == 1})


def test_a_foreign_asgi_application_sends_trailers(start_server: StartServer) -> None:
    server = start_server(BridgingApplication(trailing))
    data = talk(server.address, GET)
    assert data.endswith(b"\r\n\r\n4\r\nbody\r\n0\r\nx-n: 1\r\nx-n: 2\r\n\r\n")


def test_trailers_of_a_foreign_application_that_nobody_takes_are_dropped(start_server: StartServer) -> None:
    server = start_server(BridgingApplication(trailing))
    data = talk(server.address, b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
    assert data.endswith(b"\r\n\r\n4\r\nbody\r\n0\r\n\r\n")


def test_a_body_behind_its_end_is_refused_before_trailers_too(
    start_server: StartServer, caplog: pytest.LogCaptureFixture
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [], "trailers": True})
        await send({"type": "http.response.body", "body": b"body"})
        await send({"type": "http.response.body", "body": b"more"})

    server = start_server(BridgingApplication(app))
    with connect(server.address) as client:
        client.sendall(GET)
        received = b""
        try:
            while data := client.recv(65536):
                received += data
        except ConnectionResetError:
            pass
    assert b"more" not in received
    assert not received.endswith(b"0\r\n\r\n")
    assert "after the end of the response" in caplog.text
