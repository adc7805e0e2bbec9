"""What security schemes have in common: how they are called, and how they refuse a request."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from bolide.concurrency import inline
from bolide.exceptions import HTTPException
from bolide.requests import HTTPConnection
from bolide.server_adapters.contract import Exchange

__all__ = ["AuthorizationScheme", "HeadScheme", "NotAuthenticated", "SecurityBase", "quick_reader"]


class NotAuthenticated(HTTPException):
    """The credentials are missing, or malformed."""

    status_code = 401
    detail: str = "Not authenticated"


class SecurityBase:
    """A security scheme: a callable object that takes credentials out of a request, or refuses it.

    Dependencies that contain one run before the request's other inputs and its body are read.

    Attributes:
        model: The Security Scheme Object (OpenAPI 3.1 §4.8.27), plain data of JSON.
        scheme_name: Its name in the OpenAPI document.
        auto_error: A request without credentials is refused; otherwise the value is None.
    """

    model: Mapping[str, Any]
    scheme_name: str
    auto_error: bool = True


class HeadScheme(SecurityBase, ABC):
    """A scheme that needs the head of a request only.

    Handlers call :meth:`read_credentials`, which costs no request object and no coroutine. A subclass with a
    ``__call__`` of its own is called as any other dependency is; ``await super().__call__(request)`` reads.

    Args:
        model: The Security Scheme Object without *description*.
        scheme_name: Its name in the OpenAPI document; None means that of the class.
        description: What the document says of it, in CommonMark.
        auto_error: Refuse a request without credentials.
    """

    def __init__(
        self,
        model: Mapping[str, Any],
        *,
        scheme_name: str | None,
        description: str | None,
        auto_error: bool,
    ) -> None:
        self.model = model if description is None else {**model, "description": description}
        self.scheme_name = scheme_name or type(self).__name__
        self.auto_error = auto_error

    def __repr__(self) -> str:
        return f"{type(self).__name__}(scheme_name={self.scheme_name!r})"

    async def __call__(self, request: HTTPConnection) -> Any:
        return self.read_credentials(request.exchange)

    @abstractmethod
    def read_credentials(self, exchange: Exchange) -> Any:
        """Return the credentials in the head of a request; None without any, where they are optional.

        Raises:
            HTTPException: there are none, or they are malformed.
        """

    def make_authenticate_headers(self) -> dict[str, str]:
        """Return the challenge, which every 401 must have (RFC 9110 §15.5.2)."""
        return {"WWW-Authenticate": "Bearer"}

    def make_not_authenticated_error(self) -> HTTPException:
        """Return what refuses a request; a subclass may answer otherwise."""
        return NotAuthenticated(headers=self.make_authenticate_headers())

    def refuse_unless_optional(self) -> Any:
        """Return None, which stands for credentials that are optional.

        Raises:
            HTTPException: they are not; as :meth:`make_not_authenticated_error` makes it.
        """
        if self.auto_error:
            raise self.make_not_authenticated_error()
        return None


class AuthorizationScheme(HeadScheme):
    """A scheme whose credentials stand in the ``Authorization`` field (RFC 9110 §11.6.2)."""

    @inline
    def read_credentials(self, exchange: Exchange) -> Any:
        values = exchange.header_values(b"authorization")
        if len(values) == 1:
            return self.read_authorization(values[0])
        if values:
            # Which one counts would be a guess, and a proxy may have guessed otherwise (RFC 9110 §5.3).
            raise self.make_not_authenticated_error()
        return self.refuse_unless_optional()

    @abstractmethod
    def read_authorization(self, value: str) -> Any:
        """Return the credentials in the field *value*, as :meth:`HeadScheme.read_credentials` does."""


def quick_reader(function: object) -> Callable[[Exchange], Any] | None:
    """Return what reads the credentials of a scheme without a request object.

    None if *function* is no such scheme, or must be called as it is.
    """
    if isinstance(function, HeadScheme) and type(function).__call__ is HeadScheme.__call__:
        return function.read_credentials
    return None
