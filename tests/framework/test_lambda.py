"""An application on AWS Lambda, through Mangum: an ASGI server without sockets that is called per request."""

from __future__ import annotations

import asyncio
import json
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from mangum import Mangum

from bolide import Bolide, Request
from bolide.responses import Response


@pytest.fixture(autouse=True)
def event_loop() -> Iterator[None]:
    """Mangum takes the current event loop, which a runtime of AWS has."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()


def application() -> Bolide:
    @asynccontextmanager
    async def lifespan(app: Bolide) -> AsyncIterator[dict[str, Any]]:
        yield {"database": "db"}

    app = Bolide(lifespan=lifespan)

    @app.post("/items/{item_id}")
    async def save(item_id: int, q: str, payload: dict[str, int], request: Request) -> list[Any]:
        return [item_id, q, payload, request.state.database, request.client and request.client.host]

    @app.get("/picture")
    async def picture() -> Response:
        return Response(b"\x89PNG\xff", media_type="image/png")

    return app


def event(method: str, path: str, query: str = "", body: str | None = None) -> dict[str, Any]:
    """Return an event of an HTTP API (payload format 2.0)."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "example.com", "content-type": "application/json", "x-forwarded-proto": "https"},
        "requestContext": {
            "http": {"method": method, "path": path, "sourceIp": "192.0.2.1"},
            "stage": "$default",
        },
        "body": body,
        "isBase64Encoded": False,
    }


def call(app: Bolide, request: dict[str, Any]) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of Mangum's way to find the event loop
        return dict(Mangum(app)(request, SimpleNamespace()))


def test_an_event_of_the_gateway_is_a_request() -> None:
    answer = call(application(), event("POST", "/items/7", "q=a%20b", '{"n": 1}'))
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, False)
    assert answer["headers"]["content-type"] == "application/json"
    assert json.loads(answer["body"]) == [7, "a b", {"n": 1}, "db", "192.0.2.1"]


def test_failures_are_answered_too() -> None:
    answer = call(application(), event("POST", "/items/x", "q=1", "{}"))
    assert answer["statusCode"] == 422
    assert json.loads(answer["body"])["detail"][0]["loc"] == ["path", "item_id"]
    assert call(application(), event("GET", "/nowhere"))["statusCode"] == 404


def test_bodies_that_are_no_text_are_encoded() -> None:
    answer = call(application(), event("GET", "/picture"))
    assert (answer["body"], answer["isBase64Encoded"]) == ("iVBOR/8=", True)
