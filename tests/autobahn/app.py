"""What the Autobahn test suite talks to: an endpoint that sends back what it receives."""

from __future__ import annotations

from bolide import Bolide, WebSocket

app = Bolide()


@app.websocket("/")
async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        if "text" in message:
            await websocket.send_text(message["text"])
        else:
            await websocket.send_bytes(message["bytes"])
