"""WebSocket routes; the conformance suite serves them on every server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from bolide import APIRouter, Bolide, Depends, Header, HTTPException, WebSocket
from bolide.middleware import Middleware
from bolide.requests import HTTPConnection

app = Bolide()

exits: list[str] = []


async def note_exit(websocket: WebSocket) -> AsyncIterator[None]:
    try:
        yield
    finally:
        exits.append(websocket.path_params["name"])


@app.get("/exits")
async def read_exits() -> list[str]:
    return exits


@app.websocket("/echo/{name}", dependencies=[Depends(note_exit)])
async def echo(
    websocket: WebSocket, name: str, limit: int = 10, user_agent: Annotated[str, Header()] = ""
) -> None:
    chosen = "v2" if "v2" in websocket.subprotocols else None
    await websocket.accept(chosen)
    await websocket.send_json([name, limit, bool(user_agent), websocket.url.path, websocket.url.scheme])
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            break
        if "text" in message:
            await websocket.send_text(message["text"])
        else:
            await websocket.send_bytes(message["bytes"])


@app.websocket("/close")
async def close(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.close(4001, "enough")


@app.websocket("/denied")
async def denied(websocket: WebSocket) -> None:
    raise HTTPException(401, "who are you?")


@app.websocket("/broken")
async def broken(websocket: WebSocket) -> None:
    await websocket.accept()
    raise LookupError("broken on purpose")


# An application that is none of Bolide's.


async def foreign(scope: Any, receive: Any, send: Any) -> None:
    assert (await receive())["type"] == "websocket.connect"
    if b"deny" in scope["query_string"]:
        start = {"status": 418, "headers": [(b"x-foreign", b"1")]}
        await send({"type": "websocket.http.response.start", **start})
        await send({"type": "websocket.http.response.body", "body": b"no ", "more_body": True})
        await send({"type": "websocket.http.response.body", "body": b"tea"})
        return
    await send({"type": "websocket.accept", "subprotocol": "v1", "headers": [(b"x-foreign", b"1")]})
    seen = [scope["type"], scope["scheme"], scope["path"], scope["root_path"], scope["subprotocols"]]
    await send({"type": "websocket.send", "text": json.dumps([*seen, sorted(scope["extensions"])])})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "bytes": message["text"].encode()})
    exits.append(f"foreign {message['code']}")


app.mount("/foreign", foreign)

# Middleware and guards of a router.


class Prefixing:
    """Of Bolide's own kind."""

    async def handle_websocket(self, exchange: Any, call_next: Any) -> Exception | None:
        if "pay" in exchange.query:
            raise HTTPException(402)
        error: Exception | None = await call_next(exchange)
        exits.append(f"{exchange.path} {exchange.stage}")
        return error


class Passing:
    """Of ASGI."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        scope["seen"] = True
        await self.app(scope, receive, send)


async def is_allowed(connection: HTTPConnection) -> bool:
    return "denied" not in connection.query_params


inner = Bolide()


@inner.websocket("/ws")
async def serve_inner(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_json([websocket.url.path, websocket.scope.get("seen", False)])


router = APIRouter(
    prefix="/layered", middleware=[Middleware(Prefixing), Middleware(Passing)], guards=[is_allowed]
)
router.add_api_websocket_route("/ws", serve_inner)
router.mount("/inner", inner)
app.include_router(router)
