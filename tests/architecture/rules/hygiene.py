"""The rule about text that must not stand in a tracked file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

__all__ = ["forbidden_text"]

VENDORED: Final = ("openapi/assets/",)
"""Where other projects' files stand, unchanged."""

# Put together from parts, so that this file passes its own rule.
_FORBIDDEN: Final = (
    (re.compile(r"\b(" + "TO" + r"DO|FIX" + r"ME)\b"), "unfinished work: open an issue instead"),
    (re.compile(r"(?<![\w.}])/(work|root)/[\w.]"), "a path of somebody's machine"),
)


def forbidden_text(root: Path, files: Iterable[str]) -> Iterator[str]:
    """Yield places in *files*, paths below *root*, that hold forbidden text; binary files are skipped."""
    for file in files:
        if file.startswith(VENDORED):
            continue
        try:
            lines = (root / file).read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(lines, start=1):
            for pattern, reason in _FORBIDDEN:
                if (found := pattern.search(line)) is not None:
                    yield f"{file}:{number} has {found.group()!r}: {reason}"
