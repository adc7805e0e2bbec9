"""The files behind the docs pages, read from the installed package.

Owns the table of what may be served: nothing else of the package can be reached by a name.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

__all__ = ["ASSET_NAMES", "Asset", "asset"]


@dataclass(frozen=True, slots=True)
class Asset:
    """A file to serve.

    Attributes:
        body: Its bytes.
        media_type: Value of ``Content-Type``.
        etag: Strong entity tag with its quotes (RFC 9110 §8.8.3).
    """

    body: bytes
    media_type: str
    etag: str


_JAVASCRIPT: Final = "text/javascript; charset=utf-8"  # RFC 9239 §6

_TABLE: Final = MappingProxyType(
    {
        "favicon-32x32.png": ("swagger_ui/favicon-32x32.png", "image/png"),
        "swagger-ui-bundle.js": ("swagger_ui/swagger-ui-bundle.js", _JAVASCRIPT),
        "swagger-ui-init.js": ("swagger_ui_init.js", _JAVASCRIPT),
        "swagger-ui.css": ("swagger_ui/swagger-ui.css", "text/css; charset=utf-8"),
    }
)

ASSET_NAMES: Final = tuple(_TABLE)
"""The last path segment of every asset's URL."""


@cache
def asset(name: str) -> Asset:
    """Return the asset *name*; read once per process.

    Raises:
        KeyError: *name* is not one of :data:`ASSET_NAMES`.
    """
    path, media_type = _TABLE[name]
    body = files("bolide.openapi").joinpath("assets", *path.split("/")).read_bytes()
    return Asset(body, media_type, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
