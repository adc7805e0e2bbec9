"""``Path``, ``Query``, ``Header``, ``Cookie``, ``Body``, ``Form``, ``File``, ``Depends``, ``Security``.

They are functions that return ``Any``, so that ``limit: int = Query(10)`` passes type checkers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypedDict, Unpack

from bolide import params
from bolide.params import DependencyScope
from bolide.validation.aliases import ValidationAlias
from bolide.validation.discriminators import Discriminator
from bolide.validation.fields import Field, FieldInfo, JsonSchemaExtra
from bolide.validation.hints import TypeHintError
from bolide.validation.spelling import did_you_mean
from bolide.validation.tree import NO_DEFAULT

__all__ = ["Body", "Cookie", "Depends", "File", "Form", "Header", "Path", "Query", "Security"]


class ParamOptions(TypedDict, total=False):
    """Options that every kind of parameter has; most are those of :func:`bolide.Field`.

    Beside them:
        include_in_schema: ``False`` leaves the parameter out of the OpenAPI document.
        openapi_examples: Example Objects by name (OpenAPI 3.1 §4.8.19).
    """

    default_factory: Callable[[], Any] | None
    alias: str | None
    alias_priority: int | None
    validation_alias: ValidationAlias | None
    serialization_alias: str | None
    title: str | None
    description: str | None
    examples: Sequence[Any] | None
    openapi_examples: Mapping[str, Any] | None
    deprecated: bool | str | None
    include_in_schema: bool
    json_schema_extra: JsonSchemaExtra | None
    discriminator: str | Discriminator | None
    union_mode: Literal["smart", "left_to_right"] | None
    validate_default: bool | None
    strict: bool | None
    fail_fast: bool | None
    gt: Any
    ge: Any
    lt: Any
    le: Any
    multiple_of: Any
    allow_inf_nan: bool | None
    max_digits: int | None
    decimal_places: int | None
    min_length: int | None
    max_length: int | None
    pattern: str | re.Pattern[str] | None


def Path(default: Any = NO_DEFAULT, **options: Unpack[ParamOptions]) -> Any:  # noqa: N802
    """Declare a path parameter; its default can only be ``...``, since the path always has it."""
    return params.Path(**_options("Path", default, options))


def Query(  # noqa: N802
    default: Any = NO_DEFAULT,
    *,
    style: params.QueryStyle = "form",
    explode: bool | None = None,
    **options: Unpack[ParamOptions],
) -> Any:
    """Declare a query parameter.

    A list, set or tuple collects every occurrence. A record (a model, a dataclass …) reads one parameter per
    field.

    Args:
        default: Value when the query has none.
        style: How lists and objects are written (OpenAPI 3.1 §4.8.12.3): ``deepObject`` reads
            ``filter[name]=x`` into a record or a dictionary.
        explode: ``False`` reads a list from one parameter, ``ids=1,2``; ``spaceDelimited`` and
            ``pipeDelimited`` separate with a space or ``|``, and mean that by themselves.
        **options: See :class:`ParamOptions`.
    """
    if explode is None:
        explode = style in ("form", "deepObject")
    return params.Query(style=style, explode=explode, **_options("Query", default, options))


def Header(  # noqa: N802
    default: Any = NO_DEFAULT, *, convert_underscores: bool = True, **options: Unpack[ParamOptions]
) -> Any:
    """Declare a header parameter; names are case-insensitive and ``_`` stands for ``-``."""
    return params.Header(convert_underscores=convert_underscores, **_options("Header", default, options))


def Cookie(default: Any = NO_DEFAULT, **options: Unpack[ParamOptions]) -> Any:  # noqa: N802
    """Declare a cookie parameter."""
    return params.Cookie(**_options("Cookie", default, options))


def Body(  # noqa: N802
    default: Any = NO_DEFAULT,
    *,
    embed: bool | None = None,
    media_type: str = "application/json",
    **options: Unpack[ParamOptions],
) -> Any:
    """Declare that a parameter is the JSON body, also when its type alone would not say so.

    Args:
        default: Value when there is no body, or none in it.
        embed: The parameter is a member of the body, ``{"item": ...}``; it always is when there are several.
        media_type: What the OpenAPI document says the body is.
        **options: See :class:`ParamOptions`.
    """
    return params.Body(embed=bool(embed), media_type=media_type, **_options("Body", default, options))


def Form(  # noqa: N802
    default: Any = NO_DEFAULT,
    *,
    media_type: str = "application/x-www-form-urlencoded",
    **options: Unpack[ParamOptions],
) -> Any:
    """Declare a field of a form; a record (a model, a dataclass …) reads one form field per field."""
    return params.Form(media_type=media_type, **_options("Form", default, options))


def File(  # noqa: N802
    default: Any = NO_DEFAULT, *, media_type: str = "multipart/form-data", **options: Unpack[ParamOptions]
) -> Any:
    """Declare an uploaded file: an ``UploadFile``, or ``bytes`` for its whole content."""
    return params.File(media_type=media_type, **_options("File", default, options))


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


def _options(function: str, default: Any, options: ParamOptions) -> dict[str, Any]:
    """Return what every :class:`~bolide.params.Param` takes.

    Raises:
        TypeError: there is no such option; names *function*.
        TypeHintError: two options exclude each other.
    """
    given: dict[str, Any] = dict(options)
    unknown = given.keys() - ParamOptions.__annotations__.keys()
    if unknown:
        name = min(unknown)
        former = f"; write {_NEW_NAMES[name]}" if name in _NEW_NAMES else ""
        hint = former or did_you_mean(name, ParamOptions.__annotations__)
        raise TypeError(f"{function}() has no option {name!r}{hint}")
    try:
        field: FieldInfo = Field(
            default, **{name: value for name, value in given.items() if name not in _OUTSIDE_OF_FIELD}
        )
    except TypeHintError as error:
        raise TypeHintError(str(error).replace("Field()", f"{function}()")) from None
    return {"field": field} | {name: given[name] for name in _OUTSIDE_OF_FIELD if name in given}


_OUTSIDE_OF_FIELD = ("include_in_schema", "openapi_examples")

_NEW_NAMES = {
    "regex": "pattern=",
    "example": "examples=[...]",
    "min_items": "min_length=",
    "max_items": "max_length=",
}
"""What options of FastAPI are called that it has deprecated or removed."""
