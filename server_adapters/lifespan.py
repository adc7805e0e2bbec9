"""Run an application's start-up and shutdown in one task, for servers that signal them separately."""

from __future__ import annotations

import asyncio
from typing import Any

from bolide.server_adapters.contract import Application

__all__ = ["LifespanTask"]


class LifespanTask:
    """The task that holds an application's lifespan open.

    Start-up and shutdown run in it, one after the other: context variables and cancel scopes that the
    one opens can be closed by the other.
    """

    __slots__ = ("_app", "_started", "_stop", "_task")

    def __init__(self, app: Application, loop: asyncio.AbstractEventLoop) -> None:
        self._app = app
        self._started: asyncio.Future[dict[str, Any]] = loop.create_future()
        self._stop = asyncio.Event()
        self._task = loop.create_task(self._run())

    async def startup(self) -> dict[str, Any]:
        """Wait for the start-up and return the state that it made; raises what it raises."""
        return await self._started

    async def shutdown(self) -> None:
        """Run the shutdown code and wait for it; raises what it raises."""
        self._stop.set()
        await self._task

    async def _run(self) -> None:
        try:
            lifespan = await self._app.startup()
        except BaseException as error:
            self._started.set_exception(error)
            return
        self._started.set_result(lifespan.state)
        await self._stop.wait()
        await lifespan.shutdown()
