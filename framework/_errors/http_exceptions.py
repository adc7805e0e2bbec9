"""Tell what is an HTTPException: Bolide's, or Starlette's, which dependencies of add-ons raise.

Starlette is not imported: its class is known by where it is defined. It has the same attributes.
"""

from __future__ import annotations

from typing import Any

from bolide.exceptions import HTTPException

__all__ = ["as_http_exception", "own_class"]


def as_http_exception(error: BaseException) -> HTTPException | None:
    """Return *error* if it is an HTTPException, None for any other."""
    if isinstance(error, HTTPException):
        return error
    if any(own_class(kind) is HTTPException for kind in type(error).__mro__):
        foreign: Any = error
        recognised: HTTPException = foreign
        return recognised
    return None


def own_class(kind: type) -> type:
    """Return HTTPException for that of Starlette, *kind* for any other class."""
    if kind.__name__ == "HTTPException" and kind.__module__ == "starlette.exceptions":
        return HTTPException
    return kind
