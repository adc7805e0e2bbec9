"""Root models: classes around one value."""

import copy
import json
import pickle
from typing import Any, ClassVar, Generic, TypeVar

import pydantic
import pytest

import bolide as bolide_names
from bolide.validation.adapter import Adapter
from bolide.validation.build import build_tree
from bolide.validation.computed_fields import computed_field
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.hints import TypeHintError
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from bolide.validation.root_model import RootModel
from bolide.validation.serializers import field_serializer, model_serializer

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


def bodies(base: Any, names: Any) -> dict[str, Any]:
    """Return root models of *base* that say something of their value, with the names of its library."""

    class Positive(base[int]):  # type: ignore[misc]
        root: int = names.Field(gt=3)

    class Even(base[int]):  # type: ignore[misc]
        @names.field_validator("root")
        @classmethod
        def even(cls, value: int) -> int:
            if value % 2:
                raise ValueError("odd")
            return value

    class Checked(base[list[int]]):  # type: ignore[misc]
        @names.model_validator(mode="before")
        @classmethod
        def split(cls, data: Any) -> Any:
            return data.split(",") if isinstance(data, str) else data

        @names.model_validator(mode="after")
        def short(self) -> Any:
            if len(self.root) > 2:
                raise ValueError("long")
            return self

    class Stripped(base[str]):  # type: ignore[misc]
        model_config = {"str_strip_whitespace": True, "str_max_length": 3, "frozen": True}

    return {"Positive": Positive, "Even": Even, "Checked": Checked, "Stripped": Stripped}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("Positive", value) for value in (1, "4", "x")),
        *(("Even", value) for value in (3, 4, "x")),
        *(("Checked", value) for value in ("1,2", "1,2,3", "1,x", [1])),
        *(("Stripped", value) for value in (" abc ", "abcd")),
    ],
)
def test_bodies_mean_what_pydantic_means(name: str, value: object) -> None:
    ours = bodies(RootModel, bolide_names)[name]
    theirs = bodies(pydantic.RootModel, pydantic)[name]
    expected: Any = None
    try:
        expected = theirs.model_validate(value).root
    except pydantic.ValidationError as error:
        faults = [(each["type"], each["loc"], each["msg"]) for each in error.errors()]
        for make in (ours, ours.model_validate, lambda it: Adapter(list[ours]).validate([it])):
            with pytest.raises(ValidationError) as caught:
                make(value)
            found = caught.value.errors()
            inner = [(each["type"], each["loc"][-len(faults[0][1]) or 9 :], each["msg"]) for each in found]
            assert inner == faults
        return
    assert ours(value).root == ours.model_validate(value).root == expected
    assert ours.model_validate_json(json.dumps(value)).root == expected


def test_a_frozen_root_model_is_hashable_and_stays() -> None:
    stripped = bodies(RootModel, bolide_names)["Stripped"](" a ")
    assert hash(stripped) == hash(copy.deepcopy(stripped))
    for change in (lambda: setattr(stripped, "root", "b"), lambda: delattr(stripped, "root")):
        with pytest.raises(ValidationError) as caught:
            change()
        assert caught.value.errors()[0]["type"] == "frozen_instance"
    with pytest.raises(TypeError, match="unhashable"):
        hash(Tags([]))


def test_a_root_has_a_default_and_keywords_stand_for_an_object() -> None:
    class Scores(RootModel[dict[str, int]]):
        root: dict[str, int] = Field(default_factory=dict, description="by name")

    assert Scores().root == {}
    assert Scores(ann="1").root == {"ann": 1}  # type: ignore[call-arg]
    assert Scores({"a": 1}).model_copy(update={"root": {}}) == Scores()
    assert Scores.model_fields["root"].description == "by name"
    assert Scores.model_json_schema() == {
        "additionalProperties": {"type": "integer"},
        "description": "by name",
        "title": "Scores",
        "type": "object",
    }
    with pytest.raises(TypeError, match=r"Tags\(\) needs a value"):
        Tags()


def test_serializers_in_bodies_write_the_value() -> None:
    class Masked(RootModel[str]):
        @field_serializer("root")
        def masked(self, value: str) -> str:
            return "*" * len(self.root) + str(len(value))

    class Counted(RootModel[list[int]]):
        @model_serializer(mode="wrap")
        def counted(self, handler: Any) -> Any:
            return {"items": handler(self), "count": len(self.root)}

    class Both(Model):
        masked: Masked
        counted: Counted

    both = Both(masked="ab", counted=[1])
    written = {"masked": "**2", "counted": {"items": [1], "count": 1}}
    assert both.model_dump() == written
    assert json.loads(both.model_dump_json()) == written
    assert json.loads(compile_response_encoder(build_tree(Both))(both)) == written


def test_assignments_are_validated_where_asked_for() -> None:
    class Numbers(RootModel[list[int]], validate_assignment=True):
        made: ClassVar[list[Any]] = []

        def model_post_init(self, context: Any) -> None:
            self.made.append(self.root)

    numbers = Numbers(["1"])
    assert Numbers.made == [[1]]
    numbers.root = ("2",)
    assert numbers.root == [2]
    with pytest.raises(ValidationError):
        numbers.root = ["x"]
    assert numbers.root == [2]


def test_what_a_root_model_cannot_do_is_refused() -> None:
    with pytest.raises(TypeHintError, match="Closed: 'extra' has no meaning for a root model"):

        class Closed(RootModel[int], extra="forbid"): ...

    class Computed(RootModel[int]):
        @computed_field
        def double(self) -> int:
            return self.root * 2

    with pytest.raises(TypeHintError, match="Computed: a root model has no computed fields"):
        Computed(1)


def test_schemas_have_the_default_and_the_title_of_the_root() -> None:
    class Described(RootModel[str]):
        """Text."""

        root: str = Field("a", title="Title", examples=["x"])

    class Untitled(RootModel[list[int]]):
        root: list[int] = [1]

    class Made(RootModel[list[int]]):
        root: list[int] = Field(default_factory=list)

    assert Described.model_json_schema() == {
        "title": "Title",
        "type": "string",
        "description": "Text.",
        "examples": ["x"],
        "default": "a",
    }
    assert Untitled.model_json_schema()["default"] == [1]
    assert "default" not in Made.model_json_schema()


def test_what_a_field_says_of_its_root_model_stands_beside_the_reference() -> None:
    class Words(RootModel[list[str]]): ...

    class Page(Model):
        words: Words = Field(title="All", description="Of the page.", deprecated=True)

    schema = Page.model_json_schema()
    assert schema["properties"]["words"] == {
        "$ref": "#/$defs/Words",
        "title": "All",
        "description": "Of the page.",
        "deprecated": True,
    }
    assert schema["$defs"]["Words"] == {"type": "array", "items": {"type": "string"}, "title": "Words"}
