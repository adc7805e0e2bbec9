"""What the entries have in common when they answer.

ASGI and RSGI leave the framing to their server; here are the parts of it that a server does not do.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Final

from bolide.server_adapters._framing import BODILESS, FRAMING, declared_length
from bolide.server_adapters._http1.errors import LocalProtocolError
from bolide.server_adapters.contract import FilePart, Head, HeaderPairs, InvalidHeader, Reply, check_headers

__all__ = [
    "ERROR_BODY",
    "PIECES_PER_TURN",
    "PLAIN",
    "body_on_wire",
    "close_iterator",
    "ends_task",
    "extra_headers",
    "file_part",
    "internal_error",
    "invalid_host",
    "log_exception",
    "log_unsendable",
    "parse_length",
    "send_pieces",
    "server_wide",
    "substitute",
]

_error_log: Final = logging.getLogger("bolide.error")

_LARGEST_LENGTH: Final = 10**18 - 1

ERROR_BODY: Final = b"Internal Server Error"

PIECES_PER_TURN: Final = 16
"""Pieces of a body after which others have their turn.

A body that never waits would keep the event loop for itself, and nobody could tell that the client has left.
"""

_EMPTY: Final = Head()
_JSON: Final = Head([(b"content-type", b"application/json")])
PLAIN: Final = Head([(b"content-type", b"text/plain; charset=utf-8")])


def internal_error(error: BaseException | None = None) -> Reply:
    """Return the 500 that tells the client nothing."""
    if error is not None and not isinstance(error, Exception):
        # A server that got this again would take it for a cancellation, or for worse.
        failure = RuntimeError(f"the handler raised {type(error).__name__}")
        failure.__cause__ = error
        error = failure
    return Reply(500, PLAIN, ERROR_BODY, error=error)


def ends_task(error: BaseException) -> bool:
    """Tell whether *error* ends the current task from outside, and is no failure of the handler.

    A handler that awaits a task somebody cancelled raises CancelledError too; nobody cancelled the request.
    """
    if isinstance(error, asyncio.CancelledError):
        task = asyncio.current_task()
        return task is not None and task.cancelling() > 0
    return isinstance(error, (SystemExit, KeyboardInterrupt, GeneratorExit))


def server_wide() -> Reply:
    """Return the answer to ``OPTIONS *``: about the server, not about a resource (RFC 9110 §9.3.7)."""
    return Reply(204, _EMPTY)


def invalid_host() -> Reply:
    """Return the answer to a request whose Host is no host; nothing that is built from it could be right."""
    return Reply(400, _JSON, b'{"detail":"Invalid Host header"}')


def substitute(reply: Reply, method: str, path: str) -> Reply | None:
    """Return the 500 to send in place of a *reply* whose ``headers`` cannot be sent, otherwise None."""
    if not reply.headers:
        return None
    try:
        check_headers((name.lower(), value) for name, value in reply.headers)
        declared_length(reply.headers)
    except (InvalidHeader, LocalProtocolError) as error:
        log_unsendable(method, path, error)
        return internal_error()
    return None


def extra_headers(reply: Reply) -> HeaderPairs:
    """Return the reply's ``headers`` without those that frame it."""
    return [(lower, value) for name, value in reply.headers or () if (lower := name.lower()) not in FRAMING]


def body_on_wire(status: int, method: str) -> bool:
    """Tell whether a response has a body at all (RFC 9110 §6.4.1)."""
    return method != "HEAD" and status not in BODILESS


def parse_length(text: str | None) -> int | None:
    """Return the length of a request body that its Content-Length *text* declares, None without one.

    The server has checked the grammar. A number of more than 18 digits is taken for one of 18: it is
    above every limit, and Python refuses to read thousands of digits.
    """
    if text is None or not text.isdecimal():
        return None
    return int(text) if len(text) <= 18 else _LARGEST_LENGTH


async def send_pieces(body: AsyncIterator[bytes], send: Callable[[bytes], Awaitable[None]]) -> None:
    """Send the pieces of *body*, without the empty ones."""
    count = 0
    async for piece in body:
        if piece:
            await send(piece)
        count += 1
        if not count % PIECES_PER_TURN:
            await asyncio.sleep(0)


def file_part(reply: Reply) -> FilePart | None:
    """Return what of a file the server may send by itself in place of the body, which is an iterator.

    Not where something comes after the reply: that may remove the file, and the server may not have opened
    it yet.
    """
    part: FilePart | None = getattr(reply.body, "part", None)
    return part if reply.after is None and reply.trailers is None else None


async def close_iterator(iterator: AsyncIterator[bytes]) -> None:
    """Run the cleanup of an iterator that may not have been read to its end."""
    if isinstance(iterator, AsyncGenerator):
        await iterator.aclose()


def log_exception(method: str, path: str, error: BaseException) -> None:
    """Log what went wrong unhandled, with its traceback."""
    _error_log.error(
        "exception while answering %s %r",
        method,
        path,
        exc_info=error,
        extra={"method": method, "path": path},
    )


def log_unsendable(method: str, path: str, error: Exception) -> None:
    """Log that a reply was replaced by a 500 because it cannot be sent."""
    _error_log.error("the reply to %s %r cannot be sent: %s", method, path, error)
