"""Copy results that are of other classes than declared, without building what is declared.

A result that is no instance of the declared model (a row of a database, a dictionary, some other model) is
usually right all the same: its fields have exactly the declared types. Printed here is a function that reads
those fields and puts them into structs which msgspec writes like the declared records. What is not exactly
right is read by the same rules as a walker reads it, or refused; then the walker has to tell what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeGuard

from bolide.validation.checks import value_checks
from bolide.validation.codegen import Namespace, SourceBuilder, compile_function, is_builtin
from bolide.validation.dump_plan import plan_record, plans_are_native
from bolide.validation.dump_records import written_twin
from bolide.validation.function_nodes import is_function
from bolide.validation.guard import without_none
from bolide.validation.hints import describe_hint
from bolide.validation.recursion import is_recursive
from bolide.validation.shapes import has_no_fields
from bolide.validation.tree import (
    AnyNode,
    ArrayNode,
    EnumNode,
    FieldNode,
    MapNode,
    Node,
    RecordNode,
    RefNode,
    TupleNode,
    TypeTree,
)
from bolide.validation.walker import compile_loader
from bolide.validation.walker_scalars import exact_type, scalar_type

__all__ = ["compile_copy"]

_RESERVED: Final = frozenset({"value", "it", "items", "kind", "copies", "copy_value"})
_CONSTANTS: Final = (bool, int, str)
_MOST_KNOWN: Final = 64  # classes; some libraries make one per query


def compile_copy(tree: TypeTree) -> Callable[[Any], Any] | None:
    """Return a function that copies a value declared as *tree*; None where that is not known to be right.

    The function raises any exception for a value that a walker must look at.
    """
    records = [each for each in tree.definitions.values() if isinstance(each, RecordNode)]
    if not records or not all(map(_is_copied, records)) or not plans_are_native(tree, by_alias=True):
        return None
    if is_recursive(tree) or tree.reaches(tree.root, is_function):
        return None
    try:
        return _CopyPrinter(tree).compile()
    except TypeError:
        return None


def _is_copied(record: RecordNode) -> bool:
    """Tell whether a struct with the fields of *record* is written as *record* is, and read as simply."""
    return (
        record.kind == "model"
        and not record.is_array
        and record.extra != "allow"
        and not record.runs_post_init
        and all(field.access == "both" for field in record.fields)
    )


class _CopyPrinter:
    __slots__ = ("_functions", "_namespace", "_only_one", "_pending", "_source", "_sources", "_tree")

    def __init__(self, tree: TypeTree) -> None:
        self._tree = tree
        self._namespace = Namespace(reserved=_RESERVED)
        self._source = SourceBuilder()
        self._functions: dict[Any, str] = {}
        self._only_one: dict[type, Callable[..., bool]] = {}
        self._sources: dict[Any, _Sources] = {}
        self._pending: list[Callable[[], None]] = []

    def compile(self) -> Callable[[Any], Any]:
        with self._source.block("def copy_value(value):"):
            self._source.line(f"return {self._copied(self._tree.root, 'value')}")
        while self._pending:
            self._source.line("")
            self._source.line("")
            self._pending.pop(0)()
        label = f"copy {describe_hint(self._tree.root.hint)}"
        return compile_function("copy_value", self._source.source(), self._namespace, label=label)

    def _copied(self, node: Node, it: str) -> str:
        """Return the expression that copies the value of the variable *it*."""
        node, optional = without_none(node)
        condition = ""
        if isinstance(node, AnyNode):
            return it
        if self._is_record(node):
            copied = f"{self._record_function(node)}({it})"
        elif _is_plain_list(node) and self._is_record(without_none(node.items)[0]):
            condition = f"{self._namespace.bind('refuse', _refuse)}({it}) if type({it}) is not list else "
            copied = f"{self._list_function(node.items)}({it})"
        elif (mismatch := self._mismatch(node, it)) is not None:
            condition, copied = f"{self._loaded(node, it)} if {mismatch} else ", it
        else:
            copied = self._loaded(node, it)
        if optional:
            condition = f"None if {it} is None else {condition}"
        return f"({condition}{copied})" if condition else copied

    def _is_record(self, node: Node) -> bool:
        return isinstance(node, RefNode) and isinstance(self._tree.resolve(node), RecordNode)

    def _mismatch(self, node: Node, it: str) -> str | None:
        """Return the condition under which *it* must be read by a walker; None when it always must be."""
        if isinstance(node, RefNode):
            definition: Any = self._tree.definitions[node.target]
            is_enum = isinstance(definition, EnumNode)
            return f"type({it}) is not {self._type(definition.cls)}" if is_enum else None
        if isinstance(node, ArrayNode):
            items = exact_type(node.items)
            if items is None or not _is_plain(node):
                return None
            return f"type({it}) is not {node.container.__name__} or not {self._only(items)}(map(type, {it}))"
        if isinstance(node, MapNode):
            keys, values = exact_type(node.keys), exact_type(node.values)
            if keys is not str or values is None or not _is_plain(node):
                return None
            are_right = (
                f"{self._only(str)}(map(type, {it})) and {self._only(values)}(map(type, {it}.values()))"
            )
            return f"type({it}) is not dict or not ({are_right})"
        scalar = scalar_type(node)
        if scalar is None:
            return None
        broken = (check.broken for check in value_checks(node, it, self._namespace))
        return " or ".join((f"type({it}) is not {self._type(scalar)}", *broken))

    def _only(self, cls: type) -> str:
        """Return the name of the function that tells whether types are all *cls*."""
        only = self._only_one.setdefault(cls, frozenset((cls,)).issuperset)
        return self._namespace.bind(f"only_{cls.__name__}", only)

    def _record_function(self, node: Node) -> str:
        """Return the name of the function that copies one record."""
        record: Any = self._tree.resolve(node)
        name = self._functions.get(record.cls)
        if name is None:
            name = self._functions[record.cls] = self._namespace.local(f"copy_{record.cls.__name__.lower()}")
            self._pending.append(lambda: self._print_record(record, name))
        return name

    def _list_function(self, node: Node) -> str:
        """Return the name of the function that copies a list of records, or of None where *node* says so."""
        node, optional = without_none(node)
        record: Any = self._tree.resolve(node)
        key = (record.cls, optional)
        name = self._functions.get(key)
        if name is None:
            name = self._functions[key] = self._namespace.local(f"copy_list_of_{record.cls.__name__.lower()}")
            self._pending.append(lambda: self._print_list(record, name, optional=optional))
        return name

    def _print_record(self, record: RecordNode, name: str) -> None:
        with self._source.block(f"def {name}(it):"):
            self._print_kind(record)
            self._source.line(f"return {self._print_reading(record)}")

    def _print_list(self, record: RecordNode, name: str, *, optional: bool) -> None:
        # hot: in place, because a call for every item is a fifth of the time.
        source = self._source
        with source.block(f"def {name}(items):"):
            source.line("copies = []")
            source.line("kind = None")
            with source.block("for it in items:"):
                if optional:
                    with source.block("if it is None:"):
                        source.line("copies.append(None)")
                        source.line("continue")
                with source.block("if type(it) is not kind:"):  # items are of one class as a rule
                    self._print_kind(record)
                source.line(f"copies.append({self._print_reading(record)})")
            source.line("return copies")

    def _print_kind(self, record: RecordNode) -> None:
        """Print the statements that set ``kind`` to the class of ``it``, if that can be read."""
        sources, what = self._sources.setdefault(record.cls, _Sources()), record.cls.__name__.lower()
        known = self._namespace.bind(f"classes_like_{what}", sources.known)
        self._source.line("kind = type(it)")
        with self._source.block(f"if kind is not dict and kind not in {known}:"):
            self._source.line(f"{self._namespace.bind(f'look_at_{what}', sources)}(it)")

    def _print_reading(self, record: RecordNode) -> str:
        """Print the statements that read the record ``it``; return the expression of its copy."""
        source, plan = self._source, plan_record(record)
        variables = {field.name: self._namespace.local(field.name) for field in record.fields}
        with source.block("if kind is dict:"):
            self._print_lookups(record, variables)
        with source.block("else:"):
            for field in record.fields:
                source.line(f"{variables[field.name]} = it.{field.name}")
        for field in record.fields:
            self._print_field(field, variables[field.name])
        twin = self._namespace.bind(f"{record.cls.__name__}Written", written_twin(plan))
        return f"{twin}({', '.join(variables[field.name] for field in plan.fields)})"

    def _print_lookups(self, record: RecordNode, variables: Mapping[str, str]) -> None:
        """Print how the fields are found in a dictionary."""
        if record.extra == "forbid" or any(field.paths for field in record.fields):
            self._source.line(f"raise {self._type(ValueError)}")
            return
        for field in record.fields:
            found = f"it[{field.wire_name!r}]"
            if field.default is None or type(field.default) in _CONSTANTS:
                found = f"it.get({field.wire_name!r}, {field.default!r})"
            self._source.line(f"{variables[field.name]} = {found}")

    def _print_field(self, field: FieldNode, variable: str) -> None:
        """Print the statement that makes *variable* what is written, unless it is already."""
        node, optional = without_none(field.node)
        mismatch = self._mismatch(node, variable)
        if mismatch is None:
            if (copied := self._copied(field.node, variable)) != variable:
                self._source.line(f"{variable} = {copied}")
            return
        if optional:
            mismatch = f"{variable} is not None and ({mismatch})"
        with self._source.block(f"if {mismatch}:"):
            self._source.line(f"{variable} = {self._loaded(node, variable)}")

    def _loaded(self, node: Node, it: str) -> str:
        """Return the expression for what a walker makes of *it*; it raises ValueError for errors.

        Iterators must be left as they are, for the walker that reads the whole value after an error.

        Raises:
            TypeError: There may be some in values that are right.
        """
        if isinstance(node, ArrayNode | MapNode) and self._mismatch(node, it) is not None:
            return f"{self._namespace.bind('refuse', _refuse)}({it})"
        if self._tree.reaches(node, lambda each: isinstance(each, ArrayNode | TupleNode)):
            raise TypeError(f"{describe_hint(node.hint)} may hold iterators")
        load = self._namespace.bind(f"load_{it}", _Loader(node, self._tree))
        return f"{load}({it})"

    def _type(self, cls: Any) -> str:
        return cls.__name__ if is_builtin(cls) else self._namespace.bind(cls.__name__, cls)


def _is_plain_list(node: Node) -> TypeGuard[ArrayNode]:
    return isinstance(node, ArrayNode) and node.container is list and _is_plain(node)


def _is_plain(node: ArrayNode | MapNode) -> bool:
    """Tell whether the value of *node* is of a builtin class, and may have any length."""
    if isinstance(node, MapNode):
        return node.container is dict and node.min_properties is None and node.max_properties is None
    return is_builtin(node.container) and node.min_items is None and node.max_items is None


def _refuse(value: object) -> Any:
    raise ValueError(f"a walker has to look at the {type(value).__name__}")


class _Loader:
    """Reads values of one node by a walker's rules; compiled at the first call."""

    __slots__ = ("_load", "_tree")

    def __init__(self, node: Node, tree: TypeTree) -> None:
        self._tree = TypeTree(node, tree.definitions)
        self._load: Callable[[object], Any] | None = None

    def __call__(self, value: object) -> Any:
        if self._load is None:
            self._load = compile_loader(self._tree, from_attributes=True, outgoing=True)
        return self._load(value)


class _Sources:
    """Refuses values that are not read by their attributes; *known* remembers the classes of the others."""

    __slots__ = ("known",)

    def __init__(self) -> None:
        self.known: set[type] = set()

    def __call__(self, value: Any) -> None:
        kind: type[Any] = value.__class__
        if has_no_fields(value) or issubclass(kind, Mapping):
            raise ValueError(f"a walker has to look at the {kind.__name__}")
        if len(self.known) < _MOST_KNOWN:
            self.known.add(kind)
