"""Whether anything in this process is written otherwise than msgspec would write it.

As long as nothing is, values below Any need no look.
"""

from __future__ import annotations

from typing import Final

__all__ = ["PLANNED_MODELS", "note_planned"]

PLANNED_MODELS: Final[list[str]] = []
"""Names of what makes plans other than native, models as a rule; often there is nothing.

A class is added when it is defined. Secrets, serializers and fields that are not written add themselves,
because a dataclass may have some, and nobody sees its fields before it is written.
"""


def note_planned(name: str) -> None:
    """Take note of something in *name* that msgspec would not write as it is said.

    Trees are built before there are instances.
    """
    if name not in PLANNED_MODELS:
        PLANNED_MODELS.append(name)
