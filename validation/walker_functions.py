"""Print how walkers run the functions of users.

Owns when a function runs: never after an error inside, and never on the fields of a record that exists
already, which is read again only to leave something out. What a function raises is ``errors``' business.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from bolide.validation.errors import ErrorDetails, ErrorLimitReached, Loc, ValidationError, report_exception
from bolide.validation.tree import FunctionNode, Node, NoneNode, RecordNode, TypeTree, UnionNode
from bolide.validation.unions import note_step, separate_errors
from bolide.validation.walker_context import Place, WalkerContext
from bolide.validation.walker_info import info_of_input

__all__ = ["FunctionPrinting", "Handler"]


def _chooses_branch(node: Node) -> bool:
    """Tell whether *node* is a union that has to judge how well its branches fit."""
    return isinstance(node, UnionNode) and sum(not isinstance(each, NoneNode) for each in node.options) > 1


class Handler:
    """Reads a value by the type that a wrap validator wraps.

    Args:
        walk: The generated function that reads it.
        errors: The errors of the outer walk; they say what is known of unions there.
        step: The node of the validator, and the value that it was called with.
        *passed: Further arguments of *walk*.
    """

    __slots__ = ("_errors", "_passed", "_step", "_walk")

    def __init__(
        self, walk: Callable[..., Any], errors: list[ErrorDetails], step: tuple[Node, object], *passed: object
    ) -> None:
        self._walk = walk
        self._errors = errors
        self._step = step
        self._passed = passed

    def __call__(self, value: object, outer_location: str | int | None = None, /) -> Any:
        loc: Loc = () if outer_location is None else (outer_location,)
        errors = separate_errors(self._errors)
        made = None
        with contextlib.suppress(ErrorLimitReached):  # the errors so far are raised below
            made = self._walk(value, loc, errors, *self._passed)
        if errors:
            raise ValidationError("ValidatorCallable", errors)
        note_step(self._errors, *self._step, given=value, made=made)
        return made


class FunctionPrinting(NamedTuple):
    """Prints the calls of functions of one walker.

    *print_value* prints the reading of a node in place; *function* returns the name of a generated function
    that reads a node; *passed* returns the arguments that such functions take beside value, loc and errors.
    """

    context: WalkerContext
    tree: TypeTree
    print_value: Callable[[Node, Place], None]
    function: Callable[[Node, bool], str]
    passed: Callable[[Place], str]

    def print(self, node: FunctionNode, place: Place) -> None:
        """Print the statements that read what *node* says."""
        if place.is_own == "True" or node.mode == "dump":
            self.print_value(node.inner, place)
        elif place.is_own == "False":
            _PRINT[node.mode](self, node, place)
        else:
            with self.context.source.block(f"if {place.is_own}:"):
                self.print_value(node.inner, place._replace(is_own="True"))
            with self.context.source.block("else:"):
                _PRINT[node.mode](self, node, place._replace(is_own="False"))

    def print_preparation(self, node: RecordNode) -> None:
        """Print how the *value* of a record goes through the functions before its fields are read."""
        context = self.context
        cls = context.type(node.cls)
        info = info_of_input(context, node)
        with context.source.block(f"if not isinstance(value, {cls}):"):
            if notes := self._notes_steps():
                context.line("given = value")
            with context.source.block("try:"):
                for step in node.before:
                    name = context.namespace.bind(
                        getattr(step.function, "__name__", "prepare"), step.function
                    )
                    context.line(f"value = {name}(value{f', {info}' if step.takes_info else ''})")
            with context.source.block("except (ValueError, AssertionError) as exc:"):
                context.line(f"{context.function(report_exception)}(errors, exc, loc, value)")
                context.line(f"return {context.invalid}")
            if notes:
                name = context.namespace.bind("node", node)
                context.line(f"{context.function(note_step)}(errors, {name}, given, given=value, made=None)")

    def before(self, node: FunctionNode, place: Place) -> None:
        (prepared,) = self.context.locals("prepared")
        self._print_try(place, prepared, self._call(node, place, place.raw))
        with self.context.source.block("else:"):
            self.print_value(node.inner, place._replace(raw=prepared))
            self._print_note(node, place, prepared)

    def after(self, node: FunctionNode, place: Place) -> None:
        (before,) = self.context.locals("before")
        self.context.line(f"{before} = len(errors)")
        self.print_value(node.inner, place)
        with self.context.source.block(f"if len(errors) == {before}:"):
            self._print_note(node, place, place.raw)
            self._print_try(place, place.target, self._call(node, place, place.target))

    def wrap(self, node: FunctionNode, place: Place) -> None:
        context = self.context
        walk = self.function(node.inner, place.from_text)
        step = f"({context.namespace.bind('node', node)}, {place.raw})"
        handler = f"{context.function(Handler)}({walk}, errors, {step}{self.passed(place)})"
        self._print_try(place, place.target, self._call(node, place, f"{place.raw}, {handler}"))

    def plain(self, node: FunctionNode, place: Place) -> None:
        self._print_try(place, place.target, self._call(node, place, place.raw))

    def _call(self, node: FunctionNode, place: Place, arguments: str) -> str:
        name = self.context.namespace.bind(getattr(node.function, "__name__", "validate"), node.function)
        return f"{name}({arguments}{f', {place.info}' if node.takes_info else ''})"

    def _print_try(self, place: Place, target: str, call: str) -> None:
        context = self.context
        with context.source.block("try:"):
            context.line(f"{target} = {call}")
        with context.source.block("except (ValueError, AssertionError) as exc:"):
            report = context.function(report_exception)
            context.line(f"{report}(errors, exc, {place.loc_text}, {place.raw})")
            context.line(f"{place.target} = {context.invalid}")

    def _notes_steps(self) -> bool:
        return self.tree.reaches(self.tree.root, _chooses_branch)

    def _print_note(self, node: FunctionNode, place: Place, given: str) -> None:
        """Tell an outer union what *node*'s type read, and as what, which the function hides."""
        if self._notes_steps():
            name = self.context.namespace.bind("node", node)
            step = f"errors, {name}, {place.raw}, given={given}, made={place.target}"
            self.context.line(f"{self.context.function(note_step)}({step})")


_PRINT: Final[Mapping[str, Callable[[FunctionPrinting, FunctionNode, Place], None]]] = {
    "before": FunctionPrinting.before,
    "after": FunctionPrinting.after,
    "wrap": FunctionPrinting.wrap,
    "plain": FunctionPrinting.plain,
}
