"""Exceptions that applications raise, catch or see.

BolideError                   a mistake in the application, found at start-up
├── RouteError                names the endpoint or dependency, its file and line
│   └── DependencyScopeError  a dependency needs one that does not live as long as itself
└── NoMatchFound              url_for() was asked for a route that does not exist
HTTPException                 raise it to answer with a status code
WebSocketException            raise it to close a WebSocket connection with a code
ValidationException
├── RequestValidationError    the client's input; answered with 422
├── WebSocketRequestValidationError  the same for a WebSocket connection; closed with 1008
└── ResponseValidationError   the endpoint's return value; answered with 500
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from bolide.validation.errors import ErrorDetails

__all__ = [
    "BolideError",
    "DependencyScopeError",
    "HTTPException",
    "NoMatchFound",
    "RequestValidationError",
    "ResponseValidationError",
    "RouteError",
    "ValidationException",
    "WebSocketException",
    "WebSocketRequestValidationError",
]


class BolideError(Exception):
    """A mistake in the application that shows at start-up."""


class RouteError(BolideError):
    """An endpoint or a dependency cannot be bound, or two routes collide.

    Args:
        message: Names the function, its file and line.
        code: Which of the findings of ``bolide check`` it is.
        function: The one that is wrong, None when it is the endpoint.
    """

    code = "B001"

    def __init__(
        self, message: str, *, code: str | None = None, function: Callable[..., Any] | None = None
    ) -> None:
        super().__init__(message)
        self.code = self.code if code is None else code
        self.function = function


class DependencyScopeError(RouteError):
    """A dependency needs one that does not live as long as itself."""

    code = "B007"


class NoMatchFound(BolideError):
    """There is no URL for a route's name and parameters.

    Args:
        name: The name that was asked for.
        path_params: The parameters that were given.
        hint: What there is.
    """

    def __init__(self, name: str, path_params: Mapping[str, Any], hint: str) -> None:
        given = ", ".join(f"{param}={value!r}" for param, value in path_params.items()) or "no parameters"
        super().__init__(f"no route is named {name!r} and takes {given}; {hint}")


class HTTPException(Exception):
    """Answer the request with *status_code* and ``{"detail": detail}``.

    A subclass may set ``status_code``, ``detail`` and ``headers`` as class attributes, and annotate
    ``detail`` with its type; routes name it in ``raises``, and the OpenAPI document shows it.

    Args:
        status_code: HTTP status, 400 to 599 in most uses; None means that of the class.
        detail: Any JSON-serialisable value; None means that of the class, or the status's reason phrase
            (RFC 9110 §15).
        headers: Further response headers; None means those of the class.

    Raises:
        TypeError: *status_code* is not an int.
    """

    status_code: int
    detail: Any = None
    headers: Mapping[str, str] | None = None

    def __init__(
        self,
        status_code: int | None = None,
        detail: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        status = getattr(type(self), "status_code", None) if status_code is None else status_code
        if not isinstance(status, int):
            raise TypeError(f"{type(self).__name__}: status_code is {status!r}; expected an int, like 404")
        self.status_code = status
        if detail is not None:
            self.detail = detail
        elif self.detail is None:
            self.detail = _phrase(status)
        if headers is not None:
            self.headers = headers
        super().__init__(status, self.detail)

    def __str__(self) -> str:
        return f"{self.status_code}: {self.detail}"


class WebSocketException(Exception):
    """Close the WebSocket connection with *code* and *reason*; before it is accepted, refuse it (403).

    Args:
        code: Close code (RFC 6455 §7.4).
        reason: Shown to the client, at most 123 bytes in UTF-8 (RFC 6455 §5.5).
    """

    def __init__(self, code: int, reason: str | None = None) -> None:
        super().__init__(code, reason or "")
        self.code = code
        self.reason = reason or ""

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"


class ValidationException(Exception):
    """Values that do not match their declaration."""

    def __init__(self, errors: Sequence[ErrorDetails]) -> None:
        super().__init__(errors)
        self._errors = list(errors)

    def errors(self) -> list[ErrorDetails]:
        """Return every error: ``type``, ``loc``, ``msg``, ``input`` and sometimes ``ctx``."""
        return self._errors

    def __str__(self) -> str:
        lines = [f"{len(self._errors)} validation error{'s' * (len(self._errors) != 1)}:"]
        for error in self._errors:
            place = ".".join(map(str, error["loc"]))
            lines.append(f"  {place}: {error['msg']} [{error['type']}]")
        return "\n".join(lines)


class RequestValidationError(ValidationException):
    """The request's parameters or body do not match their declaration.

    Args:
        errors: What is wrong; those of an application's own need no ``input``.
        body: The body: as it came, or as :attr:`body` returns it. None when nothing reads it.
    """

    def __init__(self, errors: Sequence[ErrorDetails], *, body: Any = None) -> None:
        super().__init__(errors)
        self._body = body

    @property
    def body(self) -> Any:
        """Return the body: decoded JSON, the ``FormData`` of a form, or text when it is neither."""
        if not isinstance(self._body, bytes):
            return self._body
        if not self._body:
            return None
        try:
            return msgspec.json.decode(self._body)
        except (msgspec.DecodeError, RecursionError):
            return self._body.decode(errors="replace")


class WebSocketRequestValidationError(ValidationException):
    """The parameters of a WebSocket connection do not match their declaration."""


class ResponseValidationError(ValidationException):
    """What *endpoint* returned does not match its declared type."""

    def __init__(self, errors: Sequence[ErrorDetails], *, endpoint: str) -> None:
        super().__init__(errors)
        self.endpoint = endpoint

    def __str__(self) -> str:
        return f"endpoint {self.endpoint} returned what its declared type does not allow\n{super().__str__()}"


def _phrase(status_code: int) -> str:
    try:
        return HTTPStatus(status_code).phrase
    except ValueError:
        return ""
