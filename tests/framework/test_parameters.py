"""Parameters of path, query, headers and cookies: names, options and spellings, as FastAPI has them.

Where a test calls ``same``, the real FastAPI gives the expected answer.
"""

import enum
import uuid
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest

from bolide import Query
from bolide.exceptions import RouteError
from tests.framework.fastapi_oracle import Web, answers, bolide_web, fastapi_web, same


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.Enum):
    LOW = 1


class IntLevel(enum.IntEnum):
    LOW = 1


def declare_queries(web: Web) -> Any:
    """Declare endpoints that read query parameters of many types."""
    app = web.App()
    Query = web.Query  # noqa: N806

    @app.get("/scalars")
    async def scalars(
        text: str = "none",
        number: int = 0,
        ratio: float = 0.0,
        flag: bool = False,
        identifier: uuid.UUID | None = None,
        amount: Annotated[Decimal | None, Query(max_digits=4, decimal_places=2)] = None,
    ) -> Any:
        return [text, number, ratio, flag, str(identifier), str(amount)]

    @app.get("/choices")
    async def choices(
        color: Color = Color.RED,
        order: Literal["asc", "desc", "none"] = "none",
        level: Level | None = None,
        int_level: IntLevel | None = None,
    ) -> Any:
        return [color.value, order, int_level]

    @app.get("/lists")
    async def lists(
        tag: Annotated[list[int], Query(min_length=1, max_length=3)],
        word: Annotated[set[str], Query()] = set(),  # noqa: B006 - fresh for every request
        pair: Annotated[tuple[int, str] | None, Query()] = None,
    ) -> Any:
        word.add("x")
        return [tag, sorted(word), pair]

    @app.get("/limits")
    async def limits(
        number: Annotated[int, Query(gt=0, le=10, multiple_of=2)] = 2,
        ratio: Annotated[float, Query(gt=0, allow_inf_nan=False)] = 1.0,
        text: Annotated[str, Query(min_length=2, max_length=3, pattern="^a")] = "ab",
    ) -> Any:
        return [number, ratio, text]

    @app.get("/required")
    async def required(a: str, b: int | None, c: Annotated[str, Query(alias="item-c")]) -> Any:
        return [a, b, c]

    return app


@pytest.mark.parametrize(
    "query",
    [
        *("text=a&text=b", "number=1&number=2", "number=%201%20", "number=1.0", "number=1_000", "number=1.5"),
        *("number=99999999999999999999999999", "number=", "text=", "text", "number", "ratio=1e3", "ratio=x"),
        *(
            f"flag={word}"
            for word in ("true", "FALSE", "1", "0", "on", "Off", "yes", "NO", "t", "f", "y", "n", "2", "")
        ),
        *("identifier=x", "identifier=9e4d1b0c-0f7a-4b5e-8a3d-2f1c5b6a7d8e", "amount=1.50", "amount=12345"),
        *("text=a%20b+c", "text=%C3%A4", "text=a%26b", "unknown=1", "&&text=a&", "text==", "number=%D9%A3"),
    ],
)
def test_scalars_are_spelled_as_in_fastapi(query: str) -> None:
    """#22 #24 #25 #26: the last value wins, empty is a value, a name alone is an empty one; lax spellings."""
    same(declare_queries, "GET", f"/scalars?{query}")


@pytest.mark.parametrize(
    "query",
    [
        *(
            "color=blue",
            "color=RED",
            "order=desc",
            "order=up",
            "level=1",
            "level=x",
            "int_level=1",
            "int_level=2",
        ),
    ],
)
def test_choices_name_what_is_expected(query: str) -> None:
    """#41: texts of enumerations and literals, for two and for three choices; only an IntEnum reads "1"."""
    if query == "level=1":
        actual, expected = answers(declare_queries, "GET", f"/choices?{query}")
        # Bolide reads an enumeration's whole number from text, too.
        assert (actual.status, expected.status) == (200, 422)
        return
    same(declare_queries, "GET", f"/choices?{query}")


@pytest.mark.parametrize(
    "query",
    [
        *("tag=1", "tag=1&tag=2&tag=3", "tag=1&tag=2&tag=3&tag=4", "tag=x&tag=1&tag=y", "tag=", "word=a", ""),
        *("tag=1&word=a&word=b&word=a", "tag=1&pair=1&pair=x", "tag=1&pair=1", "tag=1&pair=x&pair=y"),
    ],
)
def test_lists_collect_every_value(query: str) -> None:
    """#23 #27: a required list is missing when there is no value, errors name the index."""
    same(declare_queries, "GET", f"/lists?{query}")


def test_list_default_is_fresh_for_every_request() -> None:
    """#23: what an endpoint does to a default is not seen by the next request."""
    for _ in range(2):
        assert same(declare_queries, "GET", "/lists?tag=1").content() == [[1], ["x"], None]


@pytest.mark.parametrize(
    "query",
    [
        "number=0",
        "number=12",
        "number=3",
        "ratio=0",
        "ratio=inf",
        "ratio=nan",
        "text=b",
        "text=abcd",
        "text=a",
    ],
)
def test_limits_are_those_of_the_declaration(query: str) -> None:
    """#42: numbers in ``ctx`` have the type of the parameter."""
    same(declare_queries, "GET", f"/limits?{query}")


@pytest.mark.parametrize("query", ["", "a=1", "a=&b=1&item-c=x", "a=x&b=&item-c=y", "a=x&c=1&b=2"])
def test_missing_parameters_are_named_by_their_aliases(query: str) -> None:
    """#28 #29 #35: ``loc`` has the alias, ``input`` is null; an optional type alone has no default."""
    same(declare_queries, "GET", f"/required?{query}")


def declare_aliases(web: Web) -> Any:
    app = web.App()
    AliasChoices = web("AliasChoices" if web.package == "bolide" else "pydantic.AliasChoices")  # noqa: N806

    @app.get("/names")
    async def names(
        a: Annotated[int, web.Query(alias="x", validation_alias="first")] = 0,
        b: Annotated[int, web.Query(validation_alias=AliasChoices("second", "b2"))] = 0,
        c: Annotated[int, web.Header(validation_alias=AliasChoices("x-third", "x_c3"))] = 0,
        d: Annotated[list[int], web.Query(validation_alias=AliasChoices("d1", "d2"))] = [],  # noqa: B006
        e: Annotated[int, web.Cookie(alias="e-e")] = 0,
        f: Annotated[int, web.Query(serialization_alias="ff")] = 0,
    ) -> Any:
        return [a, b, c, d, e, f]

    @app.get("/path/{item_id}")
    async def path(item: Annotated[int, web.Path(alias="item_id")]) -> Any:
        return item

    return app


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("first=1&x=2", {}),
        ("x=2", {}),
        ("b2=3&second=4", {}),
        ("b2=3", {}),
        ("b2=x", {}),
        ("", {"x-third": "5"}),
        ("", {"x_c3": "6"}),
        ("", {"X-Third": "y"}),
        ("d2=1&d2=2", {}),
        ("d1=1&d2=2", {}),
        ("", {"cookie": "e-e=7"}),
        ("f=1", {}),
        ("ff=1", {}),
    ],
)
def test_other_names_are_tried_in_order(query: str, headers: dict[str, str]) -> None:
    """#28: validation_alias beats alias; the first of several names that is there counts."""
    same(declare_aliases, "GET", f"/names?{query}", headers=headers)


def declare_headers(web: Web) -> Any:
    app = web.App()

    @app.get("/headers")
    async def headers(
        user_agent: Annotated[str, web.Header()],
        x_tok: Annotated[int, web.Header()] = 0,
        x_list: Annotated[list[str], web.Header()] = [],  # noqa: B006
        X_Case: Annotated[int, web.Header()] = 0,  # noqa: N803
        raw_name: Annotated[int, web.Header(convert_underscores=False)] = 0,
        named: Annotated[int, web.Header(alias="X-Named")] = 0,
    ) -> Any:
        return [user_agent, x_tok, x_list, X_Case, raw_name, named]

    @app.get("/cookies")
    async def cookies(a: Annotated[str, web.Cookie()], b: Annotated[int, web.Cookie()] = 0) -> Any:
        return [a, b]

    return app


@pytest.mark.parametrize(
    "lines",
    [
        [("User-Agent", "u")],
        [],
        [("user-agent", "u"), ("x-tok", "1"), ("x-tok", "2")],
        [("user-agent", "u"), ("x_tok", "1")],
        [("user-agent", "u"), ("x-tok", "x")],
        [("user-agent", "u"), ("x-list", "a"), ("x-list", "b,c")],
        [("user-agent", "u"), ("X-CASE", "x")],
        [("user-agent", "u"), ("raw_name", "3"), ("raw-name", "4")],
        [("user-agent", "u"), ("x-named", "x")],
        [("user-agent", "ü")],
    ],
)
def test_headers_are_read_by_their_names(lines: list[tuple[str, str]]) -> None:
    """#31 #32: hyphens for underscores and nothing else; the first of equal headers, all for a list."""
    same(declare_headers, "GET", "/headers", headers=lines)


@pytest.mark.parametrize(
    "lines",
    [
        [("cookie", "a=1; a=2")],
        [("cookie", "a=1"), ("cookie", "a=2; b=3")],
        [("cookie", 'a="x y"')],
        [("cookie", "b=x; a=1")],
        [("cookie", "a")],
        [],
    ],
)
def test_last_cookie_of_a_name_wins(lines: list[tuple[str, str]]) -> None:
    """#33: within one header and across several; quotes are taken off."""
    same(declare_headers, "GET", "/cookies", headers=lines)


def test_errors_come_in_the_order_of_the_locations() -> None:
    """#30: dependencies first, then path, query, header, cookie and body, whatever the declaration says."""

    def declare(web: Web) -> Any:
        app = web.App()

        async def inner(z: int) -> int:
            return z

        @app.post("/{p}")
        async def endpoint(
            b: Annotated[int, web.Body()],
            c: Annotated[int, web.Cookie()],
            h: Annotated[int, web.Header()],
            q: int,
            p: int,
            d: Annotated[int, web.Depends(inner)],
        ) -> Any: ...

        return app

    answer = same(declare, "POST", "/x?q=x", headers={"content-type": "application/json"}, body=b'"x"')
    assert [error["loc"] for error in answer.content()["detail"]] == [
        ["query", "z"],
        ["path", "p"],
        ["query", "q"],
        ["header", "h"],
        ["cookie", "c"],
        ["body"],
    ]


def test_ellipsis_is_no_default() -> None:
    def declare(web: Web) -> Any:
        app = web.App()

        @app.get("/")
        async def endpoint(a: int = ..., b: int = web.Query(...)) -> Any:  # type: ignore[assignment]
            return [a, b]

        return app

    same(declare, "GET", "/")
    same(declare, "GET", "/?a=1&b=2")


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"style": "csv"}, ValueError, "style is 'csv'; expected one of 'form', 'spaceDelimited', "),
        ({"style": "deepObject", "explode": False}, ValueError, "explode=False is for lists"),
        ({"regex": "x"}, TypeError, r"Query\(\) has no option 'regex'; write pattern="),
        ({"example": 1}, TypeError, r"Query\(\) has no option 'example'; write examples=\[...\]"),
        ({"nothing": 1}, TypeError, r"Query\(\) has no option 'nothing'$"),
        (
            {"default": 1, "default_factory": int},
            TypeError,
            r"^Query\(\) takes a default or a default_factory",
        ),
    ],
    ids=lambda each: "",
)
def test_wrong_options_are_errors_where_they_stand(
    options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        Query(**options)


def test_one_marker_serves_several_parameters() -> None:
    """#38: a marker is not changed by the parameters that use it."""

    def declare(web: Web) -> Any:
        app = web.App()
        shared = web.Query(ge=1)

        @app.get("/")
        async def endpoint(
            a: Annotated[int, shared], b: Annotated[int, shared] = 2, c: int = web.Query(3, alias="see")
        ) -> Any:
            return [a, b, c]

        return app

    assert same(declare, "GET", "/?a=1&b=5&see=7").content() == [1, 5, 7]
    same(declare, "GET", "/?a=0&b=0")


def test_default_factory_is_called_for_every_request() -> None:
    """#23: the factory makes a new default each time."""

    def declare(web: Web) -> Any:
        app = web.App()
        numbers = iter(range(10))

        @app.get("/")
        async def endpoint(a: Annotated[int, web.Query(default_factory=lambda: next(numbers))]) -> Any:
            return [a, next(numbers)]

        return app

    assert same(declare, "GET", "/").content() == [0, 1]


def declare_documented(web: Web) -> Any:
    app = web.App()

    @app.get("/{p}")
    async def endpoint(
        p: Annotated[int, web.Path(title="The P", description="Of the path", ge=1)],
        hidden: Annotated[str, web.Query(include_in_schema=False)] = "",
        old: Annotated[str, web.Query(deprecated=True, examples=["a", "b"])] = "x",
        q: Annotated[
            str,
            web.Query(
                openapi_examples={"one": {"value": "1"}}, json_schema_extra={"x-more": 1}, pattern="^1"
            ),
        ] = "1",
    ) -> Any: ...

    return app


def test_document_shows_what_options_say() -> None:
    """#39 #40: hidden parameters are left out of the document only; deprecated ones are marked."""
    apps = [declare_documented(web) for web in (bolide_web(), fastapi_web())]
    actual, expected = (app.openapi()["paths"]["/{p}"]["get"]["parameters"] for app in apps)
    assert actual == expected
    same(declare_documented, "GET", "/1?hidden=x&old=y")


def test_marks_of_deprecation_are_shown() -> None:
    """#40: a text is one, too."""

    def declare(web: Web) -> Any:
        app = web.App()

        @app.get("/")
        async def endpoint(old: Annotated[int, web.Query(deprecated="use new")] = 0, new: int = 0) -> Any: ...

        return app

    actual, expected = (
        declare(web).openapi()["paths"]["/"]["get"]["parameters"] for web in (bolide_web(), fastapi_web())
    )
    assert actual == expected
    assert [parameter.get("deprecated") for parameter in actual] == [True, None]


def test_default_of_a_path_parameter_is_refused() -> None:
    """#36: better than FastAPI, which ignores a plain one; both refuse one in the marker."""

    def plain(web: Web) -> Any:
        app = web.App()

        @app.get("/{x}")
        async def endpoint(x: int = 5) -> int:
            return x

        return app

    assert refusal(plain, bolide_web()).endswith(
        "path parameter 'x' has a default, but the path always has it; leave it out"
    )
    assert refusal(plain, fastapi_web()) == ""

    def marked(web: Web) -> Any:
        app = web.App()

        @app.get("/{x}")
        async def endpoint(x: Annotated[int, web.Path(default=5)]) -> int:
            return x

        return app

    assert "'x'" in refusal(marked, bolide_web())
    assert "Path parameters cannot have a default value" in refusal(marked, fastapi_web())


def test_marker_that_contradicts_the_declaration_is_refused() -> None:
    """#37: a default in ``Annotated``, and ``Query()`` on a name of the path."""

    def default(web: Web) -> Any:
        app = web.App()

        @app.get("/")
        async def endpoint(q: Annotated[int, web.Query(default=3)]) -> int:
            return q

        return app

    assert "Query() in Annotated takes no default; write '= 3' after the" in refusal(default, bolide_web())
    assert "`Query` default value cannot be set in `Annotated`" in refusal(default, fastapi_web())

    def location(web: Web) -> Any:
        app = web.App()

        @app.get("/{x}")
        async def endpoint(x: Annotated[int, web.Query()]) -> int:
            return x

        return app

    assert "'x'" in refusal(location, bolide_web())
    assert "Cannot use `Query` for path param 'x'" in refusal(location, fastapi_web())


def two_markers(web: Web) -> Any:
    app = web.App()
    small = Annotated[int, web.Query(ge=1, alias="n", title="Small")]

    @app.get("/aliases")
    async def aliases(number: Annotated[small, web.Query(le=5)] = 2) -> int:  # type: ignore[valid-type]
        return number

    @app.get("/locations")
    async def locations(number: Annotated[int, web.Header(ge=1), web.Query(le=5)]) -> int:
        return number

    return app


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/aliases?n=0", 422),
        ("/aliases?n=6", 422),
        ("/aliases?number=0", 200),
        ("/locations?number=0", 422),
        ("/locations?number=6", 422),
        ("/locations?number=5", 200),
    ],
)
def test_all_markers_limit_and_the_last_one_locates(target: str, status: int) -> None:
    """An alias such as ``Annotated[int, Query(ge=1)]`` keeps its limits where another marker is put on it."""
    assert same(two_markers, "GET", target).status == status


def test_markers_that_contradict_each_other_are_refused() -> None:
    def declare(web: Web) -> Any:
        app = web.App()

        @app.get("/")
        async def read(text: Annotated[str, web.Query(pattern="a"), web.Query(pattern="b")]) -> None: ...

        return app

    assert "parameter 'text': " in refusal(declare, bolide_web())


def refusal(declare: Any, web: Web) -> str:
    """Return why the application is refused before it serves anything; empty when it is not."""
    try:
        app = declare(web)
        if web.package == "bolide":
            app.compile()
    except (AssertionError, RouteError) as error:
        return str(error)
    return ""
