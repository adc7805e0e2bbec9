"""jsonable_encoder gives what FastAPI's gives."""

import dataclasses
import datetime as dt
import enum
import ipaddress
import pathlib
import re
import uuid
from collections import deque
from decimal import Decimal
from typing import Any

import msgspec
import pydantic
import pytest
from fastapi.encoders import jsonable_encoder as fastapis_encoder

from bolide import Field, Model
from bolide.encoders import jsonable_encoder
from bolide.types import SecretStr


class Color(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Point:
    x: int
    at: dt.datetime | None = None


class Row:
    """What an ORM returns."""

    def __init__(self) -> None:
        self.id = uuid.UUID(int=1)
        self._sa_instance_state = object()


class Owner(pydantic.BaseModel):
    name: str = pydantic.Field(alias="ownerName")
    since: dt.date | None = None


@pytest.mark.parametrize(
    "value",
    [
        None,
        1.5,
        "a",
        b"bytes",
        Decimal("1"),
        Decimal("1.50"),
        Decimal("1E+3"),
        dt.datetime(2030, 1, 2, tzinfo=dt.UTC),
        dt.date(2030, 1, 2),
        dt.time(1, 2),
        dt.timedelta(days=1, seconds=1.5),
        Color.RED,
        frozenset({1}),
        deque([1, {2}]),
        (1, b"a"),
        ipaddress.ip_network("10.0.0.0/8"),
        pathlib.PurePosixPath("/a"),
        re.compile("a+"),
        uuid.UUID(int=1),
        {uuid.UUID(int=1): {Color.RED: [Point(1)]}, "_sa_x": 1, "none": None},
        Point(1, dt.datetime(2030, 1, 2)),
        Row(),
        Owner(ownerName="a"),
        [{"owner": Owner(ownerName="a", since=dt.date(2030, 1, 2))}],
        pydantic.AnyUrl("https://example.org/a"),
        pydantic.SecretStr("x"),
    ],
)
@pytest.mark.parametrize(
    "options", [{}, {"exclude_none": True}, {"by_alias": False, "sqlalchemy_safe": False}]
)
def test_values_are_encoded_as_fastapi_encodes_them(value: Any, options: dict[str, Any]) -> None:
    if isinstance(value, Row) and options.get("sqlalchemy_safe") is False:
        pytest.skip("its state is no value")
    assert jsonable_encoder(value, **options) == fastapis_encoder(value, **options)


def test_generators_become_lists() -> None:
    assert jsonable_encoder(each for each in (b"a", 1)) == ["a", 1]


@pytest.mark.parametrize(
    "options",
    [
        {"include": ["ownerName", "name"]},
        {"exclude": {"since"}},
        {"include": {"x"}, "exclude": {"x"}},
        {"exclude_unset": True},
        {"exclude_defaults": True},
        {"custom_encoder": {dt.date: str, Point: lambda point: point.x, object: repr}},
    ],
)
@pytest.mark.parametrize(
    "value", [Owner(ownerName="a"), Point(1), {"x": dt.date(2030, 1, 2), "since": 1}, [Point(1), {"x": 1}]]
)
def test_options_do_what_fastapis_do(value: Any, options: dict[str, Any]) -> None:
    assert jsonable_encoder(value, **options) == fastapis_encoder(value, **options)


def test_models_structs_and_secrets_of_ours() -> None:
    class Account(Model):
        name: str = Field(alias="userName")
        token: SecretStr = SecretStr("x")

    class Pair(msgspec.Struct):
        left: Account

    expected = {"left": {"userName": "a", "token": "**********"}}
    assert jsonable_encoder(Pair(Account(userName="a"))) == expected
    assert jsonable_encoder({"token": SecretStr("x")}) == {"token": "**********"}


@pytest.mark.parametrize("value", [object(), 1j])
def test_what_has_neither_items_nor_attributes_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"not iterable|__dict__"):
        jsonable_encoder(value)
