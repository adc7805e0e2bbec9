"""Lower type trees to msgspec types: the single place for msgspec's rules.

The decoder of a lowered type accepts only what the walker accepts, with the same value. A node that
msgspec cannot express, or reads differently, becomes a placeholder class; the decode hook runs the
node's walker on the untyped value there, so agreement holds by construction. These are: bytes (msgspec
decodes base64), Decimal (NaN), enums of mixed values, flags, bounds outside of int64, ``multiple_of`` of
floats, functions of the user's (and the whole record when they take info, because they may look at its other
fields), unions whose branches msgspec cannot tell apart by the JSON kind, and records of foreign classes
whose own annotations msgspec would read differently.
"""

from __future__ import annotations

import collections
import datetime
import enum
import functools
import typing
import uuid
from collections.abc import Callable
from typing import Annotated, Any, Final

import msgspec

from bolide.validation.bounds import greatest_of, least_of, with_length
from bolide.validation.dataclass_twins import dataclass_twin
from bolide.validation.finish_plan import FinishPlan, FinishPlanner
from bolide.validation.finishing import FinishingTwin, finishing_twin
from bolide.validation.function_nodes import is_function, is_walked_whole
from bolide.validation.hashing import has_chosen_hash
from bolide.validation.lower_unions import LITERAL_KINDS, join_records, lower_options
from bolide.validation.native import foreign_records_read_alike, has_other_names, is_found_elsewhere
from bolide.validation.patterns import anchor_pattern
from bolide.validation.placeholder import decode_lax, decode_strict, is_placeholder, placeholder
from bolide.validation.shortcuts import record_shortcut, tag_shortcut
from bolide.validation.tagged_node import TaggedUnionNode
from bolide.validation.tree import (
    AliasNode,
    AnyNode,
    ArrayNode,
    BoolNode,
    BytesNode,
    CustomNode,
    DateNode,
    DateTimeNode,
    DecimalNode,
    EnumNode,
    FloatNode,
    FunctionNode,
    IntNode,
    LiteralNode,
    MapNode,
    Node,
    NoneNode,
    RecordNode,
    RefNode,
    StrNode,
    TimeDeltaNode,
    TimeNode,
    TupleNode,
    TypeTree,
    UnionNode,
    UUIDNode,
)
from bolide.validation.twins import Twin, twins_of

__all__ = ["Lowering", "lower"]

# hash(n) == n % (2**61 - 1): keys inside cannot share a hash, so no body can make a dict or set of them
# quadratic. Larger ones leave to the walker, which limits their number.
_LARGEST_HASHED_INT: Final = 2**61 - 2
_INT64_MIN: Final = -(2**63)
_INT64_MAX: Final = 2**63 - 1


def lower(tree: TypeTree) -> Any:
    """Return the msgspec type of *tree*; see :class:`Lowering`."""
    return Lowering(tree).lower(tree.root)


class Lowering:
    """Lowers the nodes of one tree, for decoders that are *strict* or not.

    A Model's class is its own lowered type: a decoder gets it primed with the lowered types of its fields.
    """

    __slots__ = (
        "_alike",
        "_decode",
        "_finishing",
        "_open_typed_dicts",
        "_planner",
        "_tree",
        "_walked_records",
        "twins",
    )

    def __init__(self, tree: TypeTree, *, strict: bool = False) -> None:
        self._tree = tree
        self._decode = decode_strict if strict else decode_lax
        self._planner = FinishPlanner(
            self.lower,
            self._key,
            self._reaches_function,
            self._reaches_record,
            tree.resolve,
            self._reader,
            strict,
        )
        self._finishing: dict[Any, FinishingTwin | None] = {}
        self.twins: list[Twin | FinishingTwin] = []
        self._open_typed_dicts: set[Any] = set()
        self._walked_records = frozenset(
            target
            for target, definition in tree.definitions.items()
            if isinstance(definition, RecordNode) and is_walked_whole(definition, tree)
        )
        self._alike = frozenset(tree.definitions)  # what _differs() may take for granted
        self._alike = foreign_records_read_alike(tree, self._differs)

    def lower(self, node: Node) -> Any:
        return _LOWER[type(node)](self, node)

    def _reaches_function(self, node: Node) -> bool:
        return self._tree.reaches(node, is_function)

    def _reaches_record(self, node: Node) -> bool:
        return self._tree.reaches(node, lambda inner: isinstance(inner, RecordNode))

    def root_plan(self) -> FinishPlan:
        """Return how a document is read; :meth:`lower` returns what is read at once or by hooks."""
        plan = self._planner.plan(self._tree.root)
        return FinishPlan(self.lower(self._tree.root)) if plan is None else plan

    def walked(self, node: Node) -> Any:
        return placeholder(TypeTree(node, self._tree.definitions))

    def _reader(self, node: Node) -> Callable[[object], Any]:
        return functools.partial(self._decode, self.walked(node))  # which is compiled when it is called

    def _differs(self, node: Node) -> bool:
        """Tell whether *node*, apart from the records in it, is lowered to what a hint cannot say."""
        if isinstance(node, RefNode):
            definition = self._tree.definitions[node.target]
            if isinstance(definition, EnumNode):
                return _enum_kind(definition.cls) is None
            if isinstance(definition, AliasNode):
                return True
            return definition.kind == "typed_dict" or node.target in self._walked_records
        if isinstance(node, TaggedUnionNode) or (
            isinstance(node, MapNode) and isinstance(node.keys, IntNode)
        ):
            return True
        if (
            isinstance(node, ArrayNode)
            and node.container in (set, frozenset)
            and isinstance(node.items, IntNode)
        ):
            return True
        return is_placeholder(self.lower(node))

    def integer(self, node: IntNode, *, hashed: bool = False) -> Any:
        least = greatest_of(
            node.minimum, None if node.exclusive_minimum is None else node.exclusive_minimum + 1
        )
        most = least_of(node.maximum, None if node.exclusive_maximum is None else node.exclusive_maximum - 1)
        if hashed:
            least = greatest_of(least, -_LARGEST_HASHED_INT)
            most = least_of(most, _LARGEST_HASHED_INT)
        given = [bound for bound in (least, most, node.multiple_of) if bound is not None]
        if not given:
            return int
        if not all(_INT64_MIN <= bound <= _INT64_MAX for bound in given):
            return self.walked(node)
        return Annotated[int, msgspec.Meta(ge=least, le=most, multiple_of=node.multiple_of)]

    def number(self, node: FloatNode) -> Any:
        if node.multiple_of is not None:  # msgspec divides exactly: 0.3 is no multiple of 0.1
            return self.walked(node)
        bounds: dict[str, Any] = {}
        least, above = node.minimum, node.exclusive_minimum
        if above is not None and (least is None or above >= least):
            bounds["gt"] = above
        elif least is not None:
            bounds["ge"] = least
        most, below = node.maximum, node.exclusive_maximum
        if below is not None and (most is None or below <= most):
            bounds["lt"] = below
        elif most is not None:
            bounds["le"] = most
        return Annotated[float, msgspec.Meta(**bounds)] if bounds else float

    def moment(self, node: DateTimeNode | DateNode | TimeNode | TimeDeltaNode) -> Any:
        limits = (node.minimum, node.exclusive_minimum, node.maximum, node.exclusive_maximum)
        return _MOMENTS[type(node)] if limits == (None,) * 4 else self.walked(node)

    def string(self, node: StrNode) -> Any:
        if node.strip or node.case is not None or node.is_ascii:
            return self.walked(node)
        pattern = None if node.pattern is None else anchor_pattern(node.pattern)
        return with_length(str, node.min_length, node.max_length, pattern)

    def literal(self, node: LiteralNode) -> Any:
        for value in node.values:
            if type(value) not in LITERAL_KINDS:
                return self.walked(node)
            if isinstance(value, int) and not _INT64_MIN <= value <= _INT64_MAX:
                return self.walked(node)
        return typing.Literal[node.values]

    def array(self, node: ArrayNode) -> Any:
        if node.container is collections.deque:  # not one of msgspec's
            return self.walked(node)
        hashed = node.container in (set, frozenset)
        items = self._hashed_item(node.items) if hashed else self.lower(node.items)
        if items is None:
            return self.walked(node)
        container: Any = node.container
        array = container[items, ...] if node.container is tuple else container[items]
        return with_length(array, node.min_items, node.max_items)

    def tuple_(self, node: TupleNode) -> Any:
        if node.rest is not None:
            return self.walked(node)
        origin: Any = tuple
        return origin[tuple(self.lower(item) for item in node.items)]

    def mapping(self, node: MapNode) -> Any:
        keys = self._key(node.keys)
        if keys is None or node.container is not dict:
            return self.walked(node)
        origin: Any = dict
        mapping = origin[keys, self.lower(node.values)]
        return with_length(mapping, node.min_properties, node.max_properties)

    def _hashed_item(self, node: Node) -> Any:
        """Return the item type of a set; ``None`` when items of chosen hashes could get through."""
        if isinstance(node, IntNode):
            return self.integer(node, hashed=True)
        if has_chosen_hash(node):
            return None
        return self.lower(node)

    def _key(self, node: Node) -> Any:
        """Return the key type of a map; ``None`` when msgspec parses such keys in a way of its own.

        None as well for keys of chosen hashes.
        """
        if isinstance(node, IntNode):
            return self.integer(node, hashed=True)
        if isinstance(node, AnyNode | StrNode | DateTimeNode | DateNode | TimeNode):  # of Any: text
            return self.lower(node)
        if isinstance(node, LiteralNode) and all(isinstance(value, str) for value in node.values):
            return self.lower(node)
        definition = self._tree.resolve(node)
        if isinstance(definition, EnumNode) and _enum_kind(definition.cls) is str:
            return definition.cls
        return None

    def union(self, node: UnionNode) -> Any:
        joined = join_records(node, self._tree)
        if joined is not node and self._twins_of(joined.options[0]) is None:
            joined = node
        lowered = lower_options(joined, self._tree, self.lower)
        if lowered is not None:
            return lowered
        shortcut = record_shortcut(node, self._tree, self.lower)
        return placeholder(TypeTree(node, self._tree.definitions), shortcut=shortcut)

    def _twins_of(self, node: Node) -> tuple[Twin, ...] | None:
        if not isinstance(node, TaggedUnionNode) or not all(map(self._is_read_alone, node.options)):
            return None
        return twins_of(node, self._tree, self._finishing_twin)

    def tagged_union(self, node: TaggedUnionNode) -> Any:
        twins = self._twins_of(node)
        if twins is None:
            kinds = [self.lower(option) for option in node.options]
            return placeholder(TypeTree(node, self._tree.definitions), shortcut=tag_shortcut(node, kinds))
        known = {twin.cls for twin in self.twins}
        self.twins += [twin for twin in twins if twin.cls not in known]
        return typing.Union[tuple(twin.cls for twin in twins)]  # noqa: UP007 - made from a tuple

    def _is_read_alone(self, node: Node) -> bool:
        """Tell whether msgspec can read the fields of the record *node*, given their lowered types."""
        record = self._tree.resolve(node)
        return (
            isinstance(record, RecordNode)
            and record.cls not in self._walked_records
            and not is_found_elsewhere(record)
        )

    def custom(self, node: CustomNode) -> Any:
        native = node.spec.native
        is_bare = native is not None and self.lower(node.wire) is native.__origin__
        return native if is_bare and not node.constraints else self.walked(node)

    def function(self, node: FunctionNode) -> Any:
        return self.lower(node.inner) if node.mode == "dump" else self.walked(node)

    def reference(self, node: RefNode) -> Any:
        definition = self._tree.definitions[node.target]
        if isinstance(definition, EnumNode):
            return self.walked(node) if _enum_kind(definition.cls) is None else definition.cls
        if isinstance(definition, AliasNode) or node.target in self._walked_records:
            return self.walked(node)
        if definition.kind == "typed_dict":
            return self._typed_dict(node, definition)
        if definition.kind == "model":
            return self.walked(node) if is_found_elsewhere(definition) else self._model(definition)
        if node.target in self._alike:
            return node.target
        twin = self._twin(node.target, lambda: dataclass_twin(node, definition, self._planner))
        return self.walked(node) if twin is None else twin.cls

    def _model(self, record: RecordNode) -> Any:
        twin = self._finishing_twin(record)
        return record.cls if twin is None else twin.cls

    def _finishing_twin(self, record: RecordNode) -> FinishingTwin | None:
        return self._twin(record.cls, lambda: finishing_twin(record, self._planner))

    def _twin(self, target: Any, make: Callable[[], FinishingTwin | None]) -> FinishingTwin | None:
        if target not in self._finishing:
            twin = self._finishing[target] = make()
            if twin is not None:
                self.twins.append(twin)
        return self._finishing[target]

    def _typed_dict(self, node: RefNode, record: RecordNode) -> Any:
        """Return a private twin: msgspec would overlook qualifiers in string annotations (PEP 563)."""
        if record.extra != "ignore" or has_other_names(record) or node.target in self._open_typed_dicts:
            return self.walked(node)
        self._open_typed_dicts.add(node.target)
        fields: dict[str, Any] = {
            field.name: self.lower(field.node)
            if field.required
            else typing.NotRequired[self.lower(field.node)]
            for field in record.fields
        }
        self._open_typed_dicts.remove(node.target)
        return typing.TypedDict(record.cls.__name__, fields)  # type: ignore[operator]


def _enum_kind(cls: type[enum.Enum]) -> type[str] | type[int] | None:
    """Return the type of all values when msgspec can look members up by it."""
    if issubclass(cls, enum.Flag):
        return None  # composites have no member of their own
    types: set[type[Any]] = {type(member.value) for member in cls.__members__.values()}
    if types == {str}:
        return str
    return int if types == {int} else None


_MOMENTS: Final[dict[type[Node], type[Any]]] = {
    DateTimeNode: datetime.datetime,
    DateNode: datetime.date,
    TimeNode: datetime.time,
    TimeDeltaNode: datetime.timedelta,
}


def _constantly(value: Any) -> Callable[[Lowering, Any], Any]:
    return lambda _lowering, _node: value


_LOWER: Final[dict[type[Node], Callable[[Lowering, Any], Any]]] = {
    AnyNode: _constantly(Any),
    NoneNode: _constantly(None),
    BoolNode: _constantly(bool),
    IntNode: Lowering.integer,
    FloatNode: Lowering.number,
    StrNode: Lowering.string,
    BytesNode: Lowering.walked,
    DecimalNode: Lowering.walked,
    CustomNode: Lowering.custom,
    DateTimeNode: Lowering.moment,
    DateNode: Lowering.moment,
    TimeNode: Lowering.moment,
    TimeDeltaNode: Lowering.moment,
    UUIDNode: _constantly(uuid.UUID),
    LiteralNode: Lowering.literal,
    ArrayNode: Lowering.array,
    TupleNode: Lowering.tuple_,
    MapNode: Lowering.mapping,
    UnionNode: Lowering.union,
    TaggedUnionNode: Lowering.tagged_union,
    FunctionNode: Lowering.function,
    RefNode: Lowering.reference,
}
