"""When dependencies end, against the real FastAPI; background tasks; limits of concurrency."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import pytest

from bolide import Bolide, Depends
from bolide.exceptions import DependencyScopeError
from tests.framework.fastapi_events import Log, same_events
from tests.framework.fastapi_oracle import Web


def lifetimes(web: Web, log: Log) -> Any:
    """Return the application of #64: exits of both scopes, a stream, a background task."""
    app, depends, background_tasks = web.App(), web.Depends, web.BackgroundTasks
    text = web("responses.PlainTextResponse")

    async def request_scoped() -> AsyncIterator[None]:
        log.append("req+")
        try:
            yield
        except Exception as error:
            log.append(f"req {type(error).__name__}")
            raise
        finally:
            log.append("req-")

    async def function_scoped() -> AsyncIterator[None]:
        log.append("fn+")
        try:
            yield
        except Exception as error:
            log.append(f"fn {type(error).__name__}")
            raise
        finally:
            log.append("fn-")

    def in_thread() -> Iterator[None]:
        log.append("sync+")
        try:
            yield
        except Exception as error:
            log.append(f"sync {type(error).__name__}")
            raise
        finally:
            log.append("sync-")

    all_three = [depends(request_scoped), depends(function_scoped, scope="function"), depends(in_thread)]

    @app.get("/", dependencies=all_three)
    async def endpoint(tasks: background_tasks, fail: str = "") -> Any:  # type: ignore[valid-type]
        log.append("endpoint")
        tasks.add_task(log.append, "bg")  # type: ignore[attr-defined]
        if fail == "http":
            raise web.HTTPException(418, "teapot")
        if fail == "bug":
            raise ZeroDivisionError
        if fail == "task":
            tasks.add_task(lambda: 1 / 0)  # type: ignore[attr-defined]
            tasks.add_task(log.append, "skipped")  # type: ignore[attr-defined]
        return text("done")

    return app


def test_64_exits_of_both_scopes_stand_around_the_response() -> None:
    """#64: function scope ends before the response is sent, request scope after background tasks."""
    assert same_events(lifetimes).log == [
        "req+",
        "fn+",
        "sync+",
        "endpoint",
        "fn-",
        "send start",
        "send done",
        "bg",
        "sync-",
        "req-",
    ]


def test_65_http_exception_is_thrown_into_function_scope_first() -> None:
    """#65: function scope sees the error first, then request scope, then it is answered."""
    answer = same_events(lifetimes, "/?fail=http")
    assert answer.status == 418
    assert answer.log[4:] == [
        "fn HTTPException",
        "fn-",
        "sync HTTPException",
        "sync-",
        "req HTTPException",
        "req-",
        "send start",
        'send {"detail":"teapot"}',
    ]


def test_65_unexpected_error_is_thrown_into_the_same_exits() -> None:
    """#65: any other exception goes the same way; the client learns nothing of it."""
    answer = same_events(lifetimes, "/?fail=bug")
    assert (answer.status, answer.body) == (500, b"Internal Server Error")
    assert answer.log[4:6] == ["fn ZeroDivisionError", "fn-"]


def test_100_error_of_a_background_task_is_seen_by_the_exits() -> None:
    """#100: the client has its answer, the next tasks are skipped, the error goes to the server."""
    answer = same_events(lifetimes, "/?fail=task")
    assert (answer.status, answer.body) == (200, b"done")
    assert isinstance(answer.error, ZeroDivisionError)
    assert answer.log[7:] == ["bg", "sync ZeroDivisionError", "sync-", "req ZeroDivisionError", "req-"]


def test_66_error_after_yield_comes_too_late_for_the_response() -> None:
    """#66: the response is already sent; the error goes to the server."""

    def declare(web: Web, log: Log) -> Any:
        app = web.App()

        async def broken() -> AsyncIterator[None]:
            yield
            raise RuntimeError("broken exit")

        @app.get("/", dependencies=[web.Depends(broken)])
        async def endpoint() -> str:
            return "sent"

        return app

    answer = same_events(declare)
    assert (answer.status, answer.content(), str(answer.error)) == (200, "sent", "broken exit")


def test_error_after_yield_in_function_scope_decides_the_answer() -> None:
    def declare(web: Web, log: Log) -> Any:
        app = web.App()

        async def broken() -> AsyncIterator[None]:
            yield
            raise web.HTTPException(409, "conflict")

        @app.get("/", dependencies=[web.Depends(broken, scope="function")])
        async def endpoint() -> str:
            return "lost"

        return app

    answer = same_events(declare)
    assert (answer.status, answer.content()) == (409, {"detail": "conflict"})


def test_60_scope_is_part_of_what_is_shared() -> None:
    """#60: one callable with two scopes is two values."""

    def declare(web: Web, log: Log) -> Any:
        app = web.App()

        async def resource() -> AsyncIterator[int]:
            log.append("open")
            yield len(log)

        @app.get("/")
        async def endpoint(
            a: Annotated[int, web.Depends(resource)],
            b: Annotated[int, web.Depends(resource, scope="function")],
            c: Annotated[int, web.Depends(resource, scope="request")],
        ) -> list[int]:
            return [a, b, c]

        return app

    answer = same_events(declare)
    assert answer.content() == [1, 2, 1]


def test_73_background_tasks_are_one_object_for_the_whole_request() -> None:
    """#73: endpoint and dependencies add to the same tasks, which run in order."""

    def declare(web: Web, log: Log) -> Any:
        app, kind = web.App(), web.BackgroundTasks

        async def noted(tasks: kind) -> None:  # type: ignore[valid-type]
            tasks.add_task(log.append, "dependency")  # type: ignore[attr-defined]

        async def later(text: str, *, end: str) -> None:
            log.append(text + end)

        @app.get("/", dependencies=[web.Depends(noted)])
        async def endpoint(tasks: kind) -> str:  # type: ignore[valid-type]
            tasks.add_task(later, "endpoint", end="!")  # type: ignore[attr-defined]
            return "sent"

        return app

    assert same_events(declare).log == ["send start", 'send "sent"', "dependency", "endpoint!"]


def test_request_scoped_generator_cannot_need_what_ends_before_it() -> None:
    app = Bolide()

    async def short() -> AsyncIterator[int]:
        yield 1

    async def between(value: Annotated[int, Depends(short, scope="function")]) -> int:
        return value

    async def long(value: Annotated[int, Depends(between)]) -> AsyncIterator[int]:
        yield value

    @app.get("/")
    async def endpoint(value: Annotated[int, Depends(long)]) -> int:
        return value

    with pytest.raises(
        DependencyScopeError,
        match=r"dependency 'long' \(.*test_dependency_scopes\.py:\d+\) has scope 'request'.*'between'",
    ):
        app.compile()


@pytest.mark.parametrize("yields", [True, False])
def test_max_concurrency_bounds_the_calls_of_one_declaration(yields: bool) -> None:
    app = Bolide()
    running, most = 0, 0

    async def enter() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        for _ in range(5):
            await asyncio.sleep(0)

    async def value() -> None:
        nonlocal running
        await enter()
        running -= 1

    async def resource() -> AsyncIterator[None]:
        nonlocal running
        await enter()
        yield
        running -= 1

    @app.get("/", dependencies=[Depends(resource if yields else value, max_concurrency=2)])
    async def endpoint() -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    async def main() -> None:
        async def request() -> None:
            messages = [{"type": "http.request", "body": b"", "more_body": False}]

            async def receive() -> Any:
                return messages.pop()

            async def send(message: Any) -> None: ...

            scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
            await app({**scope, "http_version": "1.1"}, receive, send)

        await asyncio.gather(*(request() for _ in range(6)))

    asyncio.run(main())
    assert (running, most) == (0, 2)


def test_options_of_depends_are_checked_where_they_stand() -> None:
    async def value() -> None: ...

    with pytest.raises(ValueError, match=r"scope is 'session'; expected 'function', 'request' or 'app'"):
        Depends(value, scope="session")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"max_concurrency is 0; expected a positive int or None"):
        Depends(value, max_concurrency=0)
    with pytest.raises(ValueError, match=r"scope='app' is made once"):
        Depends(value, scope="app", use_cache=False)


def test_65_exits_see_the_error_before_its_handler_answers() -> None:
    """#65: handlers, also of the status, build the response after both scopes."""

    def declare(web: Web, log: Log) -> Any:
        app, text = web.App(), web("responses.PlainTextResponse")

        def resource(name: str) -> Any:
            async def dependency() -> AsyncIterator[None]:
                try:
                    yield
                except LookupError as error:
                    log.append(f"{name} {type(error).__name__}")
                    raise

            return dependency

        @app.exception_handler(LookupError)
        async def answer(request: Any, error: Exception) -> Any:
            log.append("handler")
            return text("not there", 404)

        dependencies = [web.Depends(resource("req")), web.Depends(resource("fn"), scope="function")]

        @app.get("/", dependencies=dependencies)
        async def endpoint() -> None:
            raise KeyError("thing")

        return app

    assert same_events(declare).log == [
        "fn KeyError",
        "req KeyError",
        "handler",
        "send start",
        "send not there",
    ]
