"""Records whose fields are parameters, styles of lists and objects in the query."""

from dataclasses import dataclass
from typing import Annotated, Any, TypedDict
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bolide import Bolide, Field, Header, Model, Query, UploadFile
from bolide.exceptions import RouteError
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, answers, same


def declare(web: Web) -> Any:
    """Declare endpoints with parameter models in every place of a request's head."""
    app = web.App()
    Model: Any = web.Model  # noqa: N806
    Field: Any = web("Field" if web.package == "bolide" else "pydantic.Field")  # noqa: N806
    AliasChoices: Any = web("AliasChoices" if web.package == "bolide" else "pydantic.AliasChoices")  # noqa: N806

    class Page(Model):  # type: ignore[misc]
        limit: int = Field(10, le=100)
        order_by: str = Field("name", alias="orderBy")
        tags: list[str] = []

    class Sorting(Model):  # type: ignore[misc]
        by: str
        down: bool = False

    class Strict(Model):  # type: ignore[misc]
        model_config = {"extra": "forbid"}
        a: int = 1

    class Open(Model):  # type: ignore[misc]
        model_config = {"extra": "allow"}
        a: int = 1

    class Names(Model):  # type: ignore[misc]
        model_config = {"populate_by_name": True}
        first: int = Field(0, validation_alias=AliasChoices("f1", "f2"))
        second: int = Field(0, alias="s")

    class Headers(Model):  # type: ignore[misc]
        x_token: int
        x_tag: list[str] = []
        named: str = Field("none", alias="X-Named")

    class Cookies(Model):  # type: ignore[misc]
        session: str
        visits: int = 0

    @app.get("/page")
    async def page(page: Annotated[Page, web.Query()], other: int = 0) -> Any:
        return [page, other]

    @app.get("/two")
    async def two(page: Annotated[Page, web.Query()], sorting: Annotated[Sorting, web.Query()]) -> Any:
        return [page, sorting]

    @app.get("/optional")
    async def optional(sorting: Annotated[Sorting | None, web.Query()] = None) -> Any:
        return sorting

    @app.get("/needed")
    async def needed(sorting: Annotated[Sorting | None, web.Query()]) -> Any:
        return sorting

    @app.get("/optional-strict")
    async def optional_strict(strict: Annotated[Strict | None, web.Query()] = None) -> Any:
        return strict

    @app.get("/strict")
    async def strict(strict: Annotated[Strict, web.Query()], beside: int = 0) -> Any:
        return [strict, beside]

    @app.get("/open")
    async def open_(model: Annotated[Open, web.Query()]) -> Any:
        return model

    @app.get("/names")
    async def names(model: Annotated[Names, web.Query()]) -> Any:
        return model.first, model.second

    @app.get("/headers")
    async def headers(model: Annotated[Headers, web.Header()]) -> Any:
        return model

    @app.get("/plain-headers")
    async def plain_headers(model: Annotated[Headers, web.Header(convert_underscores=False)]) -> Any:
        return model

    @app.get("/cookies")
    async def cookies(model: Annotated[Cookies, web.Cookie()]) -> Any:
        return model

    return app


@pytest.mark.parametrize(
    "target",
    [
        *(
            "/page",
            "/page?limit=5&orderBy=x&tags=a&tags=b&other=3",
            "/page?limit=500&tags=",
            "/page?order_by=x",
        ),
        *(
            "/page?limit=1&limit=2",
            "/page?limit=x&other=y",
            "/two?by=x&limit=3&down=on",
            "/two",
            "/two?limit=3",
        ),
        *("/optional", "/optional?by=x", "/optional?down=1", "/optional?zz=1", "/needed", "/needed?by=a"),
        *("/strict", "/strict?a=2", "/strict?a=2&b=3&b=4&c=5", "/strict?beside=3"),
        *("/optional-strict", "/optional-strict?a=2", "/optional-strict?z=2"),
        *(
            "/open?a=2&b=3&b=4&c=5",
            "/open?a=x",
            "/names?f1=1&s=2",
            "/names?f2=1&second=2",
            "/names?f1=1&f2=2",
        ),
        *("/names?first=3", "/names?f2=x", "/names?s=x&second=1"),
    ],
)
def test_query_models_are_those_of_fastapi(target: str) -> None:
    """#28 #29 #34: fields by alias, the whole dictionary as ``input``, extra names of the whole query."""
    same(declare, "GET", target)


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        ("/headers", [("x-token", "1"), ("x-tag", "a"), ("x-tag", "b"), ("x-named", "n")]),
        ("/headers", [("x-token", "1"), ("x_tag", "a")]),
        ("/headers", [("x-token", "x"), ("x-token", "1")]),
        ("/plain-headers", [("x_token", "1"), ("x-tag", "a")]),
        ("/cookies", [("cookie", "session=a; visits=3; other=1")]),
        ("/cookies", [("cookie", "visits=x")]),
    ],
)
def test_header_and_cookie_models_are_those_of_fastapi(path: str, lines: list[tuple[str, str]]) -> None:
    """#28 #31: header models report the name with hyphens, and do not read the one with underscores."""
    same(declare, "GET", path, headers=lines)


def test_missing_header_does_not_show_all_headers() -> None:
    """#29: FastAPI echoes every header of the request, Bolide those that the model reads."""
    lines = [("authorization", "secret"), ("x-tag", "a")]
    actual, expected = answers(declare, "GET", "/headers", headers=lines)
    (error,), (theirs,) = actual.content()["detail"], expected.content()["detail"]
    assert error["input"] == {"x-tag": ["a"]}
    assert {**error, "input": None} == {**theirs, "input": None}


def test_document_lists_each_field() -> None:
    """The fields of a model are parameters like others, those of an optional one are optional."""
    actual = declare(Web("bolide", "Bolide", "Model")).openapi()["paths"]
    expected = declare(Web("fastapi", "FastAPI", "pydantic.BaseModel")).openapi()["paths"]
    for path in ("/page", "/two", "/optional", "/headers", "/plain-headers", "/cookies", "/strict"):
        assert actual[path]["get"]["parameters"] == expected[path]["get"]["parameters"], path


class Price(Model):
    gte: float | None = None
    lte: float | None = None


class Filter(Model):
    name: str | None = None
    ids: list[int] = []
    price: Price | None = None


@dataclass
class Range:
    start: int
    stop: int = 9


class Options(TypedDict, total=False):
    verbose: bool


app = Bolide()
client = TestClient(app)


@app.get("/deep")
async def read_deep(filter: Annotated[Filter, Query(style="deepObject")]) -> Filter:
    return filter


@app.get("/deep-map")
async def read_deep_map(
    f: Annotated[dict[str, int] | None, Query(style="deepObject")] = None, other: int = 0
) -> tuple[dict[str, int] | None, int]:
    return f, other


@app.get("/ids")
async def read_ids(
    ids: Annotated[list[int], Query(explode=False, max_length=3)] = [],  # noqa: B006
    words: Annotated[set[str], Query(style="pipeDelimited")] = set(),  # noqa: B006
    pair: Annotated[tuple[int, int] | None, Query(style="spaceDelimited")] = None,
) -> tuple[list[int], set[str], tuple[int, int] | None]:
    return ids, words, pair


@app.get("/records")
async def read_records(
    range: Annotated[Range, Query()], options: Annotated[Options, Query()]
) -> dict[str, int | bool | None]:
    return {"start": range.start, "stop": range.stop, "verbose": options.get("verbose")}


@app.get("/positions")
async def read_positions(
    model: Annotated["Positions", Query()], x_y: Annotated[int | None, Header()] = None
) -> tuple[str, str]:
    return model.first, model.second


class Positions(Model):
    first: str = Field("none", validation_alias="name")
    second: str = Field("none", alias="second-name")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("filter[name]=x&filter[ids]=1&filter[ids]=2", {"name": "x", "ids": [1, 2], "price": None}),
        ("filter[price][gte]=1.5", {"name": None, "ids": [], "price": {"gte": 1.5, "lte": None}}),
        ("filter%5Bname%5D=a+b", {"name": "a b", "ids": [], "price": None}),
        ("filter[name]=x&filter[unknown]=y&other[name]=z", {"name": "x", "ids": [], "price": None}),
        ("filter[name][deeper]=x&filter[ids]=1", {"name": None, "ids": [1], "price": None}),
    ],
)
def test_deep_objects_are_read_from_names_in_brackets(query: str, expected: Any) -> None:
    response = client.get(f"/deep?{query}")
    assert (response.status_code, response.json()) == (200, expected)


@pytest.mark.parametrize(
    ("query", "loc", "error_type"),
    [
        ("", ["query", "filter"], "missing"),
        ("filter=x", ["query", "filter"], "missing"),
        ("filter[ids]=1&filter[ids]=x", ["query", "filter", "ids", 1], "int_parsing"),
        ("filter[price][gte]=x", ["query", "filter", "price", "gte"], "float_parsing"),
        ("filter[price]=1&filter[price][gte]=2", ["query", "filter", "price"], "model_type"),
        ("filter[price][gte]=2&filter[price]=1", ["query", "filter", "price"], "model_type"),
    ],
)
def test_wrong_deep_objects_are_reported(query: str, loc: list[Any], error_type: str) -> None:
    response = client.get(f"/deep?{query}")
    assert response.status_code == 422
    assert [(error["loc"], error["type"]) for error in response.json()["detail"]] == [(loc, error_type)]


def test_deep_map_may_be_left_out() -> None:
    assert client.get("/deep-map?other=2").json() == [None, 2]
    assert client.get("/deep-map?f[a]=1&f[b]=2").json() == [{"a": 1, "b": 2}, 0]


def test_lists_may_stand_in_one_parameter() -> None:
    response = client.get("/ids?ids=1,%202,3&words=a|b|a&pair=1+2")
    assert (response.status_code, response.json()[0], response.json()[2]) == (200, [1, 2, 3], [1, 2])
    assert sorted(response.json()[1]) == ["a", "b"]
    assert client.get("/ids").json() == [[], [], None]
    assert client.get("/ids?ids=").json() == [[], [], None]


@pytest.mark.parametrize(
    ("query", "loc", "error_type"),
    [
        ("ids=1,x", ["query", "ids", 1], "int_parsing"),
        ("ids=1,2,3,4", ["query", "ids"], "too_long"),
        ("pair=1", ["query", "pair", 1], "missing"),
    ],
)
def test_wrong_items_of_one_parameter_are_reported(query: str, loc: list[Any], error_type: str) -> None:
    response = client.get(f"/ids?{query}")
    assert [(error["loc"], error["type"]) for error in response.json()["detail"]] == [(loc, error_type)]


def test_document_says_how_lists_and_objects_are_written() -> None:
    paths = app.openapi()["paths"]
    (deep,) = paths["/deep"]["get"]["parameters"]
    assert (deep["style"], deep["name"], "explode" in deep) == ("deepObject", "filter", False)
    shown = [(p.get("style"), p["explode"]) for p in paths["/ids"]["get"]["parameters"]]
    assert shown == [(None, False), ("pipeDelimited", False), ("spaceDelimited", False)]


def test_records_of_other_kinds_are_parameter_models_too() -> None:
    assert client.get("/records?start=3&verbose=on").json() == {"start": 3, "stop": 9, "verbose": True}
    assert client.get("/records").json()["detail"][0]["loc"] == ["query", "start"]


def test_aliases_are_the_names_of_fields() -> None:
    assert client.get("/positions?name=a&second-name=b").json() == ["a", "b"]


class WithFile(Model):
    file: UploadFile


async def file_in_query(model: Annotated[WithFile, Query()]) -> None: ...


async def file_in_body(model: WithFile) -> None: ...


@pytest.mark.parametrize("endpoint", [file_in_query, file_in_body])
def test_files_come_from_forms_only(endpoint: Any) -> None:
    broken = Bolide()
    broken.post("/")(endpoint)
    with pytest.raises(RouteError, match=r"parameter 'model' holds an UploadFile, .* mark it with Form\(\)"):
        broken.compile()


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@settings(max_examples=60, deadline=None)
@given(
    ids=st.lists(st.integers(-(10**6), 10**6), max_size=3),
    name=st.none() | TEXTS,
    prices=st.dictionaries(st.sampled_from(["gte", "lte"]), st.integers(0, 99).map(float)),
)
def test_what_styles_write_is_read_back(ids: list[int], name: str | None, prices: dict[str, float]) -> None:
    written = [("filter[ids]", str(number)) for number in ids]
    written += [] if name is None else [("filter[name]", name)]
    written += [(f"filter[price][{key}]", str(value)) for key, value in prices.items()]
    if written:
        price = {"gte": None, "lte": None, **prices} if prices else None
        answer = client.get("/deep?" + urlencode(written))
        assert answer.json() == {"name": name, "ids": ids, "price": price}
    answer = client.get("/ids?" + urlencode({"ids": ",".join(map(str, ids))}))
    assert answer.json()[0] == ids
