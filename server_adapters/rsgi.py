"""Serve an application on RSGI servers: Granian (RSGI specification 1.6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any, Protocol

from bolide.server_adapters._framing import BODILESS, bytes_length, declared_length, stream_length
from bolide.server_adapters._replies import (
    ERROR_BODY,
    body_on_wire,
    close_iterator,
    ends_task,
    extra_headers,
    internal_error,
    invalid_host,
    log_exception,
    parse_length,
    send_pieces,
    server_wide,
    substitute,
)
from bolide.server_adapters._watch import UntilDisconnect
from bolide.server_adapters.contract import (
    Application,
    BodyTooLarge,
    ClientDisconnect,
    HeaderPairs,
    Reply,
)
from bolide.server_adapters.host import is_valid_host
from bolide.server_adapters.lifespan import LifespanTask

__all__ = ["RsgiEntry", "RsgiExchange", "RsgiHeaders", "RsgiProtocol", "RsgiScope", "RsgiStream"]


class RsgiHeaders(Protocol):
    """The header mapping of a request; it cannot be iterated, its keys can."""

    def get(self, key: str) -> str | None: ...
    def get_all(self, key: str) -> list[str]: ...
    def keys(self) -> list[str]: ...


class RsgiScope(Protocol):
    """One request."""

    proto: str
    http_version: str
    method: str
    path: str
    query_string: str
    scheme: str
    server: str
    client: str
    headers: RsgiHeaders


class RsgiStream(Protocol):
    """Sending end of a streamed response."""

    def send_bytes(self, data: bytes) -> Awaitable[None]: ...


class RsgiProtocol(Protocol):
    """Receiving and sending end of one request."""

    def __call__(self) -> Awaitable[bytes]: ...
    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def client_disconnect(self) -> Awaitable[None]: ...
    def close(self, status: int) -> None: ...
    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None: ...
    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...
    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> RsgiStream: ...


class RsgiExchange:
    """One request of an RSGI server; see :class:`~.contract.Exchange`.

    Every attribute of an RSGI scope is computed when it is read: each is read at most once here.
    """

    __slots__ = ("_headers", "_protocol", "_scope", "body", "method", "path", "query", "state")

    def __init__(self, scope: RsgiScope, protocol: RsgiProtocol, state: dict[str, Any]) -> None:
        self._scope = scope
        self._protocol = protocol
        self._headers: RsgiHeaders | None = None
        self.method = scope.method
        self.path = scope.path
        self.query = scope.query_string
        self.body: bytes | None = None
        self.state = state

    @property
    def headers(self) -> HeaderPairs:
        mapping = self._header_mapping()
        return [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name in mapping.keys()  # noqa: SIM118 - no dict
            for value in mapping.get_all(name)
        ]

    @property
    def client(self) -> tuple[str, int] | None:
        return _split_address(self._scope.client)

    @property
    def server(self) -> tuple[str, int | None] | None:
        return _split_address(self._scope.server)

    @property
    def scheme(self) -> str:
        return self._scope.scheme

    @property
    def http_version(self) -> str:
        version = self._scope.http_version
        return "1.1" if version == "1" else version

    @property
    def root_path(self) -> str:
        return ""  # RSGI has none

    def header(self, name: bytes) -> str | None:
        return self._header_mapping().get(name.decode("latin-1"))

    def header_values(self, name: bytes) -> list[str]:
        return self._header_mapping().get_all(name.decode("latin-1"))

    async def read_body(self, limit: int) -> bytes:
        body = self.body
        if body is None:
            declared = self._declared_length()
            if declared is not None and declared <= limit:
                # One call for the whole body: the server holds the client to the declared length.
                self.body = body = await self._protocol()
                if len(body) < declared:
                    raise ClientDisconnect
                return body
            received = bytearray()
            async for piece in self.stream(limit):
                received += piece
            self.body = body = bytes(received)
        if len(body) > limit:
            raise BodyTooLarge(limit)
        return body

    async def stream(self, limit: int) -> AsyncIterator[bytes]:
        if self.body is not None:
            if len(self.body) > limit:
                raise BodyTooLarge(limit)
            if self.body:
                yield self.body
            return
        declared = self._declared_length()
        if declared is not None and declared > limit:
            raise BodyTooLarge(limit)
        size = 0
        async for piece in self._protocol:
            size += len(piece)
            if size > limit:
                raise BodyTooLarge(limit)
            if piece:
                yield piece
        if declared is not None and size < declared:
            raise ClientDisconnect

    async def disconnect(self) -> None:
        await self._protocol.client_disconnect()

    def _header_mapping(self) -> RsgiHeaders:
        if self._headers is None:
            self._headers = self._scope.headers
        return self._headers

    def _declared_length(self) -> int | None:
        return parse_length(self._header_mapping().get("content-length"))


class RsgiEntry:
    """The RSGI face of one application.

    A server may run several event loops over one application, in threads: each has a lifespan.
    """

    __slots__ = ("_app", "_lifespans", "_states")

    def __init__(self, app: Application) -> None:
        self._app = app
        self._lifespans: dict[asyncio.AbstractEventLoop, LifespanTask] = {}
        self._states: dict[asyncio.AbstractEventLoop, dict[str, Any]] = {}

    def init(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the application on *loop*, which is not running; for ``__rsgi_init__``."""
        loop.run_until_complete(self._start(loop))

    def close(self, loop: asyncio.AbstractEventLoop) -> None:
        """Shut the application down on *loop*, which is not running; for ``__rsgi_del__``."""
        self._states.pop(loop, None)
        if (lifespan := self._lifespans.pop(loop, None)) is not None:
            loop.run_until_complete(lifespan.shutdown())

    async def handle(self, scope: RsgiScope, protocol: RsgiProtocol) -> None:
        """Handle one request; for ``__rsgi__``. WebSockets are refused."""
        if scope.proto != "http":
            protocol.close(403)
            return
        state = self._states.get(asyncio.get_running_loop())
        exchange = RsgiExchange(scope, protocol, {} if state is None else state)
        host = exchange.header(b"host")
        try:
            if host is not None and not is_valid_host(host.encode("latin-1", "replace")):
                reply = invalid_host()
            else:
                reply = server_wide() if exchange.path == "*" else await self._app.handle(exchange)
        except BaseException as error:
            if ends_task(error):
                raise
            reply = internal_error(error)
        after = reply.after
        try:
            body = reply.body
            if isinstance(body, bytes):
                _send_bytes(reply, body, exchange, protocol)
            else:
                await _send_stream(reply, body, exchange, protocol)
        finally:
            if reply.error is not None:
                log_exception(exchange.method, exchange.path, reply.error)
            if after is not None:
                await after()

    async def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        lifespan = LifespanTask(self._app, loop)
        self._states[loop] = await lifespan.startup()
        self._lifespans[loop] = lifespan


def _send_bytes(reply: Reply, body: bytes, exchange: RsgiExchange, protocol: RsgiProtocol) -> None:
    method = exchange.method
    # hot: no header of most replies needs a look; the server adds the length.
    if reply.headers is None and method != "HEAD" and reply.status not in BODILESS:
        protocol.response_bytes(reply.status, reply.head.strings, body)
        return
    if (other := substitute(reply, method, exchange.path)) is not None:
        reply, body = other, ERROR_BODY
    headers = reply.head.strings + _strings(extra_headers(reply))
    if body_on_wire(reply.status, method):
        protocol.response_bytes(reply.status, headers, body)
        return
    length = bytes_length(reply.status, method, declared_length(reply.headers), len(body))
    if length is not None:
        headers.append(("content-length", str(length)))
    protocol.response_empty(reply.status, headers)


async def _send_stream(
    reply: Reply, body: AsyncIterator[bytes], exchange: RsgiExchange, protocol: RsgiProtocol
) -> None:
    method = exchange.method
    try:
        if (other := substitute(reply, method, exchange.path)) is not None:
            _send_bytes(other, ERROR_BODY, exchange, protocol)
            return
        headers = reply.head.strings + _strings(extra_headers(reply))
        if (length := stream_length(reply.status, declared_length(reply.headers))) is not None:
            headers.append(("content-length", str(length)))
        if not body_on_wire(reply.status, method):
            protocol.response_empty(reply.status, headers)
            return
        stream = protocol.response_stream(reply.status, headers)
        with UntilDisconnect(protocol.client_disconnect):
            await send_pieces(body, stream.send_bytes)
    except ClientDisconnect:
        return  # the body of the reply is made from that of the request
    finally:
        await close_iterator(body)


def _strings(pairs: HeaderPairs) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs]


def _split_address(address: str) -> tuple[str, int] | None:
    """Split ``host:port``; a Unix socket has none."""
    host, _, port = address.rpartition(":")
    return (host.strip("[]"), int(port)) if port.isdecimal() else None
