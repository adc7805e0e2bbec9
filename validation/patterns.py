"""Regular expressions of constraints: Python's ``re``, except that ``$`` means the very end.

JSON Schema and Pydantic read ``$`` like that; Python's own ``$`` also matches before a final newline,
which lets ``"admin\\n"`` pass for ``^\\w+$``. Owns the warning about patterns that may take for ever, too.
"""

from __future__ import annotations

import dataclasses
import re
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Final

__all__ = ["anchor_pattern", "warn_of_backtracking"]

_MULTILINE: Final = re.compile(r"\(\?[aiLsux]*m")
_QUANTIFIER: Final = re.compile(r"(?P<bounds>[*+?]|\{(?P<least>\d*)(?P<most>,\d*)?\})(?P<mode>[+?]?)")
_GROUP: Final = re.compile(r"\(\?(?P<look><?[=!])|\(\?(?P<atomic>>)|\((?:\?(?:P?<\w+>|[a-zA-Z-]*:))?")


def anchor_pattern(pattern: str) -> str:
    r"""Return *pattern* with every ``$`` that is an anchor written as ``\Z``.

    A pattern that switches multi-line mode on is left alone: there ``$`` means the end of a line.
    """
    if "$" not in pattern or _MULTILINE.search(pattern):
        return pattern
    return "".join(r"\Z" if atom == "$" else atom for _, atom in _atoms(pattern))


def _atoms(pattern: str) -> Iterator[tuple[int, str]]:
    """Yield the parts of *pattern*, each after its position: escapes and classes whole, else characters."""
    position = 0
    while position < len(pattern):
        end = position + 1
        if pattern[position] == "\\":
            end += 1
        elif pattern[position] == "[":
            # A ']' directly after '[' or '[^' is a member of the class.
            end += pattern.startswith("^", end)
            end += pattern.startswith("]", end)
            while end < len(pattern) and pattern[end] != "]":
                end += 2 if pattern[end] == "\\" else 1
            end += 1
        yield position, pattern[position:end]
        position = end


@cache
def warn_of_backtracking(pattern: str) -> None:
    """Warn once when *pattern* repeats what is itself repeated, with nothing fixed in between: ``(a+)+``.

    Python tries every way to divide a text among the two, 2**n of n characters, before it gives up.
    """
    if _may_backtrack(pattern):
        warnings.warn(
            f"the pattern {pattern!r} repeats a repetition, which takes exponential time for some texts; "
            f"write it without nesting, or possessively: (?>...) or a++",
            UserWarning,
            stacklevel=2,
        )


@dataclasses.dataclass
class _Sequence:
    """What is known of one alternative of a group."""

    repeats: bool = False
    has_fixed: bool = False


def _may_backtrack(pattern: str) -> bool:
    atoms = dict(_atoms(pattern))
    groups: list[tuple[str, list[_Sequence]]] = [("", [_Sequence()])]
    position = 0
    while position < len(pattern):
        atom = atoms[position]
        end = position + len(atom)
        if atom == "(":
            opening = _GROUP.match(pattern, position)
            assert opening is not None
            groups.append((opening["look"] or opening["atomic"] or "", [_Sequence()]))
            position = opening.end()
            continue
        if atom == "|":
            groups[-1][1].append(_Sequence())
            position = end
            continue
        inner = [_Sequence(has_fixed=True)]
        if atom == ")" and len(groups) > 1:
            kind, inner = groups.pop()
            if kind:  # looks around match nothing, atomic groups give nothing back
                inner = [_Sequence(has_fixed=kind == ">")]
        quantifier = None if atom in "^$" else _QUANTIFIER.match(pattern, end)
        position = end if quantifier is None else quantifier.end()
        least, is_open = (1, False) if quantifier is None else _bounds(quantifier)
        is_possessive = quantifier is not None and quantifier["mode"] == "+"
        if is_open and not is_possessive and any(each.repeats and not each.has_fixed for each in inner):
            return True
        current = groups[-1][1][-1]
        repeats = any(each.repeats for each in inner)
        current.repeats |= (is_open or repeats) and not is_possessive
        current.has_fixed |= least > 0 and not is_open and all(each.has_fixed for each in inner)
    return False


def _bounds(quantifier: re.Match[str]) -> tuple[int, bool]:
    """Return how often a part matches at least, and whether there is no end to it."""
    if quantifier["bounds"] in ("*", "+", "?"):
        return (1 if quantifier["bounds"] == "+" else 0), quantifier["bounds"] != "?"
    return int(quantifier["least"] or 0), quantifier["most"] == ","
