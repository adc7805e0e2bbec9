from __future__ import annotations

import dataclasses
import decimal
import enum
import json
import os
import subprocess
import sys
from typing import Annotated, Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from bolide.openapi.description import Info, Operation, Parameter, RequestBody, Response
from bolide.openapi.document import build_document
from bolide.validation.build import build_tree
from bolide.validation.fields import Field
from bolide.validation.tree import FieldNode, IntNode, RecordNode, RefNode, TypeTree
from tests.validation.number_patterns import DECIMAL

INFO = Info(title="Shop", version="1.2")
OK = Response(status="200", description="Successful Response")
VALIDATION_RESPONSE = {
    "description": "Validation Error",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/HTTPValidationError"}}},
}


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclasses.dataclass
class Item:
    """Something to sell.\f Internal."""

    name: str
    price: decimal.Decimal
    parts: list[Item] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class ValidationError:
    reason: str


def build(*operations: Operation, **options: Any) -> dict[str, Any]:
    document = build_document(INFO, operations, **options)
    OpenAPIV31SpecValidator(document).validate()
    return document


def operation(**changes: Any) -> Operation:
    values: dict[str, Any] = {
        "path": "/items",
        "method": "get",
        "operation_id": "read_items",
        "responses": (OK,),
    }
    return Operation(**values | changes)


def query(name: str, hint: Any, *, required: bool = True, **changes: Any) -> Parameter:
    return Parameter(name=name, location="query", tree=build_tree(hint), required=required, **changes)


def test_document_without_operations_is_minimal() -> None:
    assert build() == {"openapi": "3.1.0", "info": {"title": "Shop", "version": "1.2"}, "paths": {}}


def test_info_servers_and_tags_are_written() -> None:
    document = build_document(
        Info(
            title="Shop",
            version="1",
            summary="Sells.",
            description="Long.\f Hidden.",
            terms_of_service="https://example.org/terms",
            contact={"name": "Ann"},
            license_info={"name": "MIT", "identifier": "MIT"},
        ),
        [],
        servers=[{"url": "/api"}, {"url": "https://example.org", "description": "Live"}],
        tags=[{"name": "items", "description": "All items"}, {"name": "other"}],
        external_docs={"url": "https://example.org/docs"},
    )
    OpenAPIV31SpecValidator(document).validate()
    assert list(document) == ["openapi", "info", "servers", "paths", "tags", "externalDocs"]
    assert document["info"] == {
        "title": "Shop",
        "summary": "Sells.",
        "description": "Long.",
        "termsOfService": "https://example.org/terms",
        "contact": {"name": "Ann"},
        "license": {"name": "MIT", "identifier": "MIT"},
        "version": "1",
    }
    assert document["servers"] == [{"url": "/api"}, {"url": "https://example.org", "description": "Live"}]
    assert document["tags"] == [{"name": "items", "description": "All items"}, {"name": "other"}]


def test_operation_without_input_has_no_422() -> None:
    document = build(operation())
    assert document["paths"] == {
        "/items": {
            "get": {
                "operationId": "read_items",
                "responses": {
                    "200": {
                        "description": "Successful Response",
                        "content": {"application/json": {"schema": {}}},
                    }
                },
            }
        }
    }
    assert "components" not in document


def test_operation_says_what_it_is_in_order() -> None:
    document = build(
        operation(tags=("items", "read"), summary="Read", description="All.\f Hidden.", deprecated=True)
    )
    assert list(document["paths"]["/items"]["get"]) == [
        "tags",
        "summary",
        "description",
        "operationId",
        "responses",
        "deprecated",
    ]
    assert document["paths"]["/items"]["get"]["description"] == "All."


def test_parameters_have_title_default_and_documentation() -> None:
    document = build(
        operation(
            path="/items/{item_id}",
            parameters=(
                Parameter(name="x-token", location="header", tree=build_tree(str), required=True),
                query("limit", Annotated[int, Field(ge=1)], required=False, default=10),
                query("colour", Colour, required=False, default=Colour.RED),
                query(
                    "q",
                    str | None,
                    required=False,
                    default=None,
                    title="Search",
                    description="Text.\f Hidden.",
                    deprecated=True,
                    examples=("a",),
                ),
                Parameter(name="item_id", location="path", tree=build_tree(int), required=True),
            ),
        )
    )
    assert document["paths"]["/items/{item_id}"]["get"]["parameters"] == [
        {
            "name": "item_id",
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "title": "Item Id"},
        },
        {
            "name": "limit",
            "in": "query",
            "required": False,
            "schema": {"type": "integer", "minimum": 1, "title": "Limit", "default": 10},
        },
        {
            "name": "colour",
            "in": "query",
            "required": False,
            "schema": {"$ref": "#/components/schemas/Colour", "default": "red"},
        },
        {
            "name": "q",
            "in": "query",
            "required": False,
            "description": "Text.",
            "deprecated": True,
            "schema": {"type": "string", "title": "Search", "examples": ["a"]},
        },
        {
            "name": "x-token",
            "in": "header",
            "required": True,
            "schema": {"type": "string", "title": "X-Token"},
        },
    ]


@pytest.mark.parametrize(
    ("hint", "schema"),
    [
        (int | None, {"type": "integer", "title": "Q"}),
        (Colour | None, {"$ref": "#/components/schemas/Colour", "title": "Q"}),
        (int | str | None, {"anyOf": [{"type": "integer"}, {"type": "string"}], "title": "Q"}),
    ],
)
def test_parameters_are_left_out_and_never_null(hint: Any, schema: dict[str, Any]) -> None:
    document = build(operation(parameters=(query("q", hint, required=False, default=None),)))
    assert document["paths"]["/items"]["get"]["parameters"][0]["schema"] == schema


def test_parameter_declared_twice_is_written_once_as_the_last_that_is_required() -> None:
    document = build(
        operation(
            parameters=(
                query("q", str, required=False, default="a"),
                query("q", int),
                query("q", bool),
            )
        )
    )
    assert document["paths"]["/items"]["get"]["parameters"] == [
        {"name": "q", "in": "query", "required": True, "schema": {"type": "boolean", "title": "Q"}}
    ]


def test_path_parameter_that_nobody_reads_is_documented() -> None:
    document = build(operation(path="/items/{item_id}"))
    read = document["paths"]["/items/{item_id}"]["get"]
    assert read["parameters"] == [
        {
            "name": "item_id",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "title": "Item Id"},
        }
    ]
    assert list(read["responses"]) == ["200"]


def test_input_adds_the_422_response_with_its_components() -> None:
    document = build(operation(parameters=(query("q", str),)))
    assert document["paths"]["/items"]["get"]["responses"]["422"] == VALIDATION_RESPONSE
    assert document["components"]["schemas"] == {
        "HTTPValidationError": {
            "type": "object",
            "properties": {
                "detail": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/ValidationError"},
                    "title": "Detail",
                }
            },
            "title": "HTTPValidationError",
        },
        "ValidationError": {
            "type": "object",
            "properties": {
                "loc": {
                    "type": "array",
                    "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
                    "title": "Location",
                },
                "msg": {"type": "string", "title": "Message"},
                "type": {"type": "string", "title": "Error Type"},
                "input": {"title": "Input"},
                "ctx": {"type": "object", "title": "Context"},
            },
            "required": ["loc", "msg", "type"],
            "title": "ValidationError",
        },
    }


@pytest.mark.parametrize("status", ["422", "4XX", "default"])
def test_declared_error_response_replaces_the_built_in_one(status: str) -> None:
    own = Response(status=status, description="Mine", media_type=None)
    document = build(operation(parameters=(query("q", str),), responses=(OK, own)))
    responses = document["paths"]["/items"]["get"]["responses"]
    assert list(responses) == ["200", status]
    assert responses[status] == {"description": "Mine"}
    assert "components" not in document


def test_users_validation_error_keeps_its_component() -> None:
    document = build(
        operation(
            parameters=(query("q", str),),
            responses=(Response(status="200", description="OK", tree=build_tree(ValidationError)),),
        )
    )
    schemas = document["components"]["schemas"]
    assert list(schemas) == ["HTTPValidationError", "ValidationError", "ValidationError__1"]
    assert list(schemas["ValidationError"]["properties"]) == ["reason"]
    assert schemas["HTTPValidationError"]["properties"]["detail"]["items"] == {
        "$ref": "#/components/schemas/ValidationError__1"
    }


def test_body_and_response_refer_to_separate_components_where_they_differ() -> None:
    tree = build_tree(Item)
    document = build(
        operation(
            method="post",
            request_body=RequestBody(tree=tree, required=True, description="New.\f Hidden."),
            responses=(Response(status="201", description="Created", tree=tree),),
        )
    )
    create = document["paths"]["/items"]["post"]
    assert create["requestBody"] == {
        "description": "New.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item-Input"}}},
        "required": True,
    }
    assert create["responses"]["201"] == {
        "description": "Created",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item-Output"}}},
    }
    schemas = document["components"]["schemas"]
    assert list(schemas) == ["HTTPValidationError", "Item-Input", "Item-Output", "ValidationError"]
    assert schemas["Item-Output"] == {
        "type": "object",
        "title": "Item",
        "description": "Something to sell.",
        "properties": {
            "name": {"type": "string", "title": "Name"},
            "price": {"type": "string", "pattern": DECIMAL, "title": "Price"},
            "parts": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/Item-Output"},
                "title": "Parts",
            },
        },
        "required": ["name", "price"],
    }


def test_optional_body_is_not_marked_required_and_takes_its_title() -> None:
    body = RequestBody(tree=build_tree(Item | None), required=False, title="Item")
    document = build(operation(method="put", request_body=body))
    assert document["paths"]["/items"]["put"]["requestBody"] == {
        "content": {
            "application/json": {
                "schema": {
                    "anyOf": [{"$ref": "#/components/schemas/Item"}, {"type": "null"}],
                    "title": "Item",
                }
            }
        }
    }


def test_body_of_several_parameters_is_a_component_named_by_its_target() -> None:
    name = "Body_create_item"
    field = FieldNode(name="n", wire_name="n", node=IntNode(), required=True)
    definition = RecordNode(cls=dict, kind="typed_dict", fields=(field,))
    tree = TypeTree(RefNode(target=name), {name: definition})
    document = build(operation(method="post", request_body=RequestBody(tree=tree, required=True)))
    assert document["components"]["schemas"][name] == {
        "type": "object",
        "title": "Body_create_item",
        "properties": {"n": {"type": "integer", "title": "N"}},
        "required": ["n"],
    }


def test_response_that_is_no_component_gets_a_title() -> None:
    response = Response(status="200", description="OK", tree=build_tree(list[Colour]))
    document = build(operation(operation_id="read_items_items_get", responses=(response,)))
    content = document["paths"]["/items"]["get"]["responses"]["200"]["content"]
    assert content == {
        "application/json": {
            "schema": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/Colour"},
                "title": "Response Read Items Items Get",
            }
        }
    }


@pytest.mark.parametrize(
    ("media_type", "entry"),
    [
        (None, {"description": "D"}),
        ("text/html", {"description": "D", "content": {"text/html": {"schema": {"type": "string"}}}}),
        (
            "application/problem+json; charset=utf-8",
            {"description": "D", "content": {"application/problem+json; charset=utf-8": {"schema": {}}}},
        ),
    ],
    ids=["none", "text", "json"],
)
def test_response_without_type_says_what_its_media_type_allows(
    media_type: str | None, entry: dict[str, Any]
) -> None:
    response = Response(status="200", description="D", media_type=media_type)
    document = build(operation(responses=(response,)))
    assert document["paths"]["/items"]["get"]["responses"] == {"200": entry}


def test_responses_of_one_status_share_its_entry() -> None:
    document = build(
        operation(responses=(OK, Response(status="200", description="Other", media_type="text/csv")))
    )
    assert document["paths"]["/items"]["get"]["responses"] == {
        "200": {
            "description": "Other",
            "content": {
                "application/json": {"schema": {}},
                "text/csv": {"schema": {"type": "string"}},
            },
        }
    }


def test_first_of_two_operations_with_one_path_and_method_counts() -> None:
    document = build(
        operation(), operation(operation_id="second"), operation(method="delete", operation_id="d")
    )
    assert [(m, o["operationId"]) for m, o in document["paths"]["/items"].items()] == [
        ("get", "read_items"),
        ("delete", "d"),
    ]


SCRIPT = """
import json
from tests.openapi.test_document import example
print(json.dumps(example()))
"""


def example() -> dict[str, Any]:
    colours = query("colours", set[Colour], required=False, default={Colour.RED, Colour.BLUE})
    listed = Response(status="200", description="OK", tree=build_tree(list[Item]))
    body = RequestBody(tree=build_tree(Item), required=True)
    read = operation(parameters=(colours,), responses=(listed,))
    return build_document(INFO, [read, operation(method="post", operation_id="create", request_body=body)])


@pytest.mark.parametrize("seed", ["0", "1"])
def test_document_is_the_same_in_every_process(seed: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        check=True,
        text=True,
    )
    assert run.stdout == json.dumps(example()) + "\n"


def test_security_of_operations_refers_to_sorted_schemes() -> None:
    document = build(
        operation(security=({"token": ("read", "write")}, {"key": ()})),
        security_schemes={
            "token": {"type": "oauth2", "flows": {"password": {"tokenUrl": "/token", "scopes": {}}}},
            "key": {"type": "apiKey", "name": "x-key", "in": "header"},
        },
    )
    assert document["paths"]["/items"]["get"]["security"] == [{"token": ["read", "write"]}, {"key": []}]
    assert list(document["components"]["securitySchemes"].items()) == [
        ("key", {"type": "apiKey", "name": "x-key", "in": "header"}),
        ("token", {"type": "oauth2", "flows": {"password": {"tokenUrl": "/token", "scopes": {}}}}),
    ]
