"""Declarations that cannot work are refused with the class, the field and what to write instead."""

import collections
import functools
import re
from typing import Annotated, Any

import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.aliases import AliasPath
from bolide.validation.computed_fields import computed_field
from bolide.validation.decorators import field_validator, model_validator
from bolide.validation.fields import Field
from bolide.validation.functions import AfterValidator
from bolide.validation.hints import TypeHintError
from bolide.validation.model import Model
from bolide.validation.model_creation import create_model
from bolide.validation.serializers import PlainSerializer


@pytest.mark.parametrize(
    ("alias", "reason"),
    [
        ({"alias": 3}, "alias=3 must be a string"),
        ({"serialization_alias": AliasPath("a")}, r"serialization_alias=AliasPath\('a'\) must be a string"),
        ({"validation_alias": 3}, "validation_alias=3 must be a string, an AliasPath or AliasChoices"),
    ],
)
def test_aliases_that_are_no_names_are_refused(alias: Any, reason: str) -> None:
    with pytest.raises(TypeHintError, match=rf"^Made\.a: {reason}"):
        create_model("Made", a=(int, Field(**alias)))


def test_decorators_without_their_arguments_are_named() -> None:
    with pytest.raises(
        TypeHintError, match=r"First\.check: model_validator\(\) takes a mode, as in @model_validator"
    ):

        class First(Model):
            @model_validator  # type: ignore[arg-type]
            def check(self) -> Any:
                return self

    with pytest.raises(TypeHintError, match=r"Second\.check: field_validator\(\) takes names of fields"):

        class Second(Model):
            a: int

            @field_validator  # type: ignore[arg-type]
            @classmethod
            def check(cls, value: int) -> int:
                return value


def test_a_field_is_no_property() -> None:
    with pytest.raises(
        TypeHintError, match=r"Computed\.a: is a field and a property; give one of them another name"
    ):

        class Computed(Model):
            a: int

            @computed_field  # type: ignore[no-redef]
            @property
            def a(self) -> int:
                return 1

    with pytest.raises(TypeHintError, match=r"Cached\.a: is a field and a property"):

        class Cached(Model):
            a: int

            @computed_field  # type: ignore[no-redef]
            @functools.cached_property
            def a(self) -> int:
                return 1


@pytest.mark.parametrize(
    ("hint", "reason"),
    [
        (Annotated[int, AfterValidator(3)], "has the validator 3, which is no function"),  # type: ignore[arg-type]
        (list[int, int], r"list\[int, int\] has more than one type of items"),  # type: ignore[misc]
        (set[int, str], r"set\[int, str\] has more than one type of items"),  # type: ignore[misc]
        (dict[str], r"dict\[str\] needs a type of keys and a type of values"),  # type: ignore[misc]
        (dict[str, int, int], r"needs a type of keys and a type of values"),  # type: ignore[misc]
        (collections.Counter[str, int], r"needs a type of keys"),  # type: ignore[misc]
    ],
    ids=str,
)
def test_hints_that_say_too_much_or_too_little_are_refused(hint: Any, reason: str) -> None:
    made = create_model("Made", a=(hint, ...))
    with pytest.raises(TypeHintError, match=rf"^Made\.a: .*{reason}"):
        Adapter(made)


def test_an_adapter_reports_at_least_one_error() -> None:
    with pytest.raises(ValueError, match="max_errors=0 must be at least 1"):
        Adapter(int, max_errors=0)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"model_config": 3}, "Made.model_config is 3; it is a dictionary of options"),
        ({"__slots__": ("a",)}, "Made.__slots__: a Model has slots anyway"),
        ({"__new__": lambda cls: None}, "Made.__new__: a Model's constructor is generated"),
    ],
)
def test_class_bodies_that_make_no_model_are_refused(body: dict[str, Any], reason: str) -> None:
    with pytest.raises(TypeHintError, match=f"^{re.escape(reason)}"):
        type("Made", (Model,), {"__module__": __name__, "__qualname__": "Made", **body})


@pytest.mark.parametrize(
    ("hint", "reason"),
    [
        (Annotated[int | str, Field(union_mode="best")], "union_mode='best' is neither 'smart' nor"),  # type: ignore[arg-type]
        (
            Annotated[int, PlainSerializer(str, when_used="never")],
            "when_used='never' of a serializer is none",
        ),  # type: ignore[arg-type]
    ],
)
def test_words_that_options_do_not_know_are_refused(hint: Any, reason: str) -> None:
    with pytest.raises(TypeHintError, match=re.escape(reason)):
        Adapter(hint)


def test_a_mode_of_schemas_that_there_is_not_is_named() -> None:
    mode: Any = "output"
    with pytest.raises(ValueError, match="mode is 'validation' or 'serialization', not 'output'"):
        Adapter(int).json_schema(mode=mode)
