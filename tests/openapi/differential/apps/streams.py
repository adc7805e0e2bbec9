"""Endpoints that yield."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import Any

from tests.openapi.differential.names import Names


def lines_of_json_are_streamed(web: Names) -> Any:
    class Item(web.Model):
        name: str

    app = web.App()

    @app.get("/typed")
    async def typed() -> AsyncIterable[Item]:
        yield Item(name="a")

    @app.get("/numbers")
    def numbers() -> Iterable[int]:
        yield 1

    @app.get("/untyped")
    async def untyped():  # type: ignore[no-untyped-def]
        yield 1

    @app.post("/posted", status_code=201)
    async def posted(item: Item) -> AsyncIterator[Item]:
        yield item

    return app


def events_are_streamed(web: Names) -> Any:
    class Item(web.Model):
        name: str

    app = web.App()

    @app.get("/typed", response_class=web.EventSourceResponse)
    async def typed() -> AsyncIterable[Item]:
        yield Item(name="a")

    @app.get("/untyped", response_class=web.EventSourceResponse)
    async def untyped():  # type: ignore[no-untyped-def]
        yield 1

    @app.get("/events", response_class=web.EventSourceResponse)
    async def events() -> AsyncIterable[web.ServerSentEvent]:
        yield web.ServerSentEvent(data=1)

    return app


def bytes_are_streamed(web: Names) -> Any:
    class Picture(web.StreamingResponse):
        media_type = "image/png"

    app = web.App()

    @app.get("/bytes", response_class=web.StreamingResponse)
    async def read_bytes() -> AsyncIterable[bytes]:
        yield b""

    @app.get("/picture", response_class=Picture)
    async def read_picture() -> AsyncIterable[bytes]:
        yield b""

    return app


def streams_hold_values_of_every_type(web: Names) -> Any:
    class Cat(web.Model):
        name: str

    class Dog(web.Model):
        name: str

    app = web.App()

    @app.get("/union")
    async def union() -> AsyncIterable[Cat | Dog]:
        yield Cat(name="a")

    @app.get("/maps")
    def maps() -> Iterable[dict[str, int]]:
        yield {}

    @app.get("/events", response_class=web.EventSourceResponse, responses={404: {"model": Dog}})
    async def events(q: int) -> AsyncIterable[int]:
        yield 1

    return app
