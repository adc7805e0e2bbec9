"""Models made from other models: Partial, Pick and Omit."""

import datetime
from typing import Annotated, Any, Literal

import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.build import build_tree
from bolide.validation.decorators import field_validator
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.hints import TypeHintError
from bolide.validation.model import Model
from bolide.validation.projections import Omit, Partial, Pick
from bolide.validation.response import compile_response_encoder


class Address(Model):
    street: str


class User(Model, extra="forbid"):
    """Somebody who can log in."""

    user_id: int
    name: Annotated[str, Field(min_length=2)]
    password: str = Field(alias="pass")
    born: datetime.date | None = None
    address: Address
    tags: list[str] = Field(default_factory=list)


def user(**changes: Any) -> User:
    fields: dict[str, Any] = {"user_id": 1, "name": "ann", "pass": "x", "address": {"street": "s"}} | changes
    return User(**fields)


def types_of(hint: Any, data: bytes) -> list[tuple[str, tuple[str | int, ...]]]:
    with pytest.raises(ValidationError) as caught:
        Adapter(hint).decode_json(data)
    return [(error["type"], error["loc"]) for error in caught.value.errors()]


def test_a_partial_model_requires_nothing_and_knows_what_was_given() -> None:
    patch: Any = Adapter[Any](Partial[User]).decode_json(b'{"name": "bob", "born": null}')
    assert (patch.name, patch.born, patch.password) == ("bob", None, None)
    assert patch.model_fields_set == {"name", "born"}
    assert patch.model_dump(exclude_unset=True) == {"name": "bob", "born": None}
    assert Adapter[Any](Partial[User]).decode_json(b"{}").model_fields_set == set()


def test_a_partial_model_is_as_strict_as_its_source() -> None:
    data = b'{"name": "a", "pass": null, "address": {}, "other": 1}'
    assert types_of(Partial[User], data) == [
        ("string_too_short", ("name",)),
        ("string_type", ("pass",)),
        ("missing", ("address", "street")),
        ("extra_forbidden", ("other",)),
    ]


def test_a_patch_is_applied_by_copying() -> None:
    before = user()
    patch: Any = Adapter[Any](Partial[User]).decode_json(b'{"address": {"street": "t"}, "tags": ["x"]}')
    after = before.model_copy(update=patch)
    assert after == user(address=Address(street="t"), tags=["x"])
    assert before == user()


def test_a_model_that_does_not_track_is_no_patch() -> None:
    with pytest.raises(TypeError, match="track_fields_set"):
        user().model_copy(update=Address(street="t"))


def test_pick_and_omit_have_the_fields_they_name() -> None:
    assert list(Pick[User, "name", "user_id"].model_fields) == ["user_id", "name"]
    assert list(Omit[User, "password"].model_fields) == ["user_id", "name", "born", "address", "tags"]
    assert types_of(Pick[User, "name"], b'{"name": "a", "user_id": 1}') == [
        ("string_too_short", ("name",)),
        ("extra_forbidden", ("user_id",)),
    ]


def test_a_projection_is_one_class_with_a_speaking_name() -> None:
    assert Partial[User] is Partial[User]
    assert Omit[User, "password", "user_id"] is Omit[User, "user_id", "password"]
    named: list[Any] = [Partial[User], Pick[User, "name"], Omit[User, "user_id", "password"]]
    assert [cls.__name__ for cls in named] == ["PartialUser", "UserWithName", "UserWithoutPasswordAndUserId"]
    partial_of_rest: Any = Partial[Omit[User, "user_id"]]
    assert partial_of_rest.__name__ == "PartialUserWithoutUserId"


def test_a_response_is_filtered_by_a_projection() -> None:
    encode = compile_response_encoder(build_tree(list[Omit[User, Literal["password", "address"]]]))
    assert encode([user()]) == b'[{"user_id":1,"name":"ann","born":null,"tags":[]}]'


def test_a_partial_response_writes_null_for_what_is_not_set() -> None:
    encode = compile_response_encoder(build_tree(Partial[User]))
    assert encode(Partial[User](name="bob")) == (
        b'{"user_id":null,"name":"bob","pass":null,"born":null,"address":null,"tags":null}'
    )


def test_mistakes_are_named_at_once() -> None:
    with pytest.raises(TypeHintError, match="Omit: User has no field 'nam'; there are: user_id, name"):
        Omit[User, "nam"]
    with pytest.raises(TypeHintError, match=r"Pick takes a model and names of fields: Pick\[User, "):
        Pick[User]
    with pytest.raises(TypeHintError, match="int'> is no Model"):
        Partial[int]  # type: ignore[type-var]


class Named(Model):
    first: str
    last: str

    @field_validator("*")
    @classmethod
    def trimmed(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("empty")
        return value.strip()


def test_validators_of_fields_are_taken_over() -> None:
    assert Partial[Named](last=" x ").model_dump() == {"first": None, "last": "x"}
    assert types_of(Pick[Named, "first"], b'{"first": " "}') == [("value_error", ("first",))]


class Sloppy(Model):
    tags: list[str] = None  # type: ignore[assignment]
    address: Address = None  # type: ignore[assignment]
    count: int = None  # type: ignore[assignment]


def test_a_default_of_none_is_written_whatever_the_type_says() -> None:
    encode = compile_response_encoder(build_tree(list[Sloppy]))
    assert encode([Sloppy()]) == b'[{"tags":null,"address":null,"count":null}]'
    assert encode([{"tags": ["a"], "count": 1}]) == b'[{"tags":["a"],"address":null,"count":1}]'
    filled = Sloppy(tags=["a"])
    filled.tags = (1,)  # type: ignore[assignment]
    with pytest.raises(ValidationError):
        encode([filled])
