"""An application with everything that may stand around an endpoint."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any

from bolide import APIRouter, Bolide, Depends, Request
from bolide.middleware import Middleware
from bolide.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from bolide.server_adapters.contract import Exchange, Reply

counts = {"opened": 0, "closed": 0, "finished": 0}
waiting = asyncio.Event()


class Provoked(Exception): ...


class Own:
    """Bolide's own kind."""

    async def __call__(self, exchange: Exchange, call_next: Callable[[Exchange], Awaitable[Reply]]) -> Reply:
        reply = await call_next(exchange)
        reply.headers = [*(reply.headers or ()), (b"x-own", b"%d" % reply.status)]
        return reply


class Asgi:
    """A foreign one."""

    def __init__(self, app: Any, name: str) -> None:
        self.app = app
        self.name = name.encode()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def mark(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-" + self.name, b"%d" % message["status"])]
            await send(message)

        await self.app(scope, receive, mark)


app = Bolide(middleware=[Middleware(Own), Middleware(Asgi, name="app")])
router = APIRouter(middleware=[Middleware(Asgi, name="router")])


@app.middleware("http")
async def identify(request: Request, call_next: Any) -> Response:
    request.state.user = request.headers.get("x-user", "nobody")
    response: Response = await call_next(request)
    response.headers["x-http"] = str(response.status_code)
    return response


@app.exception_handler(Provoked)
def answer_provoked(request: Request, exc: Provoked) -> JSONResponse:
    return JSONResponse({"provoked": str(exc), "user": request.state.user}, 418)


@app.exception_handler(404)
async def answer_missing(request: Request, exc: Exception) -> PlainTextResponse:
    return PlainTextResponse(f"nothing at {request.url.path}", 404)


async def resource() -> AsyncIterator[None]:
    counts["opened"] += 1
    try:
        yield
    finally:
        counts["closed"] += 1


Resource = Annotated[None, Depends(resource)]


@router.get("/me")
async def read_me(request: Request, opened: Resource) -> str:
    user: str = request.state.user
    return user


@router.get("/provoked")
async def provoke(opened: Resource) -> None:
    raise Provoked("here")


@router.get("/bug")
async def fail(opened: Resource) -> None:
    raise RuntimeError("expected in the log")


@router.post("/echo")
async def echo(request: Request, opened: Resource) -> Response:
    return Response(await request.body(), media_type="application/octet-stream")


@router.get("/stream")
async def stream(opened: Resource) -> StreamingResponse:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"a" * 1000

    return StreamingResponse(pieces())


@router.get("/slow")
async def wait_for_release(opened: Resource) -> str:
    waiting.set()
    await asyncio.sleep(0.2)
    counts["finished"] += 1
    return "done"


@app.get("/counts")
async def read_counts() -> dict[str, int]:
    return counts


@app.get("/is-waiting")
async def read_waiting() -> bool:
    await waiting.wait()
    return True


app.include_router(router)
