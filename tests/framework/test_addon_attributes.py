"""Attributes of applications and keys of scopes that add-ons for Starlette and FastAPI rely on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import starlette.routing

from bolide import APIRouter, Bolide, Depends, Request
from bolide.datastructures import URL
from bolide.exceptions import BolideError
from bolide.middleware import Middleware
from bolide.responses import PlainTextResponse
from bolide.routing import Host, Match, Mount, Route
from bolide.testclient import TestClient
from bolide.websockets import WebSocket


def scope(path: str, method: str = "GET", **more: Any) -> dict[str, Any]:
    return {"type": "http", "method": method, "path": path, "headers": [], **more}


def shop() -> Bolide:
    router = APIRouter(prefix="/orders", tags=["orders"])

    @router.get("/{order_id:int}", operation_id="one")
    async def read_order(order_id: int) -> int:
        return order_id

    app = Bolide()
    app.include_router(router, prefix="/v1")
    return app


class Recorder:
    """An ASGI middleware that keeps its scope."""

    def __init__(self, app: Any, scopes: list[dict[str, Any]]) -> None:
        self.app = app
        self.scopes = scopes

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scopes.append(scope)
        await self.app(scope, receive, send)


async def serve_path(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


@pytest.mark.parametrize(
    "name",
    [
        "state",
        "router",
        "routes",
        "mount",
        "add_middleware",
        "user_middleware",
        "middleware_stack",
        "build_middleware_stack",
        "add_route",
        "add_websocket_route",
        "add_api_websocket_route",
        "add_api_route",
        "include_router",
        "exception_handlers",
        "add_exception_handler",
        "exception_handler",
        "middleware",
        "on_event",
        "dependency_overrides",
        "openapi",
        "openapi_schema",
        "openapi_version",
        "openapi_url",
        "title",
        "version",
        "description",
        "servers",
        "webhooks",
        "debug",
        "root_path",
        "redirect_slashes",
        "url_path_for",
    ],
)
def test_applications_have_what_add_ons_use(name: str) -> None:
    assert hasattr(Bolide(), name)
    assert hasattr(Bolide().router, name)
    assert callable(Bolide().router.lifespan_context)


def test_routers_show_what_was_declared() -> None:
    def depend() -> None: ...

    router = APIRouter(
        prefix="/v1",
        tags=["a"],
        dependencies=[Depends(depend)],
        responses={404: {"description": "gone"}},
        default_response_class=PlainTextResponse,
    )
    assert (router.prefix, router.tags, router.default_response_class) == ("/v1", ("a",), PlainTextResponse)
    assert [each.dependency for each in router.dependencies] == [depend]
    assert router.responses == {404: {"description": "gone"}}


def test_settings_that_are_changed_late_count() -> None:
    app = Bolide()

    @app.get("/a")
    async def read(request: Request) -> str:
        return request.root_path

    client = TestClient(app, raise_server_exceptions=False)
    assert client.get("/a/").status_code == 307
    assert client.get("/openapi.json").json()["info"]["title"] == "Bolide"
    app.redirect_slashes = False
    app.root_path = "/api"
    app.title = "Shop"
    assert client.get("/a/").status_code == 404
    assert client.get("/api/a").json() == "/api"
    assert client.get("/openapi.json").json()["info"]["title"] == "Shop"
    app.openapi = lambda: {"openapi": "3.1.0"}  # type: ignore[method-assign]
    assert client.get("/openapi.json").json() == {"openapi": "3.1.0", "servers": [{"url": "/api"}]}
    with pytest.raises(BolideError, match=r"debug is 'no'; expected True or False"):
        app.debug = "no"  # type: ignore[assignment]
    assert app.debug is False


def test_attributes_of_the_users_own_change_nothing() -> None:
    app: Any = Bolide()
    app.compile()
    serving = app._serving
    app.counter = 1
    assert app._serving is serving


def test_routes_show_what_was_declared() -> None:
    app = shop()
    (route,) = app.routes
    assert isinstance(route, Route)
    assert (route.path, route.path_format) == ("/v1/orders/{order_id:int}", "/v1/orders/{order_id}")
    assert route.path_regex.pattern == "^/v1/orders/(?P<order_id>[0-9]+)$"
    assert (route.name, route.methods, route.tags, route.operation_id) == (
        "read_order",
        ("GET",),
        ("orders",),
        "one",
    )


@pytest.mark.parametrize(
    ("request_scope", "expected"),
    [
        pytest.param(scope("/v1/orders/7"), Match.FULL, id="full"),
        pytest.param(scope("/v1/orders/7", "HEAD"), Match.FULL, id="head comes with get"),
        pytest.param(scope("/v1/orders/7", "PUT"), Match.PARTIAL, id="another method"),
        pytest.param(scope("/v1/orders/x"), Match.NONE, id="the convertor refuses"),
        pytest.param(scope("/api/v1/orders/7", root_path="/api"), Match.FULL, id="below a root path"),
        pytest.param({"type": "websocket", "path": "/v1/orders/7"}, Match.NONE, id="websocket"),
    ],
)
def test_route_matches_scopes(request_scope: dict[str, Any], expected: Match) -> None:
    (route,) = shop().routes
    match, child = route.matches(request_scope)
    assert match is expected
    if match is not Match.NONE:
        assert child == {"route": route, "endpoint": route.endpoint, "path_params": {"order_id": 7}}


def test_websocket_route_matches_connections() -> None:
    async def chat(websocket: WebSocket) -> None: ...

    app = Bolide()
    app.add_websocket_route("/rooms/{room:int}", chat, name="room")
    (route,) = app.routes
    found = route.matches({"type": "websocket", "path": "/rooms/7"})
    assert found == (Match.FULL, {"route": route, "endpoint": chat, "path_params": {"room": 7}})
    assert route.matches({"type": "websocket", "path": "/rooms/x"}) == (Match.NONE, {})
    assert route.matches(scope("/rooms/7")) == (Match.NONE, {})
    assert (route.name, route.path_regex.pattern) == ("room", "^/rooms/(?P<room>[0-9]+)$")


def test_match_equals_that_of_starlette() -> None:
    assert [each == starlette.routing.Match.FULL for each in Match] == [False, False, True]
    assert starlette.routing.Match.PARTIAL == Match.PARTIAL
    assert starlette.routing.Match.NONE != Match.FULL
    assert Match.FULL in {Match.FULL}


def test_mounts_and_hosts_match_what_is_for_them() -> None:
    mount = Mount(path="/shops/{shop}", app=serve_path)
    assert mount.matches(scope("/api/shops/3/a/b", root_path="/api")) == (
        Match.FULL,
        {
            "route": mount,
            "endpoint": serve_path,
            "path_params": {"shop": "3"},
            "app_root_path": "/api",
            "root_path": "/api/shops/3",
        },
    )
    assert mount.matches(scope("/shops")) == (Match.NONE, {})
    app = Bolide()
    app.host("{tenant}.example.com", serve_path)
    (host,) = app.routes
    assert isinstance(host, Host)
    found = host.matches(scope("/", headers=[(b"host", b"Ann.example.com:80")]))
    assert found == (
        Match.FULL,
        {"route": host, "endpoint": serve_path, "path_params": {"tenant": "ann"}},
    )


def test_add_route_serves_responses_of_other_frameworks() -> None:
    class ForeignResponse:
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await serve_path(scope, receive, send)

    def sync(request: Any) -> PlainTextResponse:
        return PlainTextResponse(f"{request.method} {request.path_params['number']}")

    async def foreign(request: Any) -> ForeignResponse:
        return ForeignResponse()

    app = Bolide()
    app.add_route("/sync/{number:int}", sync, methods=["POST"], name="numbered")
    app.router.add_route(path="/foreign", route=foreign)
    client = TestClient(app)
    assert client.post("/sync/3").text == "POST 3"
    assert client.get("/foreign").text == "/foreign"
    assert app.url_path_for("numbered", number=4) == "/sync/4"
    assert app.openapi()["paths"] == {}


def test_event_handlers_are_called_within_the_lifespan() -> None:
    events: list[str] = []

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
        events.append("lifespan begins")
        yield {"number": 7}
        events.append("lifespan ends")

    app = Bolide(lifespan=lifespan)

    async def start() -> None:
        events.append("start")

    with pytest.warns(DeprecationWarning, match="use lifespan"):
        app.on_event("startup")(start)
    with pytest.warns(DeprecationWarning, match="use lifespan"):
        app.on_event("shutdown")(lambda: events.append("stop"))

    router = APIRouter()
    router.add_event_handler("startup", lambda: events.append("router starts"))
    app.include_router(router)
    app.add_event_handler("startup", lambda: events.append("start again"))

    @app.get("/")
    async def number(request: Request) -> int:
        value: int = request.state.number
        return value

    with TestClient(app) as client:
        assert client.get("/").json() == 7
    assert events == [
        "lifespan begins",
        "start",
        "start again",
        "router starts",
        "stop",
        "lifespan ends",
    ]


def test_event_handlers_that_cannot_be_called_are_refused() -> None:
    def with_app(app: Any) -> None: ...

    app = Bolide()
    with pytest.raises(BolideError, match="event 'start': expected 'startup' or 'shutdown'"):
        app.add_event_handler("start", lambda: None)  # type: ignore[arg-type]
    with pytest.raises(BolideError, match=r"startup handler .*with_app.* is called without arguments"):
        app.add_event_handler("startup", with_app)  # type: ignore[arg-type]


def test_middleware_stack_is_the_application_and_takes_no_other() -> None:
    app = Bolide()
    assert app.middleware_stack is None
    app.middleware_stack = app.build_middleware_stack()
    with pytest.raises(BolideError, match="use add_middleware"):
        app.middleware_stack = serve_path


def test_document_can_be_assigned() -> None:
    app = Bolide()
    assert app.openapi_schema is None
    assert app.openapi() is app.openapi_schema
    assert app.openapi_version == app.openapi()["openapi"]
    app.openapi_schema = {"openapi": "3.1.0", "info": {"title": "Mine", "version": "1"}, "paths": {}}
    assert TestClient(app).get("/openapi.json").json()["info"]["title"] == "Mine"


def test_asgi_middleware_finds_the_matched_route_in_its_scope() -> None:
    app, scopes = shop(), list[dict[str, Any]]()
    app.add_middleware(Recorder, scopes=scopes)
    assert TestClient(app).get("/v1/orders/7").json() == 7
    (seen,) = scopes
    assert seen["route"].path == "/v1/orders/{order_id:int}"
    assert seen["endpoint"].__name__ == "read_order"
    assert seen["path_params"] == {"order_id": 7}
    assert seen["app"] is seen["router"] is app
    assert (seen["root_path"], seen["app_root_path"]) == ("", "")
    TestClient(app).get("/nowhere")
    assert "route" not in scopes[1]


def test_asgi_middleware_finds_the_mount_of_other_applications() -> None:
    app, scopes = Bolide(), list[dict[str, Any]]()
    app.add_middleware(Recorder, scopes=scopes)
    app.mount("/shops/{shop}", serve_path)
    app.mount("/inner", shop())
    client = TestClient(app)
    assert client.get("/shops/3/a").text == "/shops/3/a"
    assert client.get("/inner/v1/orders/7").json() == 7
    assert [(each["route"].path, each["path_params"]) for each in scopes] == [
        ("/shops/{shop}", {"shop": "3"}),
        ("/inner", {}),
    ]


def test_request_middleware_finds_the_matched_route_in_its_scope() -> None:
    app, seen = shop(), list[str]()

    @app.middleware("http")
    async def note(request: Request, call_next: Any) -> Any:
        assert "route" not in request.scope
        response = await call_next(request)
        seen.append(request.scope["route"].path_format)
        return response

    assert TestClient(app).get("/v1/orders/7").json() == 7
    assert seen == ["/v1/orders/{order_id}"]


def test_build_middleware_stack_serves_asgi() -> None:
    messages: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        messages.append(message)

    request = scope("/v1/orders/7", query_string=b"", http_version="1.1")
    asyncio.run(shop().build_middleware_stack()(request, receive, send))
    assert [message["type"] for message in messages] == ["http.response.start", "http.response.body"]
    assert messages[1]["body"] == b"7"


def test_asgi_middleware_shares_one_scope() -> None:
    """What an inner middleware writes through the scope of an outer one, the endpoint reads."""

    class Session:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            def load() -> None:
                scope["session"] = {"user": "Ann"}

            scope["load"] = load
            await self.app(scope, receive, send)

    class Load:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            scope["load"]()
            await self.app(scope, receive, send)

    app = Bolide()
    app.add_middleware(Load)
    app.add_middleware(Session)

    @app.get("/")
    async def user(request: Request) -> str:
        name: str = request.scope["session"]["user"]
        return name

    assert TestClient(app).get("/").json() == "Ann"


def test_asgi_middleware_shares_the_state_of_the_request() -> None:
    """Also a state that is empty until the endpoint writes into it."""

    class Read:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await self.app(scope, receive, send)
            seen.append(dict(scope["state"]))

    seen: list[dict[str, Any]] = []
    app = Bolide()
    app.add_middleware(Read)
    app.add_middleware(Read)

    @app.get("/")
    async def write(request: Request) -> None:
        request.state.user = "Ann"

    TestClient(app).get("/")
    assert seen == [{"user": "Ann"}, {"user": "Ann"}]


def test_asgi_middleware_may_stand_around_itself_and_ask_twice() -> None:
    class Twice:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            async def drop(message: Any) -> None: ...

            await self.app(scope, receive, drop)
            await self.app(scope, receive, send)

    twice, calls = Middleware(Twice), list[int]()
    app = Bolide(middleware=[twice, Middleware(Twice)])

    @app.get("/", middleware=[twice])
    async def count() -> int:
        calls.append(1)
        return len(calls)

    assert TestClient(app).get("/").json() == 8


def test_middleware_whose_call_is_a_slot_is_an_asgi_application() -> None:
    class Chosen:
        __slots__ = ("__call__",)

        def __init__(self, app: Any) -> None:
            async def call(scope: Any, receive: Any, send: Any) -> None:
                await app(scope, receive, send)

            self.__call__ = call

    app = shop()
    app.add_middleware(Chosen)
    assert TestClient(app).get("/v1/orders/7").json() == 7


def test_urls_change_their_query() -> None:
    url = URL("http://example.com/a?x=1&y=2")
    assert url.include_query_params(y=3, z="a b") == "http://example.com/a?x=1&y=3&z=a+b"
    assert url.replace_query_params(z=4) == "http://example.com/a?z=4"
    assert url.remove_query_params("x") == "http://example.com/a?y=2"
    assert url.remove_query_params(["x", "y"]) == "http://example.com/a"
