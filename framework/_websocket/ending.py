"""End WebSocket connections: as their endpoint leaves them, or as the error says that has ended them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bolide._errors.failures import respond_to_http_exception
from bolide._errors.http_exceptions import as_http_exception
from bolide._responses.response import PlainTextResponse, Response
from bolide._scopes.after import finish_after_tasks
from bolide._scopes.exits import Entered, throw_into_exits
from bolide.background import BackgroundTasks
from bolide.exceptions import (
    RequestValidationError,
    WebSocketException,
    WebSocketRequestValidationError,
)
from bolide.websockets import WebSocket, WebSocketDisconnect, WebSocketState

if TYPE_CHECKING:
    from bolide._errors.handling import ErrorHandling

__all__ = ["WebSocketEnding"]

# RFC 6455 §7.4.1.
_POLICY_VIOLATION: Final = 1008
_INTERNAL_ERROR: Final = 1011

_EXPECTED: Final = (WebSocketException, WebSocketRequestValidationError)

_MAX_REASON_BYTES: Final = 123  # RFC 6455 §5.5: a control frame has 125, the code takes two


class WebSocketEnding:
    """What ends the connections of one route; nothing here raises ``Exception``.

    Args:
        errors: Answers errors where exception handlers were declared.
    """

    __slots__ = ("_errors",)

    def __init__(self, errors: ErrorHandling | None) -> None:
        self._errors = errors

    async def end(
        self, websocket: WebSocket, tasks: BackgroundTasks | None, exits: Entered
    ) -> Exception | None:
        """Close *websocket* if the endpoint has not, and finish the dependencies.

        Returns what the server shall log.

        Raises:
            BaseException: what is not an ``Exception`` (cancellation, interrupts).
        """
        if websocket.application_state is WebSocketState.CONNECTING:
            error = RuntimeError("the WebSocket endpoint has neither accepted nor refused the connection")
            return await self.fail(websocket, error, exits)
        try:
            if websocket.application_state is WebSocketState.CONNECTED:
                await websocket.close()
        except WebSocketDisconnect:
            pass  # it is closed now
        except BaseException as error:
            return await self.fail(websocket, error, exits)
        try:
            await finish_after_tasks(tasks, exits)
        except Exception as error:
            return error
        return None

    async def fail(self, websocket: WebSocket, error: BaseException, exits: Entered) -> Exception | None:
        """Throw *error* into the dependencies that wait at their ``yield``, then end *websocket* by it.

        Returns what the server shall log.

        Raises:
            BaseException: what is not an ``Exception`` (cancellation, interrupts).
        """
        error = await throw_into_exits(exits, error)
        if not isinstance(error, Exception):
            raise error
        if isinstance(error, RequestValidationError):
            invalid = WebSocketRequestValidationError(error.errors())
            invalid.__cause__ = error
            error = invalid
        unhandled: Exception | None = None
        try:
            unhandled = await self._answer(websocket, error)
        except WebSocketDisconnect:
            return None  # while it was being closed
        except Exception as raised:
            unhandled = raised
        try:
            await _end_anyway(websocket, is_failure=unhandled is not None)
        except Exception as raised:
            return unhandled or raised
        return unhandled

    async def _answer(self, websocket: WebSocket, error: Exception) -> Exception | None:
        """End *websocket* as *error* says, or return it."""
        if self._errors is not None:
            response = await self._errors.respond_to_websocket(websocket, error)
            if response is not None:
                await _refuse(websocket, response, _INTERNAL_ERROR)
                return None
        if isinstance(error, WebSocketDisconnect) or (_has_ended(websocket) and _is_expected(error)):
            return None
        if isinstance(error, WebSocketException):
            await websocket.close(error.code, _shorten(error.reason))
        elif isinstance(error, WebSocketRequestValidationError):
            await websocket.close(_POLICY_VIOLATION)
        elif (http := as_http_exception(error)) is not None:
            code = _POLICY_VIOLATION if http.status_code < 500 else _INTERNAL_ERROR
            await _refuse(websocket, respond_to_http_exception(http), code, http.detail)
        else:
            return error
        return None


async def _end_anyway(websocket: WebSocket, *, is_failure: bool) -> None:
    """End *websocket* if nothing has ended it."""
    if is_failure:
        await _refuse(websocket, PlainTextResponse("Internal Server Error", 500), _INTERNAL_ERROR)
    elif not _has_ended(websocket):
        await websocket.close()


async def _refuse(websocket: WebSocket, response: Response, code: int, reason: object = "") -> None:
    """Send *response* in place of the handshake's, or close an open connection with *code*."""
    if websocket.application_state is WebSocketState.CONNECTING:
        await websocket.send_denial_response(response)
    elif not _has_ended(websocket):
        await websocket.close(code, _shorten(reason) if isinstance(reason, str) else None)


def _is_expected(error: Exception) -> bool:
    return isinstance(error, _EXPECTED) or as_http_exception(error) is not None


def _has_ended(websocket: WebSocket) -> bool:
    return WebSocketState.DISCONNECTED in (websocket.application_state, websocket.client_state)


def _shorten(reason: str) -> str:
    """Cut *reason* to what fits into a close frame."""
    return reason.encode()[:_MAX_REASON_BYTES].decode(errors="ignore")
