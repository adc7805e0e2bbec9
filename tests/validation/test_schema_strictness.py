"""Schemas say what strict reading takes: what the comparison of both has found, case by case."""

from __future__ import annotations

import datetime
import decimal
import enum
from typing import Annotated, Any, Literal

import annotated_types
import msgspec
import pytest
from typing_extensions import TypeAliasType

from bolide import types
from bolide.validation.adapter import Adapter
from bolide.validation.fields import Field
from bolide.validation.functions import AfterValidator
from bolide.validation.model import Model
from tests.validation.number_patterns import ANY_DECIMAL

Tree = TypeAliasType("Tree", "dict[str, Tree] | int")


class Access(enum.Flag):
    READ = 1
    WRITE = 2


class Rights(enum.IntFlag):
    READ = 1
    WRITE = 2


class Shade(enum.Enum):
    DARK = "dark"


def schema_of(hint: Any, **options: Any) -> dict[str, Any]:
    return Adapter(hint).json_schema(**options)


def test_flags_are_sums_and_those_that_keep_unknown_bits_any_integer() -> None:
    assert schema_of(Access) == {"type": "integer", "minimum": 0, "maximum": 3, "title": "Access"}
    assert schema_of(Rights) == {"type": "integer", "title": "Rights"}


@pytest.mark.parametrize(
    "hint", [types.NaiveDatetime, Annotated[datetime.datetime, annotated_types.Timezone(None)]]
)
def test_datetimes_that_have_no_offset_have_a_format_of_their_own(hint: Any) -> None:
    assert schema_of(hint) == {"type": "string", "format": "date-time-local"}


def test_limits_of_what_is_encoded_are_none_of_its_text() -> None:
    assert schema_of(Annotated[types.Base64Str, Field(max_length=2)]) == {
        "type": "string",
        "format": "base64",
    }
    assert schema_of(Annotated[types.Json[list[int]], Field(max_length=2)]) == {
        "type": "string",
        "contentMediaType": "application/json",
        "contentSchema": {"type": "array", "items": {"type": "integer"}, "maxItems": 2},
    }


def test_names_that_are_a_choice_of_integers_are_their_text() -> None:
    assert schema_of(dict[Literal[1, 2], bool])["propertyNames"] == {"enum": ["1", "2"]}
    assert "propertyNames" not in schema_of(dict[int | str, bool])


def test_decimals_that_may_be_no_numbers_have_words_for_that() -> None:
    hint = Annotated[decimal.Decimal, Field(allow_inf_nan=True)]
    assert schema_of(hint)["anyOf"][1] == {"type": "string", "pattern": ANY_DECIMAL}


def test_choices_that_are_one_in_json_are_listed_once() -> None:
    assert schema_of(Literal[Shade.DARK, "dark", 1, True])["enum"] == ["dark", 1, True]


def test_functions_around_an_alias_that_contains_itself_do_not_take_its_name() -> None:
    schema = schema_of(list[Annotated[Tree, AfterValidator(lambda value: value)]])
    assert schema == {
        "type": "array",
        "items": {"$ref": "#/$defs/Tree"},
        "$defs": {
            "Tree": {
                "anyOf": [
                    {"type": "object", "additionalProperties": {"$ref": "#/$defs/Tree"}},
                    {"type": "integer"},
                ]
            }
        },
    }


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_a_tag_is_required_although_it_has_a_default(mode: str) -> None:
    class Cat(Model):
        kind: Literal["cat"] = "cat"

    class Dog(Model):
        kind: Literal["dog"]

    schema = schema_of(Annotated[Cat | Dog, Field(discriminator="kind")], mode=mode)
    assert schema["required"] == ["kind"]
    assert "required" not in schema_of(Annotated[Dog, Field(discriminator="kind")] | None)


def test_an_array_reaches_to_the_last_field_that_is_required() -> None:
    class Tagged(msgspec.Struct, array_like=True, tag="a"):
        size: int
        note: str = ""

    assert schema_of(Tagged)["minItems"] == 2
