"""Write Request Body Objects (OpenAPI 3.1 §4.8.13)."""

from __future__ import annotations

from typing import Any

from bolide.openapi.components import Components
from bolide.openapi.description import RequestBody
from bolide.validation.schema_emitter import cut_at_form_feed

__all__ = ["write_request_body"]


def write_request_body(body: RequestBody, components: Components) -> dict[str, Any]:
    """Return the object; its media types share one schema."""
    written: dict[str, Any] = {}
    if body.description is not None:
        written["description"] = cut_at_form_feed(body.description)
    if body.tree is None:
        media_type: dict[str, Any] = {"schema": components.body_of_members(body)}
    else:
        schema = components.accepted(body.tree, body.title)
        components.emitter.add_default(schema, body.default)
        media_type = {"schema": schema}
    if body.examples:
        media_type["examples"] = dict(body.examples)
    if body.json_parts:
        media_type["encoding"] = {name: {"contentType": "application/json"} for name in body.json_parts}
    written["content"] = dict.fromkeys((body.media_type, *body.other_media_types), media_type)
    if body.required:
        written["required"] = True
    return written
