"""Options of models: how they are given, and what each does; Pydantic is the oracle where it has them."""

import copy
import functools
import pickle
from typing import Any

import msgspec
import pydantic
import pytest

from bolide.validation.aliases import AliasChoices, AliasGenerator, AliasPath, to_camel
from bolide.validation.class_body import PrivateAttr
from bolide.validation.config import ConfigDict
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.hints import TypeHintError
from bolide.validation.model import Model
from bolide.validation.model_creation import create_model


def outcome(model: Any, value: Any, *, json: bool = False) -> Any:
    """Return what a model of ours or of Pydantic's makes of *value*."""
    try:
        if json:
            made = model.model_validate_json(msgspec.json.encode(value))
            return made.model_dump()
        made = model.model_validate(value)
        return made.model_dump()
    except (ValidationError, pydantic.ValidationError) as error:
        return [{key: each[key] for key in ("type", "loc", "msg", "input")} for each in error.errors()]


def copies(item: Any) -> list[Any]:
    return [copy.copy(item), copy.deepcopy(item), pickle.loads(pickle.dumps(item)), item.model_copy()]


def declared(base: Any, field: Any, path: Any, choices: Any, **options: Any) -> Any:
    namespace = {
        "__annotations__": {"plain": int, "by_alias": int, "by_path": int, "by_choice": int, "both": int},
        "by_alias": field(alias="alias"),
        "by_path": field(default=5, validation_alias=path("outer", 1)),
        "by_choice": field(default=6, validation_alias=choices("one", path("two", "x"), "plain")),
        "both": field(default=7, validation_alias="read", serialization_alias="written"),
        "__module__": __name__,
    }
    return type(base)("Names", (base,), namespace, **options)


INPUTS: list[Any] = [
    {},
    {"plain": 1, "alias": 2},
    {"plain": 1, "by_alias": 2},
    {"plain": 1, "alias": 2, "outer": [1, 2], "one": 3, "read": 4},
    {"plain": 1, "alias": 2, "outer": [1, "x"], "one": "x", "read": "x"},
    {"plain": 1, "alias": 2, "outer": [1], "two": {"x": 3}, "both": 4},
    {"plain": 1, "alias": 2, "outer": {"1": 2}, "two": {"x": "y"}, "by_choice": 4},
    {"plain": 1, "alias": 2, "outer": "12", "one": 1, "two": {"x": 3}, "by_path": 4},
    {"plain": "x", "alias": "x", "other": 1, "by_path": "x"},
    {"plain": "1", "alias": "2", "by_alias": "3", "both": "4", "written": 9},
]
OPTIONS: list[dict[str, Any]] = [
    {},
    {"extra": "forbid"},
    {"extra": "allow"},
    {"populate_by_name": True},
    {"populate_by_name": True, "extra": "forbid"},
    {"validate_by_name": True, "validate_by_alias": False, "extra": "allow"},
    {"loc_by_alias": False, "extra": "forbid"},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_names_are_found_where_pydantic_finds_them(options: dict[str, Any]) -> None:
    ours = declared(Model, Field, AliasPath, AliasChoices, **options)
    theirs = declared(
        pydantic.BaseModel, pydantic.Field, pydantic.AliasPath, pydantic.AliasChoices, **options
    )
    for value in INPUTS:
        expected = outcome(theirs, value)
        assert outcome(ours, value) == expected
        assert outcome(ours, value, json=True) == expected


def test_a_field_is_written_under_its_serialization_alias() -> None:
    item = declared(Model, Field, AliasPath, AliasChoices)(plain=1, alias=2, read=3)
    assert item.model_dump(by_alias=True) == {
        "plain": 1,
        "alias": 2,
        "by_path": 5,
        "by_choice": 1,
        "written": 3,
    }


def test_generators_name_what_has_no_alias() -> None:
    class Base(Model, alias_generator=to_camel):
        first_name: str
        last_name: str = Field(alias="surname")
        nick_name: str = Field(default="", serialization_alias="nick")

    class Shouting(Base, alias_generator=str.upper):
        pass

    assert Base(firstName="a", surname="b", nickName="c").model_dump(by_alias=True) == {
        "firstName": "a",
        "surname": "b",
        "nick": "c",
    }
    loud = Shouting.model_validate_json('{"FIRST_NAME": "a", "surname": "b", "NICK_NAME": "c"}')
    assert loud == Shouting(FIRST_NAME="a", surname="b", NICK_NAME="c")  # type: ignore[call-arg]


def test_a_generator_may_make_names_of_two_kinds() -> None:
    generator = AliasGenerator(alias=str.upper, serialization_alias=lambda name: f"{name}_out")

    class Item(Model, alias_generator=generator):
        name: str

    assert Item.model_validate({"NAME": "a"}).model_dump(by_alias=True) == {"name_out": "a"}


def test_options_may_stand_in_model_config() -> None:
    class Item(Model):
        model_config = ConfigDict(extra="forbid", populate_by_name=True)
        a: int

    class Sub(Item, frozen=True): ...

    assert Sub.model_config == {"extra": "forbid", "validate_by_name": True, "frozen": True}
    with pytest.raises(ValidationError):
        Sub.model_validate({"a": 1, "b": 2})


def test_an_option_is_given_once() -> None:
    with pytest.raises(TypeHintError, match="Item: 'extra' is given in model_config and as a class keyword"):

        class Item(Model, extra="forbid"):
            model_config = ConfigDict(extra="allow")


def test_an_unknown_option_names_similar_ones() -> None:
    with pytest.raises(TypeHintError, match="no option 'populate_name'; did you mean 'populate_by"):

        class Item(Model, populate_name=True): ...  # type: ignore[call-arg]


def test_an_option_has_one_of_its_values() -> None:
    with pytest.raises(TypeHintError, match="extra='none' is none of 'ignore', 'forbid', 'allow'"):

        class Item(Model, extra="none"): ...  # type: ignore[call-arg]


class Open(Model, extra="allow"):
    a: int = 1
    inner: "Open | None" = None


class TypedOpen(Model, extra="allow"):
    __pydantic_extra__: dict[str, int]
    a: int = 1


def test_unknown_keys_are_kept_where_they_are_allowed() -> None:
    for item in (Open(b=[2]), Open.model_validate_json('{"b": [2]}')):  # type: ignore[call-arg]
        assert item.model_extra == {"b": [2]}
        assert item.b == [2]  # type: ignore[attr-defined]
        assert repr(item) == "Open(a=1, inner=None, b=[2])"
        assert item != Open()
        for same in (
            copy.copy(item),
            copy.deepcopy(item),
            pickle.loads(pickle.dumps(item)),
            item.model_copy(),
        ):
            assert same == item
            assert same.model_extra == {"b": [2]}
            assert same.model_extra is not item.model_extra
    assert Open().model_extra == {}
    with pytest.raises(AttributeError, match="'Open' object has no attribute 'c'"):
        Open().c  # type: ignore[attr-defined]  # noqa: B018


def test_unknown_attributes_may_be_assigned_where_keys_are_allowed() -> None:
    item = Open()
    item.b = 2  # type: ignore[attr-defined]
    assert item.model_extra == {"b": 2}
    assert item.model_copy(update={"c": 3}).model_extra == {"b": 2, "c": 3}
    assert Open.model_construct(d=4).model_extra == {"d": 4}
    del item.b  # type: ignore[attr-defined]
    assert item.model_extra == {}
    with pytest.raises(AttributeError):
        del item.b  # type: ignore[attr-defined]


def test_values_of_unknown_keys_may_have_a_type() -> None:
    assert TypedOpen.model_validate_json('{"b": "2"}').model_extra == {"b": 2}
    with pytest.raises(ValidationError) as caught:
        TypedOpen(b="x")  # type: ignore[call-arg]
    assert [(each["type"], each["loc"]) for each in caught.value.errors()] == [("int_parsing", ("b",))]


def test_without_extra_there_are_none() -> None:
    class Item(Model):
        a: int

    assert Item(a=1).model_extra is None


class Tracking(Model, track_fields_set=True):
    a: int
    b: int = 2
    c: list[int] = []


class MoreTracking(Model, extra="allow", frozen=True, track_fields_set=True):
    a: int
    d: int | None = None


@pytest.mark.parametrize(
    ("value", "fields"),
    [({"a": 1}, {"a"}), ({"a": 1, "b": 2}, {"a", "b"}), ({"a": "1", "c": []}, {"a", "c"})],
)
def test_the_fields_that_were_given_are_known(value: dict[str, Any], fields: set[str]) -> None:
    for item in (Tracking(**value), Tracking.model_validate_json(msgspec.json.encode(value))):
        assert item == Tracking.model_construct(a=1)
        assert item.model_fields_set == fields
        for same in (
            copy.copy(item),
            copy.deepcopy(item),
            pickle.loads(pickle.dumps(item)),
            item.model_copy(),
        ):
            assert same.model_fields_set == fields
        assert item.model_copy(update={"b": 3}).model_fields_set == fields | {"b"}
        item.b = 5
        assert item.model_fields_set == fields | {"b"}


def test_defaults_of_tracking_models_are_fresh() -> None:
    one, other = Tracking(a=1), Tracking(a=1)
    assert one.c is not other.c
    assert Tracking.model_construct({"b"}, a=1).model_fields_set == {"b"}


def test_unknown_keys_count_as_given() -> None:
    item = MoreTracking.model_validate({"a": 1, "x": 2})
    assert item.model_fields_set == {"a", "x"}
    assert hash(item) == hash(MoreTracking(a=1, x=2))  # type: ignore[call-arg]


def test_asking_a_model_that_does_not_track_is_an_error() -> None:
    with pytest.raises(TypeError, match="Open does not know which of its fields were set"):
        Open().model_fields_set  # noqa: B018


class Guarded(Model, validate_assignment=True):
    a: int = 1
    b: list[int] = Field(default=[], frozen=True)
    _note: str = "none"

    @property
    def double(self) -> int:
        return self.a * 2

    @double.setter
    def double(self, value: int) -> None:
        self.a = value // 2


def test_assignments_are_validated_where_asked_for() -> None:
    item = Guarded()
    item.a = "3"  # type: ignore[assignment]
    assert item.a == 3
    with pytest.raises(ValidationError) as caught:
        item.a = "x"  # type: ignore[assignment]
    assert [(each["type"], each["loc"]) for each in caught.value.errors()] == [("int_parsing", ("a",))]
    item.double = 10
    assert item.a == 5
    with pytest.raises(ValidationError) as caught:
        item.other = 1  # type: ignore[attr-defined]
    assert caught.value.errors(include_url=False) == [
        {
            "type": "no_such_attribute",
            "loc": ("other",),
            "msg": "Object has no attribute 'other'",
            "input": 1,
            "ctx": {"attribute": "other"},
        }
    ]


def test_a_frozen_field_is_not_assigned() -> None:
    with pytest.raises(ValidationError) as caught:
        Guarded().b = []
    assert caught.value.errors() == [
        {"type": "frozen_field", "loc": ("b",), "msg": "Field is frozen", "input": []}
    ]


class Private(Model, frozen=True):
    a: int
    _plain: int
    _default: list[int] = []
    _made: dict[str, int] = PrivateAttr(default_factory=dict)

    @functools.cached_property
    def expensive(self) -> list[int]:
        return [self.a]


def test_private_attributes_are_no_fields() -> None:
    for item in (Private(a=1), Private.model_validate_json('{"a": 1, "_default": 2}')):
        assert item.model_dump() == {"a": 1}
        assert item._default == []
        assert item._default is item._default
        assert item._default is not Private(a=1)._default
        assert item._made == {}
        with pytest.raises(AttributeError, match="'Private' object has no attribute '_plain'"):
            item._plain  # noqa: B018
        item._plain = 3
        assert item._plain == 3
        assert item.expensive is item.expensive


def test_private_attributes_are_copied_and_compared() -> None:
    item = Private(a=1)
    item._made["x"] = 1
    assert item != Private(a=1)
    for same in copies(item):
        assert same == item
        assert same._made == {"x": 1}
    assert hash(item) == hash(Private(a=1))


def test_a_subclass_inherits_private_attributes() -> None:
    class Sub(Private):
        _more: int = 5

    assert (Sub(a=1)._more, Sub(a=1)._default) == (5, [])


def test_a_private_attribute_needs_a_private_name() -> None:
    with pytest.raises(TypeHintError, match=r"Item\.a: names of private attributes begin with an underscore"):

        class Item(Model):
            a: int = PrivateAttr(default=1)


def test_frozen_models_say_so() -> None:
    with pytest.raises(ValidationError) as caught:
        Private(a=1).a = 2  # type: ignore[misc]
    assert caught.value.errors() == [
        {"type": "frozen_instance", "loc": ("a",), "msg": "Instance is frozen", "input": 2}
    ]


def test_fields_may_be_left_out_of_the_text() -> None:
    class Item(Model):
        a: int
        secret: str = Field(repr=False)

    assert repr(Item(a=1, secret="x")) == "Item(a=1)"
    assert list(Item(a=1, secret="x").__rich_repr__()) == [("a", 1)]  # type: ignore[attr-defined]


def test_patterns_match_by_position() -> None:
    match Guarded(a=4):
        case Guarded(4, []):
            pass
        case _:
            pytest.fail("did not match")


class Row:
    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)


def test_objects_are_read_where_asked_for() -> None:
    class Item(Model, from_attributes=True):
        a: int
        b: int = Field(default=2, validation_alias=AliasPath("outer", 0))

    class Theirs(pydantic.BaseModel, from_attributes=True):
        a: int

    assert Item.model_validate(Row(a="1")).model_dump() == {"a": 1, "b": 2}
    assert Item.model_validate(Row(a="1", b=3)).b == 3
    assert outcome(Item, 5) == outcome(Theirs, 5)
    assert outcome(Item, Row())[0]["loc"] == ("a",)


def test_unknown_keys_come_from_instances_of_the_model_only() -> None:
    def made(base: Any) -> list[Any]:
        class Item(base, extra="allow", from_attributes=True):
            a: int

        class Other(base, extra="allow"):
            a: int

        return [Item.model_validate(cls(a=1, b=2)).model_extra for cls in (Item, Other)]

    assert made(Model) == made(pydantic.BaseModel) == [{"b": 2}, {}]


def test_what_is_read_from_an_instance_was_not_given_either() -> None:
    class Item(Model, track_fields_set=True):
        a: int = 1
        b: int = 2

    class Page(Model):
        items: list[Item]

    for options in ({}, {"from_attributes": True}):
        page = Page.model_validate({"items": [Item(a=1)]}, **options)
        assert page.model_dump(exclude_unset=True) == {"items": [{"a": 1}]}


def test_instances_are_validated_again_where_asked_for() -> None:
    class Item(Model, revalidate_instances="always"):
        a: int

    class Sub(Item, revalidate_instances="subclass-instances"):
        b: int = 1

    class SubSub(Sub): ...

    item = Item(a=1)
    assert Item.model_validate(item) == item
    assert Item.model_validate(item) is not item
    sub = Sub(a=1)
    assert Sub.model_validate(sub) is sub
    assert type(Sub.model_validate(SubSub(a=1))) is Sub
    assert type(Item.model_validate(sub)) is Item


class Documented(Model, use_attribute_docstrings=True):
    a: int
    """The first."""
    b: int = Field(default=1, description="Given.")
    """Not used."""


class MoreDocumented(Documented):
    c: int = 3
    """The third,
    on two lines."""


def test_texts_below_fields_describe_them() -> None:
    fields = MoreDocumented.model_fields
    assert {name: info.description for name, info in fields.items()} == {
        "a": "The first.",
        "b": "Given.",
        "c": "The third,\non two lines.",
    }


def test_mixins_may_have_no_fields_of_their_own() -> None:
    class Mixin(Model):
        def shout(self) -> str:
            return repr(self).upper()

    class Base(Model):
        a: int

    class Other(Model):
        b: int

    class Mixed(Base, Mixin): ...

    assert Mixed(a=1).shout() == "MIXED(A=1)"
    with pytest.raises(TypeHintError, match="Both: Base and Other both have fields, and only one base may"):

        class Both(Base, Other): ...


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"max_errors": 0}, "max_errors=0 must be an integer of at least 1"),
        ({"str_min_length": -1}, "str_min_length=-1 must be an integer of at least 0"),
        ({"str_max_length": "3"}, "str_max_length='3' must be an integer of at least 0"),
        ({"alias_generator": 3}, "alias_generator=3 must be a function"),
    ],
)
def test_options_with_values_that_cannot_work_are_refused(options: Any, reason: str) -> None:
    with pytest.raises(TypeHintError, match=f"^Made: {reason}$"):
        create_model("Made", __config__=options, a=str)
