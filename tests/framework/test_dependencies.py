"""Dependencies: order, sharing, generators, threads, overrides, and mistakes found at start-up."""

import contextvars
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from functools import partial
from typing import Annotated, Any, Generic, TypeVar

import pytest

from bolide import APIRouter, Bolide, Depends, HTTPException, Model, Query
from bolide.exceptions import RouteError
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, bolide_web, fastapi_web, same


def log_app() -> tuple[Bolide, list[str]]:
    return Bolide(), []


def test_sub_dependencies_receive_values_and_parameters() -> None:
    app = Bolide()

    async def one(q: int) -> int:
        return q + 1

    def two(first: Annotated[int, Depends(one)], q: int) -> int:
        return first * 10 + q

    @app.get("/")
    async def endpoint(value: int = Depends(two)) -> int:
        return value

    assert TestClient(app).get("/?q=4").json() == 54


def test_60_value_is_shared_unless_use_cache_is_off() -> None:
    app, calls = log_app()

    async def counter() -> int:
        calls.append("call")
        return len(calls)

    async def left(n: Annotated[int, Depends(counter)]) -> int:
        return n

    @app.get("/")
    async def endpoint(
        a: Annotated[int, Depends(left)],
        b: Annotated[int, Depends(counter)],
        c: Annotated[int, Depends(counter, use_cache=False)],
        d: Annotated[int, Depends(counter)],
    ) -> list[int]:
        return [a, b, c, d]

    client = TestClient(app)
    assert client.get("/").json() == [1, 1, 2, 1]
    assert client.get("/").json() == [3, 3, 4, 3]


def test_61_route_level_dependencies_run_first_from_the_outside_in() -> None:
    app, calls = Bolide(dependencies=[Depends(lambda: calls.append("app"))]), []
    router = APIRouter(dependencies=[Depends(lambda: calls.append("router"))])

    @router.get("/x", dependencies=[Depends(lambda: calls.append("route"))])
    async def endpoint(_: Annotated[None, Depends(lambda: calls.append("parameter"))]) -> None:
        calls.append("endpoint")

    app.include_router(router, dependencies=[Depends(lambda: calls.append("include"))])
    TestClient(app).get("/x")
    assert calls == ["app", "include", "router", "route", "parameter", "endpoint"]


def test_64_generators_finish_after_the_reply_in_reverse_order() -> None:
    app, calls = log_app()

    async def outer() -> AsyncIterator[str]:
        calls.append("outer+")
        yield "outer"
        calls.append("outer-")

    def inner(value: Annotated[str, Depends(outer)]) -> Iterator[str]:
        calls.append("inner+")
        yield value + " inner"
        calls.append("inner-")

    @app.get("/")
    async def endpoint(value: Annotated[str, Depends(inner)]) -> str:
        calls.append("endpoint")
        return value

    assert TestClient(app).get("/").json() == "outer inner"
    assert calls == ["outer+", "inner+", "endpoint", "inner-", "outer-"]


@pytest.mark.parametrize("kind", ["async", "sync", "inline"])
def test_65_error_of_the_endpoint_is_thrown_into_generators(kind: str) -> None:
    app, calls = log_app()

    async def in_loop() -> AsyncIterator[None]:
        try:
            yield
        except HTTPException as error:
            calls.append(str(error))
            raise

    def in_thread() -> Iterator[None]:
        try:
            yield
        except HTTPException as error:
            calls.append(str(error))
            raise

    dependency = Depends(in_loop) if kind == "async" else Depends(in_thread, inline=kind == "inline")

    @app.get("/", dependencies=[dependency])
    async def endpoint() -> None:
        raise HTTPException(418, "teapot")

    response = TestClient(app).get("/")
    assert (response.status_code, response.json()) == (418, {"detail": "teapot"})
    assert calls == ["418: teapot"]


def test_68_generator_may_turn_the_error_into_another() -> None:
    app = Bolide()

    async def translate() -> AsyncIterator[None]:
        try:
            yield
        except KeyError as error:
            raise HTTPException(404, f"no {error.args[0]}") from error

    @app.get("/", dependencies=[Depends(translate)])
    async def endpoint() -> None:
        raise KeyError("thing")

    assert TestClient(app).get("/").json() == {"detail": "no thing"}


@pytest.mark.parametrize("is_async", [True, False])
def test_67_generator_that_swallows_the_error_is_named(is_async: bool) -> None:
    app = Bolide()

    async def swallow_in_loop() -> AsyncIterator[None]:
        with suppress(ValueError):
            yield

    def swallow_in_thread() -> Iterator[None]:
        with suppress(ValueError):
            yield

    @app.get("/", dependencies=[Depends(swallow_in_loop if is_async else swallow_in_thread)])
    async def endpoint() -> None:
        raise ValueError("lost")

    with pytest.raises(RuntimeError, match=r"'swallow_in_\w+' \(.*test_dependencies\.py:\d+\) swallowed"):
        TestClient(app).get("/")
    response = TestClient(app, raise_server_exceptions=False).get("/")
    assert (response.status_code, response.text) == (500, "Internal Server Error")


@pytest.mark.parametrize("is_async", [True, False])
@pytest.mark.parametrize("yields", [0, 2])
def test_generator_must_yield_once(is_async: bool, yields: int) -> None:
    app = Bolide()

    async def in_loop() -> AsyncIterator[int]:
        for number in range(yields):
            yield number

    def in_thread() -> Iterator[int]:
        yield from range(yields)

    @app.get("/", dependencies=[Depends(in_loop if is_async else in_thread)])
    async def endpoint() -> None:
        pass

    with pytest.raises(RuntimeError, match="does not yield" if yields == 0 else "yields more than once"):
        TestClient(app).get("/")


def test_error_in_an_exit_reaches_the_generators_entered_before() -> None:
    app, calls = log_app()

    async def outer() -> AsyncIterator[None]:
        try:
            yield
        except RuntimeError as error:
            calls.append(str(error))
            raise

    async def inner() -> AsyncIterator[None]:
        yield
        raise RuntimeError("broken exit")

    @app.get("/", dependencies=[Depends(outer), Depends(inner)])
    async def endpoint() -> None:
        pass

    with pytest.raises(RuntimeError, match="broken exit"):
        TestClient(app).get("/")
    assert calls == ["broken exit"]


def test_sync_code_runs_in_threads_unless_it_is_inline() -> None:
    app = Bolide()

    def thread_name() -> str:
        return threading.current_thread().name.partition("_")[0]

    @app.get("/sync")
    def sync(own: Annotated[str, Depends(thread_name)]) -> list[str]:
        return [own, thread_name()]

    @app.get("/inline", inline=True)
    def inline(own: Annotated[str, Depends(thread_name, inline=True)]) -> list[str]:
        return [own, thread_name()]

    client = TestClient(app)
    assert client.get("/sync").json() == ["bolide", "bolide"]
    assert client.get("/inline").json() == ["bolide-portal", "bolide-portal"]


def test_69_context_variables_of_async_dependencies_are_visible() -> None:
    app = Bolide()
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="unset")

    async def set_in_loop() -> AsyncIterator[None]:
        token = variable.set("set")
        yield
        variable.reset(token)  # fails in another context

    @app.get("/", dependencies=[Depends(set_in_loop)])
    def endpoint() -> str:
        return variable.get()

    assert TestClient(app).get("/").json() == "set"


def test_classes_partials_and_callable_instances_are_dependencies() -> None:
    app = Bolide()

    class Page:
        def __init__(self, offset: int = 0, limit: Annotated[int, Query(le=10)] = 5) -> None:
            self.offset, self.limit = offset, limit

    class Adder:
        async def __call__(self, n: int) -> int:
            return n + 1

    def scale(factor: int, n: int) -> int:
        return factor * n

    @app.get("/")
    async def endpoint(
        page: Annotated[Page, Depends()],
        added: Annotated[int, Depends(Adder())],
        scaled: Annotated[int, Depends(partial(scale, 3))],
    ) -> list[int]:
        return [page.offset, page.limit, added, scaled]

    client = TestClient(app)
    assert client.get("/?n=2&offset=7").json() == [7, 5, 3, 6]
    assert client.get("/?n=2&limit=11").status_code == 422


def test_62_nothing_runs_when_some_input_is_invalid() -> None:
    app, calls = log_app()

    async def valid() -> None:
        calls.append("valid")

    async def invalid(n: int) -> None:
        calls.append("invalid")

    @app.get("/", dependencies=[Depends(valid), Depends(invalid)])
    async def endpoint(m: int) -> None:
        calls.append("endpoint")

    response = TestClient(app).get("/?n=x&m=y")
    assert [error["loc"] for error in response.json()["detail"]] == [["query", "n"], ["query", "m"]]
    assert calls == []


def test_same_input_in_two_places_is_read_and_reported_once() -> None:
    app = Bolide()

    async def one(token: int) -> int:
        return token

    async def two(token: int) -> int:
        return token

    @app.get("/")
    async def endpoint(a: Annotated[int, Depends(one)], b: Annotated[int, Depends(two)]) -> int:
        return a + b

    client = TestClient(app)
    assert client.get("/?token=2").json() == 4
    assert len(client.get("/?token=x").json()["detail"]) == 1


def test_overrides_replace_dependencies_until_they_are_removed() -> None:
    app = Bolide()

    async def database() -> str:
        return "real"

    async def fake(suffix: str = "") -> str:
        return "fake" + suffix

    @app.get("/")
    async def endpoint(db: Annotated[str, Depends(database)]) -> str:
        return db

    client = TestClient(app)
    assert client.get("/").json() == "real"
    app.dependency_overrides[database] = fake
    assert client.get("/?suffix=!").json() == "fake!"
    del app.dependency_overrides[database]
    assert client.get("/").json() == "real"
    app.dependency_overrides = {database: lambda: "other"}
    assert client.get("/").json() == "other"
    app.dependency_overrides.clear()
    assert client.get("/").json() == "real"


def test_dependency_cycle_names_every_function_in_it() -> None:
    app = Bolide()

    async def first(value: Any) -> None: ...

    async def second(value: Annotated[Any, Depends(first)]) -> None: ...

    first.__annotations__["value"] = Annotated[Any, Depends(second)]

    @app.get("/")
    async def endpoint(value: Annotated[Any, Depends(first)]) -> None: ...

    with pytest.raises(
        RouteError,
        match=r"dependency cycle: 'first' \(.*test_dependencies\.py:\d+\) -> 'second' \(.*\) -> 'first' \(",
    ):
        app.compile()


def test_bad_parameter_of_a_dependency_names_the_dependency() -> None:
    app = Bolide()

    async def broken(value: threading.Lock) -> None: ...

    @app.get("/", dependencies=[Depends(broken)])
    async def endpoint() -> None: ...

    with pytest.raises(RouteError, match=r"dependency 'broken' \(.*test_dependencies\.py:\d+\): .*'value'"):
        app.compile()


def test_63_override_brings_its_own_parameters_but_not_into_the_document() -> None:
    """#63: parameters of an override are part of the request, the document shows those of the original."""

    def declare(web: Web) -> Any:
        app = web.App()

        async def original(size: int = 3) -> str:
            return f"original {size}"

        async def override(suffix: str) -> str:
            return f"override {suffix}"

        @app.get("/")
        async def endpoint(value: Annotated[str, web.Depends(original)]) -> str:
            return value

        app.dependency_overrides[original] = override
        return app

    same(declare, "GET", "/?suffix=x")
    same(declare, "GET", "/?size=4")
    for web in (bolide_web(), fastapi_web()):
        parameters = declare(web).openapi()["paths"]["/"]["get"]["parameters"]
        assert [parameter["name"] for parameter in parameters] == ["size"]


T = TypeVar("T")


class Filter(Model):
    name: str = "all"


class Repository(Generic[T]):
    def __init__(self, filter: Annotated[T, Query()], limit: int = 10) -> None:
        self.shown = [filter, limit]


def test_a_generic_class_with_arguments_is_made_by_its_constructor() -> None:
    """FastAPI takes ``*args`` and ``**kwargs`` of the alias for parameters of the query."""
    app = Bolide()

    @app.get("/")
    async def read(
        by_hint: Annotated[Repository[Filter], Depends()],
        by_callable: Annotated[Any, Depends(Repository[Filter])],
        of_numbers: Annotated[Repository[int], Depends()],
    ) -> list[Any]:
        return [*by_hint.shown, by_callable is by_hint, *of_numbers.shown]

    client = TestClient(app)
    assert client.get("/?name=a&limit=3&filter=7").json() == [{"name": "a"}, 3, True, 7, 3]
    assert client.get("/?filter=x").json()["detail"][0]["loc"] == ["query", "filter"]
