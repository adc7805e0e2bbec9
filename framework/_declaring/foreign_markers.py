"""Know the classes of Starlette and FastAPI without importing them, and read FastAPI's ``Depends``."""

from __future__ import annotations

import inspect
from typing import Any

from bolide.exceptions import RouteError
from bolide.params import Depends, Security

__all__ = ["homes", "own_depends", "refused_response"]


def homes(cls: object) -> list[tuple[str, str]]:
    """Return module and name of *cls* and of every class that it derives from; nothing if it is no class."""
    if not inspect.isclass(cls):
        return []
    return [(each.__module__, each.__qualname__) for each in cls.__mro__]


def own_depends(marker: object) -> Depends | None:
    """Return Bolide's marker for one of FastAPI's ``Depends`` or ``Security``; None for anything else.

    Raises:
        RouteError: it limits concurrency. That is counted per marker, and here each use makes a new one.
    """
    kinds = homes(type(marker))
    if ("fastapi.params", "Depends") not in kinds:
        return None
    foreign: Any = marker
    if getattr(foreign, "max_concurrency", None) is not None:
        raise RouteError(f"{marker!r} limits concurrency; declare it with Depends of bolide")
    function, use_cache, scope = foreign.dependency, foreign.use_cache, getattr(foreign, "scope", None)
    if ("fastapi.params", "Security") not in kinds:
        return Depends(dependency=function, use_cache=use_cache, scope=scope)
    scopes = tuple(foreign.scopes or ())
    return Security(dependency=function, use_cache=use_cache, scope=scope, scopes=scopes)


def refused_response(cls: object) -> str | None:
    """Return what to do about a response of Starlette, or of FastAPI; None for every other class."""
    if ("starlette.responses", "Response") not in homes(cls):
        return None
    return f"{getattr(cls, '__name__', cls)} is a response of Starlette; import those of bolide.responses"
