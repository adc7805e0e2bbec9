"""Trees that are built together share their parts, and are those that are built alone."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest

from bolide.validation.build import build_tree
from bolide.validation.fields import Field
from bolide.validation.model import Model
from bolide.validation.sharing import share_trees


class Leaf(Model):
    name: str


class Node(Model):
    leaf: Leaf
    left: Node | None = None
    other: Other | None = None


class Other(Model):
    node: Node | None = None
    third: Third | None = None


class Third(Model):
    nodes: list[Node]
    other: Other | None = None
    leaf: Leaf


HINTS: list[Any] = [
    Leaf,
    list[Leaf],
    Third,
    Other,
    Node,
    dict[str, Other],
    int | str,
    str | int,
    list[int | str],
    list[str | int],
    Literal[1],
    Literal[True],
    Annotated[int, Field(gt=1)],
    Annotated[int, Field(gt=2)],
    Annotated[list[str], Field(default_factory=list)],
]


@pytest.mark.parametrize("order", [HINTS, HINTS[::-1]], ids=["in order", "reversed"])
def test_shared_trees_are_those_that_are_built_alone(order: list[Any]) -> None:
    alone = [build_tree(hint) for hint in order]
    with share_trees():
        together = [build_tree(hint) for hint in order]
    for one, other in zip(alone, together, strict=True):
        assert repr(one.root) == repr(other.root)
        assert dict(one.definitions) == dict(other.definitions)


def test_tree_of_an_equal_hint_is_built_once() -> None:
    with share_trees():
        assert build_tree(list[Leaf]) is build_tree(list[Leaf])
        with share_trees():
            inner = build_tree(Leaf)
        assert build_tree(Leaf) is inner
    assert build_tree(Leaf) is not inner


def test_mistake_is_told_again_for_each_tree() -> None:
    class Broken(Model):
        value: Any

    Broken.__annotations__["value"] = object()
    hint = dict[frozenset[list[int]], int]
    with share_trees():
        for _ in range(2):
            with pytest.raises(TypeError, match="cannot be hashed"):
                build_tree(hint)
