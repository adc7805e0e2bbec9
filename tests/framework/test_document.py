"""The document of an application: made once, overridden, and served."""

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from bolide import APIRouter, Bolide, Model
from bolide.docs import get_openapi
from bolide.exceptions import BolideError
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, bolide_web, fastapi_web


class Item(Model):
    name: str


async def read() -> Item:
    return Item(name="a")


async def hook(item: Item) -> None: ...


def shop() -> Bolide:
    app = Bolide(title="Shop", version="2")
    app.get("/items/{item_id}")(read)
    app.webhooks.post("sold")(hook)
    return app


def test_document_is_the_same_object_until_routes_change() -> None:
    """#133: what is changed in it stays."""
    app = shop()
    document = app.openapi()
    document["info"]["x-logo"] = "logo.png"
    assert app.openapi() is document
    app.get("/more")(read)
    assert app.openapi() is not document
    assert list(app.openapi()["paths"]) == ["/items/{item_id}", "/more"]
    assert "x-logo" not in app.openapi()["info"]


def test_order_of_the_document() -> None:
    """#132: components are sorted by name, the fields stand as the specification lists them."""

    def declare(web: Web) -> Any:
        class Zoo(web.Model):  # type: ignore[misc]
            name: str

        class Ant(web.Model):  # type: ignore[misc]
            name: str

        app = web.App(
            servers=[{"url": "/api"}],
            openapi_tags=[{"name": "a"}],
            openapi_external_docs={"url": "https://example.org/docs"},
        )

        @app.post("/")  # type: ignore[untyped-decorator]
        async def create(zoo: Zoo) -> Ant: ...

        @app.webhooks.post("hook")  # type: ignore[untyped-decorator]
        async def hook() -> Any: ...

        return app

    ours, theirs = declare(bolide_web()).openapi(), declare(fastapi_web()).openapi()
    assert list(ours) == list(theirs)
    assert list(ours) == [
        "openapi",
        "info",
        "servers",
        "paths",
        "webhooks",
        "components",
        "tags",
        "externalDocs",
    ]
    names = ["Ant", "HTTPValidationError", "ValidationError", "Zoo"]
    assert list(ours["components"]["schemas"]) == list(theirs["components"]["schemas"]) == names


def test_descriptions_end_at_a_form_feed() -> None:
    """#125: of operations and of models."""

    def declare(web: Web) -> Any:
        class Thing(web.Model):  # type: ignore[misc]
            """Something.\f Internal."""

            name: str

        app = web.App(
            description="All\fhidden", generate_unique_id_function=web("routing.generate_unique_id")
        )

        @app.post("/")  # type: ignore[untyped-decorator]
        async def create(thing: Thing) -> Thing:
            """Create it.

            With everything.
            \f
            :param thing: what
            """
            return thing

        return app

    ours, theirs = declare(bolide_web()).openapi(), declare(fastapi_web()).openapi()
    operation = ours["paths"]["/"]["post"]
    assert operation["description"] == "Create it.\n\nWith everything."
    assert ours["components"]["schemas"]["Thing"]["description"] == "Something."
    assert ours["paths"] == theirs["paths"]


def test_openapi_extra_may_describe_the_whole_body() -> None:
    """#128: raw bodies."""

    def declare(web: Web) -> Any:
        app = web.App(generate_unique_id_function=web("routing.generate_unique_id"))
        content = {"application/x-yaml": {"schema": {"type": "object"}}}

        @app.post("/", openapi_extra={"requestBody": {"content": content, "required": True}, "x-own": [1]})  # type: ignore[untyped-decorator]
        async def create() -> Any: ...

        return app

    ours, theirs = (declare(web).openapi()["paths"] for web in (bolide_web(), fastapi_web()))
    assert ours["/"]["post"]["requestBody"]["required"] is True
    assert ours == theirs


def test_convertors_are_not_shown() -> None:
    """#129."""
    app = Bolide()

    @app.get("/files/{path:path}/{number:int}")
    async def read_file(path: str, number: int) -> None: ...

    assert list(app.openapi()["paths"]) == ["/files/{path}/{number}"]


def test_schemas_are_merged_on_demand() -> None:
    def declare(web: Web, *, separate: bool) -> Any:
        class Box(web.Model):  # type: ignore[misc]
            label: str = "x"
            parts: list[str] = []

        app = web.App(
            separate_input_output_schemas=separate,
            generate_unique_id_function=web("routing.generate_unique_id"),
        )

        @app.post("/boxes")  # type: ignore[untyped-decorator]
        async def create(box: Box) -> Box: ...

        return app

    for separate in (True, False):
        ours, theirs = (declare(web, separate=separate).openapi() for web in (bolide_web(), fastapi_web()))
        assert (ours["paths"], ours["components"]) == (theirs["paths"], theirs["components"])


def test_users_make_documents_of_their_own() -> None:
    app = shop()

    def custom() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title="Custom", version="3", routes=app.routes, webhooks=app.webhooks.routes
            )
            document["info"]["x-logo"] = {"url": "logo.png"}
            app.openapi_schema = document
        return dict(app.openapi_schema)

    app.openapi = custom  # type: ignore[method-assign]
    client = TestClient(app)
    served = client.get("/openapi.json").json()
    assert served["info"] == {"title": "Custom", "version": "3", "x-logo": {"url": "logo.png"}}
    OpenAPIV31SpecValidator(served).validate()
    plain = shop().openapi()
    assert (served["paths"], served["webhooks"]) == (plain["paths"], plain["webhooks"])
    assert served["components"] == plain["components"]


def test_get_openapi_takes_routes_of_routers_and_other_identifiers() -> None:
    router = APIRouter(prefix="/r")
    router.get("/x")(read)
    document = get_openapi(
        title="T",
        version="1",
        openapi_version="3.2.0",
        routes=[*router.routes, router],
        compatibility="fastapi",
    )
    assert document["openapi"] == "3.2.0"
    assert document["paths"]["/r/x"]["get"]["operationId"] == "read_r_x_get"
    with pytest.raises(BolideError, match="openapi_version is '4'"):
        get_openapi(title="T", version="1", openapi_version="4", routes=[])  # type: ignore[arg-type]


def test_unchanged_document_is_not_sent_again() -> None:
    client = TestClient(shop())
    first = client.get("/openapi.json")
    etag = first.headers["etag"]
    again = client.get("/openapi.json", headers={"if-none-match": f'"other", {etag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert client.get("/openapi.json", headers={"if-none-match": '"other"'}).status_code == 200


def test_head_of_the_document_has_its_headers() -> None:
    client = TestClient(shop())
    get, head = client.get("/openapi.json"), client.request("HEAD", "/openapi.json")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-type", "content-length"):
        assert head.headers[name] == get.headers[name]


def test_document_that_is_assigned_is_served_at_once() -> None:
    app = shop()
    client = TestClient(app)
    before = client.get("/openapi.json")
    app.openapi_schema = {"openapi": "3.1.0", "info": {"title": "Mine", "version": "1"}, "paths": {}}
    after = client.get("/openapi.json")
    assert after.json()["info"]["title"] == "Mine"
    assert after.headers["etag"] != before.headers["etag"]


def test_document_is_encoded_once() -> None:
    app = shop()
    app.openapi()["info"]["x-early"] = 1
    client = TestClient(app)
    first = client.get("/openapi.json")
    assert first.json()["info"]["x-early"] == 1
    app.openapi()["info"]["x-late"] = 1
    assert client.get("/openapi.json").content == first.content


def test_mounted_applications_have_documents_of_their_own() -> None:
    inner, outer = Bolide(title="Inner"), Bolide(title="Outer")
    inner.get("/x")(read)
    outer.get("/y")(read)
    outer.mount("/inner", inner)
    client = TestClient(outer)
    assert list(client.get("/openapi.json").json()["paths"]) == ["/y"]
    document = client.get("/inner/openapi.json").json()
    assert (list(document["paths"]), document["servers"]) == (["/x"], [{"url": "/inner"}])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"openapi_tags": [{"description": "x"}]}, "a list of dictionaries, each with 'name', or None"),
        ({"openapi_tags": {"name": "a"}}, "a list of dictionaries, each with 'name', or None"),
        ({"servers": [{"url": "/"}, {}]}, "a list of dictionaries, each with 'url', or None"),
        ({"license_info": {"identifier": "MIT"}}, "a dictionary with 'name', or None"),
        ({"openapi_external_docs": {"url": 5}}, "a dictionary with 'url', or None"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_objects_without_what_openapi_requires_are_refused(options: dict[str, Any], expected: str) -> None:
    with pytest.raises(BolideError, match=f"expected {expected}"):
        Bolide(**options)
