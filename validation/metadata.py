"""Apply the metadata of ``Annotated`` to the node of a type.

Owns the order in which constraints and functions of the user's stand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bolide.validation.constraints import constrain
from bolide.validation.fields import FieldInfo, read_metadata
from bolide.validation.functions import ValidatorFunction, takes_info
from bolide.validation.tree import FunctionNode, Node

__all__ = ["apply_metadata"]


def apply_metadata(
    node: Node, metadata: tuple[Any, ...], info: FieldInfo, *, build: Callable[[Any], Node]
) -> Node:
    """Return *node* with its functions and constraints, in the order in which *metadata* states them.

    Args:
        node: The node of the bare type.
        metadata: What ``Annotated`` says about it, innermost first.
        info: All constraints; what it demands beside *metadata* comes last.
        build: Returns the node of a hint.

    Raises:
        TypeHintError: A constraint does not fit, or a function takes the wrong number of arguments.
    """
    if not any(isinstance(item, ValidatorFunction) for item in metadata):
        return constrain(node, info)
    waiting: list[Any] = []
    for item in metadata:
        if not isinstance(item, ValidatorFunction):
            waiting.append(item)
            continue
        node = constrain(node, read_metadata(waiting))
        waiting.clear()
        accepted: Any = getattr(item, "json_schema_input_type", None)
        node = FunctionNode(
            mode=item.mode,
            function=item.func,
            inner=node,
            takes_info=takes_info(item.func, item.mode),
            accepts=None if accepted is None else build(accepted),
        )
    return constrain(constrain(node, read_metadata(waiting)), info.beside(read_metadata(metadata)))
