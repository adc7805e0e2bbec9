"""Limits on what a client may send before the application sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["MAX_CHUNK_EXCESS", "MAX_CHUNK_LINE", "MAX_LEADING_LINES", "Limits"]

MAX_LEADING_LINES: Final = 2
"""Empty lines ignored before a request line (RFC 9112 §2.2 asks for at least one)."""

MAX_CHUNK_LINE: Final = 1024
"""Bytes of a chunk-size line with its extensions."""

MAX_CHUNK_EXCESS: Final = 16 * 1024
"""Bytes of chunk framing beyond 16 per chunk plus twice the payload; the rule of Go's net/http."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes, line ends not counted.

    Attributes:
        request_line: Over it: 414 (precedents: gunicorn 4094, aiohttp 8190, nginx 8 KiB).
        field_size: One header line. Over it: 431.
        fields: Number of header lines, also of trailer lines. Over it: 431.
        head: All header lines with their line ends, also of trailers. Over it: 431.
        body: Payload of one body, None for no limit. Over it: 413.
    """

    request_line: int = 8192
    field_size: int = 8192
    fields: int = 100
    head: int = 32 * 1024
    body: int | None = None
