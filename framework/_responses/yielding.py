"""Endpoints that yield: what they stream, and of which type their items are."""

from __future__ import annotations

import collections.abc
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from typing import Any, Final, cast, get_args, get_origin

from bolide._locations import describe
from bolide._planning.plan import RoutePlan, StreamFormat
from bolide._planning.signature import NO_HINT
from bolide._responses.response import JSONResponse, Response, content_type_head
from bolide._responses.streaming import StreamingResponse, close_source
from bolide.concurrency import iterate_in_threadpool
from bolide.exceptions import RouteError
from bolide.server_adapters.contract import Exchange, Reply
from bolide.sse import EventSourceResponse, ServerSentEvent, event_stream

__all__ = ["JSON_LINES", "encode_lines", "item_hint", "iterate_inline", "stream_format", "stream_reply"]

JSON_LINES: Final = "application/jsonl"
_JSON_LINES_HEAD: Final = content_type_head(JSON_LINES)

_ITERABLES: Final = (
    collections.abc.AsyncGenerator,
    collections.abc.AsyncIterable,
    collections.abc.AsyncIterator,
    collections.abc.Generator,
    collections.abc.Iterable,
    collections.abc.Iterator,
)


def stream_format(endpoint: Callable[..., Any], response_class: type[Response] | None) -> StreamFormat:
    """Return how the items that *endpoint* yields are sent.

    Raises:
        RouteError: *response_class* takes no items.
    """
    if response_class is None or issubclass(response_class, JSONResponse):
        return "json_lines"
    if issubclass(response_class, EventSourceResponse):
        return "events"
    if issubclass(response_class, StreamingResponse):
        return "pieces"
    raise RouteError(
        f"endpoint {describe(endpoint)} yields, but {response_class.__name__} sends one value; leave "
        f"response_class out for JSON Lines, or give EventSourceResponse or StreamingResponse"
    )


def item_hint(endpoint: Callable[..., Any], hint: Any) -> Any:
    """Return the type of the items that the return annotation *hint* names, ``NO_HINT`` without one.

    Raises:
        RouteError: the annotation is of a value, not of something to iterate over.
    """
    if hint is NO_HINT or hint in _ITERABLES:
        return NO_HINT
    if get_origin(hint) not in _ITERABLES:
        raise RouteError(
            f"endpoint {describe(endpoint)} yields; its return annotation must be AsyncIterator[T] or "
            f"Iterator[T], with T the type of one item"
        )
    item = get_args(hint)[0]
    return NO_HINT if item is Any or item is ServerSentEvent else item


async def encode_lines(items: AsyncIterable[Any], encode: Callable[[Any], bytes]) -> AsyncIterator[bytes]:
    """Yield *items* as JSON Lines: one document and a line feed each."""
    try:
        async for item in items:
            yield encode(item) + b"\n"
    finally:
        await close_source(items)


async def iterate_inline(items: Iterable[Any]) -> AsyncIterator[Any]:
    """Iterate over what a sync endpoint yields, in the event loop's thread."""
    try:
        for item in items:
            yield item
    finally:
        if (close := getattr(items, "close", None)) is not None:
            close()


def stream_reply(plan: RoutePlan, encode: Callable[[Any], bytes]) -> Callable[[Any, Exchange], Reply]:
    """Return a function of the endpoint's generator and the exchange that makes the reply."""
    status, response_class = plan.route.status, plan.route.response_class
    items_of = _items_of(plan)

    def reply_with_lines(items: Any, exchange: Exchange) -> Reply:
        del exchange
        return Reply(status, _JSON_LINES_HEAD, encode_lines(items_of(items), encode))

    def reply_with_events(items: Any, exchange: Exchange) -> Reply:
        return event_stream(events_class, status, items_of(items), encode).to_reply(exchange)

    def reply_with_pieces(items: Any, exchange: Exchange) -> Reply:
        return pieces_class(items_of(items), status).to_reply(exchange)

    if plan.stream == "json_lines":
        return reply_with_lines
    if plan.stream == "events":
        events_class = cast("type[EventSourceResponse]", response_class)
        return reply_with_events
    pieces_class = cast("type[StreamingResponse]", response_class)
    return reply_with_pieces


def _items_of(plan: RoutePlan) -> Callable[[Any], AsyncIterable[Any]]:
    """Return what makes an asynchronous iterable of the endpoint's generator."""
    if plan.endpoint.kind == "async_generator":
        return _same
    return iterate_inline if plan.endpoint.inline else iterate_in_threadpool


def _same(items: AsyncIterable[Any]) -> AsyncIterable[Any]:
    return items
