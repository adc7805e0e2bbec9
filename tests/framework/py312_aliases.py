"""Signatures with the type aliases of Python 3.12; ``test_aliases_in_signatures`` runs this where it can."""

from typing import Annotated, Any

from bolide import BackgroundTasks, Bolide, Depends, Model, Query, Request
from bolide.responses import JSONResponse, PlainTextResponse, Status
from bolide.testclient import TestClient


class Item(Model):
    name: str


class Problem(Model):
    code: int


async def five() -> int:
    return 5


type Five = Annotated[int, Depends(five)]
type Limit[T] = Annotated[T, Query(ge=3)]
type Tasks = BackgroundTasks
type Connection = Request
type Created = Annotated[Item, Status(201)]
type Result = Created | Annotated[Problem, Status(409)]
type Page = PlainTextResponse
type Tree = dict[str, Tree] | int


def check() -> None:
    app, calls = Bolide(), list[str]()

    @app.get("/parameters")
    async def parameters(
        five: Five, q: Limit[int], r: Annotated[Limit[float], "r"], tasks: Tasks, c: Connection
    ) -> Any:
        tasks.add_task(calls.append, c.method)
        return [five, q, r]

    @app.get("/results/{kind}")
    async def results(kind: str) -> Result | JSONResponse:
        return {"item": Item(name="a"), "problem": Problem(code=1), "own": JSONResponse([], 418)}[kind]

    @app.get("/page")
    async def page() -> Page:
        return PlainTextResponse("text")

    @app.get("/model", response_model=Created)
    async def model() -> Any:
        return {"name": "a", "secret": 1}

    @app.post("/tree")
    async def tree(tree: Tree) -> Tree:
        return tree

    client = TestClient(app)
    assert client.get("/parameters?q=4&r=7").json() == [5, 4, 7.0]
    assert [e["loc"] for e in client.get("/parameters?q=2").json()["detail"]] == [
        ["query", "q"],
        ["query", "r"],
    ]
    assert calls == ["GET"]
    statuses = [client.get(f"/results/{kind}").status_code for kind in ("item", "problem", "own")]
    assert statuses == [201, 409, 418]
    assert client.get("/page").text == "text"
    assert (client.get("/model").status_code, client.get("/model").json()) == (201, {"name": "a"})
    assert client.post("/tree", json={"a": {"b": "3"}}).json() == {"a": {"b": 3}}
    document = app.openapi()
    assert list(document["paths"]["/results/{kind}"]["get"]["responses"]) == ["201", "409", "422"]
    assert "Tree" in document["components"]["schemas"]
