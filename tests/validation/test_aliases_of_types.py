"""Aliases that contain themselves, aliases with parameters, ``Self``, and defaults of type parameters."""

from __future__ import annotations

import dataclasses
import sys
from typing import Any, Generic, NamedTuple, Self, TypedDict

import msgspec
import pytest
from typing_extensions import TypeAliasType, TypeVar

from bolide.validation.adapter import Adapter
from bolide.validation.build import build_tree
from bolide.validation.errors import ValidationError
from bolide.validation.hints import TypeHintError
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from bolide.validation.schema_collection import collect
from bolide.validation.schema_emitter import SchemaEmitter
from tests.validation.reference import reference

T = TypeVar("T")
D = TypeVar("D", default=int)
B = TypeVar("B", bound=int, default=bool)

JSON = TypeAliasType("JSON", "dict[str, JSON] | list[JSON] | str | int | None")
Tree = TypeAliasType("Tree", "dict[str, Tree[T]] | T", type_params=(T,))
Pair = TypeAliasType("Pair", tuple[T, T], type_params=(T,))
Even = TypeAliasType("Even", "tuple[int, Odd] | None")
Odd = TypeAliasType("Odd", "tuple[str, Even] | None")
Loop = TypeAliasType("Loop", "Loop | int")


class Leaf(Model):
    name: str


class Secret(Leaf):
    secret: str = "s"


Leaves = TypeAliasType("Leaves", "list[Leaves] | Leaf")


class Holder(Model):
    content: JSON
    leaves: Leaves | None = None


def errors_of(hint: Any, value: object) -> list[tuple[str, tuple[str | int, ...]]]:
    with pytest.raises(ValidationError) as caught:
        Adapter(hint).validate(value)
    return [(each["type"], each["loc"]) for each in caught.value.errors()]


@pytest.mark.parametrize(
    ("hint", "text", "value"),
    [
        (JSON, b'{"a":[1,{"b":null}],"c":"d"}', {"a": [1, {"b": None}], "c": "d"}),
        (Tree[int], b'{"a":{"b":1},"c":2}', {"a": {"b": 1}, "c": 2}),
        (Pair[int], b"[1,2]", (1, 2)),
        (Even, b'[1,["a",[2,null]]]', (1, ("a", (2, None)))),
        (list[JSON], b"[[[1]]]", [[[1]]]),
        (Leaves, b'[[{"name":"a"}]]', [[Leaf(name="a")]]),
        (Holder, b'{"content":[{"a":1}],"leaves":null}', Holder(content=[{"a": 1}])),
    ],
    ids=str,
)
def test_aliases_are_read_and_written(hint: Any, text: bytes, value: object) -> None:
    assert Adapter(hint).decode_json(text) == value
    assert Adapter(hint).validate(value) == value
    assert compile_response_encoder(build_tree(hint))(value) == text


def test_arguments_of_a_recursive_alias_decide() -> None:
    assert Adapter(Tree[int]).validate({"a": {"b": "1"}}) == {"a": {"b": 1}}
    assert errors_of(Tree[int], {"a": "x"}) == [
        ("dict_type", ("dict[str,Tree[int]]", "a", "dict[str,Tree[int]]")),
        ("int_parsing", ("dict[str,Tree[int]]", "a", "int")),
        ("int_type", ("int",)),
    ]


def test_walker_of_a_recursive_alias_finds_what_the_reference_finds() -> None:
    tree = build_tree(JSON)
    for value in ({"a": [1.5, {"b": object}]}, [[["x"]]], {"a": {"b": b"1"}}, {1: 2}, 1.5):
        mine: list[Any] = []
        other: list[Any] = []
        walked = Adapter[Any](tree).walker(value, (), mine)
        read = reference(tree)(value, (), other)
        assert mine == other
        assert mine or walked == read


def test_deep_values_of_a_recursive_alias_are_refused() -> None:
    value: Any = 1
    for _ in range(300):
        value = [value]
    with pytest.raises(ValidationError):
        Adapter(JSON).validate(value)
    with pytest.raises(ValidationError):
        Adapter(JSON).decode_json(b"[" * 100_000 + b"]" * 100_000)


def test_responses_filter_below_recursive_aliases() -> None:
    value = [[Secret(name="a")], Leaf(name="b")]
    assert compile_response_encoder(build_tree(Leaves))(value) == b'[[{"name":"a"}],{"name":"b"}]'
    assert Adapter(Leaves).dump(value) == [[{"name": "a"}], {"name": "b"}]
    holder = Holder(content=[{"a": 1}], leaves=Leaf(name="b"))
    assert holder.model_dump() == {"content": [{"a": 1}], "leaves": {"name": "b"}}


def test_recursive_aliases_are_components_of_a_schema() -> None:
    tree = build_tree(Leaves)
    collection = collect([(tree, "validation")])
    assert list(collection.definitions) == [Leaves, Leaf]
    emitter = SchemaEmitter("validation", lambda target: f"#/{target}", definitions=collection.definitions)
    assert emitter.emit(tree.root) == {"$ref": "#/Leaves"}
    assert emitter.emit_definition(collection.definitions[Leaves], title="Leaves") == {
        "anyOf": [{"type": "array", "items": {"$ref": "#/Leaves"}}, {"$ref": f"#/{Leaf}"}]
    }


def test_alias_of_nothing_but_itself_is_refused() -> None:
    with pytest.raises(TypeHintError, match="Loop contains itself with nothing in between"):
        build_tree(Loop)


class Node(TypedDict):
    value: int
    next: Self | None  # type: ignore[misc]


@dataclasses.dataclass
class Chain:
    value: int
    next: Self | None = None


class Link(msgspec.Struct):
    value: int
    next: Self | None = None


class Cell(NamedTuple):
    value: int
    next: Any = None


class Person(Model):
    name: str
    friends: list[Self] = []


class Employee(Person):
    salary: int = 0


@pytest.mark.parametrize(("hint"), [Chain, Link, Node])
def test_self_is_the_class_that_it_stands_in(hint: Any) -> None:
    value = Adapter(hint).decode_json(b'{"value":1,"next":{"value":2,"next":null}}')
    inner = value["next"] if hint is Node else value.next
    assert type(inner) is (dict if hint is Node else hint)
    assert errors_of(hint, {"value": 1, "next": {"value": "x", "next": None}}) == [
        ("int_parsing", ("next", "value"))
    ]


def test_self_in_an_inherited_field_is_the_subclass() -> None:
    employee = Employee.model_validate_json(b'{"name":"a","friends":[{"name":"b","salary":3}]}')
    assert employee.friends == [Employee(name="b", salary=3)]
    assert type(Person.model_validate_json(b'{"name":"a","friends":[{"name":"b"}]}').friends[0]) is Person


def test_self_outside_of_a_class_is_refused() -> None:
    with pytest.raises(TypeHintError, match="Self stands outside of a class with fields"):
        build_tree(list[Self])


@dataclasses.dataclass
class Box(Generic[D]):
    value: D


@pytest.mark.parametrize(("hint", "value"), [(D, 1), (B, True), (Box, Box(1)), (Box[int], Box(1))], ids=str)
def test_type_parameters_have_their_defaults(hint: Any, value: object) -> None:
    assert Adapter(hint).validate({"value": "1"} if isinstance(value, Box) else "1") == value


Deep = TypeAliasType("Deep", "list[Deep] | int")


def nested_lists(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def error_below(frames: int, value: Any) -> tuple[str, tuple[str | int, ...]]:
    """Return the error of *value*, read as lists in lists below as many *frames* of the caller."""
    if frames:
        return error_below(frames - 1, value)
    with pytest.raises(ValidationError) as caught:
        Adapter(Deep).validate(value)
    (error, *_) = caught.value.errors()
    return error["type"], error["loc"]


def test_an_alias_that_contains_itself_is_read_as_deeply_as_a_model() -> None:
    assert Adapter(Deep).validate(nested_lists(199)) == nested_lists(199)
    assert error_below(0, nested_lists(200)) == (
        "recursion_depth_exceeded",
        ("list[Deep]", 0) * 200,
    )


def test_what_is_too_deep_for_the_stack_of_the_caller_is_an_error_with_its_place() -> None:
    kind, place = error_below(sys.getrecursionlimit() - 300, nested_lists(150))
    assert kind == "recursion_depth_exceeded"
    assert place == ("list[Deep]", 0) * (len(place) // 2)
    assert 20 < len(place) < 300
