"""Endpoints whose parameters and results are Pydantic's; the answers are those of FastAPI."""

from decimal import Decimal
from typing import Any

import pydantic
import pytest

from bolide import Bolide, Model
from bolide.testclient import TestClient


class Item(pydantic.BaseModel):
    name: str = pydantic.Field(min_length=2)
    price: float = 1.0
    tags: list[str] = pydantic.Field(default_factory=list[str])


class StoredItem(Item):
    secret: str = "secret"


app = Bolide()


@app.post("/items")
async def create(item: Item) -> Item:
    values: dict[str, Any] = item.model_dump()
    return StoredItem(**values)


@app.get("/items")
async def read() -> list[Item]:
    return [StoredItem(name="ab")]


@app.get("/at")
async def at(url: pydantic.HttpUrl, limit: pydantic.PositiveInt = 1) -> dict[str, Any]:
    return {"url": str(url), "limit": limit}


client = TestClient(app)


ANSWERS: list[tuple[str, str, Any, Any]] = [
    ("POST", "/items", {"name": "ab", "price": "2.5"}, {"name": "ab", "price": 2.5, "tags": []}),
    ("GET", "/items", None, [{"name": "ab", "price": 1.0, "tags": []}]),
    ("GET", "/at?url=http://a.b&limit=3", None, {"url": "http://a.b/", "limit": 3}),
]


@pytest.mark.parametrize(("method", "path", "body", "answer"), ANSWERS)
def test_values_go_in_and_out_without_undeclared_fields(
    method: str, path: str, body: Any, answer: Any
) -> None:
    response = client.request(method, path, json=body)
    assert (response.status_code, response.json()) == (200, answer)


@pytest.mark.parametrize(
    ("method", "path", "body", "errors"),
    [
        (
            "POST",
            "/items",
            {"name": "a", "price": "x", "tags": [1]},
            [
                ("string_too_short", ["body", "name"]),
                ("float_parsing", ["body", "price"]),
                ("string_type", ["body", "tags", 0]),
            ],
        ),
        ("POST", "/items", {}, [("missing", ["body", "name"])]),
        ("POST", "/items", [1], [("model_attributes_type", ["body"])]),
        (
            "GET",
            "/at?url=nowhere&limit=0",
            None,
            [("url_parsing", ["query", "url"]), ("greater_than", ["query", "limit"])],
        ),
        ("GET", "/at", None, [("missing", ["query", "url"])]),
    ],
)
def test_everything_wrong_is_listed_at_once(method: str, path: str, body: Any, errors: Any) -> None:
    response = client.request(method, path, json=body)
    assert response.status_code == 422
    assert [(error["type"], error["loc"]) for error in response.json()["detail"]] == errors


class Priced(pydantic.BaseModel):
    price: Decimal


def test_models_are_components_of_the_document() -> None:
    other = Bolide()

    @other.post("/")
    async def create(priced: Priced) -> list[Priced]:
        return [priced]

    document = other.openapi()
    schemas = document["components"]["schemas"]
    assert sorted(schemas) == [
        "HTTPValidationError",
        "Priced-Input",
        "Priced-Output",
        "ValidationError",
    ]
    assert schemas["Priced-Input"]["properties"]["price"]["anyOf"][0] == {"type": "number"}
    answer = document["paths"]["/"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer["items"] == {"$ref": "#/components/schemas/Priced-Output"}


class Offer(pydantic.BaseModel):
    priced: Priced
    note: str | None = None
    picture: bytes = b""


class Holder(Model):
    offers: list[Offer]


def test_what_reads_and_writes_otherwise_is_two_components_with_all_that_refers_to_it() -> None:
    other = Bolide()

    @other.post("/")
    async def create(holder: Holder) -> Holder:
        return holder

    schemas = other.openapi()["components"]["schemas"]
    assert sorted(name for name in schemas if "Error" not in name) == [
        "Holder-Input",
        "Holder-Output",
        "Offer-Input",
        "Offer-Output",
        "Priced-Input",
        "Priced-Output",
    ]
    assert schemas["Holder-Output"]["properties"]["offers"]["items"] == {
        "$ref": "#/components/schemas/Offer-Output"
    }
    assert schemas["Offer-Output"]["properties"] == {
        "priced": {"$ref": "#/components/schemas/Priced-Output"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "Note"},
        "picture": {
            "type": "string",
            "contentMediaType": "application/octet-stream",
            "default": "",
            "title": "Picture",
        },
    }
