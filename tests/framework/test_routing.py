"""Routes: methods, prefixes, automatic answers, and mistakes found at start-up."""

import pickle
from functools import partial
from typing import Annotated, Any

import pytest

from bolide import AliasPath, APIRouter, Body, Bolide, Depends, Field, Header, Model, Path, Query
from bolide.exceptions import BolideError, RouteError
from bolide.param_functions import Form
from bolide.responses import PlainTextResponse, Response
from bolide.testclient import TestClient


async def hello() -> str:
    return "hello"


def test_unknown_path_is_404() -> None:
    response = TestClient(Bolide()).get("/nowhere")
    assert (response.status_code, response.json()) == (404, {"detail": "Not Found"})


def test_2_wrong_method_is_405_with_every_method_of_the_path() -> None:
    app = Bolide()
    app.get("/a")(hello)
    app.post("/a")(hello)
    app.put("/{name}")(hello)
    response = TestClient(app).delete("/a")
    assert (response.status_code, response.json()) == (405, {"detail": "Method Not Allowed"})
    assert response.headers["allow"] == "GET, HEAD, OPTIONS, POST, PUT"


def test_1_head_is_answered_for_every_get_without_a_body() -> None:
    app = Bolide()
    app.get("/a")(hello)
    response = TestClient(app).head("/a")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-length"] == "7"
    assert response.headers["content-type"] == "application/json"


def test_head_route_of_its_own_wins() -> None:
    app = Bolide()
    app.get("/a")(hello)

    @app.head("/a")
    async def head() -> Response:
        return Response(headers={"x-own": "yes"})

    assert TestClient(app).head("/a").headers["x-own"] == "yes"


def test_3_options_is_answered_for_every_path() -> None:
    app = Bolide()
    app.post("/a")(hello)
    response = TestClient(app).options("/a")
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["allow"] == "OPTIONS, POST"
    assert TestClient(app).options("/b").status_code == 404


def test_6_specific_template_wins_whatever_the_order() -> None:
    app = Bolide()

    @app.get("/users/{name}")
    async def by_name(name: str) -> str:
        return f"name {name}"

    @app.get("/users/me")
    async def me() -> str:
        return "me"

    client = TestClient(app)
    assert client.get("/users/me").json() == "me"
    assert client.get("/users/you").json() == "name you"


def test_catch_all_receives_the_rest_of_the_path() -> None:
    app = Bolide()

    @app.get("/files/{name:path}")
    async def read_file(name: str) -> str:
        return name

    assert TestClient(app).get("/files/a/b%2Fc.txt").json() == "a/b/c.txt"


def test_routers_nest_with_prefixes_and_tags() -> None:
    app, outer, inner = Bolide(), APIRouter(prefix="/outer", tags=["o"]), APIRouter(prefix="/inner")

    @inner.get("/x", tags=["x"])
    async def endpoint() -> str:
        return "found"

    outer.include_router(inner, prefix="/{tenant}", tags=["i"])
    app.include_router(outer, prefix="/v1")
    (route,) = app.iter_routes()
    assert (route.path, route.tags) == ("/v1/outer/{tenant}/inner/x", ("o", "i", "x"))
    assert TestClient(app).get("/v1/outer/acme/inner/x").json() == "found"


def test_routes_added_after_include_and_after_the_first_request_are_served() -> None:
    app, router = Bolide(), APIRouter(prefix="/r")
    app.include_router(router)
    client = TestClient(app)
    assert client.get("/r/late").status_code == 404
    router.get("/late")(hello)
    assert client.get("/r/late").json() == "hello"
    assert "/r/late" in app.openapi()["paths"]


def test_api_route_serves_several_methods() -> None:
    app = Bolide()
    app.api_route("/a", methods=["get", "POST"])(hello)
    client = TestClient(app)
    assert [client.get("/a").status_code, client.post("/a").status_code] == [200, 200]


def test_application_can_be_pickled() -> None:
    app = pickle.loads(pickle.dumps(PICKLED))
    assert TestClient(app).get("/hello").json() == "hello"


PICKLED = Bolide()
PICKLED.get("/hello")(hello)
TestClient(PICKLED).get("/hello")


class Item(Model):
    name: str


async def two_bodies(payload: Item, word: Annotated[str, Form()]) -> None: ...


async def var_arguments(*names: str) -> None: ...


async def unknown_type(value: Annotated[Bolide, Query()]) -> None: ...


async def path_default(item_id: int = 3) -> None: ...


async def query_in_path(item_id: Annotated[int, Query()]) -> None: ...


async def not_in_path(other: Annotated[int, Path()]) -> None: ...


async def default_twice(q: Annotated[int, Query(3)]) -> None: ...


async def field_default_twice(q: Annotated[int, Field(default=3)]) -> None: ...


async def field_as_default(q: int = Field(gt=3)) -> None: ...


async def injected(response: PlainTextResponse) -> None: ...


async def header_name(token: Annotated[str, Header(alias="€")]) -> None: ...


async def method(self, q: int) -> None: ...  # type: ignore[no-untyped-def]


class Tree(Model):
    branches: list[Item]


async def model_in_query(tree: Annotated[Tree, Query()]) -> None: ...


def connect() -> str:
    return "connection"


async def forgotten_depends(connection: str = connect) -> None: ...  # type: ignore[assignment]


async def two_defaults(q: Annotated[int, Query(default_factory=int)] = 3) -> None: ...


async def invalid_default(q: int = Query("x", validate_default=True)) -> None: ...


async def factory_with_data(q: int = Query(default_factory=lambda data: 3)) -> None: ...


async def alias_path(q: Annotated[int, Query(validation_alias=AliasPath("q", 0))]) -> None: ...


async def separated_scalar(q: Annotated[int, Query(explode=False)]) -> None: ...


async def deep_scalar(q: Annotated[int, Query(style="deepObject")]) -> None: ...


async def same_member(a: Annotated[int, Body(alias="x")], b: Annotated[str, Body(alias="x")]) -> None: ...


async def bad_constraint(q: Annotated[bool, Query(gt=1)]) -> None: ...


async def bad_return() -> "Missing": ...  # type: ignore[name-defined]  # noqa: F821


async def generator() -> Any:
    yield 1


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [
        (two_bodies, "parameter 'word' reads a form and 'payload' another body; a request has one body"),
        (var_arguments, r"parameter '\*names: str' cannot be bound"),
        (unknown_type, "parameter 'value'"),
        (path_default, "path parameter 'item_id' has a default"),
        (query_in_path, "parameter 'item_id' is in the path; it cannot be a query parameter"),
        (not_in_path, "path parameter 'other' is not in the path"),
        (default_twice, r"Query\(\) in Annotated takes no default; write '= 3' after the annotation"),
        (field_default_twice, r"Field\(\) in Annotated takes no default; write '= 3' after the annotation"),
        (field_as_default, r"parameter 'q' has Field\(\) as its default"),
        (injected, "a PlainTextResponse cannot be injected"),
        (header_name, "'€' cannot be the name of a header or cookie"),
        (method, r"is a method: declare it with bolide\.controllers"),
        (model_in_query, "query parameter 'tree': field 'branches' of Tree: .* cannot be read from text"),
        (forgotten_depends, r"'connection' has 'connect' \(.*\) as its default; .* Depends\(connect\)"),
        (two_defaults, "parameter 'q' has a default and a default_factory"),
        (invalid_default, "parameter 'q': its default is not valid"),
        (factory_with_data, "parameter 'q': its default_factory is called without arguments"),
        (alias_path, "parameter 'q': an AliasPath leads into a value"),
        (separated_scalar, "query parameter 'q': explode=False is for lists"),
        (deep_scalar, "query parameter 'q': style 'deepObject' reads records and dictionaries"),
        (same_member, "parameters 'a' and 'b' read the body as 'x' with other types"),
        (bad_constraint, "parameter 'q'"),
        (bad_return, "Missing"),
        (generator, r"its return annotation must be AsyncIterator\[T\] or Iterator\[T\]"),
    ],
)
def test_endpoint_that_cannot_be_bound_is_named_with_file_and_line(endpoint: Any, reason: str) -> None:
    app = Bolide()
    app.get("/items/{item_id}")(endpoint)
    with pytest.raises(RouteError, match=reason) as raised:
        app.compile()
    name, line = endpoint.__name__, endpoint.__code__.co_firstlineno
    assert f"'{name}' (tests/framework/test_routing.py:{line})" in str(raised.value)


def test_unknown_option_is_refused_with_a_suggestion() -> None:
    with pytest.raises(
        RouteError, match=r"endpoint 'hello' \(.*\), path '/a': there is no option 'tag'; did you mean 'tags'"
    ):
        Bolide().get("/a", tag=["x"])(hello)  # type: ignore[call-arg]


@pytest.mark.parametrize("status", ["200", 99, 600])
def test_unusable_status_code_is_refused(status: Any) -> None:
    with pytest.raises(RouteError, match="expected an int from 200 to 599"):
        Bolide().get("/a", status_code=status)(hello)


@pytest.mark.parametrize("dependency", [lambda: 1, Depends(), 5])
def test_dependencies_must_be_depends_with_a_callable(dependency: Any) -> None:
    with pytest.raises(RouteError, match=r"dependencies=\[...\] takes Depends\(callable\)"):
        Bolide().get("/a", dependencies=[dependency])(hello)
    with pytest.raises(RouteError, match=r"dependencies=\[...\] takes Depends\(callable\)"):
        Bolide(dependencies=[dependency])


def test_text_where_a_list_is_expected_is_refused() -> None:
    with pytest.raises(RouteError, match="methods is 'GET'; expected a list"):
        Bolide().api_route("/a", methods="GET")(hello)
    with pytest.raises(RouteError, match="tags is 'users'; expected a list"):
        Bolide().get("/a", tags="users")(hello)


def test_route_that_collides_with_the_docs_page_says_how_to_move_it() -> None:
    app = Bolide()
    app.get("/docs")(hello)
    with pytest.raises(RouteError, match="move or switch off the one that shows the API"):
        app.compile()


def test_partial_endpoint_is_named_after_its_function() -> None:
    app = Bolide()
    app.get("/a")(partial(hello))
    operation = app.openapi()["paths"]["/a"]["get"]
    assert (operation["summary"], "description" in operation) == ("Hello", False)


def test_decorator_without_a_path_is_refused() -> None:
    with pytest.raises(RouteError, match=r"'hello' \(.*\): the decorator is called, like"):
        Bolide().get(hello)  # type: ignore[arg-type]


def test_marker_twice_is_refused() -> None:
    app = Bolide()

    @app.get("/")
    async def endpoint(q: Annotated[int, Query()] = Query(3)) -> None: ...

    with pytest.raises(RouteError, match="has a marker in Annotated and as its default"):
        app.compile()


def test_6_duplicate_route_names_both_endpoints() -> None:
    app = Bolide()

    @app.get("/items/{a}")
    async def first(a: str) -> None: ...

    @app.get("/items/{b}")
    async def second(b: str) -> None: ...

    with pytest.raises(
        RouteError, match=r"GET /items/\{b\} of endpoint 'second' \(.*:\d+\).*'first' \(.*:\d+\)"
    ):
        app.compile()


def test_operation_id_that_is_used_twice_names_both_endpoints() -> None:
    app = Bolide()
    app.get("/a", operation_id="same")(hello)

    @app.get("/b", operation_id="same")
    async def other() -> None: ...

    with pytest.raises(RouteError, match=r"operation id 'same' of endpoint 'other' \(.*'hello' \("):
        app.compile()


def test_declared_operation_id_of_several_methods_gets_the_method() -> None:
    app = Bolide()
    app.api_route("/a", methods=["GET", "POST"], operation_id="same")(hello)
    operations = app.openapi()["paths"]["/a"]
    assert {method: each["operationId"] for method, each in operations.items()} == {
        "get": "same_get",
        "post": "same_post",
    }


def test_13_path_without_a_slash_is_an_error_that_names_the_endpoint() -> None:
    app = Bolide()
    app.get("x")(hello)
    with pytest.raises(RouteError, match=r"'hello' \(.*\): path 'x' must start with '/'"):
        app.compile()


@pytest.mark.parametrize("prefix", ["v1", "/v1/", "/"])
def test_bad_prefix_is_refused_at_once(prefix: str) -> None:
    with pytest.raises(RouteError, match="must start with '/' and not end with it"):
        APIRouter(prefix=prefix)
    with pytest.raises(RouteError, match="must start with '/' and not end with it"):
        Bolide().include_router(APIRouter(), prefix=prefix)


def test_only_routers_can_be_included() -> None:
    with pytest.raises(RouteError, match="include_router\\(\\) takes an APIRouter, not 5"):
        Bolide().include_router(5)  # type: ignore[arg-type]


def test_router_cannot_include_itself() -> None:
    outer, inner = APIRouter(), APIRouter()
    outer.include_router(inner)
    with pytest.raises(RouteError, match="cannot include itself"):
        inner.include_router(outer)


def test_source_shows_the_generated_handler() -> None:
    app = Bolide()

    @app.post("/items/{item_id}")
    async def create(item_id: int, item: Annotated[Item, Body()]) -> Item:
        return item

    assert app.handler_source("post", "/items/{item_id}").startswith(
        "async def handle_create(exchange, segments):\n"
    )
    with pytest.raises(BolideError, match=r"no route GET /nowhere; there are: POST /items/\{item_id\}"):
        app.handler_source("GET", "/nowhere")


def test_annotations_that_are_text_may_name_local_models() -> None:
    app = Bolide()

    class Local(Model):
        n: int

    async def endpoint(local: "Local") -> "Local":
        return local

    app.post("/")(endpoint)
    assert TestClient(app).post("/", json={"n": 1}).json() == {"n": 1}


def test_methods_of_a_set_are_in_order_and_none_means_get() -> None:
    app = Bolide()
    app.add_api_route("/a", hello, methods={"put", "GET", "DELETE"})
    app.add_api_route("/b", hello, methods=None)
    app.add_api_route("/c", hello, methods=["POST", "post"])
    assert [route.methods for route in app.routes] == [("DELETE", "GET", "PUT"), ("GET",), ("POST",)]
