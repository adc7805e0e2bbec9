"""JSON Schema of models and adapters; pydantic is the oracle.

Wanted differences: bytes are ``application/octet-stream``, not ``format: binary``; a map whose keys have a
pattern forbids other keys; text that is a number has a pattern.
"""

import dataclasses
import datetime
import decimal
import enum
import typing
import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import annotated_types
import pydantic
import pytest
import typing_extensions

from bolide.validation.adapter import Adapter
from bolide.validation.dump_options import SerializationInfo
from bolide.validation.fields import Field
from bolide.validation.model import Model
from bolide.validation.serializers import PlainSerializer, WrapSerializer
from tests.validation.number_patterns import without_number_patterns


class Colour(enum.Enum):
    """What it looks like."""

    RED = "red"
    BLUE = "blue"


class One(enum.IntEnum):
    ONE = 1


@dataclasses.dataclass
class Point:
    x: int
    y: float = 0.5


class Movie(typing_extensions.TypedDict):
    name: str
    year: typing.NotRequired[int]


class Pair(typing.NamedTuple):
    first: int
    second: str = "s"


class OurLeaf(Model):
    """A leaf."""

    name: str = "x"


class TheirLeaf(pydantic.BaseModel):
    """A leaf."""

    name: str = "x"


def titled(name: str, _info: Any) -> str:
    return name.upper()


def stamped(schema: dict[str, Any]) -> None:
    schema["x-stamp"] = schema["type"]


def declare(base: Any, field: Any, leaf_type: Any) -> Any:
    """Return the same model of bolide and of pydantic."""

    class Tree(
        base,
        title="The tree",
        json_schema_extra={"x-tree": True},
    ):
        """Grows."""

        leaf: leaf_type
        maybe: leaf_type | None = None
        colour: Colour = Colour.BLUE
        one: One = One.ONE
        names: dict[str, list[leaf_type]] = {}
        point: Point = Point(1)
        movies: Sequence[Movie] = ()
        pair: tuple[int, str] = (1, "a")
        pairs: tuple[leaf_type, ...] = ()
        some: set[uuid.UUID] = set()
        at: datetime.datetime = datetime.datetime(2026, 1, 2)
        wait: datetime.timedelta = datetime.timedelta(hours=1)
        price: decimal.Decimal = decimal.Decimal("1.5")
        kind: Literal["a", 1, None] = "a"
        only: Literal["a"] = "a"
        either: int | str | leaf_type = 3
        made: list[int] = field(default_factory=list, min_length=1, max_length=3)
        camel_case: int = field(default=1, alias="camelCase", ge=1, lt=5, multiple_of=2)
        read: int = field(default=1, validation_alias="readName", serialization_alias="writtenName")
        hidden: str = field(default="", exclude=True)
        described: str = field("d", title="T", description="D", examples=["e"], deprecated=True, pattern="^d")
        more: float = field(1.5, gt=0, le=10, json_schema_extra={"x-more": [1]}, field_title_generator=titled)
        stamp: int = field(default=1, json_schema_extra=stamped)
        anything: Any = None
        mapping: Mapping[Colour, int] = {}

    return Tree


def models(base: Any, field: Any, leaf_type: Any) -> dict[str, Any]:
    tree = declare(base, field, leaf_type)

    class Open(base, extra="allow", model_title_generator=lambda cls: cls.__name__.lower()):
        camel_case: int = field(alias="camelCase")

    class Closed(base, extra="forbid"):
        colour: Colour = Colour.RED

    class Node(base):
        children: list["Node"] = []
        parent: "Node | None" = None

    class Holder(base):
        node: Node
        nothing: None = None

    return {"Tree": tree, "Open": Open, "Closed": Closed, "Node": Node, "Holder": Holder, "Leaf": leaf_type}


OURS = models(Model, Field, OurLeaf)
THEIRS = models(pydantic.BaseModel, pydantic.Field, TheirLeaf)

OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"mode": "serialization"},
    {"by_alias": False},
    {"mode": "serialization", "by_alias": False, "ref_template": "#/x/{model}"},
)


def renamed(schema: Any) -> Any:
    """Return *schema* of pydantic with our names."""
    if isinstance(schema, dict):
        return {renamed(word): renamed(value) for word, value in schema.items()}
    if isinstance(schema, list):
        return [renamed(each) for each in schema]
    return schema.replace("TheirLeaf", "OurLeaf") if isinstance(schema, str) else schema


@pytest.mark.filterwarnings("ignore:Default value")
@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("name", sorted(OURS))
def test_models_are_described_as_pydantics(name: str, options: dict[str, Any]) -> None:
    ours = without_number_patterns(OURS[name].model_json_schema(**options))
    assert ours == renamed(THEIRS[name].model_json_schema(**options))


HINTS: tuple[Any, ...] = (
    *(int, str, None, Any, bool, float, decimal.Decimal, datetime.date, datetime.time, uuid.UUID),
    *(Colour, One, Point, Movie, list[Point], dict[str, Colour], set[int], tuple[int, ...], tuple[()]),
    *(int | None, Point | Movie | None, Literal["a"], Literal["a", "b"], Literal[1, "a"], dict[int, str]),
    Annotated[int, annotated_types.Ge(1), annotated_types.Lt(5)],
    Annotated[str, annotated_types.Len(1, 3)],
    Annotated[list[int], annotated_types.MaxLen(2)],
)


@pytest.mark.parametrize("mode", ["validation", "serialization"])
@pytest.mark.parametrize("hint", HINTS, ids=str)
def test_hints_are_described_as_pydantics(hint: Any, mode: Any) -> None:
    ours = without_number_patterns(Adapter(hint).json_schema(mode=mode))
    assert ours == pydantic.TypeAdapter(hint).json_schema(mode=mode)


def test_a_named_tuple_is_an_array_with_its_fields() -> None:
    assert Adapter(Pair).json_schema()["prefixItems"] == [
        {"type": "integer", "title": "First"},
        {"type": "string", "title": "Second", "default": "s"},
    ]


def test_two_classes_of_one_name_are_told_apart() -> None:
    other = type("Point", (Model,), {"__annotations__": {"z": int}, "__module__": "other"})
    schema = Adapter(tuple[Point, other]).json_schema()  # type: ignore[valid-type]
    assert sorted(schema["$defs"]) == ["other__Point", "tests__validation__test_json_schema__Point"]


def _text(value: Any) -> str:
    return f"{value:d}"


def _text_with(value: Any, info: SerializationInfo) -> str:
    return str(value)


@pytest.mark.parametrize(
    ("serializer", "default", "expected"),
    [
        pytest.param(PlainSerializer(_text, return_type=str), 1, {"default": "1"}, id="called"),
        pytest.param(PlainSerializer(_text, return_type=str), "x", {}, id="fails"),
        pytest.param(PlainSerializer(_text_with, return_type=str), 1, {}, id="takes info"),
        pytest.param(
            PlainSerializer(_text, return_type=str, when_used="json-unless-none"),
            None,
            {"default": None},
            id="none",
        ),
        pytest.param(WrapSerializer(lambda value, write: "", return_type=str), 1, {}, id="wraps"),
    ],
)
def test_a_default_is_shown_as_it_is_written(serializer: Any, default: Any, expected: dict[str, Any]) -> None:
    class Item(Model):
        count: Annotated[Any, serializer] = default

    schema = Item.model_json_schema(mode="serialization")
    assert {
        word: value for word, value in schema["properties"]["count"].items() if word == "default"
    } == expected
