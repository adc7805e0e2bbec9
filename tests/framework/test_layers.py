"""Options of layers: how those of applications, routers and routes add up."""

from __future__ import annotations

import pickle
import re
from enum import Enum
from typing import Any

import pytest

from bolide import APIRouter, Bolide, Depends, HTTPException, Model, Request
from bolide._declaring.layers import PLAIN, Layer, nest
from bolide.exceptions import RouteError
from bolide.middleware import Middleware
from bolide.responses import HTMLResponse, JSONResponse, PlainTextResponse
from bolide.routing import Route
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, answers, bolide_web, fastapi_web


class Number(Enum):
    ONE = 1


async def hello() -> str:
    return "hello"


async def first(*_: object) -> None: ...


async def second() -> None: ...


async def third() -> None: ...


async def answer(request: Request, error: Exception) -> None: ...


class OutOfStock(HTTPException): ...


def nested(
    outer: dict[str, Any], included: dict[str, Any], inner: dict[str, Any], own: dict[str, Any]
) -> Route:
    """Return the one route of an application with a router that includes another."""
    app = Bolide(**outer)
    router = APIRouter(prefix="/inner", **inner)
    router.add_api_route("/hello", hello, **own)
    app.include_router(router, prefix="/included", **included)
    return next(app.iter_routes())


def test_lists_are_joined_from_the_outside_in() -> None:
    route = nested({"tags": ["app"]}, {"tags": ["include"]}, {"tags": ["router"]}, {"tags": ["route"]})
    assert route.path == "/included/inner/hello"
    assert route.tags == ("app", "include", "router", "route")
    dependencies = [{"dependencies": [Depends(each)]} for each in (first, second, third)]
    route = nested(dependencies[0], {}, dependencies[1], dependencies[2])
    assert [each.dependency for each in route.dependencies] == [first, second, third]
    route = nested({"guards": [first]}, {"guards": [second]}, {"raises": [OutOfStock]}, {"guards": [third]})
    assert route.layer.guards == (first, second, third)
    assert route.layer.raises == (OutOfStock,)


def test_responses_are_merged_and_the_inner_wins() -> None:
    outer, inner = {"description": "outer"}, {"description": "inner"}
    route = nested({"responses": {404: outer, "5XX": outer}}, {}, {"responses": {404: inner}}, {})
    assert route.layer.responses == {404: inner, "5XX": outer}


def test_deprecated_holds_if_any_layer_says_so() -> None:
    assert nested({}, {"deprecated": True}, {"deprecated": False}, {}).deprecated
    assert not nested({}, {}, {"deprecated": None}, {}).deprecated


def test_include_in_schema_holds_if_all_layers_say_so() -> None:
    assert not nested({}, {"include_in_schema": False}, {}, {"include_in_schema": True}).include_in_schema
    assert nested({}, {}, {}, {}).include_in_schema


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (({"default_response_class": HTMLResponse}, {}, {}, {}), HTMLResponse),
        (({"default_response_class": HTMLResponse}, {}, {}, {"response_class": JSONResponse}), JSONResponse),
        (
            (
                {"default_response_class": HTMLResponse},
                {"default_response_class": JSONResponse},
                {"default_response_class": PlainTextResponse},
                {},
            ),
            PlainTextResponse,
        ),
        (({}, {}, {}, {}), None),
    ],
)
def test_nearest_response_class_counts(options: tuple[Any, Any, Any, Any], expected: Any) -> None:
    assert nested(*options).response_class is expected


def test_nearest_limits_and_switches_count() -> None:
    route = nested({"max_body_size": 5, "strict": True}, {"max_body_size": 3}, {"strict": False}, {})
    assert (route.layer.max_body_size, route.layer.strict) == (3, False)
    route = nested({"strict_content_type": False}, {}, {}, {"max_body_size": 0})
    assert (route.layer.max_body_size, route.layer.strict_content_type) == (0, False)


def test_form_limits_are_merged_per_key() -> None:
    outer, inner = {"max_fields": 1, "max_files": 1}, {"max_files": 2}
    assert nested({"form_limits": outer}, {}, {"form_limits": inner}, {}).layer.form_limits == {
        "max_fields": 1,
        "max_files": 2,
    }


def test_layer_that_says_nothing_changes_nothing() -> None:
    layer = Layer(tags=("a",))
    assert nest(PLAIN, layer) is layer
    assert nest(layer, PLAIN) is layer


def test_body_limit_of_a_route_beats_that_of_the_application() -> None:
    app = Bolide(max_body_size=10)

    @app.post("/small")
    async def small(value: dict[str, str]) -> int:
        return len(value)

    app.post("/large", max_body_size=100)(small)
    client = TestClient(app)
    assert client.post("/small", json={"a": "b" * 10}).status_code == 413
    assert client.post("/large", json={"a": "b" * 10}).json() == 1


def test_strict_routes_convert_nothing_in_json_bodies() -> None:
    class Item(Model):
        count: int

    app = Bolide(strict=True)

    @app.post("/strict/{number}")
    async def strict(number: int, item: Item) -> int:
        return number + item.count

    app.post("/lax/{number}", strict=False)(strict)
    client = TestClient(app)
    assert client.post("/strict/1", json={"count": 1}).json() == 2
    assert client.post("/strict/1", json={"count": "1"}).status_code == 422
    assert client.post("/lax/1", json={"count": "1"}).json() == 2


def test_explicit_json_response_class_filters_like_the_default() -> None:
    class Public(Model):
        name: str

    app = Bolide()

    @app.get("/", response_class=JSONResponse)
    async def read() -> Public:
        return {"name": "a", "secret": "b"}  # type: ignore[return-value]

    assert TestClient(app).get("/").json() == {"name": "a"}


def test_operation_ids_come_from_the_nearest_function() -> None:
    app = Bolide(generate_unique_id_function=lambda route: f"app-{route.name}")
    router = APIRouter(generate_unique_id_function=lambda route: f"{route.tags[0]}-{route.name}")
    router.get("/a", tags=["router"])(hello)
    app.get("/b")(hello)
    app.get("/c", operation_id="own")(hello)
    app.include_router(router)
    paths = app.openapi()["paths"]
    assert {path: operations["get"]["operationId"] for path, operations in paths.items()} == {
        "/a": "router-hello",
        "/b": "app-hello",
        "/c": "own",
    }


def test_application_with_layers_is_pickled() -> None:
    app = Bolide(middleware=[Middleware(dict, a=1)], guards=[first], exception_handlers={404: answer})
    app.get("/")(hello)
    copy = pickle.loads(pickle.dumps(app))
    assert [route.layer.guards for route in copy.iter_routes()] == [(first,)]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tag": []}, "there is no option 'tag'; did you mean 'tags'?"),
        ({"response_class": JSONResponse}, "there is no option 'response_class'"),
        ({"tags": "items"}, "tags is 'items'; expected a list"),
        ({"tags": [1]}, "tags has 1; expected strings"),
        ({"tags": [Number.ONE]}, "tags has 1; expected strings"),
        ({"dependencies": [hello]}, "dependencies=[...] takes Depends(callable), not <function hello"),
        ({"responses": [404]}, "responses is [404]; expected a mapping of statuses to descriptions"),
        ({"responses": {"6XX": {}}}, "responses has the key '6XX'; expected a status, '4XX' or 'default'"),
        ({"responses": {404: "gone"}}, "responses[404] is 'gone'; expected a dictionary"),
        ({"deprecated": "no"}, "deprecated is 'no'; expected True or False"),
        (
            {"default_response_class": dict},
            "default_response_class is <class 'dict'>; expected a subclass of",
        ),
        ({"generate_unique_id_function": "f"}, "generate_unique_id_function is 'f', which cannot be called"),
        ({"max_body_size": -1}, "max_body_size is -1; expected a number of bytes"),
        ({"form_limits": 3}, "form_limits is 3; expected a dictionary"),
        (
            {"form_limits": {"max_parts": 3}},
            "form_limits: there is no option 'max_parts'; did you mean 'max_",
        ),
        (
            {"form_limits": {"max_files": True}},
            "form_limits: max_files is True; expected an int of at least 0",
        ),
        ({"middleware": [dict]}, "middleware has the class dict; write Middleware(dict, ...)"),
        ({"middleware": ["gzip"]}, "middleware has 'gzip'; expected Middleware(...) or a function"),
        ({"exception_handlers": [hello]}, "exception_handlers is [<function hello"),
        (
            {"exception_handlers": {"404": hello}},
            "an exception handler is for a status or an exception class, ",
        ),
        ({"exception_handlers": {404: "x"}}, "the exception handler for 404 is 'x', which cannot be called"),
        ({"guards": [True]}, "guards has True, which cannot be called"),
        ({"raises": [ValueError]}, "raises has <class 'ValueError'>; expected subclasses of HTTPException"),
    ],
)
def test_wrong_options_are_refused_where_they_are_given(options: dict[str, Any], message: str) -> None:
    for declare, where in ((Bolide, "Bolide(): "), (APIRouter, "APIRouter(): ")):
        with pytest.raises(RouteError) as caught:
            declare(**options)
        assert str(caught.value).startswith(where + message)
    with pytest.raises(RouteError) as caught:
        Bolide().include_router(APIRouter(), **options)
    assert str(caught.value).startswith("include_router(): " + message)


def test_wrong_option_of_a_route_names_its_endpoint() -> None:
    with pytest.raises(RouteError) as caught:
        Bolide().get("/", guards="admin")(hello)  # type: ignore[arg-type]
    where = r"endpoint 'hello' \(tests/framework/test_layers.py:\d+\), path '/'"
    assert re.fullmatch(f"{where}: guards is 'admin'; expected a list", str(caught.value))


def test_middleware_shows_what_it_is_made_of() -> None:
    assert repr(Middleware(dict, 1, a=2)) == "Middleware(dict, 1, a=2)"


def test_application_is_mounted_and_not_included() -> None:
    with pytest.raises(
        RouteError, match=r"include_router\(\) takes an APIRouter, not .*; an application is mounted"
    ):
        Bolide().include_router(Bolide())


def declare(web: Web) -> Any:
    """Return an application whose layers all say something."""

    def unique(route: Any) -> str:
        return f"{route.tags[-1]}-{route.name}"

    app = web.App(
        title="Shop",
        version="2",
        responses={500: {"description": "App"}},
        servers=[{"url": "https://example.org", "variables": {"a": {"default": "b"}}}],
        openapi_tags=[
            {"name": "route", "description": "All", "externalDocs": {"url": "https://example.org/d"}}
        ],
        terms_of_service="https://example.org/terms",
        contact={"name": "Ann"},
        license_info={"name": "MIT"},
        openapi_external_docs={"url": "https://example.org/docs"},
    )
    outer = web.APIRouter(prefix="/outer", tags=["outer"], responses={404: {"description": "Outer"}})
    inner = web.APIRouter(
        tags=["inner"], responses={404: {"description": "Inner"}, 500: {"description": "Inner"}}
    )

    @inner.get("/a", tags=["route"], responses={500: {"description": "Route"}})
    async def a() -> int: ...

    @inner.get("/b", deprecated=True, operation_id="own", include_in_schema=True)
    async def b() -> int: ...

    @inner.get("/hidden", include_in_schema=False)
    async def hidden() -> int: ...

    @outer.post("/c", generate_unique_id_function=unique, status_code=201, summary="Sum", description="Desc")
    async def c() -> int: ...

    outer.include_router(inner, prefix="/inner", tags=["include"], deprecated=True)
    app.include_router(outer, generate_unique_id_function=lambda route: f"app-{route.name}")
    return app


def test_document_of_nested_layers_is_that_of_fastapi() -> None:
    ours, theirs = declare(bolide_web()).openapi(), declare(fastapi_web()).openapi()
    assert list(ours["paths"]) == list(theirs["paths"])
    for path, operations in theirs["paths"].items():
        for method, expected in operations.items():
            actual = ours["paths"][path][method]
            for name in ("tags", "deprecated", "operationId", "summary", "description"):
                assert actual.get(name) == expected.get(name), (path, name)
            described = {status: each["description"] for status, each in expected["responses"].items()}
            assert {s: each["description"] for s, each in actual["responses"].items()} == described
    for name in ("info", "servers", "tags", "externalDocs"):
        assert ours[name] == theirs[name]


@pytest.mark.parametrize("root_path_in_servers", [True, False])
@pytest.mark.parametrize("root_path", ["", "/proxy", "/listed"])
def test_root_path_comes_before_the_declared_servers(root_path: str, *, root_path_in_servers: bool) -> None:
    def declare_servers(web: Web) -> Any:
        servers = [{"url": "https://example.org"}, {"url": "/listed"}]
        return web.App(servers=servers, root_path_in_servers=root_path_in_servers)

    actual, expected = answers(declare_servers, "GET", f"{root_path}/openapi.json", root_path=root_path)
    assert actual.content()["servers"] == expected.content()["servers"]


def test_tags_may_be_members_of_enumerations() -> None:
    class Tags(Enum):
        ITEMS = "items"

    def declare(web: Web) -> Any:
        app = web.App()
        router = web.APIRouter(tags=[Tags.ITEMS])
        router.get("/items", tags=["all"])(hello)
        app.include_router(router)
        return app

    documents = [declare(web).openapi() for web in (bolide_web(), fastapi_web())]
    tags = [document["paths"]["/items"]["get"]["tags"] for document in documents]
    assert tags == [["items", "all"]] * 2
