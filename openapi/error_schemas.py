"""Schemas of the bodies that requests are answered with when they do not validate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bolide.validation.schema_emitter import Schema

__all__ = ["detail_schema", "error_schema", "problem_schema"]


def error_schema(detail_reference: str) -> Schema:
    """Return the schema of a 422 body."""
    detail = {"type": "array", "items": {"$ref": detail_reference}, "title": "Detail"}
    return {"type": "object", "properties": {"detail": detail}, "title": "HTTPValidationError"}


def problem_schema(detail_reference: str) -> Schema:
    """Return the schema of a 422 body in the form of problem details (RFC 9457 §3.1)."""
    return {
        "type": "object",
        "properties": {
            "type": {"type": "string", "format": "uri-reference", "title": "Type"},
            "title": {"type": "string", "title": "Title"},
            "status": {"type": "integer", "title": "Status"},
            "detail": {"type": "string", "title": "Detail"},
            "errors": {"type": "array", "items": {"$ref": detail_reference}, "title": "Errors"},
        },
        "required": ["type", "title", "status", "detail", "errors"],
        "title": "ValidationProblem",
    }


def detail_schema() -> Schema:
    """Return the schema of one error in a 422 body."""
    step: Mapping[str, Any] = {"anyOf": [{"type": "string"}, {"type": "integer"}]}
    return {
        "type": "object",
        "properties": {
            "loc": {"type": "array", "items": step, "title": "Location"},
            "msg": {"type": "string", "title": "Message"},
            "type": {"type": "string", "title": "Error Type"},
            "input": {"title": "Input"},
            "ctx": {"type": "object", "title": "Context"},
        },
        "required": ["loc", "msg", "type"],
        "title": "ValidationError",
    }
