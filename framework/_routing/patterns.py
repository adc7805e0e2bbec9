"""Match text with parameters in it: ``v{major:int}.{minor:int}``, ``{name}.json``, ``{path:path}/edit``.

Where a text can be split in several ways, the first parameter is as long as possible, then the second.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from bolide.convertors import CONVERTOR_TYPES

__all__ = ["MAX_PARAMETERS", "Parameter", "Pattern"]

_RANKS: Final = {"int": 0, "uuid": 1, "float": 2, "str": 4, "path": 5}
_CUSTOM_RANK: Final = 3

# The number of ways to split a text grows with its length to the power of the parameters but one. Beyond
# two of them both are bounded, so that no client can keep the server busy with one path.
MAX_PARAMETERS: Final = 4
_LONGEST_TEXT: Final = 255


class Parameter:
    """A parameter of a template and the name of its convertor."""

    __slots__ = ("convertor", "name")

    def __init__(self, name: str, convertor: str) -> None:
        self.name = name
        self.convertor = convertor


class Pattern:
    """Literals and parameters in turn.

    Attributes:
        key: The pattern without the names of its parameters; equal for patterns that match the same texts.
        order: Sorts patterns that stand at the same place: more literal characters first, then narrower
            convertors.
    """

    __slots__ = ("_head", "_matches", "_split", "_suffix", "key", "order")

    def __init__(self, literals: Sequence[str], parameters: Sequence[Parameter]) -> None:
        """Take n + 1 literals around n parameters; those between two parameters are not empty."""
        convertors = [each.convertor for each in parameters]
        pairs = zip(literals, convertors, strict=False)
        self.key = "".join(f"{literal}{{:{convertor}}}" for literal, convertor in pairs) + literals[-1]
        ranks = tuple(_RANKS.get(convertor, _CUSTOM_RANK) for convertor in convertors)
        self.order = (-sum(map(len, literals)), ranks, self.key)
        self._head, self._suffix = literals[0], literals[-1]
        self._matches = _check(convertors[0]) if len(convertors) == 1 else None
        self._split = None if self._matches else _splitter(literals[1:-1], convertors)

    def match(self, text: str) -> list[str] | None:
        """Return the values of the parameters, None when *text* does not match."""
        start, end = len(self._head), len(text) - len(self._suffix)
        if start > end or not (text.startswith(self._head) and text.endswith(self._suffix)):
            return None
        middle = text[start:end]
        if self._matches is not None:
            return [middle] if self._matches(middle) else None
        return self._split(middle) if self._split is not None else None


def _check(convertor: str) -> Callable[[str], object]:
    """Return what tells whether a text is a value of the only parameter."""
    if convertor == "int":
        return _is_digits
    return re.compile(_regex(convertor)).fullmatch


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _splitter(literals: Sequence[str], convertors: Sequence[str]) -> Callable[[str], list[str] | None]:
    """Return what splits a text at *literals* into values of *convertors*."""
    groups = [f"(?P<p{index}>{_regex(convertor)})" for index, convertor in enumerate(convertors)]
    between = [re.escape(literal) for literal in [*literals, ""]]
    split = re.compile("".join(group + text for group, text in zip(groups, between, strict=True))).fullmatch
    names = [f"p{index}" for index in range(len(groups))]
    longest = None if len(groups) < 3 else _LONGEST_TEXT

    def values(text: str) -> list[str] | None:
        if longest is not None and len(text) > longest:
            return None
        found = split(text)
        return None if found is None else [found[name] for name in names]

    return values


def _regex(convertor: str) -> str:
    # A line feed, which "." does not match, may stand in a path as %0A.
    return "(?s:.*)" if convertor == "path" else f"(?:{CONVERTOR_TYPES[convertor].regex})"
