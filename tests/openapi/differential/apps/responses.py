"""What endpoints return: types, options of the response model, statuses, classes, declared responses."""

import enum
from http import HTTPStatus
from typing import Annotated, Any

from tests.openapi.differential.names import Names


def a_response_is_what_the_endpoint_returns(web: Names) -> Any:
    class Item(web.Model):
        name: str
        price: float = 1.5

    app = web.App()

    @app.get("/item")
    async def read_item() -> Item: ...

    @app.get("/items")
    async def read_items() -> list[Item]: ...

    @app.get("/maybe")
    async def read_maybe() -> Item | None: ...

    @app.get("/map")
    async def read_map() -> dict[str, Item]: ...

    @app.get("/number")
    async def read_number() -> int: ...

    @app.get("/nothing")
    async def read_nothing() -> None: ...

    @app.get("/anything")
    async def read_anything(): ...  # type: ignore[no-untyped-def]

    @app.get("/any")
    async def read_any() -> Any: ...

    return app


def a_response_model_stands_before_the_annotation(web: Names) -> Any:
    class Item(web.Model):
        name: str

    class Public(web.Model):
        title: str

    app = web.App()

    @app.get("/model", response_model=Public)
    async def read_model() -> Item: ...

    @app.get("/list", response_model=list[Public])
    async def read_list() -> Any: ...

    @app.get("/none", response_model=None)
    async def read_none() -> Item: ...

    return app


def options_of_the_response_model_do_not_show(web: Names) -> Any:
    class Item(web.Model):
        name: str
        price: float = 1.5
        note: str | None = None

    app = web.App()

    @app.get("/include", response_model_include={"name"})
    async def include() -> Item: ...

    @app.get("/exclude", response_model_exclude={"name"})
    async def exclude() -> Item: ...

    @app.get("/unset", response_model_exclude_unset=True)
    async def unset() -> Item: ...

    @app.get("/none", response_model_exclude_none=True, response_model_exclude_defaults=True)
    async def none() -> Item: ...

    return app


class Code(enum.IntEnum):
    MADE = 201


def responses_have_statuses(web: Names) -> Any:
    class Item(web.Model):
        name: str

    app = web.App()

    @app.post("/made", status_code=201, response_description="The new item.")
    async def make() -> Item: ...

    @app.post("/accepted", status_code=HTTPStatus.ACCEPTED)
    async def accept() -> Item: ...

    @app.post("/enumerated", status_code=Code.MADE)
    async def enumerate_them() -> Item: ...

    @app.delete("/gone", status_code=204)
    async def delete() -> None: ...

    @app.get("/unchanged", status_code=304)
    async def unchanged() -> None: ...

    return app


def responses_have_classes(web: Names) -> Any:
    class Teapot(web.Response):
        media_type = "text/tea"

    app = web.App()

    @app.get("/html", response_class=web.HTMLResponse)
    async def html() -> str: ...

    @app.get("/text", response_class=web.PlainTextResponse)
    async def text(): ...  # type: ignore[no-untyped-def]

    @app.get("/away", response_class=web.RedirectResponse)
    async def away() -> str: ...

    @app.get("/away/for/good", response_class=web.RedirectResponse, status_code=301)
    async def away_for_good() -> str: ...

    @app.get("/file", response_class=web.FileResponse)
    async def file() -> str: ...

    @app.get("/tea", response_class=Teapot)
    async def tea() -> Any: ...

    @app.get("/bare", response_class=web.Response)
    async def bare() -> Any: ...

    @app.get("/json", response_class=web.JSONResponse)
    async def json() -> dict[str, int]: ...

    return app


def responses_are_returned_themselves(web: Names) -> Any:
    app = web.App()

    @app.get("/json")
    async def json() -> web.JSONResponse: ...

    @app.get("/any")
    async def any_response() -> web.Response: ...

    @app.get("/html")
    async def html() -> web.HTMLResponse: ...

    return app


def routers_have_default_response_classes(web: Names) -> Any:
    app = web.App(default_response_class=web.HTMLResponse)
    router = web.APIRouter(default_response_class=web.PlainTextResponse)

    @app.get("/html")
    async def html() -> str: ...

    @app.get("/json", response_class=web.JSONResponse)
    async def json() -> str: ...

    @router.get("/text")
    async def text() -> str: ...

    app.include_router(router)
    return app


def declared_responses_have_models(web: Names) -> Any:
    class Item(web.Model):
        name: str

    class Problem(web.Model):
        reason: str

    app = web.App()

    @app.get(
        "/items/{item_id}",
        responses={
            404: {"model": Problem},
            409: {"model": Problem, "description": "Somebody was faster."},
            "5XX": {"model": Problem},
            "default": {"model": list[Problem]},
        },
    )
    async def read_item(item_id: str) -> Item: ...

    return app


def declared_responses_have_content(web: Names) -> Any:
    class Item(web.Model):
        name: str

    app = web.App()

    @app.get(
        "/items",
        responses={
            200: {
                "description": "JSON or a picture.",
                "content": {
                    "image/png": {},
                    "application/json": {"example": {"name": "x"}},
                },
                "headers": {"X-Rate": {"description": "Per hour.", "schema": {"type": "integer"}}},
                "links": {"next": {"operationId": "read_items_items_get", "parameters": {"page": "2"}}},
            },
            302: {"description": "Elsewhere."},
            404: {},
            "4xx": {"description": "Wrong."},
        },
    )
    async def read_items() -> Item: ...

    return app


def declared_responses_add_up(web: Names) -> Any:
    class Problem(web.Model):
        reason: str

    app = web.App(responses={500: {"description": "Broken."}, 404: {"description": "Of the application."}})
    router = web.APIRouter(responses={404: {"description": "Of the router.", "model": Problem}})

    @router.get("/items", responses={418: {"description": "Tea."}})
    async def read_items() -> None: ...

    @app.get("/others")
    async def read_others() -> None: ...

    app.include_router(router, prefix="/shop", responses={403: {"description": "Of the inclusion."}})
    return app


def a_declared_422_stands_instead_of_the_usual_one(web: Names) -> Any:
    class Problem(web.Model):
        reason: str

    app = web.App()

    @app.get("/own", responses={422: {"model": Problem}})
    async def own(q: int) -> None: ...

    @app.get("/range", responses={"4XX": {"model": Problem}})
    async def of_range(q: int) -> None: ...

    @app.get("/default", responses={"default": {"model": Problem}})
    async def default(q: int) -> None: ...

    @app.get("/other", responses={400: {"model": Problem}})
    async def other(q: int) -> None: ...

    return app


def users_have_models_of_the_names_of_errors(web: Names) -> Any:
    class HTTPValidationError(web.Model):
        mine: int

    app = web.App()

    @app.get("/items")
    async def read_items() -> HTTPValidationError: ...

    return app


def response_models_are_any_types(web: Names) -> Any:
    class Item(web.Model):
        name: str

    class Other(web.Model):
        price: float

    app = web.App()

    @app.get("/union", response_model=Item | Other)
    async def union() -> Any: ...

    @app.get("/optional", response_model=Item | None)
    async def optional() -> Any: ...

    @app.get("/number", response_model=int)
    async def number() -> Any: ...

    @app.get("/nested", response_model=dict[str, list[Item]])
    async def nested() -> Any: ...

    @app.get("/tuple")
    async def pair() -> tuple[Item, Other]: ...

    @app.get("/untyped", response_model=dict)
    async def untyped() -> Any: ...

    @app.get("/list", response_model=list)
    async def bare_list() -> Any: ...

    @app.get("/bytes")
    async def raw() -> bytes: ...

    @app.get("/described")
    async def described() -> Annotated[int, web.Field(title="Count", description="So many.", ge=0)]: ...

    return app


def declared_models_stand_beside_the_own_one(web: Names) -> Any:
    class Item(web.Model):
        name: str

    class Message(web.Model):
        text: str

    app = web.App()

    @app.get(
        "/items/{item_id}",
        responses={
            200: {"content": {"image/png": {}}, "description": "The item, or its picture."},
            404: {
                "model": Message,
                "description": "No such item.",
                "headers": {"X-A": {"schema": {"type": "string"}}},
            },
            "2XX": {"description": "Fine."},
            418: {"model": int, "content": {"application/json": {"example": 3}}},
        },
        response_description="Not shown.",
    )
    async def read_item(item_id: str) -> Item: ...

    @app.get("/text", responses={400: {"model": Message}}, response_class=web.PlainTextResponse)
    async def read_text() -> str: ...

    return app


def declared_responses_describe_the_own_status(web: Names) -> Any:
    class Item(web.Model):
        name: str

    app = web.App()

    @app.post(
        "/items",
        status_code=201,
        responses={201: {"model": Item, "description": "Made."}, 200: {"model": Item}},
    )
    async def make(): ...  # type: ignore[no-untyped-def]

    @app.delete("/items", status_code=204, responses={204: {"description": "Gone."}, 404: {}})
    async def delete() -> None: ...

    return app


def response_classes_have_media_types_of_json(web: Names) -> Any:
    class Vendor(web.JSONResponse):
        media_type = "application/vnd.shop+json"

    class Item(web.Model):
        name: str

    app = web.App()

    @app.get("/typed", response_class=Vendor)
    async def typed() -> Item: ...

    @app.get("/untyped", response_class=Vendor, responses={404: {"model": Item}})
    async def untyped(): ...  # type: ignore[no-untyped-def]

    @app.get("/html", response_class=web.HTMLResponse, responses={404: {"description": "None."}})
    async def html(): ...  # type: ignore[no-untyped-def]

    @app.get("/stream", response_class=web.StreamingResponse)
    async def stream(): ...  # type: ignore[no-untyped-def]

    return app


def declared_responses_have_schemas_of_their_own(web: Names) -> Any:
    app = web.App()

    @app.get(
        "/items",
        responses={
            404: {
                "description": "None.",
                "content": {
                    "application/json": {
                        "schema": {"type": "object", "properties": {"a": {"type": "string"}}}
                    }
                },
            },
            500: {"description": "Broken.", "content": {"text/plain": {"schema": {"type": "string"}}}},
        },
    )
    async def read_items() -> int: ...

    return app


def aliases_stay_whatever_is_written(web: Names) -> Any:
    class Item(web.Model):
        item_name: str = web.Field(alias="itemName")

    app = web.App()

    @app.post("/items", response_model_by_alias=False)
    async def make(item: Item) -> Item: ...

    @app.get("/items", response_model=list[Item], response_model_by_alias=False)
    async def read() -> Any: ...

    return app


def responses_of_layers_have_models(web: Names) -> Any:
    class Problem(web.Model):
        reason: str

    app = web.App(responses={401: {"model": Problem}})
    router = web.APIRouter(responses={403: {"model": Problem, "description": "Forbidden here."}})
    inner = web.APIRouter(responses={401: {"description": "Who?"}})

    @inner.get("/inner")
    async def inner_one(q: int) -> int: ...

    @router.get("/outer", responses={403: {"description": "Not you."}})
    async def outer_one() -> int: ...

    router.include_router(inner, prefix="/deep", responses={404: {"model": Problem}})
    app.include_router(router, prefix="/api", default_response_class=web.PlainTextResponse)
    return app
