"""Dependencies that live as long as the application, and dependencies outside of requests."""

import asyncio
import functools
import gc
import pickle
import weakref
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import pytest

from bolide import BackgroundTasks, Bolide, Depends, Header, Request
from bolide.exceptions import DependencyScopeError, RouteError
from bolide.testclient import TestClient


def shop() -> tuple[Bolide, list[str]]:
    """Return an application with settings, a pool made from them, and one session of the pool per request."""
    calls: list[str] = []

    @asynccontextmanager
    async def lifespan(app: Bolide) -> AsyncIterator[dict[str, Any]]:
        calls.append("lifespan+")
        yield {"name": "shop"}
        calls.append("lifespan-")

    app = Bolide(lifespan=lifespan)

    def settings() -> str:
        calls.append("settings")
        return "url"

    async def pool(url: Annotated[str, Depends(settings, scope="app")]) -> AsyncIterator[str]:
        calls.append("pool+")
        yield f"pool({url})"
        calls.append("pool-")

    def session(pool: Annotated[str, Depends(pool, scope="app")]) -> Iterator[str]:
        calls.append("session+")
        yield f"session({pool})"
        calls.append("session-")

    @app.get("/")
    async def endpoint(
        session: Annotated[str, Depends(session)], *, url: Annotated[str, Depends(settings, scope="app")]
    ) -> list[str]:
        return [session, url]

    @app.get("/pool")
    async def show_pool(pool: Annotated[str, Depends(pool, scope="app")]) -> str:
        return pool

    app.state.settings, app.state.pool, app.state.session = settings, pool, session
    return app, calls


def test_app_scoped_values_are_made_once_within_the_lifespan() -> None:
    app, calls = shop()
    with TestClient(app) as client:
        assert calls == ["lifespan+", "settings", "pool+"]
        for _ in range(2):
            assert client.get("/").json() == ["session(pool(url))", "url"]
        assert client.get("/pool").json() == "pool(url)"
    assert calls == [
        "lifespan+",
        "settings",
        "pool+",
        *["session+", "session-"] * 2,
        "pool-",
        "lifespan-",
    ]


def test_each_run_of_the_lifespan_has_values_of_its_own() -> None:
    app, calls = shop()
    for _ in range(2):
        with TestClient(app) as client:
            assert client.get("/pool").json() == "pool(url)"
    assert calls.count("pool+") == calls.count("pool-") == 2


def test_without_a_lifespan_the_error_says_what_to_do() -> None:
    app, _ = shop()
    with pytest.raises(
        RuntimeError, match=r"dependency 'pool' \(.*\) has scope='app'.*with TestClient\(app\)"
    ):
        TestClient(app).get("/pool")


def test_overrides_of_app_scoped_dependencies_hold_before_and_after_the_start() -> None:
    app, calls = shop()
    app.dependency_overrides[app.state.settings] = lambda: "test-url"
    with TestClient(app) as client:
        assert client.get("/pool").json() == "pool(test-url)"
        assert calls == ["lifespan+", "pool+"]
        app.dependency_overrides[app.state.settings] = lambda: "other-url"
        assert client.get("/").json() == ["session(pool(other-url))", "other-url"]
        app.dependency_overrides.clear()
        assert client.get("/pool").json() == "pool(url)"
    assert calls.count("pool+") == calls.count("pool-") == 3


def test_an_app_scoped_dependency_that_nothing_receives_is_made_when_it_is_declared_late() -> None:
    app, calls = shop()

    async def connect() -> AsyncIterator[None]:
        calls.append("connect+")
        yield
        calls.append("connect-")

    with TestClient(app) as client:
        assert client.get("/pool").json() == "pool(url)"
        marker = Depends(connect, scope="app")
        app.add_api_route("/late", lambda: "late", methods=["GET"], dependencies=[marker])
        assert calls[-1] == "pool+"
        assert client.get("/late").json() == client.get("/late").json() == "late"
        assert calls[-1] == "connect+"
    assert (calls.count("connect+"), calls.count("connect-")) == (1, 1)
    calls.clear()
    with TestClient(app) as client:  # now it is known when the application starts
        assert "connect+" in calls
        assert client.get("/late").json() == "late"
    assert (calls.count("connect+"), calls.count("connect-")) == (1, 1)


def test_failing_start_finishes_what_was_entered() -> None:
    app, calls = Bolide(), list[str]()

    async def first() -> AsyncIterator[None]:
        calls.append("first+")
        try:
            yield
        except ValueError as error:
            calls.append(f"first {error}")
            raise
        finally:
            calls.append("first-")

    async def second(_: Annotated[None, Depends(first, scope="app")]) -> None:
        raise ValueError("no database")

    @app.get("/", dependencies=[Depends(second, scope="app")])
    async def endpoint() -> None: ...

    with pytest.raises(ValueError, match="no database"), TestClient(app):
        pass
    assert calls == ["first+", "first no database", "first-"]


def test_app_scoped_dependency_receives_only_app_scoped_ones() -> None:
    async def plain() -> int:
        return 1

    async def needs_plain(value: Annotated[int, Depends(plain)]) -> int:
        return value

    async def needs_input(token: Annotated[str, Header()]) -> str:
        return token

    async def needs_request(request: Request) -> str:
        return request.method

    for dependency, reason in (
        (needs_plain, r"parameter 'value' is dependency 'plain' \(.*\), which is made for each request"),
        (needs_input, r"parameter 'token' comes from a request"),
        (needs_request, r"parameter 'request' comes from a request"),
    ):
        app = Bolide()
        app.get("/", dependencies=[Depends(dependency, scope="app")])(plain)
        with pytest.raises(
            DependencyScopeError, match=rf"test_app_scope\.py:\d+\) has scope 'app', but {reason}"
        ):
            app.compile()


def test_dependency_outside_of_requests_is_made_and_finished() -> None:
    app, calls = shop()

    async def main() -> None:
        async with app.router.lifespan_context(app) as state:
            assert state == {"name": "shop"}
            async with app.dependency(app.state.session) as session:
                assert session == "session(pool(url))"
                calls.append("block")

    asyncio.run(main())
    assert calls == [
        "lifespan+",
        "settings",
        "pool+",
        "session+",
        "block",
        "session-",
        "pool-",
        "lifespan-",
    ]


def test_error_in_the_block_is_thrown_into_dependencies_outside_of_requests() -> None:
    app, calls = Bolide(), list[str]()

    async def function_scoped() -> AsyncIterator[None]:
        try:
            yield
        except KeyError:
            calls.append("function")
            raise

    def request_scoped(size: int = 3) -> Iterator[int]:
        try:
            yield size
        except KeyError as error:
            calls.append("request")
            raise LookupError from error

    async def value(
        size: Annotated[int, Depends(request_scoped)],
        _: Annotated[None, Depends(function_scoped, scope="function")],
        tasks: BackgroundTasks,
    ) -> int:
        tasks.add_task(calls.append, "task")
        return size

    async def main() -> None:
        async with app.dependency(value) as size:
            assert size == 3
        assert calls == ["task"]
        with pytest.raises(LookupError):
            async with app.dependency(value):
                raise KeyError

    asyncio.run(main())
    assert calls == ["task", "function", "request"]


def test_dependency_that_needs_a_request_cannot_be_used_outside() -> None:
    app = Bolide()

    async def by_token(token: str) -> str:
        return token

    async def by_request(request: Request) -> str:
        return request.method

    async def indirect(value: Annotated[str, Depends(by_token)]) -> str:
        return value

    async def main(dependency: Any) -> None:
        async with app.dependency(dependency):
            pass

    for dependency, what in ((indirect, r"query parameter 'token'"), (by_request, "the request")):
        with pytest.raises(
            RouteError, match=rf"test_app_scope\.py:\d+\) cannot be used outside .* needs {what}"
        ):
            asyncio.run(main(dependency))
    with pytest.raises(RouteError, match="takes a callable"):
        asyncio.run(main(7))


def test_plans_of_ever_new_dependencies_are_not_all_kept() -> None:
    app = Bolide()
    kept = list[weakref.ref[Any]]()

    async def main() -> None:
        for number in range(300):
            dependency = functools.partial(lambda number: number, number)
            kept.append(weakref.ref(dependency))
            async with app.dependency(dependency) as value:
                assert value == number

    asyncio.run(main())
    gc.collect()
    assert sum(each() is not None for each in kept) <= 256


def test_lifespan_context_may_be_wrapped_and_runs_app_scope_once() -> None:
    app, calls = shop()
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def outer(app: Bolide) -> AsyncIterator[dict[str, Any]]:
        calls.append("outer+")
        async with inner(app) as state:
            yield {**(state or {}), "outer": True}
        calls.append("outer-")

    app.router.lifespan_context = outer

    @app.get("/state")
    async def show(request: Request) -> list[Any]:
        return [request.state.name, request.state["outer"]]

    with TestClient(app) as client:
        assert client.get("/state").json() == ["shop", True]
        assert client.get("/pool").json() == "pool(url)"
    assert calls == ["outer+", "lifespan+", "settings", "pool+", "pool-", "lifespan-", "outer-"]


def test_app_state_has_attributes_and_items_and_travels_with_the_application() -> None:
    app = Bolide()
    app.state.size = 3
    app.state["name"] = "shop"
    assert (app.state["size"], app.state.name, list(app.state)) == (3, "shop", ["size", "name"])
    copy = pickle.loads(pickle.dumps(app))
    assert copy.state == app.state
    del app.state["name"]
    assert list(app.state) == ["size"]
