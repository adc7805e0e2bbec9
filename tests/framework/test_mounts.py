"""Applications below a path or for a host: what they see, their lifespans, mistakes in declaring them."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import fastapi
import pytest

from bolide import APIRouter, Bolide, HTTPException, Request
from bolide.exceptions import BolideError, RouteError
from bolide.responses import JSONResponse, PlainTextResponse
from bolide.routing import Host, Mount, Route
from bolide.testclient import TestClient


def lifespan_of(events: list[str], name: str, **state: Any) -> Callable[[Any], Any]:
    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
        events.append(f"{name} begins")
        yield state
        events.append(f"{name} ends")

    return lifespan


async def inspect(request: Request) -> dict[str, Any]:
    return {
        "url": str(request.url),
        "root_path": request.root_path,
        "path_params": request.path_params,
        "state": dict(request.state._values),
        "path": request.scope["path"],
    }


async def echo_scope(scope: Any, receive: Any, send: Any) -> None:
    """Answer with a part of the ASGI scope."""
    names = ("root_path", "path", "path_params", "state", "method", "app_root_path")
    body = json.dumps({name: scope[name] for name in names}).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def sub_app(**options: Any) -> Bolide:
    app = Bolide(**options)
    app.add_api_route("/items/{item_id}", inspect)
    return app


def test_applications_of_fastapi_can_be_mounted() -> None:
    events: list[str] = []
    below = fastapi.FastAPI(lifespan=lifespan_of(events, "FastAPI"))

    @below.get("/items/{item_id}", name="item")
    async def read_item(item_id: int, request: fastapi.Request) -> dict[str, Any]:
        return {"item": item_id, "url": str(request.url_for("item", item_id=8))}

    app = Bolide()
    app.mount("/below", below, lifespan=True)
    with TestClient(app) as client:
        assert client.get("/below/items/7").json() == {"item": 7, "url": "http://testserver/below/items/8"}
        assert client.get("/below/items/x").status_code == 422
        assert client.get("/below/openapi.json").json()["servers"] == [{"url": "/below"}]
    assert events == ["FastAPI begins", "FastAPI ends"]


def test_mounted_application_sees_the_rest_of_the_path() -> None:
    """#19: ``scope["path"]`` stays the full path, ``root_path`` grows."""
    app = Bolide()
    app.mount("/sub", sub_app())
    assert TestClient(app).get("/sub/items/7?q=1").json() == {
        "url": "http://testserver/sub/items/7?q=1",
        "root_path": "/sub",
        "path_params": {"item_id": "7"},
        "state": {},
        "path": "/sub/items/7",
    }


def test_mounts_nest() -> None:
    inner, outer = Bolide(), Bolide()
    inner.mount("/b/{name}", sub_app())
    outer.mount("/a/{number:int}", inner)
    found = TestClient(outer).get("/a/1/b/x/items/7").json()
    assert found["root_path"] == "/a/1/b/x"
    assert found["path_params"] == {"number": 1, "name": "x", "item_id": "7"}


def test_foreign_application_gets_a_scope() -> None:
    app = Bolide()
    app.mount("/f/{number:int}/", echo_scope)
    assert TestClient(app).put("/f/3/a b/c").json() == {
        "root_path": "/f/3",
        "path": "/f/3/a b/c",
        "path_params": {"number": 3},
        "state": {},
        "method": "PUT",
        "app_root_path": "",
    }


def test_mount_at_the_root_takes_what_no_route_does() -> None:
    app = Bolide()
    app.add_api_route("/items/{item_id}", inspect)
    app.mount("/", echo_scope)
    client = TestClient(app)
    assert client.get("/items/7").json()["path_params"] == {"item_id": "7"}
    assert client.get("/").json()["path"] == "/"
    assert client.post("/items/7").json()["method"] == "POST"
    assert client.get("/other").json()["root_path"] == ""


def test_mounts_of_routers_stand_below_their_prefixes() -> None:
    app, router = Bolide(), APIRouter(prefix="/r")
    router.mount("/sub", sub_app())
    app.include_router(router, prefix="/p")
    assert TestClient(app).get("/p/r/sub/items/7").json()["root_path"] == "/p/r/sub"


def test_error_of_a_foreign_application_is_a_500() -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise ZeroDivisionError

    app = Bolide()
    app.mount("/f", broken)
    assert TestClient(app, raise_server_exceptions=False).get("/f/").status_code == 500
    with pytest.raises(ZeroDivisionError):
        TestClient(app).get("/f/")


def test_errors_of_a_mounted_application_are_its_own() -> None:
    """#20: a mounted application answers its own errors, and is the ``scope["app"]`` of its requests."""
    sub = Bolide(title="sub")

    @sub.get("/teapot")
    async def teapot() -> None:
        raise HTTPException(418, "short and stout")

    @sub.exception_handler(404)
    async def not_here(request: Request, exc: HTTPException) -> JSONResponse:
        assert request.app is request.scope["app"]
        return JSONResponse({"lost in": request.app.title}, 404)

    app = Bolide(title="outer")
    app.mount("/sub", sub)
    client = TestClient(app)
    response = client.get("/sub/teapot")
    assert (response.status_code, response.json()) == (418, {"detail": "short and stout"})
    assert client.get("/sub/nothing").json() == {"lost in": "sub"}
    assert client.get("/nothing").json() == {"detail": "Not Found"}
    assert client.post("/sub/teapot").headers["allow"] == "GET, HEAD, OPTIONS"


def test_body_reaches_a_mounted_application() -> None:
    sub = Bolide(max_body_size=8)

    @sub.post("/echo")
    async def echo(request: Request) -> Any:
        return await request.json()

    async def measure(scope: Any, receive: Any, send: Any) -> None:
        size = len((await receive())["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(size).encode()})

    app = Bolide(max_body_size=16)
    app.mount("/sub", sub)
    app.mount("/f", measure)
    client = TestClient(app)
    assert client.post("/sub/echo", json=[1, 2]).json() == [1, 2]
    assert client.post("/sub/echo", json=[1, 2, 3, 4]).status_code == 413
    assert client.post("/f/", content=b"x" * 16).text == "16"
    assert client.post("/f/", content=b"x" * 17).status_code == 413


def test_lifespans_are_entered_from_the_outside_in_and_left_in_reverse() -> None:
    """#137: lifespans of included routers and of mounted applications run."""
    events: list[str] = []
    app = Bolide(lifespan=lifespan_of(events, "app"))
    first, second, inner = (APIRouter(lifespan=lifespan_of(events, n)) for n in ("first", "second", "inner"))
    first.include_router(inner)
    app.include_router(first)
    app.include_router(second)
    app.include_router(first, prefix="/again")
    app.mount("/sub", sub_app(lifespan=lifespan_of(events, "sub")))
    with TestClient(app):
        assert events == ["app begins", "first begins", "inner begins", "second begins", "sub begins"]
        events.clear()
    assert events == ["sub ends", "second ends", "inner ends", "first ends", "app ends"]


def test_states_of_lifespans_are_joined_and_the_outer_router_wins() -> None:
    app = Bolide(lifespan=lifespan_of([], "app", a="app", b="app"))
    router = APIRouter(lifespan=lifespan_of([], "router", b="router", c="router"))
    app.include_router(router)
    app.add_api_route("/state", inspect)
    app.mount("/sub", sub_app(lifespan=lifespan_of([], "sub", a="sub", d="sub")))
    app.mount("/f", echo_scope)
    with TestClient(app) as client:
        expected = {"a": "app", "b": "app", "c": "router"}
        assert client.get("/state").json()["state"] == expected
        assert client.get("/f/").json()["state"] == expected
        below = {"a": "sub", "b": "app", "c": "router", "d": "sub"}
        assert client.get("/sub/items/7").json()["state"] == below


def test_lifespan_of_a_mounted_application_can_be_left_to_others() -> None:
    events: list[str] = []
    app = Bolide()
    app.mount("/sub", sub_app(lifespan=lifespan_of(events, "sub")), lifespan=False)
    with TestClient(app):
        assert events == []


def test_failing_start_leaves_what_was_entered() -> None:
    events: list[str] = []

    @asynccontextmanager
    async def failing(app: Any) -> AsyncIterator[None]:
        raise ZeroDivisionError
        yield

    app = Bolide(lifespan=lifespan_of(events, "app"))
    app.mount("/a", sub_app(lifespan=lifespan_of(events, "first")))
    app.mount("/b", sub_app(lifespan=failing))
    with pytest.raises(ZeroDivisionError), TestClient(app):
        pass
    assert events == ["app begins", "first begins", "first ends"]


class ForeignLifespan:
    """An ASGI application that has nothing but a lifespan."""

    def __init__(self, *, fails: str = "", raises: bool = False) -> None:
        self.events: list[str] = []
        self.fails = fails
        self.raises = raises

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await echo_scope(scope, receive, send)
            return
        if self.raises:
            raise ZeroDivisionError("no database")
        scope["state"]["foreign"] = "yes"
        for name in ("startup", "shutdown"):
            message = await receive()
            self.events.append(message["type"])
            if self.fails == name:
                await send({"type": f"lifespan.{name}.failed", "message": "no database"})
                return
            await send({"type": f"lifespan.{name}.complete"})


def test_lifespan_of_a_foreign_application_runs_if_asked_for() -> None:
    foreign, other = ForeignLifespan(), ForeignLifespan()
    app = Bolide()
    app.mount("/f", foreign, lifespan=True)
    app.mount("/g", other)
    with TestClient(app) as client:
        assert foreign.events == ["lifespan.startup"]
        assert client.get("/f/").json()["state"] == {"foreign": "yes"}
        assert client.get("/g/").json()["state"] == {}
    assert foreign.events == ["lifespan.startup", "lifespan.shutdown"]
    assert other.events == []


@pytest.mark.parametrize(
    ("foreign", "error", "reason"),
    [
        (ForeignLifespan(fails="startup"), RuntimeError, "startup of .* failed: no database"),
        (ForeignLifespan(fails="shutdown"), RuntimeError, "shutdown of .* failed: no database"),
        (ForeignLifespan(raises=True), ZeroDivisionError, "no database"),
    ],
    ids=["startup fails", "shutdown fails", "raises"],
)
def test_failing_lifespan_of_a_foreign_application_is_told(
    foreign: ForeignLifespan, error: type[Exception], reason: str
) -> None:
    app = Bolide()
    app.mount("/f", foreign, lifespan=True)
    with pytest.raises(error, match=reason), TestClient(app):
        pass


def test_host_decides_before_the_path() -> None:
    api, tenants, app = sub_app(), sub_app(), Bolide()
    app.add_api_route("/items/{item_id}", inspect)
    app.host("API.example.com", api)
    app.host("{tenant}.example.com", tenants)
    client = TestClient(app)

    def params(host: str) -> Any:
        return client.get("/items/7", headers={"host": host}).json()["path_params"]

    assert params("testserver") == {"item_id": "7"}
    assert params("api.example.com:8080") == {"item_id": "7"}
    assert params("Acme.Example.COM") == {"tenant": "acme", "item_id": "7"}
    assert params("a.b.example.com") == {"tenant": "a.b", "item_id": "7"}
    assert client.get("/other", headers={"host": "api.example.com"}).status_code == 404


def test_iter_routes_is_flat_and_in_order_of_declaration() -> None:
    app, router, sub = Bolide(), APIRouter(prefix="/r"), sub_app()
    app.add_api_route("/a", inspect, methods=["POST"])
    router.mount("/sub", sub, name="sub")
    router.add_api_route("/{item_id:int}", inspect)
    app.include_router(router, prefix="/p")
    app.host("api.example.com", sub)
    first, mount, second, host = app.iter_routes()
    assert app.routes == [first, mount, second, host]
    assert isinstance(first, Route)
    assert (first.path, first.methods, first.name) == ("/a", ("POST",), "inspect")
    assert isinstance(mount, Mount)
    assert (mount.path, mount.name, mount.app) == ("/p/r/sub", "sub", sub)
    assert [route.path for route in mount.routes] == ["/items/{item_id}"]
    assert isinstance(second, Route)
    assert second.path == "/p/r/{item_id:int}"
    assert isinstance(host, Host)
    assert host.host == "api.example.com"


async def deny(request: Request, route: Any) -> bool:
    return "public" in route.tags


def test_guards_of_layers_stand_before_mounted_applications() -> None:
    app, router = Bolide(guards=[deny]), APIRouter(guards=[deny], tags=["public"])
    app.mount("/sub", sub_app())
    router.mount("/open", sub_app())
    app.include_router(router)
    app.host("api.example.com", sub_app())
    client = TestClient(app)
    assert client.get("/sub/items/7").status_code == 403
    assert client.get("/open/items/7").status_code == 200
    assert client.get("/items/7", headers={"host": "api.example.com"}).status_code == 403


def test_guard_of_a_mount_may_be_sync_and_may_raise() -> None:
    def refuse(request: Request) -> None:
        raise HTTPException(401)

    app = Bolide(guards=[refuse])
    app.mount("/f", echo_scope)
    assert TestClient(app).get("/f/").status_code == 401


def test_asgi_middleware_sees_the_route_after_the_request() -> None:
    seen: list[Any] = []

    class Watch:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await self.app(scope, receive, send)
            seen.append((scope.get("route") and scope["route"].path, scope.get("path_params")))

    app, router = Bolide(), APIRouter(prefix="/r")
    router.add_api_route("/{item_id:int}", inspect)
    app.include_router(router, prefix="/p")
    app.add_middleware(Watch)
    client = TestClient(app)
    for path in ("/p/r/7", "/p/r/8", "/nothing"):
        client.get(path)
    assert seen == [
        ("/p/r/{item_id:int}", {"item_id": 7}),
        ("/p/r/{item_id:int}", {"item_id": 8}),
        (None, None),
    ]


def test_plain_functions_take_the_request() -> None:
    app = Bolide()

    async def hello(req):  # type: ignore[no-untyped-def]
        return PlainTextResponse(f"hello {req.path_params['name']}")

    def in_thread(req):  # type: ignore[no-untyped-def]
        return PlainTextResponse(req.method)

    app.add_route("/hello/{name}", hello)
    app.add_route("/thread", in_thread, methods=["POST", "PUT"], name="thread")
    client = TestClient(app)
    assert client.get("/hello/you").text == "hello you"
    assert client.head("/hello/you").status_code == 200
    assert client.put("/thread").text == "PUT"
    assert app.url_path_for("thread") == "/thread"
    assert app.url_path_for("hello", name="x") == "/hello/x"
    assert app.openapi()["paths"] == {}


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        pytest.param(Bolide, "takes a function of a request, not", id="class"),
        pytest.param(lambda: None, "must take a request", id="no parameter"),
        pytest.param(lifespan_of, "must take a request", id="other parameters"),
    ],
)
def test_what_is_no_function_of_a_request_is_refused(function: Any, reason: str) -> None:
    with pytest.raises(RouteError, match=reason):
        Bolide().add_route("/x", function)


class Flask:
    """Looks like a WSGI application."""

    def wsgi_app(self, environ: Any, start_response: Any) -> None: ...

    def __call__(self, environ: Any, start_response: Any) -> None: ...


@pytest.mark.parametrize(
    ("path", "app", "reason"),
    [
        pytest.param("sub", Bolide(), r"mount\('sub'\): the path must start with '/'", id="no slash"),
        pytest.param("/sub", APIRouter(), "use include_router", id="router"),
        pytest.param("/sub", Flask(), "Flask is a WSGI application; wrap it", id="WSGI"),
        pytest.param("/sub", 7, "takes an ASGI application, not 7", id="no application"),
    ],
)
def test_mistakes_in_a_mount_are_refused(path: str, app: Any, reason: str) -> None:
    with pytest.raises(RouteError, match=reason):
        Bolide().mount(path, app)


@pytest.mark.parametrize("host", ["", "http://a", "a.com/x", "a.com:80", "{x", "{x}{y}.com"])
def test_mistakes_in_a_host_are_refused(host: str) -> None:
    with pytest.raises(RouteError, match="host"):
        Bolide().host(host, Bolide())


def test_malformed_template_of_a_mount_is_refused_at_the_start() -> None:
    app = Bolide()
    app.mount("/{x:nothing}", Bolide())
    with pytest.raises(RouteError, match="unknown convertor 'nothing'"):
        app.compile()


def test_two_applications_at_one_path_are_refused() -> None:
    app = Bolide()
    app.mount("/a/{x}", echo_scope)
    app.mount("/a/{y}", Bolide())
    with pytest.raises(RouteError, match=r"matches the same requests as mount /a/\{x\}"):
        app.compile()


def test_lifespan_without_its_decorator_is_refused() -> None:
    async def lifespan(app: Any) -> AsyncIterator[None]:
        yield

    wrong: Any = lifespan
    for make in (APIRouter, Bolide):
        with pytest.raises(BolideError, match="needs the decorator @asynccontextmanager"):
            make(lifespan=wrong)
