"""What layers say of WebSocket connections: guards, middleware, exception handlers, controllers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import pytest

from bolide import (
    APIRouter,
    Bolide,
    Depends,
    HTTPException,
    Request,
    WebSocket,
    WebSocketDisconnect,
    WebSocketException,
)
from bolide._check.application import check_app
from bolide.controllers import get, websocket
from bolide.exceptions import RouteError
from bolide.middleware import Middleware
from bolide.middleware.base import BaseHTTPMiddleware
from bolide.middleware.websockets import CallNextWebSocket, WebSocketMiddleware
from bolide.requests import HTTPConnection
from bolide.responses import JSONResponse, PlainTextResponse
from bolide.server_adapters.contract import Exchange, Reply, WebSocketExchange
from bolide.testclient import TestClient, WebSocketDenialResponse
from tests.framework.declared_modules import import_source

CallNext = Callable[[WebSocketExchange], Awaitable[Exception | None]]


def talk(app: Any, path: str) -> list[Any]:
    """Return the messages that the application sends, and the close code at the end."""
    received: list[Any] = []
    with TestClient(app, raise_server_exceptions=False).websocket_connect(path) as session:
        try:
            while True:
                received.append(session.receive_text())
        except WebSocketDisconnect as end:
            received.append(end.code)
    return received


def refusal(app: Any, path: str) -> tuple[int, str]:
    """Return the status and the text of the response in place of the handshake's."""
    with pytest.raises(WebSocketDenialResponse) as caught:
        talk(app, path)
    return caught.value.status_code, caught.value.text


class Noting:
    """Middleware of Bolide's own kind, for requests and connections."""

    def __init__(self, name: str, events: list[str]) -> None:
        self.name = name
        self.events = events

    async def __call__(self, exchange: Exchange, call_next: Any) -> Reply:
        self.events.append(f"request {self.name}")
        reply: Reply = await call_next(exchange)
        return reply

    async def handle_websocket(self, exchange: WebSocketExchange, call_next: CallNext) -> Exception | None:
        self.events.append(f"{exchange.stage} {self.name}")
        error = await call_next(exchange)
        self.events.append(f"{exchange.stage} {self.name}, {type(error).__name__}")
        return error


class NotingAsgi:
    """ASGI middleware."""

    def __init__(self, app: Any, name: str, events: list[str]) -> None:
        self.app = app
        self.name = name
        self.events = events

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.events.append(f"{scope['type']} {self.name}")
        await self.app(scope, receive, send)
        self.events.append(f"{scope['route'].path} {self.name}")


async def greet(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("hello")


# Middleware.


@pytest.mark.parametrize("kind", [Noting, NotingAsgi])
def test_middleware_of_every_layer_stands_around_connections_from_the_outside_in(kind: Any) -> None:
    events: list[str] = []
    app = Bolide(middleware=[Middleware(kind, name="app", events=events)])
    router = APIRouter(prefix="/r", middleware=[Middleware(kind, name="router", events=events)])
    router.add_api_websocket_route("/ws", greet, middleware=[Middleware(kind, name="route", events=events)])
    app.include_router(router, middleware=[Middleware(kind, name="include", events=events)])

    assert talk(app, "/r/ws") == ["hello", 1000]

    names = ["app", "include", "router", "route"]
    begin, end = ("connecting {}", "ended {}, NoneType") if kind is Noting else ("websocket {}", "/r/ws {}")
    assert events == [begin.format(name) for name in names] + [end.format(name) for name in names[::-1]]


def test_kinds_of_middleware_mix_in_their_order() -> None:
    events: list[str] = []
    app = Bolide(
        middleware=[
            Middleware(Noting, name="1", events=events),
            Middleware(NotingAsgi, name="2", events=events),
            Middleware(NotingAsgi, name="3", events=events),
            Middleware(Noting, name="4", events=events),
            Middleware(NotingAsgi, name="5", events=events),
        ]
    )
    app.add_api_websocket_route("/ws", greet)
    assert talk(app, "/ws") == ["hello", 1000]
    assert events == [
        *("connecting 1", "websocket 2", "websocket 3", "connecting 4", "websocket 5"),
        *("/ws 5", "ended 4, NoneType", "/ws 3", "/ws 2", "ended 1, NoneType"),
    ]


def test_middleware_of_requests_does_not_see_connections() -> None:
    class Requests(BaseHTTPMiddleware):
        async def dispatch(self, request: Request, call_next: Any) -> Any:
            raise AssertionError

    async def own_kind(exchange: Exchange, call_next: Any) -> Reply:
        raise AssertionError

    app = Bolide(middleware=[Middleware(Requests), own_kind])
    app.add_api_websocket_route("/ws", greet)
    assert talk(app, "/ws") == ["hello", 1000]


def test_one_middleware_serves_requests_and_connections() -> None:
    events: list[str] = []
    app = Bolide(middleware=[Middleware(Noting, name="a", events=events)])
    app.add_api_websocket_route("/ws", greet)
    app.add_api_route("/", lambda: None)
    assert TestClient(app).get("/").status_code == 200
    assert talk(app, "/ws") == ["hello", 1000]
    assert events == ["request a", "connecting a", "ended a, NoneType"]


def test_a_middleware_may_answer_a_connection_itself() -> None:
    class Denying:
        async def handle_websocket(
            self, exchange: WebSocketExchange, call_next: CallNext
        ) -> Exception | None:
            if exchange.query == "raise":
                raise HTTPException(402, "pay")
            if exchange.query == "deny":
                await exchange.deny(PlainTextResponse("no", 409).to_reply())
            if exchange.query == "serve":
                await exchange.accept()
                await exchange.send_text("from middleware")
                await exchange.close(4000)
            return None

    app = Bolide(middleware=[Middleware(Denying)])
    app.add_api_websocket_route("/ws", greet)
    app.add_api_route("/", lambda: "requests do not notice it")

    assert refusal(app, "/ws?raise") == (402, '{"detail":"pay"}')
    assert refusal(app, "/ws?deny") == (409, "no")
    assert talk(app, "/ws?serve") == ["from middleware", 4000]
    with pytest.raises(WebSocketDisconnect) as caught:
        talk(app, "/ws")
    assert caught.value.code == 1000
    assert TestClient(app).get("/").json() == "requests do not notice it"


def test_a_middleware_may_change_what_is_sent() -> None:
    class Shouting:
        async def handle_websocket(
            self, exchange: WebSocketExchange, call_next: CallNext
        ) -> Exception | None:
            return await call_next(Loud(exchange))

    class Loud:
        def __init__(self, inner: WebSocketExchange) -> None:
            self.inner = inner

        def __getattr__(self, name: str) -> Any:
            return getattr(self.inner, name)

        async def send_text(self, text: str) -> None:
            await self.inner.send_text(text.upper())

    app = Bolide()
    app.add_api_websocket_route("/ws", greet, middleware=[Middleware(Shouting)])
    assert talk(app, "/ws") == ["HELLO", 1000]


def test_what_a_middleware_raises_ends_the_connection_by_the_handlers_of_its_layer() -> None:
    class Failing:
        async def handle_websocket(
            self, exchange: WebSocketExchange, call_next: CallNext
        ) -> Exception | None:
            if exchange.query == "before":
                raise LookupError
            await call_next(exchange)
            raise LookupError

    async def busy(connection: HTTPConnection, error: LookupError) -> JSONResponse:
        return JSONResponse("busy", 503)

    app = Bolide(exception_handlers={LookupError: busy})
    app.add_api_websocket_route("/ws", greet, middleware=[Middleware(Failing)])
    assert refusal(app, "/ws?before") == (503, '"busy"')
    assert talk(app, "/ws?after") == ["hello", 1000]


def test_a_middleware_gets_the_error_that_has_ended_the_connection() -> None:
    events: list[str] = []
    app = Bolide()

    @app.websocket("/ws", middleware=[Middleware(Noting, name="route", events=events)])
    async def fail(websocket: WebSocket) -> None:
        await websocket.accept()
        raise LookupError

    @app.websocket("/expected", middleware=[Middleware(Noting, name="route", events=events)])
    async def refuse(websocket: WebSocket) -> None:
        raise WebSocketException(1008)

    assert talk(app, "/ws") == [1011]
    with pytest.raises(WebSocketDisconnect):
        talk(app, "/expected")
    assert events == [
        *("connecting route", "ended route, LookupError"),
        *("connecting route", "ended route, NoneType"),
    ]
    with pytest.raises(LookupError), TestClient(app).websocket_connect("/ws"):
        pass


# Middleware that takes the connection as endpoints do.


def test_decorated_middleware_takes_websocket_and_call_next() -> None:
    app = Bolide()
    seen: list[Any] = []

    @app.middleware("websocket")
    async def watch(websocket: WebSocket, call_next: CallNextWebSocket) -> None:
        if "key" not in websocket.query_params:
            await websocket.close()
            return
        try:
            await call_next(websocket)
        except LookupError as error:
            seen.append(repr(error))
        seen.append(websocket.application_state.name)
        seen.append(websocket.app is app)

    @app.websocket("/ws")
    async def serve(websocket: WebSocket, fails: bool = False) -> None:
        await websocket.accept()
        if fails:
            raise LookupError("x")

    with pytest.raises(WebSocketDisconnect) as caught:
        talk(app, "/ws")
    assert (caught.value.code, seen) == (1000, [])
    assert talk(app, "/ws?key=1") == [1000]
    assert talk(app, "/ws?key=1&fails=1") == [1011]
    assert seen == ["DISCONNECTED", True, "LookupError('x')", "DISCONNECTED", True]


def test_an_error_that_middleware_lets_pass_is_still_the_servers() -> None:
    class Passing(WebSocketMiddleware):
        async def dispatch(self, websocket: WebSocket, call_next: CallNextWebSocket) -> None:
            await call_next(websocket)

    app = Bolide(middleware=[Middleware(Passing), Middleware(Passing)])

    @app.websocket("/ws")
    async def serve(websocket: WebSocket) -> None:
        raise LookupError("x")

    with pytest.raises(LookupError), TestClient(app).websocket_connect("/ws"):
        pass
    assert refusal(app, "/ws") == (500, "Internal Server Error")


def test_middleware_may_accept_before_the_endpoint_goes_on() -> None:
    app = Bolide()

    @app.middleware("websocket")
    async def accept(websocket: WebSocket, call_next: CallNextWebSocket) -> None:
        await websocket.accept()
        await call_next(websocket)

    @app.websocket("/ws")
    async def serve(websocket: WebSocket) -> None:
        await websocket.send_text(websocket.application_state.name)

    assert talk(app, "/ws") == ["CONNECTED", 1000]


class NotAsync:
    def handle_websocket(self, exchange: Any, call_next: Any) -> None: ...


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        (Middleware(NotAsync), r"NotAsync.* must be 'async def' \(exchange, call_next\)"),
        (Middleware(WebSocketMiddleware, dispatch=greet), r"'greet' .* 'async def' \(websocket, call_next\)"),
    ],
)
def test_middleware_that_cannot_be_called_is_a_mistake(declared: Middleware, message: str) -> None:
    app = Bolide()
    app.add_api_websocket_route("/ws", greet, middleware=[declared])
    with pytest.raises(RouteError, match=message):
        app.compile()


# Mounts.


def test_guards_around_a_mount_judge_connections() -> None:
    events: list[Any] = []

    async def has_key(connection: HTTPConnection, route: Any) -> bool:
        events.append(route.path)
        return "key" in connection.query_params

    def is_sync(connection: HTTPConnection) -> None:
        if connection.query_params.get("key") == "old":
            raise HTTPException(410)

    inner = Bolide()
    inner.add_api_websocket_route("/ws", greet)
    app = Bolide(guards=[has_key, is_sync])
    app.mount("/inner", inner)

    assert talk(app, "/inner/ws?key=1") == ["hello", 1000]
    assert refusal(app, "/inner/ws") == (403, '{"detail":"Forbidden"}')
    assert refusal(app, "/inner/ws?key=old") == (410, '{"detail":"Gone"}')
    assert events == ["/inner"] * 3


def test_middleware_around_a_mount_stands_around_its_connections() -> None:
    events: list[str] = []

    async def foreign(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": scope["root_path"]})

    router = APIRouter(middleware=[Middleware(Noting, name="a", events=events)])
    router.mount("/foreign", foreign)
    app = Bolide()
    app.include_router(router)
    assert talk(app, "/foreign/ws") == ["/foreign", 1000]
    assert events == ["connecting a", "ended a, NoneType"]


# Exception handlers.


def test_exception_handlers_of_each_layer_take_the_connection_and_the_error() -> None:
    async def close_with(websocket: WebSocket, error: WebSocketException) -> None:
        await websocket.close(4000 + error.code, f"of {websocket.url.path}")

    def deny(connection: HTTPConnection, error: HTTPException) -> PlainTextResponse:
        return PlainTextResponse(f"{error.status_code} in {type(connection).__name__}", 418)

    router = APIRouter(prefix="/r", exception_handlers={WebSocketException: close_with})
    app = Bolide(exception_handlers={HTTPException: deny})

    @router.websocket("/closes")
    async def closes(websocket: WebSocket) -> None:
        await websocket.accept()
        raise WebSocketException(1)

    @router.websocket("/denies")
    async def denies(websocket: WebSocket) -> None:
        raise HTTPException(401)

    app.include_router(router)
    assert talk(app, "/r/closes") == [4001]
    assert refusal(app, "/r/denies") == (418, "401 in WebSocket")


# Controllers.


async def greeting() -> str:
    return "hi"


def test_methods_of_controllers_serve_connections() -> None:
    app = Bolide()

    @app.controller("/rooms/{room}", dependencies=[Depends(greeting)])
    class Rooms:
        def __init__(self, room: int, text: Annotated[str, Depends(greeting)]) -> None:
            self.text = f"{text} {room}"

        @websocket("/ws")
        async def talk(self, ws: WebSocket, name: str = "?") -> None:
            await ws.accept()
            await ws.send_text(f"{self.text} {name}")

        @websocket("/named", name="other")
        async def named(self, ws: WebSocket) -> None:
            await ws.accept()

        @get()
        async def read(self) -> str:
            return self.text

    assert talk(app, "/rooms/3/ws?name=Ann") == ["hi 3 Ann", 1000]
    assert talk(app, "/rooms/3/named") == [1000]
    assert TestClient(app).get("/rooms/3").json() == "hi 3"
    assert app.url_path_for("Rooms.talk", room=3) == "/rooms/3/ws"
    assert app.url_path_for("other", room=3) == "/rooms/3/named"


def test_a_wrong_option_of_a_method_is_a_mistake() -> None:
    class Rooms:
        @websocket("/ws", tags=["a"])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
        async def talk(self, ws: WebSocket) -> None: ...

    with pytest.raises(RouteError, match=r"talk.*WebSocket path '/ws': .*'tags'"):
        Bolide().add_controller(Rooms)


# bolide check.

SOURCE = """
import time
from bolide import Bolide, Depends, WebSocket
app = Bolide()

def find_room(name: int = "first") -> int:
    time.sleep(1)
    return name

@app.websocket("/{room}")
async def serve(ws: WebSocket, room: int = Depends(find_room)) -> None:
    time.sleep(1)
    await ws.accept()

@app.websocket("/{other}")
async def same(ws: WebSocket) -> None:
    await ws.accept()

@app.websocket("/sync")
def sync(ws: WebSocket) -> None: ...

async def watch(exchange, call_next):
    time.sleep(1)
    return await call_next(exchange)

class Watch:
    async def handle_websocket(self, exchange, call_next):
        time.sleep(1)
        return await call_next(exchange)

from bolide.middleware import Middleware
app.add_middleware(Watch)
"""


def test_check_reads_websocket_endpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    module = import_source(SOURCE, tmp_path)
    found = [str(each).removeprefix("main.py:").split(";")[0] for each in check_app(module.app, [module])]
    assert found == [
        "5: B110 'find_room': the default 'first' of 'name': Input should be a valid integer, unable to "
        "parse string as an integer. Correct the default or the annotation.",
        "11: B103 'serve' is async, and time.sleep() blocks the event loop",
        "14: B002 WEBSOCKET /{other} of endpoint 'same' matches the same requests as WEBSOCKET /{room} of "
        "endpoint 'serve' (main.py:9)",
        "18: B001 endpoint 'sync' of a WebSocket route must be 'async def'",
        "27: B103 'Watch.handle_websocket' is async, and time.sleep() blocks the event loop",
    ]
