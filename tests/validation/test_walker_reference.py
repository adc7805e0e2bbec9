"""The generated walker finds what the reference interpreter finds: same value, same errors, in order (P2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bolide.validation.build import build_tree
from bolide.validation.errors import ErrorDetails
from bolide.validation.hints import TypeHintError
from bolide.validation.tree import TypeTree
from bolide.validation.walker import compile_walker
from tests.validation.drawn_values import json_values
from tests.validation.reference import reference
from tests.validation.sameness import shape
from tests.validation.strategies import hints


def comparable(errors: list[ErrorDetails]) -> list[dict[str, Any]]:
    """Return *errors* with exceptions, of which no two are equal, as text."""
    return [{**error, "ctx": repr(error.get("ctx"))} for error in errors]


def compare(tree: TypeTree, **options: bool) -> Callable[[Any], Any]:
    """Return what compares the results of both for a value, and returns them; None if it is refused."""
    walk, expect = compile_walker(tree, **options), reference(tree, **options)

    def check_same(value: Any) -> Any:
        errors: list[ErrorDetails] = []
        result = walk(value, ("body",), errors)
        expected_errors: list[ErrorDetails] = []
        expected = expect(value, ("body",), expected_errors)
        assert comparable(errors) == comparable(expected_errors)
        if errors:
            return None
        assert shape(result) == shape(expected)
        return result

    return check_same


@st.composite
def trees(draw: st.DrawFn) -> TypeTree:
    try:
        return build_tree(draw(hints(rich=draw(st.booleans()))))
    except TypeHintError:
        return build_tree(int)


PROFILE = settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
FULL_PROFILE = settings(PROFILE, max_examples=2500, derandomize=False)


def check_walkers(data: st.DataObject) -> None:
    tree = data.draw(trees())
    options = data.draw(
        st.sampled_from(
            [
                {},
                {"strict": True},
                {"from_attributes": True},
                {"from_attributes": True, "outgoing": True},
                {"from_text": True},
            ]
        )
    )
    check_same = compare(tree, **options)
    revalidates = tree.reaches(tree.root, lambda node: getattr(node, "revalidate", "never") != "never")
    for _ in range(4):
        made = check_same(data.draw(json_values(tree, tree.root)))
        if made is not None and "from_text" not in options and not revalidates:
            check_same(made)  # which is of the type already, or almost


@PROFILE
@given(st.data())
def test_walker_finds_what_the_reference_finds(data: st.DataObject) -> None:
    """P2: the walker is the reference interpreter, compiled."""
    check_walkers(data)


@pytest.mark.full
@FULL_PROFILE
@given(st.data())
def test_walker_finds_what_the_reference_finds_in_many_examples(data: st.DataObject) -> None:
    """P2, at length."""
    check_walkers(data)
