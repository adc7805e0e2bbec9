"""Build type trees from type hints.

Owns which hints are understood and what they mean; a hint that says nothing that can be checked, or
that msgspec would silently misread, is an error here, at registration.
"""

from __future__ import annotations

import collections
import enum
import functools
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from msgspec.structs import replace

from bolide.validation.collection_types import (
    ARRAYS,
    MAPS,
    ArrayKind,
    default_factory_of,
    lookup,
    tuple_positions,
)
from bolide.validation.config import DEFAULT_CONFIG, ModelConfig
from bolide.validation.custom_types import TypeSpec, UnreadableTypeError
from bolide.validation.decorators import RecordFunctions
from bolide.validation.documentation import record_documentation
from bolide.validation.dump_plan import note_secrets
from bolide.validation.encode import is_writable
from bolide.validation.field_nodes import field_node
from bolide.validation.fields import merge_field_infos, read_metadata
from bolide.validation.foreign_records import foreign_record
from bolide.validation.functions import PlainValidator, takes_info
from bolide.validation.hints import (
    TypeHintError,
    alias_value,
    describe_hint,
    hint_of_parameter,
    is_alias,
    outline,
    split_annotated,
    split_qualifiers,
)
from bolide.validation.known_types import Foreign, find_type, foreign_type, is_foreign
from bolide.validation.metadata import apply_metadata, split_at_type, wrap_node
from bolide.validation.misplaced_markers import find_misplaced
from bolide.validation.omission import split_omitting
from bolide.validation.places import is_hashable, is_key, is_nothing_but
from bolide.validation.policy import apply_policy, instance_spec
from bolide.validation.records import DeclaredField, RecordKind, declared_record, record_kind
from bolide.validation.scalars import SCALARS, why_unknown
from bolide.validation.serializer_nodes import add_serializers
from bolide.validation.serializers import RecordSerializers
from bolide.validation.sharing import SharedTrees, shared_trees
from bolide.validation.tagging import choose_by, distinct_options
from bolide.validation.tree import (
    AliasNode,
    AnyNode,
    ArrayNode,
    CustomNode,
    Definition,
    EnumNode,
    FieldNode,
    FunctionStep,
    IntNode,
    LiteralNode,
    MapNode,
    Node,
    RecordNode,
    RefNode,
    TupleNode,
    TypeTree,
    UnionNode,
)

F = TypeVar("F")

__all__ = ["TypeHintError", "build_tree", "build_written_tree"]


def build_tree(hint: Any) -> TypeTree:
    """Return the type tree of *hint*, whose forward references are resolved already.

    Raises:
        TypeHintError: The hint, or one inside of it, cannot be validated; the message names it.
    """
    shared = shared_trees()
    return _TreeBuilder().tree(hint) if shared is None else shared.tree(hint, _TreeBuilder(shared).tree)


def build_written_tree(cls: Any) -> TypeTree:
    """Return the type tree of *cls*, of which there are instances; inside of it, unknown types are Any."""
    return _TreeBuilder(takes_unknown=True).tree(cls)


class _TreeBuilder:
    """Builds one tree; ``definitions`` grows while records refer to each other."""

    __slots__ = ("_aliases", "_arbitrary", "_definitions", "_owners", "_path", "_shared", "_takes_unknown")

    def __init__(self, shared: SharedTrees | None = None, *, takes_unknown: bool = False) -> None:
        self._shared = shared
        self._takes_unknown = takes_unknown
        self._definitions: dict[Any, Definition] = {}
        self._aliases: list[Any] = []
        self._owners: list[Any] = []
        self._path: list[str] = []
        self._arbitrary = False  # whether the model that is being read takes any class as a type

    def tree(self, hint: Any) -> TypeTree:
        try:
            root = self.node(hint)
        except RecursionError as error:
            raise TypeHintError(f"{outline(hint)} is nested too deeply") from error
        return TypeTree(root, types.MappingProxyType(self._definitions))

    def node(self, hint: Any) -> Node:
        bare, metadata = self._split(hint)
        node, rest = self._innermost(bare, metadata)
        try:
            info = read_metadata(metadata)
            return replace(
                apply_metadata(
                    choose_by(node, info, self._definitions, self.node),
                    rest,
                    info if rest is metadata else read_metadata(rest),
                    build=self.node,
                ),
                hint=hint,
                documentation=info.documentation() or node.documentation,
            )
        except TypeHintError as error:
            raise self._refuse(hint, str(error)) from error

    def _split(self, hint: Any, default: object = None) -> tuple[Any, tuple[Any, ...]]:
        """Return the type and the metadata of *hint*, which stands where it has to be valid."""
        bare, metadata = split_annotated(hint)
        if (mistake := find_misplaced((default, *metadata))) is not None:
            raise self._refuse(bare, mistake)
        return bare, metadata

    def _innermost(
        self, bare: Any, metadata: tuple[Any, ...], functions: tuple[Any, ...] = ()
    ) -> tuple[Node, tuple[Any, ...]]:
        """Return the node up to the last type that stands in *metadata*, and the metadata outside of it."""
        if is_foreign(bare, metadata):
            spec, own = self._found(foreign_type, bare, metadata)
            return self._custom(Foreign, spec), own
        if metadata and (found := self._found(split_at_type, bare, metadata)) is not None:
            spec, cls, rest = found
            return self._custom(cls, spec), rest
        return self._read_by_functions(bare, (*metadata, *functions)), metadata

    def _read_by_functions(self, bare: Any, metadata: tuple[Any, ...]) -> Node:
        """Return the node of *bare*; anything when it cannot be read but a function does that instead."""
        try:
            return self._bare_node(bare)
        except TypeHintError:
            if any(isinstance(item, PlainValidator) for item in metadata):
                return AnyNode()
            raise

    def _bare_node(self, hint: Any) -> Node:
        scalar: type[Node] | None = lookup(SCALARS, hint)
        if scalar is not None:
            return scalar()
        cls = typing.get_origin(hint) or hint
        if (spec := self._found(find_type, hint)) is not None:
            return self._maybe_recursive(hint, functools.partial(self._custom, cls, spec))
        if isinstance(hint, type) and issubclass(hint, enum.Enum):
            return self._enum(hint)
        if (kind := record_kind(cls)) is not None:
            return self._record(hint, cls, kind)
        if isinstance(hint, str | typing.ForwardRef):
            raise self._refuse(hint, "is an unresolved forward reference")
        if isinstance(hint, typing.NewType):
            return self.node(hint.__supertype__)
        if isinstance(hint, TypeVar):
            return self.node(hint_of_parameter(hint))
        if is_alias(hint):
            return self._maybe_recursive(hint, lambda: self.node(alias_value(hint)))
        if hint is typing.Self:
            return self._self()
        return self._generic(hint)

    def _generic(self, hint: Any) -> Node:
        origin = typing.get_origin(hint) or hint
        arguments = typing.get_args(hint)
        if arguments and (origin is typing.Union or origin is types.UnionType):
            return self._union(arguments)
        if arguments and origin is typing.Literal:
            return self._literal(hint, arguments)
        if origin is typing.Final:
            return self.node(split_qualifiers(hint)[0])
        if origin is tuple:
            return self._tuple(hint, arguments)
        if (kind := lookup(ARRAYS, origin)) is not None:
            return self._array(hint, kind, arguments)
        if (container := lookup(MAPS, origin)) is not None:
            return self._map(hint, container, arguments)
        if self._arbitrary and isinstance(origin, type):
            return self._custom(origin, instance_spec(origin))
        if self._takes_unknown:
            return AnyNode()
        raise self._refuse(hint, why_unknown(origin))

    def _found(self, find: Callable[..., F], bare: Any, *metadata: Any) -> F:
        try:
            return find(bare, *metadata)
        except UnreadableTypeError as error:
            raise self._refuse(bare, str(error)) from error

    def _custom(self, cls: Any, spec: TypeSpec) -> Node:
        outer, self._arbitrary = self._arbitrary, True  # a value is what load made, whatever that is
        value = None if spec.value is None else self.node(spec.value)
        self._arbitrary = outer
        wire = self.node(spec.wire)
        wire = wire if spec.config is None else apply_policy(wire, spec.config, self._definitions)
        node: Node = CustomNode(cls=spec.cls or cls, spec=spec, wire=wire, value=value)
        for validator in spec.validators:
            node = wrap_node(node, validator, build=self.node)
        return node

    def _array(self, hint: Any, kind: ArrayKind, arguments: tuple[Any, ...]) -> Node:
        if len(arguments) > 1 and kind.protocol != "iterable":  # generators take and return something, too
            raise self._refuse(hint, "has more than one type of items; use list[X | Y] or tuple[X, Y]")
        item, omits = split_omitting(arguments[0] if arguments else Any)
        items = self.node(item)
        if kind.container in (set, frozenset) and not is_hashable(items):
            raise self._refuse(hint, "has items that cannot be hashed; use list")
        return ArrayNode(items=items, container=kind.container, protocol=kind.protocol, omits=omits or None)

    def _tuple(self, hint: Any, arguments: tuple[Any, ...]) -> Node:
        if hint in (tuple, typing.Tuple):  # noqa: UP006 - users still write it
            return ArrayNode(items=AnyNode(), container=tuple)
        if len(arguments) == 2 and arguments[1] is ...:
            return self._array(hint, ArrayKind(tuple), arguments[:1])
        prefix, suffix = list[Node](), list[Node]()
        rest: Node | None = None
        for argument, is_repeated in tuple_positions(arguments):
            if not is_repeated:
                (prefix if rest is None else suffix).append(self.node(argument))
            elif rest is None:
                rest = self.node(argument)
            else:
                raise self._refuse(hint, "has two parts of any length; one may have it")
        if rest is not None and not prefix and not suffix:
            return ArrayNode(items=rest, container=tuple)
        return TupleNode(items=tuple(prefix), rest=rest, suffix=tuple(suffix))

    def _map(self, hint: Any, container: Any, arguments: tuple[Any, ...]) -> Node:
        (key, omits_keys), (value, omits_values) = map(split_omitting, (*arguments, Any, Any)[:2])
        if arguments and len(arguments) != (1 if container is collections.Counter else 2):
            raise self._refuse(hint, "needs a type of keys and a type of values")
        keys = self.node(key)
        if not is_key(keys, self._definitions):
            named = describe_hint(key)
            raise self._refuse(hint, f"has keys that JSON cannot carry: {named}; use a list of pairs")
        if container is collections.Counter:
            return MapNode(keys=keys, values=IntNode(), container=container, omits_keys=omits_keys or None)
        values = self.node(value)
        factory = None
        if container is collections.defaultdict and arguments:
            _, metadata = split_annotated(value)
            factory = read_metadata(metadata).default_factory or default_factory_of(values)
            if factory is None:
                raise self._refuse(
                    hint,
                    "does not say what missing values are; "
                    "write defaultdict[..., Annotated[..., Field(default_factory=...)]]",
                )
        return MapNode(
            keys=keys,
            values=values,
            container=container,
            default_factory=factory,
            omits_keys=omits_keys or None,
            omits_values=omits_values or None,
        )

    def _union(self, arguments: tuple[Any, ...]) -> Node:
        options = distinct_options(map(self.node, arguments))
        return options[0] if len(options) == 1 else UnionNode(options=options)

    def _literal(self, hint: Any, values: tuple[Any, ...]) -> Node:
        for value in values:
            if not isinstance(value, bool | int | float | str | bytes | enum.Enum | None):
                raise self._refuse(hint, f"holds {value!r}, which is no constant")
            if not is_writable(value):
                raise self._refuse(hint, f"has the value {value!r}, which JSON cannot carry")
        return LiteralNode(values=values)

    def _enum(self, cls: type[enum.Enum]) -> Node:
        if cls not in self._definitions:
            if not cls.__members__:
                raise self._refuse(cls, "is an enumeration without members; name one that has some")
            if unfit := [each for each in cls.__members__.values() if not is_writable(each)]:
                raise self._refuse(cls, f"has the value {unfit[0].value!r}, which JSON cannot carry")
            self._definitions[cls] = EnumNode(cls=cls, hint=cls)
        return RefNode(target=cls)

    def _record(self, hint: Any, cls: Any, kind: RecordKind) -> Node:
        functions = RecordFunctions(cls) if self._shared is None else self._shared.functions(cls)
        if hint not in self._definitions:
            define = functools.partial(_TreeBuilder(self._shared)._define, hint, kind, functions)
            shared = None if self._shared is None else self._shared.definitions(hint, define)
            needed = shared or self._define(hint, kind, functions)
            # What is here already may belong to an owner, and is not complete.
            self._definitions |= {t: d for t, d in needed.items() if t not in self._definitions}
        node: Node = RefNode(target=hint)
        for validator in functions.of_record():
            node = wrap_node(node, validator, build=self.node)
        return node

    def _define(self, hint: Any, kind: RecordKind, functions: RecordFunctions) -> Mapping[Any, Definition]:
        cls: Any = typing.get_origin(hint) or hint
        # Stands in for the record while its own fields refer to it.
        self._definitions[hint] = RecordNode(cls=cls, kind=kind, fields=())
        self._owners.append(hint)
        record = declared_record(cls) if kind == "model" else foreign_record(hint, kind)
        config = record.config or DEFAULT_CONFIG
        node = RecordNode(
            cls=cls,
            kind=kind,
            fields=tuple(self._field(cls, field, functions, config) for field in record.fields),
            extra=record.extra,
            extra_values=self.node(record.extra_hint) if record.extra == "allow" else None,
            from_attributes=config.from_attributes,
            revalidate=config.revalidate_instances,
            loc_by_alias=config.loc_by_alias,
            title=config.title,
            before=tuple(
                FunctionStep(function=validator.func, takes_info=takes_info(validator.func, "before"))
                for validator in reversed(functions.of_input())
            ),
            is_array=record.is_array,
            runs_post_init=kind == "model" and functions.have_post_init,
            hint=hint,
            documentation=record_documentation(cls, config),
        )
        self._owners.pop()
        functions.check_names({field.name for field in record.fields})
        note_secrets(node)
        self._definitions[hint] = add_serializers(node, RecordSerializers(cls), config, build=self.node)
        return self._definitions

    def _field(
        self, cls: Any, field: DeclaredField, functions: RecordFunctions, config: ModelConfig
    ) -> FieldNode:
        validators = functions.of_field(field.name)
        self._path.append(f"{cls.__qualname__}.{field.name}")
        outer, self._arbitrary = self._arbitrary, config.arbitrary_types_allowed
        bare, metadata = self._split(field.hint, field.info.default)
        try:
            node, rest = self._innermost(bare, metadata, validators)
        except RecursionError as error:
            raise TypeHintError(f"{self._path[-1].partition('[')[0]} is nested too deeply") from error
        info = field.info
        if rest is not metadata:
            info = merge_field_infos(read_metadata(rest), info.beside(read_metadata(metadata)))
        try:
            node = choose_by(node, field.info, self._definitions, self.node)
            node = apply_metadata(node, rest, info, build=self.node, validators=validators)
            node = replace(apply_policy(node, config, self._definitions), hint=field.hint)
        except TypeHintError as error:
            raise self._refuse(field.hint, str(error)) from error
        self._path.pop()
        self._arbitrary = outer
        return field_node(field, node, config)

    def _maybe_recursive(self, target: Any, build: Callable[[], Node]) -> Node:
        """Return what *build* makes of *target*, an alias or a root model, which may contain itself."""
        if isinstance(self._definitions.get(target), AliasNode):
            return RefNode(target=target)
        name = describe_hint(target)
        if target in self._aliases:
            # Stands in for the target while its own value is built.
            self._definitions[target] = AliasNode(name=name, inner=AnyNode())
            return RefNode(target=target)
        self._aliases.append(target)
        node = build()
        self._aliases.pop()
        if target not in self._definitions:
            return node
        definition = self._definitions[target] = AliasNode(name=name, inner=node, hint=target)
        if is_nothing_but(node, definition, self._definitions):
            raise self._refuse(target, "contains itself with nothing in between")
        return RefNode(target=target)

    def _self(self) -> Node:
        if not self._owners:
            raise self._refuse(typing.Self, "stands outside of a class with fields")
        return self.node(self._owners[-1])

    def _refuse(self, hint: Any, reason: str) -> TypeHintError:
        place = f"{self._path[-1]}: " if self._path else ""
        return TypeHintError(f"{place}{describe_hint(hint)} {reason}")
