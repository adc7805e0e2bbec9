"""Streams, events and files; what happened to them can be read at ``/log``."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated

from bolide import Bolide, Depends, Model
from bolide.responses import EventSourceResponse, FileResponse, StreamingResponse

app = Bolide()
events: list[str] = []


class Item(Model):
    number: int


async def connect() -> AsyncIterator[str]:
    try:
        yield "db"
    finally:
        events.append("disconnected")


@app.get("/lines")
async def read_lines(count: int = 3) -> AsyncIterator[Item]:
    for number in range(count):
        yield Item(number=number)


@app.get("/threads")
def read_in_threads() -> Iterator[Item]:
    yield Item(number=1)
    yield Item(number=2)


@app.get("/endless", response_class=EventSourceResponse)
async def read_endless(db: Annotated[str, Depends(connect)]) -> AsyncIterator[str]:
    try:
        yield db
        await asyncio.Event().wait()
    finally:
        events.append("cancelled")


@app.get("/broken", response_class=StreamingResponse)
async def read_broken() -> AsyncIterator[bytes]:
    yield b"half"
    raise ValueError("broken on purpose")


@app.get("/file")
async def read_file() -> FileResponse:
    return FileResponse(Path("data.bin"))


@app.get("/log")
async def read_log() -> list[str]:
    return events
