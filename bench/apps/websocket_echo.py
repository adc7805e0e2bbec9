"""Applications that send back what they receive; factories, so that only one framework is imported."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

Message = dict[str, Any]


def bolide_app() -> Any:
    """Make the endpoint of :func:`fastapi_app` for Bolide."""
    from bolide import Bolide, WebSocket

    app = Bolide()

    @app.websocket("/echo")
    async def echo(websocket: WebSocket) -> None:
        await websocket.accept()
        async for text in websocket.iter_text():
            await websocket.send_text(text)

    return app


def fastapi_app() -> Any:
    """Make an endpoint as FastAPI's documentation shows it."""
    from fastapi import FastAPI, WebSocket

    app = FastAPI()

    async def echo(websocket: WebSocket) -> None:
        await websocket.accept()
        async for text in websocket.iter_text():
            await websocket.send_text(text)

    # With the annotation as an object: the module has no global of this name.
    echo.__annotations__["websocket"] = WebSocket
    app.add_api_websocket_route("/echo", echo)
    return app


async def bare_app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Echo without a framework: what it costs is the server's own cost."""
    await receive()
    await send({"type": "websocket.accept"})
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        await send({"type": "websocket.send", "text": message["text"]})
