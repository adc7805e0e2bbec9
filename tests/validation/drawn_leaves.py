"""Types without parts, as strategies draw them: by what holds for their values; those of keys and maps."""

from __future__ import annotations

import collections
import collections.abc
import datetime
import decimal
import ipaddress
import itertools
import pathlib
import uuid
from types import MappingProxyType
from typing import Annotated, Any, Literal

import annotated_types
import msgspec

from bolide import types
from bolide.validation.fields import Field
from tests.validation import drawn_names
from tests.validation.drawn_names import Colour, Level, Mixed, Nested

__all__ = [
    "ANY_LEAVES",
    "HASHABLE_LEAVES",
    "KEYS",
    "MAPS",
    "RULED_LEAVES",
    "SEQUENCES",
    "SETS",
    "VALUE_LEAVES",
    "Colour",
    "Level",
    "Mixed",
    "Nested",
]

ANY_LEAVES: tuple[Any, ...] = (*itertools.chain(*drawn_names.ANYTHING.values()), Nested)

HASHABLE_LEAVES: tuple[Any, ...] = (
    *itertools.chain(*drawn_names.SCALARS.values()),
    Annotated[int, annotated_types.Interval(ge=-(2**70), lt=2**70)],
    Annotated[str, msgspec.Meta(min_length=2)],
    Literal[2**70, "a"],
)

VALUE_LEAVES: tuple[Any, ...] = tuple(itertools.chain(*drawn_names.VALUES.values()))

# What msgspec reads but for a rule, or a function that makes something else of it.
RULED_LEAVES: tuple[Any, ...] = (
    types.AwareDatetime,
    types.NaiveDatetime,
    types.PastDate,
    types.FutureDatetime,
    types.UUID4,
    types.SecretStr,
    ipaddress.IPv4Address,
    Annotated[datetime.datetime, Field(ge=datetime.datetime(2020, 1, 1))],
    Annotated[datetime.date, Field(gt=datetime.date(2020, 1, 1), lt=datetime.date(9999, 12, 31))],
    Annotated[datetime.time, Field(le=datetime.time(12, 30))],
    Annotated[datetime.timedelta, Field(lt=datetime.timedelta(0))],
    Annotated[decimal.Decimal, Field(max_digits=4, decimal_places=2)],
    Annotated[decimal.Decimal, Field(max_digits=2, decimal_places=2)],
    Annotated[decimal.Decimal, Field(decimal_places=1, ge=0)],
    Annotated[decimal.Decimal, Field(multiple_of=decimal.Decimal("0.5"), allow_inf_nan=True)],
    Annotated[str, types.StringConstraints(strip_whitespace=True, min_length=1)],
    Annotated[str, types.StringConstraints(to_upper=True, pattern="^[a-c]*$")],
    Annotated[str, types.StringConstraints(strip_whitespace=True, to_lower=True, max_length=2)],
    Annotated[str, types.StringConstraints(ascii_only=True)],
    Annotated[float, Field(multiple_of=0.5, ge=0)],
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
    types.SecretStr,
    ipaddress.IPv4Address,
    pathlib.Path,
    types.AnyUrl,
    types.Json[Any],
    Annotated[str, Field(max_length=2)],
    Annotated[int, Field(ge=0)],
)

SEQUENCES: tuple[Any, ...] = (
    collections.deque,
    collections.abc.Sequence,
    collections.abc.MutableSequence,
    collections.abc.Collection,
    collections.abc.Iterable,
    collections.abc.Iterator,
    collections.abc.Generator,
)
SETS: tuple[Any, ...] = (set, frozenset, collections.abc.Set, collections.abc.MutableSet)
MAPS: tuple[Any, ...] = (
    collections.OrderedDict,
    collections.ChainMap,
    MappingProxyType,
    collections.abc.Mapping,
    collections.abc.MutableMapping,
)
