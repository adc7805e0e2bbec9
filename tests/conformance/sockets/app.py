"""WebSocket routes; the conformance suite serves them on every server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from bolide import Bolide, Depends, Header, HTTPException, WebSocket

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
