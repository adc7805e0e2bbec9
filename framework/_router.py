"""Match method and path to a handler.

Templates without parameters stand in one dictionary; the others in a segment tree. Per segment a literal
wins over a parameter, a parameter over a catch-all, whatever the order of declaration. A candidate counts
only when it has the method, so a more specific template without it never hides a less specific one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from bolide._templates import PathTemplate

__all__ = ["Router"]

H = TypeVar("H")


class _Node(Generic[H]):
    """A position in the tree; *handlers* and *catch_alls* map methods to handlers."""

    __slots__ = ("catch_alls", "handlers", "literals", "parameter")

    def __init__(self) -> None:
        self.literals: dict[str, _Node[H]] = {}
        self.parameter: _Node[H] | None = None
        self.handlers: dict[str, H] = {}
        self.catch_alls: dict[str, H] = {}


class Router(Generic[H]):
    """Templates and methods of one application.

    Attributes:
        static: Path → method → handler for templates without parameters; callers on the hot path look
            here first and call :meth:`match` when that fails.
    """

    __slots__ = ("_root", "static")

    def __init__(self) -> None:
        self.static: dict[str, dict[str, H]] = {}
        self._root: _Node[H] = _Node()

    def add(self, template: PathTemplate, method: str, handler: H) -> None:
        """Register *handler*; an existing one of the same shape and method is replaced."""
        self._handlers(template)[method] = handler

    def find(self, template: PathTemplate, method: str) -> H | None:
        """Return the handler registered for a template of this shape and *method*."""
        return self._handlers(template).get(method)

    def match(self, path: str, method: str) -> tuple[H, list[str]] | None:
        """Return the best handler for a request, with the values of the template's parameters in order.

        The work is bounded by the number of tree nodes: each is visited at most once.
        """
        if (handlers := self.static.get(path)) is not None and method in handlers:
            return handlers[method], []
        values: list[str] = []
        handler = _search(self._root, path.split("/"), 1, method, values)
        return None if handler is None else (handler, values)

    def allowed_methods(self, path: str) -> list[str]:
        """Return every method that some template matching *path* has, sorted (RFC 9110 §10.2.1)."""
        methods = set(self.static.get(path, ()))
        for handlers in _candidates(self._root, path.split("/"), 1):
            methods.update(handlers)
        return sorted(methods)

    def _handlers(self, template: PathTemplate) -> dict[str, H]:
        if not template.parameters:
            return self.static.setdefault(template.text, {})
        node = self._root
        for segment in template.segments:
            if segment.kind == "catch_all":
                return node.catch_alls
            if segment.kind == "literal":
                node = node.literals.setdefault(segment.text, _Node())
            else:
                if node.parameter is None:
                    node.parameter = _Node()
                node = node.parameter
        return node.handlers


def _search(node: _Node[H], segments: list[str], index: int, method: str, values: list[str]) -> H | None:
    """Return the best handler below *node* for ``segments[index:]``; *values* collects the parameters."""
    if index == len(segments):
        return node.handlers.get(method)
    segment = segments[index]
    if (literal := node.literals.get(segment)) is not None:
        handler = _search(literal, segments, index + 1, method, values)
        if handler is not None:
            return handler
    if node.parameter is not None and segment:
        values.append(segment)
        handler = _search(node.parameter, segments, index + 1, method, values)
        if handler is not None:
            return handler
        values.pop()
    if (handler := node.catch_alls.get(method)) is not None:
        values.append("/".join(segments[index:]))
    return handler


def _candidates(node: _Node[H], segments: list[str], index: int) -> Iterator[dict[str, H]]:
    """Yield the handlers of every template below *node* that matches ``segments[index:]``."""
    if index == len(segments):
        yield node.handlers
        return
    segment = segments[index]
    if (literal := node.literals.get(segment)) is not None:
        yield from _candidates(literal, segments, index + 1)
    if node.parameter is not None and segment:
        yield from _candidates(node.parameter, segments, index + 1)
    yield node.catch_alls
