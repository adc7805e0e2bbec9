"""FastAPI's way of identifying operations."""

from __future__ import annotations

import re
from typing import Final

from bolide._declaring.routes import Route

__all__ = ["generate_unique_id"]

_NOT_A_WORD: Final = re.compile(r"\W")


def generate_unique_id(route: Route) -> str:
    """Return FastAPI's identifier of *route*, of its name, path and first method: ``read_items__id__get``.

    For ``Bolide(generate_unique_id_function=generate_unique_id)``.
    """
    return f"{_NOT_A_WORD.sub('_', route.name + route.path_format)}_{route.methods[0].lower()}"
