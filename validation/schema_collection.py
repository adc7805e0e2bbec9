"""First pass: find every record and enum that a document refers to, and in which modes.

Knows type trees only; names and schemas come later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bolide.validation.schema_emitter import Mode
from bolide.validation.tree import (
    AliasNode,
    ArrayNode,
    CustomNode,
    Definition,
    FunctionNode,
    MapNode,
    Node,
    RecordNode,
    RefNode,
    TupleNode,
    TypeTree,
    UnionNode,
    children,
)

__all__ = ["Collection", "collect"]


@dataclass(frozen=True, slots=True)
class Collection:
    """What was found, keyed by :attr:`RefNode.target` in the order of first use.

    Attributes:
        definitions: The record or enum itself.
        modes: In which modes schemas of it are needed.
        references: The targets that its own fields refer to.
    """

    definitions: Mapping[Any, Definition]
    modes: Mapping[Any, frozenset[Mode]]
    references: Mapping[Any, frozenset[Any]]


def collect(uses: Iterable[tuple[TypeTree, Mode]]) -> Collection:
    """Walk every tree of *uses* and return what it reaches."""
    definitions: dict[Any, Definition] = {}
    modes: dict[Any, frozenset[Mode]] = {}
    references: dict[Any, frozenset[Any]] = {}
    for tree, mode in uses:
        here: frozenset[Mode] = frozenset({mode})
        pending = list(_targets(tree.root))
        while pending:
            target = pending.pop(0)
            known = modes.get(target, frozenset[Mode]())
            if here <= known:
                continue
            modes[target] = known | here
            if target not in definitions:
                definition = definitions[target] = tree.definitions[target]
                references[target] = frozenset(_definition_targets(definition))
            pending.extend(_definition_targets(definitions[target]))
    return Collection(definitions, modes, references)


def _definition_targets(definition: Definition) -> Iterator[Any]:
    if isinstance(definition, RecordNode):
        computed = (field.node for field in definition.computed)
        written = (field.serializer for field in (*definition.fields, *definition.computed))
        for node in (*definition.nodes, *computed):
            yield from _targets(node)
        for serializer in (definition.serializer, *written):
            if serializer is not None:
                yield from _targets(serializer.returns)
    elif isinstance(definition, AliasNode):
        yield from _targets(definition.inner)


def _targets(node: Node) -> Iterator[Any]:
    match node:
        case RefNode():
            yield node.target
        case ArrayNode():
            yield from _targets(node.items)
        case MapNode():
            yield from _targets(node.keys)
            yield from _targets(node.values)
        case TupleNode():
            for item in children(node):
                yield from _targets(item)
        case FunctionNode():
            yield from _targets(node.inner)
            if node.accepts is not None:
                yield from _targets(node.accepts)
            if node.serializer is not None:
                yield from _targets(node.serializer.returns)
        case CustomNode():
            yield from _targets(node.wire)
            if node.value is not None:
                yield from _targets(node.value)
        case UnionNode():
            for option in node.options:
                yield from _targets(option)
        case _:
            return
