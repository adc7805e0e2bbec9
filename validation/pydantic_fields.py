"""Read the fields of Pydantic's models and dataclasses, for what reads these from something else than JSON.

How a value becomes a model stays Pydantic's business: nothing is validated by what is made here.
"""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any, Final

from msgspec.structs import replace

from bolide.validation.build import build_tree
from bolide.validation.hints import TypeHintError
from bolide.validation.tree import (
    NO_DEFAULT,
    CustomNode,
    Definition,
    Documentation,
    FieldNode,
    Node,
    RecordNode,
    RefNode,
    TypeTree,
)

__all__ = ["pydantic_record"]

_EXTRA: Final = ("forbid", "allow")


def pydantic_record(cls: Any) -> TypeTree | None:
    """Return the fields of *cls* as a tree with a record at its root; None when *cls* has no fields.

    Fields have the names that Pydantic accepts, and nodes that describe their values.

    Raises:
        TypeHintError: *cls* is not complete, or a field cannot be described.
    """
    if not hasattr(cls, "__pydantic_validator__") or getattr(cls, "__pydantic_root_model__", False):
        return None
    if not cls.__dict__.get("__pydantic_complete__", True) and hasattr(cls, "model_rebuild"):
        cls.model_rebuild(raise_errors=False)
    definitions: dict[Any, Definition] = {}
    fields = tuple(_field(cls, name, info, definitions) for name, info in cls.__pydantic_fields__.items())
    config = _config(cls)
    extra = config.get("extra")
    definitions[cls] = RecordNode(
        cls=cls, kind="model", fields=fields, extra=extra if extra in _EXTRA else "ignore"
    )
    return TypeTree(RefNode(target=cls), definitions)


def _config(cls: Any) -> Mapping[str, Any]:
    """Return the options of a model, or of a dataclass."""
    config: Mapping[str, Any] | None = getattr(cls, "model_config", None)
    return getattr(cls, "__pydantic_config__", None) or {} if config is None else config


def _field(cls: Any, name: str, info: Any, definitions: dict[Any, Definition]) -> FieldNode:
    annotated: Any = typing.Annotated
    metadata = tuple(info.metadata)
    try:
        plain = build_tree(info.annotation)
        whole = build_tree(annotated[info.annotation, *metadata]) if metadata else plain
    except TypeHintError as error:
        raise TypeHintError(f"{cls.__qualname__}.{name}: {error}") from error
    definitions.update(plain.definitions)
    definitions.update(whole.definitions)
    paths = _paths(name, info, _config(cls))
    required: bool = info.is_required()
    has_default = not required and info.default_factory is None
    return FieldNode(
        name=name,
        wire_name=str(paths[0][0]),
        paths=() if len(paths) == 1 and len(paths[0]) == 1 else paths,
        node=_with_shape(whole.root, plain.root),
        required=required,
        access="input" if getattr(info, "init", True) is not False else "output",
        default=info.default if has_default else NO_DEFAULT,
        default_factory=info.default_factory,
        documentation=_documentation(info),
    )


def _with_shape(node: Node, plain: Node) -> Node:
    """Return *node*, which may be known to Pydantic alone, as something that is read as *plain* is."""
    if isinstance(node, CustomNode) and not isinstance(plain, CustomNode):
        return replace(node, wire=plain)
    return node


def _paths(name: str, info: Any, config: Mapping[str, Any]) -> tuple[tuple[str | int, ...], ...]:
    """Return the places where Pydantic looks for the field, in its order."""
    alias = info.validation_alias or info.alias
    if alias is None or isinstance(alias, str):
        aliases: list[tuple[str | int, ...]] = [] if alias is None else [(alias,)]
    else:
        places = alias.convert_to_aliases()
        aliases = [tuple(each) for each in places] if hasattr(alias, "choices") else [tuple(places)]
    if config.get("validate_by_alias") is False:
        aliases = []
    by_name = config.get("validate_by_name") or config.get("populate_by_name")
    if (by_name or not aliases) and (name,) not in aliases:
        aliases.append((name,))
    return tuple(aliases)


def _documentation(info: Any) -> Documentation:
    return Documentation(
        title=info.title,
        description=info.description,
        examples=tuple(info.examples or ()),
        deprecated=bool(info.deprecated),
    )
