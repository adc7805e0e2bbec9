"""What dumps do with values that are not quite of their types, with keys, and with what is nested deeply."""

from __future__ import annotations

import collections
import enum
import types
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

import pydantic
import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.build import build_tree
from bolide.validation.dump_options import SerializationError
from bolide.validation.errors import ValidationError
from bolide.validation.functions import AfterValidator, ValidationInfo
from bolide.validation.model import Model
from bolide.validation.response import compile_response_encoder
from bolide.validation.serializers import PlainSerializer
from bolide.validation.types.encoded import Base64Bytes, Base64Str, Base64UrlStr
from bolide.validation.types.json_text import Json


class Letter(enum.Enum):
    A = "a"
    B = "b"


class Line(Model):
    count: int


class SecretLine(Line):
    secret: str = "s"


class Box(Model):
    inside: Any = None


@pytest.mark.parametrize(
    ("hint", "theirs", "value"),
    [
        (Base64Str, pydantic.Base64Str, "a"),
        (Base64Bytes, pydantic.Base64Bytes, b"\xff"),
        (Base64UrlStr, pydantic.Base64UrlStr, "a?>"),
        (list[Base64Str], list[pydantic.Base64Str], ["a"]),
        (Base64Str | int, pydantic.Base64Str | int, "a"),
        (Base64Str | int, pydantic.Base64Str | int, 1),
        (dict[Base64Str, Base64Bytes], dict[pydantic.Base64Str, pydantic.Base64Bytes], {"a": b"b"}),
    ],
)
def test_encoded_text_is_encoded_again(hint: Any, theirs: Any, value: Any) -> None:
    ours, oracle = Adapter[Any](hint), pydantic.TypeAdapter[Any](theirs)
    assert ours.dump(value) == oracle.dump_python(value)
    assert ours.dump(value, mode="json") == oracle.dump_python(value, mode="json")
    assert ours.dump_json(value) == oracle.dump_json(value)
    assert ours.decode_json(ours.dump_json(value)) == value
    assert compile_response_encoder(build_tree(hint))(value) == oracle.dump_json(value)


def test_json_in_text_is_text_again_for_a_round_trip() -> None:
    class Holder(Model):
        numbers: Json[list[int]]
        anything: Json = None
        maybe: Json[Line] | None = None

    holder = Holder.model_validate({"numbers": "[1]", "anything": '{"a":1}', "maybe": '{"count":3}'})
    assert holder.model_dump()["numbers"] == [1]
    dumped = {"numbers": "[1]", "anything": '{"a":1}', "maybe": '{"count":3}'}
    assert holder.model_dump(round_trip=True) == dumped
    assert Holder.model_validate_json(holder.model_dump_json(round_trip=True)) == holder


@pytest.mark.parametrize(
    ("hint", "value"),
    [
        (int, "a"),
        (str, 1),
        (bool, 1),
        (None, 1),
        (Literal["a"], "b"),
        (Letter, "a"),
        (list[int], ["a"]),
        (dict[str, int], {"a": "b"}),
        (Line | int, object()),
        (Line, Line.model_construct(count="1")),
        (Sequence[int], "ab"),
        (list[int], (1, 2)),
    ],
)
def test_values_of_other_types_are_errors_when_asked_for(hint: Any, value: Any) -> None:
    adapter: Adapter[Any] = Adapter(hint)
    for mode in ("python", "json"):
        with pytest.raises(SerializationError, match="expected "):
            adapter.dump(value, mode=mode, warnings="error")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hint", "value", "dumped"),
    [
        (Sequence[int], (1, 2), (1, 2)),
        (Sequence[int], [1, 2], [1, 2]),
        (Sequence[Line], (SecretLine(count=1),), ({"count": 1},)),
        (Iterable[int], {1}, [1]),
        (Mapping[str, int], collections.ChainMap({"a": 1}), {"a": 1}),
        (Mapping[str, Line], types.MappingProxyType({"a": SecretLine(count=1)}), {"a": {"count": 1}}),
        (float, 3, 3),
        (Annotated[str, AfterValidator(str.strip)], "a", "a"),
        (Letter, Letter.A, Letter.A),
    ],
)
def test_values_that_may_stand_for_the_type_are_no_reason_to_complain(
    hint: Any, value: Any, dumped: Any
) -> None:
    adapter: Adapter[Any] = Adapter(hint)
    assert adapter.dump(value, warnings="error") == dumped
    assert adapter.dump(value) == dumped


def test_keys_are_written_by_serializers_and_as_pydantic_writes_them() -> None:
    odd = {b"a": 1, None: 2, True: 3, (1, b"b"): 4, 1.5: 5, Letter.B: 6}
    written = b'{"a":1,"None":2,"true":3,"1,b":4,"1.5":5,"b":6}'
    for hint in (Any, dict[Any, int], dict[Any, Any]):
        adapter: Adapter[Any] = Adapter(hint)
        assert adapter.dump(odd) == odd
        assert adapter.dump_json(odd) == written
    upper = PlainSerializer(lambda key: key.upper())
    loud: Adapter[Any] = Adapter(dict[Annotated[str, upper], int])
    assert loud.dump({"a": 1}) == {"A": 1}
    assert loud.dump({"a": 1, "b": 2}, include={"a"}) == {"A": 1}
    assert loud.dump_json({"a": 1}) == b'{"A":1}'
    assert compile_response_encoder(loud.tree)({"a": 1}) == b'{"A":1}'


def test_what_holds_itself_is_a_serialization_error() -> None:
    box = Box()
    box.inside = box
    for dump in (box.model_dump, box.model_dump_json, lambda: box.model_dump(exclude={"other"})):
        with pytest.raises(SerializationError, match="holds itself"):
            dump()


def test_models_may_be_nested_deeply_below_any() -> None:
    box = None
    for _ in range(300):
        box = Box(inside=box)
    assert box is not None
    assert len(box.model_dump_json()) == 3304
    assert box.model_dump(mode="json").keys() == {"inside"}


def test_documents_are_bytes_or_text() -> None:
    adapter = Adapter[list[int]](list[int])
    padded = b"[1]" + b" " * 5000
    for document in (b"[1]", "[1]", bytearray(b"[1]"), memoryview(padded), padded.decode()):
        assert adapter.decode_json(document) == [1]  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a JSON document is bytes or text, not int"):
        adapter.decode_json(1)  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="JSON"):
        adapter.decode_json('["\ud800"]')


def test_validators_are_told_that_messagepack_is_no_python_with_a_context_too() -> None:
    modes: list[str] = []

    def note(value: int, info: ValidationInfo) -> int:
        modes.append(info.mode)
        return value

    adapter: Adapter[Any] = Adapter(Annotated[int, AfterValidator(note)])
    packed = adapter.dump_msgpack(1)
    adapter.decode_msgpack(packed)
    adapter.decode_msgpack(packed, context={})
    assert modes == ["json", "json"]
