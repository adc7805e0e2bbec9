"""Values that are read plainly in C, and then checked or finished: models and what stands in them."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import ipaddress
import uuid
from typing import Annotated, Any, Generic, Literal, TypeVar

import annotated_types
import msgspec
import pytest

from bolide.validation.adapter import FAST_PATH_ERRORS, Adapter
from bolide.validation.build import build_tree
from bolide.validation.decoder import build_msgpack_decoder
from bolide.validation.decorators import model_validator
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.functions import AfterValidator, BeforeValidator, PlainValidator, WrapValidator
from bolide.validation.model import Model
from bolide.validation.types.constrained import StringConstraints
from bolide.validation.types.moments import AwareDatetime, NaiveDatetime, PastDate
from bolide.validation.types.uuids import UUID4
from tests.validation.test_fast_path import check_agreement

CALLS: list[Any] = []


def note(value: Any) -> Any:
    CALLS.append(value)
    return value


def shout(text: str) -> str:
    if text == "quiet":
        raise ValueError("too quiet")
    return text.upper()


class Cry(Model):
    text: Annotated[str, Field(min_length=1), AfterValidator(shout), AfterValidator(note)]
    times: int = 1


class Frozen(Model, frozen=True):
    text: Annotated[str, AfterValidator(shout)]


class Tree(Model):
    name: Annotated[str, AfterValidator(shout)]
    children: Annotated[list[Tree], AfterValidator(list)]


@pytest.fixture(autouse=True)
def _forget_calls() -> None:  # pyright: ignore[reportUnusedFunction]
    CALLS.clear()


def test_the_fast_path_calls_validators_once_and_in_order() -> None:
    cry = Adapter(Cry).fast_decode_json(b'{"text": "hey"}')
    assert (type(cry), cry) == (Cry, Cry.model_construct(text="HEY", times=1))
    assert CALLS == ["HEY"]


def test_instances_below_others_are_finished() -> None:
    cries = Adapter(dict[str, list[Cry | None]]).fast_decode_json(b'{"a": [{"text": "hey"}, null]}')
    assert cries == {"a": [Cry.model_construct(text="HEY", times=1), None]}
    assert {type(cry) for cry in cries["a"]} == {Cry, type(None)}


def test_what_a_validator_refuses_is_reported_by_the_walker() -> None:
    with pytest.raises(FAST_PATH_ERRORS):
        Adapter(Cry).fast_decode_json(b'{"text": "quiet"}')
    with pytest.raises(ValidationError) as caught:
        Adapter(Cry).decode_json(b'{"text": "quiet", "times": "x"}')
    assert [(error["type"], error["loc"]) for error in caught.value.errors()] == [
        ("value_error", ("text",)),
        ("int_parsing", ("times",)),
    ]


def test_frozen_instances_are_finished_before_they_are_hashed() -> None:
    assert Adapter(frozenset[Frozen]).decode_json(b'[{"text": "a"}, {"text": "A"}]') == frozenset(
        {Frozen.model_construct(text="A")}
    )


def test_recursive_models_with_validators_are_read() -> None:
    tree = Adapter(Tree).decode_json(b'{"name": "a", "children": [{"name": "b", "children": []}]}')
    leaf = Tree.model_construct(name="B", children=[])
    assert tree == Tree.model_construct(name="A", children=[leaf])


def test_functions_of_several_fields_run_in_the_order_of_the_fields() -> None:
    class Pair(Model):
        first: Annotated[int, AfterValidator(note)]
        inner: Cry
        last: Annotated[int, AfterValidator(note)]

    Adapter(Pair).decode_json(b'{"last": 2, "inner": {"text": "hey"}, "first": 1}')
    assert sorted(map(str, CALLS)) == ["1", "2", "HEY"]
    CALLS.clear()

    class Two(Model):
        first: Annotated[int, AfterValidator(note)]
        last: Annotated[int, AfterValidator(note)]

    Adapter(Two).decode_json(b'{"last": 2, "first": 1}')
    assert CALLS == [1, 2]


def test_copies_are_not_finished_again() -> None:
    cry = Adapter(Cry).decode_json(b'{"text": "hey"}')
    CALLS.clear()
    assert cry.model_copy(deep=True) == cry
    assert CALLS == []


def test_any_other_exception_of_a_validator_comes_out() -> None:
    def fail(value: int) -> int:
        raise KeyError(value)

    class Failing(Model):
        number: Annotated[int, AfterValidator(fail)]

    with pytest.raises(KeyError):
        Failing.model_validate_json(b'{"number": 1}')


Upper = Annotated[str, StringConstraints(to_upper=True)]
Price = Annotated[decimal.Decimal, Field(max_digits=5, decimal_places=2, ge=0)]
NAMES = ["default"]


class Offer(Model):
    name: Upper
    price: Price
    moment: AwareDatetime
    until: Annotated[datetime.date, Field(gt=datetime.date(2020, 1, 1))] | None = None
    hosts: tuple[ipaddress.IPv4Address, ...] = ()
    names: dict[str, list[Upper]] = Field(default_factory=dict)


class Defaults(Model):
    short: Upper = "a"
    number: Annotated[int, AfterValidator(abs)] = -1
    listed: list[Upper] = NAMES
    made: list[Upper] = Field(default_factory=lambda: ["made"])


class Tracking(Model, track_fields_set=True):
    short: Upper = "a"
    other: Upper = "b"


OFFER = b'{"name": "a", "price": %b, "moment": "2026-11-22T10:20:30Z"}'


def test_fields_with_rules_are_read_in_one_pass() -> None:
    offer = Adapter(Offer).fast_decode_json(
        b'{"name": "a", "price": "1.50", "moment": "2026-11-22T10:20:30Z", "until": "2021-01-01",'
        b' "hosts": ["127.0.0.1"], "names": {"x": ["b", "c"]}}'
    )
    assert offer == Offer(
        name="A",
        price=decimal.Decimal("1.50"),
        moment=datetime.datetime(2026, 11, 22, 10, 20, 30, tzinfo=datetime.UTC),
        until=datetime.date(2021, 1, 1),
        hosts=(ipaddress.IPv4Address("127.0.0.1"),),
        names={"x": ["B", "C"]},
    )
    assert type(offer) is Offer


@pytest.mark.parametrize(
    ("price", "fits"),
    [
        (b'"1.50"', True),
        (b"1.5", True),
        (b"150", True),
        (b'"999.99"', True),
        (b'"1.500"', True),
        (b"0", True),
        (b'"1E+2"', True),
        (b"true", False),
        (b"null", False),
        (b"[]", False),
        (b'"1.505"', False),
        (b'"1000"', False),
        (b'"1E+3"', False),
        (b'"-1"', False),
        (b'"NaN"', False),
        (b'"sNaN"', False),
        (b'"Infinity"', False),
        (b'"x"', False),
        (b'"1E+999999999999999999999"', False),
    ],
)
def test_decimals_are_limited_on_the_fast_path(price: bytes, fits: bool) -> None:
    for strict in (False, True):
        adapter: Adapter[Any] = Adapter(Offer, strict=strict)
        assert check_agreement(adapter, OFFER.replace(b"%b", price)) is fits
        assert check_agreement(Adapter(list[Price], strict=strict), b"[" + price + b"]") is fits


@pytest.mark.parametrize(
    ("digits", "places"), [(1, 0), (1, 1), (2, 1), (2, 2), (2, 4), (3, 2), (30, 29), (None, 2), (3, None)]
)
def test_limits_of_decimals_agree_with_the_walker(digits: int | None, places: int | None) -> None:
    adapter: Adapter[Any] = Adapter(
        list[Annotated[decimal.Decimal, Field(max_digits=digits, decimal_places=places)]]
    )
    numbers = [
        "0",
        "0.0",
        "-0",
        "0E+9",
        "1",
        "0.1",
        "0.10",
        "0.12",
        "0.012",
        "9.9",
        "10",
        "1E+1",
        "99.9",
        "123",
    ]
    for number in [*numbers, "0.0012", "1E-29", "9" * 30, "9.5" + "0" * 40]:
        check_agreement(adapter, f'["{number}"]'.encode())


def test_broken_rules_are_reported_by_the_walker() -> None:
    with pytest.raises(ValidationError) as caught:
        Adapter(Offer).decode_json(b'{"name": 1, "price": "1.505", "moment": "2026-11-22T10:20:30"}')
    assert [(error["type"], error["loc"]) for error in caught.value.errors()] == [
        ("string_type", ("name",)),
        ("decimal_max_places", ("price",)),
        ("timezone_aware", ("moment",)),
    ]


def test_lists_of_ruled_values_are_checked_after_decoding() -> None:
    fits = uuid.UUID("b5a7c4f6-9a5e-4c0e-8f43-b0f8fd3f8e4e")
    adapter = Adapter(list[UUID4])
    assert adapter.fast_decode_json(f'["{fits}"]'.encode()) == [fits]
    with pytest.raises(FAST_PATH_ERRORS):
        adapter.fast_decode_json(b'["b5a7c4f6-9a5e-1c0e-8f43-b0f8fd3f8e4e"]')
    assert Adapter(PastDate | None).fast_decode_json(b"null") is None


def test_defaults_are_not_finished() -> None:
    instance = Adapter(Defaults).fast_decode_json(b"{}")
    assert instance == Defaults()
    assert (instance.short, instance.number, instance.listed, instance.made) == (
        "a",
        -1,
        ["default"],
        ["made"],
    )
    assert instance.listed is not NAMES
    given = Adapter(Defaults).fast_decode_json(b'{"short": "a", "number": -1, "listed": ["x"], "made": []}')
    assert given == Defaults.model_construct(short="A", number=1, listed=["X"], made=[])


def test_models_that_track_fields_know_what_was_finished() -> None:
    instance = Adapter(Tracking).fast_decode_json(b'{"short": "x"}')
    assert (instance.short, instance.other, instance.model_fields_set) == ("X", "b", {"short"})


def test_items_are_finished_one_after_the_other() -> None:
    hint = list[Annotated[int, AfterValidator(note), AfterValidator(lambda number: note(-number))]]
    assert Adapter(hint).fast_decode_json(b"[1, 2]") == [-1, -2]
    assert CALLS == [1, -1, 2, -2]


def test_validators_of_several_items_run_in_order_with_those_around() -> None:
    hint = Annotated[dict[str, Annotated[int, AfterValidator(note)]], AfterValidator(note)]
    assert Adapter(hint).decode_json(b'{"a": 1, "b": 2}') == {"a": 1, "b": 2}
    assert CALLS == [1, 2, {"a": 1, "b": 2}]


class Deleted(Model):
    kind: Literal["deleted"]
    moment: PastDate
    by: Upper = "a"


class Renamed(Model):
    kind: Literal["renamed", "moved"] = "renamed"
    name: Annotated[str, AfterValidator(shout)]


def test_options_of_tagged_unions_are_finished() -> None:
    adapter: Adapter[Any] = Adapter(list[Annotated[Deleted | Renamed, Field(discriminator="kind")]])
    events = adapter.fast_decode_json(
        b'[{"moment": "2020-01-01", "kind": "deleted"}, {"kind": "moved", "name": "x"},'
        b' {"kind": "deleted", "moment": "2020-01-01", "by": "c"}]'
    )
    day = datetime.date(2020, 1, 1)
    assert events == [
        Deleted.model_construct(kind="deleted", moment=day, by="a"),
        Renamed.model_construct(kind="moved", name="X"),
        Deleted.model_construct(kind="deleted", moment=day, by="C"),
    ]
    assert [type(event) for event in events] == [Deleted, Renamed, Deleted]
    assert not check_agreement(adapter, b'[{"kind": "deleted", "moment": "9999-01-01"}]')
    assert Adapter(Deleted).fast_decode_json(b'{"kind": "deleted", "moment": "2020-01-01"}') == events[0]


@pytest.mark.parametrize(
    ("hint", "document", "fits"),
    [
        (list[bytes], b'["a", "\\u00e9"]', True),
        (list[bytes | None], b'[null, "a"]', True),
        (Annotated[bytes, Field(max_length=1)], b'"\\u00e9"', False),
        (bytes, b"1", False),
        (bytes, b"[[]]", False),
        (AwareDatetime | int, b"5", True),
        (AwareDatetime | int, b'"2026-11-22T10:20:30Z"', True),
        (AwareDatetime | int, b'"2026-11-22T10:20:30"', False),
        (NaiveDatetime | None, b'"2026-11-22T10:20:30"', True),
        (Annotated[AwareDatetime, Field(gt=datetime.datetime(2020, 1, 1))], b'"2026-11-22T10:20:30Z"', True),
        (Annotated[AwareDatetime, Field(gt=datetime.datetime(2030, 1, 1))], b'"2026-11-22T10:20:30Z"', False),
        (Annotated[datetime.datetime, annotated_types.Timezone(None)], b'"2026-11-22T10:20:30"', True),
    ],
    ids=str,
)
def test_ruled_values_agree_with_the_walker(hint: Any, document: bytes, fits: bool) -> None:
    assert check_agreement(Adapter(hint), document) is fits
    assert check_agreement(Adapter(hint, strict=True), document) is fits


def test_binary_data_of_messagepack_is_read_at_once() -> None:
    class Blob(Model):
        data: bytes
        parts: list[bytes]

    blob = Blob(data=b"\xff", parts=[b"a"])
    packed = msgspec.msgpack.encode({"data": b"\xff", "parts": ["a"]})
    assert build_msgpack_decoder(build_tree(Blob))(packed) == blob
    assert Adapter(Blob).decode_msgpack(packed) == blob


def test_messagepack_is_finished_too() -> None:
    adapter = Adapter(Offer)
    offer = Offer(
        name="A", price=decimal.Decimal("1.5"), moment=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    )
    assert adapter.decode_msgpack(adapter.dump_msgpack(offer)) == offer


@dataclasses.dataclass
class Line:
    amount: Annotated[int, Field(gt=0)]
    price: decimal.Decimal
    names: list[Upper] = dataclasses.field(default_factory=lambda: ["made"])
    next: Line | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class FrozenLine:
    name: Upper
    amount: Annotated[int, Field(gt=0)] = -1


@dataclasses.dataclass
class Finished:
    amount: Annotated[int, Field(gt=0), AfterValidator(note)]
    total: int = 0

    def __post_init__(self) -> None:
        if self.total < 0:
            raise ValueError("below zero")
        self.total += self.amount


@dataclasses.dataclass
class Doubling:
    amount: int

    def __init__(self, amount: int) -> None:
        self.amount = 2 * amount


T = TypeVar("T")


@dataclasses.dataclass
class Box(Generic[T]):
    content: T
    amount: Annotated[int, Field(gt=0)] = 1


def test_dataclasses_with_rules_are_read_at_once() -> None:
    document = b'[{"amount": 1, "price": "1.5", "next": {"amount": 2, "price": 3, "names": ["a"]}}]'
    inner = Line(amount=2, price=decimal.Decimal(3), names=["A"])
    [line] = Adapter(list[Line]).fast_decode_json(document)
    assert line == Line(amount=1, price=decimal.Decimal("1.5"), names=["made"], next=inner)
    assert (type(line), type(line.next), vars(line).keys()) == (Line, Line, vars(inner).keys())
    assert check_agreement(Adapter(list[Line]), document)
    assert not check_agreement(Adapter(Line), b'{"amount": 0, "price": 1}')
    assert not check_agreement(Adapter(Line), b'{"amount": 1, "price": "NaN"}')


def test_frozen_dataclasses_with_slots_are_finished() -> None:
    line = Adapter(FrozenLine).fast_decode_json(b'{"name": "a"}')
    assert (type(line), line) == (FrozenLine, FrozenLine("A", -1))
    assert not check_agreement(Adapter(FrozenLine), b'{"name": "a", "amount": -1}')
    with pytest.raises(dataclasses.FrozenInstanceError):
        line.amount = 3  # type: ignore[misc]


def test_post_init_of_a_dataclass_sees_what_validators_made() -> None:
    assert Adapter(Finished).fast_decode_json(b'{"amount": 2, "total": 1}') == Finished(2, 1)
    assert CALLS == [2]
    assert not check_agreement(Adapter(Finished), b'{"amount": 2, "total": -1}')


def test_constructors_that_somebody_wrote_are_called() -> None:
    assert Adapter(Doubling).decode_json(b'{"amount": 2}').amount == 4


def test_generic_dataclasses_do_not_share_what_they_read() -> None:
    adapter = Adapter(tuple[Box, Box[int], Box[str]])  # type: ignore[type-arg]
    assert check_agreement(adapter, b'[{"content": []}, {"content": 1}, {"content": "a"}]')
    assert adapter.decode_json(b'[{"content": []}, {"content": "1"}, {"content": "a"}]')[1] == Box(1)
    with pytest.raises(ValidationError):
        adapter.decode_json(b'[{"content": []}, {"content": "a"}, {"content": "a"}]')


def test_one_wrong_dataclass_of_a_list_does_not_let_others_through() -> None:
    lines = b'[{"amount": 0, "price": 1}, {"amount": "1", "price": 1}, {"amount": 1, "price": 1}]'
    with pytest.raises(ValidationError) as caught:
        Adapter(list[Line]).decode_json(lines)
    assert [(error["type"], error["loc"]) for error in caught.value.errors()] == [
        ("greater_than", (0, "amount"))
    ]


def split(value: Any) -> Any:
    return value.split(",") if isinstance(value, str) else value


class Prepared(Model):
    numbers: Annotated[list[int], BeforeValidator(split), AfterValidator(sorted)]
    code: Annotated[str, Field(min_length=2), BeforeValidator(note), AfterValidator(shout)]
    size: Annotated[int, Field(ge=1), BeforeValidator(lambda value: value)] = 1
    plain: Annotated[Any, PlainValidator(str)] = None
    wrapped: Annotated[int | None, WrapValidator(lambda value, read: read(value) + 1)] = None


def test_what_a_function_prepares_is_read_by_the_fast_path() -> None:
    prepared = Adapter(Prepared).fast_decode_json(
        b'{"numbers": "2,1", "code": "ab", "size": 3, "plain": 7, "wrapped": 4}'
    )
    expected = {"numbers": [1, 2], "code": "AB", "size": 3, "plain": "7", "wrapped": 5}
    assert (type(prepared), prepared.model_dump()) == (Prepared, expected)
    assert CALLS == ["ab"]


def test_what_a_function_prepares_may_need_a_conversion() -> None:
    prepared = Adapter(Prepared).fast_decode_json(b'{"numbers": [], "code": "ab", "size": "3"}')
    assert prepared.size == 3
    with pytest.raises(FAST_PATH_ERRORS):
        Adapter(Prepared).fast_decode_json(b'{"numbers": [], "code": "ab", "size": "0"}')
    with pytest.raises(ValidationError) as caught:
        Adapter(Prepared).decode_json(b'{"numbers": "1,x", "code": "a", "size": "0"}')
    assert caught.value.error_count() == 3


def test_strict_adapters_convert_nothing_that_a_function_prepared() -> None:
    document = b'{"numbers": "1,2", "code": "ab"}'
    assert Adapter(Prepared).fast_decode_json(document).numbers == [1, 2]
    strict = Adapter(Prepared, strict=True)
    with pytest.raises(FAST_PATH_ERRORS):
        strict.fast_decode_json(document)
    assert strict.fast_decode_json(b'{"numbers": [1, 2], "code": "ab"}').numbers == [1, 2]
    assert Adapter(Prepared).fast_decode_json(document).numbers == [1, 2]


class Span(Model):
    start: int
    end: int

    @model_validator(mode="after")
    def is_ordered(self) -> Span:
        if self.end < self.start:
            raise ValueError("ends before it starts")
        return self.model_copy(update={"end": self.end + 1}) if self.start == self.end else self


class Plan(Model):
    spans: list[Span]
    last: Span | None = None


def test_models_with_validators_of_their_own_are_read_by_the_fast_path() -> None:
    plan = Adapter(Plan).fast_decode_json(
        b'{"spans": [{"start": 1, "end": 2}, {"start": 3, "end": 3}], "last": {"start": 4, "end": 5}}'
    )
    assert [(type(span), span.start, span.end) for span in plan.spans] == [(Span, 1, 2), (Span, 3, 4)]
    assert (type(plan), plan.last) == (Plan, Span(start=4, end=5))
    assert Adapter(dict[str, Span]).fast_decode_json(b'{"a": {"start": 1, "end": 2}}')["a"].end == 2
    with pytest.raises(ValidationError) as caught:
        Adapter(Plan).decode_json(b'{"spans": [{"start": 1, "end": 2}, {"start": 3, "end": 1}]}')
    assert [error["loc"] for error in caught.value.errors()] == [("spans", 1)]


class Node(Model):
    children: dict[Annotated[str, StringConstraints(strip_whitespace=True)], Node] = {}

    @model_validator(mode="after")
    def note_size(self) -> Node:
        note(len(self.children))
        return self


def test_recursive_models_call_their_own_validators_from_the_inside_out() -> None:
    node = Adapter(Node).decode_json(b'{"children": {" a": {"children": {"b": {}}}, "c ": {}}}')
    assert sorted(node.children) == ["a", "c"]
    assert CALLS == [0, 1, 0, 2]


class Weight(enum.Enum):
    LIGHT = 0.5
    HEAVY = "heavy"
    NONE = None
    THREE = 3


def test_members_of_mixed_values_are_looked_up_by_type_and_value() -> None:
    weights = Adapter(list[Weight]).fast_decode_json(b'[3, "heavy", null, 0.5]')
    assert weights == [Weight.THREE, Weight.HEAVY, Weight.NONE, Weight.LIGHT]
    with pytest.raises(FAST_PATH_ERRORS):
        Adapter(list[Weight]).fast_decode_json(b"[3.0]")
    assert Adapter(list[Weight]).decode_json(b"[3.0]") == [Weight.THREE]
    with pytest.raises(ValidationError, match=r"Input should be 0\.5, 'heavy'"):
        Adapter(list[Weight]).decode_json(b'[[], {}, "light"]')
