"""What the rules of the reference interpreter share: its reader, what they find, how matches compare."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from bolide.validation.errors import (
    ErrorDetails,
    Loc,
)
from bolide.validation.functions import FROM_PYTHON, ValidationInfo
from bolide.validation.lax import INVALID
from bolide.validation.tree import (
    AnyNode,
    Node,
    TypeTree,
    children,
)

LAX, STRICT, EXACT = 0, 1, 2

VALUE_MODULES = ("builtins", "collections", "datetime", "decimal", "uuid")


class Found(NamedTuple):
    """A value, how exactly the input matched, and how many record fields it had (None: no record)."""

    value: Any
    exactness: int = LAX
    fields: int | None = None


FAILED = Found(INVALID)


Rule = Callable[["Reader", Any, Any, Loc, list[ErrorDetails]], Found]


@dataclasses.dataclass(frozen=True)
class Reader:
    """Read values by *tree* and the *rules* of its nodes; other options are those of ``compile_walker``."""

    tree: TypeTree
    rules: Mapping[type, Rule]
    strict: bool = False
    from_attributes: bool = False
    from_text: bool = False
    outgoing: bool = False
    info: ValidationInfo = FROM_PYTHON
    is_own: bool = False

    def __call__(self, value: object, loc: Loc, errors: list[ErrorDetails]) -> Any:
        return self.read(self.tree.root, value, loc, errors).value

    def read(self, node: Node, raw: Any, loc: Loc, errors: list[ErrorDetails]) -> Found:
        node = self.tree.resolve(node)
        return self.rules[type(node)](self, node, raw, loc, errors)

    def is_strict(self, node: Node) -> bool:
        return self.strict if node.strict is None else node.strict

    def is_valid(self, node: Node, raw: Any) -> bool:
        errors: list[ErrorDetails] = []
        self.read(node, raw, (), errors)
        return not errors


def together(node: Node, value: Any, parts: list[Found], *, is_exact: bool) -> Found:
    """Return the container *value* as exact as the least exact of its parts, which a bare one has none of."""
    if (inner := children(node)) and all(isinstance(child, AnyNode) for child in inner):
        return Found(value, STRICT if is_exact else LAX)
    exactness = min((part.exactness for part in parts), default=EXACT)
    counts = [part.fields for part in parts if part.fields is not None]
    return Found(value, exactness if is_exact else LAX, sum(counts) if counts else None)


def is_better(found: Found, best: Found) -> bool:
    """Tell whether *found*, declared later, is the better match: more fields, then more exact."""
    if found.fields is not None and best.fields is not None and found.fields != best.fields:
        return found.fields > best.fields
    return found.exactness > best.exactness
