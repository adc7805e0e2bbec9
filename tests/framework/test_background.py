"""Background tasks on their own, and those of a request."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Annotated, Any

import pytest

from bolide import BackgroundTasks, Bolide, Depends, HTTPException
from bolide.background import BackgroundTask
from bolide.concurrency import shutdown_threadpool
from bolide.responses import FileResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, same


def test_sync_functions_run_in_threads_and_async_ones_in_the_loop() -> None:
    threads: list[bool] = []

    def sync(*, here: threading.Thread) -> None:
        threads.append(threading.current_thread() is here)

    async def asynchronous(here: threading.Thread) -> None:
        threads.append(threading.current_thread() is here)

    class Called:
        async def __call__(self, here: threading.Thread) -> None:
            threads.append(threading.current_thread() is here)

    async def main() -> None:
        here = threading.current_thread()
        await BackgroundTasks([BackgroundTask(sync, here=here), BackgroundTask(asynchronous, here)])()
        await BackgroundTask(Called(), here)()
        shutdown_threadpool()

    asyncio.run(main())
    assert threads == [False, True, True]


def test_tasks_may_add_tasks() -> None:
    calls: list[str] = []
    tasks = BackgroundTasks()

    async def first() -> None:
        calls.append("first")
        tasks.add_task(second, "second")

    async def second(text: str) -> None:
        calls.append(text)

    tasks.add_task(first)
    asyncio.run(tasks())
    assert calls == ["first", "second"]


def test_no_task_runs_when_the_endpoint_fails() -> None:
    app, calls = Bolide(), list[str]()

    @app.get("/")
    async def endpoint(tasks: BackgroundTasks) -> None:
        tasks.add_task(calls.append, "task")
        raise HTTPException(409)

    assert TestClient(app).get("/").status_code == 409
    assert calls == []


def test_task_may_use_what_a_dependency_made() -> None:
    app, calls = Bolide(), list[str]()

    async def connection() -> AsyncIterator[list[str]]:
        opened = ["open"]
        yield opened
        opened[0] = "closed"

    @app.get("/")
    async def endpoint(opened: Annotated[list[str], Depends(connection)], tasks: BackgroundTasks) -> None:
        tasks.add_task(lambda: calls.append(opened[0]))

    TestClient(app).get("/")
    assert calls == ["open"]


async def pieces() -> AsyncIterator[str]:
    yield "piece"


@pytest.mark.parametrize("kind", ["plain", "json", "redirect", "stream", "file"])
def test_every_response_takes_a_background(kind: str) -> None:
    app, calls = Bolide(), list[str]()

    @app.get("/")
    async def endpoint() -> Any:
        background = BackgroundTask(calls.append, kind)
        if kind == "plain":
            return Response("text", background=background)
        if kind == "json":
            return JSONResponse({}, background=background)
        if kind == "redirect":
            return RedirectResponse("/", background=background)
        if kind == "file":
            return FileResponse(__file__, background=background)
        return StreamingResponse(pieces(), background=background)

    TestClient(app).get("/")
    assert calls == [kind]


@pytest.mark.parametrize("wrong", [None, print()])
def test_what_is_no_function_is_refused_where_it_is_added(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"add_task\(f, 1\), not add_task\(f\(1\)\); got None"):
        BackgroundTasks().add_task(wrong)


def test_tasks_may_be_declared_with_metadata() -> None:
    """As in FastAPI, and so may a request and a response."""

    def declare(web: Web) -> Any:
        app, calls = web.App(), list[str]()
        tasks, request, response = (
            Annotated[kind, "metadata"] for kind in (web.BackgroundTasks, web.Request, web.Response)
        )

        @app.get("/")
        async def endpoint(t: tasks, q: request, r: response) -> Any:
            r.headers["x-method"] = q.method
            t.add_task(calls.append, "task")
            return calls

        return app

    assert same(declare, "GET", "/", headers_too=("x-method",)).header("x-method") == ["GET"]
