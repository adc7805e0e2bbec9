"""The options of ``response_model``: what of a result is sent, and whether it is validated again."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from bolide import Bolide, Field, Model
from bolide.exceptions import RouteError
from bolide.responses import HTMLResponse, JSONResponse
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, fastapi_web, send


class Owner(Model, track_fields_set=True):
    name: str
    token: str = "t"


class Item(Model, track_fields_set=True):
    price: int = Field(1, ge=0, alias="thePrice")
    note: str | None = None
    owner: Owner | None = None


def declared(returned: Any, **options: Any) -> Bolide:
    app = Bolide()

    @app.get("/", **options)
    async def read() -> Item:
        return returned  # type: ignore[no-any-return]

    return app


def fastapis_answer(options: dict[str, Any], values: dict[str, Any]) -> Any:
    web: Web = fastapi_web()
    field: Any = web("pydantic.Field")

    class Owner(web.Model):  # type: ignore[misc]
        name: str
        token: str = "t"

    class Item(web.Model):  # type: ignore[misc]
        price: int = field(1, ge=0, alias="thePrice")
        note: str | None = None
        owner: Owner | None = None

    app = web.App()

    @app.get("/", **options)  # type: ignore[untyped-decorator]
    async def read() -> Item:
        return Item(**values)

    return send(app, "GET", "/").content()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"response_model_exclude_unset": True},
        {"response_model_exclude_defaults": True},
        {"response_model_exclude_none": True},
        {"response_model_by_alias": False},
        {"response_model_include": {"price", "owner"}},
        {"response_model_include": ["price"]},
        {"response_model_exclude": {"owner": {"token"}}},
        {"response_model_include": {"owner": {"name"}, "note": True}, "response_model_exclude": {"note"}},
    ],
)
@pytest.mark.parametrize(
    "values", [{"thePrice": 1}, {"note": None}, {"thePrice": 2, "note": "n", "owner": {"name": "a"}}]
)
def test_86_87_88_options_leave_out_what_fastapi_leaves_out(
    options: dict[str, Any], values: dict[str, Any]
) -> None:
    """#86-#88: of instances, and of dictionaries, all keys of which count as set."""
    expected = fastapis_answer(options, values)
    for returned in (Item.model_validate(values), values):
        assert send(declared(returned, **options), "GET", "/").content() == expected


def test_names_of_fields_stand_for_those_of_each_item() -> None:
    app = Bolide()

    @app.get("/", response_model_include={"note"})
    async def read() -> list[Item]:
        return [Item(note="a"), {"note": "b", "secret": 1}]  # type: ignore[list-item]

    assert TestClient(app).get("/").json() == [{"note": "a"}, {"note": "b"}]


def test_options_apply_to_yielded_items() -> None:
    app = Bolide()

    @app.get("/", response_model_exclude_none=True)
    async def read() -> AsyncIterator[Item]:
        yield Item(note="a")

    assert TestClient(app).get("/").content == b'{"thePrice":1,"note":"a"}\n'


def test_unset_fields_can_only_be_left_out_of_models_that_know_them() -> None:
    class Forgetful(Model):
        name: str = "a"

    app = Bolide()

    @app.get("/", response_model_exclude_unset=True)
    async def read() -> Forgetful:
        return Forgetful()

    with pytest.raises(RouteError, match=r"endpoint 'read' .*track_fields_set=True"):
        app.compile()


def test_a_result_of_the_declared_type_is_validated_on_request() -> None:
    wrong = Item(thePrice=1)
    wrong.price = -1
    trusted = TestClient(declared(wrong), raise_server_exceptions=False).get("/")
    assert (trusted.status_code, trusted.json()["thePrice"]) == (200, -1)
    checked = TestClient(declared(wrong, validate_response=True), raise_server_exceptions=False)
    assert checked.get("/").status_code == 500
    wrong.price = 1
    assert checked.get("/").status_code == 200


class Pretty(JSONResponse):
    media_type = "application/vnd.pretty+json"
    __slots__ = ()

    def render(self, content: Any) -> bytes:
        return msgspec.json.format(msgspec.json.encode(content), indent=1)


class Renamed(JSONResponse):
    media_type = "application/vnd.renamed+json"
    __slots__ = ()


class Small(Model):
    note: str | None


@pytest.mark.parametrize(
    ("response_class", "body"), [(Pretty, b'{\n "note": "a"\n}'), (Renamed, b'{"note":"a"}')]
)
def test_a_json_class_of_ones_own_gets_the_filtered_result(response_class: Any, body: bytes) -> None:
    app = Bolide()

    @app.get("/", response_class=response_class)
    async def read() -> Small:
        return Item(note="a")  # type: ignore[return-value]

    response = TestClient(app).get("/")
    assert (response.content, response.headers["content-type"]) == (body, response_class.media_type)


def test_another_class_validates_the_result_when_it_has_a_model() -> None:
    app = Bolide()

    @app.get("/", response_class=HTMLResponse, response_model=str)
    async def read(wrong: bool = False) -> Any:
        return 3 if wrong else "<p>"

    client = TestClient(app, raise_server_exceptions=False)
    assert client.get("/").text == "<p>"
    assert client.get("/?wrong=1").status_code == 500
