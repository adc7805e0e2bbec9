"""Annotations whose type is imported for type checkers alone, of parameters that a dependency fills.

What such a parameter receives is what the dependency returns, so that its type is never looked at.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from bolide._declaring.foreign_markers import own_depends
from bolide.params import Depends
from bolide.validation.hints import TypeHintError, resolve_hints, split_annotated

__all__ = ["hint_without_type"]


def hint_without_type(
    function: Callable[..., Any], name: str, default: object, local_names: Mapping[str, Any]
) -> Any:
    """Return a hint for the parameter *name* of *function* that says nothing of its type.

    Raises:
        TypeHintError: its type is needed, and cannot be resolved.
    """
    if _names_callable(default):
        return Any
    hint = _metadata_of(function, name, local_names)
    if not any(map(_names_callable, split_annotated(hint)[1])):
        resolve_hints(function, localns=local_names, only=(name,))
    return hint


def _names_callable(marker: object) -> bool:
    depends = marker if isinstance(marker, Depends) else own_depends(marker)
    return depends is not None and depends.dependency is not None


def _metadata_of(function: Callable[..., Any], name: str, local_names: Mapping[str, Any]) -> Any:
    """Return ``Annotated[Any, ...]`` with the metadata of the annotation; without any, None."""
    annotation = getattr(function, "__annotations__", {}).get(name)
    if not isinstance(annotation, str):
        metadata = split_annotated(annotation)[1]
        return Annotated[(Any, *metadata)] if metadata else None
    try:
        stand_in = {name: _with_metadata_alone(annotation)}
        names = {**local_names, "Annotated": Annotated}
        hint = resolve_hints(function, localns=names, annotations=stand_in)[name]
    except (SyntaxError, TypeHintError):
        return None
    metadata = split_annotated(hint)[1]
    return Annotated[(Any, *metadata)] if metadata else None


def _with_metadata_alone(annotation: str) -> str:
    """Return the text of *annotation*, or of the alias that it names, with None in place of the type."""
    match ast.parse(annotation, mode="eval").body:
        case ast.Subscript(value=annotated, slice=ast.Tuple(elts=[_, *metadata])):
            items = ", ".join(map(ast.unparse, metadata))
            return f"{ast.unparse(annotated)}[None, {items}]"
        case _:
            return f"Annotated[None, *({annotation}).__metadata__]"
