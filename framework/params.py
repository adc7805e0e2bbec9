"""Markers that say where a parameter comes from; users write the functions of ``param_functions``.

Structs rather than dataclasses: they are defined in a tenth of the time, which every import pays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeVar, get_args

import msgspec

from bolide.validation.fields import FieldInfo

__all__ = [
    "Body",
    "ConcurrencyLimit",
    "Cookie",
    "DependencyScope",
    "Depends",
    "File",
    "Form",
    "Header",
    "LifespanState",
    "Location",
    "Param",
    "Path",
    "Query",
    "QueryStyle",
    "Security",
    "State",
]

T = TypeVar("T")

DependencyScope = Literal["function", "request", "app"]
Location = Literal["path", "query", "header", "cookie", "body", "form"]

QueryStyle = Literal["form", "spaceDelimited", "pipeDelimited", "deepObject"]
"""How OpenAPI calls the ways to write lists and objects into a query (OpenAPI 3.1 §4.8.12.3)."""


class Param(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter of a request; *field* holds its default, aliases, constraints and documentation.

    *openapi_examples* are Example Objects by name (OpenAPI 3.1 §4.8.19).
    """

    field: FieldInfo
    include_in_schema: bool = True
    openapi_examples: Mapping[str, Any] | None = None


class Path(Param, frozen=True, kw_only=True):
    """A part of the path (OpenAPI 3.1 §4.8.12.1)."""


class Query(Param, frozen=True, kw_only=True):
    """A query parameter, or with a record as its type all of them.

    Attributes:
        style: How a list or an object is written.
        explode: Every item of a list is a parameter of its own, ``ids=1&ids=2``; otherwise they stand in one,
            ``ids=1,2``.

    Raises:
        ValueError: there is no such style, or objects are to stand in one parameter.
    """

    style: QueryStyle = "form"
    explode: bool = True

    def __post_init__(self) -> None:
        if self.style == "form":
            return
        if self.style not in get_args(QueryStyle):
            styles = ", ".join(map(repr, get_args(QueryStyle)))
            raise ValueError(f"style is {self.style!r}; expected one of {styles}")
        if self.style == "deepObject" and not self.explode:
            raise ValueError("style 'deepObject' has a parameter for each member: explode=False is for lists")


class Header(Param, frozen=True, kw_only=True):
    """A request header; ``user_agent`` reads ``user-agent`` unless *convert_underscores* is off."""

    convert_underscores: bool = True


class Cookie(Param, frozen=True, kw_only=True):
    """A cookie (RFC 6265 §5.4)."""


class Body(Param, frozen=True, kw_only=True):
    """The request body, or a member of it.

    Attributes:
        embed: The body is an object that has the parameter as a member, also when it is the only one. Several
            body parameters are always its members.
        media_type: What the body is said to be in the OpenAPI document.
    """

    embed: bool = False
    media_type: str = "application/json"


class Form(Body, frozen=True, kw_only=True):
    """A field of a form, or with a record as its type all of them."""

    media_type: str = "application/x-www-form-urlencoded"


class File(Form, frozen=True, kw_only=True):
    """A file of a form: an ``UploadFile``, or ``bytes`` for its whole content (RFC 7578)."""

    media_type: str = "multipart/form-data"


class LifespanState(msgspec.Struct, frozen=True):
    """What the lifespan yielded, as a dictionary of the annotated type."""


State = Annotated[T, LifespanState()]
"""``state: State[AppState]`` receives what the lifespan yielded, as the ``TypedDict`` *AppState*.

It is a dictionary of the request's own, a shallow copy. ``state: State`` receives ``request.state``.
"""


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
