"""Docs pages that applications serve by themselves, with FastAPI's functions."""

import re

import pytest

from bolide import Bolide
from bolide.docs import (
    docs_assets,
    get_redoc_html,
    get_scalar_html,
    get_swagger_ui_html,
    get_swagger_ui_oauth2_redirect_html,
)
from bolide.responses import HTMLResponse
from bolide.testclient import TestClient

URLS = {"openapi_url": "/openapi.json", "title": "Shop </script>"}


def text_of(response: HTMLResponse) -> str:
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return response.body.decode()


@pytest.mark.parametrize("page", [get_swagger_ui_html, get_redoc_html, get_scalar_html])
def test_page_comes_from_jsdelivr_unless_something_is_said(page: object) -> None:
    assert callable(page)
    response = page(**URLS)
    text = text_of(response)
    assert "<title>Shop &lt;/script&gt;</title>" in text
    assert re.search(r'src="https://cdn\.jsdelivr\.net/npm/\S+@\S+\.js" integrity="sha512-\S+"', text)
    policy = response.headers["content-security-policy"]
    assert "script-src https://cdn.jsdelivr.net 'sha512-" in policy
    assert "connect-src 'self' *;" in policy


def test_call_as_fastapi_documents_it_works_unchanged() -> None:
    app = Bolide(docs_url=None, redoc_url=None)

    @app.get("/docs", include_in_schema=False)
    async def custom_swagger_ui_html():  # type: ignore[no-untyped-def]
        return get_swagger_ui_html(
            openapi_url=app.openapi_url or "",
            title=app.title + " - Swagger UI",
            oauth2_redirect_url=app.swagger_ui_oauth2_redirect_url,
            swagger_js_url="/static/swagger-ui-bundle.js",
            swagger_css_url="/static/swagger-ui.css",
            init_oauth={"clientId": "shop"},
        )

    @app.get("/docs/oauth2-redirect", include_in_schema=False)
    async def swagger_ui_redirect():  # type: ignore[no-untyped-def]
        return get_swagger_ui_oauth2_redirect_html()

    @app.get("/redoc", include_in_schema=False)
    async def redoc_html():  # type: ignore[no-untyped-def]
        return get_redoc_html(
            openapi_url=app.openapi_url or "",
            title="ReDoc",
            redoc_js_url="/static/redoc.standalone.js",
            redoc_favicon_url="/static/icon.png",
            with_google_fonts=False,
        )

    client = TestClient(app)
    page = client.get("/docs")
    assert '<script src="/static/swagger-ui-bundle.js"></script>' in page.text
    assert '<link rel="stylesheet" href="/static/swagger-ui.css">' in page.text
    assert 'data-oauth2-redirect-url="/docs/oauth2-redirect"' in page.text
    assert 'data-init-oauth="{&quot;clientId&quot;: &quot;shop&quot;}"' in page.text
    assert "script-src 'self' 'sha512-" in page.headers["content-security-policy"]
    assert "swaggerUIRedirectOauth2" in client.get("/docs/oauth2-redirect").text
    redoc = client.get("/redoc").text
    assert '<script src="/static/redoc.standalone.js"></script>' in redoc
    assert '<link rel="icon" href="/static/icon.png">' in redoc


def test_files_are_served_where_the_router_is() -> None:
    app = Bolide(docs_url=None, redoc_url=None)
    app.include_router(docs_assets(), prefix="/static/docs")
    client = TestClient(app)
    for page in (get_swagger_ui_html, get_redoc_html, get_scalar_html):
        response = page(**URLS, assets_url="/static/docs", document=app.openapi())
        found = re.findall(r'src="([^"]+)"', text_of(response))
        assert len(found) == 2
        assert [client.get(url).status_code for url in found] == [200, 200]
        assert "script-src 'self';" in response.headers["content-security-policy"]
        assert "connect-src 'self';" in response.headers["content-security-policy"]
    assert app.openapi()["paths"] == {}
