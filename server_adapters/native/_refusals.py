"""How the server answers what is no request, or breaks off."""

from __future__ import annotations

import logging
from typing import Final

from bolide.server_adapters._http1.errors import RemoteProtocolError
from bolide.server_adapters._replies import PLAIN
from bolide.server_adapters.contract import Reply

__all__ = ["log_refusal", "refusal"]

_error_log: Final = logging.getLogger("bolide.error")

_REASONS: Final = {
    400: b"Bad Request",
    408: b"Request Timeout",
    413: b"Content Too Large",
    414: b"URI Too Long",
    417: b"Expectation Failed",
    431: b"Request Header Fields Too Large",
    501: b"Not Implemented",
    505: b"HTTP Version Not Supported",
}


def refusal(error: RemoteProtocolError) -> tuple[Reply, bytes]:
    """Return the answer to a request that broke the protocol, and its body."""
    body = _REASONS[error.status]
    return Reply(error.status, PLAIN, body), body


def log_refusal(client: tuple[str, int] | None, error: RemoteProtocolError) -> None:
    """Log a request that was refused; nothing of it is repeated."""
    peer = f"{client[0]}:{client[1]}" if client else "a local client"
    _error_log.warning("refused a request of %s with %d: %s", peer, error.status, error)
