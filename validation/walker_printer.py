"""Print the source of walkers.

One function per record and per branch of a union, plain statements for everything inside them, and the
exact-type checks inline, so that a value that fits costs no call. What happens off that path stands in
``lax``, ``temporal``, ``choices``, ``shapes`` and ``unions``.
"""

from __future__ import annotations

import copy
import functools
import itertools
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from bolide.validation import shapes
from bolide.validation.codegen import Namespace
from bolide.validation.errors import ErrorLimitReached, report_exception
from bolide.validation.function_nodes import is_function, is_informed
from bolide.validation.functions import FROM_PYTHON
from bolide.validation.labels import node_label
from bolide.validation.tree import (
    NO_DEFAULT,
    AnyNode,
    ArrayNode,
    CustomNode,
    EnumNode,
    FieldNode,
    FunctionNode,
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
from bolide.validation.unions import UnionBranch, choose_branch
from bolide.validation.walker_containers import print_array, print_map, print_tuple
from bolide.validation.walker_context import Place, WalkerContext, WalkerOptions
from bolide.validation.walker_custom import print_custom
from bolide.validation.walker_functions import FunctionPrinting
from bolide.validation.walker_scalars import exact_type, print_enum, print_literal, print_scalar

__all__ = ["MAX_DEPTH", "WalkerPrinter"]

MAX_DEPTH: Final = 200
"""Records of a recursive type may nest this deep; beyond, the interpreter's own stack is at stake."""


class WalkerPrinter:
    """Print one walker; owns the functions that it consists of."""

    def __init__(self, tree: TypeTree, options: WalkerOptions) -> None:
        self._context = WalkerContext(options)
        self._tree = tree
        self._records: dict[Any, str] = {}
        self._branches: list[tuple[str, tuple[tuple[str, str, Node], ...]]] = []
        self._pending: list[Callable[[], None]] = []
        self._recursive = _is_recursive(tree)
        self._informed = tree.reaches(tree.root, is_informed)
        self._knows_own = options.outgoing and tree.reaches(tree.root, is_function)
        self._functions = FunctionPrinting(
            self._context, tree, self._print_value, self._branch_function, self._passed
        )

    @property
    def namespace(self) -> Namespace:
        """Everything that the printed text refers to."""
        return self._context.namespace

    def print_walker(self) -> str:
        """Return the text of a module that defines ``walk(value, loc, errors)``."""
        context = self._context
        limit = context.type(ErrorLimitReached)
        info = f", info={context.namespace.bind('FROM_PYTHON', FROM_PYTHON)}" if self._informed else ""
        with context.source.block(f"def walk(value, loc, errors{info}):"):
            if self._recursive:
                context.line("depth = 0")
            with context.source.block("try:"):
                place = Place("value", "result", (), context.options.from_text)
                self._print_value(self._tree.root, place)
                context.line("return result")
            with context.source.block(f"except {limit}:"):
                context.line(f"return {context.invalid}")
            if self._recursive:
                # The caller's own frames may have left less of the stack than MAX_DEPTH needs.
                with context.source.block("except RecursionError:"):
                    context.print_report("recursion_depth_exceeded", "loc", "value")
                    context.line(f"return {context.invalid}")
        while self._pending:
            self._pending.pop(0)()
        self._print_branches()
        return context.source.source()

    def _print_value(self, node: Node, place: Place) -> None:
        """Print the statements that set ``place.target`` from ``place.raw``, or report."""
        context = self._context
        if print_scalar(context, node, place):
            return
        match self._tree.resolve(node):
            case RecordNode():
                assert isinstance(node, RefNode)
                self._print_record_call(node, place)
            case EnumNode() as enum_node:
                print_enum(context, enum_node, place)
            case FunctionNode() as function:
                self._functions.print(function, place)
            case AnyNode():
                context.line(f"{place.target} = {place.raw}")
            case ArrayNode() as array:
                print_array(context, array, place, self._print_value)
            case TupleNode() as fixed:
                print_tuple(context, fixed, place, self._print_value)
            case MapNode() as mapping:
                print_map(context, mapping, place, self._print_value)
            case UnionNode() as union:
                self._print_union(union, place)
            case CustomNode() as custom:
                print_custom(context, custom, place, self._print_value)
            case LiteralNode() as literal:
                print_literal(context, literal, place)
            case unknown:
                raise TypeError(f"no walker for {unknown!r}")

    @property
    def _parameters(self) -> str:
        """The parameters of every generated function beside value, loc and errors."""
        return self._passed(Place("", "", is_own="is_own"))

    def _passed(self, place: Place, depth: str = "depth") -> str:
        """Return the arguments for :attr:`_parameters` at *place*."""
        passed = [
            depth if self._recursive else "",
            place.info if self._informed else "",
            place.is_own if self._knows_own else "",
        ]
        return "".join(f", {argument}" for argument in passed if argument)

    def _local(self, hint: str) -> str:
        return self._context.namespace.local(hint)

    # Unions

    def _print_union(self, node: UnionNode, place: Place) -> None:
        options = [option for option in node.options if not isinstance(option, NoneNode)]
        if len(options) == len(node.options):
            self._print_options(options, place)
            return
        with self._context.source.block(f"if {place.raw} is None:"):
            self._context.line(f"{place.target} = None")
        with self._context.source.block("else:"):
            self._print_options(options, place)

    def _print_options(self, options: list[Node], place: Place) -> None:
        if len(options) == 1:
            self._print_value(options[0], place)
            return
        branches = tuple(
            (node_label(self._tree, option), self._branch_function(option, place.from_text), option)
            for option in options
        )
        name = self._local("branches")
        self._branches.append((name, branches))
        choose = self._context.function(choose_branch)
        call = f"{choose}({name}, {place.raw}, {place.loc_text}, errors{self._passed(place)})"
        # A function may take anything, and would win when it stands before.
        plain = itertools.takewhile(lambda option: not is_function(option), options)
        exact = [self._context.type(cls) for cls in map(exact_type, plain) if cls is not None]
        if exact:
            # A scalar that has the type of an unconstrained option already wins at once.
            fits = " or ".join(f"type({place.raw}) is {cls}" for cls in dict.fromkeys(exact))
            self._context.line(f"{place.target} = {place.raw} if {fits} else {call}")
        else:
            self._context.line(f"{place.target} = {call}")

    def _branch_function(self, option: Node, from_text: bool) -> str:
        if isinstance(option, RefNode) and isinstance(self._tree.resolve(option), RecordNode):
            return self._record_function(option.target)
        name = self._local("_".join(["walk", *re.findall(r"\w+", node_label(self._tree, option))]))

        def print_branch() -> None:
            with self._context.source.block(f"\n\ndef {name}(value, loc, errors{self._parameters}):"):
                own = "is_own" if self._knows_own else "False"
                self._print_value(option, Place("value", "result", (), from_text, is_own=own))
                self._context.line("return result")

        self._pending.append(print_branch)
        return name

    def _print_branches(self) -> None:
        branch_type = self._context.namespace.bind("UnionBranch", UnionBranch)
        tree = self._context.namespace.bind("tree", self._tree)
        for name, branches in self._branches:
            with self._context.source.block(f"\n\n{name} = ("):
                for label, function, node in branches:
                    shown = self._context.namespace.bind("node", node)
                    self._context.line(f"{branch_type}({label!r}, {function}, {tree}, {shown}),")
            self._context.line(")")

    # Records

    def _print_record_call(self, node: RefNode, place: Place) -> None:
        passed = self._passed(place, depth="depth + 1")
        call = f"{self._record_function(node.target)}({place.raw}, {place.loc_text}, errors{passed})"
        self._context.line(f"{place.target} = {call}")

    def _record_function(self, target: Any) -> str:
        known = self._records.get(target)
        if known is not None:
            return known
        definition = self._tree.definitions[target]
        assert isinstance(definition, RecordNode)
        name = self._records[target] = self._local(f"walk_{definition.cls.__name__}")
        self._pending.append(functools.partial(self._print_record, name, definition))
        return name

    def _print_record(self, name: str, node: RecordNode) -> None:
        source = self._context.source
        with source.block(f"\n\ndef {name}(value, loc, errors{self._parameters}):"):
            if self._recursive:
                with source.block(f"if depth > {MAX_DEPTH}:"):
                    self._context.print_report("recursion_depth_exceeded", "loc", "value")
                    source.line(f"return {self._context.invalid}")
            self._print_fields_of(node)
            if self._knows_own:
                is_own = f"isinstance(value, {self._context.type(node.cls)})"
                source.line(f"is_own = {'False' if node.kind == 'typed_dict' else is_own}")
            source.line("before = len(errors)")
            source.line("values = {}")
            shows_values = self._informed and any(
                self._tree.reaches(field.node, is_informed) for field in node.fields
            )
            for field in node.fields:
                self._print_field(field, shows_values=shows_values)
            if node.extra == "forbid":
                known = frozenset(field.wire_name for field in node.fields)
                names = self._context.namespace.bind(f"FIELDS_OF_{node.cls.__name__}", known)
                with source.block(f"if not fields.keys() <= {names}:"):
                    source.line(
                        f"{self._context.function(shapes.report_extras)}(fields, {names}, loc, errors)"
                    )
            with source.block("if len(errors) != before:"):
                source.line(f"return {self._context.invalid}")
            self._print_construction(node)

    def _print_fields_of(self, node: RecordNode) -> None:
        """Print the statements that set ``fields`` to a dictionary by wire name."""
        source = self._context.source
        with source.block("if type(value) is dict:"):
            source.line("fields = value")
        if node.kind != "typed_dict" and not self._context.options.from_attributes:
            with source.block(f"elif isinstance(value, {self._context.type(node.cls)}):"):
                source.line("return value")
        with source.block(f"elif isinstance(value, {self._context.namespace.bind('Mapping', Mapping)}):"):
            source.line("fields = dict(value)")
        if self._context.options.from_attributes:
            names = tuple((field.name, field.wire_name) for field in node.fields)
            bound = self._context.namespace.bind(f"ATTRIBUTES_OF_{node.cls.__name__}", names)
            read = self._context.function(shapes.read_attributes)
            with source.block(f"elif (fields := {read}(value, {bound})) is None:"):
                self._print_wrong_record(node)
            return
        with source.block("else:"):
            self._print_wrong_record(node)

    def _print_wrong_record(self, node: RecordNode) -> None:
        ctx = {"class_name": node.cls.__name__}
        if node.kind == "typed_dict":
            self._context.print_report("dict_type", "loc", "value")
        elif node.kind == "dataclass":
            self._context.print_report("dataclass_type", "loc", "value", ctx)
        elif self._context.options.from_attributes:
            self._context.print_report("model_attributes_type", "loc", "value")
        else:
            self._context.print_report("model_type", "loc", "value", ctx)
        self._context.line(f"return {self._context.invalid}")

    def _print_field(self, field: FieldNode, *, shows_values: bool) -> None:
        source = self._context.source
        raw, item = self._local(f"raw_{field.name}"), self._local(field.name)
        with source.block(f"if {field.wire_name!r} in fields:"):
            source.line(f"{raw} = fields[{field.wire_name!r}]")
            place = self._field_place(field, raw, item)
            if not shows_values:
                self._print_value(field.node, place)
                source.line(f"values[{field.name!r}] = {item}")
            else:  # a function that is shown the values sees valid ones only
                count = self._local("count")
                source.line(f"{count} = len(errors)")
                self._print_value(field.node, place)
                with source.block(f"if len(errors) == {count}:"):
                    source.line(f"values[{field.name!r}] = {item}")
        if field.required:
            with source.block("else:"):
                self._context.print_report("missing", place.loc_text, "value")
        elif shows_values:
            self._print_default(field)

    def _print_default(self, field: FieldNode) -> None:
        """Print how a field that was not given gets its default, which the constructor would do otherwise."""
        factory = field.default_factory
        if factory is None:
            if field.default is NO_DEFAULT:  # of a TypedDict
                return
            factory = functools.partial(copy.deepcopy, field.default)
        with self._context.source.block("else:"):
            make = self._context.namespace.bind(f"default_of_{field.name}", factory)
            self._context.line(f"values[{field.name!r}] = {make}()")

    def _field_place(self, field: FieldNode, raw: str, item: str) -> Place:
        """Return where *field* is read; print the statement that makes its info when it needs one."""
        info = "info"
        if self._informed and self._tree.reaches(field.node, is_informed):
            info = self._local(f"info_{field.name}")
            self._context.line(f"{info} = info.inside(values, {field.name!r})")
        return Place(
            raw,
            item,
            (repr(field.wire_name),),
            self._context.options.from_text,
            info=info,
            is_own="is_own" if self._knows_own else "False",
        )

    def _print_construction(self, node: RecordNode) -> None:
        source = self._context.source
        if node.kind == "typed_dict":
            source.line("return values")
            return
        construct = self._context.type(node.cls)
        if node.kind in ("model", "struct"):
            # The values are checked: a validating __call__ of the metaclass would do it all again.
            build = functools.partial(type(msgspec.Struct).__call__, node.cls)
            construct = self._context.namespace.bind(f"construct_{node.cls.__name__}", build)
        if not hasattr(node.cls, "__post_init__"):
            source.line(f"return {construct}(**values)")
            return
        with source.block("try:"):
            source.line(f"return {construct}(**values)")
        with source.block("except (ValueError, AssertionError) as exc:"):
            source.line(f"{self._context.function(report_exception)}(errors, exc, loc, value)")
        source.line(f"return {self._context.invalid}")


def _is_recursive(tree: TypeTree) -> bool:
    """Tell whether some record of *tree* can contain itself."""
    reached: dict[Any, set[Any]] = {}
    for target, definition in tree.definitions.items():
        reached[target] = set(_targets_of(definition))
    return any(target in _closure(target, reached) for target in reached)


def _targets_of(node: Node) -> list[Any]:
    found: list[Any] = []
    inner = tuple(field.node for field in node.fields) if isinstance(node, RecordNode) else children(node)
    for child in inner:
        found += [child.target] if isinstance(child, RefNode) else _targets_of(child)
    return found


def _closure(start: Any, reached: Mapping[Any, set[Any]]) -> set[Any]:
    seen: set[Any] = set()
    waiting = list(reached[start])
    while waiting:
        target = waiting.pop()
        if target not in seen:
            seen.add(target)
            waiting.extend(reached[target])
    return seen
