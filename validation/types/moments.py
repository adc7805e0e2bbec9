"""Dates and times that lie in the past or in the future, or do or do not know their time zone."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from bolide.validation.custom_types import NO_SCHEMA, TypeSpec
from bolide.validation.errors import CustomError

__all__ = [
    "LOCAL_FORMAT",
    "AwareDatetime",
    "FutureDate",
    "FutureDatetime",
    "NaiveDatetime",
    "PastDate",
    "PastDatetime",
]


LOCAL_FORMAT: Final[Mapping[str, str]] = {"format": "date-time-local"}
"""RFC 3339 §5.6 without the offset, a name of the OpenAPI format registry."""


def _spec(
    hint: Any, load: Callable[[Any], Any], *, native: Any = None, schema: Mapping[str, Any] = NO_SCHEMA
) -> TypeSpec:
    label: str = hint.__name__
    return TypeSpec(
        wire=hint, value=hint, load=load, label=label, limits_wire=True, native=native, schema=schema
    )


def _timezone_spec(*, aware: bool) -> TypeSpec:
    if aware:
        error_type, message = "timezone_aware", "Input should have timezone info"
    else:
        error_type, message = "timezone_naive", "Input should not have timezone info"

    def load_moment(value: datetime.datetime) -> datetime.datetime:
        if (value.tzinfo is not None) is not aware:
            raise CustomError(error_type, message)
        return value

    native = Annotated[datetime.datetime, msgspec.Meta(tz=aware)]
    schema = NO_SCHEMA if aware else LOCAL_FORMAT
    return _spec(datetime.datetime, load_moment, native=native, schema=schema)


def _date_spec(error_type: str, message: str, fits: Callable[[Any, Any], bool]) -> TypeSpec:
    def load_date(value: datetime.date) -> datetime.date:
        if not fits(value, datetime.date.today()):  # looked up anew: tests put another clock there
            raise CustomError(error_type, message)
        return value

    return _spec(datetime.date, load_date)


def _datetime_spec(error_type: str, message: str, fits: Callable[[Any, Any], bool]) -> TypeSpec:
    def load_moment(value: datetime.datetime) -> datetime.datetime:
        # Without a time zone, in that of the process.
        if not fits(value, datetime.datetime.now(value.tzinfo)):
            raise CustomError(error_type, message)
        return value

    return _spec(datetime.datetime, load_moment)


if TYPE_CHECKING:
    PastDate = datetime.date
    FutureDate = datetime.date
    PastDatetime = datetime.datetime
    FutureDatetime = datetime.datetime
    AwareDatetime = datetime.datetime
    NaiveDatetime = datetime.datetime
else:

    class PastDate:
        """A date before today, by the clock of the process."""

        @classmethod
        def __bolide_type__(cls) -> TypeSpec:
            return _date_spec("date_past", "Date should be in the past", operator.lt)

    class FutureDate:
        """A date after today, by the clock of the process."""

        @classmethod
        def __bolide_type__(cls) -> TypeSpec:
            return _date_spec("date_future", "Date should be in the future", operator.gt)

    class PastDatetime:
        """A moment before now; without a time zone it means the one of the process."""

        @classmethod
        def __bolide_type__(cls) -> TypeSpec:
            return _datetime_spec("datetime_past", "Input should be in the past", operator.lt)

    class FutureDatetime:
        """A moment after now; without a time zone it means the one of the process."""

        @classmethod
        def __bolide_type__(cls) -> TypeSpec:
            return _datetime_spec("datetime_future", "Input should be in the future", operator.gt)

    class AwareDatetime:
        """A moment with a time zone."""

        @classmethod
        def __bolide_type__(cls) -> TypeSpec:
            return _timezone_spec(aware=True)

    class NaiveDatetime:
        """A date and time without a time zone."""

        @classmethod
        def __bolide_type__(cls) -> TypeSpec:
            return _timezone_spec(aware=False)
