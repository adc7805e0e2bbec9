"""What stands around the body of a reply, whatever the protocol (RFC 9110 §6.4, §8.6)."""

from __future__ import annotations

import re
from typing import Final

from bolide.server_adapters._http1.errors import LocalProtocolError
from bolide.server_adapters.contract import HeaderPairs

__all__ = ["BODILESS", "FRAMING", "bytes_length", "declared_length", "stream_length"]

BODILESS: Final = frozenset({204, 205, 304})
"""Statuses without a body (RFC 9110 §6.4.1; §15.3.6 for 205)."""

FRAMING: Final = frozenset({b"content-length", b"transfer-encoding", b"connection"})
"""Header lines that an entry or its server writes, whatever the reply says."""

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
