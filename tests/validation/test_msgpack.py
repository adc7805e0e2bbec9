"""MessagePack in and out."""

from __future__ import annotations

import datetime
import enum
import subprocess
import sys
import textwrap
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bolide.validation.adapter import Adapter
from bolide.validation.dump_options import SerializationError
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.model import Model
from bolide.validation.msgpack_depth import check_msgpack_depth


class Reading(Model):
    number: int = Field(ge=0)
    at: datetime.datetime
    raw: bytes = b""
    by_hour: dict[int, float] = Field(default={}, alias="byHour")


READING = Reading(number=1, at=datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC), raw=b"x", byHour={3: 1.5})


def test_what_is_dumped_is_decoded_to_the_same() -> None:
    adapter = Adapter(list[Reading])
    assert adapter.decode_msgpack(adapter.dump_msgpack([READING], by_alias=True)) == [READING]


class Colour(enum.Enum):
    RED = b"red"


class Binary(Model):
    raw: bytes
    several: list[bytes]
    either: int | bytes
    anything: Any
    choice: Literal[b"a", 1]
    colour: Colour


def test_bytes_are_binary() -> None:
    adapter = Adapter(Binary)
    value = Binary(
        raw=b"\xff",
        several=[b"a", b"\xfe"],
        either=b"\xfd",
        anything=[{"b": b"\xfc"}],
        choice=b"a",
        colour=Colour.RED,
    )
    for options in ({}, {"warnings": "error"}, {"exclude": {"x"}}, {"serialize_as_any": True}):
        packed = adapter.dump_msgpack(value, **options)  # type: ignore[arg-type]
        assert msgspec.msgpack.decode(packed) == {
            "raw": b"\xff",
            "several": [b"a", b"\xfe"],
            "either": b"\xfd",
            "anything": [{"b": b"\xfc"}],
            "choice": b"a",
            "colour": b"red",
        }
        assert adapter.decode_msgpack(packed) == value
    with pytest.raises(SerializationError, match="no UTF-8 form"):
        adapter.dump_json(value)


def test_names_of_python_are_written_unless_aliases_are_asked_for() -> None:
    assert msgspec.msgpack.decode(Adapter(Reading).dump_msgpack(READING, include={"by_hour"})) == {
        "by_hour": {3: 1.5}
    }


def test_values_are_converted_and_every_error_is_reported() -> None:
    adapter = Adapter(Reading)
    packed = msgspec.msgpack.encode(
        {"number": "1", "at": "2026-01-02T00:00:00Z", "raw": b"x", "byHour": {3: 1.5}}
    )
    assert adapter.decode_msgpack(packed) == READING
    with pytest.raises(ValidationError) as caught:
        adapter.decode_msgpack(msgspec.msgpack.encode({"number": -1}))
    assert [(each["loc"], each["type"]) for each in caught.value.errors()] == [
        (("number",), "greater_than_equal"),
        (("at",), "missing"),
    ]


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x92\x01", b"\x01\x01"])
def test_what_is_no_messagepack_is_one_error(data: bytes) -> None:
    with pytest.raises(ValidationError) as caught:
        Adapter(Any).decode_msgpack(data)
    assert [each["type"] for each in caught.value.errors()] == ["msgpack_invalid"]


def test_integers_of_more_than_64_bits_cannot_be_dumped() -> None:
    with pytest.raises(SerializationError, match="more than 64 bits"):
        Adapter(int).dump_msgpack(2**64)


def nested(depth: int) -> bytes:
    return b"\x91" * depth + b"\xc0"


def test_depth_is_limited() -> None:
    assert msgspec.msgpack.encode(Adapter(Any).decode_msgpack(nested(200))) == nested(200)
    for hint in (Any, list[Any], Reading):
        with pytest.raises(ValidationError):
            Adapter(hint).decode_msgpack(nested(201))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text()
    | st.binary(max_size=300),
    lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.text(max_size=40), inner, max_size=20),
)


def depth_of(value: Any) -> int:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if not items else 1 + max(map(depth_of, items))


@given(value=VALUES)
def test_the_depth_of_any_value_is_counted(value: Any) -> None:
    packed = msgspec.msgpack.encode([value, [0] * 20])
    depth = 1 + max(depth_of(value), 1)
    check_msgpack_depth(packed, depth)
    with pytest.raises(ValueError, match=f"Nested deeper than {depth - 1} levels"):
        check_msgpack_depth(packed, depth - 1)


def test_deep_documents_do_not_crash_small_threads() -> None:
    program = """
        import threading
        from typing import Any
        from bolide.validation.adapter import Adapter
        from bolide.validation.model import Model

        class Point(Model):
            x: int

        def decode():
            try:
                Adapter(Point).decode_msgpack(b"\\x82\\xa1x\\x01\\xa1z" + b"\\x91" * 9000 + b"\\x01")
            except ValueError as error:
                print(error.errors()[0]["msg"])
            for data in (b"\\x91" * 100_000, b"\\x81\\xa1a" * 100_000):
                try:
                    Adapter(Any).decode_msgpack(data)
                except ValueError as error:
                    print(error.errors()[0]["msg"])

        threading.stack_size(256 * 1024)
        thread = threading.Thread(target=decode)
        thread.start()
        thread.join()
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert run.stdout == "Invalid MessagePack: Nested deeper than 200 levels\n" * 3
