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
            if parent in _CONTAINERS:
                return (
                    f"is a subclass of {parent.__name__}; use Annotated[{parent.__name__}[...], "
                    f"AfterValidator({origin.__name__})], or describe it with register_type"
                )
    reason = "is not a type that can be validated"
    if repr(origin) == "MISSING":  # Pydantic's sentinel for what was not given
        return f"{reason}; let the model track its fields (track_fields_set=True), or use Partial"
    name = getattr(origin, "__name__", "")
    instead = _INSTEAD.get(name) if getattr(origin, "__module__", "") in _STANDARD_MODULES else None
    if instead is None and isinstance(origin, type):
        instead = f"describe it with register_type, or take its instances as InstanceOf[{name}]"
    return reason if instead is None else f"{reason}; {instead}"


_CONTAINERS: Final = (dict, list, set, frozenset, tuple)
_STANDARD_MODULES: Final = frozenset(
    {"builtins", "typing", "typing_extensions", "collections.abc", "array", "datetime"}
)
_INSTEAD: Final[Mapping[str, str]] = {
    **dict.fromkeys(("bytearray", "memoryview", "Buffer", "ByteString"), "use bytes"),
    **dict.fromkeys(("range", "slice", "array"), "use list[int], or a model with its bounds"),
    **dict.fromkeys(("Never", "NoReturn"), "there is no such value; leave it out"),
    **dict.fromkeys(("LiteralString", "AnyStr"), "use str"),
    **dict.fromkeys(("Awaitable", "Coroutine"), "name the type that it returns"),
    **dict.fromkeys(("timezone", "tzinfo"), "use zoneinfo.ZoneInfo, or timedelta for an offset"),
    "ClassVar": "it is no field; leave it to class bodies",
}
