"""Header lines that come as pairs with each response, as they stand on the wire."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bolide.server_adapters._framing import FRAMING
from bolide.server_adapters.contract import check_headers

__all__ = ["HeaderLines"]

_MOST_KNOWN: Final = 512
_LONGEST_KNOWN: Final = 128

_JUDGED: Final = FRAMING | {b"date"}
"""What a response is framed by: these need more than a line."""

_SECRET: Final = frozenset({b"set-cookie"})


class HeaderLines:
    """Checks header lines once, for as long as they come again.

    Most lines of an application are the same in each response: to look one up takes a tenth of the time that
    its check takes. What is kept is bounded, and forgotten when it has become too much.
    """

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, bytes], bytes] = {}

    def wire(self, pairs: Iterable[tuple[bytes, bytes]], size: int) -> bytes | None:
        """Return the lines of *pairs* without that of the length, None if they need a closer look.

        They do if one frames the response, other than by a content length of *size*, or is no plain pair.

        Raises:
            InvalidHeader: a line cannot be sent.
        """
        known = self._known
        wire = b""
        has_length = False
        try:
            for pair in pairs:
                if pair[0] == b"content-length":
                    if has_length or pair[1] != b"%d" % size:
                        return None
                    has_length = True
                elif (line := known.get(pair) or self._learn(pair)) is not None:
                    wire += line
                else:
                    return None
        except TypeError:  # lists, or what is no bytes
            return None
        return wire

    def _learn(self, pair: tuple[bytes, bytes]) -> bytes | None:
        name, value = pair
        lower = name.lower()
        if lower in _JUDGED:
            return None
        check_headers([(lower, value)])
        line = b"%b: %b\r\n" % (lower, value)
        if len(line) <= _LONGEST_KNOWN and lower not in _SECRET:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[pair] = line
        return line
