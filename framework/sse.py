"""Server-sent events (WHATWG HTML §9.2): what is sent, and how it looks on the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Mapping
from typing import Any, ClassVar, Final

import msgspec

from bolide._responses.response import Background, Response
from bolide._responses.streaming import StreamingResponse, close_source, items_of
from bolide._scopes.exits import shield
from bolide.validation.encode_any import encode_any

__all__ = [
    "KEEPALIVE_COMMENT",
    "EventSourceResponse",
    "ServerSentEvent",
    "encode_events",
    "event_stream",
    "format_sse_event",
]

KEEPALIVE_COMMENT: Final = b": ping\n\n"
"""Sent when nothing else was for a while, so that proxies do not take the connection for dead."""

_EVENT_HEADERS: Final = {"cache-control": "no-cache", "x-accel-buffering": "no"}


class ServerSentEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event.

    Attributes:
        data: Sent as JSON.
        raw_data: Sent as it is, instead of *data*; each of its lines becomes a ``data`` line.
        event: The event's type; browsers take ``message`` for events without one.
        id: What the client sends back as ``Last-Event-ID`` when it connects again.
        retry: Milliseconds after which the client connects again.
        comment: Ignored by clients; each of its lines becomes a comment line.

    Raises:
        ValueError: *data* and *raw_data* are both given, *event* or *id* holds a line break, *id* holds NUL,
            or *retry* is negative.
    """

    data: Any = None
    raw_data: str | None = None
    event: str | None = None
    id: str | None = None
    retry: int | None = None
    comment: str | None = None

    def __post_init__(self) -> None:
        if self.data is not None and self.raw_data is not None:
            raise ValueError("an event has either data or raw_data")
        for name, value in (("event", self.event), ("id", self.id)):
            if value is not None and ("\n" in value or "\r" in value):
                raise ValueError(f"{name} must be one line, not {value!r}")
        if self.id is not None and "\0" in self.id:
            raise ValueError("id must not hold NUL")
        if self.retry is not None and self.retry < 0:
            raise ValueError(f"retry is {self.retry}; expected milliseconds, zero or more")


class EventSourceResponse(StreamingResponse):
    """``text/event-stream``.

    On a route, ``response_class=EventSourceResponse`` sends what the endpoint yields:
    :class:`ServerSentEvent` objects as they are, anything else as the JSON ``data`` of an event. Made by
    hand, text and bytes among *content* are sent as they are.

    Attributes:
        keepalive_seconds: After so much silence a comment is sent; a subclass may have another value.
    """

    media_type = "text/event-stream"
    keepalive_seconds: ClassVar[float] = 15.0
    __slots__ = ()

    def __init__(
        self,
        content: AsyncIterable[Any] | Iterable[Any],
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
        background: Background | None = None,
    ) -> None:
        super().__init__(content, status_code, {**_EVENT_HEADERS, **(headers or {})}, media_type, background)

    def pieces_of(self, content: AsyncIterable[Any] | Iterable[Any]) -> AsyncIterator[bytes]:
        items = items_of(content)
        return encode_events(items, encode_any, keepalive_seconds=self.keepalive_seconds, raw_text=True)


def event_stream(
    cls: type[EventSourceResponse],
    status_code: int,
    items: AsyncIterable[Any],
    encode: Callable[[Any], bytes],
) -> Response:
    """Return the response of an endpoint that yields *items*; *encode* makes the JSON of one."""
    response = cls((), status_code)
    response.body_iterator = encode_events(items, encode, keepalive_seconds=cls.keepalive_seconds)
    return response


def format_sse_event(
    *,
    data_str: str | None = None,
    event: str | None = None,
    id: str | None = None,
    retry: int | None = None,
    comment: str | None = None,
) -> bytes:
    """Return one event as bytes; *data_str* is sent as it is, line by line."""
    lines: list[str] = []
    if comment is not None:
        lines += [f": {line}" for line in _lines(comment)]
    if event is not None:
        lines.append(f"event: {event}")
    if data_str is not None:
        lines += [f"data: {line}" for line in _lines(data_str)]
    if id is not None:
        lines.append(f"id: {id}")
    if retry is not None:
        lines.append(f"retry: {retry}")
    return "\n".join([*lines, "\n"]).encode()


async def encode_events(
    items: AsyncIterable[Any],
    encode: Callable[[Any], bytes],
    *,
    keepalive_seconds: float,
    raw_text: bool = False,
) -> AsyncIterator[bytes]:
    """Yield *items* as events; *encode* turns what is no :class:`ServerSentEvent` into JSON.

    The items are produced in a task of their own, one ahead of what is sent, so that a comment can be sent
    while the next one takes its time.
    """
    queue: asyncio.Queue[Any] = asyncio.Queue(1)
    producer = asyncio.create_task(_produce(items, queue))
    try:
        while True:
            try:
                # hot: while items come fast, no timer is needed.
                item = queue.get_nowait() if queue.qsize() else await _next(queue, keepalive_seconds)
            except TimeoutError:
                yield KEEPALIVE_COMMENT
                continue
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield _encode_event(item, encode, raw_text=raw_text)
    finally:
        producer.cancel()
        with shield():
            await asyncio.wait([producer])


class _End(msgspec.Struct, frozen=True):
    """Stands after the last item; *error* is what ended them early."""

    error: BaseException | None


async def _produce(items: AsyncIterable[Any], queue: asyncio.Queue[Any]) -> None:
    end = _End(None)
    try:
        try:
            async for item in items:
                await queue.put(item)
        finally:
            await close_source(items)
    except BaseException as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise  # nobody takes anything any more
        end = _End(error)
    await queue.put(end)


async def _next(queue: asyncio.Queue[Any], timeout_seconds: float) -> Any:
    async with asyncio.timeout(timeout_seconds):
        return await queue.get()


def _encode_event(item: Any, encode: Callable[[Any], bytes], *, raw_text: bool) -> bytes:
    if isinstance(item, ServerSentEvent):
        data = item.raw_data if item.data is None else encode_any(item.data).decode()
        return format_sse_event(
            data_str=data, event=item.event, id=item.id, retry=item.retry, comment=item.comment
        )
    if raw_text and isinstance(item, str | bytes):
        return Response.render_text(item)
    return b"data: " + encode(item) + b"\n\n"


def _lines(text: str) -> list[str]:
    """Split at the three line breaks that clients know (WHATWG HTML §9.2.5), at no other."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
