"""Links of responses: written into the document, and checked when the application starts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from bolide import Bolide, Query
from bolide.exceptions import RouteError
from bolide.openapi.models import Link


def make_app(link: Any, **options: Any) -> Bolide:
    app = Bolide(**options)

    @app.post("/items", status_code=201, responses={201: {"links": {"next": link}}})
    async def create_item(name: str) -> int:
        return len(name)

    @app.get("/items/{item_id}")
    async def read_item(item_id: int, q: str = Query("", alias="search")) -> str:
        return f"{item_id}{q}"

    return app


def link_of(app: Bolide) -> Any:
    app.compile()
    document = app.openapi()
    OpenAPIV31SpecValidator(document).validate()
    return document["paths"]["/items"]["post"]["responses"]["201"]["links"]["next"]


def test_links_are_written_as_they_are() -> None:
    link = Link(
        operationId="read_item",
        parameters={"item_id": "$response.body#", "query.search": "all"},
        description="Read it.",
    )
    written = {
        "operationId": "read_item",
        "parameters": {"item_id": "$response.body#", "query.search": "all"},
        "description": "Read it.",
    }
    assert link_of(make_app(link)) == written
    assert link_of(make_app(written)) == written


def test_links_may_lead_to_another_server() -> None:
    link = Link(operationId="read_item", server={"url": "https://read.example.org"})
    links = make_app(link).openapi()["paths"]["/items"]["post"]["responses"]["201"]["links"]
    # The schema of OpenAPI 3.1 calls this field "body", so the validator is not asked.
    assert links["next"]["server"] == {"url": "https://read.example.org"}


@pytest.mark.parametrize(
    "reference",
    ["#/paths/~1items~1{item_id}/get", "#/paths/~1items~1%7Bitem_id%7D/get", "https://example.org/api#/x"],
)
def test_references_name_operations(reference: str) -> None:
    assert link_of(make_app(Link(operationRef=reference))) == {"operationRef": reference}


@pytest.mark.parametrize(
    "expression",
    [
        "$url",
        "$request.query.name",
        "$request.header.x-id",
        "$response.header.Location",
        "$response.body#/a~1b",
    ],
)
def test_runtime_expressions_are_accepted(expression: str) -> None:
    assert link_of(make_app(Link(operationId="read_item", parameters={"item_id": expression})))


@pytest.mark.parametrize(
    ("link", "message"),
    [
        pytest.param(3, "is 3; expected a Link of bolide.openapi.models", id="no link"),
        pytest.param(Link(), "needs either operationId or operationRef", id="neither"),
        pytest.param({"operationId": "a", "operationRef": "b"}, "needs either operationId", id="both"),
        pytest.param(
            Link(operationId="read_itme"),
            "leads to the operation 'read_itme', which the document does not have; 'read_item' may be meant",
            id="unknown operation",
        ),
        pytest.param(
            Link(operationRef="#/paths/~1items/get"),
            "refers to '#/paths/~1items/get', where the document has no operation",
            id="unknown method",
        ),
        pytest.param(
            Link(operationId="read_item", parameters={"id": 1}),
            "gives 'id', which is no parameter of endpoint 'make_app.<locals>.read_item'",
            id="unknown parameter",
        ),
        pytest.param(
            Link(operationId="read_item", parameters={"header.item_id": 1}),
            "gives 'header.item_id'",
            id="elsewhere",
        ),
        pytest.param(
            Link(operationId="read_item", requestBody="$response.json"),
            "has '$response.json', which is no runtime expression",
            id="no expression",
        ),
    ],
)
def test_wrong_links_are_errors_at_start_up(link: Any, message: str) -> None:
    message = message.replace("make_app.<locals>.", "")
    expected = rf"endpoint 'create_item' \(.*\): link 'next' of responses\[201\] {re.escape(message)}"
    with pytest.raises(RouteError, match=expected):
        make_app(link).compile()


def test_links_of_applications_that_move_over_are_left_alone() -> None:
    assert make_app({"operationId": "gone"}, compatibility="fastapi").openapi()


def test_referenced_links_are_left_alone() -> None:
    reference = {"$ref": "#/components/links/next"}
    app = make_app(reference)
    app.compile()
    assert app.openapi()["paths"]["/items"]["post"]["responses"]["201"]["links"] == {"next": reference}


def test_hidden_operations_are_no_targets() -> None:
    app = Bolide()

    @app.get("/hidden", include_in_schema=False)
    async def hidden() -> None: ...

    @app.get("/", responses={200: {"links": {"next": Link(operationId="hidden")}}})
    async def read() -> None: ...

    with pytest.raises(RouteError, match="leads to the operation 'hidden', which the document does not have"):
        app.compile()
