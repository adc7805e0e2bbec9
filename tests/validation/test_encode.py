"""Encoding of whatever endpoints return."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import ipaddress
import pathlib
import subprocess
import sys
import textwrap
import uuid
from typing import Any

import msgspec
import pydantic_core
import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.encode import to_builtins
from bolide.validation.encode_any import encode_any
from bolide.validation.fields import Field
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from tests.identifiers import stable_id


class Colour(enum.Enum):
    RED = "red"
    HALF = 0.5
    NOTHING = None


class Item(Model):
    name: str = Field(alias="itemName")


@dataclasses.dataclass
class Point:
    x: int


class Plain(msgspec.Struct):
    x: int


class Text(str): ...


class Number(int): ...


class Real(float): ...


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        (None, b"null"),
        ({"a": [1, 2.5, True, "é"]}, '{"a":[1,2.5,true,"é"]}'.encode()),
        ((1, {2}, frozenset({3})), b"[1,[2],[3]]"),
        (datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=datetime.UTC), b'"2020-01-02T03:04:05Z"'),
        (datetime.date(2020, 1, 2), b'"2020-01-02"'),
        (datetime.time(1, 2), b'"01:02:00"'),
        (datetime.timedelta(seconds=90), b'"PT90S"'),
        (decimal.Decimal("1.10"), b'"1.10"'),
        (uuid.UUID(int=1), b'"00000000-0000-0000-0000-000000000001"'),
        (b"abc", b'"YWJj"'),
        ([Colour.RED, Colour.HALF, Colour.NOTHING], b'["red",0.5,null]'),
        (Item(itemName="a"), b'{"itemName":"a"}'),
        (Point(1), b'{"x":1}'),
        (Plain(1), b'{"x":1}'),
        ({1: "a", uuid.UUID(int=0): "b"}, b'{"1":"a","00000000-0000-0000-0000-000000000000":"b"}'),
        ([Text("a"), Number(1), Real(1.5)], b'["a",1,1.5]'),
        ([float("nan"), float("inf")], b"[null,null]"),
        (pathlib.PurePosixPath("/a/b"), b'"/a/b"'),
        ([ipaddress.ip_address("::1"), ipaddress.ip_network("10.0.0.0/8")], b'["::1","10.0.0.0/8"]'),
        (collections.deque([1, 2]), b"[1,2]"),
        ((number for number in range(2)), b"[0,1]"),
        (range(2), b"[0,1]"),
    ],
    ids=stable_id,
)
def test_values_are_written_as_json(value: Any, encoded: bytes) -> None:
    assert encode_any(value) == encoded


@pytest.mark.parametrize("value", [object(), {"a": [object()]}, int])
def test_what_has_no_json_form_is_a_type_error(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be written as JSON; declare a return type"):
        encode_any(value)


@pytest.mark.parametrize(
    "key", [None, True, False, (1, 2), ("a", None, True), (), ((1, 2), 3), (datetime.date(2020, 1, 2), "x")]
)
def test_keys_are_written_as_pydantic_writes_them(key: Any) -> None:
    expected = pydantic_core.to_json({key: [{key: 1}]})
    assert encode_any({key: [{key: 1}]}) == expected
    for hint in (Any, dict, dict[str, Any]):
        value = {"a": {key: 1}} if hint == dict[str, Any] else {key: [{key: 1}]}
        encode: Any = compile_response_encoder(Adapter(hint).tree)
        assert encode(value) == pydantic_core.to_json(value)


@pytest.mark.parametrize("key", [frozenset({1}), object(), (object(),)], ids=stable_id)
def test_keys_that_json_cannot_carry_are_type_errors(key: Any) -> None:
    with pytest.raises(TypeError):
        encode_any({key: 1})


def test_builtins_hold_bytes_as_text() -> None:
    assert to_builtins({"a": (b"b", {1: b"c"})}) == {"a": ["b", {"1": "c"}]}


@pytest.mark.parametrize("declared", ["Field(exclude=True)", "PlainSerializer(lambda value: 'written')"])
def test_fields_of_dataclasses_without_a_declared_type_are_written_as_they_say(declared: str) -> None:
    # In a process of its own: what other tests declare makes every value below Any be looked at.
    program = f"""
        import dataclasses
        from typing import Annotated
        from bolide import Field, PlainSerializer
        from bolide.validation.encode_any import encode_any

        @dataclasses.dataclass
        class Account:
            name: str
            key: Annotated[str, {declared}] = "hidden"

        print(encode_any([Account("Ann")]).decode())
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    rest = "" if "exclude" in declared else ',"key":"written"'
    assert run.stdout.strip() == f'[{{"name":"Ann"{rest}}}]'
