"""Markers that say where a parameter comes from; users write the functions of ``param_functions``.

Structs rather than dataclasses: they are defined in a tenth of the time, which every import pays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from bolide.validation.fields import FieldInfo

__all__ = ["Body", "Cookie", "Depends", "Header", "Location", "Param", "Path", "Query"]

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


class Depends(msgspec.Struct, frozen=True, kw_only=True):
    """A value made by another callable.

    Attributes:
        dependency: The callable; None means the parameter's annotation, which must be a class.
        use_cache: Call it once per request and share the value.
        inline: Run a sync callable in the event loop's thread: for cheap code that never blocks.
    """

    dependency: Callable[..., Any] | None = None
    use_cache: bool = True
    inline: bool = False
