"""The HTML of the docs pages, with the policies under which they work.

A page holds no data but in attributes, and loads nothing but what it was told of.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from bolide.openapi.assets import Asset, asset, asset_packages, start_script
from bolide.openapi.page_hosts import PageHosts, origin
from bolide.openapi.page_sources import SWAGGER_UI, PageKind, PageSources, Source

__all__ = ["Page", "docs_page", "json_data", "oauth2_redirect_page"]


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and the strictest ``Content-Security-Policy`` under which it works."""

    html: str
    policy: str


_PAGE: Final = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="{icon}">{style}
</head>
<body>
<noscript>{name} needs JavaScript. <a href="{openapi_url}">The document</a> does not.</noscript>
<div id="{element}" data-openapi-url="{openapi_url}"{data}></div>
{script}
{start}
</body>
</html>
"""

_OAUTH2_REDIRECT: Final = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Logging in</title>
</head>
<body>
{script}
</body>
</html>
"""

_NO_ICON: Final = "data:,"
"""Keeps browsers from asking for ``/favicon.ico``."""


def docs_page(
    kind: PageKind,
    sources: PageSources,
    *,
    title: str,
    openapi_url: str,
    data: Mapping[str, str],
    hosts: PageHosts,
) -> Page:
    """Return the page that shows a document.

    Args:
        kind: What shows it.
        sources: Where its files are.
        title: Plain text of the browser's tab.
        openapi_url: Where the document is; a relative URL counts from the page, which keeps it working
            behind any prefix.
        data: Data attributes for the script that starts it: names without ``data-``, and their values.
        hosts: What the page may talk to besides the host that serves it.
    """
    inline = asset(start_script(kind.start)) if sources.start is None else None
    html = _PAGE.format(
        title=escape(title),
        icon=_NO_ICON if sources.icon is None else escape(sources.icon.url),
        style="" if sources.style is None else f'\n<link rel="stylesheet"{_address("href", sources.style)}>',
        name=kind.name,
        element=kind.element,
        openapi_url=escape(openapi_url),
        data="".join(f' data-{name}="{escape(value)}"' for name, value in data.items()),
        script=_script(sources.script, None),
        start=_script(sources.start, inline),
    )
    own = {
        "script-src": f"{_sources(sources.script, sources.start)} {_digest(inline)}",
        "style-src": _sources(sources.style),
        "img-src": f"{_sources(sources.icon)} 'self' data: {' '.join(hosts.pictured)}",
        "font-src": "data:",
        "connect-src": f"{_sources(Source(openapi_url))} 'self' {' '.join(hosts.requested)}",
    }
    return Page(html, _policy(own, kind.policy))


def oauth2_redirect_page(source: Source | None = None) -> Page:
    """Return the page to which logins come back: it hands what they say to Swagger UI and closes itself.

    Args:
        source: Where its script is; None puts it into the page.
    """
    name = asset_packages()[SWAGGER_UI.package].asset_name("oauth2-redirect.js")
    inline = asset(name) if source is None else None
    policy = _policy({"script-src": f"{_sources(source)} {_digest(inline)}"}, ())
    return Page(_OAUTH2_REDIRECT.format(script=_script(source, inline)), policy)


def json_data(value: Mapping[str, Any]) -> str:
    """Return the data attribute of options.

    Raises:
        TypeError: JSON cannot hold an option.
    """
    return json.dumps(value, ensure_ascii=False)


def _script(source: Source | None, inline: Asset | None) -> str:
    if source is not None:
        return f"<script{_address('src', source)}></script>"
    return "" if inline is None else f"<script>{inline.content.decode()}</script>"


def _address(attribute: str, source: Source) -> str:
    address = f' {attribute}="{escape(source.url)}"'
    if source.integrity is None:
        return address
    return f'{address} integrity="{source.integrity}" crossorigin="anonymous"'


def _policy(own: Mapping[str, str], further: tuple[tuple[str, str], ...]) -> str:
    """Return the policy that allows *own* and *further* sources, by directive, and nothing else.

    A specific directive of *further* is one for which browsers no longer look at the general one.
    """
    directives = {name: sources.split() for name, sources in own.items()}
    for name, sources in further:
        general = name.removesuffix("-elem")
        directives[name] = [*directives.get(general, ()), *sources.split()]
    directives["frame-ancestors"] = directives["form-action"] = directives["base-uri"] = []
    listed = (f"{name} {' '.join(dict.fromkeys(sources)) or _NONE}" for name, sources in directives.items())
    return "; ".join(["default-src 'none'", *listed])


_NONE: Final = "'none'"


def _sources(*sources: Source | None) -> str:
    """Return what a policy calls the hosts of *sources*."""
    return " ".join(origin(source.url) or "'self'" for source in sources if source is not None)


def _digest(inline: Asset | None) -> str:
    return "" if inline is None else f"'{inline.integrity}'"
