"""Discriminated unions: pydantic is the oracle where the idea is the same."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypedDict

import msgspec
import pydantic
import pytest
import typing_extensions

from bolide.validation.adapter import FAST_PATH_ERRORS, Adapter
from bolide.validation.discriminators import Discriminator, Tag
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.hints import TypeHintError
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from bolide.validation.strings import StringParser


class Cat(Model):
    kind: Literal["cat", "lion"]
    lives: int = Field(gt=0)


class Dog(Model):
    kind: Literal["dog"] = "dog"
    lives: int = Field(gt=0)


class Robot(Model):
    kind: Literal[2]
    lives: int = Field(gt=0)


class TheirCat(pydantic.BaseModel):
    kind: Literal["cat", "lion"]
    lives: int = pydantic.Field(gt=0)


class TheirDog(pydantic.BaseModel):
    kind: Literal["dog"] = "dog"
    lives: int = pydantic.Field(gt=0)


class TheirRobot(pydantic.BaseModel):
    kind: Literal[2]
    lives: int = pydantic.Field(gt=0)


def shape_of(value: Any) -> str | None:
    if isinstance(value, dict):
        kind: Any = value.get("shape", "cat")
        return kind  # type: ignore[no-any-return]
    return {int: "number", list: "numbers"}.get(type(value))


class Black(Model):
    kind: Literal["cat"]
    colour: Literal["black"]
    lives: int


class White(Model):
    kind: Literal["cat"]
    colour: Literal["white"]
    lives: int


class TheirBlack(pydantic.BaseModel):
    kind: Literal["cat"]
    colour: Literal["black"]
    lives: int


class TheirWhite(pydantic.BaseModel):
    kind: Literal["cat"]
    colour: Literal["white"]
    lives: int


@dataclasses.dataclass
class Fish:
    kind: Literal["fish"]
    lives: int


class Bird(typing_extensions.TypedDict):
    kind: Literal["bird"]
    lives: int


BY_FIELD = (
    Annotated[Cat | Dog | Robot, Field(discriminator="kind")],
    Annotated[TheirCat | TheirDog | TheirRobot, pydantic.Field(discriminator="kind")],
)
OPTIONAL = (
    Annotated[Cat | Dog | None, Discriminator("kind")],
    Annotated[TheirCat | TheirDog | None, pydantic.Discriminator("kind")],
)
BY_FUNCTION = (
    Annotated[
        Annotated[Cat, Tag("cat")] | Annotated[int, Tag("number")] | Annotated[list[int], Tag("numbers")],
        Discriminator(shape_of),
    ],
    Annotated[
        Annotated[TheirCat, pydantic.Tag("cat")]
        | Annotated[int, pydantic.Tag("number")]
        | Annotated[list[int], pydantic.Tag("numbers")],
        pydantic.Discriminator(shape_of),
    ],
)
NESTED = (
    Annotated[
        Annotated[Black | White, Field(discriminator="colour")] | Dog | Fish | Bird,
        Field(discriminator="kind"),
    ],
    Annotated[
        Annotated[TheirBlack | TheirWhite, pydantic.Field(discriminator="colour")] | TheirDog | Fish | Bird,
        pydantic.Field(discriminator="kind"),
    ],
)
SMART = (
    int | Annotated[Cat | Dog, Field(discriminator="kind")],
    int | Annotated[TheirCat | TheirDog, pydantic.Field(discriminator="kind")],
)
IN_ORDER = (
    Annotated[int | str, Field(union_mode="left_to_right")],
    Annotated[int | str, pydantic.Field(union_mode="left_to_right")],
)
OWN_ERROR = (
    Annotated[
        Annotated[Cat, Tag("cat")] | Annotated[int, Tag("number")],
        Discriminator(shape_of, "odd_shape", "no shape like {this}", {"this": "that"}),
    ],
    Annotated[
        Annotated[TheirCat, pydantic.Tag("cat")] | Annotated[int, pydantic.Tag("number")],
        pydantic.Discriminator(
            shape_of,
            custom_error_type="odd_shape",
            custom_error_message="no shape like {this}",
            custom_error_context={"this": "that"},
        ),
    ],
)

INPUTS: tuple[Any, ...] = (
    {"kind": "cat", "lives": 1},
    {"kind": "lion", "lives": "9"},
    {"lives": 3, "kind": "dog"},
    {"kind": 2, "lives": 1},
    {"kind": 2.0, "lives": 1},
    {"kind": "2", "lives": 1},
    {"kind": "cat"},
    {"kind": "dog", "lives": 0},
    {"kind": "dog", "lives": "x"},
    {"kind": "mouse"},
    {"kind": None},
    {"kind": [1]},
    {"kind": True, "lives": 1},
    {"lives": 1},
    {},
    None,
    [],
    [1, "2"],
    ["x"],
    5,
    1.5,
    "5",
    "x",
    {"shape": "cat", "kind": "cat", "lives": "x"},
    {"shape": "triangle"},
    {"shape": ["x"]},
    {"kind": "cat", "colour": "black", "lives": "1"},
    {"kind": "cat", "colour": "white"},
    {"kind": "cat", "colour": "red"},
    {"kind": "fish", "lives": 1},
    {"kind": "fish", "lives": "x"},
    {"kind": "bird", "lives": 1},
    {"kind": "bird"},
)


def plain(value: Any) -> Any:
    if isinstance(value, Model | pydantic.BaseModel):
        return type(value).__name__.removeprefix("Their"), value.model_dump()
    return value


def verdict(validate: Callable[[Any], Any], value: Any) -> Any:
    try:
        return "accepts", plain(validate(value))
    except pydantic.ValidationError as error:
        return "refuses", [
            {**each, "loc": tuple(str(step).replace("Their", "") for step in each["loc"])}
            for each in error.errors(include_url=False)
        ]
    except ValidationError as error:
        return "refuses", [{**each, "loc": tuple(map(str, each["loc"]))} for each in error.errors()]


@pytest.mark.parametrize(
    "pair",
    [BY_FIELD, OPTIONAL, BY_FUNCTION, NESTED, SMART, IN_ORDER, OWN_ERROR],
    ids=["field", "optional", "function", "nested", "smart", "in order", "own error"],
)
def test_values_and_errors_are_pydantics(pair: tuple[Any, Any]) -> None:
    theirs: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(pair[1])
    ours: Adapter[Any] = Adapter(pair[0])
    for value in INPUTS:
        expected = verdict(theirs.validate_python, value)
        assert verdict(ours.validate, value) == expected
        assert verdict(lambda value: ours.decode_json(json.dumps(value).encode()), value) == expected


def test_msgspec_chooses_among_models() -> None:
    decode = Adapter(OPTIONAL[0]).fast_decode_json
    value = decode(b'{"lives": 7, "kind": "dog"}')
    assert type(value) is Dog
    assert value == Dog(lives=7)
    assert type(decode(b'{"kind": "lion", "lives": 7}')) is Cat
    for refused in (b'{"lives": 7}', b'{"kind": "dog", "lives": 7, "(tag)": "cat"}', b'{"kind": "mouse"}'):
        with pytest.raises(FAST_PATH_ERRORS):
            decode(refused)


def test_what_msgspec_chose_is_an_instance_like_any_other() -> None:
    (dog,) = Adapter(list[BY_FIELD[0]]).decode_json(b'[{"kind": "dog", "lives": 7}]')  # type: ignore[misc]
    dog.lives = 8
    assert repr(dog) == "Dog(kind='dog', lives=8)"
    assert dog.model_copy() == dog == Dog(lives=8)
    assert dog.model_dump_json() == '{"kind":"dog","lives":8}'
    assert Dog.model_validate_json(b'{"lives": 8}') == dog


def test_the_last_of_two_equal_keys_counts() -> None:
    adapter: Adapter[Any] = Adapter(BY_FIELD[0])
    assert adapter.decode_json(b'{"kind": "dog", "lives": 1, "kind": "cat"}') == Cat(kind="cat", lives=1)
    assert adapter.decode_json(b'{"kind": "dog", "lives": 1, "kind": "dog"}') == Dog(lives=1)


def test_aliases_are_read_first_and_the_name_of_the_field_is_known() -> None:
    class Left(Model):
        side: Literal["left"] = Field(alias="Side")

    class Right(Model):
        side: Literal["right"] = Field(alias="Side")
        inner: Annotated[Left | Right, Field(discriminator="side")] | None = None

    adapter: Adapter[Any] = Adapter(Annotated[Left | Right, Field(discriminator="side")])
    document = b'{"Side": "right", "inner": {"Side": "left"}}'
    assert adapter.fast_decode_json(document) == Right(Side="right", inner=Left(Side="left"))  # type: ignore[call-arg]
    with pytest.raises(ValidationError) as caught:
        adapter.decode_json(b'{"side": "up"}')
    (error,) = caught.value.errors()
    assert error["ctx"] == {
        "discriminator": "'side' | 'Side'",
        "tag": "up",
        "expected_tags": "'left', 'right'",
    }


class Leaf(Model):
    kind: Literal["leaf"]
    value: int


class Branch(Model):
    kind: Literal["branch"]
    children: list[Annotated[Leaf | Branch, Field(discriminator="kind")]]


def test_members_may_contain_their_own_union() -> None:
    document = (
        b'{"kind": "branch", "children": [{"kind": "leaf", "value": 1}, {"kind": "branch", "children": []}]}'
    )
    tree = Branch.model_validate_json(document)
    assert tree == Branch(
        kind="branch", children=[Leaf(kind="leaf", value=1), Branch(kind="branch", children=[])]
    )
    with pytest.raises(ValidationError) as caught:
        Branch.model_validate_json(document.replace(b"1", b'"x"').replace(b"[]", b"[{}]"))
    assert [error["loc"] for error in caught.value.errors()] == [
        ("children", 0, "leaf", "value"),
        ("children", 1, "branch", "children", 0),
    ]


class Part(msgspec.Struct):
    kind: Literal["part"]
    size: int

    def __post_init__(self) -> None:
        if self.size > 100:
            raise ValueError("too big")


class Whole(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    kind: Literal["whole"]


def test_structs_are_members_too() -> None:
    adapter: Adapter[Any] = Adapter(Annotated[Part | Whole, Field(discriminator="kind")])
    assert adapter.fast_decode_json(b'{"kind": "part", "size": 1}') == Part("part", 1)
    assert type(adapter.fast_decode_json(b'{"kind": "whole"}')) is Whole
    with pytest.raises(ValidationError, match="too big"):
        adapter.decode_json(b'{"kind": "part", "size": 101}')
    with pytest.raises(ValidationError, match="extra_forbidden"):
        adapter.decode_json(b'{"kind": "whole", "(tag)": 1}')


def test_classes_that_watch_their_subclasses_see_none() -> None:
    seen: list[str] = []

    class Watching(Model):
        kind: Literal["watching"]

        def __init_subclass__(cls) -> None:
            seen.append(cls.__name__)

    adapter: Adapter[Any] = Adapter(Annotated[Watching | Dog, Field(discriminator="kind")])
    assert adapter.fast_decode_json(b'{"kind": "watching"}') == Watching(kind="watching")
    assert seen == []


def test_responses_write_the_declared_fields_of_the_option() -> None:
    class Puppy(Dog):
        secret: str = "s"

    encode = compile_response_encoder(Adapter(list[OPTIONAL[0]]).tree)  # type: ignore[misc]
    assert encode([Dog(lives=1), None, Cat(kind="cat", lives=2)]) == (
        b'[{"kind":"dog","lives":1},null,{"kind":"cat","lives":2}]'
    )
    assert encode([Puppy(lives=1), {"kind": "lion", "lives": 3, "secret": 1}]) == (
        b'[{"kind":"dog","lives":1},{"kind":"lion","lives":3}]'
    )


def test_parameters_may_be_chosen_by_a_function() -> None:
    hint = Annotated[
        Annotated[int, Tag("n")] | Annotated[str, Tag("s")],
        Discriminator(lambda text: "n" if text[:1].isdigit() else "s"),
    ]
    parser = StringParser(Adapter(hint).tree)
    assert (parser.parse("12"), parser.parse("a"), parser.collect("a1", (), [])) == (12, "a", "a1")
    errors: list[Any] = []
    parser.collect("1a", ("query", "x"), errors)
    assert [(error["type"], error["loc"]) for error in errors] == [("int_parsing", ("query", "x", "n"))]


def test_what_a_discriminator_raises_is_not_hidden() -> None:
    def broken(value: Any) -> str:
        raise ValueError("a bug")

    adapter: Adapter[Any] = Adapter(
        Annotated[Annotated[Cat, Tag("c")] | Annotated[Dog, Tag("d")], Discriminator(broken)]
    )
    with pytest.raises(ValueError, match=r"^a bug$"):
        adapter.decode_json(b"{}")


class Untagged(Model):
    lives: int


class Open(Model):
    kind: str


class Named(Model):
    kind: Literal["named"] = Field(alias="Kind")


class Double(TypedDict):
    kind: Literal["dog"]


@pytest.mark.parametrize(
    ("hint", "reason"),
    [
        (Annotated[Dog | int, Field(discriminator="kind")], "an option that is no record"),
        (Annotated[Dog | Untagged, Field(discriminator="kind")], "'kind', which Untagged has no field for"),
        (Annotated[Dog | Open, Field(discriminator="kind")], "needs a Literal as the type of Open.kind"),
        (Annotated[Dog | Named, Field(discriminator="kind")], "differ in the alias of 'kind'"),
        (Annotated[Dog | Double, Field(discriminator="kind")], "two options with the tag 'dog'"),
        (Annotated[Dog | Cat, Discriminator(shape_of)], "an option without a tag"),
        (Annotated[list[Dog], Field(discriminator="kind")], "an option that is no record"),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)
def test_options_without_a_tag_of_their_own_are_refused(hint: Any, reason: str) -> None:
    with pytest.raises(TypeHintError, match=reason):
        Adapter(hint)


def test_a_custom_error_needs_its_text() -> None:
    with pytest.raises(TypeHintError, match="together or not at all"):
        Discriminator("kind", custom_error_type="odd")


def test_an_option_with_a_tag_may_be_optional_or_a_union_itself() -> None:
    hint = Annotated[
        Annotated[bool | None, Tag("flag")] | Annotated[int | str, Tag("other")],
        Discriminator(lambda value: "flag" if value is None or value is True else "other"),
    ]
    adapter: Adapter[Any] = Adapter(hint)
    assert [adapter.decode_json(text) for text in (b"null", b"true", b"1", b'"a"')] == [None, True, 1, "a"]


def test_a_boolean_tag_stands_in_places_as_a_number() -> None:
    class One(Model):
        kind: Literal[1]
        x: int

    class Other(Model):
        kind: Literal["1"]

    with pytest.raises(ValidationError) as caught:
        Adapter(Annotated[One | Other, Field(discriminator="kind")]).validate({"kind": True})
    assert [error["loc"] for error in caught.value.errors()] == [(1, "x")]


def test_the_only_option_of_a_union_needs_its_tag_as_well() -> None:
    only: Adapter[Any] = Adapter(Annotated[Dog, Field(discriminator="kind")])
    assert only.decode_json(b'{"lives":1,"kind":"dog"}') == Dog(lives=1)
    for read in (only.decode_json, only.validate):
        with pytest.raises(ValidationError) as caught:
            read({"lives": 1} if read == only.validate else b'{"lives":1}')
        assert [each["type"] for each in caught.value.errors()] == ["union_tag_not_found"]
