"""Metrics are labelled with the templates of routes, never with what clients sent."""

from __future__ import annotations

import asyncio
import http.client
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bolide import APIRouter, Bolide, Depends, HTTPException, WebSocket
from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.contract import Exchange, Reply
from bolide.server_adapters.native import serve


async def plain_asgi(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"foreign"})


class ForeignMiddleware:
    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


async def retry_once(exchange: Exchange, call_next: Callable[[Exchange], Awaitable[Reply]]) -> Reply:
    await call_next(exchange)
    return await call_next(exchange)


def refuse() -> None:
    raise HTTPException(403)


def make_app(**options: Any) -> Bolide:
    app = Bolide(**options)
    router = APIRouter(prefix="/shop")

    @app.get("/health")
    async def read_health() -> None: ...

    @router.get("/items/{item_id}")
    def read_item(item_id: int) -> None: ...

    @app.get("/refused/{name}", dependencies=[Depends(refuse)])
    async def read_refused(name: str) -> None: ...

    @app.websocket("/chat/{room}")
    async def chat(websocket: WebSocket, room: str) -> None:
        await websocket.accept()
        await websocket.close()

    inner, innermost = Bolide(), Bolide(middleware=[retry_once])

    @inner.get("/users/{user_id}")
    async def read_user(user_id: int) -> None: ...

    @innermost.get("/deep/{value}")
    async def read_deep(value: str) -> None: ...

    inner.mount("/inner", innermost)
    app.include_router(router)
    app.mount("/tenants/{tenant}", inner)
    app.mount("/again", inner)
    app.mount("/foreign", plain_asgi)
    return app


PATHS = {
    "/health": "/health",
    "/shop/items/7": "/shop/items/{item_id}",
    "/shop/items/none": "/shop/items/{item_id}",
    "/refused/me": "/refused/{name}",
    "/nowhere": "",
    "/health/": "",
    "/tenants/a/users/7": "/tenants/{tenant}/users/{user_id}",
    "/again/users/7": "/again/users/{user_id}",
    "/tenants/a/inner/deep/7": "/tenants/{tenant}/inner/deep/{value}",
    "/tenants/a/nowhere": "/tenants/{tenant}",
    "/foreign/a/b": "/foreign",
    "/openapi.json": "/openapi.json",
}


def labels_of(app: Any, path: str, caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the routes that the metrics name when *path* was asked for."""
    caplog.set_level(logging.INFO, "bolide.error")
    return asyncio.run(_labels_of(app, path, caplog))


async def _labels_of(app: Any, path: str, caplog: pytest.LogCaptureFixture) -> list[str]:
    stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
    config = ServerConfig(port=0, access_log=False, metrics=True, metrics_port=0)
    serving = asyncio.create_task(serve(app, config, on_ready=ready.set_result, stop=stop))
    port = (await ready)[1]
    match = re.search(r"metrics: http://127.0.0.1:(\d+)", caplog.text)
    assert match, caplog.text
    await asyncio.to_thread(_get, port, path)
    text = await asyncio.to_thread(_get, int(match[1]), "/metrics")
    stop.set()
    await serving
    return re.findall(r'http_requests_total{method="GET",route="(.*?)"', text)


def _get(port: int, path: str) -> str:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    headers = upgrade | {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="} if "/chat/" in path else {}
    client.request("GET", path, headers=headers)
    text = client.getresponse().read().decode()
    client.close()
    return text


@pytest.mark.parametrize("path", PATHS)
def test_the_label_is_the_template(path: str, caplog: pytest.LogCaptureFixture) -> None:
    assert labels_of(make_app(), path, caplog) == [PATHS[path]]


def test_websocket_connections_are_named_too(caplog: pytest.LogCaptureFixture) -> None:
    assert labels_of(make_app(), "/chat/7", caplog) == ["/chat/{room}"]


@pytest.mark.parametrize("compiled", [True, False])
def test_foreign_middleware_around_it_changes_nothing(
    compiled: bool, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app()
    app.add_middleware(ForeignMiddleware)
    if compiled:
        app.compile()  # before the server says that it wants names
    assert labels_of(app, "/shop/items/7", caplog) == ["/shop/items/{item_id}"]


def test_root_path_is_no_part_of_a_name(caplog: pytest.LogCaptureFixture) -> None:
    app = make_app(root_path="/api")
    assert labels_of(app, "/api/shop/items/7", caplog) == ["/shop/items/{item_id}"]
