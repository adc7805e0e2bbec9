"""Parse a request line (RFC 9112 §3)."""

from __future__ import annotations

import re
from typing import Final, NoReturn
from urllib.parse import unquote

from bolide.server_adapters._http1.errors import RemoteProtocolError
from bolide.server_adapters.host import is_valid_host

__all__ = ["METHODS", "RequestLine", "parse_request_line"]

METHODS: Final = {
    name: name for name in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY")
}
"""The usual methods; the values are one object each, so that comparing them is cheap."""

RequestLine = tuple[str, str, str, str, str, bytes | None]
"""Method, percent-decoded path, path as sent, raw query, version, authority of a target in absolute form."""

_VERSIONS: Final = {"HTTP/1.1": "1.1", "HTTP/1.0": "1.0"}
_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}")
_VERSION: Final = re.compile(r"HTTP/[0-9]\.[0-9]")
_ABSOLUTE: Final = re.compile(r"[Hh][Tt][Tt][Pp][Ss]?://([^/?]*)(.*)")


def parse_request_line(line: bytes | bytearray) -> RequestLine:
    """Take *line* (without CRLF) apart.

    Raises:
        RemoteProtocolError: 400, 501 or 505.
    """
    # Three words, single spaces, visible ASCII: split() keeps empty words, isprintable() sees controls.
    try:
        method, target, version = line.decode("ascii").split(" ")
    except ValueError:
        raise RemoteProtocolError(400, "malformed request line") from None
    if not target.isprintable() or "#" in target:
        raise RemoteProtocolError(400, "malformed request target")
    number = _VERSIONS.get(version) or _refuse_version(version)
    method = METHODS.get(method) or _other_method(method)
    authority = None
    if target[:1] != "/":
        if target == "*" and method == "OPTIONS":
            return method, "*", "*", "", number, None
        authority, target = _split_absolute(target)
    path, _, query = target.partition("?")
    decoded = unquote(path) if "%" in path else path
    return method, decoded, path, query, number, authority


def _refuse_version(version: str) -> NoReturn:
    if _VERSION.fullmatch(version):
        raise RemoteProtocolError(505, "HTTP version not supported")
    raise RemoteProtocolError(400, "malformed HTTP version")


def _other_method(method: str) -> str:
    """Return *method*, which is for the application to know (RFC 9110 §9.1), unless it can be none."""
    if _TOKEN.fullmatch(method) is None:
        raise RemoteProtocolError(400, "malformed method")
    if method == "CONNECT" or method.upper() in METHODS:
        # A proxy may take `get` for GET; it is another method. CONNECT has a target of its own (§9.3.6).
        raise RemoteProtocolError(501, "unknown method")
    return method


def _split_absolute(target: str) -> tuple[bytes, str]:
    match = _ABSOLUTE.fullmatch(target)
    if match is None or not is_valid_host(match.group(1).encode()):
        raise RemoteProtocolError(400, "malformed request target")
    authority, rest = match.groups()
    return authority.encode(), rest if rest[:1] == "/" else f"/{rest}"
