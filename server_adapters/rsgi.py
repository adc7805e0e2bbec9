"""Serve an application on RSGI servers: Granian (RSGI specification 1.6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from bolide.server_adapters._framing import BODILESS, bytes_length, declared_length, stream_length
from bolide.server_adapters._replies import (
    ERROR_BODY,
    body_on_wire,
    close_iterator,
    ends_task,
    extra_headers,
    file_part,
    internal_error,
    invalid_host,
    log_exception,
    send_pieces,
    server_wide,
    substitute,
)
from bolide.server_adapters._watch import UntilDisconnect
from bolide.server_adapters.contract import Application, ClientDisconnect, HeaderPairs, Reply
from bolide.server_adapters.lifespan import LifespanTask
from bolide.server_adapters.rsgi_exchange import (
    RsgiExchange,
    RsgiHeaders,
    RsgiProtocol,
    RsgiScope,
    RsgiStream,
)
from bolide.server_adapters.rsgi_websocket import serve_websocket

__all__ = ["RsgiEntry", "RsgiExchange", "RsgiHeaders", "RsgiProtocol", "RsgiScope", "RsgiStream"]


class RsgiEntry:
    """The RSGI face of one application.

    A server may run several event loops over one application, in threads: each has a lifespan.
    """

    __slots__ = ("_app", "_lifespans", "_states")

    def __init__(self, app: Application) -> None:
        self._app = app
        self._lifespans: dict[asyncio.AbstractEventLoop, LifespanTask] = {}
        self._states: dict[asyncio.AbstractEventLoop, dict[str, Any]] = {}

    def init(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the application on *loop*, which is not running; for ``__rsgi_init__``."""
        loop.run_until_complete(self._start(loop))

    def close(self, loop: asyncio.AbstractEventLoop) -> None:
        """Shut the application down on *loop*, which is not running; for ``__rsgi_del__``."""
        self._states.pop(loop, None)
        if (lifespan := self._lifespans.pop(loop, None)) is not None:
            loop.run_until_complete(lifespan.shutdown())

    async def handle(self, scope: RsgiScope, protocol: RsgiProtocol) -> None:
        """Handle one request or WebSocket connection; for ``__rsgi__``."""
        state = self._states.get(asyncio.get_running_loop())
        if scope.proto != "http":
            await serve_websocket(self._app, scope, protocol, {} if state is None else state)
            return
        exchange = RsgiExchange(scope, protocol, {} if state is None else state)
        try:
            if not exchange.has_valid_host:
                reply = invalid_host()
            else:
                reply = server_wide() if exchange.path == "*" else await self._app.handle(exchange)
        except BaseException as error:
            if ends_task(error):
                raise
            reply = internal_error(error)
        after = reply.after
        try:
            body = reply.body
            if isinstance(body, bytes):
                _send_bytes(reply, body, exchange, protocol)
            else:
                await _send_stream(reply, body, exchange, protocol)
        finally:
            if reply.error is not None:
                log_exception(exchange.method, exchange.path, reply.error)
            if after is not None:
                await after()

    async def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        lifespan = LifespanTask(self._app, loop)
        self._states[loop] = await lifespan.startup()
        self._lifespans[loop] = lifespan


def _send_bytes(reply: Reply, body: bytes, exchange: RsgiExchange, protocol: RsgiProtocol) -> None:
    method = exchange.method
    # hot: no header of most replies needs a look; the server adds the length.
    if reply.headers is None and method != "HEAD" and reply.status not in BODILESS:
        protocol.response_bytes(reply.status, reply.head.strings, body)
        return
    if (other := substitute(reply, method, exchange.path)) is not None:
        reply, body = other, ERROR_BODY
    headers = reply.head.strings + _strings(extra_headers(reply))
    if body_on_wire(reply.status, method):
        protocol.response_bytes(reply.status, headers, body)
        return
    length = bytes_length(reply.status, method, declared_length(reply.headers), len(body))
    if length is not None:
        headers.append(("content-length", str(length)))
    protocol.response_empty(reply.status, headers)


async def _send_stream(
    reply: Reply, body: AsyncIterator[bytes], exchange: RsgiExchange, protocol: RsgiProtocol
) -> None:
    method = exchange.method
    try:
        if (other := substitute(reply, method, exchange.path)) is not None:
            _send_bytes(other, ERROR_BODY, exchange, protocol)
            return
        headers = reply.head.strings + _strings(extra_headers(reply))
        if (length := stream_length(reply.status, declared_length(reply.headers))) is not None:
            headers.append(("content-length", str(length)))
        if not body_on_wire(reply.status, method):
            protocol.response_empty(reply.status, headers)
            return
        if (part := file_part(reply)) is not None:
            if part.is_whole:
                protocol.response_file(reply.status, headers, part.path)
            else:
                protocol.response_file_range(reply.status, headers, part.path, part.start, part.stop)
            return
        stream = protocol.response_stream(reply.status, headers)
        with UntilDisconnect(protocol.client_disconnect):
            await send_pieces(body, stream.send_bytes)
    except ClientDisconnect:
        return  # the body of the reply is made from that of the request
    finally:
        await close_iterator(body)


def _strings(pairs: HeaderPairs) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs]
