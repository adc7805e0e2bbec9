"""The usual answers to errors, for exception handlers that add something to them."""

from __future__ import annotations

from bolide._errors.failures import respond_to_http_exception, respond_to_invalid_request
from bolide._errors.problems import http_problem, validation_problem
from bolide._responses.response import Response
from bolide.exceptions import HTTPException, RequestValidationError, WebSocketRequestValidationError
from bolide.requests import Request
from bolide.websockets import WebSocket

__all__ = [
    "http_exception_handler",
    "request_validation_exception_handler",
    "websocket_request_validation_exception_handler",
]


async def http_exception_handler(request: Request, exc: HTTPException) -> Response:
    """Return the usual response to *exc*: its status, headers and detail."""
    return http_problem(exc) if request.app.problem_details else respond_to_http_exception(exc)


async def request_validation_exception_handler(request: Request, exc: RequestValidationError) -> Response:
    """Return the usual response to *exc*: 422 with every error."""
    return validation_problem(exc) if request.app.problem_details else respond_to_invalid_request(exc)


async def websocket_request_validation_exception_handler(
    websocket: WebSocket, exc: WebSocketRequestValidationError
) -> None:
    """End the connection as usual: with 1008, which is 403 before it was accepted."""
    await websocket.close(1008)
