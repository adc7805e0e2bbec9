"""What to do about a path that matches only with, or without, a slash at its end."""

from __future__ import annotations

from typing import Final, Literal
from urllib.parse import quote

from bolide.server_adapters.contract import Exchange, Head, Reply

__all__ = ["TrailingSlash", "other_path", "redirect_to"]

TrailingSlash = Literal["redirect", "strict", "both"]
"""``redirect`` to the path that matches, ``strict``: 404, or serve ``both``."""

_EMPTY_HEAD: Final = Head()

# RFC 3986 §3.3: pchar without "%", and "/".
_PATH_SAFE: Final = "/:@!$&'()*+,;=~-._"


def other_path(path: str) -> str | None:
    """Return *path* with a slash at its end, or without any if it has one; None for the root."""
    if not path.endswith("/"):
        return f"{path}/"
    return path.rstrip("/") or None


def redirect_to(exchange: Exchange, path: str) -> Reply:
    """Return a redirection to *path* of the same application, with the same query and method.

    The location is no absolute URL: neither a wrong ``Host`` nor a proxy that ends TLS can lead it astray
    (RFC 9110 §10.2.2).
    """
    location = quote(exchange.root_path + path, safe=_PATH_SAFE)
    if location.startswith("//"):
        location = f"/%2F{location[2:]}"  # two slashes would begin an authority (RFC 3986 §4.2)
    if exchange.query:
        location += f"?{exchange.query}"
    return Reply(307, _EMPTY_HEAD, b"", [(b"location", location.encode("ascii", "replace"))])
