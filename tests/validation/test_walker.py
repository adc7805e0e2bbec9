"""Generated walkers: records, order and place of errors, limits, unions, hostile input."""

from __future__ import annotations

import dataclasses
import enum
import linecache
import sys
import time
import types
from typing import Annotated, Any, TypedDict

import msgspec
import pytest
from annotated_types import Ge, Len
from hypothesis import given, settings
from hypothesis import strategies as st

from bolide.validation.build import build_tree
from bolide.validation.errors import ErrorDetails
from bolide.validation.fields import Field
from bolide.validation.model import Model
from bolide.validation.walker import compile_walker, walker_source


class Size(enum.Enum):
    LARGE = "large"


class Item(Model):
    name: Annotated[str, Len(1, 10)]
    price: Annotated[float, Ge(0)] = 1.0


class Order(Model, extra="forbid"):
    number: int = Field(alias="orderNumber")
    items: list[Item]
    note: str | None = None


class Tree(Model):
    value: int
    children: list[Tree] = []
    left: Tree | None = None


class Leaf(Model):
    size: int
    inner: Leaf | Twig | None = None


class Twig(Model):
    length: int
    inner: Leaf | Twig | None = None


class Bough(Model):
    size: int = 0
    inner: list[Bough] | list[Branch] | None = None


class Branch(Model):
    size: int = 0
    inner: list[Bough] | list[Branch] | None = None


@dataclasses.dataclass
class Range:
    low: int
    high: int = 10

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low is above high")
        if self.low == 7:
            raise AssertionError("7 is taken")


class Point(msgspec.Struct, frozen=True):
    x: int
    y: int = 0


class Movie(TypedDict):
    title: str


def walk(hint: Any, value: object, **options: bool) -> tuple[Any, list[ErrorDetails]]:
    errors: list[ErrorDetails] = []
    return compile_walker(build_tree(hint), **options)(value, ("body",), errors), errors


def brief(errors: list[ErrorDetails]) -> list[tuple[Any, ...]]:
    return [(error["type"], error["loc"]) for error in errors]


def test_every_error_is_found_in_order_of_declaration_and_extras_last() -> None:
    value = {"extra": 1, "note": 3, "items": [{"name": ""}, 4, {"price": "x"}], "orderNumber": "x"}
    _, errors = walk(Order, value)
    assert brief(errors) == [
        ("int_parsing", ("body", "orderNumber")),
        ("string_too_short", ("body", "items", 0, "name")),
        ("model_type", ("body", "items", 1)),
        ("missing", ("body", "items", 2, "name")),
        ("float_parsing", ("body", "items", 2, "price")),
        ("string_type", ("body", "note")),
        ("extra_forbidden", ("body", "extra")),
    ]
    assert errors[3]["input"] == {"price": "x"}
    assert errors[2] == {
        "type": "model_type",
        "loc": ("body", "items", 1),
        "msg": "Input should be a valid dictionary or instance of Item",
        "input": 4,
        "ctx": {"class_name": "Item"},
    }


def test_lax_values_are_converted_and_defaults_left_out() -> None:
    value, errors = walk(Order, {"orderNumber": "3", "items": ({"name": "a", "price": "2"},)})
    assert errors == []
    assert value == Order(orderNumber=3, items=[Item(name="a", price=2.0)])
    assert type(value.items[0].price) is float


def test_strict_keys_that_are_text_are_text_in_python_too() -> None:
    _, errors = walk(dict[str, int], {b"a": 1, Size.LARGE: 2}, strict=True)
    assert [(each["type"], each["loc"][1:]) for each in errors] == [
        ("string_type", ("b'a'", "[key]")),
        ("string_type", ("Size.LARGE", "[key]")),
    ]
    value, errors = walk(dict[int, int], {"1": 1}, strict=True)
    assert (value, errors) == ({1: 1}, [])


def test_strict_converts_nothing() -> None:
    _, errors = walk(Order, {"orderNumber": "3", "items": [{"name": b"a", "price": 2}]}, strict=True)
    assert brief(errors) == [
        ("int_type", ("body", "orderNumber")),
        ("string_type", ("body", "items", 0, "name")),
    ]


def test_instances_are_accepted_as_they_are() -> None:
    item = Item(name="a")
    item.price = -1.0
    value, errors = walk(list[Item], [item])
    assert errors == []
    assert value[0] is item


def test_mappings_are_read_like_dictionaries() -> None:
    value, errors = walk(Item, types.MappingProxyType({"name": "a"}))
    assert (value, errors) == (Item(name="a"), [])


class Secret(Item):
    password: str = "secret"


@dataclasses.dataclass
class Row:
    name: str
    password: str = "secret"

    @property
    def price(self) -> str:
        return "2.5"


def test_attributes_are_read_and_only_declared_ones() -> None:
    for given_value in (Secret(name="a", price=2.5), Row("a"), {"name": "a", "price": 2.5, "password": "x"}):
        value, errors = walk(list[Item], [given_value], from_attributes=True)
        assert errors == []
        assert type(value[0]) is Item
        assert value == [Item(name="a", price=2.5)]


def test_attributes_of_plain_values_are_not_read() -> None:
    for given_value in (1, "a", [], None, int, {1}):
        _, errors = walk(Item, given_value, from_attributes=True)
        assert [error["msg"] for error in errors] == [
            "Input should be a valid dictionary or object to extract fields from"
        ]


def test_a_failing_getter_is_not_a_missing_field() -> None:
    class Broken:
        @property
        def name(self) -> str:
            raise RuntimeError("no connection")

    with pytest.raises(RuntimeError, match="no connection"):
        walk(Item, Broken(), from_attributes=True)


@pytest.mark.parametrize(
    ("value", "error_type", "message"),
    [
        ({"low": 11}, "value_error", "Value error, low is above high"),
        ({"low": 7}, "assertion_error", "Assertion failed, 7 is taken"),
        (3, "dataclass_type", "Input should be a dictionary or an instance of Range"),
    ],
)
def test_what_a_dataclass_raises_is_an_error(value: object, error_type: str, message: str) -> None:
    _, errors = walk(list[Range], [value])
    assert [(error["type"], error["loc"], error["msg"], error["input"]) for error in errors] == [
        (error_type, ("body", 0), message, value)
    ]


def test_records_of_every_kind_are_built() -> None:
    assert walk(Range, {"low": "1"}) == (Range(1), [])
    assert walk(Point, {"x": "1"}) == (Point(1), [])
    assert walk(Movie, {"title": "a", "year": 1}) == ({"title": "a"}, [])


def test_key_errors_come_with_their_place() -> None:
    _, errors = walk(dict[int, int], {"a": "b", "1": 1, "c": 2})
    assert brief(errors) == [
        ("int_parsing", ("body", "a", "[key]")),
        ("int_parsing", ("body", "a")),
        ("int_parsing", ("body", "c", "[key]")),
    ]


def test_failing_union_reports_every_branch_under_its_label() -> None:
    hint = Annotated[int, Ge(0)] | list[Item] | Point | None
    _, errors = walk(hint, [{"name": 1}])
    assert brief(errors) == [
        ("int_type", ("body", "constrained-int")),
        ("string_type", ("body", "list[Item]", 0, "name")),
        ("model_type", ("body", "Point")),
    ]


@pytest.mark.parametrize(
    ("hint", "value", "expected"),
    [
        (int | str, "1", "1"),
        (int | float, "1", 1),
        (int | float, "1.5", 1.5),
        (float | int, 1, 1),
        (bool | int, 1, 1),
        (list[int] | list[str], ["1"], ["1"]),
        (Item | Point, {"x": 1, "name": "a"}, Item(name="a")),
        (Item | Point, {"x": 1, "y": 2, "name": "a"}, Point(1, 2)),
        (list[int] | list[float], (x for x in ["1.5"]), [1.5]),
    ],
)
def test_union_takes_the_best_match(hint: Any, value: object, expected: object) -> None:
    result, errors = walk(hint, value)
    assert errors == []
    assert (type(result), result) == (type(expected), expected)


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {"value": 0}
    for _ in range(depth):
        value = {"value": 0, "children": [value]}
    return value


def test_depth_is_limited() -> None:
    assert walk(Tree, nested(199))[1] == []
    _, errors = walk(Tree, nested(5000))
    assert brief(errors) == [("recursion_depth_exceeded", ("body", *("children", 0) * 200))]


def test_depth_of_unions_is_limited() -> None:
    value: dict[str, Any] = {"size": 1, "length": 1}
    for _ in range(5000):
        value = {"size": 1, "length": 1, "inner": value}
    _, errors = walk(Leaf | Twig, value)
    assert {error["type"] for error in errors} == {"recursion_depth_exceeded"}


def test_depth_is_limited_when_the_stack_is_nearly_used_up() -> None:
    def descend(frames: int) -> list[ErrorDetails]:
        return descend(frames - 1) if frames else walk(Tree, nested(199))[1]

    assert [error["type"] for error in descend(sys.getrecursionlimit() - 180)] == ["recursion_depth_exceeded"]


def test_cyclic_values_are_refused() -> None:
    value: dict[str, Any] = {"value": 0}
    value["left"] = value
    _, errors = walk(Tree, value)
    assert [error["type"] for error in errors] == ["recursion_depth_exceeded"]


def test_at_most_a_hundred_errors_are_reported() -> None:
    _, errors = walk(list[int], ["x"] * 100_000)
    assert len(errors) == 100
    _, errors = walk(list[int] | list[float], ["x"] * 100_000)
    assert len(errors) == 100


def test_recursive_unions_take_linear_time() -> None:
    value: dict[str, Any] = {"length": "x"}
    for _ in range(60):
        value = {"size": 1, "length": 1, "inner": value}
    started = time.process_time()
    _, errors = walk(Leaf | Twig, value)
    assert len(errors) == 100
    assert time.process_time() - started < 5


def calls_to_read(depth: int) -> int:
    """Count the Python calls of reading a body of *depth* whose every branch fits."""
    value: dict[str, Any] = {"size": "1"}
    for _ in range(depth):
        value = {"size": "1", "inner": [value]}
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    walker = compile_walker(build_tree(Bough))
    errors: list[ErrorDetails] = []
    sys.setprofile(count)
    try:
        walker(value, (), errors)
    finally:
        sys.setprofile(None)
    assert not errors
    return calls


def test_fitting_branches_of_recursive_unions_are_judged_once() -> None:
    assert calls_to_read(32) < 3 * calls_to_read(16)


def test_colliding_numbers_are_refused_before_they_are_hashed() -> None:
    numbers = [n * (2**61 - 1) for n in range(20_000)]
    started = time.process_time()
    for hint, value in ((set[int], numbers), (dict[int, int], {str(n): 1 for n in numbers})):
        _, errors = walk(hint, value)
        assert brief(errors) == [("too_long", ("body",))]
        assert errors[0]["ctx"]["max_length"] == 100
    assert time.process_time() - started < 2


def test_unhashable_items_are_errors() -> None:
    _, errors = walk(set[Any], [1, [2], {}])
    assert brief(errors) == [("set_item_not_hashable", ("body", 1)), ("set_item_not_hashable", ("body", 2))]


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**300, 10**400)
    | st.floats()
    | st.text()
    | st.binary(max_size=4)
    | st.sampled_from(["\ud800", "1" * 5000, float("nan"), 10**4000]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)

HOSTILE_HINTS = [
    build_tree(hint)
    for hint in (
        Order,
        Tree,
        Leaf | Twig,
        dict[int, set[float]],
        bool | int | float | str | bytes | None,
        list[bool],
        tuple[int, Any],
        Range,
        Movie,
    )
]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(HOSTILE_HINTS),
    ANYTHING,
    st.sampled_from(["strict", "from_attributes", "from_text", None]),
)
def test_nothing_but_errors_comes_out_of_hostile_values(tree: Any, value: object, option: str | None) -> None:
    errors: list[ErrorDetails] = []
    compile_walker(tree, **({option: True} if option else {}))(value, (), errors)
    for error in errors:
        assert isinstance(error["msg"], str)


def test_source_is_registered_for_tracebacks() -> None:
    compile_walker(build_tree(Item))
    assert linecache.getline("<generated walker of Item>", 1) == "def walk(value, loc, errors):\n"


def test_source_reads_like_hand_written_code() -> None:
    assert walker_source(build_tree(Point)) == (
        "def walk(value, loc, errors):\n"
        "    try:\n"
        "        result = walk_Point(value, loc, errors)\n"
        "        return result\n"
        "    except ErrorLimitReached:\n"
        "        return INVALID\n"
        "\n"
        "\n"
        "def walk_Point(value, loc, errors):\n"
        "    if type(value) is dict:\n"
        "        fields = value\n"
        "    elif isinstance(value, Point):\n"
        "        return value\n"
        "    elif isinstance(value, Mapping):\n"
        "        fields = dict(value)\n"
        "    else:\n"
        '        forward(errors, {"type": \'model_type\', "loc": loc, '
        '"msg": \'Input should be a valid dictionary or instance of Point\', "input": value, '
        "\"ctx\": {'class_name': 'Point'}})\n"
        "        return INVALID\n"
        "    before = len(errors)\n"
        "    values = {}\n"
        "    if 'x' in fields:\n"
        "        raw_x = fields['x']\n"
        "        x = raw_x if type(raw_x) is int else lax_int(raw_x, (*loc, 'x'), errors)\n"
        "        values['x'] = x\n"
        "    else:\n"
        "        report(errors, 'missing', (*loc, 'x'), value)\n"
        "    if 'y' in fields:\n"
        "        raw_y = fields['y']\n"
        "        y = raw_y if type(raw_y) is int else lax_int(raw_y, (*loc, 'y'), errors)\n"
        "        values['y'] = y\n"
        "    if len(errors) != before:\n"
        "        return INVALID\n"
        "    return construct_Point(**values)\n"
    )
