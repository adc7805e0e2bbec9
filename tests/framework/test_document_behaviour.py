"""What FastAPI's users know of documents, by the numbers of the map of its behaviour."""

import enum
from collections.abc import Callable
from typing import Annotated, Any, Literal

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from bolide import Bolide, Model
from tests.framework.fastapi_oracle import Web, bolide_web, fastapi_web


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


def documents(declare: Callable[[Web, Any], None], **options: Any) -> tuple[Any, Any]:
    """Return the documents of an application that *declare* fills, Bolide's first; it is valid."""
    made: list[Any] = []
    for web in (bolide_web(), fastapi_web()):
        app = web.App(generate_unique_id_function=web("routing.generate_unique_id"), **options)
        declare(web, app)
        made.append(app.openapi())
    OpenAPIV31SpecValidator(made[0]).validate()
    return made[0], made[1]


def test_schemas_of_types() -> None:
    """#121: null and defaults, titles, references to enumerations, constants, tuples, sets."""

    def declare(web: Web, app: Any) -> None:
        class Kinds(web.Model):  # type: ignore[misc,name-defined]
            maybe: int | None = None
            listed: list[int] = []
            named: str = "x"
            colour: Colour
            only: Literal["a"]
            pair: tuple[int, str]
            numbers: set[int]

        @app.post("/{path_id}")  # type: ignore[untyped-decorator]
        async def create(path_id: int, kinds: Kinds, q: str = "x") -> Any: ...

    ours, theirs = documents(declare)
    properties = ours["components"]["schemas"]["Kinds"]["properties"]
    assert properties == {
        "maybe": {"anyOf": [{"type": "integer"}, {"type": "null"}], "title": "Maybe"},
        "listed": {"type": "array", "items": {"type": "integer"}, "default": [], "title": "Listed"},
        "named": {"type": "string", "default": "x", "title": "Named"},
        "colour": {"$ref": "#/components/schemas/Colour"},
        "only": {"type": "string", "const": "a", "title": "Only"},
        "pair": {
            "type": "array",
            "prefixItems": [{"type": "integer"}, {"type": "string"}],
            "minItems": 2,
            "maxItems": 2,
            "title": "Pair",
        },
        "numbers": {"type": "array", "items": {"type": "integer"}, "uniqueItems": True, "title": "Numbers"},
    }
    assert ours["paths"] == theirs["paths"]
    assert ours["components"] == theirs["components"]


def test_models_of_users_keep_their_names() -> None:
    """#122: FastAPI overwrites a model called ValidationError with its own."""

    class ValidationError(Model):
        reason: str

    class HTTPValidationError(Model):
        reasons: list[ValidationError]

    app = Bolide()

    @app.post("/")
    async def create(error: HTTPValidationError) -> ValidationError:
        return error.reasons[0]

    document = app.openapi()
    OpenAPIV31SpecValidator(document).validate()
    schemas = document["components"]["schemas"]
    assert list(schemas["ValidationError"]["properties"]) == ["reason"]
    assert list(schemas["HTTPValidationError"]["properties"]) == ["reasons"]
    [content] = document["paths"]["/"]["post"]["responses"]["422"]["content"].values()
    own = content["schema"]["$ref"].rpartition("/")[2]
    assert own == "HTTPValidationError__1"
    items = schemas[own]["properties"]["detail"]["items"]
    assert items == {"$ref": "#/components/schemas/ValidationError__1"}
    assert list(schemas["ValidationError__1"]["properties"]) == ["loc", "msg", "type", "input", "ctx"]


def test_models_of_one_name_get_those_of_their_modules() -> None:
    """#122."""

    def make(module: str) -> type[Model]:
        class Item(Model):
            name: str

        Item.__module__ = module
        Item.__qualname__ = "Item"
        return Item

    first, second = make("shop"), make("stock")
    app = Bolide()

    @app.post("/")
    async def create(a: first, b: second) -> None: ...  # type: ignore[valid-type]

    names = list(app.openapi()["components"]["schemas"])
    assert names == ["Body_create", "HTTPValidationError", "ValidationError", "shop__Item", "stock__Item"]


def test_bodies_and_parameters_say_whether_they_are_required() -> None:
    """#123: bodies only if they are, parameters always. #124: members of bodies and forms are a component."""

    def declare(web: Web, app: Any) -> None:
        class Item(web.Model):  # type: ignore[misc,name-defined]
            name: str

        @app.post("/required")  # type: ignore[untyped-decorator]
        async def required(item: Item, q: int) -> Any: ...

        @app.post("/optional")  # type: ignore[untyped-decorator]
        async def optional(item: Item | None = None, q: int = 1) -> Any: ...

        @app.post("/members")  # type: ignore[untyped-decorator]
        async def members(a: Item, b: Annotated[int, web.Body()] = 1) -> Any: ...

        @app.post("/form")  # type: ignore[untyped-decorator]
        async def form(
            a: Annotated[str, web.Form()], b: Annotated[int, web.Form(deprecated=True)] = 1
        ) -> Any: ...

        @app.post("/file")  # type: ignore[untyped-decorator]
        async def file(
            a: Annotated[bytes, web.File(description="All of it.")],
            b: web.UploadFile | None = None,  # type: ignore[name-defined]
        ) -> Any: ...

    ours, theirs = documents(declare)
    required, optional = (ours["paths"][path]["post"] for path in ("/required", "/optional"))
    assert required["requestBody"]["required"] is True
    assert "required" not in optional["requestBody"]
    assert [each["parameters"][0]["required"] for each in (required, optional)] == [True, False]
    assert ours["components"]["schemas"]["Body_form_form_post"]["title"] == "Body_form_form_post"
    assert ours["paths"] == theirs["paths"]
    assert ours["components"] == theirs["components"]


def test_responses_have_a_schema_even_without_a_type() -> None:
    """#126: no content for 204, text for classes that write no JSON."""

    def declare(web: Web, app: Any) -> None:
        @app.get("/any")
        async def anything():
            return 1

        @app.delete("/none", status_code=204)  # type: ignore[untyped-decorator]
        async def none() -> None: ...

        @app.get("/html", response_class=web("responses.HTMLResponse"), response_description="A page")  # type: ignore[untyped-decorator]
        async def html() -> Any: ...

        @app.get("/text", response_class=web("responses.PlainTextResponse"), status_code=203)  # type: ignore[untyped-decorator]
        async def text() -> Any: ...

        @app.get("/file", response_class=web("responses.FileResponse"))  # type: ignore[untyped-decorator]
        async def file() -> Any: ...

        @app.get("/elsewhere", response_class=web("responses.RedirectResponse"))  # type: ignore[untyped-decorator]
        async def elsewhere() -> Any: ...

    ours, theirs = documents(declare)
    assert ours["paths"]["/any"]["get"]["responses"] == {
        "200": {"description": "Successful Response", "content": {"application/json": {"schema": {}}}}
    }
    assert ours["paths"]["/none"]["delete"]["responses"] == {"204": {"description": "Successful Response"}}
    assert ours["paths"]["/html"]["get"]["responses"] == {
        "200": {"description": "A page", "content": {"text/html": {"schema": {"type": "string"}}}}
    }
    assert ours["paths"] == theirs["paths"]


@pytest.mark.parametrize("declared", ["422", "4XX", "default"])
def test_422_is_left_to_those_who_declare_it(declared: str) -> None:
    """#126: of an operation that reads something."""

    def declare(web: Web, app: Any) -> None:
        @app.get("/own", responses={declared: {"description": "Mine"}})  # type: ignore[untyped-decorator]
        async def own(q: int) -> Any: ...

        @app.get("/nothing")  # type: ignore[untyped-decorator]
        async def nothing() -> Any: ...

    ours, theirs = documents(declare)
    assert list(ours["paths"]["/own"]["get"]["responses"]) == ["200", declared]
    assert list(ours["paths"]["/nothing"]["get"]["responses"]) == ["200"]
    assert ours["paths"] == theirs["paths"]


def test_what_is_empty_is_left_out() -> None:
    """#127: tags, deprecated and security."""

    def declare(web: Web, app: Any) -> None:
        @app.get("/", tags=[], deprecated=False, description="")  # type: ignore[untyped-decorator]
        async def read() -> Any: ...

    ours, theirs = documents(declare)
    assert list(ours["paths"]["/"]["get"]) == ["summary", "operationId", "responses"]
    assert ours["paths"] == theirs["paths"]


def test_examples_stand_where_they_were_declared() -> None:
    named = {"small": {"summary": "Small", "value": 1}}

    def declare(web: Web, app: Any) -> None:
        class Item(web.Model):  # type: ignore[misc,name-defined]
            name: Annotated[
                str, (web("Field") if web.package == "bolide" else _pydantic_field())(examples=["a"])
            ]

        @app.post("/{item_id}")  # type: ignore[untyped-decorator]
        async def create(
            item_id: Annotated[int, web.Path(examples=[1], openapi_examples=named)],
            item: Annotated[Item, web.Body(openapi_examples={"a": {"value": {"name": "a"}}})],
            x_key: Annotated[str, web.Header(examples=["k"])],
        ) -> Any: ...

        @app.post("/single/{item_id}")  # type: ignore[untyped-decorator]
        async def single(item_id: int, item: Annotated[Item, web.Body(examples=[{"name": "b"}])]) -> Any: ...

    ours, theirs = documents(declare)
    parameters = ours["paths"]["/{item_id}"]["post"]["parameters"]
    assert (parameters[0]["examples"], parameters[0]["schema"]["examples"]) == (named, [1])
    assert ours["paths"] == theirs["paths"]
    assert ours["components"]["schemas"]["Item"] == theirs["components"]["schemas"]["Item"]


def _pydantic_field() -> Any:
    from pydantic import Field

    return Field
