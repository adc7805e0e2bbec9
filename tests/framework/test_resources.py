"""What a dependency has opened is closed once, whatever fails or is cancelled, and wherever."""

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any

import pytest

from bolide import BackgroundTasks, Bolide, Depends
from bolide.middleware import Middleware
from bolide.middleware.base import BaseHTTPMiddleware
from bolide.responses import PlainTextResponse, StreamingResponse
from bolide.server_adapters.contract import Exchange, Reply
from tests.framework.fastapi_oracle import send
from tests.framework.probes import Probe, request, run
from tests.framework.rsgi_probe import request_by_rsgi

RESOURCES = ("request", "thread", "inline", "function", "limited")
POINTS = [
    *(f"{name} {moment}" for name in RESOURCES for moment in ("opening", "opened", "closing")),
    "endpoint",
    "send http.response.start",
    "send http.response.body",
    "piece",
    "task",
]


class OwnMiddleware:
    """Waits before and after what it stands around."""

    def __init__(self, *, probe: Probe) -> None:
        self.probe = probe

    async def __call__(self, exchange: Exchange, call_next: Any) -> Any:
        await self.probe.at("middleware before")
        reply = await call_next(exchange)
        await self.probe.at("middleware after")
        return reply


class RequestMiddleware(BaseHTTPMiddleware):
    """The same, of requests and responses."""

    def __init__(self, app: Any, *, probe: Probe) -> None:
        super().__init__(app)
        self.probe = probe

    async def dispatch(self, request: Any, call_next: Any) -> Any:
        await self.probe.at("middleware before")
        response = await call_next(request)
        await self.probe.at("middleware after")
        return response


class AsgiMiddleware:
    """The same, as an ASGI application; *after* is reached when everything was sent."""

    def __init__(self, app: Any, *, probe: Probe) -> None:
        self.app = app
        self.probe = probe

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.probe.at("middleware before")
        await self.app(scope, receive, send)
        await self.probe.at("middleware after")


def target(*, stream: bool) -> str:
    return f"/?stream={stream}".lower()


def application(probe: Probe, middleware: Any = None) -> Bolide:
    app = Bolide(middleware=[Middleware(middleware, probe=probe)] if middleware else [])
    dependencies = [
        Depends(partial(probe.resource, "request")),
        Depends(partial(probe.sync_resource, "thread")),
        Depends(partial(probe.sync_resource, "inline"), inline=True),
        Depends(partial(probe.resource, "function"), scope="function"),
        Depends(partial(probe.resource, "limited"), max_concurrency=1),
    ]

    @app.get("/", dependencies=dependencies)
    async def endpoint(tasks: BackgroundTasks, stream: bool) -> Any:
        tasks.add_task(probe.at, "task")
        await probe.at("endpoint")
        return StreamingResponse(pieces()) if stream else PlainTextResponse("done")

    async def pieces() -> AsyncIterator[bytes]:
        yield b"do"
        await probe.at("piece")
        yield b"ne"

    return app


@pytest.mark.parametrize("serve", [request, request_by_rsgi], ids=["asgi", "rsgi"])
@pytest.mark.parametrize("stream", [False, True], ids=["bytes", "stream"])
@pytest.mark.parametrize("action", ["error", "cancel", "disconnect"])
@pytest.mark.parametrize("point", POINTS)
def test_everything_that_was_opened_is_closed_once(
    point: str, action: str, stream: bool, serve: Callable[..., Any]
) -> None:
    probe = Probe(point, action)
    app = application(probe)
    run(serve(probe, app, target(stream=stream)))
    gone = action == "disconnect" and stream  # what streams ends when it is told, maybe before its next piece
    assert gone or point in probe.passed or (point == "piece" and not stream)
    assert sorted(probe.closed) == sorted(probe.opened)


@pytest.mark.parametrize("action", ["error", "cancel"])
@pytest.mark.parametrize("middleware", [OwnMiddleware, RequestMiddleware, AsgiMiddleware])
def test_everything_is_closed_under_middleware_too(middleware: type, action: str) -> None:
    for stream in (False, True):
        for point in [*POINTS, "middleware before", "middleware after"]:
            probe = Probe(point, action)
            run(request(probe, application(probe, middleware), target(stream=stream)))
            assert point in probe.passed or (point == "piece" and not stream)
            assert sorted(probe.closed) == sorted(probe.opened), point


@pytest.mark.parametrize("stream", [False, True], ids=["bytes", "stream"])
@pytest.mark.parametrize("middleware", [None, AsgiMiddleware])
def test_scopes_of_anyio_do_not_cut_a_clean_up_short(middleware: Any, stream: bool) -> None:
    """Such a scope cancels again at every ``await``; Starlette's middleware runs applications within some."""
    for point in (
        "endpoint",
        "send http.response.start",
        "send http.response.body",
        "piece",
        "task",
        *(f"{n} closing" for n in RESOURCES),
    ):
        probe = Probe(point, "leave scope")
        run(request(probe, application(probe, middleware), target(stream=stream)))
        assert point in probe.passed or (point == "piece" and not stream)
        assert sorted(probe.closed) == sorted(probe.opened), point


def test_limit_is_free_after_a_request_that_failed_in_its_exit() -> None:
    probe = Probe("limited closing", "error")
    app = application(probe)

    async def main() -> None:
        for _ in range(3):
            await request(probe, app, target(stream=False))

    run(main())
    assert probe.opened.count("limited") == probe.closed.count("limited") == 3


def test_exits_have_threads_when_all_others_wait_for_what_they_free() -> None:
    """Forty threads may wait for a connection while the one that has it needs a thread to give it back."""
    app = Bolide()
    connections, done = threading.Semaphore(2), list[str]()

    def connection() -> Iterator[None]:
        assert connections.acquire(timeout=10)
        yield
        connections.release()

    @app.get("/", dependencies=[Depends(connection)])
    async def endpoint() -> None:
        done.append("done")

    async def main() -> None:
        await asyncio.gather(*(request(Probe("", ""), app) for _ in range(60)))

    run(main())
    assert len(done) == 60
    assert connections.acquire(timeout=0)
    assert connections.acquire(timeout=0)


def test_body_that_nobody_reads_is_closed_before_the_exits() -> None:
    """HEAD has no body; a file that was opened for it must not stay open."""
    app, calls = Bolide(), list[str]()

    class Opened(AsyncGenerator[bytes, None]):
        async def asend(self, value: None) -> bytes:
            raise AssertionError("nobody reads it")

        async def athrow(self, *error: Any) -> bytes:
            raise AssertionError("nobody reads it")

        async def aclose(self) -> None:
            calls.append("body closed")

    class OpenedResponse(PlainTextResponse):
        def to_reply(self, exchange: Exchange | None = None) -> Reply:
            reply = super().to_reply(exchange)
            reply.body = Opened()
            return reply

    async def resource() -> AsyncIterator[None]:
        yield
        calls.append("exit")

    @app.get("/", dependencies=[Depends(resource)])
    async def endpoint() -> OpenedResponse:
        return OpenedResponse()

    assert send(app, "HEAD", "/").status == 200
    assert calls == ["body closed", "exit"]
