"""Placeholder types: where msgspec's decoder hands a value over to a walker.

msgspec calls a decode hook for every class it does not know. A placeholder is such a class; its hook runs
the walker of the node that it stands for, after a shortcut where there is one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeAlias

from bolide.validation.errors import ErrorDetails
from bolide.validation.function_nodes import is_informed
from bolide.validation.functions import FROM_JSON
from bolide.validation.tree import TypeTree
from bolide.validation.walker import Walker, compile_walker

__all__ = ["Hook", "Shortcut", "decode_lax", "decode_strict", "is_placeholder", "placeholder", "refusal"]

Hook: TypeAlias = Callable[[Any, object], Any]

Shortcut: TypeAlias = Callable[[Any, Hook], Any]
"""Takes a value and the decode hook, returns the decoded value, or raises ValueError or TypeError."""


class _Placeholder(type):
    """Metaclass of placeholders."""

    # msgspec checks the hook's result with isinstance, which must let everything pass.
    __instancecheck__ = id  # type: ignore[assignment]  # hot: a true result from C, 224 ns per value, not 304

    tree: TypeTree
    walkers: dict[bool, Walker]
    shortcut: Shortcut | None

    def decode(cls, value: object, *, strict: bool) -> Any:
        """Return the decoded *value*, or raise :class:`ValueError` without details."""
        if cls.shortcut is not None:
            try:
                return cls.shortcut(value, decode_strict if strict else decode_lax)
            except (ValueError, TypeError):
                pass  # the lax rules may accept it
        walker = cls.walkers.get(strict)
        if walker is None:
            walker = cls.walkers[strict] = _compile(cls.tree, strict=strict)
        errors: list[ErrorDetails] = []
        decoded = walker(value, (), errors)
        if errors:
            raise ValueError  # a signal: the whole document is walked again to report everything
        return decoded


class _Refusal(_Placeholder):
    """Metaclass of placeholders that take nothing."""

    def decode(cls, value: object, *, strict: bool) -> Any:
        """Raise :class:`ValueError`: the walker decides."""
        raise ValueError


def _compile(tree: TypeTree, *, strict: bool) -> Walker:
    walk = compile_walker(tree, strict=strict)
    return functools.partial(walk, info=FROM_JSON) if tree.reaches(tree.root, is_informed) else walk


def placeholder(tree: TypeTree, *, shortcut: Shortcut | None = None) -> Any:
    """Return a new placeholder type for *tree*; *shortcut* decodes the usual values."""
    held = None if shortcut is None else staticmethod(shortcut)
    return _Placeholder("Placeholder", (), {"tree": tree, "walkers": {}, "shortcut": held})


def refusal() -> Any:
    """Return a placeholder type whose values are all left to the walker of the whole document."""
    return _Refusal("Refusal", (), {})


def is_placeholder(lowered: Any) -> bool:
    """Tell whether *lowered* is a placeholder type."""
    return isinstance(lowered, _Placeholder)


def decode_lax(kind: Any, value: object) -> Any:
    """Decode *value* for the placeholder *kind*: msgspec's ``dec_hook``."""
    return kind.decode(value, strict=False)


def decode_strict(kind: Any, value: object) -> Any:
    """Decode *value* for the placeholder *kind* without coercion: msgspec's ``dec_hook``."""
    return kind.decode(value, strict=True)
