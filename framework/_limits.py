"""Default limits of applications."""

from typing import Final, NamedTuple

__all__ = [
    "FORM_HEADERS",
    "FORM_HEADER_BYTES",
    "FORM_SPOOL_BYTES",
    "MAX_BODY_BYTES",
    "MAX_MULTIPART_BYTES",
    "BoundsOfForm",
    "too_large",
    "too_large_head",
    "too_many",
]

MAX_BODY_BYTES: Final = 1024 * 1024
"""Largest request body: the limit of nginx, aiohttp and Fastify."""

MAX_MULTIPART_BYTES: Final = 32 * 1024 * 1024
"""Largest multipart body, where nobody says how large a body may be: files are larger than JSON."""

FORM_HEADERS: Final = 8
"""Most header fields of a part of a form; RFC 7578 §4.8 knows three."""

FORM_HEADER_BYTES: Final = 4096
"""Longest header field of a part of a form."""

FORM_SPOOL_BYTES: Final = 1024 * 1024
"""What a file of a form has beyond this is kept on disk; Starlette's number."""


class BoundsOfForm(NamedTuple):
    """How much a form may hold: *max_part_size* is in bytes, for parts that are no files.

    The numbers are Django's for files, and Starlette's.
    """

    max_fields: int = 1000
    max_files: int = 100
    max_part_size: int = 1024 * 1024


def too_many(what: str, maximum: int) -> str:
    """Return what clients are told about a form with too many fields or files; the text is Starlette's."""
    return f"Too many {what}. Maximum number of {what} is {maximum}."


def too_large(maximum: int) -> str:
    """Return what clients are told about too large a field of a form; the text is Starlette's."""
    return f"Part exceeded maximum size of {maximum} bytes."


def too_large_head() -> str:
    """Return what clients are told about a part of a form with too many or too long header fields."""
    return f"Part exceeded maximum of {FORM_HEADERS} header fields of {FORM_HEADER_BYTES} bytes."
