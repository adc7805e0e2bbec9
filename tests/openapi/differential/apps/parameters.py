"""Single parameters of path, query, header and cookie."""

import datetime
import decimal
import enum
import uuid
from typing import Annotated, Any, Literal

from tests.openapi.differential.names import Names


class Colour(enum.Enum):
    """What it looks like."""

    RED = "red"
    BLUE = "blue"


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


def path_parameters_have_types(web: Names) -> Any:
    app = web.App()

    @app.get("/items/{item_id}/parts/{name}")
    async def read_part(item_id: int, name: str) -> None: ...

    @app.get("/ids/{key}/{price}/{on}")
    async def read_key(key: uuid.UUID, price: decimal.Decimal, on: datetime.date) -> None: ...

    return app


def items_of_lists_may_be_null(web: Names) -> Any:
    app = web.App()

    @app.get("/items")
    async def list_items(ids: Annotated[list[int | None], web.Query(max_length=3)]) -> None: ...

    return app


def path_parameters_have_constraints(web: Names) -> Any:
    app = web.App()

    @app.get("/items/{item_id}/{name}")
    async def read_item(
        item_id: Annotated[int, web.Path(title="The item", description="Its number.", ge=1, lt=1000)],
        name: Annotated[str, web.Path(min_length=2, max_length=5, pattern="^[a-z]+$")],
    ) -> None: ...

    return app


def a_path_convertor_does_not_show(web: Names) -> Any:
    app = web.App()

    @app.get("/files/{name:path}")
    async def read_file(name: str) -> None: ...

    @app.get("/items/{item_id:int}")
    async def read_item(item_id: int) -> None: ...

    return app


def query_parameters_are_required_or_have_defaults(web: Names) -> Any:
    app = web.App()

    @app.get("/items")
    async def read_items(
        q: str,
        limit: int = 10,
        factor: float = 1.5,
        exact: bool = False,
        order: str | None = None,
        after: int | None = 3,
    ) -> None: ...

    return app


def query_parameters_have_constraints(web: Names) -> Any:
    app = web.App()

    @app.get("/items")
    async def read_items(
        count: Annotated[int, web.Query(gt=0, le=100)],
        factor: Annotated[float, web.Query(ge=0, lt=1.5)] = 1,
        step: Annotated[int, web.Query(multiple_of=5)] = 5,
        q: Annotated[str | None, web.Query(min_length=3, max_length=50, pattern="^x")] = None,
        finite: Annotated[float, web.Query(allow_inf_nan=False)] = 0.5,
    ) -> None: ...

    return app


def query_parameters_are_documented(web: Names) -> Any:
    app = web.App()

    @app.get("/items")
    async def read_items(
        q: Annotated[
            str, web.Query(title="Query string", description="What to look for.", examples=["a", "b"])
        ],
        old: Annotated[str | None, web.Query(deprecated=True)] = None,
        hidden: Annotated[str | None, web.Query(include_in_schema=False)] = None,
        item_query: Annotated[str | None, web.Query(alias="item-query")] = None,
        extra: Annotated[int, web.Query(json_schema_extra={"x-unit": "metres"})] = 1,
    ) -> None: ...

    return app


def parameters_have_named_examples(web: Names) -> Any:
    app = web.App()
    examples = {
        "normal": {"summary": "A normal one", "description": "It **works**.", "value": "foo"},
        "odd": {"value": "bar"},
        "elsewhere": {"externalValue": "https://example.com/q.json"},
    }

    @app.get("/items/{name}")
    async def read_items(
        name: Annotated[str, web.Path(openapi_examples=examples)],
        q: Annotated[str, web.Query(openapi_examples=examples)],
        x_token: Annotated[str, web.Header(openapi_examples=examples)],
        session: Annotated[str, web.Cookie(openapi_examples=examples)],
    ) -> None: ...

    return app


def a_description_ends_at_a_form_feed_or_not(web: Names) -> Any:
    app = web.App()

    @app.get("/items")
    async def read_items(q: Annotated[str, web.Query(description="Shown.\n\nShown too.")] = "a") -> None: ...

    return app


def query_parameters_are_lists(web: Names) -> Any:
    app = web.App()

    @app.get("/items")
    async def read_items(
        tags: Annotated[list[str], web.Query()],
        ids: Annotated[list[int], web.Query(min_length=1, max_length=3)] = [1],  # noqa: B006
        names: Annotated[set[str], web.Query()] = set(),  # noqa: B006
        optional: Annotated[list[str] | None, web.Query()] = None,
        pair: Annotated[tuple[int, str], web.Query()] = (1, "a"),
    ) -> None: ...

    return app


def parameters_are_choices(web: Names) -> Any:
    app = web.App()

    @app.get("/items/{colour}")
    async def read_items(
        colour: Colour,
        size: Size,
        order: Literal["up", "down"] = "up",
        only: Literal["one"] = "one",
        mixed: Literal[1, "two", None] = None,
        other: Colour = Colour.BLUE,
        maybe: Colour | None = None,
        several: Annotated[list[Colour], web.Query()] = [Colour.RED],  # noqa: B006
    ) -> None: ...

    return app


def parameters_are_moments(web: Names) -> Any:
    app = web.App()

    @app.get("/events")
    async def read_events(
        at: datetime.datetime,
        on: datetime.date,
        daily: datetime.time,
        wait: datetime.timedelta,
        since: datetime.date = datetime.date(2026, 1, 2),
        delay: datetime.timedelta = datetime.timedelta(hours=1),
        price: decimal.Decimal = decimal.Decimal("1.50"),
        key: uuid.UUID | None = None,
    ) -> None: ...

    return app


def parameters_are_unions(web: Names) -> Any:
    app = web.App()

    @app.get("/items")
    async def read_items(
        either: int | str,
        three: int | bool | None = None,
        constrained: Annotated[int, web.Field(ge=1)] | Annotated[str, web.Field(min_length=2)] = 1,
    ) -> None: ...

    return app


def header_parameters_have_hyphens(web: Names) -> Any:
    app = web.App()

    @app.get("/items")
    async def read_items(
        user_agent: Annotated[str, web.Header()],
        x_token: Annotated[list[str] | None, web.Header(description="Several.")] = None,
        strange_header: Annotated[str | None, web.Header(convert_underscores=False)] = None,
        own: Annotated[int, web.Header(alias="X-Own", ge=1)] = 1,
        old: Annotated[str, web.Header(deprecated=True)] = "x",
    ) -> None: ...

    return app


def cookie_parameters_are_parameters(web: Names) -> Any:
    app = web.App()

    @app.get("/items")
    async def read_items(
        session: Annotated[str, web.Cookie(min_length=8)],
        tracking_id: Annotated[str | None, web.Cookie(title="Tracking", alias="tracking-id")] = None,
        size: Annotated[Size, web.Cookie()] = Size.SMALL,
    ) -> None: ...

    return app


def parameters_of_every_place_stand_together(web: Names) -> Any:
    app = web.App()

    @app.get("/shops/{shop}/items/{item}")
    async def read_item(
        limit: int,
        item: int,
        x_token: Annotated[str, web.Header()],
        shop: str,
        session: Annotated[str, web.Cookie()] = "",
        offset: int = 0,
    ) -> None: ...

    return app


def parameters_of_dependencies_come_first(web: Names) -> Any:
    app = web.App()

    async def paging(offset: int = 0, limit: int = 10) -> None: ...

    async def user(
        x_token: Annotated[str, web.Header()], paging: Annotated[None, web.Depends(paging)]
    ) -> None: ...

    async def unused(verbose: bool = False) -> None: ...

    @app.get("/items/{item}", dependencies=[web.Depends(unused)])
    async def read_item(item: int, user: Annotated[None, web.Depends(user)], q: str = "") -> None: ...

    return app


def a_parameter_declared_twice_stands_once(web: Names) -> Any:
    app = web.App()

    async def paging(limit: int = 10) -> None: ...

    @app.get("/items")
    async def read_items(limit: int, paging: Annotated[None, web.Depends(paging)]) -> None: ...

    @app.get("/others")
    async def read_others(paging: Annotated[None, web.Depends(paging)], limit: int = 3) -> None: ...

    return app


def parameters_have_factories_and_hints_have_fields(web: Names) -> Any:
    app = web.App()
    limit = Annotated[int, web.Field(ge=1, le=10, description="At most so many.")]

    @app.get("/items")
    async def read_items(
        limit: limit = 5,
        tags: Annotated[list[str], web.Query(default_factory=list)] = ...,  # type: ignore[assignment]
        both: Annotated[int, web.Field(ge=1), web.Query(title="Both", le=9)] = 1,
        anything: Any = None,
    ) -> None: ...

    return app


def parameters_are_defaults_of_functions(web: Names) -> Any:
    app = web.App()

    @app.get("/items/{item_id}")
    async def read_items(
        item_id: int = web.Path(title="Number", ge=1),
        q: str = web.Query(..., min_length=2, description="What."),
        limit: int = web.Query(default=10, le=100),
        tags: list[str] = web.Query(default=["a"]),  # noqa: B008
        x_token: str | None = web.Header(default=None, title="Token"),
        session: str = web.Cookie("none"),
    ) -> dict[str, str]: ...

    return app


def parameters_have_aliases(web: Names) -> Any:
    app = web.App()

    @app.get("/items/{itemId}")
    async def read_items(
        item: Annotated[int, web.Path(alias="itemId")],
        first: Annotated[int, web.Query(validation_alias="firstOne")] = 1,
        third: Annotated[int, web.Query(alias="third", title="The third")] = 3,
    ) -> dict[str, str]: ...

    return app


def a_path_parameter_that_nobody_reads(web: Names) -> Any:
    app = web.App()

    @app.get("/shops/{shop}/items/{item}")
    async def read_item(item: int) -> dict[str, str]: ...

    return app


def parameters_of_classes_and_instances(web: Names) -> Any:
    class Checker:
        def __call__(self, q: str, x_key: Annotated[str, web.Header()]) -> bool: ...

    class Common:
        def __init__(self, offset: int = 0, limit: Annotated[int, web.Query(le=100)] = 10) -> None: ...

    app = web.App()

    @app.get("/items")
    async def read_items(
        common: Annotated[Common, web.Depends()],
        checked: Annotated[bool, web.Depends(Checker())],
        page: int = 1,
    ) -> dict[str, str]: ...

    return app


def constraints_stand_inside_of_optional_types(web: Names) -> Any:
    app = web.App()

    @app.get("/items")
    async def read_items(
        inner: Annotated[int, web.Field(ge=1)] | None = None,
        items: Annotated[
            list[Annotated[str, web.Field(min_length=2)]] | None, web.Query(max_length=3)
        ] = None,
        either: Annotated[int | str, web.Query(description="Any of both.")] = "x",
        day: Annotated[datetime.date | None, web.Query(title="Day")] = None,
        price: Annotated[decimal.Decimal, web.Query(gt=0, max_digits=4, decimal_places=2)] = decimal.Decimal(
            1
        ),
    ) -> dict[str, str]: ...

    return app


def hidden_parameters_leave_nothing(web: Names) -> Any:
    app = web.App()

    @app.get("/items")
    async def read_items(
        x_secret: Annotated[str, web.Header(include_in_schema=False)],
        session: Annotated[str, web.Cookie(include_in_schema=False)] = "",
    ) -> dict[str, str]: ...

    return app


def parameters_of_odd_types(web: Names) -> Any:
    app = web.App()

    @app.get("/items")
    async def read_items(
        raw: bytes = b"x",
        numbers: Annotated[list[int], web.Header()] = [1],  # noqa: B006
        mode: Annotated[list[Literal["a", "b"]], web.Query()] = ["a"],  # noqa: B006
        number: Annotated[int | float, web.Query(ge=0)] = 1,
        old: Annotated[str, web.Query(deprecated="Use another one.")] = "",
        url: web.HttpUrl | None = None,
        key: Annotated[web.UUID4 | None, web.Query()] = None,
        positive: web.PositiveInt = 1,
        text: Annotated[str, web.StringConstraints(min_length=1)] = "a",
        json: Annotated[str, web.Query(json_schema_extra={"example": "e"})] = "",
    ) -> dict[str, str]: ...

    return app


def a_model_is_a_dependency(web: Names) -> Any:
    class Search(web.Model):
        q: str
        limit: int = 10

    app = web.App()

    @app.get("/items")
    async def read_items(search: Annotated[Search, web.Depends()]) -> dict[str, str]: ...

    return app


def dependencies_yield_and_nest(web: Names) -> Any:
    app = web.App()

    async def session(x_tenant: Annotated[str, web.Header()]) -> Any:
        yield 1

    def user(session: Annotated[int, web.Depends(session)], token: str) -> str: ...

    def admin(user: Annotated[str, web.Depends(user, use_cache=False)], level: int = 1) -> str: ...

    @app.get("/items")
    async def read_items(
        admin: Annotated[str, web.Depends(admin)], user: Annotated[str, web.Depends(user)], last: str = ""
    ) -> dict[str, str]: ...

    return app
