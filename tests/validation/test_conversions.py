"""``ValidateAs`` reads a value as another type and makes it by a function."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import pydantic
import pytest

from bolide.types import ValidateAs
from bolide.validation.adapter import Adapter
from bolide.validation.errors import ValidationError
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder


class Opaque:
    def __init__(self, number: int) -> None:
        self.number = number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Opaque) and other.number == self.number

    __hash__ = None  # type: ignore[assignment]


class Read(Model):
    number: int


class TheirRead(pydantic.BaseModel):
    number: int


@dataclasses.dataclass
class Point:
    x: int
    y: int


def make(read: Any) -> Opaque:
    if read.number < 0:
        raise ValueError("is negative")
    return Opaque(read.number)


OURS = Annotated[Opaque, ValidateAs(Read, make)]
THEIRS = Annotated[Opaque, pydantic.ValidateAs(TheirRead, make)]
PAIR = Annotated[Point, ValidateAs(tuple[int, int], lambda pair: Point(*pair))]


def outcome(validate: Any, value: object) -> Any:
    try:
        return validate(value)
    except (ValidationError, pydantic.ValidationError) as error:
        return [(each["type"], each["loc"]) for each in error.errors()]


@pytest.mark.parametrize("value", [{"number": "1"}, {"number": "x"}, {"number": -1}, {}, 3, None], ids=str)
def test_values_are_read_as_pydantic_reads_them(value: object) -> None:
    mine, other = Adapter(OURS), pydantic.TypeAdapter(THEIRS)
    assert outcome(mine.validate, value) == outcome(other.validate_python, value)


def test_instances_are_not_taken() -> None:
    assert outcome(Adapter(OURS).validate, Opaque(1)) == [("model_type", ())]
    assert Adapter(OURS).validate(Read(number=1)) == Opaque(1)


def test_branches_of_unions_are_named_as_pydantic_names_them() -> None:
    hint: Any = Annotated[int, ValidateAs(list[int], len)] | str
    assert outcome(Adapter(hint).validate, 3) == [
        ("list_type", ("function-after[len(), list[int]]",)),
        ("string_type", ("str",)),
    ]


def test_what_a_known_class_holds_is_written_and_described_as_its_own() -> None:
    adapter = Adapter(PAIR)
    assert adapter.decode_json(b'["1", 2]') == Point(1, 2)
    assert adapter.dump_json(Point(1, 2)) == b'{"x":1,"y":2}'
    assert compile_response_encoder(adapter.tree)(Point(1, 2)) == b'{"x":1,"y":2}'
    assert adapter.json_schema()["prefixItems"] == [{"type": "integer"}, {"type": "integer"}]
    assert "Point" in adapter.json_schema(mode="serialization")["$ref"]


def test_other_types_of_the_library_are_written_as_usual() -> None:
    adapter = Adapter(Annotated[Path, ValidateAs(list[str], lambda parts: Path(*parts))])
    assert adapter.validate(["a", "b"]) == Path("a/b")
    assert adapter.dump_json(Path("a/b")) == b'"a/b"'


def test_fields_of_models_may_be_read_so() -> None:
    class Shape(Model):
        corners: list[PAIR]

    assert Shape.model_validate_json('{"corners": [[1, 2]]}').corners == [Point(1, 2)]
    with pytest.raises(ValidationError) as raised:
        Shape.model_validate({"corners": [[1, "x"], [1]]})
    assert [error["loc"] for error in raised.value.errors()] == [("corners", 0, 1), ("corners", 1, 1)]
