"""Serve an application on any ASGI 3 server (https://asgi.readthedocs.io, version 2.5 of HTTP)."""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import nullcontext
from typing import Any

from bolide.server_adapters._framing import (
    BODILESS,
    bytes_length,
    declared_length,
    sendable_trailers,
    stream_length,
)
from bolide.server_adapters._replies import (
    ERROR_BODY,
    body_on_wire,
    close_iterator,
    ends_task,
    extra_headers,
    file_part,
    internal_error,
    invalid_host,
    send_pieces,
    server_wide,
    substitute,
)
from bolide.server_adapters._watch import UntilDisconnect
from bolide.server_adapters.asgi_exchange import PATHSEND, AsgiExchange, Message, Receive, Scope, Send
from bolide.server_adapters.asgi_websocket import serve_websocket
from bolide.server_adapters.contract import Application, ClientDisconnect, Reply

__all__ = [
    "AsgiExchange",
    "Message",
    "Receive",
    "Scope",
    "Send",
    "ServeAsgi",
    "ends_task",
    "internal_error",
    "refusal",
    "send_reply",
    "serve_asgi",
]


ServeAsgi = Callable[[Application, Scope, Receive, Send], Coroutine[Any, Any, None]]


async def serve_asgi(app: Application, scope: Scope, receive: Receive, send: Send) -> None:
    """Handle one ASGI connection: ``http``, ``lifespan`` or ``websocket``.

    Raises:
        Exception: the unhandled error of a request, after its 500 response was sent, or of a WebSocket
            connection, after its end.
    """
    if scope["type"] != "http":
        await _serve_other(app, scope, receive, send)
        return
    exchange = AsgiExchange(scope, receive, send)
    try:
        reply = refusal(exchange) or await app.handle(exchange)
    except BaseException as error:
        if ends_task(error):
            exchange.end_watch()
            raise
        reply = internal_error(error)
    await send_reply(reply, exchange, send)


def refusal(exchange: AsgiExchange) -> Reply | None:
    """Return the answer to a request that is none for an application."""
    if not exchange.has_valid_host:
        return invalid_host()
    return server_wide() if exchange.path == "*" else None


async def send_reply(reply: Reply, exchange: AsgiExchange, send: Send) -> None:
    """Write *reply*, then run its ``after``.

    Raises:
        Exception: the reply's ``error``, after all of it.
    """
    after = reply.after
    exchange.answered = True
    try:
        body = reply.body
        if not isinstance(body, bytes):
            await _send_stream(reply, body, exchange, send)
        elif reply.headers is not None or exchange.method == "HEAD" or reply.status in BODILESS:
            await _send_bytes(reply, body, exchange, send)
        else:
            # hot: most replies; no header needs a look.
            headers = [*reply.head.pairs, (b"content-length", b"%d" % len(body))]
            await send({"type": "http.response.start", "status": reply.status, "headers": headers})
            await send({"type": "http.response.body", "body": body})
    finally:
        try:
            if after is not None:
                await after()
        finally:
            exchange.end_watch()
    if reply.error is not None:
        raise reply.error


async def _serve_other(app: Application, scope: Scope, receive: Receive, send: Send) -> None:
    kind = scope["type"]
    if kind == "lifespan":
        await _serve_lifespan(app, scope, receive, send)
    elif kind == "websocket":
        await serve_websocket(app, scope, receive, send)
    else:
        raise ValueError(f"unknown ASGI scope type {kind!r}")


async def _send_bytes(reply: Reply, body: bytes, exchange: AsgiExchange, send: Send) -> None:
    method = exchange.method
    if (other := substitute(reply, method, exchange.path)) is not None:
        reply, body = other, ERROR_BODY
    headers = [*reply.head.pairs, *extra_headers(reply)]
    length = bytes_length(reply.status, method, declared_length(reply.headers), len(body))
    if length is not None:
        headers.append((b"content-length", b"%d" % length))
    if not body_on_wire(reply.status, method):
        body = b""
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _send_stream(reply: Reply, body: AsyncIterator[bytes], exchange: AsgiExchange, send: Send) -> None:
    def send_piece(piece: bytes) -> Awaitable[None]:
        return send({"type": "http.response.body", "body": piece, "more_body": True})

    method = exchange.method
    try:
        if (other := substitute(reply, method, exchange.path)) is not None:
            await _send_bytes(other, ERROR_BODY, exchange, send)
            return
        headers = [*reply.head.pairs, *extra_headers(reply)]
        trailers = reply.trailers if reply.trailers is not None and exchange.takes_trailers else None
        if (length := stream_length(reply.status, declared_length(reply.headers))) is not None:
            headers.append((b"content-length", b"%d" % length))
        start = {"type": "http.response.start", "status": reply.status, "headers": headers}
        if not body_on_wire(reply.status, method):
            await send(start)
            await send({"type": "http.response.body", "body": b""})
            return
        if (part := file_part(reply)) is not None and part.is_whole and exchange.sends_files:
            await send(start)
            await send({"type": PATHSEND, "path": part.path})
            return
        await send(start if trailers is None else {**start, "trailers": True})
        with UntilDisconnect(exchange.disconnect) if exchange.is_read else nullcontext():
            await send_pieces(body, send_piece)
        await send({"type": "http.response.body", "body": b""})
        if trailers is not None:
            await send({"type": "http.response.trailers", "headers": sendable_trailers(trailers())})
    except ClientDisconnect:
        return  # the body of the reply is made from that of the request
    finally:
        await close_iterator(body)


async def _serve_lifespan(app: Application, scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    try:
        lifespan = await app.startup()
    except BaseException as error:
        await send({"type": "lifespan.startup.failed", "message": _describe(error)})
        raise
    if "state" in scope:
        scope["state"].update(lifespan.state)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    try:
        await lifespan.shutdown()
    except BaseException as error:
        await send({"type": "lifespan.shutdown.failed", "message": _describe(error)})
        raise
    await send({"type": "lifespan.shutdown.complete"})


def _describe(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
