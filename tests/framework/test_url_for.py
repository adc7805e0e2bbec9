"""URLs of routes by their names."""

from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from bolide import APIRouter, Bolide, Request
from bolide.datastructures import URLPath
from bolide.exceptions import NoMatchFound
from bolide.testclient import TestClient


async def read_item() -> None: ...


async def read_file() -> None: ...


def shop() -> Bolide:
    app, router, sub = Bolide(), APIRouter(prefix="/r"), Bolide()
    app.add_api_route("/items/{item_id:int}", read_item)
    app.add_api_route("/items", read_item, methods=["POST"])
    app.add_api_route("/files/{name}.{extension}", read_file, name="file")
    app.add_api_route("/all/{rest:path}", read_file)
    router.add_api_route("/{key:uuid}/{ratio:float}", read_item, name="in_router")
    app.include_router(router, prefix="/p")
    sub.add_api_route("/deep/{x}", read_item, name="deep")
    sub.mount("/s", Bolide(), name="s")
    app.mount("/sub/{tenant}", sub, name="sub")
    app.mount("/unnamed", sub)
    app.host("{tenant}.Example.com", sub, name="tenants")
    return app


@pytest.mark.parametrize(
    ("name", "params", "path"),
    [
        pytest.param("read_item", {"item_id": 7}, "/items/7", id="convertor"),
        pytest.param("read_item", {}, "/items", id="same name, other parameters"),
        pytest.param("file", {"name": "a b", "extension": "ä"}, "/files/a%20b.%C3%A4", id="encoded"),
        pytest.param("read_file", {"rest": "a/b c"}, "/all/a/b%20c", id="path"),
        pytest.param(
            "in_router",
            {"key": UUID(int=7), "ratio": 0.5},
            "/p/r/00000000-0000-0000-0000-000000000007/0.5",
            id="router",
        ),
        pytest.param("sub:deep", {"tenant": "t", "x": "1"}, "/sub/t/deep/1", id="mounted"),
        pytest.param("sub", {"tenant": "t", "path": "/a/b.css"}, "/sub/t/a/b.css", id="any path of a mount"),
        pytest.param("sub:s", {"tenant": "t", "path": "x"}, "/sub/t/s/x", id="mount in a mount"),
        pytest.param("deep", {"x": "1"}, "/unnamed/deep/1", id="mount without a name"),
        pytest.param("tenants:deep", {"tenant": "t", "x": "1"}, "/deep/1", id="host"),
    ],
)
def test_name_and_parameters_make_a_path(name: str, params: dict[str, Any], path: str) -> None:
    assert shop().url_path_for(name, **params) == path


def test_host_is_a_part_of_the_absolute_url() -> None:
    path = shop().url_path_for("tenants:deep", tenant="acme", x="1")
    assert path.host == "acme.example.com"
    assert str(path.make_absolute_url("https://www.example.com/")) == "https://acme.example.com/deep/1"


@pytest.mark.parametrize(
    ("name", "params", "reason"),
    [
        pytest.param(
            "nothing", {}, "no route is named 'nothing' and takes no parameters; there are: read_item"
        ),
        pytest.param(
            "read_item", {"id": 7}, "takes id=7; the path of 'read_item' is '/items/{item_id:int}', '/items'"
        ),
        pytest.param("read_item", {"item_id": -1}, "takes item_id=-1"),
        pytest.param("file", {"name": "a/b", "extension": "c"}, "takes name='a/b', extension='c'"),
        pytest.param("sub:nothing", {"tenant": "t"}, "no route is named 'sub:nothing'"),
        pytest.param("sub:deep", {"x": "1"}, "no route is named 'sub:deep'"),
    ],
)
def test_names_and_parameters_that_do_not_fit_are_refused(
    name: str, params: dict[str, Any], reason: str
) -> None:
    with pytest.raises(NoMatchFound, match=reason.replace("{", r"\{")):
        shop().url_path_for(name, **params)


async def links(request: Request, x: str = "") -> list[str]:
    def link(name: str, **params: Any) -> str:
        try:
            return str(request.url_for(name, **params))
        except NoMatchFound:
            return "no match"

    own, deep, top = link("links"), link("sub:links"), link("top")
    return [own, deep, top, str(request.base_url)]


def test_names_are_those_of_the_outermost_application() -> None:
    """#14: ``url_for`` asks the top-level application, with its ``app_root_path``."""
    app, sub = Bolide(), Bolide()
    app.add_api_route("/top", links, name="top")
    sub.add_api_route("/links", links)
    app.mount("/sub", sub, name="sub")
    client = TestClient(app)
    assert client.get("/top").json() == [
        "no match",
        "http://testserver/sub/links",
        "http://testserver/top",
        "http://testserver/",
    ]
    # What the outermost application does not know is looked for in the mounted one.
    assert client.get("/sub/links").json() == [
        "http://testserver/sub/links",
        "http://testserver/sub/links",
        "http://testserver/top",
        "http://testserver/",
    ]


def test_two_slashes_at_the_beginning_are_no_authority() -> None:
    app = Bolide()
    app.add_api_route("/{rest:path}", read_file)
    assert app.url_path_for("read_file", rest="/evil.example") == "/%2Fevil.example"
    assert app.url_path_for("read_file", rest="\\evil") == "/%5Cevil"


@pytest.mark.parametrize(
    ("path", "base", "url"),
    [
        (URLPath("/a"), "http://h/", "http://h/a"),
        (URLPath("/a"), "https://h:8443/api/", "https://h:8443/api/a"),
        (URLPath("/a", protocol="wss"), "https://h/api", "wss://h/api/a"),
    ],
)
def test_path_is_put_below_a_base(path: URLPath, base: str, url: str) -> None:
    assert str(path.make_absolute_url(base)) == url


def test_the_document_and_its_pages_have_names() -> None:
    app, inner = Bolide(openapi_url="/api.json", redoc_url=None, scalar_url="/scalar"), Bolide()
    app.mount("/inner", inner, name="inner")
    names = ["openapi", "swagger_ui_html", "swagger_ui_redirect", "scalar_html", "inner:redoc_html"]
    paths = ["/api.json", "/docs", "/docs/oauth2-redirect", "/scalar", "/inner/redoc"]
    assert [app.url_path_for(name) for name in names] == paths
    with pytest.raises(NoMatchFound):
        app.url_path_for("redoc_html")


def test_the_pages_of_fastapi_have_the_same_names() -> None:
    for name in ("openapi", "swagger_ui_html", "swagger_ui_redirect", "redoc_html"):
        assert Bolide().url_path_for(name) == FastAPI().url_path_for(name)
