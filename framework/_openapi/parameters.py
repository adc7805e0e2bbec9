"""Describe the parameters of routes in OpenAPI's terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from bolide._planning.parameter_models import ModelField, parameter_model_fields
from bolide._planning.plan import Input, RoutePlan
from bolide._planning.readings import DeepObject, Group, Separated
from bolide.openapi.description import Parameter
from bolide.params import Header, Query
from bolide.validation.tree import Documentation

__all__ = ["parameters_of"]

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
