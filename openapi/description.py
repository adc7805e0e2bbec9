"""What an OpenAPI document is built from: plain descriptions that the framework fills.

Objects are named as in the OpenAPI 3.1 specification (§4.8). This package never sees a route.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bolide.validation.tree import NO_DEFAULT, TypeTree

__all__ = ["BodyMember", "Header", "Info", "Operation", "Parameter", "RequestBody", "Response"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Info:
    """OpenAPI §4.8.2; *contact* and *license_info* are its Contact and License Objects."""

    title: str
    version: str
    summary: str | None = None
    description: str | None = None
    terms_of_service: str | None = None
    contact: Mapping[str, Any] | None = None
    license_info: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """OpenAPI §4.8.12; *name* is the one on the wire.

    *examples* stand in the schema, *named_examples* are Example Objects (§4.8.19). *style* and *explode*
    (§4.8.12.2) are None where they are the usual ones of the location.
    """

    name: str
    location: Literal["path", "query", "header", "cookie"]
    tree: TypeTree
    required: bool
    default: Any = NO_DEFAULT
    title: str | None = None
    description: str | None = None
    deprecated: bool = False
    examples: tuple[Any, ...] = ()
    named_examples: Mapping[str, Any] | None = None
    style: str | None = None
    explode: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyMember:
    """A member of a body that is an object without a type of its own."""

    name: str
    tree: TypeTree
    required: bool
    default: Any = NO_DEFAULT
    title: str | None = None
    description: str | None = None
    examples: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestBody:
    """OpenAPI §4.8.13, with one schema.

    Either *tree* is the type, and *title* names a schema that is not a component; or the body is an object of
    *members*, a component called *name*; a *closed* one has no others. *default* stands in for a body
    that is missing. *examples* are Example Objects by name. *other_media_types* may be sent instead of
    *media_type*. *json_parts* are the properties of a form that hold JSON (§4.8.15).
    """

    required: bool
    tree: TypeTree | None = None
    members: tuple[BodyMember, ...] = ()
    name: str = "Body"
    closed: bool = False
    media_type: str = "application/json"
    other_media_types: tuple[str, ...] = ()
    title: str | None = None
    description: str | None = None
    default: Any = NO_DEFAULT
    examples: Mapping[str, Any] | None = None
    json_parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """OpenAPI §4.8.21 with its name; *extra* are its fields beside the schema of *tree*."""

    name: str
    tree: TypeTree | None = None
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """OpenAPI §4.8.17, with at most one media type.

    *tree* None with a *media_type* means "anything"; *media_type* None means "no content". Of a sequence
    (OpenAPI 3.2 §4.14.3) *tree* is the type of one item: of a line, or of the data of an event. Of several
    responses with one status the last *description* counts that is not None, and *default_description* where
    there is none. *extra* is merged into the Response Object. *other_media_types* have the same schema.
    """

    status: str
    description: str | None
    default_description: str = "Additional Response"
    media_type: str | None = "application/json"
    other_media_types: tuple[str, ...] = ()
    tree: TypeTree | None = None
    sequence: Literal["lines", "events"] | None = None
    headers: tuple[Header, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """OpenAPI §4.8.10 with its path template (``/items/{item_id}``) and lower-case method.

    Of a webhook *path* is its name, of a callback the runtime expression (§4.8.20.3). *reads_input* tells
    that requests may be refused, though no input is shown; *error_media_types* are what a refusal may be
    written in beside JSON. *callbacks* are what the API may call, by name. *security* are Security
    Requirement Objects (§4.8.30): alternatives of schemes with their scopes. *extra* is merged into the
    Operation Object when the rest of it is written.
    """

    path: str
    method: str
    operation_id: str
    responses: tuple[Response, ...]
    parameters: tuple[Parameter, ...] = ()
    request_body: RequestBody | None = None
    reads_input: bool = False
    error_media_types: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    summary: str | None = None
    description: str | None = None
    deprecated: bool = False
    callbacks: Mapping[str, tuple[Operation, ...]] = field(default_factory=dict[str, tuple["Operation", ...]])
    security: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])
