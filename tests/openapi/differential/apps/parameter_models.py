"""Models whose fields are parameters."""

import datetime
import enum
from typing import Annotated, Any, Literal

from tests.openapi.differential.names import Names


def a_query_is_a_model(web: Names) -> Any:
    class Paging(web.Model):
        limit: int = web.Field(100, gt=0, le=100)
        offset: Annotated[int, web.Field(ge=0, description="Left out at the beginning.")] = 0
        order: Literal["made", "sold"] = "made"
        tags: list[str] = []
        q: str
        maybe: str | None = None
        old: str = web.Field("x", deprecated=True, title="The old one", examples=["a"])

    app = web.App()

    @app.get("/items")
    async def read_items(paging: Annotated[Paging, web.Query()]) -> dict[str, str]: ...

    return app


def headers_and_cookies_are_models(web: Names) -> Any:
    class Headers(web.Model):
        host: str
        save_data: bool
        if_modified_since: str | None = None
        x_tag: list[str] = []

    class Cookies(web.Model):
        session_id: str
        tracker: str | None = None

    app = web.App()

    @app.get("/items")
    async def read_items(
        headers: Annotated[Headers, web.Header()], cookies: Annotated[Cookies, web.Cookie()]
    ) -> dict[str, str]: ...

    @app.get("/underscores")
    async def read_underscores(
        headers: Annotated[Headers, web.Header(convert_underscores=False)],
    ) -> dict[str, str]: ...

    return app


def a_parameter_model_forbids_others(web: Names) -> Any:
    class Paging(web.Model):
        model_config = web.ConfigDict(extra="forbid")
        limit: int = 1

    app = web.App()

    @app.get("/items")
    async def read_items(paging: Annotated[Paging, web.Query()]) -> dict[str, str]: ...

    return app


def fields_of_a_parameter_model_have_aliases(web: Names) -> Any:
    class Paging(web.Model):
        page_size: int = web.Field(10, alias="pageSize")
        first: int = web.Field(1, validation_alias="from")

    app = web.App()

    @app.get("/items")
    async def read_items(paging: Annotated[Paging, web.Query()]) -> dict[str, str]: ...

    return app


def models_stand_beside_single_parameters(web: Names) -> Any:
    class Paging(web.Model):
        limit: int
        offset: int = 0

    class Search(web.Model):
        q: str

    app = web.App()

    @app.get("/items/{shop}")
    async def read_items(
        shop: str,
        paging: Annotated[Paging, web.Query()],
        search: Annotated[Search, web.Query()],
        exact: bool = False,
    ) -> dict[str, str]: ...

    return app


def a_parameter_model_is_optional(web: Names) -> Any:
    class Paging(web.Model):
        limit: int
        offset: int = 0

    app = web.App()

    @app.get("/items")
    async def read_items(paging: Annotated[Paging | None, web.Query()] = None) -> dict[str, str]: ...

    return app


def parameter_models_hold_every_type(web: Names) -> Any:
    class Colour(enum.Enum):
        RED = "red"

    class Search(web.Model):
        colour: Colour
        colours: list[Colour] = [Colour.RED]
        day: datetime.date | None = None
        either: int | str = 1
        count: int = web.Field(1, ge=1, lt=9, json_schema_extra={"x-a": 1})
        constrained: list[Annotated[str, web.Field(min_length=2)]] = web.Field(
            default_factory=list, max_length=3
        )

    app = web.App()

    @app.get("/items")
    async def read_items(search: Annotated[Search, web.Query()]) -> dict[str, str]: ...

    return app


def parameter_models_are_inherited_and_shared(web: Names) -> Any:
    class Paging(web.Model):
        limit: int = 10

    class Search(Paging):
        q: str

    app = web.App()

    async def paging(paging: Annotated[Paging, web.Query()]) -> None: ...

    @app.get("/items", dependencies=[web.Depends(paging)])
    async def read_items(x_a: Annotated[str, web.Header()] = "") -> dict[str, str]: ...

    @app.get("/search")
    async def search(search: Annotated[Search, web.Query()]) -> dict[str, str]: ...

    @app.get("/old")
    async def old(search: Search = web.Query()) -> dict[str, str]: ...  # noqa: B008

    return app


def headers_of_models_have_aliases(web: Names) -> Any:
    class Headers(web.Model):
        trace_id: str = web.Field(alias="X-Trace-Id")
        two_words: int = web.Field(1, description="Two.")
        titled_one: str = web.Field("", title="Titled")

    app = web.App()

    @app.get("/items")
    async def read_items(headers: Annotated[Headers, web.Header()]) -> dict[str, str]: ...

    return app
