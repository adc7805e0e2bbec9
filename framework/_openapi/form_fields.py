"""Types of fields of strict forms: text has no word for null, so that none of them may be null.

Other forms are described as FastAPI describes them.
"""

from __future__ import annotations

from msgspec.structs import replace

from bolide._planning.parameter_models import parameter_model_fields
from bolide._planning.plan import Input, RoutePlan
from bolide._planning.readings import Group
from bolide.validation.tree import ArrayNode, Node, NoneNode, RecordNode, TypeTree, UnionNode

__all__ = ["forbids_others", "stands_as_members", "text_tree"]


def stands_as_members(plan: RoutePlan, each: Input) -> bool:
    """Tell whether the model that a form is must be described by its members: its component has null."""
    if not plan.route.layer.strict or not isinstance(each.reading, Group):
        return False
    if not isinstance(each.shown_tree.resolve(each.shown_tree.root), RecordNode):
        return False  # of a union of models each has members of its own
    read_as_json = {field.key for field in each.reading.fields if field.is_json}
    fields = parameter_model_fields(each.shown_tree, each.location)
    return any(one.names[0] not in read_as_json and text_tree(one.tree) is not one.tree for one in fields)


def forbids_others(each: Input) -> bool:
    """Tell whether the model of a form takes no other fields than its own."""
    root = each.shown_tree.resolve(each.shown_tree.root)
    return isinstance(root, RecordNode) and root.extra == "forbid"


def text_tree(tree: TypeTree) -> TypeTree:
    """Return *tree* without the option null, also of items; the same if there is none."""
    root = _without_null(tree.root)
    return tree if root is tree.root else TypeTree(root, tree.definitions)


def _without_null(node: Node) -> Node:
    if isinstance(node, UnionNode):
        rest = [option for option in node.options if not isinstance(option, NoneNode)]
        if rest and len(rest) < len(node.options):
            if len(rest) > 1:
                return replace(node, options=tuple(rest))
            return replace(rest[0], documentation=node.documentation or rest[0].documentation)
    if isinstance(node, ArrayNode) and (items := _without_null(node.items)) is not node.items:
        return replace(node, items=items)
    return node
