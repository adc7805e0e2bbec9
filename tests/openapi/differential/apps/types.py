"""Types of values in models."""

import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import ipaddress
import pathlib
import re
import uuid
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Annotated, Any, Generic, Literal, NamedTuple, NotRequired, Optional, Required, TypeVar

import annotated_types
import pydantic
from typing_extensions import TypedDict  # Pydantic knows no other before Python 3.12

from tests.openapi.differential.names import Names

T = TypeVar("T")


def _echo(web: Names, model: Any) -> Any:
    """Return an application with a route that reads and returns *model*."""
    app = web.App()

    @app.post("/items")
    async def echo(item: model) -> model: ...

    return app


def fields_are_plain(web: Names) -> Any:
    class Item(web.Model):
        text: str
        number: int
        fraction: float
        truth: bool
        raw: bytes
        nothing: None
        anything: Any
        thing: object

    return _echo(web, Item)


def fields_are_moments(web: Names) -> Any:
    class Item(web.Model):
        at: datetime.datetime
        on: datetime.date
        daily: datetime.time
        wait: datetime.timedelta
        aware: web.AwareDatetime
        naive: web.NaiveDatetime
        past: web.PastDate
        future: web.FutureDatetime

    return _echo(web, Item)


def fields_are_numbers(web: Names) -> Any:
    class Item(web.Model):
        price: decimal.Decimal
        limited: Annotated[decimal.Decimal, web.Field(ge=0, le=100, max_digits=5, decimal_places=2)]
        positive: web.PositiveInt
        negative: web.NegativeFloat
        constrained: web.conint(ge=1, le=5)  # type: ignore[valid-type]
        finite: web.FiniteFloat
        strict: web.StrictInt
        size: web.ByteSize
        bounded: Annotated[float, web.Field(gt=0.5, lt=float("inf"))]

    return _echo(web, Item)


def fields_are_texts(web: Names) -> Any:
    class Item(web.Model):
        secret: web.SecretStr
        secret_bytes: web.SecretBytes
        constrained: Annotated[str, web.StringConstraints(min_length=1, max_length=5, pattern="^a")]
        stripped: Annotated[str, web.StringConstraints(strip_whitespace=True, to_lower=True)]
        path: pathlib.Path
        encoded: web.Base64Str
        encoded_bytes: web.Base64Bytes

    return _echo(web, Item)


def fields_are_addresses(web: Names) -> Any:
    class Item(web.Model):
        url: web.AnyUrl
        http: web.HttpUrl
        file: web.FileUrl
        socket: web.WebsocketUrl
        database: web.PostgresDsn
        cache: web.RedisDsn
        four: ipaddress.IPv4Address
        six: ipaddress.IPv6Address
        network: ipaddress.IPv4Network
        interface: ipaddress.IPv6Interface
        any_address: web.IPvAnyAddress

    return _echo(web, Item)


def fields_are_identifiers(web: Names) -> Any:
    class Item(web.Model):
        key: uuid.UUID
        random: web.UUID4
        hashed: web.UUID5 = uuid.UUID("886313e1-3b8a-5372-9b90-0c9aee199e5d")

    return _echo(web, Item)


class Colour(enum.Enum):
    """What it looks like."""

    RED = "red"
    BLUE = "blue"


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


class Word(str, enum.Enum):  # noqa: UP042 - as many write it
    A = "a"


class Mixed(enum.Enum):
    ONE = 1
    TWO = "two"


class Flag(enum.StrEnum):
    ON = "on"
    OFF = "off"


def fields_are_choices(web: Names) -> Any:
    class Item(web.Model):
        colour: Colour
        size: Size = Size.LARGE
        word: Word
        mixed: Mixed
        flag: Flag | None = None
        one: Literal["a"]
        several: Literal["a", "b", 1, True]
        member: Literal[Colour.RED]
        described: Colour = web.Field(Colour.RED, description="Which.")

    return _echo(web, Item)


def fields_are_containers(web: Names) -> Any:
    class Item(web.Model):
        items: list[int]
        bare: list
        nested: list[list[str]]
        unique: set[int]
        frozen: frozenset[str]
        pair: tuple[int, str]
        many: tuple[int, ...]
        empty: tuple[()]
        mapping: dict[str, int]
        bare_mapping: dict
        by_number: dict[int, float]
        by_key: dict[uuid.UUID, str]
        by_colour: dict[Colour, int]
        by_literal: dict[Literal["a", "b"], int]
        sequence: Sequence[int]
        abstract: Mapping[str, int]
        queue: collections.deque[int]
        counter: collections.Counter[str]
        short: Annotated[list[int], web.Field(min_length=1, max_length=3)]
        small: Annotated[dict[str, int], web.Field(max_length=3)]
        inner: list[Annotated[int, web.Field(ge=1)]]

    return _echo(web, Item)


@dataclasses.dataclass
class Part:
    """A part."""

    name: str
    price: float = 1.5
    tags: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Whole:
    part: Part
    parts: list[Part]
    other: Part | None = None


def records_are_dataclasses(web: Names) -> Any:
    class Item(web.Model):
        whole: Whole

    app = _echo(web, Whole)

    @app.put("/items")
    async def change(item: Item, part: Part) -> Item: ...

    return app


class Film(TypedDict):
    """A film."""

    name: str
    year: NotRequired[int]


class Series(Film, total=False):
    seasons: int


class Point(NamedTuple):
    """Where."""

    x: int
    y: int = 0


def records_are_typed_dictionaries(web: Names) -> Any:
    class Item(web.Model):
        film: Film
        series: list[Series]

    app = _echo(web, Item)

    @app.put("/film")
    async def change(film: Film) -> Series: ...

    return app


def records_are_named_tuples(web: Names) -> Any:
    class Item(web.Model):
        point: Point
        points: list[Point] = []

    return _echo(web, Item)


def fields_are_json(web: Names) -> Any:
    class Item(web.Model):
        text: web.Json[dict[str, int]]
        any_text: web.Json
        value: web.JsonValue
        values: list[web.JsonValue]
        described: web.JsonValue = web.Field(3, description="Anything.")

    return _echo(web, Item)


def fields_have_validators(web: Names) -> Any:
    def double(value: int) -> int:
        return 2 * value

    def to_text(value: Any) -> str:
        return str(value)

    class Item(web.Model):
        after: Annotated[int, web.AfterValidator(double)]
        before: Annotated[int, web.BeforeValidator(double)]
        written: Annotated[int, web.PlainSerializer(to_text, return_type=str)] = 1
        validated: int

        @web.field_validator("validated")
        @classmethod
        def check(cls, value: int) -> int:
            return value

    return _echo(web, Item)


def fields_have_constraints_of_every_kind(web: Names) -> Any:
    class Item(web.Model):
        day: Annotated[datetime.date, web.Field(gt=datetime.date(2020, 1, 1))]
        raw: Annotated[bytes, web.Field(min_length=1, max_length=9)]
        many: Annotated[set[int], web.Field(min_length=1, max_length=3)]
        pair: Annotated[tuple[int, ...], web.Field(max_length=2)]
        choice: Annotated[int | str, web.Field(description="Any.")]
        maybe: Annotated[int | None, web.Field(ge=1)] = None
        text: Annotated[str | None, web.Field(max_length=3, pattern="a+")] = "a"
        both: Annotated[int, web.Field(ge=1), web.Field(le=9)]
        strict: Annotated[int, web.Field(strict=True)]
        names: list[Annotated[str, web.StringConstraints(max_length=2)]] | None = None
        by_name: dict[Annotated[str, web.Field(min_length=1)], Annotated[int, web.Field(ge=0)]]

    return _echo(web, Item)


class Shade(enum.Enum):
    DARK = (0, 0)
    LIGHT = (9, 9)


class Ratio(float, enum.Enum):
    HALF = 0.5


class Rights(enum.IntFlag):
    READ = 1
    WRITE = 2


def enumerations_have_values_of_every_type(web: Names) -> Any:
    class Item(web.Model):
        shade: Shade
        ratio: Ratio = Ratio.HALF
        rights: Rights
        shades: list[Shade] = [Shade.DARK]
        by_ratio: dict[Colour, Ratio] = {Colour.RED: Ratio.HALF}

    return _echo(web, Item)


@dataclasses.dataclass(kw_only=True, frozen=True)
class Ticket:
    price: Annotated[float, annotated_types.Gt(0)]
    names: tuple[str, ...] = ()
    colour: Colour = Colour.BLUE
    part: Part = dataclasses.field(default_factory=lambda: Part("x"))


@dataclasses.dataclass
class Box(Generic[T]):
    content: T
    spare: T | None = None


def dataclasses_are_frozen_generic_and_nested(web: Names) -> Any:
    app = _echo(web, Ticket)

    @app.post("/boxes")
    async def pack(box: Box[int]) -> Box[Ticket]: ...

    return app


class Options(TypedDict, total=False):
    """How."""

    name: Required[str]
    size: Annotated[int, annotated_types.Ge(1)]
    part: Part


def typed_dictionaries_have_required_keys(web: Names) -> Any:
    app = web.App()

    @app.post("/options")
    async def choose(options: Options, more: list[Options]) -> Options: ...

    return app


def fields_are_odd(web: Names) -> Any:
    class Item(web.Model):
        pattern: re.Pattern[str]
        zone: zoneinfo.ZoneInfo | None = None
        number: complex = 1j
        fraction: fractions.Fraction | None = None
        default: collections.defaultdict[str, int]
        ordered: collections.OrderedDict[str, int]
        many: Iterable[int]
        abstract: AbstractSet[int]
        nothing: Literal[None] = None
        optional: Optional[Optional[int]] = None  # noqa: UP045

    return _echo(web, Item)


def models_are_pydantics(web: Names) -> Any:
    app = web.App()

    @app.post("/accounts")
    async def make(account: PydanticAccount) -> PydanticAccount: ...

    @app.get("/accounts")
    async def search(
        search: Annotated[PydanticSearch, web.Query()], account: Annotated[str, web.Header()]
    ) -> list[PydanticAccount]: ...

    return app


class PydanticSearch(pydantic.BaseModel):
    q: str = pydantic.Field(description="What.")
    limit_of_all: int = pydantic.Field(10, alias="limitOfAll")


class PydanticOwner(pydantic.BaseModel):
    """Who."""

    name: str


class PydanticAccount(pydantic.BaseModel):
    owner: PydanticOwner
    others: list[PydanticOwner] = []
    balance: decimal.Decimal = decimal.Decimal(0)
    note: str | None = None
    raw: bytes = b""
