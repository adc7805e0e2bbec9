"""Constraints on what a function of the user's made, which may be of any type."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from bolide.validation.errors import MESSAGES, CustomError
from bolide.validation.limits import shown_bound
from bolide.validation.patterns import anchor_pattern

__all__ = ["LateConstraints"]


class LateConstraints(msgspec.Struct, frozen=True):
    """Checks *constraints*, by their names in ``Field``, in the order given.

    The errors are those of values whose type is known when the tree is built. A value that cannot be compared
    at all is a ``TypeError``, as in Pydantic: the function is at fault, not the input.
    """

    constraints: Mapping[str, Any]

    @staticmethod
    def split(constraints: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return those of *constraints* that can be checked of any value, and the others."""
        late = {name: bound for name, bound in constraints.items() if name in _CHECKS}
        return late, {name: bound for name, bound in constraints.items() if name not in late}

    def __call__(self, value: Any) -> Any:
        for name, bound in self.constraints.items():
            error_type, fits = _CHECKS[name]
            if not fits(value, bound):
                raise CustomError(error_type, *_described(error_type, name, bound, value))
        return value


def _described(error_type: str, name: str, bound: Any, value: Any) -> tuple[str, dict[str, Any]]:
    """Return the template of the message and what fills it."""
    message = MESSAGES[error_type].replace("{s}", "" if bound == 1 else "s")
    if name not in ("min_length", "max_length"):
        return message, {name: shown_bound(bound)}
    return message, {"field_type": "Value", name: bound, "actual_length": len(value)}


def _is_found(value: Any, pattern: str) -> bool:
    return re.search(anchor_pattern(pattern), value) is not None


_CHECKS: Final[Mapping[str, tuple[str, Callable[[Any, Any], Any]]]] = {
    "gt": ("greater_than", operator.gt),
    "ge": ("greater_than_equal", operator.ge),
    "lt": ("less_than", operator.lt),
    "le": ("less_than_equal", operator.le),
    "multiple_of": ("multiple_of", lambda value, bound: not value % bound),
    "min_length": ("too_short", lambda value, bound: len(value) >= bound),
    "max_length": ("too_long", lambda value, bound: len(value) <= bound),
    "pattern": ("string_pattern_mismatch", _is_found),
}
