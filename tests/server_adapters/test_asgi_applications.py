"""Foreign ASGI applications on the native server: what is its own, and what uvicorn does not have."""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bolide.server_adapters.asgi_exchange import Message, Receive, Scope, Send
from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.native import ShutdownError, StartupError, serve
from bolide.server_adapters.native.asgi import AsgiApplication
from tests.server_adapters.certificates import make_authority, make_certificate

App = Callable[[Scope, Receive, Send], Any]

START: Message = {"type": "http.response.start", "status": 200, "headers": []}


@asynccontextmanager
async def served(app: App, *, lifespan: Any = "off", **settings: Any) -> AsyncIterator[int]:
    """Serve *app* and yield the port."""
    stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
    config = ServerConfig(**{"port": 0, "access_log": False, **settings})
    application = AsgiApplication(app, lifespan=lifespan)
    serving = asyncio.create_task(serve(application, config, on_ready=ready.set_result, stop=stop))
    await asyncio.wait([ready, serving], return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        await serving
    try:
        yield ready.result()[1]
    finally:
        stop.set()
        await serving


async def talk(port: int, *requests: bytes, secure: ssl.SSLContext | None = None) -> bytes:
    """Send *requests* and return all that comes until the server closes."""
    name = None if secure is None else "localhost"
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=secure, server_hostname=name)
    try:
        writer.writelines(requests)
        return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


def get(path: str, *lines: str) -> bytes:
    head = "".join(f"{line}\r\n" for line in ("host: a", "connection: close", *lines))
    return f"GET {path} HTTP/1.1\r\n{head}\r\n".encode()


def answer_to(app: App, request: bytes, **settings: Any) -> bytes:
    async def main() -> bytes:
        async with served(app, **settings) as port:
            return await talk(port, request)

    return asyncio.run(main())


def sending(*messages: Message) -> App:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for message in messages:
            await send(message)

    return app


def piece(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


def test_extensions_are_in_the_scope() -> None:
    seen: list[dict[str, Any]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["extensions"])
        await sending(START, piece(b""))(scope, receive, send)

    async def main() -> None:
        async with served(app) as port:
            await talk(port, get("/"))
            await talk(port, get("/", "te: trailers"))
            await talk(port, b"GET / HTTP/1.0\r\n\r\n")

    asyncio.run(main())
    always: dict[str, Any] = {"http.response.pathsend": {}}
    hints: dict[str, Any] = {**always, "http.response.early_hint": {}}
    assert seen == [hints, {**hints, "http.response.trailers": {}}, always]


def test_early_hints_go_before_the_response() -> None:
    hint = {"type": "http.response.early_hint", "links": [b"</a.css>; rel=preload"]}
    received = answer_to(sending(hint, START, piece(b"hinted")), get("/"))
    assert received.startswith(
        b"HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\n"
    )


@pytest.mark.parametrize("more", [False, True])
def test_trailers_go_behind_the_body(more: bool) -> None:
    messages = [{**START, "trailers": True}, *([piece(b"one,", more=True)] if more else []), piece(b"two")]
    first = {"type": "http.response.trailers", "headers": [(b"X-Sum", b"1")], "more_trailers": True}
    last = {"type": "http.response.trailers", "headers": [(b"x-end", b"2")]}
    received = answer_to(sending(*messages, first, last), get("/", "te: trailers"))
    assert received.endswith(b"two\r\n0\r\nx-sum: 1\r\nx-end: 2\r\n\r\n")


def test_trailers_that_the_client_does_not_want_are_left_out() -> None:
    last = {"type": "http.response.trailers", "headers": [(b"x-end", b"2")]}
    received = answer_to(sending({**START, "trailers": True}, piece(b"two"), last), get("/"))
    assert received.endswith(b"two\r\n0\r\n\r\n")


@pytest.mark.parametrize("size", [0, 10, 300_000, 1_000_000])
def test_files_are_sent_by_their_path(tmp_path: Path, size: int) -> None:
    file = tmp_path / "data.bin"
    file.write_bytes(os.urandom(size))
    start = {**START, "headers": [(b"content-length", b"%d" % size)]}
    message = {"type": "http.response.pathsend", "path": str(file)}
    received = answer_to(sending(start, message), get("/"))
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"\r\ncontent-length: %d" % size in head
    assert body == file.read_bytes()


def test_a_file_that_is_missing_is_a_500(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    message = {"type": "http.response.pathsend", "path": str(tmp_path / "missing")}
    assert answer_to(sending(START, message), get("/")).startswith(b"HTTP/1.1 500 ")
    assert "FileNotFoundError" in caplog.text


@pytest.mark.parametrize(
    "messages",
    [
        pytest.param([piece(b"early")], id="body before start"),
        pytest.param([START, START], id="two starts"),
        pytest.param([{"type": "http.response.push"}], id="unknown"),
        pytest.param([{"type": "http.response.trailers"}], id="trailers before start"),
        pytest.param([{**START, "headers": [(b"a b", b"")]}, piece(b"")], id="header name"),
        pytest.param([{**START, "headers": [(b"content-length", b"7")]}, piece(b"")], id="content length"),
        pytest.param([{**START, "headers": [(b"content-length", b"x")]}, piece(b"")], id="no number"),
        pytest.param([{**START, "status": 99}, piece(b"")], id="status"),
        pytest.param([{**START, "status": 99}, piece(b"", more=True)], id="status of pieces"),
        pytest.param([{**START, "headers": [(b"a", b"\n")]}, piece(b"", more=True)], id="header of pieces"),
    ],
)
def test_what_cannot_be_sent_is_logged_and_a_500(
    messages: list[Message], caplog: pytest.LogCaptureFixture
) -> None:
    received = answer_to(sending(*messages), get("/"))
    assert received.startswith(b"HTTP/1.1 500 ")
    assert received.endswith(b"Internal Server Error")
    assert caplog.records[0].levelno == logging.ERROR


@pytest.mark.parametrize(
    "pairs",
    [
        pytest.param([[b"x-a", b"1"], (b"X-B", b"2")], id="lists"),
        pytest.param(((b"x-a", b"1"), (b"X-B", b"2")), id="tuple"),
        pytest.param([(b"x-a", b"1"), (b"X-B", b"2"), (b"Content-Length", b"4")], id="upper case length"),
        pytest.param([(b"x-a", b"1"), (b"transfer-encoding", b"chunked"), (b"X-B", b"2")], id="chunked"),
    ],
)
def test_header_lines_may_come_in_any_form(pairs: Any) -> None:
    received = answer_to(sending({**START, "headers": pairs}, piece(b"body")), get("/"))
    head, _, body = received.partition(b"\r\n\r\n")
    assert (body, head.count(b"content-length: 4")) == (b"body", 1)
    assert b"\r\nx-a: 1\r\nx-b: 2\r\n" in head
    assert b"chunked" not in head


def test_a_date_of_the_application_is_the_only_one() -> None:
    start = {**START, "headers": [(b"date", b"yesterday")]}
    received = answer_to(sending(start, piece(b"")), get("/"))
    assert received.count(b"date: ") == received.count(b"date: yesterday\r\n") == 1


def test_lines_that_come_again_are_those_of_the_first_time() -> None:
    """More of them than are kept."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        number = scope["query_string"]
        start = {**START, "headers": [(b"x-always", b"1"), (b"X-Number", number)]}
        await sending(start, piece(number))(scope, receive, send)

    async def main() -> None:
        async with served(app) as port:
            requests = [f"GET /?{number} HTTP/1.1\r\nhost: a\r\n\r\n".encode() for number in range(1200)]
            received = await talk(port, *requests, get("/?last"))
        assert received.count(b"x-always: 1\r\nx-number: ") == 1201
        assert b"x-number: 1199\r\n" in received

    asyncio.run(main())


def test_scopes_behind_proxies_name_the_client() -> None:
    seen: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((scope["client"], scope["scheme"], scope["root_path"], scope["path"], scope["raw_path"]))
        await sending(START, piece(b""))(scope, receive, send)

    request = get("/a%20b", "x-forwarded-for: 192.0.2.1", "x-forwarded-proto: https")
    answer_to(app, request, forwarded_allow_ips="127.0.0.1", root_path="/api")
    assert seen == [(("192.0.2.1", 0), "https", "/api", "/api/a b", b"/api/a%20b")]


def test_requests_beyond_the_limit_get_503() -> None:
    async def main() -> None:
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            begun.set()
            await go_on.wait()
            await sending(START, piece(b"admitted"))(scope, receive, send)

        async with served(app, limit_concurrency=1) as port:
            first = asyncio.create_task(talk(port, get("/")))
            await begun.wait()
            assert (await talk(port, get("/"))).startswith(b"HTTP/1.1 503 ")
            go_on.set()
            assert (await first).endswith(b"admitted")
            assert (await talk(port, get("/"))).endswith(b"admitted")

    asyncio.run(main())


def test_a_body_beyond_the_limit_is_refused() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while (message := await receive())["type"] == "http.request" and message["more_body"]:
            pass
        seen.append(message["type"])
        await sending(START, piece(b"done"))(scope, receive, send)

    request = b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n20\r\n" + bytes(32) + b"\r\n"
    received = answer_to(app, request, limit_request_body=10)
    assert received.startswith(b"HTTP/1.1 413 ")
    assert seen == ["http.disconnect"]


def test_what_a_client_certificate_says_is_in_the_scope(tmp_path: Path) -> None:
    seen: list[dict[str, Any]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["extensions"]["tls"])
        await sending(START, piece(b""))(scope, receive, send)

    authority = make_authority(tmp_path)
    localhost = make_certificate(tmp_path, "localhost", authority)
    client = make_certificate(tmp_path, "client", authority)

    async def main() -> None:
        context = ssl.create_default_context(cafile=authority.certificate)
        settings = {"ssl_certfile": localhost.certificate, "ssl_keyfile": localhost.key}
        async with served(
            app, **settings, ssl_ca_certs=authority.certificate, ssl_cert_reqs="optional"
        ) as port:
            await talk(port, get("/"), secure=context)
            context.load_cert_chain(client.certificate, client.key)
            await talk(port, get("/"), secure=context)

    asyncio.run(main())
    anonymous, known = seen
    assert anonymous["tls_version"] == known["tls_version"] == 0x0304
    assert anonymous["cipher_suite"] in (0x1301, 0x1302, 0x1303)
    assert (anonymous["client_cert_chain"], anonymous["client_cert_name"]) == ([], None)
    assert known["client_cert_name"] == "CN=client"
    (certificate,) = known["client_cert_chain"]
    assert certificate == ssl.DER_cert_to_PEM_cert(
        ssl.PEM_cert_to_DER_cert(Path(client.certificate).read_text())
    )


# The lifespan.


def with_lifespan(
    *answers: Message, then: Exception | None = None, state: dict[str, Any] | None = None
) -> App:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await sending(START, piece(repr(dict(scope["state"])).encode()))(scope, receive, send)
            return
        scope["state"].update(state or {})
        for message in answers:
            await receive()
            await send(message)
        if then is not None:
            raise then

    return app


STARTED = {"type": "lifespan.startup.complete"}
STOPPED = {"type": "lifespan.shutdown.complete"}


@pytest.mark.parametrize(
    ("app", "lifespan", "state"),
    [
        pytest.param(with_lifespan(STARTED, STOPPED, state={"a": 1}), "auto", b"{'a': 1}", id="auto"),
        pytest.param(with_lifespan(STARTED, STOPPED, state={"a": 1}), "on", b"{'a': 1}", id="on"),
        pytest.param(with_lifespan(STARTED, STOPPED, state={"a": 1}), "off", b"{}", id="off"),
        pytest.param(with_lifespan(then=RuntimeError("no")), "auto", b"{}", id="raises"),
        pytest.param(with_lifespan(), "auto", b"{}", id="returns"),
        pytest.param(
            with_lifespan(STARTED, state={"a": 1}), "on", b"{'a': 1}", id="does not wait for the end"
        ),
    ],
)
def test_the_lifespan_is_what_the_setting_says(app: App, lifespan: str, state: bytes) -> None:
    assert answer_to(app, get("/"), lifespan=lifespan).endswith(b"\r\n\r\n" + state)


@pytest.mark.parametrize(
    ("app", "lifespan", "error", "reason"),
    [
        pytest.param(
            with_lifespan({"type": "lifespan.startup.failed", "message": "no database"}),
            "auto",
            StartupError,
            "no database",
            id="startup",
        ),
        pytest.param(
            with_lifespan({"type": "lifespan.startup.failed"}, then=ValueError("raised too")),
            "auto",
            StartupError,
            "it gave no reason",
            id="startup and raise",
        ),
        pytest.param(
            with_lifespan(then=ValueError("no lifespan")), "on", StartupError, "no lifespan", id="on"
        ),
        pytest.param(
            with_lifespan(STARTED, {"type": "lifespan.shutdown.failed", "message": "still open"}),
            "auto",
            ShutdownError,
            "still open",
            id="shutdown",
        ),
    ],
)
def test_a_lifespan_that_fails_is_an_error_of_the_server(
    app: App, lifespan: str, error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        answer_to(app, get("/"), lifespan=lifespan)
