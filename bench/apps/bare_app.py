"""An ASGI application without a framework: the answers are constants, nothing is checked.

The hardest opponent on an ASGI server: what it costs is the server's own cost. It reads request
bodies to their end, as HTTP/1.1 connections that are kept open need, and answers from a dict.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bench.workloads import WORKLOADS

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


def _answers() -> dict[tuple[str, str], tuple[Message, Message]]:
    """Return both response messages of each workload, keyed by method and path."""
    answers: dict[tuple[str, str], tuple[Message, Message]] = {}
    for workload in WORKLOADS:
        headers = [
            (b"content-type", workload.media_type.encode()),
            (b"content-length", b"%d" % len(workload.answer)),
        ]
        answers[workload.method, workload.path] = (
            {"type": "http.response.start", "status": 200, "headers": headers},
            {"type": "http.response.body", "body": workload.answer},
        )
    return answers


ANSWERS = _answers()
NOT_FOUND: tuple[Message, Message] = (
    {"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]},
    {"type": "http.response.body", "body": b""},
)


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """Answer one request (HTTP only: run it with ``--lifespan off``)."""
    if scope["method"] == "POST":
        while (await receive()).get("more_body", False):
            pass
    start, body = ANSWERS.get((scope["method"], scope["path"]), NOT_FOUND)
    await send(start)
    await send(body)
