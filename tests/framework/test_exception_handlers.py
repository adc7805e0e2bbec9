"""Exception handlers: which one answers, what it gets, and what happens to the error."""

import gc
import weakref
from typing import Annotated, Any

import pytest

from bolide import APIRouter, Bolide, HTTPException, Model, Request, WebSocket, WebSocketDisconnect
from bolide.exceptions import (
    RequestValidationError,
    ResponseValidationError,
    RouteError,
    WebSocketRequestValidationError,
)
from bolide.responses import JSONResponse, PlainTextResponse
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, answers, bolide_web, same, send


class Unavailable(Exception): ...


class Overloaded(Unavailable): ...


def says(text: str, status: int = 418) -> Any:
    """Return an exception handler that answers with *text*."""

    async def handler(request: Request, exc: Exception) -> PlainTextResponse:
        return PlainTextResponse(text, status)

    return handler


def raising(app: Any, **errors: Exception) -> Any:
    """Let ``GET /<name>`` raise the error of that name."""

    @app.get("/{name}")
    async def fail(name: str) -> None:
        raise errors[name]

    return app


def quiet(app: Bolide) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)


def declare(web: Web) -> Any:
    """Return an application with handlers of every kind."""
    app, text = web.App(), web("responses.PlainTextResponse")
    error_class = web("exceptions.HTTPException")

    @app.exception_handler(404)
    async def not_found(request: Any, exc: Any) -> Any:
        return text(f"404: {exc.detail}", 404)

    @app.exception_handler(Unavailable)
    def unavailable(request: Any, exc: Any) -> Any:
        return text(f"{type(exc).__name__} at {request.url.path}", 503)

    @app.exception_handler(LookupError)
    async def failing(request: Any, exc: Any) -> Any:
        raise error_class(409, f"was {type(exc).__name__}")

    @app.exception_handler(400)
    async def bad_request(request: Any, exc: Any) -> Any:
        return text("by status", 400)

    @app.exception_handler(web("exceptions.RequestValidationError"))
    async def invalid(request: Any, exc: Any) -> Any:
        return web("responses.JSONResponse")({"count": len(exc.errors()), "body": exc.body}, 400)

    @app.get("/items/{number}")
    async def read(number: int) -> int:
        return number

    @app.post("/items")
    async def add(names: list[int]) -> list[int]:
        return names

    return raising(
        app,
        own=error_class(404, "Gone fishing"),
        teapot=error_class(418, {"why": ["tea"]}, {"x-hint": "pot"}),
        bad=error_class(400, "x"),
        overloaded=Overloaded(),
        key=KeyError("x"),
        empty=error_class(404),
        unmodified=error_class(304, headers={"etag": '"1"'}),
        nothing=error_class(204),
    )


@pytest.mark.parametrize("path", ["/a/b", "/own", "/empty"])
def test_106_status_handler_catches_router_and_user_errors(path: str) -> None:
    """#106: a handler for 404 also catches ``HTTPException(404)`` that users and the router raise."""
    assert same(declare, "GET", path).status == 404


def test_106_status_beats_class() -> None:
    """#106: status handlers beat class handlers."""
    app = Bolide(exception_handlers={HTTPException: says("by class"), 400: says("by status")})
    assert quiet(raising(app, bad=HTTPException(400))).get("/bad").text == "by status"
    assert same(declare, "GET", "/bad").body == b"by status"


def test_107_handler_of_a_base_class_catches_subclasses() -> None:
    """#107: class lookup by MRO; handler for base class catches subclasses."""
    assert same(declare, "GET", "/overloaded").body == b"Overloaded at /overloaded"


def test_107_nearest_class_of_the_mro_wins() -> None:
    """#107: the handler of the nearest class in the MRO."""
    app = Bolide(exception_handlers={Unavailable: says("base"), Overloaded: says("own")})
    assert quiet(raising(app, x=Overloaded())).get("/x").text == "own"


def test_108_http_exception_handler_catches_errors_of_the_router() -> None:
    """#108: one class is enough, ours has no base of another framework."""
    app = Bolide(exception_handlers={HTTPException: says("caught")})
    app.post("/only-post")(says)
    assert quiet(app).get("/nowhere").text == "caught"
    assert quiet(app).get("/only-post").text == "caught"


def test_405_handler_sees_the_allowed_methods() -> None:
    def handle(request: Request, exc: HTTPException) -> JSONResponse:
        return JSONResponse({"path": request.url.path}, 405, exc.headers)

    app = Bolide(exception_handlers={405: handle})

    @app.post("/a")
    async def add() -> None: ...

    response = quiet(app).get("/a")
    assert (response.status_code, response.json()) == (405, {"path": "/a"})
    assert response.headers["allow"] == "OPTIONS, POST"


def test_109_unhandled_errors_are_answered_and_raised_again() -> None:
    """#109: the handler of ``Exception`` answers, and the error still reaches the server's log."""
    app = raising(Bolide(exception_handlers={Exception: says("sorry", 500)}), x=Unavailable("down"))
    assert (quiet(app).get("/x").status_code, quiet(app).get("/x").text) == (500, "sorry")
    with pytest.raises(Unavailable, match="down"):
        TestClient(app).get("/x")


@pytest.mark.parametrize("key", [500, Exception])
def test_109_500_handler_leaves_expected_errors_alone(key: Any) -> None:
    """#109: ``HTTPException``, even of status 500, and invalid requests have their own answers."""

    def with_handler(web: Web) -> Any:
        app, error = web.App(), web("exceptions.HTTPException")

        @app.exception_handler(key)
        async def handle(request: Any, exc: Any) -> Any:
            return web("responses.PlainTextResponse")("unexpected", 500)

        @app.get("/count/{count}")
        async def read(count: int) -> int:
            return count

        return raising(app, declared=error(500, "x"), missing=error(404), bug=ValueError())

    for path in ("/declared", "/missing", "/bug", "/a/b/c"):
        same(with_handler, "GET", path)
    assert answers(with_handler, "GET", "/count/x")[0].status == 422


@pytest.mark.parametrize("target", ["/overloaded", "/own"])
def test_110_handlers_may_be_sync_or_async(target: str) -> None:
    """#110: handlers may be sync (threadpool) or async."""
    same(declare, "GET", target)


def test_110_handler_that_returns_none_leaves_the_error_to_the_next() -> None:
    """#110: returning None is allowed; the error goes on to the layer around, then to the usual answer."""

    async def ignore(request: Request, exc: Exception) -> None: ...

    app = Bolide(exception_handlers={400: says("app")})
    router = APIRouter(exception_handlers={400: ignore, 409: ignore, Exception: ignore})
    raising(router, bad=HTTPException(400), conflict=HTTPException(409, "taken"), bug=ValueError())
    app.include_router(router)
    assert quiet(app).get("/bad").text == "app"
    assert quiet(app).get("/conflict").json() == {"detail": "taken"}
    assert quiet(app).get("/bug").text == "Internal Server Error"


def test_error_that_a_handler_raises_is_handled_once() -> None:
    assert same(declare, "GET", "/key").content() == {"detail": "was KeyError"}


def test_handler_that_fails_leaves_a_500_with_both_errors() -> None:
    async def handle(request: Request, exc: Exception) -> None:
        raise ValueError("in the handler")

    app = raising(Bolide(exception_handlers={Unavailable: handle}), x=Unavailable("first"))
    assert quiet(app).get("/x").status_code == 500
    with pytest.raises(ValueError, match="in the handler") as caught:
        TestClient(app).get("/x")
    assert isinstance(caught.value.__context__, Unavailable)


def test_handler_of_500_that_fails_leaves_a_bare_500() -> None:
    async def handle(request: Request, exc: Exception) -> None:
        raise LookupError

    app = raising(Bolide(exception_handlers={500: handle}), x=Unavailable())
    assert quiet(app).get("/x").text == "Internal Server Error"
    with pytest.raises(LookupError):
        TestClient(app).get("/x")


def test_handler_that_returns_no_response_is_an_error_that_names_it() -> None:
    async def handle(request: Request, exc: Exception) -> dict[str, str]:
        return {}

    app = raising(Bolide(exception_handlers={Unavailable: handle}), x=Unavailable())
    with pytest.raises(TypeError, match=r"handle' \(.*\) returned \{\}; expected a Response, or None"):
        TestClient(app).get("/x")


def test_111_error_in_a_started_response_is_no_handlers_business() -> None:
    """#111: the status is sent, the body breaks off, and the error reaches the server."""
    from bolide.server_adapters.contract import Head, Reply

    async def pieces() -> Any:
        yield b"a"
        raise Unavailable("while sending")

    class Streaming(PlainTextResponse):
        def to_reply(self, exchange: Any = None) -> Reply:
            return Reply(200, Head(), pieces())

    app = Bolide(exception_handlers={Unavailable: says("late"), Exception: says("late")})

    @app.get("/")
    async def stream() -> Streaming:
        return Streaming("")

    assert quiet(app).get("/").text != "late"
    with pytest.raises(Unavailable):
        TestClient(app).get("/")


@pytest.mark.parametrize("path", ["/teapot", "/items/x"])
def test_112_usual_answers_are_those_of_fastapi(path: str) -> None:
    """#112: details and headers of the usual answers."""
    same(declare, "GET", path, headers_too=("content-type", "x-hint"))


def test_112_validation_errors_of_functions_have_json_forms() -> None:
    """#112: exception objects in ``ctx`` become ``{}``."""
    from bolide import field_validator

    class Item(Model):
        name: str

        @field_validator("name")
        @classmethod
        def refuse(cls, value: str) -> str:
            raise ValueError("never")

    app = Bolide()

    @app.post("/")
    async def add(item: Item) -> None: ...

    assert TestClient(app).post("/", json={"name": "a"}).json()["detail"][0]["ctx"] == {"error": {}}


def test_validation_handler_gets_the_errors_and_the_decoded_body() -> None:
    answer = same(
        declare, "POST", "/items", body=b'["x", 1, "y"]', headers={"content-type": "application/json"}
    )
    assert answer.content() == {"count": 2, "body": ["x", 1, "y"]}


def declare_documented_handler(web: Web) -> Any:
    app = web.App()

    class Item(web.Model):
        name: str

    @app.exception_handler(web("exceptions.RequestValidationError"))
    async def show(request: Any, exc: Any) -> Any:
        content = web("encoders.jsonable_encoder")({"detail": exc.errors(), "body": exc.body})
        return web("responses.JSONResponse")(content, 422)

    @app.post("/form")
    async def read_form(count: Annotated[int, web.Form()]) -> None: ...

    @app.post("/json")
    async def read_json(item: Item) -> None: ...

    return app


@pytest.mark.parametrize(
    ("path", "media_type", "body", "shown"),
    [
        ("/form", "application/x-www-form-urlencoded", b"count=x&a=%C3%A4", {"count": "x", "a": "ä"}),
        ("/form", "application/x-www-form-urlencoded", b"", {}),
        ("/json", "application/json", b'{"name": 1}', {"name": 1}),
        ("/json", "application/json", b"", None),
        ("/json", "text/plain", b"ann", "ann"),
    ],
)
def test_handler_can_show_any_body(path: str, media_type: str, body: bytes, shown: Any) -> None:
    headers = {"content-type": media_type}
    answer = same(declare_documented_handler, "POST", path, body=body, headers=headers)
    assert answer.content()["body"] == shown


def test_handler_can_show_a_body_that_is_no_json() -> None:
    """As in FastAPI, but that line and column are told."""
    headers = {"content-type": "application/json"}
    actual, expected = answers(declare_documented_handler, "POST", "/json", body=b'{"name"', headers=headers)
    content = actual.content()
    assert content["body"] == '{"name"'
    (error,) = content["detail"]
    assert (error["ctx"].pop("line"), error["ctx"].pop("column")) == (1, 8)
    assert (actual.status, content) == (expected.status, expected.content())


def test_body_that_is_no_text_can_be_shown_too() -> None:
    app = declare_documented_handler(bolide_web())
    answer = send(app, "POST", "/json", b"\xff{", {"content-type": "application/json"})
    assert (answer.status, answer.content()["body"]) == (422, "\ufffd{")


def test_errors_of_the_applications_own_need_no_input() -> None:
    def declare(web: Web) -> Any:
        app = web.App()

        @app.get("/")
        async def read() -> None:
            error = {"type": "taken", "loc": ("body", "name"), "msg": "The name is taken"}
            raise web("exceptions.RequestValidationError")([error], body={"name": "Ann"})

        return app

    assert same(declare, "GET", "/").status == 422


def test_113_handled_errors_are_not_kept_alive() -> None:
    """#113: nothing of a handled error stays, not even in a cycle of frames."""
    seen: list[weakref.ref[Exception]] = []

    async def handle(request: Request, exc: Exception) -> PlainTextResponse:
        seen.append(weakref.ref(exc))
        return PlainTextResponse("handled")

    app = Bolide(exception_handlers={Unavailable: handle})

    @app.get("/")
    async def fail() -> None:
        raise Unavailable

    gc.disable()
    try:
        assert TestClient(app).get("/").text == "handled"
        assert [reference() for reference in seen] == [None]
    finally:
        gc.enable()


@pytest.mark.parametrize(("path", "status"), [("/unmodified", 304), ("/nothing", 204)])
def test_114_statuses_without_content_have_no_body(path: str, status: int) -> None:
    """#114: ``HTTPException(304/204)`` has an empty body and no content-length."""
    answer = same(declare, "GET", path, headers_too=("etag", "content-length", "content-type"))
    assert (answer.status, answer.body) == (status, b"")


def test_nearest_layer_is_asked_first() -> None:
    app = Bolide(exception_handlers={Unavailable: says("app"), 409: says("app")})
    router = APIRouter(exception_handlers={Unavailable: says("router")})

    @router.get("/own", exception_handlers={Overloaded: says("route")})
    async def own() -> None:
        raise Overloaded

    @router.get("/sibling", exception_handlers={Overloaded: says("route")})
    async def sibling() -> None:
        raise Unavailable

    @router.get("/outer")
    async def outer() -> None:
        raise HTTPException(409)

    app.include_router(router)
    client = quiet(app)
    assert [client.get(path).text for path in ("/own", "/sibling", "/outer")] == ["route", "router", "app"]


def test_include_router_may_have_exception_handlers() -> None:
    app, router = Bolide(), raising(APIRouter(), x=Unavailable())
    app.include_router(router, prefix="/a", exception_handlers={Unavailable: says("a")})
    app.include_router(router, prefix="/b", exception_handlers={Unavailable: says("b")})
    assert [quiet(app).get(f"/{name}/x").text for name in "ab"] == ["a", "b"]


def test_response_validation_error_is_handled_by_class() -> None:
    app = Bolide(exception_handlers={ResponseValidationError: says("invalid result", 502)})

    @app.get("/")
    async def read() -> int:
        return "x"  # type: ignore[return-value]

    assert (quiet(app).get("/").status_code, quiet(app).get("/").text) == (502, "invalid result")


def test_body_limit_is_handled_by_status() -> None:
    app = Bolide(exception_handlers={413: says("too much", 413)}, max_body_size=3)

    @app.post("/")
    async def add(values: list[int]) -> None: ...

    assert quiet(app).post("/", json=[1, 2, 3]).text == "too much"


def test_handler_sees_path_parameters_and_body() -> None:
    async def handle(request: Request, exc: RequestValidationError) -> JSONResponse:
        body = await request.body()
        return JSONResponse([request.path_params, body.decode(), request.app.title], 400)

    app = Bolide(title="Shop", exception_handlers={RequestValidationError: handle})

    @app.post("/{name}/{number}")
    async def add(name: str, number: int, values: list[int]) -> None: ...

    answer = quiet(app).post("/a/x", json=["y"])
    assert answer.json() == [{"name": "a", "number": "x"}, '["y"]', "Shop"]


def test_handlers_may_be_added_later() -> None:
    app = raising(Bolide(), x=Unavailable())
    assert quiet(app).get("/x").text == "Internal Server Error"
    app.add_exception_handler(Unavailable, says("added"))
    assert quiet(app).get("/x").text == "added"
    assert list(app.exception_handlers) == [Unavailable]
    with pytest.raises(TypeError, match="does not support item assignment"):
        app.exception_handlers[404] = says("x")  # type: ignore[index]
    with pytest.raises(
        RouteError, match="an exception handler is for a status or an exception class, not for"
    ):
        app.add_exception_handler("404", says("x"))  # type: ignore[arg-type]


@pytest.mark.parametrize("problem_details", [False, True])
def test_usual_handlers_can_be_called(problem_details: bool) -> None:
    from bolide.exception_handlers import http_exception_handler, request_validation_exception_handler

    app = raising(Bolide(problem_details=problem_details), gone=HTTPException(410, "x", {"x-a": "b"}))
    client = quiet(app)
    before = client.get("/gone"), client.get("/count/x")
    seen: list[str] = []

    @app.get("/count/{count}")
    async def read(count: int) -> int:
        return count

    @app.exception_handler(HTTPException)
    async def http(request: Request, exc: HTTPException) -> Any:
        seen.append("http")
        return await http_exception_handler(request, exc)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, exc: RequestValidationError) -> Any:
        seen.append("invalid")
        return await request_validation_exception_handler(request, exc)

    assert client.get("/gone").content == before[0].content
    assert client.get("/gone").headers["x-a"] == "b"
    assert client.get("/count/x").status_code == 422
    assert seen == ["http", "http", "invalid"]


def test_usual_end_of_an_invalid_connection_can_be_called() -> None:
    from bolide.exception_handlers import websocket_request_validation_exception_handler as usual

    app, seen = Bolide(), list[str]()

    @app.websocket("/rooms/{room}")
    async def serve(websocket: WebSocket, room: int) -> None: ...

    @app.exception_handler(WebSocketRequestValidationError)
    async def handle(websocket: WebSocket, exc: WebSocketRequestValidationError) -> None:
        seen.append(exc.errors()[0]["type"])
        await usual(websocket, exc)

    with pytest.raises(WebSocketDisconnect) as end, TestClient(app).websocket_connect("/rooms/x"):
        pass
    assert (end.value.code, seen) == (1008, ["int_parsing"])
