"""Dependencies against the real FastAPI: sharing, order, threads, scopes, streams."""

import contextvars
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from functools import partial
from typing import Annotated, Any, Literal

import pytest

from bolide import Bolide, Depends, Field, Model
from bolide.exceptions import RouteError
from tests.framework.fastapi_events import Log, same_events
from tests.framework.fastapi_oracle import Web, same

variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="unset")


def test_60_a_value_is_shared_per_request_unless_use_cache_is_off() -> None:
    """#60: use_cache=False calls again, but the first value stays the shared one."""

    def declare(web: Web, log: Log) -> Any:
        app = web.App()

        async def counter() -> int:
            log.append("call")
            return len(log)

        async def left(n: Annotated[int, web.Depends(counter)]) -> int:
            return n

        @app.get("/")
        async def endpoint(
            a: Annotated[int, web.Depends(left)],
            b: Annotated[int, web.Depends(counter)],
            c: Annotated[int, web.Depends(counter, use_cache=False)],
            d: Annotated[int, web.Depends(counter)],
        ) -> list[int]:
            return [a, b, c, d]

        return app

    assert same_events(declare).content() == [1, 1, 2, 1]


def test_61_lists_of_dependencies_run_before_parameters_from_the_outside_in() -> None:
    """#61: application, include, router, route, then parameters."""

    def declare(web: Web, log: Log) -> Any:
        def note(text: str) -> Any:
            async def dependency() -> None:
                log.append(text)

            return web.Depends(dependency)

        app = web.App(dependencies=[note("app")])
        router = web.APIRouter(dependencies=[note("router")])

        @router.get("/", dependencies=[note("route 1"), note("route 2")])
        async def endpoint(value: Annotated[None, note("parameter")]) -> None:
            log.append("endpoint")

        app.include_router(router, prefix="/x", dependencies=[note("include")])
        return app

    assert same_events(declare, "/x/").log[:7] == [
        "app",
        "include",
        "router",
        "route 1",
        "route 2",
        "parameter",
        "endpoint",
    ]


def test_67_dependency_that_swallows_the_error_leaves_no_answer() -> None:
    """#67: 500; here the error names the dependency."""

    def declare(web: Web) -> Any:
        app = web.App()

        async def swallow() -> AsyncIterator[None]:
            with suppress(ValueError):
                yield

        @app.get("/", dependencies=[web.Depends(swallow)])
        async def endpoint() -> None:
            raise ValueError

        return app

    same(declare, "GET", "/")


def test_68_dependency_may_turn_the_error_into_another() -> None:
    """#68: what comes out of the dependency decides the answer."""

    def declare(web: Web) -> Any:
        app = web.App()

        def translate() -> Iterator[None]:
            try:
                yield
            except KeyError as error:
                raise web.HTTPException(404, f"no {error.args[0]}") from error

        @app.get("/", dependencies=[web.Depends(translate)])
        async def endpoint() -> None:
            raise KeyError("thing")

        return app

    assert same(declare, "GET", "/").status == 404


@pytest.mark.parametrize("kind", ["async", "async generator", "sync", "generator"])
def test_69_context_variables_set_in_the_event_loop_are_seen_by_the_endpoint(kind: str) -> None:
    """#69: those of async dependencies are visible, those of sync ones are not."""

    def declare(web: Web) -> Any:
        app = web.App()

        async def in_loop() -> None:
            variable.set("set")

        async def generator_in_loop() -> AsyncIterator[None]:
            variable.set("set")
            yield

        def in_thread() -> None:
            variable.set("set")

        def generator_in_thread() -> Iterator[None]:
            variable.set("set")
            yield

        kinds = {
            "async": in_loop,
            "async generator": generator_in_loop,
            "sync": in_thread,
            "generator": generator_in_thread,
        }

        @app.get("/", dependencies=[web.Depends(kinds[kind])])
        async def endpoint() -> str:
            return variable.get()

        return app

    assert same(declare, "GET", "/").content() == ("set" if kind.startswith("async") else "unset")


def test_70_sync_callables_and_classes_run_in_threads() -> None:
    """#70: functions, classes and objects alike."""

    def declare(web: Web) -> Any:
        app, main_thread = web.App(), threading.current_thread()

        def is_here() -> bool:
            return threading.current_thread() is main_thread

        class InClass:
            def __init__(self) -> None:
                self.is_here = is_here()

        class Called:
            def __call__(self) -> bool:
                return is_here()

            def method(self) -> bool:
                return is_here()

            async def in_loop(self) -> bool:
                return is_here()

        @app.get("/")
        async def endpoint(
            function: Annotated[bool, web.Depends(is_here)],
            of_class: Annotated[InClass, web.Depends()],
            called: Annotated[bool, web.Depends(Called())],
            method: Annotated[bool, web.Depends(Called().method)],
            bound: Annotated[bool, web.Depends(partial(is_here))],
            in_loop: Annotated[bool, web.Depends(partial(Called().in_loop))],
        ) -> list[bool]:
            return [function, of_class.is_here, called, method, bound, in_loop]

        return app

    assert same(declare, "GET", "/").content() == [False, False, False, False, False, True]


def test_71_security_scopes_reach_the_parameters_below_them() -> None:
    """#71: parents first, each once, in order."""

    def declare(web: Web) -> Any:
        app, scopes_type = web.App(), web("security.SecurityScopes")

        async def inner(scopes: scopes_type) -> str:  # type: ignore[valid-type]
            return scopes.scope_str  # type: ignore[attr-defined, no-any-return]

        async def outer(
            scopes: scopes_type,  # type: ignore[valid-type]
            value: Annotated[str, web.Security(inner, scopes=["c", "a", "d"])],
            other: Annotated[str, web.Depends(inner)],
        ) -> list[Any]:
            return [scopes.scopes, value, other]  # type: ignore[attr-defined]

        @app.get("/")
        async def endpoint(value: Annotated[list[Any], web.Security(outer, scopes=["b", "a"])]) -> Any:
            return value

        return app

    assert same(declare, "GET", "/").content() == [["b", "a"], "b a c d", "b a"]


def test_72_depends_without_a_callable_on_a_model_reads_its_fields_from_the_query() -> None:
    """#72: the annotation is the callable; a model's parameters are its fields."""

    def declare(web: Web) -> Any:
        app = web.App()

        class Filter(web.Model):  # type: ignore[misc]
            name: str
            size: int = 3

        @app.get("/")
        async def endpoint(chosen: Annotated[Filter, web.Depends()]) -> list[Any]:
            return [chosen.name, chosen.size]

        return app

    assert same(declare, "GET", "/?name=a&size=5").content() == ["a", 5]
    same(declare, "GET", "/?name=a")
    same(declare, "GET", "/?size=x")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),
        ("page=0", 422),
        ("page=10", 422),
        ("o=xyz", 422),
        ("page=9&o=xy&kind=b", 200),
        ("kind=c", 422),
    ],
)
def test_72_limits_of_a_model_that_is_a_dependency_are_those_of_its_fields(query: str, status: int) -> None:
    """#72: what breaks them is the client's mistake, and not that of the constructor."""

    def declare(web: Web) -> Any:
        app = web.App()
        field = web.Field if web.package == "bolide" else web("pydantic.Field")

        class Filter(web.Model):  # type: ignore[misc]
            page: Annotated[int, field(ge=1)] = field(1, le=9)
            order: str = field("up", alias="o", max_length=2)
            kind: Literal["a", "b"] = "a"

        @app.get("/")
        async def endpoint(chosen: Annotated[Filter, web.Depends()]) -> list[Any]:
            return [chosen.page, chosen.order, chosen.kind]

        return app

    assert same(declare, "GET", f"/?{query}").status == status


def test_72_default_factory_of_a_model_that_is_a_dependency_is_refused() -> None:
    """#72: its value could not be told from one that was sent."""
    app = Bolide()

    class Filter(Model):
        names: list[str] = Field(default_factory=list)

    @app.get("/")
    async def endpoint(chosen: Annotated[Filter, Depends()]) -> None: ...

    with pytest.raises(
        RouteError, match=r"'Filter' \(.*\): field 'names' has a default factory.*with Query\(\)"
    ):
        app.compile()


def test_76_each_inclusion_of_a_router_solves_its_dependencies_anew() -> None:
    """#76: a parameter is in the path where the prefix has it, in the query elsewhere."""

    def declare(web: Web) -> Any:
        app, router = web.App(), web.APIRouter()

        async def tenant(name: str) -> str:
            return name

        @router.get("/x")
        async def endpoint(value: Annotated[str, web.Depends(tenant)]) -> str:
            return value

        app.include_router(router, prefix="/in/{name}")
        app.include_router(router, prefix="/out")
        return app

    assert same(declare, "GET", "/in/path/x?name=query").content() == "path"
    assert same(declare, "GET", "/out/x?name=query").content() == "query"
    assert same(declare, "GET", "/out/x").status == 422


def test_77_dependencies_of_routers_do_not_run_for_a_404() -> None:
    """#77: neither for an unknown path nor for another method."""

    def declare(web: Web, log: Log) -> Any:
        app = web.App(dependencies=[web.Depends(lambda: log.append("app"))])
        router = web.APIRouter(prefix="/x", dependencies=[web.Depends(lambda: log.append("router"))])

        @router.post("/")
        async def endpoint() -> None: ...

        app.include_router(router)
        return app

    assert same_events(declare, "/x/nothing").status == 404
    assert same_events(declare, "/x/").status == 405


def streaming(web: Web, log: Log, kind: str, *, fails: bool) -> Any:
    """Return an application whose answer is a stream, with a dependency of each scope around it."""
    app = web.App()
    streaming_response = web("responses.StreamingResponse")

    def resource(name: str) -> Any:
        async def dependency() -> AsyncIterator[None]:
            log.append(f"{name}+")
            try:
                yield
            except Exception as error:
                log.append(f"{name} {type(error).__name__}")
                raise
            finally:
                log.append(f"{name}-")

        return dependency

    dependencies = [web.Depends(resource("req")), web.Depends(resource("fn"), scope="function")]

    async def pieces() -> AsyncIterator[str]:
        log.append("body+")
        yield "one"
        if fails:
            raise ZeroDivisionError
        yield "two"
        log.append("body-")

    if kind == "response":

        @app.get("/", dependencies=dependencies)
        async def returns(tasks: web.BackgroundTasks) -> Any:  # type: ignore[name-defined]
            log.append("endpoint")
            tasks.add_task(log.append, "task")
            return streaming_response(pieces())

    else:

        @app.get("/", dependencies=dependencies, response_class=streaming_response)
        async def yields(tasks: web.BackgroundTasks) -> AsyncIterator[str]:  # type: ignore[name-defined]
            tasks.add_task(log.append, "task")
            async for piece in pieces():
                yield piece

    return app


@pytest.mark.parametrize("kind", ["response", "generator"])
def test_97_request_scope_stays_open_while_the_answer_is_streamed(kind: str) -> None:
    """#96, #97: the body starts when it is sent; function scope is over, request scope ends after it."""
    found = same_events(lambda web, log: streaming(web, log, kind, fails=False))
    assert [each for each in found.log if each != "endpoint"] == [
        "req+",
        "fn+",
        "fn-",
        "send start",
        "body+",
        "send one",
        "send two",
        "body-",
        "task",
        "req-",
    ]


@pytest.mark.parametrize("kind", ["response", "generator"])
def test_97_failing_stream_is_seen_by_request_scope(kind: str) -> None:
    """#96, #97: the connection is cut, exits see the error, background tasks do not run."""
    found = same_events(lambda web, log: streaming(web, log, kind, fails=True))
    assert found.log[-4:] == ["body+", "send one", "req ZeroDivisionError", "req-"]
    assert isinstance(found.error, ZeroDivisionError)


def test_99_background_of_a_returned_response_counts_instead_of_injected_tasks() -> None:
    """#99: the response's own task is kept; injected tasks are attached where there is none."""

    def declare(web: Web, log: Log) -> Any:
        app = web.App()
        text, own_tasks = web("responses.PlainTextResponse"), web.BackgroundTasks()
        own_tasks.add_task(log.append, "own")

        @app.get("/")
        async def endpoint(tasks: web.BackgroundTasks, own: bool) -> Any:  # type: ignore[name-defined]
            tasks.add_task(log.append, "injected")
            return text("done", background=own_tasks if own else None)

        return app

    assert same_events(declare, "/?own=1").log == ["send start", "send done", "own"]
    assert same_events(declare, "/?own=0").log == ["send start", "send done", "injected"]
