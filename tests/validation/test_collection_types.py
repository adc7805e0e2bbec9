"""Collections of the standard library: what is read, what is refused, what is written."""

from __future__ import annotations

import collections
import typing
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque
from collections.abc import Generator, Iterable, Iterator, Mapping, MutableMapping, MutableSet, Sequence
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Annotated, Any

import annotated_types
import pydantic
import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.build import build_tree
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.hints import TypeHintError
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from bolide.validation.strings import StringParser
from tests.identifiers import stable_id

Sized = Annotated[deque[int], pydantic.Field(min_length=1, max_length=2)]

ARRAY_INPUTS: tuple[Any, ...] = (
    *([], ["1", "x"], (1, 2, 3), {1}, frozenset({2}), deque([1], maxlen=3), range(2)),
    *("ab", b"ab", {"a": 1}, {1: 2}.keys(), None, 5, ["x", "y", "z"]),
)
MAP_INPUTS: tuple[Any, ...] = (
    *({}, {"a": "1"}, {"a": 1, "b": 2, "c": 3}, {"a": "x", "b": "y"}, [("a", 1)], None, "a"),
    *(OrderedDict(a=1), Counter("ab"), MappingProxyType({"a": 1}), ChainMap({"a": 1}), {1: 1}),
)

SAME_ARRAYS: tuple[Any, ...] = (deque, deque[int], AbstractSet[int], MutableSet[int])
SAME_MAPS: tuple[Any, ...] = (
    *(OrderedDict[str, int], Counter[str], defaultdict[str, int], Mapping[str, int]),
    *(MutableMapping[str, int], typing.OrderedDict[str, int], defaultdict[str, list[int]]),
)


def theirs(hint: Any, value: object) -> tuple[Any, Any]:
    try:
        return pydantic.TypeAdapter(hint).validate_python(value), None
    except pydantic.ValidationError as error:
        return None, [(each["type"], each["loc"], each["msg"], each.get("ctx")) for each in error.errors()]


def ours(hint: Any, value: object) -> tuple[Any, Any]:
    try:
        return Adapter(hint).validate(value), None
    except ValidationError as error:
        return None, [(each["type"], each["loc"], each["msg"], each.get("ctx")) for each in error.errors()]


def check_same(hint: Any, value: object) -> None:
    mine, my_errors = ours(hint, value)
    other, other_errors = theirs(hint, value)
    assert my_errors == other_errors
    assert mine == other
    assert type(mine) is type(other)
    assert getattr(mine, "maxlen", None) == getattr(other, "maxlen", None)
    assert getattr(mine, "default_factory", None) == getattr(other, "default_factory", None)


def bounded(hint: Any, module: Any) -> Any:
    return Annotated[hint, module.Field(min_length=1, max_length=2)]


@pytest.mark.parametrize("value", ARRAY_INPUTS, ids=stable_id)
@pytest.mark.parametrize("hint", SAME_ARRAYS, ids=stable_id)
def test_arrays_are_read_as_pydantic_reads_them(hint: Any, value: object) -> None:
    check_same(hint, value)


@pytest.mark.parametrize("value", MAP_INPUTS, ids=stable_id)
@pytest.mark.parametrize("hint", SAME_MAPS, ids=stable_id)
def test_maps_are_read_as_pydantic_reads_them(hint: Any, value: object) -> None:
    check_same(hint, value)


@pytest.mark.parametrize("hint", [deque[int], OrderedDict[str, int], Counter[str]], ids=stable_id)
def test_sizes_are_checked_as_pydantic_checks_them(hint: Any) -> None:
    for value in MAP_INPUTS if hint is not deque[int] else ARRAY_INPUTS:
        _, mine = ours(bounded(hint, __import__("bolide")), value)
        _, other = theirs(bounded(hint, pydantic), value)
        assert mine == other


@pytest.mark.parametrize("value", ARRAY_INPUTS, ids=stable_id)
def test_sequences_are_refused_as_pydantic_refuses_them(value: object) -> None:
    assert ours(Sequence[int], value)[1] == theirs(Sequence[int], value)[1]


def test_sequences_become_lists() -> None:
    assert ours(Sequence[int], (1, "2")) == ([1, 2], None)
    assert Adapter(Sequence[int]).decode_json(b"[1]") == [1]


@pytest.mark.parametrize("hint", [Iterable[int], Iterator[int], Generator[int, None, None]], ids=stable_id)
def test_iterables_become_lists_of_checked_items(hint: Any) -> None:
    assert ours(hint, (n for n in (1, 2))) == ([1, 2], None)
    assert ours(hint, [1, "x"])[1][0][:2] == ("int_parsing", (1,))
    assert ours(hint, 5)[1] == [("iterable_type", (), "Input should be iterable", None)]
    assert ours(hint, "12")[1] == [("iterable_type", (), "Input should be iterable", None)]


def test_chain_maps_become_one_map() -> None:
    value, _ = ours(ChainMap[str, int], ChainMap({"a": "1"}, {"a": 5, "b": 2}))
    assert value == ChainMap({"a": 1, "b": 2})
    assert len(value.maps) == 1


def test_mapping_proxies_are_read_only() -> None:
    value, _ = ours(MappingProxyType[str, int], {"a": "1"})
    assert type(value) is MappingProxyType
    assert value == {"a": 1}


@pytest.mark.parametrize(
    "hint",
    [
        *(int, str, float, bool, list[int], set[int], frozenset[int], tuple[int, ...]),
        *(dict[str, int], OrderedDict[str, int], Counter[str], Mapping[str, int]),
    ],
    ids=str,
)
def test_defaultdict_makes_what_pydantics_makes(hint: Any) -> None:
    expected = pydantic.TypeAdapter(defaultdict[str, hint]).validate_python({}).default_factory
    assert Adapter(defaultdict[str, hint]).validate({}).default_factory is expected


@pytest.mark.parametrize("hint", [ChainMap[str, int], defaultdict[str, int], int | None, bytes, Any], ids=str)
def test_defaultdict_does_not_guess_what_is_missing(hint: Any) -> None:
    with pytest.raises(TypeHintError, match="does not say what missing values are"):
        build_tree(defaultdict[str, hint])


def test_defaultdict_takes_its_factory_from_the_annotation() -> None:
    hint = defaultdict[str, Annotated[int | None, Field(default_factory=lambda: 7)]]
    assert Adapter(hint).decode_json(b"{}")["a"] == 7


TUPLES: tuple[tuple[Any, Any, Any], ...] = (
    (tuple[int, *tuple[str, ...]], ["1"], (1,)),
    (tuple[int, *tuple[str, ...]], [1, "a", "b"], (1, "a", "b")),
    (tuple[int, *tuple[str, ...], bool], [1, "a", "b", True], (1, "a", "b", True)),
    (tuple[int, *tuple[str, ...], bool], [1, True], (1, True)),
    (tuple[int, typing.Unpack[tuple[str, ...]]], [1, "a"], (1, "a")),  # noqa: UP044
    (tuple[*tuple[str, ...], int, int], ["a", 1, 2], ("a", 1, 2)),
)


@pytest.mark.parametrize(("hint", "value", "expected"), TUPLES, ids=stable_id)
def test_tuples_of_any_length_are_read(hint: Any, value: Any, expected: Any) -> None:
    assert ours(hint, value) == (expected, None)


def test_tuples_of_any_length_report_every_position() -> None:
    hint = tuple[int, *tuple[str, ...], bool]
    errors = ours(hint, ["x", 1, "b", "z"])[1]
    assert [error[:2] for error in errors] == [
        ("int_parsing", (0,)),
        ("string_type", (1,)),
        ("bool_parsing", (3,)),
    ]
    missing = ours(hint, [])[1]
    assert [error[:2] for error in missing] == [("missing", (0,)), ("missing", (1,))]


class Item(Model):
    name: str


class Holder(Model):
    queue: deque[Item]
    by_name: OrderedDict[str, Item]
    counts: Counter[str]
    view: MappingProxyType[str, int]
    chain: ChainMap[str, Item]
    pairs: tuple[int, *tuple[Item, ...]]


HOLDER = (
    b'{"queue":[{"name":"a"}],"by_name":{"b":{"name":"b"}},"counts":{"x":2},"view":{"v":1},'
    b'"chain":{"c":{"name":"c"}},"pairs":[1,{"name":"d"}]}'
)


def test_collections_in_models_survive_a_round_trip() -> None:
    holder = Holder.model_validate_json(HOLDER)
    assert holder.queue == deque([Item(name="a")])
    assert type(holder.by_name) is OrderedDict
    assert holder.pairs == (1, Item(name="d"))
    assert compile_response_encoder(build_tree(Holder))(holder) == HOLDER


class Secret(Item):
    secret: str = "s"


def test_responses_filter_what_collections_hold() -> None:
    holder = Holder.model_validate_json(HOLDER)
    holder.queue.append(Secret(name="q"))
    holder.chain["c"] = Secret(name="c")
    holder.pairs = (1, Secret(name="d"))
    written = compile_response_encoder(build_tree(Holder))(holder)
    assert written == HOLDER.replace(b'[{"name":"a"}]', b'[{"name":"a"},{"name":"q"}]')


@pytest.mark.parametrize(
    ("hint", "value", "written"),
    [
        (Iterable[Item], (Item(name=name) for name in "ab"), b'[{"name":"a"},{"name":"b"}]'),
        (Sequence[int], (1, 2), b"[1,2]"),
        (AbstractSet[int], {1}, b"[1]"),
        (Mapping[str, Item], MappingProxyType({"a": Secret(name="a")}), b'{"a":{"name":"a"}}'),
        (deque[Item], deque([Secret(name="a")]), b'[{"name":"a"}]'),
        (defaultdict[str, int], collections.defaultdict(int, a=1), b'{"a":1}'),
        (tuple[Item, *tuple[int, ...]], (Secret(name="a"), 1), b'[{"name":"a"},1]'),
    ],
    ids=stable_id,
)
def test_responses_write_collections(hint: Any, value: object, written: bytes) -> None:
    assert compile_response_encoder(build_tree(hint))(value) == written


@pytest.mark.parametrize("hint", [deque[int], Sequence[int], Iterable[int], AbstractSet[int]], ids=stable_id)
def test_query_lists_become_collections(hint: Any) -> None:
    parser = StringParser(build_tree(hint))
    assert parser.multiple
    assert list(parser.parse(["1", "2"])) == [1, 2]
    assert parser.parse(["1"]) == parser.collect([" 1"], (), [])


def test_union_branches_of_collections_have_labels() -> None:
    hint = deque[int] | OrderedDict[str, int] | Counter[str] | AbstractSet[int]
    mine = [error[1] for error in ours(hint, None)[1]]
    assert mine == [error[1] for error in theirs(hint, None)[1]]


@pytest.mark.parametrize(
    "value",
    [
        *({"a": "x", "b": 1, "c": 2}, {"a": 1, "b": "x", "c": 2}, {"a": 1, "b": "x"}),
        *({"a": "x", "b": "y", "c": 1}, {"a": 1, "b": 2, "c": "x"}, {1: 1, "a": 1, "b": 2}),
    ],
)
def test_a_dictionary_ends_at_the_first_valid_entry_too_many(value: Any) -> None:
    check_same(Annotated[dict[str, int], annotated_types.Len(0, 1)], value)
