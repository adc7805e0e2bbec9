"""Types without parts that strategies draw from: scalars, choices, values with rules, keys."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import fractions
import ipaddress
import pathlib
import re
import uuid
import zoneinfo
from types import MappingProxyType
from typing import Annotated, Any, Literal

import annotated_types
import msgspec
from typing_extensions import TypeAliasType

from bolide import types
from bolide.validation.fields import Field
from bolide.validation.types.constrained import StringConstraints
from bolide.validation.types.moments import AwareDatetime, FutureDatetime, NaiveDatetime, PastDate
from bolide.validation.types.secret import SecretStr
from bolide.validation.types.uuids import UUID4


def is_even(value: int) -> bool:
    return value % 2 == 0


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


HASHABLE_LEAVES: tuple[Any, ...] = (
    bool,
    int,
    float,
    str,
    bytes,
    decimal.Decimal,
    datetime.datetime,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    uuid.UUID,
    Colour,
    Level,
    Mixed,
    Literal["a", "b"],
    Literal[1, 2],
    Literal["a", 1, True, None],
    Literal[Colour.RED, 1.5, b"a", Mixed.PAIR, "red"],
    Annotated[int, Field(ge=0)],
    Annotated[int, Field(gt=1, le=10, multiple_of=2)],
    Annotated[int, annotated_types.Interval(ge=-(2**70), lt=2**70)],
    Annotated[float, Field(gt=0, ge=0, lt=100)],
    Annotated[float, Field(multiple_of=0.1)],
    Annotated[str, Field(min_length=1, max_length=3)],
    Annotated[str, Field(pattern="^[a-c]+$")],
    Annotated[str, msgspec.Meta(min_length=2)],
    Annotated[bytes, Field(max_length=3)],
)

# What msgspec reads but for a rule, or a function that makes something else of it.
RULED_LEAVES: tuple[Any, ...] = (
    AwareDatetime,
    NaiveDatetime,
    PastDate,
    FutureDatetime,
    UUID4,
    SecretStr,
    ipaddress.IPv4Address,
    Annotated[datetime.datetime, Field(ge=datetime.datetime(2020, 1, 1))],
    Annotated[datetime.date, Field(gt=datetime.date(2020, 1, 1), lt=datetime.date(9999, 12, 31))],
    Annotated[datetime.time, Field(le=datetime.time(12, 30))],
    Annotated[datetime.timedelta, Field(lt=datetime.timedelta(0))],
    Annotated[decimal.Decimal, Field(max_digits=4, decimal_places=2)],
    Annotated[decimal.Decimal, Field(max_digits=2, decimal_places=2)],
    Annotated[decimal.Decimal, Field(decimal_places=1, ge=0)],
    Annotated[decimal.Decimal, Field(multiple_of=decimal.Decimal("0.5"), allow_inf_nan=True)],
    Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)],
    Annotated[str, StringConstraints(to_upper=True, pattern="^[a-c]*$")],
    Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=2)],
    Annotated[float, Field(multiple_of=0.5, ge=0)],
)

# Types whose values travel as something else, mostly as text.
VALUE_LEAVES: tuple[Any, ...] = (
    SecretStr,
    types.SecretBytes,
    types.Secret[datetime.date],
    Annotated[SecretStr, Field(min_length=2)],
    ipaddress.IPv6Address,
    ipaddress.IPv4Interface,
    ipaddress.IPv4Network,
    types.IPvAnyAddress,
    types.IPvAnyNetwork,
    pathlib.Path,
    pathlib.PurePosixPath,
    types.DirectoryPath,
    types.NewPath,
    re.Pattern,
    re.Pattern[str],
    zoneinfo.ZoneInfo,
    fractions.Fraction,
    complex,
    types.ByteSize,
    types.Base64Bytes,
    types.Base64UrlStr,
    Annotated[types.Base64Str, Field(max_length=2)],
    types.EmailStr,
    types.NameEmail,
    types.AnyUrl,
    types.HttpUrl,
    types.PostgresDsn,
    Annotated[types.AnyUrl, types.UrlConstraints(max_length=12, allowed_schemes=["http"])],
    types.ImportString,
    types.Json[list[int]],
    types.Json[Any],
    types.JsonValue,
    types.SkipValidation[int],
    types.InstanceOf[int],
    types.FutureDate,
    types.UUID1,
    types.StrictInt,
    types.StrictStr,
    types.FiniteFloat,
    types.condecimal(max_digits=3, decimal_places=1),
    types.constr(strip_whitespace=True, to_upper=True, max_length=2),
    Annotated[int, annotated_types.Predicate(is_even)],
)

KEYS: tuple[Any, ...] = (
    str,
    int,
    float,
    decimal.Decimal,
    datetime.date,
    datetime.datetime,
    datetime.time,
    datetime.timedelta,
    uuid.UUID,
    Colour,
    Level,
    Literal["a", "b"],
    Literal[1, 2],
    int | str,
    SecretStr,
    ipaddress.IPv4Address,
    pathlib.Path,
    types.AnyUrl,
    types.Json[Any],
    Annotated[str, Field(max_length=2)],
    Annotated[int, Field(ge=0)],
)

MAPS: tuple[Any, ...] = (collections.OrderedDict, collections.ChainMap, MappingProxyType)

Nested = TypeAliasType("Nested", "dict[str, Nested] | list[Nested] | int | Level")
