"""First pass: find every record and enum that a document refers to, and in which modes.

Knows type trees only; names and schemas come later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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
        foreign: Schemas of another library, with their definitions, and the mode of each.
    """

    definitions: Mapping[Any, Shared]
    modes: Mapping[Any, frozenset[Mode]]
    references: Mapping[Any, frozenset[Any]]
    foreign: tuple[tuple[Mapping[str, Any], Mode], ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """What is found on the way, filled while nodes are walked."""

    definitions: dict[Any, Shared] = field(default_factory=dict[Any, Shared])
    foreign: dict[tuple[int, Mode], tuple[Mapping[str, Any], Mode]] = field(
        default_factory=dict[tuple[int, Mode], tuple[Mapping[str, Any], Mode]]
    )


def collect(uses: Iterable[tuple[TypeTree, Mode]]) -> Collection:
    """Walk every tree of *uses* and return what it reaches."""
    found = _Found()
    definitions = found.definitions
    modes: dict[Any, frozenset[Mode]] = {}
    references: dict[Any, frozenset[Any]] = {}
    for tree, mode in uses:
        here: frozenset[Mode] = frozenset({mode})
        pending = list(_targets(tree.root, mode, found))
        while pending:
            target = pending.pop(0)
            known = modes.get(target, frozenset[Mode]())
            if here <= known:
                continue
            modes[target] = known | here
            if target not in definitions:
                definitions[target] = tree.definitions[target]
            inner = list(_definition_targets(definitions[target], mode, found))
            references[target] = references.get(target, frozenset[Any]()) | frozenset(inner)
            pending.extend(inner)
    return Collection(definitions, modes, references, tuple(found.foreign.values()))


def _definition_targets(definition: Shared, mode: Mode, found: _Found) -> Iterator[Any]:
    if isinstance(definition, AliasNode | CustomNode):
        inner = definition.inner if isinstance(definition, AliasNode) else definition
        yield from _inner_targets(inner, mode, found)
    if not isinstance(definition, RecordNode):
        return
    for node in definition.nodes:
        yield from _targets(node, mode, found)
    if mode == "validation":  # what is computed or written by functions is not read
        return
    for computed in definition.computed:
        yield from _targets(computed.node, mode, found)
    written = (each.serializer for each in (*definition.fields, *definition.computed))
    for serializer in (definition.serializer, *written):
        if serializer is not None:
            yield from _targets(serializer.returns, mode, found)


def _targets(node: Node, mode: Mode, found: _Found) -> Iterator[Any]:
    """Yield what *node* refers to; what is used for the first time is added to *found*."""
    if (shared := shared_type(node)) is not None:
        found.definitions.setdefault(*shared)
        if is_shared(node, found.definitions) is not None:
            yield shared[0]
            return
    yield from _inner_targets(node, mode, found)


def _inner_targets(node: Node, mode: Mode, found: _Found) -> Iterator[Any]:
    match node:
        case RefNode():
            yield node.target
        case ArrayNode():
            yield from _targets(node.items, mode, found)
        case MapNode():
            yield from _targets(node.keys, mode, found)
            yield from _targets(node.values, mode, found)
        case TupleNode():
            for item in children(node):
                yield from _targets(item, mode, found)
        case FunctionNode():
            yield from _targets(node.inner, mode, found)
            if node.accepts is not None:
                yield from _targets(node.accepts, mode, found)
            if node.serializer is not None and mode == "serialization":
                yield from _targets(node.serializer.returns, mode, found)
        case CustomNode():
            if node.spec.json_schema is not None and (id(node.spec), mode) not in found.foreign:
                found.foreign[id(node.spec), mode] = node.spec.json_schema(mode), mode
            yield from _targets(node.wire, mode, found)
            if node.value is not None:
                yield from _targets(node.value, mode, found)
        case UnionNode():
            for option in node.options:
                yield from _targets(option, mode, found)
        case _:
            return
