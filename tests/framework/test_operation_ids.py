"""Identifiers of operations: names for clients, stable whatever else an application has."""

from typing import Any

import pytest

from bolide import APIRouter, Bolide
from bolide.exceptions import RouteError
from bolide.routing import generate_unique_id


async def read() -> None: ...


async def write() -> None: ...


def ids(app: Bolide) -> dict[str, str]:
    """Return the identifiers by method and path."""
    return {
        f"{method} {path}": operation["operationId"]
        for path, item in app.openapi()["paths"].items()
        for method, operation in item.items()
    }


def test_identifier_is_the_name_of_the_route() -> None:
    app = Bolide()
    app.get("/items/{item_id}")(read)
    app.get("/named", name="other name")(read)
    assert ids(app) == {"get /items/{item_id}": "read", "get /named": "other_name"}


def test_route_for_several_methods_has_one_for_each() -> None:
    app = Bolide()
    app.api_route("/items", methods=["GET", "POST"])(read)
    assert ids(app) == {"get /items": "read_get", "post /items": "read_post"}


def test_routes_of_one_name_are_told_apart_by_path_and_method() -> None:
    app = Bolide()
    app.get("/users")(read)
    app.get("/items/{item_id:int}")(read)
    app.post("/items")(write)
    assert ids(app) == {
        "get /users": "read_users_get",
        "get /items/{item_id}": "read_items_item_id_get",
        "post /items": "write",
    }


def test_neither_order_nor_other_routes_matter() -> None:
    users, items = APIRouter(prefix="/users"), APIRouter(prefix="/items")
    users.get("/list")(read)
    items.get("/list")(read)
    first, second = Bolide(), Bolide()
    first.include_router(users)
    first.include_router(items)
    second.include_router(items)
    second.get("/unrelated")(write)
    second.include_router(users)
    assert ids(first).items() <= ids(second).items()


def test_what_is_still_the_same_is_numbered() -> None:
    app = Bolide()
    app.get("/a-b")(read)
    app.get("/a_b")(read)
    assert ids(app) == {"get /a-b": "read_a_b_get", "get /a_b": "read_a_b_get_2"}


def test_declared_identifiers_come_first() -> None:
    app = Bolide()
    app.get("/a")(read)
    app.get("/b", operation_id="read")(write)
    assert ids(app) == {"get /a": "read_a_get", "get /b": "read"}


def test_hidden_routes_claim_no_name() -> None:
    app = Bolide()
    app.get("/a")(read)
    app.get("/b", include_in_schema=False)(read)
    assert ids(app) == {"get /a": "read"}


@pytest.mark.parametrize(
    "options", [{"compatibility": "fastapi"}, {"generate_unique_id_function": generate_unique_id}]
)
def test_fastapis_are_an_option(options: Any) -> None:
    app = Bolide(**options)
    app.get("/items/{item_id:int}")(read)
    app.api_route("/many", methods=["PUT", "PATCH"])(write)
    assert ids(app) == {
        "get /items/{item_id}": "read_items__item_id__get",
        "put /many": "write_many_put",
        "patch /many": "write_many_patch",
    }


def test_function_wins_over_compatibility() -> None:
    app = Bolide(compatibility="fastapi", generate_unique_id_function=lambda route: f"my_{route.name}")
    app.get("/a")(read)
    assert ids(app) == {"get /a": "my_read"}


def test_function_that_does_not_look_at_methods_gets_them_behind_its_text() -> None:
    app = Bolide(generate_unique_id_function=lambda route: route.name)
    app.api_route("/many", methods=["PUT", "PATCH"])(write)
    assert ids(app) == {"put /many": "write_put", "patch /many": "write_patch"}


def test_function_that_repeats_itself_is_an_error_that_names_both_endpoints() -> None:
    app = Bolide(generate_unique_id_function=lambda route: "same")
    app.get("/a")(read)
    app.get("/b")(write)
    with pytest.raises(
        RouteError, match=r"operation id 'same' of endpoint 'write' \(.*\) is already .*'read' \("
    ):
        app.compile()


def test_fastapis_that_repeat_are_numbered_in_compatibility_mode() -> None:
    app = Bolide(compatibility="fastapi")
    app.get("/a-b")(read)
    app.get("/a_b")(read)
    assert list(ids(app).values()) == ["read_a_b_get", "read_a_b_get_2"]
