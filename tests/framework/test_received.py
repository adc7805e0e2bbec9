"""Objects of the request that parameters receive because of their type, however the type is written."""

from typing import Annotated, Any

from bolide import Bolide, Depends, Request, WebSocket
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, same

app = Bolide()
client = TestClient(app)


def test_metadata_of_a_request_says_nothing_of_where_it_comes_from() -> None:
    def declare(web: Web) -> Any:
        app = web.App()

        @app.get("/")
        async def endpoint(
            request: Annotated[web.Request, "the request"],
            response: Annotated[web.Response, "the response"],
            tasks: Annotated[web.BackgroundTasks, "the tasks"],
        ) -> Any:
            response.headers["x-a"] = "b"
            tasks.add_task(str)
            return request.method

        return app

    same(declare, "GET", "/", headers_too=("x-a",))


async def kind(request: Request = None, websocket: WebSocket = None) -> str:  # type: ignore[assignment]
    """Serve routes of both kinds, in the way that FastAPI's users know."""
    return type(request or websocket).__name__


@app.get("/kind")
async def http_kind(kind: Annotated[str, Depends(kind)]) -> str:
    return kind


@app.websocket("/kind")
async def websocket_kind(websocket: WebSocket, kind: Annotated[str, Depends(kind)]) -> None:
    await websocket.accept()
    await websocket.send_text(kind)


def test_routes_of_both_kinds_share_a_dependency_whose_parameters_have_defaults() -> None:
    assert client.get("/kind").json() == "Request"
    with client.websocket_connect("/kind") as connection:
        assert connection.receive_text() == "WebSocket"


class Counting(type):
    def __call__(cls, number: int = 1) -> Any:
        return number + 1


class Counted(metaclass=Counting):
    def __init__(self, number: str) -> None:
        raise AssertionError("the metaclass does not call it")


@app.get("/counted")
async def counted(value: Annotated[Any, Depends(Counted)]) -> Any:
    return value


def test_signature_of_a_metaclass_is_read_with_its_hints() -> None:
    assert client.get("/counted?number=2").json() == 3
    assert client.get("/counted?number=x").status_code == 422
