"""What declarations of routes need: names, prefixes, and what annotations that are text refer to."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Mapping, Set
from contextlib import AsyncContextDecorator
from typing import Any, Final

from bolide._locations import describe, unwrap
from bolide.exceptions import BolideError, RouteError

__all__ = [
    "check_lifespan",
    "check_prefix",
    "endpoint_name",
    "local_names_of",
    "read_methods",
    "refuse_bare_decorator",
    "takes",
]

_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


def endpoint_name(endpoint: Callable[..., Any]) -> str:
    function = unwrap(endpoint)
    name: str = getattr(function, "__name__", type(function).__name__)
    return name


def check_prefix(prefix: object) -> None:
    if not isinstance(prefix, str):
        raise RouteError(f"prefix is {prefix!r}; expected a text")
    if prefix and (not prefix.startswith("/") or prefix.endswith("/")):
        raise RouteError(f"prefix {prefix!r} must start with '/' and not end with it")


def read_methods(methods: Collection[str] | None, path: str, endpoint: Callable[..., Any]) -> tuple[str, ...]:
    """Return *methods* in upper case, each once, those of a set in alphabetical order; None means GET.

    Raises:
        RouteError: there are none, or one is no token (RFC 9110 §9.1); names the endpoint.
    """
    if isinstance(methods, str):
        raise RouteError(f"endpoint {describe(endpoint)}: methods is {methods!r}; expected a list")
    if methods is None:
        return ("GET",)
    if not methods:
        raise RouteError(f"endpoint {describe(endpoint)}: path {path!r} has no methods")
    for method in methods:
        if not isinstance(method, str) or not (method.isalpha() or _TOKEN.fullmatch(method)):
            raise RouteError(f"endpoint {describe(endpoint)}: {method!r} cannot be a method")
    ordered = sorted(methods) if isinstance(methods, Set) else methods
    return tuple(dict.fromkeys(method.upper() for method in ordered))


def local_names_of(endpoint: Callable[..., Any], *, depth: int) -> Mapping[str, Any]:
    """Return the local names of the calling function, if annotations of *endpoint* are text.

    That is what ``from __future__ import annotations`` in a function that declares models and routes
    needs: nothing else knows those names later.
    """
    annotations = getattr(endpoint, "__annotations__", {})
    if not any(isinstance(annotation, str) for annotation in annotations.values()):
        return {}
    frame = inspect.currentframe()
    for _ in range(depth):
        frame = frame.f_back if frame is not None else None
    if frame is None or frame.f_locals is frame.f_globals:
        return {}
    return dict(frame.f_locals)


def check_lifespan(lifespan: object) -> None:
    """Refuse what does not make a context manager of the application.

    Raises:
        BolideError: names the function, its file and line.
    """
    if lifespan is None:
        return
    if isinstance(lifespan, AsyncContextDecorator):  # what @asynccontextmanager makes can be called, too
        raise BolideError("lifespan is a context manager already; give the function that makes it, uncalled")
    if not callable(lifespan):
        raise BolideError(f"lifespan is {lifespan!r}; expected a function that makes a context manager")
    if inspect.isgeneratorfunction(inspect.unwrap(lifespan)):
        raise BolideError(
            f"lifespan {describe(lifespan)} must be 'async def' with a yield, below @asynccontextmanager"
        )
    if inspect.isasyncgenfunction(lifespan):
        raise BolideError(f"lifespan {describe(lifespan)} needs the decorator @asynccontextmanager")
    if inspect.iscoroutinefunction(lifespan):
        raise BolideError(
            f"lifespan {describe(lifespan)} does not yield; it needs a yield and the decorator "
            f"@asynccontextmanager"
        )
    if not takes(lifespan, 1):
        raise BolideError(f"lifespan {describe(lifespan)} must take one argument, the application")


def takes(function: Callable[..., Any], count: int) -> bool:
    """Tell whether *function* takes *count* positional arguments, as far as that can be known."""
    try:
        inspect.signature(function).bind(*[None] * count)
    except TypeError:
        return False
    except ValueError:  # of C
        return True
    return True


def refuse_bare_decorator(argument: object, example: str) -> None:
    """Refuse a function or class where a decorator's first argument is expected.

    Raises:
        RouteError: names it, file and line, and shows the *example*.
    """
    if inspect.isroutine(argument) or inspect.isclass(argument):
        raise RouteError(f"{describe(argument)}: the decorator is called, like {example}")
