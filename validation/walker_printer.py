"""Print the source of walkers.

One function per record, plain statements for everything inside it, and the exact-type checks inline, so
that a value that fits costs no call. What happens off that path stands in ``lax``, ``temporal``,
``choices``, ``shapes`` and ``unions``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from bolide.validation import choices, lax, shapes, temporal
from bolide.validation.checks import constant, value_checks
from bolide.validation.codegen import Namespace, SourceBuilder
from bolide.validation.errors import ErrorLimitReached, report
from bolide.validation.labels import node_label
from bolide.validation.tree import (
    AnyNode,
    ArrayNode,
    BoolNode,
    BytesNode,
    DateNode,
    DateTimeNode,
    DecimalNode,
    EnumNode,
    FieldNode,
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
from bolide.validation.unions import UnionBranch, choose_branch

__all__ = ["MAX_DEPTH", "WalkerOptions", "WalkerPrinter"]

MAX_DEPTH: Final = 200
"""Records of a recursive type may nest this deep; beyond, the interpreter's own stack is at stake."""

_LOCALS = frozenset({"value", "loc", "errors", "depth", "fields", "values", "before", "result"})


class _Scalar(NamedTuple):
    exact: type | None  # None: no value passes without a look at it
    lax: lax.ScalarParser
    strict: lax.ScalarParser


_SCALARS: Final[Mapping[type[Node], _Scalar]] = {
    NoneNode: _Scalar(None, lax.parse_none, lax.parse_none),
    BoolNode: _Scalar(bool, lax.lax_bool, lax.strict_bool),
    IntNode: _Scalar(int, lax.lax_int, lax.strict_int),
    FloatNode: _Scalar(float, lax.lax_float, lax.strict_float),
    StrNode: _Scalar(str, lax.lax_str, lax.strict_str),
    BytesNode: _Scalar(bytes, lax.lax_bytes, lax.strict_bytes),
    # A Decimal may be NaN, which is refused.
    DecimalNode: _Scalar(None, lax.lax_decimal, lax.strict_decimal),
    DateTimeNode: _Scalar(datetime, temporal.lax_datetime, temporal.strict_datetime),
    DateNode: _Scalar(date, temporal.lax_date, temporal.strict_date),
    TimeNode: _Scalar(time, temporal.lax_time, temporal.strict_time),
    TimeDeltaNode: _Scalar(timedelta, temporal.lax_timedelta, temporal.strict_timedelta),
    UUIDNode: _Scalar(UUID, lax.lax_uuid, lax.lax_uuid),
}

# Container → error type, word in messages about its size.
_CONTAINERS: Final[Mapping[type, tuple[str, str]]] = {
    list: ("list_type", "List"),
    tuple: ("tuple_type", "Tuple"),
    set: ("set_type", "Set"),
    frozenset: ("frozen_set_type", "Frozenset"),
}

# Results of these can always be hashed.
_HASHABLE = (*(kind for kind in _SCALARS), EnumNode, LiteralNode)


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkerOptions:
    """How a walker reads; see ``compile_walker``."""

    strict: bool = False
    from_attributes: bool = False
    from_text: bool = False


class _Place(NamedTuple):
    """Where a value comes from and goes to, in terms of the generated code."""

    raw: str
    target: str
    loc: tuple[str, ...] = ()
    from_text: bool = False

    @property
    def loc_text(self) -> str:
        """An expression for the location: only evaluated when there is an error or a call."""
        return f"(*loc, {', '.join(self.loc)})" if self.loc else "loc"


class WalkerPrinter:
    """Print one walker; owns the names and the functions that it needs."""

    def __init__(self, tree: TypeTree, options: WalkerOptions) -> None:
        self.namespace = Namespace(reserved=_LOCALS)
        self._tree = tree
        self._options = options
        self._source = SourceBuilder()
        self._records: dict[Any, str] = {}
        self._choices: dict[tuple[Any, bool], lax.ScalarParser] = {}
        self._branches: list[tuple[str, tuple[tuple[str, str, Node], ...]]] = []
        self._pending: list[Callable[[], None]] = []
        self._recursive = _is_recursive(tree)
        self._depth = ", depth" if self._recursive else ""
        self._report = self.namespace.bind("report", report)
        self._invalid = self.namespace.bind("INVALID", lax.INVALID)

    def print_walker(self) -> str:
        """Return the text of a module that defines ``walk(value, loc, errors)``."""
        limit = self.namespace.bind("ErrorLimitReached", ErrorLimitReached)
        with self._source.block("def walk(value, loc, errors):"):
            if self._recursive:
                self._source.line("depth = 0")
            with self._source.block("try:"):
                self._print_value(self._tree.root, _Place("value", "result", (), self._options.from_text))
                self._source.line("return result")
            with self._source.block(f"except {limit}:"):
                self._source.line(f"return {self._invalid}")
        while self._pending:
            self._pending.pop(0)()
        self._print_branches()
        return self._source.source()

    def _print_value(self, node: Node, place: _Place) -> None:
        """Print the statements that set ``place.target`` from ``place.raw``, or report."""
        if isinstance(node, RefNode):
            definition = self._tree.definitions[node.target]
            if isinstance(definition, RecordNode):
                self._print_record_call(node.target, definition, place)
            else:
                self._print_enum(definition, place)
            return
        if type(node) in _SCALARS:
            self._print_scalar(node, place)
            return
        if isinstance(node, AnyNode):
            if place.target != place.raw:
                self._source.line(f"{place.target} = {place.raw}")
            return
        printers: Mapping[type[Node], Callable[[Any, _Place], None]] = {
            ArrayNode: self._print_array,
            TupleNode: self._print_tuple,
            MapNode: self._print_map,
            UnionNode: self._print_union,
            LiteralNode: self._print_literal,
            EnumNode: self._print_enum,
        }
        printers[type(node)](node, place)

    # Scalars

    def _print_scalar(self, node: Node, place: _Place) -> None:
        scalar = _SCALARS[type(node)]
        parse = scalar.strict if self._options.strict and not place.from_text else scalar.lax
        call = f"{self._bind_function(parse)}({place.raw}, {place.loc_text}, errors)"
        if scalar.exact is None:
            self._source.line(f"{place.target} = {call}")
        else:
            exact = self._bind_type(scalar.exact)
            self._source.line(f"{place.target} = {place.raw} if type({place.raw}) is {exact} else {call}")
        self._print_checks(node, place)

    def _print_checks(self, node: Node, place: _Place) -> None:
        checks = value_checks(node, place.target, self.namespace)
        if not checks:
            return
        with self._source.block(f"if {place.target} is not {self._invalid}:"):
            for word, check in zip(["if", *["elif"] * len(checks)], checks, strict=False):
                with self._source.block(f"{word} {check.broken}:"):
                    self._print_report(check.error_type, place.loc_text, place.raw, dict(check.ctx))

    def _print_report(
        self, error_type: str, loc_text: str, raw: str, ctx: Mapping[str, object] | None = None
    ) -> None:
        shown = "".join(f", {name}={constant(item, self.namespace)}" for name, item in (ctx or {}).items())
        self._source.line(f"{self._report}(errors, {error_type!r}, {loc_text}, {raw}{shown})")

    def _print_literal(self, node: LiteralNode, place: _Place) -> None:
        key = node.values, place.from_text
        # Literals compare equal across types (1 == True): key on the representation, too.
        parse = self._choices.setdefault(
            (repr(key), place.from_text),
            choices.compile_literal(node.values, strict=self._options.strict, from_text=place.from_text),
        )
        name = self.namespace.bind("parse_literal", parse)
        self._source.line(f"{place.target} = {name}({place.raw}, {place.loc_text}, errors)")

    def _print_enum(self, node: EnumNode, place: _Place) -> None:
        parse = self._choices.setdefault(
            (node.cls, place.from_text),
            choices.compile_enum(node.cls, strict=self._options.strict, from_text=place.from_text),
        )
        cls = self.namespace.bind(node.cls.__name__, node.cls)
        call = f"{self.namespace.bind(f'parse_{node.cls.__name__}', parse)}({place.raw}, {place.loc_text}, errors)"
        self._source.line(f"{place.target} = {place.raw} if type({place.raw}) is {cls} else {call}")

    # Containers

    def _print_items(self, place: _Place, container: type, error_type: str, items: str) -> None:
        """Print the statement that sets *items* to a sequence, or to INVALID."""
        open_items = shapes.strict_items if self._options.strict else shapes.lax_items
        call = f"{self._bind_function(open_items)}({place.raw}, {error_type!r}, {place.loc_text}, errors)"
        exact = "tuple" if container is tuple and not self._options.strict else "list"
        self._source.line(f"{items} = {place.raw} if type({place.raw}) is {exact} else {call}")

    def _print_array(self, node: ArrayNode, place: _Place) -> None:
        error_type, word = _CONTAINERS[node.container]
        items, index, entry, item = map(self.namespace.local, ("items", "index", "entry", "item"))
        before = self.namespace.local("before")
        source = self._source
        self._print_items(place, node.container, error_type, items)
        if node.min_items is not None or node.max_items is not None:
            source.line(f"{before} = len(errors)")
        source.line(f"{place.target} = {'set()' if node.container in (set, frozenset) else '[]'}")
        with source.block(f"if {items} is not {self._invalid}:"):
            is_set = node.container in (set, frozenset)
            if node.max_items is not None and not is_set:
                ctx = f"field_type={word!r}, max_length={node.max_items}, actual_length=len({items})"
                with source.block(f"if len({items}) > {node.max_items}:"):
                    source.line(f"{self._report}(errors, 'too_long', {place.loc_text}, {place.raw}, {ctx})")
                    source.line(f"{items} = ()")
            with source.block(f"for {index}, {entry} in enumerate({items}):"):
                inner = _Place(entry, item, (*place.loc, index), place.from_text)
                self._print_value(node.items, inner)
                self._print_add(node, place, inner)
            self._print_array_end(node, place, before)

    def _print_add(self, node: ArrayNode, place: _Place, inner: _Place) -> None:
        if node.container not in (set, frozenset):
            self._source.line(f"{place.target}.append({inner.target})")
        elif isinstance(node.items, _HASHABLE):
            self._source.line(f"{place.target}.add({inner.target})")
        else:
            add = self._bind_function(shapes.add_item)
            arguments = f"{place.target}, {inner.target}, {inner.raw}, {inner.loc_text}, errors"
            self._source.line(f"{add}({arguments})")

    def _print_array_end(self, node: ArrayNode, place: _Place, before: str) -> None:
        source, (_, word) = self._source, _CONTAINERS[node.container]
        if node.container in (set, frozenset) and node.max_items is not None:
            # A set stops at the first item too many, whatever was wrong with the others.
            with source.block(f"if len({place.target}) > {node.max_items}:"):
                source.line(f"del errors[{before}:]")
                self._print_size_error("too_long", place, word, node.max_items, None)
        if node.min_items is not None:
            with source.block(f"if len(errors) == {before} and len({place.target}) < {node.min_items}:"):
                self._print_size_error("too_short", place, word, node.min_items, f"len({place.target})")
        if node.container in (tuple, frozenset):
            source.line(f"{place.target} = {node.container.__name__}({place.target})")

    def _print_size_error(
        self, error_type: str, place: _Place, word: str, bound: int, actual: str | None
    ) -> None:
        name = "max_length" if error_type == "too_long" else "min_length"
        ctx = f"field_type={word!r}, {name}={bound}, actual_length={actual}"
        self._source.line(f"{self._report}(errors, {error_type!r}, {place.loc_text}, {place.raw}, {ctx})")

    def _print_tuple(self, node: TupleNode, place: _Place) -> None:
        items = self.namespace.local("items")
        size = len(node.items)
        source = self._source
        self._print_items(place, tuple, "tuple_type", items)
        source.line(f"{place.target} = {items}")
        with source.block(f"if {items} is {self._invalid}:"):
            source.line("pass")
        with source.block(f"elif len({items}) > {size}:"):
            self._print_size_error("too_long", place, "Tuple", size, f"len({items})")
        with source.block("else:"):
            targets: list[str] = []
            for index, item_node in enumerate(node.items):
                item = self.namespace.local("item")
                targets.append(item)
                inner = _Place(f"{items}[{index}]", item, (*place.loc, str(index)), place.from_text)
                with source.block(f"if len({items}) > {index}:"):
                    entry = self.namespace.local("entry")
                    source.line(f"{entry} = {inner.raw}")
                    self._print_value(item_node, inner._replace(raw=entry))
                with source.block("else:"):
                    source.line(f"{item} = {self._invalid}")
                    self._print_report("missing", inner.loc_text, place.raw)
            source.line(f"{place.target} = ({''.join(f'{item}, ' for item in targets)})")

    def _print_map(self, node: MapNode, place: _Place) -> None:
        source, local = self._source, self.namespace.local
        mapping, key, entry, name, item, before = map(
            local, ("mapping", "key", "entry", "name", "item", "before")
        )
        open_mapping = shapes.strict_mapping if self._options.strict else shapes.lax_mapping
        call = f"{self._bind_function(open_mapping)}({place.raw}, {place.loc_text}, errors)"
        source.line(f"{mapping} = {place.raw} if type({place.raw}) is dict else {call}")
        if node.min_properties is not None or node.max_properties is not None:
            source.line(f"{before} = len(errors)")
        source.line(f"{place.target} = {{}}")
        with source.block(f"if {mapping} is not {self._invalid}:"):
            with source.block(f"for {key}, {entry} in {mapping}.items():"):
                key_loc = f"{self._bind_function(shapes.key_loc)}({key})"
                # Keys of JSON objects are text, also under strict rules.
                self._print_value(node.keys, _Place(key, name, (*place.loc, key_loc, "'[key]'"), True))
                self._print_value(node.values, _Place(entry, item, (*place.loc, key_loc), place.from_text))
                source.line(f"{place.target}[{name}] = {item}")
            for error_type, bound, sign in (
                ("too_short", node.min_properties, "<"),
                ("too_long", node.max_properties, ">"),
            ):
                if bound is not None:
                    actual = f"len({place.target})" if sign == "<" else None
                    with source.block(f"if len(errors) == {before} and len({place.target}) {sign} {bound}:"):
                        self._print_size_error(error_type, place, "Dictionary", bound, actual)

    # Unions

    def _print_union(self, node: UnionNode, place: _Place) -> None:
        options = [option for option in node.options if not isinstance(option, NoneNode)]
        if len(options) == len(node.options):
            self._print_options(options, place)
            return
        with self._source.block(f"if {place.raw} is None:"):
            self._source.line(f"{place.target} = None")
        with self._source.block("else:"):
            self._print_options(options, place)

    def _print_options(self, options: list[Node], place: _Place) -> None:
        if len(options) == 1:
            self._print_value(options[0], place)
            return
        branches = tuple(
            (node_label(self._tree, option), self._branch_function(option, place.from_text), option)
            for option in options
        )
        name = self.namespace.local("branches")
        self._branches.append((name, branches))
        choose = self._bind_function(choose_branch)
        call = f"{choose}({name}, {place.raw}, {place.loc_text}, errors{self._depth})"
        exact = [
            self._bind_type(scalar.exact)
            for option in options
            if (scalar := _SCALARS.get(type(option))) is not None
            and scalar.exact is not None
            and not value_checks(option, "", Namespace())
        ]
        if exact:
            # A scalar that has the type of an unconstrained option already wins at once.
            fits = " or ".join(f"type({place.raw}) is {cls}" for cls in dict.fromkeys(exact))
            self._source.line(f"{place.target} = {place.raw} if {fits} else {call}")
        else:
            self._source.line(f"{place.target} = {call}")

    def _branch_function(self, option: Node, from_text: bool) -> str:
        if isinstance(option, RefNode) and isinstance(self._tree.resolve(option), RecordNode):
            return self._record_function(option.target)
        name = self.namespace.local(f"walk_{node_label(self._tree, option)}".rstrip("]").replace("[", "_"))

        def print_branch() -> None:
            with self._source.block(f"\n\ndef {name}(value, loc, errors{self._depth}):"):
                self._print_value(option, _Place("value", "result", (), from_text))
                self._source.line("return result")

        self._pending.append(print_branch)
        return name

    def _print_branches(self) -> None:
        branch_type = self.namespace.bind("UnionBranch", UnionBranch)
        tree = self.namespace.bind("tree", self._tree)
        for name, branches in self._branches:
            with self._source.block(f"\n\n{name} = ("):
                for label, function, node in branches:
                    shown = self.namespace.bind("node", node)
                    self._source.line(f"{branch_type}({label!r}, {function}, {tree}, {shown}),")
            self._source.line(")")

    # Records

    def _print_record_call(self, target: Any, definition: RecordNode, place: _Place) -> None:
        depth = ", depth + 1" if self._recursive else ""
        call = f"{self._record_function(target)}({place.raw}, {place.loc_text}, errors{depth})"
        self._source.line(f"{place.target} = {call}")

    def _record_function(self, target: Any) -> str:
        known = self._records.get(target)
        if known is not None:
            return known
        definition = self._tree.definitions[target]
        assert isinstance(definition, RecordNode)
        name = self._records[target] = self.namespace.local(f"walk_{definition.cls.__name__}")
        self._pending.append(functools.partial(self._print_record, name, definition))
        return name

    def _print_record(self, name: str, node: RecordNode) -> None:
        source = self._source
        with source.block(f"\n\ndef {name}(value, loc, errors{self._depth}):"):
            if self._recursive:
                with source.block(f"if depth > {MAX_DEPTH}:"):
                    self._print_report("recursion_depth_exceeded", "loc", "value")
                    source.line(f"return {self._invalid}")
            self._print_fields_of(node)
            source.line("before = len(errors)")
            source.line("values = {}")
            for field in node.fields:
                self._print_field(field)
            if node.extra == "forbid":
                known = frozenset(field.wire_name for field in node.fields)
                names = self.namespace.bind(f"FIELDS_OF_{node.cls.__name__}", known)
                with source.block(f"if not fields.keys() <= {names}:"):
                    source.line(f"{self._bind_function(shapes.report_extras)}(fields, {names}, loc, errors)")
            with source.block("if len(errors) != before:"):
                source.line(f"return {self._invalid}")
            self._print_construction(node)

    def _print_fields_of(self, node: RecordNode) -> None:
        """Print the statements that set ``fields`` to a dictionary by wire name."""
        source = self._source
        with source.block("if type(value) is dict:"):
            source.line("fields = value")
        if node.kind != "typed_dict" and not self._options.from_attributes:
            with source.block(f"elif isinstance(value, {self._bind_type(node.cls)}):"):
                source.line("return value")
        with source.block(f"elif isinstance(value, {self.namespace.bind('Mapping', Mapping)}):"):
            source.line("fields = dict(value)")
        if self._options.from_attributes:
            names = tuple((field.name, field.wire_name) for field in node.fields)
            bound = self.namespace.bind(f"ATTRIBUTES_OF_{node.cls.__name__}", names)
            read = self._bind_function(shapes.read_attributes)
            with source.block(f"elif (fields := {read}(value, {bound})) is None:"):
                self._print_wrong_record(node)
            return
        with source.block("else:"):
            self._print_wrong_record(node)

    def _print_wrong_record(self, node: RecordNode) -> None:
        ctx = {"class_name": node.cls.__name__}
        if node.kind == "typed_dict":
            self._print_report("dict_type", "loc", "value")
        elif node.kind == "dataclass":
            self._print_report("dataclass_type", "loc", "value", ctx)
        elif self._options.from_attributes:
            self._print_report("model_attributes_type", "loc", "value")
        else:
            self._print_report("model_type", "loc", "value", ctx)
        self._source.line(f"return {self._invalid}")

    def _print_field(self, field: FieldNode) -> None:
        source = self._source
        raw, item = self.namespace.local(f"raw_{field.name}"), self.namespace.local(field.name)
        with source.block(f"if {field.wire_name!r} in fields:"):
            source.line(f"{raw} = fields[{field.wire_name!r}]")
            place = _Place(raw, item, (repr(field.wire_name),), self._options.from_text)
            self._print_value(field.node, place)
            source.line(f"values[{field.name!r}] = {item}")
        if field.required:
            with source.block("else:"):
                self._print_report("missing", place.loc_text, "value")

    def _print_construction(self, node: RecordNode) -> None:
        source = self._source
        if node.kind == "typed_dict":
            source.line("return values")
            return
        construct = self._bind_type(node.cls)
        if node.kind in ("model", "struct"):
            # The values are checked: a validating __call__ of the metaclass would do it all again.
            build = functools.partial(type(msgspec.Struct).__call__, node.cls)
            construct = self.namespace.bind(f"construct_{node.cls.__name__}", build)
        if not hasattr(node.cls, "__post_init__"):
            source.line(f"return {construct}(**values)")
            return
        with source.block("try:"):
            source.line(f"return {construct}(**values)")
        with source.block("except ValueError as exc:"):
            source.line(f"{self._report}(errors, 'value_error', loc, value, error=exc)")
        with source.block("except AssertionError as exc:"):
            source.line(f"{self._report}(errors, 'assertion_error', loc, value, error=exc)")
        source.line(f"return {self._invalid}")

    def _bind_function(self, function: Callable[..., Any]) -> str:
        return self.namespace.bind(function.__name__, function)

    def _bind_type(self, cls: type[Any]) -> str:
        return cls.__name__ if cls.__module__ == "builtins" else self.namespace.bind(cls.__name__, cls)


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
