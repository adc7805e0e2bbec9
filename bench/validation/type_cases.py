"""Type by type: lists of 100 values of each kind, as pydantic's users declare them.

Evaluates annotations at once, like :mod:`bench.validation.subjects`.
"""

import collections
import datetime as dt
import decimal
import enum
import fractions
import ipaddress
import json
import pathlib
import re
import typing
import uuid
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final, Literal, NamedTuple, NotRequired

import annotated_types
from typing_extensions import TypeAliasType, TypedDict

from bench.validation.cases import Case
from bench.validation.subjects import BOLIDE, PYDANTIC, Library, decoder

__all__ = ["TYPE_CASES"]

Declare = Callable[[Library], Any]

_COUNT: Final = 100


class Colour(enum.Enum):
    RED = "red"
    GREEN = "green"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    MIDDLE = 2
    HIGH = 3


class Weight(enum.Enum):
    LIGHT = 0.5
    HEAVY = "heavy"
    NONE = 3


@dataclass
class PointData:
    x: int
    y: int
    label: str = ""


@dataclass(slots=True)
class SlottedPoint:
    x: int
    y: int
    label: str = ""


@dataclass
class Line:
    amount: Annotated[int, annotated_types.Gt(0)]
    price: decimal.Decimal
    name: str = ""


class PointTuple(NamedTuple):
    x: int
    y: int


class PointDict(TypedDict):
    x: int
    y: int
    label: NotRequired[str]


T = typing.TypeVar("T")
UserId = typing.NewType("UserId", int)


def _same(hint: Any) -> Declare:
    return lambda _library: hint


def _named(name: str, *arguments: Any) -> Declare:
    """Return a type that both libraries export under *name*, with type arguments."""

    def declare(library: Library) -> Any:
        found = getattr(library, name)
        return found[arguments[0] if len(arguments) == 1 else arguments] if arguments else found

    return declare


def _constrained(hint: Any, **options: Any) -> Declare:
    return lambda library: Annotated[hint, library.Field(**options)]


def _model(library: Library) -> Any:
    class Point(library.Model):  # type: ignore[misc, name-defined]
        x: int
        y: int
        label: str = ""

    return Point


def _nested(library: Library) -> Any:
    point = _model(library)

    class Line(library.Model):  # type: ignore[misc, name-defined]
        start: point  # type: ignore[valid-type]
        end: point  # type: ignore[valid-type]

    return Line


def _generic(library: Library) -> Any:
    class Box(library.Model, typing.Generic[T]):  # type: ignore[misc, name-defined]
        content: T

    return Box[int]


def _recursive(library: Library) -> Any:
    class Tree(library.Model):  # type: ignore[misc, name-defined]
        name: str
        children: "list[Tree]"

    return Tree


def _root(library: Library) -> Any:
    class Names(library.RootModel[list[str]]):  # type: ignore[misc, name-defined]
        pass

    return Names


def _forbidding(library: Library) -> Any:
    class Closed(library.Model, extra="forbid"):  # type: ignore[misc, name-defined]
        x: int
        y: int

    return Closed


def _aliased(library: Library) -> Any:
    class Aliased(library.Model):  # type: ignore[misc, name-defined]
        first: int = library.Field(alias="firstNumber")
        second: int = library.Field(alias="secondNumber")

    return Aliased


def _allowing(library: Library) -> Any:
    class Open(library.Model, extra="allow"):  # type: ignore[misc, name-defined]
        x: int

    return Open


def _two_models(library: Library) -> Any:
    class Cat(library.Model):  # type: ignore[misc, name-defined]
        meows: int

    class Dog(library.Model):  # type: ignore[misc, name-defined]
        barks: float

    return Cat | Dog


def _after(library: Library) -> Any:
    return Annotated[int, library.AfterValidator(abs)]


def _before(library: Library) -> Any:
    return Annotated[int, library.BeforeValidator(int)]


def _wrap(library: Library) -> Any:
    return Annotated[int, library.WrapValidator(lambda value, handler: handler(value))]


def _plain(library: Library) -> Any:
    return Annotated[int, library.PlainValidator(int)]


def _stripped(library: Library) -> Any:
    return Annotated[str, library.StringConstraints(strip_whitespace=True, to_lower=True)]


def _omitting(library: Library) -> Any:
    return list[library.OnErrorOmit[int]]  # type: ignore[misc, name-defined]


def _failing_fast(library: Library) -> Any:
    return Annotated[list[int], library.FailFast()]


def _chosen_by_function(library: Library) -> Any:
    class Circle(library.Model):  # type: ignore[misc, name-defined]
        radius: int

    class Square(library.Model):  # type: ignore[misc, name-defined]
        side: int

    round_, edged = Annotated[Circle, library.Tag("round")], Annotated[Square, library.Tag("edged")]
    return Annotated[round_ | edged, library.Discriminator(_shape)]


def _shape(value: Any) -> str:
    return "round" if "radius" in value else "edged"


def _with_choices(library: Library) -> Any:
    class Chosen(library.Model):  # type: ignore[misc, name-defined]
        x: int = library.Field(validation_alias=library.AliasChoices("x", "X"))
        y: int = library.Field(validation_alias=library.AliasPath("at", 0))

    return Chosen


def _their_model(_library: Library) -> Any:
    return _model(PYDANTIC)


Nested = TypeAliasType("Nested", "dict[str, Nested] | list[Nested] | int")

_POINT: Final = {"x": 1, "y": 2, "label": "here"}
_WITHOUT_LABEL: Final = {"x": 1, "y": 2}
_TREE: Final = {"name": "a", "children": [{"name": "b", "children": []}, {"name": "c", "children": []}]}
_UUIDS: Final = [
    str(uuid.UUID(int=0x1234567812344678 << 64 | 0x9234567812345678 + n, version=4)) for n in range(10)
]

# Title, hint, samples that are repeated to fill the list.
_ROWS: Final[tuple[tuple[str, Declare, list[Any]], ...]] = (
    ("int", _same(int), [1, 22, -333, 4444]),
    ("int ≥ 0", _constrained(int, ge=0), [1, 22, 333, 4444]),
    ("float", _same(float), [1.5, 22.25, -3.0]),
    ("float > 0", _constrained(float, gt=0), [1.5, 22.25, 3.0]),
    ("str", _same(str), ["one", "another", "something longer than that"]),
    ("str with lengths", _constrained(str, min_length=1, max_length=40), ["one", "another"]),
    ("str with a pattern", _constrained(str, pattern="^[a-z]+$"), ["one", "another"]),
    ("bool", _same(bool), [True, False]),
    ("None", _same(None), [None]),
    ("Any", _same(Any), [1, "two", [3], {"four": 5}]),
    ("bytes", _same(bytes), ["some", "bytes and more"]),
    ("datetime", _same(dt.datetime), ["2026-11-22T10:20:30Z", "2026-11-22T10:20:30.123456+02:00"]),
    ("date", _same(dt.date), ["2026-11-22", "1999-12-31"]),
    ("time", _same(dt.time), ["10:20:30", "23:59:59.5"]),
    ("timedelta", _same(dt.timedelta), ["PT1H30M", "P1DT2H"]),
    ("datetime without seconds (lax)", _same(dt.datetime), ["2026-11-22T10:20"]),
    ("AwareDatetime", _named("AwareDatetime"), ["2026-11-22T10:20:30Z"]),
    ("PastDate", _named("PastDate"), ["1999-12-31"]),
    ("Decimal", _same(decimal.Decimal), ["1.50", "22.255"]),
    ("Decimal of 2 places", _constrained(decimal.Decimal, max_digits=8, decimal_places=2), ["1.50", "22.25"]),
    ("UUID", _same(uuid.UUID), _UUIDS),
    ("UUID4", _named("UUID4"), _UUIDS),
    ("Enum of str", _same(Colour), ["red", "green", "blue"]),
    ("IntEnum", _same(Level), [1, 2, 3]),
    ("Enum of mixed values", _same(Weight), [0.5, "heavy", 3]),
    ("Literal of str", _same(Literal["a", "b", "c"]), ["a", "b", "c"]),
    ("Literal of int and str", _same(Literal[1, "b", 3]), [1, "b", 3]),
    ("list[int]", _same(list[int]), [[1, 2, 3], [4]]),
    ("set[str]", _same(set[str]), [["a", "b"], ["c"]]),
    ("set[int]", _same(set[int]), [[1, 2], [3]]),
    ("frozenset[str]", _same(frozenset[str]), [["a", "b"], ["c"]]),
    ("tuple[int, str]", _same(tuple[int, str]), [[1, "a"]]),
    ("tuple[int, ...]", _same(tuple[int, ...]), [[1, 2, 3]]),
    ("dict[str, int]", _same(dict[str, int]), [{"a": 1, "b": 2}]),
    ("dict[int, str]", _same(dict[int, str]), [{"1": "a", "2": "b"}]),
    ("dict[UUID, int]", _same(dict[uuid.UUID, int]), [{each: 1} for each in _UUIDS]),
    ("Set[int]", _same(typing.AbstractSet[int]), [[1, 2], [3]]),
    ("list of what is valid", _omitting, [[1, "2", "x"]]),
    ("list that fails fast", _failing_fast, [[1, 2, 3]]),
    ("deque[int]", _same(collections.deque[int]), [[1, 2, 3]]),
    ("defaultdict[str, int]", _same(collections.defaultdict[str, int]), [{"a": 1}]),
    ("OrderedDict[str, int]", _same(collections.OrderedDict[str, int]), [{"a": 1}]),
    ("Counter[str]", _same(collections.Counter[str]), [{"a": 1}]),
    ("Sequence[int]", _same(typing.Sequence[int]), [[1, 2, 3]]),
    ("Mapping[str, int]", _same(typing.Mapping[str, int]), [{"a": 1}]),
    ("Optional[int]", _same(int | None), [1, None]),
    ("Optional[int ≥ 0]", _constrained(int | None, ge=0), [1, None]),
    ("int | str", _same(int | str), [1, "a"]),
    ("date | int", _same(dt.date | int), ["2026-11-22", 5]),
    ("int | list[int]", _same(int | list[int]), [1, [2, 3]]),
    ("list[int] | list[str]", _same(list[int] | list[str]), [[1, 2], ["a"]]),
    ("two models", _two_models, [{"meows": 1}, {"barks": 1.5}]),
    ("models chosen by a function", _chosen_by_function, [{"radius": 1}, {"side": 1}]),
    ("recursive alias", _same(Nested), [{"a": [1, 2]}]),
    ("model", _model, [_POINT]),
    ("model, forbidding", _forbidding, [{"x": 1, "y": 2}]),
    ("model, allowing", _allowing, [{"x": 1, "y": 2}]),
    ("model with aliases", _aliased, [{"firstNumber": 1, "secondNumber": 2}]),
    ("model with AliasChoices and AliasPath", _with_choices, [{"x": 1, "at": [2]}]),
    ("model of pydantic's", _their_model, [_POINT]),
    ("model of models", _nested, [{"start": _POINT, "end": _POINT}]),
    ("generic model", _generic, [{"content": 1}]),
    ("recursive model", _recursive, [_TREE]),
    ("RootModel", _root, [["a", "b"]]),
    ("dataclass", _same(PointData), [_POINT]),
    ("dataclass, default used", _same(PointData), [_WITHOUT_LABEL]),
    ("dataclass with slots, default used", _same(SlottedPoint), [_WITHOUT_LABEL]),
    ("dataclass with rules", _same(Line), [{"amount": 1, "price": "1.50", "name": "here"}]),
    ("TypedDict", _same(PointDict), [_POINT]),
    ("NamedTuple", _same(PointTuple), [[1, 2]]),
    ("NewType", _same(UserId), [1, 2]),
    ("int with AfterValidator", _after, [1, -2]),
    ("int with BeforeValidator", _before, [1, "2"]),
    ("int with WrapValidator", _wrap, [1, 2]),
    ("int with PlainValidator", _plain, [1, "2"]),
    ("int with a Predicate", _same(Annotated[int, annotated_types.Predicate(bool)]), [1, 2]),
    ("str, stripped", _stripped, [" One ", "another"]),
    ("EmailStr", _named("EmailStr"), ["someone@example.org"]),
    ("HttpUrl", _named("HttpUrl"), ["https://example.org/path?query=1"]),
    ("AnyUrl", _named("AnyUrl"), ["https://example.org/path?query=1"]),
    ("IPv4Address", _same(ipaddress.IPv4Address), ["192.168.0.1"]),
    ("IPv6Address", _same(ipaddress.IPv6Address), ["2001:db8::1"]),
    ("IPv4Network", _same(ipaddress.IPv4Network), ["192.168.0.0/24"]),
    ("IPv6Interface", _same(ipaddress.IPv6Interface), ["2001:db8::1/64"]),
    ("IPvAnyAddress", _named("IPvAnyAddress"), ["192.168.0.1", "::1"]),
    ("PostgresDsn", _named("PostgresDsn"), ["postgres://user:secret@host:5432/name"]),
    ("ZoneInfo", _same(zoneinfo.ZoneInfo), ["Europe/Berlin"]),
    ("Path", _same(pathlib.Path), ["/some/where"]),
    ("Pattern", _same(re.Pattern[str]), ["^a+$"]),
    ("Fraction", _same(fractions.Fraction), ["1/3"]),
    ("complex", _same(complex), ["1+2j"]),
    ("ByteSize", _named("ByteSize"), [1024, "1 KiB"]),
    ("SecretStr", _named("SecretStr"), ["secret"]),
    ("Secret[date]", _named("Secret", dt.date), ["2026-11-22"]),
    ("Json[list[int]]", _named("Json", list[int]), ["[1, 2, 3]"]),
    ("Base64Bytes", _named("Base64Bytes"), ["c29tZQ=="]),
    ("Base64UrlStr", _named("Base64UrlStr"), ["c29tZQ=="]),
    ("JsonValue", _named("JsonValue"), [1, "two", [3], {"four": 5}]),
    ("StrictInt", _named("StrictInt"), [1, 2]),
    ("PositiveInt", _named("PositiveInt"), [1, 2]),
)  # fmt: skip


def _case(title: str, declare: Declare, samples: list[Any]) -> Case:
    data = json.dumps([samples[number % len(samples)] for number in range(_COUNT)]).encode()

    def prepare() -> dict[str, Any]:
        return {
            library_name: partial(decoder(library, list[declare(library)]), data)  # type: ignore[misc]
            for library_name, library in (("bolide", BOLIDE), ("pydantic", PYDANTIC))
        }

    return Case(title, title, prepare)


TYPE_CASES: Final = tuple(_case(*row) for row in _ROWS)
