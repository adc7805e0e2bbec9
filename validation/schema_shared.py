"""Which types beside records and enumerations stand among the definitions of a schema.

Root models do, types that name a definition of theirs, and aliases: the first use defines the name, and a
use that says something else stands inline.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from msgspec.structs import replace

from bolide.validation.hints import describe_hint, is_alias, split_annotated
from bolide.validation.tree import (
    AliasNode,
    CustomNode,
    Definition,
    FunctionNode,
    Node,
    NoneNode,
    RefNode,
    UnionNode,
)

__all__ = ["Shared", "is_shared", "is_titled", "shared_type"]

Shared: TypeAlias = Definition | CustomNode
"""What may stand among definitions."""


def shared_type(node: Node) -> tuple[Any, AliasNode | CustomNode] | None:
    """Return what *node* is the use of and how that is defined, None for what needs no name of its own."""
    if isinstance(node, CustomNode) and node.spec.wraps:
        return node.cls, node
    if isinstance(node, CustomNode) and node.spec.component is not None:
        return node.spec.component, node
    if isinstance(node, RefNode):
        return None
    hint, _ = split_annotated(node.hint)
    if not is_alias(hint) or _refers_to(node, hint):
        return None
    return hint, AliasNode(name=describe_hint(hint), inner=node)


def _refers_to(node: Node, alias: Any) -> bool:
    """Tell whether *node* is functions around a use of *alias*, which contains itself and has a name."""
    while isinstance(node, FunctionNode):
        node = node.inner
    return isinstance(node, RefNode) and node.target == alias


def is_shared(node: Node, definitions: Mapping[Any, Shared]) -> Any:
    """Return the target under which *definitions* hold just what *node* is, None if they do not."""
    found = shared_type(node)
    if found is None:
        return None
    target, definition = found
    known = definitions.get(target)
    return target if known is not None and _says_the_same(known, definition) else None


def is_titled(node: Node, definitions: Mapping[Any, Shared]) -> bool:
    """Tell whether a property of this type gets a title: not if it is a component, or one or null."""
    if is_shared(node, definitions) is not None:
        return False
    if isinstance(node, UnionNode):
        options = [option for option in node.options if not isinstance(option, NoneNode)]
        return len(options) != 1 or is_titled(options[0], definitions)
    if isinstance(node, FunctionNode):
        return is_titled(node.inner, definitions)
    if isinstance(node, CustomNode) and node.spec.json_schema is not None:
        return not node.spec.is_record
    return not isinstance(node, RefNode)


def _says_the_same(known: Shared, definition: AliasNode | CustomNode) -> bool:
    if isinstance(known, CustomNode) and isinstance(definition, CustomNode):
        # A class may make its description anew for every hint; its name in schemas is the same then.
        same_name = known.spec.component is not None and known.spec.component == definition.spec.component
        known = replace(known, spec=definition.spec) if same_name else known
    return _plain(known) == _plain(definition)


def _plain(definition: Shared) -> Shared:
    """Return *definition* without what says nothing in a schema."""
    if isinstance(definition, AliasNode):
        return replace(definition, inner=replace(definition.inner, strict=None))
    return replace(definition, strict=None)
