"""The walker's executable specification: a slow interpreter of type trees, without generated code.

It owns the rules of structure: order and place of errors, sizes, unions, records. What a single scalar
accepts is specified by the tables in the tests of ``lax``, ``temporal`` and ``choices``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from bolide.validation import limits
from bolide.validation.errors import (
    ErrorDetails,
    Loc,
    ValidationError,
    append_error,
    report_exception,
)
from bolide.validation.labels import node_label
from bolide.validation.lax import INVALID
from bolide.validation.redaction import hide_inputs, with_hidden_secrets
from bolide.validation.tagged_node import TaggedUnionNode
from bolide.validation.tree import (
    AnyNode,
    ArrayNode,
    CustomNode,
    EnumNode,
    FunctionNode,
    LiteralNode,
    MapNode,
    Node,
    NoneNode,
    RecordNode,
    StrNode,
    TupleNode,
    TypeTree,
    UnionNode,
    takes_anything,
)
from tests.validation.reference_containers import read_array, read_map, read_tuple
from tests.validation.reference_parts import (
    EXACT,
    FAILED,
    LAX,
    STRICT,
    VALUE_MODULES,
    Found,
    Reader,
    Rule,
    is_better,
)
from tests.validation.reference_records import read_record
from tests.validation.reference_scalars import SCALARS, read_scalar


def read_custom(reader: Reader, node: CustomNode, raw: Any, loc: Loc, errors: list[ErrorDetails]) -> Found:
    if node.value is not None and reader.outgoing:
        return reader.read(node.value, raw, loc, errors)
    spec, given = node.spec, raw
    is_instance = node.value is None and isinstance(raw, node.cls)
    if is_instance and spec.is_exact and reader.outgoing:
        is_instance = type(raw) is node.cls
    if is_instance:
        unload = spec.unload or (spec.dump if spec.wraps and reader.outgoing else None)
        if unload is None:
            value = limits.limited(raw, node.constraints, raw, loc, errors)
            return Found(value, EXACT if type(raw) is node.cls else STRICT)
        given = unload(raw)
    inside = reader
    if spec.config is not None:  # a root model
        inside = dataclasses.replace(reader, info=reader.info.inside(reader.info.data, "root"))
    before = len(errors)
    is_text = spec.is_text and reader.is_strict(node) and not reader.from_text
    found = inside.read(StrNode() if is_text else node.wire, given, loc, errors)
    value = INVALID
    if len(errors) == before:
        try:
            if spec.load_part is None:
                value = spec.load(found.value)
            else:
                context = reader.info.context
                value = spec.load_part(found.value, reader.strict, reader.from_attributes, context)
        except (ValueError, AssertionError) as exc:
            report_exception(errors, exc, loc, raw)
    if value is not INVALID:
        value = limits.limited(value, node.constraints, raw, loc, errors)
    if spec.is_secret:
        hide_inputs(errors, before)
    if spec.wraps and value is not raw:
        return Found(value, min(found.exactness, STRICT), found.fields)
    return Found(value, EXACT if value is raw else LAX)


def read_function(
    reader: Reader, node: FunctionNode, raw: Any, loc: Loc, errors: list[ErrorDetails]
) -> Found:
    if reader.is_own or node.mode == "dump":
        return reader.read(node.inner, raw, loc, errors)
    own: list[ErrorDetails] = []
    found = Found(raw, EXACT)

    def handler(value: Any) -> Any:
        nonlocal found
        inner: list[ErrorDetails] = []
        found = reader.read(node.inner, value, (), inner)
        if inner:
            raise ValidationError("", inner)
        return found.value

    info = (reader.info,) if node.takes_info else ()
    try:
        if node.mode == "wrap":
            return found._replace(value=node.function(raw, handler, *info))
        if node.mode == "plain":
            return found._replace(value=node.function(raw, *info))
        if node.mode == "before":
            return reader.read(node.inner, node.function(raw, *info), loc, errors)
        found = reader.read(node.inner, raw, loc, own)
        if not own:
            return found._replace(value=node.function(found.value, *info))
    except (ValueError, AssertionError) as exc:
        report_exception(own, exc, loc, raw)
    errors.extend(own)
    return FAILED


def read_union(reader: Reader, node: UnionNode, raw: Any, loc: Loc, errors: list[ErrorDetails]) -> Found:
    if reader.outgoing and takes_anything(node):
        return Found(raw, STRICT)
    options = [option for option in node.options if not isinstance(option, NoneNode)]
    if raw is None and len(options) < len(node.options):
        return Found(None, EXACT)
    if len(options) == 1:
        return reader.read(options[0], raw, loc, errors)
    failures: list[ErrorDetails] = []
    best: Found | None = None
    for option in options:
        own: list[ErrorDetails] = []
        found = reader.read(option, raw, (*loc, node_label(reader.tree, option)), own)
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
    reader: Reader, node: TaggedUnionNode, raw: Any, loc: Loc, errors: list[ErrorDetails]
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
        step = found if isinstance(found, str) else int(found) if type(found) in (int, bool) else str(found)
        return reader.read(node.options[position], raw, (*loc, step), errors)
    ctx = {
        "discriminator": node.discriminator,
        "tag": str(found),
        "expected_tags": ", ".join(repr(tag) for tag, _ in node.tags),
    }
    append_error(errors, "union_tag_invalid", loc, raw, **ctx)
    return FAILED


def read_anything(_reader: Reader, _node: Node, raw: Any, _loc: Loc, _errors: list[ErrorDetails]) -> Found:
    return Found(raw, STRICT)


RULES: dict[type, Rule] = {
    **dict.fromkeys((*SCALARS, EnumNode, LiteralNode), read_scalar),
    AnyNode: read_anything,
    ArrayNode: read_array,
    CustomNode: read_custom,
    FunctionNode: read_function,
    MapNode: read_map,
    RecordNode: read_record,
    TaggedUnionNode: read_tagged_union,
    TupleNode: read_tuple,
    UnionNode: read_union,
}


def reference(tree: TypeTree, **options: Any) -> Callable[..., Any]:
    """Return what reads values by *tree*, with the options of ``compile_walker``."""
    return with_hidden_secrets(Reader(tree, RULES, **options), tree)
