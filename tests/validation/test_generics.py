"""Generic models: one class per choice of type arguments."""

from __future__ import annotations

import copy
import pickle
import sys
from typing import Annotated, Any, Generic, Literal, TypeVar, Union

import pydantic
import pytest

from bolide.validation.build import build_tree
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.generics import parameters_of
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder

T = TypeVar("T")
U = TypeVar("U")
N = TypeVar("N", bound=int)


class Box(Model, Generic[T]):
    item: T
    more: list[Box[T]] = []


class Pair(Box[T], Generic[T, U]):
    other: U


class Swapped(Pair[U, T], Generic[T, U]):
    third: dict[str, T] = {}


class IntBox(Box[int], frozen=True):
    unit: str = "m"


class Holder(Model, Generic[T]):
    pair: Pair[T, list[T]] | None = None


class Bounded(Model, Generic[N]):
    number: N


class Left(Model, Generic[T]):
    left: T


class LeftAndRight(Left[int], Generic[T]):
    right: T


def test_type_arguments_replace_type_variables_at_every_depth() -> None:
    box = Box[int].model_validate_json('{"item": "1", "more": [{"item": 2}]}')
    assert box == Box[int](item=1, more=[Box[int](item=2)])
    assert type(box.more[0]) is Box[int]
    holder = Holder[int].model_validate({"pair": {"item": "1", "other": ["2"]}})
    assert holder.model_dump() == {"pair": {"item": 1, "more": [], "other": [2]}}


def test_errors_name_the_class_with_its_arguments() -> None:
    with pytest.raises(ValidationError) as caught:
        Box[list[int]].model_validate({"item": ["x"]})
    assert caught.value.title == "Box[list[int]]"
    assert [(each["type"], each["loc"]) for each in caught.value.errors()] == [("int_parsing", ("item", 0))]


def test_subclasses_fill_in_or_hand_on_type_variables() -> None:
    assert IntBox(item="4").model_dump() == {"item": 4, "more": [], "unit": "m"}  # type: ignore[arg-type]
    swapped = Swapped[int, str].model_validate({"item": "a", "other": "5", "third": {"x": "1"}})
    assert swapped.model_dump() == {"item": "a", "more": [], "other": 5, "third": {"x": 1}}
    assert LeftAndRight[str].model_validate({"left": "1", "right": "2"}).model_dump() == {
        "left": 1,
        "right": "2",
    }


def test_arguments_may_come_in_steps() -> None:
    assert Pair[int, list[T]][str] is Pair[int, list[str]]  # type: ignore[misc]
    assert parameters_of(Pair[int, list[T]]) == (T,)  # type: ignore[misc]
    assert Box[T] is Box  # type: ignore[misc]


def test_without_arguments_bounds_hold() -> None:
    assert Box(item="x").item == "x"
    with pytest.raises(ValidationError):
        Bounded(number="x")  # type: ignore[type-var]


def test_a_class_is_made_once() -> None:
    assert Box[int] is Box[int]
    assert Box[int] is not Box[str]
    assert issubclass(Box[int], Box)
    assert isinstance(Box[int](item=1), Box)


def test_arguments_without_a_hash_make_a_class_too() -> None:
    hint: Any = Box[Annotated[int, Field(gt=1), {"not": "hashable"}]]
    with pytest.raises(ValidationError):
        hint(item=1)


class Theirs(pydantic.BaseModel, Generic[T]):
    item: T


@pytest.mark.parametrize(
    "argument",
    [
        int,
        list[int],
        Union[int, None],  # noqa: UP007
        dict[str, list[int | str]],
        Literal["a", 1],
        tuple[int, ...],
        None,
        Any,
    ],
    ids=str,
)
def test_names_are_pydantics(argument: Any) -> None:
    ours: Any = Box[argument]
    assert ours.__name__ == Theirs[argument].__name__.replace("Theirs", "Box")


def test_instances_of_another_choice_are_read_again() -> None:
    read = Box[int].model_validate(Box[Any](item="5"))
    assert type(read) is Box[int]
    assert read.item == 5
    assert IntBox.model_validate(IntBox(item=1)) == IntBox(item=1)


def test_generic_models_are_pickled_and_copied() -> None:
    box = Box[Box[int]](item=Box[int](item=1))
    loaded = pickle.loads(pickle.dumps(box))
    assert loaded == box
    assert type(loaded) is Box[Box[int]]
    assert copy.deepcopy(box) == box


def test_responses_filter_generic_models() -> None:
    class Secret(Box[int]):
        secret: str = "secret"

    encode = compile_response_encoder(build_tree(Box[Box[int]]))
    box = Box[Box[int]](item=Secret(item=1))
    assert encode(box) == b'{"item":{"item":1,"more":[]},"more":[]}'


def test_the_number_of_arguments_is_checked() -> None:
    with pytest.raises(TypeError, match="Pair takes 2 type arguments, not 1"):
        Pair[int]  # type: ignore[misc]
    with pytest.raises(TypeError, match="IntBox is not a generic class"):
        IntBox[int]  # type: ignore[misc]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="new syntax")
def test_type_parameters_of_python_3_12_work() -> None:
    from tests.validation import py312_generics

    py312_generics.check()


def test_classes_of_one_generic_model_compare_by_value() -> None:
    class Frozen(Model, Generic[T], frozen=True):
        item: T

    class Open(Model, Generic[T], extra="allow"):
        item: T

    for generic in (Box, Frozen, Open):
        model: Any = generic
        assert model(item=1) == model[int](item=1) == model[float](item=1)
        assert model(item=1) != model[int](item=2)
        assert (model(item=1) != model[int](item=1)) is False
    assert hash(Frozen(item=1)) == hash(Frozen[int](item=1))
    assert Box(item=1) != IntBox(item=1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Box(item=1))
