"""Write Parameter Objects (OpenAPI 3.1 §4.8.12)."""

from __future__ import annotations

import re
from typing import Any, Final

from bolide.openapi.components import Components
from bolide.openapi.description import Operation, Parameter
from bolide.openapi.text_schemas import add_text_default, object_schema, stands_inline, without_null
from bolide.validation.schema_emitter import cut_at_form_feed, title_of

__all__ = ["write_parameters"]

_LOCATIONS: Final = ("path", "query", "header", "cookie")
# What begins with "$" is a runtime expression (OpenAPI 3.1 §4.8.20.3).
_EXPRESSION: Final = re.compile(r"\{([^{}$][^{}]*)\}")


def write_parameters(operation: Operation, components: Components) -> list[dict[str, Any]]:
    """Return each (location, name) once: the last that is required, else the last.

    A path parameter that nobody declares is a string, because OpenAPI §4.8.9 requires every one of the
    template.
    """
    chosen: dict[tuple[str, str], Parameter] = {}
    for parameter in operation.parameters:
        key = (parameter.location, parameter.name)
        if key not in chosen or parameter.required or not chosen[key].required:
            chosen[key] = parameter
    written = [
        _undeclared_path_parameter(name)
        for name in _EXPRESSION.findall(operation.path)
        if ("path", name) not in chosen
    ]
    for location in _LOCATIONS:
        written += [_write(each, components) for each in chosen.values() if each.location == location]
    return written


def _write(parameter: Parameter, components: Components) -> dict[str, Any]:
    if stands_inline(parameter):
        schema = object_schema(parameter.tree)
    else:
        schema = without_null(components.accepted(parameter.tree, title_of(parameter.name)))
    if parameter.title is not None:
        schema["title"] = parameter.title
    emitter = components.emitter
    emitter.add_default(schema, parameter.default)
    if parameter.style == "deepObject" and "default" in schema:
        add_text_default(schema, schema.pop("default"))
    emitter.add_examples(schema, parameter.examples)
    written: dict[str, Any] = {
        "name": parameter.name,
        "in": parameter.location,
        "required": parameter.required or parameter.location == "path",
    }
    if parameter.description is not None:
        written["description"] = cut_at_form_feed(parameter.description)
    if parameter.deprecated:
        written["deprecated"] = True
    if parameter.style is not None:
        written["style"] = parameter.style
    if parameter.explode is not None:
        written["explode"] = parameter.explode
    written["schema"] = schema
    if parameter.named_examples:
        written["examples"] = dict(parameter.named_examples)
    return written


def _undeclared_path_parameter(name: str) -> dict[str, Any]:
    schema = {"type": "string", "title": title_of(name)}
    return {"name": name, "in": "path", "required": True, "schema": schema}
