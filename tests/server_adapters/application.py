"""An application written against the server contract alone; every server test serves it.

``app`` at the end is what server processes load.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, cast
from urllib.parse import parse_qsl

from bolide.server_adapters.asgi import serve_asgi
from bolide.server_adapters.contract import (
    BodyTooLarge,
    ClientDisconnect,
    Exchange,
    Head,
    HeaderPairs,
    Lifespan,
    Reply,
)
from bolide.server_adapters.rsgi import RsgiEntry

TEXT = Head([(b"content-type", b"text/plain; charset=utf-8")])
JSON = Head([(b"content-type", b"application/json")])
LIMIT = 1 << 20

Handler = Callable[[Exchange], Coroutine[Any, Any, Reply]]


class RunningLifespan:
    def __init__(self, application: ContractApplication) -> None:
        self._application = application
        self.state: dict[str, Any] = {"made_by": "startup"}

    async def shutdown(self) -> None:
        self._application.record("shutdown")
        if self._application.shutdown_error is not None:
            raise self._application.shutdown_error


class ContractApplication:
    """Routes by exact path; records what happened in ``events``."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.startup_error: Exception | None = None
        self.shutdown_error: Exception | None = None
        self.startup_hangs = False
        self.stream_headers: HeaderPairs | None = None
        self.on_event: Callable[[str], None] | None = None
        self.release: asyncio.Event | None = None
        self._rsgi = RsgiEntry(self)

    def record(self, event: str) -> None:
        self.events.append(event)
        if self.on_event is not None:
            self.on_event(event)

    def handle(self, exchange: Exchange) -> Coroutine[Any, Any, Reply]:
        handler: Handler = getattr(
            self, f"_get_{exchange.path.strip('/').replace('-', '_')}", self._not_found
        )
        return handler(exchange)

    async def startup(self) -> Lifespan:
        self.release = asyncio.Event()
        self.record("startup")
        if self.startup_hangs:
            await self.release.wait()
        if self.startup_error is not None:
            raise self.startup_error
        return RunningLifespan(self)

    # Entries.

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await serve_asgi(self, scope, receive, send)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._rsgi.init(loop)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._rsgi.close(loop)

    def __rsgi__(self, scope: Any, protocol: Any) -> Coroutine[Any, Any, None]:
        return self._rsgi.handle(scope, protocol)

    # Routes.

    async def _not_found(self, exchange: Exchange) -> Reply:
        return Reply(404, TEXT, b"no such path")

    async def _get_(self, exchange: Exchange) -> Reply:
        return Reply(200, TEXT, b"hello")

    async def _get_inspect(self, exchange: Exchange) -> Reply:
        body = await exchange.read_body(LIMIT)
        client, server = exchange.client, exchange.server
        seen = {
            "method": exchange.method,
            "path": exchange.path,
            "query": exchange.query,
            "x": exchange.header(b"x-one"),
            "xs": exchange.header_values(b"x-many"),
            "missing": exchange.header(b"x-none"),
            "names": sorted({name.decode("latin-1") for name, _ in exchange.headers}),
            "host": client[0] if client else None,
            "server": server[0] if server else None,
            "scheme": exchange.scheme,
            "version": exchange.http_version,
            "root_path": exchange.root_path,
            "state": exchange.state,
            "body": body.decode("latin-1"),
        }
        return Reply(200, JSON, json.dumps(seen).encode())

    async def _get_café(self, exchange: Exchange) -> Reply:
        return Reply(200, TEXT, exchange.path.encode())

    async def _get_echo(self, exchange: Exchange) -> Reply:
        try:
            body = await exchange.read_body(LIMIT)
        except BodyTooLarge as error:
            return Reply(413, TEXT, str(error.limit).encode())
        except ClientDisconnect:
            self.record("disconnect")
            return Reply(400, TEXT, b"gone")
        return Reply(200, TEXT, body)

    async def _get_echo_stream(self, exchange: Exchange) -> Reply:
        return Reply(200, TEXT, exchange.stream(1 << 40))

    async def _get_early_hints(self, exchange: Exchange) -> Reply:
        await exchange.send_early_hints([b"</style.css>; rel=preload; as=style"])
        return Reply(200, TEXT, b"hinted")

    async def _get_ignore(self, exchange: Exchange) -> Reply:
        return Reply(200, TEXT, b"ignored")

    async def _get_small(self, exchange: Exchange) -> Reply:
        try:
            await exchange.read_body(10)
        except BodyTooLarge:
            return Reply(413, TEXT, b"too large")
        return Reply(200, TEXT, b"small")

    async def _get_stream(self, exchange: Exchange) -> Reply:
        async def pieces() -> AsyncIterator[bytes]:
            for piece in (b"one,", b"", b"two,", b"three"):
                yield piece

        return Reply(200, TEXT, pieces(), self.stream_headers)

    async def _get_stream_declared(self, exchange: Exchange) -> Reply:
        """Stream five bytes and declare ``?length=``."""

        async def pieces() -> AsyncIterator[bytes]:
            yield b"abc"
            yield b"de"

        length = dict(parse_qsl(exchange.query))["length"].encode()
        return Reply(200, TEXT, pieces(), [(b"content-length", length)])

    async def _get_stream_fails(self, exchange: Exchange) -> Reply:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"beginning"
            raise RuntimeError("in the middle of the body")

        return Reply(200, TEXT, pieces())

    async def _get_stream_forever(self, exchange: Exchange) -> Reply:
        """Yield once, then wait for something that never comes."""

        async def pieces() -> AsyncIterator[bytes]:
            try:
                yield b"first"
                await asyncio.Event().wait()
            finally:
                self.record("stream closed")

        async def after() -> None:
            self.record("after stream")

        return Reply(200, TEXT, pieces(), after=after)

    async def _get_flood(self, exchange: Exchange) -> Reply:
        """Yield 64 KiB pieces for ever and count them."""

        async def pieces() -> AsyncIterator[bytes]:
            while True:
                self.record("piece")
                yield bytes(65536)

        return Reply(200, TEXT, pieces())

    async def _get_headers(self, exchange: Exchange) -> Reply:
        """Send ``?name=value`` pairs as headers; ``%0d%0a`` in them must not get through."""
        pairs = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in parse_qsl(exchange.query)]
        return Reply(200, TEXT, b"with headers", pairs)

    async def _get_status(self, exchange: Exchange) -> Reply:
        return Reply(int(exchange.query), TEXT, b"body")

    async def _get_boom(self, exchange: Exchange) -> Reply:
        return Reply(500, TEXT, b"Internal Server Error", error=RuntimeError("boom"))

    async def _get_raise(self, exchange: Exchange) -> Reply:
        raise RuntimeError("breaks the contract")

    async def _get_base_exception(self, exchange: Exchange) -> Reply:
        class Unusual(BaseException):
            pass

        raise Unusual("neither an error nor a stop")

    async def _get_cancelled_task(self, exchange: Exchange) -> Reply:
        """Await a task that was cancelled: the cancellation is not that of the request."""
        task = asyncio.ensure_future(asyncio.Event().wait())
        task.cancel()
        await task
        return Reply(200, TEXT, b"not reached")

    async def _get_stream_cancelled_task(self, exchange: Exchange) -> Reply:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"beginning"
            await self._get_cancelled_task(exchange)

        return Reply(200, TEXT, pieces())

    async def _get_after_cancelled_task(self, exchange: Exchange) -> Reply:
        async def after() -> None:
            await self._get_cancelled_task(exchange)

        return Reply(200, TEXT, b"answered", after=after)

    async def _get_none(self, exchange: Exchange) -> Reply:
        nothing: Any = None
        return cast("Reply", nothing)

    async def _get_text_headers(self, exchange: Exchange) -> Reply:
        pairs: Any = [("x", "text")]
        return Reply(200, TEXT, b"", pairs)

    async def _get_exit(self, exchange: Exchange) -> Reply:
        raise SystemExit(7)

    async def _get_wait(self, exchange: Exchange) -> Reply:
        assert self.release is not None
        self.record("waiting")
        try:
            await self.release.wait()
        except asyncio.CancelledError:
            self.record("cancelled")
            raise
        return Reply(200, TEXT, b"released")

    async def _get_thread(self, exchange: Exchange) -> Reply:
        """Wait through every cancellation for a thread that never ends."""
        thread = asyncio.get_running_loop().run_in_executor(None, threading.Event().wait)
        self.record("waiting")
        while not thread.done():
            try:
                await asyncio.shield(thread)
            except asyncio.CancelledError:
                self.record("cancelled")
        return Reply(200, TEXT, b"not reached")

    async def _get_after(self, exchange: Exchange) -> Reply:
        task = asyncio.current_task()

        async def after() -> None:
            self.record("same task" if asyncio.current_task() is task else "other task")

        return Reply(200, TEXT, b"before", after=after)

    async def _get_long_after(self, exchange: Exchange) -> Reply:
        async def after() -> None:
            assert self.release is not None
            await self.release.wait()
            self.record("after")

        return Reply(200, TEXT, b"answered", after=after)


app = ContractApplication()
