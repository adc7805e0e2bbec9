"""First pass: which types operations read and write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bolide.openapi.description import Operation
from bolide.openapi.text_schemas import stands_inline
from bolide.validation.schema_fields import Mode
from bolide.validation.tree import RecordNode, TypeTree

__all__ = ["output_mode", "types_used"]


def types_used(operations: Iterable[Operation], *, merged: bool) -> Iterator[tuple[TypeTree, Mode]]:
    """Yield every type of *operations* and their callbacks, and whether it is read or written.

    Of *merged* schemas there is one for both.
    """
    for operation in operations:
        for parameter in operation.parameters:
            if not stands_inline(parameter):
                yield parameter.tree, "validation"
        if (body := operation.request_body) is not None:
            if body.tree is not None:
                yield body.tree, "validation"
            for member in body.members:
                yield member.tree, "validation"
        for response in operation.responses:
            if response.tree is not None:
                yield response.tree, output_mode(response.tree, merged=merged)
            for header in response.headers:
                if header.tree is not None:
                    yield header.tree, output_mode(header.tree, merged=merged)
        for callbacks in operation.callbacks.values():
            yield from types_used(callbacks, merged=merged)


def output_mode(tree: TypeTree, *, merged: bool) -> Mode:
    """Return the mode of what is written: with *merged* schemas that of what is read.

    What is computed is never read, so that types with such fields keep a schema of what is written.
    """
    if not merged or any(
        isinstance(each, RecordNode) and each.computed for each in tree.definitions.values()
    ):
        return "serialization"
    return "validation"
