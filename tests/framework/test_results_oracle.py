"""What becomes of a result: value, status, headers and response class, compared with the real FastAPI.

Where Bolide differs, both answers stand here; docs/coming-from-fastapi.md says why.
"""

import datetime as dt
import tempfile
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.framework.fastapi_oracle import Answer, Web, answers, bolide_web, fastapi_web, same

Answers = tuple[Answer, Answer]


class Row:
    """An object with attributes, as an ORM returns it."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)


def returning(value: Any, hint: Any = None, **options: Any) -> Answers:
    """Return the answers, ours first, of an endpoint that returns *value*, with *hint* where there is one."""

    def declare(web: Web) -> Any:
        app = web.App()

        async def read():  # type: ignore[no-untyped-def]
            return value

        if hint is not None:
            read.__annotations__["return"] = hint
        app.get("/", **options)(read)
        return app

    return answers(declare, "GET", "/")


def agree(both: Answers) -> Answer:
    """Assert that *both* are the same to the byte; return ours."""
    ours, theirs = both
    assert (ours.status, ours.body) == (theirs.status, theirs.body)
    assert ours.header("content-type") == theirs.header("content-type")
    return ours


@pytest.mark.parametrize("hint", [None, int | None, Any])
def test_none_is_null(hint: Any) -> None:
    """#78: four bytes, unless the status forbids a body."""
    assert agree(returning(None, hint)).body == b"null"
    ours, theirs = returning(None, status_code=204)
    assert (ours.status, ours.body) == (theirs.status, theirs.body) == (204, b"")


def test_text_is_a_json_string() -> None:
    """#79: in quotes; bytes of a declared type are text."""
    assert agree(returning('a"é')).body == '"a\\"é"'.encode()
    assert agree(returning("a", str)).body == b'"a"'
    assert agree(returning(b"abc", bytes)).body == agree(returning(b"abc", str)).body == b'"abc"'


def test_bytes_of_no_declared_type_are_base64() -> None:
    """#79, #80: FastAPI takes them for UTF-8, so that others are a 500."""
    assert [each.body for each in returning(b"abc")] == [b'"YWJj"', b'"abc"']
    ours, theirs = returning(b"\xff")
    assert (ours.status, ours.body, theirs.status) == (200, b'"/w=="', 500)


def test_bytes_that_are_no_text_are_an_error_where_bytes_are_declared() -> None:
    """#80: the declared type is text in JSON."""
    assert agree(returning(b"\xff", bytes)).status == 500


def test_response_without_content_has_no_content_type() -> None:
    """#81: FastAPI keeps that of the class, for a body that is not there."""
    ours, theirs = returning(None, status_code=204)
    assert (ours.header("content-type"), theirs.header("content-type")) == ([], ["application/json"])
    assert ours.header("content-length") == theirs.header("content-length") == []


@pytest.mark.parametrize(
    ("options", "status"), [({}, 307), ({"status_code": 303}, 303), ({"status_code": 200}, 200)]
)
def test_status_of_the_route_wins_over_that_of_its_class(options: dict[str, Any], status: int) -> None:
    """#82: the class's own default holds where the route says nothing."""

    def declare(web: Web) -> Any:
        app = web.App()

        @app.get("/", response_class=web("responses.RedirectResponse"), **options)  # type: ignore[untyped-decorator]
        async def read() -> str:
            return "/x"

        return app

    answer = same(declare, "GET", "/", headers_too=("location",))
    assert (answer.status, answer.header("location")) == (status, ["/x"])
    responses = [
        declare(w).openapi()["paths"]["/"]["get"]["responses"] for w in (bolide_web(), fastapi_web())
    ]
    assert list(responses[0]) == list(responses[1]) == [str(status)]


def test_status_of_a_class_of_ones_own_holds() -> None:
    """#82: it is read from the constructor."""

    def declare(web: Web) -> Any:
        base: Any = web("responses.PlainTextResponse")

        class Teapot(base):  # type: ignore[misc]
            def __init__(self, content: Any, status_code: int = 418, **options: Any) -> None:
                super().__init__(content, status_code, **options)

        app = web.App()

        @app.get("/", response_class=Teapot)  # type: ignore[untyped-decorator]
        async def read() -> str:
            return "short"

        return app

    assert same(declare, "GET", "/").status == 418


def test_result_that_does_not_fit_shows_nothing_of_itself() -> None:
    """#83: a 500 in plain text."""
    answer = agree(returning({"secret": "hunter2"}, int))
    assert (answer.status, answer.body) == (500, b"Internal Server Error")


def test_not_a_number_is_null() -> None:
    """#84: also where no type is declared, for which FastAPI has a 500."""
    assert agree(returning(float("nan"), float)).body == b"null"
    assert agree(returning([float("inf")], list[float])).body == b"[null]"
    ours, theirs = returning({"a": float("nan")})
    assert (ours.status, ours.body, theirs.status) == (200, b'{"a":null}', 500)


def test_json_is_compact_everywhere() -> None:
    """#85: FastAPI writes spaces and escapes where items have no type."""
    assert agree(returning({"a": [1, "é"]})).body == '{"a":[1,"é"]}'.encode()
    assert agree(returning({"a": [1, 2]}, dict[str, list[int]])).body == b'{"a":[1,2]}'

    def declare(web: Web) -> Any:
        app = web.App()

        @app.get("/")  # type: ignore[untyped-decorator]
        async def read():  # type: ignore[no-untyped-def]
            yield {"i": "é"}

        return app

    ours, theirs = answers(declare, "GET", "/")
    assert (ours.body, theirs.body) == ('{"i":"é"}\n'.encode(), b'{"i": "\\u00e9"}\n')


def test_objects_are_read_by_their_attributes() -> None:
    """#89: where a type is declared; FastAPI sends all that other objects hold."""

    def declare(web: Web) -> Any:
        class User(web.Model):  # type: ignore[misc]
            name: str

        class Team(web.Model):  # type: ignore[misc]
            members: list[User]

        app = web.App()

        @app.get("/", response_model=Team)  # type: ignore[untyped-decorator]
        async def read() -> Any:
            return Row(members=[Row(name="a", password="x"), {"name": "b"}], owner="c")

        return app

    assert same(declare, "GET", "/").content() == {"members": [{"name": "a"}, {"name": "b"}]}
    ours, theirs = returning(Row(name="a", password="x"))
    assert (ours.status, theirs.content()) == (500, {"name": "a", "password": "x"})


def test_returned_response_is_not_validated() -> None:
    """#90: the document still shows the model."""

    def declare(web: Web) -> Any:
        class User(web.Model):  # type: ignore[misc]
            name: str

        app = web.App()

        @app.get("/")  # type: ignore[untyped-decorator]
        async def read() -> User:
            return web("responses.JSONResponse")({"any": 1}, 203, {"x-own": "1"})  # type: ignore[no-any-return]

        return app

    answer = same(declare, "GET", "/", headers_too=("content-type", "x-own"))
    assert (answer.status, answer.body) == (203, b'{"any":1}')
    shown = [declare(web).openapi()["paths"]["/"]["get"]["responses"]["200"]["content"] for web in WEBS]
    assert shown[0] == shown[1] == {"application/json": {"schema": {"$ref": "#/components/schemas/User"}}}


WEBS = (bolide_web(), fastapi_web())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTMLResponse", "<p>é"),
        ("HTMLResponse", None),
        ("HTMLResponse", {"a": 1}),
        ("PlainTextResponse", b"raw"),
        ("PlainTextResponse", 3),
        ("Response", "text"),
        ("StreamingResponse", ["a", b"b"]),
        ("RedirectResponse", "https://example.org/ä"),
        ("FileResponse", __file__),
    ],
)
def test_class_of_the_route_makes_the_response(name: str, value: Any) -> None:
    """#91, #94: of what the endpoint returns; ``charset`` for text, and for nothing else."""

    def declare(web: Web) -> Any:
        app = web.App()

        @app.get("/", response_class=web("Response" if name == "Response" else f"responses.{name}"))  # type: ignore[untyped-decorator]
        async def read() -> Any:
            return value

        return app

    same(declare, "GET", "/", headers_too=("content-type", "content-length", "location", "etag"))


def test_header_lines_are_lower_case_latin_1_and_injected_ones_last() -> None:
    """#92: own ones first, then those of the injected response; the server adds the length."""

    def declare(web: Web) -> Any:
        response_class: Any = web.Response
        app = web.App()

        @app.get("/own")  # type: ignore[untyped-decorator]
        async def own() -> Any:
            return web("responses.PlainTextResponse")("x", headers={"X-One": "é", "X-Two": "2"})

        @app.get("/injected")  # type: ignore[untyped-decorator]
        async def injected(response: response_class) -> Any:  # type: ignore[valid-type]
            response.headers["X-Three"] = "ß"  # type: ignore[attr-defined]
            response.headers.append("X-Four", "4")  # type: ignore[attr-defined]
            return 1

        return app

    for path, last in (("/own", ["x-one", "x-two"]), ("/injected", ["x-three", "x-four"])):
        answer = same(declare, "GET", path, headers_too=("x-one", "x-two", "x-three", "x-four"))
        names = [name for name, _ in answer.headers if name != "content-length"]
        assert sorted(names) == sorted(["content-type", *last])
        assert [name for name in names if name.startswith("x-")] == last


@pytest.mark.parametrize(
    "media_type", ["text/csv", "text/plain; charset=latin-1", "application/json", "application/xml", None]
)
def test_charset_is_that_of_text(media_type: str | None) -> None:
    """#94: appended for ``text/*`` without one, never for JSON."""

    def declare(web: Web) -> Any:
        app = web.App()

        @app.get("/")  # type: ignore[untyped-decorator]
        async def read() -> Any:
            return web.Response("x", media_type=media_type)

        @app.get("/events", response_class=web("responses.EventSourceResponse"))  # type: ignore[untyped-decorator]
        async def events() -> AsyncIterator[Any]:
            yield 1

        return app

    same(declare, "GET", "/", headers_too=("content-type",))
    answer = same(declare, "GET", "/events", headers_too=("content-type",))
    assert answer.header("content-type") == ["text/event-stream; charset=utf-8"]


def test_decimals_are_text() -> None:
    """#43: also where no type is declared, where FastAPI makes them floats."""
    assert agree(returning(Decimal("1.50"), Decimal)).body == b'"1.50"'
    assert [each.body for each in returning(Decimal("1.50"))] == [b'"1.50"', b"1.5"]


def test_times_have_one_form() -> None:
    """FastAPI has another one where no type is declared."""
    moment, span = dt.datetime(2026, 1, 2, tzinfo=dt.UTC), dt.timedelta(seconds=90)
    assert (
        agree(returning(moment, dt.datetime)).body == returning(moment)[0].body == b'"2026-01-02T00:00:00Z"'
    )
    assert returning(moment)[1].body == b'"2026-01-02T00:00:00+00:00"'
    assert [each.body for each in returning(span)] == [b'"PT90S"', b"90.0"]


def test_directory_is_no_file() -> None:
    """#91: of the path that an endpoint returns."""

    def declare(web: Web) -> Any:
        app = web.App()

        @app.get("/", response_class=web("responses.FileResponse"))  # type: ignore[untyped-decorator]
        async def read() -> Path:
            return Path(tempfile.gettempdir())

        return app

    assert same(declare, "GET", "/").status == 500
