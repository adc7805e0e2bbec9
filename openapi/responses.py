"""Write Responses Objects (OpenAPI 3.1 §4.8.16)."""

from __future__ import annotations

from typing import Any, Final

from bolide.openapi.components import Components
from bolide.openapi.description import Operation, Response
from bolide.openapi.merging import merge
from bolide.validation.schema_emitter import Schema, cut_at_form_feed, title_of

__all__ = ["write_responses"]

_COVERS_422: Final = frozenset({"422", "4XX", "default"})


def write_responses(operation: Operation, components: Components) -> dict[str, Any]:
    """Return the responses by status; descriptions of one status are merged.

    An operation that reads parameters or a body gets a 422 response unless it declares one itself (``422``,
    ``4XX`` or ``default``).
    """
    written: dict[str, Any] = {}
    for response in operation.responses:
        entry = written.setdefault(response.status, {"description": response.default_description})
        if response.description is not None:
            entry["description"] = cut_at_form_feed(response.description)
        if response.media_type is not None:
            content = entry.setdefault("content", {})
            for each in (response.media_type, *response.other_media_types):
                content.setdefault(each, _media_type(response, operation, components))
        merge(entry, response.extra)
    reads_input = bool(operation.parameters) or operation.request_body is not None
    if reads_input and _COVERS_422.isdisjoint(written):
        written["422"] = {"description": "Validation Error", "content": components.validation_error()}
    return written


def _media_type(response: Response, operation: Operation, components: Components) -> dict[str, Any]:
    own = "" if response is operation.responses[0] else f"{response.status}_"
    title = title_of(f"Response_{own}{operation.operation_id}")
    if response.sequence is not None:
        tree = response.tree
        item_title = title_of(f"StreamItem_{operation.operation_id}")
        item = None if tree is None else components.schema(tree, "serialization", item_title)
        return {"itemSchema": _event_schema(item) if response.sequence == "events" else item or {}}
    if response.tree is not None:
        return {"schema": components.schema(response.tree, "serialization", title)}
    return {"schema": {} if _is_json(response.media_type) else {"type": "string"}}


def _event_schema(data: Schema | None) -> Schema:
    """Return the schema of one server-sent event (OpenAPI 3.2 §4.14.4), with *data* that of its JSON."""
    properties: dict[str, Any] = {
        "data": {"type": "string"},
        "event": {"type": "string"},
        "id": {"type": "string"},
        "retry": {"type": "integer", "minimum": 0},
    }
    if data is None:
        return {"type": "object", "properties": properties}
    properties["data"] |= {"contentMediaType": "application/json", "contentSchema": data}
    return {"type": "object", "properties": properties, "required": ["data"]}


def _is_json(media_type: str | None) -> bool:
    """Tell JSON and ``+json`` types (RFC 6839 §3.1) from the rest, whatever their parameters."""
    essence = (media_type or "").partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")
