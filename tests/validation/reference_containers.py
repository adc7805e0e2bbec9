"""The reference interpreter's rules of arrays, tuples and dictionaries."""

from __future__ import annotations

import collections
import dataclasses
import types
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from bolide.validation.errors import (
    ErrorDetails,
    Loc,
    append_error,
)
from bolide.validation.lax import INVALID
from bolide.validation.tree import (
    ArrayNode,
    MapNode,
    Node,
    TupleNode,
)
from tests.validation.reference_parts import (
    FAILED,
    Found,
    Reader,
    together,
)

CONTAINERS: dict[Any, tuple[str, str]] = {
    list: ("list_type", "List"),
    tuple: ("tuple_type", "Tuple"),
    set: ("set_type", "Set"),
    frozenset: ("frozen_set_type", "Frozenset"),
    collections.deque: ("deque_type", "Deque"),
    "sequence": ("is_instance_of", "Value"),
    "iterable": ("iterable_type", "Value"),
}


# Dictionaries, and what is made of dictionaries.
STRICT_MAPS = (dict, collections.ChainMap, types.MappingProxyType)

MAPS: dict[type, tuple[str, str]] = {
    collections.OrderedDict: ("ordered_dict_type", "OrderedDict"),
    collections.Counter: ("counter_type", "Counter"),
}


def open_items(
    reader: Reader, node: Node, raw: Any, container: Any, loc: Loc, errors: list[ErrorDetails]
) -> list[Any] | None:
    if container == "sequence":
        if isinstance(raw, (str, bytes, bytearray)):
            append_error(errors, "sequence_str", loc, raw, type_name=type(raw).__name__)
        elif not isinstance(raw, Sequence):
            append_error(errors, "is_instance_of", loc, raw, **{"class": "Sequence"})
        else:
            return list(raw)
        return None
    if reader.is_strict(node) and container != "iterable":
        is_array = isinstance(raw, (list, container))
    else:
        is_array = isinstance(raw, Iterable) and not isinstance(raw, (str, bytes, bytearray, Mapping))
    if is_array:
        return list(raw)
    append_error(errors, CONTAINERS[container][0], loc, raw)
    return None


def read_array(reader: Reader, node: ArrayNode, raw: Any, loc: Loc, errors: list[ErrorDetails]) -> Found:
    items = open_items(reader, node, raw, node.protocol or node.container, loc, errors)
    if items is None:
        return FAILED
    word = CONTAINERS[node.protocol or node.container][1]
    is_set = node.container in (set, frozenset)
    given = items
    if node.omits:
        items = [item for item in given if reader.is_valid(node.items, item)]
    is_too_long = node.max_items is not None and not is_set and len(items) > node.max_items
    if is_too_long and node.fail_fast:
        unbounded = replace(node, min_items=None, max_items=None)
        before = len(errors)
        read_array(reader, unbounded, items[: node.max_items], loc, errors)
        if len(errors) != before:
            return FAILED
    if is_too_long:
        ctx = {"field_type": word, "max_length": node.max_items, "actual_length": len(given)}
        append_error(errors, "too_long", loc, raw, **ctx)
        return FAILED
    own: list[ErrorDetails] = []
    found: list[Found] = []
    for index, item in enumerate(items):
        each = reader.read(node.items, item, (*loc, index), own)
        if is_set and not has_hash(each.value):
            append_error(own, "set_item_not_hashable", (*loc, index), item)
        else:
            found.append(each)
        if own and node.fail_fast:
            break
    value = node.container(each.value for each in found if each.value is not INVALID)
    if is_set and node.max_items is not None and len(value) > node.max_items:
        ctx = {"field_type": word, "max_length": node.max_items, "actual_length": None}
        append_error(errors, "too_long", loc, raw, **ctx)
        return FAILED
    errors.extend(own)
    if not own and node.min_items is not None and len(value) < node.min_items:
        ctx = {"field_type": word, "min_length": node.min_items, "actual_length": len(value)}
        append_error(errors, "too_short", loc, raw, **ctx)
    if node.omits and len(value) != len(given):
        return Found(value)
    return together(node, value, found, is_exact=type(raw) is node.container)


def read_tuple(reader: Reader, node: TupleNode, raw: Any, loc: Loc, errors: list[ErrorDetails]) -> Found:
    items = open_items(reader, node, raw, tuple, loc, errors)
    if items is None:
        return FAILED
    size = len(node.items)
    nodes = node.items
    if node.rest is not None:
        repeated = max(0, len(items) - size - len(node.suffix))
        nodes = (*node.items, *[node.rest] * repeated, *node.suffix)
    most = size if node.rest is None else node.max_items
    is_too_long = most is not None and len(items) > most
    ctx = {"field_type": "Tuple", "max_length": most, "actual_length": len(items)}
    if is_too_long and (node.rest is not None or not node.fail_fast):
        append_error(errors, "too_long", loc, raw, **ctx)
        return FAILED
    found: list[Found] = []
    before = len(errors)
    for index, item_node in enumerate(nodes):
        if len(errors) != before and node.fail_fast:
            return FAILED
        if index < len(items):
            found.append(reader.read(item_node, items[index], (*loc, index), errors))
        else:
            append_error(errors, "missing", (*loc, index), raw)
    if len(errors) == before and is_too_long:
        append_error(errors, "too_long", loc, raw, **ctx)
    if len(errors) == before and node.min_items is not None and len(items) < node.min_items:
        ctx = {"field_type": "Tuple", "min_length": node.min_items, "actual_length": len(items)}
        append_error(errors, "too_short", loc, raw, **ctx)
    return together(node, tuple(each.value for each in found), found, is_exact=type(raw) is tuple)


def read_map(reader: Reader, node: MapNode, raw: Any, loc: Loc, errors: list[ErrorDetails]) -> Found:
    if not isinstance(raw, STRICT_MAPS if reader.is_strict(node) else Mapping):
        append_error(errors, MAPS.get(node.container, ("dict_type", ""))[0], loc, raw)
        return FAILED
    word = MAPS.get(node.container, ("", "Dictionary"))[1]
    own: list[ErrorDetails] = []
    found: list[Found] = []
    value: dict[Any, Any] = {}
    keys = dataclasses.replace(reader, from_text=True)
    count = 0
    for key, item in raw.items():
        step = key if type(key) in (str, int) else str(key)
        if own and node.fail_fast:
            break
        if node.omits_keys and not keys.is_valid(node.keys, key):
            continue
        start = len(own)
        found_key = keys.read(node.keys, key, (*loc, step, "[key]"), own)
        if own and node.fail_fast:
            break
        if node.omits_values and not reader.is_valid(node.values, item):
            continue
        found_item = reader.read(node.values, item, (*loc, step), own)
        if own and node.fail_fast:
            break
        if not has_hash(found_key.value):
            append_error(own, "is_hashable", (*loc, step, "[key]"), key)
            continue
        found += [found_key, found_item]
        count += len(own) == start
        value[found_key.value] = found_item.value
    if node.max_properties is not None and min(count, len(value)) > node.max_properties:
        ctx = {"field_type": word, "max_length": node.max_properties, "actual_length": None}
        append_error(errors, "too_long", loc, raw, **ctx)
        return FAILED
    errors.extend(own)
    if not own and node.min_properties is not None and len(value) < node.min_properties:
        ctx = {"field_type": word, "min_length": node.min_properties, "actual_length": len(value)}
        append_error(errors, "too_short", loc, raw, **ctx)
    if (node.omits_keys or node.omits_values) and len(value) != len(raw):
        return Found(make_map(node, value))
    is_exact = type(raw) is node.container and len(raw) == len(value)
    return together(node, make_map(node, value), found, is_exact=is_exact)


def make_map(node: MapNode, value: dict[Any, Any]) -> Any:
    if node.container is collections.defaultdict:
        return collections.defaultdict(node.default_factory, value)
    make: Any = node.container
    return make(value)


def has_hash(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True
