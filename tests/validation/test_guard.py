"""Scalar fields of models cannot hold anything with fields of its own, whichever way it is put there."""

import copy
import dataclasses
import enum
import sys
from typing import Any

import msgspec
import pytest

from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.model import Model


class User(Model):
    name: str
    password: str


@dataclasses.dataclass
class Point:
    x: int


class Struct(msgspec.Struct):
    x: int


class Colour(enum.Enum):
    RED = "red"


class Document(Model):
    owner: str
    number: int | None = None
    colour: Colour = Colour.RED
    made: str = Field(default_factory=str)
    tags: list[str] = []
    author: User | None = None
    anything: Any = None


RECORDS = [User(name="a", password="secret"), Point(1), Struct(1), {"a": 1}, [1], object()]


@pytest.mark.parametrize("value", RECORDS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("name", ["owner", "number", "colour"])
def test_scalar_field_refuses_objects_with_fields(name: str, value: Any) -> None:
    document = Document(owner="a")
    reason = f"Document.{name} holds scalars; a {type(value).__name__} cannot be put there"
    with pytest.raises(TypeError, match=reason):
        setattr(document, name, value)
    with pytest.raises(TypeError, match=reason):
        Document.model_construct(**{"owner": "a", name: value})
    with pytest.raises(TypeError, match=reason):
        document.model_copy(update={name: value})
    if sys.version_info >= (3, 13):
        with pytest.raises(TypeError, match=reason):
            copy.replace(document, **{name: value})
    assert document == Document(owner="a")


def test_other_assignments_are_not_validated() -> None:
    document = Document(owner="a")
    document.number = "text"  # type: ignore[assignment]
    document.owner = 5  # type: ignore[assignment]
    document.made = [1]  # type: ignore[assignment]
    document.tags = "text"  # type: ignore[assignment]
    document.author = User(name="a", password="b")
    document.anything = {"a": Point(1)}
    assert (document.number, document.owner, document.made, document.tags) == ("text", 5, [1], "text")


def test_frozen_models_stay_frozen() -> None:
    class Frozen(Model, frozen=True):
        x: int

    with pytest.raises(ValidationError, match="Instance is frozen"):
        Frozen(x=1).x = 2  # type: ignore[misc]
