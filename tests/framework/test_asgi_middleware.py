"""ASGI middleware: neighbours are one application, which ASGI servers call without a detour."""

import asyncio
from typing import Any

import pytest

from bolide import Bolide, HTTPException, Request
from bolide._testing.exchange import TestExchange
from bolide.middleware import Middleware
from bolide.responses import PlainTextResponse
from bolide.server_adapters.asgi import Receive, Scope, Send
from bolide.server_adapters.contract import Exchange, Reply
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import send
from tests.framework.noting_middleware import Log, NotingAsgi


class Fail:
    """Raises when it is asked to: before, or after the response."""

    def __init__(self, app: Any, error: BaseException, *, late: bool = False) -> None:
        self.app = app
        self.error = error
        self.late = late

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.late:
            await self.app(scope, receive, send)
        raise self.error


async def pass_on(exchange: Exchange, call_next: Any) -> Reply:
    reply: Reply = await call_next(exchange)
    return reply


def ask_directly(app: Any, path: str) -> tuple[int, str]:
    answer = send(app, "GET", path)
    return answer.status, answer.body.decode()


def ask_by_client(app: Any, path: str) -> tuple[int, str]:
    response = TestClient(app, raise_server_exceptions=False).get(path)
    return response.status_code, response.text


ENTRIES = pytest.mark.parametrize("ask", [ask_directly, ask_by_client], ids=["asgi", "client"])


def declare(middleware: list[Any], **options: Any) -> Bolide:
    app = Bolide(middleware=middleware, **options)

    @app.get("/")
    async def read() -> str:
        return "read"

    return app


@ENTRIES
def test_neighbours_are_entered_from_the_outside_in(ask: Any) -> None:
    log: Log = []
    notes = [Middleware(NotingAsgi, name, log) for name in "abc"]
    assert ask(declare([notes[0], notes[1], pass_on, notes[2]]), "/") == (200, '"read"')
    assert log == ["a+", "b+", "c+", "c- 200", "b- 200", "a- 200"]
    log.clear()
    assert ask(declare(notes), "/nowhere") == (404, '{"detail":"Not Found"}')
    assert log == ["a+", "b+", "c+", "c- 404", "b- 404", "a- 404"]


@ENTRIES
@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (HTTPException(418, "tea"), (418, '{"detail":"tea"}')),
        (ValueError("secret"), (500, "Internal Server Error")),
        (KeyError("known"), (409, "handled")),
    ],
    ids=["http", "unexpected", "handled"],
)
def test_error_of_one_is_a_response_for_those_around_it(ask: Any, error: Exception, answer: Any) -> None:
    async def answer_key_error(request: Request, exc: KeyError) -> PlainTextResponse:
        return PlainTextResponse("handled", 409)

    log: Log = []
    handlers: Any = {KeyError: answer_key_error}
    inner = [Middleware(NotingAsgi, "a", log), Middleware(Fail, error), Middleware(NotingAsgi, "b", log)]
    assert ask(declare(inner, exception_handlers=handlers), "/") == answer
    assert log == ["a+", f"a- {answer[0]}"]
    assert ask(declare(inner[1:], exception_handlers=handlers), "/") == answer


@ENTRIES
def test_middleware_that_sends_nothing_is_an_error(ask: Any) -> None:
    class Drop:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...

    log: Log = []
    for middleware in ([Middleware(Drop)], [Middleware(NotingAsgi, "a", log), Middleware(Drop)]):
        assert ask(declare(middleware), "/") == (500, "Internal Server Error")
    assert log == ["a+", "a- 500"]


def test_unexpected_error_reaches_the_asgi_server_after_its_response() -> None:
    failure = ValueError("late")
    for late in (False, True):
        app = declare([Middleware(NotingAsgi, "a", []), Middleware(Fail, failure, late=late)])
        sent: list[Any] = []
        with pytest.raises(ValueError, match="late"):
            asyncio.run(call(app, sent))
        assert sent[0]["status"] == (200 if late else 500)
        assert sent[-1]["body"] == (b'"read"' if late else b"Internal Server Error")


def test_what_only_looks_like_a_cancellation_is_a_500() -> None:
    sent: list[Any] = []
    with pytest.raises(RuntimeError, match="raised CancelledError"):
        asyncio.run(call(declare([Middleware(Fail, asyncio.CancelledError())]), sent))
    assert [message.get("status") for message in sent] == [500, None]


def test_asgi_server_calls_the_outermost_middleware_itself() -> None:
    tasks: list[Any] = []
    app = Bolide(middleware=[Middleware(NotingAsgi, "a", []), Middleware(NotingAsgi, "b", [])])

    @app.get("/")
    async def read() -> None:
        tasks.append(asyncio.current_task())

    async def ask() -> bool:
        await call(app, [])
        return tasks == [asyncio.current_task()]

    assert asyncio.run(ask())


@ENTRIES
def test_state_of_a_request_is_shared_with_the_middleware_around(ask: Any) -> None:
    seen: list[str] = []

    class Look:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await self.app(scope, receive, send)
            seen.append(scope["state"]["user"])

    app = Bolide(middleware=[Middleware(Look), pass_on, Middleware(Look)])

    @app.get("/")
    async def read(request: Request) -> None:
        request.state.user = "Ann"

    ask(app, "/")
    assert seen == ["Ann", "Ann"]


def test_middleware_reads_no_larger_body_than_routes_may() -> None:
    class ReadAll:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            while (await receive()).get("more_body"):
                pass
            await self.app(scope, receive, send)

    app = declare([Middleware(ReadAll)], max_body_size=3)
    assert send(app, "GET", "/", b"abc").status == 200
    assert send(app, "GET", "/", b"abcd").status == 413


def test_middleware_may_ask_what_is_inside_twice() -> None:
    class Again:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            async def drop(message: Any) -> None: ...

            await self.app(scope, receive, drop)
            await self.app(scope, receive, send)

    log: Log = []
    app = declare([Middleware(Again), Middleware(NotingAsgi, "a", log)])
    assert ask_directly(app, "/") == ask_by_client(app, "/") == (200, '"read"')
    assert log == ["a+", "a- 200"] * 4


def test_invalid_host_and_questions_about_the_server_pass_no_middleware() -> None:
    log: Log = []
    app = declare([Middleware(NotingAsgi, "a", log)])
    assert send(app, "GET", "/", headers={"host": "a b"}).status == 400
    assert send(app, "OPTIONS", "*").status == 204
    assert log == []


def test_middleware_that_is_added_later_is_used() -> None:
    log: Log = []
    app = declare([])
    assert ask_directly(app, "/") == (200, '"read"')
    app.add_middleware(NotingAsgi, "a", log)
    assert ask_directly(app, "/") == (200, '"read"')
    assert log == ["a+", "a- 200"]


async def call(app: Any, sent: list[Any]) -> None:
    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def take(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "headers": [(b"host", b"a")],
    }
    await app(scope, receive, take)


def test_response_does_not_wait_for_what_the_middleware_does_after_it() -> None:
    done: list[str] = []

    class Linger:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await self.app(scope, receive, send)
            await release.wait()
            done.append("lingered")

    app = declare([Middleware(Linger)])
    release = asyncio.Event()
    exchange = TestExchange(
        "GET", "/", query="", headers=[], body=b"", server=("a", 80), scheme="http", state={}
    )

    async def ask() -> Reply:
        reply = await app.handle(exchange)
        assert done == []
        release.set()
        assert reply.after is not None
        await reply.after()
        return reply

    assert asyncio.run(ask()).body == b'"read"'
    assert done == ["lingered"]
