"""Middleware in terms of requests and responses, as Starlette's users write it."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

from bolide._declaring.names import takes
from bolide._locations import describe
from bolide._responses.response import EMPTY_HEAD, Background, Response, forbids_body
from bolide.datastructures import MutableHeaders
from bolide.exceptions import RouteError
from bolide.requests import Request
from bolide.server_adapters.contract import Exchange, Reply

__all__ = ["BaseHTTPMiddleware", "PassedResponse", "RequestResponseEndpoint"]

RequestResponseEndpoint = Callable[[Request], Awaitable[Response]]
"""The ``call_next`` of :meth:`BaseHTTPMiddleware.dispatch`."""


class BaseHTTPMiddleware:
    """A middleware that sees a request and a response.

    Override :meth:`dispatch`, or hand in a function as *dispatch*. It runs in the request's own task: context
    variables are shared with the endpoint, and a streaming response passes through piece by piece.

    Args:
        app: What is inside of it.
        dispatch: Stands in for the method.

    Raises:
        RouteError: *dispatch* is not async, or does not take a request and ``call_next``.
    """

    def __init__(
        self,
        app: Any,
        dispatch: Callable[[Request, RequestResponseEndpoint], Awaitable[Response]] | None = None,
    ) -> None:
        self.app = app
        self.dispatch_func = self.dispatch if dispatch is None else dispatch
        if not inspect.iscoroutinefunction(self.dispatch_func):
            raise RouteError(f"middleware {describe(self.dispatch_func)} must be 'async def'")
        if not takes(self.dispatch_func, 2):
            what = f"middleware {describe(self.dispatch_func)}"
            raise RouteError(f"{what} must take two arguments: request and call_next")

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        """Answer *request*, usually by ``await call_next(request)``.

        Raises:
            NotImplementedError: a subclass does not override it.
        """
        raise NotImplementedError


class PassedResponse(Response):
    """What ``call_next`` returns: the response that comes from inside, whose head may be changed.

    ``body`` holds a body that is complete; :attr:`body_iterator` iterates over any. A ``background`` that is
    set runs before those of the endpoint.
    """

    __slots__ = ("_reply",)

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self._headers: MutableHeaders | None = None
        self.status_code = reply.status
        self.background = None
        if isinstance(reply.body, bytes):
            self.body = reply.body

    @property
    def headers(self) -> MutableHeaders:
        if self._headers is None:
            reply = self._reply
            lines = [*reply.head.pairs, *(reply.headers or ())]
            self._headers = MutableHeaders(raw=lines)
            if isinstance(reply.body, bytes) and not forbids_body(reply.status):
                # Only to be read: of a whole body the entry sends the length that it has in the end.
                self._headers["content-length"] = str(len(reply.body))
        return self._headers

    @property
    def body_iterator(self) -> AsyncIterator[bytes]:
        """Return the body, which may be iterated over once; another iterator may take its place."""
        body = self._reply.body
        return _iterate(body) if isinstance(body, bytes) else body

    @body_iterator.setter
    def body_iterator(self, body: AsyncIterator[bytes]) -> None:
        self._reply.body = body

    def to_reply(self, exchange: Exchange | None = None) -> Reply:
        reply = self._reply
        reply.status = self.status_code
        if isinstance(reply.body, bytes):
            reply.body = self.body
        if self._headers is not None:
            reply.head, reply.headers = EMPTY_HEAD, self._headers.raw
        if self.background is not None:
            reply.after = partial(_run_first, self.background, reply.after)
        return reply


async def _run_first(background: Background, after: Background | None) -> None:
    try:
        await background()
    finally:
        if after is not None:
            await after()


async def _iterate(body: bytes) -> AsyncIterator[bytes]:
    yield body
