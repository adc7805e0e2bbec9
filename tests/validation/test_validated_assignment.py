"""Assignments to models that validate them, and deletions from frozen ones."""

from typing import Any

import pydantic
import pytest

from bolide.validation.config import ConfigDict
from bolide.validation.decorators import field_validator, model_validator
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.model import Model


def make_span(base: Any, names: Any, calls: list[Any]) -> Any:
    """Return a model of *base* whose validators, made by *names*, note what they get in *calls*."""

    class Span(base):  # type: ignore[misc]
        model_config = ConfigDict(validate_assignment=True)

        low: int = 1
        high: int = 2

        @names.model_validator(mode="before")
        @classmethod
        def prepare(cls, data: Any) -> Any:
            calls.append(("before", dict(data)))
            return data

        @names.model_validator(mode="wrap")
        @classmethod
        def around(cls, data: Any, handler: Any) -> Any:
            calls.append(("wrap", type(data).__name__))
            return handler(data)

        @names.field_validator("high")
        @classmethod
        def noted(cls, value: int, info: Any) -> int:
            calls.append(("field", info.data, info.field_name, info.mode))
            return value

        @names.model_validator(mode="after")
        def ordered(self) -> Any:
            calls.append(("after", self.low, self.high))
            if self.low > self.high:
                raise ValueError("low is above high")
            return self

    return Span


class OurNames:
    field_validator = field_validator
    model_validator = model_validator


@pytest.mark.parametrize(("name", "value"), [("high", "5"), ("low", 0), ("low", 7), ("low", "x")])
def test_an_assignment_runs_the_functions_that_pydantic_runs(name: str, value: object) -> None:
    our_calls: list[Any] = []
    their_calls: list[Any] = []
    ours = make_span(Model, OurNames, our_calls)()
    theirs = make_span(pydantic.BaseModel, pydantic, their_calls)()
    our_errors = their_errors = []
    try:
        setattr(ours, name, value)
    except ValidationError as error:
        our_errors = [{**each, "ctx": None, "input": None} for each in error.errors()]
    try:
        setattr(theirs, name, value)
    except pydantic.ValidationError as error:
        their_errors = [{**each, "ctx": None, "input": None} for each in error.errors(include_url=False)]
    assert our_calls == their_calls
    assert our_errors == their_errors
    if not our_errors:
        assert ours.model_dump() == theirs.model_dump()


def test_a_refused_assignment_leaves_everything_as_it_was() -> None:
    class Stock(Model, validate_assignment=True, track_fields_set=True, extra="allow"):
        count: int = 1
        names: list[str] = []

        @model_validator(mode="after")
        def small(self) -> "Stock":
            if self.count > 9:
                raise ValueError("too many")
            return self

    stock = Stock(names=["a"])
    with pytest.raises(ValidationError):
        stock.count = 10
    assert (stock.count, stock.model_fields_set) == (1, {"names"})
    stock.count = "9"  # type: ignore[assignment]
    assert (stock.count, stock.model_fields_set) == (9, {"count", "names"})


def test_what_a_validator_before_changes_is_assigned_too() -> None:
    class Pair(Model, validate_assignment=True):
        left: int = 1
        right: int = 1

        @model_validator(mode="before")
        @classmethod
        def reset(cls, data: Any) -> Any:
            return {**data, "right": 0}

    pair = Pair()
    pair.left = 5
    assert (pair.left, pair.right) == (5, 0)


def test_unknown_keys_are_validated_by_their_type() -> None:
    class Open(Model, validate_assignment=True, extra="allow"):
        __pydantic_extra__: dict[str, int]

    item: Any = Open.model_validate({"a": "1"})
    item.b = "2"
    assert item.model_extra == {"a": 1, "b": 2}
    with pytest.raises(ValidationError) as caught:
        item.b = "x"
    assert [(each["type"], each["loc"]) for each in caught.value.errors()] == [("int_parsing", ("b",))]
    assert item.model_extra == {"a": 1, "b": 2}


def test_fields_are_not_deleted() -> None:
    class Frozen(Model, frozen=True):
        a: int = 1

    class Partly(Model):
        a: int = Field(1, frozen=True)
        b: int = 1

    for instance, error_type in ((Frozen(), "frozen_instance"), (Partly(), "frozen_field")):
        with pytest.raises(ValidationError) as caught:
            del instance.a
        error = caught.value.errors()[0]
        assert (error["type"], error["loc"], error["input"]) == (error_type, ("a",), None)
        assert instance.a == 1
    item = Partly()
    with pytest.raises(AttributeError, match=r"Partly\.b is a field, which cannot be deleted"):
        del item.b
    assert repr(item) == "Partly(a=1, b=1)"
