"""Markers that say where a parameter comes from; users write the functions of ``param_functions``.

Structs rather than dataclasses: they are defined in a tenth of the time, which every import pays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from bolide.validation.fields import FieldInfo

__all__ = [
    "Body",
    "ConcurrencyLimit",
    "Cookie",
    "DependencyScope",
    "Depends",
    "Header",
    "Location",
    "Param",
    "Path",
    "Query",
    "Security",
]

DependencyScope = Literal["function", "request", "app"]
Location = Literal["path", "query", "header", "cookie", "body"]


class Param(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter of a request; *field* holds its default, alias, constraints and documentation."""

    field: FieldInfo
    include_in_schema: bool = True


class Path(Param, frozen=True, kw_only=True):
    """A part of the path (OpenAPI 3.1 §4.8.12.1)."""


class Query(Param, frozen=True, kw_only=True):
    """A query parameter."""


class Header(Param, frozen=True, kw_only=True):
    """A request header; ``user_agent`` reads ``user-agent`` unless *convert_underscores* is off."""

    convert_underscores: bool = True


class Cookie(Param, frozen=True, kw_only=True):
    """A cookie (RFC 6265 §5.4)."""


class Body(Param, frozen=True, kw_only=True):
    """The whole request body."""


class ConcurrencyLimit:
    """How many calls of one declared dependency may run at a time; equal only to itself.

    Without that, ``Annotated`` would merge two declarations of the same limit, and they would share it.
    """

    __slots__ = ("__weakref__", "maximum")

    def __init__(self, maximum: int) -> None:
        self.maximum = maximum


class Depends(msgspec.Struct, frozen=True, kw_only=True):
    """A value made by another callable.

    Attributes:
        dependency: The callable; None means the parameter's annotation, which must be a class.
        use_cache: Call it once per request and share the value.
        inline: Run a sync callable in the event loop's thread: for cheap code that never blocks.
        scope: When the code after ``yield`` runs: ``function`` before the response is sent, ``request``
            (the default) after it. ``app``: made once, when the application starts.
        max_concurrency: So many calls of this declaration run at a time in an event loop at most.
        limit: Accounts for *max_concurrency*.

    Raises:
        ValueError: an option has a value that it cannot have.
    """

    dependency: Callable[..., Any] | None = None
    use_cache: bool = True
    inline: bool = False
    scope: DependencyScope | None = None
    max_concurrency: int | None = None
    limit: ConcurrencyLimit | None = None

    def __post_init__(self) -> None:
        if self.scope not in (None, "function", "request", "app"):
            raise ValueError(f"scope is {self.scope!r}; expected 'function', 'request' or 'app'")
        if self.scope == "app" and (self.max_concurrency is not None or not self.use_cache):
            raise ValueError("a dependency with scope='app' is made once: it has no other options")
        if self.max_concurrency is None:
            return
        if type(self.max_concurrency) is not int or self.max_concurrency < 1:
            raise ValueError(f"max_concurrency is {self.max_concurrency!r}; expected a positive int or None")
        if self.limit is None:
            msgspec.structs.force_setattr(self, "limit", ConcurrencyLimit(self.max_concurrency))


class Security(Depends, frozen=True, kw_only=True):
    """A dependency that decides who may pass; *scopes* are added to those of what depends on it."""

    scopes: tuple[str, ...] = ()
