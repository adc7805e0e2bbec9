"""Who observes responses, and what is noted of requests for them; composed when the server starts."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
from collections.abc import Coroutine
from typing import Any, Final

from bolide.server_adapters._http1.reader import RequestHead
from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.contract import Exchange, Reply
from bolide.server_adapters.native._access_log import access_log
from bolide.server_adapters.native._asgi_call import ANSWERED
from bolide.server_adapters.native._context import Begin, Handle, Observer, Observers
from bolide.server_adapters.observation import Observation, current_observation

__all__ = ["beginning", "observed", "observers"]

_HEADER: Final = b"x-request-id"

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._~:/+=@,-]{1,128}")


def observers(config: ServerConfig, loop: asyncio.AbstractEventLoop, count: Observer | None) -> Observers:
    """Return who wants to know of the responses of a server: its access log, and *count*."""
    form, log = config.effective_access_log_format, None
    if config.access_log:
        log = access_log(logging.getLogger("bolide.access"), form, loop)
    if form == "short":  # as uvicorn: a line that tells that events flow
        return Observers(reply=_both(log, count), stream_start=log, end=count)
    return Observers(reply=_both(log, count), end=_both(log, count))


def _both(one: Observer | None, other: Observer | None) -> Observer | None:
    if one is None or other is None:
        return one or other

    def observe(client: tuple[str, int] | None, head: RequestHead, status: int, size: int) -> None:
        one(client, head, status, size)
        other(client, head, status, size)

    return observe


def _wants_request_ids(config: ServerConfig) -> bool:
    """Tell whether requests have ids: where it was asked for, and in logs that programs read."""
    return config.log_format == "json" if config.request_id is None else config.request_id


def beginning(config: ServerConfig) -> Begin | None:
    """Return what notes of a request what logs and metrics want to know, None when they want nothing."""
    clock = time.perf_counter_ns
    if _wants_request_ids(config):
        return lambda exchange: Observation(clock(), request_id_of(exchange))
    if config.metrics or (config.access_log and config.effective_access_log_format == "json"):
        return lambda exchange: Observation(clock())
    return None


def observed(handle: Handle, begin: Begin | None) -> Handle:
    """Return what answers requests that *begin* takes note of, or *handle* itself."""
    if begin is None:
        return handle

    def handle_observed(exchange: Exchange) -> Coroutine[Any, Any, Reply]:
        observation = begin(exchange)
        current_observation.set(observation)
        if observation.request_id is None:
            return handle(exchange)
        return _identified(handle(exchange), observation.request_id.encode())

    return handle_observed


async def _identified(answer: Coroutine[Any, Any, Reply], request_id: bytes) -> Reply:
    reply = await answer
    headers = reply.headers or []
    if reply is ANSWERED or any(name.lower() == _HEADER for name, _ in headers):
        return reply
    # A new one: middleware may keep the reply for the next request.
    headers = [*headers, (_HEADER, request_id)]
    return Reply(reply.status, reply.head, reply.body, headers, reply.after, reply.error, reply.trailers)


def request_id_of(exchange: Exchange) -> str:
    """Return the id that a proxy or a client gave the request, or a new one.

    Those of others are taken when they are made of what ids are made of: they go to logs and to the client.
    """
    given = exchange.header(_HEADER)
    return given if given is not None and _REQUEST_ID.fullmatch(given) else secrets.token_hex(16)
