"""JSON Schema per node type, with the schemas written out."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import math
import uuid
from typing import Annotated, Any, Literal, TypedDict

import pytest

from bolide.validation.build import build_tree
from bolide.validation.discriminators import Discriminator, Tag
from bolide.validation.fields import Field
from bolide.validation.model import Model
from bolide.validation.schema_emitter import Mode, SchemaEmitter
from bolide.validation.tree import (
    ArrayNode,
    FieldNode,
    FloatNode,
    IntNode,
    MapNode,
    Node,
    RecordNode,
    StrNode,
    TypeTree,
    UUIDNode,
)
from tests.validation.number_patterns import DECIMAL, INTEGER


class Colour(enum.Enum):
    """What it looks like."""

    RED = "red"
    BLUE = "blue"


class Priority(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Mixed(enum.Enum):
    NUMBER = 1
    TEXT = "x"


@dataclasses.dataclass
class Point:
    x: int
    y: int = 0


def emit(tree: TypeTree, mode: Mode = "validation") -> dict[str, Any]:
    emitter = SchemaEmitter(mode, lambda target: f"#/{target.__name__}", definitions=tree.definitions)
    return emitter.emit(tree.root)


def emit_record(hint: Any, *, mode: Mode = "validation") -> dict[str, Any]:
    tree = build_tree(hint)
    emitter = SchemaEmitter(mode, lambda target: f"#/{target.__name__}", definitions=tree.definitions)
    return emitter.emit_definition(tree.definitions[hint], title=hint.__name__)


HINTS: list[tuple[Any, dict[str, Any]]] = [
    (Any, {}),
    (object, {}),
    (None, {"type": "null"}),
    (bool, {"type": "boolean"}),
    (int, {"type": "integer"}),
    (float, {"type": "number"}),
    (str, {"type": "string"}),
    (bytes, {"type": "string", "contentMediaType": "application/octet-stream"}),
    (datetime.datetime, {"type": "string", "format": "date-time"}),
    (datetime.date, {"type": "string", "format": "date"}),
    (datetime.time, {"type": "string", "format": "time"}),
    (datetime.timedelta, {"type": "string", "format": "duration"}),
    (uuid.UUID, {"type": "string", "format": "uuid"}),
    (decimal.Decimal, {"anyOf": [{"type": "number"}, {"type": "string", "pattern": DECIMAL}]}),
    (Literal["a"], {"const": "a", "type": "string"}),
    (Literal[True], {"const": True, "type": "boolean"}),
    (Literal[None], {"type": "null"}),
    (Literal["b", "a"], {"enum": ["b", "a"], "type": "string"}),
    (Literal[1, True], {"enum": [1, True]}),
    (list, {"type": "array", "items": {}}),
    (list[int], {"type": "array", "items": {"type": "integer"}}),
    (tuple[int, ...], {"type": "array", "items": {"type": "integer"}}),
    (set[int], {"type": "array", "items": {"type": "integer"}, "uniqueItems": True}),
    (frozenset[str], {"type": "array", "items": {"type": "string"}, "uniqueItems": True}),
    (
        tuple[int, str],
        {
            "type": "array",
            "prefixItems": [{"type": "integer"}, {"type": "string"}],
            "minItems": 2,
            "maxItems": 2,
        },
    ),
    (tuple[()], {"type": "array", "minItems": 0, "maxItems": 0}),
    (dict, {"type": "object", "additionalProperties": True}),
    (dict[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}),
    (
        dict[int, Any],
        {"type": "object", "additionalProperties": True, "propertyNames": {"pattern": INTEGER}},
    ),
    (
        dict[uuid.UUID, int],
        {
            "type": "object",
            "additionalProperties": {"type": "integer"},
            "propertyNames": {"format": "uuid"},
        },
    ),
    (
        dict[Colour, int],
        {
            "type": "object",
            "additionalProperties": {"type": "integer"},
            "propertyNames": {"$ref": "#/Colour"},
        },
    ),
    (
        dict[Priority, int],
        {
            "type": "object",
            "additionalProperties": {"type": "integer"},
            "propertyNames": {"enum": ["1", "2"]},
        },
    ),
    (int | None, {"anyOf": [{"type": "integer"}, {"type": "null"}]}),
    (None | int, {"anyOf": [{"type": "integer"}, {"type": "null"}]}),
    (
        decimal.Decimal | str | None,
        {
            "anyOf": [
                {"type": "number"},
                {"type": "string", "pattern": DECIMAL},
                {"type": "string"},
                {"type": "null"},
            ]
        },
    ),
    (Point, {"$ref": "#/Point"}),
    (Colour, {"$ref": "#/Colour"}),
    (Point | None, {"anyOf": [{"$ref": "#/Point"}, {"type": "null"}]}),
    (Annotated[Point, Field(description="Where.")], {"$ref": "#/Point", "description": "Where."}),
    (
        Annotated[int, Field(title="Age", description="Years.\f Not shown.", examples=[3], deprecated=True)],
        {"type": "integer", "title": "Age", "description": "Years.", "deprecated": True, "examples": [3]},
    ),
    (
        list[Annotated[Point, Field(examples=[Point(x=1), math.nan])]],
        {"type": "array", "items": {"$ref": "#/Point", "examples": [{"x": 1, "y": 0}]}},
    ),
]


@pytest.mark.parametrize(("hint", "schema"), HINTS, ids=[repr(hint) for hint, _ in HINTS])
def test_hint_has_the_schema(hint: Any, schema: dict[str, Any]) -> None:
    assert emit(build_tree(hint)) == schema


NODES: list[tuple[str, Node, dict[str, Any]]] = [
    (
        "int-inclusive",
        IntNode(minimum=1, maximum=9, multiple_of=2),
        {"type": "integer", "minimum": 1, "maximum": 9, "multipleOf": 2},
    ),
    (
        "int-exclusive",
        IntNode(exclusive_minimum=0, exclusive_maximum=10),
        {"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 10},
    ),
    ("int-zero", IntNode(minimum=0), {"type": "integer", "minimum": 0}),
    ("float", FloatNode(minimum=0.5, multiple_of=0.5), {"type": "number", "minimum": 0.5, "multipleOf": 0.5}),
    ("float-infinite", FloatNode(minimum=-math.inf, maximum=math.inf), {"type": "number"}),
    (
        "str",
        StrNode(min_length=1, max_length=5, pattern="^a"),
        {"type": "string", "minLength": 1, "maxLength": 5, "pattern": "^a"},
    ),
    ("str-ascii", StrNode(is_ascii=True), {"type": "string", "pattern": r"^[\x00-\x7F]*$"}),
    (
        "str-ascii-pattern",
        StrNode(pattern="^a", is_ascii=True),
        {"type": "string", "pattern": "^a", "allOf": [{"pattern": r"^[\x00-\x7F]*$"}]},
    ),
    (
        "array",
        ArrayNode(items=IntNode(), container=list, min_items=1, max_items=2),
        {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2},
    ),
    (
        "map",
        MapNode(keys=StrNode(min_length=1), values=UUIDNode(), min_properties=1, max_properties=2),
        {
            "type": "object",
            "additionalProperties": {"type": "string", "format": "uuid"},
            "propertyNames": {"minLength": 1},
            "minProperties": 1,
            "maxProperties": 2,
        },
    ),
    (
        "map-pattern",
        MapNode(keys=StrNode(pattern="^x-"), values=IntNode()),
        {
            "type": "object",
            "patternProperties": {"^x-": {"type": "integer"}},
            "additionalProperties": False,
        },
    ),
]


@pytest.mark.parametrize(("node", "schema"), [row[1:] for row in NODES], ids=[row[0] for row in NODES])
def test_constraints_have_json_schemas_words(node: Node, schema: dict[str, Any]) -> None:
    assert emit(TypeTree(node)) == schema


def test_decimal_is_written_as_a_string() -> None:
    assert emit(build_tree(decimal.Decimal), "serialization") == {"type": "string", "pattern": DECIMAL}


def test_node_of_an_unknown_class_is_refused_by_name() -> None:
    class OddNode(Node):
        pass

    with pytest.raises(TypeError, match="no JSON Schema for a OddNode"):
        emit(TypeTree(OddNode()))


@pytest.mark.parametrize(
    ("cls", "schema"),
    [
        (
            Colour,
            {
                "enum": ["red", "blue"],
                "type": "string",
                "title": "Colour",
                "description": "What it looks like.",
            },
        ),
        (Priority, {"enum": [1, 2], "type": "integer", "title": "Priority"}),
        (Mixed, {"enum": [1, "x"], "title": "Mixed"}),
    ],
)
def test_enum_lists_its_values(cls: type[enum.Enum], schema: dict[str, Any]) -> None:
    assert emit_record(cls) == schema


def test_enum_with_one_member_stays_an_enum() -> None:
    class Only(enum.Enum):
        ONE = "one"

    assert emit_record(Only) == {"enum": ["one"], "type": "string", "title": "Only"}


def test_enum_value_without_json_form_is_left_out() -> None:
    class Odd(enum.Enum):
        HALF = 0.5
        NOTHING = math.nan

    assert emit_record(Odd) == {"enum": [0.5], "type": "number", "title": "Odd"}


def test_record_has_titles_defaults_and_required_fields() -> None:
    @dataclasses.dataclass
    class Order:
        """An order.

        Second paragraph.\f For readers of the source.
        """

        item_id: int
        colour: Colour
        point: Point | None
        camelCase: str  # noqa: N815
        either: Point | Colour | None = None
        best: Colour = Colour.RED
        wait: datetime.timedelta = datetime.timedelta(minutes=1)
        price: Annotated[decimal.Decimal, Field(title="What it costs")] = decimal.Decimal("1.50")
        tags: list[str] = dataclasses.field(default_factory=list)
        limit: float = math.inf
        note: Annotated[str | None, Field(description="Free text.")] = None

    assert emit_record(Order) == {
        "type": "object",
        "title": "Order",
        "description": "An order.\n\nSecond paragraph.",
        "properties": {
            "item_id": {"type": "integer", "title": "Item Id"},
            "colour": {"$ref": "#/Colour"},
            "point": {"anyOf": [{"$ref": "#/Point"}, {"type": "null"}]},
            "camelCase": {"type": "string", "title": "Camelcase"},
            "either": {
                "anyOf": [{"$ref": "#/Point"}, {"$ref": "#/Colour"}, {"type": "null"}],
                "title": "Either",
            },
            "best": {"$ref": "#/Colour", "default": "red"},
            "wait": {"type": "string", "format": "duration", "title": "Wait", "default": "PT1M"},
            "price": {
                "anyOf": [{"type": "number"}, {"type": "string", "pattern": DECIMAL}],
                "title": "What it costs",
                "default": "1.50",
            },
            "tags": {"type": "array", "items": {"type": "string"}, "title": "Tags"},
            "limit": {"type": "number", "title": "Limit"},
            "note": {
                "anyOf": [{"type": "string"}, {"type": "null"}],
                "title": "Note",
                "description": "Free text.",
            },
        },
        "required": ["item_id", "colour", "point", "camelCase"],
    }


def test_generated_docstring_of_a_dataclass_is_no_description() -> None:
    assert emit_record(Point) == {
        "type": "object",
        "title": "Point",
        "properties": {
            "x": {"type": "integer", "title": "X"},
            "y": {"type": "integer", "title": "Y", "default": 0},
        },
        "required": ["x"],
    }


def test_typed_dict_requires_its_required_keys() -> None:
    class Page(TypedDict, total=False):
        size: int

    assert emit_record(Page) == {
        "type": "object",
        "title": "Page",
        "properties": {"size": {"type": "integer", "title": "Size"}},
    }


def test_model_uses_its_names_on_the_wire() -> None:
    class Address(Model, frozen=True):
        """Where."""

        street: str = Field(min_length=1, alias="Street")

    class User(Model):
        home: Address = Address(Street="High")
        work: Address | None = Field(None, description="Perhaps.")
        tags: list[str] = []

    assert emit_record(Address) == {
        "type": "object",
        "title": "Address",
        "description": "Where.",
        "properties": {"Street": {"type": "string", "minLength": 1, "title": "Street"}},
        "required": ["Street"],
    }
    assert emit_record(User) == {
        "type": "object",
        "title": "User",
        "properties": {
            "home": {"$ref": "#/Address", "default": {"Street": "High"}},
            "work": {"anyOf": [{"$ref": "#/Address"}, {"type": "null"}], "description": "Perhaps."},
            "tags": {"type": "array", "items": {"type": "string"}, "title": "Tags", "default": []},
        },
    }


def test_record_that_forbids_other_fields_says_so() -> None:
    field = FieldNode(name="at", wire_name="@at", node=IntNode(), required=True)
    record = RecordNode(cls=Point, kind="model", fields=(field,), extra="forbid")
    emitter = SchemaEmitter("validation", str, definitions={})
    assert emitter.emit_definition(record, title="Closed") == {
        "type": "object",
        "title": "Closed",
        "properties": {"@at": {"type": "integer", "title": "@At"}},
        "required": ["@at"],
        "additionalProperties": False,
    }


class Cat(Model):
    kind: Literal["cat", "lion"]


class Dog(Model):
    kind: Literal["dog"]


def test_a_discriminated_union_names_the_component_of_every_tag() -> None:
    union = Annotated[Cat | Dog | None, Field(discriminator="kind")]
    assert emit(build_tree(union)) == {
        "anyOf": [
            {
                "oneOf": [{"$ref": "#/Cat"}, {"$ref": "#/Dog"}],
                "discriminator": {
                    "propertyName": "kind",
                    "mapping": {"cat": "#/Cat", "lion": "#/Cat", "dog": "#/Dog"},
                },
            },
            {"type": "null"},
        ]
    }


def test_a_union_chosen_by_a_function_has_no_mapping() -> None:
    union = Annotated[
        Annotated[Cat, Tag("cat")] | Annotated[int, Tag("n")] | Annotated[Cat, Tag("other")],
        Discriminator(lambda value: "n"),
    ]
    assert emit(build_tree(union)) == {"oneOf": [{"$ref": "#/Cat"}, {"type": "integer"}]}
