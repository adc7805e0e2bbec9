"""What dependencies and endpoints have opened is closed once: streams, sockets, applications, injections."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Annotated, Any

import anyio
import pytest

from bolide import BackgroundTasks, Bolide, Depends, Model, Security, WebSocket, controllers
from bolide.responses import EventSourceResponse, Response, StreamingResponse
from tests.framework.probes import Probe, request, run, serve

ACTIONS = ["error", "cancel", "leave scope"]
MOMENTS = ("opening", "opened", "closing")


def moments(*names: str) -> list[str]:
    return [f"{name} {moment}" for name in names for moment in MOMENTS]


def points_of(action: str, points: list[str]) -> list[str]:
    """Return the *points* at which *action* leaves it to Bolide to close what is open.

    Who leaves a scope of anyio cancels again at every ``await`` of code that is within it: of a function
    that opens something it needs a shield of its own.
    """
    if action != "leave scope":
        return points
    own = ("opening", "opened", "endpoint closing", "lifespan closing", "stream closing", "item")
    return [point for point in points if not point.endswith(own)]


class Resources:
    """Dependencies of every kind, that need one another: each name is opened once."""

    NAMES = ("inner", "outer", "thread", "inline", "function")

    def __init__(self, probe: Probe) -> None:
        inner = partial(probe.resource, "inner")

        async def outer(_: Annotated[str, Depends(inner)]) -> AsyncIterator[str]:
            async with asynccontextmanager(probe.resource)("outer") as value:
                yield value

        def thread(_: Annotated[str, Depends(outer)], same: Annotated[str, Depends(inner)]) -> Iterator[str]:
            with contextmanager(probe.sync_resource)("thread") as value:
                yield value

        def inline(_: Annotated[str, Depends(thread)]) -> Iterator[str]:
            with contextmanager(probe.sync_resource)("inline") as value:
                yield value

        async def function(_: Annotated[str, Depends(inline, inline=True)]) -> AsyncIterator[str]:
            async with asynccontextmanager(probe.resource)("function") as value:
                yield value

        self.request = [Depends(inline, inline=True), Depends(function, scope="function")]


class Number(Model):
    number: int


def declare(app: Bolide, probe: Probe) -> None:
    """Declare an endpoint of every kind; those that yield have a resource of their own."""
    opened = asynccontextmanager(probe.resource)
    opened_in_thread = contextmanager(probe.sync_resource)
    dependencies = Resources(probe).request

    async def items() -> AsyncIterator[int]:
        async with opened("endpoint"):
            yield 1
            await probe.at("item")
            yield 2

    def sync_items() -> Iterator[int]:
        with opened_in_thread("endpoint"):
            yield 1
            probe.at_once("item")
            yield 2

    async def pieces() -> AsyncIterator[bytes]:
        async for number in items():
            yield b"%d" % number

    app.get("/lines", dependencies=dependencies)(items)
    app.get("/sync-lines", dependencies=dependencies)(sync_items)
    app.get("/inline-lines", dependencies=dependencies, inline=True)(sync_items)
    app.get("/events", dependencies=dependencies, response_class=EventSourceResponse)(items)
    app.get("/sync-events", dependencies=dependencies, response_class=EventSourceResponse)(sync_items)

    @app.get("/wrong-items", dependencies=dependencies)
    async def wrong_items() -> AsyncIterator[Number]:
        async with opened("endpoint"):
            await probe.at("item")
            yield {"number": "no number"}  # type: ignore[misc]

    @app.get("/wrong-result", dependencies=dependencies)
    async def wrong_result() -> Number:
        await probe.at("item")
        return {"number": "no number"}  # type: ignore[return-value]

    @app.get("/wrong-response", dependencies=dependencies)
    async def wrong_response() -> Response:
        await probe.at("item")
        return Response(b"x", headers={"x": "\r\n"})

    @app.get("/background", dependencies=dependencies)
    async def background() -> Response:
        return Response(b"x", background=partial(probe.at, "item"))

    class Items:
        def __init__(self, _: Annotated[str, dependencies[0]]) -> None: ...

        @controllers.get("/controller", dependencies=dependencies)
        async def read(self) -> AsyncIterator[int]:
            async with opened("endpoint"):
                yield 1
                await probe.at("item")

    app.add_controller(Items)


STREAMS = ["/lines", "/sync-lines", "/inline-lines", "/events", "/sync-events", "/controller"]
OTHERS = ["/wrong-items", "/wrong-result", "/wrong-response", "/background"]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("path", STREAMS)
def test_everything_of_a_stream_is_closed(path: str, action: str) -> None:
    points = moments(*Resources.NAMES, "endpoint")
    for point in points_of(action, [*points, "item", "send http.response.start", "send http.response.body"]):
        probe, app = Probe(point, action), Bolide()
        declare(app, probe)
        run(request(probe, app, path))
        assert point in probe.passed
        assert sorted(probe.closed) == sorted(probe.opened), point


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("path", OTHERS)
def test_everything_is_closed_when_the_answer_cannot_be_sent(path: str, action: str) -> None:
    for point in points_of(action, [*moments(*Resources.NAMES), "item", "send http.response.start"]):
        probe, app = Probe(point, action), Bolide()
        declare(app, probe)
        run(request(probe, app, path))
        # What is wrong with the result shows before the first exit that is no failure.
        assert point in probe.passed or (point.endswith("closing") and path.startswith("/wrong"))
        assert sorted(probe.closed) == sorted(probe.opened), point


def streaming(probe: Probe) -> Bolide:
    app = Bolide()

    async def pieces() -> AsyncIterator[bytes]:
        async with asynccontextmanager(probe.resource)("stream"):
            yield b"1"
            await probe.at("item")

    app.get("/")(lambda: StreamingResponse(pieces()))
    return app


@pytest.mark.parametrize("action", ACTIONS)
def test_iterator_of_a_streaming_response_is_closed(action: str) -> None:
    for point in points_of(
        action, [*moments("stream"), "item", "send http.response.start", "send http.response.body"]
    ):
        probe = Probe(point, action)
        run(request(probe, streaming(probe)))
        assert point in probe.passed
        assert sorted(probe.closed) == sorted(probe.opened), point


def test_everything_is_closed_when_inputs_are_invalid_or_a_guard_denies() -> None:
    """Security dependencies are entered before the other inputs are read, all others are not."""
    probe, app = Probe("", ""), Bolide()
    secured = [Security(partial(probe.resource, "secured"))]
    app.get("/", dependencies=[*secured, *Resources(probe).request])(lambda number: int(number))
    app.get("/denied", dependencies=secured, guards=[lambda request: False])(lambda: 1)

    @app.get("/number", dependencies=[*secured, *Resources(probe).request])
    async def read(number: int) -> int:
        return number

    async def main() -> None:
        for path in ("/number?number=x", "/denied", "/nowhere"):
            await request(probe, app, path)
        await request(probe, app, "/number", method="POST")

    run(main())
    assert probe.opened == probe.closed == ["secured"]


# WebSocket connections -----------------------------------------------------------------------------------


def socket_application(probe: Probe) -> Bolide:
    app = Bolide()

    @app.websocket("/", dependencies=Resources(probe).request)
    async def echo(websocket: WebSocket, tasks: BackgroundTasks) -> None:
        tasks.add_task(probe.at, "task")
        await probe.at("endpoint")
        await websocket.accept()
        await websocket.send_text(await websocket.receive_text())
        await probe.at("end")

    return app


async def connect(probe: Probe, app: Bolide, *messages: dict[str, Any]) -> None:
    scope = {"type": "websocket", "path": "/", "headers": [], "query_string": b"", "subprotocols": []}
    await serve(probe, app, scope, [{"type": "websocket.connect"}, *messages])


TEXT = {"type": "websocket.receive", "text": "hello"}
SOCKET_POINTS = [
    *moments(*Resources.NAMES),
    "endpoint",
    "end",
    "task",
    "receive websocket.receive",
    *(f"send websocket.{kind}" for kind in ("accept", "send", "close")),
]


@pytest.mark.parametrize("action", ACTIONS)
def test_everything_of_a_socket_is_closed(action: str) -> None:
    for point in points_of(action, SOCKET_POINTS):
        probe = Probe(point, action)
        run(connect(probe, socket_application(probe), TEXT))
        assert point in probe.passed
        assert sorted(probe.closed) == sorted(probe.opened), point


def test_everything_of_a_socket_is_closed_when_the_client_leaves_or_sends_nonsense() -> None:
    for message in (
        {"type": "websocket.disconnect", "code": 1001},
        {"type": "websocket.receive", "bytes": b"\xff"},
    ):
        probe = Probe("", "")
        run(connect(probe, socket_application(probe), message))
        assert sorted(probe.closed) == sorted(probe.opened) == sorted(Resources.NAMES)


# Applications, injections --------------------------------------------------------------------------------

APP_NAMES = ("app first", "app thread", "app inline", "app last")


def with_app_scope(probe: Probe, *, is_left: bool) -> Bolide:
    first = partial(probe.resource, "app first")

    def thread(_: Annotated[str, Depends(first, scope="app")]) -> Iterator[str]:
        with contextmanager(probe.sync_resource)("app thread") as value:
            yield value

    @asynccontextmanager
    async def lifespan(app: Bolide) -> AsyncIterator[None]:
        async with asynccontextmanager(probe.resource)("lifespan"):
            yield

    # What runs in a scope that is left must shield its own clean-up.
    app = Bolide(lifespan=None if is_left else lifespan)
    dependencies = [
        Depends(thread, scope="app"),
        Depends(partial(probe.sync_resource, "app inline"), scope="app", inline=True),
        Depends(partial(probe.resource, "app last"), scope="app"),
    ]
    app.get("/", dependencies=[*dependencies, *Resources(probe).request])(lambda: probe.at_once("endpoint"))
    return app


async def live(probe: Probe, app: Bolide, use: Callable[[], Awaitable[object]]) -> None:
    """Run the lifespan of *app* around *use*, whatever becomes of it."""

    async def within_lifespan() -> None:
        with anyio.CancelScope() as probe.scope:
            async with app.router.lifespan_context(app):
                await use()

    probe.task = asyncio.create_task(within_lifespan())
    await asyncio.gather(probe.task, return_exceptions=True)


@pytest.mark.parametrize("action", ACTIONS)
def test_everything_of_an_application_is_closed(action: str) -> None:
    for point in points_of(action, [*moments("lifespan", *APP_NAMES), "running"]):
        probe = Probe(point, action)
        app = with_app_scope(probe, is_left=action == "leave scope")
        run(live(probe, app, partial(probe.at, "running")))
        assert point in probe.passed
        assert sorted(probe.closed) == sorted(probe.opened), point


@pytest.mark.parametrize("action", ACTIONS)
def test_what_an_application_has_opened_outlives_requests_that_fail(action: str) -> None:
    for point in points_of(action, [*moments(*Resources.NAMES), "endpoint", "send http.response.start"]):
        probe = Probe(point, action)
        app = with_app_scope(probe, is_left=action == "leave scope")

        async def use(probe: Probe = probe, app: Bolide = app) -> None:
            outer = probe.task, probe.scope
            await request(probe, app)
            assert sorted(probe.closed) == sorted(set(probe.opened) - {"lifespan", *APP_NAMES})
            probe.task, probe.scope = outer

        run(live(probe, app, use))
        assert point in probe.passed
        assert sorted(probe.closed) == sorted(probe.opened), point


def declare_late(app: Bolide, probe: Probe) -> None:
    async def late(
        _: Annotated[str, Depends(partial(probe.resource, "app needed"), scope="app")],
    ) -> AsyncIterator[str]:
        async with asynccontextmanager(probe.resource)("app late") as value:
            yield value

    @app.get("/")
    async def read(value: Annotated[str, Depends(late, scope="app")]) -> str:
        return value


@pytest.mark.parametrize("action", ACTIONS)
def test_what_a_request_opens_for_the_application_is_closed_with_it(action: str) -> None:
    """Dependencies that are declared while the application runs are made by the first request."""
    for point in points_of(action, moments("app late", "app needed")):
        probe = Probe(point, action)
        app = Bolide()

        async def use(probe: Probe = probe, app: Bolide = app) -> None:
            declare_late(app, probe)
            outer = probe.task, probe.scope
            await request(probe, app)
            await request(Probe("", ""), app)
            probe.task, probe.scope = outer

        run(live(probe, app, use))
        assert point in probe.passed
        assert sorted(probe.closed) == sorted(probe.opened), point


def injected(probe: Probe) -> Any:
    request_scoped, function_scoped = Resources(probe).request

    async def dependency(
        tasks: BackgroundTasks, first: Annotated[str, request_scoped], second: Annotated[str, function_scoped]
    ) -> None:
        tasks.add_task(probe.at, "task")

    return dependency


@pytest.mark.parametrize("action", ACTIONS)
def test_everything_of_an_injection_is_closed(action: str) -> None:
    for point in points_of(action, [*moments(*Resources.NAMES), "block", "task"]):
        probe = Probe(point, action)
        app, dependency = Bolide(), injected(probe)

        async def use(probe: Probe = probe, app: Bolide = app, dependency: Any = dependency) -> None:
            async with app.dependency(dependency):
                await probe.at("block")

        run(live(probe, app, use))
        assert point in probe.passed
        assert sorted(probe.closed) == sorted(probe.opened), point
