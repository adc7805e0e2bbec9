"""Pydantic as an oracle: on the common subset both accept the same and report the same errors.

Where they differ on purpose stands in ``DIFFERENCES``.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import itertools
import re
import typing
import uuid
from typing import Annotated, Any, Literal, NamedTuple

import pydantic
import pytest
from annotated_types import Ge, Gt, Le, Len, Lt, MultipleOf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bolide.validation.build import build_tree
from bolide.validation.errors import ErrorDetails
from bolide.validation.metaclass import ModelMeta
from bolide.validation.model import Model
from bolide.validation.tree import TypeTree
from bolide.validation.walker import compile_walker
from tests.validation.drawn_values import json_values


class Colour(enum.Enum):
    RED = "red"
    ONE = 1


class Word(enum.StrEnum):
    A = "a"
    ONE = "1"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


SCALARS: tuple[Any, ...] = (
    bool,
    int,
    float,
    str,
    bytes,
    decimal.Decimal,
    datetime.datetime,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    uuid.UUID,
    Colour,
    Word,
    Level,
    Literal["a", "b"],
    Literal["1", 2],
    Annotated[int, Ge(0), Lt(10)],
    Annotated[int, Gt(1), MultipleOf(2)],
    Annotated[float, Gt(0), Le(100)],
    Annotated[float, MultipleOf(0.1)],
    Annotated[str, Len(1, 3)],
    Annotated[bytes, Len(1, 3)],
)

KEYS: tuple[Any, ...] = (str, int, float, datetime.date, uuid.UUID, Word, Level, Literal["a", "b"])


class Pair(NamedTuple):
    """One type as Bolide and as Pydantic spell it."""

    ours: Any
    theirs: Any


def _both(hint: Any) -> Pair:
    return Pair(hint, hint)


def _union(*hints: Any) -> Any:
    return typing.Union[hints]  # noqa: UP007 - hints that are values cannot use the operator


_numbers = itertools.count()


def _record(parts: list[tuple[Pair, bool]], extra: str) -> Pair:
    name = f"Record{next(_numbers)}"
    names = [f"f{n}" for n in range(len(parts))]
    namespace: dict[str, Any] = {
        "__annotations__": {field: pair.ours for field, (pair, _) in zip(names, parts, strict=True)},
        "__module__": __name__,
        **{field: None for field, (_, is_required) in zip(names, parts, strict=True) if not is_required},
    }
    theirs: dict[str, Any] = {
        field: (pair.theirs, ... if is_required else None)
        for field, (pair, is_required) in zip(names, parts, strict=True)
    }
    config = pydantic.ConfigDict(extra=extra)  # type: ignore[typeddict-item]
    return Pair(
        ModelMeta(name, (Model,), namespace, extra=extra),
        pydantic.create_model(name, __config__=config, **theirs),
    )


def _generic(origin: Any, *constraints: Any) -> Any:
    def make(pair: Pair) -> Pair:
        made = [origin[hint] for hint in pair]
        return Pair(*(Annotated[hint, *constraints] for hint in made)) if constraints else Pair(*made)

    return make


def _extend(inner: Any) -> Any:
    scalars = st.sampled_from(SCALARS).map(_both)
    return st.one_of(
        inner.map(_generic(list)),
        inner.map(_generic(list, Len(1, 2))),
        inner.map(lambda pair: Pair(tuple[pair.ours, ...], tuple[pair.theirs, ...])),
        st.tuples(inner, inner).map(lambda pairs: Pair(*(tuple[a, b] for a, b in zip(*pairs, strict=True)))),
        scalars.map(_generic(set)),
        scalars.map(_generic(frozenset, Len(1, 2))),
        st.tuples(st.sampled_from(KEYS), inner).map(
            lambda drawn: Pair(dict[drawn[0], drawn[1].ours], dict[drawn[0], drawn[1].theirs])
        ),
        inner.map(lambda pair: Pair(*(_union(hint, None) for hint in pair))),
        st.lists(inner, min_size=2, max_size=3).map(
            lambda pairs: Pair(*(_union(*hints) for hints in zip(*pairs, strict=True)))
        ),
        st.builds(
            _record,
            st.lists(st.tuples(inner, st.booleans()), min_size=1, max_size=3),
            st.sampled_from(["ignore", "forbid"]),
        ),
    )


PAIRS = st.recursive(st.sampled_from((*SCALARS, Any, None)).map(_both), _extend, max_leaves=6)


def plain(value: Any) -> Any:
    """Return *value* with records as dictionaries, comparable between the two engines."""
    if isinstance(value, Model):
        return type(value).__name__, {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, pydantic.BaseModel):
        return type(value).__name__, {name: plain(item) for name, item in value}
    if isinstance(value, dict):
        return {repr(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value), [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return type(value), {repr(plain(item)) for item in value}
    if isinstance(value, (datetime.datetime, datetime.time)):
        return type(value), value.isoformat()  # Pydantic has a timezone class of its own
    return type(value), repr(value)


# What differs on purpose: part of a type, part of a value, why. Such examples are not compared.
DIFFERENCES: tuple[tuple[str, str, str], ...] = (
    ("", r"[.,]\d{7}", "more than six fraction digits are rounded as msgspec rounds them, not cut off"),
    ("", r"'[-+]?p[\dt]", "lower-case ISO 8601 durations are accepted, as msgspec accepts them"),
    ("Enum|Literal", r"\d{19}", "a huge integer is reported as no member, not as too long for 64 bits"),
    ("UUID", r"[^\x00-\x7f]", "the place of a character outside ASCII counts characters, not bytes"),
)


def is_compared(tree: TypeTree, value: Any) -> bool:
    types = repr((tree.root, dict(tree.definitions)))
    return not any(
        re.search(part, types) and re.search(pattern, repr(value)) for part, pattern, _ in DIFFERENCES
    )


def ours(hint: Any, value: Any) -> tuple[list[ErrorDetails], Any]:
    errors: list[ErrorDetails] = []
    result = compile_walker(build_tree(hint))(value, (), errors)
    return errors, None if errors else plain(result)


def theirs(hint: Any, value: Any) -> tuple[list[Any], Any]:
    try:
        result = pydantic.TypeAdapter(hint).validate_python(value)
    except pydantic.ValidationError as exc:
        return exc.errors(include_url=False), None
    return [], plain(result)


def check_agreement(pair: Pair, value: Any) -> None:
    assert ours(pair.ours, value) == theirs(pair.theirs, value), (pair, value)


PROFILE = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def check_examples(data: st.DataObject) -> None:
    pair = data.draw(PAIRS)
    tree = build_tree(pair.ours)
    for _ in range(4):
        value = data.draw(json_values(tree, tree.root))
        if is_compared(tree, value):
            check_agreement(pair, value)


@PROFILE
@given(st.data())
def test_walker_agrees_with_pydantic(data: st.DataObject) -> None:
    check_examples(data)


@pytest.mark.full
@settings(PROFILE, max_examples=2500)
@given(st.data())
def test_walker_agrees_with_pydantic_in_many_examples(data: st.DataObject) -> None:
    check_examples(data)
