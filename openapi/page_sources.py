"""What shows documents, and where pages find it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bolide.openapi.assets import asset_packages, start_script

__all__ = [
    "JSDELIVR",
    "REDOC",
    "SCALAR",
    "SWAGGER_UI",
    "PageKind",
    "PageSources",
    "Source",
    "cdn_sources",
    "local_sources",
    "oauth2_redirect_source",
]

JSDELIVR: Final = "https://cdn.jsdelivr.net/npm"
"""A CDN that serves npm packages."""


@dataclass(frozen=True, slots=True)
class PageKind:
    """A program that shows a document.

    Attributes:
        name: For people.
        element: Identity of the element that it fills.
        package: The npm package that it comes from.
        script: Path of its script in the package.
        start: Our script that starts it.
        style: Path of its style sheet.
        icon: Path of its icon.
        policy: Directives and sources that its policy needs besides those of its files.
    """

    name: str
    element: str
    package: str
    script: str
    start: str
    style: str | None = None
    icon: str | None = None
    policy: tuple[tuple[str, str], ...] = ()


SWAGGER_UI: Final = PageKind(
    name="Swagger UI",
    element="swagger-ui",
    package="swagger-ui-dist",
    script="swagger-ui-bundle.js",
    start="swagger-ui.js",
    style="swagger-ui.css",
    icon="favicon-32x32.png",
)

REDOC: Final = PageKind(
    name="ReDoc",
    element="redoc",
    package="redoc",
    script="bundles/redoc.standalone.js",
    start="redoc.js",
    # Its components write style elements; its search runs in a worker that the script brings along.
    policy=(("style-src-elem", "'unsafe-inline'"), ("worker-src", "blob:")),
)

SCALAR: Final = PageKind(
    name="Scalar",
    element="scalar",
    package="@scalar/api-reference",
    script="dist/browser/standalone.js",
    start="scalar.js",
    # Its script brings its style sheets along, and its templates have style attributes.
    policy=(("style-src", "'unsafe-inline'"),),
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a page finds a file.

    Attributes:
        url: Absolute, or relative to the page.
        integrity: The digest that the browser compares (Subresource Integrity).
    """

    url: str
    integrity: str | None = None


@dataclass(frozen=True, slots=True)
class PageSources:
    """Where a page finds its files.

    Attributes:
        script: The program.
        start: Our script that starts it; None puts it into the page.
        style: Its style sheet.
        icon: Icon of the browser's tab.
    """

    script: Source
    start: Source | None = None
    style: Source | None = None
    icon: Source | None = None


def local_sources(kind: PageKind, assets_url: str) -> PageSources:
    """Return the sources of a page where every asset is served below *assets_url*."""
    start = Source(_join(assets_url, start_script(kind.start)))
    return _sources(kind, start, lambda path: Source(_package_url(kind, path, assets_url)))


def cdn_sources(kind: PageKind, cdn_url: str, *, start: Source | None = None) -> PageSources:
    """Return the sources of a page where npm packages are served below *cdn_url*, as CDNs name them.

    Args:
        kind: What shows the document.
        cdn_url: Below it stand the packages, with their versions.
        start: Where our script is, which no CDN has.
    """
    digests = asset_packages()[kind.package].served
    return _sources(kind, start, lambda path: Source(_package_url(kind, path, cdn_url), digests[path]))


def oauth2_redirect_source(assets_url: str) -> Source:
    """Return the script of the page that logins come back to, below *assets_url*."""
    return Source(_package_url(SWAGGER_UI, "oauth2-redirect.js", assets_url))


def _sources(kind: PageKind, start: Source | None, source: Callable[[str], Source]) -> PageSources:
    return PageSources(
        source(kind.script),
        start,
        None if kind.style is None else source(kind.style),
        None if kind.icon is None else source(kind.icon),
    )


def _package_url(kind: PageKind, path: str, base_url: str) -> str:
    return _join(base_url, asset_packages()[kind.package].asset_name(path))


def _join(base_url: str, name: str) -> str:
    return f"{base_url.removesuffix('/')}/{name}"
