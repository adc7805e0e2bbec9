"""Each version of OpenAPI says things in its own words, and both are valid."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, OpenAPIV32SpecValidator

from bolide import Bolide
from bolide.exceptions import BolideError
from bolide.openapi.description import Info, Operation, Response
from bolide.openapi.document import build_document
from bolide.openapi.versions import VERSIONS
from bolide.validation.build import build_tree

VALIDATORS = {"3.1.0": OpenAPIV31SpecValidator, "3.2.0": OpenAPIV32SpecValidator}
INTEGERS = build_tree(int)
ITEM = {"type": "integer", "title": "Streamitem Get"}
LINES = Response(
    status="200", description="OK", media_type="application/jsonl", tree=INTEGERS, sequence="lines"
)
EVENTS = Response(
    status="200", description="OK", media_type="text/event-stream", tree=INTEGERS, sequence="events"
)
EVENT = {
    "type": "object",
    "properties": {
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": ITEM,
        },
        "event": {"type": "string"},
        "id": {"type": "string"},
        "retry": {"type": "integer", "minimum": 0},
    },
    "required": ["data"],
}


def build(version: Any, *operations: Operation, **options: Any) -> dict[str, Any]:
    document = build_document(Info(title="T", version="1"), operations, version=version, **options)
    VALIDATORS[version](document).validate()
    assert document["openapi"] == version
    return document


def operation(method: str = "get", *responses: Response) -> Operation:
    ok = Response(status="200", description="OK")
    return Operation(path="/", method=method, operation_id=method, responses=responses or (ok,))


def test_each_version_has_a_validator() -> None:
    assert VERSIONS.keys() == VALIDATORS.keys()


def test_items_of_a_stream_have_a_schema_of_their_own_in_3_2() -> None:
    [lines] = build("3.2.0", operation("get", LINES))["paths"]["/"]["get"]["responses"]["200"][
        "content"
    ].items()
    assert lines == ("application/jsonl", {"itemSchema": ITEM})
    [events] = build("3.2.0", operation("get", EVENTS))["paths"]["/"]["get"]["responses"]["200"][
        "content"
    ].items()
    assert events == ("text/event-stream", {"itemSchema": EVENT})


def test_a_stream_is_text_that_holds_items_in_3_1() -> None:
    [lines] = build("3.1.0", operation("get", LINES))["paths"]["/"]["get"]["responses"]["200"][
        "content"
    ].items()
    items = {"type": "array", "items": ITEM}
    assert lines == (
        "application/jsonl",
        {"schema": {"type": "string", "contentMediaType": "application/jsonl", "contentSchema": items}},
    )
    [events] = build("3.1.0", operation("get", EVENTS))["paths"]["/"]["get"]["responses"]["200"][
        "content"
    ].items()
    items = {"type": "array", "items": EVENT}
    assert events == (
        "text/event-stream",
        {"schema": {"type": "string", "contentMediaType": "text/event-stream", "contentSchema": items}},
    )


@pytest.mark.parametrize(
    ("version", "fields"),
    [
        ("3.1.0", {"get": "get", "x-oai-additionalOperations": {"QUERY": "query", "PURGE": "purge"}}),
        ("3.2.0", {"get": "get", "query": "query", "additionalOperations": {"PURGE": "purge"}}),
    ],
)
def test_methods_without_a_field_stand_where_the_version_has_a_place(
    version: str, fields: dict[str, Any]
) -> None:
    item = build(version, operation("get"), operation("query"), operation("purge"))["paths"]["/"]
    found = {
        name: each.get("operationId") or {method: inner["operationId"] for method, inner in each.items()}
        for name, each in item.items()
    }
    assert found == fields


def test_tags_form_a_hierarchy_in_3_2() -> None:
    tags = [{"name": "shop", "summary": "The shop", "kind": "nav"}, {"name": "orders", "parent": "shop"}]
    assert build("3.2.0", tags=tags)["tags"] == tags
    assert build("3.1.0", tags=tags)["tags"] == [
        {"name": "shop", "x-displayName": "The shop", "x-kind": "nav"},
        {"name": "orders", "x-parent": "shop"},
    ]


def test_application_has_version_3_1_unless_it_says_otherwise() -> None:
    assert Bolide().openapi()["openapi"] == "3.1.0"
    app = Bolide(openapi_version="3.2.0")
    assert app.openapi()["openapi"] == "3.2.0"
    app.openapi_version = "3.1.0"
    assert app.openapi()["openapi"] == "3.1.0"


@pytest.mark.parametrize("version", ["3.0.2", "3.1", "", None, 3.1])
def test_other_versions_are_refused(version: Any) -> None:
    expected = rf"openapi_version is {version!r}; expected '3\.1\.0' or '3\.2\.0'"
    with pytest.raises(BolideError, match=expected):
        Bolide(openapi_version=version)
    with pytest.raises(BolideError, match=expected):
        Bolide().openapi_version = version
