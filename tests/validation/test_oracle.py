"""Pydantic as an oracle: on the common subset both accept the same and report the same errors.

Where they differ on purpose stands in ``differences``.
"""

from __future__ import annotations

import collections
import dataclasses
import datetime
import re
from typing import Any

import pydantic
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bolide.validation.build import build_tree
from bolide.validation.errors import HIDDEN, ErrorDetails
from bolide.validation.model import Model
from bolide.validation.root_model import RootModel
from bolide.validation.tree import CustomNode, Node, NoneNode, RecordNode, TypeTree, UnionNode
from bolide.validation.walker import compile_walker
from tests.validation.differences import NOT_COMPARED
from tests.validation.drawn_pairs import PAIRS, Pair
from tests.validation.drawn_values import json_values

# Networks made of False, on either side.
pytestmark = pytest.mark.filterwarnings("ignore:__int__ returned non-int:DeprecationWarning")


def plain(value: Any) -> Any:
    """Return *value* with records as dictionaries, comparable between the two engines."""
    if isinstance(value, RootModel | pydantic.RootModel):
        return type(value).__name__, plain(value.root)
    if isinstance(value, Model | pydantic.BaseModel):
        kept = {name: plain(getattr(value, name)) for name in type(value).model_fields}
        return type(value).__name__, kept, plain(value.model_extra)
    if dataclasses.is_dataclass(value) or hasattr(value, "_fields"):
        names: Any = getattr(value, "_fields", None) or [each.name for each in dataclasses.fields(value)]
        return type(value).__name__, {name: plain(getattr(value, name)) for name in names}
    if hasattr(value, "get_secret_value"):
        return type(value).__name__, plain(value.get_secret_value())
    if type(value).__module__.partition(".")[0] in ("bolide", "pydantic"):
        return type(value).__name__, str(value)
    if isinstance(value, dict):
        return {repr(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, collections.deque)):
        return type(value), [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return type(value), {repr(plain(item)) for item in value}
    if isinstance(value, (datetime.datetime, datetime.time)):
        return type(value), value.isoformat()  # Pydantic has a timezone class of its own
    return type(value), repr(value)


def is_made(node: Node) -> bool:
    return isinstance(node, CustomNode)


def chooses_made_types(tree: TypeTree) -> bool:
    """Tell whether a union in *tree* has types that are made from others, a row of the page."""

    def is_choice(node: Node) -> bool:
        if not isinstance(node, UnionNode):
            return False
        options = [option for option in node.options if not isinstance(option, NoneNode)]
        return len(options) > 1 and any(tree.reaches(option, is_made) for option in options)

    return tree.reaches(tree.root, is_choice)


def coerces_made_types(tree: TypeTree) -> bool:
    """Tell whether an option for strings stands above types that are made from strings, a row of the page."""

    def is_made_below(node: Node) -> bool:
        if not isinstance(node, RecordNode):
            return False
        options = getattr(node.cls, "model_config", {})
        return options.get("coerce_numbers_to_str", False) and tree.reaches(node, is_made)

    return tree.reaches(tree.root, is_made_below)


def is_compared(tree: TypeTree, value: Any) -> bool:
    if chooses_made_types(tree) or coerces_made_types(tree):
        return False
    types = repr((tree.root, dict(tree.definitions)))
    return not any(
        re.search(part, types) and re.search(pattern, repr(value)) for part, pattern, _ in NOT_COMPARED
    )


def ours(hint: Any, value: Any) -> tuple[list[Any], Any]:
    errors: list[ErrorDetails] = []
    result = compile_walker(build_tree(hint))(value, (), errors)
    return [comparable(dict(each)) for each in errors], None if errors else plain(result)


def theirs(hint: Any, value: Any) -> tuple[list[Any], Any]:
    try:
        result = pydantic.TypeAdapter(hint).validate_python(value)
    except pydantic.ValidationError as exc:
        return [comparable(dict(each)) for each in exc.errors(include_url=False)], None
    return [], plain(result)


def comparable(error: dict[str, Any]) -> dict[str, Any]:
    """Return *error* with exceptions and inputs as text: they may be equal to nothing."""
    return {**error, "ctx": repr(error.get("ctx")), "input": repr(error["input"])}


# Parts of labels that tell how Pydantic builds a type; ours have the type's name there.
THEIR_WORKS = re.compile(
    r"lax-or-strict|json-or-python|function-(wrap|plain|after)\[(wrap_val|_?valid|_?decode)"
)


def _readable(theirs: Any, ours: Any) -> Any:
    """Return *ours* for a label of theirs that tells how a type is built, else *theirs*."""
    return ours if THEIR_WORKS.search(str(theirs)) else theirs


def check_agreement(pair: Pair, value: Any) -> None:
    errors, result = ours(pair.ours, value)
    expected_errors, expected = theirs(pair.theirs, value)
    if len(errors) == len(expected_errors):
        for error, each in zip(errors, expected_errors, strict=True):
            # Theirs show secrets; ours hide even the word "a" if that is one.
            each |= {part: error[part] for part in ("input", "msg", "ctx") if HIDDEN in error[part]}
            each["loc"] = tuple(map(_readable, each["loc"], error["loc"]))
    assert (errors, result) == (expected_errors, expected), (pair, value)


# The same examples every time; those of the long run are new ones.
PROFILE = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
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
    """P3: the same values are accepted and become the same, the same errors are found."""
    check_examples(data)


@pytest.mark.full
@settings(PROFILE, max_examples=1500, derandomize=False)
@given(st.data())
def test_walker_agrees_with_pydantic_in_many_examples(data: st.DataObject) -> None:
    """P3, at length."""
    check_examples(data)
