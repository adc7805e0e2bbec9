"""Answer errors by the exception handlers of the layers around them.

An error is answered by the nearest layer that has a handler for it: in each layer a handler for its status
wins over one for its class, and a class over those that it derives from. What nobody wants goes to the
nearest handler for ``Exception`` or 500, and stays an error: servers log it, test clients raise it.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bolide._declaring.layers import ExceptionHandler, ExceptionHandlers
from bolide._errors.failures import Responder, respond
from bolide._errors.http_exceptions import as_http_exception, own_class
from bolide._errors.problems import internal_problem, respond_with_problem
from bolide._locations import describe
from bolide._planning.signature import call_kind
from bolide._responses.response import PlainTextResponse, Response
from bolide._scopes.exits import Entered, throw_into_exits
from bolide.concurrency import run_in_threadpool
from bolide.exceptions import HTTPException, RequestValidationError, WebSocketRequestValidationError
from bolide.requests import HTTPConnection, Request
from bolide.server_adapters.contract import BodyTooLarge, Exchange, Reply
from bolide.websockets import WebSocket, WebSocketState

__all__ = ["ErrorHandling"]

_ERROR_TEXT: Final = "Internal Server Error"

# Answered even if a handler of the application is for a class that these derive from.
_BUILT_IN: Final = (HTTPException, RequestValidationError, WebSocketRequestValidationError)


class _Handler:
    """An exception handler, and how to call it."""

    __slots__ = ("_function", "_is_async")

    def __init__(self, function: ExceptionHandler) -> None:
        self._function = function
        self._is_async = call_kind(function) == "async"

    async def call(self, request: HTTPConnection, error: Exception) -> Response | None:
        """Return the response of the handler; None when it leaves the error to others.

        Raises:
            TypeError: it returned neither a Response nor None.
        """
        if self._is_async:
            response = await self._function(request, error)
        else:
            response = await run_in_threadpool(self._function, request, error)
        if response is None:
            return None
        if not isinstance(response, Response):
            who = f"exception handler {describe(self._function)}"
            raise TypeError(f"{who} returned {response!r}; expected a Response, or None")
        return response


_Table = Mapping[Any, _Handler]
"""By status or exception class."""


class ErrorHandling:
    """What answers the errors of a route, or of what is no route's.

    Args:
        app: The application.
        layers: The tables of the layers; the first is the application's, even when it is empty.
        path_parameters: Names of the path's parameters.
        max_body_bytes: Largest body that a handler may read from the request.
    """

    __slots__ = ("_app", "_max_body_bytes", "_path_parameters", "_respond", "_tables")

    def __init__(
        self,
        app: Any,
        layers: Sequence[ExceptionHandlers],
        *,
        path_parameters: Sequence[str] = (),
        max_body_bytes: int,
    ) -> None:
        self._app = app
        self._tables = tuple(
            {_own_key(key): _Handler(function) for key, function in table.items()}
            for table in reversed(layers)
        )
        self._path_parameters = path_parameters
        self._max_body_bytes = max_body_bytes
        self._respond: Responder = respond_with_problem if app.problem_details else respond

    async def answer(self, exchange: Exchange, segments: Sequence[str], error: Exception) -> Reply:
        """Return the reply to a request that *error* has ended; never raises ``Exception``."""
        if isinstance(error, BodyTooLarge):
            error = _with_cause(HTTPException(413, "Content Too Large"), error)
        request = self._request(exchange, segments)
        try:
            reply = await self._answer_expected(exchange, request, error)
        except Exception as raised:
            error = _with_context(raised, error)
            # An error that a handler raised instead has its own handler; that one's errors have none.
            try:
                reply = await self._answer_expected(exchange, request, error)
            except Exception as again:
                error, reply = _with_context(again, error), None
        return await self._answer_unexpected(exchange, request, error) if reply is None else reply

    async def answer_after_exits(
        self, exchange: Exchange, segments: Sequence[str], error: BaseException, exits: Entered
    ) -> Reply:
        """Throw *error* into the dependencies that wait at their ``yield``, then :meth:`answer`.

        Raises:
            BaseException: what is not an ``Exception`` (cancellation, interrupts) is no reply.
        """
        error = await throw_into_exits(exits, error)
        if not isinstance(error, Exception):
            raise error
        return await self.answer(exchange, segments, error)

    async def respond_to_websocket(self, websocket: WebSocket, error: Exception) -> Response | None:
        """Return the response of the nearest handler that has one for *error*, or None.

        Handlers get *websocket*; the first that ends it is the last that is asked.
        """
        for handler in self._handlers(error):
            response = await handler.call(websocket, error)
            if response is not None or websocket.application_state is WebSocketState.DISCONNECTED:
                return response
        return None

    def _request(self, exchange: Exchange, segments: Sequence[str]) -> Request:
        path_params = dict(zip(self._path_parameters, segments, strict=False))
        return Request(exchange, self._app, path_params, _max_body_bytes=self._max_body_bytes)

    async def _answer_expected(self, exchange: Exchange, request: Request, error: Exception) -> Reply | None:
        """Return the reply of the nearest handler that is for *error*, or the usual one."""
        for handler in self._handlers(error):
            response = await handler.call(request, error)
            if response is not None:
                return response.to_reply(exchange)
        usual = self._respond(error)
        return None if usual is None else usual.to_reply(exchange)

    def _handlers(self, error: Exception) -> Iterator[_Handler]:
        for table in self._tables:
            is_outermost = table is self._tables[-1]
            if (handler := _find(table, error, is_outermost=is_outermost)) is not None:
                yield handler

    async def _answer_unexpected(self, exchange: Exchange, request: Request, error: Exception) -> Reply:
        """Return the reply to *error* that no handler was for; it carries the error."""
        reply: Reply | None = None
        # Who debugs wants to see the error, not how it is hidden from clients.
        tables = () if self._app.debug else self._tables
        for handler in filter(None, (table.get(500) or table.get(Exception) for table in tables)):
            try:
                response = await handler.call(request, error)
                reply = None if response is None else response.to_reply(exchange)
            except Exception as raised:
                error = _with_context(raised, error)
                break
            if reply is not None:
                break
        if reply is None:
            reply = self._internal_error(request, error).to_reply(exchange)
        reply.error = error
        return reply

    def _internal_error(self, request: Request, error: Exception) -> Response:
        if self._app.debug:
            from bolide._errors.debug_page import debug_response  # only ever needed here

            return debug_response(request, error)
        return internal_problem() if self._app.problem_details else PlainTextResponse(_ERROR_TEXT, 500)


def _find(table: _Table, error: Exception, *, is_outermost: bool) -> _Handler | None:
    """Return the handler of one layer: by status, then by class in the order of the MRO."""
    http = as_http_exception(error)
    if http is not None and http.status_code != 500:
        by_status = table.get(http.status_code)
        if by_status is not None:
            return by_status
    for kind in map(own_class, type(error).__mro__):
        if kind is Exception:
            return None
        if (handler := table.get(kind)) is not None:
            return handler
        if is_outermost and kind in _BUILT_IN:
            return None
    return None


def _own_key(key: Any) -> Any:
    """Return what a handler is looked up by: a status, or a class of Bolide's where there is one."""
    return own_class(key) if inspect.isclass(key) else key


def _with_context(error: Exception, earlier: Exception) -> Exception:
    """Return *error*, which came up while *earlier* was handled."""
    if error is not earlier and error.__context__ is None:
        error.__context__ = earlier
    return error


def _with_cause(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error
