"""Responses that endpoints return when a plain value is not enough."""

from __future__ import annotations

from bolide._response import HTMLResponse, JSONResponse, PlainTextResponse, Response

__all__ = ["HTMLResponse", "JSONResponse", "PlainTextResponse", "Response"]
