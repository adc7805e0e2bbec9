"""Text has no word for null, so that no part of a parameter or of a strict form is null in the document."""

from __future__ import annotations

import enum
from typing import Annotated, Any, Literal

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from bolide import Body, Bolide, Field, Form, Model, Query
from bolide.testclient import TestClient


class Colour(enum.Enum):
    RED = "red"


class Size(Model):
    """From and to."""

    least: int | None = None
    most: int | None = 9


class Chosen(Model, extra="forbid"):
    name: str | None
    size: Size | None = None
    tags: list[str | None] = []
    colour: Colour | None = None
    inside: Chosen | None = None


class Plain(Model):
    name: str = ""


app = Bolide(strict=True)
USUAL = Chosen(name="x", size=Size())
NAMELESS = Chosen(name=None)


@app.get("/chosen")
async def read_chosen(
    chosen: Annotated[Chosen | None, Query(style="deepObject")] = USUAL,
) -> Chosen | None:
    return chosen


@app.get("/plain")
async def read_plain(plain: Annotated[Plain | None, Query(style="deepObject")] = None) -> Plain | None:
    return plain


@app.get("/lists")
async def read_lists(
    many: Annotated[list[int | None], Query()],
    pair: Annotated[tuple[int | None, str] | None, Query()] = None,
) -> None: ...


def parameters(path: str) -> list[Any]:
    document = app.openapi()
    OpenAPIV31SpecValidator(document).validate()
    found: list[Any] = document["paths"][path]["get"]["parameters"]
    return found


def test_objects_with_nullable_members_stand_inline() -> None:
    size = {
        "type": "object",
        "properties": {
            "least": {"type": "integer", "title": "Least"},
            "most": {"type": "integer", "default": 9, "title": "Most"},
        },
        "title": "Size",
        "description": "From and to.",
    }
    assert parameters("/chosen")[0]["schema"] == {
        "type": "object",
        "properties": {
            "name": {"type": "string", "title": "Name"},
            "size": size,
            "tags": {"type": "array", "items": {"type": "string"}, "default": [], "title": "Tags"},
            "colour": {"type": "string", "enum": ["red"], "title": "Colour"},
            "inside": {"type": "object"},
        },
        "required": ["name"],
        "additionalProperties": False,
        "title": "Chosen",
        "default": {"name": "x", "size": {"most": 9}, "tags": []},
    }


def test_other_objects_are_components() -> None:
    assert parameters("/plain")[0]["schema"] == {"$ref": "#/components/schemas/Plain", "title": "Plain"}
    # What is read of the query has no component, what is written has.
    assert "anyOf" in app.openapi()["components"]["schemas"]["Size"]["properties"]["least"]


def test_a_default_that_text_cannot_say_is_not_shown() -> None:
    other = Bolide()

    @other.get("/")
    async def read(chosen: Annotated[Chosen, Query(style="deepObject")] = NAMELESS) -> None: ...

    assert "default" not in other.openapi()["paths"]["/"]["get"]["parameters"][0]["schema"]


class Cat(Model):
    kind: Literal["cat"]
    lives: int | None = None


class Dog(Model):
    kind: Literal["dog"]


class Wanted(Model):
    size: Size = Size()
    pet: Annotated[Cat | Dog, Field(discriminator="kind")] = Dog(kind="dog")
    order: Literal["up", None] = None
    limit: int | None = Field(None, alias="prefixItems", json_schema_extra={"x-units": ["pages"]})


def test_defaults_inside_of_objects_are_not_null() -> None:
    other = Bolide()

    @other.get("/")
    async def read(wanted: Annotated[Wanted, Query(style="deepObject")]) -> None: ...

    document = other.openapi()
    OpenAPIV31SpecValidator(document).validate()
    members = document["paths"]["/"]["get"]["parameters"][0]["schema"]["properties"]
    assert members["size"]["default"] == {"most": 9}
    assert [option["title"] for option in members["pet"].pop("oneOf")] == ["Cat", "Dog"]
    assert members["pet"] == {"default": {"kind": "dog"}, "title": "Pet"}
    assert members["order"] == {"enum": ["up"], "title": "Order"}
    assert members["prefixItems"] == {"type": "integer", "title": "Prefixitems", "x-units": ["pages"]}


def test_items_are_not_null() -> None:
    many, pair = parameters("/lists")
    assert many["schema"] == {"type": "array", "items": {"type": "integer"}, "title": "Many"}
    assert pair["schema"]["prefixItems"] == [{"type": "integer"}, {"type": "string"}]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("chosen[name]=a&chosen[size][least]=1&chosen[tags]=x&chosen[colour]=red", 200),
        ("chosen[name]=a&chosen[size][least]=null", 422),
        ("chosen[name]=a&chosen[colour]=null", 422),
        ("chosen[name]=a&chosen[other]=1", 422),
        ("chosen[size][least]=1", 422),
    ],
)
def test_requests_are_read_as_the_document_says(query: str, status: int) -> None:
    assert TestClient(app).get(f"/chosen?{query}").status_code == status


class Entry(Model, extra="forbid"):
    number: int | None
    colours: list[Colour | None] = []
    size: Size | None = None


def form_schema(strict: bool) -> Any:
    made = Bolide(strict=strict)

    @made.post("/")
    async def enter(entry: Annotated[Entry, Form()]) -> None: ...

    document = made.openapi()
    OpenAPIV31SpecValidator(document).validate()
    content = document["paths"]["/"]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]
    name: str = content["schema"]["$ref"].rpartition("/")[2]
    return name, document["components"]["schemas"][name]


def test_fields_of_strict_forms_are_not_null_unless_they_are_json() -> None:
    assert form_schema(strict=True) == (
        "Body_enter",
        {
            "type": "object",
            "properties": {
                "number": {"type": "integer", "title": "Number"},
                "colours": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/Colour"},
                    "title": "Colours",
                    "default": [],
                },
                "size": {"anyOf": [{"$ref": "#/components/schemas/Size"}, {"type": "null"}]},
            },
            "required": ["number"],
            "additionalProperties": False,
            "title": "Body_enter",
        },
    )


def test_other_forms_are_described_as_fastapi_does() -> None:
    name, schema = form_schema(strict=False)
    assert name == "Entry"
    assert schema["properties"]["number"]["anyOf"] == [{"type": "integer"}, {"type": "null"}]


def test_single_fields_of_strict_forms_are_not_null() -> None:
    made = Bolide(strict=True)

    @made.post("/")
    async def enter(number: Annotated[int | None, Form()], rest: Annotated[str, Form()] = "") -> None: ...

    properties = made.openapi()["components"]["schemas"]["Body_enter"]["properties"]
    assert properties["number"] == {"type": "integer", "title": "Number"}


def test_a_raw_body_that_a_strict_route_needs_is_not_empty() -> None:
    made = Bolide(strict=True)

    @made.post("/needed")
    async def needed(content: Annotated[bytes, Body(media_type="application/octet-stream")]) -> None: ...

    @made.post("/short")
    async def short(content: Annotated[str, Body(media_type="text/plain", max_length=3)]) -> None: ...

    @made.post("/json")
    async def as_json(content: Annotated[str, Body()]) -> None: ...

    @made.post("/optional")
    async def optional(content: Annotated[str, Body(media_type="text/plain")] = "") -> None: ...

    paths = made.openapi()["paths"]
    schemas = [
        media_type["schema"]
        for path in paths.values()
        for media_type in path["post"]["requestBody"]["content"].values()
    ]
    assert [schema.get("minLength") for schema in schemas] == [1, 1, None, None]
    answer = TestClient(made).post("/needed", headers={"content-type": "application/octet-stream"})
    assert answer.status_code == 422
