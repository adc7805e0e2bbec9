"""Let msgspec decode dataclasses whose own annotations it would read differently, or that have defaults.

Such a class gets a twin, as models do that are finished (:mod:`~bolide.validation.finishing`): a subclass
with the lowered types as annotations, whose ``__post_init__`` makes the instance one of the class itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from bolide.validation.codegen import Namespace, SourceBuilder, compile_function
from bolide.validation.finish_plan import FinishPlan, FinishPlanner
from bolide.validation.finish_steps import print_steps, replaces
from bolide.validation.finishing import FinishingTwin
from bolide.validation.native import defaults_left_out, is_plain
from bolide.validation.tree import RecordNode, RefNode

__all__ = ["dataclass_twin"]

_TWINS: Final = "__bolide_dataclass_twins__"
_SET_CLASS: Final[Callable[[object, type], None]] = object.__dict__["__class__"].__set__


def dataclass_twin(node: RefNode, record: RecordNode, planner: FinishPlanner) -> FinishingTwin | None:
    """Return the twin of the dataclass *record*, to which *node* refers; None when it cannot have one."""
    cls: Any = record.cls
    if record.kind != "dataclass" or node.target is not cls or type(cls) is not type:
        return None
    if not is_plain(record) or hasattr(cls, "__attrs_attrs__") or _notices_subclass(cls):
        return None
    plans = {
        field.name: plan
        for field in record.fields
        if field.required and (plan := planner.plan(field.node)) is not None
    }
    others = (field.node for field in record.fields if field.name not in plans)
    if any(map(planner.reaches_function, others)):  # which would run first, whatever their order
        plans = {}
    twins: dict[bool, Any] | None = cls.__dict__.get(_TWINS)
    if twins is None:
        twins = {}
        setattr(cls, _TWINS, twins)
    if planner.strict not in twins:
        namespace: dict[str, Any] = {
            "__annotations__": {},
            "__module__": cls.__module__,
            "__qualname__": cls.__qualname__,
            "__post_init__": _compile_finish(record, plans),
            "__slots__": (),
            # What msgspec would leave in the class.
            **dict.fromkeys(defaults_left_out(record), msgspec.UNSET),
        }
        twins[planner.strict] = type(cls.__name__, (cls,), namespace)
    return FinishingTwin(twins[planner.strict], record, plans)


def _notices_subclass(cls: Any) -> bool:
    return any("__init_subclass__" in base.__dict__ for base in cls.__mro__ if base is not object)


def _compile_finish(record: RecordNode, plans: Mapping[str, FinishPlan]) -> Callable[..., Any]:
    """Return the generated function that finishes an instance; whatever it raises means: walk."""
    cls: Any = record.cls
    names = Namespace(reserved=frozenset({"self", "finish"}))
    source = SourceBuilder()
    with source.block("def finish(self):"):
        for name, default in defaults_left_out(record).items():
            # hot: a look at __dict__ would make one, 0.2 µs on Python 3.13.
            with source.block(f"if self.{name} is {names.bind('UNSET', msgspec.UNSET)}:"):
                setter = names.bind("set_attribute", object.__setattr__)
                source.line(f"{setter}(self, {name!r}, {names.bind(f'default_of_{name}', default)})")
        source.line(f"{names.bind('set_class', _SET_CLASS)}(self, {names.bind(cls.__name__, cls)})")
        for name, plan in plans.items():
            variable = names.local(name)
            source.line(f"{variable} = self.{name}")
            print_steps(source, names, variable, plan.steps)
            if replaces(plan.steps):  # of frozen classes, too
                setter = names.bind("set_attribute", object.__setattr__)
                source.line(f"{setter}(self, {name!r}, {variable})")
        own = getattr(cls, "__post_init__", None)
        if own is not None:
            source.line(f"{names.bind('post_init', own)}(self)")
    return compile_function("finish", source.source(), names, label=f"finish {cls.__qualname__}")
