"""Let msgspec's decoder finish what it reads: rules and validators run as soon as plain values are there.

A decode hook costs 0.3 µs per value, and more for what it does. So a model with fields that have a plan (see
:mod:`~bolide.validation.finish_plan`) gets a twin: a subclass with the same layout. Its ``__post_init__``
does the steps of the plans, and makes the instance one of the model itself. The class of the model does
none of that: what it gets elsewhere has been validated. Bare values are finished after decoding.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from bolide.validation.class_body import default_of
from bolide.validation.codegen import Namespace, SourceBuilder, compile_function
from bolide.validation.finish_plan import FinishPlan, FinishPlanner
from bolide.validation.finish_steps import print_steps, replaces
from bolide.validation.records import MODEL_DECLARATION, ModelDeclaration
from bolide.validation.tree import FieldNode, RecordNode

__all__ = ["FinishingTwin", "finishing_decode", "finishing_twin", "has_own_ways"]

_TWINS: Final = "__bolide_finishing_twins__"
_SET_CLASS: Final[Callable[[object, type], None]] = object.__dict__["__class__"].__set__


class FinishingTwin(msgspec.Struct, frozen=True):
    """The class that stands in for *record*, some of whose fields are read as *plans* say."""

    cls: Any
    record: RecordNode
    plans: Mapping[str, FinishPlan]

    def annotations(self, lower: Callable[[Any], Any]) -> dict[str, Any]:
        """Return the lowered types of all fields."""
        return {
            field.name: lower(field.node) if (plan := self.plans.get(field.name)) is None else plan.lowered
            for field in self.record.fields
        }


def finishing_twin(record: RecordNode, planner: FinishPlanner) -> FinishingTwin | None:
    """Return the twin of the model *record*; None when it has nothing to do, or cannot do it in order."""
    cls: Any = record.cls
    plans = {field.name: plan for field in record.fields if (plan := planner.plan(field.node)) is not None}
    if not plans or has_own_ways(cls):
        return None
    others = (field.node for field in record.fields if field.name not in plans)
    if any(map(planner.reaches_function, others)):  # which would run first, whatever their order
        return None
    slots = {name: inspect.getattr_static(cls, name, None) for name in plans}
    if not all(isinstance(slot, types.MemberDescriptorType) for slot in slots.values()):
        return None
    twins: dict[bool, Any] | None = cls.__dict__.get(_TWINS)
    if twins is None:
        twins = {}
        setattr(cls, _TWINS, twins)
    if planner.strict not in twins:
        twins[planner.strict] = _make_twin(record, plans, slots)
    return FinishingTwin(twins[planner.strict], record, plans)


def has_own_ways(cls: Any) -> bool:
    """Tell whether *cls* has a tag already, or would notice a subclass."""
    if cls.__struct_config__.tag is not None:
        return True
    bases = [base for base in cls.__mro__ if base not in (object, typing.Generic)]
    return any("__init_subclass__" in base.__dict__ for base in bases)


def finishing_decode(
    decode: Callable[[bytes], Any], plan: FinishPlan, *, label: str
) -> Callable[[bytes], Any]:
    """Return the generated function that decodes with *decode*, and then does the steps of *plan*."""
    names = Namespace(reserved=frozenset({"data", "value", "decode_finished"}))
    source = SourceBuilder()
    with source.block("def decode_finished(data):"):
        source.line(f"value = {names.bind('decode', decode)}(data)")
        print_steps(source, names, "value", plan.steps)
        source.line("return value")
    return compile_function("decode_finished", source.source(), names, label=label)


def _make_twin(record: RecordNode, plans: Mapping[str, FinishPlan], slots: Mapping[str, Any]) -> Any:
    cls: Any = record.cls
    declaration: ModelDeclaration = cls.__dict__[MODEL_DECLARATION]
    namespace: dict[str, Any] = {
        "__annotations__": {},
        "__module__": cls.__module__,
        "__qualname__": cls.__qualname__,
        "__post_init__": _compile_finish(record, plans, slots),
    }
    if not declaration.config.track_fields_set:  # whose defaults are UNSET already
        for field in record.fields:
            if field.name in plans and not field.required:
                namespace["__annotations__"][field.name] = Any
                namespace[field.name] = msgspec.field(default=msgspec.UNSET, name=field.wire_name)
    # The metaclass of models would read a declaration here.
    make: Any = msgspec.StructMeta.__new__
    return make(type(cls), cls.__name__, (cls,), namespace, kw_only=True)


def _compile_finish(
    record: RecordNode, plans: Mapping[str, FinishPlan], slots: Mapping[str, Any]
) -> Callable[..., Any]:
    """Return the generated function that finishes an instance; whatever it raises means: walk."""
    cls: Any = record.cls
    names = Namespace(reserved=frozenset({"self", "finish"}))
    source = SourceBuilder()
    with source.block("def finish(self):"):
        source.line(f"{names.bind('set_class', _SET_CLASS)}(self, {names.bind(cls.__name__, cls)})")
        for field in record.fields:
            if field.name in plans:
                # hot: assignment would ask what the model promises, 0.4 µs.
                setter = names.bind(f"set_{field.name}", slots[field.name].__set__)
                _print_field(source, names, field, (plans[field.name], cls, setter))
        own = getattr(cls, "__post_init__", None)
        if own is not None:
            source.line(f"{names.bind('post_init', own)}(self)")
    label = f"finish {cls.__qualname__}"
    return compile_function("finish", source.source(), names, label=label)


def _print_field(
    source: SourceBuilder, names: Namespace, field: FieldNode, known: tuple[FinishPlan, Any, str]
) -> None:
    """Print how *field* is finished; *known* are its plan, the model, and the name of what sets it."""
    plan, cls, setter = known
    variable = names.local(field.name)
    source.line(f"{variable} = self.{field.name}")
    if field.required:
        _print_plan(source, names, variable, plan, setter)
        return
    declaration: ModelDeclaration = cls.__dict__[MODEL_DECLARATION]
    unset = names.bind("UNSET", msgspec.UNSET)
    if declaration.config.track_fields_set:
        with source.block(f"if {variable} is not {unset}:"):
            _print_plan(source, names, variable, plan, setter)
        return
    default, factory = default_of(declaration.fields[field.name])
    made = names.bind(f"default_of_{field.name}", default if factory is None else factory)
    with source.block(f"if {variable} is {unset}:"):
        source.line(f"{setter}(self, {made}{'' if factory is None else '()'})")
    with source.block("else:"):
        _print_plan(source, names, variable, plan, setter)


def _print_plan(
    source: SourceBuilder, names: Namespace, variable: str, plan: FinishPlan, setter: str
) -> None:
    print_steps(source, names, variable, plan.steps)
    if replaces(plan.steps):
        source.line(f"{setter}(self, {variable})")
