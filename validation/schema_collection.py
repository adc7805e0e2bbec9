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
        pending = list(_targets(tree.root, mode))
        while pending:
            target = pending.pop(0)
            known = modes.get(target, frozenset[Mode]())
            if here <= known:
                continue
            modes[target] = known | here
            definition = definitions.setdefault(target, tree.definitions[target])
            inner = list(_definition_targets(definition, mode))
            references[target] = references.get(target, frozenset[Any]()) | frozenset(inner)
            pending.extend(inner)
    return Collection(definitions, modes, references)


def _definition_targets(definition: Definition, mode: Mode) -> Iterator[Any]:
    if isinstance(definition, AliasNode):
        yield from _targets(definition.inner, mode)
    if not isinstance(definition, RecordNode):
        return
    for node in definition.nodes:
        yield from _targets(node, mode)
    if mode == "validation":  # what is computed or written by functions is not read
        return
    for field in definition.computed:
        yield from _targets(field.node, mode)
    written = (field.serializer for field in (*definition.fields, *definition.computed))
    for serializer in (definition.serializer, *written):
        if serializer is not None:
            yield from _targets(serializer.returns, mode)


def _targets(node: Node, mode: Mode) -> Iterator[Any]:
    match node:
        case RefNode():
            yield node.target
        case ArrayNode():
            yield from _targets(node.items, mode)
        case MapNode():
            yield from _targets(node.keys, mode)
            yield from _targets(node.values, mode)
        case TupleNode():
            for item in children(node):
                yield from _targets(item, mode)
        case FunctionNode():
            yield from _targets(node.inner, mode)
            if node.accepts is not None:
                yield from _targets(node.accepts, mode)
            if node.serializer is not None and mode == "serialization":
                yield from _targets(node.serializer.returns, mode)
        case CustomNode():
            yield from _targets(node.wire, mode)
            if node.value is not None:
                yield from _targets(node.value, mode)
        case UnionNode():
            for option in node.options:
                yield from _targets(option, mode)
        case _:
            return
