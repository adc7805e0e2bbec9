"""Third pass: write Paths, Path Item and Operation Objects (OpenAPI 3.1 §4.8.8 to §4.8.10)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from bolide.openapi.bodies import write_request_body
from bolide.openapi.components import Components
from bolide.openapi.description import Operation
from bolide.openapi.merging import merge
from bolide.openapi.parameters import write_parameters
from bolide.openapi.responses import write_responses
from bolide.validation.schema_emitter import cut_at_form_feed

__all__ = ["is_describable", "write_paths"]

# The fixed fields of a Path Item Object (OpenAPI 3.1 §4.8.9); other methods cannot be described.
_METHODS: Final = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
# Later methods: OpenAPI 3.2 §4.8.9 has a field for QUERY, 3.1 has extensions (§4.9).
_EXTENSIONS: Final = {"query": "x-query"}


def is_describable(operation: Operation) -> bool:
    """Tell whether a document has a word for the method."""
    return operation.method in _METHODS or operation.method in _EXTENSIONS


def write_paths(operations: Iterable[Operation], components: Components) -> dict[str, dict[str, Any]]:
    """Return the path items by path, in the order of *operations*; of a path's method the first counts."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        field = _EXTENSIONS.get(operation.method, operation.method)
        item = paths.setdefault(operation.path, {})
        if field not in item:
            item[field] = _write(operation, components)
    return paths


def _write(operation: Operation, components: Components) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if operation.tags:
        written["tags"] = list(operation.tags)
    if operation.summary is not None:
        written["summary"] = operation.summary
    if operation.description is not None:
        written["description"] = cut_at_form_feed(operation.description)
    written["operationId"] = operation.operation_id
    if operation.deprecated:
        written["deprecated"] = True
    if parameters := write_parameters(operation, components):
        written["parameters"] = parameters
    if operation.request_body is not None:
        written["requestBody"] = write_request_body(operation.request_body, components)
    written["responses"] = write_responses(operation, components)
    if operation.security:
        written["security"] = [
            {name: list(scopes) for name, scopes in alternative.items()} for alternative in operation.security
        ]
    merge(written, operation.extra)
    return written
