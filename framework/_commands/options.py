"""One option of a command: a row of a table.

From these rows come the parser, the settings of environment and ``pyproject.toml``, and shell completion.
"""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any, Final, NamedTuple

__all__ = ["SWITCH", "Option", "UsageError", "nearest", "read_value"]


class UsageError(Exception):
    """A mistake on the command line, in the environment or in ``pyproject.toml``: one sentence."""


def _switch(text: str) -> bool:
    return _WORDS[text.strip().lower()]


SWITCH: Final = _switch
"""The kind of an option that is on or off."""

_WORDS: Final = {"1": True, "true": True, "yes": True, "on": True} | dict.fromkeys(
    ("0", "false", "no", "off", ""), False
)
_EXPECTED: Final[dict[Callable[[str], Any], str]] = {
    int: "a whole number",
    float: "a number",
    SWITCH: "true or false",
}


class Option(NamedTuple):
    """One option.

    Attributes:
        name: With underscores, as settings have it; the flag has dashes.
        kind: Makes the value of text; it raises ValueError, KeyError, or ArgumentTypeError with a sentence.
        metavar: What stands for the value in help texts; empty for a switch.
        text: One line of help.
        default: The value when nobody says anything.
        negatable: Whether a switch has a ``--no-`` form.
        configurable: Whether environment and ``pyproject.toml`` may give it.
        short: A flag of one letter, if there is one.
    """

    name: str
    kind: Callable[[str], Any]
    metavar: str
    text: str
    default: Any = None
    negatable: bool = False
    configurable: bool = True
    short: str = ""

    @property
    def flag(self) -> str:
        return f"--{self.name.replace('_', '-')}"

    @property
    def is_switch(self) -> bool:
        return self.kind is SWITCH


def read_value(option: Option, text: str, *, origin: str) -> Any:
    """Return the value that *text* stands for.

    Args:
        origin: Who says it, as the message names it: ``--port``, ``BOLIDE_PORT``.

    Raises:
        UsageError: it stands for none.
    """
    try:
        return option.kind(text)
    except ArgumentTypeError as error:
        raise UsageError(f"{origin}: {error}") from None
    except (ValueError, KeyError):
        expected = _EXPECTED.get(option.kind, option.metavar)
        raise UsageError(f"{origin} is {text!r}; expected {expected}") from None


def nearest(name: str, known: Sequence[str], *, among: str = "") -> str:
    """Return ``; did you mean 'x'?`` for the one of *known* that is most like *name*, or what else to say."""
    found = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; did you mean {found[0]!r}?" if found else among
