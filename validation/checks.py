"""Print the checks of a node's constraints.

One place for what a bound means, so that walkers (which report) and string parsers (which only refuse)
cannot disagree.
"""

from __future__ import annotations

import math
import re
from typing import Any, NamedTuple

from bolide.validation.codegen import Namespace
from bolide.validation.lax import is_multiple
from bolide.validation.patterns import anchor_pattern
from bolide.validation.tree import BytesNode, FloatNode, IntNode, Node, StrNode

__all__ = ["Check", "constant", "value_checks"]


class Check(NamedTuple):
    """A constraint: the condition under which it is broken, and the error it then is."""

    broken: str
    error_type: str
    ctx: tuple[tuple[str, object], ...]


def constant(value: object, namespace: Namespace) -> str:
    """Return an expression for *value*: its text for plain constants, else a bound name."""
    if isinstance(value, float) and not math.isfinite(value):
        return namespace.bind("infinite", value)
    if value is None or type(value) in (bool, int, float, str):
        return repr(value)
    return namespace.bind("constant", value)


def value_checks(node: Node, variable: str, namespace: Namespace) -> list[Check]:
    """Return the checks of a scalar *node* for the variable that holds its parsed value, in order."""
    if isinstance(node, (IntNode, FloatNode)):
        return _number_checks(node, variable, namespace)
    if isinstance(node, (StrNode, BytesNode)):
        return _length_checks(node, variable, namespace)
    return []


def _number_checks(node: IntNode | FloatNode, variable: str, namespace: Namespace) -> list[Check]:
    checks: list[Check] = []

    def add(condition: str, error_type: str, name: str, bound: float | None) -> None:
        if bound is not None:
            shown = condition.format(variable=variable, bound=constant(bound, namespace))
            checks.append(Check(shown, error_type, ((name, bound),)))

    if isinstance(node, FloatNode):
        # "not below" instead of "at or above": NaN breaks every bound.
        divides = f"not {namespace.bind('is_multiple', is_multiple)}({{variable}}, {{bound}})"
        at_most, below = "not {variable} <= {bound}", "not {variable} < {bound}"
        at_least, above = "not {variable} >= {bound}", "not {variable} > {bound}"
    else:
        divides = "{variable} % {bound}"
        at_most, below = "{variable} > {bound}", "{variable} >= {bound}"
        at_least, above = "{variable} < {bound}", "{variable} <= {bound}"
    add(divides, "multiple_of", "multiple_of", node.multiple_of)
    add(at_most, "less_than_equal", "le", node.maximum)
    add(below, "less_than", "lt", node.exclusive_maximum)
    add(at_least, "greater_than_equal", "ge", node.minimum)
    add(above, "greater_than", "gt", node.exclusive_minimum)
    return checks


def _length_checks(node: StrNode | BytesNode, variable: str, namespace: Namespace) -> list[Check]:
    kind = "string" if isinstance(node, StrNode) else "bytes"
    checks: list[Check] = []
    if node.min_length is not None:
        broken = f"len({variable}) < {node.min_length}"
        checks.append(Check(broken, f"{kind}_too_short", (("min_length", node.min_length),)))
    if node.max_length is not None:
        broken = f"len({variable}) > {node.max_length}"
        checks.append(Check(broken, f"{kind}_too_long", (("max_length", node.max_length),)))
    if isinstance(node, StrNode) and node.pattern is not None:
        search: Any = re.compile(anchor_pattern(node.pattern)).search
        broken = f"{namespace.bind('search_pattern', search)}({variable}) is None"
        checks.append(Check(broken, "string_pattern_mismatch", (("pattern", node.pattern),)))
    return checks
