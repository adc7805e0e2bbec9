"""Markers that say where a parameter comes from; users write the functions of ``param_functions``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from bolide.validation.fields import FieldInfo

__all__ = ["Body", "Cookie", "Depends", "Header", "Location", "Param", "Path", "Query"]

Location = Literal["path", "query", "header", "cookie", "body"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """A parameter of a request; *field* holds its default, alias, constraints and documentation."""

    field: FieldInfo
    include_in_schema: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Path(Param):
    """A part of the path (OpenAPI 3.1 §4.8.12.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query(Param):
    """A query parameter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header(Param):
    """A request header; ``user_agent`` reads ``user-agent`` unless *convert_underscores* is off."""

    convert_underscores: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie(Param):
    """A cookie (RFC 6265 §5.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body(Param):
    """The whole request body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Depends:
    """A value made by another callable.

    Attributes:
        dependency: The callable; None means the parameter's annotation, which must be a class.
        use_cache: Call it once per request and share the value.
        inline: Run a sync callable in the event loop's thread: for cheap code that never blocks.
    """

    dependency: Callable[..., Any] | None = None
    use_cache: bool = True
    inline: bool = False
