"""Models whose validators run inside of the decoder."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from bolide.validation.adapter import FAST_PATH_ERRORS, Adapter
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.functions import AfterValidator
from bolide.validation.model import Model

CALLS: list[Any] = []


def note(value: Any) -> Any:
    CALLS.append(value)
    return value


def shout(text: str) -> str:
    if text == "quiet":
        raise ValueError("too quiet")
    return text.upper()


class Cry(Model):
    text: Annotated[str, Field(min_length=1), AfterValidator(shout), AfterValidator(note)]
    times: int = 1


class Frozen(Model, frozen=True):
    text: Annotated[str, AfterValidator(shout)]


class Tree(Model):
    name: Annotated[str, AfterValidator(shout)]
    children: Annotated[list[Tree], AfterValidator(list)]


@pytest.fixture(autouse=True)
def _forget_calls() -> None:  # pyright: ignore[reportUnusedFunction]
    CALLS.clear()


def test_the_fast_path_calls_validators_once_and_in_order() -> None:
    cry = Adapter(Cry).fast_decode_json(b'{"text": "hey"}')
    assert (type(cry), cry) == (Cry, Cry.model_construct(text="HEY", times=1))
    assert CALLS == ["HEY"]


def test_instances_below_others_are_finished() -> None:
    cries = Adapter(dict[str, list[Cry | None]]).fast_decode_json(b'{"a": [{"text": "hey"}, null]}')
    assert cries == {"a": [Cry.model_construct(text="HEY", times=1), None]}
    assert {type(cry) for cry in cries["a"]} == {Cry, type(None)}


def test_what_a_validator_refuses_is_reported_by_the_walker() -> None:
    with pytest.raises(FAST_PATH_ERRORS):
        Adapter(Cry).fast_decode_json(b'{"text": "quiet"}')
    with pytest.raises(ValidationError) as caught:
        Adapter(Cry).decode_json(b'{"text": "quiet", "times": "x"}')
    assert [(error["type"], error["loc"]) for error in caught.value.errors()] == [
        ("value_error", ("text",)),
        ("int_parsing", ("times",)),
    ]


def test_frozen_instances_are_finished_before_they_are_hashed() -> None:
    assert Adapter(frozenset[Frozen]).decode_json(b'[{"text": "a"}, {"text": "A"}]') == frozenset(
        {Frozen.model_construct(text="A")}
    )


def test_recursive_models_with_validators_are_read() -> None:
    tree = Adapter(Tree).decode_json(b'{"name": "a", "children": [{"name": "b", "children": []}]}')
    leaf = Tree.model_construct(name="B", children=[])
    assert tree == Tree.model_construct(name="A", children=[leaf])


def test_functions_of_several_fields_run_in_the_order_of_the_fields() -> None:
    class Pair(Model):
        first: Annotated[int, AfterValidator(note)]
        inner: Cry
        last: Annotated[int, AfterValidator(note)]

    Adapter(Pair).decode_json(b'{"last": 2, "inner": {"text": "hey"}, "first": 1}')
    assert sorted(map(str, CALLS)) == ["1", "2", "HEY"]
    CALLS.clear()

    class Two(Model):
        first: Annotated[int, AfterValidator(note)]
        last: Annotated[int, AfterValidator(note)]

    Adapter(Two).decode_json(b'{"last": 2, "first": 1}')
    assert CALLS == [1, 2]


def test_copies_are_not_finished_again() -> None:
    cry = Adapter(Cry).decode_json(b'{"text": "hey"}')
    CALLS.clear()
    assert cry.model_copy(deep=True) == cry
    assert CALLS == []


def test_any_other_exception_of_a_validator_comes_out() -> None:
    def fail(value: int) -> int:
        raise KeyError(value)

    class Failing(Model):
        number: Annotated[int, AfterValidator(fail)]

    with pytest.raises(KeyError):
        Failing.model_validate_json(b'{"number": 1}')
