"""Find ``response_model_...`` options that change nothing, for lack of a type or of such a field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from bolide._planning.plan import RoutePlan
from bolide.validation.tree import (
    ArrayNode,
    BoolNode,
    FloatNode,
    IntNode,
    Node,
    NoneNode,
    RecordNode,
    StrNode,
    TypeTree,
    UnionNode,
)

__all__ = ["idle_options"]

_SCALARS = (BoolNode, FloatNode, IntNode, NoneNode, StrNode)


def idle_options(plan: RoutePlan) -> Iterator[str]:
    """Yield what is wrong with the options of *plan* that say which fields are sent."""
    trees = [plan.response_tree] if plan.response_tree is not None else [each.tree for each in plan.statuses]
    options: Mapping[str, Any] = plan.route.response_model_options
    if not trees:
        for name, value in options.items():
            if value is not None and value is not (name == "by_alias"):
                yield f"response_model_{name} changes nothing, since the result has no declared type"
        return
    known = set[str]()
    for tree in trees:
        names = _field_names(tree, tree.root)
        if names is None:
            return
        known |= names
    for option in ("include", "exclude"):
        for name in sorted(str(each) for each in options.get(option) or () if each not in known):
            close = get_close_matches(name, known, 1)
            meant = f"; {close[0]!r} may be meant" if close else ""
            yield f"response_model_{option} has {name!r}, which is no field of the declared type{meant}"


def _field_names(tree: TypeTree, node: Node) -> set[str] | None:
    """Return the names that may stand in a selection for values of *node*; None when any may."""
    node = tree.resolve(node)
    if isinstance(node, _SCALARS):
        return set()
    if isinstance(node, ArrayNode):
        return _field_names(tree, node.items)
    if isinstance(node, UnionNode):
        of_options = [_field_names(tree, option) for option in node.options]
        return None if None in of_options else set[str]().union(*filter(None, of_options))
    if not isinstance(node, RecordNode) or node.extra == "allow":
        return None
    return {field.name for field in (*node.fields, *node.computed)} | {"__all__"}
