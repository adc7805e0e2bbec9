"""``Path``, ``Query``, ``Header``, ``Cookie``, ``Body``, ``Depends`` and ``Security`` as users write them.

They are functions that return ``Any``, so that ``limit: int = Query(10)`` passes type checkers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypedDict, Unpack

from bolide import params
from bolide.params import DependencyScope
from bolide.validation.fields import Field, FieldInfo
from bolide.validation.tree import NO_DEFAULT

__all__ = ["Body", "Cookie", "Depends", "Header", "Path", "Query", "Security"]


class FieldOptions(TypedDict, total=False):
    """Options that every kind of parameter shares with :func:`bolide.Field`."""

    default_factory: Callable[[], Any] | None
    alias: str | None
    title: str | None
    description: str | None
    examples: Sequence[Any] | None
    deprecated: bool | str | None
    gt: Any
    ge: Any
    lt: Any
    le: Any
    multiple_of: Any
    min_length: int | None
    max_length: int | None
    pattern: str | re.Pattern[str] | None


def Path(*, include_in_schema: bool = True, **options: Unpack[FieldOptions]) -> Any:  # noqa: N802
    """Declare a path parameter; it takes no default, since the path always has it."""
    return params.Path(field=_field(NO_DEFAULT, options), include_in_schema=include_in_schema)


def Query(  # noqa: N802
    default: Any = NO_DEFAULT, *, include_in_schema: bool = True, **options: Unpack[FieldOptions]
) -> Any:
    """Declare a query parameter; a list, set or tuple collects every occurrence."""
    return params.Query(field=_field(default, options), include_in_schema=include_in_schema)


def Header(  # noqa: N802
    default: Any = NO_DEFAULT,
    *,
    convert_underscores: bool = True,
    include_in_schema: bool = True,
    **options: Unpack[FieldOptions],
) -> Any:
    """Declare a header parameter; names are case-insensitive and ``_`` stands for ``-``."""
    return params.Header(
        field=_field(default, options),
        convert_underscores=convert_underscores,
        include_in_schema=include_in_schema,
    )


def Cookie(  # noqa: N802
    default: Any = NO_DEFAULT, *, include_in_schema: bool = True, **options: Unpack[FieldOptions]
) -> Any:
    """Declare a cookie parameter."""
    return params.Cookie(field=_field(default, options), include_in_schema=include_in_schema)


def Body(default: Any = NO_DEFAULT, **options: Unpack[FieldOptions]) -> Any:  # noqa: N802
    """Declare that a parameter is the whole JSON body, also when its type alone would not say so."""
    return params.Body(field=_field(default, options))


def Depends(  # noqa: N802
    dependency: Callable[..., Any] | None = None,
    *,
    use_cache: bool = True,
    scope: DependencyScope | None = None,
    inline: bool = False,
    max_concurrency: int | None = None,
) -> Any:
    """Declare that a parameter is made by *dependency*; see :class:`bolide.params.Depends`."""
    return params.Depends(
        dependency=dependency,
        use_cache=use_cache,
        scope=scope,
        inline=inline,
        max_concurrency=max_concurrency,
    )


def Security(  # noqa: N802
    dependency: Callable[..., Any] | None = None,
    *,
    scopes: Sequence[str] | None = None,
    use_cache: bool = True,
    scope: DependencyScope | None = None,
    inline: bool = False,
    max_concurrency: int | None = None,
) -> Any:
    """Declare a dependency that decides who may pass, with the OAuth2 *scopes* that it has to ask for.

    It runs before the inputs of other dependencies and the body are read; what it raises is the answer.

    Raises:
        ValueError: *scopes* is text instead of a list.
    """
    if isinstance(scopes, str):
        raise ValueError(f"scopes is {scopes!r}; expected a list")
    return params.Security(
        dependency=dependency,
        scopes=tuple(scopes or ()),
        use_cache=use_cache,
        scope=scope,
        inline=inline,
        max_concurrency=max_concurrency,
    )


def _field(default: Any, options: FieldOptions) -> FieldInfo:
    field: FieldInfo = Field(default, **options)
    return field
