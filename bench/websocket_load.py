"""The clients of the WebSocket benchmark: a process of its own that sends short texts and counts echoes.

    python -m bench.websocket_load PORT CONNECTIONS BYTES

It writes ``ready`` when every connection is open. For each line with a number of seconds on its input it
keeps one message under way on each connection for so long, and writes the number of echoes.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time
from typing import Final

from bench.errors import BenchError

__all__ = ["Load", "frame_of"]

_HANDSHAKE: Final = (
    b"GET /echo HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
    b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n"
)
_MASK: Final = b"\x12\x34\x56\x78"
_ANSWER_SECONDS: Final = 10.0


def frame_of(size: int) -> tuple[bytes, bytes]:
    """Return the frame of a text of *size* bytes (up to 125) as a client sends it, and its echo."""
    text = bytes(97 + index % 26 for index in range(size))
    masked = bytes(byte ^ _MASK[index % 4] for index, byte in enumerate(text))
    return bytes((0x81, 0x80 | size)) + _MASK + masked, bytes((0x81, size)) + text


class Load:
    """Open connections to one server.

    Raises:
        BenchError: a handshake is not answered with 101.
    """

    def __init__(self, port: int, connections: int, size: int) -> None:
        self._frame, self._echo = frame_of(size)
        self._sockets: dict[int, socket.socket] = {}
        for _ in range(connections):
            client = socket.create_connection(("127.0.0.1", port), timeout=_ANSWER_SECONDS)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.sendall(_HANDSHAKE)
            answer = b""
            while not answer.endswith(b"\r\n\r\n"):
                piece = client.recv(4096)
                answer += piece
                if not piece:
                    break
            if not answer.startswith(b"HTTP/1.1 101 "):
                raise BenchError(f"no WebSocket connection: {answer[:200]!r}")
            self._sockets[client.fileno()] = client

    def run(self, seconds: float) -> int:
        """Send for so many *seconds*, wait for what is under way, and return the number of echoes.

        Raises:
            BenchError: something else comes back, or nothing.
        """
        echo, frame = self._echo, self._frame
        received = dict.fromkeys(self._sockets, b"")
        poll = select.epoll()
        for number, client in self._sockets.items():
            poll.register(number, select.EPOLLIN)
            client.sendall(frame)
        deadline = time.monotonic() + seconds
        count, waiting = 0, len(self._sockets)
        while waiting:
            ready = poll.poll(_ANSWER_SECONDS)
            if not ready:
                raise BenchError("an echo did not come")
            goes_on = time.monotonic() < deadline
            for number, _ in ready:
                client = self._sockets[number]
                data = received[number] + client.recv(65536)
                if data != echo:
                    if not echo.startswith(data) or data == received[number]:
                        raise BenchError(f"not an echo: {data[:200]!r}")
                    received[number] = data
                    continue
                received[number] = b""
                count += 1
                if goes_on:
                    client.sendall(frame)
                else:
                    waiting -= 1
        poll.close()
        return count


def main() -> None:
    """Serve the commands on standard input."""
    port, connections, size = map(int, sys.argv[1:])
    load = Load(port, connections, size)
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(load.run(float(line))), flush=True)


if __name__ == "__main__":
    main()
