"""Answer an opening handshake: accept it, or send another response in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from bolide.server_adapters._http1.reader import RequestHead
from bolide.server_adapters._http1.writer import ReplyStream, connection_line, frame_reply, frame_switch
from bolide.server_adapters._replies import (
    ERROR_BODY,
    PLAIN,
    close_iterator,
    internal_error,
    log_exception,
    log_unsendable,
)
from bolide.server_adapters.contract import HeaderPairs, Reply
from bolide.server_adapters.native._context import Observer, ServerContext
from bolide.server_adapters.native._link import Link
from bolide.server_adapters.native._stream import write_stream

if TYPE_CHECKING:
    from bolide.server_adapters._websocket.protocol import WebSocketProtocol

__all__ = ["HandshakeAnswer", "Opening"]

_OWN_HEADERS: Final = frozenset({b"sec-websocket-accept", b"sec-websocket-extensions", b"upgrade"})

_FORBIDDEN: Final = b"Forbidden"
_CLOSE: Final = connection_line("1.1", keep_alive=False)


class Opening(msgspec.Struct, frozen=True, eq=False):
    """What has been agreed on with the client, for the case that the application accepts.

    Attributes:
        protocol: Reads and writes the messages.
        headers: Lines of the response.
    """

    protocol: WebSocketProtocol
    headers: HeaderPairs


class HandshakeAnswer:
    """Writes the response to the handshake that *head* is; closing the connection is left to others."""

    __slots__ = ("_client", "_context", "_head", "_link")

    def __init__(
        self, context: ServerContext, link: Link, head: RequestHead, client: tuple[str, int] | None
    ) -> None:
        self._context = context
        self._link = link
        self._head = head
        self._client = client

    def accept(self, agreed: HeaderPairs, subprotocol: str | None, headers: HeaderPairs) -> None:
        """Complete the handshake.

        Args:
            agreed: Lines that belong to the handshake.
            subprotocol: The one that the application has chosen.
            headers: Further lines; those that belong to the handshake are left out.

        Raises:
            InvalidHeader: a line cannot be sent.
        """
        lower = ((name.lower(), value) for name, value in headers)
        lines = [*agreed, *(pair for pair in lower if pair[0] not in _OWN_HEADERS)]
        if subprotocol is not None:
            lines.append((b"sec-websocket-protocol", subprotocol.encode("latin-1", "replace")))
        self._link.write(frame_switch(b"websocket", lines, self._context.date_line))
        self._observe(self._context.observe_reply, 101)

    def forbid(self) -> None:
        """Refuse the handshake without a reason."""
        self.refuse(Reply(403, PLAIN), _FORBIDDEN)

    def fail(self) -> None:
        """Refuse the handshake because of a failure here."""
        self.refuse(internal_error(), ERROR_BODY)

    def refuse(self, reply: Reply, body: bytes) -> None:
        """Answer with *reply* and *body*."""
        head, date = self._head, self._context.date_line
        try:
            data = frame_reply(reply, body, head.method, _CLOSE, date)
        except Exception as error:  # also what a malformed reply makes of itself
            log_unsendable(head.method, head.path, error)
            reply = internal_error()
            data = frame_reply(reply, ERROR_BODY, head.method, _CLOSE, date)
        self._link.write(data)
        self._observe(self._context.observe_reply, reply.status, len(body))

    async def deny(self, reply: Reply) -> None:
        """Answer with *reply*, and abort the connection if its body fails."""
        head, body, date = self._head, reply.body, self._context.date_line
        if isinstance(body, bytes):
            self.refuse(reply, body)
            return
        try:
            framing = ReplyStream(reply, head, keep_alive=False, date=date)
        except Exception as error:
            log_unsendable(head.method, head.path, error)
            await close_iterator(body)
            self.fail()
            return
        self._observe(self._context.observe_stream_start, reply.status)
        try:
            await write_stream(self._link, framing, body)
        except Exception as error:
            # Without the last chunk the client sees that the body is cut (RFC 9112 §8).
            log_exception(head.method, head.path, error)
            self._link.abort()
        finally:
            self._observe(self._context.observe_end, reply.status, framing.sent)
            await close_iterator(body)

    def _observe(self, observe: Observer | None, status: int, size: int = 0) -> None:
        if observe is not None:
            observe(self._client, self._head, status, size)
