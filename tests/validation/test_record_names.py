"""Aliases and ``exclude`` in dataclasses, attrs classes and typed dictionaries; pydantic is the oracle."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Annotated, Any, NamedTuple, NotRequired

import attrs
import msgspec
import pydantic
import pytest
from typing_extensions import TypedDict

from bolide.validation.adapter import Adapter
from bolide.validation.aliases import AliasChoices, AliasPath
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.hints import TypeHintError
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder


def _hints(module: Any) -> dict[str, Any]:
    place = module.AliasChoices("B", module.AliasPath("x", 0))
    return {
        "a": Annotated[int, module.Field(alias="A")],
        "b": Annotated[int, module.Field(validation_alias=place, serialization_alias="out")],
        "c": Annotated[int, module.Field(exclude=True)],
        "d": Annotated[int, module.Field(exclude_if=lambda value: value == 0)],
    }


def _dataclass(module: Any) -> Any:
    hints = _hints(module)
    fields = [("a", hints.pop("a")), *((name, hint, 7) for name, hint in hints.items())]
    return dataclasses.make_dataclass("Data", fields, namespace={"__module__": __name__})


def _typed_dict(module: Any) -> Any:
    hints = _hints(module)
    first = hints.pop("a")
    return TypedDict("Dict", {"a": first, **{name: NotRequired[hint] for name, hint in hints.items()}})  # type: ignore[operator]


class Ours:
    AliasChoices, AliasPath, Field = AliasChoices, AliasPath, staticmethod(Field)


OURS = {"dataclass": _dataclass(Ours), "typed dictionary": _typed_dict(Ours)}
THEIRS = {"dataclass": _dataclass(pydantic), "typed dictionary": _typed_dict(pydantic)}

INPUTS: tuple[Any, ...] = (
    *({"A": 1}, {"a": 1}, {"A": "1", "B": "2"}, {"A": "x", "B": "x"}, {"A": 1, "x": [5]}, {}),
    *({"A": 1, "x": ["z"]}, {"A": 1, "b": 3, "c": 4, "d": 0}, {"A": 1, "x": []}, [1], None),
)


def shown(value: Any) -> Any:
    return dataclasses.asdict(value) if dataclasses.is_dataclass(value) else value  # type: ignore[arg-type]


def outcome(read: Any, value: object) -> Any:
    try:
        return shown(read(value))
    except (ValidationError, pydantic.ValidationError) as error:
        return [(each["type"], each["loc"]) for each in error.errors()]


@pytest.mark.parametrize("kind", OURS)
def test_fields_are_found_where_pydantic_finds_them(kind: str) -> None:
    ours, theirs = Adapter(OURS[kind]), pydantic.TypeAdapter(THEIRS[kind])
    for value in INPUTS:
        expected = outcome(theirs.validate_python, value)
        assert outcome(ours.validate, value) == expected
        assert outcome(ours.decode_json, json.dumps(value).encode()) == expected


@pytest.mark.parametrize("kind", OURS)
@pytest.mark.parametrize("by_alias", [False, True])
def test_fields_are_written_under_the_names_that_pydantic_writes(kind: str, by_alias: bool) -> None:
    ours, theirs = Adapter(OURS[kind]), pydantic.TypeAdapter(THEIRS[kind])
    for value in ({"A": 1}, {"A": 1, "B": 2, "c": 3, "d": 0}):
        mine, other = ours.validate(value), theirs.validate_python(value)
        assert ours.dump(mine, by_alias=by_alias) == theirs.dump_python(other, by_alias=by_alias)
        expected = theirs.dump_json(other, by_alias=by_alias)
        assert json.loads(ours.dump_json(mine, by_alias=by_alias)) == json.loads(expected)


@pytest.mark.parametrize("kind", OURS)
def test_schemas_have_the_names_of_their_mode(kind: str) -> None:
    ours, theirs = Adapter(OURS[kind]), pydantic.TypeAdapter(THEIRS[kind])
    for mode in ("validation", "serialization"):
        assert ours.json_schema(mode=mode) == theirs.json_schema(mode=mode)


@pytest.mark.parametrize("kind", OURS)
def test_results_are_written_by_alias_and_without_what_is_excluded(kind: str) -> None:
    adapter = Adapter(list[OURS[kind]])  # type: ignore[misc,name-defined]
    encode = compile_response_encoder(adapter.tree)
    read = adapter.decode_json(b'[{"A": 1, "B": 2, "c": 3, "d": 4}]')
    assert encode(read) == b'[{"A":1,"out":2,"d":4}]'
    assert encode([{"A": 1, "B": 2, "c": 3, "d": 4, "more": 5}]) == b'[{"A":1,"out":2,"d":4}]'


@dataclasses.dataclass
class Point:
    x: Annotated[int, Field(alias="X")]
    y: int = 0


@dataclasses.dataclass
class Marked(Point):
    secret: str = ""


class Line(Model):
    points: list[Point]
    end: Point | int = 0


@attrs.define
class Circle:
    radius: Annotated[int, Field(alias="r")]


def test_records_in_models_and_unions_keep_their_names() -> None:
    line = Line.model_validate_json('{"points": [{"X": 1, "unknown": {}}], "end": {"X": "2"}}')
    assert line == Line(points=[Point(1)], end=Point(2))
    assert line.model_dump_json(by_alias=True) == '{"points":[{"X":1,"y":0}],"end":{"X":2,"y":0}}'
    assert line.model_dump()["points"] == [{"x": 1, "y": 0}]
    assert Adapter(Point | int).decode_json(b"3") == 3


def test_results_of_other_classes_are_read_by_pythons_names() -> None:
    encode = compile_response_encoder(Adapter(Point).tree)
    assert encode(Marked(1, secret="s")) == b'{"X":1,"y":0}'
    assert encode(type("Row", (), {"x": 1, "y": 2})()) == b'{"X":1,"y":2}'


def test_attrs_classes_have_aliases_beside_those_of_their_constructor() -> None:
    adapter = Adapter(Circle)
    assert adapter.decode_json(b'{"r": 2}') == Circle(2)
    assert adapter.dump_json(Circle(2), by_alias=True) == b'{"r":2}'


class Renamed(msgspec.Struct):
    a: Annotated[int, Field(alias="A")]


class Pair(NamedTuple):
    a: Annotated[int, Field(alias="A")]
    b: Annotated[int, Field(exclude=True)] = 1


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        (Renamed, "Renamed.a: Field(alias=...) does nothing in a Struct; use its rename, or msgspec.field"),
        (Pair, "Pair.a: Field(alias=...) does nothing in a named tuple, which is an array in JSON"),
    ],
    ids=str,
)
def test_records_that_name_their_fields_otherwise_refuse_aliases(hint: Any, text: str) -> None:
    with pytest.raises(TypeHintError, match=re.escape(text)):
        Adapter(hint).validate({})
