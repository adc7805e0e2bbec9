"""One client connection: requests, their order and their timeouts, around the sans-I/O core."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import ClassVar, Final, cast

from bolide.server_adapters._http1.errors import RemoteProtocolError
from bolide.server_adapters._http1.lifecycle import BUSY, READING, SKIPPING, TRANSITIONS, Event, next_state
from bolide.server_adapters._http1.reader import RequestHead, RequestReader
from bolide.server_adapters._http1.writer import ReplyStream, connection_line, frame_reply
from bolide.server_adapters._replies import (
    ERROR_BODY,
    close_iterator,
    ends_task,
    internal_error,
    log_exception,
    log_unsendable,
    server_wide,
)
from bolide.server_adapters.contract import ClientDisconnect, Reply
from bolide.server_adapters.native._context import CLIENT_LEFT, ServerContext
from bolide.server_adapters.native._exchange import NativeExchange
from bolide.server_adapters.native._incoming import IncomingBody
from bolide.server_adapters.native._link import Link, ip_address
from bolide.server_adapters.native._refusals import log_refusal, refusal
from bolide.server_adapters.native._stream import write_stream
from bolide.server_adapters.native._upgrade import take_over

__all__ = ["Connection"]

_HIGH_WATER: Final = 64 * 1024
"""Unread bytes at which reading pauses."""

_MAX_REQUESTS_PER_TURN: Final = 64
"""Pipelined requests started before other connections have their turn."""

_LINGER_SECONDS: Final = 2.0

# hot: the two steps that each request takes.
_AT_HEAD: Final = TRANSITIONS[READING, Event.HEAD]
_ANSWERED: Final = TRANSITIONS[BUSY, Event.ANSWERED]


class Connection(asyncio.Protocol):
    """Protocol of one accepted socket; one request at a time is with the application.

    Attributes:
        client: Whose connection it is: the peer, or who a PROXY header names.
        link: The transport.
        task: Works on the current request, and had to wait for something.
    """

    __slots__ = (
        "_context",
        "_incoming",
        "_reader",
        "_serving",
        "_since",
        "_state",
        "_transport",
        "client",
        "link",
        "root_path",
        "scheme",
        "server",
        "task",
    )

    _exchange_type: ClassVar[type[NativeExchange]] = NativeExchange

    def __init__(self, context: ServerContext, client: tuple[str, int] | None = None) -> None:
        self._context, self._reader = context, RequestReader(context.limits)
        self.link = Link(context.loop)
        self._incoming = IncomingBody(self._reader, self.link, context.loop)
        self._transport: asyncio.Transport | None = None  # hot: the link's
        self._state, self._serving = READING, False
        self._since = context.now  # beginning of what the timeouts measure
        self.task: asyncio.Task[None] | None = None
        self.client, self.server = client, cast("tuple[str, int | None] | None", None)
        self.root_path, self.scheme = context.config.root_path, context.scheme

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = self.link.transport = cast("asyncio.Transport", transport)  # uvloop: no subclass
        self.client = self.link.peer = self.client or ip_address(transport.get_extra_info("peername"))
        self.server = ip_address(transport.get_extra_info("sockname"))
        self._context.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._state = next_state(self._state, Event.LOSS)
        self._transport = None
        self._context.connections.discard(self)
        if self.task is not None:
            self._context.track(self.task)
        self._incoming.wake()
        self.link.set_lost()

    def data_received(self, data: bytes) -> None:
        reader = self._reader
        if self._state == READING:
            if not reader.head_started:
                self._since = self._context.now
            reader.receive_data(data)
            self._serve()
        elif self._state == BUSY:
            reader.receive_data(data)
            self._since = self._context.now
            self._incoming.received += len(data)
            self._incoming.wake()
            self._limit_unread()
        elif self._state == SKIPPING:
            reader.receive_data(data)
            self._since = self._context.now
            self._incoming.received += len(data)
            self._skip_body()

    def eof_received(self) -> bool:
        """Keep the write side open while a client that has finished sending waits for an answer."""
        self._incoming.end()
        if self._state == READING and self._reader.head_started:
            # Whole requests that waited their turn, or a part of one that will never be whole.
            self._context.loop.call_soon(self._continue_serving)
            return self.link.can_half_close
        return self._state == BUSY and self.link.can_half_close

    def pause_writing(self) -> None:
        self._since = self._context.now
        self.link.set_writing_paused(True)

    def resume_writing(self) -> None:
        self.link.set_writing_paused(False)
        self._continue_serving()

    # What the server calls.

    def check_timeouts(self, now: float) -> None:
        """Act on what has lasted too long; called by the sweep."""
        self.link.check_stream(client_done=self._incoming.client_done)
        unsent, progress = self.link.unsent()
        if progress:
            self._since = now
        config = self._context.config
        elapsed = now - self._since
        if unsent:
            waits = self._state != BUSY or self.link.waiting_for_room
            if waits and elapsed > config.timeout_response_write:
                self.abort()
        elif self._state == READING:
            if self._reader.head_started:
                if elapsed > config.timeout_request_header:
                    self._refuse(RemoteProtocolError(408, "header section not complete in time"))
            elif elapsed > config.timeout_keep_alive:
                self._close()
        elif self._state == BUSY:
            awaited = self._incoming.is_awaited
            slow = self._incoming.is_too_slow(now, config.limit_request_body_rate, waiting=awaited)
            if slow or (awaited and elapsed > config.timeout_request_body):
                self._incoming.refuse(RemoteProtocolError(408, "body not complete in time"))
        elif self._state == SKIPPING:
            slow = self._incoming.is_too_slow(now, config.limit_request_body_rate, waiting=True)
            if slow or elapsed > config.timeout_request_body:
                self._close()
        elif elapsed > _LINGER_SECONDS:
            self.abort()

    def close_idle(self) -> None:
        """Close unless a request is being read or answered."""
        if self._state == SKIPPING or (self._state == READING and not self._reader.head_started):
            self._close()

    def abort(self) -> None:
        """Close without writing what is left."""
        self.link.abort()

    # What an exchange calls.

    def receive_body(self) -> Awaitable[bytes]:
        """Return the next piece of the current request's body, see :meth:`IncomingBody.receive`."""
        self._since = self._context.now
        return self._incoming.receive()

    # Requests.

    def _serve(self) -> None:
        """Start the requests that have arrived, each after the one before it was answered."""
        context = self._context
        reader = self._reader
        self._serving = True
        started = 0
        while self._state == READING and not self.link.writing_paused:
            if started == _MAX_REQUESTS_PER_TURN:
                context.loop.call_soon(self._continue_serving)
                self._limit_unread()
                break
            started += 1
            try:
                head = reader.next_head()
            except RemoteProtocolError as error:
                self._refuse(error)
                break
            if head is None:
                if self._incoming.client_done:
                    self._close()
                elif self.link.reading_paused:
                    self.link.resume_reading()
                break
            if head.fields.offers_websocket and take_over(context, self, head, reader):
                self._state = next_state(READING, Event.UPGRADE)
                break
            self._state = _AT_HEAD
            exchange = self._exchange_type(head.method, head.path, head.query, b"", context.state, head, self)
            if not reader.body_complete:
                self._incoming.begin(exchange, head)
            task = context.start_task(self._answer(exchange, head))
            if not task.done():
                self._track(task)
        else:
            self._limit_unread()
        self._serving = False

    def _limit_unread(self) -> None:
        """Stop reading while much waits for its turn; whoever takes the last of it goes on reading."""
        if self._reader.buffered > _HIGH_WATER:
            self.link.pause_reading()

    def _continue_serving(self) -> None:
        if self._state == READING and not self._serving:
            self._serve()

    def _track(self, task: asyncio.Task[None]) -> None:
        """Hold *task*, which has not finished: for this connection, or after the response for the server."""
        if self._state == BUSY:
            self.task = task
        else:
            self._context.track(task)

    async def _answer(self, exchange: NativeExchange, head: RequestHead) -> None:
        """Run the handler, write its reply, then run what comes after it: all in one task."""
        try:
            if exchange.path == "*":
                reply = server_wide()
            else:
                reply = await self._context.handle(exchange)
            after, body = reply.after, reply.body
        except (SystemExit, KeyboardInterrupt) as stop:
            # Out of a task it would only close the connection on uvloop.
            self._context.interrupt(stop)
            reply, after, body = internal_error(), None, ERROR_BODY
        except BaseException as error:
            if ends_task(error):
                self.abort()
                raise
            reply, after, body = internal_error(error), None, ERROR_BODY
        exchange.answered = True
        try:
            if self._incoming.refusal is not None:
                reply, body = refusal(self._incoming.refusal)
            if isinstance(body, bytes):
                self._send(reply, body, head)
            else:
                await self._send_stream(reply, body, head)
        finally:
            if reply.error is not None:
                log_exception(head.method, head.path, reply.error)
            if exchange.body is None:
                exchange.detach()
            if not self._serving:
                self._give_back(after is not None)
            if after is not None:
                # The connection already reads the next request.
                try:
                    await after()
                except (SystemExit, KeyboardInterrupt) as stop:
                    self._context.interrupt(stop)
                except BaseException as error:
                    if ends_task(error):
                        raise
                    log_exception(head.method, head.path, error)

    def _send(self, reply: Reply, body: bytes, head: RequestHead) -> None:
        transport = self._transport
        context = self._context
        if transport is None:
            if context.observe_end is not None:
                context.observe_end(self.client, head, CLIENT_LEFT, 0)
            return
        # hot: the usual request has no body left and keeps the connection.
        plain = head.keep_alive and self._reader.body_complete and not context.stopping
        keep_alive = plain or self._may_keep_alive(head)
        connection = b"" if plain and head.version == "1.1" else connection_line(head.version, keep_alive)
        try:
            data = frame_reply(reply, body, head.method, connection, context.date_line)
        except Exception as error:  # also what a malformed reply makes of itself
            log_unsendable(head.method, head.path, error)
            reply = internal_error()
            data = frame_reply(reply, ERROR_BODY, head.method, connection, context.date_line)
        transport.write(data)
        if context.observe_reply is not None:
            context.observe_reply(self.client, head, reply.status, len(body))
        if plain and self._state == BUSY:
            self._since, self._state = context.now, _ANSWERED
        else:
            self._finish_response(keep_alive)

    async def _send_stream(self, reply: Reply, body: AsyncIterator[bytes], head: RequestHead) -> None:
        context = self._context
        try:
            keep_alive = self._may_keep_alive(head)
            framing = ReplyStream(reply, head, keep_alive=keep_alive, date=context.date_line)
        except Exception as error:
            log_unsendable(head.method, head.path, error)
            self._send(internal_error(), ERROR_BODY, head)
            return
        if context.observe_stream_start is not None:
            context.observe_stream_start(self.client, head, reply.status, 0)
        try:
            try:
                await write_stream(self.link, framing, body)
            finally:
                if context.observe_end is not None:
                    context.observe_end(self.client, head, reply.status, framing.sent)
                await close_iterator(body)
        except (SystemExit, KeyboardInterrupt) as stop:
            context.interrupt(stop)
            self.abort()
        except ClientDisconnect:
            self.abort()  # the body of the reply is made from that of the request
        except BaseException as error:
            if ends_task(error):
                self.abort()
                raise
            # Without the last chunk the client sees that the body is cut (RFC 9112 §8).
            log_exception(head.method, head.path, error)
            self.abort()
        else:
            self._finish_response(framing.keep_alive)

    def _give_back(self, goes_on: bool) -> None:
        """Let go of the current task, which is not run by :meth:`_serve`, and read the next request."""
        if goes_on and self.task is not None:
            self._context.track(self.task)
        self.task = None
        if self._reader.head_started or self.link.reading_paused or self._incoming.client_done:
            # Not from here: the next request must not begin inside this one's task.
            self._context.loop.call_soon(self._continue_serving)

    # The end of a response, and of the connection.

    def _may_keep_alive(self, head: RequestHead) -> bool:
        if not head.keep_alive or self._context.stopping:
            return False
        return self._reader.body_complete or self._incoming.can_be_skipped()

    def _finish_response(self, keep_alive: bool) -> None:
        if self._state != BUSY:
            return  # lost while writing
        self._since = self._context.now
        if not keep_alive:
            self._close(linger=self._context.stopping)  # the next request may be on its way
        elif self._reader.body_complete:
            self._state = next_state(BUSY, Event.ANSWERED)
        elif self._incoming.client_done:
            self._close()
        else:
            self._state = next_state(BUSY, Event.ANSWERED_EARLY)
            self.link.resume_reading()

    def _skip_body(self) -> None:
        reader = self._reader
        while reader.next_data() is not None:
            pass
        if reader.body_complete:
            self._state = next_state(self._state, Event.BODY_SKIPPED)
            self._serve()

    def _refuse(self, error: RemoteProtocolError) -> None:
        """Answer what cannot be a request, and interpret nothing after it."""
        log_refusal(self.client, error)
        reply, body = refusal(error)
        close = connection_line("1.1", keep_alive=False)
        self.link.write(frame_reply(reply, body, "GET", close, self._context.date_line))
        self._close(linger=True)

    def _close(self, *, linger: bool = False) -> None:
        """Close after everything is written.

        Closing a socket that holds unread bytes resets the connection, and the client may lose the
        response: then only the write side is closed, until the client closes too (RFC 9112 §9.6).
        """
        self._since = self._context.now
        reader = self._reader
        if self._incoming.client_done or not (linger or reader.buffered or not reader.body_complete):
            self._state = next_state(self._state, Event.END)
            self.link.close()
        else:
            self._state = next_state(self._state, Event.END_UNREAD)
            self.link.close_writing()
