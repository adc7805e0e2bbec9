"""Serializers and computed fields write what Pydantic's write."""

from __future__ import annotations

import datetime
import enum
import functools
import json
import types
from typing import Annotated, Any, Generic, Literal, TypeVar

import pydantic
import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.build import TypeHintError, build_tree
from bolide.validation.computed_fields import computed_field
from bolide.validation.decorators import model_validator
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from bolide.validation.schema_emitter import SchemaEmitter
from bolide.validation.serializers import (
    PlainSerializer,
    SerializeAsAny,
    WrapSerializer,
    field_serializer,
    model_serializer,
)
from tests.identifiers import stable_id

BOLIDE = types.SimpleNamespace(
    Model=Model,
    PlainSerializer=PlainSerializer,
    WrapSerializer=WrapSerializer,
    SerializeAsAny=SerializeAsAny,
    computed_field=computed_field,
    field_serializer=field_serializer,
    model_serializer=model_serializer,
    model_validator=model_validator,
)
PYDANTIC = types.SimpleNamespace(
    Model=pydantic.BaseModel,
    PlainSerializer=pydantic.PlainSerializer,
    WrapSerializer=pydantic.WrapSerializer,
    SerializeAsAny=pydantic.SerializeAsAny,
    computed_field=pydantic.computed_field,
    field_serializer=pydantic.field_serializer,
    model_serializer=pydantic.model_serializer,
    model_validator=pydantic.model_validator,
)


def tenths(value: float) -> float:
    return round(value, 1)


def in_list(value: Any, handler: Any) -> list[int]:
    return [handler(value)]


def shop(api: Any) -> Any:
    """Return an instance of a model that uses every kind of serializer."""

    class Item(api.Model):  # type: ignore[misc]
        x: int

        @api.field_serializer("x")
        def bracket(self, value: int) -> str:
            return f"<{value}>"

    class Special(Item):
        y: int = 2

    class Wrapped(api.Model):  # type: ignore[misc]
        a: int = 1

        @api.model_serializer(mode="wrap")
        def add_mode(self, handler: Any, info: Any) -> dict[str, Any]:
            return {**handler(self), "mode": info.mode}

    class Text(api.Model):  # type: ignore[misc]
        a: int = 1

        @api.model_serializer
        def as_text(self) -> str:
            return f"text {self.a}"

    class Shop(api.Model):  # type: ignore[misc]
        a: int = 1
        b: int | None = None
        day: datetime.date = datetime.date(2020, 1, 2)
        item: Item
        items: list[Item]
        special: api.SerializeAsAny[Item]
        price: Annotated[float, api.PlainSerializer(tenths, return_type=float)] = 1.23
        numbers: list[Annotated[int, api.WrapSerializer(in_list)]] = [1, 2]
        wrapped: dict[str, Wrapped]
        either: Wrapped | Text | None

        @api.field_serializer("a", "b", when_used="json-unless-none")
        def with_info(self, value: int, info: Any) -> Any:
            return [value, info.mode, info.field_name]

        @api.field_serializer("day", mode="wrap")
        def quoted(self, value: Any, handler: Any) -> str:
            return repr(handler(value))

        @api.computed_field
        @property
        def area(self) -> int:
            return self.a * 2

        @api.computed_field(alias="theVolume", title="Room", description="In litres")
        @functools.cached_property
        def volume(self) -> float:
            return self.a * 3.5

        @api.computed_field
        def first(self) -> Item:
            """The first one."""
            return Item(x=9)

    return Shop(
        item=Item(x=1),
        items=[Item(x=2), Special(x=3)],
        special=Special(x=4),
        wrapped={"k": Wrapped()},
        either=Text(a=5),
    )


OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"mode": "json"},
    {"mode": "json", "by_alias": True},
    {"exclude": {"area", "numbers"}, "exclude_none": True},
    {"include": {"items": {0}, "area": True, "a": True}},
    {"round_trip": True},
    {"exclude_computed_fields": True},
)


@pytest.mark.parametrize("options", OPTIONS, ids=stable_id)
def test_dump_is_that_of_pydantic(options: dict[str, Any]) -> None:
    assert shop(BOLIDE).model_dump(**options) == shop(PYDANTIC).model_dump(**options)


@pytest.mark.parametrize("by_alias", [False, True])
def test_json_is_that_of_pydantic(by_alias: bool) -> None:
    ours = json.loads(shop(BOLIDE).model_dump_json(by_alias=by_alias))
    theirs = json.loads(shop(PYDANTIC).model_dump_json(by_alias=by_alias))
    assert ours == theirs


def test_computed_field_is_a_property() -> None:
    instance = shop(BOLIDE)
    assert (instance.area, instance.volume, instance.first.x) == (2, 3.5, 9)
    instance.a = 2
    assert (instance.area, instance.volume) == (4, 3.5)  # a cached property stays


def test_computed_field_may_have_a_setter() -> None:
    class Square(Model):
        side: float

        @computed_field
        @property
        def area(self) -> float:
            return self.side**2

        @area.setter  # type: ignore[no-redef, attr-defined]
        def area(self, value: float) -> None:
            self.side = value**0.5

    square = Square(side=2)
    square.area = 9
    assert square.model_dump() == {"side": 3, "area": 9}


def test_serializers_in_annotated_act_in_adapters() -> None:
    adapter: Adapter[Any] = Adapter(list[Annotated[float, PlainSerializer(tenths)]])
    assert adapter.validate(["1.25"]) == [1.25]
    assert adapter.decode_json(b"[1.25]") == [1.25]
    assert adapter.dump([1.27]) == [1.3]
    assert adapter.dump_json([1.27, 2]) == b"[1.3,2]"


def test_serializer_of_a_subclass_takes_the_place_of_the_inherited_one() -> None:
    class Base(Model):
        a: int

        @field_serializer("a")
        def first(self, value: int) -> str:
            return "base"

    class Derived(Base):
        @field_serializer("a")
        def second(self, value: int) -> str:
            return "derived"

    assert Base(a=1).model_dump() == {"a": "base"}
    assert Derived(a=1).model_dump_json() == '{"a":"derived"}'


@pytest.mark.parametrize("wrap", [staticmethod, classmethod])
def test_static_and_class_methods_serialize_all_fields(wrap: Any) -> None:
    def text(*arguments: Any) -> str:
        return str(arguments[-1])

    def class_text(cls: type, value: Any) -> str:
        return str(value)

    def static_text(value: Any) -> str:
        return str(value)

    class Item(Model):
        a: int
        b: float

        text = field_serializer("*")(wrap(static_text if wrap is staticmethod else class_text))

    assert Item(a=1, b=2).model_dump() == {"a": "1", "b": "2.0"}


def test_wrong_serializers_are_errors_that_say_why() -> None:
    class Unknown(Model):
        a: int

        @field_serializer("b")
        def text(self, value: int) -> str:
            return ""

    class Short(Model):
        a: int

        @field_serializer("a")
        def text(self) -> str:
            return ""

    class Untyped(Model):
        a: int

        @computed_field
        @property
        def b(self):  # type: ignore[no-untyped-def]
            return 1

    for cls, message in (
        (Unknown, r"Unknown\.text: there is no field 'b' to serialize"),
        (Short, "must take 2 arguments"),
        (Untyped, r"Untyped\.b: a computed field needs the annotation of its return type"),
    ):
        with pytest.raises(TypeHintError, match=message):
            Adapter(cls)


def test_schema_of_what_is_written_follows_serializers() -> None:
    class Item(Model):
        a: Annotated[int, PlainSerializer(str, return_type=str)]

        @computed_field
        @property
        def twice(self) -> int:
            """Two of them."""
            return self.a * 2

    tree = build_tree(Item)
    schemas = {
        mode: SchemaEmitter(mode, str, definitions=tree.definitions).emit_definition(
            tree.definitions[Item], title="Item"
        )
        for mode in ("validation", "serialization")
    }
    assert schemas["validation"]["properties"] == {"a": {"type": "integer", "title": "A"}}
    assert schemas["serialization"] == {
        "type": "object",
        "title": "Item",
        "properties": {
            "a": {"type": "string", "title": "A"},
            "twice": {"type": "integer", "title": "Twice", "description": "Two of them.", "readOnly": True},
        },
        "required": ["a", "twice"],
    }


def test_responses_are_written_by_serializers() -> None:
    class Item(Model):
        price: Annotated[float, PlainSerializer(tenths)]

        @computed_field
        @property
        def double(self) -> float:
            return self.price * 2

    class Special(Item):
        secret: str = "s"

    item = Item(price=1.26)
    assert compile_response_encoder(build_tree(Item))(item) == b'{"price":1.3,"double":2.52}'
    assert compile_response_encoder(build_tree(Item))({"price": 1.26}) == b'{"price":1.3,"double":2.52}'
    encode = compile_response_encoder(build_tree(dict[str, list[Item]]))
    assert encode({"k": [item, Special(price=2)]}) == (
        b'{"k":[{"price":1.3,"double":2.52},{"price":2.0,"double":4.0}]}'
    )
    assert compile_response_encoder(build_tree(Any))([item]) == b'[{"price":1.3,"double":2.52}]'


def test_two_serializers_of_one_field_are_refused_but_a_subclass_may_replace_one() -> None:
    class Price(Model):
        amount: int

        @field_serializer("amount")
        def in_cents(self, amount: int) -> int:
            return amount * 100

    class Cheap(Price):
        @field_serializer("amount")
        def halved(self, amount: int) -> int:
            return amount // 2

    class Confused(Model):
        amount: int

        @field_serializer("amount")
        def in_cents(self, amount: int) -> int:
            return amount * 100

        @field_serializer("amount", mode="wrap")
        def halved(self, amount: int, handler: Any) -> Any:
            return handler(amount // 2)

    assert Cheap(amount=4).model_dump() == {"amount": 2}
    with pytest.raises(TypeHintError, match="in_cents and halved both serialize 'amount'"):
        Confused(amount=4)


def test_computed_fields_are_listed_with_their_options() -> None:
    class Box(Model):
        side: int

        @computed_field(title="Area", examples=[4])
        @property
        def area(self) -> int:
            """In square metres."""
            return self.side**2

    class Named(Box):
        @computed_field
        @property
        def name(self) -> str:
            return "box"

    assert list(Named.model_computed_fields) == ["area", "name"]
    area = Box.model_computed_fields["area"]
    assert (area.title, area.description, area.examples) == ("Area", "In square metres.", (4,))


HIDE = PlainSerializer(lambda _: "***")


class Letter(enum.Enum):
    A = "a"


class Coin(Model):
    value: int


class Vault(Model):
    code: Annotated[str, HIDE]
    either: Annotated[str, HIDE] | int = 1


@pytest.mark.parametrize(
    ("hint", "value", "expected"),
    [
        (Annotated[str, HIDE] | int, "raw", '"***"'),
        (Annotated[str, HIDE] | int, 3, "3"),
        (int | Annotated[str, HIDE], "raw", '"***"'),
        (int | Annotated[bool, HIDE], True, '"***"'),
        (Annotated[float, HIDE] | str, 3, '"***"'),
        (Annotated[str, HIDE] | Annotated[bytes, PlainSerializer(lambda _: "bytes")], b"b", '"bytes"'),
        (Annotated[datetime.date, HIDE] | datetime.datetime, datetime.date(2020, 1, 1), '"***"'),
        (
            Annotated[datetime.date, HIDE] | datetime.datetime,
            datetime.datetime(2020, 1, 1),
            '"2020-01-01T00:00:00"',
        ),
        (Annotated[Letter, HIDE] | int, Letter.A, '"***"'),
        (Annotated[Literal["a"], HIDE] | str, "a", '"***"'),
        (Annotated[Literal["a"], HIDE] | str, "b", '"b"'),
        (Annotated[Any, HIDE] | int, "raw", '"***"'),
        (Coin | Annotated[str, HIDE] | None, "raw", '"***"'),
        (Coin | Annotated[str, HIDE] | None, None, "null"),
        (Coin | Annotated[str, HIDE] | None, Coin(value=1), '{"value":1}'),
        (Annotated[str, HIDE] | int, 1.5, '"***"'),
        (list[Annotated[str, HIDE] | int], ["raw", 1], '["***",1]'),
        (dict[str, Annotated[str, HIDE] | int], {"k": "raw"}, '{"k":"***"}'),
        (Vault, Vault(code="raw", either="raw"), '{"code":"***","either":"***"}'),
    ],
)
def test_serializer_of_a_branch_of_a_union_writes_what_belongs_to_it(
    hint: Any, value: Any, expected: str
) -> None:
    adapter: Adapter[Any] = Adapter(hint)
    assert adapter.dump_json(value) == expected.encode()
    assert json.dumps(adapter.dump(value, mode="json"), separators=(",", ":")) == expected
    if value.__class__ is not float:  # no branch of its own
        assert compile_response_encoder(build_tree(hint))(value) == expected.encode()


def test_responses_are_written_by_serializers_in_annotated() -> None:
    for hint, value, expected in [
        (Annotated[str, HIDE], "raw", b'"***"'),
        (list[Annotated[str, HIDE]], ["raw"], b'["***"]'),
        (list[Vault], [Vault(code="raw")], b'[{"code":"***","either":1}]'),
        (Vault, types.SimpleNamespace(code="raw", either="raw"), b'{"code":"***","either":"***"}'),
        (Vault, {"code": "raw", "other": 1}, b'{"code":"***","either":1}'),
    ]:
        assert compile_response_encoder(build_tree(hint))(value) == expected


BoxedT = TypeVar("BoxedT")


def test_computed_fields_of_generic_models_are_written_by_what_the_variable_stands_for() -> None:
    class Part(Model):
        name: str

    class Secret(Part):
        secret: str = "secret"

    class Boxed(Model, Generic[BoxedT]):
        item: BoxedT

        @computed_field
        def first(self) -> BoxedT:
            return self.item

        @computed_field(return_type=list[BoxedT])
        def both(self) -> Any:
            return [self.item]

    class BoxedPart(Boxed[Part]): ...

    written = {"item": {"name": "a"}, "first": {"name": "a"}, "both": [{"name": "a"}]}
    for cls in (Boxed[Part], BoxedPart):
        assert cls(item=Secret(name="a")).model_dump(warnings=False) == written


@pytest.mark.parametrize("exclude", [{"one": {"b"}}, {"some": {0: {"b"}}}, {"named": {"k": {"a", "b"}}}])
@pytest.mark.parametrize("which", ["include", "exclude"])
@pytest.mark.parametrize("as_any", [False, True])
def test_what_is_selected_below_serialize_as_any_is_that_of_pydantic(
    exclude: dict[str, Any], which: str, as_any: bool
) -> None:
    def dumps(api: Any) -> list[Any]:
        class Part(api.Model):  # type: ignore[misc]
            a: int = 1

        class More(Part):
            b: str = "s"

        namespace = {
            "one": api.SerializeAsAny[Part],
            "some": list[api.SerializeAsAny[Part]],
            "named": dict[str, api.SerializeAsAny[Part]],
        }
        whole: Any = type("Whole", (api.Model,), {"__annotations__": namespace, "__module__": __name__})
        value = whole(one=More(), some=[More(), Part()], named={"k": More()})
        options: Any = {which: exclude, "serialize_as_any": as_any}
        in_json = value.model_dump(mode="json", **options)
        return [value.model_dump(**options), in_json, json.loads(value.model_dump_json(**options))]

    assert dumps(BOLIDE) == dumps(PYDANTIC)


def test_items_of_serialize_as_any_are_selected_in_adapters() -> None:
    class Part(Model):
        a: int = 1

    class More(Part):
        b: str = "s"

    adapter: Adapter[Any] = Adapter(list[SerializeAsAny[Part]])
    assert adapter.dump([More(), More()], exclude={0: {"b"}}) == [{"a": 1}, {"a": 1, "b": "s"}]
    assert adapter.dump_json([More()], exclude={0: {"b"}}) == b'[{"a":1}]'


@pytest.mark.parametrize("as_any", [False, True])
def test_models_with_validators_and_wrap_serializers_are_written_by_their_class_below_any(
    as_any: bool,
) -> None:
    def dumps(api: Any) -> list[Any]:
        class Part(api.Model):  # type: ignore[misc]
            a: int = 1

            @api.model_validator(mode="before")
            @classmethod
            def read(cls, data: Any) -> Any:
                return data

            @api.model_validator(mode="after")
            def check(self) -> Any:
                return self

        class More(Part):
            rest: Any = None

        class Wrapped(Part):
            @api.model_serializer(mode="wrap")
            def wrap(self, handler: Any) -> dict[str, Any]:
                return {"wrapped": handler(self)}

        class WithField(Part):
            inner: Any = None

            @api.field_serializer("inner", mode="wrap")
            def wrap(self, value: Any, handler: Any) -> list[Any]:
                return [handler(value)]

        class Whole(api.Model):  # type: ignore[misc]
            part: Part
            anything: Any

        values = [More(rest=More()), Wrapped(), WithField(inner=Wrapped()), {"k": [WithField(inner=More())]}]
        wholes = [Whole(part=More(), anything=value) for value in values]
        options: Any = {"serialize_as_any": as_any, "warnings": False}
        return [
            dumped
            for whole in wholes
            for dumped in (
                whole.model_dump(**options),
                whole.model_dump(mode="json", **options),
                json.loads(whole.model_dump_json(**options)),
                json.loads(whole.model_dump_json()),
            )
        ]

    assert dumps(BOLIDE) == dumps(PYDANTIC)


def test_a_returned_dictionary_is_written_by_the_wrap_serializers_of_what_it_holds() -> None:
    class Point(Model):
        x: int
        y: int = 2

        @model_serializer(mode="wrap")
        def wrap(self, handler: Any) -> dict[str, Any]:
            return {"point": handler(self)}

    encode = compile_response_encoder(build_tree(dict[str, Any]))
    assert encode({"at": Point(x=1)}) == b'{"at":{"point":{"x":1,"y":2}}}'
