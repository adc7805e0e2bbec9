"""One WebSocket connection: transport, flow control and timeouts around the sans-I/O core."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, cast

from bolide.server_adapters._http1.reader import RequestHead
from bolide.server_adapters._replies import ends_task, log_exception
from bolide.server_adapters._websocket.life import Life
from bolide.server_adapters.contract import (
    HeaderPairs,
    Reply,
    WebSocketDisconnect,
    WebSocketStage,
)
from bolide.server_adapters.native._context import HandleWebSocket, ServerContext
from bolide.server_adapters.native._exchange import BodySource
from bolide.server_adapters.native._websocket_answer import HandshakeAnswer, Opening
from bolide.server_adapters.native._websocket_exchange import NativeWebSocketExchange
from bolide.server_adapters.native._websocket_inbox import LARGE, Inbox
from bolide.server_adapters.observation import current_observation

if TYPE_CHECKING:
    from bolide.server_adapters._websocket.protocol import WebSocketProtocol

__all__ = ["WebSocketConnection"]

# States. The application decides about the handshake; an open connection carries messages; closing, it
# waits for the client's close frame; lingering, for the client to read the end and to close.
_CONNECTING: Final = 0
_OPEN: Final = 1
_CLOSING: Final = 2
_LINGERING: Final = 3
_CLOSED: Final = 4

_HIGH_WATER: Final = 64 * 1024
"""Bytes at which reading pauses before the handshake is answered."""

_LINGER_SECONDS: Final = 2.0

# RFC 6455 §7.4.1.
_ABNORMAL: Final = 1006
_INTERNAL_ERROR: Final = 1011
_SERVICE_RESTART: Final = 1012


class WebSocketConnection(asyncio.Protocol):
    """Protocol of a socket that was an HTTP connection before its handshake.

    Attributes:
        task: Runs the application, and had to wait for something.
    """

    __slots__ = (
        "_answer",
        "_context",
        "_inbox",
        "_is_deaf",
        "_life",
        "_opening",
        "_protocol",
        "_since",
        "_state",
        "_transport",
        "_written_at",
        "client",
        "link",
        "receive",
        "root_path",
        "scheme",
        "server",
        "task",
    )

    def __init__(self, context: ServerContext, source: BodySource, head: RequestHead) -> None:
        self._context = context
        self._answer = HandshakeAnswer(context, source.link, head, source.client)
        self._opening: Opening
        self._protocol: WebSocketProtocol
        self.client = source.client
        self.server = source.server
        self.root_path = source.root_path
        self.scheme = "ws" if source.scheme == "http" else "wss"
        self.link = source.link
        self._transport = source.link.transport
        self.task: asyncio.Task[None] | None = None
        self._state = _CONNECTING
        self._inbox = Inbox(context.loop, context.config.ws_max_queue, self._refill)
        self.receive = self._inbox.receive
        self._is_deaf = source.link.left  # nothing more comes from the client
        self._since = self._written_at = context.now
        interval, timeout = context.config.ws_ping_interval, context.config.ws_ping_timeout
        self._life = Life(context.now, interval=interval or 0, timeout=timeout or 0)
        context.connections.add(self)
        if self._transport is not None:
            self._transport.set_protocol(self)

    def begin(self, head: RequestHead, opening: Opening, early: bytes) -> None:
        """Let the application decide about the handshake."""
        self._opening = opening
        self._protocol = opening.protocol
        if early:
            self._protocol.receive_data(early)
        self.link.resume_reading()
        state = self._context.state
        exchange = NativeWebSocketExchange(
            head.method, head.path, head.query, b"", state, head, self, _peer=self
        )
        task = self._context.start_task(self._run(exchange))
        if not task.done():
            if self._state == _CLOSED:
                self._context.track(task)
            else:
                self.task = task

    def refuse(self, reply: Reply, body: bytes) -> None:
        """Answer what is no handshake, and close."""
        self._answer.refuse(reply, body)
        self._linger()

    # What the event loop calls.

    def data_received(self, data: bytes) -> None:
        self._life.heard = True
        state = self._state
        if state == _OPEN:
            self._protocol.receive_data(data)
            if not self._inbox.is_full:
                self._fill()
        elif state == _CONNECTING:
            self._protocol.receive_data(data)
            if self._protocol.buffered > _HIGH_WATER:
                self.link.pause_reading()
        elif state == _CLOSING:
            self._protocol.receive_data(data)
            self._await_close()
        # Lingering: what still comes is not looked at.

    def eof_received(self) -> bool:
        """Take the end of what the client sends for the end of the connection (RFC 6455 §7.1.4)."""
        self._lose()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._context.connections.discard(self)
        if self.task is not None:
            self._context.track(self.task)
        self._lose()
        self._state = _CLOSED
        self.link.set_lost()

    def pause_writing(self) -> None:
        self._written_at = self._context.now
        self.link.set_writing_paused(True)

    def resume_writing(self) -> None:
        self._written_at = self._context.now
        self.link.set_writing_paused(False)
        if self._state == _OPEN and self._protocol.has_output and self._protocol.end is None:
            self._flush()

    # What the server calls.

    def check_timeouts(self, now: float) -> None:
        """Act on what has lasted too long; called by the sweep."""
        config, state = self._context.config, self._state
        unsent, progress = self.link.unsent()
        if not unsent or progress:
            self._written_at = now
        elif now - self._written_at > config.timeout_response_write:
            self.abort()
            return
        if state == _OPEN:
            self._check_life(now)
        elif state == _CLOSING:
            if now - self._since > config.ws_close_timeout:
                self.abort()
        elif state == _LINGERING and now - self._since > _LINGER_SECONDS and not unsent:
            self.abort()

    def _check_life(self, now: float) -> None:
        if self._protocol.end is not None:
            if now - self._since > _LINGER_SECONDS:  # the application does not look for messages
                self._conclude()
            return
        fate = self._life.check(now, listening=not self.link.reading_paused)
        if fate == "silent":
            self._protocol.send_ping()
            self._flush()
        elif fate == "gone":
            self._protocol.fail(_INTERNAL_ERROR, "keepalive ping timeout")
            self._inbox.finish((_ABNORMAL, ""))
            self._conclude()

    def close_idle(self) -> None:
        """Tell the client that the server stops; what is under way is finished as after any end."""
        if self._state == _OPEN:
            self._send_close(_SERVICE_RESTART, "")

    def abort(self) -> None:
        """Close without writing what is left."""
        self.link.abort()

    # What the exchange calls.

    async def receive_body(self) -> bytes:
        """Return the end of the body: a handshake has none."""
        return b""

    @property
    def stage(self) -> WebSocketStage:
        if self._state == _CONNECTING:
            return "connecting"
        return "open" if self._state == _OPEN and self._inbox.end is None else "ended"

    def accept(self, subprotocol: str | None, headers: HeaderPairs) -> None:
        """Complete the handshake; see :class:`~.contract.WebSocketExchange`."""
        if self._state != _CONNECTING or self._is_deaf:
            raise self._disconnected()
        self._answer.accept(self._opening.headers, subprotocol, headers)
        self._state = _OPEN
        self._fill()
        self._listen()

    async def send_text(self, text: str) -> None:
        """Send a message; see :class:`~.contract.WebSocketExchange`."""
        if self._state != _OPEN or self._transport is None:
            raise self._disconnected()
        self._transport.write(self._protocol.frame_text(text))
        if self.link.writing_paused:
            await self.link.room()

    async def send_bytes(self, data: bytes) -> None:
        """Send a message; see :class:`~.contract.WebSocketExchange`."""
        if self._state != _OPEN or self._transport is None:
            raise self._disconnected()
        self._transport.write(self._protocol.frame_binary(data))
        if self.link.writing_paused:
            await self.link.room()

    def close(self, code: int, reason: str) -> None:
        """End the connection, or refuse it.

        Raises:
            LocalProtocolError: *code* or *reason* cannot be sent.
        """
        if self._state == _CONNECTING:
            self._answer.forbid()
            self._linger()
        elif self._state == _OPEN:
            self._inbox.clear()
            self._send_close(code, reason)

    async def deny(self, reply: Reply) -> None:
        """Answer the handshake with *reply*."""
        await self._answer.deny(reply)
        self._linger()

    # The application.

    async def _run(self, exchange: NativeWebSocketExchange) -> None:
        handle = cast("HandleWebSocket", self._context.handle_websocket)
        if (begin := self._context.begin) is not None:
            current_observation.set(begin(exchange))
        error: BaseException | None = None
        try:
            error = await handle(exchange)
        except (SystemExit, KeyboardInterrupt) as stop:
            self._context.interrupt(stop)
        except BaseException as raised:
            if ends_task(raised):
                self._give_up(_SERVICE_RESTART)
                raise
            error = raised
        finally:
            self.task = None
        if error is not None:
            log_exception(exchange.method, exchange.path, error)
        self._give_up(_INTERNAL_ERROR)

    def _give_up(self, code: int) -> None:
        """End what the application has left open."""
        if self._state == _CONNECTING:
            self._answer.fail()
            self._linger()
        else:
            self.close(code, "")

    # Messages.

    def _fill(self) -> None:
        """Read messages into the inbox until it is full, and wake who waits for them."""
        protocol, inbox = self._protocol, self._inbox
        room = inbox.room
        while (message := protocol.next_message()) is not None:
            inbox.put(message)
            room -= 1
            if room <= 0 or len(message) > LARGE:
                inbox.is_full = True
                self.link.pause_reading()
                break
        if protocol.end is not None:
            if inbox:
                # What came before is answered before the end is.
                self._since = self._context.now
                self.link.pause_reading()
            else:
                self._conclude()
        elif protocol.has_output and not self.link.writing_paused:
            self._flush()
        inbox.wake()

    def _refill(self) -> None:
        """Go on: the application has taken every message and asks for another one."""
        inbox = self._inbox
        if inbox.is_full:
            inbox.is_full = False
            self._fill()
            self._listen()
        elif self._protocol.end is not None:
            self._conclude()
        if self._is_deaf and not inbox.is_full:
            inbox.finish((_ABNORMAL, ""))

    def _listen(self) -> None:
        """Go on reading, unless there is no room for more, or nothing more is of interest."""
        if not self._inbox.is_full and self._protocol.end is None:
            self.link.resume_reading()

    def _conclude(self) -> None:
        """Act on the end that the protocol has come to."""
        protocol = self._protocol
        if protocol.has_output:
            self._flush()
        if protocol.end is not None:
            self._inbox.finish(protocol.end)
        self._linger(is_clean=protocol.is_clean)

    def _flush(self) -> None:
        self.link.write(self._protocol.data_to_send())

    def _disconnected(self) -> WebSocketDisconnect:
        return WebSocketDisconnect(*(self._inbox.end or (_ABNORMAL, "")))

    # The end.

    def _send_close(self, code: int, reason: str) -> None:
        if self._protocol.end is not None:
            self._conclude()
            return
        self._protocol.send_close(code, reason)
        self._flush()
        self._state = _CLOSING
        self._since = self._context.now
        self._inbox.finish((code, reason))
        self.link.resume_reading()
        self._await_close()

    def _await_close(self) -> None:
        """Drop messages that come behind our close frame, up to the client's."""
        protocol = self._protocol
        while protocol.next_message() is not None:
            pass
        if protocol.end is not None:
            self._conclude()
        elif protocol.has_output and not self.link.writing_paused:
            self._flush()

    def _lose(self) -> None:
        """Take note that nothing more comes from the client."""
        self._is_deaf = True
        self.link.set_left()
        if self._state != _OPEN or not (self._inbox or self._inbox.is_full):
            self._inbox.finish((_ABNORMAL, ""))

    def _linger(self, *, is_clean: bool = False) -> None:
        """Close after everything is written.

        Args:
            is_clean: Whether the client has nothing more to say. Closing a socket that holds unread bytes
                resets the connection, and the client may lose our last words.
        """
        if self._state >= _LINGERING:
            return
        self._state = _LINGERING
        self._since = self._context.now
        if is_clean or self._is_deaf:
            self.link.close()
        else:
            self.link.close_writing()
