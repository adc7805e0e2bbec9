"""Decide which branch of a union a value belongs to.

Every branch is tried with the lax rules; the best match wins: more fields of a record found, then the
more exact conversion, then the order of declaration. A scalar or container that needed no conversion at
all wins at once. When no branch accepts, the errors of all branches are reported, each under its label.
"""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import msgspec

from bolide.validation.errors import ErrorDetails, ErrorLimitReached, ErrorList, Loc, error_limit, forward
from bolide.validation.lax import INVALID
from bolide.validation.shapes import find_value, is_mapping
from bolide.validation.tagged import TagReader
from bolide.validation.tagged_node import TaggedUnionNode
from bolide.validation.tree import (
    AnyNode,
    ArrayNode,
    CustomNode,
    EnumNode,
    FloatNode,
    FunctionNode,
    LiteralNode,
    MapNode,
    Node,
    RecordNode,
    TupleNode,
    TypeTree,
    UnionNode,
    children,
)

__all__ = ["UnionBranch", "choose_branch", "note_step", "read_or_omit", "separate_errors"]

_MISSING = object()
_SEQUENCES = (list, tuple, collections.deque)


# How much a value had to be converted; more is better.
_LAX, _STRICT, _EXACT = 0, 1, 2


class _Quality(msgspec.Struct, frozen=True):
    """How well a branch fits: *fields* counts record fields found, None where no record was built."""

    exactness: int
    fields: int | None = None

    def beats(self, other: _Quality) -> bool:
        """Tell whether this match is better than *other*, which was declared earlier."""
        if self.fields is not None and other.fields is not None and self.fields != other.fields:
            return self.fields > other.fields
        return self.exactness > other.exactness


class UnionBranch(msgspec.Struct, frozen=True):
    """One option of a union: *walk* is its generated function."""

    label: str
    walk: Callable[..., Any]
    tree: TypeTree
    node: Node


class _Outcome(msgspec.Struct, frozen=True):
    # The raw value is kept so that its id stays taken for as long as the memo lives.
    raw: object
    loc: Loc
    value: Any
    errors: list[ErrorDetails]


_KnownQualities: TypeAlias = dict[tuple[int, int, int], tuple[_Quality, object, object]]


class _Step(msgspec.Struct, frozen=True):
    """What the type below a function read, and as what; *raw* is kept so that its id stays taken."""

    raw: object
    given: Any
    made: Any


class _Memo(msgspec.Struct):
    """What is known of the unions inside of one outermost union, of which *limit* errors are reported."""

    limit: int
    steps: dict[tuple[int, int], _Step] = {}
    outcomes: dict[tuple[int, int], _Outcome] = {}
    qualities: _KnownQualities = {}


class _Attempt(ErrorList):
    """The errors of one branch.

    Carries the outcomes so far of unions further inside: without them a recursive union would be tried
    once per combination of branches above it, 2**depth times.
    """

    __slots__ = ("memo",)

    def __init__(self, memo: _Memo, limit: int | None = None) -> None:
        super().__init__(memo.limit if limit is None else limit)
        self.memo = memo


def separate_errors(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Return an empty list for a walk inside of the one that fills *errors*."""
    return _Attempt(errors.memo) if isinstance(errors, _Attempt) else []


def note_step(errors: list[ErrorDetails], node: Node, raw: object, *, given: object, made: object) -> None:
    """Note for the unions around that *node*, to read *raw*, had its type read *given*, as *made*."""
    if isinstance(errors, _Attempt):
        errors.memo.steps[id(node), id(raw)] = _Step(raw, given, made)


def read_or_omit(
    walk: Callable[..., Any], raw: object, loc: Loc, errors: list[ErrorDetails], *passed: Any
) -> Any:
    """Return *raw* as *walk* reads it, INVALID when it is not valid; its errors are nobody's.

    Args:
        walk: The generated function that reads it.
        raw: The value.
        loc: Where it stands.
        errors: The errors of the walk around; they say what is known of unions there.
        *passed: Further arguments of *walk*.
    """
    attempt = separate_errors(errors)
    try:
        value = walk(raw, loc, attempt, *passed)
    except ErrorLimitReached:
        return INVALID
    return INVALID if attempt else value


def choose_branch(
    branches: tuple[UnionBranch, ...],
    raw: Any,
    loc: Loc,
    errors: list[ErrorDetails],
    *passed: Any,
    is_ordered: bool = False,
) -> Any:
    """Return *raw* as the best matching branch reads it, or report the errors of all branches.

    Args:
        branches: The options in order of declaration.
        raw: The value.
        loc: Where it stands.
        errors: Takes the errors of all branches when none accepts.
        *passed: Further arguments of the branches' functions.
        is_ordered: The first branch that accepts is the best.
    """
    # One frame for all of this: in recursive types, frames of the interpreter bound the depth.
    kind: Any = raw.__class__  # a class of iterators is none
    if hasattr(kind, "__next__"):
        raw = list(raw)  # or the first branch would leave nothing for the second
    memo = errors.memo if isinstance(errors, _Attempt) else _Memo(error_limit(errors))
    key = id(branches), id(raw)
    outcome = memo.outcomes.get(key)
    if outcome is None:
        contest = _Contest(memo, is_ordered=is_ordered)
        for branch in branches:
            attempt = contest.attempt()
            inside = *loc, branch.label
            try:
                if (
                    len(passed) == 1
                ):  # the depth; Python 3.11 takes 1 KiB of the C stack for a call with a star
                    value = branch.walk(raw, inside, attempt, passed[0])
                else:
                    value = branch.walk(raw, inside, attempt, *passed)
            except ErrorLimitReached:
                value = None
            if contest.is_decided(branch, raw, value, attempt):
                break
        outcome = memo.outcomes[key] = contest.outcome(raw, loc)
    for error in outcome.errors:
        if outcome.loc is not loc:  # the same value was tried below another branch's label before
            error = error.copy()
            error["loc"] = loc + error["loc"][len(outcome.loc) :]
        forward(errors, error)
    return outcome.value


class _Contest:
    """The branches of one union for one value, as they are tried in order."""

    __slots__ = ("_best", "_failures", "_is_ordered", "_memo")

    def __init__(self, memo: _Memo, *, is_ordered: bool) -> None:
        self._memo = memo
        self._is_ordered = is_ordered
        self._failures: list[ErrorDetails] = []
        self._best: tuple[_Quality, Any] | None = None

    def attempt(self) -> _Attempt:
        """Return what takes the errors of the next branch."""
        # Of what nobody will be told, the first error says enough. A recursive union of three would copy
        # three times as many errors at every level as are reported.
        is_told = len(self._failures) < self._memo.limit
        return _Attempt(self._memo, None if is_told else 1)

    def is_decided(self, branch: UnionBranch, raw: object, value: Any, attempt: _Attempt) -> bool:
        """Take in what *branch* made of *raw*; tell whether no other branch can be better."""
        if attempt:
            self._failures.extend(attempt if len(self._failures) < self._memo.limit else ())
            return False
        if self._is_ordered:
            self._best = _Quality(_EXACT), value
            return True
        quality = _Judge(branch.tree, self._memo).quality(branch.node, raw, value)
        is_exact = quality.exactness == _EXACT and quality.fields is None
        if self._best is None or is_exact or quality.beats(self._best[0]):
            self._best = quality, value
        return is_exact

    def outcome(self, raw: object, loc: Loc) -> _Outcome:
        """Return the best match, or the errors of all branches."""
        if self._best is not None:
            return _Outcome(raw, loc, self._best[1], [])
        return _Outcome(raw, loc, None, self._failures)


class _Judge:
    """Tells how well values match what they were made from.

    Every pair is judged once per node: recursive unions would ask again for each way that leads to it.
    """

    __slots__ = ("_known", "_steps", "_tree")

    def __init__(self, tree: TypeTree, memo: _Memo) -> None:
        self._tree = tree
        self._known = memo.qualities
        self._steps = memo.steps

    def quality(self, node: Node, raw: Any, value: Any) -> _Quality:
        """Return how well *value*, made from *raw* as *node*, matches."""
        resolved = self._tree.resolve(node)
        if isinstance(resolved, FunctionNode):
            return self._function_quality(resolved, raw, value)
        if isinstance(resolved, CustomNode) and resolved.spec.wraps and value is not raw:
            given = resolved.spec.dump(raw) if isinstance(raw, resolved.cls) else raw
            inner = self.quality(resolved.wire, given, resolved.spec.dump(value))
            return _Quality(min(inner.exactness, _STRICT), inner.fields)
        if not isinstance(resolved, (RecordNode, UnionNode, ArrayNode, TupleNode, MapNode)):
            return _scalar_quality(resolved, raw, value)
        key = id(resolved), id(raw), id(value)
        known = self._known.get(key)
        if known is None:
            # Both objects are kept, so that their ids stay taken.
            known = self._known[key] = self._judge(resolved, raw, value), raw, value
        return known[0]

    def _function_quality(self, node: FunctionNode, raw: Any, value: Any) -> _Quality:
        if node.mode == "dump":
            return self.quality(node.inner, raw, value)
        if node.mode == "plain":
            return _Quality(_EXACT)
        step = self._steps.get((id(node), id(raw)))
        if step is None:  # a wrap validator that never called its handler has converted nothing
            return _Quality(_EXACT if node.mode == "wrap" else _LAX)
        return self.quality(node.inner, step.given, step.made)

    def _judge(
        self, node: RecordNode | UnionNode | ArrayNode | TupleNode | MapNode, raw: Any, value: Any
    ) -> _Quality:
        if isinstance(node, RecordNode):
            return self._record_quality(node, raw, value)
        if isinstance(node, TaggedUnionNode):
            reader = TagReader(node)
            position = reader.position(reader.tag(raw))
            return _Quality(_LAX) if position is None else self.quality(node.options[position], raw, value)
        if not isinstance(node, UnionNode):
            return self._container_quality(node, raw, value)
        options = [option for option in node.options if _fits(self._tree.resolve(option), value)]
        qualities = [self.quality(option, raw, value) for option in options]
        return max(qualities, default=_Quality(_LAX), key=lambda quality: quality.exactness)

    def _record_quality(self, node: RecordNode, raw: Any, value: Any) -> _Quality:
        if (step := self._steps.get((id(node), id(raw)))) is not None:
            raw = step.given
        if not is_mapping(raw):
            is_own = type(raw) is node.cls
            return _Quality(_EXACT if is_own else _STRICT if value is raw else _LAX)
        is_dict = node.kind == "typed_dict"
        count, exactness = 0, _EXACT if is_dict else _STRICT
        for field in node.read_fields:
            found, path = find_value(raw, field.paths or ((field.wire_name,),))
            if path:
                made = value[field.name] if is_dict else getattr(value, field.name, _MISSING)
                quality = self.quality(field.node, found, made)
                count += 1 + (quality.fields or 0)
                exactness = min(exactness, exactness if made is _MISSING else quality.exactness)
        return _Quality(exactness, count)

    def _container_quality(self, node: ArrayNode | TupleNode | MapNode, raw: Any, value: Any) -> _Quality:
        if _may_omit(node) and (not hasattr(raw, "__len__") or len(raw) != len(value)):
            return _Quality(_LAX)  # which parts are left is not known
        parts = list(self._container_parts(node, raw, value))
        is_same_container = type(raw) is type(value) and len(raw) == len(value)
        is_empty = isinstance(node, MapNode) and not value
        without_parts = _STRICT if _holds_anything(node) and not is_empty else _EXACT
        exactness = min((part.exactness for part in parts), default=without_parts)
        counts = [part.fields for part in parts if part.fields is not None]
        return _Quality(exactness if is_same_container else _LAX, sum(counts) if counts else None)

    def _container_parts(
        self, node: ArrayNode | TupleNode | MapNode, raw: Any, value: Any
    ) -> Iterable[_Quality]:
        if _holds_anything(node):
            return
        if isinstance(node, MapNode):
            for raw_pair, pair in zip(raw.items(), value.items(), strict=False):
                yield self.quality(node.keys, raw_pair[0], pair[0])
                yield self.quality(node.values, raw_pair[1], pair[1])
        elif isinstance(node, TupleNode):
            if type(raw) in _SEQUENCES:
                repeated = (
                    []
                    if node.rest is None
                    else [node.rest] * (len(value) - len(node.items) - len(node.suffix))
                )
                nodes = (*node.items, *repeated, *node.suffix)
                for item_node, raw_item, item in zip(nodes, raw, value, strict=True):
                    yield self.quality(item_node, raw_item, item)
        elif type(raw) in _SEQUENCES and node.container in _SEQUENCES:
            for raw_item, item in zip(raw, value, strict=True):
                yield self.quality(node.items, raw_item, item)
        elif type(raw) is type(value) and {(type(x), x) for x in raw} != {(type(x), x) for x in value}:
            yield _Quality(_LAX)


def _may_omit(node: ArrayNode | TupleNode | MapNode) -> bool:
    if isinstance(node, MapNode):
        return bool(node.omits_keys or node.omits_values)
    return isinstance(node, ArrayNode) and bool(node.omits)


def _holds_anything(node: Node) -> bool:
    """Tell whether *node* is a bare container, which looks at nothing inside of it."""
    inner = children(node)
    return bool(inner) and all(isinstance(child, AnyNode) for child in inner)


def _scalar_quality(node: Node, raw: Any, value: Any) -> _Quality:
    if isinstance(node, AnyNode):  # better than a value that had to be converted by lax rules
        return _Quality(_STRICT if value is raw else _LAX)
    if isinstance(node, CustomNode) and value is not raw:
        return _Quality(_LAX)
    if type(raw) is type(value):
        return _Quality(_EXACT)
    is_strict = isinstance(raw, int if isinstance(node, FloatNode) else type(value))
    is_enum_or_bool = isinstance(node, (EnumNode, LiteralNode)) or isinstance(raw, bool)
    return _Quality(_STRICT if is_strict and not is_enum_or_bool else _LAX)


def _fits(node: Node, value: Any) -> bool:
    """Tell whether *value* can be what *node* makes, by its type alone."""
    if isinstance(node, RecordNode):
        return isinstance(value, dict if node.kind == "typed_dict" else node.cls)
    if isinstance(node, EnumNode):
        return isinstance(value, node.cls)
    if isinstance(node, CustomNode):
        return isinstance(value, node.cls) if node.value is None else _fits(node.value, value)
    if isinstance(node, (ArrayNode, MapNode)):
        return type(value) is node.container
    expected = _PYTHON_TYPES.get(type(node).__name__)
    return expected is None or type(value) is expected


_PYTHON_TYPES: Mapping[str, type] = {
    "NoneNode": type(None),
    "BoolNode": bool,
    "IntNode": int,
    "FloatNode": float,
    "StrNode": str,
    "BytesNode": bytes,
    "TupleNode": tuple,
}
