"""The types of the documentation's tables that have no parts, by the names that they have there.

Strategies draw all of them; ``test_drawn_types`` compares this table with the pages.
"""

from __future__ import annotations

import collections.abc
import datetime
import decimal
import enum
import fractions
import ipaddress
import pathlib
import re
import typing
import uuid
import zoneinfo
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import annotated_types
from typing_extensions import TypeAliasType

from bolide import types
from bolide.validation.errors import CustomError
from bolide.validation.fields import Field
from tests.validation.drawn_classes import Grown, Stick, TheirPoint, TheirTree, Wrapping

T = typing.TypeVar("T")
Bound = typing.TypeVar("Bound", bound=datetime.date)
Constrained = typing.TypeVar("Constrained", int, str)
Serial = typing.NewType("Serial", int)
Nested = TypeAliasType("Nested", "dict[str, Nested] | list[Nested] | int | Level")
Row = TypeAliasType("Row", list[T], type_params=(T,))


def is_even(value: int) -> bool:
    return value % 2 == 0


Odd = typing.NewType("Odd", Annotated[int, annotated_types.Not(is_even)])  # which has no hash itself


class Colour(enum.Enum):
    RED = "red"
    GREEN = "green"
    ONE = "1"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Mixed(enum.Enum):
    NAME = "name"
    NUMBER = 7
    HALF = 0.5
    NOTHING = None
    PAIR = (1, 2)
    DATA = b"a"


class Access(enum.Flag):
    READ = 1
    WRITE = 2


class Reversed:
    """Writes text backwards, and refuses what begins with ``x``."""

    @classmethod
    def decode(cls, data: bytes) -> bytes:
        if data.startswith(b"x"):
            raise CustomError("reversed", "begins with x")
        return data[::-1]

    @classmethod
    def encode(cls, value: bytes) -> bytes:
        return value[::-1]

    @classmethod
    def get_json_format(cls) -> str:
        return "reversed"


SCALARS: Mapping[str, tuple[Any, ...]] = {
    "bool": (bool,),
    "int": (int, Annotated[int, Field(ge=0)], Annotated[int, Field(gt=1, le=10, multiple_of=2)]),
    "float": (float, Annotated[float, Field(gt=0, ge=0, lt=100)], Annotated[float, Field(multiple_of=0.1)]),
    "str": (
        str,
        Annotated[str, Field(min_length=1, max_length=3)],
        Annotated[str, Field(pattern="^[a-c]+$")],
    ),
    "bytes": (bytes, Annotated[bytes, Field(max_length=3)]),
    "Decimal": (decimal.Decimal,),
    "UUID": (uuid.UUID,),
    "datetime": (datetime.datetime,),
    "date": (datetime.date,),
    "time": (datetime.time,),
    "timedelta": (datetime.timedelta,),
    "Enum": (Colour, Level, Mixed),
    "Literal": (
        Literal["a", "b"],
        Literal[1, 2],
        Literal["a", 1, True, None],
        Literal[Colour.RED, 1.5, b"a", Mixed.PAIR, "red"],
    ),
}
"""What has a hash, and is read back as it was written."""

ANYTHING: Mapping[str, tuple[Any, ...]] = {"None": (None,), "Any": (Any,), "object": (object,)}

VALUES: Mapping[str, tuple[Any, ...]] = {
    "Flag": (Access,),
    "NewType": (Serial,),
    "TypeAliasType": (Row[int], Row[Row[str]]),
    "TypeVar": (T, Bound, Constrained),
    "TypeSpec": (Stick, Grown, Wrapping[int], Wrapping[list[datetime.date]]),
    "Pydantic's own types": (TheirPoint, TheirTree),
    **{
        name: (getattr(ipaddress, name),)
        for name in (
            "IPv4Address",
            "IPv4Network",
            "IPv4Interface",
            "IPv6Address",
            "IPv6Network",
            "IPv6Interface",
        )
    },
    **{name: (getattr(types, name),) for name in ("IPvAnyAddress", "IPvAnyInterface", "IPvAnyNetwork")},
    "pathlib.Path": (pathlib.Path, pathlib.PurePosixPath, pathlib.PureWindowsPath),
    **{name: (getattr(types, name),) for name in ("FilePath", "DirectoryPath", "NewPath", "SocketPath")},
    "re.Pattern": (re.Pattern, re.Pattern[str]),
    "zoneinfo.ZoneInfo": (zoneinfo.ZoneInfo,),
    "fractions.Fraction": (fractions.Fraction,),
    "complex": (complex,),
    **{
        name: (getattr(types, name),)
        for name in (
            *("AnyUrl", "AnyHttpUrl", "HttpUrl", "WebsocketUrl", "AnyWebsocketUrl", "FileUrl", "FtpUrl"),
            *("PostgresDsn", "CockroachDsn", "MySQLDsn", "MariaDBDsn", "ClickHouseDsn", "SnowflakeDsn"),
            *("MongoDsn", "RedisDsn", "AmqpDsn", "KafkaDsn", "NatsDsn"),
        )
    },
    "EmailStr": (types.EmailStr,),
    "NameEmail": (types.NameEmail,),
    "SecretStr": (types.SecretStr, Annotated[types.SecretStr, Field(min_length=2)]),
    "SecretBytes": (types.SecretBytes,),
    "Secret[T]": (types.Secret[datetime.date], types.Secret[list[int]]),
    "Json[T]": (types.Json[list[int]], types.Json[Any]),
    "Base64Bytes": (types.Base64Bytes,),
    "Base64Str": (types.Base64Str, Annotated[types.Base64Str, Field(max_length=2)]),
    "Base64UrlBytes": (types.Base64UrlBytes,),
    "Base64UrlStr": (types.Base64UrlStr,),
    "EncodedBytes": (Annotated[bytes, types.EncodedBytes(encoder=Reversed)],),
    "EncodedStr": (Annotated[str, types.EncodedStr(encoder=Reversed)],),
    "ByteSize": (types.ByteSize, Annotated[types.ByteSize, Field(le=5000)]),
    **{name: (getattr(types, name),) for name in (f"UUID{version}" for version in (1, 3, 4, 5, 6, 7, 8))},
    **{
        name: (getattr(types, name),)
        for name in (
            *("PastDate", "FutureDate", "PastDatetime", "FutureDatetime", "AwareDatetime", "NaiveDatetime"),
            *("PositiveInt", "NegativeInt", "NonNegativeInt", "NonPositiveInt", "FiniteFloat"),
            *("PositiveFloat", "NegativeFloat", "NonNegativeFloat", "NonPositiveFloat"),
            *("StrictInt", "StrictFloat", "StrictStr", "StrictBytes", "StrictBool"),
        )
    },
    "conint": (types.conint(gt=1, multiple_of=3, strict=True),),
    "confloat": (types.confloat(ge=0, allow_inf_nan=False),),
    "condecimal": (types.condecimal(max_digits=3, decimal_places=1),),
    "constr": (types.constr(strip_whitespace=True, to_upper=True, max_length=2),),
    "conbytes": (types.conbytes(min_length=1, max_length=2),),
    "condate": (types.condate(gt=datetime.date(2020, 1, 1)),),
    "conlist": (types.conlist(int, min_length=1, max_length=2),),
    "conset": (types.conset(int, max_length=2),),
    "confrozenset": (types.confrozenset(str, min_length=1),),
    "Strict": (Annotated[datetime.date, types.Strict()], Annotated[float, types.Strict()]),
    "AllowInfNan": (Annotated[float, types.AllowInfNan(False)],),
    "FailFast": (Annotated[list[int], types.FailFast()],),
    "StringConstraints": (Annotated[str, types.StringConstraints(to_lower=True, pattern="^[a-c]*$")],),
    "UrlConstraints": (
        Annotated[types.AnyUrl, types.UrlConstraints(max_length=12, allowed_schemes=["http"])],
    ),
    "PathType": (Annotated[pathlib.Path, types.PathType("dir")],),
    "UuidVersion": (Annotated[uuid.UUID, types.UuidVersion(4)],),
    "JsonValue": (types.JsonValue,),
    "InstanceOf[X]": (types.InstanceOf[int],),
    "SkipValidation[X]": (types.SkipValidation[int],),
    "type[X]": (type[int], type),
    "Callable": (collections.abc.Callable, collections.abc.Callable[[int], str]),
    "Hashable": (collections.abc.Hashable,),
    "Annotated[X, ValidateAs(Y, function)]": (Annotated[Stick, types.ValidateAs(list[int], Stick.of_marks)],),
    "ImportString": (types.ImportString,),
    "annotated_types.Predicate": (Annotated[int, annotated_types.Predicate(is_even)],),
    "Not": (Odd,),
    "Timezone": (
        Annotated[datetime.datetime, annotated_types.Timezone(None)],
        Annotated[datetime.datetime, annotated_types.Timezone(...)],
    ),
    "Len": (Annotated[str, annotated_types.Len(1, 2)],),
    "Interval": (Annotated[int, annotated_types.Interval(ge=-(2**70), lt=2**70)],),
}
"""What travels as something else, mostly as text, has no hash, or is not read back as it was written."""
