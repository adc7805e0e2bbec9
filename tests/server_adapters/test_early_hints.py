"""Interim responses 103: where they are sent, and where nothing is (RFC 8297)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest

from bolide.server_adapters.asgi import Receive, Scope, Send, serve_asgi
from bolide.server_adapters.asgi_bridge import run_asgi
from bolide.server_adapters.asgi_scope import asgi_scope
from bolide.server_adapters.contract import Exchange, InvalidHeader, Reply
from bolide.server_adapters.mounted import MountedExchange
from tests.server_adapters import raw
from tests.server_adapters.application import TEXT, ContractApplication
from tests.server_adapters.conftest import StartServer

Message = dict[str, Any]

STYLE = b"</style.css>; rel=preload; as=style"
FONT = b"</font.woff2>; rel=preload; as=font; crossorigin"

INTERIM = (
    b"HTTP/1.1 103 Early Hints\r\n"
    b"link: </style.css>; rel=preload; as=style\r\n"
    b"link: </font.woff2>; rel=preload; as=font; crossorigin\r\n\r\n"
)


class HintingApplication(ContractApplication):
    """Answers every request by one function."""

    def __init__(self, answer: Callable[[Exchange], Coroutine[Any, Any, Reply]]) -> None:
        super().__init__()
        self.answer = answer

    def handle(self, exchange: Exchange) -> Coroutine[Any, Any, Reply]:
        return self.answer(exchange)


async def hint(exchange: Exchange) -> Reply:
    await exchange.send_early_hints([STYLE, FONT])
    return Reply(200, TEXT, b"done")


def test_the_native_server_sends_hints_before_the_response(start_server: StartServer) -> None:
    server = start_server(HintingApplication(hint))
    received = raw.talk(server.address, b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
    assert received.startswith(INTERIM + b"HTTP/1.1 200 OK\r\n")
    assert received.endswith(b"\r\n\r\ndone")


def test_hints_arrive_while_the_response_is_made(start_server: StartServer) -> None:
    async def answer(exchange: Exchange) -> Reply:
        await exchange.send_early_hints([STYLE])
        assert app.release is not None
        await app.release.wait()
        return Reply(204, TEXT)

    app = HintingApplication(answer)
    server = start_server(app)
    with raw.connect(server.address) as client:
        client.sendall(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        assert raw.read_response(client).status == 103
        server.release()
        assert raw.read_response(client).status == 204


def test_a_client_of_http_1_0_gets_none(start_server: StartServer) -> None:
    server = start_server(HintingApplication(hint))
    received = raw.talk(server.address, b"GET / HTTP/1.0\r\nhost: a\r\n\r\n")
    assert raw.statuses(received) == [200]


def test_pipelined_requests_have_hints_of_their_own(start_server: StartServer) -> None:
    server = start_server(HintingApplication(hint))
    one = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"
    last = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"

    received = raw.talk(server.address, one + last)

    assert [part[:12] for part in received.split(b"HTTP/1.1 ")[1:]] == [
        b"103 Early Hi",
        b"200 OK\r\ncont",
        b"103 Early Hi",
        b"200 OK\r\ncont",
    ]


def test_hints_that_come_after_the_reply_are_not_sent(start_server: StartServer) -> None:
    async def answer(exchange: Exchange) -> Reply:
        async def pieces() -> AsyncIterator[bytes]:
            await exchange.send_early_hints([STYLE])
            yield b"piece"

        async def after() -> None:
            await exchange.send_early_hints([STYLE])

        return Reply(200, TEXT, pieces(), after=after)

    server = start_server(HintingApplication(answer))
    one = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"
    last = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"
    assert raw.statuses(raw.talk(server.address, one + last)) == [200, 200]


def test_a_client_that_reads_nothing_is_not_sent_more_and_more(start_server: StartServer) -> None:
    async def answer(exchange: Exchange) -> Reply:
        # 64 MiB, if they were all sent: more than a socket takes.
        for _ in range(64):
            await exchange.send_early_hints([b"<" + b"a" * (1 << 20) + b">"])
        server.app.record("all hinted")
        return Reply(200, TEXT, b"done")

    server = start_server(HintingApplication(answer))
    with raw.connect(server.address) as client:
        client.sendall(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        server.wait_for("all hinted")
        received = raw.read_to_end(client)
    assert received.endswith(b"\r\n\r\ndone")
    assert len(received) < 32 << 20


@pytest.mark.parametrize("link", [b"</a>\r\nset-cookie: x=1", b"</a>\n", b"\0", b"\x7f"])
def test_a_link_that_would_split_the_response_is_refused(start_server: StartServer, link: bytes) -> None:
    async def answer(exchange: Exchange) -> Reply:
        with pytest.raises(InvalidHeader, match="invalid value of response header b'link'"):
            await exchange.send_early_hints([STYLE, link])
        return Reply(200, TEXT, b"")

    server = start_server(HintingApplication(answer))
    received = raw.talk(server.address, b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
    assert raw.statuses(received) == [200]


# ASGI.


def run_on_asgi(
    extensions: dict[str, Any] | None, answer: Callable[[Exchange], Coroutine[Any, Any, Reply]] = hint
) -> list[Message]:
    """Return the messages that an ASGI server with *extensions* is sent."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http",
        "http_version": "2",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "headers": [(b"host", b"a")],
    }
    if extensions is not None:
        scope["extensions"] = extensions
    asyncio.run(serve_asgi(HintingApplication(answer), scope, receive, send))
    return sent


def test_an_asgi_server_gets_a_message_if_it_takes_one() -> None:
    first, *rest = run_on_asgi({"http.response.early_hint": {}})
    assert first == {"type": "http.response.early_hint", "links": [STYLE, FONT]}
    assert [message["type"] for message in rest] == ["http.response.start", "http.response.body"]


@pytest.mark.parametrize("extensions", [None, {}, {"http.response.trailers": {}}])
def test_another_asgi_server_gets_none(extensions: dict[str, Any] | None) -> None:
    types = [message["type"] for message in run_on_asgi(extensions)]
    assert types == ["http.response.start", "http.response.body"]


def test_an_asgi_server_gets_no_hints_after_the_reply() -> None:
    async def answer(exchange: Exchange) -> Reply:
        async def after() -> None:
            await exchange.send_early_hints([STYLE])

        return Reply(200, TEXT, b"", after=after)

    sent = run_on_asgi({"http.response.early_hint": {}}, answer)
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]


# Foreign applications behind the bridge.


async def foreign(scope: Scope, receive: Receive, send: Send) -> None:
    """Send hints if the scope announces them, and once more too late."""
    if "http.response.early_hint" in scope["extensions"]:
        await send({"type": "http.response.early_hint", "links": [STYLE, FONT]})
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.early_hint", "links": [b"</late.css>"]})
    await send({"type": "http.response.body", "body": b"done"})


async def bridge(exchange: Exchange) -> Reply:
    mounted = MountedExchange(exchange, root_path="/x", path="/", state={}, place=None)
    return await run_asgi(foreign, mounted, asgi_scope(mounted), max_body_bytes=1000)


def test_hints_of_a_foreign_application_pass_the_bridge(start_server: StartServer) -> None:
    server = start_server(HintingApplication(bridge))
    received = raw.talk(server.address, b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
    assert received.startswith(INTERIM + b"HTTP/1.1 200 OK\r\n")
    assert received.endswith(b"\r\n\r\ndone")
    assert b"late" not in received


def test_a_foreign_application_is_told_of_hints_where_the_client_takes_them(
    start_server: StartServer,
) -> None:
    server = start_server(HintingApplication(bridge))
    received = raw.talk(server.address, b"GET / HTTP/1.0\r\nhost: a\r\n\r\n")
    assert raw.statuses(received) == [200]


def test_hints_go_through_the_bridge_to_an_asgi_server() -> None:
    sent = run_on_asgi({"http.response.early_hint": {}}, bridge)
    assert [message["type"] for message in sent] == [
        "http.response.early_hint",
        "http.response.start",
        "http.response.body",
    ]
    assert [message["type"] for message in run_on_asgi({}, bridge)] == [
        "http.response.start",
        "http.response.body",
    ]


def test_a_foreign_application_is_not_told_of_what_a_reply_cannot_carry() -> None:
    announced: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        announced.extend(scope["extensions"])
        await foreign(scope, receive, send)

    async def answer(exchange: Exchange) -> Reply:
        return await run_asgi(app, exchange, asgi_scope(exchange), max_body_bytes=1000)

    run_on_asgi({"http.response.pathsend": {}, "http.response.push": {}, "tls": {}}, answer)
    assert announced == ["tls"]
