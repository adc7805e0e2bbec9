"""Serves npm packages as CDNs do, to pages of any origin."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bolide import Bolide, Request, Response
from bolide.docs import docs_assets

app = Bolide(openapi_url=None)
app.include_router(docs_assets(), prefix="/npm")


@app.middleware("http")
async def allow_any_origin(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    response.headers["access-control-allow-origin"] = "*"
    return response
