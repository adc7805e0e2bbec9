"""What ``by_alias``, ``by_name``, ``extra`` and ``strict`` of a single call change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple, TypedDict

import msgspec
import pydantic
import pytest

from bolide.types import Json, SecretStr
from bolide.validation.adapter import Adapter
from bolide.validation.aliases import AliasChoices, AliasPath
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.model import Model
from bolide.validation.root_model import RootModel


class Inner(Model):
    a: int = Field(alias="A")


class Outer(Model):
    x: int = Field(alias="X")
    y: int = Field(default=1, validation_alias=AliasChoices("Y", AliasPath("z", 0)))
    inner: Inner | None = None


class PydanticInner(pydantic.BaseModel):
    a: int = pydantic.Field(alias="A")


class PydanticOuter(pydantic.BaseModel):
    x: int = pydantic.Field(alias="X")
    y: int = pydantic.Field(
        default=1, validation_alias=pydantic.AliasChoices("Y", pydantic.AliasPath("z", 0))
    )
    inner: PydanticInner | None = None


NAMES: list[dict[str, Any]] = [
    {},
    {"by_name": True},
    {"by_alias": True},
    {"by_alias": True, "by_name": True},
    {"by_alias": False, "by_name": True},
    {"by_alias": True, "by_name": False},
    {"extra": "ignore"},
    {"extra": "forbid"},
    {"extra": "forbid", "by_name": True},
    {"extra": "forbid", "by_alias": False, "by_name": True},
]
INPUTS: list[Any] = [
    {"x": "1", "y": 2},
    {"X": 1, "x": 2, "Y": 3, "y": 4, "q": 5},
    {"X": 1, "Y": "2"},
    {"x": 1, "z": [7], "inner": {"a": 1}},
    {"x": "q", "inner": {"A": "z", "b": 1}},
    {"X": "q", "inner": {"a": "z", "A": "y"}},
    {},
]


def _outcome(validate: Any, given: Any, options: dict[str, Any]) -> Any:
    try:
        return validate(given, **options).model_dump()
    except (ValidationError, pydantic.ValidationError) as error:
        return [(each["type"], each["loc"], each["msg"], each["input"]) for each in error.errors()]


@pytest.mark.parametrize("options", NAMES, ids=str)
@pytest.mark.parametrize("given", INPUTS, ids=str)
def test_names_and_extra_of_a_call_mean_what_they_mean_to_pydantic(given: Any, options: Any) -> None:
    expected = _outcome(PydanticOuter.model_validate, given, options)
    assert _outcome(Outer.model_validate, given, options) == expected
    if given:
        text = msgspec.json.encode(given)
        assert _outcome(Outer.model_validate_json, text, options) == expected
        assert _outcome(Adapter(Outer).decode_msgpack, msgspec.msgpack.encode(given), options) == expected


def test_strings_are_read_by_name_too() -> None:
    read = Outer.model_validate_strings({"x": "1", "inner": {"a": "2"}}, by_name=True)
    assert read == Outer(X=1, inner=Inner(A=2))


def test_options_that_are_none_say_nothing() -> None:
    assert Outer.model_validate({"X": 1}, by_alias=None, by_name=None, extra=None) == Outer(X=1)


def test_a_call_may_be_strict() -> None:
    adapter: Adapter[Outer] = Adapter(Outer)
    assert adapter.decode_json(b'{"X":"1"}').x == 1
    with pytest.raises(ValidationError, match="valid integer"):
        adapter.decode_json(b'{"X":"1"}', strict=True)
    with pytest.raises(ValidationError, match="valid integer"):
        adapter.decode_json(b'{"x":"1"}', strict=True, by_name=True)
    assert Adapter(Outer, strict=True).decode_json(b'{"X":"1"}', strict=False).x == 1


def test_without_any_name_a_call_is_refused() -> None:
    with pytest.raises(TypeError, match="by_alias=False needs by_name=True"):
        Outer.model_validate({}, by_alias=False)

    class ByName(Model, validate_by_alias=False):
        x: int = Field(alias="X")

    with pytest.raises(TypeError, match="leaves the fields of ByName without a name"):
        ByName.model_validate({}, by_name=False)


def test_unknown_options_and_values_are_refused() -> None:
    with pytest.raises(TypeError, match="there is no option 'by_nam'"):
        Outer.model_validate({}, by_nam=True)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="extra='all' is none of"):
        Outer.model_validate({}, extra="all")  # type: ignore[arg-type]


def test_unknown_keys_are_kept_where_they_have_a_place() -> None:
    class Movie(TypedDict):
        name: str

    class Open(Model, extra="allow"):
        movie: Movie

    given = {"movie": {"name": "x", "year": 3}, "z": 1}
    kept = Open.model_validate(given, extra="allow")
    assert (kept.movie, kept.model_extra) == ({"name": "x", "year": 3}, {"z": 1})
    assert Open.model_validate(given, extra="ignore").model_extra == {}
    with pytest.raises(ValidationError) as refused:
        Open.model_validate(given, extra="forbid")
    assert [each["loc"] for each in refused.value.errors()] == [("movie", "year"), ("z",)]
    with pytest.raises(TypeError, match="no place for unknown keys in Outer"):
        Outer.model_validate({"X": 1}, extra="allow")


def test_records_of_all_kinds_are_read_by_name_and_without_unknown_keys() -> None:
    @dataclass
    class Data:
        a: Annotated[int, Field(alias="A")]

    class Typed(TypedDict):
        a: Annotated[int, Field(alias="A")]

    class Plain(msgspec.Struct, rename="upper"):
        a: int

    class Pair(NamedTuple):
        a: int

    given = {"a": 1}
    assert Adapter(Data).validate(given, by_name=True) == Data(1)
    assert Adapter(Typed).validate(given, by_name=True) == {"a": 1}
    assert Adapter(Plain).validate(given, by_name=True) == Plain(1)
    assert Adapter(Pair).validate(given, by_name=True, extra="ignore") == Pair(1)
    for cls in (Data, Typed, Plain):
        adapter: Adapter[Any] = Adapter(cls)
        assert adapter.validate({"A": 1}, by_name=True) == adapter.validate({"A": 1})
        with pytest.raises(ValidationError, match="A"):
            adapter.validate(given)
        with pytest.raises(ValidationError, match="b"):
            adapter.validate({"A": 1, "b": 2}, extra="forbid")


def test_tags_are_found_under_both_names() -> None:
    class Cat(Model):
        kind: Literal["cat"] = Field(alias="K")

    class Dog(Model):
        kind: Literal["dog"] = Field(alias="K")

    pets = Adapter[Any](list[Annotated[Cat | Dog, Field(discriminator="kind")]])
    assert pets.decode_json(b'[{"kind":"cat"},{"K":"dog"}]', by_name=True) == [Cat(K="cat"), Dog(K="dog")]


def test_options_reach_into_root_models_text_and_pydantic_models() -> None:
    class Wrapped(RootModel[Inner]):
        pass

    class Tree(Model):
        text: Json[Inner]
        root: Wrapped
        foreign: PydanticInner
        more: list[Tree] = []

    leaf = {"text": '{"a":1}', "root": {"a": 2}, "foreign": {"a": 3}}
    tree = Tree.model_validate({**leaf, "more": [leaf]}, by_name=True)
    for each in (tree, tree.more[0]):
        assert (each.text.a, each.root.root.a, each.foreign.a) == (1, 2, 3)
    assert Wrapped.model_validate({"a": 1}, by_name=True).root.a == 1
    assert Wrapped.model_validate_json('{"a":1}', by_name=True, by_alias=False).root.a == 1
    assert Wrapped.model_validate_strings({"a": "1"}, by_name=True).root.a == 1
    with pytest.raises(ValidationError) as refused:
        Tree.model_validate({**leaf, "foreign": {"a": 1, "q": 2}}, by_name=True, extra="forbid")
    assert [each["loc"] for each in refused.value.errors()] == [("foreign", "q")]


def test_a_secret_under_a_name_that_the_call_does_not_read_stays_hidden() -> None:
    class Login(Model):
        user: str = Field(alias="U")
        password: SecretStr = Field(validation_alias="P", serialization_alias="S")

    with pytest.raises(ValidationError) as refused:
        Login.model_validate({"P": "hunter2"}, by_name=True, by_alias=False)
    assert "hunter2" not in str(refused.value.errors())
