"""Read values from text: path segments, query parameters, headers, cookies, form fields.

Owns the string rules, which hold for strict types too because text is all there is: numbers are trimmed,
``on`` is a boolean, ``"null"`` is never None. An exact parser takes the spellings of JSON only. Each parser
has a fast form, printed into the handler, for the usual spelling of a value, and a collecting form, the
walker, that accepts more and reports every error. What the fast form accepts, the collecting form accepts
with the same value.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from typing import Any, Final
from uuid import UUID

import msgspec

from bolide.validation.checks import transformation, value_checks
from bolide.validation.codegen import Namespace, SourceBuilder, compile_function
from bolide.validation.errors import ErrorDetails, Loc
from bolide.validation.function_nodes import without_functions
from bolide.validation.hashing import collide, has_chosen_hash
from bolide.validation.hints import describe_hint
from bolide.validation.labels import node_label
from bolide.validation.lax import parse_decimal
from bolide.validation.spellings import spelling_of
from bolide.validation.tree import (
    AnyNode,
    ArrayNode,
    BoolNode,
    BytesNode,
    CustomNode,
    DateNode,
    DateTimeNode,
    DecimalNode,
    EnumNode,
    FloatNode,
    FunctionNode,
    IntNode,
    LiteralNode,
    MapNode,
    Node,
    NoneNode,
    RecordNode,
    StrNode,
    TimeDeltaNode,
    TimeNode,
    TupleNode,
    TypeTree,
    UnionNode,
    UUIDNode,
    children,
)
from bolide.validation.walker import Walker, compile_walker

__all__ = ["StringParser"]

# These have one JSON spelling that msgspec reads in C, five times as fast as Python can.
_JSON_TYPES: Final[Mapping[type[Node], type]] = {
    DateTimeNode: datetime,
    DateNode: date,
    TimeNode: time,
    TimeDeltaNode: timedelta,
    UUIDNode: UUID,
}

_REFUSE = "raise ValueError"


class StringParser:
    """Parser of the text form of one type.

    Args:
        tree: The type. Arrays and tuples, optional or not, take a list of strings.
        exact: Only the spelling that a value has in JSON is read: ``true``, not ``on``.

    Raises:
        TypeError: The type cannot be written as one string or a list of strings.
    """

    def __init__(self, tree: TypeTree, *, exact: bool = False) -> None:
        self._tree = tree
        self._exact = exact
        self._node = _without_none(tree.resolve(tree.root))
        self.multiple: bool = isinstance(_wire(self._node), (ArrayNode, TupleNode))
        for item in _items(self._node):
            _check_readable(tree, item, tree.root)

    def emit_fast(self, source: SourceBuilder, namespace: Namespace, raw: str, target: str) -> None:
        """Print statements that set the variable *target* from the variable *raw*.

        They read the usual spelling only and raise ``ValueError``, without a text, for anything else:
        then :meth:`collect` decides.

        Args:
            source: Where to print.
            namespace: Takes what the statements refer to.
            raw: A variable that holds a string, or a list of strings if :attr:`multiple`.
            target: The variable to set.
        """
        printer = _FastPrinter(self._tree, source, namespace, exact=self._exact)
        printer.print_value(self._node, raw, target)

    def parse(self, raw: str | list[str]) -> Any:
        """Return the value of *raw* in its usual spelling.

        Raises:
            ValueError: It has another spelling or none; :meth:`collect` knows which.
        """
        return self._fast(raw)

    def collect(self, raw: str | list[str], loc: Loc, errors: list[ErrorDetails]) -> Any:
        """Return the value of *raw* by the string rules; append every error found below *loc*."""
        return self._walker(raw, loc, errors)

    @cached_property
    def _fast(self) -> Callable[[str | list[str]], Any]:
        source = SourceBuilder()
        namespace = Namespace(reserved=frozenset({"parse", "raw", "value"}))
        with source.block("def parse(raw):"):
            self.emit_fast(source, namespace, "raw", "value")
            source.line("return value")
        label = f"string parser of {node_label(self._tree, self._tree.root)}"
        return compile_function("parse", source.source(), namespace, label=label)

    @cached_property
    def _walker(self) -> Walker:
        return compile_walker(self._tree, from_text=True, strict=self._exact)


def _without_none(node: Node) -> Node:
    """Return the only option beside None of a union, else *node*: no string means None."""
    if isinstance(node, UnionNode):
        options = [option for option in node.options if not isinstance(option, NoneNode)]
        if len(options) == 1:
            return options[0]
    return node


def _wire(node: Node) -> Node:
    """Return what *node* is read as."""
    while isinstance(node, CustomNode | FunctionNode):
        node = _without_none(node.wire if isinstance(node, CustomNode) else without_functions(node))
    return node


def _items(node: Node) -> tuple[Node, ...]:
    node = _wire(node)
    if isinstance(node, ArrayNode):
        return (node.items,)
    return children(node) if isinstance(node, TupleNode) else (node,)


def _check_readable(tree: TypeTree, node: Node, root: Node) -> None:
    resolved = tree.resolve(_wire(node))
    if isinstance(resolved, UnionNode):
        for option in resolved.options:
            _check_readable(tree, option, root)
    if isinstance(resolved, (ArrayNode, TupleNode, MapNode, RecordNode)):
        raise TypeError(
            f"{describe_hint(root.hint)} cannot be read from text: {_describe(tree, resolved)} has parts"
        )


def _describe(tree: TypeTree, node: Node) -> str:
    return repr(node_label(tree, node))


class _FastPrinter:
    """Print the fast form of string parsers."""

    def __init__(self, tree: TypeTree, source: SourceBuilder, namespace: Namespace, *, exact: bool) -> None:
        self._tree = tree
        self._source = source
        self._namespace = namespace
        self._exact = exact

    def print_value(self, node: Node, raw: str, target: str) -> None:
        """Print the statements that set *target* from *raw*, or raise ``ValueError``."""
        resolved = _without_none(self._tree.resolve(node))
        resolved = self._tree.resolve(resolved)
        if self._exact:
            self._print_spelling(resolved, raw)
        if type(resolved) in _JSON_TYPES:
            self._print_json_text(resolved, raw, target)
            return
        match resolved:
            case AnyNode() | StrNode():
                self._print_text(resolved, raw, target)
            case BytesNode():
                self._print_bytes(resolved, raw, target)
            case IntNode() | FloatNode():
                self._print_number(resolved, raw, target)
            case BoolNode():
                self._print_bool(raw, target)
            case DecimalNode():
                self._print_call("parse_decimal", parse_decimal, raw, target)
                self._print_refusals(resolved, target)
            case EnumNode():
                self._print_enum(resolved, raw, target)
            case LiteralNode():
                self._print_literal(resolved, raw, target)
            case CustomNode():
                self._print_call("parse_custom", self._walking_parser(resolved), raw, target)
            case FunctionNode():
                self._print_function(resolved, raw, target)
            case UnionNode() | TupleNode():
                self._print_by_walker(resolved, raw, target)
            case ArrayNode():
                self._print_array(resolved, raw, target)
            case _:
                self._source.line(_REFUSE)  # None has no text

    def _print_spelling(self, node: Node, raw: str) -> None:
        spelling = spelling_of(type(node))
        if spelling is not None:
            matches = self._namespace.bind("is_exact", spelling.fullmatch)
            with self._source.block(f"if {matches}({raw}) is None:"):
                self._source.line(_REFUSE)

    def _print_text(self, node: StrNode | AnyNode, raw: str, target: str) -> None:
        before, after = transformation(node, target, self._namespace)
        self._source.line(f"{target} = {raw}")
        if before is not None:
            self._source.line(f"{target} = {before}")
        self._print_refusals(node, target)
        if after is not None:
            self._source.line(f"{target} = {after}")

    def _print_bytes(self, node: BytesNode, raw: str, target: str) -> None:
        self._source.line(f"{target} = {raw}.encode()")
        self._print_refusals(node, target)

    def _print_number(self, node: IntNode | FloatNode, raw: str, target: str) -> None:
        self._source.line(f"{target} = {'int' if isinstance(node, IntNode) else 'float'}({raw})")
        # int() and float() read the digits of all scripts.
        self._print_refusals(node, target, f"not {raw}.isascii()")

    def _print_refusals(self, node: Node, target: str, *conditions: str) -> None:
        checks = [check.broken for check in value_checks(node, target, self._namespace)]
        if broken := " or ".join([*conditions, *checks]):
            with self._source.block(f"if {broken}:"):
                self._source.line(_REFUSE)

    def _print_bool(self, raw: str, target: str) -> None:
        for header, value in (
            (f"if {raw} == 'true' or {raw} == '1':", "True"),
            (f"elif {raw} == 'false' or {raw} == '0':", "False"),
        ):
            with self._source.block(header):
                self._source.line(f"{target} = {value}")
        with self._source.block("else:"):
            self._source.line(_REFUSE)

    def _print_json_text(self, node: Node, raw: str, target: str) -> None:
        python_type = _JSON_TYPES[type(node)]
        decode = _json_decoder(python_type)
        # Inside of the quotes a backslash would start an escape; a quote cannot, it ends the string.
        with self._source.block(f"if '\\\\' in {raw}:"):
            self._source.line(_REFUSE)
        name = self._namespace.bind(f"decode_{python_type.__name__.lower()}", decode)
        self._source.line(f"{target} = {name}(f'\"{{{raw}}}\"')")
        self._print_refusals(node, target)

    def _print_enum(self, node: EnumNode, raw: str, target: str) -> None:
        by_text = {str(member.value): member for member in node.cls if type(member.value) is int}
        by_text |= {member.value: member for member in node.cls if isinstance(member.value, str)}
        self._print_lookup(f"{node.cls.__name__}_by_text", by_text, raw, target)

    def _print_literal(self, node: LiteralNode, raw: str, target: str) -> None:
        by_text: dict[str, object] = {str(value): value for value in node.values if type(value) is int}
        by_text |= {value: value for value in node.values if isinstance(value, str)}
        self._print_lookup("literal_by_text", by_text, raw, target)

    def _print_lookup(self, hint: str, by_text: Mapping[str, object], raw: str, target: str) -> None:
        self._source.line(f"{target} = {self._namespace.bind(hint, by_text)}.get({raw})")
        with self._source.block(f"if {target} is None:"):
            self._source.line(_REFUSE)

    def _print_function(self, node: FunctionNode, raw: str, target: str) -> None:
        if node.mode == "dump":
            self.print_value(node.inner, raw, target)
            return
        if node.mode != "after" or node.takes_info:
            self._print_call("parse_by_function", self._walking_parser(node), raw, target)
            return
        self.print_value(node.inner, raw, target)
        # Whatever it refuses, the collecting form refuses too, and says why.
        name = getattr(node.function, "__name__", "validate")
        self._print_call(name, node.function, target, target)

    def _print_by_walker(self, node: UnionNode | TupleNode, raw: str, target: str) -> None:
        options = node.options if isinstance(node, UnionNode) else ()
        is_smart = type(node) is UnionNode and not node.is_ordered
        if is_smart and any(option == StrNode() for option in options):
            # Text is text: no option fits it better.
            self._source.line(f"{target} = {raw}")
            return
        hint = "parse_union" if options else "parse_tuple"
        self._print_call(hint, self._walking_parser(node), raw, target)

    def _print_array(self, node: ArrayNode, raw: str, target: str) -> None:
        container = node.container.__name__
        if node.container is deque:
            container = self._namespace.bind("deque", deque)
        if isinstance(node.items, AnyNode) or node.items == StrNode():
            self._source.line(f"{target} = {container}({raw})")
        else:
            entry, item = self._namespace.local("entry"), self._namespace.local("item")
            items = target if node.container is list else self._namespace.local("items")
            self._source.line(f"{items} = []")
            with self._source.block(f"for {entry} in {raw}:"):
                self.print_value(node.items, entry, item)
                self._source.line(f"{items}.append({item})")
            if node.container in (set, frozenset) and has_chosen_hash(node.items):
                with self._source.block(f"if {self._namespace.bind('collide', collide)}({items}):"):
                    self._source.line(_REFUSE)
            if items != target:
                self._source.line(f"{target} = {container}({items})")
        bounds = [
            (f"len({target}) < {node.min_items}", node.min_items),
            (f"len({target}) > {node.max_items}", node.max_items),
        ]
        if broken := " or ".join(check for check, bound in bounds if bound is not None):
            with self._source.block(f"if {broken}:"):
                self._source.line(_REFUSE)

    def _walking_parser(self, node: Node) -> Callable[[str], Any]:
        tree = TypeTree(node, self._tree.definitions)
        walk = compile_walker(tree, from_text=True, strict=self._exact)

        def parse_by_walker(raw: str) -> Any:
            errors: list[ErrorDetails] = []
            value = walk(raw, (), errors)
            if errors:
                raise ValueError
            return value

        return parse_by_walker

    def _print_call(self, hint: str, function: Callable[[str], Any], raw: str, target: str) -> None:
        self._source.line(f"{target} = {self._namespace.bind(hint, function)}({raw})")


@cache
def _json_decoder(python_type: type[Any]) -> Callable[[str], Any]:
    return msgspec.json.Decoder(python_type).decode
