"""Print how walkers read arrays, tuples and maps.

Owns the sizes: when they are checked, and that a container with bad items reports the items only.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from bolide.validation import shapes
from bolide.validation.hashing import has_chosen_hash
from bolide.validation.tree import (
    AnyNode,
    ArrayNode,
    MapNode,
    Node,
    RefNode,
    TupleNode,
    UnionNode,
)
from bolide.validation.walker_context import Place, WalkerContext

__all__ = ["PrintValue", "print_array", "print_map", "print_tuple"]

PrintValue: TypeAlias = Callable[[Node, Place], None]

# Container → error type, word in messages about its size.
_CONTAINERS: Final[Mapping[type, tuple[str, str]]] = {
    list: ("list_type", "List"),
    tuple: ("tuple_type", "Tuple"),
    set: ("set_type", "Set"),
    frozenset: ("frozen_set_type", "Frozenset"),
}

# Values of these may be, or contain, something that has no hash.
_MAYBE_UNHASHABLE = (AnyNode, ArrayNode, MapNode, RefNode, TupleNode, UnionNode)


def print_array(context: WalkerContext, node: ArrayNode, place: Place, print_value: PrintValue) -> None:
    """Print the statements that read a list, set, frozenset or homogeneous tuple."""
    items, index, entry, item = context.locals("items", "index", "entry", "item")
    is_set = node.container in (set, frozenset)
    _print_items(context, place, node.container, items)
    before = ""
    if node.min_items is not None or node.max_items is not None:
        (before,) = context.locals("before")
        context.line(f"{before} = len(errors)")
    may_be_unhashable = isinstance(node.items, _MAYBE_UNHASHABLE)
    grows_set = is_set and not may_be_unhashable and not has_chosen_hash(node.items)
    context.line(f"{place.target} = {'set()' if grows_set else '[]'}")
    with context.source.block(f"if {items} is not {context.invalid}:"):
        if node.max_items is not None and not is_set:
            with context.source.block(f"if len({items}) > {node.max_items}:"):
                _print_size_error(context, node.container, place, ("max_length", node.max_items), items)
                context.line(f"{items} = ()")
        with context.source.block(f"for {index}, {entry} in enumerate({items}):"):
            inner = place.inside(index, entry, item)
            print_value(node.items, inner)
            if is_set and may_be_unhashable:
                append = context.function(shapes.append_hashable)
                context.line(f"{append}({place.target}, {item}, {entry}, {inner.loc_text}, errors)")
            else:
                context.line(f"{place.target}.{'add' if grows_set else 'append'}({item})")
        if is_set and not grows_set:
            collect = context.function(shapes.set_of)
            context.line(f"{place.target} = {collect}({place.target}, {place.raw}, {place.loc_text}, errors)")
        _print_array_sizes(context, node, place, before)
        if node.container in (tuple, frozenset):
            context.line(f"{place.target} = {node.container.__name__}({place.target})")


def _print_items(context: WalkerContext, place: Place, container: type, items: str) -> None:
    """Print the statement that sets *items* to a sequence, or to INVALID."""
    error_type = _CONTAINERS[container][0]
    open_items = context.function(shapes.strict_items if context.options.strict else shapes.lax_items)
    call = f"{open_items}({place.raw}, {error_type!r}, {place.loc_text}, errors)"
    context.line(f"{items} = {place.raw} if type({place.raw}) is list else {call}")


def _print_array_sizes(context: WalkerContext, node: ArrayNode, place: Place, before: str) -> None:
    if node.container in (set, frozenset) and node.max_items is not None:
        # A set stops at the first item too many, whatever was wrong with the others.
        context.line(f"{place.target}.discard({context.invalid})")
        with context.source.block(f"if len({place.target}) > {node.max_items}:"):
            context.line(f"del errors[{before}:]")
            _print_size_error(context, node.container, place, ("max_length", node.max_items), None)
    if node.min_items is not None:
        too_few = f"len({place.target}) < {node.min_items}"
        with context.source.block(f"if len(errors) == {before} and {too_few}:"):
            _print_size_error(context, node.container, place, ("min_length", node.min_items), place.target)


def _print_size_error(
    context: WalkerContext, container: type, place: Place, bound: tuple[str, int], counted: str | None
) -> None:
    """Print the report of a wrong size; *counted* is the variable whose length is the actual one."""
    word = "Dictionary" if container is dict else _CONTAINERS[container][1]
    error_type = "too_long" if bound[0] == "max_length" else "too_short"
    actual = "None" if counted is None else f"len({counted})"
    ctx = f"field_type={word!r}, {bound[0]}={bound[1]}, actual_length={actual}"
    context.line(f"{context.report}(errors, {error_type!r}, {place.loc_text}, {place.raw}, {ctx})")


def print_tuple(context: WalkerContext, node: TupleNode, place: Place, print_value: PrintValue) -> None:
    """Print the statements that read a tuple with one type per position."""
    (items,) = context.locals("items")
    size = len(node.items)
    _print_items(context, place, tuple, items)
    context.line(f"{place.target} = {context.invalid}")
    with context.source.block(f"if {items} is not {context.invalid} and len({items}) > {size}:"):
        _print_size_error(context, tuple, place, ("max_length", size), items)
    with context.source.block(f"elif {items} is not {context.invalid}:"):
        targets = [
            _print_position(context, place, (items, index), functools.partial(print_value, item))
            for index, item in enumerate(node.items)
        ]
        comma = "," if size == 1 else ""
        context.line(f"{place.target} = ({', '.join(targets)}{comma})")


def _print_position(
    context: WalkerContext, place: Place, position: tuple[str, int], print_item: Callable[[Place], None]
) -> str:
    """Print the statements for one position of a tuple; return the variable that holds its value."""
    items, index = position
    entry, item = context.locals("entry", "item")
    inner = place.inside(str(index), entry, item)
    with context.source.block(f"if len({items}) > {index}:"):
        context.line(f"{entry} = {items}[{index}]")
        print_item(inner)
    with context.source.block("else:"):
        context.line(f"{item} = {context.invalid}")
        context.print_report("missing", inner.loc_text, place.raw)
    return item


def print_map(context: WalkerContext, node: MapNode, place: Place, print_value: PrintValue) -> None:
    """Print the statements that read a dictionary."""
    mapping, key, entry, name, item = context.locals("mapping", "key", "entry", "name", "item")
    open_mapping = context.function(shapes.strict_mapping if context.options.strict else shapes.lax_mapping)
    call = f"{open_mapping}({place.raw}, {place.loc_text}, errors)"
    context.line(f"{mapping} = {place.raw} if type({place.raw}) is dict else {call}")
    can_collide = has_chosen_hash(node.keys)
    before = ""
    if node.min_properties is not None or node.max_properties is not None:
        (before,) = context.locals("before")
        context.line(f"{before} = len(errors)")
    context.line(f"{place.target} = {'[]' if can_collide else '{}'}")
    with context.source.block(f"if {mapping} is not {context.invalid}:"):
        with context.source.block(f"for {key}, {entry} in {mapping}.items():"):
            inner = place.inside(f"{context.function(shapes.key_loc)}({key})", entry, item)
            # Keys of JSON objects are text, also under strict rules.
            print_value(node.keys, Place(key, name, (*inner.loc, "'[key]'"), True))
            print_value(node.values, inner)
            pair = f".append(({name}, {item}))" if can_collide else f"[{name}] = {item}"
            context.line(f"{place.target}{pair}")
        if can_collide:
            collect = context.function(shapes.map_of)
            context.line(f"{place.target} = {collect}({place.target}, {place.raw}, {place.loc_text}, errors)")
        _print_map_sizes(context, node, place, before)


def _print_map_sizes(context: WalkerContext, node: MapNode, place: Place, before: str) -> None:
    for name, bound, sign in (
        ("min_length", node.min_properties, "<"),
        ("max_length", node.max_properties, ">"),
    ):
        if bound is not None:
            with context.source.block(f"if len(errors) == {before} and len({place.target}) {sign} {bound}:"):
                counted = place.target if name == "min_length" else None
                _print_size_error(context, dict, place, (name, bound), counted)
