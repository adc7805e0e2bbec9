"""Placeholder types: where msgspec's decoder hands a value over to a walker.

msgspec calls a decode hook for every class it does not know. A placeholder is such a class; its hook runs
the walker of the node that it stands for.
"""

from __future__ import annotations

import functools
from typing import Any

from bolide.validation.errors import ErrorDetails
from bolide.validation.function_nodes import is_informed
from bolide.validation.functions import FROM_JSON
from bolide.validation.tree import TypeTree
from bolide.validation.walker import Walker, compile_walker

__all__ = ["decode_lax", "decode_strict", "is_placeholder", "placeholder"]


class _Placeholder(type):
    """Metaclass of placeholders."""

    # msgspec checks the hook's result with isinstance, which must let everything pass.
    __instancecheck__ = id  # type: ignore[assignment]  # hot: a true result from C, 224 ns per value, not 304

    tree: TypeTree
    walkers: dict[bool, Walker]

    def decode(cls, value: object, *, strict: bool) -> Any:
        """Return the decoded *value*, or raise :class:`ValueError` without details."""
        walker = cls.walkers.get(strict)
        if walker is None:
            walker = cls.walkers[strict] = _compile(cls.tree, strict=strict)
        errors: list[ErrorDetails] = []
        decoded = walker(value, (), errors)
        if errors:
            raise ValueError  # a signal: the whole document is walked again to report everything
        return decoded


def _compile(tree: TypeTree, *, strict: bool) -> Walker:
    walk = compile_walker(tree, strict=strict)
    return functools.partial(walk, info=FROM_JSON) if tree.reaches(tree.root, is_informed) else walk


def placeholder(tree: TypeTree) -> Any:
    """Return a new placeholder type for *tree*."""
    return _Placeholder("Placeholder", (), {"tree": tree, "walkers": {}})


def is_placeholder(lowered: Any) -> bool:
    """Tell whether *lowered* is a placeholder type."""
    return isinstance(lowered, _Placeholder)


def decode_lax(kind: Any, value: object) -> Any:
    """Decode *value* for the placeholder *kind*: msgspec's ``dec_hook``."""
    return kind.decode(value, strict=False)


def decode_strict(kind: Any, value: object) -> Any:
    """Decode *value* for the placeholder *kind* without coercion: msgspec's ``dec_hook``."""
    return kind.decode(value, strict=True)
