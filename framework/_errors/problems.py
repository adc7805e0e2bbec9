"""Answers to errors as problem details (RFC 9457), with the same information as the usual ones."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from bolide._errors.failures import respond, respond_to_http_exception, shown_errors
from bolide._errors.http_exceptions import as_http_exception
from bolide._responses.response import JSONResponse, Response, forbids_body
from bolide.exceptions import HTTPException, RequestValidationError
from bolide.server_adapters.contract import BodyTooLarge

__all__ = [
    "PROBLEM_MEDIA_TYPE",
    "ProblemResponse",
    "http_problem",
    "internal_problem",
    "respond_with_problem",
    "validation_problem",
]

PROBLEM_MEDIA_TYPE: Final = "application/problem+json"

# RFC 9110 §15.5.14, §15.5.21: names that Python 3.13 gave these statuses.
_PHRASES: Final[Mapping[int, str]] = {413: "Content Too Large", 422: "Unprocessable Content"}


class ProblemResponse(JSONResponse):
    """``application/problem+json``: an object with ``type``, ``title``, ``status`` and more."""

    media_type = PROBLEM_MEDIA_TYPE
    __slots__ = ()


def respond_with_problem(error: Exception) -> Response | None:
    """Return the problem that *error* stands for, None when it is unexpected."""
    if (http := as_http_exception(error)) is not None:
        return http_problem(http)
    if isinstance(error, RequestValidationError):
        return validation_problem(error)
    if isinstance(error, BodyTooLarge):
        return _problem(413, {})
    return respond(error)


def http_problem(error: HTTPException) -> Response:
    """Return the problem with the status, detail and headers of *error*.

    A text as detail is the ``detail`` member. A mapping's members are the problem's own, so that it may say
    ``type``, ``title`` and ``instance`` too; any other detail is the member ``details`` (RFC 9457 §3.2).
    """
    if forbids_body(error.status_code):
        return respond_to_http_exception(error)
    return _problem(error.status_code, _members(error), error.headers)


def validation_problem(error: RequestValidationError) -> Response:
    """Return the 422 that shows every error."""
    errors = shown_errors(error)
    counted = f"{len(errors)} validation error{'s' * (len(errors) != 1)}"
    return _problem(422, {"detail": counted, "errors": errors})


def internal_problem() -> Response:
    """Return the 500 that tells the client nothing."""
    return _problem(500, {})


def _problem(
    status: int, members: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> ProblemResponse:
    content = {"type": "about:blank", "title": _phrase(status), "status": status, **members}
    return ProblemResponse(content, status, headers)


def _members(error: HTTPException) -> Mapping[str, Any]:
    detail = error.detail
    if isinstance(detail, str):
        # The phrase, which is the detail when there is none, is the title already.
        return {"detail": detail} if detail and detail != _phrase(error.status_code) else {}
    if isinstance(detail, Mapping):
        return {**detail, "status": error.status_code}
    return {"details": detail}


def _phrase(status: int) -> str:
    try:
        return _PHRASES.get(status) or HTTPStatus(status).phrase
    except ValueError:
        return "Error"
