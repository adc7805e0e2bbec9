"""An event loop in a thread of its own, called from sync code."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar, cast

__all__ = ["Portal"]

T = TypeVar("T")


class Portal:
    """Runs coroutines while the calling thread waits; tasks that they start go on in between."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="bolide-portal", daemon=True)
        self._thread.start()

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run *coroutine* in the loop's thread; return or raise what it does."""
        result, error = asyncio.run_coroutine_threadsafe(_catch(coroutine), self._loop).result()
        if error is not None:
            raise error
        return cast("T", result)

    def close(self) -> None:
        """Cancel what is left and stop the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        loop = self._loop
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
            tasks = asyncio.all_tasks(loop)
            for task in tasks:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            loop.close()


async def _catch(coroutine: Coroutine[Any, Any, T]) -> tuple[T | None, BaseException | None]:
    """Return the result or the error: a SystemExit that left a task would end the loop's thread."""
    try:
        return await coroutine, None
    except BaseException as error:
        return None, error
