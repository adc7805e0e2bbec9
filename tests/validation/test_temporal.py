"""Which spellings and numbers are dates, times and durations, and why others are not."""

from __future__ import annotations

import datetime
import decimal
import math
from datetime import UTC, date, time, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bolide.validation import temporal
from bolide.validation.errors import ErrorDetails
from bolide.validation.lax import INVALID, ScalarParser

dt = datetime.datetime


def read(parse: ScalarParser, value: object) -> tuple[Any, list[ErrorDetails]]:
    errors: list[ErrorDetails] = []
    return parse(value, (), errors), errors


ACCEPTED: dict[ScalarParser, list[tuple[object, object]]] = {
    temporal.lax_datetime: [
        ("2020-01-02T03:04:05", dt(2020, 1, 2, 3, 4, 5)),
        ("2020-01-02t03:04:05z", dt(2020, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2020-01-02_03:04", dt(2020, 1, 2, 3, 4)),
        (
            "2020-01-02 03:04:05-0530",
            dt(2020, 1, 2, 3, 4, 5, tzinfo=timezone(-timedelta(hours=5, minutes=30))),
        ),
        ("2020-01-02T03:04:05\u221201:00", dt(2020, 1, 2, 3, 4, 5, tzinfo=timezone(-timedelta(hours=1)))),
        ("2020-01-02T03:04:05,5", dt(2020, 1, 2, 3, 4, 5, 500_000)),
        ("2020-01-02T03:04:05.1234564", dt(2020, 1, 2, 3, 4, 5, 123_456)),
        ("2020-12-31T23:59:59.9999999", dt(2021, 1, 1)),
        ("2020-01-02", dt(2020, 1, 2)),
        (date(2020, 1, 2), dt(2020, 1, 2)),
        ("1577836800", dt(2020, 1, 1, tzinfo=UTC)),
        ("1577836800.5", dt(2020, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC)),
        ("000000000000000000001577836800", dt(2020, 1, 1, tzinfo=UTC)),
        ("1.5778368e9", dt(2020, 1, 1, tzinfo=UTC)),
        (1577836800000, dt(2020, 1, 1, tzinfo=UTC)),
        (20_000_000_000, dt(2603, 10, 11, 11, 33, 20, tzinfo=UTC)),
        (20_000_000_001, dt(1970, 8, 20, 11, 33, 20, 1000, tzinfo=UTC)),
        (-1.5, dt(1969, 12, 31, 23, 59, 58, 500_000, tzinfo=UTC)),
        (decimal.Decimal("1.5"), dt(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)),
        (b"2020-01-02T03:04:05", dt(2020, 1, 2, 3, 4, 5)),
    ],
    temporal.strict_datetime: [
        ("2020-01-02T03:04:05", dt(2020, 1, 2, 3, 4, 5)),
        (dt(2020, 1, 1), dt(2020, 1, 1)),
    ],
    temporal.lax_date: [
        ("2020-01-02", date(2020, 1, 2)),
        ("2020-01-02T00:00:00+01:00", date(2020, 1, 2)),
        (86400, date(1970, 1, 2)),
        ("-86400", date(1969, 12, 31)),
        (dt(2020, 1, 1), date(2020, 1, 1)),
    ],
    temporal.strict_date: [("2020-01-02", date(2020, 1, 2)), (date(2020, 1, 2), date(2020, 1, 2))],
    temporal.lax_time: [
        ("01:02", time(1, 2)),
        ("01:02:03.5+01:00", time(1, 2, 3, 500_000, timezone(timedelta(hours=1)))),
        ("23:59:59.9999999", time(0, 0)),
        (3600.5, time(1, 0, 0, 500_000, UTC)),
    ],
    temporal.strict_time: [("01:02:03Z", time(1, 2, 3, tzinfo=UTC))],
    temporal.lax_timedelta: [
        ("P1Y2M3W4DT5H6M7S", timedelta(days=450, seconds=18367)),
        ("-P1DT1H", timedelta(days=-2, seconds=82800)),
        ("p0.5w", timedelta(days=3, seconds=43200)),
        ("PT1,5S", timedelta(seconds=1.5)),
        ("P1DT", timedelta(days=1)),
        ("1 day, 01:00:00", timedelta(days=1, seconds=3600)),
        ("2 DAYS", timedelta(days=2)),
        ("1d", timedelta(days=1)),
        ("-01:02:03.5", -timedelta(hours=1, minutes=2, seconds=3.5)),
        ("100:00:00", timedelta(hours=100)),
        ("999999999 days", timedelta(days=999_999_999)),
        (1.5, timedelta(seconds=1.5)),
        (True, timedelta(seconds=1)),
    ],
    temporal.strict_timedelta: [("PT1S", timedelta(seconds=1)), (timedelta(1), timedelta(1))],
}

TOO_SHORT = "input is too short"
EXTRA = "unexpected extra characters at the end of the input"
AFTER_9999 = "dates after 9999 are not supported as unix timestamps"
BEFORE_0000 = "dates before 0000 are not supported as unix timestamps"

# Parser → value, error type, reason (None: the type has no reason).
REFUSED: dict[ScalarParser, list[tuple[object, str, str | None]]] = {
    temporal.lax_datetime: [
        ("", "datetime_from_date_parsing", TOO_SHORT),
        ("2020-1-2", "datetime_from_date_parsing", TOO_SHORT),
        (
            "2020-13-02T03:04:05",
            "datetime_from_date_parsing",
            "month value is outside expected range of 1-12",
        ),
        ("2020-02-30T03:04:05", "datetime_from_date_parsing", "day value is outside expected range"),
        ("2020-01-02T24:00:00", "datetime_from_date_parsing", EXTRA),
        ("2020-01-02T03:04:05+24:00", "datetime_from_date_parsing", EXTRA),
        ("2020/01/02", "datetime_from_date_parsing", "invalid date separator, expected `-`"),
        (" 2020-01-02T03:04:05", "datetime_from_date_parsing", "invalid character in year"),
        ("99999999999999999", "datetime_from_date_parsing", AFTER_9999),
        ("9223372036854775807", "datetime_from_date_parsing", AFTER_9999),
        ("-9223372036854775808", "datetime_from_date_parsing", BEFORE_0000),
        ("9223372036854775808", "datetime_from_date_parsing", "invalid date separator, expected `-`"),
        ("99999999999999999.5", "datetime_from_date_parsing", "invalid date separator, expected `-`"),
        ("0000-01-01T00:00:00", "datetime_parsing", "year 0 is out of range"),
        ("0000-01-01T24:00:00", "datetime_from_date_parsing", EXTRA),
        ("-62135596800000.5", "datetime_parsing", "year 0 is out of range"),
        (10**30, "datetime_parsing", AFTER_9999),
        (-math.inf, "datetime_parsing", BEFORE_0000),
        (math.nan, "datetime_parsing", "NaN values not permitted"),
        (decimal.Decimal("sNaN"), "datetime_parsing", "NaN values not permitted"),
        (-62_135_596_801_000, "datetime_parsing", "year 0 is out of range"),
        (True, "datetime_type", None),
        ("\ud800", "string_unicode", None),
    ],
    temporal.strict_datetime: [
        ("2020-01-02", "datetime_parsing", TOO_SHORT),
        (1577836800, "datetime_type", None),
        (date(2020, 1, 2), "datetime_type", None),
    ],
    temporal.lax_date: [
        ("2020-1-2", "date_from_datetime_parsing", TOO_SHORT),
        ("2020-0x-01", "date_from_datetime_parsing", "invalid character in month"),
        ("2020-01-02T25:00:00", "date_from_datetime_parsing", "hour value is outside expected range of 0-23"),
        (
            "2020-01-02x",
            "date_from_datetime_parsing",
            "invalid datetime separator, expected `T`, `t`, `_` or space",
        ),
        ("0000-01-01", "date_parsing", "year 0 is out of range"),
        ("0000-01-01T00:00:00", "date_parsing", "year 0 is out of range"),
        ("0000-01-01T00:00:01", "date_from_datetime_inexact", None),
        (-62_135_596_800_001, "date_from_datetime_inexact", None),
        ("99999999999999999.5", "date_from_datetime_parsing", AFTER_9999),
        ("9223372036854775808", "date_from_datetime_parsing", "invalid date separator, expected `-`"),
        ("2020-01-02T00:00:01", "date_from_datetime_inexact", None),
        (1.5, "date_from_datetime_inexact", None),
        (None, "date_type", None),
    ],
    temporal.strict_date: [
        (dt(2020, 1, 1), "date_type", None),
        ("2020-01-02T00:00:00", "date_parsing", EXTRA),
    ],
    temporal.lax_time: [
        ("1:02", "time_parsing", TOO_SHORT),
        ("010203", "time_parsing", "invalid time separator, expected `:`"),
        ("23:60", "time_parsing", "minute value is outside expected range of 0-59"),
        ("23:59:60", "time_parsing", "second value is outside expected range of 0-59"),
        ("01:02:03.", "time_parsing", "second fraction digits missing after `.`"),
        ("01:02:03x", "time_parsing", "invalid timezone sign"),
        ("01:02:03+1", "time_parsing", "invalid timezone hour"),
        ("01:02:03+01:", "time_parsing", "invalid timezone minute"),
        ("01:02:03+01:60", "time_parsing", "timezone minute value is outside expected range of 0-59"),
        ("01:02:03+24:00", "time_parsing", "timezone offset must be less than 24 hours"),
        ("01:02:03Zx", "time_parsing", EXTRA),
        (86400, "time_parsing", "numeric times may not exceed 86,399 seconds"),
        (-1, "time_parsing", "time in seconds should be positive"),
        (math.nan, "time_parsing", "NaN values not permitted"),
        (dt(2020, 1, 1), "time_type", None),
    ],
    temporal.strict_time: [(3600, "time_type", None), ("1:02", "time_parsing", TOO_SHORT)],
    temporal.lax_timedelta: [
        ("", "time_delta_parsing", TOO_SHORT),
        ("PT", "time_delta_parsing", TOO_SHORT),
        ("P1", "time_delta_parsing", "quantity invalid in date part of duration"),
        ("PT1D", "time_delta_parsing", "quantity invalid in time part of duration"),
        ("P-1D", "time_delta_parsing", "invalid digit in duration"),
        ("PTT1S", "time_delta_parsing", "`t` character repeated in duration"),
        ("-46.5", "time_delta_parsing", '"day" identifier in duration not correctly formatted'),
        ("3600", "time_delta_parsing", '"day" identifier in duration not correctly formatted'),
        ("86400", "time_delta_parsing", "invalid character in hour"),
        ("2020-01-01T00:00:00", "time_delta_parsing", "durations may not exceed 999,999,999 hours"),
        ("01:60:00", "time_delta_parsing", "minute value is outside expected range of 0-59"),
        ("01:02:60", "time_delta_parsing", "second value is outside expected range of 0-59"),
        ("01:02:03Z", "time_delta_parsing", EXTRA),
        ("P1000000000D", "time_delta_parsing", "durations may not exceed 999,999,999 days"),
        ("1000000000 days", "time_delta_parsing", "durations may not exceed 999,999,999 days"),
        (f"P{'9' * 22}D", "time_delta_parsing", "a numeric value in the duration is too large"),
        (1e30, "time_delta_parsing", "durations may not exceed 999,999,999 days"),
        (None, "time_delta_type", None),
    ],
    temporal.strict_timedelta: [
        (1, "time_delta_type", None),
        ("x", "time_delta_parsing", "invalid digit in duration"),
        ("a@b.co", "time_delta_parsing", "invalid character in hour"),
        ("::::::", "time_delta_parsing", "invalid character in minute"),
        ("-", "time_delta_parsing", "input is too short"),
    ],
}


@pytest.mark.parametrize(
    ("parse", "value", "expected"),
    [(parse, value, expected) for parse, cases in ACCEPTED.items() for value, expected in cases],
)
def test_value_is_read_as(parse: ScalarParser, value: object, expected: Any) -> None:
    result, errors = read(parse, value)
    assert errors == []
    assert (type(result), result, result.__reduce__()) == (type(expected), expected, expected.__reduce__())


@pytest.mark.parametrize(
    ("parse", "value", "error_type", "reason"),
    [(parse, *case) for parse, cases in REFUSED.items() for case in cases],
)
def test_value_is_refused_because(
    parse: ScalarParser, value: object, error_type: str, reason: str | None
) -> None:
    result, errors = read(parse, value)
    assert result is INVALID
    assert [(error["type"], error.get("ctx", {}).get("error")) for error in errors] == [(error_type, reason)]


DIGITS = st.from_regex(r"\A(\.[0-9]{1,9})?\Z")
ZONES = st.sampled_from(["", "Z", "z", "+00:00", "-00:00", "+0130", "-23:59", "+24:00", "+01"])
CLOCKS = st.builds(
    "{:02}:{:02}:{:02}{}{}".format, st.integers(0, 24), st.integers(0, 60), st.integers(0, 60), DIGITS, ZONES
)
DATES = st.builds(
    "{:04}-{:02}-{:02}".format,
    st.sampled_from([0, 1, 1970, 2020, 9999]),
    st.integers(0, 13),
    st.integers(0, 32),
)
PARTS = st.lists(st.from_regex(r"\A[0-9]{1,4}([.][0-9]{1,8})?[YMWDHSymwdhs]\Z"), max_size=2).map("".join)
DURATIONS = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["", "-", "+"]),
    st.sampled_from("Pp"),
    PARTS,
    st.sampled_from(["", "T", "t"]),
    PARTS,
)
DATETIMES = st.builds("{}{}{}".format, DATES, st.sampled_from("Tt _"), CLOCKS)


@settings(max_examples=1500, deadline=None)
@given(
    st.one_of(
        st.tuples(st.just(dt), DATETIMES),
        st.tuples(st.just(date), DATES),
        st.tuples(st.just(time), CLOCKS),
        st.tuples(st.just(timedelta), DURATIONS),
    )
)
def test_text_that_the_decoder_accepts_is_accepted_with_the_same_value(case: tuple[type, str]) -> None:
    python_type, text = case
    parsers: dict[type, tuple[ScalarParser, ScalarParser]] = {
        dt: (temporal.lax_datetime, temporal.strict_datetime),
        date: (temporal.lax_date, temporal.strict_date),
        time: (temporal.lax_time, temporal.strict_time),
        timedelta: (temporal.lax_timedelta, temporal.strict_timedelta),
    }
    try:
        decoded = msgspec.json.decode(f'"{text}"', type=python_type)
    except msgspec.DecodeError:
        return
    for parse in parsers[python_type]:
        result, errors = read(parse, text)
        assert errors == []
        assert repr(result) == repr(decoded)


SHORT_CLOCKS = st.builds("{:02}:{:02}{}".format, st.integers(0, 24), st.integers(0, 60), ZONES)


@settings(max_examples=500, deadline=None)
@given(st.one_of(DATES, DATETIMES, st.builds("{}{}{}".format, DATES, st.sampled_from("T "), SHORT_CLOCKS)))
def test_usual_datetimes_are_read_as_others(text: str) -> None:
    # Bytes go the long way.
    result, errors = read(temporal.lax_datetime, text)
    expected, expected_errors = read(temporal.lax_datetime, text.encode())
    assert repr(result) == repr(expected)
    assert [error.get("ctx") for error in errors] == [error.get("ctx") for error in expected_errors]
