"""Print the source of walkers.

One function per record and per branch of a union, plain statements for everything inside them, and the
exact-type checks inline, so that a value that fits costs no call. What happens off that path stands in
``lax``, ``temporal``, ``choices``, ``shapes`` and ``unions``.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable
from typing import Any

from bolide.validation.codegen import Namespace
from bolide.validation.errors import ErrorLimitReached
from bolide.validation.function_nodes import is_function, is_informed, takes_context
from bolide.validation.functions import FROM_JSON, FROM_PYTHON
from bolide.validation.labels import node_label
from bolide.validation.recursion import is_recursive
from bolide.validation.tagged import TaggedBranches
from bolide.validation.tagged_node import TaggedUnionNode
from bolide.validation.tree import (
    AliasNode,
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
    takes_anything,
)
from bolide.validation.unions import UnionBranch, choose_branch
from bolide.validation.walker_containers import ItemPrinting, print_array, print_map, print_tuple
from bolide.validation.walker_context import Place, WalkerContext, WalkerOptions
from bolide.validation.walker_custom import print_custom
from bolide.validation.walker_foreign import print_array_record_opening
from bolide.validation.walker_functions import FunctionPrinting
from bolide.validation.walker_info import info_of_field, info_of_root
from bolide.validation.walker_records import (
    default_expression,
    leaves_out_unset,
    print_construction,
    print_lookup,
    print_sources,
    print_unknown_keys,
    tracks_unset,
)
from bolide.validation.walker_scalars import alters, exact_type, print_enum, print_literal, print_scalar

__all__ = ["WalkerPrinter"]


class WalkerPrinter:
    """Print one walker; owns the functions that it consists of."""

    def __init__(
        self, tree: TypeTree, options: WalkerOptions, convertible: frozenset[Any] = frozenset()
    ) -> None:
        self._recursive = is_recursive(tree)
        self._context = WalkerContext(options, recursive=self._recursive)
        self._tree = tree
        self._records: dict[Any, str] = {}
        self._branch_names: dict[tuple[str, ...], str] = {}
        self._branches: list[tuple[str, tuple[tuple[str, str, Node], ...]]] = []
        self._tagged: list[tuple[str, TaggedUnionNode, tuple[str, ...]]] = []
        self._pending: list[Callable[[], None]] = []
        self._informed = tree.reaches(tree.root, takes_context)
        self._knows_own = options.outgoing and tree.reaches(tree.root, is_function)
        self._functions = FunctionPrinting(
            self._context, tree, self._print_value, self._branch_function, self._passed
        )
        self._items = ItemPrinting(
            # In recursive types, the records above a fault would all be converted in vain, once per level.
            self._context,
            self._print_value,
            self._branch_function,
            self._passed,
            frozenset() if self._recursive else convertible,
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
                place = place._replace(info=info_of_root(context, self._tree))
                self._print_value(self._tree.root, place)
                context.line("return result")
            with context.source.block(f"except {limit}:"):
                context.line(f"return {context.invalid}")
            context.print_depth_errors()
        return self._print_pending()

    def print_loader(self) -> str:
        """Return the text of a module that defines ``load(value)``, which raises ValueError for errors."""
        context = self._context
        with context.source.block("def load(value):"):
            context.line("loc = ()")
            context.line("errors = []")
            if self._recursive:
                context.line("depth = 0")
            if self._informed:
                context.line(f"info = {context.namespace.bind('FROM_JSON', FROM_JSON)}")
            with context.source.block("try:"):
                self._print_value(self._tree.root, Place("value", "result"))
            with context.source.block(f"except {context.type(ErrorLimitReached)}:"):
                context.line("raise ValueError from None")
            with context.source.block("if errors:"):
                context.line("raise ValueError")
            context.line("return result")
        return self._print_pending()

    def _print_pending(self) -> str:
        while self._pending:
            self._pending.pop(0)()
        self._print_branches()
        return self._context.source.source()

    def _print_value(self, node: Node, place: Place) -> None:
        """Print the statements that set ``place.target`` from ``place.raw``, or report."""
        context = self._context
        if isinstance(node, RefNode) and self._tree.alias(node) is not None:
            self._print_record_call(node, place)
            return
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
                print_array(context, array, place, self._items)
            case TupleNode() as fixed:
                print_tuple(context, fixed, place, self._print_value)
            case MapNode() as mapping:
                print_map(context, mapping, place, self._items)
            case TaggedUnionNode() as tagged:
                self._print_tagged_union(tagged, place)
            case UnionNode() as union:
                self._print_union(union, place)
            case CustomNode() as custom:
                print_custom(context, custom, place, self._tree, self._print_value)
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
        if self._context.options.outgoing and takes_anything(node):
            self._context.line(f"{place.target} = {place.raw}")
            return
        options = [option for option in node.options if not isinstance(option, NoneNode)]
        if len(options) == len(node.options):
            self._print_options(options, place, is_ordered=node.is_ordered)
            return
        with self._context.source.block(f"if {place.raw} is None:"):
            self._context.line(f"{place.target} = None")
        with self._context.source.block("else:"):
            self._print_options(options, place, is_ordered=node.is_ordered)

    def _print_options(self, options: list[Node], place: Place, *, is_ordered: bool) -> None:
        if len(options) == 1:
            self._print_value(options[0], place)
            return
        branches = tuple(
            (node_label(self._tree, option), self._branch_function(option, place.from_text), option)
            for option in options
        )
        functions = tuple(function for _, function, _ in branches)
        name = self._branch_names.get(functions)
        if name is None:  # what the same union makes of a value is known then, wherever it stands
            name = self._branch_names[functions] = self._local("branches")
            self._branches.append((name, branches))
        passed = self._passed(place) + (", is_ordered=True" if is_ordered else "")
        choose = self._context.function(choose_branch)
        call = f"{choose}({name}, {place.raw}, {place.loc_text}, errors{passed})"
        # A function may take anything, and would win when it stands before, as text that is made lower case.
        plain = itertools.takewhile(lambda option: not (is_function(option) or alters(option)), options)
        fitting = map(exact_type, options[:1] if is_ordered else plain)
        exact = [self._context.type(cls) for cls in fitting if cls is not None]
        if exact:
            # A scalar that has the type of an unconstrained option already wins at once.
            fits = " or ".join(f"type({place.raw}) is {cls}" for cls in dict.fromkeys(exact))
            self._context.line(f"{place.target} = {place.raw} if {fits} else {call}")
        else:
            self._context.line(f"{place.target} = {call}")

    def _print_tagged_union(self, node: TaggedUnionNode, place: Place) -> None:
        functions = tuple(self._branch_function(option, place.from_text) for option in node.options)
        name = self._local("tagged")
        self._tagged.append((name, node, functions))
        self._context.line(
            f"{place.target} = {name}.walk({place.raw}, {place.loc_text}, errors{self._passed(place)})"
        )

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
        for name, union, functions in self._tagged:
            kind = self._context.namespace.bind("TaggedBranches", TaggedBranches)
            shown = self._context.namespace.bind("node", union)
            self._context.line(f"\n\n{name} = {kind}({shown}, ({', '.join(functions)},))")

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
        if isinstance(definition, AliasNode):
            name = self._records[target] = self._local(f"walk_{definition.name}")
            self._pending.append(functools.partial(self._print_alias, name, definition))
            return name
        assert isinstance(definition, RecordNode)
        name = self._records[target] = self._local(f"walk_{definition.cls.__name__}")
        self._pending.append(functools.partial(self._print_record, name, definition))
        return name

    def _print_alias(self, name: str, node: AliasNode) -> None:
        with (
            self._context.source.block(f"\n\ndef {name}(value, loc, errors{self._parameters}):"),
            self._context.bounded(),
        ):
            own = "is_own" if self._knows_own else "False"
            place = Place("value", "result", (), self._context.options.from_text, is_own=own)
            self._print_value(node.inner, place)
            self._context.line("return result")

    def _print_record(self, name: str, node: RecordNode) -> None:
        source = self._context.source
        with source.block(f"\n\ndef {name}(value, loc, errors{self._parameters}):"), self._context.bounded():
            if node.before:
                self._functions.print_preparation(node)
            if node.is_array:
                print_array_record_opening(self._context, node)
            else:
                print_sources(self._context, node)
            if self._knows_own:
                is_own = f"isinstance(value, {self._context.type(node.cls)})"
                source.line(f"is_own = {'False' if node.kind == 'typed_dict' else is_own}")
            source.line("before = len(errors)")
            source.line("values = {}")
            shows_values = self._informed and any(
                field.factory_takes_data or self._tree.reaches(field.node, is_informed)
                for field in node.read_fields
            )
            fills_defaults = shows_values or any(field.validate_default for field in node.read_fields)
            if fills_defaults and tracks_unset(node):
                source.line("unset = set()")
            paths = [self._print_field(node, field, shows_values=shows_values) for field in node.read_fields]
            print_unknown_keys(self._context, node, [path for path in paths if path], self._print_value)
            with source.block("if len(errors) != before:"):
                source.line(f"return {self._context.invalid}")
            print_construction(self._context, node, fills_defaults=fills_defaults)

    def _print_field(self, node: RecordNode, field: FieldNode, *, shows_values: bool) -> str:
        """Print how *field* of *node* is read; return the variable of the path by which it was found."""
        source = self._context.source
        raw, item = self._local(f"raw_{field.name}"), self._local(field.name)
        lookup = print_lookup(self._context, node, field, raw)
        place = Place(raw, item, (lookup.loc,), self._context.options.from_text)
        with source.block(lookup.condition):
            if lookup.assignment:
                source.line(lookup.assignment)
            self._print_given(node, field, place, shows_values=shows_values)
        if field.required:
            with source.block("else:"):
                self._context.print_report("missing", f"(*loc, {lookup.missing})", "value")
        elif (
            (shows_values and not leaves_out_unset(node))
            or field.factory_takes_data
            or field.validate_default
        ):
            place = place._replace(loc=(lookup.missing,))
            self._print_absent(node, field, place, shows_values=shows_values)
        return lookup.path

    def _print_given(self, node: RecordNode, field: FieldNode, place: Place, *, shows_values: bool) -> None:
        """Print how the value of *field* is read and kept."""
        source = self._context.source
        place = self._field_place(node, field, place)
        keep = f"values[{field.name!r}] = {place.target}"
        if not shows_values:
            self._print_value(field.node, place)
            source.line(keep)
            return
        count = self._local("count")  # a function that is shown the values sees valid ones only
        source.line(f"{count} = len(errors)")
        self._print_value(field.node, place)
        with source.block(f"if len(errors) == {count}:"):
            source.line(keep)

    def _print_absent(self, node: RecordNode, field: FieldNode, place: Place, *, shows_values: bool) -> None:
        """Print how a field that was not given gets its default, which the constructor would do otherwise."""
        source, default = self._context.source, default_expression(self._context, field)
        if default is None:
            return
        if field.factory_takes_data:
            with source.block("elif len(errors) != before:"):
                self._context.print_report("default_factory_not_called", place.loc_text, "None")
        with source.block("else:"):
            if field.validate_default:
                source.line(f"{place.raw} = {default}")
                self._print_given(node, field, place, shows_values=shows_values)
            else:
                source.line(f"values[{field.name!r}] = {default}")
            if tracks_unset(node):
                source.line(f"unset.add({field.name!r})")

    def _field_place(self, node: RecordNode, field: FieldNode, place: Place) -> Place:
        """Return *place* with the info that *field* needs; print the statement that makes it."""
        info = "info"
        if self._informed and self._tree.reaches(field.node, is_informed):
            info = self._local(f"info_{field.name}")
            self._context.line(f"{info} = {info_of_field(self._context, node, field.name)}")
        return place._replace(info=info, is_own="is_own" if self._knows_own else "False")
