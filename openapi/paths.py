"""Third pass: write paths, webhooks and callbacks with their operations (OpenAPI 3.1 §4.8.8 to §4.8.10)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bolide.openapi.bodies import write_request_body
from bolide.openapi.components import Components
from bolide.openapi.description import Operation
from bolide.openapi.merging import merge
from bolide.openapi.parameters import write_parameters
from bolide.openapi.responses import write_responses
from bolide.openapi.versions import Version
from bolide.validation.schema_emitter import cut_at_form_feed

__all__ = ["write_paths"]


def write_paths(
    operations: Iterable[Operation], components: Components, version: Version
) -> dict[str, dict[str, Any]]:
    """Return the path items by path, in the order of *operations*; of a path's method the first counts."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        item = paths.setdefault(operation.path, {})
        field = operation.method
        if field not in version.methods:
            item = item.setdefault(version.other_methods, {})
            field = field.upper()
        if field not in item:
            item[field] = _write(operation, components, version)
    return paths


def _write(operation: Operation, components: Components, version: Version) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if operation.tags:
        written["tags"] = list(operation.tags)
    if operation.summary is not None:
        written["summary"] = operation.summary
    if operation.description is not None:
        written["description"] = cut_at_form_feed(operation.description)
    written["operationId"] = operation.operation_id
    if parameters := write_parameters(operation, components):
        written["parameters"] = parameters
    if operation.request_body is not None:
        written["requestBody"] = write_request_body(operation.request_body, components)
    written["responses"] = write_responses(operation, components, version)
    if operation.callbacks:
        written["callbacks"] = {
            name: write_paths(operations, components, version)
            for name, operations in operation.callbacks.items()
        }
    if operation.deprecated:
        written["deprecated"] = True
    if operation.security:
        written["security"] = [
            {name: list(scopes) for name, scopes in alternative.items()} for alternative in operation.security
        ]
    merge(written, operation.extra)
    return written
