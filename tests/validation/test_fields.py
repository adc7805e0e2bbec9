"""Field() and foreign metadata, read alike."""

from __future__ import annotations

import re
from typing import Annotated, Any

import annotated_types
import msgspec
import pytest
import typing_extensions

from bolide.validation.aliases import AliasChoices
from bolide.validation.fields import Field, FieldInfo, merge_field_infos, read_metadata
from bolide.validation.hints import TypeHintError
from bolide.validation.model import Model
from bolide.validation.tree import NO_DEFAULT, Documentation


def test_field_without_default_is_required() -> None:
    assert Field().is_required()
    assert Field(...).is_required()


@pytest.mark.parametrize("info", [Field(None), Field(0), Field(default_factory=list)])
def test_field_with_a_default_is_optional(info: FieldInfo) -> None:
    assert not info.is_required()


def test_default_and_factory_together_are_refused() -> None:
    with pytest.raises(TypeHintError, match="default_factory is 5; expected a function, like list"):
        Field(default_factory=5)  # type: ignore[arg-type]
    with pytest.raises(
        TypeHintError,
        match=r"Field\(\) takes a default or a default_factory, not both: \[\] and list",
    ):
        Field([], default_factory=list)


def test_a_compiled_pattern_gives_its_text() -> None:
    assert Field(pattern=re.compile("^a$")).pattern == "^a$"


def test_flags_of_a_compiled_pattern_are_refused() -> None:
    with pytest.raises(TypeHintError, match=re.escape("write them into it, as in '(?i)...'")):
        Field(pattern=re.compile("a", re.IGNORECASE))


def test_repr_shows_what_is_given() -> None:
    assert repr(Field(None, gt=1, title="T")) == "Field(default=None, title='T', gt=1)"


def test_documentation_is_none_without_texts() -> None:
    assert Field(gt=1).documentation() is None


def test_documentation_takes_all_texts() -> None:
    info = Field(title="T", description="D", examples=[1, 2], deprecated="use other")
    assert info.documentation() == Documentation(title="T", description="D", examples=(1, 2), deprecated=True)


@pytest.mark.parametrize(
    ("metadata", "constraints"),
    [
        ([annotated_types.Gt(1)], {"gt": 1}),
        ([annotated_types.Interval(ge=1, lt=5)], {"ge": 1, "lt": 5}),
        ([annotated_types.Len(1, 3)], {"min_length": 1, "max_length": 3}),
        ([annotated_types.MultipleOf(3)], {"multiple_of": 3}),
        ([msgspec.Meta(ge=1, le=2)], {"ge": 1, "le": 2}),
        ([msgspec.Meta(pattern="a", max_length=2)], {"pattern": "a", "max_length": 2}),
        ([Field(gt=1), annotated_types.Gt(3)], {"gt": 3}),
        ([Field(le=1), annotated_types.Le(3)], {"le": 1}),
        (["text", object(), 5], {}),
        ([annotated_types.Unit("m")], {}),
    ],
)
def test_metadata_of_every_origin_becomes_constraints(
    metadata: list[Any], constraints: dict[str, Any]
) -> None:
    assert read_metadata(metadata).constraints() == constraints


def test_doc_becomes_the_description() -> None:
    assert read_metadata([typing_extensions.Doc("text")]).description == "text"


def test_meta_brings_documentation() -> None:
    info = read_metadata([msgspec.Meta(title="T", description="D", examples=[1])])
    assert info.documentation() == Documentation(title="T", description="D", examples=(1,))


def test_metadata_that_would_go_unchecked_is_refused() -> None:
    with pytest.raises(TypeHintError, match="is not supported"):
        read_metadata([msgspec.Meta(tz=True)])


@pytest.mark.parametrize(("name", "one", "other"), [("pattern", "a", "b"), ("multiple_of", 2, 3)])
def test_two_values_that_cannot_be_joined_are_refused(name: str, one: Any, other: Any) -> None:
    with pytest.raises(TypeHintError, match=f"two different values of {name}"):
        merge_field_infos(Field(**{name: one}), Field(**{name: other}))


def test_merging_lets_the_later_one_win() -> None:
    merged = merge_field_infos(Field(1, alias="a", title="one"), Field(None, title="two"))
    assert (merged.default, merged.alias, merged.title) == (None, "a", "two")


def test_merging_a_factory_replaces_a_default() -> None:
    merged = merge_field_infos(Field(1), Field(default_factory=list))
    assert (merged.default, merged.default_factory) == (NO_DEFAULT, list)


Renamed = Annotated[int, Field(alias="other", default=3)]


def test_options_inside_of_string_annotations_count() -> None:
    """This module has postponed annotations: they are all strings."""

    class Local(Model):
        number: Annotated[int, Field(alias="Number", default=1)]
        renamed: Renamed
        optional: Annotated[list[int] | None, Field(default=None, validation_alias=AliasChoices("a", "b"))]
        plain: int = 5

    assert isinstance(Local.__annotations__["plain"], str)
    assert Local.model_validate_json(b'{"Number": 2, "b": [1]}') == Local(Number=2, b=[1])  # type: ignore[call-arg]
    assert Local().model_dump(by_alias=True) == {"Number": 1, "other": 3, "optional": None, "plain": 5}


def test_later_names_beside_options_in_string_annotations_are_an_error() -> None:
    class Early(Model):
        later: Annotated[Later, Field(alias="Later")]

    class Later(Model):
        number: int

    with pytest.raises(TypeHintError, match=r"write later: \.\.\. = Field"):
        Early.model_validate({"Later": {"number": 1}})
