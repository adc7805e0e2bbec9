"""The routes that show the API: the OpenAPI document, the pages and their assets."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final, Protocol

from bolide._declaring.layers import Layer
from bolide._openapi.served_document import document_endpoint
from bolide._responses.response import Response
from bolide._responses.unchanged import accepts_gzip, etag_of, respond_unless_known
from bolide.exceptions import BolideError, HTTPException
from bolide.openapi.assets import asset, asset_names
from bolide.openapi.page_hosts import document_hosts
from bolide.openapi.page_sources import (
    REDOC,
    SCALAR,
    SWAGGER_UI,
    PageKind,
    PageSources,
    cdn_sources,
    local_sources,
    oauth2_redirect_source,
)
from bolide.openapi.pages import Page, docs_page, json_data, oauth2_redirect_page
from bolide.requests import Request
from bolide.routing import Route

__all__ = ["docs_routes", "page_headers"]

_HIDDEN: Final = Layer(include_in_schema=False)


class ShownApplication(Protocol):
    """What the pages show of an application; attributes are those of :class:`~bolide.Bolide`."""

    title: str
    openapi_url: str | None
    docs_url: str | None
    redoc_url: str | None
    scalar_url: str | None
    docs_assets_url: str | None
    swagger_ui_oauth2_redirect_url: str | None
    swagger_ui_parameters: Mapping[str, Any] | None
    swagger_ui_init_oauth: Mapping[str, Any] | None
    redoc_parameters: Mapping[str, Any] | None
    scalar_parameters: Mapping[str, Any] | None

    def openapi(self) -> dict[str, Any]: ...


def docs_routes(app: ShownApplication) -> Iterator[Route]:
    """Yield the routes; none without ``openapi_url``.

    Raises:
        BolideError: JSON cannot hold the options of a page.
    """
    if app.openapi_url is None:
        return
    yield _route(app.openapi_url, document_endpoint(app.openapi), "openapi")
    pages = list(_pages(app))
    if not pages:
        return
    assets_url = f"{pages[0].url.rstrip('/')}/assets"
    for page in pages:
        yield _route(page.url, _page_endpoint(partial(_build_page, app, page, assets_url)), page.route_name)
    if app.docs_url is not None and (url := app.swagger_ui_oauth2_redirect_url) is not None:
        build = partial(_build_redirect_page, _relative(assets_url, url))
        yield _route(url, _page_endpoint(build), "swagger_ui_redirect")
    yield _route(f"{assets_url}/{{name:path}}", read_docs_asset, "docs_asset")


@dataclass(frozen=True, slots=True)
class _ShownPage:
    kind: PageKind
    url: str
    route_name: str
    data: Mapping[str, str]


def _pages(app: ShownApplication) -> Iterator[_ShownPage]:
    if (url := app.docs_url) is not None:
        options = {"parameters": app.swagger_ui_parameters, "init-oauth": app.swagger_ui_init_oauth}
        redirect = app.swagger_ui_oauth2_redirect_url
        data = {} if redirect is None else {"oauth2-redirect-url": _relative(redirect, url)}
        yield _ShownPage(SWAGGER_UI, url, "swagger_ui_html", data | _options(options))
    if (url := app.redoc_url) is not None:
        yield _ShownPage(REDOC, url, "redoc_html", _options({"parameters": app.redoc_parameters}))
    if (url := app.scalar_url) is not None:
        yield _ShownPage(SCALAR, url, "scalar_html", _options({"parameters": app.scalar_parameters}))


def _options(options: Mapping[str, Mapping[str, Any] | None]) -> dict[str, str]:
    try:
        return {name: json_data(value) for name, value in options.items() if value}
    except TypeError as error:
        raise BolideError(f"the options of the docs page must be values of JSON: {error}") from error


def _build_page(app: ShownApplication, page: _ShownPage, assets_url: str) -> Page:
    assert app.openapi_url is not None
    return docs_page(
        page.kind,
        _sources(page.kind, _relative(assets_url, page.url), app.docs_assets_url),
        title=f"{app.title} - {page.kind.name}",
        openapi_url=_relative(app.openapi_url, page.url),
        data=page.data,
        hosts=document_hosts(app.openapi()),
    )


def _build_redirect_page(assets_url: str) -> Page:
    return oauth2_redirect_page(oauth2_redirect_source(assets_url))


def _sources(kind: PageKind, assets_url: str, cdn_url: str | None) -> PageSources:
    local = local_sources(kind, assets_url)
    return local if cdn_url is None else cdn_sources(kind, cdn_url, start=local.start)


def _relative(url: str, page_url: str) -> str:
    """Return the path *url* as seen from a page, which keeps it working behind any prefix."""
    return posixpath.relpath(url, posixpath.dirname(page_url))


async def read_docs_asset(name: str, request: Request) -> Response:
    """Serve a file of a page; its name says which content it has, so that it may be kept forever."""
    if name not in asset_names():
        raise HTTPException(404)
    found = asset(name)
    headers = {
        "content-type": found.media_type,
        "cache-control": "public, max-age=31536000, immutable",
        "x-content-type-options": "nosniff",
    }
    if not found.is_compressed:
        return respond_unless_known(request, found.stored, found.etag(), headers)
    headers["vary"] = "accept-encoding"
    if not accepts_gzip(request):
        return respond_unless_known(request, found.content, found.etag(), headers)
    headers["content-encoding"] = "gzip"
    return respond_unless_known(request, found.stored, found.etag(is_compressed=True), headers)


def _page_endpoint(build: Callable[[], Page]) -> Callable[..., Any]:
    @cache
    def encode() -> tuple[bytes, str, dict[str, str]]:
        page = build()
        content = page.html.encode()
        return content, etag_of(content), page_headers(page)

    async def read_docs_page(request: Request) -> Response:
        return respond_unless_known(request, *encode())

    return read_docs_page


def page_headers(page: Page) -> dict[str, str]:
    """Return the header fields of a response with *page*."""
    return {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": page.policy,
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
    }


def _route(path: str, endpoint: Callable[..., Any], name: str) -> Route:
    return Route(path=path, methods=("GET",), endpoint=endpoint, name=name, layer=_HIDDEN)
