"""Dumping: what is kept, under which names, by which type; pydantic is the oracle."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import json
import re
import typing
import uuid
from fractions import Fraction
from typing import Annotated, Any

import msgspec
import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import TypeAliasType

from bolide.validation.adapter import Adapter
from bolide.validation.dump_options import SerializationError
from bolide.validation.encode_any import encode_any
from bolide.validation.fields import Field
from bolide.validation.functions import AfterValidator
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from bolide.validation.types.ip_addresses import IPvAnyAddress
from tests.identifiers import stable_id


class Colour(enum.Enum):
    RED = "red"


class OurLine(Model):
    sku: str = Field(alias="SKU")
    count: int = 1
    note: str | None = None


class OurSecretLine(OurLine):
    secret: str = "s"


class OurPet(Model):
    name: str


class OurOrder(Model):
    lines: list[OurLine]
    best: OurLine | None = None
    by_name: dict[str, list[OurLine]] = Field(default={}, serialization_alias="byName")
    pair: tuple[int, OurLine] | None = None
    many: tuple[OurLine, ...] = ()
    tags: set[str] = Field(default_factory=set)
    either: OurPet | OurLine | int = 3
    lists: list[OurPet] | list[int] = []
    queue: collections.deque[OurPet] = Field(default_factory=collections.deque)
    password: str = Field(default="p", exclude=True)
    zero: int = Field(default=0, exclude_if=lambda value: value == 0)
    anything: Any = None
    colour: Colour = Colour.RED


class TheirLine(pydantic.BaseModel):
    sku: str = pydantic.Field(alias="SKU")
    count: int = 1
    note: str | None = None


class TheirSecretLine(TheirLine):
    secret: str = "s"


class TheirPet(pydantic.BaseModel):
    name: str


class TheirOrder(pydantic.BaseModel):
    lines: list[TheirLine]
    best: TheirLine | None = None
    by_name: dict[str, list[TheirLine]] = pydantic.Field(default={}, serialization_alias="byName")
    pair: tuple[int, TheirLine] | None = None
    many: tuple[TheirLine, ...] = ()
    tags: set[str] = pydantic.Field(default_factory=set)
    either: TheirPet | TheirLine | int = 3
    lists: list[TheirPet] | list[int] = []
    queue: collections.deque[TheirPet] = pydantic.Field(default_factory=collections.deque)
    password: str = pydantic.Field(default="p", exclude=True)
    zero: int = pydantic.Field(default=0, exclude_if=lambda value: value == 0)
    anything: Any = None
    colour: Colour = Colour.RED


def order(order_class: Any, line: Any, secret: Any, pet: Any) -> Any:
    return order_class(
        lines=[secret(SKU="a", count=2), line(SKU="b", note="n")],
        best=secret(SKU="c"),
        by_name={"x": [line(SKU="d"), secret(SKU="e")]},
        pair=(1, secret(SKU="f")),
        many=(line(SKU="g"), secret(SKU="h")),
        tags={"t"},
        either=secret(SKU="i"),
        lists=[pet(name="Rex")],
        queue=collections.deque([pet(name="Tom")]),
        zero=1,
        anything=[secret(SKU="j"), {"k": pet(name="Ada")}, (1,), b"bytes"],
    )


OURS = order(OurOrder, OurLine, OurSecretLine, OurPet)
THEIRS = order(TheirOrder, TheirLine, TheirSecretLine, TheirPet)
OUR_SMALL, THEIR_SMALL = OurOrder(lines=[]), TheirOrder(lines=[])

OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"by_alias": True},
    {"by_alias": None},
    {"exclude_none": True},
    {"exclude_defaults": True},
    {"exclude_none": True, "exclude_defaults": True, "by_alias": True},
    {"round_trip": True},
    {"serialize_as_any": True},
    {"serialize_as_any": True, "by_alias": True, "exclude_none": True},
    {"warnings": False},
    {"exclude_computed_fields": True},
    {"include": {"lines", "best"}},
    {"exclude": {"lines", "anything"}},
    {"include": {"lines": {0, -1}, "pair": {1: {"sku"}}, "tags": True}},
    {"include": {"lines": {0: {"sku": True}, 1: ...}}},
    {"exclude": {"lines": {"__all__": {"sku"}, 0: {"count"}}}},
    {"exclude": {"lines": {-1}, "by_name": {"x": {0: True}}, "best": {"note"}}},
    {"include": {"by_name": {"x": {"__all__": {"sku"}}}, "many": {0, -1}}},
    {"include": {"lines", "best"}, "exclude": {"lines": {0}, "best": {"sku"}}},
    {"include": {"anything": {0: {"secret", "sku"}, 1: {"k": {"name"}}}}},
    {"exclude": {"anything": {0, 2}, "either": {"count"}, "lists": {0: {"name"}}, "queue": {0}}},
    {"include": set()},
    {"exclude": {"lines": {"__all__"}}},
    {"include": {"lines": {"__all__": {"sku"}, 0: {"count"}}}},
)


@pytest.mark.parametrize("options", OPTIONS, ids=stable_id)
@pytest.mark.parametrize(
    ("ours", "theirs"), [(OURS, THEIRS), (OUR_SMALL, THEIR_SMALL)], ids=["full", "small"]
)
def test_dump_is_pydantics(ours: Any, theirs: Any, options: dict[str, Any]) -> None:
    assert ours.model_dump(**options) == theirs.model_dump(**options)
    assert ours.model_dump(mode="json", **options) == theirs.model_dump(mode="json", **options)
    assert ours.model_dump_json(**options) == theirs.model_dump_json(**options)


def trees(keys: Any) -> Any:
    """Draw what is included or excluded, one level or more."""
    return st.recursive(
        st.sets(keys, max_size=3) | st.just(True),
        lambda inner: st.dictionaries(keys, inner, max_size=3),
        max_leaves=4,
    ).filter(lambda tree: tree is not True)


# Positions beyond the end are left out: pydantic counts them from the start again.
KEYS = st.sampled_from(
    ["lines", "best", "by_name", "pair", "x", "sku", "count", "__all__", 0, -1, "anything"]
)


@settings(deadline=None, max_examples=200)
@given(include=st.none() | trees(KEYS), exclude=st.none() | trees(KEYS))
def test_any_tree_of_names_means_what_it_means_to_pydantic(include: Any, exclude: Any) -> None:
    try:
        expected = THEIRS.model_dump(include=include, exclude=exclude)
    except TypeError:
        return
    assert OURS.model_dump(include=include, exclude=exclude) == expected


def test_dump_in_python_keeps_the_types_of_collections_but_not_the_collections() -> None:
    dumped = OURS.model_dump()
    assert type(dumped["queue"]) is collections.deque
    assert type(dumped["many"]) is tuple
    assert dumped["tags"] is not OURS.tags
    assert dumped["colour"] is Colour.RED


def test_indent_and_ascii_are_pydantics() -> None:
    for options in ({"indent": 2}, {"ensure_ascii": True}, {"indent": 1, "ensure_ascii": True}):
        ours, theirs = OurPet(name="é\U0001f600\n"), TheirPet(name="é\U0001f600\n")
        assert ours.model_dump_json(**options) == theirs.model_dump_json(**options)  # type: ignore[arg-type]


@dataclasses.dataclass
class Point:
    x: int
    inner: Any = None


class Raw(msgspec.Struct):
    a_b: int = msgspec.field(name="aB")


class Options(typing.TypedDict):
    a: int
    b: typing.NotRequired[OurPet]


def test_other_records_are_dumped_by_their_declared_fields() -> None:
    adapter = Adapter(tuple[Point, Raw, Options])
    value: Any = (Point(1, OurLine(SKU="x")), Raw(a_b=2), {"a": 3, "b": OurPet(name="n"), "unknown": 4})
    assert adapter.dump(value) == (
        {"x": 1, "inner": {"sku": "x", "count": 1, "note": None}},
        {"a_b": 2},
        {"a": 3, "b": {"name": "n"}},
    )
    assert adapter.dump_json(value, by_alias=True) == (
        b'[{"x":1,"inner":{"SKU":"x","count":1,"note":null}},{"aB":2},{"a":3,"b":{"name":"n"}}]'
    )


def test_unpacked_tuples_are_dumped_by_place() -> None:
    adapter = Adapter(tuple[int, *tuple[OurPet, ...], str, OurLine])  # type: ignore[misc]
    value = (1, OurPet(name="a"), OurPet(name="b"), "c", OurSecretLine(SKU="d"))
    line = {"sku": "d", "count": 1, "note": None}
    assert adapter.dump(value) == (1, {"name": "a"}, {"name": "b"}, "c", line)
    assert adapter.dump(value, include={0, 1, -1}) == (1, {"name": "a"}, line)


def test_values_of_another_type_are_written_by_their_own_with_a_warning() -> None:
    adapter = Adapter(list[OurPet])
    wrong: Any = [OurLine(SKU="x"), 1]
    with pytest.warns(UserWarning, match=r"expected OurPet, got OurLine\(.*\) \(OurLine\)"):
        assert adapter.dump(wrong[:1]) == [{"sku": "x", "count": 1, "note": None}]
    assert adapter.dump_json(wrong, warnings=False) == b'[{"sku":"x","count":1,"note":null},1]'
    assert adapter.dump(typing.cast("Any", (OurPet(name="n"),)), warnings="none") == ({"name": "n"},)
    with pytest.raises(SerializationError, match=r"expected list\[OurPet\], got 1 \(int\)"):
        adapter.dump(typing.cast("Any", 1), warnings="error")


class Unknown:
    def __str__(self) -> str:
        return "unknown"


def test_fallback_replaces_objects_of_unknown_classes() -> None:
    adapter = Adapter(Any)
    assert adapter.dump([Unknown()], fallback=str) == ["unknown"]
    assert adapter.dump([Unknown()], mode="json", fallback=str) == ["unknown"]
    assert (
        adapter.dump_json([Unknown(), Colour.RED, decimal.Decimal(1)], fallback=str)
        == b'["unknown","red","1"]'
    )
    with pytest.raises(TypeError, match="Unknown cannot be written as JSON"):
        adapter.dump_json(Unknown())


def test_what_has_no_json_form_is_a_serialization_error() -> None:
    loop: list[Any] = []
    loop.append(loop)
    for adapter, value in ((Adapter(Any), loop), (Adapter(bytes), b"\xff"), (Adapter(str), "\ud800")):
        with pytest.raises(SerializationError):
            adapter.dump_json(value)


def test_nan_is_null_in_json() -> None:
    assert Adapter(list[float]).dump_json([float("nan"), float("inf"), 1.5]) == b"[null,null,1.5]"


class OurOpen(Model, extra="allow", track_fields_set=True, serialize_by_alias=True):
    first: int = Field(default=1, alias="First")
    second: list[OurPet] | None = None


class TheirOpen(pydantic.BaseModel, extra="allow", serialize_by_alias=True):
    first: int = pydantic.Field(default=1, alias="First")
    second: list[TheirPet] | None = None


@pytest.mark.parametrize(
    "options",
    [
        *({}, {"by_alias": False}, {"by_alias": True}, {"exclude_unset": True}, {"exclude_none": True}),
        *({"exclude_unset": True, "by_alias": False}, {"include": {"b", "first"}}, {"exclude": {"b": {"c"}}}),
    ],
    ids=stable_id,
)
@pytest.mark.parametrize(
    "data", [{"b": {"c": 1, "d": None}, "e": None}, {"First": 1, "second": None}], ids=stable_id
)
def test_models_that_keep_more_than_fields_are_dumped_alike(data: Any, options: dict[str, Any]) -> None:
    ours, theirs = OurOpen(**data), TheirOpen(**data)
    assert ours.model_dump(**options) == theirs.model_dump(**options)
    assert ours.model_dump_json(**options) == theirs.model_dump_json(**options)


def test_responses_hold_the_unknown_keys_that_a_model_keeps() -> None:
    assert encode_as(list[OurOpen], [OurOpen(a=1)]) == b'[{"First":1,"second":null,"a":1}]'
    assert encode_as(Any, OurOpen(a=1)) == b'{"First":1,"second":null,"a":1}'


def test_unknown_options_are_refused() -> None:
    with pytest.raises(TypeError, match="exclude_nothing"):
        OURS.model_dump(exclude_nothing=True)
    with pytest.raises(ValueError, match="mode is 'python' or 'json', not 'xml'"):
        OURS.model_dump(mode="xml")
    with pytest.raises(TypeError, match="exclude is a set or a mapping of names, not 'lines'"):
        OURS.model_dump(exclude="lines")


def test_a_warning_names_a_missing_track_of_set_fields() -> None:
    with pytest.raises(TypeError, match="OurOrder does not know which of its fields were set"):
        OURS.model_dump(exclude_unset=True)


def test_msgpack_has_what_json_has() -> None:
    packed = Adapter(OurOrder).dump_msgpack(OURS, by_alias=True)
    expected = json.loads(OURS.model_dump_json(by_alias=True))
    assert expected["anything"].pop() == "bytes"
    expected["anything"].append(b"bytes")  # binary there
    assert msgspec.msgpack.decode(packed) == expected


class User(Model):
    name: str
    password: str = Field(default="secret", exclude=True)
    given_name: str = Field(default="Ann", alias="givenName", serialization_alias="given")


class Admin(User):
    level: int = 1


@pytest.mark.parametrize(
    "user", [User(name="a"), Admin(name="a"), {"name": "a"}], ids=["exact", "sub", "dict"]
)
def test_responses_follow_the_plan(user: Any) -> None:
    assert encode_as(User, user) == b'{"name":"a","given":"Ann"}'
    assert encode_as(list[User], [user]) == b'[{"name":"a","given":"Ann"}]'


def encode_as(hint: Any, value: Any) -> bytes:
    return compile_response_encoder(Adapter(hint).tree)(value)


def test_values_without_a_declared_type_follow_the_plan() -> None:
    assert encode_as(dict[str, Any], {"u": User(name="a")}) == b'{"u":{"name":"a","given":"Ann"}}'
    assert encode_any([User(name="a"), b"abc"]) == b'[{"name":"a","given":"Ann"},"YWJj"]'


class Boxed(Model):
    text: str


class Bag(Boxed):
    other: int = 0
    text: Any = ""


def test_a_subclass_whose_field_holds_more_than_declared_is_refused_in_a_response() -> None:
    encode = compile_response_encoder(Adapter(Boxed).tree)
    assert encode(Bag(text="x")) == b'{"text":"x"}'
    with pytest.raises(ValueError, match="text"):
        encode(Bag(text=User(name="a")))


def test_scalars_are_written_as_pydantic_writes_them() -> None:
    hint = list[datetime.datetime | datetime.date | uuid.UUID | decimal.Decimal | bytes | float]
    value: Any = [
        datetime.datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=datetime.UTC),
        datetime.date(2026, 1, 2),
        uuid.UUID(int=1),
        decimal.Decimal("1.50"),
        b"b",
        1.5,
    ]
    assert Adapter(hint).dump_json(value) == pydantic.TypeAdapter(hint).dump_json(value)


class Byte(enum.Enum):
    ONE = b"a"
    PAIR = (1, b"b")
    TEXT = "c"


class OurBytes(Model):
    literal: typing.Literal[b"a", "c", Byte.ONE] = b"a"
    one: Byte = Byte.ONE
    pair: Byte = Byte.PAIR
    text: Byte = Byte.TEXT


class TheirBytes(pydantic.BaseModel):
    literal: typing.Literal[b"a", "c", Byte.ONE] = b"a"
    one: Byte = Byte.ONE
    pair: Byte = Byte.PAIR
    text: Byte = Byte.TEXT


class Anything(Model):
    value: Any


@pytest.mark.parametrize("hint", [OurBytes, OurBytes | Anything, list[OurBytes | Anything]])
def test_bytes_of_enums_and_literals_are_text_also_where_records_are_dumped_by_plan(hint: Any) -> None:
    is_list = typing.get_origin(hint) is list
    value: Any = [OurBytes()] if is_list else OurBytes()
    expected = TheirBytes().model_dump(mode="json")
    adapter: Adapter[Any] = Adapter(hint)
    assert json.loads(adapter.dump_json(value)) == ([expected] if is_list else expected)
    assert adapter.dump(value, mode="json") == ([expected] if is_list else expected)


def test_enums_whose_values_may_be_bytes_are_dumped_in_collections_with_a_selection() -> None:
    adapter = Adapter(list[Byte])
    assert adapter.dump([Byte.TEXT, Byte.ONE], mode="json", exclude={1}) == adapter.dump(
        [Byte.TEXT], mode="json"
    )


class Cat(msgspec.Struct, tag="cat"):
    lives: int = 9


class Dog(msgspec.Struct, tag=2, tag_field="kind", array_like=True):
    age: int
    name: str = "rex"


@pytest.mark.parametrize(
    ("value", "dumped", "text"),
    [
        (Cat(), {"type": "cat", "lives": 9}, b'{"type":"cat","lives":9}'),
        (Dog(3), (2, 3, "rex"), b'[2,3,"rex"]'),
    ],
)
def test_tags_of_structs_are_written_in_every_way(value: Any, dumped: Any, text: bytes) -> None:
    adapter: Adapter[Any] = Adapter(type(value))
    assert adapter.dump(value) == adapter.dump(value, exclude=set()) == dumped
    assert adapter.dump_json(value) == adapter.dump_json(value, exclude=set()) == text
    assert adapter.dump_json(value, exclude_defaults=True).startswith(text[: text.index(b",")])
    assert adapter.decode_json(adapter.dump_json(value, warnings="error")) == value


def test_a_complaint_names_the_type_below_functions() -> None:
    with pytest.raises(SerializationError, match=r"expected int, got 'x' \(str\)"):
        Adapter(Annotated[int, AfterValidator(abs)]).dump("x", warnings="error")


Tree = TypeAliasType("Tree", "dict[str, Tree] | list[Tree] | int")


def test_of_branches_without_a_class_the_one_that_fits_is_taken() -> None:
    adapter: Adapter[Any] = Adapter(Tree | IPvAnyAddress)
    for document in (b'"1.2.3.4"', b'{"a":[1]}', b"3"):
        value = adapter.decode_json(document)
        assert adapter.dump_json(value, warnings="error") == document
        assert msgspec.json.encode(adapter.dump(value, mode="json", warnings="error")) == document


def test_fields_that_the_constructor_does_not_take_are_written_too() -> None:
    @dataclasses.dataclass
    class Counter:
        start: int
        step: int = dataclasses.field(default=2, init=False)
        seen: list[int] = dataclasses.field(default_factory=list, init=False)

    adapter, expected = Adapter(Counter), {"start": 1, "step": 2, "seen": []}
    assert adapter.dump(Counter(1)) == expected
    assert adapter.dump_json(Counter(1)) == b'{"start":1,"step":2,"seen":[]}'
    assert Adapter(list[Counter]).dump_json([Counter(1)]) == b'[{"start":1,"step":2,"seen":[]}]'
    assert compile_response_encoder(adapter.tree)(Counter(1)) == b'{"start":1,"step":2,"seen":[]}'
    assert pydantic.TypeAdapter(Counter).dump_python(Counter(1)) == expected


@pytest.mark.parametrize(
    ("hint", "value", "dumped", "written"),
    [
        (Fraction, Fraction(1, 3), "1/3", b'"1/3"'),
        (Fraction | None, Fraction(1, 3), "1/3", b'"1/3"'),
        (dict[Fraction, int], {Fraction(1, 2): 1}, {"1/2": 1}, b'{"1/2":1}'),
        (Any, [Fraction(1, 3)], ["1/3"], b'["1/3"]'),
        (re.Pattern[str], re.compile("a"), re.compile("a"), b'"a"'),
    ],
)
def test_some_values_are_dumped_as_text(hint: Any, value: Any, dumped: Any, written: bytes) -> None:
    assert Adapter(hint).dump(value) == dumped
    assert Adapter(hint).dump_json(value) == written
    assert pydantic.TypeAdapter(hint).dump_python(value) == dumped
    assert pydantic.TypeAdapter(hint).dump_json(value) == written


def test_a_pattern_of_bytes_is_written_as_its_text() -> None:
    assert Adapter(re.Pattern[bytes]).dump_json(re.compile(b"a")) == b'"a"'


class Silent(Model):
    a: int = Field(default=1, exclude=True)


def test_a_model_of_which_nothing_is_written_is_an_empty_object() -> None:
    assert Silent().model_dump(mode="json") == {}
    assert Adapter(list[Silent]).dump_json([Silent()]) == b"[{}]"
    assert Adapter(list[Silent]).dump_msgpack([Silent()]) == b"\x91\x80"


def test_an_unknown_option_is_named_with_a_suggestion() -> None:
    unknown: Any = {"exclude_nones": True}
    for dump in (OUR_SMALL.model_dump, OUR_SMALL.model_dump_json, Adapter(int).dump_msgpack):
        with pytest.raises(TypeError, match=r"^dumping has no option 'exclude_nones'; did you mean"):
            dump(*(() if dump.__name__.startswith("model") else (1,)), **unknown)
    with pytest.raises(TypeError, match=r"^dumping has no option 'mode'$"):
        OUR_SMALL.model_dump_json(mode="json")
