"""The life of a connection as a table: which state follows which (RFC 9112 §9).

A connection reads a head and is busy until the response is written. Then it reads the next head, or first
skips the rest of a body that nobody read. It ends closed, or lingers: closed for writing only, until the
client has read the end and closes too (§9.6).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Final

from bolide.server_adapters._http1.errors import LocalProtocolError

__all__ = ["BUSY", "CLOSED", "LINGERING", "READING", "SKIPPING", "TRANSITIONS", "Event", "next_state"]

READING: Final = 0
BUSY: Final = 1
SKIPPING: Final = 2
LINGERING: Final = 3
CLOSED: Final = 4
# hot: plain numbers; a member of an enumeration takes twice as long to compare.


class Event(Enum):
    """What happens to a connection."""

    HEAD = auto()
    """A head is complete: the request is with the application."""
    ANSWERED = auto()
    """The response is written, and the body of the request was read to its end."""
    ANSWERED_EARLY = auto()
    """The response is written, and what is left of the body can be skipped."""
    BODY_SKIPPED = auto()
    END = auto()
    """No further request is answered, and nothing unread is left."""
    END_UNREAD = auto()
    """No further request is answered; what the client has sent, or may send, is not read."""
    UPGRADE = auto()
    """The connection belongs to another protocol now."""
    LOSS = auto()
    """The client, or the server in a hurry, has closed the connection."""


TRANSITIONS: Final[Mapping[tuple[int, Event], int]] = {
    (READING, Event.HEAD): BUSY,
    (READING, Event.UPGRADE): CLOSED,
    (READING, Event.END): CLOSED,
    (READING, Event.END_UNREAD): LINGERING,
    (READING, Event.LOSS): CLOSED,
    (BUSY, Event.ANSWERED): READING,
    (BUSY, Event.ANSWERED_EARLY): SKIPPING,
    (BUSY, Event.END): CLOSED,
    (BUSY, Event.END_UNREAD): LINGERING,
    (BUSY, Event.LOSS): CLOSED,
    (SKIPPING, Event.BODY_SKIPPED): READING,
    (SKIPPING, Event.END): CLOSED,
    (SKIPPING, Event.END_UNREAD): LINGERING,
    (SKIPPING, Event.LOSS): CLOSED,
    (LINGERING, Event.LOSS): CLOSED,
    (CLOSED, Event.LOSS): CLOSED,
}


def next_state(state: int, event: Event) -> int:
    """Return the state after *event*.

    Raises:
        LocalProtocolError: this cannot happen in *state*: a bug on this side.
    """
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise LocalProtocolError(f"{event.name} in state {state} of a connection") from None
