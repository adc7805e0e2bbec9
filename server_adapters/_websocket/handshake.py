"""Judge an opening handshake (RFC 6455 §4.2.1)."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Final

import msgspec

from bolide.server_adapters._http1.errors import RemoteProtocolError
from bolide.server_adapters._http1.fields import Fields

__all__ = ["Handshake", "check_origin", "read_handshake"]

_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_KEY: Final = re.compile(rb"[A-Za-z0-9+/]{22}==")  # 16 bytes
_VERSION: Final = b"13"

# RFC 6454 §6.2: what browsers send; `null` has no scheme and is nobody's.
_ORIGIN: Final = re.compile(r"(https?)://([^/]+)")
_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}


class Handshake(msgspec.Struct, frozen=True):
    """A valid opening handshake.

    Attributes:
        accept_key: The value of ``Sec-WebSocket-Accept``.
        extensions: The lines of ``Sec-WebSocket-Extensions``.
    """

    accept_key: bytes
    extensions: tuple[str, ...]


def read_handshake(fields: Fields) -> Handshake:
    """Return what the handshake with *fields* asks for.

    Raises:
        RemoteProtocolError: 426 for another version, 400 for anything else that is wrong.
    """
    if fields.chunked or fields.content_length:
        raise RemoteProtocolError(400, "WebSocket handshake with a body")
    if _values(fields, b"sec-websocket-version") != [_VERSION]:
        raise RemoteProtocolError(426, "WebSocket version is not 13")
    keys = _values(fields, b"sec-websocket-key")
    if len(keys) != 1 or _KEY.fullmatch(keys[0]) is None:
        raise RemoteProtocolError(400, "missing, repeated or malformed Sec-WebSocket-Key")
    digest = hashlib.sha1(keys[0] + _GUID, usedforsecurity=False).digest()
    extensions = tuple(line.decode("latin-1") for line in _values(fields, b"sec-websocket-extensions"))
    return Handshake(base64.b64encode(digest), extensions)


def check_origin(fields: Fields, allowed: frozenset[str]) -> None:
    """Refuse a handshake that a page of somebody else may have made (RFC 6455 §10.2).

    Browsers send cookies with a handshake whatever page has made it, and let every page make one. Without
    a list of origins, one that comes with cookies must come from the host that it asks. Clients that are
    no browsers send no origin.

    Args:
        fields: Of the handshake.
        allowed: Origins like ``https://example.com`` that are allowed besides the host's own; ``*`` stands
            for all.

    Raises:
        RemoteProtocolError: 403.
    """
    origins = _values(fields, b"origin")
    if not origins or "*" in allowed:
        return
    if not allowed and not _values(fields, b"cookie"):
        return
    origin = origins[0].decode("latin-1").lower()
    if len(origins) > 1 or not (origin in allowed or _is_of_host(origin, fields)):
        raise RemoteProtocolError(403, "WebSocket handshake of a page of another origin (ws_allowed_origins)")


def _is_of_host(origin: str, fields: Fields) -> bool:
    """Tell whether *origin* names the host of the request; who terminates TLS may have changed the scheme."""
    match = _ORIGIN.fullmatch(origin)
    if match is None:
        return False
    scheme, authority = match.groups()
    port = _DEFAULT_PORTS[scheme]
    host = _values(fields, b"host")[0].decode("latin-1").lower()
    return authority.removesuffix(port) == host.removesuffix(port)


def _values(fields: Fields, name: bytes) -> list[bytes]:
    return [value for key, value in fields.pairs if key == name]
