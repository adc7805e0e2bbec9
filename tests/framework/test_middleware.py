"""Middleware of every kind: order, what it sees, and that nothing leaks."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextvars import ContextVar
from typing import Annotated, Any

import pytest

from bolide import APIRouter, Bolide, Depends, HTTPException, Request, Response
from bolide.exceptions import RouteError
from bolide.middleware import Middleware
from bolide.middleware.base import BaseHTTPMiddleware
from bolide.responses import JSONResponse, PlainTextResponse
from bolide.server_adapters.asgi import Receive, Scope, Send
from bolide.server_adapters.contract import Exchange, Head, Reply
from bolide.testclient import TestClient
from tests.framework.fastapi_events import same_events
from tests.framework.fastapi_oracle import Web, bolide_web, same
from tests.framework.noting_middleware import Log, NotingAsgi

CallNext = Callable[[Exchange], Any]

current: ContextVar[str] = ContextVar("current", default="none")


class Noting:
    """Bolide's own kind: notes when it is entered and left."""

    def __init__(self, name: str, log: Log) -> None:
        self.name = name
        self.log = log

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> Reply:
        self.log.append(f"{self.name}+")
        reply: Reply = await call_next(exchange)
        self.log.append(f"{self.name}- {reply.status}")
        return reply


class NotingRequests(BaseHTTPMiddleware):
    """The same in terms of requests and responses."""

    def __init__(self, app: Any, name: str, log: Log) -> None:
        super().__init__(app)
        self.name = name
        self.log = log

    async def dispatch(self, request: Request, call_next: Any) -> Response:
        self.log.append(f"{self.name}+")
        response: Response = await call_next(request)
        self.log.append(f"{self.name}- {response.status_code}")
        return response


KINDS = pytest.mark.parametrize("kind", [Noting, NotingAsgi, NotingRequests])


def quiet(app: Bolide) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)


@KINDS
def test_layers_are_entered_from_the_outside_in(kind: Any) -> None:
    log: Log = []
    app = Bolide(middleware=[Middleware(kind, name="app", log=log)])
    router = APIRouter(middleware=[Middleware(kind, "router", log=log)])

    @router.get("/{name}", middleware=[Middleware(kind, name="route", log=log)])
    async def read(name: str) -> str:
        log.append(name)
        return name

    app.include_router(router, middleware=[Middleware(kind, name="include", log=log)])
    assert TestClient(app).get("/a").json() == "a"
    assert log[:5] == ["app+", "include+", "router+", "route+", "a"]
    assert log[5:] == ["route- 200", "router- 200", "include- 200", "app- 200"]


def test_kinds_can_be_mixed() -> None:
    log: Log = []
    kinds = [Noting, NotingAsgi, NotingRequests, NotingAsgi, Noting]
    app = Bolide(middleware=[Middleware(kind, name=str(i), log=log) for i, kind in enumerate(kinds)])
    assert TestClient(app).get("/").status_code == 404
    assert log == ["0+", "1+", "2+", "3+", "4+", "4- 404", "3- 404", "2- 404", "1- 404", "0- 404"]


def test_115_last_added_is_outermost_and_the_constructors_list_is_outermost_first() -> None:
    """#115: add_middleware prepends (last added outermost); constructor list order = outermost first."""

    def declare(web: Web) -> Any:
        log: Log = []

        class Note:
            def __init__(self, app: Any, name: str) -> None:
                self.app = app
                self.name = name

            async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
                log.append(self.name)
                await self.app(scope, receive, send)

        listed = [web("middleware.Middleware")(Note, name=name) for name in ("first", "second")]
        app = web.App(middleware=listed)
        app.add_middleware(Note, name="third")

        @app.middleware("http")
        async def fourth(request: Any, call_next: Any) -> Any:
            log.append("fourth")
            return await call_next(request)

        @app.get("/")
        async def read() -> Any:
            return log

        return app

    assert same(declare, "GET", "/").content() == ["fourth", "third", "first", "second"]


def test_application_middleware_sees_what_no_route_answers() -> None:
    log: Log = []
    app = Bolide()
    app.add_middleware(Noting, name="a", log=log)

    @app.post("/only-post")
    async def add() -> None: ...

    client = TestClient(app)
    assert [client.get(path).status_code for path in ("/nowhere", "/only-post")] == [404, 405]
    assert client.options("/only-post").status_code == 204
    assert [line for line in log if "-" in line] == ["a- 404", "a- 405", "a- 204"]


def test_router_middleware_does_not_see_other_routes() -> None:
    log: Log = []
    app, router = Bolide(), APIRouter()
    router.add_middleware(Noting, name="router", log=log)
    router.get("/inside")(read_one)
    app.get("/outside")(read_one)
    app.include_router(router)
    client = TestClient(app)
    assert client.get("/outside").json() == client.get("/inside").json() == 1
    assert log == ["router+", "router- 200"]


async def read_one() -> int:
    return 1


def test_116_function_sees_request_and_response() -> None:
    """#116: body, headers and status of both sides."""

    def declare(web: Web) -> Any:
        app = web.App()

        @app.middleware("http")
        async def mark(request: Any, call_next: Any) -> Any:
            body = await request.body()
            request.state.user = "Ann"
            response = await call_next(request)
            response.headers["x-body"] = body.decode()
            response.headers["x-path"] = f"{request.method} {request.url.path}"
            response.headers["x-length"] = response.headers["content-length"]
            return response

        @app.post("/items")
        async def add(names: list[str], request: web.Request) -> Any:  # type: ignore[name-defined]
            return [names, request.state.user]

        return app

    answer = same(
        declare,
        "POST",
        "/items",
        body=b'["a"]',
        headers={"content-type": "application/json"},
        headers_too=("x-body", "x-path", "x-length", "content-length", "content-type"),
    )
    assert answer.content() == [["a"], "Ann"]


def test_116_function_may_answer_itself() -> None:
    """#116: without ``call_next`` nothing inside runs."""

    def declare(web: Web) -> Any:
        app = web.App()

        @app.middleware("http")
        async def refuse(request: Any, call_next: Any) -> Any:
            return web("responses.JSONResponse")({"detail": "closed"}, 503, {"retry-after": "9"})

        return app

    assert same(declare, "GET", "/nowhere", headers_too=("retry-after",)).status == 503


def test_116_function_may_catch_what_no_handler_answers() -> None:
    """#116: ``call_next`` raises unhandled errors, not those that have an answer."""

    def declare(web: Web) -> Any:
        app = web.App()

        @app.middleware("http")
        async def catch(request: Any, call_next: Any) -> Any:
            try:
                return await call_next(request)
            except ValueError as error:
                return web("responses.PlainTextResponse")(f"caught {error}", 503)

        @app.get("/{kind}")
        async def fail(kind: str) -> None:
            raise {"bug": ValueError("x"), "http": web.HTTPException(409, "taken")}[kind]

        return app

    assert same(declare, "GET", "/bug").body == b"caught x"
    assert same(declare, "GET", "/http").content() == {"detail": "taken"}


def test_116_context_variables_are_shared() -> None:
    """#116: (better) one task: what the middleware sets the endpoint sees, and the other way round."""
    seen: list[str] = []
    app = Bolide()

    @app.middleware("http")
    async def set_before(request: Request, call_next: Any) -> Any:
        current.set("middleware")
        response = await call_next(request)
        seen.append(current.get())
        return response

    @app.get("/")
    async def read() -> str:
        before = current.get()
        current.set("endpoint")
        return before

    assert TestClient(app).get("/").json() == "middleware"
    assert seen == ["endpoint"]


class Streaming(PlainTextResponse):
    """A response whose body comes in pieces."""

    __slots__ = ("pieces",)

    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        super().__init__("")
        self.pieces = pieces

    def to_reply(self, exchange: Exchange | None = None) -> Reply:
        return Reply(200, Head(), self.pieces)


def test_116_streams_pass_through_piece_by_piece() -> None:
    """#116: (better) nothing is read ahead: a piece is made when the one before it was taken."""
    log: Log = []

    async def pieces() -> AsyncIterator[bytes]:
        for number in range(3):
            log.append(f"made {number}")
            yield b"%d" % number

    app = Bolide()

    @app.middleware("http")
    async def watch(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        inner = response.body_iterator

        async def body() -> AsyncIterator[bytes]:
            async for piece in inner:
                log.append(f"took {piece.decode()}")
                yield piece + b"!"

        response.body_iterator = body()
        return response

    @app.get("/")
    async def read() -> Streaming:
        return Streaming(pieces())

    assert TestClient(app).get("/").text == "0!1!2!"
    assert log == ["made 0", "took 0", "made 1", "took 1", "made 2", "took 2"]


def test_body_of_a_passed_response_can_be_replaced() -> None:
    app = Bolide()

    @app.middleware("http")
    async def shout(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        pieces = [piece async for piece in response.body_iterator]
        response.body = b"".join(pieces).upper()
        response.status_code = 203
        return response

    @app.get("/")
    async def read() -> str:
        return "a"

    response = TestClient(app).get("/")
    assert (response.status_code, response.text, response.headers["content-length"]) == (203, '"A"', "3")


@pytest.mark.parametrize("path", ["/tasks", "/plain", "/other"])
def test_background_of_a_middleware_runs_before_those_of_the_endpoint(path: str) -> None:
    def declare(web: Web, log: Log) -> Any:
        app, task = web.App(), web("background.BackgroundTasks")

        @app.middleware("http")
        async def add(request: Any, call_next: Any) -> Any:
            response = await call_next(request)
            if path == "/other":
                response = web.Response("other")
            response.background = task()
            response.background.add_task(log.append, "middleware")
            return response

        @app.get("/plain")
        async def plain() -> None: ...

        @app.get("/other")
        @app.get("/tasks")
        async def with_tasks(tasks: web.BackgroundTasks) -> None:  # type: ignore[name-defined]
            tasks.add_task(log.append, "endpoint")

        return app

    expected = ["middleware"] if path == "/plain" else ["middleware", "endpoint"]
    assert [line for line in same_events(declare, path).log if not line.startswith("s")] == expected


def declare_rewriting(web: Web) -> Any:
    app = web.App()

    @app.middleware("http")
    async def rewrite(request: Any, call_next: Any) -> Any:
        request.scope["user"] = "Ann"
        request.scope["path"] = request.scope["path"].removeprefix("/v1")
        return await call_next(request)

    @app.get("/users/{number}")
    async def read(number: int, request: web.Request) -> list[Any]:  # type: ignore[name-defined]
        return [number, request.scope["user"], request.url.path]

    return app


@pytest.mark.parametrize("target", ["/v1/users/1", "/users/1"])
def test_what_is_written_into_the_scope_counts(target: str) -> None:
    same(declare_rewriting, "GET", target)
    answer = TestClient(declare_rewriting(bolide_web())).get(target)
    assert answer.json() == [1, "Ann", "/users/1"]


def test_own_kind_changes_the_reply_in_place() -> None:
    async def mark(exchange: Exchange, call_next: CallNext) -> Reply:
        reply: Reply = await call_next(exchange)
        reply.headers = [*(reply.headers or ()), (b"x-path", exchange.path.encode())]
        return reply

    app = Bolide(middleware=[mark])
    app.get("/a")(read_one)
    response = TestClient(app).get("/a")
    assert (response.json(), response.headers["x-path"]) == (1, "/a")


def test_own_kind_may_return_a_response() -> None:
    async def refuse(exchange: Exchange, call_next: CallNext) -> Response:
        return JSONResponse("no", 403)

    assert TestClient(Bolide(middleware=[refuse])).get("/").json() == "no"


@KINDS
def test_error_of_an_endpoint_is_a_response_for_all_middleware(kind: Any) -> None:
    log: Log = []
    app = Bolide(middleware=[Middleware(kind, name="outer", log=log), Middleware(Noting, "inner", log)])

    @app.get("/")
    async def fail() -> None:
        raise ValueError("bug")

    assert quiet(app).get("/").status_code == 500
    assert "inner- 500" in log
    assert ("outer- 500" in log) is (kind is not NotingRequests)  # there call_next raises
    with pytest.raises(ValueError, match="bug"):
        TestClient(app).get("/")


async def fail_after(exchange: Exchange, call_next: CallNext) -> Reply:
    await call_next(exchange)
    raise ValueError("in the middleware")


class FailAsgi:
    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError("in the middleware")


@pytest.mark.parametrize("failing", [fail_after, Middleware(FailAsgi)])
def test_error_of_a_middleware_is_answered_by_the_handlers_of_its_layer(failing: Any) -> None:
    def handle(request: Request, exc: ValueError) -> PlainTextResponse:
        return PlainTextResponse(f"handled {exc}", 400)

    app = Bolide(middleware=[failing], exception_handlers={ValueError: handle})
    assert TestClient(app).get("/").text == "handled in the middleware"
    app = Bolide()
    app.get("/", middleware=[failing], exception_handlers={ValueError: handle})(read_one)
    assert TestClient(app).get("/").text == "handled in the middleware"
    app = Bolide(middleware=[failing])
    assert quiet(app).get("/").text == "Internal Server Error"
    with pytest.raises(ValueError, match="in the middleware"):
        TestClient(app).get("/")


def test_http_exception_of_a_middleware_has_its_usual_answer() -> None:
    app = Bolide()

    @app.middleware("http")
    async def refuse(request: Request, call_next: Any) -> Any:
        raise HTTPException(401, "who are you?")

    assert TestClient(app).get("/").json() == {"detail": "who are you?"}


class Resources:
    """Counts what dependencies open and close."""

    def __init__(self) -> None:
        self.opened = 0
        self.closed = 0

    async def open(self) -> AsyncIterator[None]:
        self.opened += 1
        try:
            yield
        finally:
            self.closed += 1


async def twice(exchange: Exchange, call_next: CallNext) -> Reply:
    await call_next(exchange)
    reply: Reply = await call_next(exchange)
    return reply


async def replace(exchange: Exchange, call_next: CallNext) -> Response:
    await call_next(exchange)
    return PlainTextResponse("other")


async def cancel(exchange: Exchange, call_next: CallNext) -> Reply:
    await call_next(exchange)
    raise asyncio.CancelledError


@pytest.mark.parametrize(
    ("middleware", "calls"), [(twice, 2), (replace, 1), (fail_after, 1), (cancel, 1), (FailAsgi, 0)]
)
@pytest.mark.parametrize("streaming", [False, True])
def test_replies_that_a_middleware_drops_are_finished(
    middleware: Any, calls: int, *, streaming: bool
) -> None:
    resources, body = Resources(), Resources()

    async def pieces() -> AsyncIterator[bytes]:
        async for _ in body.open():
            yield b"a"

    app = Bolide(middleware=[Middleware(middleware)])

    @app.get("/")
    async def read(resource: Annotated[None, Depends(resources.open)]) -> Any:
        return Streaming(pieces()) if streaming else "a"

    with quiet(app) as client:
        try:
            client.get("/")
        except asyncio.CancelledError:
            assert middleware is cancel
    assert (resources.opened, resources.closed) == (calls, calls)
    assert body.opened == body.closed


def test_exits_run_after_the_response_and_inside_of_the_middleware() -> None:
    log: Log = []

    async def resource() -> AsyncIterator[None]:
        yield
        log.append("exit")

    app = Bolide(middleware=[Middleware(Noting, "m", log)])

    @app.get("/", dependencies=[Depends(resource)])
    async def read() -> None: ...

    TestClient(app).get("/")
    assert log == ["m+", "m- 200", "exit"]


@KINDS
def test_instances_stay_when_routes_change(kind: Any) -> None:
    made: list[Any] = []

    class Counted(kind):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            made.append(self)

    log: Log = []
    app = Bolide(middleware=[Middleware(Counted, name="app", log=log)])
    router = APIRouter(middleware=[Middleware(Counted, name="router", log=log)])
    client = TestClient(app)
    for path in ("/a", "/b"):
        router.get(path)(read_one)
        client.get("/a")
    app.include_router(router)
    assert client.get("/a").json() == client.get("/b").json() == 1
    assert len(made) == 2


def test_asgi_middleware_sees_the_application_and_may_change_the_scope() -> None:
    class Rewrite:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            assert isinstance(scope["app"], Bolide)
            await self.app({**scope, "path": "/new", "state": {"user": "Ann"}}, receive, send)

    app = Bolide(middleware=[Middleware(Rewrite)])

    @app.get("/new")
    async def read(request: Request) -> str:
        user: str = request.state.user
        return user

    assert TestClient(app).get("/old").json() == "Ann"


def test_asgi_middleware_may_be_made_by_a_function() -> None:
    def make(app: Any, *, status: int) -> Any:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            await send({"type": "http.response.start", "status": status, "headers": []})
            await send({"type": "http.response.body", "body": b"made"})

        return answer

    app = Bolide()
    app.add_middleware(make, status=202)
    response = TestClient(app).get("/")
    assert (response.status_code, response.text) == (202, "made")


def test_large_bodies_of_a_route_pass_the_middleware_of_the_application() -> None:
    app = Bolide(middleware=[Middleware(NotingAsgi, "a", [])], max_body_size=10)

    @app.post("/", max_body_size=1000)
    async def add(numbers: list[int]) -> int:
        return sum(numbers)

    @app.post("/small")
    async def add_few(numbers: list[int]) -> int:
        return sum(numbers)

    client = TestClient(app)
    assert client.post("/", json=[1] * 100).json() == 100
    assert client.post("/small", json=[1] * 100).status_code == 413


def test_websockets_of_asgi_servers_pass_asgi_middleware() -> None:
    seen: list[Any] = []

    class See:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            seen.append((scope["type"], scope["app"] is app))
            await self.app(scope, receive, send)

    app = Bolide(middleware=[Middleware(Noting, "a", []), Middleware(See)])
    app.add_middleware(See)
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    asyncio.run(app({"type": "websocket", "path": "/", "headers": []}, receive, send))
    assert seen == [("websocket", True), ("websocket", True)]
    assert sent == ["websocket.close"]


def test_starlettes_middleware_works() -> None:
    from starlette.middleware.base import BaseHTTPMiddleware as Foreign
    from starlette.middleware.gzip import GZipMiddleware

    class Mark(Foreign):
        async def dispatch(self, request: Any, call_next: Any) -> Any:
            response = await call_next(request)
            response.headers["x-foreign"] = request.url.path
            return response

    app = Bolide(middleware=[Middleware(Mark), Middleware(GZipMiddleware, minimum_size=10)])

    @app.get("/text")
    async def read() -> str:
        return "a" * 1000

    response = TestClient(app).get("/text", headers={"accept-encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["x-foreign"] == "/text"


def sync_middleware(exchange: Exchange, call_next: CallNext) -> None: ...


async def takes_request(request: Request, call_next: Any) -> None: ...


async def takes_three(a: Any, b: Any, c: Any) -> None: ...


class NotCallable: ...


@pytest.mark.parametrize(
    ("middleware", "message"),
    [
        (takes_request, "takes a request; declare it by @app.middleware('http')"),
        (takes_three, "takes ['a', 'b', 'c']; expected (exchange, call_next)"),
        (Middleware(NotCallable), "has no method __call__"),
        (Middleware(Noting, nam="a"), "got an unexpected keyword argument 'nam'"),
        (Middleware(BaseHTTPMiddleware, dispatch=sync_middleware), "must be 'async def'"),
    ],
)
def test_wrong_middleware_is_an_error_at_start_up(middleware: Any, message: str) -> None:
    app = Bolide()
    app.get("/", middleware=[middleware])(read_one)
    for broken in (app, Bolide(middleware=[middleware])):
        with pytest.raises(RouteError) as caught:
            broken.compile()
        assert message in str(caught.value)


def test_middleware_is_for_http_only() -> None:
    with pytest.raises(RouteError, match=r"middleware\('lifespan'\): the types are 'http' and 'websocket'"):
        Bolide().middleware("lifespan")


def test_user_middleware_lists_the_outermost_first() -> None:
    app = Bolide(middleware=[takes_three])
    app.add_middleware(NotCallable)
    assert [str(each) for each in app.user_middleware] == ["Middleware(NotCallable)", str(takes_three)]


def declare_order(web: Web, log: Log) -> Any:
    """Return an application that notes when its parts run; ``?fail=...`` lets one of them fail."""
    app = web.App()

    @app.exception_handler(ValueError)
    async def handle(request: Any, exc: ValueError) -> Any:
        log.append(f"handler {exc}")
        return web("responses.JSONResponse")({"handled": str(exc)}, 418)

    async def resource() -> Any:
        log.append("open")
        try:
            yield
        except Exception as error:
            log.append(f"exit sees {type(error).__name__}")
            raise
        finally:
            log.append("exit")

    @app.get("/", dependencies=[web.Depends(resource)])
    async def read(fail: str = "") -> str:
        log.append("endpoint")
        if fail == "value":
            raise ValueError("bad")
        if fail == "http":
            raise web.HTTPException(409)
        return fail

    return app


@pytest.mark.parametrize("fail", ["", "value", "http"])
def test_65_exits_see_an_error_before_its_handler_builds_the_response(fail: str) -> None:
    """#64, #65: the error is thrown into dependencies, then the handler builds the response."""
    same_events(declare_order, f"/?fail={fail}")


def test_68_handler_answers_what_a_dependency_made_of_an_error() -> None:
    """#68: a dependency may convert an exception into another; handlers see the last one."""

    def declare(web: Web, log: Log) -> Any:
        app = declare_order(web, log)

        async def convert() -> Any:
            try:
                yield
            except LookupError as error:
                raise ValueError("converted") from error

        @app.get("/convert", dependencies=[web.Depends(convert)])
        async def fail() -> None:
            raise KeyError

        return app

    assert same_events(declare, "/convert").content() == {"handled": "converted"}
