"""Bolide's own HTTP/1.1 server, on uvloop and httptools.

:func:`run` serves as the main job of a process, :func:`supervise` keeps several that do,
:func:`serve_reloading` one that is replaced when something changes; :class:`Server` and
:func:`serve` serve inside a running event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.contract import Application
from bolide.server_adapters.native._listeners import Address, BindError
from bolide.server_adapters.native._process import run
from bolide.server_adapters.native._reloader import Program, serve_reloading
from bolide.server_adapters.native._server import Server, ShutdownError, StartupError
from bolide.server_adapters.native._supervisor import supervise

__all__ = [
    "Address",
    "BindError",
    "Program",
    "Server",
    "ShutdownError",
    "StartupError",
    "run",
    "serve",
    "serve_reloading",
    "supervise",
]


async def serve(
    app: Application,
    config: ServerConfig,
    *,
    on_ready: Callable[[Address], None] | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Serve *app* in the running event loop until *stop* is set or this task is cancelled.

    Args:
        app: The application.
        config: The settings; ``loop`` and ``log_level`` do not matter here.
        on_ready: Called with the bound address when connections are accepted.
        stop: Ends the server in order: requests in flight are finished.

    Raises:
        BindError: the address is in use, or may not be used.
        StartupError: the application did not start; the cause is chained.
        ShutdownError: the application did not shut down cleanly.
    """
    server = Server(app, config)
    if stop is None:
        await server.serve(on_ready=on_ready)
        return
    loop = asyncio.get_running_loop()
    stopper = loop.create_task(stop.wait())
    stopper.add_done_callback(lambda _: server.close())
    try:
        await server.serve(on_ready=on_ready)
    finally:
        stopper.cancel()
