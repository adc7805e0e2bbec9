"""Let msgspec's decoder finish models: call validators as soon as the fields of an instance are filled.

A decode hook costs 0.3 µs per value. So a model whose fields have functions that run after reading gets a
twin: a subclass with the same layout. Its ``__post_init__`` calls the functions, and makes the instance one
of the model itself. The class of the model does none of that: what it gets elsewhere has been validated.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable
from typing import Any, Final

import msgspec

from bolide.validation.codegen import Namespace, SourceBuilder, compile_function
from bolide.validation.tree import FieldNode, FunctionNode, Node, RecordNode
from bolide.validation.twins import has_own_ways

__all__ = ["FinishingTwin", "finishing_twin"]

_TWIN: Final = "__bolide_finishing_twin__"
_SET_CLASS: Final[Callable[[object, type], None]] = object.__dict__["__class__"].__set__


class FinishingTwin(msgspec.Struct, frozen=True):
    """The class that stands in for *record*; *finished* holds what is read of fields before the functions."""

    cls: Any
    record: RecordNode
    finished: dict[str, Node]

    def annotations(self, lower: Callable[[Any], Any]) -> dict[str, Any]:
        """Return the lowered types of all fields."""
        return {field.name: lower(self.finished.get(field.name, field.node)) for field in self.record.fields}


def finishing_twin(
    record: RecordNode, is_native: Callable[[Node], bool], reaches_function: Callable[[Node], bool]
) -> FinishingTwin | None:
    """Return the twin of the model *record*; None when it has nothing to do, or cannot do it in order.

    Args:
        record: The model.
        is_native: Tells whether msgspec alone reads a node.
        reaches_function: Tells whether reading a node calls functions of the user's.
    """
    cls: Any = record.cls
    if has_own_ways(cls):
        return None
    with_functions = [field for field in record.fields if reaches_function(field.node)]
    chains = {
        field.name: chain for field in with_functions if (chain := _chain(field, is_native)) is not None
    }
    if len(chains) < len(with_functions):  # the others would run first, whatever their order
        return None
    slots = {name: inspect.getattr_static(cls, name, None) for name in chains}
    if not chains or not all(isinstance(slot, types.MemberDescriptorType) for slot in slots.values()):
        return None
    twin = cls.__dict__.get(_TWIN)
    if twin is None:
        twin = _make_twin(cls, {name: functions for name, (_, functions) in chains.items()}, slots)
        setattr(cls, _TWIN, twin)
    return FinishingTwin(twin, record, {name: node for name, (node, _) in chains.items()})


def _chain(
    field: FieldNode, is_native: Callable[[Node], bool]
) -> tuple[Node, tuple[Callable[..., Any], ...]] | None:
    """Return what msgspec reads of *field*, and the functions that run then, in their order."""
    if not field.required:  # nothing tells a default, which no function gets, from an input
        return None
    node, functions = field.node, list[Callable[..., Any]]()
    while isinstance(node, FunctionNode) and node.mode == "after" and not node.takes_info:
        functions.insert(0, node.function)
        node = node.inner
    return (node, tuple(functions)) if functions and is_native(node) else None


def _make_twin(cls: Any, functions: dict[str, tuple[Callable[..., Any], ...]], slots: dict[str, Any]) -> Any:
    namespace: dict[str, Any] = {
        "__annotations__": {},
        "__module__": cls.__module__,
        "__qualname__": cls.__qualname__,
        "__post_init__": _compile_finish(cls, functions, slots),
    }
    # The metaclass of models would read a declaration here.
    make: Any = msgspec.StructMeta.__new__
    return make(type(cls), cls.__name__, (cls,), namespace, kw_only=True)


def _compile_finish(
    cls: Any, functions: dict[str, tuple[Callable[..., Any], ...]], slots: dict[str, Any]
) -> Callable[..., Any]:
    """Return the generated function that finishes an instance; whatever it raises means: walk."""
    names = Namespace(reserved=frozenset({"self", "finish"}))
    source = SourceBuilder()
    with source.block("def finish(self):"):
        source.line(f"{names.bind('set_class', _SET_CLASS)}(self, {names.bind(cls.__name__, cls)})")
        for name, chain in functions.items():
            value = f"self.{name}"
            for function in chain:
                value = f"{names.bind(getattr(function, '__name__', 'validate'), function)}({value})"
            # hot: assignment would ask what the model promises, 0.4 µs.
            source.line(f"{names.bind(f'set_{name}', slots[name].__set__)}(self, {value})")
        own = getattr(cls, "__post_init__", None)
        if own is not None:
            source.line(f"{names.bind('post_init', own)}(self)")
    label = f"finish {cls.__qualname__}"
    return compile_function("finish", source.source(), names, label=label)
