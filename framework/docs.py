"""Documents and docs pages for routes of your own: behind a login, with other files, at other places.

The names are those of ``fastapi.openapi.docs`` and ``fastapi.openapi.utils``. Applications have a document
and the usual pages by themselves; see ``docs_url``, ``redoc_url`` and ``scalar_url`` of
:class:`~bolide.Bolide`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from bolide._openapi.description import openapi_document
from bolide._openapi.docs import page_headers, read_docs_asset
from bolide._openapi.documented import routes_of
from bolide._planning.dependencies import plan_route
from bolide._responses.response import HTMLResponse
from bolide.applications import Bolide
from bolide.openapi.page_hosts import ANY_HOSTS, PageHosts, document_hosts
from bolide.openapi.page_sources import (
    JSDELIVR,
    REDOC,
    SCALAR,
    SWAGGER_UI,
    PageKind,
    PageSources,
    Source,
    cdn_sources,
    local_sources,
)
from bolide.openapi.pages import Page, docs_page, json_data, oauth2_redirect_page
from bolide.openapi.versions import VersionNumber
from bolide.routing import APIRouter

__all__ = [
    "docs_assets",
    "get_openapi",
    "get_redoc_html",
    "get_scalar_html",
    "get_swagger_ui_html",
    "get_swagger_ui_oauth2_redirect_html",
]


def docs_assets() -> APIRouter:
    """Return a router with the files of the pages; include it with a prefix, which is their *assets_url*."""
    router = APIRouter(include_in_schema=False)
    router.get("/{name:path}")(read_docs_asset)
    return router


def get_openapi(
    *,
    title: str,
    version: str,
    openapi_version: VersionNumber = "3.1.0",
    summary: str | None = None,
    description: str | None = None,
    routes: Iterable[Any],
    webhooks: Iterable[Any] | None = None,
    tags: Sequence[Mapping[str, Any]] | None = None,
    servers: Sequence[Mapping[str, Any]] | None = None,
    terms_of_service: str | None = None,
    contact: Mapping[str, Any] | None = None,
    license_info: Mapping[str, Any] | None = None,
    separate_input_output_schemas: bool = True,
    external_docs: Mapping[str, Any] | None = None,
    compatibility: Literal["fastapi"] | None = None,
) -> dict[str, Any]:
    """Return the OpenAPI document of *routes*, for an ``app.openapi`` of your own.

    Args:
        routes: ``app.routes``, or some of them.
        webhooks: ``app.webhooks.routes``.
        compatibility: ``"fastapi"`` for its identifiers of operations.

    The others are the arguments of :class:`~bolide.Bolide`.

    Raises:
        BolideError: an argument is not what it should be, or a route cannot be described.
    """
    app = Bolide(
        title=title,
        version=version,
        openapi_version=openapi_version,
        summary=summary,
        description=description,
        openapi_tags=tags,
        servers=servers,
        terms_of_service=terms_of_service,
        contact=contact,
        license_info=license_info,
        separate_input_output_schemas=separate_input_output_schemas,
        openapi_external_docs=external_docs,
        compatibility=compatibility,
    )
    declared = list(routes)
    plans = [plan_route(route, {}) for route in routes_of(declared)]
    return openapi_document(plans, app, routes=declared, webhooks=webhooks or ())


def get_swagger_ui_html(
    *,
    openapi_url: str,
    title: str,
    swagger_js_url: str | None = None,
    swagger_css_url: str | None = None,
    swagger_favicon_url: str | None = None,
    oauth2_redirect_url: str | None = None,
    init_oauth: Mapping[str, Any] | None = None,
    swagger_ui_parameters: Mapping[str, Any] | None = None,
    assets_url: str | None = None,
    document: Mapping[str, Any] | None = None,
) -> HTMLResponse:
    """Return a page with Swagger UI.

    Args:
        openapi_url: Where the document is.
        title: Of the browser's tab.
        swagger_js_url: Where Swagger UI is; from jsDelivr, pinned, unless it or *assets_url* is given.
        swagger_css_url: The same for its style sheet.
        swagger_favicon_url: The same for the icon of the tab.
        oauth2_redirect_url: Where :func:`get_swagger_ui_oauth2_redirect_html` is served.
        init_oauth: Options of ``initOAuth``.
        swagger_ui_parameters: Options of Swagger UI.
        assets_url: Where :func:`docs_assets` are served.
        document: The document, whose hosts the page may talk to; any host unless it is given.

    Raises:
        TypeError: JSON cannot hold an option.
    """
    options = {"parameters": swagger_ui_parameters, "init-oauth": init_oauth}
    data = {name: json_data(value) for name, value in options.items() if value}
    if oauth2_redirect_url is not None:
        data["oauth2-redirect-url"] = oauth2_redirect_url
    given = (swagger_js_url, swagger_css_url, swagger_favicon_url)
    page = docs_page(
        SWAGGER_UI,
        _sources(SWAGGER_UI, assets_url, *given),
        title=title,
        openapi_url=openapi_url,
        data=data,
        hosts=_hosts(document),
    )
    return _response(page)


def get_redoc_html(
    *,
    openapi_url: str,
    title: str,
    redoc_js_url: str | None = None,
    redoc_favicon_url: str | None = None,
    with_google_fonts: bool = False,
    redoc_parameters: Mapping[str, Any] | None = None,
    assets_url: str | None = None,
    document: Mapping[str, Any] | None = None,
) -> HTMLResponse:
    """Return a page with ReDoc.

    Args:
        openapi_url: Where the document is.
        title: Of the browser's tab.
        redoc_js_url: Where ReDoc is; from jsDelivr, pinned, unless it or *assets_url* is given.
        redoc_favicon_url: Icon of the tab.
        with_google_fonts: Accepted for FastAPI's sake; the page uses the fonts of the system.
        redoc_parameters: Options of ReDoc.
        assets_url: Where :func:`docs_assets` are served.
        document: The document, whose hosts the page may talk to; any host unless it is given.

    Raises:
        TypeError: JSON cannot hold an option.
    """
    del with_google_fonts
    page = docs_page(
        REDOC,
        _sources(REDOC, assets_url, redoc_js_url, None, redoc_favicon_url),
        title=title,
        openapi_url=openapi_url,
        data={"parameters": json_data(redoc_parameters or {})},
        hosts=_hosts(document),
    )
    return _response(page)


def get_scalar_html(
    *,
    openapi_url: str,
    title: str,
    scalar_js_url: str | None = None,
    scalar_favicon_url: str | None = None,
    scalar_parameters: Mapping[str, Any] | None = None,
    assets_url: str | None = None,
    document: Mapping[str, Any] | None = None,
) -> HTMLResponse:
    """Return a page with Scalar.

    Args:
        openapi_url: Where the document is.
        title: Of the browser's tab.
        scalar_js_url: Where Scalar is; from jsDelivr, pinned, unless it or *assets_url* is given.
        scalar_favicon_url: Icon of the tab.
        scalar_parameters: Options of Scalar.
        assets_url: Where :func:`docs_assets` are served.
        document: The document, whose hosts the page may talk to; any host unless it is given.

    Raises:
        TypeError: JSON cannot hold an option.
    """
    page = docs_page(
        SCALAR,
        _sources(SCALAR, assets_url, scalar_js_url, None, scalar_favicon_url),
        title=title,
        openapi_url=openapi_url,
        data={"parameters": json_data(scalar_parameters or {})},
        hosts=_hosts(document),
    )
    return _response(page)


def get_swagger_ui_oauth2_redirect_html() -> HTMLResponse:
    """Return the page to which logins from Swagger UI come back."""
    return _response(oauth2_redirect_page())


def _sources(
    kind: PageKind, assets_url: str | None, script: str | None, style: str | None, icon: str | None
) -> PageSources:
    """Return where the page finds its files: those that are given, else the usual ones."""
    usual = cdn_sources(kind, JSDELIVR) if assets_url is None else local_sources(kind, assets_url)
    return replace(
        usual,
        script=usual.script if script is None else Source(script),
        style=usual.style if style is None else Source(style),
        icon=usual.icon if icon is None else Source(icon),
    )


def _hosts(document: Mapping[str, Any] | None) -> PageHosts:
    return ANY_HOSTS if document is None else document_hosts(document)


def _response(page: Page) -> HTMLResponse:
    return HTMLResponse(page.html, headers=page_headers(page))
