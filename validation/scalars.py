"""Which hints are scalars, and what to say about those that are nothing."""

from __future__ import annotations

import datetime
import decimal
import enum
import inspect
import typing
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
    instead = _instead_of(origin)
    return reason if instead is None else f"{reason}; {instead}"


def _instead_of(origin: Any) -> str | None:
    """Return what to write instead of *origin*; None when nobody knows what it means."""
    if repr(origin) == "MISSING":  # Pydantic's sentinel for what was not given
        return "let the model track its fields (track_fields_set=True), or use Partial"
    name = getattr(origin, "__name__", "")
    if getattr(origin, "__module__", "") in _STANDARD_MODULES and name in _INSTEAD:
        return _INSTEAD[name]
    if isinstance(origin, type):
        if getattr(origin, "_is_protocol", False) and not getattr(origin, "_is_runtime_protocol", False):
            return f"decorate it with @runtime_checkable, and take what has its methods as InstanceOf[{name}]"
        return f"describe it with register_type, or take its instances as InstanceOf[{name}]"
    if inspect.isroutine(origin):
        return "it is a function; name the class that it returns, or use Callable"
    return next((advice for kind, advice in _INSTEAD_OF_VALUES if isinstance(origin, kind)), None)


_CONTAINERS: Final = (dict, list, set, frozenset, tuple)
_STANDARD_MODULES: Final = frozenset(
    {
        "array",
        "bolide.validation.projections",
        "builtins",
        "collections",
        "collections.abc",
        "datetime",
        "numbers",
        "types",
        "typing",
        "typing_extensions",
    }
)
_INSTEAD: Final[Mapping[str, str]] = {
    **dict.fromkeys(("bytearray", "memoryview", "Buffer", "ByteString"), "use bytes"),
    **dict.fromkeys(("range", "slice", "array"), "use list[int], or a model with its bounds"),
    **dict.fromkeys(("Never", "NoReturn"), "there is no such value; leave it out"),
    **dict.fromkeys(("LiteralString", "AnyStr"), "use str"),
    **dict.fromkeys(("Awaitable", "Coroutine"), "name the type that it returns"),
    **dict.fromkeys(("timezone", "tzinfo"), "use zoneinfo.ZoneInfo, or timedelta for an offset"),
    **dict.fromkeys(("AsyncIterator", "AsyncIterable", "AsyncGenerator"), "read it first, and use list[...]"),
    **dict.fromkeys(("KeysView", "ValuesView", "ItemsView", "Reversible"), "use list[...]"),
    **dict.fromkeys(("Container", "Sized"), "use Collection[...]"),
    **dict.fromkeys(("Number", "Complex", "Real", "Rational"), "use int | float, Decimal or Fraction"),
    **dict.fromkeys(("Integral", "SupportsIndex", "SupportsInt"), "use int"),
    **dict.fromkeys(("SupportsFloat", "SupportsAbs", "SupportsRound", "SupportsComplex"), "use float"),
    **dict.fromkeys(("IO", "BinaryIO", "TextIO"), "use bytes or str; endpoints take files as UploadFile"),
    **dict.fromkeys(("FunctionType", "MethodType", "BuiltinFunctionType"), "use Callable"),
    **dict.fromkeys(
        ("NamedTuple", "TypedDict", "Generic", "Protocol"), "write a class that inherits from it"
    ),
    **dict.fromkeys(("TypeGuard", "TypeIs"), "use bool"),
    **dict.fromkeys(("Partial", "Pick", "Omit"), "say of which model, and which fields: Pick[User, 'name']"),
    "ClassVar": "it is no field; leave it to class bodies",
    "Concatenate": "use Callable",
    "Literal": "say which values: Literal['a', 'b']",
    "Optional": "say what is optional: X | None",
    "Union": "say which types: X | Y",
    "Unpack": "it stands inside of tuple[...]",
    "UserDict": "use dict[..., ...]",
    "UserList": "use list[...]",
    "UserString": "use str",
}
_INSTEAD_OF_VALUES: Final[tuple[tuple[Any, str], ...]] = (
    (list, "write list[X]"),
    (tuple, "write tuple[X, Y]"),
    ((set, frozenset), "write set[X]"),
    (dict, "write a model or a TypedDict"),
    ((int, float, bytes, enum.Enum), "write Literal[...] for a value itself"),
    (type(...), "use Any"),
    (typing.ParamSpec, "use Callable"),
    (typing.TypeVarTuple, "use a TypeVar"),
)
