"""Print which ``ValidationInfo`` the functions of users get: that of the call, completed for the place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bolide.validation.config import CLASS_CONFIG, ModelConfig, config_dict
from bolide.validation.function_nodes import is_informed
from bolide.validation.records import MODEL_DECLARATION
from bolide.validation.tree import CustomNode, FunctionNode, Node, RecordNode, RefNode, TypeTree
from bolide.validation.walker_context import Place, WalkerContext

__all__ = ["info_of_field", "info_of_input", "info_of_root", "info_of_wrapped", "stated_options"]


def stated_options(cls: Any) -> Mapping[str, Any]:
    """Return the options that *cls* has, those that are as by default left out."""
    declaration = getattr(cls, MODEL_DECLARATION, None)
    if declaration is not None:
        return config_dict(declaration.config)
    options: Mapping[str, Any] = getattr(cls, CLASS_CONFIG, {})
    return options


def info_of_root(context: WalkerContext, tree: TypeTree) -> str:
    """Return the expression for what functions around the root get: a record's know its options."""
    node: Node = tree.root
    takes_info = False
    while isinstance(node, FunctionNode):
        takes_info = takes_info or node.takes_info
        node = node.inner
    record = tree.resolve(node)
    if not takes_info or not isinstance(node, RefNode) or not isinstance(record, RecordNode):
        return "info"
    return f"info.of({_options(context, record)})" if stated_options(record.cls) else "info"


def info_of_input(context: WalkerContext, record: RecordNode) -> str:
    """Return the expression for what functions get that run before the fields of *record* are read."""
    return f"info.of({_options(context, record)})"


def info_of_field(context: WalkerContext, record: RecordNode, name: str) -> str:
    """Return the expression for what functions of the field *name* get."""
    options = f", {_options(context, record)}" if stated_options(record.cls) else ""
    return f"info.inside(values, {name!r}{options})"


def info_of_wrapped(context: WalkerContext, tree: TypeTree, node: CustomNode, place: Place) -> Place:
    """Return *place* with what functions inside of a root model get; print the statement that makes it."""
    config: ModelConfig | None = node.spec.config
    if config is None or not tree.reaches(node.wire, is_informed):
        return place
    (info,) = context.locals("info_root")
    options = context.namespace.bind(f"OPTIONS_OF_{node.cls.__name__}", config_dict(config))
    context.line(f"{info} = {place.info}.inside({place.info}.data, 'root', {options})")
    return place._replace(info=info)


def _options(context: WalkerContext, record: RecordNode) -> str:
    return context.namespace.bind(f"OPTIONS_OF_{record.cls.__name__}", stated_options(record.cls))
