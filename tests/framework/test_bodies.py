"""Bodies: which parameter reads what of it, media types, and what is wrong with it."""

import json
from typing import Annotated, Any, Literal

import pytest

from bolide import Body, Bolide, Model
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, answers, bolide_web, fastapi_web, same

JSON = {"content-type": "application/json"}


def declare(web: Web) -> Any:
    """Declare endpoints with every kind of body."""
    app = web.App(generate_unique_id_function=web("routing.generate_unique_id"))
    Model: Any = web.Model  # noqa: N806
    Body: Any = web.Body  # noqa: N806
    Field: Any = web("Field" if web.package == "bolide" else "pydantic.Field")  # noqa: N806

    class Item(Model):  # type: ignore[misc]
        name: str
        price: float = 0

    class User(Model):  # type: ignore[misc]
        name: str = Field(min_length=2)

    class Cat(Model):  # type: ignore[misc]
        kind: Literal["cat"]
        lives: int = 9

    class Dog(Model):  # type: ignore[misc]
        kind: Literal["dog"]

    async def get_user(user: User) -> Any:
        return user.name

    async def get_item(item: Item) -> Any:
        return item.name

    @app.post("/one")
    async def one(item: Item) -> Any:
        return item

    @app.post("/two")
    async def two(item: Item, user: User) -> Any:
        return [item, user]

    @app.post("/mixed")
    async def mixed(
        item: Item, count: Annotated[int, Body(gt=0, alias="n")], note: Annotated[str | None, Body()] = None
    ) -> Any:
        return [item, count, note]

    @app.post("/defaults")
    async def defaults(item: Item | None = None, words: Annotated[list[str], Body()] = []) -> Any:  # noqa: B006
        words.append("end")
        return [item, words]

    @app.post("/embedded")
    async def embedded(item: Annotated[Item, Body(embed=True)]) -> Any:
        return item

    @app.post("/shared")
    async def shared(item: Item, name: Annotated[str, web.Depends(get_item)]) -> Any:
        return [item, name]

    @app.post("/by-dependency")
    async def by_dependency(item: Item, name: Annotated[str, web.Depends(get_user)]) -> Any:
        return [item, name]

    @app.post("/scalar")
    async def scalar(number: Annotated[int, Body()]) -> Any:
        return number

    @app.post("/optional")
    async def optional(item: Annotated[Item | None, Body()] = None) -> Any:
        return item

    @app.post("/items")
    async def items(items: list[Item]) -> Any:
        return items

    @app.post("/map")
    async def map_(weights: dict[int, float]) -> Any:
        return weights

    @app.post("/union")
    async def union(pet: Annotated[Cat | Dog, Body()]) -> Any:
        return pet

    @app.post("/tagged")
    async def tagged(pet: Annotated[Cat | Dog, Body(discriminator="kind")]) -> Any:
        return pet

    @app.post("/raw")
    async def raw(data: Annotated[bytes, Body(media_type="application/octet-stream")]) -> Any:
        return data.hex()

    @app.post("/any")
    async def any_(data: Annotated[Any, Body()]) -> Any:
        return str(data)

    @app.delete("/delete")
    async def delete(item: Item) -> Any:
        return item

    @app.post("/none")
    async def none() -> Any:
        return "none"

    return app


def compare(path: str, value: Any, *, method: str = "POST") -> Any:
    return same(declare, method, path, body=json.dumps(value).encode(), headers=JSON).content()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/one", {"name": "a"}),
        ("/one", {"item": {"name": "a"}}),
        ("/two", {"item": {"name": "a"}, "user": {"name": "bb"}}),
        ("/two", {"item": {}, "user": {"name": "b"}}),
        ("/two", {"name": "a"}),
        ("/two", {"item": None, "user": 3}),
        ("/mixed", {"item": {"name": "a"}, "n": 3, "note": "x"}),
        ("/mixed", {"item": {"name": "a"}, "count": 3}),
        ("/mixed", {"item": {"name": "a", "price": "x"}, "n": "0", "note": 3}),
        ("/mixed", {"item": {"name": "a"}, "n": "5"}),
        ("/defaults", {}),
        ("/defaults", {"words": ["a"], "item": {"name": "x"}}),
        ("/defaults", {"item": None, "words": "x"}),
        ("/embedded", {"item": {"name": "a"}}),
        ("/embedded", {"name": "a"}),
        ("/embedded", {"item": {}}),
        ("/shared", {"name": "a"}),
        ("/by-dependency", {"item": {"name": "a"}, "user": {"name": "bb"}}),
        ("/by-dependency", {"item": {}, "user": {}}),
    ],
)
def test_several_bodies_are_members_of_one_object(path: str, value: Any) -> None:
    """#44 #45: more than one name, or ``embed``; the same name in a dependency counts once."""
    compare(path, value)


@pytest.mark.parametrize("value", [[], [1], "x", 3, None, True], ids=repr)
@pytest.mark.parametrize("path", ["/two", "/defaults", "/embedded"])
def test_members_of_what_is_no_object_are_missing(path: str, value: Any) -> None:
    """#45: one ``missing`` per member, even for those that have a default."""
    compare(path, value)


@pytest.mark.parametrize("path", ["/one", "/two", "/defaults", "/embedded", "/optional", "/scalar", "/items"])
@pytest.mark.parametrize("headers", [JSON, {}, {"content-type": "text/plain"}], ids=["json", "none", "text"])
def test_empty_body_is_a_missing_one(path: str, headers: dict[str, str]) -> None:
    """#46: ``missing`` with ``input`` null at ``body``, or at the members."""
    same(declare, "POST", path, headers=headers)


@pytest.mark.parametrize("path", ["/one", "/optional", "/scalar", "/items", "/map", "/any"])
def test_null_is_a_value(path: str) -> None:
    """#46: the literal ``null`` is not a missing body."""
    compare(path, None)


@pytest.mark.parametrize("path", ["/one", "/two", "/scalar", "/raw", "/any", "/items", "/defaults"])
@pytest.mark.parametrize(
    "content_type",
    [
        *(
            "application/json; charset=utf-8",
            "application/problem+json",
            "Application/JSON",
            "application/xml",
        ),
        *("text/json", "text/plain", "application/jsonx", None),
    ],
)
def test_only_json_media_types_are_json(path: str, content_type: str | None) -> None:
    """#47: otherwise the raw bytes are validated; ``bytes`` and ``Any`` receive them."""
    headers = {} if content_type is None else {"content-type": content_type}
    same(declare, "POST", path, body=b'"a"', headers=headers)


@pytest.mark.parametrize("path", ["/one", "/two", "/raw"])
@pytest.mark.parametrize("body", [b"{", b'{"name": }', b"[1,]", b"nul", b'{"a":1}x', b"\xff"], ids=repr)
def test_what_is_no_json_is_422(path: str, body: bytes) -> None:
    """#48: ``json_invalid`` with its place; FastAPI's text says why in other words."""
    actual, expected = answers(declare, "POST", path, body=body, headers=JSON)
    assert actual.status == 422
    (error,) = actual.content()["detail"]
    assert (error["type"], error["loc"][0]) == ("json_invalid", "body")
    if expected.status == 422:  # it raises for bytes that are no UTF-8
        assert expected.content()["detail"][0]["type"] == "json_invalid"


def test_last_of_equal_keys_wins() -> None:
    """#49: also of members."""
    same(declare, "POST", "/one", body=b'{"name": "a", "name": "b"}', headers=JSON)
    body = b'{"item": {"name": "a"}, "item": {"name": "b"}, "user": {"name": "cc"}}'
    same(declare, "POST", "/two", body=body, headers=JSON)


@pytest.mark.parametrize("body", [b'{"name": "a", "price": NaN}', b'{"name": "a", "price": Infinity}'])
def test_nan_is_no_json(body: bytes) -> None:
    """#49: FastAPI accepts the words, RFC 8259 §6 does not."""
    actual, _ = answers(declare, "POST", "/one", body=body, headers=JSON)
    assert actual.status == 422
    assert actual.content()["detail"][0]["type"] == "json_invalid"


def test_text_of_wrong_records_speaks_of_attributes() -> None:
    """#50: bodies are read with attributes, and the text says so."""
    (error,) = compare("/one", 3)["detail"]
    assert error["msg"] == "Input should be a valid dictionary or object to extract fields from"


@pytest.mark.parametrize("value", [{"name": "a"}, {}])
def test_delete_has_a_body_if_it_declares_one(value: Any) -> None:
    """#51: a body is read whatever the method is."""
    compare("/delete", value, method="DELETE")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/items", [{"name": "a"}, {"name": 3}, {}]),
        ("/items", {"name": "a"}),
        ("/map", {"1": 2, "3": "4.5"}),
        ("/map", {"x": 2, "3": "y"}),
        ("/scalar", "5"),
        ("/scalar", 5.0),
        ("/scalar", 5.5),
    ],
)
def test_lists_maps_and_scalars_are_bodies(path: str, value: Any) -> None:
    """#56: keys of maps are converted, and so is text for a number."""
    compare(path, value)


@pytest.mark.parametrize("path", ["/union", "/tagged"])
@pytest.mark.parametrize("value", [{"kind": "dog"}, {"kind": "cat", "lives": "3"}, {"kind": "cow"}, {}, 3])
def test_unions_are_read_by_their_best_match_or_tag(path: str, value: Any) -> None:
    """#57: errors of every branch, or of the one that the tag chooses."""
    compare(path, value)


def test_endpoint_without_body_does_not_read_it() -> None:
    """#58: whatever it is."""
    same(declare, "POST", "/none", body=b"{", headers=JSON)
    source = declare(bolide_web()).handler_source("POST", "/none")
    assert "exchange.body" not in source
    assert "read_body" not in source


def test_document_has_a_component_for_members() -> None:
    """#123 #124: ``Body_<operation_id>``, required when one of the members is."""
    ours, theirs = (declare(web).openapi() for web in (bolide_web(), fastapi_web()))
    for path in ("/two", "/mixed", "/defaults", "/embedded", "/one", "/optional", "/raw", "/scalar"):
        operations = [document["paths"][path]["post"]["requestBody"] for document in (ours, theirs)]
        assert operations[0] == operations[1], path
    for name, schema in theirs["components"]["schemas"].items():
        if name.startswith("Body_"):
            schema["required"] = sorted(schema.get("required", ()))
            component = ours["components"]["schemas"][name]
            assert {**component, "required": sorted(component.get("required", ()))} == schema, name


class Item(Model):
    name: str


app = Bolide()
client = TestClient(app)


@app.post("/")
async def create(item: Item, data: Annotated[bytes, Body()], nested: Annotated[Any, Body()] = None) -> str:
    return f"{item.name} {data!r} {nested}"


def test_members_are_decoded_one_by_one() -> None:
    body = {"item": {"name": "a"}, "data": "ä", "nested": [1, {"a": 2.5}], "unknown": [[[[]]]]}
    assert client.post("/", json=body).json() == "a b'\\xc3\\xa4' [1, {'a': 2.5}]"


@pytest.mark.parametrize("depth", [10, 2_000, 100_000])
def test_deep_members_are_bounded(depth: int) -> None:
    body = b'{"item": {"name": "a"}, "data": "x", "nested": ' + b"[" * depth + b"]" * depth + b"}"
    response = client.post("/", content=body, headers=JSON)
    assert response.status_code == (200 if depth == 10 else 422)
