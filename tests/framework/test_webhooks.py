"""Webhooks and callbacks: what an API calls, described by routes that are never served."""

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from bolide import APIRouter, Bolide
from bolide.exceptions import RouteError
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, bolide_web, fastapi_web


def declare(web: Web) -> Any:
    class Event(web.Model):  # type: ignore[misc]
        description: str

    class Received(web.Model):  # type: ignore[misc]
        ok: bool

    ids = {"generate_unique_id_function": web("routing.generate_unique_id")}
    app = web.App(webhooks=web.APIRouter(**ids), **ids)
    callbacks = web.APIRouter(**ids)

    @callbacks.post("{$callback_url}/invoices/{$request.body.id}", response_model=Received)  # type: ignore[untyped-decorator]
    def invoice_notification(body: Event) -> Any:
        """Tell that an invoice was paid."""

    @callbacks.put("{$callback_url}/log/{number}", name="log")  # type: ignore[untyped-decorator]
    def write_log(number: int) -> Any: ...

    @app.post("/invoices/", callbacks=callbacks.routes, status_code=201)  # type: ignore[untyped-decorator]
    def create_invoice(callback_url: str | None = None) -> int:
        return 1

    @app.webhooks.post("new-subscription", tags=["hooks"])  # type: ignore[untyped-decorator]
    def new_subscription(body: Event, dry: bool = False) -> Any:
        """Somebody subscribed."""

    @app.webhooks.delete("/with/slash")  # type: ignore[untyped-decorator]
    def with_slash() -> Any: ...

    return app


def documents() -> tuple[dict[str, Any], dict[str, Any]]:
    return declare(bolide_web()).openapi(), declare(fastapi_web()).openapi()


def test_webhooks_are_those_of_fastapi() -> None:
    """#130: the name of a webhook needs no slash."""
    ours, theirs = documents()
    OpenAPIV31SpecValidator(ours).validate()
    assert list(ours["webhooks"]) == ["new-subscription", "/with/slash"]
    assert ours["webhooks"] == theirs["webhooks"]
    assert ours["components"]["schemas"]["Event"] == theirs["components"]["schemas"]["Event"]


def test_callbacks_are_those_of_fastapi() -> None:
    """#131: by name and runtime expression."""
    ours, theirs = (each["paths"]["/invoices/"]["post"]["callbacks"] for each in documents())
    assert list(ours) == ["invoice_notification", "log"]
    assert list(ours["invoice_notification"]) == ["{$callback_url}/invoices/{$request.body.id}"]
    assert ours == theirs


def test_neither_is_served() -> None:
    client = TestClient(declare(bolide_web()))
    assert client.post("/invoices/").status_code == 201
    assert [client.post(path).status_code for path in ("/new-subscription", "/with/slash")] == [404, 404]


def test_document_shows_webhooks_that_are_declared_later() -> None:
    app = Bolide()
    assert "webhooks" not in app.openapi()
    app.webhooks.get("late")(late)
    assert list(app.openapi()["webhooks"]) == ["late"]


async def late() -> None: ...


async def other() -> None: ...


def test_callbacks_of_layers_add_up() -> None:
    first, second = APIRouter(), APIRouter()
    first.post("{$url}/first")(late)
    second.post("{$url}/second")(other)
    app, router = Bolide(callbacks=first), APIRouter(callbacks=[second])
    router.get("/a", name="a")(late)
    app.include_router(router)
    operation = app.openapi()["paths"]["/a"]["get"]
    assert {name: list(each) for name, each in operation["callbacks"].items()} == {
        "late": ["{$url}/first"],
        "other": ["{$url}/second"],
    }


def test_identifiers_of_shared_callbacks_are_told_apart() -> None:
    """#131: they take part in what must be unique."""
    shared = APIRouter()
    shared.post("{$url}/paid")(late)
    app = Bolide(callbacks=shared)
    app.get("/a", name="a")(other)
    app.get("/b", name="b")(other)
    found = [
        item["get"]["callbacks"]["late"]["{$url}/paid"]["post"]["operationId"]
        for item in app.openapi()["paths"].values()
    ]
    assert found == ["a_late", "b_late"]


def test_hidden_callbacks_and_webhooks_are_not_shown() -> None:
    router = APIRouter()
    router.post("{$url}", include_in_schema=False)(late)
    app = Bolide()
    app.get("/", callbacks=router.routes)(other)
    app.webhooks.get("hidden", include_in_schema=False)(late)
    document = app.openapi()
    assert "callbacks" not in document["paths"]["/"]["get"]
    assert "webhooks" not in document


def test_callback_of_one_name_may_have_several_paths() -> None:
    router = APIRouter()
    router.post("{$url}/a", name="same")(late)
    router.put("{$url}/a", name="same")(late)
    router.post("{$url}/b", name="same")(late)
    app = Bolide()
    app.get("/", callbacks=router.routes)(other)
    callbacks = app.openapi()["paths"]["/"]["get"]["callbacks"]
    assert {path: list(item) for path, item in callbacks["same"].items()} == {
        "{$url}/a": ["post", "put"],
        "{$url}/b": ["post"],
    }


def test_what_is_no_route_is_refused_as_a_callback() -> None:
    with pytest.raises(RouteError, match=r"callbacks has 5; expected a router, or its routes"):
        Bolide(callbacks=[5])


def test_mistakes_in_what_is_never_served_stop_the_start_up() -> None:
    app = Bolide()

    @app.webhooks.post("broken")
    async def broken(value: object()) -> None: ...  # type: ignore[valid-type]

    with pytest.raises(RouteError, match=r"'broken' \("):
        app.compile()
    router = APIRouter()

    @router.post("{$url}", responses={400: {"model": object()}})
    async def called() -> None: ...

    app = Bolide()
    app.get("/", callbacks=router.routes)(late)
    with pytest.raises(RouteError, match=r"'called' \("):
        app.compile()


def test_operation_id_of_a_webhook_may_not_be_that_of_a_route() -> None:
    app = Bolide()
    app.get("/", operation_id="same")(late)
    app.webhooks.post("hook", operation_id="same")(other)
    with pytest.raises(RouteError, match="operation id 'same' of endpoint 'other'"):
        app.compile()
