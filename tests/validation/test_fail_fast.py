"""Collections that fail fast report their first fault and read nothing after it."""

from __future__ import annotations

import re
import typing
from collections import deque
from collections.abc import Iterable, MutableSequence, Sequence
from collections.abc import Set as AbstractSet
from typing import Annotated, Any

import pydantic
import pytest

from bolide.types import FailFast, Json
from bolide.validation.adapter import Adapter
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.functions import AfterValidator
from bolide.validation.hints import TypeHintError
from bolide.validation.model import Model
from bolide.validation.strings import StringParser

ARRAYS = (list[int], set[int], frozenset[int], deque[int], MutableSequence[int], AbstractSet[int])
TUPLES = (tuple[int, ...], tuple[int], tuple[int, int], tuple[int, int, int])
BOUNDS: tuple[dict[str, Any], ...] = ({}, {"min_length": 2, "max_length": 3})
INPUTS: tuple[Any, ...] = (
    *([], [1], ["1", 2], ["1", "x", "y"], ["x", "y", 1, 1], [1, 2, 3, 4], [1, 2, 3, 4, "x"]),
    *([1, 2, 3, "x", 4], (1, "x", "x"), "abc", None),
)
MAP_INPUTS: tuple[Any, ...] = (
    *({"a": "x", "b": "y"}, {"1": "x", 2: "y"}, {"b": 1, "c": 1}, {1: 1, "b": "y"}),
    *({1: 1}, {1: 1, 2: 2}, {1: 1, 2: 2, 3: 3, 4: 4}, {1: 1, 2: 2, 3: 3, 4: "x"}),
)


def errors_of(validate: Any, value: object) -> Any:
    try:
        return validate(value)
    except (ValidationError, pydantic.ValidationError) as error:
        return [(each["type"], each["loc"], each["msg"], each.get("ctx")) for each in error.errors()]


def check_like_pydantic(hint: Any, value: object, bounds: dict[str, Any]) -> None:
    ours = Adapter(Annotated[hint, Field(fail_fast=True, **bounds)]).validate
    theirs = pydantic.TypeAdapter(Annotated[hint, pydantic.Field(fail_fast=True, **bounds)]).validate_python
    assert errors_of(ours, value) == errors_of(theirs, value)


@pytest.mark.parametrize("hint", ARRAYS, ids=str)
@pytest.mark.parametrize("bounds", BOUNDS, ids=str)
def test_arrays_end_where_pydantics_end(hint: Any, bounds: dict[str, Any]) -> None:
    for value in INPUTS:
        check_like_pydantic(hint, value, bounds)


@pytest.mark.parametrize("hint", TUPLES, ids=str)
def test_tuples_end_where_pydantics_end(hint: Any) -> None:
    for value in INPUTS:
        check_like_pydantic(hint, value, {})


@pytest.mark.parametrize("bounds", BOUNDS, ids=str)
def test_maps_end_where_pydantics_end(bounds: dict[str, Any]) -> None:
    for value in MAP_INPUTS:
        check_like_pydantic(dict[int, int], value, bounds)


@pytest.mark.parametrize(
    "hint",
    [Sequence[int], Iterable[int], tuple[int, *tuple[int, ...]], tuple[int, *tuple[int, ...], int, int]],
    ids=str,
)
def test_what_pydantic_does_not_let_fail_fast_does_too(hint: Any) -> None:
    assert errors_of(Adapter(Annotated[hint, FailFast()]).validate, [1, "x", 3, "y", "z"]) == [
        ("int_parsing", (1,), "Input should be a valid integer, unable to parse string as an integer", None)
    ]


def test_an_item_that_has_no_hash_ends_reading() -> None:
    adapter = Adapter(Annotated[set[Any], FailFast()])
    assert errors_of(adapter.validate, [1, [], {}]) == [
        ("set_item_not_hashable", (1,), "Set items should be hashable", None)
    ]


def test_a_key_that_has_no_hash_ends_reading() -> None:
    adapter = Adapter(Annotated[dict[Json[Any], int], FailFast()])
    assert errors_of(adapter.validate, {"[]": 1, "{}": 2, "x": 3}) == [
        ("is_hashable", ("[]", "[key]"), "Input should be hashable", None)
    ]


def test_only_the_collection_itself_fails_fast() -> None:
    class Grid(Model):
        rows: list[Annotated[list[int], FailFast()]]
        columns: list[list[int]] = Field(default=[], fail_fast=True)
        name: str = ""

    value = {"rows": [["x", "y"], ["z"]], "columns": [["x", "y"], ["z"]], "name": 1}
    with pytest.raises(ValidationError) as raised:
        Grid.model_validate(value)
    locs = [error["loc"] for error in raised.value.errors()]
    assert locs == [("rows", 0, 0), ("rows", 1, 0), ("columns", 0, 0), ("columns", 0, 1), ("name",)]


def test_fail_fast_can_be_taken_back() -> None:
    hint = Annotated[Annotated[list[int], FailFast()], FailFast(False)]
    assert len(errors_of(Adapter(hint).validate, ["x", "y"])) == 2


def test_repeated_parameters_fail_fast() -> None:
    parser = StringParser(Adapter(Annotated[list[int], FailFast()]).tree)
    errors: list[Any] = []
    parser.collect(["1", "x", "y"], ("query", "ids"), errors)
    assert [error["loc"] for error in errors] == [("query", "ids", 1)]


def test_fail_fast_is_pushed_into_an_optional() -> None:
    adapter = Adapter(typing.Optional[Annotated[list[int], FailFast()]])  # noqa: UP045 - as users write it
    assert adapter.validate(None) is None
    assert len(errors_of(adapter.validate, ["x", "y"])) == 1
    assert len(errors_of(Adapter(Annotated[list[int] | None, FailFast()]).validate, ["x", "y"])) == 1


@pytest.mark.parametrize("hint", [int, str, Any, Annotated[list[int], AfterValidator(sorted)]], ids=str)
def test_fail_fast_of_what_is_no_collection_is_refused(hint: Any) -> None:
    with pytest.raises(TypeHintError, match="fail_fast does not apply to this type"):
        Adapter(Annotated[hint, FailFast()]).validate(1)


@pytest.mark.parametrize(
    ("hint", "bounds", "text"),
    [
        (tuple[int, str], {"min_length": 3}, "min_length=3 of a tuple of 2 leaves no value possible"),
        (tuple[int, str], {"max_length": 1}, "max_length=1 of a tuple of 2 leaves no value possible"),
        (tuple[int, *tuple[str, ...], int], {"max_length": 1}, "max_length=1 of a tuple of 2 leaves"),
        (
            tuple[int, *tuple[str, ...]],
            {"min_length": 3, "max_length": 2},
            "min_length=3 and max_length=2 leave",
        ),
    ],
    ids=str,
)
def test_impossible_lengths_of_tuples_are_refused(hint: Any, bounds: dict[str, int], text: str) -> None:
    with pytest.raises(TypeHintError, match=re.escape(text)):
        Adapter(Annotated[hint, Field(**bounds)]).validate(())


def test_lengths_that_a_tuple_has_anyway_say_nothing() -> None:
    adapter = Adapter(Annotated[tuple[int, str], Field(min_length=1, max_length=2)])
    assert adapter.tree == Adapter(tuple[int, str]).tree
    assert adapter.validate(["1", "a"]) == (1, "a")


def test_tuples_of_any_length_have_bounds() -> None:
    hint = Annotated[tuple[int, *tuple[int, ...]], Field(min_length=2, max_length=3)]
    adapter = Adapter(hint)
    assert adapter.decode_json(b"[1, 2, 3]") == (1, 2, 3)
    assert errors_of(adapter.validate, [1]) == [
        (
            "too_short",
            (),
            "Tuple should have at least 2 items after validation, not 1",
            {"field_type": "Tuple", "min_length": 2, "actual_length": 1},
        )
    ]
    assert errors_of(adapter.validate, [1, "x", 3, 4]) == [
        (
            "too_long",
            (),
            "Tuple should have at most 3 items after validation, not 4",
            {"field_type": "Tuple", "max_length": 3, "actual_length": 4},
        )
    ]
    assert adapter.json_schema() == {
        "type": "array",
        "minItems": 2,
        "maxItems": 3,
        "prefixItems": [{"type": "integer"}],
        "items": {"type": "integer"},
    }
