"""Frames of WebSocket connections, made and taken apart without a library (RFC 6455 §5.2)."""

from __future__ import annotations

import socket
import struct

__all__ = [
    "BINARY",
    "CLOSE",
    "CONTINUATION",
    "PING",
    "PONG",
    "TEXT",
    "Frame",
    "RawSocket",
    "frame",
    "handshake",
]

CONTINUATION = 0
TEXT = 1
BINARY = 2
CLOSE = 8
PING = 9
PONG = 10

Address = tuple[str, int]
Frame = tuple[int, bytes]
"""Opcode and payload."""

KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # of RFC 6455 §1.3


def frame(
    opcode: int,
    payload: bytes,
    *,
    final: bool = True,
    mask: bytes | None = b"\x37\xfa\x21\x3d",
    reserved: int = 0,
) -> bytes:
    """Return one frame as a client sends it."""
    masked, size = 0 if mask is None else 0x80, len(payload)
    first = (0x80 if final else 0) | reserved | opcode
    if size < 126:
        head = struct.pack("!BB", first, masked | size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", first, masked | 126, size)
    else:
        head = struct.pack("!BBQ", first, masked | 127, size)
    if mask is None:
        return head + payload
    pattern = int.from_bytes(mask * (size // 4 + 1)) >> (8 * (4 - size % 4))
    return head + mask + (int.from_bytes(payload) ^ pattern).to_bytes(size)


def handshake(path: str = "/echo", **fields: str | None) -> bytes:
    """Return an opening handshake; *fields* replace its lines, ``_`` for ``-``, None leaves one out."""
    lines: dict[str, str | None] = {
        "host": "localhost",
        "upgrade": "websocket",
        "connection": "Upgrade",
        "sec-websocket-key": KEY,
        "sec-websocket-version": "13",
    }
    lines.update({name.replace("_", "-"): value for name, value in fields.items()})
    text = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value is not None)
    return f"GET {path} HTTP/1.1\r\n{text}\r\n".encode("latin-1")


class RawSocket:
    """A client that sends and reads bytes.

    Attributes:
        response: The head of the answer to the handshake.
    """

    def __init__(self, address: Address, request: bytes, *, receive_buffer: int | None = None) -> None:
        self.socket = socket.socket()
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(15)
        self.socket.connect(address)
        self.socket.sendall(request)
        self._data = b""
        while b"\r\n\r\n" not in self._data:
            if not (piece := self.socket.recv(65536)):
                break
            self._data += piece
        self.response, _, self._data = self._data.partition(b"\r\n\r\n")

    def __enter__(self) -> RawSocket:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, *frames: bytes) -> None:
        self.socket.sendall(b"".join(frames))

    def read(self) -> Frame:
        """Return the next frame."""
        opcode = self._take(1)[0] & 0x0F
        size = self._take(1)[0]
        if size == 126:
            size = int.from_bytes(self._take(2))
        elif size == 127:
            size = int.from_bytes(self._take(8))
        return opcode, self._take(size)

    def read_to_end(self) -> bytes:
        """Return what comes until the server closes."""
        while piece := self.socket.recv(65536):
            self._data += piece
        data, self._data = self._data, b""
        return data

    def _take(self, size: int) -> bytes:
        while len(self._data) < size:
            piece = self.socket.recv(65536)
            assert piece, f"closed after {self._data!r}"
            self._data += piece
        taken, self._data = self._data[:size], self._data[size:]
        return taken
