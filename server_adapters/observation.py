"""What a server notes about a request while it is worked on, for logs and metrics.

Servers make an :class:`Observation` only where somebody wants it; without one everything here answers that
nothing is known. It belongs to the context of the request's task, so that tasks and threads that the request
starts, and foreign middleware around the application, find the same.
"""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import Final

import msgspec

__all__ = ["Observation", "current_observation", "current_request_id", "seconds_since_begin"]


class Observation(msgspec.Struct, eq=False):
    """One request, as logs and metrics see it.

    Attributes:
        begin: When its handling began, of :func:`time.perf_counter_ns`.
        request_id: See :func:`current_request_id`.
        route: Template of the route that answers it; empty when there is none, or none is known.
    """

    begin: int
    request_id: str | None = None
    route: str = ""


current_observation: Final[ContextVar[Observation | None]] = ContextVar("current_observation", default=None)


def current_request_id() -> str | None:
    """Return the id of the request that this code works for, None outside of requests.

    The native server knows one when ``request_id`` is set (``--request-id``), or logs JSON.
    """
    observation = current_observation.get()
    return None if observation is None else observation.request_id


def seconds_since_begin() -> float:
    """Return for how long the current request is worked on, 0 when nobody wanted to know."""
    observation = current_observation.get()
    return 0.0 if observation is None else (time.perf_counter_ns() - observation.begin) / 1e9
