"""Copies of results of other classes: written as what the walker makes of them, or left to it."""

from __future__ import annotations

import datetime
import decimal
import itertools
import types
import typing
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bolide.validation.adapter import Adapter
from bolide.validation.build import build_tree
from bolide.validation.encode import compile_encoder
from bolide.validation.errors import ErrorDetails, ValidationError
from bolide.validation.fields import Field
from bolide.validation.functions import AfterValidator
from bolide.validation.metaclass import ModelMeta
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from bolide.validation.response_copy import compile_copy
from bolide.validation.types.constrained import StringConstraints
from bolide.validation.walker import compile_walker
from tests.validation.drawn_leaves import Colour
from tests.validation.drawn_values import json_values


class Part(Model):
    number: int = Field(ge=1)


class Product(Model):
    name: str = Field(min_length=1, alias="Name")
    price: float
    note: str | None = None
    tags: list[str] = []
    part: Part
    parts: list[Part | None] = []
    anything: Any = None


class Node(Model):
    children: list[Node] = []


def row(**fields: Any) -> Any:
    return types.SimpleNamespace(**fields)


def as_rows(value: Any) -> Any:
    """Return *value* with an object of another class in place of each model."""
    if isinstance(value, Model):
        return row(**{name: as_rows(getattr(value, name)) for name in type(value).model_fields})
    if type(value) is dict:
        return {key: as_rows(item) for key, item in value.items()}
    return [as_rows(item) for item in value] if type(value) is list else value


def encode(hint: Any, value: Any) -> bytes:
    return compile_response_encoder(build_tree(hint))(value)


def test_declared_fields_of_any_object_are_written() -> None:
    product = row(
        name="a",
        price=1.5,
        note=None,
        tags=["x"],
        part=row(number=1, secret="s"),
        parts=[None, {"number": 2, "secret": "s"}],
        anything={"free": 1},
        secret="s",
    )
    assert compile_copy(build_tree(list[Product])) is not None
    assert encode(list[Product], [product]) == (
        b'[{"Name":"a","price":1.5,"note":null,"tags":["x"],"part":{"number":1},"parts":[null,{"number":2}],'
        b'"anything":{"free":1}}]'
    )


def test_dictionaries_may_leave_out_what_has_a_default() -> None:
    product = {"Name": "a", "price": 2, "part": {"number": 1}, "secret": "s"}
    assert encode(Product, product) == (
        b'{"Name":"a","price":2.0,"note":null,"tags":[],"part":{"number":1},"parts":[],"anything":null}'
    )


@pytest.mark.parametrize(
    ("value", "loc"),
    [
        (row(name="", price=1.5, part=row(number=1)), ("response", "Name")),
        (row(name="a", price="x", part=row(number=1)), ("response", "price")),
        (row(name="a", price=1.5, part=row(number=0)), ("response", "part", "number")),
        ({"Name": "a", "price": 1.5}, ("response", "part")),
        (5, ("response",)),
    ],
)
def test_the_walker_says_what_is_wrong(value: Any, loc: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as caught:
        encode(Product, value)
    assert loc in [error["loc"] for error in caught.value.errors()]


def test_an_iterator_is_not_used_up_before_an_error_is_found() -> None:
    def tags() -> Iterator[str]:
        yield "x"

    product = {"Name": "a", "price": 1.5, "part": {"number": 1}, "tags": tags()}
    assert b'"tags":["x"]' in encode(Product, product)
    products = iter([{"Name": "a", "price": 1.5, "part": {"number": 0}}])
    with pytest.raises(ValidationError):
        encode(list[Product], products)


def test_what_functions_or_recursion_need_is_left_to_the_walker() -> None:
    assert compile_copy(build_tree(list[Part])) is not None
    assert compile_copy(build_tree(Node)) is None
    assert compile_copy(build_tree(Annotated[Part, AfterValidator(lambda part: part)])) is None


def test_what_may_hold_iterators_inside_is_left_to_the_walker() -> None:
    class Nested(Model):
        rows: list[list[int]]

    assert compile_copy(build_tree(Nested)) is None
    assert compile_copy(build_tree(dict[str, list[Part]])) is None
    rows = iter([[1], ["x"]])
    with pytest.raises(ValidationError):
        encode(Nested, {"rows": rows})


def test_a_failing_property_is_not_hidden() -> None:
    class Broken:
        @property
        def number(self) -> int:
            raise RuntimeError("no connection")

    with pytest.raises(RuntimeError, match="no connection"):
        encode(Part, Broken())


_FIELDS: list[Any] = [
    int,
    str,
    float,
    bytes,
    Any,
    Colour,
    decimal.Decimal,
    datetime.datetime,
    Literal["a", 1],
    int | str,
    list[str],
    set[int],
    dict[str, float],
    Annotated[int, Field(ge=3, multiple_of=2)],
    Annotated[str, Field(min_length=1, max_length=2)],
    Annotated[str, StringConstraints(strip_whitespace=True)],
]
_names = itertools.count()


@st.composite
def records(draw: st.DrawFn, depth: int = 2) -> Any:
    """Draw a model of simple fields, and of further records up to *depth*."""
    annotations: dict[str, Any] = {}
    namespace: dict[str, Any] = {}
    for number in range(draw(st.integers(1, 4))):
        name, hint = f"f{number}", draw(st.sampled_from(_FIELDS))
        if depth > 1 and draw(st.booleans()):
            inner = draw(records(depth - 1))
            hint = draw(st.sampled_from([inner, list[inner], list[inner | None]]))
        if draw(st.booleans()):
            hint = typing.Optional[hint]  # noqa: UP045 - not every hint has an |
            namespace[name] = None
        elif draw(st.booleans()):
            namespace[name] = Field(alias=f"F{number}")
        annotations[name] = hint
    extra = draw(st.sampled_from(["ignore", "forbid"]))
    namespace |= {"__annotations__": annotations, "__module__": __name__}
    return ModelMeta(f"Copied{next(_names)}", (Model,), namespace, extra=extra)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_copy_is_written_like_what_the_walker_builds(data: st.DataObject) -> None:
    record = data.draw(records())
    tree = build_tree(data.draw(st.sampled_from([record, list[record]])))
    copy = compile_copy(tree)
    assert copy is not None
    value = data.draw(json_values(tree, tree.root))
    if data.draw(st.booleans()):
        try:
            value = as_rows(Adapter(tree).validate(value))
        except ValidationError:
            return
    try:
        copied = copy(value)
    except Exception:
        return
    errors: list[ErrorDetails] = []
    walked = compile_walker(tree, from_attributes=True, outgoing=True)(value, (), errors)
    assert errors == []
    write = compile_encoder(tree)
    assert write(copied) == write(walked)
