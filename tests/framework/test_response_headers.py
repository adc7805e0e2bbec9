"""What endpoints and dependencies add to a response: status, headers, cookies; and redirects."""

import datetime as dt
import json
from typing import Annotated, Any

import pytest
import starlette.responses

from bolide import Bolide, Depends, HTTPException, Model, Response
from bolide.exceptions import ResponseValidationError, RouteError
from bolide.responses import JSONResponse, RedirectResponse, Status
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, same


def test_74_82_injected_response_sets_status_and_headers() -> None:
    """#74, #82: lines are added after the own ones, duplicates kept; the status wins over the routes."""

    def declare(web: Web) -> Any:
        app = web.App()
        response_class: Any = web.Response

        def dependency(response: response_class) -> None:  # type: ignore[valid-type]
            response.headers["x-dep"] = "1"  # type: ignore[attr-defined]
            response.set_cookie("a", "b c")  # type: ignore[attr-defined]

        @app.get("/", status_code=201, dependencies=[web.Depends(dependency)])  # type: ignore[untyped-decorator]
        async def read(response: response_class) -> dict[str, bool]:  # type: ignore[valid-type]
            assert response.status_code is None  # type: ignore[attr-defined]
            response.status_code = 202  # type: ignore[attr-defined]
            response.headers.append("x-twice", "1")  # type: ignore[attr-defined]
            response.headers.append("x-twice", "2")  # type: ignore[attr-defined]
            response.delete_cookie("gone")  # type: ignore[attr-defined]
            return {"ok": True}

        return app

    answer = same(declare, "GET", "/", headers_too=("x-dep", "x-twice", "content-type", "content-length"))
    assert answer.status == 202
    cookies = answer.header("set-cookie")
    assert cookies[0] == 'a="b c"; Path=/; SameSite=lax'
    assert cookies[1].startswith('gone=""; expires=')
    assert cookies[1].endswith("; Max-Age=0; Path=/; SameSite=lax")


def test_injected_response_is_ignored_when_the_endpoint_returns_one() -> None:
    def declare(web: Web) -> Any:
        app = web.App()
        response_class: Any = web.Response

        @app.get("/")  # type: ignore[untyped-decorator]
        async def read(response: response_class) -> Any:  # type: ignore[valid-type]
            response.headers["x-lost"] = "1"  # type: ignore[attr-defined]
            return web("responses.JSONResponse")({"a": 1}, 201)

        return app

    assert same(declare, "GET", "/", headers_too=("x-lost",)).header("x-lost") == []


def test_injected_content_type_replaces_the_default() -> None:
    app = Bolide()

    @app.get("/")
    async def read(response: Response) -> int:
        response.headers["content-type"] = "application/vnd.x+json"
        return 1

    assert TestClient(app).get("/").headers.getlist("content-type") == ["application/vnd.x+json"]


def test_93_cookies_are_written_as_clients_of_starlette_know_them() -> None:
    """#93: attributes in alphabetical order, values quoted where needed."""
    response = Response()
    response.set_cookie("a", "b", max_age=3, path="/x", domain="example.org", secure=True, httponly=True)
    response.set_cookie("c", 'x"y;z,\\é', path=None, samesite=None)
    response.set_cookie("d", "", samesite="strict", partitioned=True)
    moment = dt.datetime(2030, 1, 2, 3, 4, 5, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    response.set_cookie("e", "f", expires=moment, samesite="none")
    response.set_cookie("g", "h", expires="Thu, 01 Jan 1970 00:00:00 GMT")
    assert response.headers.getlist("set-cookie") == [
        "a=b; Domain=example.org; HttpOnly; Max-Age=3; Path=/x; SameSite=lax; Secure",
        'c="x\\"y\\073z\\054\\\\\\351"',
        'd=""; Partitioned; Path=/; SameSite=strict',
        "e=f; expires=Wed, 02 Jan 2030 02:04:05 GMT; Path=/; SameSite=none",
        "g=h; expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; SameSite=lax",
    ]


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        (("a", "b"), {}),
        (("a", "b c"), {"samesite": "strict", "secure": True, "httponly": True}),
        (("a", 'x"y;z,\\é'), {"path": None, "samesite": None}),
        (("a", "b", 3600, None, "/x", "example.org", True, True, "none"), {}),
        (("a", 7), {"max_age": 0}),
        (("a", ""), {"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}),
    ],
)
def test_93_cookies_are_those_of_starlette(arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
    """#93: to the letter, whichever way the options are given."""
    ours, theirs = Response(), starlette.responses.Response()
    ours.set_cookie(*arguments, **options)
    theirs.set_cookie(*arguments, **options)
    assert ours.headers["set-cookie"] == theirs.headers["set-cookie"]


def test_93_ended_cookie_may_name_its_path_and_domain_by_position() -> None:
    """#93: as in Starlette."""
    ours, theirs = Response(), starlette.responses.Response()
    for response in (ours, theirs):
        response.delete_cookie("a", "/x", "example.org", True)
    shown, expected = (
        [part for part in each.headers["set-cookie"].split("; ") if "expires" not in part]
        for each in (ours, theirs)
    )
    assert (
        shown == expected == ['a=""', "Domain=example.org", "Max-Age=0", "Path=/x", "SameSite=lax", "Secure"]
    )


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"key": "a b"}, "'a b' cannot be the name of a cookie"),
        ({"key": ""}, "cannot be the name"),
        ({"key": "a", "path": "/; Domain=evil"}, "the cookie's path"),
        ({"key": "a", "domain": "x\r\ny"}, "the cookie's domain"),
        ({"key": "a", "samesite": "nope"}, "samesite is 'nope'"),
    ],
)
def test_cookies_that_would_say_something_else_are_refused(arguments: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Response().set_cookie(**arguments)


def test_95_redirects_escape_what_no_url_holds() -> None:
    """#95: spaces and other characters are escaped, escapes stay."""

    def declare(web: Web) -> Any:
        app = web.App()
        redirect: Any = web("responses.RedirectResponse")

        @app.get("/a")  # type: ignore[untyped-decorator]
        async def a() -> Any:
            return redirect("/x y?é=1&b=%20#f")

        @app.get("/b", response_class=redirect, status_code=303)  # type: ignore[untyped-decorator]
        async def b() -> str:
            return "https://example.org/"

        return app

    assert same(declare, "GET", "/a", headers_too=("location",)).header("location") == [
        "/x%20y?%C3%A9=1&b=%20#f"
    ]
    answer = same(declare, "GET", "/b", headers_too=("location",))
    assert (answer.status, answer.body) == (303, b"")


def test_redirect_keeps_the_method_by_default() -> None:
    assert RedirectResponse("/x").status_code == 307


class Item(Model):
    name: str


class BigItem(Item):
    size: int


class Problem(Model):
    code: int


def test_the_class_of_a_result_says_its_status() -> None:
    app = Bolide()

    @app.get("/{kind}")
    async def read(
        kind: str,
    ) -> (
        Annotated[Item, Status(201)] | Annotated[Problem, Status(409, "Taken")] | Annotated[None, Status(204)]
    ):
        results: dict[str, Any] = {
            "item": Item(name="a"),
            "big": BigItem(name="a", size=1),
            "dict": {"name": "a", "extra": 1},
            "problem": Problem(code=7),
            "problem-dict": {"code": 7},
            "none": None,
            "response": JSONResponse([1], 418),
            "wrong": 3,
        }
        return results[kind]  # type: ignore[no-any-return]

    client = TestClient(app)
    found = {
        kind: (client.get(f"/{kind}").status_code, client.get(f"/{kind}").content)
        for kind in ("item", "big", "dict", "problem", "problem-dict", "none", "response")
    }
    assert found == {
        "item": (201, b'{"name":"a"}'),
        "big": (201, b'{"name":"a"}'),
        "dict": (201, b'{"name":"a"}'),
        "problem": (409, b'{"code":7}'),
        "problem-dict": (409, b'{"code":7}'),
        "none": (204, b""),
        "response": (418, b"[1]"),
    }
    assert "content-type" not in client.get("/none").headers
    with pytest.raises(ResponseValidationError, match="test_response_headers"):
        client.get("/wrong")
    responses = app.openapi()["paths"]["/{kind}"]["get"]["responses"]
    assert responses["201"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Item"}
    assert responses["409"]["description"] == "Taken"
    assert responses["204"] == {"description": "No Content"}


def test_an_option_without_a_status_has_the_routes() -> None:
    app = Bolide()

    @app.post("/", status_code=202)
    async def create(fail: bool = False) -> Item | Annotated[Problem, Status(409)]:
        return Problem(code=1) if fail else Item(name="a")

    client = TestClient(app)
    assert (client.post("/").status_code, client.post("/?fail=1").status_code) == (202, 409)


@pytest.mark.parametrize(
    ("renders", "content"),
    [(False, b'{"code":1}'), (True, b'{"data": {"code": 1}}')],
    ids=["named", "renders"],
)
def test_results_with_a_status_are_made_by_the_class_of_the_route(renders: bool, content: bytes) -> None:
    class Vendor(JSONResponse):
        media_type = "application/vnd.shop+json"
        __slots__ = ()

    class Enveloped(Vendor):
        media_type = "application/vnd.shop+json"
        __slots__ = ()

        def render(self, content: Any) -> bytes:
            return json.dumps({"data": content}).encode()

    app = Bolide(default_response_class=Enveloped if renders else Vendor)

    @app.get("/")
    async def read() -> Annotated[Item, Status(200)] | Annotated[Problem, Status(409)]:
        return Problem(code=1)

    response = TestClient(app).get("/")
    assert (response.status_code, response.content) == (409, content)
    assert response.headers["content-type"] == "application/vnd.shop+json"


async def same_class() -> Annotated[Item, Status(200)] | Annotated[Item, Status(201)]: ...  # type: ignore[empty-body]


async def no_status() -> Annotated[Item, Status(99)]: ...  # type: ignore[empty-body]


@pytest.mark.parametrize(
    ("endpoint", "reason"), [(same_class, "cannot be told apart"), (no_status, r"Status\(99\)")]
)
def test_statuses_that_cannot_be_are_refused(endpoint: Any, reason: str) -> None:
    app = Bolide()
    app.get("/")(endpoint)
    with pytest.raises(RouteError, match=rf"'{endpoint.__name__}' .*return type: .*{reason}"):
        app.compile()


def test_an_error_does_not_carry_what_was_injected() -> None:
    """As in FastAPI, the answer to an exception is made anew."""

    def declare(web: Web) -> Any:
        app = web.App()
        response_class: Any = web.Response

        @app.get("/")  # type: ignore[untyped-decorator]
        async def read(response: response_class) -> Any:  # type: ignore[valid-type]
            response.headers["x-lost"] = "1"  # type: ignore[attr-defined]
            raise web.HTTPException(404)

        return app

    assert same(declare, "GET", "/", headers_too=("x-lost",)).status == 404


def test_dependencies_share_one_response() -> None:
    app = Bolide()

    async def first(response: Response) -> None:
        response.headers["x-count"] = "1"

    async def second(response: Response, _: Annotated[None, Depends(first)]) -> None:
        response.headers["x-count"] = str(int(response.headers["x-count"]) + 1)

    @app.get("/")
    async def read(_: Annotated[None, Depends(second)]) -> None:
        return None

    assert TestClient(app).get("/").headers["x-count"] == "2"


def test_unhandled_errors_stay_errors() -> None:
    app = Bolide()

    @app.get("/")
    async def read(response: Response) -> None:
        raise HTTPException(400, headers={"x-kept": "1"})

    assert TestClient(app).get("/").headers["x-kept"] == "1"
