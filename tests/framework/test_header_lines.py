"""Header fields are lines: one that was sent twice comes twice, and is passed on twice."""

from collections.abc import Callable
from typing import Any

import pytest

from bolide.datastructures import Headers, MutableHeaders
from bolide.responses import Response
from tests.framework.fastapi_oracle import Web, same

TWICE = [("x-tag", "1"), ("X-Tag", "2"), ("x-other", "3")]
HeaderReader = Callable[[Any], Any]


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda headers: headers.items(), id="items"),
        pytest.param(lambda headers: [headers.keys(), headers.values(), [*headers]], id="names and values"),
        pytest.param(lambda headers: [len(headers), dict(headers)], id="length and dictionary"),
        pytest.param(lambda headers: [headers["X-TAG"], headers.getlist("X-Tag")], id="one name"),
        pytest.param(lambda headers: [headers == headers.mutablecopy(), headers == {}], id="equality"),
    ],
)
def test_repeated_lines_are_read_as_fastapi_reads_them(read: HeaderReader) -> None:
    def declare(web: Web) -> Any:
        app = web.App()

        @app.get("/")
        async def read_headers(request: web.Request) -> Any:
            return read(request.headers)

        return app

    same(declare, "GET", "/", headers=TWICE)


def test_responses_are_changed_as_fastapi_changes_them() -> None:
    def declare(web: Web) -> Any:
        app = web.App()

        @app.get("/")
        async def change(response: web.Response) -> Any:
            headers = response.headers
            headers.append("x-tag", "1")
            headers.append("x-tag", "2")
            before = headers.items()
            headers |= {"X-Tag": "3", "y": "4"}
            joined = headers | {"y": "5"}
            del headers["missing"]
            return [before, headers.items(), joined["y"], headers["y"]]

        return app

    same(declare, "GET", "/", headers_too=("x-tag", "y"))


def test_headers_of_another_response_keep_their_repeated_lines() -> None:
    def declare(web: Web) -> Any:
        app = web.App()

        @app.get("/")
        async def copy() -> Any:
            first = web("responses.JSONResponse")(1, headers={"content-type": "application/x+json"})
            first.set_cookie("a", "1")
            first.set_cookie("b", "2")
            del first.headers["content-length"]
            return web("responses.Response")("1", headers=first.headers, media_type="text/plain")

        return app

    same(declare, "GET", "/", headers_too=("set-cookie", "content-type"))


def test_lines_are_equal_whatever_their_order() -> None:
    assert Headers(raw=[(b"a", b"1"), (b"b", b"2")]) == MutableHeaders(raw=[(b"b", b"2"), (b"a", b"1")])
    assert Headers(raw=[(b"a", b"1"), (b"a", b"2")]) != Headers(raw=[(b"a", b"1")])
    assert Response(headers={"X-A": "1"}).headers == {"x-a": "1"}


def test_headers_of_scopes_and_messages_are_changed_in_place() -> None:
    message: dict[str, Any] = {"type": "http.response.start", "headers": [(b"a", b"1")]}
    MutableHeaders(scope=message)["B"] = "2"
    assert message["headers"] == [(b"a", b"1"), (b"b", b"2")]
    assert Headers(scope=message).items() == [("a", "1"), ("b", "2")]


@pytest.mark.parametrize("path", ["/plain", "/returned", "/streamed", "/other"])
def test_classes_of_responses_have_a_charset(path: str) -> None:
    def declare(web: Web) -> Any:
        app = web.App()

        class Table(web("responses.Response")):  # type: ignore[misc]
            media_type = "text/csv"
            charset = "latin-1"

        class Tables(web("responses.StreamingResponse")):  # type: ignore[misc]
            media_type = "text/csv"
            charset = "utf-16-le"

        app.get("/plain", response_class=Table)(lambda: "é")
        app.get("/returned")(lambda: Table("é", headers={"x-a": "b"}))
        app.get("/streamed")(lambda: Tables(iter(["é", "b"])))
        app.get("/other")(lambda: Table("é", media_type="text/plain"))
        return app

    same(declare, "GET", path, headers_too=("content-type", "x-a"))
