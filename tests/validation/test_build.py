"""Hints become trees, and nonsense becomes an error that names it."""

from __future__ import annotations

import collections
import collections.abc
import dataclasses
import datetime
import decimal
import enum
import numbers
import re
import typing
import uuid
from collections.abc import Iterable, Mapping, MutableSequence, Sequence
from collections.abc import Set as AbstractSet
from typing import (
    Annotated,
    Any,
    Final,
    Generic,
    Literal,
    NewType,
    NotRequired,
    Optional,
    TypedDict,
    TypeVar,
)

import msgspec
import pydantic
import pytest
import typing_extensions

from bolide.validation.build import TypeHintError, build_tree
from bolide.validation.fields import Field
from bolide.validation.model import Model
from bolide.validation.projections import Partial
from bolide.validation.tree import (
    NO_DEFAULT,
    AnyNode,
    ArrayNode,
    BoolNode,
    BytesNode,
    DateNode,
    DateTimeNode,
    DecimalNode,
    Documentation,
    EnumNode,
    FieldNode,
    FloatNode,
    IntNode,
    LiteralNode,
    MapNode,
    Node,
    NoneNode,
    RecordNode,
    RefNode,
    StrNode,
    TimeDeltaNode,
    TimeNode,
    TupleNode,
    UnionNode,
    UUIDNode,
)
from tests.identifiers import stable_id


class Colour(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Point:
    x: int
    y: Annotated[float, Field(gt=0, description="up")] = 1.0
    tags: list[str] = dataclasses.field(default_factory=list)


class Person(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    first_name: str
    age: Annotated[int, msgspec.Meta(ge=0)] = 0


class Options(TypedDict, total=False):
    colour: typing.Required[Colour]
    size: int


class Folder(Model):
    name: str = Field(alias="folderName", min_length=1)
    folders: list[Folder] = []


Money = NewType("Money", Annotated[int, Field(ge=0)])
Bound = TypeVar("Bound", bound=int)
Choice = TypeVar("Choice", int, str)
Backport = typing_extensions.TypeAliasType("Backport", list[int])

CASES: list[tuple[Any, Node]] = [
    (Any, AnyNode()),
    (object, AnyNode()),
    (None, NoneNode()),
    (bool, BoolNode()),
    (int, IntNode()),
    (float, FloatNode()),
    (str, StrNode()),
    (bytes, BytesNode()),
    (decimal.Decimal, DecimalNode()),
    (datetime.datetime, DateTimeNode()),
    (datetime.date, DateNode()),
    (datetime.time, TimeNode()),
    (datetime.timedelta, TimeDeltaNode()),
    (uuid.UUID, UUIDNode()),
    (list, ArrayNode(items=AnyNode(), container=list)),
    (list[int], ArrayNode(items=IntNode(), container=list)),
    (typing.List[int], ArrayNode(items=IntNode(), container=list)),  # noqa: UP006
    (Sequence[int], ArrayNode(items=IntNode(), container=list, protocol="sequence")),
    (Iterable[int], ArrayNode(items=IntNode(), container=list, protocol="iterable")),
    (collections.deque[int], ArrayNode(items=IntNode(), container=collections.deque)),
    (MutableSequence[int], ArrayNode(items=IntNode(), container=list)),
    (AbstractSet[int], ArrayNode(items=IntNode(), container=frozenset)),
    (frozenset[str], ArrayNode(items=StrNode(), container=frozenset)),
    (tuple, ArrayNode(items=AnyNode(), container=tuple)),
    (tuple[int, ...], ArrayNode(items=IntNode(), container=tuple)),
    (tuple[int, str], TupleNode(items=(IntNode(), StrNode()))),
    (tuple[int, *tuple[str, ...]], TupleNode(items=(IntNode(),), rest=StrNode())),
    (tuple[*tuple[int, str], bool], TupleNode(items=(IntNode(), StrNode(), BoolNode()))),
    (tuple[*tuple[int, ...]], ArrayNode(items=IntNode(), container=tuple)),
    (tuple[()], TupleNode(items=())),
    (dict, MapNode(keys=AnyNode(), values=AnyNode())),
    (dict[str, int], MapNode(keys=StrNode(), values=IntNode())),
    (Mapping[int, bool], MapNode(keys=IntNode(), values=BoolNode())),
    (int | None, UnionNode(options=(IntNode(), NoneNode()))),
    (Optional[int], UnionNode(options=(IntNode(), NoneNode()))),  # noqa: UP045
    (int | (str | None), UnionNode(options=(IntNode(), StrNode(), NoneNode()))),
    (typing.Union[int, Money, int], UnionNode(options=(IntNode(), IntNode(minimum=0)))),  # noqa: UP007
    (
        typing.Union[int, Backport, list[int]],  # noqa: UP007
        UnionNode(options=(IntNode(), ArrayNode(items=IntNode(), container=list))),
    ),
    (int | Any, AnyNode()),
    (Literal["a", 1, None, True], LiteralNode(values=("a", 1, None, True))),
    (Final[int], IntNode()),
    (Money, IntNode(minimum=0)),
    (Bound, IntNode()),
    (Choice, UnionNode(options=(IntNode(), StrNode()))),
    (TypeVar("Free"), AnyNode()),
    (Backport, ArrayNode(items=IntNode(), container=list)),
    (Colour, RefNode(target=Colour)),
    (Point, RefNode(target=Point)),
]


@pytest.mark.parametrize(("hint", "node"), CASES, ids=lambda case: str(case)[:40])
def test_hints_become_nodes(hint: Any, node: Node) -> None:
    assert build_tree(hint).root == node


def test_literals_of_different_types_stay_apart() -> None:
    root = build_tree(typing.Union[Literal[1], Literal[True]]).root  # noqa: UP007
    assert repr(root) == repr(UnionNode(options=(LiteralNode(values=(1,)), LiteralNode(values=(True,)))))


def test_a_dataclass_becomes_a_record() -> None:
    assert build_tree(Point).definitions[Point] == RecordNode(
        cls=Point,
        kind="dataclass",
        fields=(
            FieldNode(name="x", wire_name="x", node=IntNode(), required=True),
            FieldNode(name="y", wire_name="y", node=FloatNode(exclusive_minimum=0.0), required=False),
            FieldNode(
                name="tags", wire_name="tags", node=ArrayNode(items=StrNode(), container=list), required=False
            ),
        ),
    )


def test_fields_keep_defaults_and_documentation() -> None:
    record = build_tree(Point).definitions[Point]
    assert isinstance(record, RecordNode)
    x, y, tags = record.fields
    assert (x.default, x.default_factory, x.documentation) == (NO_DEFAULT, None, None)
    assert (y.default, y.documentation) == (1.0, Documentation(description="up"))
    assert tags.default_factory is list


def test_a_struct_brings_its_wire_names() -> None:
    assert build_tree(Person).definitions[Person] == RecordNode(
        cls=Person,
        kind="struct",
        extra="forbid",
        fields=(
            FieldNode(name="first_name", wire_name="firstName", node=StrNode(), required=True),
            FieldNode(name="age", wire_name="age", node=IntNode(minimum=0), required=False),
        ),
    )


def test_a_typed_dict_knows_required_keys() -> None:
    tree = build_tree(Options)
    assert tree.definitions[Options] == RecordNode(
        cls=Options,
        kind="typed_dict",
        fields=(
            FieldNode(name="colour", wire_name="colour", node=RefNode(target=Colour), required=True),
            FieldNode(name="size", wire_name="size", node=IntNode(), required=False),
        ),
    )
    assert tree.definitions[Colour] == EnumNode(cls=Colour)


def test_a_closed_typed_dict_forbids_other_keys() -> None:
    class Closed(typing_extensions.TypedDict, closed=True):
        a: int

    record = build_tree(Closed).definitions[Closed]
    assert isinstance(record, RecordNode)
    assert record.extra == "forbid"


def test_a_recursive_model_refers_to_itself() -> None:
    assert build_tree(list[Folder]).definitions == {
        Folder: RecordNode(
            cls=Folder,
            kind="model",
            fields=(
                FieldNode(name="name", wire_name="folderName", node=StrNode(min_length=1), required=True),
                FieldNode(
                    name="folders",
                    wire_name="folders",
                    node=ArrayNode(items=RefNode(target=Folder), container=list),
                    required=False,
                ),
            ),
        )
    }


def test_documentation_of_annotated_stands_on_the_node() -> None:
    root = build_tree(Annotated[list[int], Field(title="Numbers", examples=[[1]])]).root
    assert root.documentation == Documentation(title="Numbers", examples=([1],))


def test_the_source_hint_stays_on_the_node() -> None:
    assert build_tree(list[int] | None).root.hint == list[int] | None


Absent: Any = pydantic.MISSING


Quoted = TypedDict("Quoted", {'"': int})


class Mapped(dict[str, int]):
    pass


class IntegerSubclass(int): ...


class Empty(enum.Enum): ...


class Objects(enum.Enum):
    ONE = object()


class BadField(TypedDict):
    numbers: list[range]


T = TypeVar("T")


class Unknown:
    pass


class Growing(Model, Generic[T]):
    value: T
    inner: Growing[list[T]] | None = None


class BadConstraint(Model):
    name: str = Field(gt=1)


class Methods(typing.Protocol):
    def method(self) -> int: ...


class Undefined(TypedDict):
    value: NotRequired[Missing]  # type: ignore[name-defined] # noqa: F821


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        (range, "range is not a type that can be validated; use list[int], or a model with its bounds"),
        (
            Mapped,
            "Mapped is a subclass of dict; use Annotated[dict[...], AfterValidator(Mapped)], or describe",
        ),
        (int | Absent, "MISSING is not a type that can be validated; let the model track"),
        (Quoted, """Quoted.": an alias cannot hold quotes, backslashes"""),
        (bytearray, "bytearray is not a type that can be validated; use bytes"),
        (typing.Never, "Never is not a type that can be validated; there is no such value; leave it out"),
        (typing.LiteralString, "LiteralString is not a type that can be validated; use str"),
        (collections.abc.Awaitable[int], "Awaitable[int] is not a type that can be validated; name the type"),
        (Unknown, "; describe it with register_type, or take its instances as InstanceOf[Unknown]"),
        (Methods, "Methods is not a type that can be validated; decorate it with @runtime_checkable"),
        (5, "5 is not a type that can be validated; write Literal[...] for a value itself"),
        ([1], "[1] is not a type that can be validated; write list[X]"),
        ((int, str), "is not a type that can be validated; write tuple[X, Y]"),
        ({"a": int}, "is not a type that can be validated; write a model or a TypedDict"),
        (len, "len is not a type that can be validated; it is a function; name the class that it returns"),
        (..., "... is not a type that can be validated; use Any"),
        (typing.Union, "Union is not a type that can be validated; say which types: X | Y"),
        (typing.Optional, "Optional is not a type that can be validated; say what is optional: X | None"),
        (Literal, "Literal is not a type that can be validated; say which values: Literal['a', 'b']"),
        (Literal[()], "Literal[] is not a type that can be validated; say which values"),
        (typing.NamedTuple, "NamedTuple is not a type that can be validated; write a class that inherits"),
        (typing.TypeGuard[int], "TypeGuard[int] is not a type that can be validated; use bool"),
        (typing.ParamSpec("P"), "~P is not a type that can be validated; use Callable"),
        (typing.IO[bytes], "IO[bytes] is not a type that can be validated; use bytes or str"),
        (collections.abc.KeysView[int], "KeysView[int] is not a type that can be validated; use list[...]"),
        (numbers.Integral, "Integral is not a type that can be validated; use int"),
        (Partial, "Partial is not a type that can be validated; say of which model"),
        ("int", "int is an unresolved forward reference"),
        (list["int"], "int is an unresolved forward reference"),
        (set[collections.deque[int]], "set[deque[int]] has items that cannot be hashed; use list"),
        (collections.defaultdict[str, int | None], "does not say what missing values are; write defaultdict"),
        (typing.ClassVar[int], "ClassVar[int] is not a type that can be validated"),
        (IntegerSubclass, "IntegerSubclass is a subclass of int; use int itself or a NewType"),
        (Empty, "Empty is an enumeration without members; name one that has some"),
        (Objects, "Objects has the value <object object at "),
        (Literal[complex(1)], "Literal[(1+0j)] holds (1+0j), which is no constant"),
        (tuple[*tuple[int, ...], *tuple[str, ...]], "has two parts of any length; one may have it"),
        (tuple[int, *list[str]], "is unpacked, but no tuple"),
        (set[list[int]], "set[list[int]] has items that cannot be hashed"),
        (frozenset[dict[str, int]], "has items that cannot be hashed"),
        (set[Point], "set[Point] has items that cannot be hashed"),
        (dict[bool, int], "dict[bool, int] has keys that JSON cannot carry: bool; use a list of pairs"),
        (dict[tuple[int], int], "has keys that JSON cannot carry: tuple[int]"),
        (dict[Point, int], "has keys that JSON cannot carry: Point"),
        (dict[str | None, int], "has keys that JSON cannot carry: str | None"),
        (dict[Literal["a", None], int], "has keys that JSON cannot carry: Literal['a', None]"),
        (BadField, "BadField.numbers: range is not a type that can be validated"),
        (BadConstraint, "BadConstraint.name: str gt does not apply to this type"),
        (Undefined, "Undefined.value: forward reference"),
        (
            Annotated[int, Field(min_length=1)],
            "min_length does not apply to this type, but to text, bytes and",
        ),
    ],
    ids=lambda case: stable_id(case)[:40],
)
def test_nonsense_is_an_error_that_names_it(hint: Any, text: str) -> None:
    with pytest.raises(TypeHintError, match=re.escape(text)):
        build_tree(hint)


def test_a_hint_of_endless_depth_is_an_error() -> None:
    hint: Any = int
    for _ in range(3000):
        hint = list[hint]
    with pytest.raises(TypeHintError, match=r"^list\[list\[list\[\.\.\.\]\]\] is nested too deeply$"):
        build_tree(hint)


def test_a_field_of_endless_depth_is_named() -> None:
    hint: Any = int
    for _ in range(3000):
        hint = list[hint]
    deep = type("Deep", (Model,), {"__annotations__": {"x": hint}, "__module__": __name__})
    with pytest.raises(TypeHintError, match=r"^Deep\.x is nested too deeply$"):
        build_tree(deep)
    with pytest.raises(TypeHintError, match=r"^Growing is nested too deeply$"):
        build_tree(Growing[int])
