"""How long to wait before a worker that fails again and again is started once more."""

from __future__ import annotations

import time
from typing import Final

__all__ = ["Backoff"]

_FREE_FAILURES: Final = 3
"""In a row, after which the next worker starts at once: not every death is a loop."""

_FIRST_PAUSE_SECONDS: Final = 0.5
_MAX_PAUSE_SECONDS: Final = 30.0

_SOUND_SECONDS: Final = 10.0
"""A worker that has served for so long has not failed in a row with those before it."""


class Backoff:
    """The pauses between starts, each twice as long as the one before.

    Attributes:
        until: Before this time (of ``time.monotonic``) nothing is started.
    """

    __slots__ = ("_failures", "until")

    def __init__(self) -> None:
        self._failures = 0
        self.until = 0.0

    def failed(self, *, served_for: float) -> float:
        """Take note that a worker has ended that served for so many seconds; return the pause."""
        self._failures = 1 if served_for >= _SOUND_SECONDS else self._failures + 1
        beyond = self._failures - _FREE_FAILURES
        pause = (
            min(_MAX_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2.0 ** min(beyond - 1, 10)) if beyond > 0 else 0.0
        )
        self.until = time.monotonic() + pause
        return pause

    def reset(self) -> None:
        """Start the next worker at once."""
        self._failures = 0
        self.until = 0.0
