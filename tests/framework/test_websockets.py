"""WebSocket routes: declaration, dependencies, how connections end; through the test client."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any

import pytest

from bolide import (
    APIRouter,
    BackgroundTasks,
    Body,
    Bolide,
    Cookie,
    Depends,
    Header,
    HTTPException,
    Model,
    Request,
    Response,
    WebSocket,
    WebSocketDisconnect,
    WebSocketException,
)
from bolide.exceptions import RouteError, WebSocketRequestValidationError
from bolide.requests import HTTPConnection
from bolide.responses import JSONResponse
from bolide.server_adapters.contract import InvalidHeader
from bolide.testclient import TestClient, WebSocketDenialResponse
from bolide.websockets import WebSocketDisconnected, WebSocketState
from tests.framework.fastapi_oracle import Web, bolide_web, fastapi_web

Endpoint = Callable[..., Any]


def serving(endpoint: Endpoint, path: str = "/ws", **options: Any) -> TestClient:
    app = Bolide(**options)
    app.add_api_websocket_route(path, endpoint)
    return TestClient(app)


def refusal(client: TestClient, path: str = "/ws", **options: Any) -> WebSocketDisconnect:
    """Return how the handshake of *path* was refused."""
    with (
        pytest.raises(WebSocketDisconnect) as caught,
        client.websocket_connect(path, **options),
    ):
        raise AssertionError("accepted")
    return caught.value


def ending(client: TestClient, path: str = "/ws", **options: Any) -> tuple[int, str]:
    """Return the code and reason with which *path* closes an accepted connection."""
    with client.websocket_connect(path, **options) as session, pytest.raises(WebSocketDisconnect) as caught:
        session.receive_text()
    return caught.value.code, caught.value.reason


class Room(Model):
    name: str


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(text.upper())


def test_text_bytes_and_json_go_both_ways() -> None:
    async def all_kinds(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(await websocket.receive_text() + "!")
        await websocket.send_bytes(await websocket.receive_bytes() + b"!")
        await websocket.send_json({"got": await websocket.receive_json()})
        await websocket.send_json([await websocket.receive_json(mode="binary")], mode="binary")

    with serving(all_kinds).websocket_connect("/ws") as session:
        session.send_text("text")
        assert session.receive_text() == "text!"
        session.send_bytes(b"bytes")
        assert session.receive_bytes() == b"bytes!"
        session.send_json({"a": [1]})
        assert session.receive_json() == {"got": {"a": [1]}}
        session.send_json("x", mode="binary")
        assert session.receive_json(mode="binary") == ["x"]


def test_models_are_sent_as_json() -> None:
    async def send_model(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_json(Room(name="lobby"))

    with serving(send_model).websocket_connect("/ws") as session:
        assert session.receive_text() == '{"name":"lobby"}'


def test_parameters_of_all_kinds_but_bodies_are_read() -> None:
    async def show(
        websocket: WebSocket,
        room: int,
        limit: int = 10,
        tags: Annotated[list[str], Header()] = [],  # noqa: B006
        session_id: Annotated[str, Cookie()] = "none",
    ) -> None:
        await websocket.accept()
        await websocket.send_json([room, limit, tags, session_id, websocket.path_params["room"]])

    client = serving(show, "/rooms/{room}")
    with client.websocket_connect(
        "/rooms/7", params={"limit": "+3"}, headers={"tags": "a"}, cookies={"session_id": "s"}
    ) as session:
        assert session.receive_json() == [7, 3, ["a"], "s", "7"]


def test_the_connection_shows_its_request() -> None:
    async def show(websocket: WebSocket) -> None:
        await websocket.accept(websocket.subprotocols[1], [(b"X-Made-By", b"me")])
        await websocket.send_json(
            {
                "url": str(websocket.url),
                "query": websocket.query_params["q"],
                "header": websocket.headers["x-token"],
                "cookies": websocket.cookies,
                "client": websocket.client and websocket.client.host,
                "route": websocket.scope["route"].name,
                "type": websocket.scope["type"],
                "named": str(websocket.url_for("show")),
            }
        )

    client = serving(show)
    with client.websocket_connect(
        "/ws?q=1", ["v1", "v2"], headers={"X-Token": "t"}, cookies={"a": "b"}
    ) as session:
        assert session.accepted_subprotocol == "v2"
        assert session.extra_headers == [(b"x-made-by", b"me")]
        assert session.receive_json() == {
            "url": "ws://testserver/ws?q=1",
            "query": "1",
            "header": "t",
            "cookies": {"a": "b"},
            "client": "testclient",
            "route": "show",
            "type": "websocket",
            "named": "ws://testserver/ws",
        }


def test_function_exits_run_when_the_endpoint_returns_and_request_exits_after_the_close() -> None:
    """#75: WebSocket yield deps: function scope exits when endpoint returns, request scope after."""
    events: list[str] = []

    async def request_scope(websocket: WebSocket) -> AsyncIterator[None]:
        yield
        events.append(f"request exit, {websocket.application_state.name}")

    async def function_scope(websocket: WebSocket) -> AsyncIterator[None]:
        yield
        events.append(f"function exit, {websocket.application_state.name}")

    app = Bolide()

    @app.websocket("/ws", dependencies=[Depends(request_scope), Depends(function_scope, scope="function")])
    async def endpoint(websocket: WebSocket) -> None:
        await websocket.accept()
        events.append("endpoint returns")

    assert ending(TestClient(app)) == (1000, "")
    assert events == [
        "endpoint returns",
        "function exit, CONNECTED",
        "request exit, DISCONNECTED",
    ]


@pytest.mark.parametrize("scope", ["function", "request"])
def test_exits_see_what_has_ended_the_endpoint(scope: Any) -> None:
    seen: list[BaseException] = []

    async def watch() -> AsyncIterator[None]:
        try:
            yield
        except BaseException as error:
            seen.append(error)
            raise

    app = Bolide()

    @app.websocket("/ws", dependencies=[Depends(watch, scope=scope)])
    async def endpoint(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.receive_text()

    with TestClient(app).websocket_connect("/ws") as session:
        session.close(1001, "bye")
    (error,) = seen
    assert isinstance(error, WebSocketDisconnect)
    assert (error.code, error.reason) == (1001, "bye")


def declare_for_both(web: Web) -> Any:
    """Return one application with a route per way to end, for both frameworks."""
    app = web.App()

    async def denies() -> None:
        raise web.HTTPException(401, "who are you?", {"WWW-Authenticate": "Bearer"})

    async def closes() -> None:
        raise web.WebSocketException(4001, "not you")

    @app.websocket("/items/{item_id}")
    async def read(websocket: web.WebSocket, item_id: int, q: str = "none") -> None:  # type: ignore[name-defined]
        await websocket.accept()
        await websocket.send_json({"id": item_id, "q": q})

    @app.websocket("/denied", dependencies=[web.Depends(denies)])
    async def denied(websocket: web.WebSocket) -> None:  # type: ignore[name-defined]
        await websocket.accept()

    @app.websocket("/closed", dependencies=[web.Depends(closes)])
    async def closed(websocket: web.WebSocket) -> None:  # type: ignore[name-defined]
        await websocket.accept()

    @app.websocket("/late")
    async def late(websocket: web.WebSocket) -> None:  # type: ignore[name-defined]
        await websocket.accept()
        raise web.WebSocketException(4002, "too late")

    return app


def outcome(app: Any, path: str) -> Any:
    try:
        with TestClient(app).websocket_connect(path) as session:
            return session.receive_json()
    except WebSocketDenialResponse as error:
        return error.status_code, error.json(), error.headers.get("www-authenticate")
    except WebSocketDisconnect as error:
        return error.code


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/items/3?q=x", {"id": 3, "q": "x"}),
        ("/items/three", 1008),
        ("/denied", (401, {"detail": "who are you?"}, "Bearer")),
        ("/closed", 4001),
        ("/late", 4002),
        ("/nowhere", 1000),
    ],
)
def test_connections_end_as_those_of_fastapi(path: str, expected: Any) -> None:
    """#119: a validation failure before accept closes with 1008; #120: HTTPException is a denial response."""
    assert outcome(declare_for_both(fastapi_web()), path) == expected
    assert outcome(declare_for_both(bolide_web()), path) == expected


def test_an_http_exception_without_the_extension_is_a_plain_refusal() -> None:
    """#120: FastAPI raises RuntimeError then; a refusal is what was meant."""

    async def denies(websocket: WebSocket) -> None:
        raise HTTPException(401)

    app = Bolide()
    app.add_api_websocket_route("/ws", denies)
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/ws", "query_string": b"", "headers": []}
    asyncio.run(app(scope, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1000, "reason": ""}]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (HTTPException(404, "gone"), (1008, "gone")),
        (HTTPException(503), (1011, "Service Unavailable")),
        (WebSocketException(4000, "é" * 100), (4000, "é" * 61)),
    ],
    ids=["client error", "server error", "long reason"],
)
def test_errors_after_accept_close_with_a_code(error: Exception, expected: tuple[int, str]) -> None:
    async def fails(websocket: WebSocket) -> None:
        await websocket.accept()
        raise error

    assert ending(serving(fails)) == expected


def test_an_unhandled_error_closes_with_1011_and_reaches_the_test() -> None:
    async def fails(websocket: WebSocket) -> None:
        await websocket.accept()
        raise LookupError("secret")

    client = serving(fails)
    with pytest.raises(LookupError), client.websocket_connect("/ws"):
        pass
    silent = TestClient(client.app, raise_server_exceptions=False)
    assert ending(silent) == (1011, "")


def test_an_unhandled_error_before_accept_is_a_bare_500() -> None:
    async def fails(websocket: WebSocket) -> None:
        raise LookupError("secret")

    client = TestClient(serving(fails).app, raise_server_exceptions=False)
    denial = refusal(client)
    assert isinstance(denial, WebSocketDenialResponse)
    assert (denial.status_code, denial.text) == (500, "Internal Server Error")


def test_an_endpoint_that_decides_nothing_is_an_error() -> None:
    async def forgets(websocket: WebSocket) -> None: ...

    with (
        pytest.raises(RuntimeError, match="neither accepted nor refused"),
        serving(forgets).websocket_connect("/ws"),
    ):
        pass


def test_that_the_client_leaves_is_no_error() -> None:
    async def reads(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.receive_text()

    with serving(reads).websocket_connect("/ws"):
        pass


@pytest.mark.parametrize(
    ("send", "receive", "code"),
    [("bytes", "text", 1003), ("text", "bytes", 1003), ("text", "json", 1007)],
)
def test_an_unexpected_message_of_the_client_is_no_server_error(send: str, receive: str, code: int) -> None:
    async def reads(websocket: WebSocket) -> None:
        await websocket.accept()
        await getattr(websocket, f"receive_{receive}")()

    with serving(reads).websocket_connect("/ws") as session:
        if send == "text":
            session.send_text("{")
        else:
            session.send_bytes(b"x")
        with pytest.raises(WebSocketDisconnect) as caught:
            session.receive_text()
    assert caught.value.code == code


def test_an_unexpected_message_can_be_caught_as_a_value_error() -> None:
    async def reads(websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            await websocket.receive_json()
        except ValueError:
            await websocket.send_text("try again")

    with serving(reads).websocket_connect("/ws") as session:
        session.send_text("no json")
        assert session.receive_text() == "try again"


def test_the_client_sees_a_close_and_its_reason() -> None:
    async def closes(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close(4009, "enough")

    assert ending(serving(closes)) == (4009, "enough")


def test_an_endpoint_may_send_a_response_instead_of_accepting() -> None:
    async def denies(websocket: WebSocket) -> None:
        await websocket.send_denial_response(JSONResponse({"wait": 3}, 429, {"Retry-After": "3"}))

    denial = refusal(serving(denies))
    assert isinstance(denial, WebSocketDenialResponse)
    assert (denial.status_code, denial.json(), denial.headers["retry-after"]) == (429, {"wait": 3}, "3")


def test_calls_in_the_wrong_order_say_so() -> None:
    messages: list[str] = []

    async def misuses(websocket: WebSocket) -> None:
        for call in (websocket.receive_text, lambda: websocket.send_text("early")):
            with pytest.raises(WebSocketDisconnected) as caught:
                await call()
            messages.append(str(caught.value))
        with pytest.raises(InvalidHeader):
            await websocket.accept(headers=[(b"bad name", b"")])
        await websocket.accept()
        with pytest.raises(WebSocketDisconnected):
            await websocket.accept()
        await websocket.close()
        assert websocket.application_state is WebSocketState.DISCONNECTED
        with pytest.raises(WebSocketDisconnected):
            await websocket.close()
        with pytest.raises(WebSocketDisconnected):
            await websocket.send_text("late")

    assert ending(serving(misuses)) == (1000, "")
    assert messages == ["await accept() before receive", "await accept() before send"]


def test_closing_after_the_client_has_left_does_nothing() -> None:
    states: list[WebSocketState] = []

    async def endpoint(websocket: WebSocket) -> None:
        await websocket.accept()
        assert (await websocket.receive())["type"] == "websocket.disconnect"
        states.append(websocket.client_state)
        await websocket.close()

    with serving(endpoint).websocket_connect("/ws"):
        pass
    assert states == [WebSocketState.DISCONNECTED]


def test_routers_add_prefixes_dependencies_and_guards() -> None:
    calls: list[str] = []

    async def outer() -> None:
        calls.append("outer")

    async def inner() -> None:
        calls.append("inner")

    def needs_key(connection: HTTPConnection) -> bool:
        calls.append("guard")
        return "key" in connection.query_params

    router = APIRouter(prefix="/rooms", dependencies=[Depends(inner)], guards=[needs_key])
    router.websocket("/{room}")(echo)
    app = Bolide(dependencies=[Depends(outer)])
    app.include_router(router, prefix="/v1")
    client = TestClient(app)
    with client.websocket_connect("/v1/rooms/a?key=1") as session:
        session.send_text("hi")
        assert session.receive_text() == "HI"
    assert calls == ["guard", "outer", "inner"]
    denial = refusal(client, "/v1/rooms/a")
    assert isinstance(denial, WebSocketDenialResponse)
    assert denial.status_code == 403


def test_overrides_replace_dependencies() -> None:
    async def who() -> str:
        return "nobody"

    async def tell(websocket: WebSocket, name: Annotated[str, Depends(who)]) -> None:
        await websocket.accept()
        await websocket.send_text(name)

    app = Bolide()
    app.websocket("/ws")(tell)
    client = TestClient(app)
    with client.websocket_connect("/ws") as session:
        assert session.receive_text() == "nobody"
    app.dependency_overrides[who] = lambda: "somebody"
    with client.websocket_connect("/ws") as session:
        assert session.receive_text() == "somebody"


def test_dependencies_of_both_kinds_of_routes_take_the_connection() -> None:
    def token(connection: HTTPConnection) -> str:
        return connection.headers["x-token"]

    app = Bolide()

    @app.get("/http")
    async def over_http(value: Annotated[str, Depends(token)]) -> str:
        return value

    @app.websocket("/ws")
    async def over_websocket(websocket: WebSocket, value: Annotated[str, Depends(token)]) -> None:
        await websocket.accept()
        await websocket.send_text(value)

    client = TestClient(app, headers={"X-Token": "t"})
    assert client.get("/http").json() == "t"
    with client.websocket_connect("/ws") as session:
        assert session.receive_text() == "t"


def test_a_path_may_have_both_kinds_of_routes() -> None:
    app = Bolide()

    @app.get("/both")
    async def over_http() -> str:
        return "http"

    app.websocket("/both")(echo)
    client = TestClient(app)
    assert client.get("/both").json() == "http"
    with client.websocket_connect("/both") as session:
        session.send_text("ws")
        assert session.receive_text() == "WS"


def test_the_state_of_the_lifespan_is_there_and_background_tasks_run_at_the_end() -> None:
    done: list[str] = []

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[dict[str, str]]:
        yield {"made_by": "lifespan"}

    app = Bolide(lifespan=lifespan)

    @app.websocket("/ws")
    async def endpoint(websocket: WebSocket, tasks: BackgroundTasks) -> None:
        tasks.add_task(done.append, "task")
        await websocket.accept()
        await websocket.send_text(websocket.state.made_by)

    with TestClient(app) as client, client.websocket_connect("/ws") as session:
        assert session.receive_text() == "lifespan"
    assert done == ["task"]


def test_exception_handlers_answer_with_responses_or_close() -> None:
    app = Bolide()

    @app.exception_handler(WebSocketRequestValidationError)
    async def invalid(websocket: WebSocket, error: WebSocketRequestValidationError) -> None:
        await websocket.close(4022, error.errors()[0]["type"])

    @app.exception_handler(HTTPException)
    async def denied(connection: HTTPConnection, error: HTTPException) -> Response:
        return JSONResponse({"because": error.detail}, error.status_code)

    @app.websocket("/ws/{number}")
    async def endpoint(websocket: WebSocket, number: int) -> None:
        raise HTTPException(403, "no")

    client = TestClient(app)
    assert refusal(client, "/ws/x").code == 4022
    denial = refusal(client, "/ws/1")
    assert isinstance(denial, WebSocketDenialResponse)
    assert (denial.status_code, denial.json()) == (403, {"because": "no"})


def test_mounted_applications_serve_websockets() -> None:
    async def where(websocket: WebSocket, tenant: str = "?") -> None:
        await websocket.accept()
        await websocket.send_json([websocket.scope["root_path"], dict(websocket.path_params)])

    inner = Bolide()
    inner.websocket("/ws")(where)
    app = Bolide()
    app.mount("/tenants/{tenant}", inner)
    app.host("api.example.com", inner)
    client = TestClient(app)
    with client.websocket_connect("/tenants/a/ws") as session:
        assert session.receive_json() == ["/tenants/a", {"tenant": "a"}]
    with client.websocket_connect("ws://api.example.com/ws") as session:
        assert session.receive_json() == ["", {}]
    assert refusal(client, "/tenants/a/other").code == 1000


def declare_plain_asgi() -> Any:
    """Return an ASGI application that echoes one message, or denies with a response."""

    async def plain(scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["type"] == "websocket.connect"
        if scope["path"].endswith("/denied"):
            await send({"type": "websocket.http.response.start", "status": 402, "headers": [(b"x-a", b"b")]})
            await send({"type": "websocket.http.response.body", "body": b"pay"})
            return
        await send({"type": "websocket.accept", "subprotocol": scope["subprotocols"][0]})
        message = await receive()
        await send({"type": "websocket.send", "text": f"{scope['root_path']}: {message['text']}"})
        await send({"type": "websocket.close", "code": 4000, "reason": "done"})

    return plain


def test_foreign_applications_below_a_path_serve_websockets() -> None:
    app = Bolide()
    app.mount("/plain", declare_plain_asgi())
    client = TestClient(app)
    with client.websocket_connect("/plain/ws", ["v1"]) as session:
        assert session.accepted_subprotocol == "v1"
        session.send_text("hi")
        assert session.receive_text() == "/plain: hi"
        with pytest.raises(WebSocketDisconnect) as caught:
            session.receive_text()
    assert (caught.value.code, caught.value.reason) == (4000, "done")
    denial = refusal(client, "/plain/denied")
    assert isinstance(denial, WebSocketDenialResponse)
    assert (denial.status_code, denial.text, denial.headers["x-a"]) == (402, "pay", "b")


class SaysNo:
    """An ASGI middleware that refuses connections without a key."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket" and b"key" not in scope["query_string"]:
            await receive()
            await send({"type": "websocket.close", "code": 4003})
            return
        await self.app(scope, receive, send)


def test_asgi_middleware_of_the_application_sees_connections() -> None:
    app = Bolide()
    app.add_middleware(SaysNo)
    app.websocket("/ws")(echo)
    client = TestClient(app)
    assert refusal(client).code == 4003
    with client.websocket_connect("/ws?key=1") as session:
        session.send_text("hi")
        assert session.receive_text() == "HI"


def test_unhandled_errors_pass_asgi_middleware() -> None:
    async def fails(websocket: WebSocket) -> None:
        await websocket.accept()
        raise LookupError("secret")

    app = Bolide()
    app.add_middleware(SaysNo)
    app.websocket("/ws")(fails)
    with pytest.raises(LookupError), TestClient(app).websocket_connect("/ws?key=1"):
        pass


def with_body(websocket: WebSocket, body: Annotated[Room, Body()]) -> None: ...


def with_model(websocket: WebSocket, room: Room) -> None: ...


def with_request(request: Request) -> None: ...


def with_response(response: Response) -> None: ...


@pytest.mark.parametrize(
    ("dependency", "message"),
    [
        (with_body, r"parameter 'body': a WebSocket route has no body"),
        (with_model, r"parameter 'room': a WebSocket route has no body"),
        (with_request, r"parameter 'request' is a Request, but the route is a WebSocket route"),
        (with_response, r"parameter 'response': a WebSocket route has no response"),
    ],
)
def test_what_a_websocket_does_not_have_is_an_error_at_start_up(dependency: Endpoint, message: str) -> None:
    app = Bolide()
    app.websocket("/ws", dependencies=[Depends(dependency)])(echo)
    with pytest.raises(
        RouteError, match=rf"dependency '{dependency.__name__}' \(.*test_websockets.py:\d+\): {message}"
    ):
        app.compile()


def test_an_http_route_has_no_websocket() -> None:
    app = Bolide()
    app.add_api_route("/http", echo)
    with pytest.raises(RouteError, match="parameter 'websocket' is a WebSocket, but the route is none"):
        app.compile()


def test_a_sync_endpoint_is_an_error_at_start_up() -> None:
    app = Bolide()
    app.websocket("/ws")(with_body)
    with pytest.raises(RouteError, match=r"'with_body' .* must be 'async def'"):
        app.compile()


def test_two_routes_for_the_same_connections_are_an_error() -> None:
    app = Bolide()
    app.websocket("/{a}")(echo)
    app.websocket("/{b}")(echo)
    with pytest.raises(RouteError, match=r"WEBSOCKET /{b} .* matches the same requests as WEBSOCKET /{a}"):
        app.compile()


def test_options_that_websocket_routes_do_not_have_are_an_error() -> None:
    options: Any = {"status_code": 201}
    with pytest.raises(RouteError, match="there is no option 'status_code'"):
        Bolide().websocket("/ws", **options)(echo)


def test_the_source_of_a_handler_can_be_seen() -> None:
    app = Bolide()
    app.websocket("/ws")(echo)
    assert app.handler_source("websocket", "/ws") == (
        "async def handle_echo(exchange, segments):\n"
        "    websocket = WebSocket(exchange, app, {}, route)\n"
        "    try:\n"
        "        result = await echo(websocket)\n"
        "    except Exception as error:\n"
        "        return await fail(websocket, error, [])\n"
        "    return await end(websocket, None, [])\n"
    )
