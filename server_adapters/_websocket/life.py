"""Find out whether a silent client is still there (RFC 6455 §5.5.2)."""

from __future__ import annotations

from typing import Literal

__all__ = ["Life"]


class Life:
    """What is known of one client; asked now and then, so that no connection needs a timer.

    Attributes:
        heard: Set when bytes come from the client, whatever they are.
    """

    __slots__ = ("_asked_at", "_heard_at", "_interval", "_timeout", "heard")

    def __init__(self, now: float, *, interval: float, timeout: float) -> None:
        """Begin to watch.

        Args:
            now: The time.
            interval: Seconds of silence after which the client is asked, 0 for never.
            timeout: Seconds that it has to answer, 0 for any time.
        """
        self._interval = interval
        self._timeout = timeout
        self._heard_at = now
        self._asked_at: float | None = None
        self.heard = False

    def check(self, now: float, *, listening: bool) -> Literal["silent", "gone"] | None:
        """Tell what to do: ask the client for a sign of life, or give it up.

        Args:
            now: The time.
            listening: Whether anything could have been heard since the last call.
        """
        if self.heard or not listening:
            self.heard = False
            self._heard_at = now
            self._asked_at = None
        elif self._asked_at is not None:
            return "gone" if self._timeout and now - self._asked_at > self._timeout else None
        elif self._interval and now - self._heard_at > self._interval:
            self._asked_at = now
            return "silent"
        return None
