"""The PROXY protocol, versions 1 and 2: what stands before the first byte of a proxied connection.

The header says whose connection it is. It is read exactly, byte for byte, because what comes behind it may be
the beginning of a TLS handshake, which is not ours to read.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Final

__all__ = ["BadProxyHeader", "read_header"]

_SIGNATURE: Final = b"\r\n\r\n\x00\r\nQUIT\n"  # 12 bytes; no header of version 1 is shorter
_LONGEST_LINE: Final = 107
_LONGEST_BLOCK: Final = 4096
"""Addresses take 216 bytes; then come extensions (TLVs), which are skipped."""

# Family and transport → how the addresses stand there.
_IPV4: Final = 0x11
_IPV6: Final = 0x21
_LOCAL: Final = 0x20
_PROXIED: Final = 0x21

Read = Callable[[int], Awaitable[bytes]]


class BadProxyHeader(Exception):
    """A connection that does not begin with a PROXY header."""


async def read_header(read: Read, versions: str) -> tuple[str, int] | None:
    """Return the address of the client, None when the proxy names none: it speaks for itself, or knows none.

    Args:
        read: Returns up to so many bytes, none at the end.
        versions: ``v1``, ``v2``, or ``auto`` for both.

    Raises:
        BadProxyHeader: the connection begins with something else, or ends.
    """
    start = await _exactly(read, len(_SIGNATURE))
    if start == _SIGNATURE and versions in ("v2", "auto"):
        return await _read_block(read)
    if start.startswith(b"PROXY ") and versions in ("v1", "auto"):
        return await _read_line(read, start)
    raise BadProxyHeader("no PROXY header")


async def _read_line(read: Read, start: bytes) -> tuple[str, int] | None:
    line = start
    while not line.endswith(b"\r\n"):
        if len(line) >= _LONGEST_LINE:
            raise BadProxyHeader("the line does not end")
        # Never more than the line can still need: after \r one byte, otherwise two.
        line += await _exactly(read, 1 if line.endswith(b"\r") else 2)
    words = line[:-2].split(b" ")
    if words[1:2] == [b"UNKNOWN"]:
        return None
    try:
        _, family, client, _, port, _ = (word.decode("ascii") for word in words)
        address = ip_address(client)
        if family not in ("TCP4", "TCP6") or "%" in client or not (port.isdecimal() and len(port) <= 5):
            raise ValueError(family)
    except ValueError:
        raise BadProxyHeader("the line cannot be read") from None
    return str(address), int(port)


async def _read_block(read: Read) -> tuple[str, int] | None:
    command, kind, length = struct.unpack("!BBH", await _exactly(read, 4))
    if length > _LONGEST_BLOCK or command not in (_LOCAL, _PROXIED):
        raise BadProxyHeader("the header cannot be read")
    block = await _exactly(read, length) if length else b""
    if command == _LOCAL:
        return None
    if kind == _IPV4 and length >= 12:
        return socket.inet_ntop(socket.AF_INET, block[:4]), int.from_bytes(block[8:10], "big")
    if kind == _IPV6 and length >= 36:
        return socket.inet_ntop(socket.AF_INET6, block[:16]), int.from_bytes(block[32:34], "big")
    return None  # a Unix socket, or something that this knows nothing of


async def _exactly(read: Read, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = await read(count - len(data))
        if not more:
            raise BadProxyHeader("the connection ended")
        data += more
    return data
