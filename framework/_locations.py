"""Say where a function or class was declared, for error messages."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from functools import cache, partial
from typing import Any

__all__ = ["describe", "is_users_file", "locate", "quoted_name", "relative", "unwrap"]


def describe(function: Callable[..., Any]) -> str:
    """Return ``'name' (file:line)`` of *function*; the file is relative to the working directory."""
    name, place = quoted_name(function), locate(function)
    return f"{name} ({place[0]}:{place[1]})" if place else name


def quoted_name(function: Callable[..., Any]) -> str:
    """Return the name of *function* in quotes, with those of the classes around it."""
    function = unwrap(function)
    name: str = getattr(function, "__qualname__", None) or type(function).__qualname__
    return repr(name.rpartition("<locals>.")[2])


def locate(function: Callable[..., Any]) -> tuple[str, int] | None:
    """Return the file, relative to the working directory, and the line of *function*."""
    function = unwrap(function)
    code = getattr(function, "__code__", None) or getattr(
        getattr(function, "__func__", None), "__code__", None
    )
    if code is not None:
        return relative(code.co_filename), code.co_firstlineno
    target = function if inspect.isclass(function) else type(function)
    try:
        _, line = inspect.getsourcelines(target)
        return relative(inspect.getfile(target)), line
    except (OSError, TypeError):
        return None


def unwrap(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function behind partials and decorators that name what they wrap."""
    while isinstance(function, partial):
        function = function.func
    unwrapped: Callable[..., Any] = inspect.unwrap(function)
    return unwrapped


def relative(filename: str) -> str:
    """Return the path of a file as seen from the working directory, if it is below that."""
    below = os.path.relpath(filename) if os.path.isabs(filename) else filename
    return filename if below.startswith("..") else below


def is_users_file(filename: str) -> bool:
    """Tell whether a file belongs to the application: it is no library's and not Bolide's."""
    return filename.endswith(".py") and not os.path.abspath(filename).startswith(_library_folders())


@cache
def _library_folders() -> tuple[str, ...]:
    import sysconfig  # for development only: it would slow down the start of every application

    installed = (sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    return tuple(os.path.join(os.path.abspath(each), "") for each in (*installed, os.path.dirname(__file__)))
