"""Print the checks of a node's constraints.

One place for what a bound means, so that walkers (which report) and string parsers (which only refuse)
cannot disagree.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from bolide.validation.codegen import Namespace
from bolide.validation.lax import is_multiple, trimmed
from bolide.validation.limits import (
    has_more_digits,
    has_more_places,
    has_more_whole_digits,
    is_decimal_multiple,
    is_earlier,
    shown_bound,
)
from bolide.validation.patterns import anchor_pattern
from bolide.validation.tree import (
    BytesNode,
    DateNode,
    DateTimeNode,
    DecimalNode,
    FloatNode,
    IntNode,
    Node,
    StrNode,
    TimeDeltaNode,
    TimeNode,
)

__all__ = ["Check", "constant", "transformation", "value_checks"]


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
    if isinstance(node, DecimalNode):
        return _decimal_checks(node, variable, namespace)
    if isinstance(node, (DateNode, TimeDeltaNode)):
        return _limit_checks(node, variable, namespace, _NUMERIC)
    if isinstance(node, (DateTimeNode, TimeNode)):
        return _limit_checks(node, variable, namespace, _CLOCK)
    return []


# (attribute of the node, error type, its name in ctx), in the order of the checks.
_LIMITS: Final = (
    ("maximum", "less_than_equal", "le"),
    ("exclusive_maximum", "less_than", "lt"),
    ("minimum", "greater_than_equal", "ge"),
    ("exclusive_minimum", "greater_than", "gt"),
)
_NUMERIC: Final = {
    "le": "{variable} > {bound}",
    "lt": "{variable} >= {bound}",
    "ge": "{variable} < {bound}",
    "gt": "{variable} <= {bound}",
}
# "not below" instead of "at or above": NaN breaks every bound.
_FLOATING: Final = {
    "le": "not {variable} <= {bound}",
    "lt": "not {variable} < {bound}",
    "ge": "not {variable} >= {bound}",
    "gt": "not {variable} > {bound}",
}
_CLOCK: Final = {
    "le": "{is_earlier}({bound}, {variable})",
    "lt": "not {is_earlier}({variable}, {bound})",
    "ge": "{is_earlier}({variable}, {bound})",
    "gt": "not {is_earlier}({bound}, {variable})",
}


def _limit_checks(
    node: Node, variable: str, namespace: Namespace, conditions: Mapping[str, str]
) -> list[Check]:
    checks: list[Check] = []
    for attribute, error_type, name in _LIMITS:
        if (bound := getattr(node, attribute)) is None:
            continue
        function = namespace.bind("is_earlier", is_earlier) if conditions is _CLOCK else ""
        condition = conditions[name].format(
            variable=variable, bound=constant(bound, namespace), is_earlier=function
        )
        checks.append(Check(condition, error_type, ((name, shown_bound(bound)),)))
    return checks


def _number_checks(node: IntNode | FloatNode, variable: str, namespace: Namespace) -> list[Check]:
    checks: list[Check] = []
    if isinstance(node, FloatNode) and node.finite:
        broken = f"not {namespace.bind('isfinite', math.isfinite)}({variable})"
        checks.append(Check(broken, "finite_number", ()))
    if node.multiple_of is not None:
        divisor = constant(node.multiple_of, namespace)
        broken = f"{variable} % {divisor}"
        if isinstance(node, FloatNode):
            broken = f"not {namespace.bind('is_multiple', is_multiple)}({variable}, {divisor})"
        checks.append(Check(broken, "multiple_of", (("multiple_of", node.multiple_of),)))
    conditions = _FLOATING if isinstance(node, FloatNode) else _NUMERIC
    return checks + _limit_checks(node, variable, namespace, conditions)


def _decimal_checks(node: DecimalNode, variable: str, namespace: Namespace) -> list[Check]:
    checks: list[Check] = []
    digits, places = node.max_digits, node.decimal_places
    if digits is not None:
        function = namespace.bind("has_more_digits", has_more_digits)
        checks.append(
            Check(f"{function}({variable}, {digits})", "decimal_max_digits", (("max_digits", digits),))
        )
    if places is not None:
        function = namespace.bind("has_more_places", has_more_places)
        checks.append(
            Check(f"{function}({variable}, {places})", "decimal_max_places", (("decimal_places", places),))
        )
    if digits is not None and places is not None:
        whole = max(digits - places, 0)
        function = namespace.bind("has_more_whole_digits", has_more_whole_digits)
        checks.append(
            Check(f"{function}({variable}, {whole})", "decimal_whole_digits", (("whole_digits", whole),))
        )
    if node.multiple_of is not None:
        function = namespace.bind("is_decimal_multiple", is_decimal_multiple)
        divisor = constant(node.multiple_of, namespace)
        broken = f"not {function}({variable}, {divisor})"
        checks.append(Check(broken, "multiple_of", (("multiple_of", node.multiple_of),)))
    return checks + _limit_checks(node, variable, namespace, _FLOATING)


def _length_checks(node: StrNode | BytesNode, variable: str, namespace: Namespace) -> list[Check]:
    kind = "string" if isinstance(node, StrNode) else "bytes"
    checks: list[Check] = []
    if isinstance(node, StrNode) and node.is_ascii:
        checks.append(Check(f"not {variable}.isascii()", "string_not_ascii", ()))
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


def transformation(node: Node, variable: str, namespace: Namespace) -> tuple[str | None, str | None]:
    """Return the expressions that change a parsed value before and after its checks; None for no change."""
    if not isinstance(node, StrNode):
        return None, None
    before = f"{namespace.bind('trimmed', trimmed)}({variable})" if node.strip else None
    return before, None if node.case is None else f"{variable}.{node.case}()"
