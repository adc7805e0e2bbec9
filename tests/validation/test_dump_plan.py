"""What is written differently than msgspec would, wherever it stands."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple

import msgspec
import pydantic
import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.build import build_tree
from bolide.validation.computed_fields import computed_field
from bolide.validation.dump_options import SerializationError
from bolide.validation.encode_any import encode_any
from bolide.validation.fields import Field
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from bolide.validation.serializers import PlainSerializer, field_serializer, model_serializer
from bolide.validation.types.json_text import Json
from bolide.validation.types.secret import SecretBytes, SecretStr

HIDDEN = "**********"


class Login(Model):
    password: SecretStr


class OldLogin(Model):
    password: SecretStr | None = None


class Careless(Model):
    password: SecretStr = "changeme"  # type: ignore[assignment]


class Ring(Model):
    keys: list[SecretBytes]


def written(model: Model) -> list[object]:
    """Return *model* as every way of writing writes it."""
    return [
        model.model_dump(warnings=False),
        model.model_dump(mode="json", warnings=False),
        json.loads(model.model_dump_json(warnings=False)),
        json.loads(compile_response_encoder(build_tree(type(model)))(model)),
        json.loads(encode_any([model])[1:-1]),
    ]


def test_what_should_be_a_secret_and_is_none_is_hidden_everywhere() -> None:
    login = Login(password="x")
    login.password = "PLAIN"  # type: ignore[assignment]
    assert written(login) == [{"password": HIDDEN}] * 5
    assert written(Login.model_construct(password="PLAIN")) == [{"password": HIDDEN}] * 5
    assert written(login.model_copy(update={"password": "OTHER"})) == [{"password": HIDDEN}] * 5
    old = OldLogin()
    old.password = "PLAIN"  # type: ignore[assignment]
    assert written(old) == [{"password": HIDDEN}] * 5


def test_what_belongs_to_no_branch_of_a_union_with_a_secret_is_hidden() -> None:
    adapter: Adapter[Any] = Adapter(SecretStr | int)
    assert adapter.dump("PLAIN", warnings=False) == HIDDEN
    assert adapter.dump_json("PLAIN", warnings=False) == b'"**********"'
    assert adapter.dump_json(1) == b"1"
    assert Adapter[Any](SecretStr | str).dump_json("text") == b'"text"'


def test_defaults_that_are_no_secrets_are_hidden_too() -> None:
    assert written(Careless()) == [{"password": HIDDEN}] * 5


def test_secrets_in_collections_are_hidden_too() -> None:
    ring = Ring(keys=[])
    ring.keys.append(b"PLAIN")  # type: ignore[arg-type]
    assert written(ring) == [{"keys": [HIDDEN]}] * 5


def test_secrets_stay_secrets_in_python_and_none_stays_none() -> None:
    assert Login(password="x").model_dump() == {"password": SecretStr("x")}
    assert written(OldLogin()) == [{"password": None}] * 5


def test_a_complaint_about_a_secret_does_not_show_it() -> None:
    adapter = Adapter[Login](Login)
    login = Login.model_construct(password="PLAIN")
    with pytest.warns(UserWarning, match=r"^expected SecretStr, got a str$"):
        adapter.dump(login)
    with pytest.raises(SerializationError, match=r"^expected SecretStr, got a str$"):
        adapter.dump_json(login, warnings="error")


class OurPoint(Model):
    x: int = 1
    y: int = 2


class TheirPoint(pydantic.BaseModel):
    x: int = 1
    y: int = 2


class OurPair(NamedTuple):
    point: OurPoint
    size: int = 1


class TheirPair(NamedTuple):
    point: TheirPoint
    size: int = 1


class ArrayPair(msgspec.Struct, array_like=True):
    point: OurPoint
    size: int = 1


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"include": {0: {"x"}}},
        {"include": {1}},
        {"include": {-1}},
        {"include": {"point": {"x"}}},
        {"exclude": {0: {"x"}}},
        {"exclude": {1}},
        {"exclude": {"__all__": {"x"}}},
        {"exclude_defaults": True},
    ],
    ids=str,
)
def test_records_that_are_arrays_are_selected_by_position(options: Any) -> None:
    theirs: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(TheirPair)
    expected = theirs.dump_json(TheirPair(TheirPoint()), **options)
    for ours, value in [
        (Adapter[Any](OurPair), OurPair(OurPoint())),
        (Adapter[Any](ArrayPair), ArrayPair(OurPoint())),
    ]:
        assert ours.dump_json(value, **options) == expected
        assert ours.dump(value, **options) == theirs.dump_python(TheirPair(TheirPoint()), **options)


def test_default_of_other_fields_is_never_left_out_as_a_default() -> None:
    class Range(Model):
        first: int = 1
        last: int = Field(default_factory=lambda fields: fields["first"] + 1)
        steps: list[int] = Field(default_factory=list)

    assert Range().model_dump(exclude_defaults=True) == {"last": 2}


def test_defaults_that_cannot_be_copied_are_shared() -> None:
    shared = types.MappingProxyType({"a": 1})

    class Settings(Model):
        numbers: Mapping[str, int] = shared

    assert Settings().numbers is shared
    assert Settings.model_validate_json(b"{}").numbers is shared
    assert Settings.model_construct().numbers is shared


def test_what_a_serializer_returns_is_not_selected_from_again() -> None:
    class Wrapped(OurPoint):
        @model_serializer(mode="wrap")
        def wrap(self, handler: Any) -> Any:
            return {"wrapped": handler(self)}

    class Holder(Model):
        point: OurPoint

        @field_serializer("point", mode="wrap")
        def wrap(self, value: Any, handler: Any) -> Any:
            return {"wrapped": handler(value)}

    class Replaced(Model):
        point: OurPoint

        @field_serializer("point")
        def replace(self, _value: Any) -> OurPoint:
            return OurPoint()

    assert Wrapped().model_dump(include={"x"}) == {"wrapped": {"x": 1}}
    assert Wrapped().model_dump_json(exclude={"x"}) == '{"wrapped":{"y":2}}'
    assert Holder(point=OurPoint()).model_dump(include={"point": {"x"}}) == {"point": {"wrapped": {"x": 1}}}
    assert Replaced(point=OurPoint()).model_dump(exclude={"point": {"x"}}) == {"point": {"x": 1, "y": 2}}


def test_serialize_as_any_holds_for_the_whole_value_too() -> None:
    class Named(OurPoint):
        name: str = "n"

    expected = {"x": 1, "y": 2, "name": "n"}
    assert Adapter[Any](OurPoint).dump(Named(), serialize_as_any=True) == expected
    assert Adapter[Any](OurPoint | int).dump(Named(), serialize_as_any=True) == expected
    assert Adapter[Any](list[OurPoint]).dump([Named()], serialize_as_any=True) == [expected]
    assert json.loads(Adapter[Any](OurPoint).dump_json(Named(), serialize_as_any=True)) == expected
    assert Adapter[Any](OurPoint).dump(Named()) == {"x": 1, "y": 2}


def test_schemas_say_what_is_written_and_define_only_what_is_read() -> None:
    class Shown(Model):
        document: Json
        text: Annotated[int, PlainSerializer(str, return_type=str)] = 1

        @computed_field
        @property
        def point(self) -> OurPoint:
            return OurPoint()

    written = Shown.model_json_schema(mode="serialization")
    assert written["properties"]["document"] == {"title": "Document"}
    assert written["properties"]["text"] == {"type": "string", "title": "Text", "default": "1"}
    assert written["$defs"].keys() == {"OurPoint"}
    assert "$defs" not in Shown.model_json_schema()
