"""Let trees that are built together share what they have in common.

An application builds thousands of trees when it starts, most of them of the same few types.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from bolide.validation.decorators import RecordFunctions
from bolide.validation.tree import Definition, TypeTree

__all__ = ["SharedTrees", "share_trees", "shared_trees"]


class SharedTrees:
    """What was built so far: trees by hint, definitions by record, validators by class."""

    __slots__ = ("_begun", "_definitions", "_functions", "_trees")

    def __init__(self) -> None:
        self._trees: dict[object, TypeTree] = {}
        self._definitions: dict[object, Mapping[Any, Definition]] = {}
        self._functions: dict[object, RecordFunctions] = {}
        self._begun: set[object] = set()

    def tree(self, hint: Any, build: Callable[[Any], TypeTree]) -> TypeTree:
        """Return the tree of *hint*, which *build* makes if it is new."""
        try:
            # int | str equals str | int, but their texts do not.
            key = hint if isinstance(hint, type) else (hint, repr(hint))
            known = self._trees.get(key)
        except TypeError:  # metadata that cannot be hashed
            return build(hint)
        if known is None:
            known = self._trees[key] = build(hint)
        return known

    def functions(self, cls: Any) -> RecordFunctions:
        """Return the validators of a class of records."""
        known = self._functions.get(cls)
        if known is None:
            known = self._functions[cls] = RecordFunctions(cls)
        return known

    def definitions(
        self, hint: Any, define: Callable[[], Mapping[Any, Definition]]
    ) -> Mapping[Any, Definition] | None:
        """Return the definitions that the record *hint* needs, with its own; *define* makes new ones.

        None while they are made: a record that is reached from itself cannot wait for itself.
        """
        if hint in self._begun:
            return None
        known = self._definitions.get(hint)
        if known is None:
            self._begun.add(hint)
            try:
                known = self._definitions[hint] = define()
            finally:
                self._begun.discard(hint)
        return known


_current: Final[ContextVar[SharedTrees | None]] = ContextVar("shared_trees", default=None)


@contextmanager
def share_trees() -> Generator[None, None, None]:
    """Let all trees share that are built within; what hints mean must not change meanwhile."""
    if _current.get() is not None:
        yield
        return
    token = _current.set(SharedTrees())
    try:
        yield
    finally:
        _current.reset(token)


def shared_trees() -> SharedTrees | None:
    """Return what the trees share that are built here, None outside of :func:`share_trees`."""
    return _current.get()
