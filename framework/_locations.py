"""Say where a function or class was declared, for error messages."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from functools import partial
from typing import Any

__all__ = ["describe", "locate", "unwrap"]


def describe(function: Callable[..., Any]) -> str:
    """Return ``'name' (file:line)`` of *function*; the file is relative to the working directory."""
    function = unwrap(function)
    name = getattr(function, "__qualname__", None) or type(function).__qualname__
    name = name.rpartition("<locals>.")[2]
    place = locate(function)
    return f"{name!r} ({place[0]}:{place[1]})" if place else repr(name)


def locate(function: Callable[..., Any]) -> tuple[str, int] | None:
    """Return the file, relative to the working directory, and the line of *function*."""
    function = unwrap(function)
    code = getattr(function, "__code__", None) or getattr(
        getattr(function, "__func__", None), "__code__", None
    )
    if code is not None:
        return _shorten(code.co_filename), code.co_firstlineno
    target = function if inspect.isclass(function) else type(function)
    try:
        _, line = inspect.getsourcelines(target)
        return _shorten(inspect.getfile(target)), line
    except (OSError, TypeError):
        return None


def unwrap(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function behind partials and decorators that name what they wrap."""
    while isinstance(function, partial):
        function = function.func
    unwrapped: Callable[..., Any] = inspect.unwrap(function)
    return unwrapped


def _shorten(filename: str) -> str:
    relative = os.path.relpath(filename) if os.path.isabs(filename) else filename
    return filename if relative.startswith("..") else relative
