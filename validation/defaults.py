"""Defaults that every instance gets for itself."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

import msgspec

__all__ = ["copies_of"]


def copies_of(default: Any) -> Callable[[], Any] | None:
    """Return what copies *default* for an instance; None when all may have the same.

    That is so for what cannot change, and for what cannot be copied, such as a proxy of a mapping.
    """
    if type(default).__hash__ is not None and not isinstance(default, msgspec.Struct):
        return None
    try:
        copy.deepcopy(default)
    except TypeError:
        return None
    return functools.partial(copy.deepcopy, default)
