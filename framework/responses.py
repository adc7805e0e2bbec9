"""Responses that endpoints return when a plain value is not enough."""

from __future__ import annotations

from bolide._responses.files import FileResponse
from bolide._responses.response import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from bolide._responses.statuses import Status
from bolide._responses.streaming import StreamingResponse
from bolide.sse import EventSourceResponse

__all__ = [
    "EventSourceResponse",
    "FileResponse",
    "HTMLResponse",
    "JSONResponse",
    "PlainTextResponse",
    "RedirectResponse",
    "Response",
    "Status",
    "StreamingResponse",
]
