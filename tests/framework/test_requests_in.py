"""Parameters and bodies reach endpoints with their types, and every mistake in them is reported."""

from typing import Annotated, Any, Literal

import pytest

from bolide import Body, Bolide, Cookie, Field, Header, Model, Path, Query, Request
from bolide.testclient import TestClient


class Item(Model):
    name: str = Field(min_length=1)
    price: float = Field(gt=0)
    tags: list[str] = []


app = Bolide()


@app.get("/items/{item_id}")
async def read_item(
    item_id: Annotated[int, Path(ge=0)], q: str | None = None, limit: Annotated[int, Query(le=100)] = 10
) -> dict[str, Any]:
    return {"item_id": item_id, "q": q, "limit": limit}


@app.post("/items")
async def create_item(item: Item) -> Item:
    return item


@app.put("/items/{item_id}")
async def replace_item(item_id: int, item: Item | None = None) -> dict[str, Any]:
    return {"item_id": item_id, "named": None if item is None else item.name}


@app.get("/headers")
async def read_headers(
    user_agent: Annotated[str, Header()],
    x_token: Annotated[list[str], Header()] = [],  # noqa: B006 - fresh for every request
    session: Annotated[str | None, Cookie()] = None,
) -> dict[str, Any]:
    x_token.append("end")
    return {"user_agent": user_agent, "x_token": x_token, "session": session}


@app.get("/lists")
async def read_lists(
    tag: Annotated[list[str], Query()],
    page: int = 1,
    order: Literal["asc", "desc"] = "asc",
    word: str = Query("none", alias="w"),
) -> dict[str, Any]:
    return {"tag": tag, "page": page, "order": order, "word": word}


@app.post("/numbers")
async def add_numbers(numbers: list[int]) -> int:
    return sum(numbers)


@app.post("/one")
async def take_one(value: Annotated[int, Body()]) -> int:
    return value


@app.get("/request/{name}")
async def read_request(request: Request) -> dict[str, Any]:
    return {
        "method": request.method,
        "url": str(request.url),
        "name": request.path_params["name"],
        "query": dict(request.query_params),
        "agent": request.headers["User-Agent"],
        "is_app": request.app is app,
    }


client = TestClient(app, headers={"user-agent": "tests"})

JSON = {"content-type": "application/json"}


def test_path_and_query_are_converted() -> None:
    response = client.get("/items/7", params={"q": "a b", "limit": "5"})
    assert response.status_code == 200
    assert response.json() == {"item_id": 7, "q": "a b", "limit": 5}


def test_defaults_stand_in_for_what_is_missing() -> None:
    assert client.get("/items/7").json() == {"item_id": 7, "q": None, "limit": 10}


@pytest.mark.parametrize("spelling", ["7", " 7 ", "7.0", "0007", "1_0"], ids=repr)
def test_lax_spellings_of_an_integer_are_accepted(spelling: str) -> None:
    expected = {"1_0": 10}.get(spelling, 7)
    assert client.get("/lists", params={"tag": "a", "page": spelling}).json()["page"] == expected


def test_22_last_query_value_wins_and_lists_collect() -> None:
    response = client.get("/lists?tag=a&tag=b&page=1&page=2&w=hello&order=desc")
    assert response.json() == {"tag": ["a", "b"], "page": 2, "order": "desc", "word": "hello"}


def test_every_error_of_every_parameter_is_reported() -> None:
    response = client.get("/items/-1?limit=many")
    assert response.status_code == 422
    assert response.json() == {
        "detail": [
            {
                "type": "greater_than_equal",
                "loc": ["path", "item_id"],
                "msg": "Input should be greater than or equal to 0",
                "input": "-1",
                "ctx": {"ge": 0},
            },
            {
                "type": "int_parsing",
                "loc": ["query", "limit"],
                "msg": "Input should be a valid integer, unable to parse string as an integer",
                "input": "many",
            },
        ]
    }


def test_29_missing_parameters_have_null_as_input() -> None:
    response = client.get("/lists")
    assert response.json()["detail"] == [
        {"type": "missing", "loc": ["query", "tag"], "msg": "Field required", "input": None}
    ]


def test_headers_and_cookies() -> None:
    headers = {"x-token": "one"}
    response = client.get("/headers", headers=headers, cookies={"session": "abc"})
    assert response.json() == {"user_agent": "tests", "x_token": ["one", "end"], "session": "abc"}


def test_23_mutable_default_is_fresh_for_every_request() -> None:
    expected = {"user_agent": "tests", "x_token": ["end"], "session": None}
    assert [client.get("/headers").json() for _ in range(2)] == [expected, expected]


def test_31_underscore_header_does_not_stand_for_the_hyphen() -> None:
    assert client.get("/headers", headers={"x_token": "one"}).json()["x_token"] == ["end"]


def test_missing_header_is_reported_with_its_wire_name() -> None:
    with_agent = TestClient(app)
    assert with_agent.get("/headers").json()["detail"] == [
        {"type": "missing", "loc": ["header", "user-agent"], "msg": "Field required", "input": None}
    ]


def test_body_is_decoded_and_returned() -> None:
    response = client.post("/items", json={"name": "a", "price": 2, "tags": ["x"]})
    assert response.status_code == 200
    assert response.json() == {"name": "a", "price": 2.0, "tags": ["x"]}


def test_lax_body_is_accepted() -> None:
    assert client.post("/items", json={"name": "a", "price": "2.5"}).json()["price"] == 2.5


def test_every_error_of_a_body_is_reported() -> None:
    response = client.post("/items", json={"name": "", "price": -1, "tags": ["a", 1]})
    assert response.status_code == 422
    assert [(e["type"], e["loc"]) for e in response.json()["detail"]] == [
        ("string_too_short", ["body", "name"]),
        ("greater_than", ["body", "price"]),
        ("string_type", ["body", "tags", 1]),
    ]


def test_30_errors_of_parameters_come_before_those_of_the_body() -> None:
    response = client.put("/items/x", json={"name": ""})
    assert [e["loc"] for e in response.json()["detail"]] == [
        ["path", "item_id"],
        ["body", "name"],
        ["body", "price"],
    ]


def test_46_empty_required_body_is_missing() -> None:
    assert client.post("/items", headers=JSON).json() == {
        "detail": [{"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}]
    }


def test_optional_body_may_be_absent_or_null() -> None:
    assert client.put("/items/1").json() == {"item_id": 1, "named": None}
    assert client.put("/items/1", content="null", headers=JSON).json() == {"item_id": 1, "named": None}
    assert client.put("/items/1", json={"name": "n", "price": 1}).json() == {"item_id": 1, "named": "n"}


def test_48_malformed_json_is_422_with_its_position() -> None:
    response = client.post("/items", content='{"name": "a",}', headers=JSON)
    assert response.status_code == 422
    (error,) = response.json()["detail"]
    assert error["type"] == "json_invalid"
    assert error["loc"][0] == "body"
    assert error["msg"] == "JSON decode error"
    assert error["input"] == {}


def test_47_body_of_another_media_type_is_not_json() -> None:
    response = client.post("/items", content='{"name": "a"}', headers={"content-type": "text/plain"})
    assert response.status_code == 422
    (error,) = response.json()["detail"]
    assert (error["type"], error["loc"], error["input"]) == (
        "model_attributes_type",
        ["body"],
        '{"name": "a"}',
    )


def test_56_lists_and_scalars_are_bodies_too() -> None:
    assert client.post("/numbers", json=[1, 2, 3]).json() == 6
    assert client.post("/one", json=5).json() == 5
    assert client.post("/one", json="5").json() == 5
    assert client.post("/numbers", json=[1, "x"]).json()["detail"][0]["loc"] == ["body", 1]


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"name": ' * 5_000,
        b"\xff\xfe",
        b'{"name": "\\ud800"}',
        b"1" * 5_000,
        b"1e999",
        b"NaN",
    ],
    ids=["j2 arrays", "j2 objects", "not utf-8", "j5 surrogate", "j3 digits", "j3 exponent", "j3 nan"],
)
def test_hostile_bodies_are_422(body: bytes) -> None:
    for path in ("/items", "/numbers", "/one"):
        assert client.post(path, content=body, headers=JSON).status_code == 422


def test_b10_integer_of_five_thousand_digits_is_422() -> None:
    assert client.get(f"/items/{'9' * 5000}").status_code == 422


def test_j10_large_input_is_cut_and_errors_are_capped() -> None:
    response = client.post("/numbers", json=["x" * 5000])
    assert response.json()["detail"][0]["input"] == "x" * 5000 or len(response.content) < 1000
    assert len(response.content) < 1000
    assert len(client.post("/numbers", json=["x"] * 500).json()["detail"]) == 100


def test_request_object() -> None:
    assert client.get("/request/x%20y?a=1&b=2").json() == {
        "method": "GET",
        "url": "http://testserver/request/x%20y?a=1&b=2",
        "name": "x y",
        "query": {"a": "1", "b": "2"},
        "agent": "tests",
        "is_app": True,
    }


def test_body_over_the_limit_is_413() -> None:
    small = Bolide(max_body_size=10)

    @small.post("/")
    async def take(value: Annotated[str, Body()]) -> int:
        return len(value)

    client = TestClient(small)
    assert client.post("/", json="12345678").json() == 8
    response = client.post("/", json="123456789")
    assert (response.status_code, response.json()) == (413, {"detail": "Content Too Large"})


def test_limit_of_the_application_holds_for_the_request_object_too() -> None:
    small = Bolide(max_body_size=10)

    @small.post("/")
    async def take(request: Request) -> int:
        return len(await request.body())

    client = TestClient(small)
    assert client.post("/", content="1234567890").json() == 10
    assert client.post("/", content="12345678901").status_code == 413


def test_an_application_limits_the_errors_of_one_request() -> None:
    strict = Bolide(max_errors=3)

    @strict.post("/numbers/{first}")
    async def add(first: int, second: int, numbers: list[int]) -> int:
        return first + sum(numbers)

    answer = TestClient(strict).post("/numbers/a?second=b", json=["c", "d", "e"])
    assert [error["loc"] for error in answer.json()["detail"]] == [
        ["path", "first"],
        ["query", "second"],
        ["body", 0],
    ]
