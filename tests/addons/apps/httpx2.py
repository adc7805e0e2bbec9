# /// script
# dependencies = ["httpx2==2.16.2", "starlette==1.10.0"]
# ///
import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx2
from starlette.testclient import TestClient

from bolide import Bolide, WebSocket
from bolide.responses import StreamingResponse

app = Bolide()


async def pieces() -> AsyncIterator[bytes]:
    for number in range(3):
        yield b"%d" % number


@app.get("/")
async def stream() -> StreamingResponse:
    return StreamingResponse(pieces())


@app.get("/error")
async def fail() -> None:
    raise LookupError("lost")


@app.websocket("/ws")
async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(await websocket.receive_text())


async def main():
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop") as client:
        assert (await client.get("/")).text == "012"
        assert (await client.get("/error")).status_code == 500


asyncio.run(main())

# The test client of Starlette, and so that of FastAPI, is made of it.
with TestClient(app) as client:
    assert client.get("/").text == "012"
    with suppress(LookupError):
        client.get("/error")
        raise AssertionError("the error of the endpoint was not raised")
    with client.websocket_connect("/ws") as socket:
        socket.send_text("hello")
        assert socket.receive_text() == "hello"
