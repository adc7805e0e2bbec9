"""On real sockets: what dependencies have opened is closed, also when the client leaves."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Annotated, Any

import pytest
from websockets.asyncio.client import connect

from bolide import BackgroundTasks, Bolide, Depends, Security, UploadFile, WebSocket
from bolide.responses import EventSourceResponse, PlainTextResponse, StreamingResponse
from tests.framework.servers import SERVERS

RESOURCES = ["pool", "request", "thread", "function"]


class Resources:
    """Counts, and tells when everything of a request is closed again."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.closed: list[str] = []
        self.passed: list[str] = []
        self.all_closed = asyncio.Event()
        self.entered = asyncio.Event()
        self.go_on = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    async def resource(self, name: str) -> AsyncIterator[None]:
        self.opened.append(name)
        try:
            yield
        finally:
            self._close(name)

    def sync_resource(self, name: str) -> Any:
        self.opened.append(name)
        try:
            yield
        finally:
            self._close(name)

    def enter(self) -> None:
        self._loop.call_soon_threadsafe(self.entered.set)

    def _close(self, name: str) -> None:
        self.closed.append(name)
        if len(self.closed) == len(RESOURCES) - 1:
            self._loop.call_soon_threadsafe(self.all_closed.set)


def application(resources: Resources) -> Bolide:
    app = Bolide()

    async def waiting() -> None:
        resources.entered.set()
        await resources.go_on.wait()
        resources.passed.append("went on")

    async def pieces() -> AsyncIterator[bytes]:
        yield b"first"
        resources.entered.set()
        while True:  # a server may notice only when it writes that nobody reads
            await asyncio.sleep(0)
            yield b"more"

    async def request(
        _: Annotated[None, Depends(partial(resources.resource, "pool"), scope="app")],
    ) -> AsyncIterator[None]:
        async for value in resources.resource("request"):
            yield value

    dependencies = [
        Depends(request),
        Depends(partial(resources.sync_resource, "thread")),
        Depends(partial(resources.resource, "function"), scope="function"),
    ]

    @app.get("/{point}", dependencies=dependencies)
    async def endpoint(point: str, tasks: BackgroundTasks) -> Any:
        if point == "endpoint":
            await waiting()
        if point == "task":
            tasks.add_task(waiting)
        if point == "error":
            raise ValueError("provoked")
        return StreamingResponse(pieces()) if point == "stream" else PlainTextResponse("first")

    async def entered() -> None:
        resources.entered.set()

    async def items() -> AsyncIterator[str]:
        try:
            yield "first"
            resources.entered.set()
            while True:
                await asyncio.sleep(0)
                yield "more"
        finally:
            resources.passed.append("ended")

    def sync_items() -> Iterator[str]:
        try:
            yield "first"
            resources.enter()
            while True:
                yield "more"
        finally:
            resources.passed.append("ended")

    async def failing_items() -> AsyncIterator[str]:
        yield "first"
        raise ValueError("provoked")

    app.get("/items/lines", dependencies=dependencies)(items)
    app.get("/items/sync-lines", dependencies=dependencies)(sync_items)
    app.get("/items/events", dependencies=dependencies, response_class=EventSourceResponse)(items)
    app.get("/items/sync-events", dependencies=dependencies, response_class=EventSourceResponse)(sync_items)
    app.get("/failing/lines", dependencies=dependencies)(failing_items)
    app.get("/failing/events", dependencies=dependencies, response_class=EventSourceResponse)(failing_items)

    # Security dependencies are entered before the body is read.
    secured = [Security(each.dependency, scope=each.scope) for each in dependencies]

    @app.post("/upload", dependencies=[*secured, Security(entered)])
    async def upload(file: UploadFile) -> None:
        resources.passed.append("uploaded")

    @app.websocket("/socket", dependencies=dependencies)
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        resources.entered.set()
        if (text := await websocket.receive_text()) == "fail":
            raise ValueError("provoked")
        await websocket.send_text(text)

    return app


async def use(server: str, point: str, *, leave: bool) -> Resources:
    """Send one request; *leave* closes the connection when the request has come to its point."""
    resources = Resources()
    async with SERVERS[server](application(resources)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /{point} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".encode())
        if leave:
            await resources.entered.wait()
            if point == "stream" or point.startswith("items"):
                await reader.readuntil(b"first")
            writer.transport.abort()
            resources.go_on.set()
        else:
            resources.go_on.set()
            received = await reader.read()
            assert received.startswith(b"HTTP/1.1 500" if point == "error" else b"HTTP/1.1 200")
            assert not (point.startswith("failing") and received.endswith(b"0\r\n\r\n"))
            writer.close()
        await asyncio.wait_for(resources.all_closed.wait(), 5)
        assert "pool" not in resources.closed
    return resources


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("point", ["nothing", "endpoint", "task", "error", "failing/lines", "failing/events"])
def test_everything_is_closed_after_an_answer(server: str, point: str) -> None:
    resources = asyncio.run(use(server, point, leave=False))
    assert sorted(resources.opened) == sorted(resources.closed) == sorted(RESOURCES)


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("point", ["endpoint", "task", "stream"])
def test_everything_is_closed_when_the_client_leaves(server: str, point: str) -> None:
    resources = asyncio.run(use(server, point, leave=True))
    assert sorted(resources.opened) == sorted(resources.closed) == sorted(RESOURCES)
    assert resources.passed == ([] if point == "stream" else ["went on"])


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("kind", ["lines", "sync-lines", "events", "sync-events"])
def test_everything_is_closed_when_the_client_leaves_a_stream_of_items(server: str, kind: str) -> None:
    resources = asyncio.run(use(server, f"items/{kind}", leave=True))
    assert sorted(resources.opened) == sorted(resources.closed) == sorted(RESOURCES)
    assert resources.passed == ["ended"]


UPLOAD = (
    b"POST /upload HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary=x\r\n"
    b"content-length: 3000000\r\n\r\n"
    b'--x\r\ncontent-disposition: form-data; name="file"; filename="large"\r\n\r\n' + b"x" * 1_500_000
)
SOCKET = (
    b"GET /socket HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
    b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n"
)


@pytest.mark.parametrize(
    ("server", "sent"),
    [("native", UPLOAD), ("native", SOCKET), ("uvicorn", UPLOAD), ("uvicorn", SOCKET)],
    ids=["native upload", "native websocket", "uvicorn upload", "uvicorn websocket"],
)
def test_everything_is_closed_when_the_client_leaves_what_it_was_sending(server: str, sent: bytes) -> None:
    """A file that nobody closes is a ResourceWarning, which is an error here."""

    async def main() -> Resources:
        resources = Resources()
        async with SERVERS[server](application(resources)) as port:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            await writer.drain()
            await asyncio.wait_for(resources.entered.wait(), 5)
            writer.transport.abort()
            await asyncio.wait_for(resources.all_closed.wait(), 5)
        return resources

    resources = asyncio.run(main())
    assert sorted(resources.opened) == sorted(resources.closed) == sorted(RESOURCES)
    assert resources.passed == []
    gc.collect()


@pytest.mark.parametrize(("text", "code"), [("hello", 1000), ("fail", 1011)])
def test_everything_is_closed_when_a_socket_has_ended(text: str, code: int) -> None:
    async def main() -> Resources:
        resources = Resources()
        async with SERVERS["uvicorn"](application(resources)) as port:
            async with connect(f"ws://127.0.0.1:{port}/socket") as socket:
                await socket.send(text)
                if code == 1000:
                    assert await socket.recv() == "hello"
                await socket.wait_closed()
                assert socket.close_code == code
            await asyncio.wait_for(resources.all_closed.wait(), 5)
        return resources

    resources = asyncio.run(main())
    assert sorted(resources.opened) == sorted(resources.closed) == sorted(RESOURCES)
