"""Measure what layers around an endpoint cost: CPU microseconds of a request, in process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from bolide import Bolide, Request, Response
from bolide._testing.exchange import TestExchange
from bolide.middleware import Middleware
from bolide.middleware.base import BaseHTTPMiddleware
from bolide.server_adapters.contract import Exchange, Reply

__all__ = ["LAYERS", "main"]

_REQUESTS: Final = 20_000
_ROUNDS: Final = 5


class OwnKind:
    """Does nothing, of Bolide's own kind."""

    async def __call__(self, exchange: Exchange, call_next: Callable[[Exchange], Awaitable[Reply]]) -> Reply:
        return await call_next(exchange)


class OfRequests(BaseHTTPMiddleware):
    """Does nothing, in terms of request and response."""

    async def dispatch(
        self, request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        return await call_next(request)


class Asgi:
    """Does nothing, as an ASGI application."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._app(scope, receive, send)


async def allow(request: Request) -> None:
    """Do nothing, as a guard."""


async def leave(request: Request, error: Exception) -> None:
    """Leave the error to others."""


LAYERS: Final[dict[str, dict[str, Any]]] = {
    "none": {},
    "own kind": {"middleware": [Middleware(OwnKind)]},
    "own kind, two": {"middleware": [Middleware(OwnKind), Middleware(OwnKind)]},
    "of requests": {"middleware": [Middleware(OfRequests)]},
    "ASGI": {"middleware": [Middleware(Asgi)]},
    "ASGI, three": {"middleware": [Middleware(Asgi), Middleware(Asgi), Middleware(Asgi)]},
    "guard": {"guards": [allow]},
    "exception handler": {"exception_handlers": {404: leave}},
}
"""What is measured: options of the application by name."""


def main() -> int:
    """Print one line for each of :data:`LAYERS`; return the exit code."""
    applications = {name: _application(options) for name, options in LAYERS.items()}
    best = dict.fromkeys(applications, float("inf"))
    for _ in range(_ROUNDS):
        for name, app in applications.items():
            best[name] = min(best[name], asyncio.run(_measure(app)))
    for name, cost in best.items():
        print(f"{name:18} {cost:6.2f} µs {cost - best['none']:+7.2f}")
    return 0


def _application(options: dict[str, Any]) -> Bolide:
    app = Bolide(**options)

    @app.get("/")
    async def read() -> dict[str, str]:
        return {"message": "Hello, World!"}

    return app


async def _measure(app: Bolide) -> float:
    """Return CPU microseconds per request."""
    exchange = TestExchange(
        "GET",
        "/",
        query="",
        headers=[],
        body=b"",
        server=("localhost", 80),
        scheme="http",
        state={},
    )
    handle = app.handle
    reply = await handle(exchange)
    if reply.after is not None:
        await reply.after()
    start = time.process_time_ns()
    for _ in range(_REQUESTS):
        reply = await handle(exchange)
        if reply.after is not None:
            await reply.after()
    return (time.process_time_ns() - start) / _REQUESTS / 1000
