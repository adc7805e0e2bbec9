"""Dates and times that lie in the past or in the future, or do or do not know their time zone."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bolide.validation.custom_types import TypeSpec
from bolide.validation.errors import CustomError

__all__ = [
    "AwareDatetime",
    "FutureDate",
    "FutureDatetime",
    "NaiveDatetime",
    "PastDate",
    "PastDatetime",
]


def _spec(hint: Any, error_type: str, message: str, fits: Callable[[Any], bool]) -> TypeSpec:
    def load_moment(value: Any) -> Any:
        if not fits(value):
            raise CustomError(error_type, message)
        return value

    return TypeSpec(wire=hint, value=hint, load=load_moment, label=hint.__name__)


def _now_like(moment: datetime.datetime) -> datetime.datetime:
    """Return the present in the time zone of *moment*, or without one when it has none."""
    return datetime.datetime.now(moment.tzinfo)


def _timezone_spec(*, aware: bool) -> TypeSpec:
    if aware:
        error_type, message = "timezone_aware", "Input should have timezone info"
    else:
        error_type, message = "timezone_naive", "Input should not have timezone info"
    return _spec(datetime.datetime, error_type, message, lambda value: (value.tzinfo is not None) == aware)


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
            message = "Date should be in the past"
            return _spec(datetime.date, "date_past", message, lambda value: value < datetime.date.today())

    class FutureDate:
        """A date after today, by the clock of the process."""

        @classmethod
        def __bolide_type__(cls) -> TypeSpec:
            message = "Date should be in the future"
            return _spec(datetime.date, "date_future", message, lambda value: value > datetime.date.today())

    class PastDatetime:
        """A moment before now; without a time zone it means the one of the process."""

        @classmethod
        def __bolide_type__(cls) -> TypeSpec:
            message = "Input should be in the past"
            return _spec(datetime.datetime, "datetime_past", message, lambda value: value < _now_like(value))

    class FutureDatetime:
        """A moment after now; without a time zone it means the one of the process."""

        @classmethod
        def __bolide_type__(cls) -> TypeSpec:
            message = "Input should be in the future"
            return _spec(
                datetime.datetime, "datetime_future", message, lambda value: value > _now_like(value)
            )

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
