"""What the fast path accepts, the walker accepts with the same value (P1); every type has one (P10).

The properties P1 to P10 of the engine are listed in ``test_engine_properties``.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import decimal
import enum
import gc
import json
import re
import uuid
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any, Literal

import jsonschema
import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bolide.validation.adapter import FAST_PATH_ERRORS, Adapter
from bolide.validation.decoder import build_decoder, build_msgpack_decoder
from bolide.validation.errors import ErrorDetails, ValidationError
from bolide.validation.fields import Field
from bolide.validation.model import Model
from bolide.validation.msgpack_depth import check_msgpack_depth
from bolide.validation.response import compile_response_encoder
from bolide.validation.tagged_node import TaggedUnionNode
from bolide.validation.tree import (
    CustomNode,
    DecimalNode,
    FunctionNode,
    Node,
    RecordNode,
    StrNode,
    TypeTree,
    UnionNode,
    children,
)
from tests.validation.drawn_leaves import RULED_LEAVES, Level
from tests.validation.drawn_values import json_document, json_values
from tests.validation.sameness import shape
from tests.validation.strategies import hints

date_or_text = datetime.date | str


class Permission(enum.Flag):
    READ = 1
    WRITE = 2


class Digit(enum.Enum):
    ONE = "1"


def check_agreement(adapter: Adapter[Any], data: bytes) -> bool:
    """Return whether the fast path accepts *data*; fail when the walker then disagrees."""
    try:
        fast = adapter.fast_decode_json(data)
    except FAST_PATH_ERRORS:
        return False
    errors: list[ErrorDetails] = []
    walked = adapter.collect_json(data, (), errors)
    assert errors == [], f"{adapter.tree.root}: only the fast path accepts {data!r}"
    assert shape(fast) == shape(walked)
    return True


@settings(max_examples=20, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_the_fast_path_accepts_the_walker_accepts(data: st.DataObject) -> None:
    """P1: soundness of the fast path, for values that are read back as they were written."""
    check_random_types(data, strict=False)


@settings(max_examples=15, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_the_fast_path_accepts_the_walker_accepts_of_rich_types(data: st.DataObject) -> None:
    """P1: the same for value types, names of each direction, extras, root models."""
    check_random_types(data, strict=data.draw(st.booleans()), rich=True)


@settings(max_examples=10, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_the_fast_path_accepts_the_strict_walker_accepts(data: st.DataObject) -> None:
    """P1: the same where nothing is converted."""
    check_random_types(data, strict=True)


@settings(max_examples=20, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_is_finished_after_decoding_the_walker_accepts(data: st.DataObject) -> None:
    """P1: the same where rules are checked after msgspec."""
    check_random_types(data, strict=data.draw(st.booleans()), more=RULED_LEAVES)


@pytest.mark.full
@settings(max_examples=2500, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_the_fast_path_accepts_the_walker_accepts_at_length(data: st.DataObject) -> None:
    """P1, at length."""
    more, rich = data.draw(st.sampled_from([((), False), (RULED_LEAVES, False), ((), True)]))
    check_random_types(data, strict=data.draw(st.booleans()), more=more, rich=rich)


def check_random_types(
    data: st.DataObject, *, strict: bool, more: Sequence[Any] = (), rich: bool = False
) -> None:
    adapter: Adapter[Any] = Adapter(data.draw(hints(more, rich=rich)), strict=strict)
    for _ in range(3):
        document = json_document(data.draw(json_values(adapter.tree, adapter.tree.root)))
        check_agreement(adapter, document)
        check_messagepack(adapter, document, data.draw(st.sampled_from([0, 0, 1, 2, 3])))


def check_messagepack(adapter: Adapter[Any], document: bytes, own_every: int) -> None:
    """Check that what is decoded from MessagePack is what the walker makes of the same data."""
    try:
        packed = msgspec.msgpack.encode(with_own_types(msgspec.json.decode(document), own_every))
        check_msgpack_depth(packed)  # which is refused, unlike in JSON, where a key is unknown
    except (ValueError, OverflowError, RecursionError):  # nothing that MessagePack can carry
        return
    data = msgspec.msgpack.decode(packed)
    assert outcome(lambda: adapter.decode_msgpack(packed)) == outcome(lambda: adapter.validate(data))


def with_own_types(value: Any, own_every: int) -> Any:
    """Return *value* with the types of MessagePack's own for one text of *own_every*, and every such key."""
    if not own_every:
        return value
    if isinstance(value, dict):
        return {
            int(key) if re.fullmatch("[1-9][0-9]{0,15}", key, re.ASCII) else key: with_own_types(
                item, own_every
            )
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [with_own_types(item, own_every) for item in value]
    if not isinstance(value, str) or len(value) % own_every:
        return value
    with contextlib.suppress(ValueError):
        if (moment := datetime.datetime.fromisoformat(value)).tzinfo is not None:
            return moment
    return value.encode()


def outcome(read: Callable[[], Any]) -> Any:
    """Return what is comparable of what *read* returns, or of its errors."""
    try:
        return shape(read())
    except ValidationError as error:
        return repr(error.errors())


def nodes(tree: TypeTree) -> Iterator[Node]:
    """Yield every node of *tree*."""
    pending = [tree.root]
    for definition in tree.definitions.values():
        pending += [field.node for field in definition.fields] if isinstance(definition, RecordNode) else []
    while pending:
        yield (node := pending.pop())
        pending += children(node)


def _may_read_another(node: Node) -> bool:
    """Tell whether what *node* makes of a value may be read as another option when it is written.

    A number becomes a Decimal, which is written as a string, which is read as text; a function or the order
    of the options may choose anything. Secrets are not shown.
    """
    if isinstance(node, CustomNode) and node.spec.is_secret:
        return True
    if isinstance(node, FunctionNode) and node.mode in ("plain", "wrap"):
        return True
    if isinstance(node, TaggedUnionNode) and node.find_tag is not None:
        return True
    if isinstance(node, UnionNode) and node.is_ordered:
        return True
    kinds = {type(option) for option in node.options} if isinstance(node, UnionNode) else set()
    return {StrNode, DecimalNode} <= kinds


@settings(max_examples=20, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_was_decoded_survives_encoding(data: st.DataObject) -> None:
    """P5: the round trip."""
    adapter: Adapter[Any] = Adapter(data.draw(hints()))
    assume(not any(map(_may_read_another, nodes(adapter.tree))))
    document = data.draw(json_values(adapter.tree, adapter.tree.root))
    try:
        value = adapter.decode_json(json_document(document))
    except ValidationError:
        return
    again = adapter.decode_json(adapter.dump_json(value, by_alias=True))
    assert shape(again) == shape(value)


@settings(max_examples=10, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_every_type_has_a_fast_path(data: st.DataObject) -> None:
    """P10: lowering is total, and so are all the other things that are made of a type."""
    adapter: Adapter[Any] = Adapter(data.draw(hints(rich=data.draw(st.booleans()))))
    build_decoder(adapter.tree)
    build_msgpack_decoder(adapter.tree)
    compile_response_encoder(adapter.tree)
    for mode in ("validation", "serialization"):
        jsonschema.Draft202012Validator.check_schema(adapter.json_schema(mode=mode))
    gc.collect(1)  # which msgspec makes crash by some unions; what is new is not older yet


COLLECTIONS = (list[int], set[int], frozenset[str], tuple[int, ...], tuple[int, str], dict[str, int])
LIMITED = (
    Annotated[str, Field(pattern="^a")],
    Annotated[str, Field(min_length=1)],
    Annotated[int, Field(ge=1)],
    Annotated[float, Field(lt=1)],
    Annotated[dict[str, int], Field(min_length=1)],
    Annotated[list[int], Field(max_length=1)],
)


@pytest.mark.parametrize("limited", LIMITED, ids=str)
@pytest.mark.parametrize("collection", COLLECTIONS, ids=str)
def test_no_union_crashes_the_garbage_collector(collection: Any, limited: Any) -> None:
    hint: Any = collection | limited
    for adapter in (Adapter(hint), Adapter(list[hint]), Adapter(dict[str, hint | None])):
        build_decoder(adapter.tree)
        build_msgpack_decoder(adapter.tree)
        gc.collect()


# Cases in which msgspec alone would see something else than the walker (reference: 77,340 comparisons).
FAMILIES: list[tuple[Any, str]] = [
    (bytes, '"YQ=="'),
    (decimal.Decimal, '"NaN"'),
    (decimal.Decimal, '"sNaN"'),
    (decimal.Decimal, '"-Infinity"'),
    (decimal.Decimal, "1.10"),
    (decimal.Decimal, "1e400"),
    (decimal.Decimal | None, '"Infinity"'),
    (datetime.datetime, '"2020-01-01T00:00:00.1234567"'),
    (datetime.datetime, '"2019-12-31T23:59:59.9999999Z"'),
    (datetime.time, '"23:59:59.9999999"'),
    (datetime.timedelta, '"pt1s"'),
    (Permission, "3"),
    (Permission, "8"),
    (decimal.Decimal | float, '"nan"'),
    (Annotated[str, Field(pattern="^a$")], '"a\\n"'),
    (int | None, '"null"'),
    (int | uuid.UUID, '"12345678123456781234567812345678"'),
    (int | Digit, '"1"'),
    (float | Level, "1"),
    (dict[int | str, int], '{"1": 1}'),
    (dict[Literal[1, 2], int], '{"1": 1}'),
    (dict[Level, int], '{"1": 1}'),
    (dict[float, int], '{"1": 1, "1.0": 2}'),
    (Annotated[int, Field(gt=1)] | Annotated[int, Field(lt=-1)], "5"),
    (Annotated[float, Field(multiple_of=0.1)], "0.3"),
    (Annotated[int, Field(lt=2**70)], "5"),
    (Annotated[int, Field(ge=0)], "123456789012345678901234567890"),
    (str | Literal["a"], '"a"'),
    (date_or_text, '"2020-01-01"'),
    (list[int] | list[str], '["a"]'),
    (dict[str, int] | Level, '{"a": 1}'),
]


@pytest.mark.parametrize(("hint", "document"), FAMILIES, ids=lambda case: str(case)[:40])
def test_known_disagreements_of_msgspec_are_gone(hint: Any, document: str) -> None:
    check_agreement(Adapter(hint), document.encode())
    check_agreement(Adapter(list[hint]), f"[{document}]".encode())


def test_constraints_of_a_dataclass_hold_on_the_fast_path() -> None:
    @dataclasses.dataclass
    class Item:
        a: Annotated[int, Field(gt=0)]

    assert not check_agreement(Adapter(Item), b'{"a": 0}')
    assert check_agreement(Adapter(Item), b'{"a": 1}')


@pytest.mark.parametrize("option", ["gt", "ge", "lt", "le", "multiple_of"])
@pytest.mark.parametrize("number", [int, float])
def test_each_bound_of_a_number_holds_on_the_fast_path(number: type, option: str) -> None:
    adapter: Adapter[Any] = Adapter(Annotated[number, Field(**{option: 2})])
    refused = {"gt": "2", "ge": "1", "lt": "2", "le": "3", "multiple_of": "3"}[option]
    accepted = {"gt": "3", "ge": "2", "lt": "1", "le": "2", "multiple_of": "4"}[option]
    assert check_agreement(adapter, accepted.encode())
    assert not check_agreement(adapter, refused.encode())


@pytest.mark.parametrize(
    "hint", [str, list[int], deque[int], tuple[int, ...], set[int], frozenset[int]], ids=str
)
def test_each_bound_of_a_length_holds_on_the_fast_path(hint: Any) -> None:
    one, two, three = ('"a"', '"ab"', '"abc"') if hint is str else ("[1]", "[1, 2]", "[1, 2, 3]")
    for option, refused in (("min_length", one), ("max_length", three)):
        adapter: Adapter[Any] = Adapter(Annotated[hint, Field(**{option: 2})])
        assert check_agreement(adapter, two.encode())
        assert not check_agreement(adapter, refused.encode())


@pytest.mark.parametrize("hint", [dict[str, int], dict[int, int], OrderedDict[str, int]], ids=str)
def test_each_bound_of_a_size_holds_on_the_fast_path(hint: Any) -> None:
    one, two, three = '{"1": 1}', '{"1": 1, "2": 2}', '{"1": 1, "2": 2, "3": 3}'
    for option, refused in (("min_length", one), ("max_length", three)):
        adapter: Adapter[Any] = Adapter(Annotated[hint, Field(**{option: 2})])
        assert check_agreement(adapter, two.encode())
        assert not check_agreement(adapter, refused.encode())


class Part(Model):
    n: int
    anything: Any = None


class Strict(Model, extra="forbid"):
    n: int


class Whole(Model):
    n: int
    part: Part | None = None
    parts: list[Part] = []
    by_name: dict[str, Part] = {}
    pair: tuple[int, Part] | None = None
    strict: Strict | None = None


SKIPPED = (b'"\xff"', b"1e999", b"9" * 4400, b"[" * 600 + b"]" * 600, b'[{"\xff": 1}]')
PLACES = (
    b'{"n": %s, "x": %s}',
    b'{"n": %s, "part": {"n": 2, "x": %s}}',
    b'{"n": %s, "parts": [{"n": 2}, {"n": 2, "x": %s}]}',
    b'{"n": %s, "by_name": {"a": {"n": 2, "x": %s}}}',
    b'{"n": %s, "pair": [1, {"n": 2, "x": %s}]}',
    b' {"n": %s, "x": {"x": %s}, "\xff": 1}',
)


@pytest.mark.parametrize("skipped", SKIPPED, ids=lambda skipped: str(skipped[:6]))
@pytest.mark.parametrize("place", PLACES)
def test_what_an_unknown_key_holds_never_matters(place: bytes, skipped: bytes) -> None:
    adapter = Adapter(Whole)
    exact = adapter.decode_json(place % (b"1", skipped))
    assert adapter.decode_json(place % (b'"1"', skipped)) == exact
    errors: list[ErrorDetails] = []
    adapter.collect_json(place % (b'"no"', skipped), ("body",), errors)
    assert [(error["type"], error["loc"]) for error in errors] == [("int_parsing", ("body", "n"))]


@pytest.mark.parametrize("skipped", SKIPPED, ids=lambda skipped: str(skipped[:6]))
@pytest.mark.parametrize(
    "place",
    [
        b'{"n": 1, "part": {"n": 2, "anything": %s}}',
        b'{"n": 1, "strict": {"n": 2, "x": %s}}',
        b'{"n": 1, "pair": [1, {"n": 2}, %s]}',
    ],
)
def test_what_a_known_place_holds_must_be_readable(place: bytes, skipped: bytes) -> None:
    with pytest.raises(ValidationError) as caught:
        Adapter(Whole).decode_json(place % skipped)
    assert [error["type"] for error in caught.value.errors()] == ["json_invalid"]


def test_known_parts_are_no_deeper_than_a_whole_document() -> None:
    for depth, fits in ((198, True), (199, False)):
        document = b'{"n": "1", "x": 1e999, "part": {"n": 1, "anything": %s}}' % (b"[" * depth + b"]" * depth)
        errors: list[ErrorDetails] = []
        Adapter(Whole).collect_json(document, (), errors)
        assert [error["type"] for error in errors] == ([] if fits else ["json_invalid"])


class Key(Model, frozen=True):
    number: int


@dataclasses.dataclass(frozen=True)
class Point:
    x: int


COLLIDING = [(2**61 - 1) * n for n in range(1, 200)]
COLLIDING_UUIDS = [str(uuid.UUID(int=n)) for n in COLLIDING]


@pytest.mark.parametrize(
    ("hint", "values"),
    [
        (set[int], COLLIDING),
        (frozenset[int], COLLIDING),
        (set[Any], COLLIDING),
        (set[int | str], COLLIDING),
        (set[decimal.Decimal], [str(n) for n in COLLIDING]),
        (set[uuid.UUID], COLLIDING_UUIDS),
        (set[tuple[int, int]], [[n, 0] for n in COLLIDING]),
        (set[tuple[int, ...]], [[n, 0] for n in COLLIDING]),
        (set[frozenset[int]], [[n] for n in COLLIDING]),
        (set[Key], [{"number": n} for n in COLLIDING]),
        (frozenset[Point], [{"x": n} for n in COLLIDING]),
        (dict[int, int], {str(n): 0 for n in COLLIDING}),
        (dict[decimal.Decimal, int], {str(n): 0 for n in COLLIDING}),
        (dict[uuid.UUID, int], dict.fromkeys(COLLIDING_UUIDS, 0)),
    ],
    ids=lambda case: str(case)[:30],
)
def test_values_of_one_hash_are_refused_before_they_are_hashed(hint: Any, values: Any) -> None:
    adapter: Adapter[Any] = Adapter(hint)
    document = json.dumps(values).encode()
    with pytest.raises(FAST_PATH_ERRORS):
        adapter.fast_decode_json(document)
    with pytest.raises(ValidationError) as caught:
        adapter.decode_json(document)
    assert [error["type"] for error in caught.value.errors()] == ["too_long"]


@pytest.mark.parametrize("hint", [set[int], set[float], set[uuid.UUID], set[Any], set[str], set[bool]])
def test_many_values_of_different_hashes_make_a_set(hint: Any) -> None:
    values: list[Any] = [bool(n % 2) if hint == set[bool] else str(n) for n in range(2000)]
    if hint == set[uuid.UUID]:
        values = [str(uuid.UUID(int=n)) for n in range(2000)]
    assert len(Adapter(hint).decode_json(json.dumps(values * 2).encode())) == (
        2 if hint == set[bool] else 2000
    )
