"""A Starlette application: streams, files, background tasks, its lifespan and WebSockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

events: list[str] = []


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
    yield {"database": "db"}
    print("the application was shut down", flush=True)


async def show(request: Request) -> Response:
    body = await request.body()
    url = str(request.url).replace(str(request.url.port), "PORT")
    return JSONResponse([request.method, url, request.state.database, len(body)])


async def file(request: Request) -> Response:
    return FileResponse(Path(__file__).with_name("data.bin"))


async def waits(request: Request) -> Response:
    async def pieces() -> AsyncIterator[str]:
        try:
            yield "first"
            await asyncio.Event().wait()
        finally:
            events.append("stream closed")

    return StreamingResponse(pieces())


async def background(request: Request) -> Response:
    async def later() -> None:
        events.append("background")

    return PlainTextResponse("answered", background=BackgroundTask(later))


async def show_events(request: Request) -> Response:
    return JSONResponse(events)


async def fails(request: Request) -> Response:
    raise RuntimeError("broken on purpose")


async def echo(websocket: WebSocket) -> None:
    await websocket.accept("v1")
    await websocket.send_text(await websocket.receive_text())
    await websocket.close(4000, "done")


app = Starlette(
    routes=[
        Route("/events", show_events),
        Route("/file", file),
        Route("/waits", waits),
        Route("/background", background),
        Route("/fails", fails),
        WebSocketRoute("/echo", echo),
        Mount("/inner", routes=[Route("/{rest:path}", show, methods=["GET", "POST"])]),
    ],
    middleware=[Middleware(GZipMiddleware)],
    lifespan=lifespan,
)
