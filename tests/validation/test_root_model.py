"""Root models: classes around one value."""

import copy
import pickle
from typing import Any, Generic, TypeVar

import pydantic
import pytest

from bolide.validation.build import build_tree
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.hints import TypeHintError
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from bolide.validation.root_model import RootModel

T = TypeVar("T")


class Tags(RootModel[list[str]]):
    """Words."""

    def first(self) -> str:
        return self.root[0]


class Part(Model):
    name: str = Field(alias="Name")


class Parts(RootModel):  # type: ignore[type-arg]
    root: dict[str, Part]


class Several(RootModel[list[T]], Generic[T]): ...


class Holder(Model):
    tags: Tags
    parts: Parts | None = None
    numbers: Several[int] = Several[int]([])


class TheirTags(pydantic.RootModel[list[str]]): ...


class TheirHolder(pydantic.BaseModel):
    tags: TheirTags
    numbers: pydantic.RootModel[list[int]] = pydantic.RootModel[list[int]]([])


def test_a_root_model_is_its_value_in_json() -> None:
    holder = Holder.model_validate_json('{"tags": ["a"], "parts": {"x": {"Name": "b"}}, "numbers": ["1"]}')
    assert holder.tags.first() == "a"
    assert holder.numbers == Several[int]([1])
    assert holder.model_dump() == {"tags": ["a"], "parts": {"x": {"name": "b"}}, "numbers": [1]}
    assert holder.model_dump_json() == '{"tags":["a"],"parts":{"x":{"name":"b"}},"numbers":[1]}'
    assert holder.model_dump_json(by_alias=True) == '{"tags":["a"],"parts":{"x":{"Name":"b"}},"numbers":[1]}'
    assert Holder(tags=Tags(["a"])).tags == Tags(["a"])


@pytest.mark.parametrize("value", [{"tags": "a"}, {"tags": [1], "numbers": ["x"]}, {"tags": None}, {}])
def test_errors_are_pydantics(value: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as ours:
        Holder.model_validate(value)
    with pytest.raises(pydantic.ValidationError) as theirs:
        TheirHolder.model_validate(value)
    assert ours.value.errors() == theirs.value.errors(include_url=False)


def test_the_constructor_validates() -> None:
    assert Several[int](["1"]).root == [1]  # type: ignore[list-item]
    assert Tags.model_validate_json('["a"]').model_dump_json() == '["a"]'
    assert Tags.model_validate(["a"]).model_dump() == ["a"]
    with pytest.raises(ValidationError) as caught:
        Tags([1])  # type: ignore[list-item]
    assert caught.value.title == "Tags"


def test_root_models_compare_print_and_copy() -> None:
    tags = Tags(["a"])
    assert repr(tags) == "Tags(root=['a'])"
    assert tags != Tags(["b"])
    assert tags != ["a"]
    for same in (copy.copy(tags), copy.deepcopy(tags), pickle.loads(pickle.dumps(tags)), tags.model_copy()):
        assert same == tags
    assert tags.model_copy().root is tags.root
    assert tags.model_copy(deep=True).root is not tags.root
    several = Several[int]([1])
    assert pickle.loads(pickle.dumps(several)) == several


def test_responses_filter_what_a_root_model_holds() -> None:
    class Secret(Part):
        secret: str = "secret"

    for encode in (
        compile_response_encoder(build_tree(Parts)),
        compile_response_encoder(build_tree(Parts | None)),
    ):
        assert encode(Parts({"x": Part(Name="a")})) == b'{"x":{"Name":"a"}}'
        assert encode(Parts.model_construct({"x": Secret(Name="a")})) == b'{"x":{"Name":"a"}}'
    encode_text = compile_response_encoder(build_tree(RootModel[str]))
    with pytest.raises(ValidationError):
        encode_text(RootModel[str].model_construct(Secret(Name="a")))  # type: ignore[arg-type]


def test_other_fields_are_refused() -> None:
    class Two(RootModel[int]):
        other: int

    with pytest.raises(TypeHintError, match=r"Two\.other: a root model has one field, root"):
        Two(1)
