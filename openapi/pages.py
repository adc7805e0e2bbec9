"""The HTML of the docs pages.

A page holds no script and no data but the address of the document, so it works under a strict
Content-Security-Policy; it loads nothing from other hosts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any, Final

__all__ = ["CONTENT_SECURITY_POLICY", "swagger_ui_html"]

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        # Swagger UI sets style attributes.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""The strictest policy under which the page works; send it as ``Content-Security-Policy``."""

_SWAGGER_UI: Final = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" type="image/png" href="{assets_url}/favicon-32x32.png">
<link rel="stylesheet" href="{assets_url}/swagger-ui.css">
</head>
<body>
<noscript>Swagger UI needs JavaScript. <a href="{openapi_url}">The document</a> does not.</noscript>
<div id="swagger-ui" data-openapi-url="{openapi_url}"{options}></div>
<script src="{assets_url}/swagger-ui-bundle.js"></script>
<script src="{assets_url}/swagger-ui-init.js"></script>
</body>
</html>
"""


def swagger_ui_html(
    *,
    title: str,
    openapi_url: str,
    assets_url: str,
    parameters: Mapping[str, Any] | None = None,
    init_oauth: Mapping[str, Any] | None = None,
) -> str:
    """Return the page that shows a document with Swagger UI.

    Args:
        title: Plain text of the browser's tab.
        openapi_url: Where the document is; a relative URL counts from the page, which keeps it working
            behind any prefix.
        assets_url: The folder under which every :data:`~bolide.openapi.assets.ASSET_NAMES` is served;
            with or without a slash at the end.
        parameters: Options of Swagger UI, as far as JSON can hold them; they win over those of the page.
        init_oauth: Options of its ``initOAuth``, which is called with them.

    Raises:
        TypeError: JSON cannot hold an option.
    """
    options = {"data-parameters": parameters, "data-init-oauth": init_oauth}
    return _SWAGGER_UI.format(
        title=escape(title),
        openapi_url=escape(openapi_url),
        assets_url=escape(assets_url.removesuffix("/")),
        options="".join(f' {name}="{_json(value)}"' for name, value in options.items() if value),
    )


def _json(value: Mapping[str, Any]) -> str:
    return escape(json.dumps(value, ensure_ascii=False))
