"""Describe the request bodies of routes in OpenAPI's terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import msgspec

from bolide._openapi.form_fields import forbids_others, stands_as_members, text_tree
from bolide._openapi.input_order import declared_inputs
from bolide._openapi.media_types import offered_media_types
from bolide._planning.parameter_models import parameter_model_fields
from bolide._planning.plan import Input, RoutePlan
from bolide._planning.readings import Group
from bolide.openapi.description import BodyMember, RequestBody
from bolide.params import Body, File
from bolide.validation.tree import NO_DEFAULT, BytesNode, Documentation, StrNode, TypeTree

__all__ = ["request_body_of"]

_UNDOCUMENTED: Final = Documentation()


def request_body_of(plan: RoutePlan, operation_id: str) -> RequestBody | None:
    """Return the body of a route, as it is read whole or by its members."""
    location = "body" if plan.bodies else "form"
    inputs = tuple(each for each in declared_inputs(plan) if each.location == location)
    shown = tuple(each for each in inputs if each.param.include_in_schema)
    if not shown:
        return None
    required = any(each.required and not _is_optional_model(each) for each in inputs)
    first = inputs[0]
    is_whole = len(inputs) == 1 and not plan.embeds_body and (first.location == "body" or _is_model(first))
    as_members = is_whole and location == "form" and stands_as_members(plan, first)
    if as_members or not is_whole:
        is_text = location == "form" and bool(plan.route.layer.strict)
        return RequestBody(
            members=tuple(_text_members(shown) if is_text else _members(shown)),
            closed=as_members and forbids_others(first),
            name=f"Body_{operation_id}",
            required=required,
            media_type=_media_type(inputs),
            other_media_types=() if plan.form else offered_media_types(plan),
            json_parts=tuple(_json_parts(shown)),
        )
    field = first.param.field
    return RequestBody(
        tree=_not_empty(first) if plan.route.layer.strict and required else first.shown_tree,
        required=required,
        media_type=_media_type(inputs),
        other_media_types=() if plan.form or first.is_raw else offered_media_types(plan),
        title=field.title or first.wire_name.replace("_", " ").title(),
        description=field.description,
        default=first.default,
        examples=first.param.openapi_examples,
        json_parts=tuple(_json_parts(inputs)),
    )


def _members(inputs: tuple[Input, ...]) -> Iterator[BodyMember]:
    for each in inputs:
        if isinstance(each.reading, Group):
            for one in parameter_model_fields(each.shown_tree, each.location):
                required = one.required and not each.reading.optional
                yield _member(one.names[0], one.tree, one.default, one.field.documentation, required)
            continue
        documentation = each.param.field.documentation()
        yield _member(each.wire_name, each.shown_tree, each.default, documentation, each.required)


def _text_members(inputs: tuple[Input, ...]) -> Iterator[BodyMember]:
    read_as_json = frozenset(_json_parts(inputs))
    for member in _members(inputs):
        in_json = member.name in read_as_json
        yield member if in_json else replace(member, tree=text_tree(member.tree))


def _member(
    name: str, tree: Any, default: Any, documentation: Documentation | None, required: bool
) -> BodyMember:
    stated = documentation or _UNDOCUMENTED
    return BodyMember(
        name=name,
        tree=tree,
        required=required,
        default=default if not required else NO_DEFAULT,
        title=stated.title,
        description=stated.description,
        examples=stated.examples,
    )


def _json_parts(inputs: tuple[Input, ...]) -> Iterator[str]:
    """Yield the names of entries of a form that hold JSON."""
    for each in inputs:
        if isinstance(each.reading, Group):
            yield from (field.key for field in each.reading.fields if field.is_json)
        elif each.location == "form" and each.declared_tree is not None:
            yield each.wire_name


def _media_type(inputs: tuple[Input, ...]) -> str:
    if any(_takes_file(each) for each in inputs):
        return "multipart/form-data"
    declared = {each.param.media_type for each in inputs if isinstance(each.param, Body)}
    return "multipart/form-data" if "multipart/form-data" in declared else min(declared)


def _not_empty(each: Input) -> TypeTree:
    """Return the type of a body that must be there: text and bytes that are empty are none."""
    tree = each.shown_tree
    root = tree.root
    is_json = not each.is_raw and isinstance(each.param, Body) and "json" in each.param.media_type
    if not is_json and isinstance(root, StrNode | BytesNode) and not root.min_length:
        return TypeTree(msgspec.structs.replace(root, min_length=1), tree.definitions)
    return tree


def _takes_file(each: Input) -> bool:
    if isinstance(each.reading, Group):
        return any(field.takes_file for field in each.reading.fields)
    return isinstance(each.param, File)


def _is_model(each: Input) -> bool:
    return isinstance(each.reading, Group) and not each.reading.optional


def _is_optional_model(each: Input) -> bool:
    return isinstance(each.reading, Group) and each.reading.optional
