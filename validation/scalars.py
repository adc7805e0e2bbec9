"""Which hints are scalars, and what to say about those that are nothing."""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Mapping
from typing import Any, Final

from bolide.validation.tree import (
    AnyNode,
    BoolNode,
    BytesNode,
    DateNode,
    DateTimeNode,
    DecimalNode,
    FloatNode,
    IntNode,
    Node,
    NoneNode,
    StrNode,
    TimeDeltaNode,
    TimeNode,
    UUIDNode,
)

__all__ = ["SCALARS", "why_unknown"]

SCALARS: Final[Mapping[Any, type[Node]]] = {
    Any: AnyNode,
    object: AnyNode,
    None: NoneNode,
    type(None): NoneNode,
    bool: BoolNode,
    int: IntNode,
    float: FloatNode,
    str: StrNode,
    bytes: BytesNode,
    decimal.Decimal: DecimalNode,
    datetime.datetime: DateTimeNode,
    datetime.date: DateNode,
    datetime.time: TimeNode,
    datetime.timedelta: TimeDeltaNode,
    uuid.UUID: UUIDNode,
}


def why_unknown(origin: Any) -> str:
    """Return what is wrong with *origin*, the class of a hint that is not understood."""
    if isinstance(origin, type):
        for parent in origin.__mro__[1:-1]:
            if parent in SCALARS:
                return f"is a subclass of {parent.__name__}; use {parent.__name__} itself or a NewType"
    return "is not a type that can be validated"
