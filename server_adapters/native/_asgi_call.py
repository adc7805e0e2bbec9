"""One request of a foreign ASGI application: what the application calls writes at once.

The way through :mod:`~bolide.server_adapters.asgi_bridge` makes a reply first, which layers may change. Here
nobody stands between: no second task, and no wait for a reader of the body.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, Protocol, cast

import msgspec

from bolide.server_adapters._framing import BODILESS, declared_length, sendable_trailers
from bolide.server_adapters._http1.errors import LocalProtocolError
from bolide.server_adapters._http1.header_lines import HeaderLines
from bolide.server_adapters._http1.reader import RequestHead
from bolide.server_adapters._http1.writer import ReplyStream
from bolide.server_adapters._replies import PIECES_PER_TURN, ends_task, internal_error
from bolide.server_adapters.asgi_exchange import PATHSEND, Message, Receive, Scope, Send
from bolide.server_adapters.asgi_scope import EARLY_HINT, SPEC_VERSION, TRAILERS
from bolide.server_adapters.contract import ClientDisconnect, Head, HeaderPairs, Reply
from bolide.server_adapters.native._exchange import BodySource, NativeExchange
from bolide.server_adapters.native._file import OpenFile

__all__ = ["ANSWERED", "AsgiApp", "AsgiCall", "AsgiPeer"]

AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

ANSWERED: Final = Reply(200, Head())
"""Stands for a reply that has been written already, or that nobody can have any more."""

_EMPTY: Final = Head()


class AsgiPeer(BodySource, Protocol):
    """The connection, as a call sees it."""

    tls: dict[str, Any] | None

    @property
    def body_complete(self) -> bool:
        """Whether the body of the current request has been read to its end."""
        ...

    def expect_body(self, call: AsgiCall) -> None:
        """Take note that a response has begun: its head is written even if its body takes time."""
        ...

    def send_whole(self, call: AsgiCall, reply: Reply, head: RequestHead) -> None:
        """Write *reply*, whose body is bytes."""
        ...

    def begin_stream(self, call: AsgiCall, reply: Reply, head: RequestHead) -> ReplyStream | None:
        """Write the head of *reply*; None if another response was written in its place."""
        ...

    def end_stream(self, call: AsgiCall, *, keep_alive: bool) -> None: ...


class AsgiCall(NativeExchange, eq=False, kw_only=True):
    """One request, with its ``receive`` and ``send``.

    Attributes:
        is_begun: The head of the response is written.
        is_complete: The response is written, or another one in its place.
    """

    _peer: AsgiPeer = cast("AsgiPeer", None)  # set below: the source may come to stand for a proxy's client
    _lines: HeaderLines | None = None
    _asked: bool = False  # all of the request's body was handed out
    _start: Message | None = None
    _framing: ReplyStream | None = None
    _ended: bool = False  # the last piece of the body was sent
    _trailers: HeaderPairs | None = None  # they were announced
    _pieces: int = 0
    _holds_head: bool = False  # until a file is there
    _over: asyncio.Event | None = None
    is_begun: bool = False
    is_complete: bool = False

    def __post_init__(self) -> None:
        self._peer = cast("AsgiPeer", self._source)

    async def run(self, app: AsgiApp, lines: HeaderLines) -> Reply:
        """Call *app* and return what is to be written when that has ended without a response.

        Raises:
            BaseException: the task was ended from outside.
        """
        self._lines = lines
        try:
            await app(self._scope(), self.receive, self.send)
        except BaseException as error:
            if ends_task(error):
                raise
            return internal_error(error)
        if self.is_complete or self._peer.link.lost:
            return ANSWERED
        what = "before its response was complete" if self._start is not None else "without a response"
        return internal_error(RuntimeError(f"the ASGI application has ended {what}"))

    def close(self) -> None:
        """Take note that the response is complete, or that the client has left."""
        if self._over is not None:
            self._over.set()

    def flush(self) -> None:
        """Write the head of a response that has begun, unless that is done."""
        if self._start is not None and not (self.is_begun or self.is_complete or self._holds_head):
            self._begin(self._start)

    def _scope(self) -> Scope:
        head, source = self._head, self._source
        root_path = source.root_path
        extensions: dict[str, dict[str, Any]] = {PATHSEND: {}}
        if head.version == "1.1":
            extensions[EARLY_HINT] = {}
            if head.fields.accepts_trailers:
                extensions[TRAILERS] = {}
        if self._peer.tls is not None:
            extensions["tls"] = dict(self._peer.tls)
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": SPEC_VERSION},
            "http_version": head.version,
            "method": head.method,
            "scheme": source.scheme,
            "path": root_path + head.path,
            "raw_path": (root_path + head.raw_path).encode(),
            "query_string": head.query.encode("latin-1"),
            "root_path": root_path,
            "headers": list(head.fields.pairs),
            "client": source.client,
            "server": source.server,
            "state": self.state.copy(),
            "extensions": extensions,
        }

    # What the application calls.

    async def receive(self) -> Message:
        if not self._asked and not self.is_complete:
            try:
                piece = await self._next_piece() if self.body is None else self.body
            except ClientDisconnect:
                self._asked = True
                return {"type": "http.disconnect"}
            self._asked = self.body is not None or piece is None or self._peer.body_complete
            return {"type": "http.request", "body": piece or b"", "more_body": not self._asked}
        if not self.is_complete and not self._peer.link.left:
            if self._over is None:
                self._over = asyncio.Event()
            await self._over.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if kind == "http.response.body" and self._start is not None and not self._ended:
            if self._framing is None and not message.get("more_body", False) and self._trailers is None:
                self._ended = True
                self._send_whole(self._start, message.get("body", b""))
            else:
                await self._send_piece(message.get("body", b""), more=message.get("more_body", False))
        elif kind == "http.response.start" and self._start is None:
            self._start = message
            self.answered = True
            if message.get("trailers", False):
                self._trailers = []
            self._peer.expect_body(self)
        elif kind == EARLY_HINT and self._start is None:
            await self.send_early_hints([bytes(link) for link in message["links"]])
        elif kind == PATHSEND and self._start is not None and self._framing is None and not self._ended:
            await self._send_file(self._start, message["path"])
        elif kind == TRAILERS and self._ended and self._trailers is not None and not self.is_complete:
            self._trailers += [(bytes(name), bytes(value)) for name, value in message.get("headers", ())]
            if not message.get("more_trailers", False):
                self._end()
        else:
            raise RuntimeError(f"{kind} was sent where the ASGI specification has no place for it")

    # The response.

    def _send_whole(self, start: Message, body: bytes) -> None:
        status, pairs = start["status"], start.get("headers", ())
        # hot: most responses.
        if (
            self._lines is not None
            and self.method != "HEAD"
            and status not in BODILESS
            and type(body) is bytes
        ):
            wire = self._lines.wire(pairs, len(body))
            if wire is not None:
                self._peer.send_whole(self, Reply(status, Head.on_wire(wire), body), self._head)
                return
        reply, head = self._reply(start)
        reply.body = bytes(body)
        declared = declared_length(reply.headers)
        if declared not in (None, len(body)) and self.method != "HEAD" and status not in BODILESS:
            raise LocalProtocolError(f"the response declares {declared} bytes, its body has {len(body)}")
        self._peer.send_whole(self, reply, head)

    def _begin(self, start: Message) -> None:
        reply, head = self._reply(start)
        if self._trailers is not None:
            reply.trailers = lambda: sendable_trailers(self._trailers or [])
        self._framing = self._peer.begin_stream(self, reply, head)
        self.is_begun = self._framing is not None

    def _reply(self, start: Message) -> tuple[Reply, RequestHead]:
        """Return the response without its body, and the request as the response would have it."""
        pairs = _lower(start.get("headers", ()))
        head = self._head
        if any(name == b"connection" and b"close" in value.lower() for name, value in pairs):
            head = msgspec.structs.replace(head, keep_alive=False)
        return Reply(start["status"], _EMPTY, b"", pairs), head

    async def _send_piece(self, body: bytes, *, more: bool) -> None:
        link = self._peer.link
        self.flush()
        framing = self._framing
        if link.lost or framing is None:
            self._ended = not more
            await asyncio.sleep(0)  # one that never waits would keep the event loop for itself
            return
        if body and framing.sends_body:
            link.write(framing.piece(bytes(body)))
        if not more:
            self._ended = True
            if self._trailers is None:
                self._end()
            return
        self._pieces += 1
        if link.writing_paused:
            await link.room()
        elif not self._pieces % PIECES_PER_TURN:
            await asyncio.sleep(0)

    def _end(self) -> None:
        """End the body.

        Raises:
            LocalProtocolError: it is not as long as declared.
            InvalidHeader: a trailer cannot be sent.
        """
        if (framing := self._framing) is not None and not self.is_complete:
            if framing.sends_body:
                self._peer.link.write(framing.end())
            self._peer.end_stream(self, keep_alive=framing.keep_alive)

    async def _send_file(self, start: Message, path: str) -> None:
        self._holds_head = not self.is_begun
        async with OpenFile(path) as file:
            first = await file.read()
            self._holds_head = False
            if file.is_at_end and not self.is_begun and self._trailers is None:
                self._ended = True
                self._send_whole(start, first)
                return
            await self._send_piece(first, more=True)
            while not file.is_at_end and not self._peer.link.lost:
                await self._send_piece(await file.read(), more=True)
            await self._send_piece(b"", more=False)


def _lower(pairs: Iterable[tuple[bytes, bytes]]) -> HeaderPairs:
    # The specification asks for lower case, which many do not write.
    return [(bytes(name).lower(), bytes(value)) for name, value in pairs]
