"""Constraints on nodes: normal form, union branches, and what makes no sense."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

import pydantic
import pytest
from annotated_types import Gt, MultipleOf

from bolide.validation.adapter import Adapter
from bolide.validation.build import TypeHintError, build_tree
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.tree import (
    ArrayNode,
    BytesNode,
    FloatNode,
    IntNode,
    MapNode,
    Node,
    NoneNode,
    StrNode,
    UnionNode,
)


@pytest.mark.parametrize(
    ("hint", "node"),
    [
        (Annotated[int, Field(gt=1, le=5)], IntNode(exclusive_minimum=1, maximum=5)),
        (Annotated[int, Field(gt=1.5)], IntNode(exclusive_minimum=1)),
        (Annotated[int, Field(ge=1.5)], IntNode(minimum=2)),
        (Annotated[int, Field(lt=1.5)], IntNode(exclusive_maximum=2)),
        (Annotated[int, Field(le=1.5)], IntNode(maximum=1)),
        (Annotated[int, Field(ge=Decimal(3))], IntNode(minimum=3)),
        (Annotated[int, Field(multiple_of=2.0)], IntNode(multiple_of=2)),
        (Annotated[float, Field(ge=0, lt=1)], FloatNode(minimum=0.0, exclusive_maximum=1.0)),
        (Annotated[float, Field(le=float("inf"))], FloatNode()),
        (Annotated[str, Field(min_length=0, max_length=3)], StrNode(max_length=3)),
        (Annotated[str, Field(pattern="a+")], StrNode(pattern="a+")),
        (Annotated[bytes, Field(min_length=1)], BytesNode(min_length=1)),
        (Annotated[set[int], Field(max_length=2)], ArrayNode(items=IntNode(), container=set, max_items=2)),
        (
            Annotated[dict[str, int], Field(min_length=1)],
            MapNode(keys=StrNode(), values=IntNode(), min_properties=1),
        ),
        (Annotated[Annotated[int, Field(gt=1)], Field(gt=3)], IntNode(exclusive_minimum=3)),
        (
            Annotated[int | None, Field(gt=1)],
            UnionNode(options=(IntNode(exclusive_minimum=1), NoneNode())),
        ),
        (
            Annotated[str | list[int] | int, Field(max_length=2)],
            UnionNode(
                options=(
                    StrNode(max_length=2),
                    ArrayNode(items=IntNode(), container=list, max_items=2),
                    IntNode(),
                )
            ),
        ),
    ],
)
def test_constraints_take_their_normal_form(hint: Any, node: Node) -> None:
    assert build_tree(hint).root == node


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        (Annotated[int, Field(gt="1")], "gt='1' is not a number"),
        (Annotated[int, Field(gt=True)], "gt=True is not a number"),
        (Annotated[float, Field(ge=float("nan"))], "ge=nan is not a number"),
        (Annotated[float, Field(ge=float("inf"))], "ge=inf leaves no value possible"),
        (Annotated[int, Field(multiple_of=0)], "multiple_of=0 must be greater than 0"),
        (Annotated[int, Field(multiple_of=1.5)], "multiple_of=1.5 of an integer must be an integer"),
        (Annotated[str, Field(min_length=-1)], "min_length=-1 is not a length"),
        (Annotated[str, Field(max_length=1.0)], "max_length=1.0 is not a length"),  # type: ignore[arg-type]
        (Annotated[str, Field(pattern="(")], "pattern='(' is not a regular expression"),
        (Annotated[bytes, Field(pattern="a")], "pattern does not apply to this type"),
        (Annotated[bool, Field(gt=0)], "gt does not apply to this type"),
        (Annotated[Decimal, Field(gt="0")], "gt='0' is not a number"),
        (Annotated[Decimal, Field(max_digits=-1)], "max_digits=-1 is not a length"),
        (
            Annotated[Decimal, Field(max_digits=3, allow_inf_nan=True)],
            "allow_inf_nan=True cannot be used with max_digits or decimal_places",
        ),
        (
            Annotated[date, Field(gt=datetime(2020, 1, 1))],
            "2020, 1, 1, 0, 0) is not a date",
        ),
        (Annotated[date, Field(gt=date(2020, 1, 1), lt=date(2020, 1, 1))], "leave no value possible"),
        (Annotated[int, Field(allow_inf_nan=False)], "allow_inf_nan does not apply to this type"),
        (
            Annotated[tuple[int, str], Field(max_length=1)],
            "max_length=1 of a tuple of 2 leaves no value possible",
        ),
        (Annotated[str | None, Field(gt=0)], "gt does not apply to this type, but to numbers, dates, times"),
        (Annotated[timedelta, Field(multiple_of=60)], "multiple_of=60 is not a timedelta"),
        (Annotated[timedelta, MultipleOf(timedelta(0))], "datetime.timedelta(0) must be greater than 0"),
        (Annotated[int, Field(ge=2, le=1)], "ge=2 and le=1 leave no value possible"),
        (Annotated[int, Field(gt=1, le=1)], "gt=1 and le=1 leave no value possible"),
        (Annotated[str, Field(min_length=2, max_length=1)], "min_length=2 and max_length=1 leave no value"),
        (Annotated[list[int], Field(min_length=2, max_length=1)], "min_length=2 and max_length=1 leave no"),
        (
            Annotated[Annotated[int, Field(multiple_of=2)] | None, Field(multiple_of=3)],
            "two different values of multiple_of: 2 and 3",
        ),
    ],
)
def test_constraints_that_make_no_sense_are_refused(hint: Any, text: str) -> None:
    with pytest.raises(TypeHintError, match=re.escape(text)):
        build_tree(hint)


def errors_of(read: Any, value: object) -> list[list[object]]:
    with pytest.raises((ValidationError, pydantic.ValidationError)) as caught:
        read(value)
    return [[each.get(name) for name in ("type", "loc", "msg", "ctx")] for each in caught.value.errors()]


def test_durations_have_divisors_as_in_pydantic() -> None:
    hint: Any = Annotated[timedelta, Gt(timedelta(days=1)), MultipleOf(timedelta(hours=1))]
    ours, theirs = Adapter(hint), pydantic.TypeAdapter(hint)
    for value in (timedelta(days=2), "P1DT2H"):
        assert ours.validate(value) == theirs.validate_python(value)
    for value in ("P1DT2H1S", timedelta(days=2, seconds=1), timedelta(0), "x"):
        assert errors_of(ours.validate, value) == errors_of(theirs.validate_python, value)
    assert ours.decode_json(b'"P2D"') == timedelta(days=2)
    assert ours.json_schema() == theirs.json_schema()
