"""Models beside Pydantic's: the same declarations, the same results.

Deliberate differences, not compared here: durations are written as msgspec writes them, constructors take
no positional arguments, and ``model_construct`` insists on required fields.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import uuid
from typing import Any, Literal

import pydantic
import pytest

from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.model import Model


class Colour(enum.Enum):
    RED = "red"


class Part(Model):
    code: str = Field(min_length=2, pattern="^[a-z]+$")
    weight: float = Field(gt=0, le=10)


class Thing(Model, extra="forbid"):
    identifier: int = Field(alias="id", ge=1)
    parts: list[Part] = []
    colour: Colour | None = None
    kind: Literal["a", "b"] = "a"
    price: decimal.Decimal = decimal.Decimal("1.5")
    made: datetime.datetime | None = None
    tags: set[str] = Field(default_factory=set)
    sizes: dict[str, tuple[int, int]] = {}
    key: uuid.UUID | None = None
    raw: bytes = b""


class PydanticPart(pydantic.BaseModel):
    code: str = pydantic.Field(min_length=2, pattern="^[a-z]+$")
    weight: float = pydantic.Field(gt=0, le=10)


class PydanticThing(pydantic.BaseModel, extra="forbid"):
    identifier: int = pydantic.Field(alias="id", ge=1)
    parts: list[PydanticPart] = []
    colour: Colour | None = None
    kind: Literal["a", "b"] = "a"
    price: decimal.Decimal = decimal.Decimal("1.5")
    made: datetime.datetime | None = None
    tags: set[str] = pydantic.Field(default_factory=set)
    sizes: dict[str, tuple[int, int]] = {}
    key: uuid.UUID | None = None
    raw: bytes = b""


INPUTS: list[dict[str, Any]] = [
    {"id": 1},
    {"id": "2", "parts": [{"code": "ab", "weight": "1.5"}], "colour": "red", "kind": "b"},
    {"id": 3, "price": "2.50", "made": "2020-01-02T03:04:05Z", "tags": ["a"], "sizes": {"x": [1, "2"]}},
    {"id": 4.0, "price": 1, "made": 0, "key": "12345678-1234-5678-1234-567812345678", "raw": "é"},
    {"id": 5, "made": "2020-01-02", "price": 0.1, "parts": ()},
    {"id": 0},
    {},
    {"identifier": 1},
    {"id": 1, "other": 2, "parts": [{"code": "A", "weight": 0}, {}], "colour": "blue", "kind": "c"},
    {"id": 1.5, "parts": "ab", "price": "NaN", "tags": {"a": 1}, "sizes": {"x": [1]}, "key": "zz", "raw": 3},
    {"id": None, "made": "soon", "sizes": [], "price": [], "parts": [None, 3]},
    {"id": True, "kind": 1, "tags": [1, None]},
]


@pytest.mark.parametrize("data", INPUTS, ids=range(len(INPUTS)))
def test_models_answer_as_pydantics(data: dict[str, Any]) -> None:
    try:
        expected = PydanticThing(**data)
    except pydantic.ValidationError as error:
        with pytest.raises(ValidationError) as caught:
            Thing(**data)
        assert caught.value.title == "Thing"
        errors = error.errors(include_url=False)
        assert [_plain(each) for each in caught.value.errors()] == [_plain(dict(each)) for each in errors]
        return
    thing = Thing(**data)
    for by_alias in (False, True):
        for options in (
            {},
            {"exclude_none": True},
            {"include": {"identifier", "parts"}},
            {"exclude": {"made"}},
        ):
            options = {**options, "by_alias": by_alias}
            assert thing.model_dump(**options) == expected.model_dump(**options)
            assert thing.model_dump(mode="json", **options) == expected.model_dump(mode="json", **options)
            assert thing.model_dump_json(**options) == expected.model_dump_json(**options)


def _plain(error: Any) -> dict[str, Any]:
    text = str(error["msg"]).replace("PydanticPart", "Part")
    ctx = {key: str(value).replace("PydanticPart", "Part") for key, value in error.get("ctx", {}).items()}
    return {**error, "msg": text, "ctx": ctx, "input": repr(error["input"])}
