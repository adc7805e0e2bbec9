"""The connection of a server whose application is a foreign ASGI one."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from bolide.server_adapters._http1.reader import RequestHead
from bolide.server_adapters._http1.writer import ReplyStream
from bolide.server_adapters._replies import (
    ends_task,
    internal_error,
    log_exception,
    log_unsendable,
    server_wide,
)
from bolide.server_adapters.contract import Reply
from bolide.server_adapters.native._asgi_call import ANSWERED, AsgiCall
from bolide.server_adapters.native._connection import Connection
from bolide.server_adapters.native._context import ServerContext
from bolide.server_adapters.native._exchange import NativeExchange
from bolide.server_adapters.native._refusals import refusal

__all__ = ["AsgiConnection"]


class AsgiConnection(Connection):
    """As any connection, but the application writes its response itself, by calling ``send``.

    Attributes:
        tls: What its scopes say about TLS, None without that.
    """

    __slots__ = ("_call", "_stream", "tls")

    _exchange_type = AsgiCall

    def __init__(self, context: ServerContext, client: tuple[str, int] | None = None) -> None:
        super().__init__(context, client)
        self._call: AsgiCall | None = None  # the current one, unless its response is complete
        self._stream: tuple[RequestHead, int, ReplyStream] | None = (
            None  # of the current one, once it is begun
        )
        self.tls: dict[str, Any] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.tls = self.link.tls

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._call is not None:
            self._call.close()

    def eof_received(self) -> bool:
        stays = super().eof_received()
        if self._call is not None:
            self._call.close()
        return stays

    # What a call wants.

    @property
    def body_complete(self) -> bool:
        return self._reader.body_complete

    def expect_body(self, call: AsgiCall) -> None:
        if not self._serving:  # otherwise the end of this step shows whether the body takes time
            self._context.loop.call_soon(call.flush)

    def send_whole(self, call: AsgiCall, reply: Reply, head: RequestHead) -> None:
        body = cast("bytes", reply.body)
        if self._incoming.refusal is not None:
            reply, body = refusal(self._incoming.refusal)
        self._send(reply, body, head)
        self._let_go(call, goes_on=True)

    def begin_stream(self, call: AsgiCall, reply: Reply, head: RequestHead) -> ReplyStream | None:
        context = self._context
        if self._incoming.refusal is not None:
            self.send_whole(call, reply, head)
            return None
        try:
            keep_alive = self._may_keep_alive(head)
            framing = ReplyStream(reply, head, keep_alive=keep_alive, date=context.date_line)
        except Exception as error:
            log_unsendable(head.method, head.path, error)
            self.send_whole(call, internal_error(), head)
            return None
        if context.observe_stream_start is not None:
            context.observe_stream_start(self.client, head, reply.status, 0)
        self._stream = (head, reply.status, framing)
        self.link.write(framing.start)
        return framing

    def end_stream(self, call: AsgiCall, *, keep_alive: bool) -> None:
        self._finish_response(keep_alive)
        self._let_go(call, goes_on=True)

    # Requests.

    def _track(self, task: asyncio.Task[None]) -> None:
        super()._track(task)
        if self._call is not None:
            self._call.flush()

    async def _answer(self, exchange: NativeExchange, head: RequestHead) -> None:
        """Run the application, and answer in its place if it has not; all in one task."""
        call = self._call = cast("AsgiCall", exchange)
        try:
            reply = server_wide() if head.path == "*" else await self._context.handle(call)
        except (SystemExit, KeyboardInterrupt) as stop:
            self._context.interrupt(stop)
            reply = internal_error()
        except BaseException as error:
            if ends_task(error):
                self.abort()
                raise
            reply = internal_error(error)
        if not call.is_complete:
            self._answer_instead(call, reply, head)
        if reply.error is not None and self._incoming.refusal is None:
            log_exception(head.method, head.path, reply.error)

    def _answer_instead(self, call: AsgiCall, reply: Reply, head: RequestHead) -> None:
        """End a request whose response the application has not completed."""
        body = cast("bytes", reply.body)
        if self._incoming.refusal is not None:
            reply, body = refusal(self._incoming.refusal)
        if call.is_begun:
            self.abort()  # without the last chunk the client sees that the body is cut (RFC 9112 §8)
        elif reply is not ANSWERED:
            self._send(reply, body, head)
        self._let_go(call, goes_on=False)

    def _let_go(self, call: AsgiCall, *, goes_on: bool) -> None:
        """Read the next request: the response of *call* is complete, or will never be."""
        if self._stream is not None:
            head, status, framing = self._stream
            self._stream = None
            if self._context.observe_end is not None:
                self._context.observe_end(self.client, head, status, framing.sent)
        call.is_complete = True
        call.close()
        self._call = None
        if call.body is None:
            call.detach()
        if not self._serving:
            self._give_back(goes_on)
