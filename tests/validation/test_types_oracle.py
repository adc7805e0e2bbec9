"""Value types agree with Pydantic's: the same values, the same errors, the same schemas."""

from __future__ import annotations

import collections.abc
import datetime
import decimal
import fractions
import ipaddress
import math
import pathlib
import re
import typing
import zoneinfo
from typing import Annotated, Any, NamedTuple

import annotated_types
import pydantic
import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.response import compile_response_encoder
from bolide.validation.schema_emitter import SchemaEmitter
from bolide.validation.types import (
    constrained,
    encoded,
    imports,
    ip_addresses,
    json_text,
    moments,
    objects,
    paths,
    secret,
    sizes,
    uuids,
)
from tests.identifiers import stable_id
from tests.validation.number_patterns import without_number_patterns

MODULES = (
    *(constrained, encoded, imports, ip_addresses, json_text, moments),
    *(objects, paths, secret, sizes, uuids),
)
UUID4_TEXT = "311bc146-c30a-4d7a-82ad-27d8a9eb4e4e"
HERE = str(pathlib.Path(__file__))

SAME: tuple[tuple[Any, tuple[Any, ...]], ...] = (
    (ipaddress.IPv4Address, ("1.2.3.4", "x", 1, 1.5, b"abcd", None, "1.2.3.4/24", -1, 2**40)),
    (ipaddress.IPv4Interface, ("1.2.3.4/24", "x", ("1.2.3.4", 24))),
    (ipaddress.IPv4Network, ("1.2.3.0/24", "1.2.3.4/24", 1)),
    (ipaddress.IPv6Address, ("::1", "1.2.3.4", b"a")),
    (ipaddress.IPv6Interface, ("::1/64", "x")),
    (ipaddress.IPv6Network, ("::/64", "::1/64")),
    (pathlib.Path, ("a/b", "", 1, b"a", None, pathlib.PurePosixPath("c"))),
    (pathlib.PurePath, ("a", 1)),
    (re.Pattern, ("a", "(", 1, b"a", re.compile("x"))),
    (re.Pattern[str], ("a", b"a", re.compile(b"x"))),
    (re.Pattern[bytes], (b"a", "a", b"(")),
    (zoneinfo.ZoneInfo, ("Europe/Berlin", "x", "", "../etc", 1)),
    (fractions.Fraction, ("1/3", "x", 1, 1.5, None, "1/0", decimal.Decimal("1.5"), math.nan, math.inf, b"1")),
    (complex, ("1+2j", "x", 1, 1.5, None, "", True, "(1+2j)", "1 + 2j", decimal.Decimal(1))),
    (type[int], (int, bool, str, 1)),
    (type[int | str], (int, str, float)),
    (typing.Hashable, (1, [])),
)

NAMED: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("IPvAnyAddress", ("1.2.3.4", "x", 1, "::1", 1.5)),
    ("IPvAnyInterface", ("1.2.3.4/24", "x", "::1/64")),
    ("IPvAnyNetwork", ("1.2.3.0/24", "1.2.3.4/24", "::/64")),
    ("FilePath", (HERE, "/", "/nope", 1)),
    ("DirectoryPath", ("/", HERE)),
    ("NewPath", ("/nope", "/no/such/directory", HERE)),
    ("SocketPath", ("/", HERE)),
    (
        "ByteSize",
        (
            *("1KiB", "1kb", "x", "1xb", 1, 1.5, 2.0, "1.5 mb", -1, "-1", True, "7", " 8 bit", "3k", None),
            *("+1", "1_0", "-0.0", "1!", 1e22, "9" * 30 + "!"),
        ),
    ),
    ("ImportString", ("math.pi", "math:pi", "x.y", "math.nope", 1, "math:pi:x", "", "os.path:nope")),
    ("SecretStr", ("a", "", 1, b"a", None)),
    ("Base64Bytes", (b"aGk=", "aGk=", "x", b"a", 1)),
    ("Base64Str", ("aGk=", "x", 1)),
    ("Base64UrlBytes", ("_-8=", "_-8", "////")),
    ("Base64UrlStr", ("aGk=", "x")),
    ("PastDate", ("2020-01-01", "2999-01-01", "x", datetime.date(2020, 1, 1))),
    ("FutureDate", ("2020-01-01", "2999-01-01")),
    ("PastDatetime", ("2020-01-01T00:00:00", "2999-01-01T00:00:00Z", 5)),
    ("FutureDatetime", ("2020-01-01T00:00:00", "2999-01-01T00:00:00Z")),
    ("AwareDatetime", ("2020-01-01T00:00:00", datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))),
    ("NaiveDatetime", ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00")),
    ("UUID1", (UUID4_TEXT, "17e09036-e6bc-11f1-937b-02fc00000001", "x")),
    ("UUID4", (UUID4_TEXT, "17e09036-e6bc-11f1-937b-02fc00000001", 1)),
    ("PositiveInt", (0, 1, "2", "x")),
    ("NonNegativeFloat", (-1, 0)),
    ("FiniteFloat", ("inf", "nan", 1, math.inf)),
    ("StrictInt", ("1", 1, 1.0, True)),
    ("StrictStr", (b"a", 1, "a")),
    ("StrictBool", (1, "true", True)),
    ("StrictFloat", ("1", 1, 1.5, True)),
)


class Described(NamedTuple):
    """A type in both libraries' words: built by functions that take the name space of either."""

    build: Any
    values: tuple[Any, ...]


DATE, TIME, MOMENT = datetime.date(2020, 1, 1), datetime.time(12), datetime.datetime(2020, 1, 1)
SPAN = datetime.timedelta(days=1, hours=2, seconds=1)
D = decimal.Decimal


def is_even(value: int) -> bool:
    return value % 2 == 0


BUILT: tuple[Described, ...] = (
    Described(lambda n: n.Secret[int], (1, "x")),
    Described(lambda n: n.Secret[datetime.date], ("2020-01-01", "x")),
    Described(
        lambda n: Annotated[n.AwareDatetime, n.Field(gt=MOMENT)],
        ("2019-01-01T00:00:00Z", "2021-01-01T00:00:00Z", "2021-01-01T00:00:00", "2019-01-01T00:00:00"),
    ),
    Described(lambda n: Annotated[n.PastDate, n.Field(ge=DATE)], ("2019-01-01", "2021-01-01", "2999-01-01")),
    Described(lambda n: Annotated[n.SecretStr, n.Field(min_length=3)], ("abc", "a")),
    Described(lambda n: Annotated[n.Base64Str, n.Field(max_length=1)], ("aGk=", "aA==")),
    Described(lambda n: n.Json[list[int]], ('[1,"2"]', '[1,"x"]', "1", 1)),
    Described(lambda n: Annotated[n.Json[list[int]], n.Field(max_length=1)], ("[1]", "[1,2]")),
    Described(lambda n: n.SkipValidation[int], ("x",)),
    Described(lambda _: Annotated[int, annotated_types.Predicate(is_even)], (1, 2, "x")),
    Described(lambda _: Annotated[int, annotated_types.Not(is_even)], (1, 2)),
    Described(lambda _: annotated_types.LowerCase[str], ("a", "A")),
    Described(lambda _: Annotated[int, annotated_types.Interval(gt=1, le=3)], (1, 2, 4)),
    Described(lambda _: Annotated[list[int], annotated_types.Len(1, 2)], ([], [1], [1, 2, 3])),
    Described(
        lambda n: Annotated[datetime.date, n.Field(gt=DATE, le=DATE.replace(year=2021))],
        ("2020-01-01", "2022-01-01", "2020-05-05"),
    ),
    Described(lambda n: Annotated[datetime.timedelta, n.Field(gt=SPAN)], ("P1D", "P2D")),
    Described(lambda n: Annotated[datetime.timedelta, n.Field(lt=-SPAN)], ("P1D",)),
    Described(lambda n: Annotated[datetime.timedelta, n.Field(ge=datetime.timedelta())], ("-P1D",)),
    Described(
        lambda n: Annotated[datetime.datetime, n.Field(lt=MOMENT)],
        ("2020-01-01T00:00:00", "2019-01-01T00:00:00Z", "2020-01-01T00:00:00+01:00"),
    ),
    Described(
        lambda n: Annotated[datetime.datetime, n.Field(ge=MOMENT.replace(tzinfo=datetime.UTC))],
        ("2020-01-01T00:00:00", "2020-01-01T00:30:00+01:00"),
    ),
    Described(lambda n: Annotated[datetime.time, n.Field(ge=TIME)], ("11:00", "12:00", "11:30+01:00")),
    Described(
        lambda n: Annotated[datetime.time, n.Field(gt=TIME.replace(tzinfo=datetime.UTC))],
        ("12:30+01:00", "12:30"),
    ),
    Described(lambda n: Annotated[D, n.Field(gt=1, le=10)], ("1", "11", 2, 1.5)),
    Described(
        lambda n: Annotated[D, n.Field(max_digits=3, decimal_places=1)],
        ("1234", "12.34", "1.2", "123", "0.001", "1E+5", "0.1000", "0E-10", "100", "99.9"),
    ),
    Described(
        lambda n: Annotated[D, n.Field(max_digits=3)], ("12.34", "0.123", "0.0123", "1e2", "1e3", "-123")
    ),
    Described(lambda n: Annotated[D, n.Field(decimal_places=2)], ("12.345", "1.230", 1.5)),
    Described(lambda n: Annotated[D, n.Field(multiple_of=D("0.1"))], ("0.3", "0.35")),
    Described(lambda n: Annotated[D, n.Field(allow_inf_nan=True)], ("inf", "1")),
    Described(lambda n: Annotated[float, n.Field(allow_inf_nan=False, gt=1)], ("nan", 1, 2)),
    Described(
        lambda n: n.constr(strip_whitespace=True, to_lower=True, min_length=2), (" Ab ", " a ", "\x1fb\x1f")
    ),
    Described(lambda n: Annotated[str, n.StringConstraints(to_upper=True, pattern="^A")], ("ab", "Ab")),
    Described(lambda n: Annotated[str, n.StringConstraints(ascii_only=True, max_length=1)], ("é", "ab", "a")),
    Described(lambda n: Annotated[str, n.Field(coerce_numbers_to_str=True)], (1, 1.5, True, D("1.50"), None)),
    Described(lambda n: n.conint(gt=1, multiple_of=2), (1, 3, 4)),
    Described(lambda n: n.confloat(ge=1, strict=True), (0, "1", 1)),
    Described(lambda n: n.condecimal(gt=1, max_digits=2), ("1", "1.23")),
    Described(lambda n: n.condate(gt=DATE), ("2020-01-01",)),
    Described(lambda n: n.conbytes(min_length=2), (b"a", b"ab")),
    Described(lambda n: n.conlist(int, min_length=1), ([], ["1"])),
    Described(lambda n: n.conset(int, max_length=1), ([1, 2], [1, 1])),
    Described(lambda n: Annotated[list[int], n.Field(strict=True)], ((1,), ["1"])),
    Described(lambda n: Annotated[int | None, n.Field(strict=True)], ("1", None)),
    Described(lambda n: n.InstanceOf[int], (True, "x", 1)),
    Described(lambda _: collections.abc.Callable[[int], int], (print, 1)),
)


class Names:
    """Everything of ours under one roof, like the module ``pydantic``."""

    Field = staticmethod(Field)

    def __getattr__(self, name: str) -> Any:
        return next(getattr(module, name) for module in MODULES if name in module.__all__)


OURS = Names()


def read(validate: Any, value: Any) -> Any:
    try:
        read = validate(value)
    except (ValidationError, pydantic.ValidationError) as error:
        return [(each["type"], each["loc"], each["msg"], repr(each.get("ctx"))) for each in error.errors()]
    if isinstance(read, datetime.datetime | datetime.time) and read.tzinfo is not None:
        return read.isoformat()
    return re.sub(r"\bpydantic\.types\.|\bbolide\.[a-z.]*\.", "", repr(read))


def check(ours: Any, theirs: Any, values: tuple[Any, ...], *, with_schema: bool = True) -> None:
    adapter, oracle = Adapter(ours), pydantic.TypeAdapter(theirs)
    for value in values:
        assert read(adapter.validate, value) == read(oracle.validate_python, value), (theirs, value)
    if with_schema:
        for mode in ("validation", "serialization"):
            emitter = SchemaEmitter(mode, str, definitions={})
            schema = without_number_patterns(emitter.emit(adapter.tree.root))
            assert schema == oracle.json_schema(mode=mode), (theirs, mode)


@pytest.mark.parametrize(("hint", "values"), SAME, ids=stable_id)
def test_types_of_the_standard_library(hint: Any, values: tuple[Any, ...]) -> None:
    check(hint, hint, values, with_schema=hint is not typing.Hashable)


@pytest.mark.parametrize(("name", "values"), NAMED, ids=stable_id)
def test_types_with_a_name_of_their_own(name: str, values: tuple[Any, ...]) -> None:
    check(getattr(OURS, name), getattr(pydantic, name), values, with_schema=name != "NaiveDatetime")


# Callable has no schema there, an instance has that of its class, bytes another one.
OTHER_SCHEMAS = ("InstanceOf", "Callable", "bytes", "Json,", "Encoded")


@pytest.mark.parametrize("described", BUILT, ids=stable_id)
def test_types_that_are_built(described: Described) -> None:
    theirs = described.build(pydantic)
    text = str(theirs)
    with_schema = not any(word in text for word in OTHER_SCHEMAS)
    check(described.build(OURS), theirs, described.values, with_schema=with_schema)


WRITTEN: tuple[tuple[str, str], ...] = (
    ("Base64Bytes", "/+8="),
    ("Base64Str", "aGk="),
    ("Base64UrlBytes", "_-8="),
    ("Base64UrlStr", "aGk="),
    ("ImportString", "math.cos"),
    ("ImportString", "math"),
)


@pytest.mark.parametrize(("name", "text"), WRITTEN)
def test_types_that_travel_as_other_text_are_written_as_such(name: str, text: str) -> None:
    theirs: Any = pydantic.TypeAdapter(list[getattr(pydantic, name)])
    adapter: Adapter[Any] = Adapter(list[getattr(OURS, name)])
    value = adapter.decode_json(f'["{text}"]'.encode())
    assert value == theirs.validate_python([text])
    assert adapter.dump(value) == theirs.dump_python(value)
    assert adapter.dump(value, mode="json") == theirs.dump_python(value, mode="json") == [text]
    assert adapter.dump_json(value) == theirs.dump_json(value)
    assert compile_response_encoder(adapter.tree)(value) == theirs.dump_json(value)
