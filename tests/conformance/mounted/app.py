"""An application with others below it, for the same requests on every server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route

from bolide import Bolide, Request

events: list[str] = []


@asynccontextmanager
async def lifespan(app: Bolide) -> AsyncIterator[dict[str, Any]]:
    yield {"greeting": "hello"}


@asynccontextmanager
async def sub_lifespan(app: Bolide) -> AsyncIterator[dict[str, Any]]:
    yield {"own": "sub"}


app = Bolide(lifespan=lifespan)
sub = Bolide(lifespan=sub_lifespan)


@sub.get("/items/{item_id:int}")
async def read_item(item_id: int, request: Request) -> Any:
    state, url = request.state, request.url_for("sub:read_item", item_id=1)
    return [item_id, request.root_path, state.greeting, state.own, str(url)]


@app.get("/events")
async def read_events() -> list[str]:
    return events


async def foreign(scope: Any, receive: Any, send: Any) -> None:
    """Answer with what was asked for, piece by piece, and work on after that."""
    if scope["path"] == "/foreign/fails":
        raise ValueError("the foreign application fails")
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message["body"])
        more = message["more_body"]
    seen = [scope["method"], scope["root_path"], scope["path"], size, scope["state"]["greeting"]]
    headers = [(b"content-type", b"application/json"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
    await send({"type": "http.response.start", "status": 203, "headers": headers})
    body = json.dumps(seen).encode()
    for start in range(0, len(body), 10):
        await send({"type": "http.response.body", "body": body[start : start + 10], "more_body": True})
    await send({"type": "http.response.body"})
    events.append("after the response")


async def waits(request: Any) -> StreamingResponse:
    """Stream a piece, then nothing any more."""

    async def pieces() -> AsyncIterator[str]:
        try:
            yield "first"
            await asyncio.Event().wait()
        finally:
            events.append("stream closed")

    return StreamingResponse(pieces())


app.mount("/starlette", Starlette(routes=[Route("/waits", waits)]))
app.mount("/sub", sub, name="sub")
app.mount("/foreign", foreign)
app.host("sub.example.com", sub)
