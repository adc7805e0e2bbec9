"""First pass: find every record and enum that a document refers to, and in which modes.

Knows type trees only; names and schemas come later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bolide.validation.schema_emitter import Mode
from bolide.validation.schema_shared import Shared, is_shared, shared_type
from bolide.validation.tree import (
    AliasNode,
    ArrayNode,
    CustomNode,
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
        definitions: The record, enum, alias or root model itself.
        modes: In which modes schemas of it are needed.
        references: The targets that its own fields refer to.
    """

    definitions: Mapping[Any, Shared]
    modes: Mapping[Any, frozenset[Mode]]
    references: Mapping[Any, frozenset[Any]]


def collect(uses: Iterable[tuple[TypeTree, Mode]]) -> Collection:
    """Walk every tree of *uses* and return what it reaches."""
    definitions: dict[Any, Shared] = {}
    modes: dict[Any, frozenset[Mode]] = {}
    references: dict[Any, frozenset[Any]] = {}
    for tree, mode in uses:
        here: frozenset[Mode] = frozenset({mode})
        pending = list(_targets(tree.root, mode, definitions))
        while pending:
            target = pending.pop(0)
            known = modes.get(target, frozenset[Mode]())
            if here <= known:
                continue
            modes[target] = known | here
            if target not in definitions:
                definitions[target] = tree.definitions[target]
            inner = list(_definition_targets(definitions[target], mode, definitions))
            references[target] = references.get(target, frozenset[Any]()) | frozenset(inner)
            pending.extend(inner)
    return Collection(definitions, modes, references)


def _definition_targets(definition: Shared, mode: Mode, definitions: dict[Any, Shared]) -> Iterator[Any]:
    if isinstance(definition, AliasNode | CustomNode):
        inner = definition.inner if isinstance(definition, AliasNode) else definition
        yield from _inner_targets(inner, mode, definitions)
    if not isinstance(definition, RecordNode):
        return
    for node in definition.nodes:
        yield from _targets(node, mode, definitions)
    if mode == "validation":  # what is computed or written by functions is not read
        return
    for field in definition.computed:
        yield from _targets(field.node, mode, definitions)
    written = (field.serializer for field in (*definition.fields, *definition.computed))
    for serializer in (definition.serializer, *written):
        if serializer is not None:
            yield from _targets(serializer.returns, mode, definitions)


def _targets(node: Node, mode: Mode, definitions: dict[Any, Shared]) -> Iterator[Any]:
    """Yield what *node* refers to; what is used for the first time is added to *definitions*."""
    if (found := shared_type(node)) is not None:
        definitions.setdefault(*found)
        if is_shared(node, definitions) is not None:
            yield found[0]
            return
    yield from _inner_targets(node, mode, definitions)


def _inner_targets(node: Node, mode: Mode, definitions: dict[Any, Shared]) -> Iterator[Any]:
    match node:
        case RefNode():
            yield node.target
        case ArrayNode():
            yield from _targets(node.items, mode, definitions)
        case MapNode():
            yield from _targets(node.keys, mode, definitions)
            yield from _targets(node.values, mode, definitions)
        case TupleNode():
            for item in children(node):
                yield from _targets(item, mode, definitions)
        case FunctionNode():
            yield from _targets(node.inner, mode, definitions)
            if node.accepts is not None:
                yield from _targets(node.accepts, mode, definitions)
            if node.serializer is not None and mode == "serialization":
                yield from _targets(node.serializer.returns, mode, definitions)
        case CustomNode():
            yield from _targets(node.wire, mode, definitions)
            if node.value is not None:
                yield from _targets(node.value, mode, definitions)
        case UnionNode():
            for option in node.options:
                yield from _targets(option, mode, definitions)
        case _:
            return
