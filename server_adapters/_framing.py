"""What stands around the body of a reply, whatever the protocol (RFC 9110 §6.4, §8.6)."""

from __future__ import annotations

import re
from typing import Final

from bolide.server_adapters._http1.errors import LocalProtocolError
from bolide.server_adapters.contract import HeaderPairs, InvalidHeader, check_headers

__all__ = [
    "BODILESS",
    "FRAMING",
    "accepts_trailers",
    "bytes_length",
    "declared_length",
    "sendable_trailers",
    "stream_length",
]

BODILESS: Final = frozenset({204, 205, 304})
"""Statuses without a body (RFC 9110 §6.4.1; §15.3.6 for 205)."""

FRAMING: Final = frozenset({b"content-length", b"transfer-encoding", b"connection"})
"""Header lines that an entry or its server writes, whatever the reply says."""

_NOT_BEHIND: Final = FRAMING | {
    b"authorization",
    b"cache-control",
    b"content-encoding",
    b"content-range",
    b"content-type",
    b"host",
    b"location",
    b"set-cookie",
    b"te",
    b"trailer",
    b"www-authenticate",
}
"""What must be known before the body: framing, routing, authentication, how to read it (RFC 9110 §6.5.1)."""

_CONTENT_LENGTH: Final = re.compile(rb"[0-9]{1,18}")  # 18 digits stay below 2**63


def declared_length(headers: HeaderPairs | None) -> int | None:
    """Return the content length that the *headers* of a reply declare.

    Raises:
        LocalProtocolError: it is no number, or is declared twice.
    """
    values = [value for name, value in headers or () if name.lower() == b"content-length"]
    if not values:
        return None
    if len(values) > 1 or _CONTENT_LENGTH.fullmatch(values[0]) is None:
        raise LocalProtocolError("the reply declares no usable content-length")
    return int(values[0])


def accepts_trailers(te: bytes) -> bool:
    """Tell whether a client that sent *te* wants header lines behind a body (RFC 9110 §10.1.4)."""
    return any(each.strip().lower() == b"trailers" for each in te.split(b","))


def sendable_trailers(pairs: HeaderPairs) -> HeaderPairs:
    """Return *pairs* with names in lower case.

    Raises:
        InvalidHeader: one of them cannot be sent, or not behind a body.
    """
    lower = [(name.lower(), value) for name, value in pairs]
    check_headers(lower)
    for name, _ in lower:
        if name in _NOT_BEHIND:
            raise InvalidHeader(f"{name!r} must not stand behind a body")
    return lower


def bytes_length(status: int, method: str, declared: int | None, size: int) -> int | None:
    """Return the Content-Length of a response whose body is there, with *size* bytes; None for no line."""
    if status in BODILESS:
        return stream_length(status, declared)
    return declared if method == "HEAD" and declared is not None else size


def stream_length(status: int, declared: int | None) -> int | None:
    """Return the Content-Length of a response whose body is an iterator, None for no line."""
    # RFC 9110 §8.6: a 204 has no length; a 304 may tell the one that a 200 would have had.
    if status == 204:
        return None
    return 0 if status == 205 else declared
