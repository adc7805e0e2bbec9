"""Nodes are frozen data that compares by meaning."""

import pytest

from bolide.validation.build import build_tree
from bolide.validation.tree import (
    ArrayNode,
    Documentation,
    FieldNode,
    IntNode,
    StrNode,
    TypeTree,
    UnionNode,
)


def test_hint_and_documentation_do_not_take_part_in_equality() -> None:
    plain = IntNode(minimum=1)
    described = IntNode(minimum=1, hint=int, documentation=Documentation(title="N"))
    assert plain == described
    assert not plain != described  # noqa: SIM202 - a Struct has a __ne__ of its own
    assert hash(plain) == hash(described)
    assert {plain: "found"}[described] == "found"


def test_constraints_and_kinds_take_part_in_equality() -> None:
    assert IntNode(minimum=1) != IntNode(minimum=2)
    assert IntNode() != StrNode()
    assert ArrayNode(items=IntNode(), container=list) != ArrayNode(items=IntNode(), container=set)
    assert UnionNode(options=(IntNode(), StrNode())) != UnionNode(options=(StrNode(), IntNode()))
    assert IntNode() != 1


def test_defaults_of_fields_do_not_take_part_in_equality() -> None:
    one = FieldNode(name="a", wire_name="a", node=IntNode(), required=False, default=[1])
    two = FieldNode(name="a", wire_name="a", node=IntNode(), required=False, default=[2])
    assert one == two
    assert hash(one) == hash(two)
    assert one != FieldNode(name="a", wire_name="b", node=IntNode(), required=False)


def test_nodes_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        IntNode().minimum = 3  # type: ignore[misc]


def test_repr_shows_what_is_set() -> None:
    assert repr(build_tree(list[int])) == (
        "TypeTree(root=ArrayNode(items=IntNode(), container=<class 'list'>))"
    )
    assert repr(TypeTree(IntNode(minimum=1, hint=int))) == "TypeTree(root=IntNode(minimum=1))"
