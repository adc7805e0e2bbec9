"""Print the functions that dump values of one type in one variant.

Owns which expression dumps a node. Every function takes ``(it, options)``, and ``(it, options, include,
exclude)`` where the variant selects. A value of another type than declared goes to ``unexpected``, which
dumps it by its own class. Many expressions are the value itself: scalars, and what msgspec writes alike. A
node of a kind that is unknown here is a scalar, or is dumped as the one node inside of it.
"""

from __future__ import annotations

import collections
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from bolide.validation.codegen import Namespace, SourceBuilder, compile_function
from bolide.validation.dump_fits import class_name, is_scalar, scalar_test
from bolide.validation.dump_options import Variant, selected_entries, selected_items, selected_places
from bolide.validation.dump_plan import (
    has_own_dump,
    is_bytes,
    is_instance,
    is_secret,
    plan_record,
    writes_anything,
    written_parts,
)
from bolide.validation.dump_records import RecordPrinter
from bolide.validation.dump_runtime import AnyDumper, dump_set, hide, is_sequence, like
from bolide.validation.dump_unions import print_union
from bolide.validation.encode import dump_bytes, json_key, to_builtins
from bolide.validation.hints import describe_hint
from bolide.validation.kindred import Kindred
from bolide.validation.labels import node_label
from bolide.validation.tree import (
    AliasNode,
    AnyNode,
    ArrayNode,
    BytesNode,
    CustomNode,
    EnumNode,
    FunctionNode,
    MapNode,
    Node,
    NoneNode,
    RecordNode,
    RefNode,
    TupleNode,
    TypeTree,
    UnionNode,
)

__all__ = ["DumpPrinter"]

_RESERVED: Final = frozenset(
    {"it", "options", "include", "exclude", "chosen", "given", "dumped", "value", "key", "owner"}
)

_KEPT_MAPS: Final = (collections.OrderedDict, collections.Counter)  # others become dictionaries


class DumpPrinter:
    """Prints one function per record, per union, and per node that needs a function of its own."""

    __slots__ = (
        "_functions",
        "_kindred",
        "_looks",
        "_pending",
        "_records",
        "namespace",
        "source",
        "tree",
        "variant",
    )

    def __init__(self, tree: TypeTree, variant: Variant, dump_any: AnyDumper) -> None:
        self.tree = tree
        self.variant = variant
        self._looks = variant.checks or variant.searches
        self.source = SourceBuilder()
        self.namespace = Namespace(reserved=_RESERVED)
        self.namespace.bind("dump_any", dump_any.dump)
        self.namespace.bind("unexpected", dump_any.unexpected)
        self._functions: dict[Any, str] = {}
        self._kindred: dict[Any, Kindred] = {}
        self._pending: list[Callable[[], None]] = []
        self._records = RecordPrinter(self)

    def compile(self, *, of_class: bool = False) -> Callable[..., Any]:
        """Return the function that dumps values of the tree; *of_class* when they are no subclass's."""
        root, name = self.tree.root, "dump_value"
        while of_class and isinstance(root, FunctionNode) and root.serializer is None:
            root = (
                root.inner
            )  # a validator: under serialize_as_any, the way by the class would lead here again
        if isinstance(root, RefNode) and of_class:
            name = self._record_function(root)  # without a call in between: values may be nested deeply
        else:
            self._print_single(root, name)
        while self._pending:
            self.source.line("")
            self.source.line("")
            self._pending.pop(0)()
        label = f"dump {describe_hint(self.tree.root.hint)}"
        return compile_function(name, self.source.source(), self.namespace, label=label)

    @property
    def parameters(self) -> str:
        """What every function takes after ``it, options``, and hands on as it is."""
        return ", include, exclude" if self.variant.selects else ""

    def expression(self, node: Node, it: str, inner: str) -> str:
        """Return the expression that dumps *it*, itself an expression, as *node*.

        Args:
            node: The declared type.
            it: Evaluated once.
            inner: Further arguments: what is included and excluded inside of *it*.
        """
        if self.passes(node):
            return it
        if isinstance(node, AnyNode):
            return f"dump_any({it}, options{inner})"
        if self._looks and is_scalar(node, self.tree):
            return self._checked(node, it, inner)
        if self.variant.searches and is_instance(node):
            name, value = self._bound(it)
            test = f"isinstance({value}, {self.test_type(node.cls)})"
            return f"({name} if {test} else {self.unexpected(name, node, inner)})"
        return self._converted(node, it, inner)

    def _checked(self, node: Node, it: str, inner: str) -> str:
        """Return the expression that dumps a scalar, if it is one of *node*."""
        name, value = self._bound(it)
        test = scalar_test(node, value, self.tree, self.namespace)
        passes = self.variant.keeps_bytes or not is_bytes(node, self.tree)
        dumped = name if passes else self._converted(node, name, inner)
        return f"({dumped} if {test} else {self.unexpected(name, node, inner)})"

    def _converted(self, node: Node, it: str, inner: str) -> str:
        """Return the expression that dumps what does not pass as it is."""
        if isinstance(node, BytesNode):
            return f"{self.namespace.bind('dump_bytes', dump_bytes)}({it})"
        if is_bytes(node, self.tree):  # among the values of an enum or a literal
            return f"{self.namespace.bind('to_builtins', to_builtins)}({it}, options.fallback)"
        if isinstance(node, RefNode):
            if self.variant.serialize_as_any:
                return f"dump_any({it}, options{inner})"
            return self._record_expression(node, it, inner)
        if isinstance(node, FunctionNode) and node.serializer is not None:
            return self._records.serialized(node.serializer, node.inner, it, inner)
        if isinstance(node, UnionNode):
            return self._union(node, it, inner)
        if isinstance(node, ArrayNode | MapNode | TupleNode):
            return self._collection(node, it, inner)
        if isinstance(node, CustomNode) and (node.spec.wraps or writes_anything(node)):
            return self._wrapped(node, it, inner)
        if isinstance(node, CustomNode) and self._is_text_again(node):
            again = self.namespace.bind("as_text_again", node.spec.round_trip)
            dumped = self.expression(written_parts(node)[0], it, inner)
            return f"{again}({self.namespace.bind('to_builtins', to_builtins)}({dumped}, options.fallback))"
        if isinstance(node, CustomNode) and node.spec.dump_part is not None:
            return f"{self.namespace.bind('dump_part', node.spec.dump_part)}({it}, options{inner})"
        if isinstance(node, CustomNode) and is_secret(node):
            return self._secret(node, it)
        return self.expression(written_parts(node)[0], it, inner)

    def _wrapped(self, node: CustomNode, it: str, inner: str) -> str:
        name, value = self._bound(it)
        wrapped = f"{self.namespace.bind('unwrap', node.spec.dump)}({name})"
        test = f"isinstance({value}, {self.test_type(node.cls)})"
        dumped = self.expression(node.wire if node.spec.wraps else AnyNode(), wrapped, inner)
        return f"({dumped} if {test} else {self.unexpected(name, node, inner)})"

    def _secret(self, node: CustomNode, it: str) -> str:
        """Return the expression that keeps a secret, and hides what should be one."""
        name, value = self._bound(it)
        hidden = f"{self.namespace.bind('hide', hide)}({name}, {node.cls.__name__!r}, options)"
        return f"({name} if isinstance({value}, {self.test_type(node.cls)}) else {hidden})"

    def _is_text_again(self, node: Node) -> bool:
        return self.variant.round_trip and isinstance(node, CustomNode) and node.spec.round_trip is not None

    def passes(self, node: Node) -> bool:
        """Tell whether a value of *node* is dumped as it is."""
        if isinstance(node, AnyNode) or (isinstance(node, FunctionNode) and node.serializer is not None):
            return False
        if has_own_dump(node) or self._is_text_again(node):
            return False
        if self.variant.mode == "json" and writes_anything(node):
            return False
        if self._looks and (is_scalar(node, self.tree) or (self.variant.searches and is_instance(node))):
            return False
        if is_bytes(node, self.tree):
            return self.variant.keeps_bytes
        if isinstance(node, RefNode):
            return isinstance(self.tree.definitions[node.target], EnumNode)
        if isinstance(node, ArrayNode | MapNode | TupleNode):
            mutable = isinstance(node, MapNode) or (
                isinstance(node, ArrayNode) and node.container is not tuple
            )
            if self.variant.selects or (mutable and self.variant.mode == "python"):
                return False
        return all(map(self.passes, written_parts(node)))

    def passes_unseen(self, node: Node) -> bool:
        """Tell whether a value of *node* is dumped as it is where nothing is searched for."""
        self._looks = False
        passes = self.passes(node)
        self._looks = True
        return passes

    def function(self, node: Node) -> str:
        """Return the name of a function that dumps *node*, ``"None"`` when it passes."""
        if self.passes(node):
            return "None"
        if isinstance(node, AnyNode):
            return "dump_any"
        is_enum = isinstance(self.tree.resolve(node), EnumNode)
        if isinstance(node, RefNode) and not is_enum and not self.variant.serialize_as_any:
            return self._record_function(node)
        return self._function_for(("item", node), "item", lambda name: self._print_single(node, name))

    def test_type(self, cls: Any) -> str:
        """Return how generated code calls *cls*."""
        return class_name(cls, self.namespace)

    def unexpected(self, it: str, node: Node, inner: str) -> str:
        """Return the expression for a value *it* that is not of *node*."""
        if self.variant.searches and self.passes_unseen(node):
            return f"dump_any({it}, options{inner})"
        target = node.target if isinstance(node, RefNode) else node.hint
        is_unnamed = target is None and not isinstance(node, NoneNode)  # functions stand around it
        expected = node_label(self.tree, node) if is_unnamed else describe_hint(target)
        return f"unexpected({it}, {expected!r}, options{inner})"

    def _print_single(self, node: Node, name: str) -> None:
        with self.source.block(f"def {name}(it, options{self.parameters}):"):
            self.source.line(f"return {self.expression(node, 'it', self.parameters)}")

    def _function_for(self, key: Any, what: str, print_it: Callable[[str], None]) -> str:
        name = self._functions.get(key)
        if name is None:
            name = self._functions[key] = self.namespace.local(f"dump_{what}")
            self._pending.append(lambda: print_it(name))
        return name

    def kind_test(self, record: RecordNode, it: str) -> str:
        """Return the test whether *it* is an instance of *record* or of a subclass."""
        cls = record.cls
        if record.kind == "typed_dict":
            return f"isinstance({it}, dict)"
        if record.kind != "model":  # hot: only models have a metaclass that makes isinstance slow
            return f"isinstance({it}, {self.test_type(cls)})"
        kindred = self._kindred_of(record)
        known = self.namespace.bind(f"{cls.__name__}_classes", kindred.known)
        ask = self.namespace.bind(f"is_{snake_case(cls.__name__)}", kindred)
        return f"type({it}) in {known} or {ask}({it})"

    def _kindred_of(self, record: RecordNode) -> Kindred:
        return self._kindred.setdefault(record.cls, Kindred(record.cls))

    def _record_expression(self, node: RefNode, it: str, inner: str) -> str:
        literal = self._inline(node, it)
        if literal is None:
            return f"{self._record_function(node)}({it}, options{inner})"
        record: Any = self.tree.resolve(node)
        return f"({literal} if {self.kind_test(record, it)} else {self.unexpected(it, node, inner)})"

    def _inline(self, node: Node, it: str) -> str | None:
        """Return the expression for the record *it*, if it is a short one; else None."""
        # hot: items of collections; a call is a third of the time of a small record.
        record = self.tree.resolve(node)
        if not isinstance(node, RefNode) or not isinstance(record, RecordNode) or not it.isidentifier():
            return None
        return None if self.variant.serialize_as_any else self._records.inline(plan_record(record), it)

    def _record_function(self, node: RefNode) -> str:
        record = self.tree.definitions[node.target]
        if isinstance(record, AliasNode):
            inner = record.inner
            return self._function_for(
                ("alias", node.target), "alias", lambda name: self._print_single(inner, name)
            )
        if not isinstance(record, RecordNode):
            raise TypeError(f"{describe_hint(node.target)} has no fields")
        return self._function_for(
            ("record", node.target),
            snake_case(record.cls.__name__),
            lambda name: self._records.print(plan_record(record), name),
        )

    def _bound(self, it: str) -> tuple[str, str]:
        """Return a name for the value of *it*, and the expression that gives it."""
        if it.isidentifier():
            return it, it
        name = self.namespace.local(it.rpartition(".")[2] if "[" not in it else "part")
        return name, f"({name} := {it})"

    def _collection(self, node: ArrayNode | MapNode | TupleNode, it: str, inner: str) -> str:
        name, value = self._bound(it)
        if isinstance(node, MapNode):
            # A default may be any mapping where any is declared; it becomes a dictionary.
            kind = "dict | Mapping" if node.container is dict else self.test_type(node.container)
            test = f"isinstance({value}, {kind.replace('Mapping', self.test_type(Mapping))})"
            dumped = self._entries(node, name, inner)
        elif isinstance(node, ArrayNode):
            test = f"isinstance({value}, {self.test_type(node.container)})"
            if node.protocol is not None:
                test = f"{self.namespace.bind('is_sequence', is_sequence)}({value})"
            dumped = self._items(node, name, inner)
        else:
            count = len(node.items) + len(node.suffix)
            compare = "==" if node.rest is None else ">="
            test = f"isinstance({value}, tuple) and len({name}) {compare} {count}"
            dumped = self._places(node, name, inner)
        return f"({dumped} if {test} else {self.unexpected(name, node, inner)})"

    def _items(self, node: ArrayNode, it: str, inner: str) -> str:
        is_set = node.container in (set, frozenset)  # without positions, nothing can be selected
        if self.variant.selects and not is_set:
            call = self.namespace.bind("selected_items", selected_items)
            items = f"{call}({it}, {self.function(node.items)}, options{inner})"
        elif self.passes(node.items):
            if node.protocol is None:
                return f"{it}.copy()"
            items = f"[*{it}]"
        else:
            item = self.namespace.local("item")
            rest = ", None, None" if self.variant.selects else ""
            items = f"[{self.expression(node.items, item, rest)} for {item} in {it}]"
            if (literal := self._inline(node.items, item)) is not None:
                # hot: one look at all types in C, instead of one in Python for each.
                record: Any = self.tree.resolve(node.items)
                are_all = self._kindred_of(record).known.issuperset
                are_known = self.namespace.bind(f"are_{snake_case(record.cls.__name__)}", are_all)
                items = f"([{literal} for {item} in {it}] if {are_known}(map(type, {it})) else {items})"
        if node.protocol is not None and self.variant.mode == "python":
            return f"{self.namespace.bind('like', like)}({it}, {items})"
        if node.container is list or self.variant.mode == "json":
            return items
        if node.container is tuple:
            return f"tuple({items})"
        if node.container is collections.deque:
            return f"{self.test_type(collections.deque)}({items}, {it}.maxlen)"
        return f"{self.namespace.bind('dump_set', dump_set)}({items}, {node.container.__name__})"

    def _entries(self, node: MapNode, it: str, inner: str) -> str:
        is_kept = self.variant.mode == "python" and node.container in _KEPT_MAPS
        container = self.test_type(node.container) if is_kept else "dict"
        key, item = self.namespace.local("key"), self.namespace.local("item")
        written = self._key(node.keys, key)
        if self.variant.selects:
            call = self.namespace.bind("selected_entries", selected_entries)
            entries = f"{call}({it}, {self.function(node.values)}, options{inner})"
            if written != key:
                entries = f"{{{written}: {item} for {key}, {item} in {entries}.items()}}"
        elif self.passes(node.values) and written == key:
            return f"{container}({it})"
        else:
            value = self.expression(node.values, item, "")
            entries = f"{{{written}: {value} for {key}, {item} in {it}.items()}}"
        return f"{container}({entries})" if is_kept else entries

    def _key(self, node: Node, it: str) -> str:
        """Return the expression of the key *it* of a mapping, whose keys are of *node*."""
        in_json, is_any = self.variant.mode == "json", isinstance(node, AnyNode)
        if self.passes(node) or (is_any and not in_json):
            return it
        written = it if is_any else self.expression(node, it, ", None, None" if self.variant.selects else "")
        return f"{self.namespace.bind('json_key', json_key)}({written})" if in_json else written

    def _places(self, node: TupleNode, it: str, inner: str) -> str:
        count, after = len(node.items), len(node.suffix)
        if self.variant.selects:
            call = self.namespace.bind("selected_places", selected_places)
            functions = [self.function(item) for item in node.items]
            if node.rest is not None:
                functions.append(f"*[{self.function(node.rest)}] * (len({it}) - {count + after})")
            functions += [self.function(item) for item in node.suffix]
            return f"{call}({it}, [{', '.join(functions)}], options{inner})"
        places = [self.expression(item, f"{it}[{n}]", "") for n, item in enumerate(node.items)]
        if node.rest is not None:
            item, end = self.namespace.local("item"), -after if after else ""
            places.append(f"*[{self.expression(node.rest, item, '')} for {item} in {it}[{count}:{end}]]")
        places += [self.expression(item, f"{it}[{n - after}]", "") for n, item in enumerate(node.suffix)]
        return f"({', '.join(places)},)"

    def _union(self, node: UnionNode, it: str, inner: str) -> str:
        others = [option for option in node.options if not isinstance(option, NoneNode)]
        if len(others) == 1:
            name, value = self._bound(it)
            return f"(None if {value} is None else {self.expression(others[0], name, inner)})"
        name = self._function_for(("union", node), "union", lambda name: print_union(self, node, name))
        return f"{name}({it}, options{inner})"


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
