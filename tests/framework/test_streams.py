"""Endpoints that yield, and responses whose body is made while it is sent."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from bolide import Bolide, Depends, Model
from bolide.exceptions import ResponseValidationError, RouteError
from bolide.responses import EventSourceResponse, HTMLResponse, StreamingResponse
from bolide.sse import ServerSentEvent, encode_events, format_sse_event
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, bolide_web, fastapi_web, same


class Item(Model):
    name: str


class Secret(Item):
    password: str


def test_yielded_items_are_json_lines_of_the_declared_type() -> None:
    app = Bolide()

    @app.get("/", status_code=203)
    async def read() -> AsyncIterator[Item]:
        yield Item(name="a")
        yield Secret(name="b", password="x")
        yield {"name": "c", "password": "x"}  # type: ignore[misc]

    response = TestClient(app).get("/")
    assert response.status_code == 203
    assert response.headers["content-type"] == "application/jsonl"
    assert response.content == b'{"name":"a"}\n{"name":"b"}\n{"name":"c"}\n'


def test_sync_generators_yield_lines_too() -> None:
    app = Bolide()

    @app.get("/threads")
    def in_threads() -> Iterator[int]:
        yield from range(3)

    @app.get("/inline", inline=True)
    def inline() -> Iterator[int]:
        yield from range(3)

    @app.get("/untyped")
    def untyped():  # type: ignore[no-untyped-def]
        yield {"i": float("nan")}

    client = TestClient(app)
    assert client.get("/threads").content == client.get("/inline").content == b"0\n1\n2\n"
    assert client.get("/untyped").content == b'{"i":null}\n'


def test_an_item_of_another_type_ends_the_stream_with_an_error() -> None:
    app = Bolide()

    @app.get("/")
    async def read() -> AsyncIterator[Item]:
        yield Item(name="a")
        yield 3  # type: ignore[misc]

    with pytest.raises(ResponseValidationError, match=r"read.*test_streams"):
        TestClient(app).get("/")


def test_96_nothing_runs_before_the_stream_starts_and_97_dependencies_stay_open() -> None:
    """#96, #97: the body of a generator runs while the response is sent; what it depends on is still open."""
    events: list[str] = []
    app = Bolide()

    async def connect() -> AsyncIterator[str]:
        events.append("open")
        yield "db"
        events.append("close")

    @app.get("/")
    async def read(db: str = Depends(connect)) -> AsyncIterator[str]:
        events.append(f"first of {db}")
        yield "a"
        events.append("last")

    client = TestClient(app)
    assert client.get("/").content == b'"a"\n'
    assert events == ["open", "first of db", "last", "close"]
    events.clear()
    assert client.head("/").content == b""
    assert events == ["open", "close"]


def test_pieces_are_sent_as_they_are_by_streaming_response() -> None:
    class CsvResponse(StreamingResponse):
        media_type = "text/csv"
        __slots__ = ()

    app = Bolide()

    @app.get("/", response_class=CsvResponse)
    async def read() -> AsyncIterator[str]:
        yield "a,é\n"
        yield b"1,2\n"  # type: ignore[misc]

    response = TestClient(app).get("/")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.content == "a,é\n1,2\n".encode()


@pytest.mark.parametrize("kind", ["async", "sync", "list"])
def test_streaming_response_takes_iterables(kind: str) -> None:
    async def pieces() -> AsyncIterator[bytes | str]:
        yield b"a"
        yield "b"

    app = Bolide()

    @app.get("/")
    async def read() -> StreamingResponse:
        contents: dict[str, Any] = {
            "async": pieces(),
            "sync": (each for each in (b"a", "b")),
            "list": [b"a", "b"],
        }
        return StreamingResponse(contents[kind], 201, {"x-rows": "1"}, "text/plain")

    response = TestClient(app).get("/")
    assert (response.status_code, response.content, response.headers["x-rows"]) == (201, b"ab", "1")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert "content-length" not in response.headers


@pytest.mark.parametrize("content", [b"abc", "abc", 3])
def test_streaming_response_refuses_what_is_no_stream(content: Any) -> None:
    with pytest.raises(TypeError, match="a stream is an iterable of str or bytes"):
        StreamingResponse(content)


def test_events_are_formatted_as_fastapi_does() -> None:
    """#98: data is JSON, raw_data is sent as it is."""

    def declare(web: Web) -> Any:
        app = web.App()
        event: Any = web("sse.ServerSentEvent")

        @app.get("/", response_class=web("responses.EventSourceResponse"))  # type: ignore[untyped-decorator]
        async def read() -> AsyncIterator[Any]:
            yield {"i": [1, "é"]}
            yield "x\ny"
            yield event(data="x\ny", event="note", id="7", retry=3000, comment="hello\nyou")
            yield event(raw_data="one\r\ntwo\rthree\n")
            yield event(raw_data="[DONE]")
            yield event(comment="only")

        return app

    answer = same(declare, "GET", "/", headers_too=("content-type", "cache-control", "x-accel-buffering"))
    assert answer.header("content-type") == ["text/event-stream; charset=utf-8"]
    assert b'\n\n: hello\n: you\nevent: note\ndata: "x\\ny"\nid: 7\nretry: 3000\n\n' in answer.body


def test_events_of_a_declared_type_are_filtered() -> None:
    app = Bolide()

    @app.get("/", response_class=EventSourceResponse)
    def read() -> Iterator[Item]:
        yield Secret(name="a", password="x")

    assert TestClient(app).get("/").content == b'data: {"name":"a"}\n\n'


def test_document_says_that_an_event_of_ones_own_may_hold_anything() -> None:
    app = Bolide(openapi_version="3.2.0")

    @app.get("/", response_class=EventSourceResponse)
    def read() -> Iterator[Item | ServerSentEvent]:
        yield ServerSentEvent(data=3)

    media_type = app.openapi()["paths"]["/"]["get"]["responses"]["200"]["content"]["text/event-stream"]
    data = media_type["itemSchema"]["properties"]["data"]
    assert data["contentSchema"]["anyOf"] == [{"$ref": "#/components/schemas/Item"}, {}]
    assert list(app.openapi()["components"]["schemas"]) == ["Item"]


def test_event_source_response_sends_text_as_it_is() -> None:
    app = Bolide()

    @app.get("/")
    async def read() -> EventSourceResponse:
        return EventSourceResponse(["data: x\n\n", ServerSentEvent(data=1), {"a": 1}])

    assert TestClient(app).get("/").content == b'data: x\n\ndata: 1\n\ndata: {"a":1}\n\n'


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"data": 1, "raw_data": "x"}, "either data or raw_data"),
        ({"event": "a\nb"}, "event must be one line"),
        ({"id": "a\rb"}, "id must be one line"),
        ({"id": "a\0"}, "must not hold NUL"),
        ({"retry": -1}, "retry is -1"),
    ],
)
def test_events_that_would_break_the_stream_are_refused(fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        ServerSentEvent(**fields)


def test_a_raw_event_is_formatted_line_by_line() -> None:
    assert (
        format_sse_event(data_str="a\nb", event="e", retry=0) == b"event: e\ndata: a\ndata: b\nretry: 0\n\n"
    )


def test_silence_is_filled_with_comments_until_an_item_comes() -> None:
    async def run() -> list[bytes]:
        arrives = asyncio.Event()

        async def items() -> AsyncIterator[int]:
            await arrives.wait()
            yield 1

        received: list[bytes] = []
        async for piece in encode_events(items(), lambda item: b"%d" % item, keepalive_seconds=0.001):
            received.append(piece)
            if len(received) == 2:
                arrives.set()
        return received

    received = asyncio.run(run())
    assert received[:2] == [b": ping\n\n"] * 2
    assert received[-1] == b"data: 1\n\n"


def test_an_abandoned_event_stream_cancels_what_produces_it() -> None:
    async def run() -> list[str]:
        log: list[str] = []

        async def items() -> AsyncIterator[int]:
            try:
                for i in range(10):
                    yield i
            finally:
                log.append("closed")

        events = encode_events(items(), lambda item: b"%d" % item, keepalive_seconds=9)
        log.append((await anext(events)).decode())
        await events.aclose()  # type: ignore[attr-defined]
        return log

    assert asyncio.run(run()) == ["data: 0\n\n", "closed"]


@pytest.mark.parametrize("error", [ValueError("x"), asyncio.CancelledError()])
def test_an_error_of_the_items_ends_the_event_stream(error: BaseException) -> None:
    async def run() -> None:
        async def items() -> AsyncIterator[int]:
            yield 1
            raise error

        received = [
            piece async for piece in encode_events(items(), lambda item: b"%d" % item, keepalive_seconds=9)
        ]
        pytest.fail(f"ended with {received}")

    with pytest.raises(type(error)):
        asyncio.run(run())


def declared(status_code: int = 200, response_class: Any = None) -> Bolide:
    app = Bolide()

    @app.get("/", status_code=status_code, response_class=response_class)
    async def read():  # type: ignore[no-untyped-def]
        yield 1

    return app


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"response_class": HTMLResponse}, "'read' .* yields, but HTMLResponse sends one value"),
        ({"status_code": 204}, "'read' .* yields, but a response with status 204 has no body"),
    ],
)
def test_options_that_do_not_go_with_yield_are_refused(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(RouteError, match=reason):
        declared(**options).compile()


def test_the_openapi_document_shows_the_items_as_fastapi_does() -> None:
    def declare(web: Web) -> Any:
        app = web.App()
        app.openapi_version = "3.2.0"

        class Line(web.Model):  # type: ignore[misc]
            name: str

        @app.get("/lines")  # type: ignore[untyped-decorator]
        async def lines() -> AsyncIterator[Line]:
            yield Line(name="a")

        @app.get("/events", response_class=web("responses.EventSourceResponse"))  # type: ignore[untyped-decorator]
        async def events() -> AsyncIterator[Line]:
            yield Line(name="a")

        return app

    ours, theirs = (declare(web).openapi()["paths"] for web in (bolide_web(), fastapi_web()))
    for path in ("/lines", "/events"):
        found, expected = (each[path]["get"]["responses"]["200"] for each in (ours, theirs))
        assert found == expected
