"""Make the node of a field from its declaration and the node of its type."""

from __future__ import annotations

from bolide.validation.config import ModelConfig
from bolide.validation.documentation import field_documentation
from bolide.validation.fields import takes_data
from bolide.validation.naming import FieldNames
from bolide.validation.records import DeclaredField
from bolide.validation.tree import FieldNode, Node

__all__ = ["field_node"]


def field_node(field: DeclaredField, node: Node, config: ModelConfig) -> FieldNode:
    """Return the node of *field*, whose type is *node*, in a class with the options *config*."""
    names = field.names or FieldNames(wire_name=field.wire_name, written_name=field.wire_name)
    own = field.info.validate_default
    validates_default = config.validate_default if own is None else own
    return FieldNode(
        name=field.name,
        wire_name=field.wire_name,
        node=node,
        required=field.required,
        access=field.access,
        default=field.info.default,
        default_factory=field.info.default_factory,
        written_name=names.written_name if names.written_name != names.wire_name else None,
        paths=names.paths,
        exclude=bool(field.info.exclude),
        exclude_if=field.info.exclude_if,
        documentation=field_documentation(field.name, field.info, config),
        validate_default=validates_default and not field.required,
        factory_takes_data=takes_data(field.info.default_factory),
    )
