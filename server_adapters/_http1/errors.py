"""Errors of the protocol core, told apart by who is to blame."""

from __future__ import annotations

__all__ = ["LocalProtocolError", "RemoteProtocolError"]


class RemoteProtocolError(Exception):
    """The client broke the protocol or a limit; nothing it sent afterwards may be interpreted.

    Attributes:
        status: The HTTP status that tells the client (RFC 9110 §15.5, RFC 6585 §5).
    """

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class LocalProtocolError(Exception):
    """The application's reply cannot be sent as HTTP: a bug on this side."""
