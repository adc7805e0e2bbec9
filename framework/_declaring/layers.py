"""What application, routers and routes say in common, and how what they say adds up.

A layer is one of them: the application around its routers, routers around each other, around a route. Knows
nothing of what the options do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypedDict

import msgspec

if TYPE_CHECKING:
    from bolide._responses.response import Response
    from bolide.codecs import Codec
    from bolide.exceptions import HTTPException
    from bolide.middleware import Middleware
    from bolide.params import Depends

__all__ = [
    "LAYER_FIELDS",
    "PLAIN",
    "ExceptionHandler",
    "ExceptionHandlers",
    "FormLimits",
    "Guard",
    "Layer",
    "LayerOptions",
    "RouterOptions",
    "nest",
]

ExceptionHandler = Callable[..., Any]
"""``(request, error) -> Response``, sync or async."""

ExceptionHandlers = Mapping[int | type[Exception], ExceptionHandler]

Guard = Callable[..., Any]
"""``(request)`` or ``(request, route)``; denies by raising or by returning False. Sync or async."""


class FormLimits(TypedDict, total=False):
    """Bounds of a form: so many fields, so many files, so many bytes in a part that is no file."""

    max_fields: int
    max_files: int
    max_part_size: int


class LayerOptions(TypedDict, total=False):
    """Options that application, router, ``include_router`` and route share.

    They add up from the outside in: ``tags``, ``dependencies``, ``callbacks``, ``middleware``, ``guards`` and
    ``raises`` are joined, ``responses`` and ``form_limits`` merged per key; ``deprecated`` holds if any layer
    says so, ``include_in_schema`` if all do. Of exception handlers the nearest layer's is asked first. Of all
    other options the nearest one that is not None counts.
    """

    tags: Sequence[str | Enum]
    dependencies: Sequence[Depends]
    responses: Mapping[int | str, Mapping[str, Any]] | None
    callbacks: Sequence[Any] | None
    deprecated: bool | None
    include_in_schema: bool
    generate_unique_id_function: Callable[[Any], str] | None
    max_body_size: int | None
    form_limits: FormLimits | None
    strict_content_type: bool | None
    strict: bool | None
    codecs: Sequence[Codec | str] | None
    middleware: Sequence[Middleware | Callable[..., Any]] | None
    exception_handlers: ExceptionHandlers | None
    guards: Sequence[Guard]
    raises: Sequence[type[HTTPException]]


class RouterOptions(LayerOptions, total=False):
    """Options of layers that contain others."""

    default_response_class: type[Response] | None


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """One layer, or several that were nested; see :class:`LayerOptions`.

    Attributes:
        response_class: Makes the response of what an endpoint returns; None where nothing was said.
        exception_handlers: One table per layer that has any, the outermost first.
        middleware: The outermost first.
    """

    tags: tuple[str, ...] = ()
    dependencies: tuple[Depends, ...] = ()
    responses: Mapping[int | str, Mapping[str, Any]] = msgspec.field(
        default_factory=dict[int | str, Mapping[str, Any]]
    )
    callbacks: tuple[Any, ...] = ()
    deprecated: bool = False
    include_in_schema: bool = True
    response_class: type[Response] | None = None
    generate_unique_id_function: Callable[[Any], str] | None = None
    max_body_size: int | None = None
    form_limits: Mapping[str, int] = msgspec.field(default_factory=dict[str, int])
    strict_content_type: bool | None = None
    strict: bool | None = None
    codecs: tuple[Codec, ...] | None = None
    middleware: tuple[Middleware | Callable[..., Any], ...] = ()
    exception_handlers: tuple[ExceptionHandlers, ...] = ()
    guards: tuple[Guard, ...] = ()
    raises: tuple[type[HTTPException], ...] = ()


LAYER_FIELDS: Final = frozenset(Layer.__struct_fields__)

PLAIN: Final = Layer()
"""The layer that says nothing."""


def nest(outer: Layer, inner: Layer) -> Layer:
    """Return what *outer* and *inner* say together."""
    if outer is PLAIN:
        return inner
    if inner is PLAIN:
        return outer
    return Layer(
        tags=outer.tags + inner.tags,
        dependencies=outer.dependencies + inner.dependencies,
        responses={**outer.responses, **inner.responses},
        callbacks=outer.callbacks + inner.callbacks,
        deprecated=outer.deprecated or inner.deprecated,
        include_in_schema=outer.include_in_schema and inner.include_in_schema,
        response_class=_nearest(outer.response_class, inner.response_class),
        generate_unique_id_function=_nearest(
            outer.generate_unique_id_function, inner.generate_unique_id_function
        ),
        max_body_size=_nearest(outer.max_body_size, inner.max_body_size),
        form_limits={**outer.form_limits, **inner.form_limits},
        strict_content_type=_nearest(outer.strict_content_type, inner.strict_content_type),
        strict=_nearest(outer.strict, inner.strict),
        codecs=_nearest(outer.codecs, inner.codecs),
        middleware=outer.middleware + inner.middleware,
        exception_handlers=outer.exception_handlers + inner.exception_handlers,
        guards=outer.guards + inner.guards,
        raises=outer.raises + inner.raises,
    )


def _nearest(outer: Any, inner: Any) -> Any:
    return outer if inner is None else inner
