"""Applications of other frameworks, which ``bolide run`` serves too."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Literal

from bolide._commands.loading import LoadError

if TYPE_CHECKING:
    from bolide.server_adapters.native.asgi import AsgiApplication

__all__ = ["foreign_application"]


def foreign_application(
    found: Any, target: str, *, lifespan: Literal["auto", "on", "off"]
) -> AsgiApplication:
    """Return *found*, which *target* names, as the native server takes it.

    Raises:
        LoadError: it is no ASGI 3 application.
    """
    if (reason := _no_asgi_3(found)) is not None:
        raise LoadError(f"{target!r} {reason}")
    from bolide.server_adapters.native.asgi import AsgiApplication

    return AsgiApplication(found, lifespan=lifespan)


def _no_asgi_3(found: Any) -> str | None:
    """Return why *found* cannot be called with scope, receive and send; None if it can, or nobody knows."""
    kind = type(found).__name__
    if not callable(found):
        return f"is of type {kind}, not a Bolide application and no other ASGI application"
    try:
        signature = inspect.signature(found)
    except (TypeError, ValueError):
        return None
    if _takes(signature, 3):
        return None
    if _takes(signature, 1):
        return (
            "is an ASGI 2 application: it is called with the scope alone; "
            "wrap it with guarantee_single_callable() of asgiref.compatibility"
        )
    if _takes(signature, 2):
        return (
            "is a WSGI application: it is called with two arguments; "
            "mount it in an application with WSGIMiddleware of bolide.middleware.wsgi"
        )
    if _takes(signature, 0):
        return "is called without arguments; use --factory if it makes the application"
    return "is no application: it cannot be called with scope, receive and send"


def _takes(signature: inspect.Signature, count: int) -> bool:
    try:
        signature.bind(*range(count))
    except TypeError:
        return False
    return True
