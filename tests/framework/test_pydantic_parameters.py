"""Pydantic's models whose fields are parameters: as in FastAPI."""

import dataclasses
from io import BytesIO
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import pydantic
import pydantic.dataclasses
import pytest

from bolide import Bolide, Cookie, Form, Header, Model, Query, UploadFile
from bolide.exceptions import RouteError
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, answers, bolide_web, fastapi_web, same
from tests.framework.form_bodies import URLENCODED, Part, multipart


class Page(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")

    limit: int = pydantic.Field(10, gt=0, le=100, description="how many")
    tags: list[str] = []
    order_by: Literal["name", "age"] = "name"
    text: str = pydantic.Field(alias="search")


class Headers(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(populate_by_name=True)

    x_token: str
    save_data: bool = False
    etag: str | None = pydantic.Field(None, alias="If-None-Match")
    x_tag: list[str] = []
    either: int = pydantic.Field(5, validation_alias=pydantic.AliasChoices("x-one", "x_two"))


class Session(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")

    session_id: str
    visits: int = 1


class Range(pydantic.BaseModel):
    first: int
    second: int = 0

    @pydantic.model_validator(mode="after")
    def in_order(self) -> "Range":
        if self.second < self.first:
            raise ValueError("not in order")
        return self


class Cat(pydantic.BaseModel):
    kind: Literal["cat"]
    lives: int = 9


class Dog(pydantic.BaseModel):
    kind: Literal["dog"]
    age: int


def declare(web: Web) -> Any:
    app = web.App()

    @app.get("/page")
    async def page(page: Annotated[Page, web.Query()]) -> Page:
        return page

    @app.get("/headers")
    async def headers(headers: Annotated[Headers, web.Header()]) -> Headers:
        return headers

    @app.get("/raw-headers")
    async def raw_headers(headers: Annotated[Headers, web.Header(convert_underscores=False)]) -> Headers:
        return headers

    @app.get("/session")
    async def session(session: Annotated[Session, web.Cookie()]) -> Session:
        return session

    @app.post("/form")
    async def form(page: Annotated[Page, web.Form()]) -> Page:
        return page

    @app.post("/pets")
    async def add_pet(pet: Annotated[Cat | Dog, web.Form(discriminator="kind")]) -> Any:
        return pet

    @app.get("/range")
    async def read_range(given: Annotated[Range, web.Query()]) -> Range:
        return given

    @app.get("/optional")
    async def optional(given: Annotated[Range | None, web.Query()] = None) -> Any:
        return given

    return app


@pytest.mark.parametrize(
    "target",
    [
        "/page?limit=5&tags=a&tags=b&search=x",
        "/page?search=",
        "/page?limit=0&tags=a&order_by=size&zz=1&zz=2&text=1",
        "/page",
        "/page?limit=1.0&limit=2&search=x",
        "/range?first=1&second=2",
        "/range?first=2&second=1",
        "/range?second=x",
        "/optional",
        "/optional?other=1",
        "/optional?first=3&second=4",
        "/optional?second=4",
    ],
)
def test_query_models_are_read_as_by_fastapi(target: str) -> None:
    """#34, #29: the model sees the whole query, and errors of missing fields show it."""
    same(declare, "GET", target)


@pytest.mark.parametrize(
    "headers",
    [
        [("x-token", "t"), ("save-data", "yes"), ("if-none-match", "e"), ("x-tag", "a"), ("x-tag", "b")],
        [("x-token", "t"), ("x-one", "7"), ("x-two", "8")],
        [("x-token", "t"), ("x_two", "8")],
        [("x-token", "t"), ("x-one", "seven")],
        [("x-token", "t"), ("save-data", "maybe")],
    ],
)
@pytest.mark.parametrize("path", ["/headers", "/raw-headers"])
def test_header_models_are_read_as_by_fastapi(path: str, headers: list[tuple[str, str]]) -> None:
    """#28: errors have the names of the request; #31: underscores are hyphens."""
    ours, theirs = answers(declare, "GET", path, headers=headers)
    assert (ours.status, without_input(ours.content())) == (theirs.status, without_input(theirs.content()))


def without_input(content: Any) -> Any:
    """Return *content*, of errors without what was given: a header model of theirs shows all headers."""
    for error in content.get("detail", ()):
        if error["type"] == "missing":
            del error["input"]
    return content


def test_a_header_that_is_missing_shows_only_what_the_model_reads() -> None:
    app = declare(bolide_web())
    error = TestClient(app).get("/headers", headers={"save-data": "1", "authorization": "secret"})
    assert error.json() == {
        "detail": [
            {
                "type": "missing",
                "loc": ["header", "x-token"],
                "msg": "Field required",
                "input": {"save_data": "1"},
            }
        ]
    }


@pytest.mark.parametrize("cookies", ["session_id=a; visits=3", "session_id=a; theme=dark", "visits=x", ""])
def test_cookie_models_are_read_as_by_fastapi(cookies: str) -> None:
    same(declare, "GET", "/session", headers={"cookie": cookies})


@pytest.mark.parametrize(
    "fields",
    [
        {"search": "x", "tags": ["a", "b"]},
        {"limit": "", "search": "x"},
        {"limit": "x", "search": ""},
        {"search": "x", "other": "1"},
    ],
)
def test_form_models_are_read_as_by_fastapi(fields: dict[str, Any]) -> None:
    """#24, #59: an empty text of a form is a field that was not filled in."""
    same(declare, "POST", "/form", body=urlencode(fields, doseq=True).encode(), headers=URLENCODED)


@pytest.mark.parametrize(
    "form", ["kind=cat&lives=3", "kind=dog", "kind=dog&age=x", "kind=cow", "lives=3", ""]
)
def test_a_discriminated_union_in_a_form_is_read_as_by_fastapi(form: str) -> None:
    """#57: the tag chooses the model, and stands in the places of errors."""
    same(declare, "POST", "/pets", body=form.encode(), headers=URLENCODED)


def test_the_document_lists_the_fields_as_fastapi_does() -> None:
    ours, theirs = (declare(web()).openapi()["paths"] for web in (bolide_web, fastapi_web))
    for path in ("/page", "/headers", "/raw-headers", "/session", "/range", "/optional"):
        shown = [without_description(each) for each in ours[path]["get"]["parameters"]]
        expected = [without_null(without_description(each)) for each in theirs[path]["get"]["parameters"]]
        assert shown == expected, path
    for path in ("/form", "/pets"):
        assert ours[path]["post"]["requestBody"] == theirs[path]["post"]["requestBody"]


def without_description(parameter: dict[str, Any]) -> dict[str, Any]:
    """Return *parameter* with its description in one place: theirs stands in the schema, too."""
    schema = {name: value for name, value in parameter["schema"].items() if name != "description"}
    return {**parameter, "schema": schema}


def without_null(parameter: dict[str, Any]) -> dict[str, Any]:
    """Return *parameter* without the value that no text stands for."""
    schema = dict(parameter["schema"])
    options = [each for each in schema.pop("anyOf", ()) if each != {"type": "null"}]
    return {**parameter, "schema": {**options[0], **schema} if len(options) == 1 else parameter["schema"]}


# What FastAPI does not read.


class Positions(pydantic.BaseModel):
    first: int = pydantic.Field(validation_alias=pydantic.AliasPath("at", 0))
    second: int = pydantic.Field(0, validation_alias=pydantic.AliasPath("at", 1))


@pydantic.dataclasses.dataclass
class Window:
    start: int
    stop: int = dataclasses.field(default=9)


class Upload(pydantic.BaseModel):
    title: str
    file: UploadFile
    more: list[UploadFile] = []


app = Bolide(strict=True)


@app.get("/pets")
async def read_pet(pet: Annotated[Cat | Dog, Query()]) -> Cat | Dog:
    return pet


@app.get("/window")
async def read_window(window: Annotated[Window, Query()], page: Annotated[Session, Query()]) -> list[Any]:
    return [window.stop - window.start, page.session_id]


@app.get("/positions")
async def read_positions(positions: Annotated[Positions, Query()]) -> list[int]:
    return [positions.first, positions.second]


@app.post("/upload")
async def upload(upload: Annotated[Upload, Form()]) -> list[Any]:
    return [upload.title, (await upload.file.read()).decode(), [file.filename for file in upload.more]]


client = TestClient(app)


def test_unions_of_models_are_read_by_the_fields_of_all() -> None:
    assert client.get("/pets?kind=dog&age=3").json() == {"kind": "dog", "age": 3}
    assert client.get("/pets?kind=cat&lives=3").json() == {"kind": "cat", "lives": 3}
    assert client.get("/pets?kind=cow").status_code == 422


def test_dataclasses_and_several_models_share_the_query_even_in_strict_applications() -> None:
    assert client.get("/window?start=2&session_id=a").json() == [7, "a"]


def test_an_alias_path_is_the_position_of_a_repeated_value() -> None:
    assert client.get("/positions?at=3").json() == [3, 0]
    assert client.get("/positions?at=3&at=4&at=5").json() == [3, 4]
    assert client.get("/positions?at=3&at=x").json()["detail"][0]["loc"] == ["query", "at", 1]


def test_models_take_files() -> None:
    body, headers = multipart(
        Part("title", b"report"),
        Part("file", b"content", "c.txt"),
        Part("more", b"a", "a.txt"),
        Part("more", b"b", "b.txt"),
    )
    answer = client.post("/upload", content=body, headers=headers)
    assert answer.json() == ["report", "content", ["a.txt", "b.txt"]]


class Root(pydantic.RootModel[list[int]]):
    pass


class Nested(pydantic.BaseModel):
    page: Page


class Strange(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(arbitrary_types_allowed=True)

    value: BytesIO | None = None


@pytest.mark.parametrize(
    ("hint", "message"),
    [
        (Nested, r"parameter 'given': field 'page' of Nested: Page is an object"),
        (Root, "parameter 'given': Root is no model with fields"),
        (Strange, r"parameter 'given': Strange\.value: "),
    ],
)
@pytest.mark.parametrize("marker", [Query(), Header(), Cookie()])
def test_models_that_text_cannot_hold_are_refused(hint: Any, message: str, marker: Any) -> None:
    async def endpoint(given: Any) -> None: ...

    endpoint.__annotations__["given"] = Annotated[hint, marker]
    broken = Bolide()
    broken.post("/")(endpoint)
    with pytest.raises(RouteError, match=message):
        broken.compile()


# Unions in the document.


class Circle(Model):
    kind: Literal["circle"]
    size: int
    unit: str = "cm"
    filled: bool = False


class Square(Model):
    kind: Literal["square"]
    size: float
    unit: str = "cm"
    rotated: bool


def test_the_document_shows_what_some_model_of_a_union_takes() -> None:
    app = Bolide()

    @app.get("/")
    async def read(shape: Annotated[Circle | Square, Query()]) -> None: ...

    parameters = app.openapi()["paths"]["/"]["get"]["parameters"]
    assert {each["name"]: (each["required"], each["schema"]) for each in parameters} == {
        "kind": (True, {"enum": ["circle", "square"], "type": "string", "title": "Kind"}),
        "size": (True, {"anyOf": [{"type": "integer"}, {"type": "number"}], "title": "Size"}),
        "unit": (False, {"type": "string", "default": "cm", "title": "Unit"}),
        "filled": (False, {"type": "boolean", "title": "Filled"}),
        "rotated": (False, {"type": "boolean", "title": "Rotated"}),
    }
