"""The nodes of the type tree that hold no others: scalars, choices between values, anything.

Part of :mod:`~bolide.validation.tree`, from which they are imported.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, Literal

from bolide.validation.meaning import Node

__all__ = [
    "AnyNode",
    "BoolNode",
    "BytesNode",
    "DateNode",
    "DateTimeNode",
    "DecimalNode",
    "FloatNode",
    "IntNode",
    "LiteralNode",
    "NoneNode",
    "StrNode",
    "TimeDeltaNode",
    "TimeNode",
    "UUIDNode",
]


class AnyNode(Node, frozen=True, kw_only=True, eq=False):
    """Any JSON value."""


class NoneNode(Node, frozen=True, kw_only=True, eq=False):
    """``null``."""


class BoolNode(Node, frozen=True, kw_only=True, eq=False):
    """``true`` or ``false``."""


class IntNode(Node, frozen=True, kw_only=True, eq=False):
    """An integer of any size."""

    minimum: int | None = None
    exclusive_minimum: int | None = None
    maximum: int | None = None
    exclusive_maximum: int | None = None
    multiple_of: int | None = None


class FloatNode(Node, frozen=True, kw_only=True, eq=False):
    """A binary floating-point number, NaN and infinities too unless *finite*."""

    minimum: float | None = None
    exclusive_minimum: float | None = None
    maximum: float | None = None
    exclusive_maximum: float | None = None
    multiple_of: float | None = None
    finite: bool | None = None


class StrNode(Node, frozen=True, kw_only=True, eq=False):
    """A string; lengths count code points, *pattern* is a Python regular expression (search).

    White space is stripped before these are checked, the case is changed afterwards. With *from_numbers*,
    lax rules accept numbers too.
    """

    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    is_ascii: bool | None = None
    strip: bool | None = None
    case: Literal["lower", "upper"] | None = None
    from_numbers: bool | None = None


class BytesNode(Node, frozen=True, kw_only=True, eq=False):
    """Bytes, on the wire a UTF-8 string; lengths count bytes."""

    min_length: int | None = None
    max_length: int | None = None


class DecimalNode(Node, frozen=True, kw_only=True, eq=False):
    """``decimal.Decimal``; accepts JSON strings and numbers, is written as a string.

    NaN and infinities are refused if *finite*. All digits count for *max_digits*.
    """

    minimum: Decimal | None = None
    exclusive_minimum: Decimal | None = None
    maximum: Decimal | None = None
    exclusive_maximum: Decimal | None = None
    multiple_of: Decimal | None = None
    max_digits: int | None = None
    decimal_places: int | None = None
    finite: bool = True


class DateTimeNode(Node, frozen=True, kw_only=True, eq=False):
    """``datetime.datetime``, RFC 3339 on the wire."""

    minimum: datetime.datetime | None = None
    exclusive_minimum: datetime.datetime | None = None
    maximum: datetime.datetime | None = None
    exclusive_maximum: datetime.datetime | None = None


class DateNode(Node, frozen=True, kw_only=True, eq=False):
    """``datetime.date``, RFC 3339 full-date on the wire."""

    minimum: datetime.date | None = None
    exclusive_minimum: datetime.date | None = None
    maximum: datetime.date | None = None
    exclusive_maximum: datetime.date | None = None


class TimeNode(Node, frozen=True, kw_only=True, eq=False):
    """``datetime.time``, RFC 3339 on the wire."""

    minimum: datetime.time | None = None
    exclusive_minimum: datetime.time | None = None
    maximum: datetime.time | None = None
    exclusive_maximum: datetime.time | None = None


class TimeDeltaNode(Node, frozen=True, kw_only=True, eq=False):
    """``datetime.timedelta``, ISO 8601 duration on the wire."""

    minimum: datetime.timedelta | None = None
    exclusive_minimum: datetime.timedelta | None = None
    maximum: datetime.timedelta | None = None
    exclusive_maximum: datetime.timedelta | None = None


class UUIDNode(Node, frozen=True, kw_only=True, eq=False):
    """``uuid.UUID``."""


class LiteralNode(Node, frozen=True, kw_only=True, eq=False):
    """One of *values*, compared with their types.

    They are ``None``, booleans, numbers, strings, bytes and members of enumerations.
    """

    values: tuple[Any, ...]
