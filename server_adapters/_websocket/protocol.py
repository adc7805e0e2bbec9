"""Messages on a WebSocket connection (RFC 6455 §5-§7, RFC 7692), on the sans-I/O protocol of ``websockets``.

The only module that imports ``websockets``. Whole frames of data that are neither fragmented nor
compressed are read and written here; they leave no trace in the state of the protocol. Everything else
goes through it.
"""

from __future__ import annotations

import codecs
import io
import logging
import struct
import sys
from collections import deque
from functools import lru_cache
from typing import Final

from websockets.exceptions import InvalidHeader, NegotiationError, ProtocolError
from websockets.extensions import Extension
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.headers import build_extension, parse_extension
from websockets.protocol import Protocol, Side

try:
    from websockets.speedups import apply_mask
except ImportError:  # built without its C extension
    from websockets.utils import apply_mask

from bolide.server_adapters._http1.errors import LocalProtocolError, RemoteProtocolError
from bolide.server_adapters._received import ReceiveBuffer

__all__ = ["Deflate", "WebSocketProtocol", "negotiate_deflate"]

Deflate = tuple[bytes, Extension]
"""The value of ``Sec-WebSocket-Extensions`` in the answer, and what compresses."""

# RFC 6455 §7.4.1.
_INVALID_DATA: Final = 1007
_ABNORMAL: Final = 1006

_OP_CONT: Final = Opcode.CONT
_OP_TEXT: Final = Opcode.TEXT
_OP_BINARY: Final = Opcode.BINARY
_OP_CLOSE: Final = Opcode.CLOSE
_OP_PING: Final = Opcode.PING

# First bytes of frames: FIN and the opcode.
_TEXT: Final = 0x81
_BINARY: Final = 0x82
_CLOSE: Final = 0x88
_WHOLE: Final = (_TEXT, _BINARY)
_MASKED: Final = 0x80

_SMALL: Final = 125
"""Longest payload whose length stands in the second byte."""

_TEXT_HEADS: Final = tuple(bytes((_TEXT, size)) for size in range(_SMALL + 1))
_BINARY_HEADS: Final = tuple(bytes((_BINARY, size)) for size in range(_SMALL + 1))

_MAX_PONGS: Final = 32
"""Pongs that wait to be sent; only the newest are owed (RFC 6455 §5.5.3)."""

_MIN_COMPRESSED: Final = 128
"""Shorter messages gain nothing that their compression is worth; a sender may choose (RFC 7692 §6)."""

_WINDOW_BITS: Final = 12
_MEMORY_LEVEL: Final = 5


def negotiate_deflate(lines: tuple[str, ...], *, context_takeover: bool) -> Deflate | None:
    """Choose among the extensions that a client offers; None when no offer can be taken.

    A connection that keeps its windows takes about 60 KiB for them, one without the takeover of context
    nothing between its messages (RFC 7692 §7.1.1).

    Raises:
        RemoteProtocolError: 400, the lines are malformed.
    """
    try:
        offers = [offer for line in lines for offer in parse_extension(line)]
    except InvalidHeader as error:
        raise RemoteProtocolError(400, "malformed Sec-WebSocket-Extensions") from error
    for name, parameters in offers:
        if name == ServerPerMessageDeflateFactory.name:
            try:
                answer, extension = _deflate(context_takeover).process_request_params(parameters, [])
            except (NegotiationError, ValueError):  # ValueError before 17.2
                continue  # this offer is declined (RFC 7692 §5)
            return build_extension([(name, answer)]).encode(), extension
    return None


@lru_cache(maxsize=2)
def _deflate(context_takeover: bool) -> ServerPerMessageDeflateFactory:
    return ServerPerMessageDeflateFactory(
        server_no_context_takeover=not context_takeover,
        client_no_context_takeover=not context_takeover,
        server_max_window_bits=_WINDOW_BITS,
        client_max_window_bits=_WINDOW_BITS,
        compress_settings={"memLevel": _MEMORY_LEVEL},
    )


@lru_cache(maxsize=1)
def _protocol_log() -> logging.Logger:
    """Return where ``websockets`` logs its own failures; that connections end is told elsewhere."""
    log = logging.getLogger("bolide.error.websockets")
    log.setLevel(logging.WARNING)
    return log


class WebSocketProtocol(ReceiveBuffer):
    """The server's side of one connection after its handshake.

    Call :meth:`receive_data`, then :meth:`next_message` until it returns None, then :meth:`data_to_send`.
    Nothing is read ahead: what has not been asked for stays bytes.

    Attributes:
        end: Code and reason of the end, once there is one: of the client's close frame, or of ours when
            the client broke the protocol.
        has_output: Whether :meth:`data_to_send` returns something.
        is_clean: Whether both sides have sent a close frame.
    """

    __slots__ = (
        "_decoder",
        "_largest_small",
        "_least_compressed",
        "_max_size",
        "_message",
        "_output",
        "_pongs",
        "_protocol",
        "_rest",
        "end",
        "has_output",
        "is_clean",
    )

    def __init__(self, *, max_size: int, deflate: Extension | None) -> None:
        super().__init__()
        self._protocol = Protocol(Side.SERVER, max_size=max_size, logger=_protocol_log())
        if deflate is not None:
            self._protocol.extensions = [deflate]
        self._least_compressed = sys.maxsize if deflate is None else _MIN_COMPRESSED
        self._max_size = max_size
        self._largest_small = _MASKED + min(_SMALL, max_size)
        self._rest = 0  # bytes of the current frame that the protocol has not got yet
        # Of a message in fragments: what it is until now, and for a text what decodes it.
        self._message: io.StringIO | bytearray | None = None
        self._decoder: codecs.IncrementalDecoder | None = None
        self._output: list[bytes] = []
        self._pongs: deque[bytes] = deque(maxlen=_MAX_PONGS)
        self.end: tuple[int, str] | None = None
        self.has_output = False
        self.is_clean = False

    def __del__(self) -> None:
        # The parser, a generator, refers to the protocol: they would wait for the collector, with 60 KiB.
        self._protocol.parser.close()

    def next_message(self) -> str | bytes | None:
        """Return the next message, or None when it has not arrived completely, or there is :attr:`end`."""
        while self.end is None:
            data, start = self._data, self._position
            available = len(data) - start
            if self._rest == 0:
                if available < 2:
                    return None
                # hot: short messages. Another first byte, no mask or a longer payload is for _begin_frame().
                first, second = data[start], data[start + 1]
                small_end = start + second - (_MASKED - 6)
                if (
                    first in _WHOLE
                    and _MASKED <= second <= self._largest_small
                    and small_end <= len(data)
                    and self._message is None
                ):
                    payload = apply_mask(data[start + 6 : small_end], data[start + 2 : start + 6])
                    self._position = small_end
                    return payload if first == _BINARY else self._decode(payload)
                if not self._begin_frame(first, second, available):
                    return None
            elif not available:
                return None
            message = self._read_frame()
            if message is not None:
                return message
        return None

    def data_to_send(self) -> bytes:
        """Return what must be written now."""
        data = b"".join((*self._pongs, *self._output))
        self._pongs.clear()
        self._output.clear()
        self.has_output = False
        return data

    def frame_text(self, text: str) -> bytes:
        """Return the frame of a text message."""
        data = text.encode()
        size = len(data)
        if size >= self._least_compressed and self.end is None:
            self._protocol.send_text(data)
            return b"".join(self._protocol.data_to_send())
        if size <= _SMALL:
            return _TEXT_HEADS[size] + data
        return _long_head(_TEXT, size) + data

    def frame_binary(self, data: bytes) -> bytes:
        """Return the frame of a binary message."""
        size = len(data)
        if size >= self._least_compressed and self.end is None:
            self._protocol.send_binary(data)
            return b"".join(self._protocol.data_to_send())
        if size <= _SMALL:
            return _BINARY_HEADS[size] + data
        return _long_head(_BINARY, size) + data

    def send_ping(self) -> None:
        """Ask the client for a sign of life."""
        self._protocol.send_ping(b"")
        self._take_output()

    def send_close(self, code: int, reason: str) -> None:
        """Begin the closing handshake (RFC 6455 §7.1.2).

        Raises:
            LocalProtocolError: *code* or *reason* cannot be sent.
        """
        try:
            self._protocol.send_close(code, reason)
        except ProtocolError as error:
            raise LocalProtocolError(
                f"close code {code} with reason {reason!r} cannot be sent: {error}"
            ) from error
        self._take_output()

    def fail(self, code: int, reason: str) -> None:
        """Give up on the connection (RFC 6455 §7.1.7)."""
        self._protocol.fail(code, reason)
        self._take_output()
        self.end = (code, reason)

    def _begin_frame(self, first: int, second: int, available: int) -> bool:
        """Find out how long the next frame is; False while that cannot be known."""
        length, head = second & ~_MASKED, 2
        if length > _SMALL:
            head = 4 if length == _SMALL + 1 else 10
            if available < head:
                return False
            length = int.from_bytes(self._data[self._position + 2 : self._position + head])
        if second & _MASKED:
            head += 4
        if first == _CLOSE and self._message is not None:
            # A close frame may come between fragments (RFC 6455 §5.4); the protocol takes it for a mistake.
            self._message = self._decoder = self._protocol.current_size = None
        self._rest = head + length
        return True

    def _read_frame(self) -> str | bytes | None:
        """Read what is there of the current frame; return the message that it completes."""
        data, start = self._data, self._position
        end = min(start + self._rest, len(data))
        self._position = end
        self._rest -= end - start
        self._protocol.receive_data(data[start:end])
        message = None
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                message = self._take(event)
        if self._protocol.parser_exc is not None and self.end is None:
            sent = self._protocol.close_sent
            self.end = (_ABNORMAL, "") if sent is None else (sent.code, sent.reason)
            self._take_output()
        return message

    def _take(self, frame: Frame) -> str | bytes | None:
        """Return the message that ends with *frame*."""
        opcode = frame.opcode
        if opcode is _OP_TEXT or opcode is _OP_BINARY or opcode is _OP_CONT:
            return self._take_data(frame)
        if opcode is _OP_PING:
            self._pongs.extend(self._protocol.data_to_send())
            self.has_output = True
        elif opcode is _OP_CLOSE and (received := self._protocol.close_rcvd) is not None:
            self.end = (received.code, received.reason)
            self.is_clean = True
            self._take_output()
        return None

    def _take_data(self, frame: Frame) -> str | bytes | None:
        data = bytes(frame.data)
        if frame.opcode is not _OP_CONT:
            if frame.fin:
                return data if frame.opcode is _OP_BINARY else self._decode(data)
            self._message = bytearray() if frame.opcode is _OP_BINARY else io.StringIO()
            self._decoder = None if frame.opcode is _OP_BINARY else codecs.getincrementaldecoder("utf-8")()
        # One buffer, not a list: fragments may be empty, and any number of them may come.
        message = self._message
        if isinstance(message, io.StringIO) and self._decoder is not None:
            try:
                message.write(self._decoder.decode(data, frame.fin))
            except UnicodeDecodeError as error:
                self._refuse_text(error)
                return None
        elif isinstance(message, bytearray):
            message += data
        if not frame.fin:
            return None
        self._message = self._decoder = None
        return message.getvalue() if isinstance(message, io.StringIO) else bytes(message or b"")

    def _decode(self, data: bytes) -> str | None:
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            self._refuse_text(error)
            return None

    def _refuse_text(self, error: UnicodeDecodeError) -> None:
        self._message = self._decoder = None
        self.fail(_INVALID_DATA, f"invalid UTF-8: {error.reason}")

    def _take_output(self) -> None:
        self._output += self._protocol.data_to_send()
        self.has_output = True


def _long_head(first: int, size: int) -> bytes:
    if size < 1 << 16:
        return struct.pack("!BBH", first, 126, size)
    return struct.pack("!BBQ", first, 127, size)
