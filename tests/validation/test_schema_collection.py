from __future__ import annotations

import dataclasses
import enum
from typing import Any

import pytest

from bolide.validation.build import build_tree
from bolide.validation.schema_collection import collect


class Colour(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Leaf:
    colour: Colour


@dataclasses.dataclass
class Branch:
    leaves: list[Leaf]
    parent: Branch | None


BOTH = frozenset({"validation", "serialization"})


def test_everything_that_a_type_reaches_is_found_in_order_of_first_use() -> None:
    found = collect([(build_tree(Branch), "validation")])
    assert list(found.definitions) == [Branch, Leaf, Colour]
    assert found.modes == dict.fromkeys((Branch, Leaf, Colour), frozenset({"validation"}))
    assert found.references == {
        Branch: frozenset({Leaf, Branch}),
        Leaf: frozenset({Colour}),
        Colour: frozenset(),
    }


def test_each_type_knows_the_modes_that_it_is_needed_in() -> None:
    found = collect(
        [
            (build_tree(Leaf), "serialization"),
            (build_tree(Branch), "validation"),
            (build_tree(Leaf), "serialization"),
        ]
    )
    assert found.modes == {Leaf: BOTH, Colour: BOTH, Branch: frozenset({"validation"})}


@pytest.mark.parametrize(
    "hint",
    [
        Colour,
        list[Colour],
        tuple[int, Colour],
        dict[Colour, int],
        dict[str, Colour],
        Colour | int,
        list[dict[str, Colour | None]],
    ],
    ids=str,
)
def test_types_are_found_inside_every_container(hint: Any) -> None:
    assert list(collect([(build_tree(hint), "validation")]).definitions) == [Colour]


def test_scalars_need_no_component() -> None:
    assert collect([(build_tree(list[int]), "validation")]).definitions == {}
