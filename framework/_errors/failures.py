"""Turn what a handler raised into a reply. One function maps failures to statuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from bolide._errors.http_exceptions import as_http_exception
from bolide._responses.response import JSONResponse, PlainTextResponse, Response, forbids_body
from bolide._scopes.exits import Entered, throw_into_exits
from bolide.exceptions import HTTPException, RequestValidationError
from bolide.server_adapters.contract import BodyTooLarge, ClientDisconnect, Exchange, Reply
from bolide.validation.encode_any import encode_any
from bolide.validation.error_rendering import short_repr
from bolide.validation.errors import ErrorDetails

__all__ = [
    "Responder",
    "fail",
    "fail_after_exits",
    "reply_to",
    "respond",
    "respond_to_http_exception",
    "respond_to_invalid_request",
    "shown_errors",
]

Responder = Callable[[Exception], Response | None]
"""Returns the response that an error stands for, None when it is unexpected."""

# Where an object lies in memory is nobody's business.
_ADDRESS: Final = re.compile("(?: at)? ?0x[0-9a-fA-F]{4,}")

_MAX_INPUT_BYTES: Final = 1024
_CUT_INPUT_CHARACTERS: Final = 200


def fail(exchange: Exchange, error: Exception) -> Reply:
    """Return the reply to a request whose handler raised *error*; never raises, never shows internals."""
    return reply_to(error, respond)


async def fail_after_exits(exchange: Exchange, error: BaseException, exits: Entered) -> Reply:
    """Throw *error* into the dependencies that wait at their ``yield``, then :func:`fail`.

    Raises:
        BaseException: what is not an ``Exception`` (cancellation, interrupts) is no reply.
    """
    error = await throw_into_exits(exits, error)
    if not isinstance(error, Exception):
        raise error
    return fail(exchange, error)


def reply_to(error: Exception, respond: Responder) -> Reply:
    """Return the reply that *respond* has for *error*, or a bare 500 that carries the error."""
    try:
        response = respond(error)
        reply = None if response is None else response.to_reply()
    except Exception as failure:  # a detail that is no JSON, a header that cannot be encoded
        failure.__context__ = error
        error, reply = failure, None
    if reply is None:
        reply = PlainTextResponse("Internal Server Error", 500).to_reply()
        reply.error = error
    return reply


def respond(error: Exception) -> Response | None:
    """Return the response that *error* stands for, None when it is unexpected."""
    if (http := as_http_exception(error)) is not None:
        return respond_to_http_exception(http)
    if isinstance(error, RequestValidationError):
        return respond_to_invalid_request(error)
    if isinstance(error, BodyTooLarge):
        return JSONResponse({"detail": "Content Too Large"}, 413)
    if isinstance(error, ClientDisconnect):
        # Nobody reads this; 400 is what access logs show for an unfinished request.
        return JSONResponse({"detail": "Client disconnected"}, 400)
    return None


def respond_to_http_exception(error: HTTPException) -> Response:
    """Return the response with the status, detail and headers of *error*."""
    if forbids_body(error.status_code):
        return Response(None, error.status_code, error.headers)
    return JSONResponse({"detail": error.detail}, error.status_code, error.headers)


def respond_to_invalid_request(error: RequestValidationError) -> Response:
    """Return the 422 that shows every error."""
    return JSONResponse({"detail": shown_errors(error)}, 422)


def shown_errors(error: RequestValidationError) -> list[dict[str, Any]]:
    """Return the errors as clients see them."""
    return [_shown(each) for each in error.errors()]


def _shown(error: ErrorDetails) -> dict[str, Any]:
    """Return *error* as clients see it: a large input cut, exception objects left out (FastAPI: ``{}``)."""
    shown: dict[str, Any] = dict(error)
    if "input" in error:  # applications that raise their own errors may leave it out
        shown["input"] = _short_input(error["input"])
    if "ctx" in error:
        shown["ctx"] = {
            name: {} if isinstance(value, Exception) else value for name, value in error["ctx"].items()
        }
    return shown


def _short_input(value: object) -> object:
    """Return *value*, or the beginning of its JSON when that is long; never reflects megabytes."""
    if isinstance(value, str) and len(value) > _MAX_INPUT_BYTES:
        return value[:_CUT_INPUT_CHARACTERS]
    try:
        encoded = encode_any(value)
    except (TypeError, ValueError, RecursionError):
        return _ADDRESS.sub("", short_repr(value))
    if len(encoded) <= _MAX_INPUT_BYTES:
        return value
    return encoded[: 4 * _CUT_INPUT_CHARACTERS].decode(errors="ignore")[:_CUT_INPUT_CHARACTERS]
