"""Dataclasses, attrs classes, structs, typed dictionaries and named tuples as types."""

from __future__ import annotations

import collections
import dataclasses
import functools
import json
from typing import Annotated, Any, Generic, Literal, NamedTuple, NotRequired, TypeVar

import attrs
import msgspec
import pydantic
import pytest
from typing_extensions import ReadOnly, TypedDict

from bolide.validation.adapter import Adapter
from bolide.validation.build import TypeHintError, build_tree
from bolide.validation.config import with_config
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from bolide.validation.schema_emitter import SchemaEmitter

T = TypeVar("T")
U = TypeVar("U", bound=int)


def result(validate: Any, value: object, error_type: Any) -> Any:
    try:
        return validate(value)
    except error_type as error:
        return [(each["type"], each["loc"], each["msg"], each.get("ctx")) for each in error.errors()]


def check_same(hint: Any, value: object) -> None:
    mine = result(Adapter(hint).validate, value, ValidationError)
    other = result(pydantic.TypeAdapter(hint).validate_python, value, pydantic.ValidationError)
    assert mine == other
    assert type(mine) is type(other)


class Point(NamedTuple):
    x: int
    label: str = "z"


Bare = collections.namedtuple("Bare", "x y", defaults=[3])


class Bounded(NamedTuple):
    x: Annotated[int, pydantic.Field(gt=3)] = 5


class Pair(NamedTuple, Generic[T]):
    left: T
    right: list[T]


POINTS: tuple[Any, ...] = (
    *(
        [1],
        ["1", "a"],
        [1, "a", 3],
        ["x", 1],
        [],
        (1, "b"),
        {"x": 1},
        {"x": "q", "label": 1},
        {"x": 1, "c": 1},
    ),
    *({"x": 1, "c": 1, 3: 2}, Point("q", "w"), Point(1), None, 5, "ab", b"ab", {}),  # type: ignore[arg-type]
)


@pytest.mark.parametrize("value", POINTS, ids=repr)
@pytest.mark.parametrize("hint", [Point, Bare, Pair[int], Point | list[int]], ids=str)
def test_named_tuples_are_read_as_pydantic_reads_them(hint: Any, value: object) -> None:
    check_same(hint, value)


def test_named_tuples_are_arrays_in_json() -> None:
    adapter = Adapter(list[Point])
    assert adapter.decode_json(b'[[1],["2","b"],{"x":3}]') == [Point(1), Point(2, "b"), Point(3)]
    encode = compile_response_encoder(build_tree(list[Point]))
    assert encode([Point(1), (2, "b"), {"x": 3}]) == b'[[1,"z"],[2,"b"],[3,"z"]]'


def test_field_is_the_default_of_a_named_tuple() -> None:
    class Limited(NamedTuple):
        x: int = Field(default=7, gt=3)

    assert Adapter(Limited).validate([]) == (7,)
    assert Adapter(Limited).decode_json(b"[]") == (7,)
    with pytest.raises(ValidationError, match="greater than 3"):
        Adapter(Limited).validate([1])


@dataclasses.dataclass
class Order:
    name: str
    rate: dataclasses.InitVar[int] = 3
    total: str = dataclasses.field(default="q", init=False)
    count: int = dataclasses.field(default=1, kw_only=True)

    def __post_init__(self, rate: int) -> None:
        if rate == 9:
            raise ValueError("nine")
        self.total = str(rate)


@dataclasses.dataclass(slots=True)
class Base:
    a: int


@dataclasses.dataclass(slots=True, frozen=True, eq=True)
class Frozen:
    a: int
    b: list[int] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(slots=True)
class Derived(Base):
    b: str = "b"


ORDERS: tuple[Any, ...] = (
    *(
        {"name": "a"},
        {"name": "a", "rate": "7"},
        {"name": "a", "total": "z"},
        {"name": 1, "rate": "x"},
        5,
        {},
    ),
    *(
        {"name": "a", "count": "2"},
        {"a": 1},
        {"a": "1", "b": ["1"]},
        {"a": 1, "b": 2},
        {"a": 1, "zz": 1},
        None,
    ),
)


@pytest.mark.parametrize("value", ORDERS, ids=repr)
@pytest.mark.parametrize("hint", [Order, Derived, Frozen])
def test_dataclasses_are_read_as_pydantic_reads_them(hint: Any, value: object) -> None:
    check_same(hint, value)


def test_errors_of_post_init_are_errors_of_the_input() -> None:
    with pytest.raises(ValidationError) as caught:
        Adapter(list[Order]).decode_json(b'[{"name":"a","rate":9}]')
    assert [(each["type"], each["loc"], each["msg"]) for each in caught.value.errors()] == [
        ("value_error", (0,), "Value error, nine")
    ]


def test_init_only_fields_are_not_written() -> None:
    encode = compile_response_encoder(build_tree(Order))
    assert encode(Order("a", 4)) == b'{"name":"a","total":"4","count":1}'
    assert Adapter(Order).dump(Order("a")) == {"name": "a", "total": "3", "count": 1}


def test_schemas_of_dataclasses_have_what_is_read_and_what_is_written() -> None:
    definition = build_tree(Order).definitions[Order]
    read = SchemaEmitter("validation", str, definitions={}).emit_definition(definition, title="Order")
    written = SchemaEmitter("serialization", str, definitions={}).emit_definition(definition, title="Order")
    assert list(read["properties"]) == ["name", "rate", "count"]
    assert list(written["properties"]) == ["name", "total", "count"]


def test_field_is_the_default_of_a_dataclass() -> None:
    @dataclasses.dataclass
    class Limited:
        number: int = Field(default=5, gt=3)
        tags: list[str] = Field(default_factory=list, max_length=1)  # noqa: RUF009

    adapter = Adapter(Limited)
    assert adapter.decode_json(b"{}") == Limited(5, [])
    assert adapter.validate({"number": "4"}) == Limited(4, [])
    with pytest.raises(ValidationError) as caught:
        adapter.decode_json(b'{"number":1,"tags":["a","b"]}')
    assert [(each["type"], each["loc"]) for each in caught.value.errors()] == [
        ("greater_than", ("number",)),
        ("too_long", ("tags",)),
    ]


@attrs.define
class Person:
    name: str
    age: int = attrs.field(default=1, validator=attrs.validators.ge(0))
    _secret: int = 3
    tags: list[str] = attrs.Factory(list)
    shout: str = attrs.field(init=False, default="x")
    doubled: int = attrs.field(default=attrs.Factory(lambda self: self.age * 2, takes_self=True))


def test_attrs_classes_are_read_and_written() -> None:
    adapter = Adapter(Person)
    read = adapter.decode_json(b'{"name":"a","age":"4","_secret":5,"tags":["t"]}')
    assert read == Person("a", 4, 5, ["t"])
    assert read.doubled == 8
    assert adapter.decode_json(b'{"name":"a"}') == Person("a")
    assert adapter.dump(read)["shout"] == "x"


def test_errors_of_attrs_validators_are_errors_of_the_input() -> None:
    with pytest.raises(ValidationError) as caught:
        Adapter(Person).validate({"name": "a", "age": -1})
    assert [(each["type"], each["loc"]) for each in caught.value.errors()] == [("value_error", ())]
    with pytest.raises(ValidationError) as caught:
        Adapter(Person).validate(5)
    assert caught.value.errors()[0]["type"] == "dataclass_type"


@attrs.define
class Simple:
    a: int
    b: str = "b"


def test_simple_attrs_classes_take_the_fast_path() -> None:
    assert Adapter(list[Simple]).fast_decode_json(b'[{"a":1}]') == [Simple(1)]
    assert compile_response_encoder(build_tree(Simple))(Simple(1)) == b'{"a":1,"b":"b"}'


@dataclasses.dataclass(frozen=True)
class Defaulted:
    a: int
    b: int = 3
    c: str = "c"
    d: list[int] = dataclasses.field(default_factory=list)


@pytest.mark.parametrize(
    "document", [b'{"a":1}', b'{"a":"1"}', b'{"a":1,"c":"c"}', b'{"a":1,"b":3,"c":"c","d":[]}']
)
def test_instances_have_their_defaults_whatever_way_they_are_read(document: bytes) -> None:
    adapter = Adapter(Defaulted)
    read = adapter.decode_json(document)
    assert vars(read) == {"a": 1, "b": 3, "c": "c", "d": []}
    written = b'{"a":1,"b":3,"c":"c","d":[]}'
    assert adapter.dump_json(read) == compile_response_encoder(adapter.tree)(read) == written
    assert adapter.decode_msgpack(adapter.dump_msgpack(read)) == read


def test_a_dataclass_with_defaults_takes_the_fast_path() -> None:
    assert vars(Adapter(Defaulted).fast_decode_json(b'{"a":1}')) == {"a": 1, "b": 3, "c": "c", "d": []}


@attrs.define
class Cached:
    a: int

    @functools.cached_property
    def secret(self) -> str:
        return "hidden"


@attrs.define(slots=False)
class Unslotted(Cached):
    pass


@pytest.mark.parametrize("cls", [Cached, Unslotted])
def test_nothing_but_the_attributes_of_an_attrs_class_is_written(cls: Any) -> None:
    value, adapter = cls(1), Adapter(cls)
    assert value.secret == "hidden"
    assert adapter.dump_json(value) == compile_response_encoder(adapter.tree)(value) == b'{"a":1}'
    assert adapter.dump_json(value, by_alias=True) == b'{"a":1}'


@attrs.define
class Private:
    a: int
    _b: str = "b"


@pytest.mark.parametrize(
    "encode", [Adapter(Private).dump_json, compile_response_encoder(build_tree(Private))]
)
def test_private_attributes_are_written_as_they_are_read(encode: Any) -> None:
    assert encode(Adapter(Private).decode_json(b'{"a":1,"_b":"c"}')) == b'{"a":1,"_b":"c"}'


@attrs.define
class Untyped:
    a = attrs.field()
    b = attrs.field(type=int, default=1)


def test_attributes_without_a_type_take_anything() -> None:
    adapter = Adapter(list[Untyped])
    assert adapter.decode_json(b'[{"a":[1]},{"a":null,"b":"2"}]') == [Untyped([1]), Untyped(None, 2)]
    assert adapter.dump_json([Untyped("x")]) == b'[{"a":"x","b":1}]'


class Loose(NamedTuple):
    a: object
    b: object | None = None


@pytest.mark.parametrize("document", [b"[[2], null]", b'[{"a": 1}, "b"]', b"[null]"])
def test_object_in_a_foreign_record_takes_anything(document: bytes) -> None:
    data = json.loads(document)
    assert list(Adapter(Loose).decode_json(document))[: len(data)] == data


class Cat(msgspec.Struct, tag="cat", tag_field="kind"):
    lives: int


class Dog(msgspec.Struct, tag="dog", tag_field="kind", forbid_unknown_fields=True):
    name: str = "rex"


class Row(msgspec.Struct, array_like=True):
    a: int
    b: str = "b"


class TaggedRow(msgspec.Struct, array_like=True, tag=True):
    a: int


class Renamed(msgspec.Struct, rename="camel"):
    first_name: str


@pytest.mark.parametrize(
    ("hint", "text", "value"),
    [
        (Cat, b'{"kind":"cat","lives":9}', Cat(9)),
        (Cat, b'{"lives":"9"}', Cat(9)),
        (Cat | Dog, b'{"kind":"cat","lives":9}', Cat(9)),
        (Cat | Dog, b'{"kind":"dog"}', Dog()),
        (Row, b'[1,"c"]', Row(1, "c")),
        (Row, b'["1"]', Row(1)),
        (Row, b'["1","c",5]', Row(1, "c")),
        (TaggedRow, b'["TaggedRow",1]', TaggedRow(1)),
        (TaggedRow, b'["TaggedRow","1"]', TaggedRow(1)),
        (Renamed, b'{"firstName":"a"}', Renamed("a")),
    ],
    ids=str,
)
def test_structs_are_read_with_their_options(hint: Any, text: bytes, value: object) -> None:
    assert Adapter(hint).decode_json(text) == value
    written = compile_response_encoder(build_tree(hint))(value)
    assert Adapter(hint).decode_json(written) == value


def test_errors_of_structs_name_tag_and_position() -> None:
    for hint, text, expected in (
        (Cat, b'{"kind":"dog","lives":"x"}', [("literal_error", ("kind",)), ("int_parsing", ("lives",))]),
        (Dog, b'{"kind":"dog","x":1}', [("extra_forbidden", ("x",))]),
        (Row, b'["x",1]', [("int_parsing", (0,)), ("string_type", (1,))]),
        (Row, b"5", [("named_tuple_type", ())]),
        (Renamed, b"{}", [("missing", ("firstName",))]),
    ):
        with pytest.raises(ValidationError) as caught:
            Adapter(hint).decode_json(text)
        assert [(each["type"], each["loc"]) for each in caught.value.errors()] == expected


@dataclasses.dataclass
class Box(Generic[T]):
    value: T
    next: Box[T] | None = None


@dataclasses.dataclass
class Boxes(Box[list[T]], Generic[T, U]):
    count: U = 1  # type: ignore[assignment]


class Entry(TypedDict, Generic[T]):
    value: T


class Slot(msgspec.Struct, Generic[T]):
    value: T
    others: dict[str, T] = {}


class Catalogue(Model):
    boxes: list[Box[int]]
    entry: Entry[str]
    slot: Slot[int] | None = None


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (Box[int], {"value": "1", "next": {"value": "x"}}),
        (Box[int], {"value": "1", "next": {"value": 2}}),
        (Box, {"value": "1"}),
        (Box[int] | Box[list[int]], {"value": [1]}),
        (Box[int] | Box[list[int]], {"value": "x"}),
        (Entry[int], {"value": "x"}),
        (Entry[list[int]], {"value": ["1"]}),
    ],
    ids=str,
)
def test_generic_records_are_read_as_pydantic_reads_them(hint: Any, value: object) -> None:
    check_same(hint, value)


def test_arguments_reach_the_fields_of_generic_bases() -> None:
    # Pydantic reads "value" as an int here.
    assert Adapter(Boxes[int, int]).validate({"value": ["1"], "count": "2"}) == Boxes([1], None, 2)
    with pytest.raises(ValidationError) as caught:
        Adapter(Boxes[str, int]).validate({"value": [1], "next": {"value": 2}})
    assert [each["loc"] for each in caught.value.errors()] == [("value", 0), ("next", "value")]


def test_generic_records_in_models_survive_a_round_trip() -> None:
    text = b'{"boxes":[{"value":1,"next":null}],"entry":{"value":"e"},"slot":{"value":2,"others":{"a":3}}}'
    catalogue = Catalogue.model_validate_json(text)
    assert catalogue.slot == Slot(2, {"a": 3})
    assert compile_response_encoder(build_tree(Catalogue))(catalogue) == text
    lax = Catalogue.model_validate_json(text.replace(b'"value":1', b'"value":"1"'))
    assert lax == catalogue


def test_arguments_of_generic_records_decide() -> None:
    assert Adapter(Slot[int]).fast_decode_json(b'{"value":1}') == Slot(1)
    with pytest.raises(ValidationError):
        Adapter(Slot[int]).decode_json(b'{"value":"x"}')
    assert Adapter(Slot[str]).decode_json(b'{"value":"x"}') == Slot("x")


def test_unions_of_named_tuples_and_maps_agree_on_both_paths() -> None:
    adapter = Adapter(Point | dict[str, int])
    assert adapter.decode_json(b'{"x":1}') == adapter.validate({"x": 1})


class Kinds(TypedDict):
    kind: Literal["a"]
    point: Point


def test_named_tuples_in_typed_dictionaries_are_filtered() -> None:
    class Longer(Point):
        extra = 1

    encode = compile_response_encoder(build_tree(Kinds))
    assert encode({"kind": "a", "point": Longer(1), "secret": 1}) == b'{"kind":"a","point":[1,"z"]}'


@pytest.mark.parametrize("hint", [Point, Pair[int], Bare], ids=str)
def test_schemas_of_named_tuples_are_pydantics(hint: Any) -> None:
    definition = build_tree(hint).definitions[hint]
    emitted = SchemaEmitter("validation", str, definitions={}).emit_definition(definition, title="any")
    emitted.pop("description", None)
    assert emitted == pydantic.TypeAdapter(hint).json_schema()


class Closed(TypedDict, closed=True):  # type: ignore[call-arg]
    a: int


class Open(TypedDict, extra_items=int):  # type: ignore[call-arg]
    a: NotRequired[ReadOnly[int]]


@pytest.mark.parametrize(
    "value", [{"a": "1"}, {"a": 1, "b": "2"}, {"a": 1, "b": "x"}, {"a": 1, 3: 4}, {}, 5], ids=repr
)
@pytest.mark.parametrize("hint", [Closed, Open])
@pytest.mark.filterwarnings("ignore:Item 'a' on TypedDict class")
def test_typed_dictionaries_are_open_as_declared(hint: Any, value: object) -> None:
    check_same(hint, value)


def test_extra_items_are_read_and_written() -> None:
    adapter = Adapter(list[Open])
    value = adapter.decode_json(b'[{"a":1,"b":2}]')
    assert value == [{"a": 1, "b": 2}]
    assert adapter.dump(value) == value
    assert compile_response_encoder(build_tree(list[Open]))(value) == b'[{"a":1,"b":2}]'
    definition = build_tree(Open).definitions[Open]
    schema = SchemaEmitter("validation", str, definitions={}).emit_definition(definition, title="Open")
    assert schema["additionalProperties"] == {"type": "integer"}


def test_names_of_the_function_around_a_class_are_found() -> None:
    @dataclasses.dataclass
    class Parent:
        child: Child

    class Child(NamedTuple):
        age: int

    assert Adapter(Parent).decode_json(b'{"child":[3]}') == Parent(Child(3))


@with_config(extra="forbid", str_strip_whitespace=True)
class Movie(TypedDict):
    name: str


class Sequel(Movie):
    number: int


@with_config(extra="allow", title="Anything")
class OpenMovie(TypedDict):
    name: str


@with_config(extra="forbid", str_to_upper=True)
@dataclasses.dataclass
class Ticket:
    seat: str
    row: int = 1


@dataclasses.dataclass
class Reserved(Ticket):
    name: str = ""


@pytest.mark.parametrize("hint", [Movie, Sequel, OpenMovie, Ticket, Reserved, list[Ticket]])
@pytest.mark.parametrize(
    "value",
    [
        {"name": " x "},
        {"name": "x", "number": "1", "other": 1},
        {"seat": "a", "row": 2},
        {"seat": "a", "row": "2", "other": 1, "name": "b"},
        [{"seat": "a", "other": 1}],
    ],
)
def test_dictionaries_and_dataclasses_may_state_options(hint: Any, value: object) -> None:
    check_same(hint, value)
    mine = result(Adapter(hint).validate, value, ValidationError)
    assert result(Adapter(hint).decode_json, json.dumps(value).encode(), ValidationError) == mine
    assert Adapter(hint).json_schema() == pydantic.TypeAdapter(hint).json_schema()


def test_options_of_models_alone_are_refused() -> None:
    @with_config(frozen=True)
    class Frozen(TypedDict):
        name: str

    @with_config(extra="allow")
    @dataclasses.dataclass
    class Open:
        name: str

    @with_config(strict=True)
    class Place(NamedTuple):
        x: int

    messages = {
        Frozen: "'frozen' works in a Model only",
        Open: "a dataclass has no place for unknown keys; use a Model",
        Place: "typed dictionaries and dataclasses have options",
    }
    for hint, message in messages.items():
        with pytest.raises(TypeHintError, match=message):
            build_tree(hint)
