"""Answer what comes in plain HTTP with the way to HTTPS."""

from __future__ import annotations

import asyncio
import re
from typing import Final, cast
from urllib.parse import quote

from bolide.server_adapters._http1.errors import RemoteProtocolError
from bolide.server_adapters._http1.reader import RequestReader
from bolide.server_adapters._http1.writer import connection_line, frame_reply
from bolide.server_adapters._replies import PLAIN
from bolide.server_adapters.contract import Reply
from bolide.server_adapters.native._context import ServerContext
from bolide.server_adapters.native._refusals import refusal

__all__ = ["RedirectConnection"]

_LINGER_SECONDS: Final = 2.0
_UNSAID: Final = (443, 0)
"""RFC 9110 §4.2.2; and who serves on a Unix socket stands behind a proxy, whose port nobody has said."""

_PATH: Final = "/!$&'()*+,;=:@~"
"""What stands for itself in a path (RFC 3986 §3.3), besides letters, digits and ``-._``."""


class RedirectConnection(asyncio.Protocol):
    """Reads one head and answers it with a redirect (RFC 9110 §15.4.9), then closes.

    Args:
        context: Of the server, whose port is that of HTTPS.
        client: Named by a PROXY header; it does not matter here.
    """

    __slots__ = ("_answered", "_context", "_port", "_reader", "_since", "_transport", "task")

    def __init__(self, context: ServerContext, client: object) -> None:
        self._context = context
        self._port = context.port
        self._reader = RequestReader(context.limits)
        self._since = context.now
        self._answered = False
        self._transport: asyncio.Transport | None = None
        self.task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop: no subclass
        self._context.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._context.connections.discard(self)
        self._transport = None

    def data_received(self, data: bytes) -> None:
        if self._answered:
            return  # lingering: what still comes is not looked at
        self._reader.receive_data(data)
        try:
            head = self._reader.next_head()
        except RemoteProtocolError as error:
            self._answer(*refusal(error), "GET")
            return
        if head is None:
            return
        host = next((value for name, value in head.fields.pairs if name == b"host"), b"").decode("latin-1")
        if not host or head.path == "*":
            self._answer(Reply(400, PLAIN), b"Bad Request", head.method)
            return
        # The Host has been found valid by the reader.
        name = host if host.endswith("]") else re.sub(r":[0-9]*$", "", host)
        port = "" if self._port in _UNSAID else f":{self._port}"
        query = f"?{head.query}" if head.query else ""
        location = f"https://{name}{port}{quote(head.path, _PATH)}{query}".encode("latin-1")
        self._answer(Reply(308, PLAIN, b"", [(b"location", location)]), b"", head.method)

    def _answer(self, reply: Reply, body: bytes, method: str) -> None:
        if self._transport is None:
            return
        self._answered = True
        self._since = self._context.now
        close = connection_line("1.1", keep_alive=False)
        self._transport.write(frame_reply(reply, body, method, close, self._context.date_line))
        self._transport.write_eof()

    def check_timeouts(self, now: float) -> None:
        config = self._context.config
        limit = _LINGER_SECONDS if self._answered else config.timeout_request_header
        if now - self._since > limit:
            self.abort()

    def close_idle(self) -> None:
        if not self._answered and not self._reader.head_started:
            self.abort()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()
