"""Our schemas against those that pydantic gives for the same hints, in both modes.

Wanted differences, undone by :func:`normalised`:

1. A default of ``null`` is left out.
2. ``bytes`` say ``contentMediaType`` instead of ``format: binary``, as FastAPI's documents do.
3. A map whose keys have a pattern forbids other keys; pydantic lets them in with any value.
4. Keys whose enum has integer values are text; pydantic wants integers, which no property name is.
5. Text that is a number has a pattern.

Unions are drawn from plain types and lists of them: a tree keeps unions flat, and joins options that mean the
same.
"""

import dataclasses
import datetime
import decimal
import enum
import uuid
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal, Optional, Union

import annotated_types
import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic.json_schema import GenerateJsonSchema

from bolide.openapi.description import Info, Operation, RequestBody, Response
from bolide.openapi.document import build_document
from bolide.validation.build import build_tree
from bolide.validation.fields import Field
from tests.validation.number_patterns import without_number_patterns

REFERENCE = "#/components/schemas/{model}"


FieldFunction = Callable[..., Any]
"""``Field`` of bolide or of pydantic."""


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
class Leaf:
    """A leaf."""

    name: str


@dataclasses.dataclass
class Price:
    amount: decimal.Decimal = decimal.Decimal("1.50")
    leaf: Leaf = dataclasses.field(default_factory=lambda: Leaf("x"))


@dataclasses.dataclass
class Tree:
    children: list["Tree"]
    parent: Optional["Tree"]
    price: Price
    priorities: dict[Priority, Colour]
    leaf: Leaf | None = None
    either: Leaf | Price | None = None
    colour: Colour = Colour.BLUE
    note: str | None = None
    wait: datetime.timedelta = datetime.timedelta(hours=1, microseconds=5)
    at: datetime.datetime = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    raw: Annotated[bytes, annotated_types.MinLen(2)] = b"xx"
    options: frozenset[Literal["a", "b"]] = frozenset({"a"})


def documented(field: FieldFunction) -> Any:
    @dataclasses.dataclass
    class Documented:
        count: Annotated[int, field(title="How many", description="Pieces.", examples=[1, 2], ge=1, lt=10)]
        leaf: Annotated[Leaf, field(title="A leaf", description="Green.")]
        old: Annotated[str, field(deprecated=True, min_length=1, max_length=3, pattern="^[a-z]+$")]
        parts: list[Annotated[float, field(gt=0, multiple_of=0.5, description="In metres.")]]
        camelCase: Annotated[list[int], field(min_length=1, max_length=2)]  # noqa: N815
        _private__name: int
        headers: dict[Annotated[str, field(min_length=1, pattern="^x-")], int]
        maybe: Annotated[int | None, field(description="Perhaps.", le=3)] = None

    return Documented


HINTS = (
    *(Tree, Price, Colour, Priority, Mixed, list[Price], Price | None, dict[Colour, Tree], Leaf | Colour),
    *(Literal["a"], Literal[1, "a", None], tuple[Price, int], set[uuid.UUID], None, Any),
)


def our_schemas(hint: Any) -> tuple[dict[str, Any], ...]:
    """Return the schema of what is accepted, of what is written, and the components."""
    tree = build_tree(hint)
    operation = Operation(
        path="/",
        method="post",
        operation_id="x",
        request_body=RequestBody(tree=tree, required=True),
        responses=(
            Response(status="200", description="", tree=tree),
            Response(status="422", description="", media_type=None),
        ),
    )
    document = build_document(Info(title="", version=""), [operation])
    post = document["paths"]["/"]["post"]
    accepted = post["requestBody"]["content"]["application/json"]["schema"]
    written = post["responses"]["200"]["content"]["application/json"]["schema"]
    written = {word: value for word, value in written.items() if value != "Response X"}
    schemas = document.get("components", {}).get("schemas", {})
    return tuple(map(without_number_patterns, (accepted, written, schemas)))


class PydanticSchemas(GenerateJsonSchema):
    ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}


def pydantic_schemas(hint: Any) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    adapter = pydantic.TypeAdapter(hint)
    schemas, rest = pydantic.TypeAdapter.json_schemas(
        [("x", "validation", adapter), ("x", "serialization", adapter)],
        ref_template=REFERENCE,
        schema_generator=PydanticSchemas,
    )
    components = rest.get("$defs", {})
    return tuple(  # type: ignore[return-value]
        normalised(each, components)
        for each in (schemas["x", "validation"], schemas["x", "serialization"], components)
    )


def normalised(schema: Any, components: dict[str, Any]) -> Any:
    """Return pydantic's *schema* with the wanted differences."""
    if isinstance(schema, list):
        return [normalised(each, components) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {word: normalised(value, components) for word, value in schema.items()}
    if "default" in found and found["default"] is None:
        del found["default"]
    if found.get("format") == "binary":
        del found["format"]
        found["contentMediaType"] = "application/octet-stream"
    if "patternProperties" in found:
        found["additionalProperties"] = False
    keys = components.get(str(found.get("propertyNames", {}).get("$ref")).rpartition("/")[2], {})
    if keys.get("type", "string") != "string" or not all_text(keys.get("enum", ())):
        del found["propertyNames"]
    return found


def all_text(values: Iterable[object]) -> bool:
    return all(isinstance(value, str) for value in values)


@pytest.mark.parametrize("hint", HINTS, ids=str)
def test_schema_is_pydantics(hint: Any) -> None:
    assert our_schemas(hint) == pydantic_schemas(hint)


def test_schema_of_documented_fields_is_pydantics() -> None:
    assert our_schemas(documented(Field)) == pydantic_schemas(documented(pydantic.Field))


Hint = Callable[[FieldFunction], Any]
"""Makes a hint with one of the two ``Field`` functions."""

SCALARS: st.SearchStrategy[Hint] = st.sampled_from(
    [
        *(bool, int, float, str, bytes, None, decimal.Decimal, uuid.UUID),
        *(datetime.datetime, datetime.date, datetime.time, datetime.timedelta),
        *(Colour, Priority, Mixed, Leaf, Price, Tree, Literal["a"], Literal[1, True], Literal["b", "a"]),
        *(Annotated[int, annotated_types.Ge(1)], Annotated[str, annotated_types.MaxLen(3)]),
    ]
).map(lambda hint: lambda field: hint)
KEYS = st.sampled_from([str, int, uuid.UUID, Colour, Priority, datetime.date, Literal["a", "b"]])


def union(*options: Any) -> Any:
    # One order for the same options: typing's caches take A | B and B | A for one key.
    return Union[tuple(sorted(options, key=repr))]  # noqa: UP007


def containers(items: st.SearchStrategy[Hint]) -> st.SearchStrategy[Hint]:
    options = SCALARS | SCALARS.map(lambda item: lambda field: list[item(field)])
    return st.one_of(
        items.map(lambda item: lambda field: list[item(field)]),
        items.map(lambda item: lambda field: tuple[item(field), ...]),
        options.map(lambda item: lambda field: Optional[item(field)]),  # noqa: UP045
        st.builds(lambda one, two: lambda field: tuple[one(field), two(field)], items, items),
        st.builds(lambda key, item: lambda field: dict[key, item(field)], KEYS, items),
        st.builds(lambda one, two: lambda field: union(one(field), two(field)), options, options),
        items.map(lambda item: lambda field: Annotated[item(field), field(description="D.")]),
    )


@settings(deadline=None)
@given(make=st.recursive(SCALARS, containers, max_leaves=6))
def test_schema_of_any_hint_is_pydantics(make: Hint) -> None:
    assert our_schemas(make(Field)) == pydantic_schemas(make(pydantic.Field))
