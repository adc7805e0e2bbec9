"""``OnErrorOmit`` leaves out the parts of collections that are not valid."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, MutableSequence
from collections.abc import Set as AbstractSet
from typing import Annotated, Any

import pydantic
import pytest
from typing_extensions import TypeAliasType

from bolide.types import OnErrorOmit
from bolide.validation.adapter import Adapter
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.hints import TypeHintError
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from bolide.validation.strings import StringParser

ARRAYS: tuple[Any, ...] = (list, set, frozenset, deque, MutableSequence, AbstractSet)
OPTIONS: tuple[dict[str, Any], ...] = ({}, {"min_length": 2, "max_length": 3}, {"fail_fast": True})
INPUTS: tuple[Any, ...] = (
    *([], [1, 2], ["1", "x", "y"], ["x", "y", 1, 1], [1, 2, 3, 4], [1, 2, 3, "x", 4], ["x"]),
    *((1, "x", "x"), "abc", None),
)
MAP_INPUTS: tuple[Any, ...] = (
    *({}, {"a": "x", "b": "y"}, {"1": "x", 2: "y"}, {"b": 1, "c": 1}, {1: 1, "b": "y"}),
    *({1: 1, 2: 2, 3: "x"}, {1: 1, 2: 2, 3: 3, 4: 4}),
)


def outcome(validate: Any, value: object) -> Any:
    try:
        made = validate(value)
    except (ValidationError, pydantic.ValidationError) as error:
        return [(each["type"], each["loc"], each["msg"], each.get("ctx")) for each in error.errors()]
    return type(made), made


def check_like_pydantic(mine: Any, other: Any, options: dict[str, Any], values: tuple[Any, ...]) -> None:
    ours = Adapter(Annotated[mine, Field(**options)])
    theirs = pydantic.TypeAdapter(Annotated[other, pydantic.Field(**options)])
    for value in values:
        assert outcome(ours.validate, value) == outcome(theirs.validate_python, value), value


@pytest.mark.parametrize("origin", ARRAYS, ids=str)
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_items_are_left_out_as_pydantic_leaves_them_out(origin: Any, options: dict[str, Any]) -> None:
    check_like_pydantic(origin[OnErrorOmit[int]], origin[pydantic.OnErrorOmit[int]], options, INPUTS)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_items_of_tuples_are_left_out_as_pydantic_leaves_them_out(options: dict[str, Any]) -> None:
    check_like_pydantic(tuple[OnErrorOmit[int], ...], tuple[pydantic.OnErrorOmit[int], ...], options, INPUTS)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_entries_are_left_out_as_pydantic_leaves_them_out(options: dict[str, Any]) -> None:
    mine, other = OnErrorOmit[int], pydantic.OnErrorOmit[int]
    check_like_pydantic(dict[mine, int], dict[other, int], options, MAP_INPUTS)  # type: ignore[valid-type]
    check_like_pydantic(dict[int, mine], dict[int, other], options, MAP_INPUTS)  # type: ignore[valid-type]
    check_like_pydantic(dict[mine, mine], dict[other, other], options, MAP_INPUTS)  # type: ignore[valid-type]


def test_collections_in_collections_are_left_out_whole() -> None:
    values = ([[1], ["x"], 3, [1, "x"]],)
    check_like_pydantic(
        list[OnErrorOmit[list[int]]], list[pydantic.OnErrorOmit[list[int]]], {}, (*values, INPUTS[:4])
    )
    check_like_pydantic(
        list[OnErrorOmit[list[OnErrorOmit[int]]]],
        list[pydantic.OnErrorOmit[list[pydantic.OnErrorOmit[int]]]],
        {},
        values,
    )


Count = Annotated[int, Field(ge=0)]


class Item(Model):
    name: str
    count: Count = 1


class Order(Model):
    items: list[OnErrorOmit[Item]]
    parts: OnErrorOmit[list[int]] | None = None


Lenient = TypeAliasType("Lenient", OnErrorOmit[int])


def test_documents_with_faults_lose_only_these() -> None:
    adapter = Adapter(list[OnErrorOmit[Item]])
    document = b'[{"name": "a"}, {"name": 1}, {}, {"name": "b", "count": -1}, {"name": "c", "count": "2"}]'
    assert adapter.decode_json(document) == [Item(name="a"), Item(name="c", count=2)]
    assert adapter.decode_json(b'[{"name": "a"}]') == [Item(name="a")]
    assert adapter.json_schema() == Adapter(list[Item]).json_schema()


def test_an_alias_may_say_it() -> None:
    assert Adapter(dict[str, Lenient]).validate({"a": "1", "b": "x"}) == {"a": 1}


def test_more_faults_than_errors_are_reported_are_left_out() -> None:
    assert Adapter(list[OnErrorOmit[int]], max_errors=2).validate(["x"] * 300 + [1]) == [1]
    assert Adapter(list[OnErrorOmit[list[int]]]).validate([["x"] * 300, [1]]) == [[1]]


def test_counters_lazy_iterables_and_pydantics_mark_are_known() -> None:
    assert Adapter(Counter[OnErrorOmit[int]]).validate({"1": 2, "x": 3}) == {1: 2}
    assert Adapter(Iterable[OnErrorOmit[int]]).validate(iter(["1", "x"])) == [1]
    assert Adapter(list[pydantic.OnErrorOmit[int]]).validate(["1", "x"]) == [1]


def test_repeated_parameters_and_results_are_read_alike() -> None:
    adapter = Adapter(list[OnErrorOmit[int]])
    errors: list[Any] = []
    assert StringParser(adapter.tree).collect(["1", "x"], ("query", "ids"), errors) == [1]
    assert errors == []
    assert compile_response_encoder(adapter.tree)([1, 2]) == b"[1,2]"


def test_a_union_prefers_what_leaves_nothing_out() -> None:
    assert Adapter(list[OnErrorOmit[int]] | list[str]).validate(["x"]) == ["x"]
    assert Adapter(list[OnErrorOmit[int]] | list[str]).validate([1]) == [1]
    assert Adapter(dict[str, OnErrorOmit[int]] | dict[str, str]).validate({"a": "x"}) == {"a": "x"}


@pytest.mark.parametrize(
    "hint",
    [
        OnErrorOmit[int],
        list[OnErrorOmit[int] | None],
        list[Annotated[OnErrorOmit[int], Field(gt=3)]],
        tuple[OnErrorOmit[int], int],
        tuple[int, *tuple[OnErrorOmit[int], ...]],
        Order,
    ],
    ids=str,
)
def test_a_place_where_nothing_can_be_left_out_is_refused(hint: Any) -> None:
    with pytest.raises(TypeHintError, match="has OnErrorOmit where nothing can be left out"):
        Adapter(hint).validate(1)
