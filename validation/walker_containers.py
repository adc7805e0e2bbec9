"""Print how walkers read arrays, tuples and maps.

Owns the sizes: when they are checked, that a container with bad items reports the items only, and where one
that fails fast ends.
"""

from __future__ import annotations

import collections
import functools
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, NamedTuple, TypeAlias

import msgspec

from bolide.validation import shapes
from bolide.validation.collection_types import array_words, map_words
from bolide.validation.hashing import has_chosen_hash
from bolide.validation.tree import (
    AnyNode,
    ArrayNode,
    CustomNode,
    FunctionNode,
    MapNode,
    Node,
    RefNode,
    TupleNode,
    UnionNode,
)
from bolide.validation.unions import read_or_omit
from bolide.validation.walker_context import Place, WalkerContext

__all__ = ["PrintValue", "print_array", "print_map", "print_tuple"]

PrintValue: TypeAlias = Callable[[Node, Place], None]

# Values of these may be, or contain, something that has no hash.
_MAYBE_UNHASHABLE = (AnyNode, ArrayNode, CustomNode, FunctionNode, MapNode, RefNode, TupleNode, UnionNode)


class ItemPrinting(NamedTuple):
    """Prints how the items of collections, and keys and values of maps, are read.

    Args:
        context: Where to print.
        print_value: Prints how a value is read.
        branch_function: Returns the name of the function that reads a node; takes whether it is from text.
        passed: Returns the further arguments of such a function, for a place and a depth.
        convertible: The records that msgspec converts as the walker does.
    """

    context: WalkerContext
    print_value: PrintValue
    branch_function: Callable[[Node, bool], str]
    passed: Callable[[Place, str], str]
    convertible: frozenset[Any]

    def print(self, node: Node, place: Place, *, omits: bool | None) -> None:
        """Print how *node* is read; with *omits*, what is not valid becomes INVALID without an error."""
        context = self.context
        if omits:
            walk = self.branch_function(node, place.from_text)
            read = context.function(read_or_omit)
            passed = self.passed(place, "depth + 1")
            context.line(f"{place.target} = {read}({walk}, {place.raw}, {place.loc_text}, errors{passed})")
            return
        if not isinstance(node, RefNode) or node.target not in self.convertible:
            self.print_value(node, place)
            return
        # hot: a record is converted first; one bad record of 100, 290 µs without, 130 with.
        convert, cls = context.function(msgspec.convert), context.type(node.target)
        with context.source.block("try:"):
            context.line(f"{place.target} = {convert}({place.raw}, {cls})")
        with context.source.block("except Exception:"):
            self.print_value(node, place)


def print_array(context: WalkerContext, node: ArrayNode, place: Place, printing: ItemPrinting) -> None:
    """Print the statements that read a list, set, frozenset or homogeneous tuple."""
    items, index, entry, item = context.locals("items", "index", "entry", "item")
    is_set = node.container in (set, frozenset)
    error_type, word = array_words(node.container, node.protocol)
    _print_items(context, node, place, error_type, items)
    before = _print_count(context, node.min_items, node.max_items, node.fail_fast or None)
    may_be_unhashable = isinstance(node.items, _MAYBE_UNHASHABLE)
    grows_set = is_set and not may_be_unhashable and not has_chosen_hash(node.items)
    context.line(f"{place.target} = {'set()' if grows_set else '[]'}")
    with context.source.block(f"if {items} is not {context.invalid}:"):
        is_bounded = node.max_items is not None and not is_set
        is_counted = node.fail_fast or node.omits  # only what is read counts
        if is_bounded and not is_counted:
            with context.source.block(f"if len({items}) > {node.max_items}:"):
                _print_size_error(context, word, place, ("max_length", node.max_items), items)
                context.line(f"{items} = ()")
        read = f"{items}[:{node.max_items}]" if is_bounded and is_counted and not node.omits else items
        with context.source.block(f"for {index}, {entry} in enumerate({read}):"):
            inner = place.inside(index, entry, item)
            printing.print(node.items, inner, omits=node.omits)
            with (
                context.source.block(f"if {item} is not {context.invalid}:") if node.omits else nullcontext()
            ):
                if is_set and may_be_unhashable:
                    append = context.function(shapes.append_hashable)
                    context.line(f"{append}({place.target}, {item}, {entry}, {inner.loc_text}, errors)")
                else:
                    context.line(f"{place.target}.{'add' if grows_set else 'append'}({item})")
            if node.fail_fast:
                _print_break(context, before)
        if is_bounded and is_counted:
            counted = place.target if node.omits else items
            with context.source.block(f"if len(errors) == {before} and len({counted}) > {node.max_items}:"):
                _print_size_error(context, word, place, ("max_length", node.max_items), items)
        if is_set and not grows_set:
            collect = context.function(shapes.set_of)
            context.line(f"{place.target} = {collect}({place.target}, {place.raw}, {place.loc_text}, errors)")
        _print_array_sizes(context, node, place, (word, before))
        if node.container in (tuple, frozenset):
            context.line(f"{place.target} = {node.container.__name__}({place.target})")
        elif node.container is collections.deque:
            collect = context.function(shapes.deque_of)
            context.line(f"{place.target} = {collect}({place.target}, {place.raw})")


def _print_items(context: WalkerContext, node: Node, place: Place, error_type: str, items: str) -> None:
    """Print the statement that sets *items* to a sequence, or to INVALID."""
    opening = shapes.strict_items if context.is_strict(node) else shapes.lax_items
    open_items = context.function(shapes.sequence_items if error_type == "is_instance_of" else opening)
    call = f"{open_items}({place.raw}, {error_type!r}, {place.loc_text}, errors)"
    context.line(f"{items} = {place.raw} if type({place.raw}) is list else {call}")


def _print_array_sizes(context: WalkerContext, node: ArrayNode, place: Place, known: tuple[str, str]) -> None:
    """Print the checks after the items; *known* holds the word for sizes and the variable ``before``."""
    word, before = known
    if node.container in (set, frozenset) and node.max_items is not None:
        # A set stops at the first item too many, whatever was wrong with the others.
        context.line(f"{place.target}.discard({context.invalid})")
        with context.source.block(f"if len({place.target}) > {node.max_items}:"):
            context.line(f"del errors[{before}:]")
            _print_size_error(context, word, place, ("max_length", node.max_items), None)
    if node.min_items is not None:
        too_few = f"len({place.target}) < {node.min_items}"
        with context.source.block(f"if len(errors) == {before} and {too_few}:"):
            _print_size_error(context, word, place, ("min_length", node.min_items), place.target)


def _print_count(context: WalkerContext, *reasons: object) -> str:
    """Print the statement that counts the errors so far, if there is a reason; return the variable."""
    if all(reason is None for reason in reasons):
        return ""
    (before,) = context.locals("before")
    context.line(f"{before} = len(errors)")
    return before


def _print_break(context: WalkerContext, before: str) -> None:
    with context.source.block(f"if len(errors) != {before}:"):
        context.line("break")


def _print_size_error(
    context: WalkerContext, word: str, place: Place, bound: tuple[str, int | None], counted: str | None
) -> None:
    """Print the report of a wrong size; *counted* is the variable whose length is the actual one."""
    error_type = "too_long" if bound[0] == "max_length" else "too_short"
    actual = "None" if counted is None else f"len({counted})"
    ctx = f"field_type={word!r}, {bound[0]}={bound[1]}, actual_length={actual}"
    context.line(f"{context.report}(errors, {error_type!r}, {place.loc_text}, {place.raw}, {ctx})")


def print_tuple(context: WalkerContext, node: TupleNode, place: Place, print_value: PrintValue) -> None:
    """Print the statements that read a tuple with one type per position."""
    (items,) = context.locals("items")
    _print_items(context, node, place, "tuple_type", items)
    before = _print_count(context, node.min_items, node.fail_fast or None)
    context.line(f"{place.target} = {context.invalid}")
    most = len(node.items) if node.rest is None else node.max_items
    header = f"if {items} is not {context.invalid}"
    is_checked_last = node.rest is None and node.fail_fast
    if most is not None and not is_checked_last:
        with context.source.block(f"{header} and len({items}) > {most}:"):
            _print_size_error(context, "Tuple", place, ("max_length", most), items)
        header = f"el{header}"
    with context.source.block(f"{header}:"):
        printing = _TuplePrinting(context, place, items, before if node.fail_fast else "")
        targets = [
            printing.position(str(index), functools.partial(print_value, item))
            for index, item in enumerate(node.items)
        ]
        if node.rest is not None:
            targets += printing.rest(node, node.rest, print_value)
        comma = "," if len(targets) == 1 else ""
        context.line(f"{place.target} = ({', '.join(targets)}{comma})")
        if is_checked_last:
            with context.source.block(f"if len(errors) == {before} and len({items}) > {most}:"):
                _print_size_error(context, "Tuple", place, ("max_length", most), items)
        if node.min_items is not None:
            with context.source.block(f"if len(errors) == {before} and len({items}) < {node.min_items}:"):
                _print_size_error(context, "Tuple", place, ("min_length", node.min_items), items)


class _TuplePrinting(NamedTuple):
    """Prints how the positions of one tuple are read.

    *items* is the variable that holds the input. *before* is that of the number of errors which ends reading
    when it has changed, or ``""``.
    """

    context: WalkerContext
    place: Place
    items: str
    before: str

    def position(self, index: str, print_item: Callable[[Place], None]) -> str:
        """Print the statements for one position; return the variable that holds its value."""
        entry, item = self.context.locals("entry", "item")
        inner = self.place.inside(index, entry, item)
        if not self.before:
            self._given_or_missing(index, inner, print_item)
            return item
        self.context.line(f"{item} = {self.context.invalid}")
        with self.context.source.block(f"if len(errors) == {self.before}:"):
            self._given_or_missing(index, inner, print_item)
        return item

    def _given_or_missing(self, index: str, inner: Place, print_item: Callable[[Place], None]) -> None:
        context = self.context
        with context.source.block(f"if len({self.items}) > {index}:"):
            context.line(f"{inner.raw} = {self.items}[{index}]")
            print_item(inner)
        with context.source.block("else:"):
            if not self.before:
                context.line(f"{inner.target} = {context.invalid}")
            context.print_report("missing", inner.loc_text, self.place.raw)

    def rest(self, node: TupleNode, repeated: Node, print_value: PrintValue) -> list[str]:
        """Print the statements for what follows the first positions; return what the tuple ends with."""
        context, items = self.context, self.items
        rest, end, index, entry, item = context.locals("rest", "end", "index", "entry", "item")
        context.line(f"{rest} = []")
        context.line(f"{end} = max({len(node.items)}, len({items}) - {len(node.suffix)})")
        with context.source.block(f"for {index} in range({len(node.items)}, {end}):"):
            if self.before:
                _print_break(context, self.before)
            context.line(f"{entry} = {items}[{index}]")
            print_value(repeated, self.place.inside(index, entry, item))
            context.line(f"{rest}.append({item})")
        last = [
            self.position(f"{end} + {offset}", functools.partial(print_value, inner))
            for offset, inner in enumerate(node.suffix)
        ]
        return [f"*{rest}", *last]


def print_map(context: WalkerContext, node: MapNode, place: Place, printing: ItemPrinting) -> None:
    """Print the statements that read a dictionary."""
    mapping, key, entry, name, item = context.locals("mapping", "key", "entry", "name", "item")
    open_mapping = context.function(shapes.strict_mapping if context.is_strict(node) else shapes.lax_mapping)
    error_type, _ = map_words(node.container)
    call = f"{open_mapping}({place.raw}, {error_type!r}, {place.loc_text}, errors)"
    context.line(f"{mapping} = {place.raw} if type({place.raw}) is dict else {call}")
    can_collide = has_chosen_hash(node.keys)
    before = _print_count(context, node.min_properties, node.max_properties, node.fail_fast or None)
    start, valid = context.locals("start", "valid")
    is_bounded = node.max_properties is not None
    context.line(f"{place.target} = {'[]' if can_collide else '{}'}")
    if is_bounded:
        context.line(f"{valid} = 0")
    with context.source.block(f"if {mapping} is not {context.invalid}:"):
        with context.source.block(f"for {key}, {entry} in {mapping}.items():"):
            if is_bounded:
                context.line(f"{start} = len(errors)")
            inner = place.inside(f"{context.function(shapes.key_loc)}({key})", entry, item)
            # Keys of JSON objects are text, also under strict rules.
            keys = inner.inside("'[key]'", key, name)
            for part, at, omits in (
                (node.keys, keys._replace(from_text=True), node.omits_keys),
                (node.values, inner, node.omits_values),
            ):
                printing.print(part, at, omits=omits)
                if omits:
                    with context.source.block(f"if {at.target} is {context.invalid}:"):
                        context.line("continue")
                elif node.fail_fast:
                    _print_break(context, before)
            if _is_made(node.keys):
                check = context.function(shapes.hashable_key)
                context.line(f"{name} = {check}({name}, {key}, {keys.loc_text}, errors)")
                if node.fail_fast:
                    _print_break(context, before)
            pair = f".append(({name}, {item}))" if can_collide else f"[{name}] = {item}"
            context.line(f"{place.target}{pair}")
            if is_bounded:
                context.line(f"{valid} += len(errors) == {start}")
        if can_collide:
            collect = context.function(shapes.map_of)
            context.line(f"{place.target} = {collect}({place.target}, {place.raw}, {place.loc_text}, errors)")
        _print_map_sizes(context, node, place, (before, valid))
        if node.container is not dict:
            container = context.type(node.container)
            factory = ""
            if node.container is collections.defaultdict:
                bound = node.default_factory
                factory = "None, " if bound is None else f"{context.namespace.bind('make_value', bound)}, "
            context.line(f"{place.target} = {container}({factory}{place.target})")


def _is_made(key: Node) -> bool:
    """Tell whether a function makes *key*: other keys come from a dictionary, and have a hash."""
    if isinstance(key, UnionNode):
        return any(map(_is_made, key.options))
    return isinstance(key, CustomNode | FunctionNode)


def _print_map_sizes(context: WalkerContext, node: MapNode, place: Place, counts: tuple[str, str]) -> None:
    """Print the checks of sizes; *counts* holds the variables of errors before, and of valid entries."""
    before, valid = counts
    _, word = map_words(node.container)
    for name, bound, sign in (
        ("min_length", node.min_properties, "<"),
        ("max_length", node.max_properties, ">"),
    ):
        if bound is not None:
            # A map stops at the first valid entry too many, whatever was wrong with the others.
            test = f"{valid} > {bound}" if name == "max_length" else f"len(errors) == {before}"
            with context.source.block(f"if len({place.target}) {sign} {bound} and {test}:"):
                if name == "max_length":
                    context.line(f"del errors[{before}:]")
                counted = place.target if name == "min_length" else None
                _print_size_error(context, word, place, (name, bound), counted)
