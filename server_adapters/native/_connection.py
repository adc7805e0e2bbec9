"""One client connection: transport, flow control and timeouts around the sans-I/O core."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Final, cast

from bolide.server_adapters._http1.errors import LocalProtocolError, RemoteProtocolError
from bolide.server_adapters._http1.reader import RequestHead, RequestReader
from bolide.server_adapters._http1.writer import CONTINUE, ReplyStream, connection_line, frame_reply
from bolide.server_adapters.contract import ClientDisconnect, Head, InvalidHeader, Reply
from bolide.server_adapters.native._context import ServerContext
from bolide.server_adapters.native._exchange import NativeExchange

__all__ = ["Connection"]

_error_log: Final = logging.getLogger("bolide.error")

# States. A connection reads a head, then is busy until the response is written; then it reads the next
# head, skips the rest of an unread body first, or lingers: it only waits for the client to read the end.
_READING: Final = 0
_BUSY: Final = 1
_SKIPPING: Final = 2
_LINGERING: Final = 3
_CLOSED: Final = 4

_HIGH_WATER: Final = 64 * 1024
"""Unread bytes at which reading pauses, and most bytes of an unread body that are skipped."""

_LINGER_SECONDS: Final = 2.0

_EMPTY: Final = Head()
_PLAIN: Final = Head([(b"content-type", b"text/plain; charset=utf-8")])
_ERROR_BODY: Final = b"Internal Server Error"
_REASONS: Final = {
    400: b"Bad Request",
    408: b"Request Timeout",
    414: b"URI Too Long",
    417: b"Expectation Failed",
    431: b"Request Header Fields Too Large",
    501: b"Not Implemented",
    505: b"HTTP Version Not Supported",
}


def _internal_error(error: Exception | None = None) -> Reply:
    return Reply(500, _PLAIN, _ERROR_BODY, error=error)


def _refusal_reply(error: RemoteProtocolError, reply: Reply | None = None) -> Reply:
    """Return the answer to a request that broke the protocol, with what has to run after *reply*."""
    return Reply(error.status, _PLAIN, _REASONS[error.status], after=reply.after if reply else None)


def _ip_address(name: object) -> tuple[str, int] | None:
    """Return address and port of a socket's name, None for a Unix socket."""
    if not isinstance(name, tuple):
        return None
    host, port, *_ = cast("tuple[str, int]", name)
    return host, port


def _log_exception(head: RequestHead, error: Exception) -> None:
    _error_log.error("exception while answering %s %r", head.method, head.path, exc_info=error)


def _log_unsendable(head: RequestHead, error: Exception) -> None:
    _error_log.error("the reply to %s %r cannot be sent: %s", head.method, head.path, error)


async def _close_iterator(iterator: AsyncIterator[bytes]) -> None:
    """Run the cleanup of an iterator that may not have been read to its end."""
    if isinstance(iterator, AsyncGenerator):
        await iterator.aclose()


class Connection(asyncio.Protocol):
    """Protocol of one accepted socket; one request at a time is with the application."""

    __slots__ = (
        "_client_done",
        "_context",
        "_continue_pending",
        "_drain_waiter",
        "_reader",
        "_reading_paused",
        "_refusal",
        "_serving",
        "_since",
        "_state",
        "_stream_task",
        "_transport",
        "_unsent",
        "_waiter",
        "_writing_paused",
        "client",
        "root_path",
        "server",
        "task",
    )

    def __init__(self, context: ServerContext) -> None:
        self._context = context
        self._reader = RequestReader(context.limits)
        self._transport: asyncio.Transport | None = None
        self._state = _READING
        self._since = context.now  # start of what the timeouts measure
        self._continue_pending = False
        self._refusal: RemoteProtocolError | None = None
        self._serving = False
        self._client_done = False
        self._reading_paused = False
        self._writing_paused = False
        self._waiter: asyncio.Future[None] | None = None
        self._drain_waiter: asyncio.Future[None] | None = None
        self._stream_task: asyncio.Task[object] | None = None
        self._unsent = 0
        self.task: asyncio.Task[None] | None = None
        self.client: tuple[str, int] | None = None
        self.server: tuple[str, int | None] | None = None
        self.root_path = context.config.root_path

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is not a subclass
        self.client = _ip_address(transport.get_extra_info("peername"))
        self.server = _ip_address(transport.get_extra_info("sockname"))
        self._context.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._state = _CLOSED
        self._transport = None
        self._context.connections.discard(self)
        if self.task is not None:
            self._context.track(self.task)
        self._wake_reader()
        self._wake_writer()
        if self._stream_task is not None:
            self._stream_task.cancel()

    def data_received(self, data: bytes) -> None:
        reader = self._reader
        if self._state == _READING:
            if not reader.head_started:
                self._since = self._context.now
            reader.receive_data(data)
            self._serve()
        elif self._state == _BUSY:
            reader.receive_data(data)
            self._since = self._context.now
            self._wake_reader()
            if reader.buffered > _HIGH_WATER:
                self._pause_reading()
        elif self._state == _SKIPPING:
            reader.receive_data(data)
            self._skip_body()
        # Lingering: what still comes is not looked at.

    def eof_received(self) -> bool:
        """Keep the write side open while a client that has finished sending waits for its answer."""
        self._client_done = True
        self._wake_reader()
        return self._state == _BUSY or (self._state == _READING and self._writing_paused)

    def pause_writing(self) -> None:
        self._writing_paused = True
        self._since = self._context.now

    def resume_writing(self) -> None:
        self._writing_paused = False
        self._wake_writer()
        if self._state == _READING:
            self._serve()

    # What the server calls.

    def check_timeouts(self, now: float) -> None:
        """Act on what has lasted too long; called by the sweep."""
        transport = self._transport
        if transport is None:
            return
        config = self._context.config
        unsent = transport.get_write_buffer_size()
        if unsent < self._unsent:
            self._since = now  # the client does take what is written
        self._unsent = unsent
        elapsed = now - self._since
        if unsent:
            if (
                self._state != _BUSY or self._drain_waiter is not None
            ) and elapsed > config.timeout_response_write:
                self.abort()
        elif self._state == _READING:
            if self._reader.head_started:
                if elapsed > config.timeout_request_header:
                    self._refuse(RemoteProtocolError(408, "header section not complete in time"))
            elif elapsed > config.timeout_keep_alive:
                self._close()
        elif self._state == _BUSY:
            if self._waiter is not None and elapsed > config.timeout_request_body:
                self._refusal = RemoteProtocolError(408, "body not complete in time")
                self._wake_reader()
        elif self._state == _SKIPPING:
            if elapsed > config.timeout_request_body:
                self._close()
        elif elapsed > _LINGER_SECONDS:
            self.abort()

    def stop(self) -> None:
        """Close when idle; otherwise the next response closes (``context.stopping``)."""
        if self._state == _SKIPPING or (self._state == _READING and not self._reader.head_started):
            self._close()

    def abort(self) -> None:
        """Close without writing what is left."""
        if self._transport is not None:
            self._transport.abort()

    # What an exchange calls.

    async def receive_body(self) -> bytes:
        """Return the next piece of the current request's body, empty at its end.

        Raises:
            ClientDisconnect: the rest will not come: the client left, stood still or broke the coding.
        """
        reader = self._reader
        while not reader.body_complete:
            if self._refusal is not None:
                raise ClientDisconnect from self._refusal
            try:
                piece = reader.next_data()
            except RemoteProtocolError as error:
                self._refusal = error
                raise ClientDisconnect from error
            if piece is not None:
                return piece
            if not reader.body_complete:
                await self._wait_for_data()
        return b""

    async def _wait_for_data(self) -> None:
        if self._client_done or self._transport is None:
            raise ClientDisconnect
        if self._continue_pending:
            self._continue_pending = False
            self._transport.write(CONTINUE)
        self._resume_reading()
        self._since = self._context.now
        self._waiter = self._context.loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    # Requests.

    def _serve(self) -> None:
        """Start the requests that have arrived, each after the one before it was answered."""
        context = self._context
        reader = self._reader
        self._serving = True
        while self._state == _READING and not self._writing_paused:
            try:
                head = reader.next_head()
            except RemoteProtocolError as error:
                self._refuse(error)
                break
            if head is None:
                if self._client_done:
                    self._close()
                break
            self._state = _BUSY
            exchange = NativeExchange(self, head, b"", context.state)
            if not reader.body_complete:
                self._take_early_body(exchange, head)
            task = context.start_task(self._answer(exchange, head))
            if not task.done():
                self._track(task)
        self._serving = False
        if self._reading_paused and self._state == _READING:
            self._resume_reading()

    def _continue_serving(self) -> None:
        if self._state == _READING and not self._serving:
            self._serve()

    def _track(self, task: asyncio.Task[None]) -> None:
        """Hold *task*, which has not finished: for the connection, or only for the server."""
        if self._state == _BUSY:
            self.task = task
        else:
            self._context.track(task)

    def _take_early_body(self, exchange: NativeExchange, head: RequestHead) -> None:
        """Hand over what of the body came with the head."""
        try:
            piece = self._reader.next_data()
        except RemoteProtocolError:
            piece = None  # raised again for whoever reads the body
        if self._reader.body_complete:
            exchange.body = piece or b""
            return
        exchange.body = None
        exchange.early_body = piece
        self._continue_pending = piece is None and head.fields.expects_continue and head.version == "1.1"

    async def _answer(self, exchange: NativeExchange, head: RequestHead) -> None:
        """Run the handler, write its reply, then run what comes after it: all in one task."""
        context = self._context
        try:
            if exchange.path == "*":
                reply = Reply(204, _EMPTY)  # RFC 9110 §9.3.7: about the server, not about a resource
            else:
                reply = await context.app.handle(exchange)
        except (SystemExit, KeyboardInterrupt) as stop:
            # Out of a task it would only close the connection on uvloop.
            context.interrupt(stop)
            reply = _internal_error()
        except asyncio.CancelledError:
            self.abort()
            raise
        except Exception as error:
            reply = _internal_error(error)
        if self._refusal is not None:
            reply = _refusal_reply(self._refusal, reply)
        after = reply.after
        try:
            body = reply.body
            if isinstance(body, bytes):
                self._send(reply, body, head)
            else:
                await self._send_stream(reply, body, head)
        finally:
            if reply.error is not None:
                _log_exception(head, reply.error)
            if exchange.body is None:
                exchange.detach()
            if after is not None:
                await self._run_after(head, after)
            elif not self._serving:
                self._leave()

    def _send(self, reply: Reply, body: bytes, head: RequestHead) -> None:
        transport = self._transport
        if transport is None:
            return
        context = self._context
        keep_alive = self._may_keep_alive(head)
        connection = (
            b"" if keep_alive and head.version == "1.1" else connection_line(head.version, keep_alive)
        )
        try:
            data = frame_reply(reply, body, head.method, connection, context.date_line)
        except (InvalidHeader, LocalProtocolError) as error:
            _log_unsendable(head, error)
            reply = _internal_error()
            data = frame_reply(reply, _ERROR_BODY, head.method, connection, context.date_line)
        transport.write(data)
        if context.access_log is not None:
            context.access_log(self.client, head.method, head.path, head.query, head.version, reply.status)
        self._finish_response(keep_alive)

    async def _send_stream(self, reply: Reply, body: AsyncIterator[bytes], head: RequestHead) -> None:
        context = self._context
        try:
            framing = ReplyStream(
                reply,
                method=head.method,
                version=head.version,
                keep_alive=self._may_keep_alive(head),
                date=context.date_line,
            )
        except (InvalidHeader, LocalProtocolError) as error:
            _log_unsendable(head, error)
            self._send(_internal_error(), _ERROR_BODY, head)
            await _close_iterator(body)
            return
        if context.access_log is not None:
            context.access_log(self.client, head.method, head.path, head.query, head.version, reply.status)
        self._stream_task = asyncio.current_task()
        try:
            await self._write_pieces(framing, body)
        except asyncio.CancelledError:
            if self._transport is not None or self._stream_task is None:
                self.abort()
                raise
            self._stream_task.uncancel()  # the cancellation was ours: the client has left
        except (SystemExit, KeyboardInterrupt) as stop:
            context.interrupt(stop)
            self.abort()
        except Exception as error:
            # Without the last chunk the client sees that the body is cut (RFC 9112 §8).
            _log_exception(head, error)
            self.abort()
        finally:
            self._stream_task = None
            await _close_iterator(body)
        if self._transport is not None and self._state == _BUSY:
            self._finish_response(framing.keep_alive)

    async def _write_pieces(self, framing: ReplyStream, body: AsyncIterator[bytes]) -> None:
        if self._transport is None:
            return
        self._transport.write(framing.start)
        if not framing.sends_body:
            return
        async for piece in body:
            if self._transport is None:
                return
            self._transport.write(framing.piece(piece))
            if self._writing_paused:
                self._drain_waiter = self._context.loop.create_future()
                try:
                    await self._drain_waiter
                finally:
                    self._drain_waiter = None
        if self._transport is not None and (end := framing.end()):
            self._transport.write(end)

    async def _run_after(self, head: RequestHead, after: Callable[[], Awaitable[None]]) -> None:
        """Run what follows the response, while the connection already reads the next request."""
        if self.task is not None:
            self._context.track(self.task)
        if not self._serving:
            self._leave()
        try:
            await after()
        except (SystemExit, KeyboardInterrupt) as stop:
            self._context.interrupt(stop)
        except Exception as error:
            _log_exception(head, error)

    def _leave(self) -> None:
        """Give the connection back, from a task that is not run by :meth:`_serve`."""
        self.task = None
        if self._state == _READING and (
            self._reader.head_started or self._reading_paused or self._client_done
        ):
            # Not from here: the next request must not run inside this one's task.
            self._context.loop.call_soon(self._continue_serving)

    # The end of a response, and of the connection.

    def _may_keep_alive(self, head: RequestHead) -> bool:
        if not head.keep_alive or self._context.stopping or self._refusal is not None:
            return False
        return self._reader.body_complete or self._can_skip_body()

    def _can_skip_body(self) -> bool:
        """Tell whether reading the rest of an unread body is cheaper than closing."""
        if self._continue_pending:
            return False  # the client waits for a word before it sends the body, or it may not
        reader = self._reader
        try:
            while reader.next_data() is not None:
                pass
        except RemoteProtocolError:
            return False
        remaining = reader.body_remaining
        return reader.body_complete or (remaining is not None and remaining <= _HIGH_WATER)

    def _finish_response(self, keep_alive: bool) -> None:
        self._since = self._context.now
        if not keep_alive:
            self._close()
        elif self._reader.body_complete:
            self._state = _READING
        else:
            self._state = _SKIPPING
            self._resume_reading()

    def _skip_body(self) -> None:
        reader = self._reader
        while reader.next_data() is not None:
            pass
        if reader.body_complete:
            self._state = _READING
            self._serve()

    def _refuse(self, error: RemoteProtocolError) -> None:
        """Answer what cannot be a request, and interpret nothing after it."""
        if self._transport is None:
            return
        reply = _refusal_reply(error)
        _error_log.warning("refused a request of %s with %d: %s", self.client, error.status, error)
        data = frame_reply(
            reply, _REASONS[error.status], "GET", connection_line("1.1", False), self._context.date_line
        )
        self._transport.write(data)
        self._close()

    def _close(self) -> None:
        """Close after everything is written.

        Closing a socket that holds unread bytes resets the connection, and the client may lose the
        response: then only the write side is closed, until the client closes too (RFC 9112 §9.6).
        """
        transport = self._transport
        if transport is None:
            return
        self._since = self._context.now
        if self._client_done or (self._reader.buffered == 0 and self._reader.body_complete):
            self._state = _CLOSED
            transport.close()
            return
        self._state = _LINGERING
        transport.write_eof()
        self._resume_reading()

    # Flow control.

    def _pause_reading(self) -> None:
        if not self._reading_paused and self._transport is not None:
            self._reading_paused = True
            self._transport.pause_reading()

    def _resume_reading(self) -> None:
        if self._reading_paused and self._transport is not None:
            self._reading_paused = False
            self._transport.resume_reading()

    def _wake_reader(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _wake_writer(self) -> None:
        if self._drain_waiter is not None and not self._drain_waiter.done():
            self._drain_waiter.set_result(None)
