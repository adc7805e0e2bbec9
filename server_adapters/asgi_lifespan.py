"""Run the lifespan of a foreign ASGI application (ASGI Lifespan Protocol 2.0)."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Self

from bolide.server_adapters.asgi import Message
from bolide.server_adapters.asgi_bridge import AsgiApp

__all__ = ["AsgiLifespan"]


class AsgiLifespan:
    """Starts an application up and shuts it down, as an async context manager.

    Attributes:
        state: What the application put into ``scope["state"]``.
        is_known: Whether the application knows lifespans: it has answered.
    """

    def __init__(self, app: AsgiApp) -> None:
        self.state: dict[str, Any] = {}
        self.is_known = False
        self._app = app
        self._requests: asyncio.Queue[Message] = asyncio.Queue()
        self._answers: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Start up.

        Raises:
            RuntimeError: the application says that it failed, or ended without a word.
            Exception: what it raised.
        """
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._task.add_done_callback(_note_error)
        await self._ask("startup")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Shut down, unless the application has done so by itself.

        Raises:
            RuntimeError: the application says that it failed.
            Exception: what it raised.
        """
        if self._task is not None and not self._task.done():
            await self._ask("shutdown")
        if self._task is not None:
            await self._task

    async def _ask(self, what: str) -> None:
        self._requests.put_nowait({"type": f"lifespan.{what}"})
        answer = await self._answers.get()
        if answer["type"] == f"lifespan.{what}.complete":
            return
        if self._task is not None and answer["type"] == "ended":
            await self._task  # raises what the application has raised
        reason = answer.get("message") or "it gave no reason"
        raise RuntimeError(f"the {what} of the ASGI application {self._app!r} failed: {reason}")

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        try:
            await self._app(scope, self._requests.get, self._answer)
        finally:
            self._answers.put_nowait({"type": "ended"})

    async def _answer(self, message: Message) -> None:
        self.is_known = True
        self._answers.put_nowait(message)


def _note_error(task: asyncio.Task[None]) -> None:
    """Look at what *task* has raised: one that says that it failed may raise, too, and nobody awaits that."""
    if not task.cancelled():
        task.exception()
