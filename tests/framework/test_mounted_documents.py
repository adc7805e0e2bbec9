"""Mounted applications in the document of the application around them."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from bolide import APIRouter, Bolide, Depends, HTTPException, Model, Security
from bolide.docs import get_openapi
from bolide.exceptions import RouteError
from bolide.security import APIKeyHeader, OAuth2PasswordBearer, OpenIdConnect
from bolide.testclient import TestClient


class Item(Model):
    name: str


class Gone(HTTPException):
    """It was there."""

    status_code = 410
    detail: str


def make_inner(**options: Any) -> Bolide:
    inner = Bolide(**options)

    @inner.get("/items/{item_id}", tags=["items"], raises=[Gone])
    async def read_item(item_id: int) -> Item:
        return Item(name=str(item_id))

    return inner


def paths(app: Bolide) -> list[str]:
    OpenAPIV31SpecValidator(app.openapi()).validate()
    return list(app.openapi()["paths"])


def test_mounts_are_hidden_unless_they_are_to_be_shown() -> None:
    app = Bolide()
    app.mount("/hidden", make_inner())
    app.mount("/shown", make_inner(), include_in_schema=True)
    assert paths(app) == ["/shown/items/{item_id}"]
    operation = app.openapi()["paths"]["/shown/items/{item_id}"]["get"]
    assert operation["operationId"] == "read_item"
    assert list(operation["responses"]) == ["200", "410", "422"]
    assert TestClient(app).get("/shown/items/3").json() == {"name": "3"}


def test_operations_of_one_name_are_told_apart_by_where_they_stand() -> None:
    app = make_inner()
    app.mount("/v1", make_inner(), include_in_schema=True)
    app.mount("/v2", make_inner(), include_in_schema=True)
    assert [item["get"]["operationId"] for item in app.openapi()["paths"].values()] == [
        "read_item_items_item_id_get",
        "read_item_v1_items_item_id_get",
        "read_item_v2_items_item_id_get",
    ]
    assert [name for name in app.openapi()["components"]["schemas"] if name.startswith("Item")] == ["Item"]


def test_operation_ids_of_all_applications_must_differ() -> None:
    def declare() -> Bolide:
        app = Bolide()

        @app.get("/", operation_id="read")
        async def read() -> int:
            return 1

        return app

    app = declare()
    app.mount("/inner", declare(), include_in_schema=True)
    with pytest.raises(RouteError, match=r"operation id 'read' of endpoint .* is already that of endpoint"):
        app.compile()


def test_parameters_of_the_mount_are_parameters_of_its_operations() -> None:
    app = Bolide()
    app.mount("/shops/{shop_id:int}", make_inner(), include_in_schema=True)
    assert paths(app) == ["/shops/{shop_id}/items/{item_id}"]
    operation = app.openapi()["paths"]["/shops/{shop_id}/items/{item_id}"]["get"]
    assert [each["name"] for each in operation["parameters"]] == ["shop_id", "item_id"]


def test_mounts_in_routers_and_in_mounts_add_up() -> None:
    middle, app, router = (
        Bolide(),
        Bolide(openapi_tags=[{"name": "items", "description": "Ours"}]),
        APIRouter(),
    )
    inner = make_inner(openapi_tags=[{"name": "items", "description": "Theirs"}, {"name": "more"}])
    middle.mount("/inner", inner, include_in_schema=True)
    router.mount("/middle", middle, include_in_schema=True)
    app.include_router(router, prefix="/api", tags=["api"])
    assert paths(app) == ["/api/middle/inner/items/{item_id}"]
    assert app.openapi()["paths"]["/api/middle/inner/items/{item_id}"]["get"]["tags"] == ["api", "items"]
    assert app.openapi()["tags"] == [{"name": "items", "description": "Ours"}, {"name": "more"}]
    assert TestClient(app).get("/api/middle/inner/items/3").json() == {"name": "3"}


def test_layers_hide_mounts() -> None:
    app, router = Bolide(), APIRouter(include_in_schema=False)
    router.mount("/inner", make_inner(), include_in_schema=True)
    app.include_router(router)
    assert paths(app) == []


def test_a_route_that_is_added_later_is_shown() -> None:
    inner, app = make_inner(), Bolide()
    app.mount("/inner", inner, include_in_schema=True)
    assert paths(app) == ["/inner/items/{item_id}"]

    @inner.get("/later")
    async def later() -> None: ...

    assert paths(app) == ["/inner/items/{item_id}", "/inner/later"]


def test_addresses_of_security_schemes_stay_where_they_were() -> None:
    scheme = OAuth2PasswordBearer(tokenUrl="token?for=docs", refreshUrl="/refresh", scopes={"a": "A"})
    connect = OpenIdConnect(openIdConnectUrl="https://login.example.org/configuration")
    inner = Bolide(openapi_url="/docs/openapi.json")

    @inner.get("/", dependencies=[Security(scheme, scopes=["a"]), Depends(connect)])
    async def read() -> None: ...

    app = Bolide(openapi_url="/api/openapi.json")
    app.mount("/inner", inner, include_in_schema=True)
    schemes = app.openapi()["components"]["securitySchemes"]
    flow = schemes["OAuth2PasswordBearer"]["flows"]["password"]
    assert flow == {
        "tokenUrl": "../inner/docs/token?for=docs",
        "refreshUrl": "/refresh",
        "scopes": {"a": "A"},
    }
    assert schemes["OpenIdConnect"]["openIdConnectUrl"] == "https://login.example.org/configuration"
    assert app.openapi()["paths"]["/inner/"]["get"]["security"] == [
        {"OAuth2PasswordBearer": ["a"], "OpenIdConnect": []}
    ]


def with_key(app: Bolide, name: str) -> Bolide:
    @app.get(f"/{name}")
    async def read(key: Annotated[str, Depends(APIKeyHeader(name=name))]) -> str:
        return key

    return app


def test_security_schemes_of_one_name_must_be_the_same() -> None:
    app = with_key(Bolide(), "X-Key")
    app.mount("/inner", with_key(Bolide(), "X-Key"), include_in_schema=True)
    assert list(app.openapi()["components"]["securitySchemes"]) == ["APIKeyHeader"]
    app.mount("/other", with_key(Bolide(), "X-Other-Key"), include_in_schema=True)
    with pytest.raises(RouteError, match=r"mount\('/other'\): the security scheme 'APIKeyHeader' differs"):
        app.compile()


def test_errors_of_all_applications_look_alike() -> None:
    app = Bolide(problem_details=True)
    app.mount("/inner", make_inner(problem_details=True), include_in_schema=True)
    assert "application/problem+json" in str(app.openapi()["paths"]["/inner/items/{item_id}"])
    app.mount("/other", make_inner(), include_in_schema=True)
    with pytest.raises(RouteError, match=r"mount\('/other'\): the document has one schema of errors"):
        app.compile()


def test_foreign_applications_have_nothing_to_show() -> None:
    async def foreign(scope: Any, receive: Any, send: Any) -> None: ...

    with pytest.raises(RouteError, match=r"mount\('/x'\): include_in_schema=True shows the operations of an"):
        Bolide().mount("/x", foreign, include_in_schema=True)


def test_an_application_does_not_show_itself() -> None:
    outer, inner = Bolide(), Bolide()
    outer.mount("/inner", inner, include_in_schema=True)
    for app in (outer, inner):
        with pytest.raises(RouteError, match="would show its own operations again"):
            inner.mount("/outer", app, include_in_schema=True)


def test_documents_of_routes_show_mounts_too() -> None:
    app = Bolide()
    app.mount("/inner", make_inner(), include_in_schema=True)
    document = get_openapi(title="Part", version="1", routes=app.routes)
    assert list(document["paths"]) == ["/inner/items/{item_id}"]
