"""The response that endpoints and dependencies may change before there is one."""

from __future__ import annotations

from typing import Any, cast

from bolide._responses.response import EMPTY_HEAD, Response
from bolide.server_adapters.contract import Reply

__all__ = ["apply_injected", "make_injected"]


def make_injected() -> Response:
    """Return what a parameter of type ``Response`` receives; its status is None until somebody sets it."""
    response = Response()
    response.status_code = cast("int", None)
    return response


def apply_injected(reply: Reply, injected: Response) -> Reply:
    """Return *reply* with the status and the header lines that were set on *injected*.

    The lines are added to those of the reply, except for ``content-type``, which a response has once.
    """
    status: Any = injected.status_code
    if status is not None:
        reply.status = int(status)
    lines = injected.headers.raw
    if lines:
        own = [*reply.head.pairs, *(reply.headers or ())]
        if any(name == b"content-type" for name, _ in lines):
            own = [pair for pair in own if pair[0] != b"content-type"]
        reply.head = EMPTY_HEAD
        reply.headers = [*own, *lines]
    return reply
