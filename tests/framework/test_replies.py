"""Return values become responses: filtered by their declared type, never showing internals."""

import dataclasses
import datetime as dt
import enum
import uuid
from decimal import Decimal
from typing import Annotated, Any, NoReturn

import pytest
import starlette.responses

from bolide import Bolide, Field, HTTPException, Model, Response
from bolide.exceptions import ResponseValidationError, RouteError
from bolide.responses import HTMLResponse, JSONResponse, PlainTextResponse
from bolide.testclient import TestClient


class User(Model):
    name: str


class UserInDatabase(User):
    password: str


class Team(Model):
    lead: User
    members: list[User] = []
    by_name: dict[str, User] = {}


class Row:
    """Not a model: an object with attributes, as an ORM returns it."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)


SECRET = UserInDatabase(name="a", password="secret")


@pytest.mark.parametrize(
    "returned",
    [
        pytest.param(User(name="a"), id="exact"),
        pytest.param(SECRET, id="subclass"),
        pytest.param({"name": "a", "password": "secret"}, id="dict"),
        pytest.param(Row(name="a", password="secret"), id="object"),
    ],
)
def test_86_89_only_declared_fields_leave_the_server(returned: Any) -> None:
    app = Bolide()

    @app.get("/")
    async def endpoint() -> User:
        return returned  # type: ignore[no-any-return]

    assert TestClient(app).get("/").json() == {"name": "a"}


def test_j11_subclass_deep_inside_is_filtered_too() -> None:
    app = Bolide()

    @app.get("/")
    async def endpoint() -> dict[str, list[Team]]:
        return {"teams": [Team(lead=SECRET, members=[SECRET], by_name={"a": SECRET})]}

    response = TestClient(app).get("/")
    assert response.json() == {
        "teams": [{"lead": {"name": "a"}, "members": [{"name": "a"}], "by_name": {"a": {"name": "a"}}}]
    }


def test_reassigned_field_is_filtered_too() -> None:
    app = Bolide()

    @app.get("/")
    async def endpoint() -> Team:
        team = Team(lead=User(name="a"))
        team.lead = SECRET
        return team

    assert "secret" not in TestClient(app).get("/").text


def test_response_model_wins_over_the_annotation() -> None:
    app = Bolide()

    @app.get("/filtered", response_model=User)
    async def filtered() -> Any:
        return SECRET

    @app.get("/unfiltered", response_model=None)
    async def unfiltered() -> User:
        return SECRET

    client = TestClient(app)
    assert client.get("/filtered").json() == {"name": "a"}
    assert client.get("/unfiltered").json() == {"name": "a", "password": "secret"}


def test_83_value_that_does_not_match_is_a_500_that_names_the_endpoint() -> None:
    app = Bolide()

    @app.get("/")
    async def broken() -> User:
        return {"nome": 1}  # type: ignore[return-value]

    with pytest.raises(
        ResponseValidationError, match=r"endpoint 'broken' \(tests/framework/test_replies\.py:\d+\)"
    ) as raised:
        TestClient(app).get("/")
    assert [error["type"] for error in raised.value.errors()] == ["missing"]
    response = TestClient(app, raise_server_exceptions=False).get("/")
    assert (response.status_code, response.text) == (500, "Internal Server Error")


@dataclasses.dataclass
class Point:
    x: int
    y: int


class Colour(enum.Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("returned", "body"),
    [
        pytest.param(None, b"null", id="78 none"),
        pytest.param("text", b'"text"', id="79 text"),
        pytest.param({"a": [1, 2.5, True]}, b'{"a":[1,2.5,true]}', id="containers"),
        pytest.param(Point(1, 2), b'{"x":1,"y":2}', id="dataclass"),
        pytest.param([User(name="é")], '[{"name":"é"}]'.encode(), id="model"),
        pytest.param(
            dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC), b'"2026-01-02T03:04:05Z"', id="datetime"
        ),
        pytest.param(uuid.UUID(int=1), b'"00000000-0000-0000-0000-000000000001"', id="uuid"),
        pytest.param(Decimal("1.50"), b'"1.50"', id="decimal"),
        pytest.param(Colour.RED, b'"red"', id="enum"),
    ],
)
def test_values_without_a_declared_type_are_encoded(returned: Any, body: bytes) -> None:
    app = Bolide()

    @app.get("/")
    async def endpoint():  # type: ignore[no-untyped-def]
        return returned

    response = TestClient(app).get("/")
    assert (response.content, response.headers["content-type"]) == (body, "application/json")


async def wait() -> int:
    return 1


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        (object(), "object cannot be written as JSON"),
        ({"a": wait}, "function cannot be written"),
        (starlette.responses.JSONResponse(1), "JSONResponse is a response of Starlette; import those of bol"),
    ],
)
def test_value_that_cannot_be_encoded_is_an_error_that_names_the_endpoint(returned: Any, reason: str) -> None:
    app = Bolide()

    @app.get("/")
    async def endpoint():  # type: ignore[no-untyped-def]
        return returned

    @app.get("/items")
    async def items():  # type: ignore[no-untyped-def]
        yield returned

    expected = (
        rf"endpoint '{{}}' \(tests/framework/test_replies\.py:\d+\): its result cannot be sent: {reason}"
    )
    with pytest.raises(TypeError, match=expected.format("endpoint")):
        TestClient(app).get("/")
    with pytest.raises(TypeError, match=expected.format("items")):
        TestClient(app).get("/items")


def test_coroutine_as_a_result_tells_of_the_missing_await() -> None:
    app, coroutines = Bolide(), [wait()]

    @app.get("/")
    async def endpoint():  # type: ignore[no-untyped-def]
        return coroutines[0]

    with pytest.raises(
        TypeError, match=r"'endpoint' .*: wait\(\) was not awaited; write 'await' before the call"
    ):
        TestClient(app).get("/")
    coroutines.pop().close()


def test_annotation_may_hold_no_model_at_all() -> None:
    app = Bolide()

    @app.get("/annotated")
    async def annotated() -> Annotated[PlainTextResponse, "as it is"]:
        return PlainTextResponse("text")

    @app.get("/never")
    async def never() -> NoReturn:
        raise HTTPException(410)

    client = TestClient(app)
    assert client.get("/annotated").text == "text"
    assert client.get("/never").status_code == 410


def test_90_responses_are_returned_as_they_are() -> None:
    app = Bolide()

    @app.get("/")
    async def endpoint() -> User:
        return JSONResponse({"any": "thing"}, 202, {"X-Own": "1"})  # type: ignore[return-value]

    response = TestClient(app).get("/")
    assert (response.status_code, response.json()) == (202, {"any": "thing"})
    assert response.headers["x-own"] == "1"
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize("kind", ["json", "text", "model"])
def test_annotation_may_name_several_responses_and_a_model(kind: str) -> None:
    app = Bolide()

    @app.get("/")
    async def endpoint() -> JSONResponse | PlainTextResponse | User:
        if kind == "model":
            return SECRET
        return JSONResponse([1]) if kind == "json" else PlainTextResponse("[1]")

    expected = {"json": "[1]", "text": "[1]", "model": '{"name":"a"}'}
    assert TestClient(app).get("/").text == expected[kind]


def test_status_of_an_http_exception_must_be_a_number() -> None:
    with pytest.raises(TypeError, match="status_code is '404'; expected an int"):
        HTTPException("404")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("detail", "headers"),
    [(object(), None), ("x", {"x-euro": "€"}), ("x", {"retry-after": 5})],
    ids=["detail", "encoding", "type"],
)
def test_http_exception_that_cannot_be_sent_is_a_500(detail: Any, headers: Any) -> None:
    app = Bolide()

    @app.get("/")
    async def endpoint() -> None:
        raise HTTPException(400, detail, headers)

    response = TestClient(app, raise_server_exceptions=False).get("/")
    assert (response.status_code, response.text) == (500, "Internal Server Error")


def test_94_text_responses_carry_their_charset() -> None:
    app = Bolide()

    @app.get("/plain", response_class=PlainTextResponse)
    async def plain() -> str:
        return "é"

    @app.get("/html")
    async def html() -> HTMLResponse:
        return HTMLResponse("<p>", 201)

    client = TestClient(app)
    response = client.get("/plain")
    assert (response.text, response.headers["content-type"]) == ("é", "text/plain; charset=utf-8")
    response = client.get("/html")
    assert (response.status_code, response.headers["content-type"]) == (201, "text/html; charset=utf-8")


def test_91_response_class_with_its_own_render() -> None:
    class Shout(Response):
        media_type = "text/shout"

        def render(self, content: Any) -> bytes:
            return str(content).upper().encode()

    app = Bolide()

    @app.get("/", response_class=Shout, status_code=203)
    async def endpoint() -> str:
        return "quiet"

    response = TestClient(app).get("/")
    assert (response.status_code, response.text) == (203, "QUIET")
    assert response.headers["content-type"] == "text/shout; charset=utf-8"


def test_81_no_content_has_no_body_and_no_length() -> None:
    app = Bolide()

    @app.delete("/", status_code=204)
    async def endpoint() -> None: ...

    response = TestClient(app).delete("/")
    assert (response.status_code, response.content) == (204, b"")
    assert "content-length" not in response.headers
    assert "content-type" not in response.headers


def test_http_exception_carries_detail_and_headers() -> None:
    app = Bolide()

    @app.get("/{status}")
    async def endpoint(status: int) -> None:
        if status == 401:
            raise HTTPException(401, {"why": ["no"]}, {"WWW-Authenticate": "Bearer"})
        raise HTTPException(status)

    client = TestClient(app)
    response = client.get("/401")
    assert (response.status_code, response.json()) == (401, {"detail": {"why": ["no"]}})
    assert response.headers["www-authenticate"] == "Bearer"
    assert client.get("/404").json() == {"detail": "Not Found"}
    assert client.get("/599").json() == {"detail": ""}
    response = client.get("/304")
    assert (response.content, "content-type" in response.headers) == (b"", False)


def test_unhandled_exception_is_a_500_without_internals() -> None:
    app = Bolide()

    @app.get("/")
    async def endpoint() -> None:
        raise RuntimeError("password=hunter2")

    response = TestClient(app, raise_server_exceptions=False).get("/")
    assert (response.status_code, response.text) == (500, "Internal Server Error")
    with pytest.raises(RuntimeError, match="hunter2"):
        TestClient(app).get("/")


def test_c1_header_that_would_split_the_response_is_refused() -> None:
    app = Bolide()

    @app.get("/")
    async def endpoint(value: str) -> Response:
        return Response(headers={"x-value": value})

    with pytest.raises(ValueError, match="invalid value of response header b'x-value'"):
        TestClient(app).get("/", params={"value": "a\r\nset-cookie: b=c"})


def test_response_headers_are_a_case_insensitive_mapping() -> None:
    response = Response("x", headers={"X-A": "1"}, media_type="text/plain")
    response.headers["x-a"] = "2"
    response.headers.append("X-A", "3")
    assert response.headers.getlist("x-a") == ["2", "3"]
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    del response.headers["X-a"]
    assert dict(response.headers) == {"content-type": "text/plain; charset=utf-8"}


def test_alias_names_the_field_both_ways() -> None:
    class Aliased(Model):
        kind: Annotated[str, Field(alias="type")]

    app = Bolide()

    @app.post("/")
    async def endpoint(item: Aliased) -> Aliased:
        assert item.kind == "x"
        return item

    client = TestClient(app)
    assert client.post("/", json={"type": "x"}).json() == {"type": "x"}
    assert client.post("/", json={"kind": "x"}).json()["detail"][0]["loc"] == ["body", "type"]


def test_response_of_starlette_as_a_return_type_is_refused() -> None:
    app = Bolide()

    @app.get("/")
    async def endpoint() -> starlette.responses.HTMLResponse:
        return starlette.responses.HTMLResponse("")

    with pytest.raises(
        RouteError, match=r"'endpoint' .*: return type: HTMLResponse is a response of Starlette"
    ):
        app.compile()
