"""Type-directed strategies: random hints, and JSON values that fit a type, or almost do."""

from __future__ import annotations

import base64
import collections
import dataclasses
import datetime
import decimal
import enum
import ipaddress
import itertools
import json
import types
import typing
import uuid
from collections import deque
from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Literal

import annotated_types
import msgspec
from hypothesis import strategies as st
from typing_extensions import TypeAliasType

from bolide.validation.decorators import model_validator
from bolide.validation.discriminators import Discriminator, Tag
from bolide.validation.encode import to_builtins
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.functions import (
    AfterValidator,
    BeforeValidator,
    PlainValidator,
    ValidationInfo,
    WrapValidator,
)
from bolide.validation.metaclass import ModelMeta
from bolide.validation.model import Model
from bolide.validation.omission import OnErrorOmit
from bolide.validation.tagged_node import TaggedUnionNode
from bolide.validation.tree import (
    AliasNode,
    AnyNode,
    ArrayNode,
    BoolNode,
    BytesNode,
    CustomNode,
    DateNode,
    DateTimeNode,
    DecimalNode,
    EnumNode,
    FloatNode,
    FunctionNode,
    IntNode,
    LiteralNode,
    MapNode,
    Node,
    NoneNode,
    RefNode,
    StrNode,
    TimeDeltaNode,
    TimeNode,
    TupleNode,
    TypeTree,
    UnionNode,
    UUIDNode,
)
from bolide.validation.types.constrained import StringConstraints
from bolide.validation.types.moments import AwareDatetime, FutureDatetime, NaiveDatetime, PastDate
from bolide.validation.types.secret import SecretStr
from bolide.validation.types.uuids import UUID4


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
    Annotated[str, Field(max_length=2)],
    Annotated[int, Field(ge=0)],
)

MAPS: tuple[Any, ...] = (collections.OrderedDict, collections.ChainMap, MappingProxyType)

Nested = TypeAliasType("Nested", "dict[str, Nested] | list[Nested] | int | Level")

_numbers = itertools.count()


@st.composite
def hashable_hints(draw: st.DrawFn) -> Any:
    hint = draw(st.sampled_from(HASHABLE_LEAVES))
    if draw(st.integers(0, 5)) == 0:
        return tuple[hint, draw(st.sampled_from(HASHABLE_LEAVES))]
    return hint


@st.composite
def record_hints(draw: st.DrawFn, inner: Any) -> Any:
    """Draw a new record class with up to four fields."""
    name = f"Record{next(_numbers)}"
    hints = draw(st.lists(inner, min_size=1, max_size=4))
    fields = {f"f{n}": hint for n, hint in enumerate(hints)}
    optional = draw(st.sets(st.sampled_from(sorted(fields))))
    kind = draw(st.sampled_from(["model", "struct", "dataclass", "typed_dict", "named_tuple"]))
    if kind != "typed_dict":  # their default is None, which has to survive encoding and decoding
        fields |= {key: typing.Optional[fields[key]] for key in sorted(optional)}  # noqa: UP045
    if kind == "model":
        namespace: dict[str, Any] = {"__annotations__": fields, "__module__": __name__}
        for n, field in enumerate(fields):
            default = {"default": None} if field in optional else {}
            alias = {"alias": f"alias{n}"} if n == 1 else {}
            if default or alias or draw(st.booleans()):
                namespace[field] = Field(**default, **alias)
        if draw(st.integers(0, 3)) == 0:
            namespace["prepare"] = model_validator(mode="before")(staticmethod(prepare_record))
        if draw(st.integers(0, 3)) == 0:
            namespace["check"] = model_validator(mode="wrap")(staticmethod(read_record))
        extra = draw(st.sampled_from(["ignore", "forbid"]))
        return ModelMeta(name, (Model,), namespace, extra=extra)
    if kind == "struct":
        declared = [(key, hint, None) if key in optional else (key, hint) for key, hint in fields.items()]
        options: dict[str, Any] = draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "tag": st.just("a"),
                    "array_like": st.just(True),
                    "rename": st.just("upper"),
                    "forbid_unknown_fields": st.just(True),
                },
            )
        )
        declared.sort(key=len)
        return msgspec.defstruct(name, declared, namespace={"__module__": __name__}, **options)
    if kind == "named_tuple":
        names = sorted(fields, key=lambda key: key in optional)
        defaults = [None for key in names if key in optional]
        made_tuple: Any = collections.namedtuple(name, names, defaults=defaults)
        made_tuple.__annotations__ = fields
        return made_tuple
    if kind == "dataclass":
        fields = _aliased(fields)
        made = [
            (key, hint, dataclasses.field(default=None) if key in optional else dataclasses.field())
            for key, hint in fields.items()
        ]
        return dataclasses.make_dataclass(name, made, kw_only=True, namespace={"__module__": __name__})
    marked = {
        key: typing.NotRequired[hint] if key in optional else hint  # type: ignore[valid-type]
        for key, hint in _aliased(fields).items()
    }
    return typing.TypedDict(name, marked)  # type: ignore[operator]


def _aliased(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        key: Annotated[hint, Field(alias="alias1")] if key == "f1" else hint for key, hint in fields.items()
    }


class Refused(ValueError):
    """Compares by its text, so that errors do."""

    def __eq__(self, other: object) -> bool:
        return repr(self) == repr(other)

    __hash__ = ValueError.__hash__


class Asserted(AssertionError):
    """Compares by its text, so that errors do."""

    def __eq__(self, other: object) -> bool:
        return repr(self) == repr(other)

    __hash__ = AssertionError.__hash__


def same(value: Any) -> Any:
    return value


def refuse_some(value: Any) -> Any:
    """Refuse values by their text, so that every type has both."""
    if "2" in repr(value):
        raise Refused(f"{value!r} has a 2")
    if "b" in repr(value):
        raise Asserted(f"{value!r} has a b")
    return value


def prepare(value: Any) -> Any:
    return 1 if value == "a" else refuse_some(value)


def wrap(value: Any, handler: Any) -> Any:
    if value == "ab":
        return value
    try:
        return handler(value)
    except ValidationError:
        return handler(1)


def read_info(value: Any, info: ValidationInfo) -> Any:
    if len(info.data or {}) > 1:
        raise Refused(f"{info.field_name} comes after {sorted(info.data or {})}")
    return value


def prepare_record(value: Any) -> Any:
    """Refuse some records, and make one of what is none."""
    if isinstance(value, str):
        raise Refused("a record is no text")
    return {"f0": value} if isinstance(value, int) else value


def read_record(value: Any, handler: Any) -> Any:
    return refuse_some(handler(value))


VALIDATORS = (
    AfterValidator(same),
    AfterValidator(refuse_some),
    AfterValidator(read_info),
    BeforeValidator(prepare),
    BeforeValidator(read_info),
    WrapValidator(wrap),
    PlainValidator(refuse_some),
)


def find_shape(value: Any) -> str | None:
    """Return the tag of the options that :func:`tagged_hints` draws for a function."""
    if isinstance(value, dict):
        return value.get("kind", "object") if isinstance(value.get("kind", ""), str) else None
    return {list: "array", int: "number", str: "text"}.get(type(value))


@st.composite
def tagged_hints(draw: st.DrawFn, inner: Any) -> Any:
    """Draw a tagged union of records, by a field or by a function."""
    tags = draw(
        st.sampled_from([[("a",), ("b",)], [("a", "b"), ("c",)], [(1,), (2, 3)], [("a",), (1, None)]])
    )
    by_function = draw(st.integers(0, 3)) == 0
    alias = draw(st.sampled_from([None, "Kind"]))  # typed dictionaries have none
    record_kinds = ["model", "struct", "typed_dict"] if alias is None else ["model", "struct"]
    kinds = draw(st.lists(st.sampled_from(record_kinds), min_size=2, max_size=2))
    options = [
        _tagged_record(kind, values, draw(inner), draw(st.booleans()), alias)
        for kind, values in zip(kinds, tags, strict=True)
    ]
    if by_function:
        marked = [Annotated[option, Tag(name)] for option, name in zip(options, ("a", "object"), strict=True)]
        # An optional one would be flattened into the union, and its None has no tag.
        plain = inner.filter(lambda hint: typing.get_origin(hint) not in (typing.Union, types.UnionType))
        extra = [Annotated[draw(plain), Tag(name)] for name in ("array", "text")]
        return Annotated[typing.Union[tuple(marked + extra)], Discriminator(find_shape)]  # noqa: UP007
    return Annotated[typing.Union[tuple(options)], Field(discriminator="kind")]  # noqa: UP007


def _tagged_record(
    kind: str, values: tuple[Any, ...], hint: Any, has_default: bool, alias: str | None
) -> Any:
    name = f"Tagged{next(_numbers)}"
    fields = {"kind": Literal[values], "value": hint}
    if kind == "model":
        options: dict[str, Any] = {"default": values[0]} if has_default else {}
        namespace = {"__annotations__": fields, "__module__": __name__, "kind": Field(alias=alias, **options)}
        return ModelMeta(name, (Model,), namespace)
    if kind == "struct":
        return msgspec.defstruct(
            name, list(fields.items()), rename={"kind": alias or "kind"}, namespace={"__module__": __name__}
        )
    return typing.TypedDict(name, fields)  # type: ignore[operator]


def _that_fail_fast(hints: tuple[Any, Any, Any]) -> Any:
    """Draw collections that end reading at the first fault, of an item, a key and a hashable item."""
    item, key, hashable = hints
    bounds = st.sampled_from([{}, {"min_length": 1, "max_length": 2}])
    arrays = [list[item], deque[item], tuple[item, ...], set[hashable], frozenset[hashable], dict[key, item]]
    fixed = [tuple[item, hashable], tuple[item, *tuple[hashable, ...], item]]
    bounded = st.tuples(st.sampled_from(arrays), bounds).map(
        lambda drawn: Annotated[drawn[0], Field(fail_fast=True, **drawn[1])]
    )
    return st.one_of(bounded, st.sampled_from(fixed).map(lambda hint: Annotated[hint, Field(fail_fast=True)]))


def _that_omit(hints: tuple[Any, Any, Any]) -> Any:
    """Draw collections that leave out what is not valid: items, keys, values, hashable items."""
    item, key, hashable = (OnErrorOmit[hint] for hint in hints)
    arrays = [list[item], deque[item], tuple[item, ...], set[hashable], frozenset[hashable]]
    maps = [dict[key, item], dict[key, int], dict[str, item], collections.Counter[key]]
    bounds = st.sampled_from([{}, {"min_length": 1}, {"max_length": 1}, {"fail_fast": True}])
    return st.tuples(st.sampled_from(arrays + maps), bounds).map(
        lambda drawn: Annotated[drawn[0], Field(**drawn[1])]
    )


def _extend(inner: Any) -> Any:
    return st.one_of(
        inner.map(lambda hint: list[hint]),
        inner.map(lambda hint: Annotated[list[hint], Field(min_length=1, max_length=2)]),
        inner.map(lambda hint: tuple[hint, ...]),
        st.tuples(inner, inner).map(lambda hints: tuple[hints]),
        st.tuples(inner, st.sampled_from(KEYS), hashable_hints()).flatmap(_that_fail_fast),
        inner.map(lambda hint: collections.deque[hint]),
        inner.map(lambda hint: Annotated[Sequence[hint], Field(max_length=1)]),
        inner.map(lambda hint: Iterable[hint]),
        st.tuples(inner, inner, inner).map(lambda hints: tuple[hints[0], *tuple[hints[1], ...], hints[2]]),
        st.tuples(inner, inner, inner).map(
            lambda hints: Annotated[
                tuple[hints[0], *tuple[hints[1], ...], hints[2]], Field(min_length=3, max_length=4)
            ]
        ),
        st.tuples(st.sampled_from(KEYS), inner).map(lambda hints: dict[hints]),
        st.tuples(st.sampled_from(MAPS), st.sampled_from(KEYS), inner).map(lambda hints: hints[0][hints[1:]]),
        st.sampled_from(KEYS).map(
            lambda hint: Annotated[collections.OrderedDict[hint, int], Field(min_length=1)]
        ),
        st.sampled_from(KEYS).map(lambda hint: collections.Counter[hint]),
        st.sampled_from(KEYS).map(lambda hint: collections.defaultdict[hint, list[int]]),
        hashable_hints().map(lambda hint: set[hint]),
        st.tuples(inner, st.sampled_from(KEYS), hashable_hints()).flatmap(_that_omit),
        hashable_hints().map(lambda hint: frozenset[hint]),
        inner.map(lambda hint: typing.Optional[hint]),  # noqa: UP045 - not every hint has an |
        st.lists(inner, min_size=2, max_size=3).map(
            lambda hints: typing.Union[tuple(hints)]  # noqa: UP007
        ),
        st.lists(inner, min_size=2, max_size=3).map(
            lambda hints: Annotated[typing.Union[tuple(hints)], Field(union_mode="left_to_right")]  # noqa: UP007
        ),
        record_hints(inner),
        st.tuples(inner, st.sampled_from(VALIDATORS)).map(lambda pair: Annotated[pair]),
        tagged_hints(inner),
    )


def hints(more: Sequence[Any] = ()) -> Any:
    """Draw hints of every kind that the engine understands; *more* are leaves that are drawn often."""
    leaves = st.one_of(st.sampled_from(HASHABLE_LEAVES), st.sampled_from([None, Any, Nested]))
    if more:
        leaves = st.one_of(leaves, st.sampled_from(more), st.sampled_from(more))
    return st.recursive(leaves, _extend, max_leaves=6)


# Spellings on which parsers differ.
TEXTS = (
    *("", " ", "a", "ab", "abc", "a\n", "red", "null", "None", "true", "off"),
    *("1", " 1", "1.0", "1e2", "+1", "01", "1_0", "1.10", "nan", "inf", "NaN", "\u0661"),
    *("2020-01-01", "2020-02-30", "2020-01-01T00:00:00", "2020-01-01T00:00:00Z", "2020-01-01 10:00"),
    *("2020-01-01T24:00:00", "2019-12-31T23:59:59.9999999+01:00", "0001-01-01T00:00:00+14:00"),
    *("9999-12-31T23:59:59.9999999", "12:30", "12:30:15.123456", "12:30:15.1234567", "12:30:15,5"),
    *("23:59:59.9999999", "12:30:00+02:00", "P1D", "pt1s", "PT1.5S", "P1W", "-P1DT2H", "1 day, 01:00:00"),
    *("12345678123456781234567812345678", "12345678-1234-5678-1234-567812345678"),
    *("urn:uuid:12345678-1234-5678-1234-567812345678", "{12345678-1234-5678-1234-567812345678}"),
)

_SOUP = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.sampled_from([2**53 + 1, 2**61 - 1, -(2**63), 2**64, 10**40]),
    st.sampled_from([0.0, -0.0, 1.0, 1.5, 0.30000000000000004, 1e300, -2.5, 1577836800.0, 1e22]),
    st.sampled_from(TEXTS),
    st.just([]),
    st.just({}),
    st.lists(st.integers(0, 3), max_size=3),
    st.dictionaries(st.sampled_from(["a", "f0", "1"]), st.integers(0, 3), max_size=2),
)

_TEMPORAL: dict[type[Node], Any] = {
    DateTimeNode: st.datetimes(timezones=st.sampled_from([None, datetime.UTC])).map(
        lambda value: value.isoformat()
    ),
    DateNode: st.dates().map(lambda value: value.isoformat()),
    TimeNode: st.times().map(lambda value: value.isoformat()),
    TimeDeltaNode: st.integers(-(10**9), 10**9).map(
        lambda seconds: msgspec.to_builtins(datetime.timedelta(seconds=seconds))
    ),
    UUIDNode: st.uuids().map(str),
    DecimalNode: st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str),
}


def _bounded_integers(node: IntNode) -> Any:
    low = [bound for bound in (node.minimum, node.exclusive_minimum) if bound is not None]
    return st.integers(min(low, default=-5) - 1, min(low, default=-5) + 14)


def json_values(tree: TypeTree, node: Node, *, depth: int = 0) -> Any:
    """Draw JSON values that often fit *node*: every part may be replaced by something else."""
    return st.integers(0, 9).flatmap(
        lambda roll: _SOUP if roll == 0 or depth > 5 else _fitting(tree, node, depth=depth + 1)
    )


def _fitting(tree: TypeTree, node: Node, *, depth: int) -> Any:
    kind = type(node)
    if kind in _TEMPORAL:
        return _TEMPORAL[kind]
    if kind in _FITTING:
        return _FITTING[kind](tree, node, depth)
    return _SOUP


# Texts that stand for JSON which the untyped decoder refuses, and the fast path skips where it is unknown.
_UNREADABLE: dict[str, bytes] = {
    "<not UTF-8>": b'"\xff"',
    "<not UTF-8 inside>": b'[{"\xff": 1}]',
    "<out of range>": b"-1e999",
    "<too many digits>": b"9" * 4400,
    "<too deep>": b"[" * 600 + b"]" * 600,
    "<surrogate>": b'"\\ud800"',
}


def json_document(value: object) -> bytes:
    """Return *value* as JSON, with the unreadable parts that were drawn."""
    document = json.dumps(value).encode()
    for name, raw in _UNREADABLE.items():
        document = document.replace(json.dumps(name).encode(), raw)
    return document


def _record_values(tree: TypeTree, node: RefNode, depth: int) -> Any:
    definition = tree.definitions[node.target]
    if isinstance(definition, AliasNode):
        return json_values(tree, definition.inner, depth=depth)
    if isinstance(definition, EnumNode):
        return st.sampled_from([to_builtins(member.value) for member in definition.cls])
    values = {field.wire_name: json_values(tree, field.node, depth=depth) for field in definition.fields}
    optional = {field.wire_name for field in definition.fields if not field.required} | {"unknown"}
    objects = st.fixed_dictionaries(
        {key: value for key, value in values.items() if key not in optional},
        optional={key: value for key, value in values.items() if key in optional}
        | {"unknown": st.just(1) | st.sampled_from([*_UNREADABLE])},
    )
    if not definition.is_array:
        return objects
    arrays = st.tuples(*values.values(), st.just("more")).flatmap(
        lambda items: st.integers(0, len(items)).map(lambda length: list(items[:length]))
    )
    return st.one_of(arrays, arrays, objects)


def _tuple_values(tree: TypeTree, node: TupleNode, depth: int) -> Any:
    def positions(nodes: tuple[Node, ...]) -> Any:
        return st.tuples(*(json_values(tree, item, depth=depth) for item in nodes)).map(list)

    if node.rest is None:
        return positions(node.items)
    rest = st.lists(json_values(tree, node.rest, depth=depth), max_size=2)
    parts = st.tuples(positions(node.items), rest, positions(node.suffix))
    return parts.map(lambda lists: [item for each in lists for item in each])


def _map_values(tree: TypeTree, node: MapNode, depth: int) -> Any:
    keys = json_values(tree, node.keys, depth=depth).map(
        lambda key: key if isinstance(key, str) else str(key)
    )
    return st.dictionaries(keys, json_values(tree, node.values, depth=depth), max_size=3)


def _tagged_values(tree: TypeTree, node: TaggedUnionNode, depth: int) -> Any:
    options = st.one_of(*(json_values(tree, option, depth=depth) for option in node.options))
    tags = st.sampled_from([*(tag for tag, _ in node.tags), "x", 1.0, True, []])
    keys = st.sampled_from(["kind", *node.keys])
    return st.tuples(options, keys, tags, st.booleans()).map(
        lambda drawn: (
            {**drawn[0], drawn[1]: drawn[2]} if drawn[3] and isinstance(drawn[0], dict) else drawn[0]
        )
    )


_FITTING: dict[type[Node], Any] = {
    NoneNode: lambda *_: st.none(),
    BoolNode: lambda *_: st.booleans(),
    IntNode: lambda _tree, node, _depth: _bounded_integers(node),
    FloatNode: lambda *_: st.floats(-1, 120, allow_nan=False) | st.integers(-1, 120),
    StrNode: lambda *_: st.text("abc\n", max_size=4),
    BytesNode: lambda *_: st.binary(max_size=3).map(lambda value: base64.b64encode(value).decode()),
    AnyNode: lambda *_: _SOUP,
    LiteralNode: lambda _tree, node, _depth: st.sampled_from([to_builtins(value) for value in node.values]),
    ArrayNode: lambda tree, node, depth: st.lists(json_values(tree, node.items, depth=depth), max_size=3),
    TupleNode: _tuple_values,
    MapNode: _map_values,
    UnionNode: lambda tree, node, depth: st.one_of(
        *(json_values(tree, option, depth=depth) for option in node.options)
    ),
    TaggedUnionNode: _tagged_values,
    RefNode: _record_values,
    FunctionNode: lambda tree, node, depth: json_values(tree, node.inner, depth=depth),
    CustomNode: lambda tree, node, depth: json_values(tree, node.wire, depth=depth),
}
