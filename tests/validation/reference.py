"""The walker's executable specification: a slow interpreter of type trees, without generated code.

It owns the rules of structure: order and place of errors, sizes, unions, records. What a single scalar
accepts is specified by the tables in the tests of ``lax``, ``temporal`` and ``choices``.
"""

from __future__ import annotations

import collections
import dataclasses
import datetime
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from bolide.validation import lax, limits, temporal
from bolide.validation.choices import compile_enum, compile_literal
from bolide.validation.errors import (
    ErrorDetails,
    Loc,
    ValidationError,
    append_error,
    report_exception,
)
from bolide.validation.functions import FROM_PYTHON, ValidationInfo
from bolide.validation.labels import node_label
from bolide.validation.lax import INVALID, is_multiple
from bolide.validation.patterns import anchor_pattern
from bolide.validation.redaction import hide_inputs
from bolide.validation.tagged_node import TaggedUnionNode
from bolide.validation.tree import (
    NO_DEFAULT,
    AnyNode,
    ArrayNode,
    BoolNode,
    BytesNode,
    CustomNode,
    DateNode,
    DateTimeNode,
    DecimalNode,
    EnumNode,
    FloatNode,
    FunctionNode,
    IntNode,
    LiteralNode,
    MapNode,
    Node,
    NoneNode,
    RecordNode,
    StrNode,
    TimeDeltaNode,
    TimeNode,
    TupleNode,
    TypeTree,
    UnionNode,
    UUIDNode,
    children,
    takes_anything,
)

LAX, STRICT, EXACT = 0, 1, 2

VALUE_MODULES = ("builtins", "collections", "datetime", "decimal", "uuid")
LIMITED = (IntNode, FloatNode, DecimalNode, DateTimeNode, DateNode, TimeNode, TimeDeltaNode)

SCALARS: dict[type[Node], tuple[lax.ScalarParser, lax.ScalarParser]] = {
    NoneNode: (lax.parse_none, lax.parse_none),
    BoolNode: (lax.lax_bool, lax.strict_bool),
    IntNode: (lax.lax_int, lax.strict_int),
    FloatNode: (lax.lax_float, lax.strict_float),
    StrNode: (lax.lax_str, lax.strict_str),
    BytesNode: (lax.lax_bytes, lax.strict_bytes),
    DecimalNode: (lax.lax_decimal, lax.strict_decimal),
    DateTimeNode: (temporal.lax_datetime, temporal.strict_datetime),
    DateNode: (temporal.lax_date, temporal.strict_date),
    TimeNode: (temporal.lax_time, temporal.strict_time),
    TimeDeltaNode: (temporal.lax_timedelta, temporal.strict_timedelta),
    UUIDNode: (lax.lax_uuid, lax.lax_uuid),
}

CONTAINERS: dict[Any, tuple[str, str]] = {
    list: ("list_type", "List"),
    tuple: ("tuple_type", "Tuple"),
    set: ("set_type", "Set"),
    frozenset: ("frozen_set_type", "Frozenset"),
    collections.deque: ("deque_type", "Deque"),
    "sequence": ("is_instance_of", "Value"),
    "iterable": ("iterable_type", "Value"),
}


MAPS: dict[type, tuple[str, str]] = {
    collections.OrderedDict: ("ordered_dict_type", "OrderedDict"),
    collections.Counter: ("counter_type", "Counter"),
}


class Found(NamedTuple):
    """A value, how exactly the input matched, and how many record fields it had (None: no record)."""

    value: Any
    exactness: int = LAX
    fields: int | None = None


FAILED = Found(INVALID)


@dataclasses.dataclass(frozen=True)
class Reference:
    """Read values by *tree*; the options are those of ``compile_walker``."""

    tree: TypeTree
    strict: bool = False
    from_attributes: bool = False
    from_text: bool = False
    outgoing: bool = False
    info: ValidationInfo = FROM_PYTHON
    is_own: bool = False

    def __call__(self, value: object, loc: Loc, errors: list[ErrorDetails]) -> Any:
        return self.read(self.tree.root, value, loc, errors).value

    def read(self, node: Node, raw: Any, loc: Loc, errors: list[ErrorDetails]) -> Found:
        node = self.tree.resolve(node)
        if isinstance(node, AnyNode):
            return Found(raw, STRICT)
        if isinstance(node, ArrayNode):
            return self.read_array(node, raw, loc, errors)
        if isinstance(node, TupleNode):
            return self.read_tuple(node, raw, loc, errors)
        if isinstance(node, MapNode):
            return self.read_map(node, raw, loc, errors)
        if isinstance(node, TaggedUnionNode):
            return self.read_tagged_union(node, raw, loc, errors)
        if isinstance(node, UnionNode):
            return self.read_union(node, raw, loc, errors)
        if isinstance(node, RecordNode):
            return self.read_record(node, raw, loc, errors)
        if isinstance(node, CustomNode):
            return self.read_custom(node, raw, loc, errors)
        if isinstance(node, FunctionNode):
            return self.read_function(node, raw, loc, errors)
        return self.read_scalar(node, raw, loc, errors)

    def read_custom(self, node: CustomNode, raw: Any, loc: Loc, errors: list[ErrorDetails]) -> Found:
        if node.value is not None and self.outgoing:
            return self.read(node.value, raw, loc, errors)
        given = raw
        if node.value is None and isinstance(raw, node.cls):
            if node.spec.unload is None:
                value = limits.limited(raw, node.constraints, raw, loc, errors)
                return Found(value, EXACT if type(raw) is node.cls else STRICT)
            given = node.spec.unload(raw)
        before = len(errors)
        found = self.read(node.wire, given, loc, errors)
        value: Any = INVALID
        if len(errors) == before:
            try:
                value = node.spec.load(found.value)
            except (ValueError, AssertionError) as exc:
                report_exception(errors, exc, loc, raw)
        if value is not INVALID:
            value = limits.limited(value, node.constraints, raw, loc, errors)
        if node.spec.is_secret:
            hide_inputs(errors, before)
        return Found(value, EXACT if value is raw else LAX)

    def read_function(self, node: FunctionNode, raw: Any, loc: Loc, errors: list[ErrorDetails]) -> Found:
        if self.is_own or node.mode == "dump":
            return self.read(node.inner, raw, loc, errors)
        own: list[ErrorDetails] = []
        found = Found(raw, EXACT)

        def handler(value: Any) -> Any:
            nonlocal found
            inner: list[ErrorDetails] = []
            found = self.read(node.inner, value, (), inner)
            if inner:
                raise ValidationError("", inner)
            return found.value

        info = (self.info,) if node.takes_info else ()
        try:
            if node.mode == "wrap":
                return found._replace(value=node.function(raw, handler, *info))
            if node.mode == "plain":
                return found._replace(value=node.function(raw, *info))
            if node.mode == "before":
                return self.read(node.inner, node.function(raw, *info), loc, errors)
            found = self.read(node.inner, raw, loc, own)
            if not own:
                return found._replace(value=node.function(found.value, *info))
        except (ValueError, AssertionError) as exc:
            report_exception(own, exc, loc, raw)
        errors.extend(own)
        return FAILED

    def is_strict(self, node: Node) -> bool:
        return self.strict if node.strict is None else node.strict

    def parser(self, node: Node) -> lax.ScalarParser:
        is_strict = self.is_strict(node) and not self.from_text
        if isinstance(node, DecimalNode) and not node.finite:
            return lax.any_decimal
        if isinstance(node, StrNode) and node.from_numbers and not is_strict:
            return lax.number_text
        return SCALARS[type(node)][is_strict]

    def read_scalar(self, node: Node, raw: Any, loc: Loc, errors: list[ErrorDetails]) -> Found:
        if isinstance(node, EnumNode):
            parse = compile_enum(node.cls, strict=self.is_strict(node), from_text=self.from_text)
        elif isinstance(node, LiteralNode):
            parse = compile_literal(node.values, strict=self.is_strict(node), from_text=self.from_text)
        else:
            parse = self.parser(node)
        before = len(errors)
        value = parse(raw, loc, errors)
        if len(errors) != before:
            return FAILED
        if isinstance(node, StrNode) and node.strip:
            value = lax.trimmed(value)
        for broken, error_type, ctx in self.constraints(node, value):
            if broken:
                append_error(errors, error_type, loc, raw, **ctx)
                return FAILED
        if isinstance(node, StrNode) and node.case is not None:
            value = value.lower() if node.case == "lower" else value.upper()
        if type(raw) is type(value):
            return Found(value, EXACT)
        is_choice = isinstance(node, (EnumNode, LiteralNode, BoolNode)) or isinstance(raw, bool)
        wider = int if isinstance(node, FloatNode) else type(value)
        return Found(value, STRICT if isinstance(raw, wider) and not is_choice else LAX)

    def constraints(self, node: Node, value: Any) -> Iterable[tuple[bool, str, dict[str, Any]]]:
        if isinstance(node, FloatNode) and node.finite:
            yield not math.isfinite(value), "finite_number", {}
        if isinstance(node, DecimalNode):
            yield from self.digits(node, value)
        if isinstance(node, (IntNode, FloatNode, DecimalNode)) and (by := node.multiple_of) is not None:
            fits = is_multiple(value, by) if isinstance(node, FloatNode) else value % by == 0
            yield not fits, "multiple_of", {"multiple_of": by}
        if isinstance(node, LIMITED):
            if (bound := node.maximum) is not None:
                yield not is_at_most(value, bound), "less_than_equal", {"le": limits.shown_bound(bound)}
            if (bound := node.exclusive_maximum) is not None:
                yield not is_below(value, bound), "less_than", {"lt": limits.shown_bound(bound)}
            if (bound := node.minimum) is not None:
                yield not is_at_most(bound, value), "greater_than_equal", {"ge": limits.shown_bound(bound)}
            if (bound := node.exclusive_minimum) is not None:
                yield not is_below(bound, value), "greater_than", {"gt": limits.shown_bound(bound)}
        if isinstance(node, (StrNode, BytesNode)):
            kind = "string" if isinstance(node, StrNode) else "bytes"
            if isinstance(node, StrNode) and node.is_ascii:
                yield not value.isascii(), "string_not_ascii", {}
            if (length := node.min_length) is not None:
                yield len(value) < length, f"{kind}_too_short", {"min_length": length}
            if (length := node.max_length) is not None:
                yield len(value) > length, f"{kind}_too_long", {"max_length": length}
            if isinstance(node, StrNode) and node.pattern is not None:
                is_found = re.search(anchor_pattern(node.pattern), value) is not None
                yield not is_found, "string_pattern_mismatch", {"pattern": node.pattern}

    def digits(self, node: DecimalNode, value: Decimal) -> Iterable[tuple[bool, str, dict[str, Any]]]:
        plain = f"{value:f}"
        whole, _, places = plain.lstrip("-").partition(".")
        places = places.rstrip("0")
        count = len(whole.lstrip("0") + places) if whole.strip("0") else len(places)
        if node.max_digits is not None:
            yield max(count, 1) > node.max_digits, "decimal_max_digits", {"max_digits": node.max_digits}
        if node.decimal_places is not None:
            ctx = {"decimal_places": node.decimal_places}
            yield len(places) > node.decimal_places, "decimal_max_places", ctx
        if node.max_digits is not None and node.decimal_places is not None:
            most = max(node.max_digits - node.decimal_places, 0)
            yield len(whole.lstrip("0")) > most, "decimal_whole_digits", {"whole_digits": most}

    def open_items(
        self, node: Node, raw: Any, container: Any, loc: Loc, errors: list[ErrorDetails]
    ) -> list[Any] | None:
        if container == "sequence":
            if isinstance(raw, (str, bytes, bytearray)):
                append_error(errors, "sequence_str", loc, raw, type_name=type(raw).__name__)
            elif not isinstance(raw, Sequence):
                append_error(errors, "is_instance_of", loc, raw, **{"class": "Sequence"})
            else:
                return list(raw)
            return None
        if self.is_strict(node) and container != "iterable":
            is_array = isinstance(raw, (list, container))
        else:
            is_array = isinstance(raw, Iterable) and not isinstance(raw, (str, bytes, bytearray, Mapping))
        if is_array:
            return list(raw)
        append_error(errors, CONTAINERS[container][0], loc, raw)
        return None

    def read_array(self, node: ArrayNode, raw: Any, loc: Loc, errors: list[ErrorDetails]) -> Found:
        items = self.open_items(node, raw, node.protocol or node.container, loc, errors)
        if items is None:
            return FAILED
        word = CONTAINERS[node.protocol or node.container][1]
        is_set = node.container in (set, frozenset)
        given = items
        if node.omits:
            items = [item for item in given if self.is_valid(node.items, item)]
        is_too_long = node.max_items is not None and not is_set and len(items) > node.max_items
        if is_too_long and node.fail_fast:
            unbounded = replace(node, min_items=None, max_items=None)
            before = len(errors)
            self.read_array(unbounded, items[: node.max_items], loc, errors)
            if len(errors) != before:
                return FAILED
        if is_too_long:
            ctx = {"field_type": word, "max_length": node.max_items, "actual_length": len(given)}
            append_error(errors, "too_long", loc, raw, **ctx)
            return FAILED
        own: list[ErrorDetails] = []
        found: list[Found] = []
        for index, item in enumerate(items):
            found.append(self.read(node.items, item, (*loc, index), own))
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

    def is_valid(self, node: Node, raw: Any) -> bool:
        errors: list[ErrorDetails] = []
        self.read(node, raw, (), errors)
        return not errors

    def read_tuple(self, node: TupleNode, raw: Any, loc: Loc, errors: list[ErrorDetails]) -> Found:
        items = self.open_items(node, raw, tuple, loc, errors)
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
                found.append(self.read(item_node, items[index], (*loc, index), errors))
            else:
                append_error(errors, "missing", (*loc, index), raw)
        if len(errors) == before and is_too_long:
            append_error(errors, "too_long", loc, raw, **ctx)
        if len(errors) == before and node.min_items is not None and len(items) < node.min_items:
            ctx = {"field_type": "Tuple", "min_length": node.min_items, "actual_length": len(items)}
            append_error(errors, "too_short", loc, raw, **ctx)
        return together(node, tuple(each.value for each in found), found, is_exact=type(raw) is tuple)

    def read_map(self, node: MapNode, raw: Any, loc: Loc, errors: list[ErrorDetails]) -> Found:
        if not isinstance(raw, dict if self.is_strict(node) else Mapping):
            append_error(errors, MAPS.get(node.container, ("dict_type", ""))[0], loc, raw)
            return FAILED
        word = MAPS.get(node.container, ("", "Dictionary"))[1]
        own: list[ErrorDetails] = []
        found: list[Found] = []
        value: dict[Any, Any] = {}
        keys = dataclasses.replace(self, from_text=True)
        for key, item in raw.items():
            step = key if type(key) in (str, int) else str(key)
            if own and node.fail_fast:
                break
            if node.omits_keys and not keys.is_valid(node.keys, key):
                continue
            found_key = keys.read(node.keys, key, (*loc, step, "[key]"), own)
            if own and node.fail_fast:
                break
            if node.omits_values and not self.is_valid(node.values, item):
                continue
            found_item = self.read(node.values, item, (*loc, step), own)
            found += [found_key, found_item]
            value[found_key.value] = found_item.value
        errors.extend(own)
        if not own and node.min_properties is not None and len(value) < node.min_properties:
            ctx = {"field_type": word, "min_length": node.min_properties, "actual_length": len(value)}
            append_error(errors, "too_short", loc, raw, **ctx)
        if not own and node.max_properties is not None and len(value) > node.max_properties:
            ctx = {"field_type": word, "max_length": node.max_properties, "actual_length": None}
            append_error(errors, "too_long", loc, raw, **ctx)
        if (node.omits_keys or node.omits_values) and len(value) != len(raw):
            return Found(self.make_map(node, value))
        is_exact = type(raw) is node.container and len(raw) == len(value)
        return together(node, self.make_map(node, value), found, is_exact=is_exact)

    def make_map(self, node: MapNode, value: dict[Any, Any]) -> Any:
        if node.container is collections.defaultdict:
            return collections.defaultdict(node.default_factory, value)
        make: Any = node.container
        return make(value)

    def read_union(self, node: UnionNode, raw: Any, loc: Loc, errors: list[ErrorDetails]) -> Found:
        if self.outgoing and takes_anything(node):
            return Found(raw, STRICT)
        options = [option for option in node.options if not isinstance(option, NoneNode)]
        if raw is None and len(options) < len(node.options):
            return Found(None, EXACT)
        if len(options) == 1:
            return self.read(options[0], raw, loc, errors)
        failures: list[ErrorDetails] = []
        best: Found | None = None
        for option in options:
            own: list[ErrorDetails] = []
            found = self.read(option, raw, (*loc, node_label(self.tree, option)), own)
            failures += own
            if own:
                continue
            if node.is_ordered:
                return found
            if found.exactness == EXACT and found.fields is None:
                return found
            if best is None or is_better(found, best):
                best = found
        if best is None:
            errors.extend(failures)
        return best or FAILED

    def read_tagged_union(
        self, node: TaggedUnionNode, raw: Any, loc: Loc, errors: list[ErrorDetails]
    ) -> Found:
        if node.find_tag is not None:
            present = [tag] if (tag := node.find_tag(raw)) is not None else []
        elif isinstance(raw, Mapping):
            present = [raw[key] for key in node.keys if key in raw]
        elif isinstance(raw, type) or type(raw).__module__ in VALUE_MODULES:
            append_error(errors, "model_attributes_type", loc, raw)
            return FAILED
        else:
            present = [getattr(raw, key) for key in node.keys if hasattr(raw, key)]
        if not present:
            append_error(errors, "union_tag_not_found", loc, raw, discriminator=node.discriminator)
            return FAILED
        found = present[0]
        same_type = [position for tag, position in node.tags if type(tag) is type(found) and tag == found]
        for position in same_type or [position for tag, position in node.tags if tag == found]:
            step = found if isinstance(found, str) or type(found) is int else str(found)
            return self.read(node.options[position], raw, (*loc, step), errors)
        ctx = {
            "discriminator": node.discriminator,
            "tag": str(found),
            "expected_tags": ", ".join(repr(tag) for tag, _ in node.tags),
        }
        append_error(errors, "union_tag_invalid", loc, raw, **ctx)
        return FAILED

    def read_record(self, node: RecordNode, raw: Any, loc: Loc, errors: list[ErrorDetails]) -> Found:
        is_instance = node.kind != "typed_dict" and isinstance(raw, node.cls)
        exactness = EXACT if type(raw) is node.cls else STRICT if is_instance else LAX
        is_kept = node.revalidate == "never" or (node.revalidate != "always" and type(raw) is node.cls)
        if is_instance and is_kept and not self.from_attributes and node.kind != "named_tuple":
            return Found(raw, exactness)
        for step in () if is_instance else node.before:
            try:
                raw = step.function(raw, *((self.info,) if step.takes_info else ()))
            except (ValueError, AssertionError) as exc:
                report_exception(errors, exc, loc, raw)
                return FAILED
        if isinstance(raw, Mapping):
            exactness = EXACT if node.kind == "typed_dict" else STRICT
        fields = self.open_record(node, raw)
        keys: dict[str, Any] = {field.wire_name: field.wire_name for field in node.read_fields}
        if node.is_array and isinstance(fields, list):
            if node.extra == "forbid" and len(fields) > len(keys):
                ctx = {"field_type": "NamedTuple", "max_length": len(keys), "actual_length": len(fields)}
                append_error(errors, "too_long", loc, raw, **ctx)
                return FAILED
            fields = dict(zip(keys, fields, strict=False))
            if not is_instance:
                keys = {name: index for index, name in enumerate(keys)}
        if fields is None:
            error_type, ctx = self.wrong_record(node)
            append_error(errors, error_type, loc, raw, **ctx)
            return FAILED
        own: list[ErrorDetails] = []
        values: dict[str, Any] = {}
        count = 0
        used: set[Any] = set()
        for field in node.read_fields:
            paths = field.paths or ((field.wire_name,),)
            if self.outgoing and node.kind == "typed_dict" and field.wire_name != field.name:
                paths = ((field.name,), *paths)
            path = next((path for path in paths if self.look_up(fields, path) is not INVALID), None)
            if path is not None:
                used.add(path[0])
                inside = dataclasses.replace(
                    self, info=self.info.inside(values, field.name), is_own=is_instance and self.outgoing
                )
                step = (keys[field.wire_name],) if node.is_array else path
                at = (*loc, *(step if node.loc_by_alias else (field.name,)))
                before = len(own)
                found = inside.read(field.node, self.look_up(fields, path), at, own)
                if len(own) == before:
                    values[field.name] = found.value
                count += 1 + (found.fields or 0)
                if isinstance(raw, Mapping):
                    exactness = min(exactness, found.exactness)
            elif field.required:
                step = (keys[field.wire_name],) if node.is_array else paths[0]
                at = (*loc, *(step if node.loc_by_alias else (field.name,)))
                append_error(own, "missing", at, raw)
            elif field.default is not NO_DEFAULT:
                values[field.name] = field.default
        extras = self.read_extras(node, {key: fields[key] for key in fields if key not in used}, loc, own)
        errors.extend(own)
        if own:
            return FAILED
        value = self.construct(node, values)
        if node.kind == "typed_dict":
            value |= extras
        elif extras:
            value.__dict__["__bolide_extra__"] = extras
        return Found(value, exactness, count if isinstance(raw, Mapping) else None)

    def look_up(self, fields: Any, path: tuple[str | int, ...]) -> Any:
        """Return what stands at *path*; text has nothing inside."""
        for step in path:
            try:
                fields = INVALID if isinstance(fields, str) else fields[step]
            except (LookupError, TypeError):
                return INVALID
        return fields

    def read_extras(
        self, node: RecordNode, unknown: dict[Any, Any], loc: Loc, errors: list[ErrorDetails]
    ) -> dict[str, Any]:
        extras: dict[str, Any] = {}
        for name, value in unknown.items() if node.extra != "ignore" else ():
            if not isinstance(name, str):
                append_error(errors, "invalid_key", (*loc, name), name)
            elif node.extra == "forbid":
                error_type = "unexpected_keyword_argument" if node.kind == "dataclass" else "extra_forbidden"
                append_error(errors, error_type, (*loc, name), value)
            else:
                found = self.read(node.extra_values or AnyNode(), value, (*loc, name), errors)
                extras[name] = found.value
        return extras

    def open_record(self, node: RecordNode, raw: Any) -> Any:
        if isinstance(raw, Mapping):
            return raw
        if node.is_array:
            is_array = isinstance(raw, Iterable) and not isinstance(raw, (str, bytes, bytearray))
            return list(raw) if is_array else None
        if not self.from_attributes or isinstance(raw, type) or type(raw).__module__ in VALUE_MODULES:
            return None
        return {
            field.wire_name: getattr(raw, field.name)
            for field in node.read_fields
            if hasattr(raw, field.name)
        }

    def wrong_record(self, node: RecordNode) -> tuple[str, dict[str, str]]:
        name = {"class_name": node.cls.__name__}
        if node.is_array:
            return "named_tuple_type", name
        if node.kind == "typed_dict":
            return "dict_type", {}
        if node.kind == "dataclass":
            return "dataclass_type", name
        return ("model_attributes_type", {}) if self.from_attributes else ("model_type", name)

    def construct(self, node: RecordNode, values: dict[str, Any]) -> Any:
        if node.kind == "typed_dict":
            return values
        if node.kind in ("dataclass", "named_tuple"):
            return node.cls(**values)
        declared = node.cls.__struct_fields__  # the tag is none of them
        return type(msgspec.Struct).__call__(node.cls, **{n: v for n, v in values.items() if n in declared})


def is_below(one: Any, other: Any) -> bool:
    if isinstance(one, (datetime.datetime, datetime.time)) and (one.tzinfo is None) != (other.tzinfo is None):
        return bool(one.replace(tzinfo=None) < other.replace(tzinfo=None))
    return bool(one < other)


def is_at_most(one: Any, other: Any) -> bool:
    return is_below(one, other) or one == other or (hasattr(one, "tzinfo") and not is_below(other, one))


def together(node: Node, value: Any, parts: list[Found], *, is_exact: bool) -> Found:
    """Return the container *value* as exact as the least exact of its parts, which a bare one has none of."""
    if (inner := children(node)) and all(isinstance(child, AnyNode) for child in inner):
        return Found(value, STRICT if is_exact else LAX)
    exactness = min((part.exactness for part in parts), default=EXACT)
    counts = [part.fields for part in parts if part.fields is not None]
    return Found(value, exactness if is_exact else LAX, sum(counts) if counts else None)


def is_better(found: Found, best: Found) -> bool:
    """Tell whether *found*, declared later, is the better match: more fields, then more exact."""
    if found.fields is not None and best.fields is not None and found.fields != best.fields:
        return found.fields > best.fields
    return found.exactness > best.exactness
