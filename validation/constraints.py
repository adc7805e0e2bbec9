"""Put constraints onto nodes: which constraint fits which type, in normal form.

Constraints of a union go to the branches they fit (msgspec refuses them on the union itself, and
``Optional`` is the usual case); one that fits nowhere is an error.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from msgspec.structs import replace

from bolide.validation.fields import FieldInfo
from bolide.validation.hints import TypeHintError
from bolide.validation.tree import (
    ArrayNode,
    BytesNode,
    CustomNode,
    FloatNode,
    FunctionNode,
    IntNode,
    MapNode,
    Node,
    StrNode,
    UnionNode,
)

__all__ = ["constrain"]

_BOUNDS: Final[Mapping[str, str]] = {
    "gt": "exclusive_minimum",
    "ge": "minimum",
    "lt": "exclusive_maximum",
    "le": "maximum",
    "multiple_of": "multiple_of",
}

# node type -> {name in Field: attribute of the node}
_FITTING: Final[Mapping[type[Node], Mapping[str, str]]] = {
    IntNode: _BOUNDS,
    FloatNode: _BOUNDS,
    StrNode: {"min_length": "min_length", "max_length": "max_length", "pattern": "pattern"},
    BytesNode: {"min_length": "min_length", "max_length": "max_length"},
    ArrayNode: {"min_length": "min_items", "max_length": "max_items"},
    MapNode: {"min_length": "min_properties", "max_length": "max_properties"},
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
            raise TypeHintError(f"{name} does not apply to this type")
    return _apply(node, constraints)


def _fits(node: Node, name: str) -> bool:
    if isinstance(node, UnionNode):
        return any(_fits(option, name) for option in node.options)
    if isinstance(node, CustomNode):
        return _fits(node.wire, name)
    if isinstance(node, FunctionNode) and node.mode in (
        "before",
        "dump",
    ):  # what comes out is what the type makes
        return _fits(node.inner, name)
    return name in _FITTING.get(type(node), {})


def _apply(node: Node, constraints: Mapping[str, Any]) -> Node:
    if isinstance(node, UnionNode):
        return replace(node, options=tuple(_apply(option, constraints) for option in node.options))
    if isinstance(node, CustomNode):
        return replace(node, wire=_apply(node.wire, constraints))
    if isinstance(node, FunctionNode):
        return replace(node, inner=_apply(node.inner, constraints))
    fitting = _FITTING.get(type(node), {})
    changes: dict[str, Any] = {}
    for name, value in constraints.items():
        if (attribute := fitting.get(name)) is None:
            continue
        value = _NORMALISE[name](node, name, value)
        if value is not None:
            changes[attribute] = _tighter(name, getattr(node, attribute), value)
    constrained = replace(node, **changes)
    _check_satisfiable(constrained)
    return constrained


def _tighter(name: str, known: Any, value: Any) -> Any:
    if known is None:
        return value
    if name in ("gt", "ge", "min_length"):
        return max(known, value)
    if name in ("lt", "le", "max_length"):
        return min(known, value)
    if known != value:
        raise TypeHintError(f"two different values of {name}: {known!r} and {value!r}")
    return value


def _normal_bound(node: Node, name: str, value: Any) -> int | float | None:
    """Return a bound in the type of the node; ``None`` when it excludes nothing."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or math.isnan(value):
        raise TypeHintError(f"{name}={value!r} is not a number")
    if math.isinf(value):
        if (value > 0) == (name in ("lt", "le")):
            return None
        raise TypeHintError(f"{name}={value!r} leaves no value possible")
    if isinstance(node, FloatNode):
        return float(value)
    if value == int(value):
        return int(value)
    # Between two integers "greater" and "greater or equal" are one; the same below.
    round_up = name in ("ge", "lt")
    return math.ceil(value) if round_up else math.floor(value)


def _normal_divisor(node: Node, name: str, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not math.isfinite(value):
        raise TypeHintError(f"{name}={value!r} is not a number")
    if value <= 0:
        raise TypeHintError(f"{name}={value!r} must be greater than 0")
    if isinstance(node, FloatNode):
        return float(value)
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
    return value


_NORMALISE: Final[Mapping[str, Callable[[Node, str, Any], Any]]] = {
    "gt": _normal_bound,
    "ge": _normal_bound,
    "lt": _normal_bound,
    "le": _normal_bound,
    "multiple_of": _normal_divisor,
    "min_length": _normal_length,
    "max_length": _normal_length,
    "pattern": _normal_pattern,
}


def _check_satisfiable(node: Node) -> None:
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
        if least > most or (least == most and "exclusive" in low + high):
            raise TypeHintError(f"{low}={least} and {high}={most} leave no value possible")
