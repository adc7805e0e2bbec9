"""What opens and closes resources in tests, and fails or is cancelled at one point."""

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Any, TypeVar

import anyio

from bolide import Bolide
from bolide.concurrency import shutdown_threadpool

__all__ = ["Probe", "request", "run", "serve"]

T = TypeVar("T")


class Probe:
    """Fails, cancels the request, or lets the client leave, at one point; counts what is opened and closed.

    Attributes:
        left: Set when the client has left.
    """

    def __init__(self, point: str, action: str) -> None:
        self.opened: list[str] = []
        self.closed: list[str] = []
        self.passed: list[str] = []
        self._point = point
        self._action = action
        self.task: asyncio.Task[Any] | None = None
        self.scope: anyio.CancelScope | None = None
        self.left = asyncio.Event()

    async def at(self, point: str) -> None:
        self.at_once(point)
        await asyncio.sleep(0)

    def at_once(self, point: str) -> None:
        """Act as code that does not wait: a cancellation is felt at the next ``await``."""
        self.passed.append(point)
        if point != self._point:
            return
        if self._action == "error":
            raise ValueError(point)
        assert self.task is not None
        assert self.scope is not None
        act: dict[str, Any] = {
            "leave scope": self.scope.cancel,
            "cancel": self.task.cancel,
            "disconnect": self.left.set,
        }
        cancel = act[self._action]
        if threading.current_thread() is threading.main_thread():
            cancel()
            return
        cancelled = threading.Event()
        loop = self.task.get_loop()
        loop.call_soon_threadsafe(cancel)
        loop.call_soon_threadsafe(cancelled.set)
        cancelled.wait(5)

    async def resource(self, name: str) -> AsyncIterator[str]:
        await self.at(f"{name} opening")
        self.opened.append(name)
        try:
            await self.at(f"{name} opened")
            yield name
            await self.at(f"{name} closing")
        finally:
            await asyncio.sleep(0)
            self.closed.append(name)

    def sync_resource(self, name: str) -> Iterator[str]:
        self.at_once(f"{name} opening")
        self.opened.append(name)
        try:
            self.at_once(f"{name} opened")
            yield name
            self.at_once(f"{name} closing")
        finally:
            self.closed.append(name)


def run(main: Coroutine[Any, Any, T]) -> T:
    async def run_then_release_threads() -> T:
        try:
            result = await main
            assert asyncio.all_tasks() == {asyncio.current_task()}, "a task was left behind"
            return result
        finally:
            shutdown_threadpool()

    return asyncio.run(run_then_release_threads())


async def request(probe: Probe, app: Bolide, target: str = "/", *, method: str = "GET") -> None:
    """Serve one request as an ASGI server does, whatever becomes of it; the client stays."""
    path, _, query = target.partition("?")
    scope = {"type": "http", "method": method, "path": path, "http_version": "1.1", "headers": []}
    scope["query_string"] = query.encode()
    await serve(probe, app, scope, [{"type": "http.request", "body": b"", "more_body": False}])


async def serve(probe: Probe, app: Bolide, scope: Any, messages: list[dict[str, Any]]) -> None:
    """Let *app* serve *scope* with *messages* from the client, in order; then it stays until it leaves.

    The points are named by the type of what is sent and received: ``send http.response.start``.
    """
    coming = iter(messages)

    async def receive() -> Any:
        message = next(coming, None)
        if message is None:
            await probe.left.wait()
            return {"type": "http.disconnect"}
        await probe.at(f"receive {message['type']}")
        return message

    async def send(message: Any) -> None:
        if probe.left.is_set():
            raise OSError("the client has left")
        await probe.at(f"send {message['type']}")

    async def serve_in_scope() -> None:
        with anyio.CancelScope() as probe.scope:
            await app(scope, receive, send)

    probe.task = asyncio.create_task(serve_in_scope())
    await asyncio.gather(probe.task, return_exceptions=True)
