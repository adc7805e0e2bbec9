"""Unions of records choose as pydantic's do: more fields, then less conversion, then the order."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import json
from typing import Any, Union

import pydantic
import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.errors import ValidationError
from bolide.validation.model import Model


def options(base: Any) -> dict[str, Any]:
    class Int(base):
        x: int

    class Text(base):
        x: str

    class Float(base):
        x: float

    class Ints(base):
        x: list[int]

    class Texts(base):
        x: list[str]

    class More(base):
        x: int
        y: int = 0

    class MoreText(base):
        x: str
        y: int = 0

    class Defaults(base):
        y: int = 0

    class Nothing(base):
        pass

    class DeepInt(base):
        n: Int

    class DeepText(base):
        n: Text

    @dataclasses.dataclass
    class IntData:
        x: int

    @dataclasses.dataclass
    class TextData:
        x: str

    found: list[Any] = [Int, Text, Float, Ints, Texts, More, MoreText, Defaults, Nothing]
    found += [DeepInt, DeepText, IntData, TextData]
    return {each.__name__: each for each in found} | {
        "dict": dict,
        "dict[str, int]": dict[str, int],
        "list[Int]": list[Int],
        "list[Text]": list[Text],
        "dict[str, Int]": dict[str, Int],
        "dict[str, Text]": dict[str, Text],
    }


OURS, THEIRS = options(Model), options(pydantic.BaseModel)
VALUES: list[Any] = [
    *({"x": x} for x in (1, "1", 1.0, True, [1], ["1"])),
    *({"x": x, "y": y} for x, y in ((1, 2), ("1", "2"), ("a", 2))),
    *({"n": {"x": x}} for x in (1, "1")),
    *([{"x": x}] for x in (1, "1")),
    *({}, []),
]


def shown(value: Any) -> Any:
    if isinstance(value, Model | pydantic.BaseModel) or dataclasses.is_dataclass(value):
        names = value.__dict__ if dataclasses.is_dataclass(value) else type(value).model_fields
        return type(value).__name__, {name: shown(getattr(value, name)) for name in names}
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    return [shown(item) for item in value] if isinstance(value, list) else (type(value), value)


@pytest.mark.parametrize("names", list(itertools.permutations(OURS, 2)), ids=" | ".join)
def test_the_same_option_wins(names: tuple[str, str]) -> None:
    ours: Adapter[Any] = Adapter(Union[tuple(OURS[name] for name in names)])  # noqa: UP007
    theirs: Any = pydantic.TypeAdapter(Union[tuple(THEIRS[name] for name in names)])  # noqa: UP007
    for value in VALUES:
        expected: Any = "refused"
        found: Any = "refused"
        with contextlib.suppress(pydantic.ValidationError):
            expected = shown(theirs.validate_python(value))
        with contextlib.suppress(ValidationError):
            found = shown(ours.validate(value))
        assert found == expected, value
        if found != "refused":  # and JSON is read no differently
            assert shown(ours.decode_json(json.dumps(value).encode())) == found
