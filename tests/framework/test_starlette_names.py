"""Names of Starlette's that add-ons and older applications use: they work, or say what does."""

import pytest

from bolide import APIRouter, Bolide, Request, Response, WebSocket
from bolide.exceptions import RouteError
from bolide.responses import PlainTextResponse
from bolide.routing import NoMatchFound
from bolide.testclient import TestClient


def test_functions_of_a_request_can_be_decorated() -> None:
    app, router = Bolide(), APIRouter(prefix="/r")

    @app.route("/plain", methods=["GET", "POST"], name="named")
    async def plain(anything):  # type: ignore[no-untyped-def]
        return PlainTextResponse(anything.method)

    @router.route("/sync/{number:int}")
    def sync(request: Request) -> Response:
        return PlainTextResponse(repr(request.path_params["number"]))

    app.include_router(router)
    client = TestClient(app)
    assert (client.get("/plain").text, client.post("/plain").text) == ("GET", "POST")
    assert client.get("/r/sync/7").text == "7"
    assert app.url_path_for("named") == "/plain"
    assert app.openapi()["paths"] == {}
    assert plain.__name__ == "plain"


def test_functions_of_a_connection_can_be_decorated() -> None:
    app, router = Bolide(), APIRouter(prefix="/r")

    @router.websocket_route("/echo/{word}", name="echo")
    async def echo(anything):  # type: ignore[no-untyped-def]
        await anything.accept()
        await anything.send_text(anything.path_params["word"])

    app.include_router(router)
    app.add_websocket_route("/again/{word}", echo)

    @app.websocket_route("/typed/{number}")
    async def typed(websocket: WebSocket, number: int) -> None:
        await websocket.accept()
        await websocket.send_json(number)

    with TestClient(app).websocket_connect("/typed/7") as socket:
        assert socket.receive_json() == 7
    with TestClient(app).websocket_connect(app.url_path_for("echo", word="a")) as socket:
        assert socket.receive_text() == "a"
    with TestClient(app).websocket_connect("/again/b") as socket:
        assert socket.receive_text() == "b"


def test_what_cannot_be_called_with_a_connection_is_refused() -> None:
    def sync(websocket): ...  # type: ignore[no-untyped-def]

    async def nothing(): ...  # type: ignore[no-untyped-def]

    app = Bolide()
    with pytest.raises(RouteError, match=r"add_websocket_route\('/x'\): 'sync' .* must be 'async def'"):
        app.add_websocket_route("/x", sync)
    with pytest.raises(RouteError, match=r"'nothing' .* must take a WebSocket connection: too many"):
        app.websocket_route("/x")(nothing)
    with pytest.raises(RouteError, match="takes a function of a WebSocket connection, not <class 'int'>"):
        app.add_websocket_route("/x", int)


@pytest.mark.parametrize(
    ("name", "instead"),
    [("receive", r"stream\(\)"), ("_receive", r"stream\(\)"), ("send_push_promise", r"send_early_hints\(\)")],
)
def test_missing_attributes_of_requests_say_what_to_use(name: str, instead: str) -> None:
    app = Bolide()

    @app.get("/")
    async def read(request: Request) -> bool:
        with pytest.raises(AttributeError, match=f"'Request' object has no attribute '{name}'; .*{instead}"):
            getattr(request, name)
        with pytest.raises(AttributeError, match=r"'Request' object has no attribute 'nothing'$"):
            _ = request.nothing
        return hasattr(request, name)

    assert TestClient(app).get("/").json() is False


def test_missing_attributes_of_connections_say_what_to_use() -> None:
    app = Bolide()

    @app.websocket("/")
    async def connect(websocket: WebSocket) -> None:
        with pytest.raises(AttributeError, match=r"'WebSocket' object has no attribute 'send'; .*send_text"):
            getattr(websocket, "send")  # noqa: B009 - checkers know that it is missing
        await websocket.accept()

    with TestClient(app).websocket_connect("/"):
        pass


def test_no_match_found_stands_where_starlette_has_it() -> None:
    with pytest.raises(NoMatchFound):
        Bolide().url_path_for("nothing")
