"""Root models and aliases among the definitions of a schema, with Pydantic as the oracle."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pydantic
import pytest
from typing_extensions import TypeAliasType, TypeVar

from bolide.validation.adapter import Adapter
from bolide.validation.custom_types import TypeSpec
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from bolide.validation.root_model import RootModel

T = TypeVar("T")
Ids = TypeAliasType("Ids", list[int])
Pair = TypeAliasType("Pair", tuple[T, T], type_params=(T,))
JSON = TypeAliasType("JSON", "dict[str, JSON] | list[JSON] | str | None")
OurPositive = TypeAliasType("OurPositive", Annotated[int, Field(gt=0, description="counts")])
TheirPositive = TypeAliasType("TheirPositive", Annotated[int, pydantic.Field(gt=0, description="counts")])


class Tags(RootModel[list[str]]):
    "What it is about."


class Inner(Model):
    a: int


class Wrapped(RootModel[Inner]):
    pass


class Rec(RootModel[Any]):
    root: dict[str, Rec] | int


class TheirTags(pydantic.RootModel[list[str]]):
    "What it is about."


class TheirInner(pydantic.BaseModel):
    a: int


class TheirWrapped(pydantic.RootModel[TheirInner]):
    pass


class TheirRec(pydantic.RootModel[Any]):
    root: dict[str, TheirRec] | int


class Outer(Model):
    tags: Tags = Field(description="own words")
    wrapped: Wrapped | None = None
    rec: Rec
    ids: Ids
    more: Annotated[Ids, Field(title="More ids")]
    positive: OurPositive
    positives: dict[str, OurPositive]
    pair: Pair[int]
    pairs: list[Pair[str]] | None
    data: JSON
    default: Tags = Tags(["a"])


class TheirOuter(pydantic.BaseModel):
    tags: TheirTags = pydantic.Field(description="own words")
    wrapped: TheirWrapped | None = None
    rec: TheirRec
    ids: Ids
    more: Annotated[Ids, pydantic.Field(title="More ids")]
    positive: TheirPositive
    positives: dict[str, TheirPositive]
    pair: Pair[int]
    pairs: list[Pair[str]] | None
    data: JSON
    default: TheirTags = TheirTags(["a"])


def _renamed(schema: Any) -> Any:
    """Return *schema* with the names of our classes."""
    if isinstance(schema, dict):
        return {_renamed(key): _renamed(value) for key, value in schema.items()}
    if isinstance(schema, list):
        return [_renamed(item) for item in schema]
    return (
        schema.replace("Their", "").replace("OurPositive", "Positive") if isinstance(schema, str) else schema
    )


@pytest.mark.parametrize("mode", ["validation", "serialization"])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Outer, TheirOuter),
        (Tags, TheirTags),
        (Wrapped, TheirWrapped),
        (list[Tags], list[TheirTags]),
        (Rec, TheirRec),
        (list[Rec], list[TheirRec]),
        (Ids, Ids),
        (list[Ids], list[Ids]),
        (OurPositive, TheirPositive),
        (JSON, JSON),
        (Pair[int], Pair[int]),
    ],
    ids=str,
)
def test_schemas_are_those_of_pydantic(ours: Any, theirs: Any, mode: Literal["validation"]) -> None:
    expected = pydantic.TypeAdapter[Any](theirs).json_schema(mode=mode)
    assert _renamed(Adapter(ours).json_schema(mode=mode)) == _renamed(expected)


def test_a_use_that_says_something_else_stands_inline() -> None:
    class Both(Model):
        first: Ids
        second: Ids = Field(max_length=2)

    schema = Both.model_json_schema()
    assert schema["$defs"] == {"Ids": {"type": "array", "items": {"type": "integer"}}}
    assert schema["properties"] == {
        "first": {"$ref": "#/$defs/Ids"},
        "second": {"type": "array", "items": {"type": "integer"}, "maxItems": 2, "title": "Second"},
    }


def test_root_models_that_contain_themselves_are_read_and_written() -> None:
    read = Rec.model_validate_json('{"a": {"b": "1"}}')
    assert read == Rec({"a": {"b": 1}})
    assert read.root["a"].root["b"] == Rec(1)
    assert read.model_dump_json() == '{"a":{"b":1}}'
    with pytest.raises(ValidationError) as refused:
        Rec.model_validate({"a": "x"})
    with pytest.raises(pydantic.ValidationError) as expected:
        TheirRec.model_validate({"a": "x"})
    assert [each["type"] for each in refused.value.errors()] == [
        each["type"] for each in expected.value.errors()
    ]
    encode: Any = compile_response_encoder(Adapter(list[Rec]).tree)
    assert encode([read, {"c": 2}]) == b'[{"a":{"b":1}},{"c":2}]'


def test_a_type_of_ones_own_can_name_a_definition() -> None:
    class Money(str):
        @classmethod
        def __bolide_type__(cls) -> TypeSpec:
            return TypeSpec(wire=str, load=cls, component="Money", schema={"pattern": "^[A-Z]{3} "})

    class Price(Model):
        net: Money
        gross: Money = Field(description="With tax.")
        more: list[Money]
        limited: Annotated[Money, Field(max_length=9)]

    schema = Price.model_json_schema()
    assert schema["$defs"] == {"Money": {"type": "string", "pattern": "^[A-Z]{3} "}}
    assert schema["properties"] == {
        "net": {"$ref": "#/$defs/Money"},
        "gross": {"$ref": "#/$defs/Money", "description": "With tax."},
        "more": {"type": "array", "items": {"$ref": "#/$defs/Money"}, "title": "More"},
        "limited": {"type": "string", "pattern": "^[A-Z]{3} ", "maxLength": 9, "title": "Limited"},
    }
