"""Describe the parameters of routes in OpenAPI's terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from msgspec.structs import replace

from bolide._openapi.input_order import declared_inputs
from bolide._planning.parameter_models import ModelField, parameter_model_fields
from bolide._planning.plan import Input, RoutePlan
from bolide._planning.readings import DeepObject, Group, Separated
from bolide.openapi.description import Parameter
from bolide.params import Header, Query
from bolide.validation.tree import Documentation, TypeTree

__all__ = ["parameters_of"]

HeadLocation: TypeAlias = Literal["path", "query", "header", "cookie"]

_UNDOCUMENTED: Final = Documentation()


def parameters_of(plan: RoutePlan) -> Iterator[Parameter]:
    """Yield the parameters of a route; those of a parameter model are its fields."""
    for each in declared_inputs(plan):
        if not each.param.include_in_schema:
            continue
        if isinstance(each.reading, Group):
            if each.location != "body" and each.location != "form":
                yield from _model_parameters(each, each.reading, each.location)
        elif each.location != "body" and each.location != "form":
            yield _parameter(each, each.location)


def _parameter(each: Input, location: HeadLocation) -> Parameter:
    field, hinted = each.param.field, each.tree.root.documentation or _UNDOCUMENTED
    return Parameter(
        name=each.wire_name,
        location=location,
        tree=each.tree,
        required=each.required,
        default=each.default,
        title=field.title,
        description=hinted.description if field.description is None else field.description,
        deprecated=bool(field.deprecated) or hinted.deprecated,
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
            tree=_documented(one),
            required=one.required and not group.optional,
            default=one.default,
            title=documentation.title or _title_of_header(one),
            description=documentation.description,
            deprecated=documentation.deprecated,
            examples=documentation.examples,
        )


def _documented(one: ModelField) -> TypeTree:
    """Return the tree of a field with what the field says of it, which its schema shows, too."""
    if one.field.documentation is None:
        return one.tree
    return TypeTree(replace(one.tree.root, documentation=one.field.documentation), one.tree.definitions)


def _title_of_header(one: ModelField) -> str | None:
    """Return the title of a field whose name in the request is not its own; None for the usual one."""
    name = one.field.name
    return name.replace("_", " ").title() if one.names[0] == name.replace("_", "-") != name else None
