"""Serve the OpenAPI document: made at the first request for it, and encoded once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec.json

from bolide._responses.response import Response
from bolide._responses.unchanged import etag_of, respond_unless_known
from bolide.requests import Request

__all__ = ["document_endpoint"]

_MAX_ROOT_PATHS: Final = 8
"""So many variants are kept; proxies say what they like."""


def document_endpoint(document: Callable[[], dict[str, Any]]) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that answers with what *document* returns, encoded once for each object."""
    encoded = _Encoded()

    async def read_openapi_document(request: Request) -> Response:
        root_path = request.root_path if request.app.root_path_in_servers else ""
        content, etag = encoded.of(document(), root_path)
        return respond_unless_known(request, content, etag, {"content-type": "application/json"})

    return read_openapi_document


class _Encoded:
    """The bytes of one document, by the root path that its first server is."""

    def __init__(self) -> None:
        self._document: dict[str, Any] | None = None
        self._variants: dict[str, tuple[bytes, str]] = {}

    def of(self, document: dict[str, Any], root_path: str) -> tuple[bytes, str]:
        """Return *document* as JSON, and its entity tag."""
        if document is not self._document:
            self._document, self._variants = document, {}
        variants = self._variants
        if root_path not in variants:
            content = msgspec.json.encode(_with_server(document, root_path))
            if len(variants) == _MAX_ROOT_PATHS:
                variants.clear()
            variants[root_path] = (content, etag_of(content))
        return variants[root_path]


def _with_server(document: dict[str, Any], root_path: str) -> dict[str, Any]:
    """Return *document* with *root_path* first among its servers: where a proxy mounts the application."""
    servers: list[dict[str, Any]] = document.get("servers", [])
    if not root_path or any(server.get("url") == root_path for server in servers):
        return document
    return {**document, "servers": [{"url": root_path}, *servers]}
