"""Write Responses Objects (OpenAPI 3.1 §4.8.16)."""

from __future__ import annotations

from typing import Any, Final

from bolide.openapi.components import Components
from bolide.openapi.description import Header, Operation, Response
from bolide.openapi.merging import merge
from bolide.openapi.versions import Version
from bolide.validation.schema_emitter import Schema, cut_at_form_feed, title_of

__all__ = ["write_responses"]

_COVERS_422: Final = frozenset({"422", "4XX", "default"})


def write_responses(operation: Operation, components: Components, version: Version) -> dict[str, Any]:
    """Return the responses by status; of one status they are merged, and the last type counts.

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
                if each not in content or response.tree is not None:
                    content[each] = _media_type(response, operation, components, version)
        for header in response.headers:
            entry.setdefault("headers", {})[header.name] = _header(header, components)
        merge(entry, response.extra)
    shows_input = bool(operation.parameters) or operation.request_body is not None
    if (shows_input or operation.reads_input) and _COVERS_422.isdisjoint(written):
        content = components.validation_error(operation.error_media_types)
        written["422"] = {"description": "Validation Error", "content": content}
    return written


def _media_type(
    response: Response, operation: Operation, components: Components, version: Version
) -> dict[str, Any]:
    own = "" if response is operation.responses[0] else f"{response.status}_"
    title = title_of(f"Response_{own}{operation.operation_id}")
    if response.sequence is not None:
        item_title = title_of(f"StreamItem_{operation.operation_id}")
        return _sequence(response, components, version, item_title)
    if response.tree is not None:
        return {"schema": components.written(response.tree, title)}
    return {"schema": {} if _is_json(response.media_type) else {"type": "string"}}


def _sequence(response: Response, components: Components, version: Version, title: str) -> dict[str, Any]:
    """Return a Media Type Object for items of one kind.

    OpenAPI 3.2 §4.14.3 describes each of them. Before, the whole body is text, and what it holds is the array
    that OpenAPI 3.2 sees in it, too.
    """
    item: Schema = {} if response.tree is None else components.written(response.tree, title)
    if response.sequence == "events":
        item = _event_schema(item if response.tree is not None else None)
    if version.describes_items:
        return {"itemSchema": item}
    content: Schema = {"type": "array", "items": item}
    return {"schema": {"type": "string", "contentMediaType": response.media_type, "contentSchema": content}}


def _header(header: Header, components: Components) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if header.tree is not None:
        written["schema"] = components.written(header.tree, None)
    return written | dict(header.extra)


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
