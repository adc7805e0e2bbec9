"""Run a foreign ASGI application for one exchange and make a reply of what it sends.

The other way round than :mod:`~bolide.server_adapters.asgi`: here Bolide is the server. It works on every
entry, because only the exchange and the reply are used.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

from bolide.server_adapters._replies import close_iterator, ends_task
from bolide.server_adapters._watch import outlast
from bolide.server_adapters.asgi_exchange import Message, Receive, Scope, Send
from bolide.server_adapters.asgi_scope import EARLY_HINT, TRAILERS
from bolide.server_adapters.contract import (
    BodyTooLarge,
    ClientDisconnect,
    Exchange,
    Head,
    HeaderPairs,
    Reply,
)

__all__ = ["AsgiApp", "Ending", "run_asgi"]

AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_EMPTY_HEAD: Final = Head()


class Ending:
    """What is known inside of an application about the end of its response.

    Attributes:
        is_final: Nothing waits for the last part of the body to be written: ``send`` need not, either.
    """

    __slots__ = ("is_final",)

    def __init__(self) -> None:
        self.is_final = False


async def run_asgi(
    app: AsgiApp, exchange: Exchange, scope: Scope, *, max_body_bytes: int, ending: Ending | None = None
) -> Reply:
    """Call *app* and return its response as soon as it has begun.

    The application runs in a task of its own. Each ``send`` of a part of the body returns when the entry has
    written it; what the application does after its last message is done in the reply's ``after``. Whoever
    drops the reply must await its ``after`` all the same. *ending* may be set before the last message.

    Raises:
        ClientDisconnect: the client left before the response began, and the application gave up.
        BodyTooLarge: the request's body exceeds *max_body_bytes*; the application was cancelled.
        Exception: what the application raised before it began its response.
    """
    return await _Call(exchange, max_body_bytes, ending).run(app, scope)


class _ClientLeft(ConnectionResetError):
    """Raised by ``send``; told apart from errors of the application's own connections."""


class _Call:
    """One run of an application: its task, and what it has sent that is not written yet."""

    __slots__ = (
        "_complete",
        "_discarding",
        "_ended",
        "_ending",
        "_error",
        "_exchange",
        "_gone",
        "_headers",
        "_max_body_bytes",
        "_over",
        "_piece",
        "_received",
        "_requested",
        "_status",
        "_stream",
        "_taken",
        "_task",
        "_too_large",
        "_trailers",
        "_wanted",
        "_watcher",
    )

    def __init__(self, exchange: Exchange, max_body_bytes: int, ending: Ending | None) -> None:
        self._exchange = exchange
        self._max_body_bytes = max_body_bytes
        self._ending = ending
        self._task: asyncio.Task[None] | None = None
        self._error: BaseException | None = None
        # The request's body.
        self._stream: AsyncIterator[bytes] | None = None
        self._received = 0
        self._requested = False  # all of the body was handed out
        self._too_large: BodyTooLarge | None = None
        # The client.
        self._gone = False
        self._over = asyncio.Event()  # the client has left, or has its response
        self._watcher: asyncio.Task[None] | None = None
        # The response: one piece at a time waits for its reader.
        self._status: int | None = None
        self._headers: HeaderPairs = []
        self._piece: bytes | None = None
        self._trailers: HeaderPairs | None = None  # they were announced
        self._ended = False  # the last piece of the body was sent
        self._complete = False  # and nothing comes behind it
        self._discarding = False  # nobody reads: the reply has no body
        self._wanted: asyncio.Future[None] | None = None
        self._taken: asyncio.Future[None] | None = None

    async def run(self, app: AsgiApp, scope: Scope) -> Reply:
        """Start *app* and wait until its response begins."""
        self._task = task = _start(self._run(app, scope))
        try:
            while self._status is None and self._too_large is None and not task.done():
                await self._news()
        except BaseException:
            await self._cancel(task)
            raise
        if self._too_large is not None:
            await self._cancel(task)
            raise self._too_large
        if task.done() and self._piece is None:
            self._raise_error()
            raise RuntimeError(f"the ASGI application {app!r} has ended without a response")
        body = self._piece if self._complete else None
        is_over = body is not None and task.done() and self._error is None
        return Reply(
            self._status or 500,
            _EMPTY_HEAD,
            self._pieces() if body is None else body,
            self._headers,
            None if is_over else self._finish,
            trailers=None if self._trailers is None else lambda: self._trailers or [],
        )

    # What the application calls.

    async def receive(self) -> Message:
        if self._requested:
            await self._wait_for_disconnect()
            return {"type": "http.disconnect"}
        try:
            piece = await self._next_piece()
        except ClientDisconnect:
            self._requested = True
            self._lose_client()
            return {"type": "http.disconnect"}
        except BodyTooLarge as error:
            self._too_large = error
            self._wake()
            raise
        self._requested = self._stream is None
        return {"type": "http.request", "body": piece, "more_body": not self._requested}

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if kind == "http.response.start":
            if self._status is not None:
                raise RuntimeError("http.response.start was sent twice")
            self._status = message["status"]
            # The specification asks for lower case, which many do not write; layers around compare names.
            lines = message.get("headers", ())
            self._headers = [(bytes(name).lower(), bytes(value)) for name, value in lines]
            if message.get("trailers", False) and self._exchange.takes_trailers:
                self._trailers = []
            self._wake()
        elif kind == "http.response.body":
            if self._status is None or self._ended:
                raise RuntimeError(
                    "http.response.body was sent before the start or after the end of the response"
                )
            self._ended = not message.get("more_body", False)
            self._complete = self._ended and self._trailers is None
            await self._hand_over(bytes(message.get("body", b"")))
        elif kind == EARLY_HINT and self._status is None:
            await self._exchange.send_early_hints([bytes(link) for link in message["links"]])
        elif kind == TRAILERS and self._ended and self._trailers is not None and not self._complete:
            self._trailers += [(bytes(name), bytes(value)) for name, value in message.get("headers", ())]
            self._complete = not message.get("more_trailers", False)
            if self._complete:
                await self._hand_over(b"")
        # Others belong to extensions, which may be ignored.

    # The request.

    async def _next_piece(self) -> bytes:
        """Return the next piece of the body; ``_stream`` is None after the last one."""
        body = self._exchange.body
        if self._stream is None:
            if body is not None:
                if len(body) > self._max_body_bytes:
                    raise BodyTooLarge(self._max_body_bytes)
                return body
            self._stream = self._exchange.stream(self._max_body_bytes)
        try:
            piece = await anext(self._stream)
        except StopAsyncIteration:
            self._stream = None
            return b""
        except asyncio.CancelledError:
            # This iterator is finished, but the application may ask for the piece again.
            self._stream = self._exchange.stream(self._max_body_bytes)
            raise
        self._received += len(piece)
        if self._received > self._max_body_bytes:
            raise BodyTooLarge(self._max_body_bytes)
        return piece

    async def _wait_for_disconnect(self) -> None:
        if self._watcher is None and not self._over.is_set():
            self._watcher = asyncio.get_running_loop().create_task(self._watch())
        await self._over.wait()

    async def _watch(self) -> None:
        await self._exchange.disconnect()
        self._lose_client()

    def _lose_client(self) -> None:
        self._gone = True
        self._over.set()
        self._release()

    # The response.

    async def _hand_over(self, piece: bytes) -> None:
        """Wait until the entry has written *piece*.

        Raises:
            ConnectionResetError: the client has left (HTTP specification 2.4: an OSError).
        """
        self._check_client()
        if self._discarding:
            await asyncio.sleep(0)  # one that never waits would keep the event loop for itself
            return
        self._piece = piece if self._piece is None else self._piece + piece
        self._wake()
        if self._complete and self._ending is not None and self._ending.is_final:
            return
        self._taken = asyncio.get_running_loop().create_future()
        try:
            await self._taken
        finally:
            self._taken = None
        if not self._complete:
            self._check_client()

    def _check_client(self) -> None:
        if self._gone:
            raise _ClientLeft("the client has left")

    async def _pieces(self) -> AsyncGenerator[bytes, None]:
        """Yield the pieces of the body as they are sent; the body of the reply."""
        try:
            while True:
                while self._piece is None:
                    if self._task is None or self._task.done():
                        self._raise_error()
                        if self._gone:
                            raise ClientDisconnect
                        raise RuntimeError("the ASGI application has ended before its response was complete")
                    await self._news()
                last = self._complete
                piece, self._piece = self._piece, None
                yield piece
                if last:
                    return
                self._release()
        finally:
            if not self._complete:
                self._lose_client()

    async def _finish(self) -> None:
        """Let the application go on after its last message, and wait for its end."""
        self._discarding = True
        self._over.set()
        self._release()
        if self._task is not None:
            await outlast(self._task)
        with suppress(ClientDisconnect):
            self._raise_error()

    # The task.

    async def _run(self, app: AsgiApp, scope: Scope) -> None:
        try:
            await app(scope, self.receive, self.send)
        except BaseException as error:
            self._error = error  # an interrupt must not leave a task that is not the request's
        finally:
            if self._watcher is not None:
                self._watcher.cancel()
            if self._stream is not None:
                # Who was cancelled while it waited for a piece finishes the iterator itself.
                with suppress(RuntimeError):
                    await close_iterator(self._stream)
            self._wake()

    async def _cancel(self, task: asyncio.Task[None]) -> None:
        task.cancel()
        await outlast(task, is_cancelled=True)

    def _raise_error(self) -> None:
        """Raise what the application raised, once."""
        error, self._error = self._error, None
        if error is None:
            return
        if self._gone and _comes_from_loss(error):
            raise ClientDisconnect from error
        if isinstance(error, Exception) or ends_task(error):
            raise error
        raise RuntimeError(f"the ASGI application raised {type(error).__name__}") from error

    async def _news(self) -> None:
        """Wait until the application has sent something, or has ended."""
        self._wanted = asyncio.get_running_loop().create_future()
        try:
            await self._wanted
        finally:
            self._wanted = None

    def _wake(self) -> None:
        if self._wanted is not None and not self._wanted.done():
            self._wanted.set_result(None)

    def _release(self) -> None:
        if self._taken is not None and not self._taken.done():
            self._taken.set_result(None)


def _comes_from_loss(error: BaseException) -> bool:
    """Tell whether *error* is, or was raised because of, a failure to send to a client that has left."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, _ClientLeft):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _start(coroutine: Any) -> asyncio.Task[None]:
    loop = asyncio.get_running_loop()
    if sys.version_info >= (3, 12):
        # hot: an application that answers at once is done here.
        return asyncio.Task(coroutine, loop=loop, eager_start=True)
    return loop.create_task(coroutine)
