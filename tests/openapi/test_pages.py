from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from bolide.openapi.assets import asset_names
from bolide.openapi.page_hosts import ANY_HOSTS, PageHosts
from bolide.openapi.page_sources import (
    REDOC,
    SCALAR,
    SWAGGER_UI,
    PageKind,
    PageSources,
    Source,
    cdn_sources,
    local_sources,
    oauth2_redirect_source,
)
from bolide.openapi.pages import Page, docs_page, json_data, oauth2_redirect_page

KINDS = pytest.mark.parametrize("kind", [SWAGGER_UI, REDOC, SCALAR], ids=lambda kind: kind.element)


class PageReader(HTMLParser):
    """Collects what a browser would see: elements with attributes, and text by element."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._open = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open = tag

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open] = self.texts.get(self._open, "") + data

    def values(self, attribute: str) -> list[str]:
        return [value for _, attrs in self.elements if (value := attrs.get(attribute)) is not None]


def local_page(kind: PageKind, text: str = "x", hosts: PageHosts | None = None) -> Page:
    return docs_page(
        kind,
        local_sources(kind, "docs/assets/"),
        title=text,
        openapi_url=text,
        data={"parameters": text},
        hosts=PageHosts() if hosts is None else hosts,
    )


def directives(policy: str) -> dict[str, str]:
    return dict(part.split(" ", 1) for part in policy.split("; "))


@KINDS
def test_page_refers_to_the_document_and_its_assets(kind: PageKind) -> None:
    page = PageReader(local_page(kind, "openapi.json").html)
    assert page.values("id") == [kind.element]
    assert page.values("data-openapi-url") == ["openapi.json"]
    used = [url for url in page.values("src") + page.values("href") if url.startswith("docs/assets/")]
    assert len(used) == (4 if kind is SWAGGER_UI else 2)
    assert {url.removeprefix("docs/assets/") for url in used} <= asset_names()
    assert page.values("integrity") == []


@KINDS
def test_page_has_no_inline_script_style_or_handler(kind: PageKind) -> None:
    page = PageReader(local_page(kind).html)
    assert "script" not in page.texts
    assert "style" not in {tag for tag, _ in page.elements}
    assert not [name for _, attrs in page.elements for name in attrs if name == "style" or name[:2] == "on"]


@KINDS
def test_hostile_texts_stay_text(kind: PageKind) -> None:
    hostile = "</title></script><script>alert(1)</script>\"'&\u2028{title}"
    page = PageReader(local_page(kind, hostile).html)
    clean = PageReader(local_page(kind).html)
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in clean.elements]
    assert page.texts["title"] == hostile
    assert page.values("data-openapi-url") == [hostile]
    assert page.values("data-parameters") == [hostile]


def test_hostile_addresses_of_files_stay_addresses() -> None:
    hostile = Source("\"></script><script>alert(1)</script>'")
    sources = PageSources(hostile, hostile, hostile, hostile)
    page = docs_page(SWAGGER_UI, sources, title="T", openapi_url="o", data={}, hosts=PageHosts())
    assert PageReader(page.html).values("src") == [hostile.url, hostile.url]
    assert "alert" not in page.policy


@pytest.mark.parametrize(
    ("kind", "further"),
    [
        (SWAGGER_UI, {"style-src": "'self'"}),
        (
            REDOC,
            {"style-src": "'none'", "style-src-elem": "'unsafe-inline'", "worker-src": "blob:"},
        ),
        (SCALAR, {"style-src": "'unsafe-inline'"}),
    ],
    ids=lambda value: getattr(value, "element", ""),
)
def test_policy_allows_what_the_page_needs_and_nothing_else(kind: PageKind, further: dict[str, str]) -> None:
    assert directives(local_page(kind).policy) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "data:",
        "connect-src": "'self'",
        "frame-ancestors": "'none'",
        "form-action": "'none'",
        "base-uri": "'none'",
        **further,
    }


def test_policy_names_the_hosts_of_the_document() -> None:
    hosts = PageHosts(("https://api.example.com",), ("https://img.example.com",))
    found = directives(local_page(SCALAR, hosts=hosts).policy)
    assert found["connect-src"] == "'self' https://api.example.com"
    assert found["img-src"] == "'self' data: https://img.example.com"


def test_files_from_a_cdn_are_pinned_and_compared() -> None:
    sources = cdn_sources(SWAGGER_UI, "https://cdn.example.com/npm/", start=Source("start.js"))
    page = docs_page(SWAGGER_UI, sources, title="T", openapi_url="o", data={}, hosts=ANY_HOSTS)
    read = PageReader(page.html)
    assert read.values("src") == [
        "https://cdn.example.com/npm/swagger-ui-dist@5.35.0/swagger-ui-bundle.js",
        "start.js",
    ]
    assert [value[:15] for value in read.values("integrity")] == ["sha512-3/WSjXom", "sha512-arNf8tOj"]
    assert read.values("crossorigin") == ["anonymous", "anonymous"]
    found = directives(page.policy)
    assert found["script-src"] == "https://cdn.example.com 'self'"
    assert found["style-src"] == "https://cdn.example.com"
    assert found["img-src"] == "https://cdn.example.com 'self' data: *"
    assert found["connect-src"] == "'self' *"


def test_script_within_the_page_is_allowed_by_its_digest() -> None:
    sources = cdn_sources(REDOC, "https://cdn.example.com")
    page = docs_page(REDOC, sources, title="T", openapi_url="o", data={}, hosts=PageHosts())
    assert "Redoc.init(" in PageReader(page.html).texts["script"]
    allowed = directives(page.policy)["script-src"].split()
    assert allowed[0] == "https://cdn.example.com"
    assert allowed[1].startswith("'sha512-")


def test_options_are_json() -> None:
    assert json.loads(json_data({"a": [1, "é"]})) == {"a": [1, "é"]}
    with pytest.raises(TypeError):
        json_data({"a": object()})


def test_logins_come_back_to_a_script_alone() -> None:
    page = oauth2_redirect_page(oauth2_redirect_source("assets"))
    assert PageReader(page.html).values("src") == ["assets/swagger-ui-dist@5.35.0/oauth2-redirect.js"]
    assert "script-src 'self'; " in page.policy
    inline = oauth2_redirect_page()
    assert "swaggerUIRedirectOauth2" in PageReader(inline.html).texts["script"]
    assert "script-src 'sha512-" in inline.policy
