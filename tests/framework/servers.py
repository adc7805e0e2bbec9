"""Servers on real sockets, in the event loop of the test: each a context manager that yields its port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from bolide import Bolide
from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.native import serve

__all__ = ["SERVERS"]


@asynccontextmanager
async def native(app: Bolide) -> AsyncIterator[int]:
    stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
    config = ServerConfig(port=0, access_log=False)
    serving = asyncio.create_task(serve(app, config, on_ready=ready.set_result, stop=stop))
    try:
        yield (await ready)[1]
    finally:
        stop.set()
        await serving


@asynccontextmanager
async def on_uvicorn(app: Bolide) -> AsyncIterator[int]:
    started = asyncio.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            started.set()

        @property
        def port(self) -> int:
            port: int = self.servers[0].sockets[0].getsockname()[1]
            return port

    server = Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="on"))
    serving = asyncio.create_task(server._serve())
    try:
        await started.wait()
        yield server.port
    finally:
        server.should_exit = True
        await serving


SERVERS = {"native": native, "uvicorn": on_uvicorn}
