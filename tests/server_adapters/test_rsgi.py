"""The RSGI entry, spoken to as Granian does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from bolide.server_adapters.rsgi import RsgiEntry
from tests.server_adapters.application import ContractApplication


class Headers:
    def __init__(self, *pairs: tuple[str, str]) -> None:
        self._pairs = pairs

    def get(self, key: str) -> str | None:
        return next((value for name, value in self._pairs if name == key), None)

    def get_all(self, key: str) -> list[str]:
        return [value for name, value in self._pairs if name == key]

    def keys(self) -> list[str]:
        return list(dict.fromkeys(name for name, _ in self._pairs))


class Scope:
    proto = "http"
    http_version = "1.1"
    query_string = ""
    scheme = "http"
    server = "127.0.0.1:80"
    client = "[::1]:9"

    def __init__(
        self, path: str, *, method: str = "GET", headers: Headers | None = None, **more: Any
    ) -> None:
        self.path = path
        self.method = method
        self.headers = headers or Headers()
        for name, value in more.items():
            setattr(self, name, value)


class Protocol:
    """Granian's side: hands out *pieces* of a body, and keeps what is sent."""

    def __init__(self, *pieces: bytes, client_leaves: bool = False) -> None:
        self._pieces = pieces
        self._client_leaves = client_leaves
        self.sent: list[tuple[Any, ...]] = []

    async def __call__(self) -> bytes:
        return b"".join(self._pieces)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece

    async def client_disconnect(self) -> None:
        if not self._client_leaves:
            await asyncio.Event().wait()

    def response_empty(self, *response: Any) -> None:
        self.sent.append(("empty", *response))

    def response_bytes(self, *response: Any) -> None:
        self.sent.append(("bytes", *response))

    def response_stream(self, *response: Any) -> Protocol:
        self.sent.append(("stream", *response))
        return self

    async def send_bytes(self, data: bytes) -> None:
        self.sent.append(("piece", data))

    def close(self, status: int) -> None:
        self.sent.append(("close", status))


TYPE = ("content-type", "text/plain; charset=utf-8")


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def run(
    loop: asyncio.AbstractEventLoop, scope: Scope, protocol: Protocol, app: ContractApplication | None = None
) -> list[tuple[Any, ...]]:
    loop.run_until_complete(RsgiEntry(app or ContractApplication()).handle(scope, protocol))
    return protocol.sent


def test_bytes_are_sent_in_one_call(loop: asyncio.AbstractEventLoop) -> None:
    assert run(loop, Scope("/"), Protocol()) == [("bytes", 200, [TYPE], b"hello")]


def test_a_stream_is_sent_piece_by_piece(loop: asyncio.AbstractEventLoop) -> None:
    assert run(loop, Scope("/stream"), Protocol()) == [
        ("stream", 200, [TYPE]),
        ("piece", b"one,"),
        ("piece", b"two,"),
        ("piece", b"three"),
    ]


def test_c06_head_has_the_length_and_no_body(loop: asyncio.AbstractEventLoop) -> None:
    assert run(loop, Scope("/", method="HEAD"), Protocol()) == [
        ("empty", 200, [TYPE, ("content-length", "5")])
    ]
    assert run(loop, Scope("/flood", method="HEAD"), Protocol()) == [("empty", 200, [TYPE])]


def test_c06_no_content_is_empty(loop: asyncio.AbstractEventLoop) -> None:
    assert run(loop, Scope("/status", query_string="204"), Protocol()) == [("empty", 204, [TYPE])]


def test_c01_invalid_headers_are_a_clean_500(loop: asyncio.AbstractEventLoop) -> None:
    scope = Scope("/headers", query_string="x=a%0d%0ab")
    assert run(loop, scope, Protocol()) == [("bytes", 500, [TYPE], b"Internal Server Error")]


@pytest.mark.parametrize("headers", [Headers(), Headers(("content-length", "4"))])
def test_a_body_is_joined(loop: asyncio.AbstractEventLoop, headers: Headers) -> None:
    scope = Scope("/echo", method="POST", headers=headers)
    assert run(loop, scope, Protocol(b"ab", b"cd")) == [("bytes", 200, [TYPE], b"abcd")]


def test_e20_a_body_shorter_than_declared_is_a_disconnect(loop: asyncio.AbstractEventLoop) -> None:
    app = ContractApplication()
    scope = Scope("/echo", method="POST", headers=Headers(("content-length", "5")))
    run(loop, scope, Protocol(b"ab", b"cd"), app)
    assert app.events == ["disconnect"]


def test_a_length_of_thousands_of_digits_is_too_large(loop: asyncio.AbstractEventLoop) -> None:
    scope = Scope("/small", method="POST", headers=Headers(("content-length", "9" * 5000)))
    assert run(loop, scope, Protocol()) == [("bytes", 413, [TYPE], b"too large")]


@pytest.mark.parametrize("host", ["a b", "[:::::::.]", "\u20ac"])
def test_an_invalid_host_is_400(loop: asyncio.AbstractEventLoop, host: str) -> None:
    json = ("content-type", "application/json")
    response = ("bytes", 400, [json], b'{"detail":"Invalid Host header"}')
    assert run(loop, Scope("/", headers=Headers(("host", host))), Protocol()) == [response]


def test_a_stream_ends_when_the_client_leaves(loop: asyncio.AbstractEventLoop) -> None:
    app = ContractApplication()
    run(loop, Scope("/stream-forever"), Protocol(client_leaves=True), app)
    assert app.events == ["stream closed", "after stream"]


def test_a_stream_that_never_waits_ends_when_the_client_leaves(loop: asyncio.AbstractEventLoop) -> None:
    assert len(run(loop, Scope("/flood"), Protocol(client_leaves=True))) < 200


def test_an_unhandled_exception_is_logged(
    loop: asyncio.AbstractEventLoop, caplog: pytest.LogCaptureFixture
) -> None:
    ((kind, status, _, body),) = run(loop, Scope("/boom"), Protocol())
    assert (kind, status, body) == ("bytes", 500, b"Internal Server Error")
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("bolide.error", logging.ERROR)
    assert record.exc_info is not None


def test_startup_and_shutdown_run_in_one_task_on_the_workers_loop(loop: asyncio.AbstractEventLoop) -> None:
    app = ContractApplication()
    tasks: list[object] = []
    app.on_event = lambda event: tasks.append(asyncio.current_task(loop))
    entry = RsgiEntry(app)
    entry.init(loop)
    protocol = Protocol()
    loop.run_until_complete(entry.handle(Scope("/inspect"), protocol))
    assert b'"state": {"made_by": "startup"}' in protocol.sent[0][3]
    entry.close(loop)
    assert app.events == ["startup", "shutdown"]
    assert tasks[0] is tasks[1]


def test_m04_a_failed_startup_is_raised(loop: asyncio.AbstractEventLoop) -> None:
    app = ContractApplication()
    app.startup_error = RuntimeError("no database")
    entry = RsgiEntry(app)
    with pytest.raises(RuntimeError, match="no database"):
        entry.init(loop)
    entry.close(loop)
    assert app.events == ["startup"]


def test_a_websocket_is_refused(loop: asyncio.AbstractEventLoop) -> None:
    assert run(loop, Scope("/", proto="ws"), Protocol()) == [("close", 403)]


def test_addresses_are_taken_apart(loop: asyncio.AbstractEventLoop) -> None:
    ((*_, body),) = run(loop, Scope("/inspect"), Protocol())
    assert b'"host": "::1", "server": "127.0.0.1"' in body
