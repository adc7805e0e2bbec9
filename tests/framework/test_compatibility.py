"""What applications that come from FastAPI can keep: repeated routes, start functions, docs options."""

import html
import json
import re
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bolide import APIRouter, Bolide, WebSocket
from bolide._check.application import check_app
from bolide._commands.route_table import list_routes
from bolide.exceptions import BolideError, RouteError
from bolide.testclient import TestClient
from tests.framework.declared_modules import import_source
from tests.framework.fastapi_oracle import Web, same

# Routes for the same requests.


def declare(web: Web) -> Any:
    app = web.App(compatibility="fastapi") if web.package == "bolide" else web.App()

    @app.get("/items")
    async def first() -> str:
        return "first"

    @app.api_route("/items", methods=["GET", "POST"])
    async def second() -> str:
        return "second"

    @app.put("/items/{item_id}")
    async def put(item_id: int) -> int:
        return item_id

    @app.put("/items/{other_id}")
    async def put_again(other_id: str) -> str:
        return other_id

    router = web.APIRouter()

    @router.get("/items")
    async def third() -> str:
        return "third"

    app.include_router(router)
    return app


@pytest.mark.parametrize(
    ("method", "target"), [("GET", "/items"), ("POST", "/items"), ("PUT", "/items/7"), ("PUT", "/items/x")]
)
def test_the_first_of_repeated_routes_wins_as_in_fastapi(method: str, target: str) -> None:
    """#6: the first one that matches answers."""
    same(declare, method, target)


def test_repeated_routes_are_an_error_unless_the_application_asks_for_it() -> None:
    app = Bolide()
    app.add_api_route("/", lambda: 1)
    app.add_api_route("/", lambda: 2)
    with pytest.raises(RouteError, match="matches the same requests"):
        app.compile()


def test_connections_and_mounts_have_the_first_one_too() -> None:
    app = Bolide(compatibility="fastapi")
    inner, other = Bolide(), Bolide()
    inner.add_api_route("/", lambda: "inner")
    other.add_api_route("/", lambda: "other")
    app.mount("/inner", inner)
    app.mount("/inner", other)

    @app.websocket("/ws")
    async def first(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("first")

    @app.websocket("/ws")
    async def second(websocket: WebSocket) -> None: ...

    assert TestClient(app).get("/inner/").json() == "inner"
    with TestClient(app).websocket_connect("/ws") as session:
        assert session.receive_text() == "first"


SOURCE = """
from bolide import Bolide, WebSocket
app = Bolide(compatibility="fastapi")

@app.get("/a")
async def first() -> int:
    return 1

@app.api_route("/a", methods=["GET", "POST"])
async def second() -> int:
    return 2

@app.get("/a")
async def third() -> int:
    return 3

@app.websocket("/ws")
async def serve(ws: WebSocket) -> None: ...

@app.websocket("/ws")
async def again(ws: WebSocket) -> None: ...
"""


def test_check_warns_of_what_is_never_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    module = import_source(SOURCE, tmp_path)
    found = check_app(module.app, [module])
    assert {each.level for each in found} == {"warning"}
    assert [str(each).removeprefix("main.py:").partition(". ")[0] for each in found] == [
        "8: B108 GET /a of endpoint 'second' matches the same requests as GET /a of endpoint 'first' "
        "(main.py:4)",
        "12: B108 GET /a of endpoint 'third' matches the same requests as GET /a of endpoint 'first' "
        "(main.py:4)",
        "19: B108 WEBSOCKET /ws of endpoint 'again' matches the same requests as WEBSOCKET /ws of endpoint "
        "'serve' (main.py:16)",
    ]


def test_what_is_never_reached_is_neither_listed_nor_described() -> None:
    app = declare(Web("bolide", "Bolide", "Model"))
    rows = [(row.path, row.endpoint.rpartition(".")[2], tuple(row.methods)) for row in list_routes(app)]
    assert rows == [
        ("/items", "first", ("GET",)),
        ("/items", "second", ("POST",)),
        ("/items/{item_id}", "put", ("PUT",)),
    ]
    paths = app.openapi()["paths"]
    assert {
        (path, method): each["summary"] for path, item in paths.items() for method, each in item.items()
    } == {
        ("/items", "get"): "First",
        ("/items", "post"): "Second",
        ("/items/{item_id}", "put"): "Put",
    }


def test_another_word_for_compatibility_is_refused() -> None:
    with pytest.raises(BolideError, match="compatibility is 'flask'; expected 'fastapi', or None"):
        Bolide(compatibility="flask")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


# Start and end.


def test_functions_of_start_and_end_are_called_within_the_lifespan() -> None:
    events: list[str] = []

    async def start() -> None:
        events.append("start")

    def stop() -> None:
        events.append("stop")

    @asynccontextmanager
    async def lifespan(app: Any) -> Any:
        events.append("lifespan begins")
        yield
        events.append("lifespan ends")

    router = APIRouter(
        on_startup=[lambda: events.append("router starts")],
        on_shutdown=[lambda: events.append("router stops")],
    )
    app = Bolide(lifespan=lifespan, on_startup=[start], on_shutdown=[stop])
    app.include_router(router)

    with TestClient(app):
        assert events == ["lifespan begins", "start", "router starts"]
    assert events[3:] == ["router stops", "stop", "lifespan ends"]


def test_functions_of_start_and_end_take_no_parameters() -> None:
    with pytest.raises(BolideError, match=r"startup handler .* is called without arguments"):
        Bolide(on_startup=[lambda app: None])  # type: ignore[misc,list-item]  # pyright: ignore


# Options of the docs page.


def test_options_of_the_docs_page_reach_it() -> None:
    parameters = {"defaultModelsExpandDepth": -1, "syntaxHighlight": {"theme": "</div>\"'"}}
    oauth = {"clientId": "shop", "scopes": ["read"]}
    app = Bolide(swagger_ui_parameters=parameters, swagger_ui_init_oauth=oauth)
    page = TestClient(app).get("/docs").text
    found = dict(re.findall(r'(data-[a-z-]+)="([^"]*)"', page))
    assert json.loads(html.unescape(found["data-parameters"])) == parameters
    assert json.loads(html.unescape(found["data-init-oauth"])) == oauth
    assert "</div>\"'" not in page
    plain = TestClient(Bolide()).get("/docs").text
    assert "data-parameters" not in plain
    assert "data-init-oauth" not in plain


def test_options_of_the_docs_page_that_json_cannot_hold_are_refused() -> None:
    with pytest.raises(BolideError, match="options of the docs page must be values of JSON"):
        Bolide(swagger_ui_parameters={"plugins": object()}).compile()
    with pytest.raises(BolideError, match="options of the docs page must be values of JSON"):
        Bolide(scalar_url="/scalar", scalar_parameters={"plugins": object()}).compile()
