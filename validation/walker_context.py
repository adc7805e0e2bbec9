"""What the printers of walkers share: names, places, and the statement that reports an error.

Knows nothing about kinds of nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import msgspec

from bolide.validation.checks import constant
from bolide.validation.codegen import Namespace, SourceBuilder, is_builtin
from bolide.validation.errors import forward, message_of, report
from bolide.validation.lax import INVALID
from bolide.validation.tree import Node

__all__ = ["MAX_DEPTH", "Place", "WalkerContext", "WalkerOptions"]

MAX_DEPTH: Final = 200
"""Records of a recursive type may nest this deep; beyond, the interpreter's own stack is at stake."""

_LOCALS = frozenset(
    {"value", "loc", "errors", "depth", "info", "is_own", "fields", "values", "before", "result", "exc"}
    | {"extras", "given", "made", "unset"}
)


class WalkerOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a walker reads; see ``compile_walker``."""

    strict: bool = False
    from_attributes: bool = False
    from_text: bool = False
    outgoing: bool = False


class Place(NamedTuple):
    """Where a value comes from and goes to, in terms of the generated code.

    *info* is an expression for the ``ValidationInfo`` there. *is_own* is one for whether the value is a field
    of an instance of the record's own class, which functions of the user's have seen before.
    """

    raw: str
    target: str
    loc: tuple[str, ...] = ()
    from_text: bool = False
    info: str = "info"
    is_own: str = "False"

    @property
    def loc_text(self) -> str:
        """An expression for the location; evaluated only when there is an error or a call."""
        return f"(*loc, {', '.join(self.loc)})" if self.loc else "loc"

    def inside(self, key: str, raw: str, target: str) -> Place:
        """Return the place of a part, found in *raw* and stored in *target*; *key* is an expression."""
        return self._replace(raw=raw, target=target, loc=(*self.loc, key))


class WalkerContext:
    """The source of one walker while it is printed, and the names it uses."""

    def __init__(self, options: WalkerOptions, *, recursive: bool = False) -> None:
        """With *recursive*, all functions of the walker but the first take ``depth``."""
        self.options = options
        self._recursive = recursive
        self.namespace = Namespace(reserved=_LOCALS)
        self.source = SourceBuilder()
        self.report = self.namespace.bind("report", report)
        self.invalid = self.namespace.bind("INVALID", INVALID)

    def line(self, text: str) -> None:
        """Print one line."""
        self.source.line(text)

    def is_strict(self, node: Node, place: Place | None = None) -> bool:
        """Tell whether *node* converts nothing; text at *place* is all there is, and is always converted."""
        if place is not None and place.from_text:
            return False
        return self.options.strict if node.strict is None else node.strict

    @property
    def reads_exact_text(self) -> bool:
        """Tell whether text has the spellings of JSON only; keys of documents are not meant."""
        return self.options.strict and self.options.from_text

    def locals(self, *hints: str) -> list[str]:
        """Return fresh names for local variables."""
        return [self.namespace.local(hint) for hint in hints]

    def function(self, function: Callable[..., Any]) -> str:
        """Return the name of *function* in the generated code."""
        return self.namespace.bind(function.__name__, function)

    def type(self, cls: type[Any]) -> str:
        """Return the name of *cls* in the generated code."""
        return cls.__name__ if is_builtin(cls) else self.namespace.bind(cls.__name__, cls)

    def print_report(
        self, error_type: str, loc_text: str, raw: str, ctx: Mapping[str, object] | None = None
    ) -> None:
        """Print the statement that reports an error; *ctx* holds values."""
        if not ctx:
            self.line(f"{self.report}(errors, {error_type!r}, {loc_text}, {raw})")
            return
        # hot: the text is made here; formatting it for every error cost 1.2 µs each.
        shown = ", ".join(f"{name!r}: {constant(item, self.namespace)}" for name, item in ctx.items())
        known = f'"type": {error_type!r}, "loc": {loc_text}, "msg": {message_of(error_type, ctx)!r}'
        error = f'{known}, "input": {raw}, "ctx": {{{shown}}}'
        self.line(f"{self.function(forward)}(errors, {{{error}}})")

    @contextmanager
    def bounded(self) -> Generator[None]:
        """Print around the body of a function what ends a walk into what is nested too deep."""
        if not self._recursive:
            yield
            return
        with self.source.block(f"if depth > {MAX_DEPTH}:"):
            self._print_too_deep()
        with self.source.block("try:"):
            yield
        self.print_depth_errors()

    def print_depth_errors(self) -> None:
        """Print the end of a ``try``: the frames of the caller may leave less room than MAX_DEPTH needs."""
        if self._recursive:
            with self.source.block("except RecursionError:"):
                self._print_too_deep()

    def _print_too_deep(self) -> None:
        self.print_report("recursion_depth_exceeded", "loc", "value")
        self.line(f"return {self.invalid}")
