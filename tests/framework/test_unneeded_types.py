"""Types that only type checkers import: what no request needs does not have to exist."""

# ruff: noqa: B008, RUF009 - the old style of declaring dependencies is what is tested

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

import pytest

from bolide import Bolide, Depends, Model, Query
from bolide.controllers import get
from bolide.exceptions import RouteError
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, fastapi_web, same

if TYPE_CHECKING:
    from somewhere import Session, sessions

T = TypeVar("T")


def connect(name: str = "main") -> "Session":
    return name


Connected = Annotated["Session", Depends(connect)]


def body_of(app: Bolide, path: str = "/") -> Any:
    response = TestClient(app).get(path)
    assert response.status_code == 200
    return response.json()


def test_the_type_of_a_default_that_is_a_dependency_need_not_exist() -> None:
    """#72: what such a parameter receives is what the dependency returns; as FastAPI."""

    def declare(web: Web) -> Any:
        app = web.App()

        @app.get("/")
        async def endpoint(
            session: "Session" = web.Depends(connect),
            optional: "Session | None" = web.Depends(connect),
            *,
            many: "list[sessions.Session]" = web.Depends(connect),
        ) -> Any:
            return [session, optional, many]

        return app

    assert same(declare, "GET", "/?name=a").content() == ["a", "a", "a"]


def test_the_type_in_annotated_need_not_exist_beside_a_dependency() -> None:
    def declare(web: Web) -> Any:
        app = web.App()

        @app.get("/")
        async def endpoint(session: Annotated["Session", web.Depends(connect)]) -> Any:
            return session

        return app

    assert same(declare, "GET", "/?name=b").content() == "b"


def test_a_whole_annotation_may_be_text() -> None:
    """FastAPI takes these for parameters of the query: the text as a whole cannot be evaluated."""
    app = Bolide()

    @app.get("/")
    async def endpoint(
        a: "Annotated[Session, Depends(connect)]",
        b: "Annotated[sessions.Session[int] | None, 'a note', Depends(connect)]",
        c: "Connected",
        d: Connected,
    ) -> list[str]:
        return [a, b, c, d]

    assert body_of(app, "/?name=c") == ["c", "c", "c", "c"]


def test_a_marker_of_fastapi_fills_such_a_parameter_too() -> None:
    app = Bolide()
    marker = fastapi_web().Depends(connect)

    @app.get("/")
    async def endpoint(a: "Session" = marker, *, b: "Annotated[Session, marker]") -> list[str]:
        return [a, b]

    assert body_of(app) == ["main", "main"]


def test_dependencies_of_every_kind_may_have_such_parameters() -> None:
    app = Bolide()

    @dataclass
    class Record:
        session: "Session" = Depends(connect)

    class Class:
        def __init__(self, session: "Annotated[Session, Depends(connect)]") -> "Session":
            self.session = session

    class Callable:
        def __call__(self, session: Connected) -> "Session":
            return session

    def function(times: int, session: "Session" = Depends(connect)) -> "Session":
        return session * times

    @app.get("/", dependencies=[Depends(connect)])
    async def endpoint(
        record: Annotated[Record, Depends()],
        made: Annotated[Class, Depends()],
        called: Annotated[str, Depends(Callable())],
        twice: Annotated[str, Depends(partial(function, 2))],
    ) -> list[str]:
        return [record.session, made.session, called, twice]

    assert body_of(app, "/?name=d") == ["d", "d", "d", "dd"]


def test_methods_of_generic_controllers_may_have_such_parameters() -> None:
    app = Bolide()

    class Item(Model):
        name: str

    class Items(Generic[T]):
        @get("/")
        async def read(self, item: Annotated[T, Query()], session: "Session" = Depends(connect)) -> list[T]:
            assert session == "main"
            return [item]

    @app.controller("/items")
    class _Items(Items[Item]):
        pass

    assert body_of(app, "/items/?name=main") == [{"name": "main"}]


@pytest.mark.parametrize("response_model", [None, dict[str, int]], ids=["none", "another type"])
def test_a_return_annotation_that_nothing_reads_need_not_exist(response_model: Any) -> None:
    def declare(web: Web) -> Any:
        app = web.App()

        @app.get("/", response_model=response_model)
        async def endpoint() -> "Session":
            return {"a": 1}

        return app

    assert same(declare, "GET", "/").content() == {"a": 1}


def result() -> "Session": ...


def item(item: "Annotated[Session, Query()]") -> None: ...


def made(item: "Session" = Depends()) -> None: ...


def marker(item: "Annotated[Session, Depends(unknown)]") -> None: ...  # noqa: F821


@pytest.mark.parametrize(
    ("endpoint", "message"),
    [
        (result, "result, 'return': forward reference 'Session' cannot be resolved: name 'Session' is"),
        (item, "item, 'item': forward reference .* cannot be resolved: name 'Session' is not defined"),
        (made, "made, 'item': forward reference 'Session' cannot be resolved: name 'Session' is not"),
        (marker, "marker, 'item': forward reference .* cannot be resolved: name '(Session|unknown)' is"),
    ],
)
def test_a_type_that_is_needed_must_exist(endpoint: Any, message: str) -> None:
    """As in FastAPI for results and Depends() without a callable; it takes *item* for text of the query."""
    app = Bolide()
    app.get("/")(endpoint)
    with pytest.raises(RouteError, match=message):
        app.compile()
