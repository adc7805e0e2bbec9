"""Apply the options of a model to the types of its fields.

An option fills in what a field does not state itself. It reaches through collections and unions, and ends at
other records, which have options of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec.structs import replace

from bolide.validation.config import ModelConfig
from bolide.validation.custom_types import TypeSpec
from bolide.validation.errors import CustomError
from bolide.validation.hints import TypeHintError
from bolide.validation.tree import (
    ArrayNode,
    DecimalNode,
    Definition,
    EnumNode,
    FloatNode,
    FunctionNode,
    IntNode,
    MapNode,
    Node,
    RefNode,
    StrNode,
    TupleNode,
    UnionNode,
)

__all__ = ["apply_policy", "instance_spec"]

# Option of a model → attribute of nodes of these types.
_STRINGS: Final[Mapping[str, str]] = {
    "str_strip_whitespace": "strip",
    "str_to_lower": "case",
    "str_to_upper": "case",
    "str_min_length": "min_length",
    "str_max_length": "max_length",
    "coerce_numbers_to_str": "from_numbers",
    "strict": "strict",
}
_NUMBERS: Final[Mapping[str, str]] = {"allow_inf_nan": "finite", "strict": "strict"}
_OTHERS: Final[Mapping[str, str]] = {"strict": "strict"}

# What these options set, when they are not as by default.
_VALUES: Final[Mapping[str, Any]] = {"str_to_lower": "lower", "str_to_upper": "upper", "allow_inf_nan": True}

_DEFAULTS: Final = ModelConfig()
_OPTIONS: Final = ("use_enum_values", *_STRINGS, *_NUMBERS)


def apply_policy(node: Node, config: ModelConfig, definitions: Mapping[Any, Definition]) -> Node:
    """Return *node*, the type of a field of a model with the options *config*, as these want it.

    Raises:
        TypeHintError: An option and what the field states leave no value possible.
    """
    if all(getattr(config, name) == getattr(_DEFAULTS, name) for name in _OPTIONS):
        return node
    return _Policy(config, definitions).apply(node)


class _Policy:
    """The options of one model."""

    __slots__ = ("_config", "_definitions")

    def __init__(self, config: ModelConfig, definitions: Mapping[Any, Definition]) -> None:
        self._config = config
        self._definitions = definitions

    def apply(self, node: Node) -> Node:
        node = self._with_options(node)
        match node:
            case UnionNode():
                return replace(node, options=tuple(map(self.apply, node.options)))
            case ArrayNode():
                return replace(node, items=self.apply(node.items))
            case MapNode():
                return replace(node, keys=self.apply(node.keys), values=self.apply(node.values))
            case TupleNode():
                rest = None if node.rest is None else self.apply(node.rest)
                items, suffix = (tuple(map(self.apply, part)) for part in (node.items, node.suffix))
                return replace(node, items=items, rest=rest, suffix=suffix)
            case FunctionNode():
                return replace(node, inner=self.apply(node.inner))
            case RefNode() if self._config.use_enum_values:
                is_enum = isinstance(self._definitions[node.target], EnumNode)
                return FunctionNode(mode="after", function=_value_of, inner=node) if is_enum else node
            case _:
                return node

    def _with_options(self, node: Node) -> Node:
        table = _OTHERS
        if isinstance(node, StrNode):
            table = _STRINGS
        elif isinstance(node, FloatNode | IntNode | DecimalNode):
            table = _NUMBERS
        changes: dict[str, Any] = {}
        for option, attribute in table.items():
            value = getattr(self._config, option)
            if value == getattr(_DEFAULTS, option) or attribute not in node.__struct_fields__:
                continue
            if getattr(node, attribute) is None:
                changes[attribute] = _VALUES.get(option, value)
        if not changes:
            return node
        changed = replace(node, **changes)
        least, most = getattr(changed, "min_length", None), getattr(changed, "max_length", None)
        if least is not None and most is not None and least > most:
            raise TypeHintError(f"min_length={least} and max_length={most} leave no value possible")
        return changed


def _value_of(member: Any) -> Any:
    return member.value


def instance_spec(cls: type) -> TypeSpec:
    """Return how a class that nobody has described is read: values must be instances."""
    name = cls.__name__
    return TypeSpec(load=_refuser(name), dump=_unchanged, label=f"is-instance[{name}]")


def _unchanged(value: object) -> object:
    """Leave it to the value what is written."""
    return value


def _refuser(name: str) -> Callable[[object], Any]:
    def refuse(_value: object) -> Any:
        raise CustomError("is_instance_of", "Input should be an instance of {class}", {"class": name})

    return refuse
