"""Scalars and collections with constraints, under the names that Pydantic's users know."""

from __future__ import annotations

import datetime
from collections.abc import Hashable
from decimal import Decimal
from typing import Annotated, Any, TypeVar, cast

from msgspec.structs import replace

from bolide.validation.fields import Field, FieldInfo

__all__ = [
    "AllowInfNan",
    "FailFast",
    "FiniteFloat",
    "NegativeFloat",
    "NegativeInt",
    "NonNegativeFloat",
    "NonNegativeInt",
    "NonPositiveFloat",
    "NonPositiveInt",
    "PositiveFloat",
    "PositiveInt",
    "Strict",
    "StrictBool",
    "StrictBytes",
    "StrictFloat",
    "StrictInt",
    "StrictStr",
    "StringConstraints",
    "conbytes",
    "condate",
    "condecimal",
    "confloat",
    "confrozenset",
    "conint",
    "conlist",
    "conset",
    "constr",
]

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)


def Strict(strict: bool = True) -> Any:  # noqa: N802 - named as Pydantic's users know it
    """Return metadata for ``Annotated``: the value is not converted (or is, in a strict model)."""
    return FieldInfo(strict=strict)


def AllowInfNan(allow_inf_nan: bool = True) -> Any:  # noqa: N802 - named as Pydantic's users know it
    """Return metadata for ``Annotated``: NaN and infinities are accepted, or not."""
    return FieldInfo(allow_inf_nan=allow_inf_nan)


def FailFast(fail_fast: bool = True) -> Any:  # noqa: N802 - named as Pydantic's users know it
    """Return metadata for ``Annotated``: validation of the collection ends at its first bad item."""
    return FieldInfo(fail_fast=fail_fast)


def StringConstraints(  # noqa: N802 - named as Pydantic's users know it
    *,
    strip_whitespace: bool | None = None,
    to_upper: bool | None = None,
    to_lower: bool | None = None,
    strict: bool | None = None,
    min_length: int | None = None,
    max_length: int | None = None,
    pattern: Any = None,
    ascii_only: bool | None = None,
) -> Any:
    """Return metadata for ``Annotated[str, ...]``.

    Args:
        strip_whitespace: Remove white space at both ends, before anything is checked.
        to_upper: Turn the string into upper case, after it is checked.
        to_lower: Turn the string into lower case, after it is checked.
        strict: Accept strings only.
        min_length: Least number of characters.
        max_length: Greatest number of characters.
        pattern: Regular expression that must be found.
        ascii_only: Refuse characters beyond ASCII.
    """
    field: FieldInfo = Field(min_length=min_length, max_length=max_length, pattern=pattern, strict=strict)
    return replace(
        field, strip_whitespace=strip_whitespace, to_upper=to_upper, to_lower=to_lower, ascii_only=ascii_only
    )


StrictBool = Annotated[bool, Strict()]
StrictBytes = Annotated[bytes, Strict()]
StrictFloat = Annotated[float, Strict()]
StrictInt = Annotated[int, Strict()]
StrictStr = Annotated[str, Strict()]

PositiveInt = Annotated[int, Field(gt=0)]
NegativeInt = Annotated[int, Field(lt=0)]
NonNegativeInt = Annotated[int, Field(ge=0)]
NonPositiveInt = Annotated[int, Field(le=0)]
PositiveFloat = Annotated[float, Field(gt=0)]
NegativeFloat = Annotated[float, Field(lt=0)]
NonNegativeFloat = Annotated[float, Field(ge=0)]
NonPositiveFloat = Annotated[float, Field(le=0)]
FiniteFloat = Annotated[float, AllowInfNan(False)]


def constr(
    *,
    strip_whitespace: bool | None = None,
    to_upper: bool | None = None,
    to_lower: bool | None = None,
    strict: bool | None = None,
    min_length: int | None = None,
    max_length: int | None = None,
    pattern: Any = None,
    ascii_only: bool | None = None,
) -> type[str]:
    """Return ``Annotated[str, StringConstraints(...)]``; type checkers prefer that form."""
    metadata = StringConstraints(
        strip_whitespace=strip_whitespace,
        to_upper=to_upper,
        to_lower=to_lower,
        strict=strict,
        min_length=min_length,
        max_length=max_length,
        pattern=pattern,
        ascii_only=ascii_only,
    )
    return _annotated(str, metadata)


def conint(
    *,
    strict: bool | None = None,
    gt: int | None = None,
    ge: int | None = None,
    lt: int | None = None,
    le: int | None = None,
    multiple_of: int | None = None,
) -> type[int]:
    """Return ``Annotated[int, Field(...)]``; type checkers prefer that form."""
    return _annotated(int, Field(strict=strict, gt=gt, ge=ge, lt=lt, le=le, multiple_of=multiple_of))


def confloat(
    *,
    strict: bool | None = None,
    gt: float | None = None,
    ge: float | None = None,
    lt: float | None = None,
    le: float | None = None,
    multiple_of: float | None = None,
    allow_inf_nan: bool | None = None,
) -> type[float]:
    """Return ``Annotated[float, Field(...)]``; type checkers prefer that form."""
    bounds = Field(strict=strict, gt=gt, ge=ge, lt=lt, le=le, multiple_of=multiple_of)
    return _annotated(float, replace(bounds, allow_inf_nan=allow_inf_nan))


def condecimal(
    *,
    strict: bool | None = None,
    gt: int | Decimal | None = None,
    ge: int | Decimal | None = None,
    lt: int | Decimal | None = None,
    le: int | Decimal | None = None,
    multiple_of: int | Decimal | None = None,
    max_digits: int | None = None,
    decimal_places: int | None = None,
    allow_inf_nan: bool | None = None,
) -> type[Decimal]:
    """Return ``Annotated[Decimal, Field(...)]``; type checkers prefer that form."""
    bounds = Field(strict=strict, gt=gt, ge=ge, lt=lt, le=le, multiple_of=multiple_of)
    return _annotated(
        Decimal,
        replace(bounds, max_digits=max_digits, decimal_places=decimal_places, allow_inf_nan=allow_inf_nan),
    )


def condate(
    *,
    strict: bool | None = None,
    gt: datetime.date | None = None,
    ge: datetime.date | None = None,
    lt: datetime.date | None = None,
    le: datetime.date | None = None,
) -> type[datetime.date]:
    """Return ``Annotated[date, Field(...)]``; type checkers prefer that form."""
    return _annotated(datetime.date, Field(strict=strict, gt=gt, ge=ge, lt=lt, le=le))


def conbytes(
    *, min_length: int | None = None, max_length: int | None = None, strict: bool | None = None
) -> type[bytes]:
    """Return ``Annotated[bytes, Field(...)]``; type checkers prefer that form."""
    return _annotated(bytes, Field(min_length=min_length, max_length=max_length, strict=strict))


def conlist(
    item_type: type[T], *, min_length: int | None = None, max_length: int | None = None
) -> type[list[T]]:
    """Return ``Annotated[list[item_type], Field(...)]``; type checkers prefer that form."""
    return _annotated(_of(list, item_type), Field(min_length=min_length, max_length=max_length))


def conset(
    item_type: type[H], *, min_length: int | None = None, max_length: int | None = None
) -> type[set[H]]:
    """Return ``Annotated[set[item_type], Field(...)]``; type checkers prefer that form."""
    return _annotated(_of(set, item_type), Field(min_length=min_length, max_length=max_length))


def confrozenset(
    item_type: type[H], *, min_length: int | None = None, max_length: int | None = None
) -> type[frozenset[H]]:
    """Return ``Annotated[frozenset[item_type], Field(...)]``; type checkers prefer that form."""
    return _annotated(_of(frozenset, item_type), Field(min_length=min_length, max_length=max_length))


def _of(container: Any, item_type: Any) -> Any:
    return container[item_type]


def _annotated(hint: type[T], metadata: Any) -> type[T]:
    constrained: Any = Annotated[hint, metadata]
    return cast("type[T]", constrained)
