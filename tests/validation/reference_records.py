"""The reference interpreter's rules of records."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from bolide.validation.errors import (
    ErrorDetails,
    Loc,
    append_error,
    report_exception,
)
from bolide.validation.instance import EXTRA, UNSET_FIELDS
from bolide.validation.lax import INVALID
from bolide.validation.records import LEAVES_OUT_UNSET
from bolide.validation.tree import (
    NO_DEFAULT,
    AnyNode,
    FieldNode,
    RecordNode,
)
from bolide.validation.walker_records import leaves_out_unset, tracks_unset
from tests.validation.reference_parts import (
    EXACT,
    FAILED,
    LAX,
    STRICT,
    VALUE_MODULES,
    Found,
    Reader,
)


def read_record(reader: Reader, node: RecordNode, raw: Any, loc: Loc, errors: list[ErrorDetails]) -> Found:
    is_instance = node.kind != "typed_dict" and isinstance(raw, node.cls)
    exactness = EXACT if type(raw) is node.cls else STRICT if is_instance else LAX
    is_kept = node.revalidate == "never" or (node.revalidate != "always" and type(raw) is node.cls)
    if is_instance and is_kept and not reader.from_attributes and node.kind != "named_tuple":
        return Found(raw, exactness)
    for step in () if is_instance else node.before:
        try:
            raw = step.function(raw, *((reader.info,) if step.takes_info else ()))
        except (ValueError, AssertionError) as exc:
            report_exception(errors, exc, loc, raw)
            return FAILED
    if isinstance(raw, Mapping):
        exactness = EXACT if node.kind == "typed_dict" else STRICT
    fields = open_record(reader, node, raw)
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
        error_type, ctx = wrong_record(reader, node)
        append_error(errors, error_type, loc, raw, **ctx)
        return FAILED
    own: list[ErrorDetails] = []
    values: dict[str, Any] = {}
    unset: set[str] = set()
    count = 0
    used: set[Any] = set()
    for field in node.read_fields:
        paths = field.paths or ((field.wire_name,),)
        if reader.outgoing and node.kind == "typed_dict" and field.wire_name != field.name:
            paths = ((field.name,), *paths)
        path = next((path for path in paths if look_up(fields, path) is not INVALID), None)
        step = (keys[field.wire_name],) if node.is_array else path or paths[0]
        at = (*loc, *(step if node.loc_by_alias else (field.name,)))
        inside = dataclasses.replace(
            reader, info=reader.info.inside(values, field.name), is_own=is_instance and reader.outgoing
        )
        before = len(own)
        if path is None:
            if field.required:
                append_error(own, "missing", at, raw)
                continue
            unset.add(field.name)
            if leaves_out_unset(node):  # it has no value then, which functions would see
                continue
            made = default_of(field, values, at, own)
            if made is INVALID:
                continue
            if not field.validate_default:
                values[field.name] = made
                continue
            found = inside.read(field.node, made, at, own)
        else:
            used.add(path[0])
            found = inside.read(field.node, look_up(fields, path), at, own)
            count += 1 + (found.fields or 0)
            if isinstance(raw, Mapping):
                exactness = min(exactness, found.exactness)
        if len(own) == before:
            values[field.name] = found.value
    if is_instance and node.kind == "model":
        unset |= getattr(raw, "__dict__", {}).get(UNSET_FIELDS, set())
    extras = read_extras(reader, node, {key: fields[key] for key in fields if key not in used}, loc, own)
    if not own:
        try:
            value = construct(reader, node, values, extras, unset)
        except (ValueError, AssertionError) as exc:
            report_exception(own, exc, loc, raw)
    errors.extend(own)
    return FAILED if own else Found(value, exactness, count if isinstance(raw, Mapping) else None)


def default_of(field: FieldNode, values: dict[str, Any], loc: Loc, errors: list[ErrorDetails]) -> Any:
    """Return the default of *field*; INVALID if there is none, or it would be made of what is not valid."""
    if field.factory_takes_data:
        if errors:
            append_error(errors, "default_factory_not_called", loc, None)
            return INVALID
        make: Any = field.default_factory
        return make(values)
    if field.default_factory is not None:
        return field.default_factory()
    return INVALID if field.default is NO_DEFAULT else copy.copy(field.default)


def look_up(fields: Any, path: tuple[str | int, ...]) -> Any:
    """Return what stands at *path*; text has nothing inside."""
    for step in path:
        try:
            fields = INVALID if isinstance(fields, str) else fields[step]
        except (LookupError, TypeError):
            return INVALID
    return fields


def read_extras(
    reader: Reader, node: RecordNode, unknown: dict[Any, Any], loc: Loc, errors: list[ErrorDetails]
) -> dict[str, Any]:
    extras: dict[str, Any] = {}
    for name, value in unknown.items() if node.extra != "ignore" else ():
        if not isinstance(name, str):
            append_error(errors, "invalid_key", (*loc, name), name)
        elif node.extra == "forbid":
            error_type = "unexpected_keyword_argument" if node.kind == "dataclass" else "extra_forbidden"
            append_error(errors, error_type, (*loc, name), value)
        else:
            found = reader.read(node.extra_values or AnyNode(), value, (*loc, name), errors)
            extras[name] = found.value
    return extras


def open_record(reader: Reader, node: RecordNode, raw: Any) -> Any:
    if isinstance(raw, Mapping):
        return raw
    if node.is_array:
        is_array = isinstance(raw, Iterable) and not isinstance(raw, (str, bytes, bytearray))
        return list(raw) if is_array else None
    if (
        not (reader.from_attributes or node.from_attributes)
        or isinstance(raw, type)
        or type(raw).__module__ in VALUE_MODULES
    ):
        return None
    names = [field.name for field in node.read_fields if hasattr(raw, field.name)]
    if getattr(raw, LEAVES_OUT_UNSET, False):
        names = [name for name in names if name in raw.model_fields_set]
    found = {field.wire_name: getattr(raw, field.name) for field in node.read_fields if field.name in names}
    keeps_extras = node.kind == "model" and node.extra == "allow" and isinstance(raw, node.cls)
    return found | raw.model_extra if keeps_extras else found


def wrong_record(reader: Reader, node: RecordNode) -> tuple[str, dict[str, str]]:
    name = {"class_name": node.cls.__name__}
    if node.is_array:
        return "named_tuple_type", name
    if node.kind == "typed_dict":
        return "dict_type", {}
    if node.kind == "dataclass":
        return "dataclass_type", name
    return (
        ("model_attributes_type", {})
        if reader.from_attributes or node.from_attributes
        else ("model_type", name)
    )


def construct(
    reader: Reader, node: RecordNode, values: dict[str, Any], extras: dict[str, Any], unset: set[str]
) -> Any:
    if node.kind == "typed_dict":
        return values | extras
    if node.kind in ("dataclass", "named_tuple"):
        parameters = {each.name: each.alias for each in getattr(node.cls, "__attrs_attrs__", ())}
        return node.cls(**{parameters.get(name, name): value for name, value in values.items()})
    declared = node.cls.__struct_fields__  # the tag is none of them
    known = {name: value for name, value in values.items() if name in declared}
    value = type(msgspec.Struct).__call__(node.cls, **known)
    if extras:
        value.__dict__[EXTRA] = extras
    if unset and tracks_unset(node):
        value.__dict__[UNSET_FIELDS] = unset
    if node.runs_post_init:
        value.model_post_init(reader.info.context)
    return value
