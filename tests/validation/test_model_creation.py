"""Models made at run time."""

import inspect
import pickle
from typing import Annotated

import pytest

from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.hints import TypeHintError
from bolide.validation.model import Model
from bolide.validation.model_creation import create_model


class Parent(Model):
    a: int


Made = create_model("Made", a=(int, 1), parent=("Parent | None", None))


def test_fields_are_types_or_pairs() -> None:
    made = create_model(
        "Made",
        __doc__="Text.",
        __module__=__name__,
        x=(int, ...),
        y=(str, Field(default="a", max_length=3)),
        z=Annotated[int, Field(gt=0)],
    )
    signature = str(inspect.signature(made)).replace("typing.", "")
    assert signature.startswith("(*, x: int, y: Annotated[str, Field(max_length=3)] = 'a', z: ")
    assert made(x="1", z=2).model_dump() == {"x": 1, "y": "a", "z": 2}  # type: ignore[call-arg]
    assert (made.__name__, made.__doc__, made.__module__) == ("Made", "Text.", __name__)


def test_options_and_bases_are_given() -> None:
    made = create_model("Made", __config__={"extra": "forbid"}, __base__=Parent, b=(int, 1))
    assert made(a="2").model_dump() == {"a": 2, "b": 1}  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        made(a=1, c=1)  # type: ignore[call-arg]


def test_methods_are_given() -> None:
    made = create_model("Made", __validators__={"double": property(lambda self: self.a * 2)}, a=int)
    assert made(a=2).double == 4  # type: ignore[call-arg, attr-defined]


def test_another_definition_is_refused() -> None:
    with pytest.raises(TypeHintError, match=r"Made\.x: \(<class 'int'>,\) is no pair of type and default"):
        create_model("Made", x=(int,))


def test_the_module_is_that_of_the_caller() -> None:
    assert Made.__module__ == __name__
    made = Made.model_validate({"a": "2", "parent": {"a": 3}})
    assert made.model_dump() == {"a": 2, "parent": {"a": 3}}
    assert pickle.loads(pickle.dumps(made)) == made


def test_names_of_the_calling_function_are_found() -> None:
    made = create_model("Made", later=("Later", ...), namespace=("namespace", ...))  # type: ignore[type-var]

    class Later(Model):
        b: int

    namespace = int
    read = made.model_validate({"later": {"b": "1"}, "namespace": "2"})
    assert read.model_dump() == {"later": {"b": 1}, "namespace": namespace(2)}
