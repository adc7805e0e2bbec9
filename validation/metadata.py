"""Apply the metadata of ``Annotated`` to the node of a type.

Owns the order in which constraints, functions of the user's and types in metadata stand.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import Any, Final

from bolide.validation.constraints import constrain
from bolide.validation.custom_types import TYPE_HOOK, TypeSpec, returned_spec
from bolide.validation.fields import FieldInfo, read_metadata
from bolide.validation.functions import ValidatorFunction, takes_info
from bolide.validation.hints import describe_hint
from bolide.validation.known_types import type_in_metadata
from bolide.validation.late_constraints import LateConstraints
from bolide.validation.serializer_nodes import written_by
from bolide.validation.serializers import SerializeAsAny, SerializerFunction
from bolide.validation.tree import FunctionNode, Node

__all__ = ["apply_metadata", "split_at_type", "wrap_node"]


def split_at_type(hint: Any, metadata: tuple[Any, ...]) -> tuple[TypeSpec, Any, tuple[Any, ...]] | None:
    """Find the last item of *metadata* that makes another type of what is inside of it.

    Returns:
        How values of that type are read, what it is called after, and the metadata outside of it. None when
        there is no such item.
    """
    for index in range(len(metadata) - 1, -1, -1):
        if (describe := type_in_metadata(metadata[index])) is not None:
            inner = typing.Annotated[(hint, *metadata[:index])] if index else hint
            cls: Any = metadata[index].__class__
            spec = returned_spec(describe(inner), f"{describe_hint(cls)}.{TYPE_HOOK}")
            return spec, cls, metadata[index + 1 :]
    return None


_FUNCTIONS: Final[tuple[Any, ...]] = (ValidatorFunction, SerializerFunction, SerializeAsAny)


def apply_metadata(
    node: Node,
    metadata: tuple[Any, ...],
    info: FieldInfo,
    *,
    build: Callable[[Any], Node],
    validators: tuple[ValidatorFunction, ...] = (),
) -> Node:
    """Return *node* with its functions and constraints, in the order in which *metadata* states them.

    Args:
        node: The node of the bare type.
        metadata: What ``Annotated`` says about it, innermost first.
        info: All constraints; what it demands beside *metadata* comes after it.
        build: Returns the node of a hint.
        validators: Functions that come last.

    Raises:
        TypeHintError: A constraint does not fit, or a function takes the wrong number of arguments.
    """
    if any(isinstance(item, _FUNCTIONS) for item in metadata):
        waiting: list[Any] = []
        for item in metadata:
            if not isinstance(item, _FUNCTIONS):
                waiting.append(item)
                continue
            node = _constrain(node, read_metadata(waiting))
            waiting.clear()
            if isinstance(item, ValidatorFunction):
                node = wrap_node(node, item, build=build)
            else:
                node = written_by(node, item, build=build)
        node = _constrain(node, read_metadata(waiting))
        info = info.beside(read_metadata(metadata))
    node = _constrain(node, info)
    for validator in validators:
        node = wrap_node(node, validator, build=build)
    return node


def wrap_node(node: Node, validator: ValidatorFunction, *, build: Callable[[Any], Node]) -> FunctionNode:
    """Return *node* with *validator* around it.

    Raises:
        TypeHintError: The function takes the wrong number of arguments.
    """
    accepted: Any = getattr(validator, "json_schema_input_type", None)
    return FunctionNode(
        mode=validator.mode,
        function=validator.func,
        inner=node,
        takes_info=takes_info(validator.func, validator.mode),
        accepts=None if accepted is None else build(accepted),
    )


def _constrain(node: Node, info: FieldInfo) -> Node:
    made = node
    while isinstance(made, FunctionNode) and made.mode in ("before", "dump"):
        made = made.inner
    if not isinstance(made, FunctionNode):
        return constrain(node, info)
    late, early = LateConstraints.split(info.constraints())
    node = constrain(node, FieldInfo(**early))
    return FunctionNode(mode="after", function=LateConstraints(late), inner=node) if late else node
