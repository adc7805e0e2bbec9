"""What FastAPI's users know of routing: the numbered behaviours, compared with the real one."""

from typing import Any
from urllib.parse import urljoin

import pytest

from bolide import APIRouter, Bolide, Depends, Request
from bolide.exceptions import RouteError
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Answer, Web, answers, bolide_web, same, send


def location(answer: Answer, target: str) -> str:
    """Return where a redirection leads, as a client resolves it (RFC 9110 §10.2.2)."""
    return urljoin(f"http://testserver{target}", answer.header("location")[0])


def items(web: Web) -> Any:
    app = web.App()

    async def items() -> str:
        return "items"

    async def slash(number: int) -> int:
        return number

    app.add_api_route("/items", items, methods=["GET", "POST"])
    app.add_api_route("/numbers/{number}/", slash, methods=["PUT"])
    return app


def test_head_is_answered_where_get_is() -> None:
    """#1: better than FastAPI, which answers 405."""
    actual, other = answers(items, "HEAD", "/items")
    assert (actual.status, actual.header("content-length"), actual.body) == (200, ["7"], b"")
    assert other.status == 405


def methods_apart(web: Web) -> Any:
    app = web.App()

    async def endpoint() -> None: ...

    for method in ("GET", "POST"):
        app.add_api_route("/m", endpoint, methods=[method], name=method)
    app.add_api_route("/{anything}", endpoint, methods=["DELETE"])
    return app


def test_allow_lists_the_methods_of_all_routes_of_the_path() -> None:
    """#2: better than FastAPI, whose ``Allow`` has those of the first route."""
    actual, other = answers(methods_apart, "PATCH", "/m")
    assert (actual.status, actual.header("allow")) == (405, ["DELETE, GET, HEAD, OPTIONS, POST"])
    assert (other.status, other.header("allow")) == (405, ["GET"])


def test_options_is_answered() -> None:
    """#3: better than FastAPI, which answers 405."""
    actual, other = answers(methods_apart, "OPTIONS", "/m")
    assert (actual.status, actual.header("allow")) == (204, ["DELETE, GET, HEAD, OPTIONS, POST"])
    assert other.status == 405


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/items/"),
        ("GET", "/items/?a=1&b=%20x"),
        ("DELETE", "/items/"),
        ("PUT", "/numbers/7"),
        ("GET", "/numbers/7"),
        ("POST", "/items//"),
    ],
)
def test_the_other_slash_redirects(method: str, target: str) -> None:
    """#4, #5: 307 for every method, both ways, with the query; also if only another method has the path."""
    actual, expected = answers(items, method, target)
    assert (actual.status, expected.status) == (307, 307)
    assert location(actual, target) == location(expected, target)


@pytest.mark.parametrize("target", ["/", "//", "/nothing/", "/nothing", "/numbers//"])
def test_no_redirect_to_what_does_not_exist(target: str) -> None:
    """#4, #11: never for the root; the 404 is JSON."""
    assert same(items, "GET", target, headers_too=("content-type",)).status == 404


def test_wrong_method_does_not_redirect() -> None:
    """#4: a path that exists is answered with 405."""
    assert same(items, "DELETE", "/items").status == 405


def test_redirect_names_no_host() -> None:
    """#4: better than FastAPI, whose location is made from the Host header."""
    actual, other = answers(items, "GET", "/items/")
    assert actual.header("location") == ["/items"]
    assert other.header("location") == ["http://testserver/items"]


def test_redirect_does_not_lead_to_another_host() -> None:
    app = Bolide()
    app.mount("//evil.example", Bolide())
    response = TestClient(app).get("//evil.example", headers={})
    assert response.status_code in (307, 404)
    assert not response.headers.get("location", "/").startswith("//")


def test_strict_application_does_not_redirect() -> None:
    for options in ({"trailing_slash": "strict"}, {"redirect_slashes": False}):
        app = Bolide(**options)
        app.add_api_route("/items", lambda: 1)
        assert TestClient(app).get("/items/").status_code == 404


def test_application_may_serve_both_slashes() -> None:
    app = Bolide(trailing_slash="both")

    @app.get("/items")
    async def read_items(request: Request) -> str:
        return request.url.path

    @app.get("/items/{item_id}/")
    async def read_item(item_id: int) -> int:
        return item_id

    @app.get("/")
    async def root() -> str:
        return "root"

    sub = Bolide()
    sub.add_api_route("/", root)
    app.mount("/sub", sub)
    client = TestClient(app)
    assert [client.get(path).json() for path in ("/items", "/items/")] == ["/items", "/items/"]
    assert [client.get(path).json() for path in ("/items/7/", "/items/7")] == [7, 7]
    assert [client.get(path).json() for path in ("/", "/sub/", "/sub")] == ["root"] * 3
    assert client.post("/items/").status_code == 405
    assert client.options("/items/").headers["allow"] == "GET, HEAD, OPTIONS"
    assert client.get("/nothing/").status_code == 404


def test_unknown_slash_policy_is_refused() -> None:
    wrong: Any = "maybe"
    with pytest.raises(Exception, match="trailing_slash is 'maybe'; expected 'redirect', 'strict' or 'both'"):
        Bolide(trailing_slash=wrong)


def me_and_others(web: Web) -> Any:
    app = web.App()

    async def read_me() -> str:
        return "me"

    async def read_user(name: str) -> str:
        return name

    async def write_user(name: str) -> str:
        return f"wrote {name}"

    app.add_api_route("/users/me", read_me)
    app.add_api_route("/users/{name}", read_user)
    app.add_api_route("/users/{name}", write_user, methods=["PUT"])
    return app


@pytest.mark.parametrize(
    ("method", "target"), [("GET", "/users/me"), ("GET", "/users/you"), ("PUT", "/users/me")]
)
def test_route_without_the_method_hides_no_other(method: str, target: str) -> None:
    """#6: a template that lacks the method never hides a later one that has it."""
    assert same(me_and_others, method, target).status == 200


def test_more_specific_template_wins() -> None:
    """#6: better than FastAPI, where the first that was declared wins."""
    app = Bolide()

    @app.get("/users/{name}")
    async def read_user(name: str) -> str:
        return name

    @app.get("/users/me")
    async def read_me() -> str:
        return "it is me"

    assert TestClient(app).get("/users/me").json() == "it is me"


def test_two_routes_for_the_same_requests_are_refused() -> None:
    """#6: better than FastAPI, where the second is never reached."""
    app = Bolide()

    @app.get("/users/{name}")
    async def first(name: str) -> None: ...

    @app.get("/users/{user_id}")
    async def second(user_id: str) -> None: ...

    with pytest.raises(
        RouteError, match=r"'second' .*matches the same requests as GET /users/\{name\}.*'first'"
    ):
        app.compile()


def convertors(web: Web) -> Any:
    app = web.App()

    async def read_int(x: int) -> int:
        return x

    async def read_float(x: float) -> float:
        return x

    async def read_path(x: str) -> str:
        return x

    async def read_two(a: str, b: int) -> list[Any]:
        return [a, b]

    app.add_api_route("/int/{x:int}", read_int)
    app.add_api_route("/float/{x:float}", read_float)
    app.add_api_route("/path/{x:path}", read_path)
    app.add_api_route("/plain/{x}", read_int)
    app.add_api_route("/text/{x}", read_path)
    app.add_api_route("/two/{a}-{b:int}.txt", read_two)
    app.add_api_route("/edit/{x:path}/edit", read_path)
    return app


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("/int/7", id="int"),
        pytest.param("/int/-7", id="#9: no sign"),
        pytest.param("/int/1.0", id="#9: no fraction"),
        pytest.param("/int/x", id="no number"),
        pytest.param("/float/1.5", id="float"),
        pytest.param("/float/7", id="float without a point"),
        pytest.param("/float/1e5", id="no exponent"),
        pytest.param("/path/a/b", id="#7: path takes slashes"),
        pytest.param("/path/", id="#7: path may be empty"),
        pytest.param("/path//a", id="#12: slashes are not collapsed"),
        pytest.param("/plain/ 1", id="#10: numbers are stripped"),
        pytest.param("/plain/x", id="422"),
        pytest.param("/plain/1/2", id="#7: a decoded slash separates"),
        pytest.param("/Plain/1", id="#12: case counts"),
        pytest.param("//plain/1", id="#12: two slashes at the beginning"),
        pytest.param("/text/ä b", id="decoded"),
        pytest.param("/two/a-b-7.txt", id="text around"),
        pytest.param("/two/a-b.txt", id="text around, no number"),
        pytest.param("/edit/a/b/edit", id="path in the middle"),
    ],
)
def test_paths_match_as_in_fastapi(target: str) -> None:
    """#7, #9, #10, #12: what matches, and with which values."""
    same(convertors, "GET", target)


def int_as_text(web: Web) -> Any:
    app = web.App()

    async def read(x: str) -> str:
        return x

    app.add_api_route("/{x:int}", read)
    return app


def test_hint_decides_what_an_endpoint_receives() -> None:
    """#8: better than FastAPI, which validates the converted value: so that ``x: str`` is always a 422."""
    actual, other = answers(int_as_text, "GET", "/007")
    assert (actual.status, actual.content()) == (200, "007")
    assert other.status == 422


def test_path_without_a_slash_is_refused() -> None:
    """#13: better than FastAPI, which accepts it and never matches."""
    app = Bolide()
    app.add_api_route("items", lambda: 1)
    with pytest.raises(RouteError, match="path 'items' must start with '/'"):
        app.compile()


async def show_route(request: Request) -> list[Any]:
    scope = request.scope
    return [scope["route"].path, scope["route"].path_format, scope["endpoint"].__name__, scope["path_params"]]


def test_scope_has_the_whole_template() -> None:
    """#15: better than FastAPI, whose route lacks the prefix of ``include_router``."""
    app, router = Bolide(), APIRouter(prefix="/r")
    router.add_api_route("/{x:int}", show_route)
    app.include_router(router, prefix="/p")
    assert TestClient(app).get("/p/r/7").json() == ["/p/r/{x:int}", "/p/r/{x}", "show_route", {"x": 7}]


def below(web: Web) -> Any:
    app, sub = web.App(), web.App()

    async def where(request: web.Request) -> list[str]:
        return [request.scope["root_path"], request.scope["path"], str(request.url)]

    app.add_api_route("/where", where)
    sub.add_api_route("/where", where)
    app.mount("/sub", sub)
    return app


@pytest.mark.parametrize(
    "target", ["/where", "/proxy/where", "/sub/where", "/proxy/sub/where", "/proxywhere"]
)
@pytest.mark.parametrize("root_path", ["", "/proxy"])
def test_root_path_of_the_server_is_stripped(target: str, root_path: str) -> None:
    """#16: a path below ``root_path`` or not matches; better than FastAPI, mounted applications work, too."""
    actual, expected = answers(below, "GET", target, root_path=root_path)
    if (root_path, target) == ("/proxy", "/sub/where"):
        assert expected.status == 404
        assert actual.content()[:2] == ["/proxy/sub", "/proxy/sub/where"]
        return
    assert actual.status == expected.status
    if actual.status == 200 and target.startswith(root_path):
        assert actual.content() == expected.content()


@pytest.mark.parametrize("target", ["/where", "/proxy/where", "/sub/where", "/proxy/sub/where"])
def test_root_path_of_the_application_wins(target: str) -> None:
    """#17: ``root_path`` of the application takes the place of the server's."""
    app, sub = Bolide(root_path="/proxy"), Bolide()

    async def where(request: Request) -> list[str]:
        return [request.root_path, request.url.path, str(request.base_url)]

    app.add_api_route("/where", where)
    sub.add_api_route("/where", where)
    app.mount("/sub", sub)
    prefix = "/sub" if "sub" in target else ""
    assert TestClient(app).get(target).json() == [
        f"/proxy{prefix}",
        f"/proxy{prefix}/where",
        "http://testserver/proxy/",
    ]


def documented(web: Web) -> Any:
    app, sub = web.App(), web.App()
    app.mount("/sub", sub)
    return app


@pytest.mark.parametrize("target", ["/openapi.json", "/sub/openapi.json"])
@pytest.mark.parametrize("root_path", ["", "/proxy"])
def test_root_path_is_a_server_of_the_document(target: str, root_path: str) -> None:
    """#18, #19: the document's ``servers`` name ``root_path``, of a mounted application its whole path."""
    actual, expected = answers(documented, "GET", root_path + target, root_path=root_path)
    assert actual.content().get("servers") == expected.content().get("servers")


def test_document_of_the_application_does_not_change() -> None:
    """#18: the server's ``root_path`` is not a part of the document that is kept."""
    app = documented(bolide_web())
    shown = send(app, "GET", "/proxy/openapi.json", root_path="/proxy").content()
    assert shown["servers"] == [{"url": "/proxy"}]
    assert "servers" not in app.openapi()
    assert "servers" not in send(app, "GET", "/openapi.json").content()


def test_malformed_host_is_refused() -> None:
    """#21: better than FastAPI, which makes URLs from the server's address then."""

    def declare(web: Web) -> Any:
        app = web.App()

        async def url(request: web.Request) -> str:
            return str(request.url)

        app.add_api_route("/url", url)
        return app

    actual, other = answers(declare, "GET", "/url", headers=[("host", "a b<")])
    assert (actual.status, actual.content()) == (400, {"detail": "Invalid Host header"})
    assert other.status == 200


def test_each_inclusion_has_its_own_dependencies() -> None:
    """#76: a router that is included twice."""

    def declare(web: Web) -> Any:
        app, router = web.App(), web.APIRouter()
        calls: list[str] = []

        def note(name: str) -> Any:
            async def dependency() -> None:
                calls.append(name)

            return web.Depends(dependency)

        async def endpoint() -> list[str]:
            return calls

        router.add_api_route("/x", endpoint, dependencies=[note("route")])
        app.include_router(router, prefix="/a", dependencies=[note("a")])
        app.include_router(router, prefix="/b", dependencies=[note("b")])
        return app

    assert same(declare, "GET", "/a/x").content() == ["a", "route"]
    assert same(declare, "GET", "/b/x").content() == ["b", "route"]


def test_dependencies_of_a_router_do_not_run_for_a_404() -> None:
    """#77: nothing runs where no route is."""
    calls: list[str] = []

    async def note() -> None:
        calls.append("called")

    app = Bolide(dependencies=[Depends(note)])
    router = APIRouter(prefix="/r", dependencies=[Depends(note)])
    router.add_api_route("/x", show_route)
    app.include_router(router)
    assert TestClient(app).get("/r/y").status_code == 404
    assert TestClient(app).post("/r/x").status_code == 405
    assert calls == []


def test_query_is_a_method_of_its_own() -> None:
    app = Bolide()

    @app.query("/search")
    async def search(terms: list[str]) -> int:
        return len(terms)

    client = TestClient(app)
    assert client.request("QUERY", "/search", json=["a", "b"]).json() == 2
    assert client.get("/search").headers["allow"] == "OPTIONS, QUERY"
    operation = app.openapi()["paths"]["/search"]["x-oai-additionalOperations"]["QUERY"]
    assert operation["requestBody"]["content"]["application/json"]["schema"]["type"] == "array"
