"""Describe what routes read from requests in OpenAPI's terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal, TypeAlias

from bolide._planning.parameter_models import ModelField, parameter_model_fields
from bolide._planning.plan import Input, RoutePlan
from bolide._planning.readings import DeepObject, Group, Separated
from bolide.openapi.description import BodyMember, Parameter, RequestBody
from bolide.params import Body, File, Header, Query
from bolide.validation.tree import NO_DEFAULT, Documentation

__all__ = ["offered_media_types", "parameters_of", "request_body_of"]

HeadLocation: TypeAlias = Literal["path", "query", "header", "cookie"]

_UNDOCUMENTED: Final = Documentation()


def parameters_of(plan: RoutePlan) -> Iterator[Parameter]:
    """Yield the parameters of a route; those of a parameter model are its fields."""
    for each in plan.inputs:
        if not each.param.include_in_schema:
            continue
        if isinstance(each.reading, Group):
            if each.location != "body" and each.location != "form":
                yield from _model_parameters(each, each.reading, each.location)
        elif each.location != "body" and each.location != "form":
            yield _parameter(each, each.location)


def request_body_of(plan: RoutePlan, operation_id: str) -> RequestBody | None:
    """Return the body of a route, as it is read whole or by its members."""
    inputs = plan.bodies or plan.form
    shown = tuple(each for each in inputs if each.param.include_in_schema)
    if not shown:
        return None
    required = any(each.required and not _is_optional_model(each) for each in inputs)
    first = inputs[0]
    is_whole = len(inputs) == 1 and not plan.embeds_body and (first.location == "body" or _is_model(first))
    if not is_whole:
        return RequestBody(
            members=tuple(_members(shown)),
            name=f"Body_{operation_id}",
            required=required,
            media_type=_media_type(inputs),
            other_media_types=() if plan.form else offered_media_types(plan),
            json_parts=tuple(_json_parts(shown)),
        )
    field = first.param.field
    return RequestBody(
        tree=first.shown_tree,
        required=required,
        media_type=_media_type(inputs),
        other_media_types=() if plan.form or first.is_raw else offered_media_types(plan),
        title=field.title or first.name.replace("_", " ").title(),
        description=field.description,
        examples=first.param.openapi_examples,
        json_parts=tuple(_json_parts(inputs)),
    )


def offered_media_types(plan: RoutePlan) -> tuple[str, ...]:
    """Return the media types that stand for JSON in bodies of the route, beside its own."""
    return tuple(codec.media_types[0] for codec in plan.route.layer.codecs or ())


def _parameter(each: Input, location: HeadLocation) -> Parameter:
    field = each.param.field
    return Parameter(
        name=each.wire_name,
        location=location,
        tree=each.tree,
        required=each.required,
        default=each.default,
        title=field.title,
        description=field.description,
        deprecated=bool(field.deprecated),
        examples=field.examples or (),
        named_examples=each.param.openapi_examples,
        style=_style(each),
        explode=False if isinstance(each.reading, Separated) else None,
    )


def _style(each: Input) -> str | None:
    """Return the style where it is not the one of the location (OpenAPI 3.1 §4.8.12.2)."""
    param = each.param
    if (
        isinstance(each.reading, DeepObject | Separated)
        and isinstance(param, Query)
        and param.style != "form"
    ):
        return param.style
    return None


def _model_parameters(each: Input, group: Group, location: HeadLocation) -> Iterator[Parameter]:
    converts = isinstance(each.param, Header) and each.param.convert_underscores
    for one in parameter_model_fields(each.tree, each.location, convert_underscores=converts):
        documentation = one.field.documentation or _UNDOCUMENTED
        yield Parameter(
            name=one.names[0],
            location=location,
            tree=one.tree,
            required=one.required and not group.optional,
            default=one.default,
            title=documentation.title or _title_of_header(one),
            description=documentation.description,
            deprecated=documentation.deprecated,
            examples=documentation.examples,
        )


def _title_of_header(one: ModelField) -> str | None:
    """Return the title of a field whose name in the request is not its own; None for the usual one."""
    name = one.field.name
    return name.replace("_", " ").title() if one.names[0] == name.replace("_", "-") != name else None


def _members(inputs: tuple[Input, ...]) -> Iterator[BodyMember]:
    for each in inputs:
        if isinstance(each.reading, Group):
            for one in parameter_model_fields(each.shown_tree, each.location):
                required = one.required and not each.reading.optional
                yield _member(one.names[0], one.tree, one.default, one.field.documentation, required)
            continue
        documentation = each.param.field.documentation()
        yield _member(each.wire_name, each.shown_tree, each.default, documentation, each.required)


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


def _takes_file(each: Input) -> bool:
    if isinstance(each.reading, Group):
        return any(field.takes_file for field in each.reading.fields)
    return isinstance(each.param, File)


def _is_model(each: Input) -> bool:
    return isinstance(each.reading, Group) and not each.reading.optional


def _is_optional_model(each: Input) -> bool:
    return isinstance(each.reading, Group) and each.reading.optional
