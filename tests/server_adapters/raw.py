"""Bytes over a socket, and responses taken apart without a client library."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "Response",
    "connect",
    "parse",
    "read_response",
    "read_to_end",
    "read_until",
    "statuses",
    "talk",
    "wait_until_refused",
]

Address = tuple[str, int]


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    body: bytes


def connect(address: Address) -> socket.socket:
    return socket.create_connection(address, timeout=15)


def talk(address: Address, *pieces: bytes, half_close: bool = False) -> bytes:
    """Send *pieces* and return all that comes until the server closes."""
    with connect(address) as client:
        for piece in pieces:
            client.sendall(piece)
        if half_close:
            client.shutdown(socket.SHUT_WR)
        return read_to_end(client)


def wait_until_refused(address: Address) -> None:
    """Connect until that fails: the server has closed its listening socket."""
    while True:
        try:
            connect(address).close()
        except OSError:
            return


def read_to_end(client: socket.socket) -> bytes:
    received = bytearray()
    while data := client.recv(65536):
        received += data
    return bytes(received)


def read_until(client: socket.socket, end: bytes) -> bytes:
    """Read until *end* has come, and return all that came."""
    received = b""
    while end not in received:
        data = client.recv(65536)
        assert data, f"closed after {received!r}"
        received += data
    return received


def read_response(client: socket.socket, *, method: str = "GET") -> Response:
    """Read exactly one response; whatever came behind it is an error."""
    received = b""
    while True:
        responses, rest = _parse_some(received, [method])
        if responses:
            assert rest == b"", rest
            return responses[0]
        data = client.recv(65536)
        assert data, f"closed after {received!r}"
        received += data


def parse(data: bytes, methods: Iterable[str] = ()) -> list[Response]:
    """Take apart what a server has sent until it closed; nothing may be left over."""
    responses, rest = _parse_some(data, list(methods))
    assert rest == b"", rest
    return responses


def statuses(data: bytes) -> list[int]:
    return [response.status for response in parse(data)]


def _parse_some(data: bytes, methods: list[str]) -> tuple[list[Response], bytes]:
    responses: list[Response] = []
    while b"\r\n\r\n" in data:
        head, _, rest = data.partition(b"\r\n\r\n")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        match = re.fullmatch(r"HTTP/1\.1 (\d{3}) .*", status_line)
        assert match, status_line
        status = int(match.group(1))
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(": ")
            name = name.lower()  # hypercorn writes some in capitals
            assert name not in headers, f"{name} twice"
            headers[name] = value
        method = methods[len(responses)] if len(responses) < len(methods) else "GET"
        body: bytes | None
        if status in {100, 103, 204, 304} or method == "HEAD":
            body = b""
        elif "chunked" in headers.get("transfer-encoding", ""):
            body, rest = _dechunk(rest)
        elif "content-length" in headers:
            length = int(headers["content-length"])
            body, rest = (rest[:length], rest[length:]) if len(rest) >= length else (None, rest)
        else:
            body, rest = rest, b""
        if body is None:
            return responses, data
        data = rest
        responses.append(Response(status, headers, body))
    return responses, data


def _dechunk(data: bytes) -> tuple[bytes | None, bytes]:
    body = b""
    rest = data
    while True:
        size, found, rest = rest.partition(b"\r\n")
        if not found:
            return None, data
        length = int(size, 16)
        if len(rest) < length + 2:
            return None, data
        assert rest[length : length + 2] == b"\r\n"
        body += rest[:length]
        rest = rest[length + 2 :]
        if length == 0:
            return body, rest
