"""Type-directed strategies: random hints of every kind that the engine understands."""

from __future__ import annotations

import collections
import functools
import typing
from collections import deque
from collections.abc import Sequence
from typing import Annotated, Any

from hypothesis import strategies as st

from bolide.validation.fields import Field
from bolide.validation.omission import OnErrorOmit
from tests.validation.drawn_functions import VALIDATORS
from tests.validation.drawn_leaves import (
    ANY_LEAVES,
    HASHABLE_LEAVES,
    KEYS,
    MAPS,
    SEQUENCES,
    SETS,
    VALUE_LEAVES,
)
from tests.validation.drawn_models import rich_hints
from tests.validation.drawn_records import record_hints, tagged_hints
from tests.validation.drawn_wholes import whole


@st.composite
def hashable_hints(draw: st.DrawFn) -> Any:
    hint = draw(st.sampled_from(HASHABLE_LEAVES))
    if draw(st.integers(0, 5)) == 0:
        return tuple[hint, draw(st.sampled_from(HASHABLE_LEAVES))]
    return hint


def _that_fail_fast(hints: tuple[Any, Any, Any]) -> Any:
    """Draw collections that end reading at the first fault, of an item, a key and a hashable item."""
    item, key, hashable = hints
    bounds = st.sampled_from([{}, {"min_length": 1, "max_length": 2}])
    arrays = [list[item], deque[item], tuple[item, ...], set[hashable], frozenset[hashable], dict[key, item]]
    fixed = [tuple[item, hashable], tuple[item, *tuple[hashable, ...], item]]
    bounded = st.tuples(st.sampled_from(arrays), bounds).map(
        lambda drawn: Annotated[drawn[0], Field(fail_fast=True, **drawn[1])]
    )
    return st.one_of(bounded, st.sampled_from(fixed).map(lambda hint: Annotated[hint, Field(fail_fast=True)]))


def _that_omit(hints: tuple[Any, Any, Any]) -> Any:
    """Draw collections that leave out what is not valid: items, keys, values, hashable items."""
    item, key, hashable = (OnErrorOmit[hint] for hint in hints)
    arrays = [list[item], deque[item], tuple[item, ...], set[hashable], frozenset[hashable]]
    maps = [dict[key, item], dict[key, int], dict[str, item], collections.Counter[key]]
    bounds = st.sampled_from([{}, {"min_length": 1}, {"max_length": 1}, {"fail_fast": True}])
    return st.tuples(st.sampled_from(arrays + maps), bounds).map(
        lambda drawn: Annotated[drawn[0], Field(**drawn[1])]
    )


def _of_one(origin: Any, argument: Any) -> Any:
    return origin[argument]


def compound_hints(inner: Any) -> Any:
    """Draw hints that are made of others, which *inner* draws."""
    return st.one_of(
        inner.map(lambda hint: list[hint]),
        inner.map(lambda hint: Annotated[list[hint], Field(min_length=1, max_length=2)]),
        inner.map(lambda hint: tuple[hint, ...]),
        st.tuples(inner, inner).map(lambda hints: tuple[hints]),
        st.tuples(inner, st.sampled_from(KEYS), hashable_hints()).flatmap(_that_fail_fast),
        *(inner.map(functools.partial(_of_one, cls)) for cls in SEQUENCES),
        inner.map(lambda hint: Annotated[Sequence[hint], Field(max_length=1)]),
        st.tuples(inner, inner, inner).map(lambda hints: tuple[hints[0], *tuple[hints[1], ...], hints[2]]),
        st.tuples(inner, inner, inner).map(
            lambda hints: Annotated[
                tuple[hints[0], *tuple[hints[1], ...], hints[2]], Field(min_length=3, max_length=4)
            ]
        ),
        st.tuples(st.sampled_from(KEYS), inner).map(lambda hints: dict[hints]),
        *(st.tuples(st.sampled_from(KEYS), inner).map(functools.partial(_of_one, cls)) for cls in MAPS),
        st.sampled_from(KEYS).map(
            lambda hint: Annotated[collections.OrderedDict[hint, int], Field(min_length=1)]
        ),
        st.sampled_from(KEYS).map(lambda hint: collections.Counter[hint]),
        st.sampled_from(KEYS).map(lambda hint: collections.defaultdict[hint, list[int]]),
        *(hashable_hints().map(functools.partial(_of_one, cls)) for cls in SETS),
        st.tuples(inner, st.sampled_from(KEYS), hashable_hints()).flatmap(_that_omit),
        inner.map(lambda hint: typing.Optional[hint]),  # noqa: UP045 - not every hint has an |
        st.lists(inner, min_size=2, max_size=3).map(
            lambda hints: typing.Union[tuple(hints)]  # noqa: UP007
        ),
        st.lists(inner, min_size=2, max_size=3).map(
            lambda hints: Annotated[typing.Union[tuple(hints)], Field(union_mode="left_to_right")]  # noqa: UP007
        ),
        record_hints(inner),
        st.tuples(inner, st.sampled_from(VALIDATORS)).map(lambda pair: Annotated[pair]),
        tagged_hints(inner),
    )


@functools.cache  # what Hypothesis finds out about a strategy it keeps there
def hints(more: tuple[Any, ...] = (), *, rich: bool = False) -> Any:
    """Draw hints of what is read back as it was written; *more* are leaves that are drawn often.

    With *rich*, draw what the engine understands beside: values that travel as others, models with names for
    each direction, serializers.
    """
    leaves = st.one_of(st.sampled_from(HASHABLE_LEAVES), st.sampled_from(ANY_LEAVES))
    if more:
        leaves = st.one_of(leaves, st.sampled_from(more), st.sampled_from(more))
    if not rich:
        return st.recursive(leaves, lambda inner: compound_hints(whole(inner)), max_leaves=6)
    leaves = st.one_of(leaves, st.sampled_from(VALUE_LEAVES), st.sampled_from(VALUE_LEAVES))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(compound_hints(whole(inner)), rich_hints(whole(inner))),
        max_leaves=6,
    )
