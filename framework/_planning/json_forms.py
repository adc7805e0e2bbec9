"""Know the types whose values no JSON holds."""

from __future__ import annotations

from bolide.validation.tree import CustomNode, NoneNode, TypeTree, UnionNode

__all__ = ["has_no_json"]


def has_no_json(tree: TypeTree) -> bool:
    """Tell whether the type has only functions or classes as its values."""
    options = tree.root.options if isinstance(tree.root, UnionNode) else (tree.root,)
    kinds = [option for option in options if not isinstance(option, NoneNode)]
    return bool(kinds) and all(
        isinstance(option, CustomNode) and (option.spec.label or "").startswith(("callable", "is-subclass"))
        for option in kinds
    )
