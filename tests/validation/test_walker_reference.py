"""The generated walker finds what the reference interpreter finds: same value, same errors, in order (P2)."""

from __future__ import annotations

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


def check_same(tree: TypeTree, value: Any, **options: bool) -> None:
    errors: list[ErrorDetails] = []
    result = compile_walker(tree, **options)(value, ("body",), errors)
    expected_errors: list[ErrorDetails] = []
    expected = reference(tree, **options)(value, ("body",), expected_errors)
    assert errors == expected_errors
    if not errors:
        assert shape(result) == shape(expected)


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
FULL_PROFILE = settings(PROFILE, max_examples=1000, derandomize=False)


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
    for _ in range(4):
        check_same(tree, data.draw(json_values(tree, tree.root)), **options)


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
