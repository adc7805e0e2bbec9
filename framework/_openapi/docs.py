"""The routes that show the API: the OpenAPI document, the docs page and its assets."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, Protocol

import msgspec.json

from bolide._declaring.layers import Layer
from bolide._responses.response import HTMLResponse, Response
from bolide.exceptions import BolideError, HTTPException
from bolide.openapi.assets import ASSET_NAMES, asset
from bolide.openapi.pages import CONTENT_SECURITY_POLICY, swagger_ui_html
from bolide.requests import Request
from bolide.routing import Route

__all__ = ["docs_routes"]

_HIDDEN: Final = Layer(include_in_schema=False)


class ShownApplication(Protocol):
    """What the pages show of an application; attributes are those of :class:`~bolide.Bolide`."""

    title: str
    openapi_url: str | None
    docs_url: str | None
    swagger_ui_parameters: Mapping[str, Any] | None
    swagger_ui_init_oauth: Mapping[str, Any] | None

    def openapi(self) -> dict[str, Any]: ...


def docs_routes(app: ShownApplication) -> Iterator[Route]:
    """Yield the routes; none without ``openapi_url``."""
    openapi_url, docs_url = app.openapi_url, app.docs_url
    if openapi_url is None:
        return
    yield _route(openapi_url, _document_endpoint(app.openapi))
    if docs_url is None:
        return
    # Relative addresses keep the page working behind any prefix.
    base, assets_url = posixpath.dirname(docs_url), f"{docs_url.rstrip('/')}/assets"
    try:
        page = swagger_ui_html(
            title=app.title,
            openapi_url=posixpath.relpath(openapi_url, base),
            assets_url=posixpath.relpath(assets_url, base),
            parameters=app.swagger_ui_parameters,
            init_oauth=app.swagger_ui_init_oauth,
        )
    except TypeError as error:
        raise BolideError(f"the options of the docs page must be values of JSON: {error}") from error
    yield _route(docs_url, _page_endpoint(page))
    yield _route(f"{assets_url}/{{name}}", read_docs_asset)


async def read_docs_asset(name: str, request: Request) -> Response:
    """Serve a file of the docs page; the name carries no version, so that caches must revalidate."""
    if name not in ASSET_NAMES:
        raise HTTPException(404)
    found = asset(name)
    headers = {"etag": found.etag, "cache-control": "public, max-age=3600"}
    if request.headers.get("if-none-match") == found.etag:
        return Response(None, 304, headers)
    return Response(found.body, 200, {**headers, "content-type": found.media_type})


def _document_endpoint(document: Callable[[], dict[str, Any]]) -> Callable[..., Any]:
    @lru_cache(maxsize=8)
    def encode(root_path: str) -> bytes:
        found = document()
        servers: list[dict[str, Any]] = found.get("servers", [])
        if root_path and all(server.get("url") != root_path for server in servers):
            # Where a proxy mounts the application is the server that clients see.
            found = {**found, "servers": [{"url": root_path}, *servers]}
        return msgspec.json.encode(found)

    async def read_openapi_document(request: Request) -> Response:
        root_path = request.root_path if request.app.root_path_in_servers else ""
        return Response(encode(root_path), media_type="application/json")

    return read_openapi_document


def _page_endpoint(page: str) -> Callable[[], Any]:
    async def read_docs_page() -> HTMLResponse:
        return HTMLResponse(page, headers={"content-security-policy": CONTENT_SECURITY_POLICY})

    return read_docs_page


def _route(path: str, endpoint: Callable[..., Any]) -> Route:
    return Route(path=path, methods=("GET",), endpoint=endpoint, name=endpoint.__name__, layer=_HIDDEN)
