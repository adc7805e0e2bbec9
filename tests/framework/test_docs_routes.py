"""The routes that show the API work wherever they are put."""

import asyncio
import gzip
import json
import posixpath
import re
from collections.abc import MutableMapping
from typing import Any

import pytest

from bolide import Bolide
from bolide.exceptions import BolideError
from bolide.testclient import TestClient

PAGES = ("docs_url", "redoc_url", "scalar_url")


def links_of(page: str) -> list[str]:
    found = re.findall(r'(?:href|src|data-openapi-url|data-oauth2-redirect-url)="([^"]+)"', page)
    return [link for link in found if link != "data:,"]


@pytest.mark.parametrize("option", PAGES)
@pytest.mark.parametrize("url", ["/docs", "/", "/docs/", "/internal/docs"])
@pytest.mark.parametrize("openapi_url", ["/openapi.json", "/internal/openapi.json"])
def test_every_address_on_a_page_is_served(option: str, url: str, openapi_url: str) -> None:
    urls: dict[str, Any] = {**dict.fromkeys(PAGES), option: url}
    client = TestClient(Bolide(openapi_url=openapi_url, **urls))
    links = links_of(client.get(url).text)
    assert len(links) >= 4
    for link in links:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(url), link))
        assert client.get(target).status_code == 200, link


def test_every_address_on_the_page_of_logins_is_served() -> None:
    client = TestClient(Bolide())
    (link,) = links_of(client.get("/docs/oauth2-redirect").text)
    assert client.get(f"/docs/{link}").text.startswith('"use strict";function run(){')


def statuses(app: Bolide) -> list[int]:
    paths = ("/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc", "/scalar")
    return [TestClient(app).get(path).status_code for path in paths]


def test_pages_can_be_switched_on_and_off() -> None:
    assert statuses(Bolide()) == [200, 200, 200, 200, 404]
    assert statuses(Bolide(docs_url=None)) == [200, 404, 404, 200, 404]
    assert statuses(Bolide(redoc_url=None, scalar_url="/scalar")) == [200, 200, 200, 404, 200]
    assert statuses(Bolide(swagger_ui_oauth2_redirect_url=None)) == [200, 200, 404, 200, 404]
    assert statuses(Bolide(openapi_url=None, scalar_url="/scalar")) == [404, 404, 404, 404, 404]


def test_pages_have_the_names_of_fastapi() -> None:
    assert [route.name for route in Bolide(scalar_url="/scalar").iter_served_routes()] == [
        "openapi",
        "swagger_ui_html",
        "redoc_html",
        "scalar_html",
        "swagger_ui_redirect",
        "docs_asset",
    ]


@pytest.mark.parametrize("option", ["openapi_url", *PAGES, "swagger_ui_oauth2_redirect_url"])
def test_url_without_a_slash_is_refused(option: str) -> None:
    with pytest.raises(BolideError, match=f"{option} is 'docs'; expected a path that starts with '/'"):
        Bolide(**{option: "docs"})  # type: ignore[arg-type]


def test_cdn_without_a_host_is_refused() -> None:
    with pytest.raises(BolideError, match="docs_assets_url is '/npm'; expected an absolute URL such as"):
        Bolide(docs_assets_url="/npm")


@pytest.mark.parametrize("url", ["/docs", "/redoc", "/docs/oauth2-redirect", "/openapi.json"])
def test_unchanged_pages_are_not_sent_again(url: str) -> None:
    client = TestClient(Bolide())
    first = client.get(url)
    for known in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
        again = client.get(url, headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert "content-type" not in again.headers
    assert client.get(url, headers={"if-none-match": '"other"'}).content == first.content


def test_head_of_a_page_has_its_headers_alone() -> None:
    client = TestClient(Bolide())
    page, head = client.get("/docs"), client.head("/docs")
    assert (head.status_code, head.content, head.headers) == (200, b"", page.headers)


STYLE = "/docs/assets/swagger-ui-dist@5.35.0/swagger-ui.css"


def test_assets_are_kept_forever_and_never_guessed() -> None:
    client = TestClient(Bolide())
    first = client.get(STYLE)
    assert first.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert first.headers["x-content-type-options"] == "nosniff"
    again = client.get(STYLE, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(STYLE).headers["content-length"] == "187956"
    for name in ("nothing.css", "../pages.py", "%2e%2e/pages.py", "swagger-ui-dist@5.34.0/swagger-ui.css"):
        assert client.get(f"/docs/assets/{name}").status_code == 404


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("br, GZIP;q=0.5", "gzip"),
        ("*", "gzip"),
        ("gzip;q=1", "gzip"),
        ("gzip; q=0.000", None),
        ("*;q=0", None),
        ("gzip;q=0, *", None),
        ("br", None),
        ("", None),
    ],
)
def test_assets_are_compressed_for_those_who_read_it(accepted: str, encoding: str | None) -> None:
    client = TestClient(Bolide())
    found = client.get(STYLE, headers={"accept-encoding": accepted})
    content = gzip.decompress(found.content) if encoding else found.content
    assert (found.headers.get("content-encoding"), len(content)) == (encoding, 187956)
    assert found.headers["vary"] == "accept-encoding"


def test_encodings_have_entity_tags_of_their_own() -> None:
    client = TestClient(Bolide())
    plain, compressed = client.get(STYLE), client.get(STYLE, headers={"accept-encoding": "gzip"})
    assert compressed.headers["etag"] == plain.headers["etag"][:-1] + '-gzip"'
    known = {"if-none-match": plain.headers["etag"]}
    assert client.get(STYLE, headers={**known, "accept-encoding": "gzip"}).status_code == 200


def test_hostile_title_stays_text() -> None:
    title = "</title></script><script>alert(1)</script>"
    client = TestClient(Bolide(title=title, scalar_url="/scalar"))
    for url in ("/docs", "/redoc", "/scalar"):
        page = client.get(url).text
        assert "<script>" not in page
        assert "&lt;/title&gt;&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt; - " in page


def test_policy_names_the_hosts_of_the_document() -> None:
    client = TestClient(Bolide(servers=[{"url": "https://api.example.com/v1"}]))
    for url in ("/docs", "/redoc"):
        policy = client.get(url).headers["content-security-policy"]
        assert "connect-src 'self' https://api.example.com;" in policy
        assert "script-src 'self';" in policy


def test_files_may_come_from_a_cdn() -> None:
    client = TestClient(Bolide(docs_assets_url="https://cdn.example.com/npm"))
    page = client.get("/docs")
    assert 'src="https://cdn.example.com/npm/swagger-ui-dist@5.35.0/swagger-ui-bundle.js" integrity="' in (
        page.text
    )
    (start,) = re.findall(r'src="(docs/assets/start@[^"]+)"', page.text)
    assert client.get(f"/{start}").status_code == 200
    policy = page.headers["content-security-policy"]
    assert "script-src https://cdn.example.com 'self'; style-src https://cdn.example.com;" in policy


def test_document_that_is_changed_by_hand_is_shown() -> None:
    app = Bolide()
    document = {**app.openapi(), "servers": [{"url": "https://api.example.com"}]}
    app.openapi = lambda: document  # type: ignore[method-assign]
    client = TestClient(app)
    assert client.get("/openapi.json").json() == document
    assert "https://api.example.com" in client.get("/docs").headers["content-security-policy"]


def test_18_document_names_the_server_that_a_proxy_mounts_it_under() -> None:
    app = Bolide()
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": "/api/openapi.json",
        "root_path": "/api",
        "query_string": b"",
        "headers": [(b"host", b"example.org")],
    }
    asyncio.run(app(scope, receive, send))
    assert json.loads(sent[1]["body"])["servers"] == [{"url": "/api"}]
    assert "servers" not in app.openapi()
