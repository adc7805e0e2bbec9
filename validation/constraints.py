"""Put constraints onto nodes: which constraint fits which type, in normal form.

Constraints of a union go to the branches they fit (msgspec refuses them on the union itself, and
``Optional`` is the usual case); one that fits nowhere is an error.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from bolide.validation.fields import FieldInfo
from bolide.validation.hints import TypeHintError
from bolide.validation.late_constraints import LateConstraints
from bolide.validation.patterns import warn_of_backtracking
from bolide.validation.tree import (
    ArrayNode,
    BytesNode,
    CustomNode,
    DateNode,
    DateTimeNode,
    DecimalNode,
    FloatNode,
    FunctionNode,
    IntNode,
    MapNode,
    Node,
    StrNode,
    TimeDeltaNode,
    TimeNode,
    TupleNode,
    UnionNode,
)

__all__ = ["constrain"]

_LIMITS: Final[Mapping[str, str]] = {
    "gt": "exclusive_minimum",
    "ge": "minimum",
    "lt": "exclusive_maximum",
    "le": "maximum",
}
_BOUNDS: Final[Mapping[str, str]] = {**_LIMITS, "multiple_of": "multiple_of"}
_LENGTHS: Final[Mapping[str, str]] = {"min_length": "min_length", "max_length": "max_length"}
_ITEMS: Final[Mapping[str, str]] = {
    "min_length": "min_items",
    "max_length": "max_items",
    "fail_fast": "fail_fast",
}

# node type -> {name in Field: attribute of the node}
_FITTING: Final[Mapping[type[Node], Mapping[str, str]]] = {
    IntNode: _BOUNDS,
    FloatNode: {**_BOUNDS, "allow_inf_nan": "finite"},
    DecimalNode: {
        **_BOUNDS,
        "allow_inf_nan": "finite",
        "max_digits": "max_digits",
        "decimal_places": "decimal_places",
    },
    DateTimeNode: _LIMITS,
    DateNode: _LIMITS,
    TimeNode: _LIMITS,
    TimeDeltaNode: _LIMITS,
    StrNode: {
        **_LENGTHS,
        "pattern": "pattern",
        "strip_whitespace": "strip",
        "to_lower": "case",
        "to_upper": "case",
        "ascii_only": "is_ascii",
        "coerce_numbers_to_str": "from_numbers",
    },
    BytesNode: _LENGTHS,
    ArrayNode: _ITEMS,
    TupleNode: _ITEMS,
    MapNode: {"min_length": "min_properties", "max_length": "max_properties", "fail_fast": "fail_fast"},
}

# What a class must have for a constraint on its instances.
_NEEDED: Final[Mapping[str, str]] = {
    "gt": "__gt__",
    "ge": "__ge__",
    "lt": "__lt__",
    "le": "__le__",
    "multiple_of": "__mod__",
    "min_length": "__len__",
    "max_length": "__len__",
}


def constrain(node: Node, info: FieldInfo) -> Node:
    """Return *node* with the constraints of *info*.

    Raises:
        TypeHintError: A constraint does not fit the type, has a bad value, or leaves no value possible.
    """
    constraints = info.constraints()
    if not constraints:
        return node
    for name in constraints:
        if not _fits(node, name):
            raise TypeHintError(f"{name} does not apply to this type{_MEANT_FOR.get(name, '')}")
    return _apply(node, constraints)


def _fits(node: Node, name: str) -> bool:
    if isinstance(node, UnionNode):
        return any(_fits(option, name) for option in node.options)
    if isinstance(node, CustomNode):
        return _fits_result(node, name) or _fits(node.wire, name)
    if isinstance(node, FunctionNode) and node.mode in (
        "before",
        "dump",
    ):  # what comes out is what the type makes
        return _fits(node.inner, name)
    if isinstance(node, TimeDeltaNode) and name == "multiple_of":
        return True
    return name == "strict" or name in _FITTING.get(type(node), {})


def _fits_result(node: CustomNode, name: str) -> bool:
    """Tell whether the constraint is one on what *node* makes, rather than on its wire form."""
    if node.value is not None:
        return name in _NEEDED and not node.spec.limits_wire and _fits(node.value, name)
    needed = getattr(node.cls, _NEEDED.get(name, ""), None)
    if needed is None:
        return False
    return all(needed is not getattr(base, _NEEDED[name], None) for base in (object, msgspec.Struct))


def _apply(node: Node, constraints: Mapping[str, Any]) -> Node:
    if isinstance(node, UnionNode):
        return replace(node, options=tuple(_apply(option, constraints) for option in node.options))
    if isinstance(node, CustomNode):
        return _apply_to_custom(node, constraints)
    if isinstance(node, FunctionNode):
        return replace(node, inner=_apply(node.inner, constraints))
    if isinstance(node, TimeDeltaNode) and "multiple_of" in constraints:
        return _multiple_of_duration(node, constraints)
    fitting = _FITTING.get(type(node), {})
    changes: dict[str, Any] = {}
    for name, value in constraints.items():
        if name == "strict":
            changes[name] = value
        if (attribute := fitting.get(name)) is None:
            continue
        value = _NORMALISE[name](node, name, value)
        if value is not None:
            changes[attribute] = _tighter(name, getattr(node, attribute), value)
    constrained = replace(node, **changes)
    _check_satisfiable(constrained)
    return _with_possible_length(constrained) if isinstance(constrained, TupleNode) else constrained


def _multiple_of_duration(node: TimeDeltaNode, constraints: Mapping[str, Any]) -> Node:
    """Return *node* with a divisor, which no JSON number is; it is asked after everything else."""
    divisor = constraints["multiple_of"]
    if not isinstance(divisor, timedelta):
        raise TypeHintError(f"multiple_of={divisor!r} is not a timedelta")
    if divisor <= timedelta(0):
        raise TypeHintError(f"multiple_of={divisor!r} must be greater than 0")
    inner = _apply(node, {name: bound for name, bound in constraints.items() if name != "multiple_of"})
    return FunctionNode(mode="after", function=LateConstraints({"multiple_of": divisor}), inner=inner)


def _with_possible_length(node: TupleNode) -> TupleNode:
    """Return *node* without bounds that its positions imply."""
    size = len(node.items) + len(node.suffix)
    if node.rest is None and (node.min_items or 0) > size:
        raise TypeHintError(f"min_length={node.min_items} of a tuple of {size} leaves no value possible")
    if node.max_items is not None and node.max_items < size:
        raise TypeHintError(f"max_length={node.max_items} of a tuple of {size} leaves no value possible")
    is_implied = node.rest is None or (node.min_items or 0) <= size
    return replace(
        node,
        min_items=None if is_implied else node.min_items,
        max_items=None if node.rest is None else node.max_items,
    )


def _apply_to_custom(node: CustomNode, constraints: Mapping[str, Any]) -> Node:
    of_result = tuple((name, bound) for name, bound in constraints.items() if _fits_result(node, name))
    of_wire = {name: bound for name, bound in constraints.items() if (name, bound) not in of_result}
    return replace(node, wire=_apply(node.wire, of_wire), constraints=(*node.constraints, *of_result))


def _tighter(name: str, known: Any, value: Any) -> Any:
    if known is None:
        return value
    if name in ("gt", "ge", "min_length"):
        return max(known, value)
    if name in ("lt", "le", "max_length", "max_digits", "decimal_places"):
        return min(known, value)
    if isinstance(value, bool) or name in ("to_lower", "to_upper"):
        return value
    if known != value:
        raise TypeHintError(f"two different values of {name}: {known!r} and {value!r}")
    return value


def _normal_bound(node: Node, name: str, value: Any) -> Any:
    """Return a bound in the type of the node; ``None`` when it excludes nothing."""
    if (moment := _TEMPORAL.get(type(node))) is not None:
        if not isinstance(value, moment) or (moment is date and isinstance(value, datetime)):
            raise TypeHintError(f"{name}={value!r} is not a {moment.__name__}")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or math.isnan(value):
        raise TypeHintError(f"{name}={value!r} is not a number")
    if math.isinf(value):
        if (value > 0) == (name in ("lt", "le")):
            return None
        raise TypeHintError(f"{name}={value!r} leaves no value possible")
    if isinstance(node, FloatNode):
        return float(value)
    if isinstance(node, DecimalNode):
        return Decimal(str(value))
    if value == int(value):
        return int(value)
    # Between two integers "greater" and "greater or equal" are one; the same below.
    round_up = name in ("ge", "lt")
    return math.ceil(value) if round_up else math.floor(value)


def _normal_divisor(node: Node, name: str, value: Any) -> int | float | Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not math.isfinite(value):
        raise TypeHintError(f"{name}={value!r} is not a number")
    if value <= 0:
        raise TypeHintError(f"{name}={value!r} must be greater than 0")
    if isinstance(node, FloatNode):
        return float(value)
    if isinstance(node, DecimalNode):
        return Decimal(str(value))
    if value != int(value):
        raise TypeHintError(f"{name}={value!r} of an integer must be an integer")
    return int(value)


def _normal_length(_node: Node, name: str, value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeHintError(f"{name}={value!r} is not a length")
    return None if name == "min_length" and value == 0 else value


def _normal_pattern(_node: Node, name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeHintError(f"{name}={value!r} is not a string")
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        raise TypeHintError(f"{name}={value!r} is not a regular expression: {error}") from error
    warn_of_backtracking(value)
    return value


def _normal_option(_node: Node, name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeHintError(f"{name}={value!r} is neither True nor False")
    return not value if name == "allow_inf_nan" else value


def _normal_case(_node: Node, name: str, value: Any) -> str | None:
    return name.removeprefix("to_") if value else None


_MEANT_FOR: Final[Mapping[str, str]] = {
    **dict.fromkeys(("gt", "ge", "lt", "le"), ", but to numbers, dates, times and durations"),
    **dict.fromkeys(("min_length", "max_length"), ", but to text, bytes and collections"),
    **dict.fromkeys(("max_digits", "decimal_places"), ", but to Decimal"),
    **dict.fromkeys(("strip_whitespace", "to_lower", "to_upper", "ascii_only", "pattern"), ", but to str"),
    "allow_inf_nan": ", but to float and Decimal",
    "coerce_numbers_to_str": ", but to str",
    "fail_fast": ", but to collections",
    "multiple_of": ", but to numbers and durations",
}

_DECLARED: Final[Mapping[str, str]] = {
    "min_length": "min_length",
    "max_length": "max_length",
    "min_items": "min_length",
    "max_items": "max_length",
    "min_properties": "min_length",
    "max_properties": "max_length",
    "minimum": "ge",
    "maximum": "le",
    "exclusive_minimum": "gt",
    "exclusive_maximum": "lt",
}

_TEMPORAL: Final[Mapping[type[Node], type[Any]]] = {
    DateTimeNode: datetime,
    DateNode: date,
    TimeNode: time,
    TimeDeltaNode: timedelta,
}

_NORMALISE: Final[Mapping[str, Callable[[Node, str, Any], Any]]] = {
    "gt": _normal_bound,
    "ge": _normal_bound,
    "lt": _normal_bound,
    "le": _normal_bound,
    "multiple_of": _normal_divisor,
    "min_length": _normal_length,
    "max_length": _normal_length,
    "pattern": _normal_pattern,
    "allow_inf_nan": _normal_option,
    "max_digits": _normal_length,
    "decimal_places": _normal_length,
    "strip_whitespace": _normal_option,
    "to_lower": _normal_case,
    "to_upper": _normal_case,
    "ascii_only": _normal_option,
    "coerce_numbers_to_str": _normal_option,
    "fail_fast": _normal_option,
}


def _check_satisfiable(node: Node) -> None:
    if (
        isinstance(node, DecimalNode)
        and not node.finite
        and (node.max_digits, node.decimal_places) != (None,) * 2
    ):
        raise TypeHintError("allow_inf_nan=True cannot be used with max_digits or decimal_places")
    for low, high in (
        ("min_length", "max_length"),
        ("min_items", "max_items"),
        ("min_properties", "max_properties"),
        ("minimum", "maximum"),
        ("exclusive_minimum", "maximum"),
        ("minimum", "exclusive_maximum"),
        ("exclusive_minimum", "exclusive_maximum"),
    ):
        least, most = getattr(node, low, None), getattr(node, high, None)
        if least is None or most is None:
            continue
        if getattr(least, "tzinfo", None) is not getattr(most, "tzinfo", None):
            continue  # which is earlier depends on the value
        if least > most or (least == most and "exclusive" in low + high):
            declared = f"{_DECLARED[low]}={least} and {_DECLARED[high]}={most}"
            raise TypeHintError(f"{declared} leave no value possible")
