"""JSON in forms: nested models, lists of them, parts of their own; files received in several ways."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

import pydantic
import pytest

from bolide import Bolide, Depends, File, Form, Model, UploadFile
from bolide.exceptions import RouteError
from bolide.testclient import TestClient
from bolide.types import Json
from tests.framework.form_bodies import URLENCODED, Part, multipart


class Address(Model):
    street: str
    number: int = 1


class Line(Model):
    article: str
    count: int


class Order(Model):
    customer: str
    address: Address
    lines: list[Line] = []
    tags: list[str] = []
    prices: dict[str, float] | None = None
    notes: list[Line] | None = None


class ForeignLine(pydantic.BaseModel):
    article: str
    count: int = 1


class ForeignOrder(pydantic.BaseModel):
    customer: str
    first: ForeignLine
    more: list[ForeignLine] = []


app = Bolide()


@app.post("/orders")
async def create(order: Annotated[Order, Form()]) -> Order:
    return order


@app.post("/foreign")
async def create_foreign(order: Annotated[ForeignOrder, Form()]) -> ForeignOrder:
    return order


@app.post("/upload")
async def upload(meta: Annotated[Json[Address], Form()], file: UploadFile) -> list[Any]:
    return [meta, file.filename, (await file.read()).decode()]


@app.post("/values")
async def values(
    sizes: Annotated[dict[str, int], Form()], lines: Annotated[list[Line], Form(default_factory=list)]
) -> tuple[dict[str, int], list[Line]]:
    return sizes, lines


client = TestClient(app)


def post(path: str, **fields: Any) -> Any:
    """Send a form without files and return status and body."""
    response = client.post(path, content=urlencode(fields, doseq=True), headers=URLENCODED)
    return response.status_code, response.json()


def post_parts(path: str, *parts: Part) -> Any:
    body, headers = multipart(*parts)
    response = client.post(path, content=body, headers=headers)
    return response.status_code, response.json()


ADDRESS = '{"street":"Main","number":7}'


def test_nested_models_are_json_in_their_fields() -> None:
    fields = {"customer": "Ann", "address": ADDRESS, "tags": ["a", "b"], "prices": '{"x": 1.5}'}
    lines = ['{"article":"axe","count":1}', '{"article":"saw","count":"2"}']
    assert post("/orders", **fields, lines=lines) == (
        200,
        {
            "customer": "Ann",
            "address": {"street": "Main", "number": 7},
            "lines": [{"article": "axe", "count": 1}, {"article": "saw", "count": 2}],
            "tags": ["a", "b"],
            "prices": {"x": 1.5},
            "notes": None,
        },
    )


def test_fields_that_were_not_filled_in_have_their_defaults() -> None:
    status, order = post("/orders", customer="Ann", address=ADDRESS, prices="")
    assert (status, order["prices"], order["notes"], order["lines"]) == (200, None, None, [])
    assert post("/orders", customer="Ann", address=ADDRESS, prices="null")[1]["prices"] is None


def test_every_error_in_a_document_is_told_with_its_place() -> None:
    status, body = post(
        "/orders",
        customer="Ann",
        address='{"number":"x"}',
        lines=['{"article":"axe","count":1}', '{"article":"saw"}'],
        prices="{",
    )
    assert status == 422
    assert [(error["type"], error["loc"]) for error in body["detail"]] == [
        ("missing", ["body", "address", "street"]),
        ("int_parsing", ["body", "address", "number"]),
        ("missing", ["body", "lines", 1, "count"]),
        ("json_invalid", ["body", "prices"]),
    ]
    assert [error["loc"] for error in post("/orders", customer="Ann")[1]["detail"]] == [["body", "address"]]


def test_models_of_pydantic_may_be_nested_too() -> None:
    line = '{"article":"axe","count":"3"}'
    assert post("/foreign", customer="Ann", first=line, more=[line, line]) == (
        200,
        {
            "customer": "Ann",
            "first": {"article": "axe", "count": 3},
            "more": [{"article": "axe", "count": 3}] * 2,
        },
    )
    invalid = post("/foreign", customer="Ann", first="{")[1]["detail"][0]
    assert (invalid["type"], invalid["loc"], invalid["input"]) == ("json_invalid", ["body", "first"], "{")
    assert post("/foreign", customer="Ann", first="{}")[1]["detail"][0]["loc"] == ["body", "first", "article"]


def test_dictionaries_and_lists_of_models_are_parameters_of_forms() -> None:
    assert post("/values", sizes='{"a": 1}', lines=['{"article":"axe","count":1}']) == (
        200,
        [{"a": 1}, [{"article": "axe", "count": 1}]],
    )
    assert post("/values", sizes="[]")[1]["detail"][0]["loc"] == ["body", "sizes"]


# Parts of multipart bodies.


@pytest.mark.parametrize("filename", [None, "blob", ""])
@pytest.mark.parametrize(
    "media_type", ["application/json", "Application/JSON; charset=utf-8", "application/a+json"]
)
def test_a_part_of_json_is_text_even_if_it_has_a_file_name(filename: str | None, media_type: str) -> None:
    """Browsers give a Blob a file name, and JSON a media type only in a Blob."""
    address = Part("address", ADDRESS.encode(), filename, media_type)
    status, order = post_parts("/orders", Part("customer", b"Ann"), address)
    assert (status, order.get("address")) == (200, {"street": "Main", "number": 7})


def test_a_json_part_stands_beside_files() -> None:
    meta = Part("meta", ADDRESS.encode(), "blob", "application/json")
    file = Part("file", b'{"any": "json"}', "data.json", "application/json")
    assert post_parts("/upload", meta, file) == (
        200,
        [{"street": "Main", "number": 7}, "data.json", '{"any": "json"}'],
    )


def test_a_file_that_is_no_json_is_no_text() -> None:
    address = Part("address", ADDRESS.encode(), "a.txt", "text/plain")
    status, body = post_parts("/orders", Part("customer", b"Ann"), address)
    assert (status, [error["loc"] for error in body["detail"]]) == (422, [["body", "address"]])


def test_a_json_part_counts_against_the_limits_of_fields() -> None:
    limited = Bolide(form_limits={"max_part_size": 100})
    limited.post("/")(create)
    body, headers = multipart(
        Part("customer", b"Ann"), Part("address", b" " * 101, "blob", "application/json")
    )
    assert TestClient(limited).post("/", content=body, headers=headers).status_code == 413


# One file, received in several ways.


class Both(Model):
    file: bytes
    text: str = ""


async def size_of(file: Annotated[bytes, File()]) -> int:
    return len(file)


twice = Bolide()


@twice.post("/two")
async def two(
    file: UploadFile,
    content: Annotated[bytes, File(alias="file")],
    again: Annotated[bytes | None, File(alias="file")],
    size: Annotated[int, Depends(size_of)],
) -> list[Any]:
    return [file.filename, (await file.read()).decode(), content.decode(), (again or b"").decode(), size]


@twice.post("/model")
async def model(both: Annotated[Both, Form()], file: UploadFile) -> list[Any]:
    return [both.file.decode(), (await file.read()).decode()]


@twice.post("/lists")
async def lists(file: list[UploadFile], contents: Annotated[list[bytes], File(alias="file")]) -> list[Any]:
    return [[(await each.read()).decode() for each in file], [each.decode() for each in contents]]


def upload_to(path: str, *contents: bytes) -> Any:
    body, headers = multipart(*(Part("file", content, "a.txt") for content in contents))
    return TestClient(twice).post(path, content=body, headers=headers).json()


@pytest.mark.parametrize("size", [3, 2_000_000], ids=["in memory", "on disk"])
def test_a_file_is_received_as_object_and_as_bytes(size: int) -> None:
    """#53: the file stands at its beginning, whoever has read its bytes."""
    text = "a" * size
    assert upload_to("/two", text.encode()) == ["a.txt", text, text, text, size]
    assert upload_to("/model", text.encode()) == [text, text]
    assert upload_to("/lists", text.encode(), b"b") == [[text, "b"], [text, "b"]]


# Declarations.


class WithFile(Model):
    file: UploadFile


class Nesting(Model):
    inner: WithFile


@pytest.mark.parametrize("hint", [Nesting, dict[str, UploadFile]])
def test_json_has_no_place_for_files(hint: Any) -> None:
    async def endpoint(given: Any) -> None: ...

    endpoint.__annotations__["given"] = Annotated[hint, Form()]
    broken = Bolide()
    broken.post("/")(endpoint)
    with pytest.raises(
        RouteError, match=r"parameter 'given': .*JSON document has no place for an UploadFile"
    ):
        broken.compile()


def test_the_document_shows_objects_in_forms() -> None:
    """OpenAPI §4.8.14.2: objects in multipart bodies are JSON."""
    document = app.openapi()
    content = document["paths"]["/orders"]["post"]["requestBody"]["content"]
    assert content == {
        "application/x-www-form-urlencoded": {
            "schema": {"$ref": "#/components/schemas/Order"},
            "encoding": {
                name: {"contentType": "application/json"} for name in ("address", "lines", "prices", "notes")
            },
        }
    }
    order = document["components"]["schemas"]["Order"]
    assert order["properties"]["address"] == {"$ref": "#/components/schemas/Address"}
    assert order["properties"]["lines"]["items"] == {"$ref": "#/components/schemas/Line"}


STRICT = Bolide(strict=True)


@STRICT.post("/model")
async def read_strict_order(order: Annotated[Order, Form()]) -> None: ...


@STRICT.post("/dictionary")
async def read_strict_numbers(
    numbers: Annotated[dict[str, int], Form()], lines: Annotated[list[Line] | None, Form()] = None
) -> None: ...


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/model", {"customer": "A", "address": '{"street": "S", "number": 2}'}, 200),
        ("/model", {"customer": "A", "address": '{"street": "S", "number": "2"}'}, 422),
        ("/model", {"customer": "A", "address": '{"street": "S"}', "prices": '{"a": true}'}, 422),
        (
            "/model",
            {"customer": "A", "address": '{"street": "S"}', "lines": '{"article": "a", "count": "1"}'},
            422,
        ),
        ("/dictionary", {"numbers": '{"a": 1}', "lines": '{"article": "a", "count": 1}'}, 200),
        ("/dictionary", {"numbers": '{"a": true}'}, 422),
        ("/dictionary", {"numbers": '{"a": 1}', "lines": '{"article": "a", "count": "1"}'}, 422),
    ],
)
def test_documents_in_strict_forms_are_strict(path: str, fields: dict[str, str], status: int) -> None:
    answer = TestClient(STRICT).post(path, content=urlencode(fields), headers=URLENCODED)
    assert answer.status_code == status
