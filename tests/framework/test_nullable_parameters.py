"""Text has no word for null, so that no part of a parameter is null in the document."""

from __future__ import annotations

import enum
from typing import Annotated, Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from bolide import Bolide, Model, Query
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
