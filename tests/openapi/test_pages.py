from __future__ import annotations

from html.parser import HTMLParser

from bolide.openapi.assets import ASSET_NAMES
from bolide.openapi.pages import CONTENT_SECURITY_POLICY, swagger_ui_html


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

    def values(self, attribute: str) -> list[str | None]:
        return [attrs[attribute] for _, attrs in self.elements if attribute in attrs]


def test_page_refers_to_the_document_and_its_assets() -> None:
    page = PageReader(swagger_ui_html(title="Shop", openapi_url="openapi.json", assets_url="docs/assets/"))
    assert page.texts["title"] == "Shop"
    assert page.values("data-openapi-url") == ["openapi.json"]
    assert page.values("src") == [
        "docs/assets/swagger-ui-bundle.js",
        "docs/assets/swagger-ui-init.js",
    ]
    assert page.values("href") == [
        "docs/assets/favicon-32x32.png",
        "docs/assets/swagger-ui.css",
        "openapi.json",
    ]


def test_every_asset_of_the_page_is_served() -> None:
    page = PageReader(swagger_ui_html(title="Shop", openapi_url="o", assets_url="a"))
    used = [url for url in page.values("src") + page.values("href") if url and url.startswith("a/")]
    assert sorted(used) == sorted(f"a/{name}" for name in ASSET_NAMES)


def test_page_has_no_inline_script_style_or_handler() -> None:
    page = PageReader(swagger_ui_html(title="Shop", openapi_url="o", assets_url="a"))
    assert "script" not in page.texts
    assert "style" not in {tag for tag, _ in page.elements}
    assert not [name for _, attrs in page.elements for name in attrs if name == "style" or name[:2] == "on"]


def test_hostile_title_and_urls_stay_text() -> None:
    hostile = "</title></script><script>alert(1)</script>\"'&\u2028{title}"
    page = PageReader(swagger_ui_html(title=hostile, openapi_url=hostile, assets_url=hostile))
    clean = PageReader(swagger_ui_html(title="T", openapi_url="o", assets_url="a"))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in clean.elements]
    assert page.texts["title"] == hostile
    assert page.values("data-openapi-url") == [hostile]
    assert page.values("src") == [f"{hostile}/swagger-ui-bundle.js", f"{hostile}/swagger-ui-init.js"]


def test_policy_allows_scripts_of_the_same_origin_only() -> None:
    directives = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert directives["connect-src"] == "'self'"
