"""Models: declaration, construction, dumping, copying."""

from __future__ import annotations

import abc
import copy
import dataclasses
import datetime
import enum
import inspect
import json
import pickle
import types
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, TypeVar

import msgspec
import pytest

from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.hints import TypeHintError
from bolide.validation.metaclass import ModelMeta
from bolide.validation.model import Model

T = TypeVar("T")


class Kind(enum.Enum):
    BOOK = "book"


class Line(Model):
    sku: str = Field(min_length=2)
    count: int = Field(1, ge=1)


class Order(Model):
    limit: ClassVar[int] = 3
    number: int = Field(alias="orderNumber")
    lines: list[Line] = []
    placed: datetime.date | None = None
    labels: dict[str, set[int]] = Field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.lines)


class Strict(Model, extra="forbid"):
    a: int


class Frozen(Model, frozen=True):
    a: int


class Employee(Model):
    name: str
    manager: Employee | None = None
    team: Team | None = None


class Team(Model):
    members: list[Employee]


def test_constructor_converts_by_lax_rules() -> None:
    order = Order(orderNumber="7", lines=[{"sku": "ab", "count": "2"}], placed="2020-02-03")
    assert order.number == 7
    assert order.lines == [Line(sku="ab", count=2)]
    assert order.placed == datetime.date(2020, 2, 3)
    assert order.size == 1


def test_constructor_reports_everything_wrong() -> None:
    with pytest.raises(ValidationError) as caught:
        Order(lines=[{"sku": "a", "count": 0}], placed=3.5)
    assert caught.value.title == "Order"
    assert [(error["type"], error["loc"]) for error in caught.value.errors()] == [
        ("missing", ("orderNumber",)),
        ("string_too_short", ("lines", 0, "sku")),
        ("greater_than_equal", ("lines", 0, "count")),
        ("date_from_datetime_inexact", ("placed",)),
    ]


def test_constructor_takes_no_positional_arguments() -> None:
    with pytest.raises(TypeError, match=r"Line\(\) takes keyword arguments only"):
        Line("ab")  # type: ignore[call-arg]


def test_mutable_defaults_are_not_shared() -> None:
    class Basket(Model):
        items: list[int] = [1]
        nested: dict[str, list[int]] = {"a": []}

    one, other = Basket(), Basket()
    one.items.append(2)
    one.nested["a"].append(3)
    assert (other.items, other.nested) == ([1], {"a": []})


def test_default_factory_runs_once_per_instance() -> None:
    assert Order(orderNumber=1).labels is not Order(orderNumber=1).labels


def test_extra_is_ignored_by_default() -> None:
    assert Line(sku="ab", unknown=1) == Line(sku="ab")  # type: ignore[call-arg]


def test_extra_forbid_reports_unknown_names() -> None:
    with pytest.raises(ValidationError) as caught:
        Strict(a=1, b=2)  # type: ignore[call-arg]
    assert caught.value.errors() == [
        {"type": "extra_forbidden", "loc": ("b",), "msg": "Extra inputs are not permitted", "input": 2}
    ]


def test_extra_forbid_holds_for_json_and_is_inherited() -> None:
    class Child(Strict):
        b: int = 0

    with pytest.raises(ValidationError) as caught:
        Child.model_validate_json('{"a": 1, "c": 2}')
    assert [error["loc"] for error in caught.value.errors()] == [("c",)]


def test_models_are_mutable_and_not_validated_on_assignment() -> None:
    line = Line(sku="ab")
    line.count = -1
    assert line.count == -1


def test_frozen_models_are_immutable_and_hashable() -> None:
    frozen = Frozen(a=1)
    with pytest.raises(ValidationError, match="Instance is frozen"):
        frozen.a = 2  # type: ignore[misc]
    assert {frozen, Frozen(a=1)} == {Frozen(a=1)}


def test_mutable_models_are_not_hashable() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Line(sku="ab"))


def test_models_compare_by_value_and_class() -> None:
    class Other(Model):
        sku: str
        count: int = 1

    assert Line(sku="ab") == Line(sku="ab", count=1)
    assert Line(sku="ab") != Other(sku="ab")


def test_instances_have_no_dictionary() -> None:
    assert not hasattr(Line(sku="ab"), "__dict__")
    with pytest.raises(AttributeError):
        Line(sku="ab").unknown = 1  # type: ignore[attr-defined]


def test_fields_are_inherited_in_order() -> None:
    class Priced(Line):
        price: float
        sku: str = "none"

    assert list(Priced.model_fields) == list(Priced.__struct_fields__)  # type: ignore[attr-defined]
    assert set(Priced.model_fields) == {"sku", "count", "price"}
    assert Priced(price="1.5") == Priced(price=1.5, sku="none", count=1)
    with pytest.raises(ValidationError):
        Priced(price=1, count=0)


def test_a_subclass_may_tighten_an_inherited_field() -> None:
    class Long(Line):
        sku: str = Field(min_length=5)

    assert Line.model_validate_json('{"sku": "abc"}').sku == "abc"
    with pytest.raises(ValidationError):
        Long.model_validate_json('{"sku": "abc"}')


def test_names_may_be_defined_later() -> None:
    team = Team(members=[{"name": "a", "manager": {"name": "b"}}])
    assert team.members[0].manager == Employee(name="b")
    assert Employee.model_validate_json('{"name": "a", "team": {"members": [{"name": "c"}]}}') == Employee(
        name="a", team=Team(members=[Employee(name="c")])
    )


def test_names_local_to_a_function_are_found() -> None:
    class Outer(Model):
        inner: Inner
        more: list[Inner] = []

    class Inner(Model):
        a: int

    assert Outer(inner={"a": "1"}) == Outer(inner=Inner(a=1))
    assert Outer.model_validate_json('{"inner": {"a": 1}, "more": [{"a": 2}]}').more == [Inner(a=2)]


def test_an_unknown_name_is_an_error_at_first_use_and_later_found() -> None:
    class Outer(Model):
        inner: Undefined  # type: ignore[name-defined]

    with pytest.raises(
        TypeHintError, match=r"Outer\.inner: forward reference 'Undefined' cannot be resolved"
    ):
        Outer(inner=1)
    Undefined = int  # noqa: N806
    assert Outer(inner="1").inner == 1


def test_decoding_keeps_annotations_of_the_user() -> None:
    class Item(Model):
        a: Annotated[int, Field(gt=0)]

    before = dict(Item.__annotations__)
    Item.model_validate_json('{"a": 1}')
    assert Item.__annotations__ == before


def test_decoding_does_not_call_the_constructor(monkeypatch: pytest.MonkeyPatch) -> None:
    class Item(Model):
        a: int

    def refuse(*_: object) -> None:
        raise AssertionError

    assert Item.model_validate_json('{"a": 1}').a == 1
    monkeypatch.setattr(Item, "__bolide_walk__", refuse)
    assert Item.model_validate_json('{"a": 2}').a == 2


def test_validate_json_accepts_what_lax_rules_accept() -> None:
    assert Line.model_validate_json(b'{"sku": "ab", "count": "3"}') == Line(sku="ab", count=3)


def test_strict_validation_forbids_coercion() -> None:
    with pytest.raises(ValidationError) as caught:
        Line.model_validate_json('{"sku": "ab", "count": "3"}', strict=True)
    assert [error["type"] for error in caught.value.errors()] == ["int_type"]
    with pytest.raises(ValidationError):
        Line.model_validate({"sku": "ab", "count": "3"}, strict=True)


def test_validate_json_of_text_with_lone_surrogates_is_a_validation_error() -> None:
    with pytest.raises(ValidationError) as caught:
        Line.model_validate_json('{"sku": "\ud800"}')
    assert caught.value.errors()[0]["type"] == "json_invalid"


def test_validate_takes_instances_as_they_are() -> None:
    line = Line(sku="ab")
    assert Line.model_validate(line) is line


def test_construct_checks_nothing() -> None:
    assert Line.model_construct(sku="", count=-1).count == -1
    with pytest.raises(TypeError):
        Line.model_construct(count=1)


def test_dump_makes_dictionaries_at_every_depth() -> None:
    order = Order(orderNumber=1, lines=[Line(sku="ab")], placed=datetime.date(2020, 1, 2), labels={"a": {1}})
    assert order.model_dump() == {
        "number": 1,
        "lines": [{"sku": "ab", "count": 1}],
        "placed": datetime.date(2020, 1, 2),
        "labels": {"a": {1}},
    }


def test_dump_mode_json_leaves_only_json_types() -> None:
    class Everything(Model):
        kind: Kind
        raw: bytes
        when: datetime.datetime
        pair: tuple[int, str]
        keys: dict[int, Kind]

    instance = Everything(
        kind=Kind.BOOK, raw=b"abc", when=datetime.datetime(2020, 1, 1), pair=(1, "a"), keys={1: Kind.BOOK}
    )
    assert instance.model_dump(mode="json") == {
        "kind": "book",
        "raw": "abc",
        "when": "2020-01-01T00:00:00",
        "pair": [1, "a"],
        "keys": {"1": "book"},
    }
    assert json.loads(instance.model_dump_json()) == instance.model_dump(mode="json")


@pytest.mark.parametrize(
    ("options", "dumped"),
    [
        ({"by_alias": True}, {"orderNumber": 1, "lines": [], "placed": None, "labels": {}}),
        ({"exclude_none": True}, {"number": 1, "lines": [], "labels": {}}),
        ({"include": {"number"}}, {"number": 1}),
        ({"exclude": {"lines", "labels"}}, {"number": 1, "placed": None}),
    ],
)
def test_dump_options(options: dict[str, Any], dumped: dict[str, Any]) -> None:
    order = Order(orderNumber=1)
    assert order.model_dump(**options) == dumped
    assert json.loads(order.model_dump_json(**options)) == dumped


def test_dump_json_writes_names_of_python_unless_asked() -> None:
    order = Order.model_construct(number=1, lines=[], labels={})
    assert order.model_dump_json() == '{"number":1,"lines":[],"placed":null,"labels":{}}'
    assert order.model_dump_json(by_alias=True) == '{"orderNumber":1,"lines":[],"placed":null,"labels":{}}'


def test_dump_json_indents() -> None:
    assert Strict(a=1).model_dump_json(indent=2) == '{\n  "a": 1\n}'


def test_dump_goes_into_dataclasses_and_structs() -> None:
    @dataclasses.dataclass
    class Data:
        a: int

    class Struct(msgspec.Struct, rename="upper"):
        a: int

    class Holder(Model):
        data: Data
        struct: Struct

    holder = Holder(data={"a": 1}, struct={"A": 2})
    assert holder.model_dump(by_alias=True) == {"data": {"a": 1}, "struct": {"A": 2}}


def test_copy_replaces_without_validation() -> None:
    line = Line(sku="ab")
    assert line.model_copy(update={"count": -5}).count == -5
    assert line.count == 1
    with pytest.raises(AttributeError, match="Line has no field 'other'"):
        line.model_copy(update={"other": 1})


def test_copies_of_frozen_models_may_be_updated() -> None:
    assert Frozen(a=1).model_copy(update={"a": 2}) == Frozen(a=2)


def test_deep_copies_share_nothing() -> None:
    order = Order(orderNumber=1, lines=[Line(sku="ab")])
    assert order.model_copy().lines is order.lines
    for copied in (order.model_copy(deep=True), copy.deepcopy(order)):
        assert copied == order
        assert copied.lines[0] is not order.lines[0]


def test_pickle_round_trip_does_not_validate() -> None:
    line = Line.model_construct(sku="", count=-1)
    assert pickle.loads(pickle.dumps(line)) == line


def test_model_fields_merge_annotation_and_field() -> None:
    class Item(Model):
        a: Annotated[int, Field(gt=1, title="A")] = Field(5, le=9)

    info = Item.model_fields["a"]
    assert (info.default, info.gt, info.le, info.title) == (5, 1, 9, "A")
    assert Item(a=3).a == 3
    with pytest.raises(ValidationError):
        Item(a=10)


def test_signature_names_the_constructors_arguments() -> None:
    class Item(Model):
        a: int
        b: str = Field("x", alias="bee")
        c: list[int] = Field(default_factory=list, alias="not-a-name")
        d: Annotated[int, Field(ge=0)] = Field(1, le=9, ge=0, description="Not said here.")

    assert str(inspect.signature(Item)).replace("typing.", "").partition(" ->")[0] == (
        "(*, a: int, bee: str = 'x', c: list[int] = <factory>, "
        "d: Annotated[int, Field(ge=0), Field(le=9)] = 1)"
    )


def test_repr_shows_fields() -> None:
    assert repr(Line(sku="ab")) == "Line(sku='ab', count=1)"


def test_alias_and_default_may_stand_in_annotated() -> None:
    namespace: dict[str, Any] = {"__annotations__": {"a": Annotated[int, Field(3, alias="bee")]}}
    item = type(Model)("Item", (Model,), namespace)
    assert item().a == 3
    assert item(bee="4").a == 4


@pytest.mark.parametrize("alias", ['it"s', "a\\b", "a\nb", "\x00", "\ud800"])
def test_an_alias_that_json_would_escape_is_refused(alias: str) -> None:
    with pytest.raises(TypeHintError, match=r"Item\.a: an alias cannot hold quotes, backslashes, control"):

        class Item(Model):
            a: int = Field(alias=alias)


def test_a_field_with_a_private_name_is_refused() -> None:
    with pytest.raises(TypeHintError, match=r"Item\._a: field names cannot begin with an underscore"):

        class Item(Model):
            _a: int = Field(default=1)


def test_a_name_of_a_method_is_refused() -> None:
    with pytest.raises(TypeHintError, match=r"Item\.model_dump: every Model has an attribute of this name"):

        class Item(Model):
            model_dump: int  # type: ignore[assignment]


def test_a_field_without_annotation_is_refused() -> None:
    with pytest.raises(TypeHintError, match=r"Item\.a: Field\(\) needs an annotation beside it"):

        class Item(Model):
            a = Field(1)


def test_overriding_a_field_without_annotation_is_refused() -> None:
    with pytest.raises(TypeHintError, match=r"Item\.count: overrides a field and needs an annotation"):

        class Item(Line):
            count = 3


def test_matching_by_keyword_works() -> None:
    match Line(sku="ab"):
        case Line(sku=sku):
            assert sku == "ab"
        case _:
            pytest.fail("did not match")


def declare_constructor() -> None:
    class A(Model):
        def __init__(self) -> None: ...


@pytest.mark.parametrize(
    ("declare", "reason"),
    [
        (declare_constructor, r"A\.__init__: a Model's constructor is generated"),
    ],
)
def test_what_would_be_ignored_is_refused(declare: Callable[[], None], reason: str) -> None:
    with pytest.raises(TypeHintError, match=reason):
        declare()


def test_class_bodies_that_would_be_ignored_are_refused() -> None:
    class Mixin:
        size: int

    bodies: list[tuple[tuple[type, ...], dict[str, Any], str]] = [
        ((Model,), {"Config": type("Config", (), {})}, "Bad.Config: options are class keywords"),
        ((Model,), {"a": 5}, r"Bad.a = 5: a field needs an annotation; if it is none, write a: ClassVar"),
        ((Mixin, Model), {}, "Bad: Mixin.size makes no field, since Mixin is no Model"),
        (
            (Model,),
            {"__annotations__": {"a": int, "b": int}, "b": Field(alias="a")},
            "Bad: 'a' and 'b' are both 'a' in the input",
        ),
    ]
    for bases, body, message in bodies:
        with pytest.raises(TypeHintError, match=message):
            ModelMeta("Bad", bases, body)
    ModelMeta("Good", (Mixin, Model), {"__annotations__": {"size": int}})


def test_attributes_of_classes_stay_possible() -> None:
    class Limits(Model):
        most: ClassVar[int] = 5
        Inner = type("Inner", (), {})
        size: int = 1

        def double(self) -> int:
            return self.size * 2

        twice = double

    class Narrow(Limits):
        most = 3

    assert (Limits.most, Narrow.most, Narrow(size=2).twice()) == (5, 3, 4)


def test_an_abstract_model_has_no_instances() -> None:
    class Shape(Model, abc.ABC):
        name: str

        @abc.abstractmethod
        def area(self) -> float: ...

    class Square(Shape):
        side: float

        def area(self) -> float:
            return self.side**2

    square = Square(name="s", side=2)
    assert (square.area(), isinstance(square, Shape)) == (4.0, True)
    with pytest.raises(TypeError, match="Shape is abstract: a subclass has to define area"):
        Shape(name="x")  # type: ignore[abstract]


def test_a_hook_sees_complete_subclasses_and_their_keywords() -> None:
    seen: list[Any] = []

    class Plugin(Model):
        name: str = "plugin"

        @classmethod
        def __pydantic_init_subclass__(cls, **keywords: Any) -> None:
            seen.append((cls.__name__, list(cls.model_fields), keywords))

    class Tool(Plugin, kind="tool", frozen=True):  # type: ignore[call-arg]
        size: int = 1

    assert seen == [("Tool", ["name", "size"], {"kind": "tool"})]
    assert Tool.model_config == {"frozen": True}


def test_keywords_for_init_subclass_name_the_hook_that_gets_them() -> None:
    class Plugin(Model):
        def __init_subclass__(cls, **keywords: Any) -> None: ...

    with pytest.raises(TypeHintError, match="Tool: class keywords like 'kind' do not reach"):

        class Tool(Plugin, kind="tool"):  # type: ignore[call-arg]
            ...


def test_objects_and_strings_are_read_for_one_call() -> None:
    class Part(Model):
        size: int

    class Whole(Model, strict=True):
        part: Part
        count: int

    found = types.SimpleNamespace(part=types.SimpleNamespace(size=1), count=2)
    expected = Whole(part=Part(size=1), count=2)
    assert Whole.model_validate(found, from_attributes=True) == expected
    assert Whole.model_validate_strings({"part": {"size": "1"}, "count": "2"}) == expected
    with pytest.raises(ValidationError):
        Whole.model_validate(found)


def test_a_function_that_changes_the_schema_may_take_the_class() -> None:
    def extend(schema: dict[str, Any], cls: type) -> None:
        schema["x-class"] = cls.__name__

    class Described(Model, json_schema_extra=extend):
        size: int

    class Sub(Described): ...

    assert Described.model_json_schema()["x-class"] == "Described"
    assert Sub.model_json_schema()["x-class"] == "Sub"
