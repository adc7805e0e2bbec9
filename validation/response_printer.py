"""Print the comparison of a value with its declared type, before it is encoded.

Owns which types must be looked at, and in which statements. What happens to a value that is not exact is
``response``'s.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

from bolide.validation.codegen import Namespace, SourceBuilder, compile_function, is_builtin
from bolide.validation.dump_fits import SCALAR_CLASSES
from bolide.validation.function_nodes import without_functions
from bolide.validation.guard import breaches, is_guarded, promised_types, without_none
from bolide.validation.hints import describe_hint
from bolide.validation.kindred import FaithfulKindred
from bolide.validation.tree import (
    AliasNode,
    AnyNode,
    ArrayNode,
    CustomNode,
    FieldNode,
    LiteralNode,
    MapNode,
    Node,
    NoneNode,
    RecordNode,
    RefNode,
    TupleNode,
    TypeTree,
    UnionNode,
    children,
)

__all__ = ["ResponsePrinter"]

_NOT_EXACT: Final = "return False"
_LARGEST_INLINE: Final = 8  # records; beyond, or when recursive, a record gets a function of its own

_OUTER_TYPES: Final[dict[type[Node], type]] = {**SCALAR_CLASSES, TupleNode: tuple}


class ResponsePrinter:
    """Prints the encoder of one type.

    Every ``_check`` method prints statements that fall through when the expression *it* is exact, and run
    *mismatch* otherwise. With *derived*, instances of subclasses of records are exact, too; what they promise
    is compared.
    """

    __slots__ = (
        "_derived",
        "_functions",
        "_inlined",
        "_kindred",
        "_namespace",
        "_open",
        "_pending",
        "_promising",
        "_source",
        "_tree",
    )

    def __init__(
        self, tree: TypeTree, namespace: Namespace, promising: tuple[Any, ...], *, derived: bool = False
    ) -> None:
        self._tree = tree
        self._namespace = namespace
        self._promising = promising
        self._derived = derived
        self._kindred: dict[Any, FaithfulKindred] = {}
        self._source = SourceBuilder()
        self._functions: dict[Any, str] = {}
        self._pending: list[tuple[str, Callable[[], None]]] = []
        self._open: list[Any] = []
        self._inlined = 0

    def compile(self) -> Callable[[object], bytes]:
        with self._source.block("def encode_response(value):"):
            with self._source.block("try:"):
                self._print_encoding()
            with self._source.block("except (RecursionError, UnicodeError) as error:"):
                self._source.line("raise refusal(value, error) from error")
        while self._pending:
            name, print_body = self._pending.pop(0)
            self._source.line("")
            self._source.line("")
            with self._source.block(f"def {name}(it):"):
                print_body()
                self._source.line("return True")
        label = f"encode {describe_hint(self._tree.root.hint)}"
        return compile_function("encode_response", self._source.source(), self._namespace, label=label)

    def _print_encoding(self) -> None:
        if _takes_walker(self._tree):
            self._source.line("return encode_filtered(value)")
            return
        if self._promising:
            names = [
                self._namespace.bind(f"breaches_of_{cls.__name__}", breaches(cls)) for cls in self._promising
            ]
            with self._source.block(f"if {' or '.join(names)}:"):
                self._source.line("return encode_carefully(value)")
        self._check(self._tree.root, "value", "return encode_filtered(value)")
        self._source.line("return encode(value)")

    def _check(self, node: Node, it: str, mismatch: str) -> None:
        node = _written(node)
        if isinstance(node, AnyNode):
            return
        if (condition := self._flat_mismatch(node, it)) is not None:
            self._print_mismatch([condition], mismatch)
        elif isinstance(node, UnionNode):
            self._check_union(node, it, mismatch)
        else:
            self._print_mismatch([self._type_test(node, it, negated=True)], mismatch)
            self._check_inside(node, it, mismatch)

    def _print_mismatch(self, conditions: list[str], mismatch: str) -> None:
        """Print *mismatch* under the alternative of *conditions*."""
        first, *others = conditions
        if others:
            with self._source.block("if ("):
                self._source.line(first)
                for condition in others:
                    self._source.line(f"or {condition}")
            header = "):"
        else:
            header = f"if {first}:"
        with self._source.block(header):
            self._source.line(mismatch)

    def _flat_mismatch(self, node: Node, it: str) -> str | None:
        """Return the condition under which *it* is not exact; None when telling takes statements."""
        node = _written(node)
        if not isinstance(node, UnionNode):
            return None if self._needs_check_inside(node) else self._type_test(node, it, negated=True)
        if self._looks_ambiguous(node) or any(map(self._needs_check_inside, _written_options(node))):
            return None
        return f"not ({' or '.join(self._type_test(option, it) for option in _written_options(node))})"

    def _check_inside(self, node: Node, it: str, mismatch: str) -> None:
        """Check what the value *it*, of the right type itself, holds."""
        node = _written(node)
        if isinstance(node, RefNode):
            self._check_record(node, it, mismatch)
        elif isinstance(node, CustomNode):
            wrapped = self._namespace.local("wrapped")
            self._source.line(f"{wrapped} = {self._namespace.bind('unwrap', node.spec.dump)}({it})")
            self._check(node.wire, wrapped, mismatch)
        elif isinstance(node, ArrayNode):
            item = self._namespace.local(self._item_name(node.items))
            with self._source.block(f"for {item} in {it}:"):
                self._check(node.items, item, mismatch)
        elif isinstance(node, MapNode):
            key, item = self._namespace.local("key"), self._namespace.local(self._item_name(node.values))
            with self._source.block(f"for {key}, {item} in {it}.items():"):
                self._check(node.keys, key, mismatch)
                self._check(node.values, item, mismatch)
        elif isinstance(node, TupleNode):
            self._check_positions(node, it, mismatch)

    def _check_positions(self, node: TupleNode, it: str, mismatch: str) -> None:
        positions = [
            *enumerate(node.items),
            *((at - len(node.suffix), child) for at, child in enumerate(node.suffix)),
        ]
        for position, child in positions:
            if not isinstance(_written(child), AnyNode):
                item = self._namespace.local(self._item_name(child))
                self._source.line(f"{item} = {it}[{position}]")
                self._check(child, item, mismatch)
        if node.rest is not None and not isinstance(_written(node.rest), AnyNode):
            item = self._namespace.local(self._item_name(node.rest))
            end = f"-{len(node.suffix)}" if node.suffix else ""
            with self._source.block(f"for {item} in {it}[{len(node.items)}:{end}]:"):
                self._check(node.rest, item, mismatch)

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
        deep: list[FieldNode] = []
        flat: list[str] = []
        for field in record.written_fields:
            if not self._is_checked(record, field):
                continue
            if self._promises(record, field):
                deep.append(field)
                continue
            condition = self._flat_mismatch(field.node, f"{it}.{field.name}")
            if condition is None:
                deep.append(field)
            else:
                flat.append(condition)
        if flat:
            self._print_mismatch(flat, mismatch)
        for field in deep:
            promised = self._promises(record, field)
            node, optional = without_none(field.node) if promised else (field.node, False)
            optional = optional or (promised and field.default is None)  # which nobody validated
            value = f"{it}.{field.name}"
            if not promised or optional or not isinstance(node, ArrayNode | MapNode):  # else needed once
                name = self._namespace.local(field.name)
                self._source.line(f"{name} = {value}")
                value = name
            if optional:
                with self._source.block(f"if {value} is not None:"):
                    self._check_inside(node, value, mismatch)
            elif promised:
                self._check_inside(node, value, mismatch)
            else:
                self._check(node, value, mismatch)
        self._open.pop()

    def _check_union(self, node: UnionNode, it: str, mismatch: str) -> None:
        if self._looks_ambiguous(node):
            self._check_each_option(node, it, mismatch)
            return
        keyword, flat = "if", list[str]()
        for option in _written_options(node):
            if not self._needs_check_inside(option):
                flat.append(self._type_test(option, it))
                continue
            with self._source.block(f"{keyword} {self._type_test(option, it)}:"):
                self._check_inside(option, it, mismatch)
            keyword = "elif"
        none_of_them = f"{keyword} not ({' or '.join(flat)}):" if flat else "else:"
        with self._source.block(none_of_them):
            self._source.line(mismatch)

    def _check_each_option(self, node: UnionNode, it: str, mismatch: str) -> None:
        """Check a union whose branches look alike from outside: list[A] | list[B]."""
        tests: list[str] = []
        for option in _written_options(node):
            check = functools.partial(self._check, option, "it", _NOT_EXACT)
            name = self._function("option", check)
            tests.append(f"{name}({it})")
        with self._source.block(f"if not ({' or '.join(tests)}):"):
            self._source.line(mismatch)

    def _function(self, what: str, print_body: Callable[[], None]) -> str:
        name = self._namespace.local(f"is_exact_{what.lower()}")
        self._pending.append((name, print_body))
        return name

    def _type_test(self, node: Node, it: str, *, negated: bool = False) -> str:
        node = _written(node)
        if isinstance(node, CustomNode) and not node.spec.is_exact:
            return f"{'not ' if negated else ''}isinstance({it}, {self._type_name(node.cls)})"
        if isinstance(node, LiteralNode):
            test = self._literal_test(node, it)
            return f"not ({test})" if negated else test
        record = self._tree.resolve(node)
        if self._derived and isinstance(record, RecordNode):
            return self._derived_test(record, it, negated=negated)
        is_, joint, equals = ("is not", "or", "!=") if negated else ("is", "and", "==")
        if isinstance(node, NoneNode):
            return f"{it} {is_} None"
        (outer_type,) = self._outer_types(node)
        test = f"type({it}) {is_} {self._type_name(outer_type)}"
        if not isinstance(node, TupleNode):
            return test
        if node.rest is not None:
            least = len(node.items) + len(node.suffix)
            return f"{test} {joint} len({it}) {'<' if negated else '>='} {least}"
        return f"{test} {joint} len({it}) {equals} {len(node.items)}"

    def _literal_test(self, node: LiteralNode, it: str) -> str:
        tests: list[str] = []
        kinds: list[type[Any]] = [type(value) for value in node.values if value is not None]
        for kind in dict.fromkeys(kinds):
            values = tuple(value for value in node.values if type(value) is kind)
            known = repr(values) if is_builtin(kind) else self._namespace.bind("CHOICES", values)
            tests.append(f"type({it}) is {self._type_name(kind)} and {it} in {known}")
        if None in node.values:
            tests.append(f"{it} is None")
        return " or ".join(tests)

    def _derived_test(self, record: RecordNode, it: str, *, negated: bool) -> str:
        """Return the test whether *it* is an instance of *record* or of a subclass that can be relied on."""
        name = record.cls.__name__
        if record.kind != "model":
            return f"{'not ' if negated else ''}isinstance({it}, {self._type_name(record.cls)})"
        kindred = self._kindred.setdefault(record.cls, FaithfulKindred(record, self._tree))
        known = self._namespace.bind(f"{name}_classes", kindred.known)
        ask = self._namespace.bind(f"is_{name.lower()}", kindred)
        if negated:
            return f"type({it}) not in {known} and not {ask}({it})"
        return f"(type({it}) in {known} or {ask}({it}))"

    def _type_name(self, cls: Any) -> str:
        return cls.__name__ if is_builtin(cls) else self._namespace.bind(cls.__name__, cls)

    def _outer_types(self, node: Node) -> tuple[Any, ...]:
        node = _written(node)
        if isinstance(node, CustomNode):
            return (node.cls,)
        if isinstance(node, LiteralNode):
            return tuple({type(value) for value in node.values})
        if isinstance(node, RefNode):
            definition = self._tree.definitions[node.target]
            return () if isinstance(definition, AliasNode) else (definition.cls,)
        if isinstance(node, ArrayNode | MapNode):
            return (node.container,)
        return (_OUTER_TYPES[type(node)],)

    def _item_name(self, node: Node) -> str:
        target = self._tree.resolve(node)
        return target.cls.__name__.lower() if isinstance(target, RecordNode) else "item"

    def _looks_ambiguous(self, node: UnionNode) -> bool:
        """Tell whether the type of a value does not say which branch it belongs to."""
        outer_types = [kind for option in _written_options(node) for kind in self._outer_types(option)]
        return len(set(outer_types)) < len(outer_types)

    def _needs_check_inside(self, node: Node) -> bool:
        node = _written(node)
        if isinstance(node, CustomNode):
            return node.spec.wraps  # anything else is written by its own function
        if isinstance(node, RefNode):
            record = self._tree.definitions[node.target]
            return isinstance(record, RecordNode) and self._has_checked_fields(record)
        return not all(isinstance(_written(child), AnyNode) for child in children(node))

    def _has_checked_fields(self, record: RecordNode, seen: frozenset[Any] = frozenset()) -> bool:
        seen |= {record.cls}
        return any(self._is_checked(record, field, seen) for field in record.written_fields)

    def _is_checked(self, record: RecordNode, field: FieldNode, seen: frozenset[Any] = frozenset()) -> bool:
        """Tell whether *field* must be looked at; a chain of promises ends at a record in *seen*."""
        if isinstance(_written(field.node), AnyNode):
            return False
        if self._promises(record, field):
            node, _ = without_none(field.node)
            inner = self._tree.resolve(node)
            if isinstance(inner, RecordNode):
                return inner.cls not in seen and self._has_checked_fields(inner, seen)
            return self._needs_check_inside(node)
        return record.kind != "model" or not is_guarded(field, self._tree)

    def _promises(self, record: RecordNode, field: FieldNode) -> bool:
        """Tell whether the value of *field* is known to have the type that is declared."""
        if record.cls not in self._promising:
            return False
        return bool(promised_types(field, self._tree))


def _written(node: Node) -> Node:
    """Return what values of *node* are written as."""
    node = without_functions(node)
    while isinstance(node, CustomNode) and node.value is not None:
        node = without_functions(node.value)
    if isinstance(node, UnionNode) and any(isinstance(_written(each), AnyNode) for each in node.options):
        return AnyNode()
    return node


def _written_options(node: UnionNode) -> list[Node]:
    """Return the options of *node*, and instead of one that is written as a union that union's own."""
    found: list[Node] = []
    for option in node.options:
        written = _written(option)
        found += _written_options(written) if isinstance(written, UnionNode) else [written]
    return found


def _takes_walker(tree: TypeTree) -> bool:
    """Tell whether every value is rebuilt: any dictionary may hold more than its type declares.

    Recursive aliases are rare, and most of them hold dictionaries.
    """
    return any(
        isinstance(definition, AliasNode)
        or (isinstance(definition, RecordNode) and definition.kind == "typed_dict")
        for definition in tree.definitions.values()
    )
