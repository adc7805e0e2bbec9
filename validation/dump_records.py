"""Print the functions that dump records, by their plans.

Owns which fields are written under which conditions, and how users' serializers are called. A record becomes
a dictionary; or, where only msgspec sees it, a struct of its own, which is written faster.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import msgspec
from msgspec.structs import replace

from bolide.validation.codegen import Namespace, SourceBuilder
from bolide.validation.dump_options import Variant, select, selected_places, serialization_info
from bolide.validation.dump_plan import FieldPlan, RecordPlan, Serializer, stands_alone
from bolide.validation.dump_runtime import given_fields
from bolide.validation.encode import to_builtins
from bolide.validation.generics import sources_of
from bolide.validation.guard import is_guarded
from bolide.validation.tree import NO_DEFAULT, Node, RecordNode, TypeTree

__all__ = ["RecordPrinter", "written_twin"]


_LARGEST_INLINE: Final = 8  # fields of a record that is no function of its own


class _Printer(Protocol):
    """What the printer of nodes offers to the printer of records."""

    tree: TypeTree
    source: SourceBuilder
    namespace: Namespace
    variant: Variant

    @property
    def parameters(self) -> str: ...

    def expression(self, node: Node, it: str, inner: str) -> str: ...

    def passes(self, node: Node) -> bool: ...

    def passes_unseen(self, node: Node) -> bool: ...

    def kind_test(self, record: RecordNode, it: str) -> str: ...


class RecordPrinter:
    """Prints the function of one record at a time."""

    __slots__ = ("_printer", "_twins")

    def __init__(self, printer: _Printer) -> None:
        self._printer = printer
        self._twins: dict[Any, Any] = {}

    def print(self, plan: RecordPlan, name: str) -> None:
        """Print the function *name*, which dumps one record.

        Raises:
            TypeError: Unset fields are to be left out, and the model does not know which those are.
        """
        printer, cls, plan = self._printer, plan.record.cls, self._with_kept_fields(plan)
        parameters = printer.parameters
        with printer.source.block(f"def {name}(it, options{parameters}):"):
            with printer.source.block(f"if not ({printer.kind_test(plan.record, 'it')}):"):
                printer.source.line(f"return unexpected(it, {cls.__name__!r}, options{parameters})")
            if plan.serializer is None or not self._acts(plan.serializer):
                self._print_fields(plan)
                return
            fields = printer.namespace.local(f"{name}_fields")
            handler = f"lambda value: {fields}(value, options{parameters})"
            result = self._call(plan.serializer, "it", "", handler, None, parameters)
            printer.source.line(f"return {result}")
        printer.source.line("")
        printer.source.line("")
        with printer.source.block(f"def {fields}(it, options{parameters}):"):
            self._print_fields(plan)

    def inline(self, plan: RecordPlan, it: str) -> str | None:
        """Return the expression for the record *it*, if it is a short one; else None."""
        plan = self._with_kept_fields(plan)
        fields = [field for field in plan.fields if self._is_written(field)]
        if plan.record.kind != "model" or plan.serializer is not None or len(fields) > _LARGEST_INLINE:
            return None
        if self._needs_statements(plan, fields) or any(self._is_conditional(plan, field) for field in fields):
            return None
        if not all(map(self._passes, fields)):
            return None
        opening, values, closing = self._literal(plan, fields, it)
        return f"{opening}{', '.join(values)}{closing}"

    def _with_kept_fields(self, plan: RecordPlan) -> RecordPlan:
        """Return *plan* without a search in fields of models that cannot hold anything but scalars."""
        printer = self._printer
        if plan.record.kind != "model" or not printer.variant.searches:
            return plan
        fields = (
            replace(field, is_kept=not field.computed and is_guarded(field, printer.tree))
            if field.serializer is None and printer.passes_unseen(field.node)
            else field
            for field in plan.fields
        )
        return replace(plan, fields=tuple(fields))

    def _passes(self, field: FieldPlan) -> bool:
        """Tell whether the value of *field* is written as it is."""
        return field.is_kept or (field.serializer is None and self._printer.passes(field.node))

    def _print_fields(self, plan: RecordPlan) -> None:
        source = self._printer.source
        fields = [field for field in plan.fields if self._is_written(field)]
        if plan.record.is_array:
            source.line(f"return {self._array(plan)}")
            return
        if self._leaves_out_unset(plan):
            given = "it.model_fields_set"
            if sources_of(plan.record.cls):  # an instance of those may not know
                given = f"{self._printer.namespace.bind('given_fields', given_fields)}(it)"
            source.line(f"given = {given}")
        if not self._needs_statements(plan, fields):
            self._print_literal(plan, fields)
            return
        source.line(f"dumped = {{{_tag_text(plan)}}}")
        for field in fields:
            self._print_conditional(plan, field)
        if plan.extras is not None:
            self._print_extras(plan, plan.extras)
        source.line("return dumped")

    def _array(self, plan: RecordPlan) -> str:
        """Return the expression of a record that is written as an array: its fields are known by position."""
        printer = self._printer
        values = [self._access(plan, field) for field in plan.fields]
        tags = [] if plan.tag is None else [repr(plan.tag[1])]
        if not printer.variant.selects:
            written = [self._value(*each, "") for each in zip(plan.fields, values, strict=True)]
            return _tuple_of([*tags, *written])
        functions = [
            *("None" for _ in tags),
            *self._position_functions(plan),
        ]
        call = printer.namespace.bind("selected_places", selected_places)
        arguments = f"{_tuple_of([*tags, *values])}, {_tuple_of(functions)}"
        return f"{call}({arguments}, options{printer.parameters})"

    def _position_functions(self, plan: RecordPlan) -> list[str]:
        """Return what dumps the fields of a record that is written as an array."""
        printer = self._printer
        return [
            "None"
            if self._passes(field)
            else f"lambda value, options, include, exclude: {self._value(field, 'value', printer.parameters)}"
            for field in plan.fields
        ]

    def _needs_statements(self, plan: RecordPlan, fields: list[FieldPlan]) -> bool:
        """Tell whether one expression cannot make the record: a dictionary without some of its keys."""
        if plan.extras is not None:
            return True
        return not self._is_twin(plan, fields) and any(self._is_conditional(plan, field) for field in fields)

    def _is_twin(self, plan: RecordPlan, fields: list[FieldPlan]) -> bool:
        names = {self._name(plan, field) for field in fields}
        return self._printer.variant.twins and len(names) == len(fields)

    def _print_literal(self, plan: RecordPlan, fields: list[FieldPlan]) -> None:
        source = self._printer.source
        opening, values, closing = self._literal(plan, fields, "it")
        if not values:
            source.line(f"return {opening}{closing}")
            return
        with source.block(f"return {opening}"):
            for value in values:
                source.line(f"{value},")
        source.line(closing)

    def _literal(self, plan: RecordPlan, fields: list[FieldPlan], it: str) -> tuple[str, list[str], str]:
        """Return the beginning, the parts and the end of the expression that makes the record."""
        names = [self._name(plan, field) for field in fields]
        if not self._is_twin(plan, fields):
            values = [self._value(field, self._access(plan, field, it), "") for field in fields]
            parts = [f"{name!r}: {value}" for name, value in zip(names, values, strict=True)]
            return "{", parts if plan.tag is None else [_tag_text(plan), *parts], "}"
        twin = self._twins.get(plan.record.cls)
        if twin is None:
            twin = self._twins[plan.record.cls] = written_twin(plan, names)
        name = self._printer.namespace.bind(f"{plan.record.cls.__name__}Written", twin)
        return f"{name}(", [self._part(plan, field, it) for field in fields], ")"

    def _part(self, plan: RecordPlan, field: FieldPlan, it: str) -> str:
        """Return the expression of one field of a twin: ``UNSET``, which is not written, to leave it out."""
        inner = ", *chosen" if self._printer.variant.selects else ""
        access = self._access(plan, field, it)
        before, conditions = self._conditions_before(plan, field), self._conditions_on_value(field)
        value = self._value(field, "value" if conditions else access, inner)
        if not before and not conditions:
            return value
        # The first condition that needs the value names it.
        named = [
            each.format(f"(value := {access})" if n == 0 else "value") for n, each in enumerate(conditions)
        ]
        unset = self._printer.namespace.bind("UNSET", msgspec.UNSET)
        return f"({value} if {' and '.join((*before, *named))} else {unset})"

    def _print_conditional(self, plan: RecordPlan, field: FieldPlan) -> None:
        """Print the statements that put *field* into ``dumped``, unless a condition speaks against it."""
        source, name = self._printer.source, self._name(plan, field)
        inner = ", *chosen" if self._printer.variant.selects else ""
        before = self._conditions_before(plan, field)
        access = self._access(plan, field)
        conditions = self._conditions_on_value(field)

        def print_assignment() -> None:
            if not conditions:
                source.line(f"dumped[{name!r}] = {self._value(field, access, inner)}")
                return
            source.line(f"value = {access}")
            with source.block(f"if {' and '.join(each.format('value') for each in conditions)}:"):
                source.line(f"dumped[{name!r}] = {self._value(field, 'value', inner)}")

        if not before:
            print_assignment()
            return
        with source.block(f"if {' and '.join(before)}:"):
            print_assignment()

    def _print_extras(self, plan: RecordPlan, node: Node) -> None:
        """Print the loop over the keys that no field has."""
        source, variant = self._printer.source, self._printer.variant
        inner, conditions = "", list[str]()
        if variant.exclude_none:
            conditions.append("value is not None")
        if variant.selects:
            inner, call = ", *chosen", self._printer.namespace.bind("select", select)
            conditions.append(f"(chosen := {call}(include, exclude, key)) is not None")
        extras = "it.model_extra"
        if plan.record.kind == "typed_dict":
            known = frozenset(field.name for field in plan.fields)
            names = self._printer.namespace.bind(f"FIELDS_OF_{plan.record.cls.__name__}", known)
            extras = "it"
            conditions.insert(0, f"key not in {names}")
        assignment = f"dumped[key] = {self._printer.expression(node, 'value', inner)}"
        with source.block(f"for key, value in {extras}.items():"):
            if not conditions:
                source.line(assignment)
                return
            with source.block(f"if {' and '.join(conditions)}:"):
                source.line(assignment)

    def _is_written(self, field: FieldPlan) -> bool:
        return not field.exclude and not (field.computed and self._printer.variant.exclude_computed_fields)

    def _leaves_out_unset(self, plan: RecordPlan) -> bool:
        wanted = plan.leaves_out_unset or self._printer.variant.exclude_unset
        if not wanted or not plan.may_have_unset_fields:
            return False
        if not plan.tracks_fields_set and stands_alone(plan.record.cls, self._printer.tree):
            name = plan.record.cls.__name__
            raise TypeError(
                f"{name} does not know which of its fields were set; "
                f"declare it as class {name}(Model, track_fields_set=True)"
            )
        return plan.tracks_fields_set

    def _is_conditional(self, plan: RecordPlan, field: FieldPlan) -> bool:
        return bool(self._conditions_before(plan, field) or self._conditions_on_value(field))

    def _conditions_before(self, plan: RecordPlan, field: FieldPlan) -> list[str]:
        variant, conditions = self._printer.variant, list[str]()
        if plan.record.kind == "typed_dict" and not field.computed:
            conditions.append(f"{field.name!r} in it")
        if self._leaves_out_unset(plan) and not field.computed:
            conditions.append(f"{field.name!r} in given")
        if variant.selects:
            call = self._printer.namespace.bind("select", select)
            conditions.append(f"(chosen := {call}(include, exclude, {field.name!r})) is not None")
        return conditions

    def _conditions_on_value(self, field: FieldPlan) -> list[str]:
        """Return what must hold of the value, which stands for ``{}``."""
        variant, bind, conditions = self._printer.variant, self._printer.namespace.bind, list[str]()
        if variant.exclude_none:
            conditions.append("{} is not None")
        if variant.exclude_defaults and not field.factory_takes_data:
            if field.default_factory is not None:
                conditions.append(f"{{}} != {bind(f'default_{field.name}', field.default_factory)}()")
            elif field.default is not NO_DEFAULT:
                conditions.append(f"{{}} != {bind(f'default_{field.name}', field.default)}")
        if field.exclude_if is not None:
            conditions.append(f"not {bind(f'excludes_{field.name}', field.exclude_if)}({{}})")
        return conditions

    def _name(self, plan: RecordPlan, field: FieldPlan) -> str:
        by_alias = self._printer.variant.by_alias
        return field.alias if (plan.uses_aliases if by_alias is None else by_alias) else field.name

    def _access(self, plan: RecordPlan, field: FieldPlan, it: str = "it") -> str:
        return f"{it}[{field.name!r}]" if plan.record.kind == "typed_dict" else f"{it}.{field.name}"

    def serialized(
        self, serializer: Serializer, node: Node, it: str, inner: str, field_name: str | None = None
    ) -> str:
        """Return the expression that dumps the value *it* of *node* by *serializer*, where that acts."""
        if not self._acts(serializer):
            return self._printer.expression(node, it, inner)
        if serializer.keeps:
            return self._printer.expression(serializer.returns, it, inner)
        written = self._printer.expression(node, "value", inner)
        if self._printer.variant.mode == "json":  # the function gets what JSON has
            written = (
                f"{self._printer.namespace.bind('to_builtins', to_builtins)}({written}, options.fallback)"
            )
        handler = f"lambda value: {written}"
        if not serializer.when_used.endswith("unless-none"):
            return self._call(serializer, "it", it, handler, field_name, inner)
        value = self._printer.namespace.local(field_name or "value")
        call = self._call(serializer, "it", value, handler, field_name, inner)
        return f"(None if ({value} := {it}) is None else {call})"

    def _value(self, field: FieldPlan, it: str, inner: str) -> str:
        """Return the expression that dumps the value *it* of *field*."""
        if field.is_kept:
            return it
        if field.serializer is None:
            return self._printer.expression(field.node, it, inner)
        return self.serialized(field.serializer, field.node, it, inner, field.name)

    def _acts(self, serializer: Serializer) -> bool:
        return self._printer.variant.mode == "json" or not serializer.when_used.startswith("json")

    def _call(
        self, serializer: Serializer, owner: str, it: str, handler: str, field_name: str | None, inner: str
    ) -> str:
        """Return the expression that calls *serializer* and dumps what it returns."""
        bind = self._printer.namespace.bind
        arguments = [owner] if serializer.takes_owner else []
        arguments += [it] if it else []
        arguments += [handler] if serializer.mode == "wrap" else []
        if serializer.takes_info:
            make = bind("serialization_info", serialization_info)
            arguments.append(f"{make}(options, {field_name!r}{inner})")
        function = bind(_function_name(serializer.function), serializer.function)
        # What is selected was its business, or that of its handler.
        rest = ", None, None" if self._printer.variant.selects else ""
        return self._printer.expression(serializer.returns, f"{function}({', '.join(arguments)})", rest)


def _tag_text(plan: RecordPlan) -> str:
    """Return the entry for the tag of a record in the text of a dictionary."""
    return "" if plan.tag is None else f"{plan.tag[0]!r}: {plan.tag[1]!r}"


def _tuple_of(items: list[str]) -> str:
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"


def _function_name(function: Callable[..., Any]) -> str:
    return str(getattr(function, "__name__", "serialize"))


def written_twin(plan: RecordPlan, names: Sequence[str] | None = None) -> Any:
    """Return a struct class whose instances are written as *plan* says.

    Args:
        plan: Its fields are those of the class, in order.
        names: The keys under which they are written; left out, their aliases.
    """
    names = [field.alias for field in plan.fields] if names is None else names
    fields = [(f"field_{n}", Any) for n in range(len(names))]
    renamed = {field: key for (field, _), key in zip(fields, names, strict=True)}
    tag_field, tag = plan.tag or (None, None)
    return msgspec.defstruct(
        f"{plan.record.cls.__name__}Written", fields, rename=renamed, gc=False, tag_field=tag_field, tag=tag
    )
