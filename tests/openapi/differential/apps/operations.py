"""What is said of operations."""

import enum
from typing import Annotated, Any

from tests.openapi.differential.names import Names


class Tag(enum.Enum):
    ITEMS = "items"
    USERS = "users"


def operations_have_tags(web: Names) -> Any:
    app = web.App()

    @app.get("/items", tags=["items", "shop"])
    async def read_items() -> dict[str, str]: ...

    @app.get("/users", tags=[Tag.USERS])
    async def read_users() -> dict[str, str]: ...

    return app


def operations_are_described(web: Names) -> Any:
    app = web.App()

    @app.get("/summary", summary="A summary", description="A *description*.")
    async def summary() -> dict[str, str]:
        """Not shown."""

    @app.get("/docstring")
    async def docstring() -> dict[str, str]:
        """Tell something.

            indented

        - a list
        """

    @app.get("/names", name="another_name")
    async def names() -> dict[str, str]: ...

    @app.get("/nothing")
    async def nothing_to_say() -> dict[str, str]: ...

    return app


def operations_are_deprecated(web: Names) -> Any:
    app = web.App()
    router = web.APIRouter(deprecated=True)

    @app.get("/old", deprecated=True)
    async def old() -> dict[str, str]: ...

    @router.get("/older")
    async def older() -> dict[str, str]: ...

    app.include_router(router)
    return app


def operations_are_hidden(web: Names) -> Any:
    app = web.App()
    router = web.APIRouter(include_in_schema=False)
    other = web.APIRouter()

    class Hidden(web.Model):
        name: str

    @app.get("/hidden", include_in_schema=False)
    async def hidden() -> Hidden: ...

    @router.get("/also-hidden")
    async def also_hidden() -> Hidden: ...

    @other.get("/hidden-too")
    async def hidden_too() -> Hidden: ...

    @app.get("/shown")
    async def shown() -> dict[str, str]: ...

    app.include_router(router)
    app.include_router(other, include_in_schema=False)
    return app


def operations_have_ids(web: Names) -> Any:
    app = web.App()

    @app.get("/items", operation_id="listItems")
    async def read_items(q: Annotated[str, web.Body(embed=True)]) -> int: ...

    @app.post("/items")
    async def make_item() -> int: ...

    return app


def _tagged_id(route: Any) -> str:
    return f"{route.tags[0]}-{route.name}"


def _short_id(route: Any) -> str:
    return str(route.name)


def a_function_makes_ids(web: Names) -> Any:
    app = web.App(generate_unique_id_function=_tagged_id)
    router = web.APIRouter(generate_unique_id_function=_short_id)

    class Item(web.Model):
        name: str

    @app.get("/items", tags=["items"])
    async def read_items() -> list[Item]: ...

    @app.post("/items", tags=["items"])
    async def make_items(first: Item, second: Item) -> int: ...

    @router.get("/users")
    async def read_users() -> list[Item]: ...

    @app.get("/own", generate_unique_id_function=lambda route: "own_" + route.name)
    async def read_own() -> int: ...

    app.include_router(router)
    return app


def operations_have_extras(web: Names) -> Any:
    class Item(web.Model):
        name: str

    app = web.App()

    @app.get("/items", openapi_extra={"x-rate": 5, "x-nested": {"a": [1, 2]}})
    async def read_items() -> dict[str, str]: ...

    @app.post(
        "/items",
        openapi_extra={"requestBody": {"description": "Of an item."}, "tags": ["extra"]},
        tags=["own"],
    )
    async def make_item(item: Item) -> dict[str, str]: ...

    @app.put(
        "/raw",
        openapi_extra={
            "requestBody": {
                "content": {"application/yaml": {"schema": {"type": "object", "required": ["name"]}}},
                "required": True,
            },
            "parameters": [{"in": "header", "name": "X-Odd", "schema": {"type": "string"}}],
        },
    )
    async def read_raw(request: web.Request, q: int = 1) -> dict[str, str]: ...

    @app.get(
        "/docs-link", openapi_extra={"externalDocs": {"url": "https://example.com", "description": "More."}}
    )
    async def read_docs_link() -> dict[str, str]: ...

    return app


def operations_of_every_method(web: Names) -> Any:
    app = web.App()

    for method in ("get", "put", "post", "delete", "options", "head", "patch", "trace"):
        getattr(app, method)("/items", name=f"{method}_items")(_nothing)
    return app


async def _nothing() -> dict[str, str]: ...


def special_parameters_do_not_show(web: Names) -> Any:
    app = web.App()

    @app.get("/items")
    async def read_items(
        request: web.Request, response: web.Response, tasks: web.BackgroundTasks, q: str = ""
    ) -> dict[str, str]: ...

    return app


def one_function_answers_several_methods(web: Names) -> Any:
    app = web.App()

    @app.api_route("/one", methods=["GET"])
    async def one() -> dict[str, str]: ...

    app.add_api_route("/added", _nothing, methods=["POST"], tags=["added"], summary="Added")

    @app.get("/same")
    async def same_path() -> dict[str, str]: ...

    @app.post("/same")
    async def same_path_posted() -> dict[str, str]: ...

    return app


def endpoints_are_callables(web: Names) -> Any:
    class Endpoint:
        """Not shown."""

        async def method(self, q: str) -> dict[str, str]:
            """Of a method."""

    def sync(q: int = 1) -> dict[str, str]:
        """Of a plain function."""

    app = web.App()
    app.get("/method")(Endpoint().method)
    app.get("/sync")(sync)
    return app


def names_become_summaries(web: Names) -> Any:
    app = web.App()

    @app.get("/a")
    async def readHTTPItem() -> dict[str, str]: ...  # noqa: N802

    @app.get("/b")
    async def read_item_2_b() -> dict[str, str]: ...

    @app.get("/c/{item_id}/d-e.f/{other_id}")
    async def read__double(item_id: int, other_id: int, camelCase: int = 1, two_words: int = 2) -> int: ...  # noqa: N803

    return app
