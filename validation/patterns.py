"""Regular expressions of constraints: Python's ``re``, except that ``$`` means the very end.

JSON Schema and Pydantic read ``$`` like that; Python's own ``$`` also matches before a final newline,
which lets ``"admin\\n"`` pass for ``^\\w+$``.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["anchor_pattern"]

_MULTILINE: Final = re.compile(r"\(\?[aiLsux]*m")


def anchor_pattern(pattern: str) -> str:
    r"""Return *pattern* with every ``$`` that is an anchor written as ``\Z``.

    A pattern that switches multi-line mode on is left alone: there ``$`` means the end of a line.
    """
    if "$" not in pattern or _MULTILINE.search(pattern):
        return pattern
    written: list[str] = []
    in_class = False
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\":
            written.append(pattern[position : position + 2])
            position += 2
            continue
        if character == "[" and not in_class:
            # A ']' directly after '[' or '[^' is a member of the class.
            opening = 2 if pattern.startswith("[^", position) else 1
            opening += pattern.startswith("]", position + opening)
            written.append(pattern[position : position + opening])
            in_class = True
            position += opening
            continue
        if character == "]":
            in_class = False
        written.append(r"\Z" if character == "$" and not in_class else character)
        position += 1
    return "".join(written)
