"""Responses that routes and layers declare: ``responses=``, ``raises=``, ``openapi_extra=``."""

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from bolide import APIRouter, Bolide, HTTPException, Model
from bolide.exceptions import RouteError
from bolide.responses import HTMLResponse
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, bolide_web, fastapi_web


class Stock(Model):
    left: int


class OutOfStock(HTTPException):
    """Nothing is left.

    More about it.
    """

    status_code = 409
    detail: Stock


class Closed(HTTPException):
    status_code = 409
    detail = "closed"
    headers = {"retry-after": "60"}


class Gone(HTTPException):
    status_code = 410


class NoStatus(HTTPException): ...


def operation(app: Bolide) -> dict[str, Any]:
    """Return the only operation of the document, which is valid."""
    document = app.openapi()
    OpenAPIV31SpecValidator(document).validate()
    [path] = document["paths"].values()
    [written] = path.values()
    result: dict[str, Any] = written
    return result


def reads(app: Any, **options: Any) -> Any:
    @app.get("/", **options)
    async def read() -> int:
        return 1

    return app


def declare(web: Web) -> Any:
    class Message(web.Model):  # type: ignore[name-defined,misc]
        text: str

    app = web.App(
        generate_unique_id_function=web("routing.generate_unique_id"),
        responses={404: {"model": Message}, 500: {"description": "App"}},
    )
    router = web.APIRouter(responses={500: {"description": "Router"}, "default": {"model": Message}})
    reads(
        router,
        responses={
            200: {"description": "Both", "content": {"image/png": {}}},
            "4xx": {"description": "Other", "headers": {"X-A": {"schema": {"type": "string"}}}},
            503: {},
        },
        openapi_extra={"x-own": {"a": 1}, "tags": ["extra"]},
        tags=["own"],
    )
    app.include_router(router)
    return app


def test_declared_responses_are_those_of_fastapi() -> None:
    ours = declare(bolide_web()).openapi()["paths"]["/"]["get"]
    theirs = declare(fastapi_web()).openapi()["paths"]["/"]["get"]
    assert ours["responses"] == theirs["responses"]
    assert (ours["tags"], ours["x-own"]) == (theirs["tags"], theirs["x-own"])


def test_model_of_a_response_has_the_media_type_of_the_response_class() -> None:
    written = operation(reads(Bolide(), response_class=HTMLResponse, responses={404: {"model": Stock}}))
    assert list(written["responses"]["404"]["content"]) == ["text/html"]


def test_raised_errors_are_documented() -> None:
    app, router = Bolide(raises=[Gone]), APIRouter(raises=[OutOfStock])
    reads(router, raises=[Closed, OutOfStock])
    app.include_router(router)
    responses = operation(app)["responses"]
    assert list(responses) == ["200", "410", "409"]
    assert responses["410"] == {
        "description": "Gone",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/GoneResponse"}}},
    }
    assert responses["409"]["description"] == "Nothing is left."
    schemas = app.openapi()["components"]["schemas"]
    assert schemas["OutOfStockResponse"]["properties"] == {"detail": {"$ref": "#/components/schemas/Stock"}}
    assert schemas["ClosedResponse"]["properties"]["detail"]["type"] == "string"


def test_operations_with_the_same_error_share_a_component() -> None:
    app = reads(Bolide(raises=[Gone]))
    reads(router := APIRouter())
    app.include_router(router, prefix="/other")
    assert list(app.openapi()["components"]["schemas"]) == ["GoneResponse"]


def test_raised_errors_are_documented_as_problems() -> None:
    app = reads(Bolide(problem_details=True), raises=[OutOfStock, Closed])
    content = operation(app)["responses"]["409"]["content"]
    assert list(content) == ["application/problem+json"]
    schemas = app.openapi()["components"]["schemas"]
    assert list(schemas["OutOfStockProblem"]["properties"]) == ["type", "title", "status", "details"]
    assert list(schemas["ClosedProblem"]["properties"]) == ["type", "title", "status", "detail"]


def test_invalid_requests_are_documented_as_problems() -> None:
    app = Bolide(problem_details=True)

    @app.get("/{number}")
    async def read(number: int) -> int:
        return number

    assert operation(app)["responses"]["422"]["content"] == {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/ValidationProblem"}}
    }
    body = TestClient(app).get("/x").json()
    assert sorted(body) == sorted(app.openapi()["components"]["schemas"]["ValidationProblem"]["required"])


def test_errors_take_what_their_class_says() -> None:
    app = Bolide()
    errors = {"stock": OutOfStock(detail=Stock(left=1)), "closed": Closed(), "gone": Gone(detail="sold")}

    @app.get("/{name}")
    async def fail(name: str) -> None:
        raise errors[name]

    client = TestClient(app)
    assert client.get("/stock").json() == {"detail": {"left": 1}}
    assert (client.get("/closed").status_code, client.get("/closed").json()) == (409, {"detail": "closed"})
    assert client.get("/closed").headers["retry-after"] == "60"
    assert (client.get("/gone").status_code, client.get("/gone").json()) == (410, {"detail": "sold"})


def test_error_without_a_status_names_its_class() -> None:
    with pytest.raises(TypeError, match="NoStatus: status_code is None; expected an int, like 404"):
        NoStatus()
    with pytest.raises(TypeError, match="Closed: status_code is 'now'; expected an int"):
        Closed("now")  # type: ignore[arg-type]


class Unwritable: ...


class Odd(HTTPException):
    status_code = 400
    detail: Unwritable


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"raises": [NoStatus]}, "raises has 'NoStatus' ("),
        ({"raises": [Odd]}, "raises: "),
        ({"responses": {404: {"model": Unwritable}}}, "responses[404]: "),
    ],
)
def test_mistakes_show_at_start_up(options: Any, message: str) -> None:
    app = reads(Bolide(), **options)
    with pytest.raises(RouteError) as caught:
        app.compile()
    assert str(caught.value).startswith("endpoint 'reads.<locals>.read' (") or "endpoint 'read' (" in str(
        caught.value
    )
    assert message in str(caught.value)
