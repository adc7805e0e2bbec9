"""First pass: which types operations read and write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bolide.openapi.description import Operation
from bolide.validation.schema_fields import Mode
from bolide.validation.tree import TypeTree

__all__ = ["types_used"]


def types_used(operations: Iterable[Operation]) -> Iterator[tuple[TypeTree, Mode]]:
    """Yield every type of *operations*, in the order in which the document shows them."""
    for operation in operations:
        for parameter in operation.parameters:
            yield parameter.tree, "validation"
        if (body := operation.request_body) is not None:
            if body.tree is not None:
                yield body.tree, "validation"
            for member in body.members:
                yield member.tree, "validation"
        for response in operation.responses:
            if response.tree is not None:
                yield response.tree, "serialization"
