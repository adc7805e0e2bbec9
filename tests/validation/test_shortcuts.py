"""Unions that msgspec cannot express are decoded without a walker where the choice is clear."""

from __future__ import annotations

from typing import Any, Literal

import pydantic
import pytest

from bolide.validation.adapter import FAST_PATH_ERRORS, Adapter
from bolide.validation.lower import lower
from bolide.validation.model import Model
from bolide.validation.placeholder import is_placeholder


class Circle(Model):
    shape: Literal["circle", "disc"]
    size: float


class Square(Model):
    shape: Literal["square"]
    size: float


class Named(Model):
    name: str
    size: int = 0


class Numbered(Model):
    number: int
    size: int = 0


class Both(Model):
    name: str
    number: int = 0
    inner: Named | None = None


class TheirNamed(pydantic.BaseModel):
    name: str
    size: int = 0


class TheirNumbered(pydantic.BaseModel):
    number: int
    size: int = 0


class TheirBoth(pydantic.BaseModel):
    name: str
    number: int = 0
    inner: TheirNamed | None = None


def test_records_that_differ_in_a_literal_are_msgspecs() -> None:
    adapter: Adapter[Any] = Adapter(Circle | Square | str | None)
    assert not is_placeholder(lower(adapter.tree))
    assert adapter.fast_decode_json(b'{"size": 1, "shape": "disc"}') == Circle(shape="disc", size=1)
    assert adapter.fast_decode_json(b'"x"') == "x"
    assert adapter.fast_decode_json(b"null") is None
    with pytest.raises(FAST_PATH_ERRORS):
        adapter.fast_decode_json(b'{"size": 1}')


def test_records_that_share_a_value_of_the_literal_are_not() -> None:
    class Disc(Model):
        shape: Literal["disc"]

    assert is_placeholder(lower(Adapter(Circle | Disc).tree))
    assert is_placeholder(lower(Adapter(Circle | Square | dict[str, int]).tree))


DOCUMENTS: tuple[dict[str, Any], ...] = (
    {"name": "a"},
    {"number": 1},
    {"number": "1", "size": 2},
    {"name": "a", "number": 1},
    {"name": "a", "number": "x"},
    {"name": "a", "size": 1},
    {"name": "a", "size": "x", "number": 2},
    {"name": "a", "inner": {"name": "b", "size": 3}},
    {"name": "a", "size": 1, "number": 1, "inner": None},
    {"size": 1},
    {},
)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Named | Numbered, TheirNamed | TheirNumbered),
        (Numbered | Named | int, TheirNumbered | TheirNamed | int),
        (Named | Both, TheirNamed | TheirBoth),
        (Both | Named | Numbered, TheirBoth | TheirNamed | TheirNumbered),
    ],
    ids=["disjoint", "with int", "nested", "three"],
)
def test_the_choice_among_records_is_pydantics(ours: Any, theirs: Any) -> None:
    adapter: Adapter[Any] = Adapter(ours)
    oracle: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(theirs)
    for document in DOCUMENTS:
        written = pydantic.TypeAdapter(dict[str, Any]).dump_json(document)
        try:
            expected = oracle.validate_json(written)
        except pydantic.ValidationError:
            with pytest.raises(ValueError, match="validation error"):
                adapter.decode_json(written)
            continue
        value = adapter.decode_json(written)
        assert type(value).__name__ == type(expected).__name__.removeprefix("Their")
        assert value.model_dump() == expected.model_dump()
