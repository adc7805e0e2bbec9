"""Replies that the server makes itself, and what it logs."""

from __future__ import annotations

import logging
from typing import Final

from bolide.server_adapters._http1.errors import RemoteProtocolError
from bolide.server_adapters.contract import Head, Reply

__all__ = ["INTERNAL_ERROR", "internal_error", "log_exception", "log_refusal", "log_unsendable", "refusal"]

_error_log: Final = logging.getLogger("bolide.error")

_PLAIN: Final = Head([(b"content-type", b"text/plain; charset=utf-8")])
INTERNAL_ERROR: Final = b"Internal Server Error"
_REASONS: Final = {
    400: b"Bad Request",
    408: b"Request Timeout",
    414: b"URI Too Long",
    417: b"Expectation Failed",
    431: b"Request Header Fields Too Large",
    501: b"Not Implemented",
    505: b"HTTP Version Not Supported",
}


def internal_error(error: Exception | None = None) -> Reply:
    """Return the 500 that tells the client nothing."""
    return Reply(500, _PLAIN, INTERNAL_ERROR, error=error)


def refusal(error: RemoteProtocolError) -> tuple[Reply, bytes]:
    """Return the answer to a request that broke the protocol, and its body."""
    body = _REASONS[error.status]
    return Reply(error.status, _PLAIN, body), body


def log_exception(method: str, path: str, error: BaseException) -> None:
    """Log what went wrong unhandled, with its traceback."""
    _error_log.error("exception while answering %s %r", method, path, exc_info=error)


def log_unsendable(method: str, path: str, error: Exception) -> None:
    """Log that a reply was replaced by a 500 because it cannot be sent."""
    _error_log.error("the reply to %s %r cannot be sent: %s", method, path, error)


def log_refusal(client: tuple[str, int] | None, error: RemoteProtocolError) -> None:
    """Log a request that was refused; nothing of it is repeated."""
    peer = f"{client[0]}:{client[1]}" if client else "a local client"
    _error_log.warning("refused a request of %s with %d: %s", peer, error.status, error)
