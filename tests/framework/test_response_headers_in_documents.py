"""What responses carry beside a body stands in the document, with types."""

from typing import Annotated, Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from bolide import Bolide
from bolide.exceptions import HTTPException, RouteError
from bolide.validation.fields import Field

LINKS = {"next": {"operationId": "read", "parameters": {"page": "$response.body#/next"}}}


class Busy(HTTPException):
    """Too much at a time."""

    status_code = 503
    headers = {"retry-after": "60"}


class Down(HTTPException):
    status_code = 503


async def read() -> int:
    return 1


def responses(**options: Any) -> Any:
    """Return the responses of the only operation."""
    app = Bolide()
    app.get("/", **options)(read)
    document = app.openapi()
    OpenAPIV31SpecValidator(document).validate()
    return document["paths"]["/"]["get"]["responses"]


def test_headers_have_types() -> None:
    headers = {
        "x-total": int,
        "x-rest": {"model": Annotated[int, Field(ge=0)], "description": "Requests left.", "required": True},
        "x-plain": {"schema": {"type": "string"}, "description": "As it is."},
    }
    assert responses(responses={200: {"headers": headers}})["200"]["headers"] == {
        "x-total": {"schema": {"type": "integer"}},
        "x-rest": {
            "schema": {"type": "integer", "minimum": 0},
            "description": "Requests left.",
            "required": True,
        },
        "x-plain": {"schema": {"type": "string"}, "description": "As it is."},
    }


def test_cookies_are_a_header() -> None:
    cookies = {"session": "Who is logged in.", "theme": "Dark or light."}
    assert responses(responses={200: {"cookies": cookies}})["200"]["headers"] == {
        "Set-Cookie": {
            "description": "- `session`: Who is logged in.\n- `theme`: Dark or light.",
            "schema": {"type": "string"},
        }
    }


def test_links_and_content_stay_as_they_are() -> None:
    app = Bolide()

    @app.get("/", responses={"default": {"links": LINKS, "content": {"image/png": {}}}})
    async def read(page: int) -> int:
        return page

    found = app.openapi()["paths"]["/"]["get"]["responses"]["default"]
    assert found == {"description": "Default Response", "links": LINKS, "content": {"image/png": {}}}


def test_headers_of_raised_errors_are_documented() -> None:
    found = responses(raises=[Busy, Down])["503"]
    assert found["headers"] == {"retry-after": {"schema": {"type": "string"}, "example": "60"}}


def test_types_that_nobody_can_write_are_errors_at_start_up() -> None:
    app = Bolide()
    app.get("/", responses={200: {"headers": {"x-total": object()}}})(read)
    with pytest.raises(RouteError, match=r"'read' \(.*\): the headers of responses\[200\]: "):
        app.compile()


@pytest.mark.parametrize("part", ["headers", "cookies", "content", "links"])
def test_parts_that_are_no_dictionaries_are_refused(part: str) -> None:
    with pytest.raises(RouteError, match=rf"responses\[200\]\['{part}'\] is 5; expected a dictionary"):
        Bolide(responses={200: {part: 5}})
