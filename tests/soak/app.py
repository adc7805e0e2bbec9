"""An application with one route for each kind of work that a server does."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import Annotated, Any

from bolide import (
    BackgroundTasks,
    Bolide,
    Depends,
    Field,
    HTTPException,
    Model,
    Request,
    UploadFile,
    WebSocket,
)
from bolide.responses import EventSourceResponse, FileResponse, StreamingResponse

app = Bolide(title="Soak")

open_resources = 0


class Item(Model):
    name: str = Field(min_length=1, max_length=40)
    tags: list[str] = []
    price: float = Field(gt=0)


async def resource() -> AsyncIterator[int]:
    global open_resources
    open_resources += 1
    try:
        yield open_resources
    finally:
        open_resources -= 1


@app.get("/items/{number}")
async def read_item(number: int, q: str = "none") -> dict[str, str | int]:
    return {"number": number, "q": q}


@app.post("/items", status_code=201)
async def create_item(item: Item) -> Item:
    return item


@app.get("/threads")
def in_a_thread(_: Annotated[int, Depends(resource)]) -> dict[str, str]:
    return {"ran": "in a thread"}


@app.get("/refused")
async def refused(_: Annotated[int, Depends(resource)]) -> None:
    raise HTTPException(404, "refused after a resource was opened")


@app.post("/length")
async def length(request: Request) -> dict[str, int]:
    size = 0
    async for piece in request.stream():
        size += len(piece)
    return {"length": size}


@app.post("/upload")
async def upload(file: UploadFile, tasks: BackgroundTasks) -> dict[str, Any]:
    size = len(await file.read())
    tasks.add_task(asyncio.sleep, 0)
    return {"name": file.filename, "size": size}


@app.get("/numbers", response_class=StreamingResponse)
async def stream_numbers(_: Annotated[int, Depends(resource)]) -> AsyncIterator[bytes]:
    for number in range(50):
        await asyncio.sleep(0)
        yield b"%d\n" % number


@app.get("/events", response_class=EventSourceResponse)
async def stream_events(_: Annotated[int, Depends(resource)]) -> AsyncIterator[dict[str, int]]:
    for tick in itertools.count():
        yield {"tick": tick}
        await asyncio.sleep(0.01)


@app.get("/file")
async def read_file() -> FileResponse:
    return FileResponse(__file__)


@app.websocket("/echo")
async def echo(websocket: WebSocket, _: Annotated[int, Depends(resource)]) -> None:
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(text)


@app.get("/open")
async def count_open() -> dict[str, int]:
    return {"resources": open_resources, "tasks": len(asyncio.all_tasks())}
