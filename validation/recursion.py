"""Tell whether the records of a type tree can contain themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bolide.validation.tree import Node, RecordNode, RefNode, TypeTree, children

__all__ = ["is_recursive"]


def is_recursive(tree: TypeTree) -> bool:
    """Tell whether some record of *tree* can contain itself."""
    reached: dict[Any, set[Any]] = {}
    for target, definition in tree.definitions.items():
        reached[target] = set(_targets_of(definition))
    return any(target in _closure(target, reached) for target in reached)


def _targets_of(node: Node) -> list[Any]:
    found: list[Any] = []
    for child in node.nodes if isinstance(node, RecordNode) else children(node):
        found += [child.target] if isinstance(child, RefNode) else _targets_of(child)
    return found


def _closure(start: Any, reached: Mapping[Any, set[Any]]) -> set[Any]:
    seen: set[Any] = set()
    waiting = list(reached[start])
    while waiting:
        target = waiting.pop()
        if target not in seen:
            seen.add(target)
            waiting.extend(reached[target])
    return seen
