"""Encode return values: a declared type is also a filter.

Prints one function per type. It compares the exact type of every record that the declared type reaches,
in plain loops, and then lets msgspec encode the value at once. What does not match (a subclass, a
dictionary, some other object) is rebuilt by the lax walker from the declared fields alone, so that an
undeclared field never leaves.

Up to the first record everything is compared. Inside of records only what leads to further records is:
a class has checked its own scalars, or has promised them.
"""

from __future__ import annotations

import datetime
import decimal
import functools
import uuid
from collections.abc import Callable
from typing import Any, Final

from bolide.validation.codegen import Namespace, SourceBuilder, compile_function
from bolide.validation.encode import compile_encoder, encode_any
from bolide.validation.errors import ErrorDetails, ValidationError
from bolide.validation.hints import describe_hint
from bolide.validation.tree import (
    AnyNode,
    ArrayNode,
    BoolNode,
    BytesNode,
    DateNode,
    DateTimeNode,
    DecimalNode,
    FloatNode,
    IntNode,
    LiteralNode,
    MapNode,
    Node,
    NoneNode,
    RecordNode,
    RefNode,
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

__all__ = ["compile_response_encoder", "encode_any"]

_NOT_EXACT: Final = "return False"
_LARGEST_INLINE: Final = 8  # records; beyond, or when recursive, a record gets a function of its own

_OUTER_TYPES: Final[dict[type[Node], type]] = {
    NoneNode: type(None),
    BoolNode: bool,
    IntNode: int,
    FloatNode: float,
    StrNode: str,
    BytesNode: bytes,
    DecimalNode: decimal.Decimal,
    DateTimeNode: datetime.datetime,
    DateNode: datetime.date,
    TimeNode: datetime.time,
    TimeDeltaNode: datetime.timedelta,
    UUIDNode: uuid.UUID,
    TupleNode: tuple,
    MapNode: dict,
}


def compile_response_encoder(tree: TypeTree) -> Callable[[object], bytes]:
    """Return a function that encodes a return value declared as *tree*.

    It raises :class:`~bolide.validation.errors.ValidationError`, with ``"response"`` first in every
    ``loc``, for a value that does not fit.
    """
    encode_filtered = _Filter(tree)
    if _reaches_typed_dict(tree):  # any dictionary may hold more than its type declares
        return encode_filtered
    namespace = Namespace(reserved=frozenset({"value", "encode_response"}))
    namespace.bind("encode", compile_encoder(tree))
    namespace.bind("encode_filtered", encode_filtered)
    return _Printer(tree, namespace).compile()


class _Filter:
    """Encode a value by its declared fields alone; the walker is compiled at the first call."""

    __slots__ = ("_encode", "_tree", "_walk")

    def __init__(self, tree: TypeTree) -> None:
        self._tree = tree
        self._encode = compile_encoder(tree)
        self._walk: Walker | None = None

    def __call__(self, value: object) -> bytes:
        if self._walk is None:
            self._walk = compile_walker(self._tree, from_attributes=True)
        errors: list[ErrorDetails] = []
        filtered = self._walk(value, ("response",), errors)
        if errors:
            root = self._tree.root
            title = describe_hint(root.target if isinstance(root, RefNode) else root.hint)
            raise ValidationError(title, errors)
        return self._encode(filtered)


class _Printer:
    """Prints the encoder of one type.

    Every ``_check`` method prints statements that fall through when the expression *it* is exact, and run
    *mismatch* otherwise.
    """

    __slots__ = ("_functions", "_inlined", "_namespace", "_open", "_pending", "_source", "_tree")

    def __init__(self, tree: TypeTree, namespace: Namespace) -> None:
        self._tree = tree
        self._namespace = namespace
        self._source = SourceBuilder()
        self._functions: dict[Any, str] = {}
        self._pending: list[tuple[str, Callable[[], None]]] = []
        self._open: list[Any] = []
        self._inlined = 0

    def compile(self) -> Callable[[object], bytes]:
        with self._source.block("def encode_response(value):"):
            self._check(self._tree.root, "value", "return encode_filtered(value)", in_record=False)
            self._source.line("return encode(value)")
        while self._pending:
            name, print_body = self._pending.pop(0)
            self._source.line("")
            self._source.line("")
            with self._source.block(f"def {name}(it):"):
                print_body()
                self._source.line("return True")
        label = f"encode {describe_hint(self._tree.root.hint)}"
        return compile_function("encode_response", self._source.source(), self._namespace, label=label)

    def _check(self, node: Node, it: str, mismatch: str, *, in_record: bool) -> None:
        if not self._needs_check(node, in_record):
            return
        if isinstance(node, UnionNode):
            self._check_union(node, it, mismatch, in_record=in_record)
            return
        with self._source.block(f"if {self._type_test(node, it, negated=True)}:"):
            self._source.line(mismatch)
        self._check_inside(node, it, mismatch, in_record=in_record)

    def _check_inside(self, node: Node, it: str, mismatch: str, *, in_record: bool) -> None:
        """Check what the value *it*, of the right type itself, holds."""
        if isinstance(node, RefNode):
            self._check_record(node, it, mismatch)
        elif isinstance(node, ArrayNode) and self._needs_check(node.items, in_record):
            item = self._namespace.local(self._item_name(node.items))
            with self._source.block(f"for {item} in {it}:"):
                self._check(node.items, item, mismatch, in_record=in_record)
        elif isinstance(node, MapNode) and any(
            self._needs_check(child, in_record) for child in children(node)
        ):
            key, item = self._namespace.local("key"), self._namespace.local(self._item_name(node.values))
            with self._source.block(f"for {key}, {item} in {it}.items():"):
                self._check(node.keys, key, mismatch, in_record=in_record)
                self._check(node.values, item, mismatch, in_record=in_record)
        elif isinstance(node, TupleNode):
            for position, child in enumerate(node.items):
                if self._needs_check(child, in_record):
                    item = self._namespace.local(self._item_name(child))
                    self._source.line(f"{item} = {it}[{position}]")
                    self._check(child, item, mismatch, in_record=in_record)

    def _check_record(self, node: RefNode, it: str, mismatch: str) -> None:
        record = self._tree.definitions[node.target]
        if not isinstance(record, RecordNode) or not self._has_checked_fields(record):
            return
        if node.target not in self._open and self._inlined < _LARGEST_INLINE:
            self._check_fields(record, it, mismatch)
            return
        name = self._functions.get(node.target)
        if name is None:
            check_fields = functools.partial(self._check_fields, record, "it", _NOT_EXACT)
            name = self._function(record.cls.__name__, check_fields)
            self._functions[node.target] = name
        with self._source.block(f"if not {name}({it}):"):
            self._source.line(mismatch)

    def _check_fields(self, record: RecordNode, it: str, mismatch: str) -> None:
        self._inlined += 1
        self._open.append(record.cls)
        for field in record.fields:
            if self._needs_check(field.node, in_record=True):
                value = self._namespace.local(field.name)
                self._source.line(f"{value} = {it}.{field.name}")
                self._check(field.node, value, mismatch, in_record=True)
        self._open.pop()

    def _check_union(self, node: UnionNode, it: str, mismatch: str, *, in_record: bool) -> None:
        outer_types = [kind for option in node.options for kind in self._outer_types(option)]
        if len(set(outer_types)) < len(outer_types):
            self._check_each_option(node, it, mismatch, in_record=in_record)
            return
        keyword, flat = "if", list[str]()
        for option in node.options:
            if not self._needs_check_inside(option, in_record):
                flat.append(self._type_test(option, it))
                continue
            with self._source.block(f"{keyword} {self._type_test(option, it)}:"):
                self._check_inside(option, it, mismatch, in_record=in_record)
            keyword = "elif"
        none_of_them = f"{keyword} not ({' or '.join(flat)}):" if flat else "else:"
        with self._source.block(none_of_them):
            self._source.line(mismatch)

    def _check_each_option(self, node: UnionNode, it: str, mismatch: str, *, in_record: bool) -> None:
        """Check a union whose branches look alike from outside: list[A] | list[B]."""
        tests: list[str] = []
        for option in node.options:
            check = functools.partial(self._check, option, "it", _NOT_EXACT, in_record=in_record)
            name = self._function("option", check)
            tests.append(f"{name}({it})")
        with self._source.block(f"if not ({' or '.join(tests)}):"):
            self._source.line(mismatch)

    def _function(self, what: str, print_body: Callable[[], None]) -> str:
        name = self._namespace.local(f"is_exact_{what.lower()}")
        self._pending.append((name, print_body))
        return name

    def _type_test(self, node: Node, it: str, *, negated: bool = False) -> str:
        if isinstance(node, LiteralNode):
            return f"not ({_literal_test(node, it)})" if negated else _literal_test(node, it)
        is_, joint, equals = ("is not", "or", "!=") if negated else ("is", "and", "==")
        if isinstance(node, NoneNode):
            return f"{it} {is_} None"
        (outer_type,) = self._outer_types(node)
        test = f"type({it}) {is_} {self._type_name(outer_type)}"
        return f"{test} {joint} len({it}) {equals} {len(node.items)}" if isinstance(node, TupleNode) else test

    def _type_name(self, cls: Any) -> str:
        return cls.__name__ if cls.__module__ == "builtins" else self._namespace.bind(cls.__name__, cls)

    def _outer_types(self, node: Node) -> tuple[Any, ...]:
        if isinstance(node, LiteralNode):
            return tuple({type(value) for value in node.values})
        if isinstance(node, RefNode):
            return (self._tree.definitions[node.target].cls,)
        if isinstance(node, ArrayNode):
            return (node.container,)
        return (_OUTER_TYPES[type(node)],)

    def _item_name(self, node: Node) -> str:
        target = self._tree.resolve(node)
        return target.cls.__name__.lower() if isinstance(target, RecordNode) else "item"

    def _needs_check(self, node: Node, in_record: bool) -> bool:
        if isinstance(node, AnyNode):
            return False
        return not in_record or self._leads_to_record(node)

    def _needs_check_inside(self, node: Node, in_record: bool) -> bool:
        if isinstance(node, RefNode):
            record = self._tree.definitions[node.target]
            return isinstance(record, RecordNode) and self._has_checked_fields(record)
        return any(self._needs_check(child, in_record) for child in children(node))

    def _has_checked_fields(self, record: RecordNode) -> bool:
        return any(self._needs_check(field.node, in_record=True) for field in record.fields)

    def _leads_to_record(self, node: Node) -> bool:
        if isinstance(node, RefNode):
            return isinstance(self._tree.definitions[node.target], RecordNode)
        return any(map(self._leads_to_record, children(node)))


def _literal_test(node: LiteralNode, it: str) -> str:
    tests: list[str] = []
    for kind in (str, int, bool):
        values = tuple(value for value in node.values if type(value) is kind)
        if values:
            tests.append(f"type({it}) is {kind.__name__} and {it} in {values!r}")
    if None in node.values:
        tests.append(f"{it} is None")
    return " or ".join(tests)


def _reaches_typed_dict(tree: TypeTree) -> bool:
    return any(
        isinstance(record, RecordNode) and record.kind == "typed_dict" for record in tree.definitions.values()
    )
