"""Placeholder types: where msgspec's decoder hands a value over to a walker.

msgspec calls a decode hook for every class it does not know. A placeholder is such a class; its hook runs
the walker of the node that it stands for, after a shortcut where there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from bolide.validation.tree import TypeTree
from bolide.validation.walker import compile_loader

__all__ = ["Hook", "Shortcut", "decode_lax", "decode_strict", "is_placeholder", "placeholder", "refusal"]

Hook: TypeAlias = Callable[[Any, object], Any]

Shortcut: TypeAlias = Callable[[Any, Hook], Any]
"""Takes a value and the decode hook, returns the decoded value, or raises ValueError or TypeError."""


class _Placeholder(type):
    """Metaclass of placeholders."""

    # msgspec checks the hook's result with isinstance, which must let everything pass.
    __instancecheck__ = id  # type: ignore[assignment]  # hot: a true result from C, 224 ns per value, not 304

    tree: TypeTree
    shortcut: Shortcut | None

    # Both are replaced in the placeholder itself by what they compile.

    def load_lax(cls, value: object) -> Any:
        """Return the decoded *value*, or raise :class:`ValueError` without details."""
        return cls._compile("load_lax", decode_lax)(value)

    def load_strict(cls, value: object) -> Any:
        """Do the same without coercion."""
        return cls._compile("load_strict", decode_strict)(value)

    def _compile(cls, name: str, hook: Hook) -> Callable[[object], Any]:
        load = compile_loader(cls.tree, strict=hook is decode_strict)
        if cls.shortcut is not None:
            load = _shortened(cls.shortcut, load, hook)
        type.__setattr__(cls, name, staticmethod(load))
        return load


def _shortened(shortcut: Shortcut, load: Callable[[object], Any], hook: Hook) -> Callable[[object], Any]:
    def load_shortly(value: object) -> Any:
        try:
            return shortcut(value, hook)
        except (ValueError, TypeError):
            return load(value)  # the lax rules may accept it

    return load_shortly


class _Refusal(_Placeholder):
    """Metaclass of placeholders that take nothing."""

    def load_lax(cls, value: object) -> Any:
        """Raise :class:`ValueError`: the walker decides."""
        raise ValueError

    load_strict = load_lax


def placeholder(tree: TypeTree, *, shortcut: Shortcut | None = None) -> Any:
    """Return a new placeholder type for *tree*; *shortcut* decodes the usual values."""
    held = None if shortcut is None else staticmethod(shortcut)
    return _Placeholder("Placeholder", (), {"tree": tree, "shortcut": held})


def refusal() -> Any:
    """Return a placeholder type whose values are all left to the walker of the whole document."""
    return _Refusal("Refusal", (), {})


def is_placeholder(lowered: Any) -> bool:
    """Tell whether *lowered* is a placeholder type."""
    return isinstance(lowered, _Placeholder)


def decode_lax(kind: Any, value: object) -> Any:
    """Decode *value* for the placeholder *kind*: msgspec's ``dec_hook``."""
    return kind.load_lax(value)


def decode_strict(kind: Any, value: object) -> Any:
    """Decode *value* for the placeholder *kind* without coercion: msgspec's ``dec_hook``."""
    return kind.load_strict(value)
