"""ASGI middleware: applications around what is an ASGI application for them.

Neighbours are run as one: a request crosses into ASGI once, whatever their number, and not at all when it
comes from an ASGI server and they are the outermost.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, ClassVar, Final

from bolide._printing.handler import Handler
from bolide.server_adapters.asgi import (
    AsgiExchange,
    Message,
    Receive,
    Scope,
    Send,
    ServeAsgi,
    ends_task,
    internal_error,
    refusal,
    send_reply,
    serve_asgi,
)
from bolide.server_adapters.asgi_bridge import AsgiApp, Ending, run_asgi
from bolide.server_adapters.asgi_scope import asgi_scope
from bolide.server_adapters.contract import (
    BodyTooLarge,
    Exchange,
    Reply,
    RequestState,
)

__all__ = [
    "AnswerError",
    "AsgiKind",
    "Inside",
    "serve_through",
    "shared_scope",
    "surround_run",
]

AnswerError = Callable[[Exchange, Sequence[str], Exception], Awaitable[Reply]]

_NEXT: Final = "bolide.next"
"""Scope key of what is inside of each ASGI middleware; a scope that has it is the request's own."""


class Inside:
    """The application inside of an ASGI middleware, whose instance serves every request."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope[_NEXT][self](scope, receive, send)

    def scope_around(self, scope: Scope, app: Any, serve: AsgiApp) -> Scope:
        """Return a scope for the middleware, which *serve* is inside of.

        All middleware of a request shares one, because some write into it what others read. Only one that
        stands around itself has its own.
        """
        known = scope.get(_NEXT)
        if known is None or self in known:
            return {**scope, "app": app, _NEXT: {**(known or {}), self: serve}}
        scope["app"] = app
        known[self] = serve
        return scope


class AsgiKind:
    """An ASGI application, around what is an ASGI application for it."""

    __slots__ = ("_app", "_asgi", "_inside")

    sees_scope: ClassVar[bool] = True

    def __init__(self, make: Callable[[Any], AsgiApp], app: Any) -> None:
        self._inside = Inside()
        self._asgi = make(self._inside)
        self._app = app

    async def serve(self, inside: AsgiApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a connection of any kind, around *inside*."""
        await self._asgi(self._inside.scope_around(scope, self._app, inside), receive, send)


def surround_run(
    run: Sequence[AsgiKind], handler: Handler, answer: AnswerError, *, max_body_bytes: int
) -> Handler:
    """Return *handler* with *run* around it, the first outermost; for exchanges of any entry."""

    async def run_middleware(exchange: Exchange, segments: Sequence[str] = ()) -> Reply:
        scope = shared_scope(exchange) or asgi_scope(exchange)
        ending = Ending()
        asgi = _chain(run, handler, answer, segments, ending)
        try:
            return await run_asgi(asgi, exchange, scope, max_body_bytes=max_body_bytes, ending=ending)
        except Exception as error:
            return await answer(exchange, segments, error)

    return run_middleware


def serve_through(
    run: Sequence[AsgiKind], handler: Handler, answer: AnswerError, *, max_body_bytes: int
) -> ServeAsgi:
    """Return what serves ASGI connections by *handler* with *run* around all requests, without a detour."""
    asgi = partial(_answered, _chain(run, handler, answer, ()), answer, ())

    async def serve(app: Any, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await serve_asgi(app, scope, receive, send)
            return
        exchange = AsgiExchange(scope, receive, send)
        if (reply := refusal(exchange)) is not None:
            await send_reply(reply, exchange, send)
            return
        inner = dict[Inside, AsgiApp]()
        own: Scope = {**scope, "state": RequestState(exchange.state), _NEXT: inner}
        await asgi(own, _limited(receive, max_body_bytes), send)

    return serve


def shared_scope(exchange: Exchange) -> Scope | None:
    """Return the scope of a request or connection that comes from an ASGI middleware, None for others."""
    if not isinstance(exchange, AsgiExchange) or _NEXT not in exchange.scope:
        return None
    state = exchange.state
    if not isinstance(state, RequestState):
        exchange.state = state = RequestState(state)
    exchange.scope["state"] = state
    return exchange.scope


def _chain(
    run: Sequence[AsgiKind],
    handler: Handler,
    answer: AnswerError,
    segments: Sequence[str],
    ending: Ending | None = None,
) -> AsgiApp:
    """Return *run* as one application; what any but the first raises is answered inside of the one before."""

    async def serve_rest(scope: Scope, receive: Receive, send: Send) -> None:
        exchange = AsgiExchange(scope, receive, send)
        try:
            reply = await handler(exchange, segments)
        except BaseException:
            exchange.end_watch()
            raise
        if ending is not None:
            ending.is_final = reply.after is None and reply.error is None
        await send_reply(reply, exchange, send)

    asgi: AsgiApp = partial(run[-1].serve, serve_rest)
    for layering in reversed(run[:-1]):
        asgi = partial(layering.serve, partial(_answered, asgi, answer, segments))
    return asgi


async def _answered(
    asgi: AsgiApp, answer: AnswerError, segments: Sequence[str], scope: Scope, receive: Receive, send: Send
) -> None:
    """Call *asgi* and answer what it raises before its response begins.

    Raises:
        Exception: what it raises later, or an unexpected error, after the answer to it.
    """
    has_begun = False

    async def send_on(message: Message) -> None:
        nonlocal has_begun
        has_begun = has_begun or message["type"] == "http.response.start"
        await send(message)

    try:
        await asgi(scope, receive, send_on)
        if not has_begun:
            raise RuntimeError("an ASGI middleware has ended without a response")
    except BaseException as error:
        if has_begun or ends_task(error):
            raise
        exchange = AsgiExchange(scope, receive, send)
        if isinstance(error, Exception):
            reply = await answer(exchange, segments, error)
        else:
            reply = internal_error(error)
        await send_reply(reply, exchange, send)


def _limited(receive: Receive, limit: int) -> Receive:
    """Return *receive*, which hands out no more than *limit* bytes of the body."""
    received = 0

    async def receive_within_limit() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise BodyTooLarge(limit)
        return message

    return receive_within_limit
