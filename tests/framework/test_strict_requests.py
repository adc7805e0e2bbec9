"""``strict=True``: what is accepted is what the document says, in text as well as in JSON."""

from datetime import date
from typing import Annotated

import pytest

from bolide import APIRouter, Bolide, Cookie, Form, Header, Model, Query
from bolide.testclient import TestClient

app = Bolide(strict=True)
client = TestClient(app)


class Filter(Model):
    limit: int = 10
    day: date | None = None


@app.get("/items/{number}")
async def read_item(
    number: int, deep: bool = False, ids: Annotated[list[int] | None, Query()] = None
) -> list[int]:
    return [number, deep, *(ids or [])]


@app.get("/filtered")
async def read_filtered(chosen: Annotated[Filter, Query()]) -> Filter:
    return chosen


@app.get("/deep")
async def read_deep(chosen: Annotated[Filter, Query(style="deepObject")]) -> Filter:
    return chosen


@app.get("/separated")
async def read_separated(ids: Annotated[list[int], Query(explode=False)]) -> list[int]:
    return ids


@app.get("/head")
async def read_head(x_count: Annotated[int, Header()] = 0, count: Annotated[int, Cookie()] = 0) -> int:
    return x_count + count


@app.post("/form")
async def read_form(chosen: Annotated[Filter, Form()], count: Annotated[int, Form()] = 0) -> int:
    return chosen.limit + count


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        pytest.param("/items/7", "/items/%2B7", id="path"),
        pytest.param("/items/7?deep=true", "/items/7?deep=on", id="query"),
        pytest.param("/items/7?ids=1&ids=2", "/items/7?ids=1&ids=1_0", id="list"),
        pytest.param("/filtered?limit=7&day=2024-01-31", "/filtered?limit=7&day=0", id="parameter model"),
        pytest.param("/deep?chosen[limit]=7", "/deep?chosen[limit]=%207", id="deep object"),
        pytest.param("/separated?ids=1,2", "/separated?ids=1,%2B2", id="separated list"),
    ],
)
def test_text_has_the_spellings_of_json(good: str, bad: str) -> None:
    assert client.get(good).status_code == 200
    assert client.get(bad).status_code == 422


@pytest.mark.parametrize("name", ["x-count", "cookie"])
def test_headers_and_cookies_too(name: str) -> None:
    for text, status in (("7", 200), ("+7", 422)):
        value = f"count={text}" if name == "cookie" else text
        assert client.get("/head", headers={name: value}).status_code == status


@pytest.mark.parametrize(
    ("content", "status"), [("limit=7&count=1", 200), ("limit=%2B7&count=1", 422), ("limit=7&count=+1", 422)]
)
def test_fields_of_forms_too(content: str, status: int) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/form", content=content, headers=headers).status_code == status


def test_only_strict_layers_are_strict() -> None:
    outer = Bolide()
    for strict in (True, False):
        router = APIRouter(prefix=f"/{strict}", strict=strict)
        router.add_api_route("/{number}", read_item)
        outer.include_router(router)
    assert TestClient(outer).get("/True/%2B7").status_code == 422
    assert TestClient(outer).get("/False/%2B7").json() == [7, 0]


def test_other_spellings_are_reported_with_the_usual_errors() -> None:
    detail = client.get("/items/x?deep=on&ids=+1").json()["detail"]
    assert [(error["type"], error["loc"], error["input"]) for error in detail] == [
        ("int_parsing", ["path", "number"], "x"),
        ("bool_parsing", ["query", "deep"], "on"),
        ("int_parsing", ["query", "ids", 0], " 1"),
    ]
