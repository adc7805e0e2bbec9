"""Call a dependency outside of a generated handler: for the application's life, for commands and workers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bolide._planning.plan import Call
from bolide._scopes.exits import Entered, does_not_yield, enter_generator, hold_limit
from bolide.concurrency import run_in_threadpool, semaphore_of

__all__ = ["invoke"]


async def invoke(call: Call, positional: Sequence[Any], named: Mapping[str, Any], exits: Entered) -> Any:
    """Make *call* with these arguments and return the value; what yields notes its exit in *exits*."""
    if not call.has_exit:
        if call.limit is None:
            return await _call(call, positional, named)
        async with semaphore_of(call.limit):
            return await _call(call, positional, named)
    if call.limit is not None:
        await hold_limit(exits, call.limit, call.function)
    generator = call.function(*positional, **named)
    if call.kind == "generator":
        return await enter_generator(exits, call.function, generator, "inline" if call.inline else "sync")
    try:
        value = await anext(generator)
    except StopAsyncIteration:
        raise does_not_yield(call.function) from None
    exits.append((generator, call.function, "async"))
    return value


async def _call(call: Call, positional: Sequence[Any], named: Mapping[str, Any]) -> Any:
    if call.kind == "async":
        return await call.function(*positional, **named)
    if call.inline:
        return call.function(*positional, **named)
    return await run_in_threadpool(call.function, *positional, **named)
