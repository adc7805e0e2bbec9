from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import math
import uuid
from typing import Any

import pytest

from bolide.validation.build import build_tree
from bolide.validation.schema_values import NotJSON, to_json


class Colour(enum.Enum):
    RED = "red"


class Priority(enum.IntEnum):
    LOW = 1


@dataclasses.dataclass
class Point:
    x: int
    colour: Colour = Colour.RED


UTC = datetime.UTC
PLUS_TWO = datetime.timezone(datetime.timedelta(hours=2))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (0.5, 0.5),
        (collections.deque([1, 2]), [1, 2]),
        ("a", "a"),
        (Colour.RED, "red"),
        (Priority.LOW, 1),
        (decimal.Decimal("1.50"), "1.50"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (b"caf\xc3\xa9", "café"),
        (datetime.date(2026, 1, 2), "2026-01-02"),
        (datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05Z"),
        (datetime.datetime(2026, 1, 2, 3, tzinfo=PLUS_TWO), "2026-01-02T03:00:00+02:00"),
        (datetime.time(3, 4), "03:04:00"),
        (datetime.timedelta(), "PT0S"),
        (datetime.timedelta(days=2), "P2D"),
        (datetime.timedelta(days=1, seconds=3661, microseconds=5), "P1DT1H1M1.000005S"),
        (datetime.timedelta(seconds=-90), "-PT1M30S"),
        ([1, (2, 3)], [1, [2, 3]]),
        ({"b", "a", "c"}, ["a", "b", "c"]),
        (frozenset({3, 1}), [1, 3]),
        ({Colour.RED: {1: None}}, {"red": {"1": None}}),
        (Point(x=1), {"x": 1, "colour": "red"}),
        ({"p": [Point(x=2)]}, {"p": [{"x": 2, "colour": "red"}]}),
    ],
)
def test_value_is_written_as_json(value: object, expected: Any) -> None:
    found = to_json(value, build_tree(Point).definitions)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, [-math.inf], b"\xff", object(), Point(x=1)],
    ids=["nan", "inf", "nested", "bytes", "object", "unknown-class"],
)
def test_value_without_json_form_is_refused(value: object) -> None:
    with pytest.raises(NotJSON):
        to_json(value, {})
