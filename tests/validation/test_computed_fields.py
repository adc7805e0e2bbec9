"""Properties that are written like fields, with Pydantic as the oracle."""

from __future__ import annotations

import functools
from typing import Any

import pydantic
import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.computed_fields import computed_field
from bolide.validation.config import with_config
from bolide.validation.fields import Field
from bolide.validation.model import Model
from bolide.validation.root_model import RootModel


def _order(base: Any, computed: Any) -> Any:
    class Order(base):  # type: ignore[misc]
        amount: int

        @computed(
            alias="Total",
            title="Sum",
            description="with tax",
            examples=[2],
            json_schema_extra={"x-unit": "EUR"},
        )
        @property
        def total(self) -> int:
            return int(self.amount * 2)

        @computed(repr=False)
        @functools.cached_property
        def quiet(self) -> int:
            "Not shown."
            return 3

        @computed
        def _inner(self) -> int:
            return 4

        @computed(repr=True, return_type=int, json_schema_extra=lambda schema: schema.update(z=1))
        def _shown(self):  # type: ignore[no-untyped-def]
            return 5

        @computed(exclude_if=lambda value: value == 6, deprecated=True)
        @property
        def rare(self) -> int:
            return int(self.amount + 5)

        @computed(field_title_generator=lambda name, _info: name.upper())
        @property
        def loud(self) -> str:
            return "a"

    return Order


OURS, THEIRS = _order(Model, computed_field), _order(pydantic.BaseModel, pydantic.computed_field)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("amount", [1, 2])
def test_computed_fields_are_written_and_shown_as_pydantic_does(amount: int) -> None:
    ours, theirs = OURS(amount=amount), THEIRS(amount=amount)
    assert ours.model_dump() == theirs.model_dump()
    assert ours.model_dump_json(by_alias=True) == theirs.model_dump_json(by_alias=True)
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_schemas_of_computed_fields_are_those_of_pydantic(mode: Any) -> None:
    assert OURS.model_json_schema(mode=mode) == THEIRS.model_json_schema(mode=mode)


def test_subclasses_show_inherited_computed_fields_and_own_representations_stay() -> None:
    class More(OURS):  # type: ignore[misc]
        more: int = Field(default=1, repr=False)

    class Own(Model):
        a: int

        @computed_field
        def b(self) -> int:
            return 1

        def __repr__(self) -> str:
            return "own"

    class Open(Model, extra="allow"):
        a: int

        @computed_field
        def b(self) -> int:
            return 1

    assert repr(More(amount=1)) == "More(amount=1, total=2, _shown=5, rare=6, loud='a')"
    assert repr(Own(a=1)) == "own"
    assert repr(Open.model_validate({"a": 1, "x": 2})) == "Open(a=1, x=2, b=1)"


def test_an_alias_generator_replaces_aliases_of_low_priority() -> None:
    class Named(Model, alias_generator=str.upper):
        a: int = 1

        @computed_field(alias="keeps")
        def b(self) -> int:
            return 1

        @computed_field(alias="loses", alias_priority=1)
        def c(self) -> int:
            return 1

    assert Named().model_dump_json(by_alias=True) == '{"A":1,"keeps":1,"C":1}'


def test_dataclasses_keep_their_representation() -> None:
    import dataclasses

    @with_config(extra="forbid")
    @dataclasses.dataclass
    class Point:
        x: int

        @computed_field
        def y(self) -> int:
            return 1

    assert repr(Point(1)).endswith("Point(x=1)")
    assert Adapter(Point).dump(Point(1)) == {"x": 1, "y": 1}


def test_text_of_a_model_is_that_of_pydantic() -> None:
    def texts(model: Any, root_model: Any, field: Any, computed: Any) -> list[str]:
        class Part(model):  # type: ignore[misc]
            name: str
            hidden: int = field(1, repr=False)

            @computed
            def length(self) -> int:
                return len(self.name)

        class Loose(model, extra="allow"):  # type: ignore[misc]
            parts: list[Part] = []

        class Names(root_model[list[str]]):  # type: ignore[misc]
            pass

        class Empty(model):  # type: ignore[misc]
            pass

        part = Part(name="a")
        values = (part, Loose(parts=[part], more=None), Names(["x"]), Empty())
        return [f"{value} {value!r}" for value in values]

    assert texts(Model, RootModel, Field, computed_field) == texts(
        pydantic.BaseModel, pydantic.RootModel, pydantic.Field, pydantic.computed_field
    )


def test_assigning_to_a_computed_field_names_it() -> None:
    class Part(Model):
        @computed_field
        def length(self) -> int:
            return 1

    with pytest.raises(AttributeError, match="'length'"):
        Part().length = 2  # type: ignore[method-assign,assignment]
