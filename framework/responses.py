"""Responses that endpoints return when a plain value is not enough."""

from __future__ import annotations

from bolide._file_response import FileResponse
from bolide._response import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from bolide._statuses import Status
from bolide._streaming import StreamingResponse
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
