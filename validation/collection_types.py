"""What the standard library's collections become, and what messages call them.

One table for arrays and one for maps. Knows nodes, but not how anything is printed.
"""

from __future__ import annotations

import collections
import collections.abc
import typing
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from bolide.validation.hints import TypeHintError, describe_hint
from bolide.validation.tree import (
    ArrayNode,
    BoolNode,
    FloatNode,
    IntNode,
    MapNode,
    Node,
    StrNode,
)

__all__ = [
    "ARRAYS",
    "MAPS",
    "ArrayKind",
    "array_words",
    "default_factory_of",
    "lookup",
    "map_words",
    "tuple_positions",
]


class ArrayKind(NamedTuple):
    """What an array becomes, and the protocol that the hint asks for where it names no class."""

    container: Any
    protocol: Literal["sequence", "iterable"] | None = None


# Abstract collections become the concrete type that JSON decoding makes of them.
ARRAYS: Final[Mapping[Any, ArrayKind]] = {
    list: ArrayKind(list),
    set: ArrayKind(set),
    frozenset: ArrayKind(frozenset),
    collections.deque: ArrayKind(collections.deque),
    collections.abc.Sequence: ArrayKind(list, "sequence"),
    collections.abc.MutableSequence: ArrayKind(list),
    collections.abc.Collection: ArrayKind(list),
    collections.abc.Set: ArrayKind(frozenset),
    collections.abc.MutableSet: ArrayKind(set),
    collections.abc.Iterable: ArrayKind(list, "iterable"),
    collections.abc.Iterator: ArrayKind(list, "iterable"),
    collections.abc.Generator: ArrayKind(list, "iterable"),
}

MAPS: Final[Mapping[Any, Any]] = {
    dict: dict,
    collections.abc.Mapping: dict,
    collections.abc.MutableMapping: dict,
    collections.OrderedDict: collections.OrderedDict,
    collections.defaultdict: collections.defaultdict,
    collections.Counter: collections.Counter,
    collections.ChainMap: collections.ChainMap,
    MappingProxyType: MappingProxyType,
}

# Container → error type, word in messages about its size.
_ARRAY_WORDS: Final[Mapping[type, tuple[str, str]]] = {
    list: ("list_type", "List"),
    tuple: ("tuple_type", "Tuple"),
    set: ("set_type", "Set"),
    frozenset: ("frozen_set_type", "Frozenset"),
    collections.deque: ("deque_type", "Deque"),
}
_PROTOCOL_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "sequence": ("is_instance_of", "Value"),
    "iterable": ("iterable_type", "Value"),
}
_MAP_WORDS: Final[Mapping[type, tuple[str, str]]] = {
    collections.OrderedDict: ("ordered_dict_type", "OrderedDict"),
    collections.Counter: ("counter_type", "Counter"),
}

# Types of values that a defaultdict can make by itself.
_SCALAR_FACTORIES: Final[Mapping[type[Node], Callable[[], Any]]] = {
    BoolNode: bool,
    IntNode: int,
    FloatNode: float,
    StrNode: str,
}
_MAP_FACTORIES: Final = (dict, collections.OrderedDict, collections.Counter)


def lookup(table: Mapping[Any, Any], hint: Any) -> Any:
    """Return what *table* holds for *hint*, None when it holds nothing."""
    try:
        return table.get(hint)
    except TypeError:  # an unhashable object is no hint that stands in a table
        return None


def array_words(container: Any, protocol: str | None = None) -> tuple[str, str]:
    """Return the error type of a value that is no such array, and the word for its size."""
    return _ARRAY_WORDS[container] if protocol is None else _PROTOCOL_WORDS[protocol]


def map_words(container: Any) -> tuple[str, str]:
    """Return the error type of a value that is no such map, and the word for its size."""
    return _MAP_WORDS.get(container, ("dict_type", "Dictionary"))


def default_factory_of(values: Node) -> Callable[[], Any] | None:
    """Return what makes the missing values of a ``defaultdict``, None where it cannot be told."""
    if isinstance(values, ArrayNode):
        return values.container
    if isinstance(values, MapNode):
        return values.container if values.container in _MAP_FACTORIES else None
    return _SCALAR_FACTORIES.get(type(values))


def tuple_positions(arguments: tuple[Any, ...]) -> Iterator[tuple[Any, bool]]:
    """Iterate over the hints of a tuple's positions, and whether each stands for any number of them.

    Raises:
        TypeHintError: Something is unpacked that is no tuple.
    """
    if len(arguments) == 2 and arguments[1] is ...:
        yield arguments[0], True
        return
    for argument in arguments:
        is_unpack = typing.get_origin(argument) is typing.Unpack
        if not is_unpack and not getattr(argument, "__unpacked__", False):
            yield argument, False
            continue
        inner = typing.get_args(argument)[0] if is_unpack else argument
        if typing.get_origin(inner) is not tuple:
            raise TypeHintError(f"{describe_hint(inner)} is unpacked, but no tuple")
        yield from tuple_positions(typing.get_args(inner))
