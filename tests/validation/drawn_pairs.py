"""Strategies for types that Bolide and Pydantic both know, each in its own words."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import ipaddress
import itertools
import pathlib
import re
import typing
import uuid
import zoneinfo
from typing import Annotated, Any, Literal, NamedTuple

import pydantic
import typing_extensions
from annotated_types import Ge, Gt, Le, Len, Lt, MultipleOf
from hypothesis import strategies as st

from bolide import types
from bolide.validation import aliases, fields, functions, root_model
from bolide.validation.metaclass import ModelMeta
from bolide.validation.model import Model
from tests.validation.drawn_wholes import whole


class Colour(enum.Enum):
    RED = "red"
    ONE = 1


class Word(enum.StrEnum):
    A = "a"
    ONE = "1"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


SCALARS: tuple[Any, ...] = (
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
    Word,
    Level,
    Literal["a", "b"],
    Literal["1", 2],
    Annotated[int, Ge(0), Lt(10)],
    Annotated[int, Gt(1), MultipleOf(2)],
    Annotated[float, Gt(0), Le(100)],
    Annotated[float, MultipleOf(0.1)],
    Annotated[str, Len(1, 3)],
    Annotated[bytes, Len(1, 3)],
    ipaddress.IPv4Address,
    ipaddress.IPv6Interface,
    ipaddress.IPv4Network,
    pathlib.Path,
    re.Pattern[str],
    zoneinfo.ZoneInfo,
    fractions.Fraction,
    complex,
)

KEYS: tuple[Any, ...] = (str, int, float, datetime.date, uuid.UUID, Word, Level, Literal["a", "b"])

# Types of a name that both have.
NAMED = (
    *("SecretStr", "SecretBytes", "ByteSize", "Base64Bytes", "Base64Str", "Base64UrlBytes", "Base64UrlStr"),
    *("AnyUrl", "HttpUrl", "FileUrl", "PostgresDsn", "RedisDsn", "MongoDsn"),
    *("IPvAnyAddress", "IPvAnyNetwork", "DirectoryPath", "NewPath", "JsonValue"),
    *("PastDate", "FutureDatetime", "AwareDatetime", "NaiveDatetime", "UUID1", "UUID4"),
    *("StrictInt", "StrictBool", "StrictStr", "StrictFloat", "PositiveInt", "FiniteFloat"),
)


class Pair(NamedTuple):
    """One type as Bolide and as Pydantic spell it."""

    ours: Any
    theirs: Any


class Words(NamedTuple):
    """What one of the two libraries calls things."""

    field: Any
    types: Any
    functions: Any
    aliases: Any


OURS = Words(fields.Field, types, functions, aliases)
THEIRS = Words(pydantic.Field, pydantic, pydantic, pydantic)


def _both(hint: Any) -> Pair:
    return Pair(hint, hint)


def _spelled(spell: Any) -> Pair:
    return Pair(spell(OURS), spell(THEIRS))


def is_short(value: Any) -> Any:
    if len(repr(value)) > 5:
        raise ValueError("too long for words")
    return value


def shorten(value: Any) -> Any:
    return value[:2] if isinstance(value, str | list) else value


def keep(value: Any, handler: Any) -> Any:
    assert value != 1, "one"
    return handler(value)


BUILT = tuple(
    map(
        _spelled,
        (
            lambda n: n.types.Secret[datetime.date],
            lambda n: n.types.Json[list[int]],
            lambda n: n.types.constr(strip_whitespace=True, to_lower=True, max_length=2),
            lambda n: n.types.conint(gt=1, multiple_of=3, strict=True),
            lambda n: n.types.condecimal(max_digits=3, decimal_places=1, ge=0),
            lambda n: n.types.conlist(int, min_length=1, max_length=2),
            lambda n: n.types.conset(int, max_length=2),
            lambda n: Annotated[datetime.date, n.field(gt=datetime.date(2020, 1, 1))],
            lambda n: Annotated[decimal.Decimal, n.field(allow_inf_nan=True)],
            lambda n: Annotated[n.types.SecretStr, n.field(min_length=2)],
            lambda n: Annotated[n.types.AnyUrl, n.types.UrlConstraints(max_length=12)],
        ),
    )
)

LEAVES = st.one_of(
    st.sampled_from((*SCALARS, Any, None)).map(_both),
    st.sampled_from(NAMED).map(lambda name: Pair(getattr(types, name), getattr(pydantic, name))),
    st.sampled_from(BUILT),
)


def _union(*hints: Any) -> Any:
    return typing.Union[hints]  # noqa: UP007 - hints that are values cannot use the operator


_numbers = itertools.count()

NAMES: tuple[Any, ...] = (
    *(lambda words, name: {},) * 4,
    lambda words, name: {"alias": f"{name}!"},
    lambda words, name: {"validation_alias": f"{name}?", "serialization_alias": f"{name}!"},
    lambda words, name: {
        "validation_alias": words.aliases.AliasChoices(name, words.aliases.AliasPath("deep", name), "a")
    },
    lambda words, name: {"validation_alias": words.aliases.AliasPath("items", 0)},
)

OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "extra": st.sampled_from(["forbid", "allow"]),
        "validate_by_name": st.just(True),
        "loc_by_alias": st.just(False),
        "coerce_numbers_to_str": st.just(True),
    },
)


def _models(parts: list[tuple[Pair, bool, Any]], options: dict[str, Any]) -> Pair:
    name = f"Record{next(_numbers)}"

    def namespace(words: Words, side: int) -> dict[str, Any]:
        body: dict[str, Any] = {"__annotations__": {}, "__module__": __name__}
        for n, (pair, is_required, names) in enumerate(parts):
            default = {} if is_required else {"default": None}
            # A default is not one of the type unless the type says so.
            body["__annotations__"][f"f{n}"] = pair[side] if is_required else _union(pair[side], None)
            body[f"f{n}"] = words.field(**default, **names(words, f"f{n}"))
        return body

    ours = ModelMeta(name, (Model,), namespace(OURS, 0), **options)
    config = {"model_config": pydantic.ConfigDict(**options)}  # type: ignore[typeddict-item]
    theirs = type(pydantic.BaseModel)(name, (pydantic.BaseModel,), namespace(THEIRS, 1) | config)
    return Pair(ours, theirs)


def _others(kind: str, pairs: list[Pair]) -> Pair:
    name = f"Other{next(_numbers)}"

    def make(side: int) -> Any:
        hints = {f"f{n}": pair[side] for n, pair in enumerate(pairs)}
        if kind == "typed_dict":
            return typing_extensions.TypedDict(name, hints, total=len(pairs) > 1)  # type: ignore[operator]
        if kind == "named_tuple":
            return NamedTuple(name, list(hints.items()))  # type: ignore[misc]
        if kind == "dataclass":
            return dataclasses.make_dataclass(name, list(hints.items()))
        if side == 0:
            namespace = {"__annotations__": {"root": hints["f0"]}, "__module__": __name__}
            return type(root_model.RootModel)(name, (root_model.RootModel,), namespace)
        return type(name, (pydantic.RootModel[hints["f0"]],), {"__module__": __name__})  # type: ignore[misc]

    return Pair(make(0), make(1))


def _tagged(drawn: tuple[list[Pair], bool]) -> Pair:
    parts, is_optional = drawn
    options = [
        _models([(_both(Literal[tags]), True, NAMES[0]), (part, True, NAMES[0])], {})
        for tags, part in zip((("a", 1), ("b",)), parts, strict=True)
    ]
    made = (
        Annotated[_union(*(option[side] for option in options)), words.field(discriminator="f0")]
        for side, words in enumerate((OURS, THEIRS))
    )
    return Pair(*(_union(hint, None) for hint in made)) if is_optional else Pair(*made)


FUNCTIONS = (
    ("AfterValidator", is_short),
    ("AfterValidator", shorten),
    ("BeforeValidator", is_short),
    ("BeforeValidator", shorten),
    ("WrapValidator", keep),
)


def _with_function(drawn: tuple[Pair, tuple[str, Any]]) -> Pair:
    pair, (marker, function) = drawn
    return Pair(
        *(
            Annotated[hint, getattr(words.functions, marker)(function)]
            for hint, words in zip(pair, (OURS, THEIRS), strict=True)
        )
    )


def _generic(origin: Any, *constraints: Any) -> Any:
    def make(pair: Pair) -> Pair:
        made = [origin[hint] for hint in pair]
        return Pair(*(Annotated[hint, *constraints] for hint in made)) if constraints else Pair(*made)

    return make


def _keyed(origin: Any, keys: Any, inner: Any) -> Any:
    return st.tuples(keys, inner).map(
        lambda drawn: Pair(origin[drawn[0].ours, drawn[1].ours], origin[drawn[0].theirs, drawn[1].theirs])
    )


def _extend(inner: Any) -> Any:
    scalars = st.sampled_from(SCALARS).map(_both)
    keys = st.sampled_from(KEYS).map(_both)
    some = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        inner.map(_generic(list)),
        inner.map(_generic(list, Len(1, 2))),
        inner.map(_generic(collections.deque)),
        inner.map(lambda pair: Pair(tuple[pair.ours, ...], tuple[pair.theirs, ...])),
        st.tuples(inner, inner).map(lambda pairs: Pair(*(tuple[a, b] for a, b in zip(*pairs, strict=True)))),
        scalars.map(_generic(set)),
        scalars.map(_generic(frozenset, Len(1, 2))),
        _keyed(dict, keys, inner),
        _keyed(dict, keys, inner).map(lambda pair: Pair(*(Annotated[hint, Len(1, 1)] for hint in pair))),
        _keyed(collections.OrderedDict, keys, inner),
        _keyed(collections.defaultdict, keys, st.just(_both(list[int]))),
        keys.map(_generic(collections.Counter)),
        inner.map(lambda pair: Pair(*(_union(hint, None) for hint in pair))),
        st.lists(inner, min_size=2, max_size=3).map(
            lambda pairs: Pair(*(_union(*hints) for hints in zip(*pairs, strict=True)))
        ),
        st.builds(
            _models,
            st.lists(st.tuples(inner, st.booleans(), st.sampled_from(NAMES)), min_size=1, max_size=3),
            OPTIONS,
        ),
        st.builds(_others, st.sampled_from(["typed_dict", "named_tuple", "dataclass", "root"]), some),
        st.tuples(st.lists(inner, min_size=2, max_size=2), st.booleans()).map(_tagged),
        st.tuples(inner, st.sampled_from(FUNCTIONS)).map(_with_function),
    )


PAIRS = st.recursive(LEAVES, lambda inner: _extend(whole(inner)), max_leaves=6)
