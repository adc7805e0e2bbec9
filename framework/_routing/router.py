"""Match method and path to a handler.

Templates without parameters stand in one dictionary; the others in a segment tree. Per segment a literal
wins over a pattern (a parameter with a convertor, or with text around it), a pattern over a parameter, a
parameter over what takes the rest of the path, whatever the order of declaration. A candidate counts only
when it has the method, so a more specific template without it never hides a less specific one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Generic, TypeVar

from bolide._routing.patterns import Pattern
from bolide._routing.templates import PathTemplate, Segment

__all__ = ["ANY_METHOD", "Router"]

ANY_METHOD: Final = "*"
"""The method of handlers that answer every method: mounted applications."""

H = TypeVar("H")


class _Branch(Generic[H]):
    """A node below a pattern; :attr:`_Node.patterns` keeps them in order of preference."""

    __slots__ = ("node", "pattern")

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern
        self.node: _Node[H] = _Node()


class _Node(Generic[H]):
    """A position in the tree; *handlers* and *catch_alls* map methods to handlers.

    Of the branches in *tails* only the handlers of their nodes are used.
    """

    __slots__ = ("catch_alls", "handlers", "literals", "parameter", "patterns", "tails")

    def __init__(self) -> None:
        self.literals: dict[str, _Node[H]] = {}
        self.patterns: list[_Branch[H]] = []
        self.parameter: _Node[H] | None = None
        self.handlers: dict[str, H] = {}
        self.tails: list[_Branch[H]] = []
        self.catch_alls: dict[str, H] = {}

    def child(self, segment: Segment) -> _Node[H]:
        """Return the node below this one for *segment*, made if it is new."""
        if segment.kind == "literal":
            return self.literals.setdefault(segment.text, _Node())
        if segment.pattern is not None:
            return _branch(self.patterns if segment.kind == "pattern" else self.tails, segment.pattern)
        if self.parameter is None:
            self.parameter = _Node()
        return self.parameter


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
        if (handlers := self.static.get(path)) is not None:
            handler = _handler_of(handlers, method)
            if handler is not None:
                return handler, []
        values: list[str] = []
        handler = _search(self._root, path.split("/"), 1, method, values)
        return None if handler is None else (handler, values)

    def allowed_methods(self, path: str) -> list[str]:
        """Return every method that some template matching *path* has, sorted (RFC 9110 §10.2.1).

        ``ANY_METHOD`` is among them when an application is mounted there.
        """
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
            node = node.child(segment)
        return node.handlers


def _branch(branches: list[_Branch[H]], pattern: Pattern) -> _Node[H]:
    for known in branches:
        if known.pattern.key == pattern.key:
            return known.node
    new: _Branch[H] = _Branch(pattern)
    branches.append(new)
    branches.sort(key=lambda branch: branch.pattern.order)
    return new.node


def _handler_of(handlers: dict[str, H], method: str) -> H | None:
    handler = handlers.get(method)
    return handlers.get(ANY_METHOD) if handler is None else handler


def _search(node: _Node[H], segments: list[str], index: int, method: str, values: list[str]) -> H | None:
    """Return the best handler below *node* for ``segments[index:]``; *values* collects the parameters."""
    if index == len(segments):
        return _handler_of(node.handlers, method)
    segment = segments[index]
    if (literal := node.literals.get(segment)) is not None:
        handler = _search(literal, segments, index + 1, method, values)
        if handler is not None:
            return handler
    if node.patterns:
        handler = _search_patterns(node, segments, index, method, values)
        if handler is not None:
            return handler
    if node.parameter is not None and segment:
        values.append(segment)
        handler = _search(node.parameter, segments, index + 1, method, values)
        if handler is not None:
            return handler
        values.pop()
    if not node.tails and not node.catch_alls:
        return None
    return _search_rest(node, "/".join(segments[index:]), method, values)


def _search_patterns(
    node: _Node[H], segments: list[str], index: int, method: str, values: list[str]
) -> H | None:
    for branch in node.patterns:
        found = branch.pattern.match(segments[index])
        if found is None:
            continue
        values.extend(found)
        handler = _search(branch.node, segments, index + 1, method, values)
        if handler is not None:
            return handler
        del values[-len(found) :]
    return None


def _search_rest(node: _Node[H], rest: str, method: str, values: list[str]) -> H | None:
    for branch in node.tails:
        handler = _handler_of(branch.node.handlers, method)
        if handler is not None and (found := branch.pattern.match(rest)) is not None:
            values.extend(found)
            return handler
    handler = _handler_of(node.catch_alls, method)
    if handler is not None:
        values.append(rest)
    return handler


def _candidates(node: _Node[H], segments: list[str], index: int) -> Iterator[dict[str, H]]:
    """Yield the handlers of every template below *node* that matches ``segments[index:]``."""
    if index == len(segments):
        yield node.handlers
        return
    segment = segments[index]
    if (literal := node.literals.get(segment)) is not None:
        yield from _candidates(literal, segments, index + 1)
    for branch in node.patterns:
        if branch.pattern.match(segment) is not None:
            yield from _candidates(branch.node, segments, index + 1)
    if node.parameter is not None and segment:
        yield from _candidates(node.parameter, segments, index + 1)
    if node.tails:
        rest = "/".join(segments[index:])
        yield from (branch.node.handlers for branch in node.tails if branch.pattern.match(rest) is not None)
    yield node.catch_alls
