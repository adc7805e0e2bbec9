"""Let guards of layers deny what another application would answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from bolide._declaring.layers import Guard
from bolide._declaring.mounts import Host, Mount
from bolide._planning.signature import call_kind
from bolide._printing.guards import check_guard, takes_route
from bolide.concurrency import is_inline, run_in_threadpool
from bolide.exceptions import HTTPException
from bolide.requests import HTTPConnection, Request
from bolide.server_adapters.contract import Exchange, Reply

__all__ = ["guard_mount", "is_denied_by"]

Handler = Callable[[Exchange, Sequence[str]], Coroutine[Any, Any, Reply]]
AnswerError = Callable[[Exchange, Sequence[str], Exception], Awaitable[Reply]]


def guard_mount(
    handler: Handler, mount: Mount | Host, app: Any, *, max_body_bytes: int, answer: AnswerError
) -> Handler:
    """Return *handler* behind the guards around *mount*, which they get as their route.

    Raises:
        RouteError: a guard cannot be called with a request.
    """
    guards = mount.layer.guards
    for guard in guards:
        check_guard(guard)

    async def handle(exchange: Exchange, segments: Sequence[str]) -> Reply:
        request = Request(exchange, app, {}, mount, _max_body_bytes=max_body_bytes)
        try:
            for guard in guards:
                if await is_denied_by(guard, request, mount):
                    raise HTTPException(403)
        except Exception as error:
            return await answer(exchange, segments, error)
        return await handler(exchange, segments)

    return handle


async def is_denied_by(guard: Guard, connection: HTTPConnection, route: Mount | Host) -> bool:
    """Call *guard* and tell whether it denies; it may raise instead."""
    arguments = (connection, route) if takes_route(guard) else (connection,)
    return await _call(guard, arguments) is False


async def _call(guard: Guard, arguments: tuple[Any, ...]) -> object:
    if call_kind(guard) == "async":
        return await guard(*arguments)
    if is_inline(guard):
        return guard(*arguments)
    return await run_in_threadpool(guard, *arguments)
