"""What can go wrong in a run of the harness."""

from __future__ import annotations

__all__ = ["BenchError", "StartFailed"]


class BenchError(Exception):
    """The run cannot go on or its numbers would be wrong; the text tells the user why."""


class StartFailed(BenchError):
    """A contender's server did not start; the run goes on without this contender."""
