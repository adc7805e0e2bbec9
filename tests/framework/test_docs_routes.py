"""The routes that show the API work wherever they are put."""

import asyncio
import json
import posixpath
import re
from collections.abc import MutableMapping
from typing import Any

import pytest

from bolide import Bolide
from bolide.exceptions import BolideError
from bolide.testclient import TestClient


@pytest.mark.parametrize("docs_url", ["/docs", "/", "/docs/", "/internal/docs"])
@pytest.mark.parametrize("openapi_url", ["/openapi.json", "/internal/openapi.json"])
def test_every_address_on_the_page_is_served(docs_url: str, openapi_url: str) -> None:
    app = Bolide(docs_url=docs_url, openapi_url=openapi_url)
    client = TestClient(app)
    page = client.get(docs_url).text
    links = re.findall(r'(?:href|src|data-openapi-url)="([^"]+)"', page)
    assert len(links) >= 5
    for link in links:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(docs_url), link))
        assert client.get(target).status_code == 200, link


def test_docs_can_be_switched_off() -> None:
    client = TestClient(Bolide(docs_url=None))
    assert [client.get(path).status_code for path in ("/docs", "/openapi.json")] == [404, 200]
    client = TestClient(Bolide(openapi_url=None))
    assert [client.get(path).status_code for path in ("/docs", "/openapi.json")] == [404, 404]


@pytest.mark.parametrize("option", ["docs_url", "openapi_url"])
def test_url_without_a_slash_is_refused(option: str) -> None:
    with pytest.raises(BolideError, match=f"{option} is 'docs'; expected a path that starts with '/'"):
        Bolide(**{option: "docs"})  # type: ignore[arg-type]


def test_unchanged_assets_are_not_sent_again() -> None:
    client = TestClient(Bolide())
    first = client.get("/docs/assets/swagger-ui.css")
    again = client.get("/docs/assets/swagger-ui.css", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/docs/assets/nothing.css").status_code == 404


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
