"""Guess what a misspelled name was meant to be, for messages."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["did_you_mean"]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the end of a message about the unknown *name*; empty when nothing in *known* resembles it.

    >>> did_you_mean("gte", ["ge", "le", "title"])
    "; did you mean 'ge'?"
    """
    import difflib  # only for this message

    similar = difflib.get_close_matches(name, list(known), n=3)
    return f"; did you mean {' or '.join(map(repr, similar))}?" if similar else ""
