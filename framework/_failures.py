"""Turn what a handler raised into a reply. One table maps failures to statuses."""

from __future__ import annotations

from typing import Any, Final

from bolide._exits import Entered, throw_into_exits
from bolide._response import (
    JSONResponse,
    PlainTextResponse,
    Response,
    content_type_head,
    forbids_body,
)
from bolide.exceptions import HTTPException, RequestValidationError
from bolide.server_adapters.contract import BodyTooLarge, ClientDisconnect, Exchange, Reply
from bolide.validation.encode_any import encode_any
from bolide.validation.errors import ErrorDetails

__all__ = ["fail", "fail_after_exits"]

_JSON_HEAD: Final = content_type_head("application/json")
_MAX_INPUT_BYTES: Final = 1024
_CUT_INPUT_CHARACTERS: Final = 200


def fail(exchange: Exchange, error: Exception) -> Reply:
    """Return the reply to a request whose handler raised *error*; never raises, never shows internals."""
    try:
        reply = _reply_to(error)
    except Exception as failure:  # a detail that is no JSON, a header that cannot be encoded
        failure.__context__ = error
        error, reply = failure, None
    if reply is None:
        reply = PlainTextResponse("Internal Server Error", 500).to_reply()
        reply.error = error
    return reply


async def fail_after_exits(exchange: Exchange, error: BaseException, exits: Entered) -> Reply:
    """Throw *error* into the dependencies that wait at their ``yield``, then :func:`fail`.

    Raises:
        BaseException: what is not an ``Exception`` (cancellation, interrupts) is no reply.
    """
    error = await throw_into_exits(exits, error)
    if not isinstance(error, Exception):
        raise error
    return fail(exchange, error)


def _reply_to(error: Exception) -> Reply | None:
    """Return the reply that *error* stands for, None when it is unexpected."""
    if isinstance(error, HTTPException):
        return _reply_to_http_exception(error)
    if isinstance(error, RequestValidationError):
        details = [_shown(each) for each in error.errors()]
        return Reply(422, _JSON_HEAD, encode_any({"detail": details}))
    if isinstance(error, BodyTooLarge):
        return Reply(413, _JSON_HEAD, b'{"detail":"Content Too Large"}')
    if isinstance(error, ClientDisconnect):
        # Nobody reads this; 400 is what access logs show for an unfinished request.
        return Reply(400, _JSON_HEAD, b'{"detail":"Client disconnected"}')
    return None


def _reply_to_http_exception(error: HTTPException) -> Reply:
    status = error.status_code
    if forbids_body(status):
        return Response(None, status, error.headers).to_reply()
    return JSONResponse({"detail": error.detail}, status, error.headers).to_reply()


def _shown(error: ErrorDetails) -> dict[str, Any]:
    """Return *error* as clients see it: a large input cut, exception objects left out (FastAPI: ``{}``)."""
    shown: dict[str, Any] = dict(error)
    shown["input"] = _short_input(error["input"])
    if "ctx" in error:
        shown["ctx"] = {
            name: {} if isinstance(value, Exception) else value for name, value in error["ctx"].items()
        }
    return shown


def _short_input(value: object) -> object:
    """Return *value*, or the beginning of its JSON when that is long; never reflects megabytes."""
    try:
        encoded = encode_any(value)
    except (TypeError, ValueError, RecursionError):
        return repr(value)[:_CUT_INPUT_CHARACTERS]
    if len(encoded) <= _MAX_INPUT_BYTES:
        return value
    return encoded[: 4 * _CUT_INPUT_CHARACTERS].decode(errors="ignore")[:_CUT_INPUT_CHARACTERS]
